"""Whether an account with a million postings costs what one with ten costs, to pay from and to look
back at; and how fast its chain is verified."""

import datetime
import http.client
import json
import re
import statistics
import time

from business import FUNDS, Asker, newcomers
from stack.mariadb import DATABASE
from table import Row, must, number, ranged

POSTINGS = {"10 postings": 10, "10⁶ postings": 10**6}
TIMES = 500
RATIO_MAX = 1.5
VERIFIED_PER_SECOND_MIN = 200_000

# A chain as transfers would have made it, one each second: in turn one comes and goes, so that each
# pair is a transfer that adds up to nought.
CHAIN = """
SET @head = REPEAT(UNHEX('00'), 32);
INSERT INTO ledger_accounts (owner, kind, unit, floor, created_at)
    VALUES ('{owner}', 'wallet', 'INR', 0, '{start}');
SET @account = LAST_INSERT_ID();
INSERT INTO ledger_transfers (id, kind, reference, at)
    SELECT CONCAT('trf_', LPAD(@account, 10, '0'), LPAD(seq, 16, '0')), 'bench', 'bench',
        '{start}' + INTERVAL 2 * seq - 1 SECOND
    FROM seq_1_to_{pairs};
INSERT INTO ledger_postings
    (account_id, sequence, transfer_id, amount, balance_after, at, hash)
    SELECT @account, place, transfer_id, amount, balance_after, at,
        @head := UNHEX(SHA2(CONCAT(@head, UNHEX(LPAD(HEX(@account), 16, '0')),
            UNHEX(LPAD(HEX(place), 16, '0')), transfer_id, UNHEX(LPAD(HEX(amount), 16, '0')),
            UNHEX(LPAD(HEX(balance_after), 16, '0'))), 256))
    FROM (SELECT seq AS place,
        CONCAT('trf_', LPAD(@account, 10, '0'), LPAD((seq + 1) DIV 2, 16, '0'))
            AS transfer_id, IF(seq % 2, 1, -1) AS amount, seq % 2 AS balance_after,
        '{start}' + INTERVAL seq SECOND AS at FROM seq_1_to_{count}) AS steps;
UPDATE ledger_accounts SET sequence = {count}, head = @head,
    last_at = '{start}' + INTERVAL {count} SECOND WHERE id = @account;
"""


def measure(ours, peers, rounds, seconds):
    # By itself: what was posted cannot be taken back, and shall not grow with each run.
    stack = ours.trading("history")
    try:
        return compare(stack, rounds)
    finally:
        stack.forget()


def compare(stack, rounds):
    (payee, *payers) = newcomers(stack, 1 + len(POSTINGS))
    askers = {}
    for (name, count), (token, id) in zip(POSTINGS.items(), payers):
        start = datetime.datetime.now(datetime.timezone.utc) - datetime.timedelta(
            seconds=count + 60)
        stack.mariadb.query(CHAIN.format(
            owner=id, start=f"{start:%F %T}", pairs=count // 2, count=count), DATABASE)
        askers[name] = Payer(stack, token, payee[1], start, count)
    Asker(stack, "admin").ask_all([
        (f"admin/wallets/{id}/credit", {"amount": FUNDS, "reason": "bench"}) for _, id in payers])
    found = []
    for subject, question in {"a transfer": Payer.transfer,
                              "balance at a moment": Payer.look_back,
                              "page of transactions": Payer.read}.items():
        medians = {name: [] for name in askers}
        for _ in range(rounds):
            alternate(askers, question, medians)
        found += rows(subject, medians)
    return [*found, verification(stack, rounds)]


class Payer:
    """Somebody whose wallet has so many postings, on one connection."""

    def __init__(self, stack, token, payee, start, count):
        self.connection = http.client.HTTPConnection("127.0.0.1", stack.ports["http"])
        self.headers = {"Authorization": f"Bearer {token}", "Content-Type": "application/json"}
        self.wish = json.dumps({"toUserId": payee, "amount": 1})
        self.moments = [f"{start + datetime.timedelta(seconds=count * part / 7):%FT%TZ}"
                        for part in range(1, 7)]
        self.asked = 0

    def transfer(self):
        return self.ask("POST", "wallet/transfer", self.wish)

    def look_back(self):
        self.asked += 1
        return self.ask("GET", f"wallet?asOf={self.moments[self.asked % len(self.moments)]}")

    def read(self):
        return self.ask("GET", "transactions")

    def ask(self, method, path, body=None):
        """Milliseconds."""
        began = time.perf_counter()
        self.connection.request(method, f"/api/v1/{path}", body, self.headers)
        answer = self.connection.getresponse()
        content = answer.read()
        ended = time.perf_counter()
        assert answer.status in (200, 201), content[:300]
        return (ended - began) * 1000


def alternate(askers, question, medians):
    """One after the other in turn: what disturbs the machine disturbs all."""
    times = {name: [] for name in askers}
    for _ in range(TIMES):
        for name, asker in askers.items():
            times[name].append(question(asker))
    for name, taken in times.items():
        medians[name].append(statistics.median(taken))


def rows(subject, medians):
    few, many = medians
    ratio = statistics.median(medians[many]) / statistics.median(medians[few])
    verdicts = {many: must(ratio <= RATIO_MAX, f"{number(ratio, 2)} of it, at most {RATIO_MAX}")}
    return [Row(subject, name, ranged(taken, "ms", 2), verdict=verdicts.get(name, ""))
            for name, taken in medians.items()]


def verification(stack, rounds):
    rates = []
    for _ in range(rounds):
        said = stack.entrepot.call("ledger", "verify")
        rates.append(float(re.search(r"^postings/s +([\d.]+)$", said, re.M)[1]))
    met = statistics.median(rates) >= VERIFIED_PER_SECOND_MIN
    return Row("ledger verify", "entrepot", ranged(rates, "postings/s"),
               verdict=must(met, f"at least {number(VERIFIED_PER_SECOND_MIN)}"))
