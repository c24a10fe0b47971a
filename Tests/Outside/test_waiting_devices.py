"""Devices that wait for commands: told at once, by whoever is left, and at nobody's cost."""

import concurrent.futures
import contextlib
import http.client
import os
import secrets
import signal

import pytest

from agreements import invalid, refused
from client import eventually
from conftest import make_stack, running
from follow import held
from history import history
from measuring import Sensor
from order import settle
from places import Company, at

MINE = "/api/v1/iot/commands"
# Nobody asserts how soon it is within these: a machine may be busy.
SECONDS_LONG = 50
SECONDS_SOON = 20
CROWD = 50


@pytest.fixture(scope="module")
def world():
    yield from running(make_stack("waiting"))


@pytest.fixture(autouse=True)
def whole(world):
    world.start()
    yield
    world.start()


@pytest.fixture(scope="module")
def company(world):
    return Company(world, "Frost and Sons")


@pytest.fixture
def device(company):
    return Sensor(company.admin, coldCellId=company.cell["id"])


@pytest.fixture
def pool():
    with concurrent.futures.ThreadPoolExecutor(CROWD) as pool:
        yield pool


def tell(company, device):
    answer = persistently(
        company.admin.post, f"/api/v1/iot/devices/{device.id}/command", {"command": "defrost"},
        headers={"Idempotency-Key": secrets.token_hex(16)})
    assert answer.status == 202, answer
    return answer.json


def persistently(request, *given, **options):
    """The answer of whoever is there again after all others were killed."""
    def answer():
        with contextlib.suppress(OSError, http.client.HTTPException):
            answer = request(*given, **options)
            return answer if answer.status != 503 else None

    return eventually(answer)


def ask(device, seconds=0, more=""):
    return device.get(f"{MINE}?wait={seconds}{more}")


def waits(world, pool, *devices, seconds=SECONDS_LONG):
    """The answers to come of devices that a hub holds from here on."""
    eventually(lambda: held(world) == 0)
    # An event that is still on its way would be an answer.
    settle(world)
    asked = [pool.submit(ask, device, seconds) for device in devices]
    eventually(lambda: held(world) == len(devices))
    return asked


def ids(answer):
    assert answer.status == 200, answer
    return [item["id"] for item in answer.json["items"]]


def types(world, device):
    return [event.type for event in history(world, f"devices/{device.id}")
            if event.type.startswith("command.")]


def acknowledge(device, command):
    answer = persistently(device.post, f"{MINE}/{command}/ack", {"status": "acknowledged"})
    assert answer.status == 200, answer


def test_a_device_that_waits_is_told_of_a_command_as_it_is_queued(world, company, device, pool):
    [asked] = waits(world, pool, device)
    command = tell(company, device)
    answer = asked.result(SECONDS_SOON)
    [sent] = answer.json["items"]
    assert sent == command | {"status": "sent", "sentAt": sent["sentAt"]}
    assert types(world, device) == ["command.queued", "command.sent"]
    acknowledge(device, command["id"])
    assert ids(ask(device)) == []


def test_what_is_there_already_is_not_waited_for(company, device):
    command = tell(company, device)["id"]
    for _ in range(2):
        answer = ask(device, SECONDS_LONG)
        assert ids(answer) == [command] and answer.seconds < SECONDS_SOON


def test_when_the_time_is_over_there_is_nothing(world, device):
    settle(world)
    answer = ask(device, 1)
    assert ids(answer) == [] and 1 <= answer.seconds < SECONDS_SOON
    assert answer.headers["content-type"] == ask(device).headers["content-type"]
    assert "x-accel-redirect" not in answer.headers


def test_nothing_but_its_own_commands_ends_the_waiting(world, company, device, pool):
    other = Sensor(company.admin, coldCellId=company.cell["id"])
    asked, _ = waits(world, pool, device, other)
    assert device.tell(temperature=5).status == 201
    assert device.tell(temperature=50).json["alerts"]
    tell(company, other)
    # The other was told of what happened last: so was everybody of all before.
    eventually(lambda: held(world) == 1)
    assert not asked.done()
    command = tell(company, device)["id"]
    assert ids(asked.result(SECONDS_SOON)) == [command]


