"""What happens to the servers, and what clients see of it."""

import concurrent.futures
import contextlib
import json
import os
import signal
import socket
import struct
import threading
import time

import pytest

import fastcgi
from callers import Caller, lock_notes, sign_in
from client import SECONDS_MAX, Client, eventually, metric
from conftest import PROVING, REQUEST_DEADLINE_MS, make_stack, running
from load import Load
from stack.server import is_alive

NOTES = "/api/v1/proving/notes"
THREADS = 8
REQUESTS_BETWEEN = 400
SECONDS_MORE_WITHOUT_REDIS = 0.05
# One request behind a server that hangs; whoever waits for that server itself waits for longer.
SECONDS_BESIDE_WHAT_HANGS = 3
SECONDS_TO_REPLACE_ALL = 60
ROUNDS_MAX = 30
PROCESSORS = sorted(os.sched_getaffinity(0))


@pytest.fixture
def up(fragile):
    """The stack, whole again whatever the last test did to it."""
    fragile.start()
    return fragile


def others(stack, before):
    """The workers, once all of them are others than before and as many."""
    now = stack.entrepot.workers()
    return now if len(now) == len(before) and not set(now) & set(before) else None


def kill_one_worker_after_another(stack, load, times):
    for _ in range(times):
        before = stack.entrepot.workers()
        os.kill(before[0], signal.SIGKILL)
        load.wait_for(REQUESTS_BETWEEN)
        eventually(lambda: len(stack.entrepot.workers()) == len(before))


def test_the_title_of_each_process_says_what_it_is(up):
    assert len(up.entrepot.workers("worker")) == 4
    assert len(up.entrepot.workers("slow")) >= 1


def test_whoever_serves_interrupts_nobody_when_it_is_woken(up):
    serving = [up.nginx.pid(), *up.entrepot.workers("worker"), *up.entrepot.workers("gatherer")]
    assert {os.sched_getscheduler(pid) for pid in serving} == {os.SCHED_BATCH}


def test_each_worker_of_nginx_keeps_to_one_processor(up):
    master = up.nginx.pid()
    with open(f"/proc/{master}/task/{master}/children") as children:
        workers = [int(pid) for pid in children.read().split()]
    assert workers
    assert {len(os.sched_getaffinity(pid)) for pid in workers} == {1}


@pytest.mark.skipif(len(PROCESSORS) < 2, reason="there is nothing to choose from")
def test_gatherers_keep_a_processor_each_where_there_is_none_to_spare():
    def places():
        gatherers = stack.entrepot.workers("gatherer")
        return sorted(sorted(os.sched_getaffinity(pid)) for pid in gatherers)

    crowded = make_stack("crowded", ENTREPOT_GATHERERS=str(len(PROCESSORS)))
    for stack in running(crowded):
        assert places() == [[processor] for processor in PROCESSORS]
        assert os.sched_getaffinity(stack.entrepot.workers("worker")[0]) == set(PROCESSORS)
        stack.settings.own("ENTREPOT_GATHERERS", str(len(PROCESSORS) - 1))
        stack.settings.write()
        os.kill(stack.entrepot.pid(), signal.SIGHUP)
        eventually(lambda: places() == [PROCESSORS] * (len(PROCESSORS) - 1))


def load_of(stack, method):
    """GETs that read nothing, or POSTs that each leave one row."""
    if method == "GET":
        return Load(stack, "GET", "/health", THREADS)
    return Load(stack, "POST", NOTES, THREADS, lambda number: {"title": f"{number}", "quantity": 1})


def stored_notes(stack):
    rows = stack.mariadb.query("SELECT title FROM proving_notes", "entrepot")
    return [title for [title] in rows]


@pytest.fixture
def no_notes(up):
    up.mariadb.query("DELETE FROM proving_notes", "entrepot")


def test_no_get_fails_when_workers_are_killed(up):
    with load_of(up, "GET") as load:
        kill_one_worker_after_another(up, load, times=3)
    assert load.failures == []


def test_only_posts_in_flight_fail_when_a_worker_is_killed_and_none_is_done_twice(up, no_notes):
    kills = 3
    with load_of(up, "POST") as load:
        kill_one_worker_after_another(up, load, times=kills)
    assert len(load.failures) <= kills * THREADS
    for failure in load.failures:
        assert failure.problem["code"] == "unavailable"
        assert failure.headers["retry-after"] == "1"
    stored = stored_notes(up)
    assert len(stored) == len(set(stored))
    assert load.statuses[201] <= len(stored) <= load.statuses.total()


