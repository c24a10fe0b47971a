"""Writers over many wallets and contracts and a few hot ones, and what each of them was told."""

import dataclasses
import http.client
import itertools
import random
import threading
import time

from callers import Caller, sign_in
from client import eventually
from stack.mariadb import DATABASE

WRITERS = 12
WALLETS = 48
HOT = 2
CONTRACTS = 6
FUNDS = 20_000
SECONDS_FOR_AN_ANSWER = 180
SECONDS_UNTIL_ENOUGH_MAX = 300
# Of those without an answer, so many ask no more and never know.
SHARE_THAT_GIVES_UP = 0.1
TRANSFERS, SHIPMENTS = "/api/v1/wallet/transfer", "/api/v1/shipments"


@dataclasses.dataclass
class Wish:
    """What somebody asked for, and the verdict: the answer's id, a refusal's code, or neither."""

    number: int
    path: str
    actor: str
    target: str
    amount: int
    id: str = None
    refusal: str = None
    repeats: int = 0

    @property
    def body(self):
        if self.path == TRANSFERS:
            return {"toUserId": self.target, "amount": self.amount, "note": self.mark}
        return {"contractId": self.target, "quantity": self.amount, "reference": self.mark}

    @property
    def mark(self):
        return f"bank-{self.number}"

    def take(self, answer):
        if answer.status == 201:
            self.id = answer.json["id"]
        else:
            # Not `problem`: a first answer that is given again has the first one's request id.
            self.refusal = answer.json["code"]


class Bank:
    def __init__(self, stack):
        self.stack = stack
        self.people = [row[0] for row in stack.mariadb.query(
            f"SELECT id FROM users WHERE status = 'active' ORDER BY id LIMIT {WALLETS}", DATABASE)]
        assert len(self.people) == WALLETS
        self.callers = {
            person: Caller(stack, token=sign_in(stack, "user", subject=person))
            for person in self.people}
        admin = Caller(stack, token=sign_in(stack, "admin", subject="usr_bank"))
        for person in self.people:
            funded = admin.post(
                f"/api/v1/admin/wallets/{person}/credit", {"amount": FUNDS, "reason": "funds"})
            assert funded.status == 201, funded
        self.beginnings = self.balances()
        # One quota that is enough for everything, the others soon used up.
        self.contracts = [
            admin.post("/api/v1/contracts", {
                "title": f"bank {number}", "quota": 10**9 if number == 0 else 3000,
                "alertPercents": []}).json["id"] for number in range(CONTRACTS)]
        self.numbers = itertools.count()
        self.wishes = []
        self.failures = []
        self.ended = threading.Event()

    def balances(self):
        rows = self.stack.mariadb.query(
            "SELECT owner, balance FROM ledger_accounts WHERE kind = 'wallet'", DATABASE)
        return {owner: int(balance) for owner, balance in rows}

    def run(self, seconds, is_enough):
        """Everybody asks until the time is over and it is enough, then waits for the last verdicts.
        """
        writers = [threading.Thread(target=self.write, args=[number]) for number in range(WRITERS)]
        for writer in writers:
            writer.start()
        try:
            self.ended.wait(seconds)
            eventually(lambda: self.failures or (self.has_all_verdicts() and is_enough()),
                       SECONDS_UNTIL_ENOUGH_MAX, 0.5)
        finally:
            self.ended.set()
            for writer in writers:
                writer.join()

    def has_all_verdicts(self):
        """Whether both paths have said yes to somebody, and no."""
        said = {(wish.path, wish.id is not None) for wish in self.wishes[:]
                if wish.id or wish.refusal}
        return len(said) == 4

    def write(self, number):
        chance = random.Random(number)
        connection = None
        try:
            while not self.ended.is_set():
                wish = self.wish(chance)
                self.wishes.append(wish)
                connection = self.ask(wish, chance, connection)
        except Exception as failure:
            self.failures.append(failure)
            raise

    def wish(self, chance):
        number = next(self.numbers)
        actor = self.pick(chance, self.people)
        if chance.random() < 0.3:
            contract = self.pick(chance, self.contracts)
            return Wish(number, SHIPMENTS, actor, contract, chance.randint(1, 40))
        target = self.pick(chance, [person for person in self.people if person != actor])
        return Wish(number, TRANSFERS, actor, target, chance.randint(1, 4000))

    def pick(self, chance, many):
        return chance.choice(many[:HOT] if chance.random() < 0.4 else many)

    def ask(self, wish, chance, connection):
        """Again and again under one key, as a client does that has to know."""
        caller = self.callers[wish.actor]
        deadline = time.monotonic() + SECONDS_FOR_AN_ANSWER
        while True:
            connection = connection or caller.connect()
            try:
                answer = caller.post(
                    wish.path, wish.body, headers={"Idempotency-Key": wish.mark},
                    connection=connection)
            except (OSError, http.client.HTTPException):
                connection.close()
                connection = None
            else:
                in_flight = answer.status == 409 and (
                    answer.json["code"] == "idempotency_in_progress")
                if answer.status < 500 and not in_flight:
                    wish.take(answer)
                    return connection
            if chance.random() < SHARE_THAT_GIVES_UP:
                return connection
            assert time.monotonic() < deadline, f"no verdict on {wish}"
            wish.repeats += 1
            time.sleep(0.05)