def test_a_device_that_becomes_anothers_is_told_all_the_same(world, company, device, pool):
    other = Company(world, "Warm and Daughters")
    [asked] = waits(world, pool, device)
    answer = company.admin.patch(at(device.device), {"coldCellId": other.cell["id"]})
    assert answer.status == 200, answer
    command = tell(company, device)["id"]
    assert ids(asked.result(SECONDS_SOON)) == [command]


def test_of_two_that_wait_with_one_key_one_gets_the_command(world, company, device, pool):
    asked = waits(world, pool, device, device)
    command = tell(company, device)["id"]
    assert sorted(ids(answer.result(SECONDS_SOON)) for answer in asked) == [[], [command]]
    assert types(world, device) == ["command.queued", "command.sent"]
    assert ids(ask(device)) == [command]
    assert ids(ask(device, more="&status=queued")) == []
    assert ids(ask(device, more="&status=sent")) == [command]


def test_a_busy_device_waits_for_the_next_command_alone(world, company, device, pool):
    busy_with = tell(company, device)["id"]
    assert ids(ask(device)) == [busy_with]
    settle(world)
    asked = pool.submit(ask, device, SECONDS_LONG, "&status=queued")
    eventually(lambda: held(world) == 1)
    command = tell(company, device)["id"]
    assert ids(asked.result(SECONDS_SOON)) == [command]
    assert ids(ask(device)) == [busy_with, command]


def test_a_key_that_was_taken_away_meanwhile_opens_nothing(world, company, device, pool):
    [asked] = waits(world, pool, device)
    answer = company.admin.post(f"{at(device.device)}/rotate-key")
    command = tell(company, device)["id"]
    refused(asked.result(SECONDS_SOON), 401, "invalid_device_key")
    assert types(world, device) == ["command.queued"]
    device.headers["x-device-key"] = answer.json["apiKey"]
    assert ids(ask(device)) == [command]


def test_devices_that_wait_hold_no_worker(world, company, pool):
    """Twelve times as many as there are workers: one held by each would be the end of all else."""
    devices = [Sensor(company.admin, coldCellId=company.cell["id"]) for _ in range(CROWD)]
    asked = waits(world, pool, *devices)
    processes = company.admin.get("/api/v1/system/info").json["processes"]
    assert "GET iot/commands" not in [
        process["route"] for process in processes if process["busyMs"] > 0]
    for _ in range(20):
        assert company.admin.get("/api/v1/coldcells").status == 200
    assert not any(answer.done() for answer in asked)
    commands = [tell(company, device)["id"] for device in devices]
    assert [ids(answer.result(SECONDS_SOON)) for answer in asked] == [[id] for id in commands]


@pytest.mark.parametrize("role", ["hub", "worker"])
def test_whatever_is_killed_the_command_comes_and_is_done_once(world, company, device, pool, role):
    def lives():
        """What a device does, until it was told something; then it does it."""
        while True:
            if found := ids(persistently(ask, device, 2)):
                return found

    living = pool.submit(lives)
    eventually(lambda: held(world) == 1)
    kill(world, role)
    first = tell(company, device)["id"]
    assert living.result(SECONDS_LONG) == [first]
    acknowledge(device, first)
    living = pool.submit(lives)
    eventually(lambda: held(world) == 1)
    second = tell(company, device)["id"]
    kill(world, role)
    assert living.result(SECONDS_LONG) == [second]
    acknowledge(device, second)
    assert ids(persistently(ask, device)) == []
    assert types(world, device) == 2 * ["command.queued", "command.sent", "command.acknowledged"]


def kill(world, role):
    for process in world.entrepot.workers(role):
        with contextlib.suppress(ProcessLookupError):
            os.kill(process, signal.SIGKILL)


@pytest.mark.parametrize("query, wrong", [
    ("wait=61", {"wait": "too_large"}),
    ("wait=-1", {"wait": "too_small"}),
    ("wait=long", {"wait": "wrong_type"}),
    ("status=failed", {"status": "not_allowed"})])
def test_what_cannot_be_waited_for_is_refused(device, query, wrong):
    assert invalid(device.get(f"{MINE}?{query}")) == wrong


def test_who_wants_no_body_does_not_wait(device):
    answer = device.request("HEAD", f"{MINE}?wait={SECONDS_LONG}")
    assert answer.status == 200 and answer.seconds < SECONDS_SOON


def test_nobody_is_sent_on_but_by_a_hub(device):
    assert device.get("/hub/commands").status == 404