@pytest.mark.parametrize("method", ["GET", "POST"])
@pytest.mark.parametrize("name", ["SIGHUP", "SIGUSR2"])
def test_no_request_fails_while_workers_are_replaced(up, no_notes, name, method):
    supervisor = up.entrepot.pid()
    with load_of(up, method) as load:
        for _ in range(3):
            before = up.entrepot.workers()
            os.kill(supervisor, getattr(signal, name))
            load.wait_for(REQUESTS_BETWEEN)
            eventually(lambda: others(up, before), SECONDS_TO_REPLACE_ALL)
        load.wait_for(REQUESTS_BETWEEN)
    assert load.failures == []
    assert up.entrepot.pid() == supervisor, "the process id stays, for pid files and systemd"
    if method == "POST":
        assert sorted(stored_notes(up)) == sorted(map(str, range(load.statuses[201])))


def test_a_request_past_its_deadline_ends_with_its_worker_and_no_other(up):
    client = Client(up, secure=False)
    before = up.entrepot.workers()
    answer = client.get("/api/v1/proving/sleep?ms=60000")
    assert (answer.status, answer.problem["code"]) == (503, "unavailable")
    # And not the client's own time, which is more.
    assert answer.seconds >= REQUEST_DEADLINE_MS / 1000
    eventually(lambda: len(up.entrepot.workers()) == len(before))
    assert len(set(before) & set(up.entrepot.workers())) == len(before) - 1


def test_a_worker_that_hangs_outside_of_a_request_is_replaced(up):
    """One byte now and then keeps it reading for ever."""
    before = up.entrepot.workers()
    began = time.monotonic()
    with socket.socket(socket.AF_UNIX) as peer:
        peer.connect(up.settings["ENTREPOT_WORKER_SOCKET"])
        fastcgi.begin(peer)

        def is_given_up():
            with contextlib.suppress(ConnectionError):
                peer.send(b"x")
            now = up.entrepot.workers()
            return len(now) == len(before) and len(set(now) & set(before)) == len(before) - 1

        eventually(is_given_up, seconds_max=REQUEST_DEADLINE_MS / 1000 + 20, every_seconds=0.5)
    assert time.monotonic() - began >= REQUEST_DEADLINE_MS / 1000
    assert Client(up).get("/health").status == 200


def test_slow_requests_do_not_hold_up_fast_ones(up):
    """Each slow worker is at one and another waits for it; all that is fast is done before any."""
    slow_workers = len(up.entrepot.workers("slow"))
    client = Client(up, secure=False)
    admin = Caller(up, token=sign_in(up, "admin"))

    def busy():
        processes = admin.get("/api/v1/system/info").json["processes"]
        return [process["route"] for process in processes if process["busyMs"] > 0]

    with concurrent.futures.ThreadPoolExecutor(2 * slow_workers) as pool:
        slow = [pool.submit(client.get, "/api/v1/proving/slow?ms=3000")
                for _ in range(2 * slow_workers)]
        eventually(lambda: busy().count("GET proving/slow") == slow_workers)
        answers = [client.get("/health") for _ in range(50)]
        assert not any(request.done() for request in slow)
    assert {answer.status for answer in answers} == {200}
    assert {request.result().status for request in slow} == {200}


def asleep(milliseconds):
    """A request for a sleep in the slow pool, which answers whose it was."""
    parameters = {"REQUEST_METHOD": "GET", "REMOTE_ADDR": "127.0.0.1",
                  "REQUEST_URI": f"/api/v1/proving/slow?ms={milliseconds}"}
    return b"".join([
        fastcgi.record(fastcgi.BEGIN, struct.pack("!HB5x", fastcgi.RESPONDER, 0)),
        fastcgi.record(fastcgi.PARAMETERS, b"".join(fastcgi.pairs(parameters))),
        fastcgi.record(fastcgi.PARAMETERS), fastcgi.record(fastcgi.STDIN)])


def test_a_slow_request_does_not_wait_while_another_slow_worker_is_free(up):
    """A slow worker that had taken two connections served the second after the first."""
    assert len(up.entrepot.workers("slow")) == 2
    for _ in range(20):
        with socket.socket(socket.AF_UNIX) as one, socket.socket(socket.AF_UNIX) as other:
            # Both are there before either asks: whoever could take both would.
            for peer in [one, other]:
                peer.settimeout(SECONDS_MAX)
                peer.connect(up.settings["ENTREPOT_SLOW_SOCKET"])
            for peer in [one, other]:
                peer.sendall(asleep(milliseconds=300))
            answers = [b"".join(fastcgi.answer(peer)) for peer in [one, other]]
        assert all(b"slept by" in answer for answer in answers), answers
        assert len(set(answers)) == 2, "one process served both"


def test_everything_ends_on_sigterm_and_nothing_stays(up):
    children = up.entrepot.workers() + up.entrepot.workers("slow")
    assert children
    assert up.entrepot.stop()
    assert not any(map(is_alive, children))
    answer = Client(up).get("/health")
    assert (answer.status, answer.problem["code"]) == (503, "unavailable")
    assert answer.headers["retry-after"] == "1"
    page = Client(up).get("/admin/gallery")
    assert (page.status, page.headers["retry-after"]) == (503, "1")
    assert page.headers["content-type"] == "text/html; charset=utf-8"
    assert "Load the page again in a few seconds." in page.body.decode()


