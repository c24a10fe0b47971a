"""What clients lose while processes are replaced, and when one is killed."""

import contextlib
import http.client
import json
import os
import signal
import time

import load
from ours import url
from table import Row, must, number

NOTES = "/api/v1/proving/notes"
SIGNALS = [signal.SIGHUP, signal.SIGUSR2] * 8
CONNECTIONS = 16
REQUESTS_MIN = 100_000
SECONDS_BETWEEN_MIN = 2
SECONDS_MAX = 100
REPLACED_SECONDS_MAX = 15
WARM_UP_SECONDS = 2


class Traffic:
    """POSTs, each with a title of its own, and GETs of one row, both as fast as they go."""

    def __init__(self, stack):
        self.stack = stack
        stack.mariadb.query("DELETE FROM proving_notes", "entrepot")
        path = f"{NOTES}/{made_note(stack)}"
        self.posts = load.Load(url(stack), "note", "n", SECONDS_MAX, CONNECTIONS)
        self.gets = load.Load(url(stack), "get", path, SECONDS_MAX, CONNECTIONS)

    def stored(self):
        [[rows, titles]] = self.stack.mariadb.query(
            "SELECT COUNT(*), COUNT(DISTINCT title) FROM proving_notes WHERE title LIKE 'n-%'",
            "entrepot")
        return int(rows), int(titles)

    def end(self):
        """Both outcomes, how many notes are stored twice, and how many answered ones are not."""
        posts, gets = self.posts.end(), self.gets.end()
        # What was under way when wrk ended is done and not counted.
        wait_until(lambda: self.stored() == self.stored(), REPLACED_SECONDS_MAX)
        rows, titles = self.stored()
        return posts, gets, rows - titles, max(0, posts.count - posts.refused - titles)


def replacements(ours, peers, rounds, seconds):
    stack = ours.proving()
    traffic = Traffic(stack)
    time.sleep(WARM_UP_SECONDS)
    posts_per_second = traffic.stored()[0] / WARM_UP_SECONDS
    period = max(SECONDS_BETWEEN_MIN, REQUESTS_MIN * 1.1 / posts_per_second / len(SIGNALS))
    period = min(period, (SECONDS_MAX - 10) / len(SIGNALS))
    for each in SIGNALS:
        began, before = time.monotonic(), set(stack.entrepot.workers())
        os.kill(stack.entrepot.pid(), each)
        wait_until(lambda: are_replaced(stack, before), REPLACED_SECONDS_MAX)
        time.sleep(max(0, began + period - time.monotonic()))
    posts, gets, twice, lost = traffic.end()
    subject = "SIGHUP and SIGUSR2, 8 times each"
    return [
        outcome(subject, "GET", gets, must(gets.failed == 0, "0 fail")),
        outcome(subject, "POST", posts, must(
            posts.failed == twice == lost == 0 and posts.count >= REQUESTS_MIN,
            f"0 of {number(REQUESTS_MIN)} fail; {twice} twice, {lost} lost")),
    ]


def one_kill(ours, peers, rounds, seconds):
    stack = ours.proving()
    traffic = Traffic(stack)
    time.sleep(WARM_UP_SECONDS)
    before = stack.entrepot.workers()
    os.kill(before[0], signal.SIGKILL)
    wait_until(lambda: len(stack.entrepot.workers()) == len(before), REPLACED_SECONDS_MAX)
    time.sleep(WARM_UP_SECONDS)
    posts, gets, twice, lost = traffic.end()
    subject = "SIGKILL of a worker"
    return [
        outcome(subject, "GET", gets, must(gets.failed == 0, "0 fail")),
        outcome(subject, "POST", posts, must(
            posts.failed <= CONNECTIONS and twice == lost == 0,
            f"at most those sent to it; {twice} twice, {lost} lost")),
    ]


def outcome(subject, method, seen, verdict):
    return Row(subject, method, f"{number(seen.failed)} failed of {number(seen.count)}",
               f"{seen.p50 / 1000:.2f} / {seen.p99 / 1000:.2f}", "", verdict)


def are_replaced(stack, before):
    now = set(stack.entrepot.workers())
    return len(now) >= len(before) and not now & before


def made_note(stack):
    connection = http.client.HTTPConnection("127.0.0.1", stack.ports["http"], timeout=10)
    with contextlib.closing(connection):
        body = json.dumps({"title": "read again and again", "quantity": 1})
        connection.request("POST", NOTES, body, {"Content-Type": "application/json"})
        return json.loads(connection.getresponse().read())["id"]


def wait_until(condition, seconds_max):
    """Or until so much time has passed: what did not come about shows in the figures."""
    deadline = time.monotonic() + seconds_max
    while not condition() and time.monotonic() < deadline:
        time.sleep(0.05)
