"""Readings by MQTT are taken in as those by HTTP are."""

import json

import pytest

from client import eventually
from conftest import make_stack, running
from measuring import DEAD_LETTERS, Sensor, ago
from mqtt import Device, waiting
from people import query
from places import Company


@pytest.fixture(scope="module")
def farm():
    """The product as it is deployed, with devices that speak MQTT."""
    yield from running(make_stack("farm"))


@pytest.fixture(scope="module")
def company(farm):
    return Company(farm, "Dairy")


@pytest.fixture
def sensor(farm, company):
    sensor = Sensor(company.admin, coldCellId=company.cell["id"])
    eventually(lambda: not waiting(farm))
    return sensor


def readings(stack, sensor):
    return [float(value) for [value] in query(
        stack, "SELECT temperature FROM readings r JOIN devices d ON d.number = r.device_number "
        f"WHERE d.id = '{sensor.id}' ORDER BY recorded_at")]


def test_one_reading_and_many_are_kept(farm, sensor):
    with Device(farm, sensor.serial, sensor.device["apiKey"]) as device:
        device.say("readings", json.dumps({"temperature": 4, "recordedAt": ago(minutes=3)}))
        many = [{"temperature": value, "recordedAt": ago(minutes=2, seconds=-value)}
                for value in [5, 6]]
        device.say("readings", json.dumps({"readings": many}))
        eventually(lambda: readings(farm, sensor) == [4, 5, 6])


def test_the_same_reading_by_both_ways_is_kept_once(farm, sensor):
    reading = {"temperature": 4, "recordedAt": ago(minutes=1)}
    with Device(farm, sensor.serial, sensor.device["apiKey"]) as device:
        device.say("readings", json.dumps(reading))
        eventually(lambda: readings(farm, sensor) == [4])
        assert sensor.tell(**reading).json["duplicates"] == 1
        device.say("readings", json.dumps(reading))
        device.say("readings", json.dumps(reading | {"recordedAt": ago(seconds=1)}))
        eventually(lambda: len(readings(farm, sensor)) == 2)


def test_what_cannot_be_taken_becomes_a_dead_letter_and_holds_up_nothing(farm, company, sensor):
    with Device(farm, sensor.serial, sensor.device["apiKey"]) as device:
        for wrong in ["no json", '{"temperature":"warm"}', "\xff", "[]", ""]:
            device.say("readings", wrong.encode("latin-1"))
        device.say("readings", json.dumps({"temperature": 4}))
        eventually(lambda: readings(farm, sensor) == [4])
    found = company.admin.get(f"{DEAD_LETTERS}?serialNumber={sensor.serial}").json["items"]
    assert len(found) == 5
    assert {letter["source"] for letter in found} == {"mqtt"}


def test_a_reading_that_is_too_warm_raises_an_alert(farm, company, sensor):
    with Device(farm, sensor.serial, sensor.device["apiKey"]) as device:
        device.say("readings", json.dumps({"temperature": 30}))
        alerts = eventually(lambda: company.admin.get(
            f"/api/v1/alerts?deviceId={sensor.id}").json["items"])
    assert [alert["type"] for alert in alerts] == ["HIGH_TEMP"]
