"""Whether other requests notice a hundred people who sign in at once, at bcrypt's cost of 12."""

import secrets
import statistics

import load
from lossless import wait_until
from ours import url
from outages import Asker
from table import Row, must, ranged

PEOPLE = 100
TIMES = 5000
RATIO_MAX = 2
SETTLE_SECONDS_MAX = 30
QUESTIONS = {"GET /health": "/health", "GET of one row": "/contracts/7"}


def measure(ours, peers, rounds, seconds):
    stack = ours.proving(ENTREPOT_PASSWORD_COST="12")
    asker = Asker(stack)
    alone = {name: [] for name in QUESTIONS}
    beside = {name: [] for name in QUESTIONS}
    crowds = []
    for _ in range(rounds):
        # Those who went without an answer are still worked at for a while.
        wait_until(lambda: slow_pool_ms(asker) < 50, SETTLE_SECONDS_MAX)
        ask_all(asker, alone)
        crowd = load.Load(url(stack), "login", secrets.token_hex(4), connections=PEOPLE)
        wait_until(lambda: slow_pool_ms(asker) > 1000, SETTLE_SECONDS_MAX)
        ask_all(asker, beside)
        crowds.append(crowd.end())
    return [row(name, alone[name], beside[name], crowds) for name in QUESTIONS]


def ask_all(asker, medians):
    for name, path in QUESTIONS.items():
        answers = [asker.ask("GET", path) for _ in range(TIMES)]
        assert {status for status, _, _ in answers} == {200}
        medians[name].append(statistics.median(ms for _, _, ms in answers))


def slow_pool_ms(asker):
    """How long whoever comes to it now waits."""
    return asker.ask("GET", "/api/v1/proving/slow?ms=0")[2]


def row(name, alone, beside, crowds):
    ratio = statistics.median(beside) / statistics.median(alone)
    answered = statistics.median(outcome.per_second for outcome in crowds)
    latency = f"{statistics.median(alone):.2f} → {statistics.median(beside):.2f}"
    return Row(f"{name} beside {PEOPLE} sign-ins", f"{answered:.1f} sign-ins/s",
               ranged(beside, "ms", digits=2), latency, "",
               must(ratio <= RATIO_MAX, f"{ratio:.2f} of alone, at most {RATIO_MAX}"))
