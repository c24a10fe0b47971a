"""Nobody who follows misses anything or sees anything twice, whatever is killed meanwhile."""

import contextlib
import http.client
import os
import random
import signal
import threading
import time

import pytest

from agreements import agree
from callers import Caller, sign_in
from client import eventually
from conftest import make_stack, running
from follow import Stream, held, poll
from history import history
from order import last, redis, settle, tell
from test_processes import others
from test_relay import Writers

# A number makes the long test longer; the whole length is 1000.
RECONNECTS = int(os.environ.get("ENTREPOT_TEST_RECONNECTS", "60"))
KILLS = max(2, RECONNECTS // 100)
RESTLESS = 4
SECONDS_TO_COME_BACK = 5
SECONDS_TO_SETTLE = 120


@pytest.fixture(scope="module")
def followed():
    yield from running(make_stack("follow"))


@pytest.fixture(autouse=True)
def whole(followed):
    followed.start()
    yield
    followed.start()


@pytest.fixture(scope="module")
def admin(followed):
    return Caller(followed, token=sign_in(followed, "admin", subject="usr_admin"))


@pytest.fixture
def contract(admin):
    return agree(admin, 10**12, alertPercents=[])


def hubs(stack):
    return stack.entrepot.workers("hub")


def told(stack, contract, after):
    """What a reader of a contract has to have seen."""
    return [event.position for event in history(stack, f"contracts/{contract['id']}")
            if event.position is not None and event.position > int(after)]


class Tellers:
    """About a thousand events a second, beside those of writers, from `with` to its end."""

    BATCH = 50
    SECONDS = 0.05

    def __init__(self, stack, contract):
        self.stack, self.contract = stack, contract
        self.is_over = threading.Event()
        self.thread = threading.Thread(target=self.tell)

    def tell(self):
        while not self.is_over.wait(self.SECONDS):
            tell(self.stack, self.contract["id"], "more", self.BATCH)

    def __enter__(self):
        self.thread.start()
        return self

    def __exit__(self, *_):
        self.is_over.set()
        self.thread.join()


class Restless:
    """Follows a contract, leaves again and again, and comes back now by a stream and now by a
    poll; keeps the id of each event that it was given."""

    def __init__(self, caller, contract, after, seed):
        self.caller = caller
        self.topic = f"contracts/{contract['id']}"
        self.cursor = after
        self.random = random.Random(seed)
        self.seen = []
        self.faults = []
        self.connects = 0
        self.is_over = threading.Event()
        self.thread = threading.Thread(target=self.run)
        self.thread.start()

    def run(self):
        while not self.is_over.is_set():
            self.connects += 1
            try:
                self.random.choice([self.stream, self.stream, self.poll])()
            except (OSError, http.client.HTTPException, ValueError):
                time.sleep(0.02)

    def stream(self):
        with Stream(self.caller, self.topic, last=self.cursor) as stream:
            if stream.status != 200:
                if stream.status != 503:
                    self.faults.append(stream.status)
                time.sleep(0.05)
                return
            deadline = time.monotonic() + self.random.choice([0.01, 0.1, 0.4])
            while (left := deadline - time.monotonic()) > 0:
                frame = stream.frame(left)
                if frame is None:
                    return
                if frame.id is not None:
                    self.seen.append(int(frame.id))
                    self.cursor = frame.id
                elif frame.type not in (None, "ready"):
                    self.faults.append(frame)

    def poll(self):
        for _ in range(self.random.choice([1, 3])):
            answer = poll(self.caller, self.topic, after=self.cursor, wait=1)
            if answer.status != 200:
                if answer.status != 503:
                    self.faults.append(answer)
                time.sleep(0.05)
                return
            self.seen += [int(event["id"]) for event in answer.json["events"]]
            self.cursor = answer.json["cursor"]
            if answer.json["reset"]:
                self.faults.append(answer)

    def check(self, expected):
        """Nothing was missed up to where it is, and nothing came twice."""
        self.is_over.set()
        self.thread.join()
        assert self.faults == []

        def has_all():
            answer = poll(self.caller, self.topic, after=self.cursor, wait=1)
            if answer.status == 200:
                self.seen += [int(event["id"]) for event in answer.json["events"]]
                self.cursor = answer.json["cursor"]
            return self.seen and self.seen[-1] >= expected[-1]

        eventually(has_all, SECONDS_TO_SETTLE)
        assert self.seen == expected


def kill(stack, role):
    """One of a role, once there is one: it may have been killed a moment ago."""
    os.kill(random.choice(eventually(lambda: stack.entrepot.workers(role))), signal.SIGKILL)


def kill_redis(stack):
    stack.redis.stop(signal.SIGKILL)
    time.sleep(0.3)
    stack.redis.start()
    stack.redis.wait()


def test_a_restless_reader_misses_nothing_and_sees_nothing_twice(followed, admin, contract):
    """While hub, relay and Redis are killed in turn, and shipments go on."""
    settle(followed)
    after = str(last(followed))
    readers = [Restless(admin, contract, after, seed) for seed in range(RESTLESS)]
    began = time.monotonic()
    with Writers(followed, contract, 2) as writers, Tellers(followed, contract):
        for turn in range(KILLS * 3):
            [lambda: kill(followed, "hub"), lambda: kill(followed, "relay"),
             lambda: kill_redis(followed)][turn % 3]()
            target = RECONNECTS * (turn + 1) / (KILLS * 3)
            eventually(lambda: sum(reader.connects for reader in readers) >= target, 120)
            eventually(lambda: len(hubs(followed)) == 2)
        seconds = time.monotonic() - began
    assert writers.failures == []
    settle(followed, SECONDS_TO_SETTLE)
    expected = told(followed, contract, after)
    assert len(expected) >= len(writers.accepted)
    for reader in readers:
        reader.check(expected)
    print(f"{sum(reader.connects for reader in readers)} connects, "
          f"{len(expected) / seconds:.0f} events a second for {seconds:.0f} s, "
          f"{KILLS} kills of hub, relay and Redis each")


def follow_through(followed, admin, contract, happen):
    """A stream that stays open sees all that is written before, during and after something."""
    settle(followed)
    after = str(last(followed))
    seen = []
    with Stream(admin, f"contracts/{contract['id']}", last=after) as stream:
        stream.open()

        def read():
            with contextlib.suppress(OSError, ValueError):
                while frame := stream.frame(SECONDS_TO_SETTLE):
                    if frame.id:
                        seen.append(int(frame.id))

        reader = threading.Thread(target=read, daemon=True)
        reader.start()
        with Writers(followed, contract, 4) as writers:
            eventually(lambda: len(seen) > 100, SECONDS_TO_SETTLE)
            happen(followed)
            more = len(writers.accepted) + 300
            eventually(lambda: len(writers.accepted) > more, SECONDS_TO_SETTLE)
        settle(followed, SECONDS_TO_SETTLE)
        expected = told(followed, contract, after)
        eventually(lambda: seen and seen[-1] >= expected[-1], SECONDS_TO_SETTLE)
        assert seen == expected


def flush(stack):
    for _ in range(3):
        redis(stack, "FLUSHALL")
        time.sleep(0.2)


def stop_redis_for_a_while(stack):
    stack.redis.stop(signal.SIGKILL)
    time.sleep(2)
    stack.redis.start()
    stack.redis.wait()


def trim(stack):
    """The stream in Redis loses its newest events, as a failover to a late copy would."""
    for _ in range(3):
        newest = redis(stack, "XREVRANGE", "entrepot:events", "+", "-", "COUNT", "50")
        for place, _ in newest:
            redis(stack, "XDEL", "entrepot:events", place)
        time.sleep(0.2)


def kill_relay(stack):
    kill(stack, "relay")
    time.sleep(0.5)


def kill_workers(stack):
    before = stack.entrepot.workers("worker")
    for pid in before:
        os.kill(pid, signal.SIGKILL)
    # A killed one is there for a moment more, and would lose what it is asked.
    eventually(lambda: others(stack, before))


@pytest.mark.parametrize("happen", [flush, stop_redis_for_a_while, trim, kill_relay])
def test_an_open_stream_goes_on(followed, admin, contract, happen):
    follow_through(followed, admin, contract, happen)


def test_a_stream_outlives_the_worker_that_let_it_in(followed, admin, contract):
    settle(followed)
    with Stream(admin, f"contracts/{contract['id']}", last=str(last(followed))) as stream:
        stream.open()
        kill_workers(followed)
        with Writers(followed, contract, 1) as writers:
            eventually(lambda: len(writers.accepted) > 3)
        assert len(stream.events(3)) == 3


def test_a_reload_and_an_upgrade_end_streams_properly_and_readers_go_on(followed, admin, contract):
    for number in [signal.SIGHUP, signal.SIGUSR2]:
        settle(followed)
        eventually(lambda: held(followed) == 0)
        after = str(last(followed))
        before = hubs(followed)
        streams = [Stream(admin, f"contracts/{contract['id']}", last=after) for _ in range(8)]
        for stream in streams:
            stream.open()
        waiting = []
        thread = threading.Thread(target=lambda: waiting.append(
            poll(admin, f"contracts/{contract['id']}", after=after, wait=9)))
        thread.start()
        eventually(lambda: held(followed) == len(streams) + 1)
        os.kill(followed.entrepot.pid(), number)
        for stream in streams:
            # A heartbeat is no event.
            assert all(frame.is_comment for frame in stream.to_end(SECONDS_TO_SETTLE))
            stream.close()
        thread.join()
        assert (waiting[0].status, waiting[0].json["events"]) == (200, [])
        eventually(lambda: len(hubs(followed)) == 2 and not set(hubs(followed)) & set(before), 60)
        with Stream(admin, f"contracts/{contract['id']}", last=after) as again:
            again.open()


def test_a_stopped_server_answers_those_who_wait(followed, admin, contract):
    settle(followed)
    cursor = poll(admin, "contracts").json["cursor"]
    eventually(lambda: held(followed) == 0)
    with Stream(admin, "contracts") as stream:
        stream.open()
        answers = []
        thread = threading.Thread(target=lambda: answers.append(
            poll(admin, "contracts", after=cursor, wait=9)))
        thread.start()
        eventually(lambda: held(followed) == 2)
        followed.entrepot.stop()
        assert stream.to_end() == []
        thread.join()
    assert (answers[0].status, answers[0].json["events"]) == (200, [])


def test_a_killed_hub_is_replaced_and_its_readers_come_back(followed, admin, contract):
    before = hubs(followed)
    with Stream(admin, "contracts") as stream:
        stream.open()
        for pid in before:
            os.kill(pid, signal.SIGKILL)
        stream.to_end(5)
    began = time.monotonic()
    with Stream(admin, "contracts") as stream:
        assert stream.status == 200
        stream.open()
    assert time.monotonic() - began < SECONDS_TO_COME_BACK
