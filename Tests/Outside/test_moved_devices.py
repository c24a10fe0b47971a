"""A device that moves to another tenant: what is told of it then is for those, and what was told of
it before is not."""

import pytest

from client import eventually
from conftest import make_stack, running
from follow import Stream, poll
from measuring import INGEST, Sensor
from order import last, settle
from people import Member
from places import Company


@pytest.fixture(scope="module")
def stack():
    yield from running(make_stack("moved"))


@pytest.fixture(scope="module")
def first(stack):
    return Company(stack, "First")


@pytest.fixture(scope="module")
def second(stack):
    return Company(stack, "Second")


def move(sensor, admin, **fields):
    answer = admin.patch(f"/api/v1/devices/{sensor.id}", fields)
    assert answer.status == 200, answer


def topic(sensor):
    return f"devices/{sensor.id}"


def measured(events):
    """What was told, of a temperature or of power."""
    readings = [event["data"]["reading"] for event in events if "reading" in event["data"]]
    return {reading.get("temperature") or reading["powerW"] for reading in readings}


def make_heard(sensor, admin, number, **reading):
    """Tells it until an event tells of it, which is once a second at most of a device."""
    settle(sensor.stack)
    before = last(sensor.stack)

    def is_told():
        assert sensor.tell(**reading).status in (201, 202)
        answer = poll(admin, topic(sensor), after=before, wait=1)
        return number in measured(answer.json["events"])

    eventually(is_told)


def heard(stream, number):
    """All that a stream told until a reading with this number."""
    events = []
    while number not in measured(events):
        events += [event.data for event in stream.events(1)]
    return measured(events)


def test_a_stream_of_a_device_tells_nothing_once_it_is_anothers(stack, first, second):
    admin = first.admin
    sensor, mark = (Sensor(admin, coldCellId=first.cell["id"]) for _ in range(2))
    settle(stack)
    before = last(stack)
    with Stream(first.customer, topic(sensor), topic(mark)) as customer, \
            Stream(first.technician, topic(sensor), topic(mark)) as technician:
        streams = [customer, technician]
        for stream in streams:
            stream.open()
        make_heard(sensor, admin, 4, temperature=4)
        move(sensor, admin, coldCellId=second.cell["id"])
        make_heard(sensor, admin, 5, temperature=5)
        make_heard(mark, admin, 6, temperature=6)
        for stream in streams:
            assert heard(stream, 6) == {4, 6}, "and nothing of the one that has gone"
    assert Stream(first.customer, topic(sensor)).status == 403
    # Whoever has it now hears nothing of before, however they ask.
    with Stream(second.customer, topic(sensor), last=str(before)) as stream:
        stream.open()
        assert heard(stream, 5) == {5}
    told = poll(second.technician, topic(sensor), after=before, wait=5).json["events"]
    assert measured(told) == {5}
    told = second.customer.get(f"/api/v1/events?topic={topic(sensor)}&after={before}").json["items"]
    assert measured(told) == {5}


def test_an_owner_hears_of_their_device_and_of_what_it_is_told_to_do(stack, first):
    owner, other = Member.new(stack, "host"), Member.new(stack, "host")
    sensor, mark = (Sensor(first.admin, kind="solar", ownerId=owner.id) for _ in range(2))
    for each in [sensor, mark]:
        each.path = INGEST
    power = {"type": "generation", "energyWh": 1}
    assert Stream(other, topic(sensor)).status == 403
    with Stream(owner, topic(sensor), topic(mark)) as stream:
        stream.open()
        make_heard(sensor, first.admin, 4, powerW=4, **power)
        commands = f"/api/v1/iot/devices/{sensor.id}/command"
        assert owner.post(commands, {"command": "restart"}).status == 202
        types = set()
        while "command.queued" not in types:
            types.add(stream.events(1)[0].type)
        assert types == {"device.online", "reading.recorded", "command.queued"}
        move(sensor, first.admin, ownerId=other.id)
        make_heard(sensor, first.admin, 5, powerW=5, **power)
        assert other.post(commands, {"command": "stop"}).status == 202
        make_heard(mark, first.admin, 6, powerW=6, **power)
        events = []
        while 6 not in measured(events):
            events += [event.data for event in stream.events(1)]
        assert measured(events) == {6} and "command" not in str(events)
