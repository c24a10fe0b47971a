"""The relay: every committed event gets its place once, whoever is killed; Redis is only a copy."""

import contextlib
import itertools
import os
import pathlib
import shutil
import signal
import subprocess
import tempfile
import threading
import time

import pytest

from agreements import agree, rows, ship
from callers import Caller, sign_in
from client import eventually, metric
from conftest import make_stack, running
from order import STREAM_EVENTS_MAX, EVENTS, events, last, redis, settle, stream, tail, tell

WRITERS = 8
KILLS = 4
SECONDS_TO_REPLACE = 5


@pytest.fixture(scope="module")
def relayed():
    yield from running(make_stack("relay"))


@pytest.fixture(scope="module")
def admin(relayed):
    return Caller(relayed, token=sign_in(relayed, "admin", subject="usr_admin"))


@pytest.fixture(scope="module")
def contract(admin):
    return agree(admin, 10**12, alertPercents=[])


class Writers:
    """Ships from `with` to its end; what was accepted."""

    def __init__(self, stack, contract, count=WRITERS):
        self.caller = Caller(stack, token=sign_in(stack, "user", subject="usr_writer"))
        self.contract = contract
        self.accepted = []
        self.cursors = []
        self.failures = []
        self.is_over = threading.Event()
        self.threads = [threading.Thread(target=self.write) for _ in range(count)]

    def write(self):
        while not self.is_over.is_set():
            answer = ship(self.caller, self.contract, 1)
            if answer.status != 201:
                self.failures.append(answer)
                return
            self.accepted.append(answer.json["id"])
            self.cursors.append((answer.json["id"], int(answer.headers["event-cursor"])))

    def __enter__(self):
        for thread in self.threads:
            thread.start()
        return self

    def __exit__(self, *_):
        self.is_over.set()
        for thread in self.threads:
            thread.join()


def relay(stack):
    return eventually(lambda: stack.entrepot.workers("relay"))[0]


def check_order(stack, caller, accepted):
    """All that was accepted is told once, at positions without a gap."""
    settle(stack)
    found, cursor = events(caller)
    assert [int(item["id"]) for item in found] == list(range(1, last(stack) + 1))
    assert int(cursor) == last(stack)
    assert len({item["event_id"] for item in found}) == len(found)
    told = [item["data"]["shipment"]["id"] for item in found
            if item["type"] in ("shipment.accepted", "shipment.blocked")]
    assert len(told) == len(set(told)) and set(told) >= set(accepted)
    kept = {row[0] for row in rows(stack, "SELECT id FROM shipments")}
    assert set(told) == kept
    stack.entrepot.call("check")


def check_stream(stack):
    settle(stack, 60)
    eventually(lambda: stream(stack) == tail(stack), 60, 0.2)


def test_a_relay_that_is_killed_again_and_again_loses_and_doubles_nothing(
        relayed, admin, contract):
    terms = metric(Caller(relayed), "relay_terms_total")
    with Writers(relayed, contract) as writers:
        for kill in range(KILLS):
            eventually(lambda: metric(Caller(relayed), "relay_terms_total") > terms + kill - 1)
            time.sleep(0.5 + kill % 2)
            os.kill(relay(relayed), signal.SIGKILL)
            eventually(lambda: metric(Caller(relayed), "relay_terms_total") > terms + kill)
    assert writers.failures == [] and len(writers.accepted) > WRITERS * KILLS
    check_order(relayed, admin, writers.accepted)
    check_stream(relayed)
    # A cursor is never ahead of the event of its own write.
    places = {item["data"]["shipment"]["id"]: int(item["id"]) for item in events(admin)[0]
              if item["type"] == "shipment.accepted"}
    assert all(cursor < places[id] for id, cursor in writers.cursors)


def test_a_killed_leader_is_replaced_in_time(relayed, admin, contract):
    settle(relayed)
    os.kill(relay(relayed), signal.SIGKILL)
    began, before = time.monotonic(), last(relayed)
    assert ship(admin, contract, 1).status == 201
    eventually(lambda: last(relayed) > before, SECONDS_TO_REPLACE + 1)
    assert time.monotonic() - began < SECONDS_TO_REPLACE


@contextlib.contextmanager
def second_host(stack):
    """Another supervisor with its own processes on the same MariaDB and Redis."""
    folder = pathlib.Path(tempfile.mkdtemp(prefix="entrepot-"))
    settings = dict(stack.settings.for_binary()) | {
        "ENTREPOT_CONFIG": "", "ENTREPOT_WORKERS": "1", "ENTREPOT_SOURCE": "second",
        "ENTREPOT_WORKER_SOCKET": str(folder / "worker.sock"),
        "ENTREPOT_SLOW_SOCKET": str(folder / "slow.sock"),
        "ENTREPOT_GATHERER_SOCKET": str(folder / "gatherer.sock"),
        "ENTREPOT_HUB_SOCKET": str(folder / "hub.sock"),
        "ENTREPOT_PID_FILE": str(folder / "pid")}
    with open(folder / "log", "wb") as log:
        served = subprocess.Popen([stack.binary, "serve"], env=settings, cwd=folder, stdout=log,
                                  stderr=log)
        try:
            eventually(lambda: b'"role":"relay"' in (folder / "log").read_bytes())
            yield served
        finally:
            served.terminate()
            served.wait(20)
            shutil.rmtree(folder)


def leader(stack):
    found = rows(stack, "SELECT place FROM leases WHERE duty = 'relay' AND holder <> '' "
                 "AND expires_at > UTC_TIMESTAMP(3)")
    return found[0][0] if found else None


