"""Commands by MQTT: they go to who is there or comes back for them, and wait for all others. And
what devices, or the broker in their name, say of whether they are there."""

import json
import os
import signal

import pytest

from client import eventually
from conftest import make_stack, running
from history import history
from measuring import Sensor
from mqtt import Device, waiting
from people import query
from places import Company, DeviceCaller, at

MINE = "/api/v1/iot/commands"
STEPS = ["command.queued", "command.sent", "command.acknowledged"]


@pytest.fixture(scope="module")
def farm():
    yield from running(make_stack("orders"))


@pytest.fixture(scope="module")
def company(farm):
    return Company(farm, "Dairy")


@pytest.fixture
def sensor(farm, company):
    sensor = Sensor(company.admin, coldCellId=company.cell["id"])
    eventually(lambda: not waiting(farm))
    return sensor


def speaking(farm, sensor, **how):
    return Device(farm, sensor.serial, sensor.device["apiKey"], **how)


def tell(company, sensor, **fields):
    answer = company.admin.post(
        f"/api/v1/iot/devices/{sensor.id}/command", {"command": "defrost"} | fields)
    assert answer.status == 202, answer
    return answer.json


def command(company, sensor):
    return company.admin.get(f"/api/v1/iot/devices/{sensor.id}/commands").json["items"][0]


def status(company, sensor):
    return command(company, sensor)["status"]


def steps(farm, sensor):
    return [event.type for event in history(farm, f"devices/{sensor.id}")
            if event.type.startswith("command.")]


def presence(farm, sensor):
    return [event.type for event in history(farm, f"devices/{sensor.id}")
            if event.type in ["device.online", "device.offline"]]


def heard(device):
    return [json.loads(message.payload) for message in device.heard]


def answer(device, told, **fields):
    device.say("commands/ack", json.dumps({"id": told["id"], "status": "acknowledged"} | fields))


def bridge(farm):
    return eventually(lambda: farm.entrepot.workers("bridge"))[0]


def test_a_command_goes_by_the_broker_and_is_answered(farm, company, sensor):
    with speaking(farm, sensor) as device:
        device.listen()
        told = tell(company, sensor, params={"minutes": 10})
        eventually(lambda: device.heard)
        assert heard(device) == [{
            "id": told["id"], "command": "defrost", "params": {"minutes": 10},
            "expiresAt": told["expiresAt"]}]
        eventually(lambda: status(company, sensor) == "sent")
        answer(device, told, result={"ok": True})
        eventually(lambda: status(company, sensor) == "acknowledged")
        answer(device, told)
    done = command(company, sensor)
    assert done["result"] == {"ok": True} and done["sentAt"] and done["acknowledgedAt"]
    assert steps(farm, sensor) == STEPS


def test_a_device_that_fails_says_so(farm, company, sensor):
    with speaking(farm, sensor) as device:
        device.listen()
        told = tell(company, sensor)
        eventually(lambda: device.heard)
        answer(device, told, status="failed", result="no power")
        eventually(lambda: status(company, sensor) == "failed")
    assert steps(farm, sensor) == STEPS[:2] + ["command.failed"]


def test_what_is_for_nobody_at_the_broker_waits_to_be_fetched(farm, company, sensor):
    told = tell(company, sensor)
    # Its neighbour comes later and is told sooner: this one was tried, and is queued.
    neighbour = Sensor(company.admin, coldCellId=company.cell["id"])
    eventually(lambda: not waiting(farm))
    with speaking(farm, neighbour) as device:
        device.listen()
        tell(company, neighbour)
        eventually(lambda: status(company, neighbour) == "sent")
    assert status(company, sensor) == "queued"
    at_device = DeviceCaller(farm, sensor.device["apiKey"])
    assert [item["id"] for item in at_device.get(MINE).json["items"]] == [told["id"]]
    assert at_device.post(f"{MINE}/{told['id']}/ack", {"status": "acknowledged"}).status == 200
    assert steps(farm, sensor) == STEPS


def test_a_device_that_comes_later_is_told_then(farm, company, sensor):
    told = tell(company, sensor)
    with speaking(farm, sensor) as device:
        assert status(company, sensor) == "queued"
        device.listen()
        eventually(lambda: device.heard)
        assert [message["id"] for message in heard(device)] == [told["id"]]
        eventually(lambda: status(company, sensor) == "sent")


