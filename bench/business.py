"""Shipments and transfers through nginx, ours beside the peers: spread over thousands of accounts,
and on one that everybody wants."""

import concurrent.futures
import http.client
import json
import secrets

import throughput
from ours import url

# As many as the peers' questions name.
CONTRACTS = 9000
PEOPLE_ASKING = 200
THREADS = 8
QUOTA = 10**15


def shipments(ours, peers, rounds, seconds):
    stack = ours.trading()
    manager = Asker(stack, stack.entrepot.call("token", "--role", "manager").strip())
    contract = {"title": "bench", "quota": QUOTA, "alertPercents": []}
    made = manager.ask_all("/api/v1/contracts", [contract] * CONTRACTS)
    contracts = [answer["id"] for answer in made]
    people = newcomers(stack)
    found = []
    for name, targets, least in [("spread", contracts, 1.0), ("one hot", contracts[:1], 2.5)]:
        book = write_book(stack, people, targets)
        kind = "hot" if len(targets) == 1 else "spread"
        questions = {"ours": ("our-shipment", book), "theirs": ("their-shipment", kind)}
        runs = throughput.alternate(
            stack, peers, questions, rounds, seconds, stack.mariadb.pid())
        found += throughput.rows(f"W3 shipments, {name}", runs, least_of_libfcgi=least)
    stack.entrepot.call("check")
    return found


class Asker:
    """Somebody who asks for much at once, and gets it."""

    def __init__(self, stack, token=None):
        self.stack = stack
        self.headers = {"Content-Type": "application/json"}
        if token is not None:
            self.headers["Authorization"] = f"Bearer {token}"

    def ask_all(self, path, bodies):
        def part(number):
            connection = http.client.HTTPConnection("127.0.0.1", self.stack.ports["http"])
            return [self.ask(connection, path, body) for body in bodies[number::THREADS]]

        with concurrent.futures.ThreadPoolExecutor(THREADS) as threads:
            return [answer for answers in threads.map(part, range(THREADS)) for answer in answers]

    def ask(self, connection, path, body):
        connection.request("POST", path, json.dumps(body), self.headers)
        answer = connection.getresponse()
        content = answer.read()
        assert answer.status == 201, content
        return json.loads(content)


def newcomers(stack):
    """The tokens of people who are really signed in: each worker looks after their sessions."""
    run = secrets.token_hex(6)
    bodies = [{"email": f"{run}-{number}@example.org", "password": "a fine long sentence"}
              for number in range(PEOPLE_ASKING)]
    answers = Asker(stack).ask_all("/api/v1/auth/register", bodies)
    return [answer["accessToken"] for answer in answers]


def write_book(stack, tokens, targets):
    """What load.lua asks of ours: whose tokens, and what to name."""
    path = stack.directory / f"{len(targets)}.lua"
    path.write_text(f"return {{tokens = {lua(tokens)}, targets = {lua(targets)}}}")
    return path


def lua(texts):
    return "{" + ", ".join(f'"{text}"' for text in texts) + "}"
