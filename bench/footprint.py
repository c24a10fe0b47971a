"""What it costs to have it: the time to start, the size, a worker's own memory."""

import http.client
import pathlib
import time

import load
from lossless import REPLACED_SECONDS_MAX, wait_until
from ours import url
from stack.server import ServerError
from table import Row, must, number, ranged

STARTS = 9
START_MS_MAX = 300
START_SECONDS_MAX = 10
BINARY_MIB_MAX = 40
MEMORY_MIB_MAX = 20
MEMORY_GROWTH_MIB_MAX = 0.5
REQUESTS = 100_000


def start(ours, peers, rounds, seconds):
    stack = ours.product()
    times = []
    for _ in range(STARTS):
        stack.entrepot.stop()
        began = time.monotonic()
        stack.entrepot.spawn()
        while not is_answered(stack):
            if time.monotonic() - began > START_SECONDS_MAX:
                raise ServerError("entrepot does not answer")
            time.sleep(0.001)
        times.append((time.monotonic() - began) * 1000)
    size = stack.binary.stat().st_size / 2**20
    return [
        Row("from exec to the first answer", "entrepot", ranged(times, "ms"),
            verdict=must(max(times) < START_MS_MAX, f"under {START_MS_MAX} ms")),
        Row("size of the binary", "entrepot", f"{number(size, 1)} MiB",
            verdict=must(size < BINARY_MIB_MAX, f"under {BINARY_MIB_MAX} MiB")),
    ]


def is_answered(stack):
    connection = http.client.HTTPConnection("127.0.0.1", stack.ports["http"], timeout=1)
    try:
        connection.request("GET", "/health")
        return connection.getresponse().status == 200
    except (OSError, http.client.HTTPException):
        return False
    finally:
        connection.close()


def memory(ours, peers, rounds, seconds):
    """One worker alone, so that it is the one that served them all: reads, writes and lists."""
    stack = ours.proving(ENTREPOT_WORKERS="1")
    # Those of other settings may still be on their way out.
    wait_until(lambda: len(stack.entrepot.workers()) == 1, REPLACED_SECONDS_MAX)
    [worker] = stack.entrepot.workers()
    grown, answered = {}, 0
    for target in [REQUESTS // 2, REQUESTS]:
        while answered < target:
            outcome = load.run(url(stack), "mixed", f"memory-{answered}", seconds=1)
            if outcome.failed:
                raise ServerError(f"{outcome.failed} requests failed")
            answered += outcome.count
        grown[target] = private_mib(worker)
    if stack.entrepot.workers() != [worker]:
        raise ServerError("the worker was replaced")
    growth = max(0, grown[REQUESTS] - grown[REQUESTS // 2])
    return [
        Row("a worker's private memory", f"after {number(answered)} requests",
            f"{number(grown[REQUESTS], 1)} MiB",
            verdict=must(grown[REQUESTS] < MEMORY_MIB_MAX, f"under {MEMORY_MIB_MAX} MiB")),
        Row("a worker's private memory", "growth over their second half",
            f"{number(growth, 2)} MiB",
            verdict=must(growth < MEMORY_GROWTH_MIB_MAX, "none")),
    ]


def private_mib(pid):
    lines = pathlib.Path(f"/proc/{pid}/smaps_rollup").read_text().splitlines()
    own = [line for line in lines if line.startswith(("Private_Clean:", "Private_Dirty:"))]
    return sum(int(line.split()[1]) for line in own) / 1024