def test_no_worker_outlives_a_killed_supervisor(up):
    children = up.entrepot.workers() + up.entrepot.workers("slow")
    os.kill(up.entrepot.pid(), signal.SIGKILL)
    eventually(lambda: not any(map(is_alive, children)))
    up.start()
    assert Client(up).get("/health").status == 200


def slowest_seconds(client, path, times=20):
    answers = [client.get(path) for _ in range(times)]
    assert {answer.status for answer in answers} == {200}
    return max(answer.seconds for answer in answers)


def test_what_redis_and_mariadb_failed_to_do_is_counted(up):
    client = Client(up, secure=False)
    names = ["redis_failures_total", "database_connects_total"]
    before = [metric(client, name) for name in names]
    up.redis.stop(signal.SIGKILL)
    up.mariadb.stop(signal.SIGKILL)
    client.get("/ready")
    up.mariadb.start()
    up.mariadb.wait()
    up.redis.start()
    eventually(lambda: client.get("/ready").json["status"] == "ready")
    assert all(metric(client, name) > count for name, count in zip(names, before))


def test_a_statement_that_takes_long_is_named_in_the_log():
    for stack in running(make_stack("slowly", PROVING, ENTREPOT_SLOW_STATEMENT_MS="150")):
        with lock_notes(stack) as held:
            late = threading.Thread(
                target=Client(stack).post, args=[NOTES, {"title": "late", "quantity": 1}])
            late.start()
            held.wait_for_waiting()
            # Longer than the setting, and not than the default.
            time.sleep(0.16)
        late.join()

        def is_named():
            lines = stack.entrepot.log_file.read_text().splitlines()
            return any("INSERT INTO proving_notes" in json.loads(line)["sql"]
                       for line in lines if "slow statement" in line)

        eventually(is_named)


def test_without_redis_answers_stay_right_and_quick(up):
    """Whoever takes the processor from us makes a round slower and none quicker: one that was left
    alone is enough. Of a product that waits for Redis none is quick."""
    client = Client(up, secure=False)

    def seconds_more():
        before = slowest_seconds(client, "/health")
        up.redis.stop(signal.SIGKILL)
        more = slowest_seconds(client, "/health") - before
        ready = client.get("/ready")
        assert (ready.status, ready.json["status"]) == (200, "degraded")
        up.redis.start()
        eventually(lambda: client.get("/ready").json["status"] == "ready")
        return more

    rounds = (seconds_more() for _ in range(ROUNDS_MAX))
    assert any(more < SECONDS_MORE_WITHOUT_REDIS for more in rounds)


def test_a_redis_that_hangs_is_as_good_as_none(up):
    client = Client(up, secure=False)
    redis = up.redis.pid()
    os.kill(redis, signal.SIGSTOP)
    try:
        assert client.get("/health").seconds < SECONDS_BESIDE_WHAT_HANGS
        ready = client.get("/ready")
        assert (ready.status, ready.json["status"]) == (200, "degraded")
        assert ready.seconds < SECONDS_BESIDE_WHAT_HANGS
    finally:
        os.kill(redis, signal.SIGCONT)
    eventually(lambda: client.get("/ready").json["status"] == "ready")


def test_without_mariadb_the_answer_is_503_at_once_and_it_recovers_by_itself(up):
    client = Client(up, secure=False)
    workers = up.entrepot.workers()
    up.mariadb.stop(signal.SIGKILL)
    answer = client.get("/ready")
    assert answer.status == 503
    assert answer.headers["retry-after"]
    assert answer.seconds < SECONDS_BESIDE_WHAT_HANGS
    assert client.get("/health").status == 200, "a worker answers still"
    up.mariadb.start()
    up.mariadb.wait()
    eventually(lambda: client.get("/ready").status == 200)
    assert up.entrepot.workers() == workers, "nobody had to be started anew"


def test_a_mariadb_that_restarts_between_two_requests_is_not_noticed(up):
    client = Client(up, secure=False)
    assert client.get("/ready").status == 200
    up.mariadb.stop()
    up.mariadb.start()
    up.mariadb.wait()
    # Each worker holds a connection that the old server has closed.
    assert {client.get("/ready").status for _ in range(20)} == {200}


def test_a_mariadb_that_hangs_is_503_once_the_request_deadline_is_over(up):
    client = Client(up, secure=False)
    server = up.mariadb.pid()
    os.kill(server, signal.SIGSTOP)
    try:
        answer = client.get("/ready")
        assert (answer.status, answer.problem["code"]) == (503, "unavailable")
        assert answer.headers["retry-after"]
    finally:
        os.kill(server, signal.SIGCONT)
    eventually(lambda: client.get("/ready").status == 200)
