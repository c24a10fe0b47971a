"""Shipments and transfers through nginx, ours beside the peers: spread over thousands of accounts,
and on one that everybody wants."""

import concurrent.futures
import http.client
import json
import secrets

import inside
import throughput
from stack.server import ServerError

# As many contracts as the peers' questions name, and of people who pay each other.
CONTRACTS = 9000
PEOPLE = 3000
PEOPLE_SHIPPING = 200
THREADS = 8
QUOTA = 10**15
FUNDS = 10**12


def shipments(ours, peers, rounds, seconds):
    stack = ours.trading()
    manager = Asker(stack, "manager")
    contract = {"title": "bench", "quota": QUOTA, "alertPercents": []}
    made = manager.ask_all([("contracts", contract)] * CONTRACTS)
    contracts = [answer["id"] for answer in made]
    tokens = [token for token, _ in newcomers(stack, PEOPLE_SHIPPING)]
    return compare(stack, peers, rounds, seconds, "W3 shipments", "shipment", {
        "spread": (tokens, contracts), "hot": (tokens, contracts[:1])})


def transfers(ours, peers, rounds, seconds):
    stack = ours.trading()
    people = newcomers(stack, PEOPLE)
    credit = {"amount": FUNDS, "reason": "bench"}
    Asker(stack, "admin").ask_all([(f"admin/wallets/{id}/credit", credit) for _, id in people])
    tokens, ids = zip(*people)
    # As the peers have it: one account that everybody wants, and another each time.
    return compare(stack, peers, rounds, seconds, "W4 transfers", "transfer", {
        "spread": (tokens, ids), "hot": (tokens[:1], ids[1:])})


def compare(stack, peers, rounds, seconds, subject, kind, books):
    found = []
    for name, (tokens, targets) in books.items():
        book = write_book(stack, f"{kind}-{name}", tokens, targets)
        questions = {"ours": (f"our-{kind}", book), "theirs": (f"their-{kind}", name)}
        runs = throughput.alternate(
            stack, peers, questions, rounds, seconds, stack.mariadb.pid())
        found += throughput.rows(f"{subject}, {name}", runs, 2.5 if name == "hot" else 1.0)
        found += inside.rows(
            f"{subject}, {name}", [run.counted for run in runs[throughput.OURS]])
    stack.entrepot.call("check")
    return found


class Asker:
    """Somebody who asks for much at once, and gets it."""

    def __init__(self, stack, role=None):
        self.stack = stack
        self.headers = {"Content-Type": "application/json"}
        if role is not None:
            token = stack.entrepot.call("token", "--role", role).strip()
            self.headers["Authorization"] = f"Bearer {token}"

    def ask_all(self, questions):
        """Every path with its body; what is answered, in their order."""
        def part(number):
            connection = http.client.HTTPConnection("127.0.0.1", self.stack.ports["http"])
            return [self.ask(connection, *question) for question in questions[number::THREADS]]

        with concurrent.futures.ThreadPoolExecutor(THREADS) as threads:
            parts = list(threads.map(part, range(THREADS)))
        return [parts[number % THREADS][number // THREADS] for number in range(len(questions))]

    def read_all(self, paths):
        """One after the other."""
        connection = http.client.HTTPConnection("127.0.0.1", self.stack.ports["http"])
        for path in paths:
            connection.request("GET", f"/api/v1/{path}", headers=self.headers)
            answer = connection.getresponse()
            content = answer.read()
            if answer.status != 200:
                raise ServerError(f"GET {path}: {answer.status} {content[:300]}")

    def ask(self, connection, path, body):
        connection.request("POST", f"/api/v1/{path}", json.dumps(body), self.headers)
        answer = connection.getresponse()
        content = answer.read()
        if answer.status != 201:
            raise ServerError(f"POST {path}: {answer.status} {content[:300]}")
        return json.loads(content)


def newcomers(stack, count):
    """Tokens and ids of people who are really signed in: each worker looks after their sessions."""
    run = secrets.token_hex(6)
    answers = Asker(stack).ask_all([
        ("auth/register", {"email": f"{run}-{number}@example.org", "password": "a fine sentence"})
        for number in range(count)])
    return [(answer["accessToken"], answer["user"]["id"]) for answer in answers]


def write_book(stack, name, tokens, targets):
    """What load.lua asks of ours: whose tokens, and whom or what to name."""
    path = stack.directory / f"{name}.lua"
    path.write_text(f"return {{tokens = {lua(tokens)}, targets = {lua(targets)}}}")
    return path


def lua(texts):
    return "{" + ", ".join(f'"{text}"' for text in texts) + "}"
