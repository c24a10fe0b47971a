"""Devices at the broker: the key that opens HTTP opens MQTT, and no longer."""

import json
import threading

import pytest

from client import eventually
from conftest import make_stack, running
from mqtt import SECONDS_MAX, Device, is_let_in, waiting
from people import operator
from places import at, register
from stack.server import ServerError


@pytest.fixture(scope="module")
def plant():
    """The product as it is deployed."""
    yield from running(make_stack("plant"))


@pytest.fixture(scope="module")
def admin(plant):
    return operator(plant)


@pytest.fixture
def device(plant, admin):
    device = register(admin)
    eventually(lambda: not waiting(plant))
    return device


def lets_in(stack, device, key):
    return is_let_in(stack, device["serialNumber"], key)


def test_a_registered_device_is_let_in_by_its_key_alone(plant, device):
    assert lets_in(plant, device, device["apiKey"])
    assert not lets_in(plant, device, device["apiKey"] + "x")


def test_a_rotated_key_ends_the_connection_and_opens_nothing_more(plant, admin, device):
    with Device(plant, device["serialNumber"], device["apiKey"]) as connected:
        key = admin.post(f"{at(device)}/rotate-key").json["apiKey"]
        assert connected.lost.wait(SECONDS_MAX)
    assert not lets_in(plant, device, device["apiKey"])
    assert lets_in(plant, device, key)


def test_a_deleted_device_is_cut_off(plant, admin, device):
    with Device(plant, device["serialNumber"], device["apiKey"]) as connected:
        assert admin.delete(at(device), headers={"If-Match": '"1"'}).status == 204
        assert connected.lost.wait(SECONDS_MAX)
    assert not lets_in(plant, device, device["apiKey"])


def test_no_key_is_kept_once_the_broker_has_it(plant, device):
    assert plant.mariadb.query("SELECT COUNT(*) FROM broker_wishes", "entrepot") == [["0"]]


def test_the_devices_of_the_demo_are_let_in(plant):
    devices = json.loads((plant.directory / "demo.json").read_text())["devices"]
    eventually(lambda: not waiting(plant))
    assert devices
    assert all(lets_in(plant, device, device["apiKey"]) for device in devices)


def test_ready_tells_of_the_broker(plant, admin):
    assert admin.get("/ready").json["checks"]["mqtt"] == "ok"
    plant.mosquitto.stop()
    try:
        answer = admin.get("/ready")
        assert (answer.status, answer.json["status"]) == (200, "degraded")
        assert answer.json["checks"]["mqtt"] == "failed"
    finally:
        plant.mosquitto.start()
        plant.mosquitto.wait()


def test_a_file_of_users_that_the_broker_is_just_writing_is_waited_for(plant):
    broker = plant.mosquitto
    whole = broker.users_file.read_text()
    broker.users_file.write_text(whole[:100])
    writer = threading.Timer(0.5, broker.users_file.write_text, [whole])
    writer.start()
    try:
        plant.start()
    finally:
        writer.join()
    assert broker.users_file.read_text() == whole


def test_a_file_of_users_that_is_not_whole_is_named_and_kept(plant):
    broker = plant.mosquitto
    broker.stop()
    whole = broker.users_file.read_text()
    broker.users_file.write_text(whole[:100])
    try:
        with pytest.raises(ServerError, match="dynamic-security.json is not whole"):
            plant.start()
        assert broker.users_file.read_text() == whole[:100]
    finally:
        broker.users_file.write_text(whole)
        plant.start()
