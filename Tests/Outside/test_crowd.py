"""More people at the door than it takes: the rest is told to come back, and nobody else waits."""

import contextlib
import statistics
import threading

import pytest

from client import Client, eventually
from clockwork import Frozen
from conftest import PROVING, make_stack, running
from people import LOGIN, credentials

# What nginx lets wait for the slow pool: max_conns of its upstream.
QUEUE_MAX = 256
CROWD = 300
HEALTHS = 200
SECONDS_BESIDE_MAX = 0.1
SECONDS_OF_PATIENCE = 300


@pytest.fixture(scope="module")
def crowded():
    """Where a sign-in costs what it costs in production, and one process does it."""
    yield from running(make_stack(
        "crowded", PROVING, ENTREPOT_PASSWORD_COST="12", ENTREPOT_SLOW_WORKERS="1"))


def test_the_slow_pool_is_as_large_as_it_is_set_and_gives_way_to_others(crowded):
    [pid] = crowded.entrepot.workers("slow")
    with open(f"/proc/{pid}/stat") as file:
        niceness = int(file.read().rpartition(")")[2].split()[16])
    assert niceness > 0


def test_whom_the_queue_does_not_take_is_told_to_come_back(crowded):
    client = Client(crowded, secure=False)
    alone = median_of_healths(client)
    answers, connections = [], []

    def come(number):
        connection = client.connect()
        connection.timeout = SECONDS_OF_PATIENCE
        connections.append(connection)
        try:
            answers.append(client.post(
                LOGIN, credentials(f"crowd-{number}@example.org"), connection=connection))
        except OSError:
            pass  # Closed below, before its turn came.

    threads = [threading.Thread(target=come, args=[number], daemon=True)
               for number in range(CROWD)]
    # Refused while nobody's turn has come: at once, and not when their own would have.
    with Frozen(*crowded.entrepot.workers("slow")):
        for thread in threads:
            thread.start()
        eventually(lambda: len(answers) >= CROWD - QUEUE_MAX)
        for answer in answers:
            assert (answer.status, answer.problem["code"]) == (503, "unavailable")
            assert int(answer.headers["retry-after"]) >= 1
    # What else the machine does only adds to the time: one calm round tells.
    eventually(lambda: median_of_healths(client) < max(2 * alone, SECONDS_BESIDE_MAX))
    assert len(answers) < CROWD, "there was a crowd all the time"
    eventually(lambda: [answer for answer in answers if answer.status == 401])
    for connection in connections:
        with contextlib.suppress(OSError, AttributeError):
            connection.sock.shutdown(2)
    for thread in threads:
        thread.join()
    assert {answer.status for answer in answers} <= {401, 503}


def median_of_healths(client):
    answers = [client.get("/health") for _ in range(HEALTHS)]
    assert {answer.status for answer in answers} == {200}
    return statistics.median(answer.seconds for answer in answers)
