"""Commands: told to devices, fetched by them, answered, or too late."""

import pytest

from agreements import invalid, refused
from client import eventually
from conftest import make_stack, running
from history import history
from people import Member, query
from places import NO_DEVICE, Company, DeviceCaller, at, register

MINE = "/api/v1/iot/commands"
NO_COMMAND = "cmd_" + "0" * 26


@pytest.fixture(scope="module")
def world():
    yield from running(make_stack("commands"))


@pytest.fixture(scope="module")
def company(world):
    return Company(world, "Frost and Sons")


@pytest.fixture(scope="module")
def stranger(world):
    return Company(world, "Warm and Daughters")


@pytest.fixture
def device(company):
    return register(company.technician, coldCellId=company.cell["id"])


def path(device, more="s"):
    return f"/api/v1/iot/devices/{device['id']}/command{more}"


def tell(caller, device, **fields):
    answer = caller.post(path(device, ""), {"command": "defrost"} | fields)
    assert answer.status == 202, answer
    return answer.json


def listed(caller, device):
    return caller.get(path(device)).json["items"]


def types(stack, device):
    return [event.type for event in history(stack, f"devices/{device['id']}")]


def ack(caller, command, status="acknowledged", **fields):
    return caller.post(f"{MINE}/{command['id']}/ack", {"status": status} | fields)


def test_a_command_goes_its_way(world, company, device):
    command = tell(company.technician, device, params={"minutes": 10, "deep": [1.5, None]})
    assert command["id"].startswith("cmd_")
    assert command == {
        "id": command["id"], "deviceId": device["id"], "command": "defrost",
        "params": {"minutes": 10, "deep": [1.5, None]}, "status": "queued",
        "queuedAt": command["queuedAt"], "sentAt": None, "acknowledgedAt": None, "result": None,
        "expiresAt": command["expiresAt"]}
    assert listed(company.technician, device) == [command]
    at_device = DeviceCaller(world, device["apiKey"])
    [sent] = at_device.get(MINE).json["items"]
    assert sent == command | {"status": "sent", "sentAt": sent["sentAt"]}
    assert at_device.get(MINE).json["items"] == [sent]
    answer = ack(at_device, command, result={"ok": True})
    assert answer.status == 200
    assert answer.json == sent | {
        "status": "acknowledged", "acknowledgedAt": answer.json["acknowledgedAt"],
        "result": {"ok": True}}
    assert ack(at_device, command).json == answer.json
    assert at_device.get(MINE).json["items"] == []
    assert listed(company.technician, device) == [answer.json]
    assert types(world, device) == ["command.queued", "command.sent", "command.acknowledged"]


def test_a_command_fails_and_stays_so(world, company, device):
    first, second = tell(company.technician, device), tell(company.technician, device)
    at_device = DeviceCaller(world, device["apiKey"])
    assert [item["id"] for item in at_device.get(MINE).json["items"]] == [
        first["id"], second["id"]]
    assert ack(at_device, second, "failed", result="no power").json["status"] == "failed"
    refused(ack(at_device, second), 409, "command_answered")
    assert [item["status"] for item in listed(company.technician, device)] == ["failed", "sent"]
    failed = company.technician.get(f"{path(device)}?status=failed").json["items"]
    assert [item["id"] for item in failed] == [second["id"]]


def test_a_command_that_is_not_answered_in_its_time_expires(world, company, device):
    command = tell(company.technician, device, expiresInSeconds=1)
    eventually(lambda: listed(company.technician, device)[0]["status"] == "expired")
    at_device = DeviceCaller(world, device["apiKey"])
    assert at_device.get(MINE).json["items"] == []
    refused(ack(at_device, command), 409, "command_expired")
    assert types(world, device) == ["command.queued", "command.expired"]


def test_a_command_whose_time_is_over_is_not_sent_before_anybody_said_so(world, company, device):
    command = tell(company.technician, device)
    query(world, f"UPDATE commands SET expires_at = NOW(3) + INTERVAL -1 SECOND, status = 'sent' "
          f"WHERE id = '{command['id']}'")
    at_device = DeviceCaller(world, device["apiKey"])
    assert at_device.get(MINE).json["items"] == []
    refused(ack(at_device, command), 409, "command_expired")


@pytest.mark.parametrize("fields, wrong", [
    ({"command": None}, {"command": "required"}),
    ({"command": "rm -rf"}, {"command": "invalid"}),
    ({"params": [1]}, {"params": "wrong_type"}),
    ({"params": {"a": "x" * 20_000}}, {"params": "too_long"}),
    ({"expiresInSeconds": 0}, {"expiresInSeconds": "too_small"}),
    ({"expiresInSeconds": 604_801}, {"expiresInSeconds": "too_large"})])
def test_a_command_that_cannot_be_is_refused(company, device, fields, wrong):
    answer = company.technician.post(path(device, ""), {"command": "defrost"} | fields)
    assert invalid(answer) == wrong


def test_an_answer_that_cannot_be_is_refused(world, company, stranger, device):
    command = tell(company.technician, device)
    at_device = DeviceCaller(world, device["apiKey"])
    assert invalid(ack(at_device, command, "done")) == {"status": "not_allowed"}
    refused(ack(at_device, {"id": NO_COMMAND}), 404, "not_found")
    refused(ack(at_device, {"id": "x"}), 404, "not_found")
    other = DeviceCaller(world, stranger.device["apiKey"])
    refused(ack(other, command), 404, "not_found")
    refused(ack(company.technician, command), 401, "unauthenticated")
    assert other.get(MINE).json["items"] == []


def test_those_who_see_or_own_a_device_tell_it_what_to_do(world, company, stranger, device):
    host, other = Member.new(world, "host"), Member.new(world, "host")
    solar = register(company.admin, kind="solar", ownerId=host.id)
    for caller, told in [(host, solar), (company.admin, solar), (company.technician, solar),
                         (company.customer, device), (company.technician, device)]:
        tell(caller, told)
        assert listed(caller, told)
    for caller, hidden in [(other, solar), (company.customer, solar), (host, device),
                           (stranger.technician, device), (stranger.customer, device),
                           (company.technician, {"id": NO_DEVICE})]:
        refused(caller.post(path(hidden, ""), {}), 404, "not_found")
        refused(caller.get(path(hidden)), 404, "not_found")
    company.admin.delete(at(solar))
    refused(host.get(path(solar)), 404, "not_found")