def test_a_paused_leader_is_replaced_by_another_host_and_does_no_harm(relayed, admin, contract):
    settle(relayed)
    first, paused = leader(relayed), relay(relayed)
    with second_host(relayed), Writers(relayed, contract, 2) as writers:
        time.sleep(0.5)
        assert leader(relayed) == first
        os.kill(paused, signal.SIGSTOP)
        began = time.monotonic()
        try:
            eventually(lambda: leader(relayed) == "second", SECONDS_TO_REPLACE + 1)
            before = last(relayed)
            eventually(lambda: last(relayed) > before, SECONDS_TO_REPLACE + 1)
            assert time.monotonic() - began < SECONDS_TO_REPLACE
        finally:
            os.kill(paused, signal.SIGCONT)
        time.sleep(1)
        assert leader(relayed) == "second"
    assert writers.failures == []
    eventually(lambda: leader(relayed) == first)
    check_order(relayed, admin, writers.accepted)
    check_stream(relayed)


def lease(stack):
    """Who has the relay's lease, since when, and until when if nobody renews it."""
    found = rows(stack, "SELECT holder, held_since, expires_at FROM leases WHERE duty = 'relay' "
                 "AND holder <> ''")
    return found[0] if found else None


def test_a_relay_that_is_asked_to_end_gives_its_place_up_at_once(relayed, admin, contract):
    """It is seen to be free, or its successor has it before it could have lapsed."""
    settle(relayed)
    seen = [eventually(lambda: lease(relayed))]

    def has_changed():
        seen.append(lease(relayed))
        return seen[-1] and seen[-1][0] != seen[0][0]

    os.kill(relayed.entrepot.pid(), signal.SIGHUP)
    eventually(has_changed, 60)
    (_, _, lapses_at), (_, held_since, _) = [each for each in seen if each][-2:]
    assert None in seen or held_since < lapses_at
    before = last(relayed)
    assert ship(admin, contract, 1).status == 201
    eventually(lambda: last(relayed) > before)


def test_an_event_is_in_the_order_a_moment_after_its_write(relayed, admin, contract):
    settle(relayed)
    took = []
    for _ in range(40):
        before = last(relayed)
        began = time.monotonic()
        assert ship(admin, contract, 1).status == 201
        eventually(lambda: int(redis(relayed, "XREVRANGE", "entrepot:events", "+", "-", "COUNT",
                                     "1")[0][0].removesuffix("-0")) > before, every_seconds=0)
        took.append(time.monotonic() - began)
        time.sleep(0.02)
    print(f"from the request to Redis: {sorted(took)[20] * 1000:.1f} ms")
    # Others on the machine make some slower; who is not woken looks again after a second, always.
    assert sorted(took)[10] < 0.15


def test_an_emptied_redis_is_filled_while_nothing_happens(relayed, contract):
    """More events than Redis keeps, however many the machine wrote until now: fewer are added."""
    tell(relayed, contract["id"], "more", max(1, STREAM_EVENTS_MAX + 1 - last(relayed)))
    check_stream(relayed)
    fillings = metric(Caller(relayed), "event_stream_fillings_total")
    redis(relayed, "FLUSHALL")
    check_stream(relayed)
    # Counted once it is done.
    eventually(lambda: metric(Caller(relayed), "event_stream_fillings_total") > fillings)
    assert metric(Caller(relayed), "event_stream_fillings_total") == fillings + 1


def test_events_go_on_without_redis_and_are_brought_to_it_later(relayed, admin, contract):
    settle(relayed)
    with Writers(relayed, contract, 2) as writers:
        for _ in range(2):
            os.kill(relayed.redis.pid(), signal.SIGKILL)
            eventually(lambda: relayed.redis.pid() is None)
            before = last(relayed)
            eventually(lambda: last(relayed) > before)
            found = admin.get(f"{EVENTS}?after={before}")
            assert found.status == 200
            eventually(lambda: admin.get(f"{EVENTS}?after={before}").json["items"])
            relayed.redis.start()
            relayed.redis.wait()
            time.sleep(0.5)
    assert writers.failures == []
    check_order(relayed, admin, writers.accepted)
    check_stream(relayed)


def test_a_mariadb_that_is_killed_is_gone_on_with(relayed, admin, contract):
    settle(relayed)
    os.kill(relayed.mariadb.pid(), signal.SIGKILL)
    eventually(lambda: relayed.mariadb.pid() is None)
    relayed.mariadb.start()
    relayed.mariadb.wait()
    eventually(lambda: ship(admin, contract, 1).status == 201)
    settle(relayed)
    check_order(relayed, admin, [])
    check_stream(relayed)


def test_a_list_and_what_follows_its_cursor_miss_nothing(relayed, admin, contract):
    reader = Caller(relayed, token=sign_in(relayed, "user", subject="usr_writer"))
    with Writers(relayed, contract, 4) as writers:
        eventually(lambda: writers.accepted)
        for _ in itertools.repeat(None, 10):
            listed = reader.get(f"/api/v1/shipments?contractId={contract['id']}&limit=100")
            seen = {item["id"] for item in listed.json["items"]}
            oldest = min(item["createdAt"] for item in listed.json["items"])
            accepted = list(writers.accepted)
            settle_at = time.monotonic() + 60
            missing = accepted
            while missing and time.monotonic() < settle_at:
                found, _ = events(reader, listed.headers["event-cursor"], "shipments")
                seen |= {item["data"]["shipment"]["id"] for item in found}
                missing = [id for id in accepted if id not in seen]
                if missing:
                    # Those that were there before the hundred newest.
                    older = rows(relayed, "SELECT id FROM shipments WHERE created_at <= "
                                 f"'{oldest[:-1].replace('T', ' ')}'")
                    seen |= {row[0] for row in older}
                    missing = [id for id in accepted if id not in seen]
            assert missing == []
    assert writers.failures == []