def test_the_broker_keeps_a_command_for_who_comes_back(farm, company, sensor):
    with speaking(farm, sensor, clean=False) as device:
        device.listen()
    told = tell(company, sensor)
    late = tell(company, sensor, expiresInSeconds=1)
    eventually(lambda: steps(farm, sensor).count("command.sent") == 2)
    eventually(lambda: status(company, sensor) == "expired")
    with speaking(farm, sensor, clean=False) as device:
        eventually(lambda: device.heard)
        answer(device, told)
        eventually(lambda: steps(farm, sensor).count("command.acknowledged") == 1)
        # One whose time is over is told to nobody.
        assert late["id"] not in [message["id"] for message in heard(device)]


def test_a_bridge_that_is_killed_loses_and_doubles_no_step(farm, company, sensor):
    count = 30
    with speaking(farm, sensor, clean=False) as device:
        device.listen()
        told = []
        for number in range(count):
            told.append(tell(company, sensor, params={"number": number}))
            if number % 10 == 5:
                os.kill(bridge(farm), signal.SIGKILL)
            for message in heard(device)[:number // 2]:
                answer(device, message)
        eventually(lambda: {message["id"] for message in heard(device)} == {
            command["id"] for command in told})
        for message in heard(device):
            answer(device, message)
        eventually(lambda: steps(farm, sensor).count("command.acknowledged") == count)
    events = [(event.data["command"]["id"], event.type)
              for event in history(farm, f"devices/{sensor.id}")
              if event.type.startswith("command.")]
    for command in told:
        assert [kind for id, kind in events if id == command["id"]] == STEPS


def test_an_answer_that_means_nothing_holds_up_no_other(farm, company, sensor):
    with speaking(farm, sensor) as device:
        device.listen()
        told = tell(company, sensor)
        eventually(lambda: device.heard)
        for wrong in ["no json", "{}", json.dumps({"id": told["id"], "status": "perhaps"})]:
            device.say("commands/ack", wrong)
        answer(device, {"id": "cmd_" + "0" * 26})
        answer(device, told)
        eventually(lambda: status(company, sensor) == "acknowledged")


def test_a_device_that_breaks_off_is_offline_until_its_next_word(farm, company, sensor):
    def shown():
        return company.admin.get(at(sensor.device)).json["status"]

    device = speaking(farm, sensor)
    device.client.will_set(device.topic("status"), '{"status":"offline"}', 1, retain=True)
    device.client.reconnect_delay_set(30, 30)
    with device:
        device.say("status", '{"status":"online"}')
        eventually(lambda: shown() == "ONLINE")
        device.break_off()
        eventually(lambda: shown() == "OFFLINE")
    # What the broker has retained says nothing new to a bridge that comes back.
    with speaking(farm, sensor) as device:
        device.say("readings", json.dumps({"temperature": 4}))
        eventually(lambda: shown() == "ONLINE")
        os.kill(bridge(farm), signal.SIGKILL)
        device.say("readings", json.dumps({"temperature": 5}))
        eventually(lambda: query(farm, "SELECT COUNT(*) FROM readings r JOIN devices d ON "
                                 f"d.number = r.device_number WHERE d.id = '{sensor.id}'")
                   == [["2"]])
        assert shown() == "ONLINE"
        # One that goes politely says it by itself.
        device.say("status", '{"status":"offline"}')
        eventually(lambda: shown() == "OFFLINE")
    assert presence(farm, sensor) == ["device.online", "device.offline"] * 2


def test_who_has_said_that_it_goes_is_missed_when_it_stays_away(farm, company, sensor):
    with speaking(farm, sensor) as device:
        device.say("readings", json.dumps({"temperature": 4}))
        device.say("status", '{"status":"offline"}')
        eventually(lambda: presence(farm, sensor) == ["device.online", "device.offline"])
    query(farm, f"UPDATE devices SET last_seen_at = last_seen_at - INTERVAL 1 HOUR "
          f"WHERE id = '{sensor.id}'")
    farm.redis.ask(f"ZREM entrepot:devices:seen {number(farm, sensor)}")
    eventually(lambda: [alert["type"] for alert in company.admin.get(
        f"/api/v1/alerts?deviceId={sensor.id}").json["items"]] == ["SENSOR_ERROR"])
    assert presence(farm, sensor) == ["device.online", "device.offline"]


def number(farm, sensor):
    return query(farm, f"SELECT number FROM devices WHERE id = '{sensor.id}'")[0][0]
