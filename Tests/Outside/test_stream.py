"""Streams as their readers get them: what begins them, order, resume, rights, ends."""

import pytest

from agreements import CONTRACTS, agree, refused, shipped
from callers import Caller, make_id, sign_in
from client import eventually
from follow import STREAM, Stream, poll
from order import events, last, settle


def test_a_stream_begins_with_what_was_granted(office, user):
    settle(office)
    with Stream(user, "contracts", "shipments") as stream:
        ready = stream.open()
        assert ready["topics"] == ["contracts", "shipments"]
        assert ready["cursor"].isdigit()
        assert stream.headers["content-type"] == "text/event-stream"
        assert stream.headers["cache-control"] == "no-store"
        assert stream.headers["x-request-id"]
        assert stream.headers["x-content-type-options"] == "nosniff"


def test_what_happens_arrives_as_it_happens(office, manager, user):
    contract = agree(manager, 10)
    topic = f"contracts/{contract['id']}"
    settle(office)
    with Stream(manager, topic, last=str(last(office))) as stream:
        stream.open()
        shipment = shipped(user, contract, 3)
        [event] = stream.events(1)
        assert event.type == event.data["type"] == "shipment.accepted"
        assert event.data["data"]["shipment"]["id"] == shipment["id"]
        shipped(user, contract, 2)
        [second] = stream.events(1)
        assert int(second.id) > int(event.id)
    listed, _ = events(manager, "", topic)
    assert [item["id"] for item in listed][-2:] == [event.id, second.id]


def test_a_stream_goes_on_behind_the_last_event(office, manager, user):
    contract = agree(manager, 10)
    topic = f"contracts/{contract['id']}"
    for _ in range(4):
        shipped(user, contract, 1)
    settle(office)
    listed, _ = events(manager, "", topic)
    for place in range(len(listed)):
        with Stream(manager, topic, last=listed[place]["id"]) as stream:
            assert stream.open()["cursor"] == listed[place]["id"]
            missed = stream.events(len(listed) - place - 1)
            assert [event.id for event in missed] == [item["id"] for item in listed[place + 1:]]
    with Stream(manager, topic, lastEventId=listed[-2]["id"]) as stream:
        stream.open()
        assert stream.events(1)[0].id == listed[-1]["id"]


@pytest.mark.parametrize("id", ["x", "01", "-1", "999999999999", "9" * 40])
def test_what_was_never_an_id_is_a_reset(office, manager, id):
    settle(office)
    with Stream(manager, "contracts", last=id) as stream:
        stream.open()
        reset = stream.frame()
        assert (reset.type, reset.id) == ("reset", None)
        assert int(reset.data["cursor"]) <= last(office)
    answer = poll(manager, "contracts", after=id).json
    assert answer["reset"] is True and answer["events"] == []


def test_a_poll_answers_when_there_is_something(office, manager, user):
    contract = agree(manager, 10)
    topic = f"contracts/{contract['id']}"
    settle(office)
    start = eventually(lambda: poll(manager, topic).json)
    assert (start["events"], start["reset"]) == ([], False)
    shipment = shipped(user, contract, 1)
    answer = poll(manager, topic, after=start["cursor"], wait=10)
    assert answer.headers["content-type"] == "application/json"
    assert int(answer.headers["content-length"]) > 0, "or its connection could not be kept"
    [event] = answer.json["events"]
    assert event["data"]["shipment"]["id"] == shipment["id"]
    assert set(event) == {"id", "event_id", "type", "data", "metadata"}
    assert int(answer.json["cursor"]) >= int(event["id"])
    empty = poll(manager, topic, after=answer.json["cursor"], wait=1)
    # Not before, and long before it would by itself.
    assert empty.json["events"] == [] and 0.7 < empty.seconds < 8


@pytest.mark.parametrize("topic", ["orders", "system", "users/usr_other", "nothing"])
def test_a_topic_that_is_not_allowed_is_refused_before_the_stream(office, user, topic):
    for path in [STREAM, "/api/v1/poll", "/api/stream"]:
        refused(user.get(f"{path}?topic=contracts&topic={topic}"), 403, "forbidden")


def test_nobody_follows_without_being_known(office):
    refused(Caller(office).get(f"{STREAM}?topic=contracts"), 401, "unauthenticated")


def test_nobody_reaches_a_hub_but_through_a_worker(office, user):
    for path in ["/hub", "/hub?told=e30"]:
        assert user.get(path).status == 404
