"""`entrepot simulate devices`: devices that are made up, at the real broker."""

import json
import os
import signal
import subprocess

import pytest

from client import eventually
from conftest import make_stack, running
from people import query

COUNT = 20
FLEET_DEVICES = int(os.environ.get("ENTREPOT_TEST_FLEET_DEVICES", "100"))
FLEET_SECONDS = int(os.environ.get("ENTREPOT_TEST_FLEET_SECONDS", "8"))


@pytest.fixture(scope="module")
def stage():
    yield from running(make_stack("stage"))


def play(stack, *options):
    return subprocess.Popen(
        [stack.binary, "simulate", "devices", *options], env=stack.entrepot.environment(),
        stdout=subprocess.PIPE, stderr=subprocess.PIPE, text=True)


def kept(stack):
    [[count]] = query(stack, "SELECT COUNT(*) FROM readings r JOIN devices d "
                      "ON d.number = r.device_number WHERE d.serial_number LIKE 'SIM-0%'")
    return int(count)


def outcome(process):
    told, complaint = process.communicate()
    assert process.returncode == 0, complaint
    return json.loads(told)


def test_every_reading_that_was_played_is_kept_once_though_the_broker_is_killed(stage):
    process = play(stage, "--count", str(COUNT), "--rate", "20", "--seconds", "6")
    eventually(lambda: kept(stage) > COUNT * 20)
    stage.mosquitto.stop(signal.SIGKILL)
    stage.mosquitto.start()
    played = outcome(process)
    assert played["sent"] == played["acknowledged"] > COUNT * 40
    eventually(lambda: kept(stage) >= played["acknowledged"])
    assert kept(stage) == played["acknowledged"]


@pytest.mark.parametrize("kind", ["solar", "meter"])
def test_what_generates_and_consumes_is_played_too(stage, kind):
    played = outcome(play(stage, "--count", "5", "--seconds", "2", "--kind", kind))
    assert played["sent"] == played["acknowledged"] > 5
    serial = f"SIM-{kind.upper()}-%"
    eventually(lambda: query(
        stage, "SELECT COUNT(*) FROM energy_readings r JOIN devices d ON d.number = "
        f"r.device_number WHERE d.serial_number LIKE '{serial}'")
        == [[str(played["acknowledged"])]])


def test_a_fleet_loses_nothing_though_broker_and_bridge_are_killed(stage):
    """ENTREPOT_TEST_FLEET_DEVICES and ENTREPOT_TEST_FLEET_SECONDS make it as long as the show."""
    before = kept(stage)
    process = play(stage, "--count", str(FLEET_DEVICES), "--seconds", str(FLEET_SECONDS))
    eventually(lambda: kept(stage) > before + FLEET_DEVICES * FLEET_SECONDS // 4, 600)
    stage.mosquitto.stop(signal.SIGKILL)
    stage.mosquitto.start()
    eventually(lambda: kept(stage) > before + FLEET_DEVICES * FLEET_SECONDS // 2, 600)
    os.kill(stage.entrepot.workers("bridge")[0], signal.SIGKILL)
    played = outcome(process)
    eventually(lambda: kept(stage) >= before + played["acknowledged"])
    print(f"{kept(stage) - before} kept of {played}")
    assert kept(stage) - before == played["sent"] == played["acknowledged"]


def test_the_same_devices_play_again_until_they_are_told_to_end(stage):
    before = kept(stage)
    process = play(stage, "--count", str(COUNT))
    eventually(lambda: kept(stage) >= before + COUNT)
    process.send_signal(signal.SIGTERM)
    assert outcome(process)["connects"] >= COUNT
    assert query(stage, "SELECT COUNT(*) FROM devices WHERE serial_number LIKE 'SIM-0%'") == [
        [str(max(COUNT, FLEET_DEVICES))]]


@pytest.mark.parametrize("options", [
    ["--count", "0"], ["--count", "many"], ["--rate", "0"], ["--seconds"], ["--warmth", "1"],
    ["--kind", "fridge"]])
def test_what_cannot_be_played_is_refused(stage, options):
    process = play(stage, *options)
    _, complaint = process.communicate()
    assert process.returncode == 2
    assert "usage" in complaint
