"""A hub that nobody follows does nothing, and whoever comes then misses nothing."""

import concurrent.futures

from agreements import agree, shipped
from callers import Held
from client import eventually
from follow import Stream
from order import last, settle

SECONDS_TO_REST_MAX = 15


def lags(stack):
    """How far each hub that reads events is behind."""
    status, _, body = stack.get("/metrics")
    assert status == 200
    return [int(line.split()[-1]) for line in body.decode().splitlines()
            if line.startswith("entrepot_hub_lag_events{")]


def test_a_hub_rests_while_nobody_follows_and_knows_what_happened_when_somebody_does(
        office, manager, user):
    contract = agree(manager, 10)
    topic = f"contracts/{contract['id']}"
    settle(office)
    before = last(office)
    eventually(lambda: lags(office) == [], SECONDS_TO_REST_MAX)
    missed = [shipped(user, contract, 1)["id"] for _ in range(3)]
    settle(office)
    assert lags(office) == []
    with Stream(manager, topic, last=str(before)) as stream:
        stream.open()
        found = stream.events(3)
        assert [event.data["data"]["shipment"]["id"] for event in found] == missed
        eventually(lambda: lags(office) == [0])
        new = shipped(user, contract, 1)["id"]
        assert stream.events(1)[0].data["data"]["shipment"]["id"] == new
    eventually(lambda: lags(office) == [], SECONDS_TO_REST_MAX)


def test_whoever_comes_while_nobody_can_tell_the_newest_events_waits_for_them(office, manager):
    settle(office)
    eventually(lambda: lags(office) == [], SECONDS_TO_REST_MAX)
    told = complaints(office)

    def follow():
        with Stream(manager, "contracts") as stream:
            return int(stream.open()["cursor"])

    with concurrent.futures.ThreadPoolExecutor(1) as pool:
        with Held(office, "LOCK TABLES event_lines WRITE"):
            following = pool.submit(follow)
            eventually(lambda: complaints(office) > told)
            assert not following.done()
        assert following.result() == last(office)


def complaints(stack):
    return stack.entrepot.log_file.read_text().count("no events to begin with")
