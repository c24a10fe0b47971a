"""What clients see while Redis or MariaDB is away."""

import http.client
import signal
import statistics
import time

from lossless import NOTES, made_note, wait_until
from table import Row, must, ranged

TIMES = 1000
BODY = '{"title":"away","quantity":1}'
MS_MORE_MAX = 50
ANSWER_MS_MAX = 1000
TIMES_WITHOUT_MARIADB = 30
RECOVERY_SECONDS_MAX = 30


class Asker:
    """One client on one kept connection."""

    def __init__(self, stack):
        self.connection = http.client.HTTPConnection("127.0.0.1", stack.ports["http"], timeout=10)

    def ask(self, method, path, body=BODY):
        """Status, headers and milliseconds."""
        began = time.monotonic()
        try:
            body = body if method == "POST" else None
            headers = {"Content-Type": "application/json"} if body else {}
            self.connection.request(method, path, body, headers)
            answer = self.connection.getresponse()
            answer.read()
            return answer.status, answer.headers, (time.monotonic() - began) * 1000
        except (OSError, http.client.HTTPException):
            self.connection.close()
            return 0, {}, (time.monotonic() - began) * 1000


def redis(ours, peers, rounds, seconds):
    stack = ours.proving()
    asker = Asker(stack)
    questions = [("GET", "/health"), ("GET", f"{NOTES}/{made_note(stack)}"), ("POST", NOTES)]
    with_redis = {question: asked(asker, question) for question in questions}
    stack.redis.stop(signal.SIGKILL)
    without = {question: asked(asker, question) for question in questions}
    stack.redis.start()
    stack.redis.wait()
    rows = []
    for question in questions:
        name = "GET /health" if question[1] == "/health" else f"{question[0]} a note"
        (good, before), (right, after) = with_redis[question], without[question]
        slowest = max(after) - statistics.median(before)
        rows.append(Row("Redis", f"{name}, there", *cells(good, before)))
        rows.append(Row("Redis", f"{name}, stopped", *cells(right, after), "", must(
            right == len(after) and slowest <= MS_MORE_MAX,
            f"slowest +{slowest:.0f} ms, at most +{MS_MORE_MAX}")))
    return rows


def asked(asker, question):
    """How many answers were right, and the milliseconds of each."""
    answers = [asker.ask(*question) for _ in range(TIMES)]
    return sum(200 <= status < 300 for status, _, _ in answers), [ms for _, _, ms in answers]


def cells(right, times):
    p99 = statistics.quantiles(times, n=100)[98]
    return f"{right} of {len(times)} right", f"{statistics.median(times):.2f} / {p99:.2f}"


def mariadb(ours, peers, rounds, seconds):
    stack = ours.proving()
    asker = Asker(stack)
    questions = [("GET", f"{NOTES}/{made_note(stack)}"), ("POST", NOTES)]
    for question in questions:
        asked(asker, question)
    stack.mariadb.stop(signal.SIGKILL)
    rows = []
    for question in questions:
        answers = [asker.ask(*question) for _ in range(TIMES_WITHOUT_MARIADB)]
        statuses = {status for status, _, _ in answers}
        said = {headers.get("Retry-After") for _, headers, _ in answers}
        times = [ms for _, _, ms in answers]
        rows.append(Row(
            "MariaDB stopped", f"{question[0]} a note",
            f"{listed(statuses)}, Retry-After {listed(said)}, {ranged(times, 'ms', 1)}", "", "",
            must(statuses == {503} and None not in said and max(times) < ANSWER_MS_MAX,
                 f"503 with Retry-After in under {ANSWER_MS_MAX} ms")))
    stack.mariadb.start()
    stack.mariadb.wait()
    began = time.monotonic()
    wait_until(lambda: asker.ask(*questions[0])[0] == 200, RECOVERY_SECONDS_MAX)
    again = (time.monotonic() - began) * 1000
    is_back = asker.ask(*questions[1])[0] == 201
    rows.append(Row("MariaDB back", "GET and POST a note", f"after {again:.0f} ms", "", "",
                    must(is_back, "by itself")))
    return rows


def listed(values):
    return ", ".join(sorted(map(str, values)))
