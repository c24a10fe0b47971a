"""`entrepot simulate devices`: devices that are made up, at the real broker and the real API.

ENTREPOT_TEST_FLEET_DEVICES and ENTREPOT_TEST_FLEET_SECONDS make the fleet as large, and its time as
long, as one likes."""

import json
import os
import signal
import subprocess

import pytest

from client import eventually
from conftest import make_stack, running
from people import query
from test_bridge import UNTAKEN_MAX

COUNT = 20
FLEET_DEVICES = int(os.environ.get("ENTREPOT_TEST_FLEET_DEVICES", "100"))
FLEET_SECONDS = int(os.environ.get("ENTREPOT_TEST_FLEET_SECONDS", "8"))
# A thousand readings a second, or what a device says each second if they are many.
FLEET_RATE = max(1, 1000 // FLEET_DEVICES)
FLEET_READINGS = FLEET_DEVICES * FLEET_SECONDS * FLEET_RATE


@pytest.fixture(scope="module")
def stage():
    yield from running(make_stack("stage"))


def play(stack, *options):
    return subprocess.Popen(
        [stack.binary, "simulate", "devices", *options], env=stack.entrepot.environment(),
        stdout=subprocess.PIPE, stderr=subprocess.PIPE, text=True)


def kept(stack, kind="coldcell"):
    table = "readings" if kind == "coldcell" else "energy_readings"
    serial = "SIM-0%" if kind == "coldcell" else f"SIM-{kind.upper()}-%"
    [[count]] = query(stack, f"SELECT COUNT(*) FROM {table} r JOIN devices d "
                      f"ON d.number = r.device_number WHERE d.serial_number LIKE '{serial}'")
    return int(count)


def outcome(process):
    told, complaint = process.communicate()
    assert process.returncode == 0, complaint
    return json.loads(told)


@pytest.mark.parametrize("by, batch", [("mqtt", "1"), ("http", "1"), ("http", "10")])
@pytest.mark.parametrize("kind", ["coldcell", "solar", "meter"])
def test_devices_of_each_kind_are_played(stage, kind, by, batch):
    before = kept(stage, kind)
    played = outcome(play(stage, "--count", "5", "--rate", "13", "--seconds", "2", "--kind", kind,
                          "--by", by, "--batch", batch))
    assert played["sent"] == played["acknowledged"] > 5
    assert not played["refused"]
    eventually(lambda: kept(stage, kind) >= before + played["acknowledged"])
    assert kept(stage, kind) == before + played["acknowledged"]


def test_what_the_api_does_not_answer_is_posted_again(stage):
    before = kept(stage)
    process = play(stage, "--count", str(COUNT), "--rate", "10", "--seconds", "4", "--by", "http")
    eventually(lambda: kept(stage) > before + COUNT)
    stage.nginx.stop(signal.SIGTERM)
    stage.nginx.start()
    played = outcome(process)
    assert played["sent"] == played["acknowledged"] == kept(stage) - before
    assert played["connects"] > COUNT


def test_what_is_refused_is_told(stage):
    """Keys follow from the secrets of an installation: with others nobody knows the devices."""
    outcome(play(stage, "--count", "2", "--seconds", "1", "--by", "http"))
    process = subprocess.run(
        [stage.binary, "simulate", "devices", "--count", "2", "--rate", "5", "--seconds", "1",
         "--by", "http"],
        env=stage.entrepot.environment() | {"ENTREPOT_SECRET_KEYS": "other:" + 64 * "0"},
        capture_output=True, text=True, check=False)
    assert process.returncode == 1, process.stderr
    told = json.loads(process.stdout)
    assert told["refused"] == told["sent"] > 0 == told["acknowledged"]


def test_who_cannot_reach_the_api_says_why(stage):
    process = subprocess.run(
        [stage.binary, "simulate", "devices", "--count", "1", "--by", "http"],
        env=stage.entrepot.environment() | {"ENTREPOT_PUBLIC_URL": "https://localhost:1"},
        capture_output=True, text=True, check=False)
    assert process.returncode == 1
    assert "https://localhost:1 cannot be posted to: no connection" in process.stderr


def play_the_fleet(stack):
    return play(stack, "--count", str(FLEET_DEVICES), "--rate", str(FLEET_RATE),
                "--seconds", str(FLEET_SECONDS))


def end_the_broker(stack, how):
    stack.mosquitto.stop(how)
    stack.mosquitto.start()


def test_a_fleet_loses_nothing_though_its_bridge_is_killed_and_its_broker_ends(stage):
    before = kept(stage)
    process = play_the_fleet(stage)
    eventually(lambda: kept(stage) > before + FLEET_READINGS // 16, 600)
    os.kill(stage.entrepot.workers("bridge")[0], signal.SIGKILL)
    eventually(lambda: kept(stage) > before + FLEET_READINGS // 8, 600)
    end_the_broker(stage, signal.SIGTERM)
    played = outcome(process)
    print(f"{played}, bridge killed, broker ended")
    eventually(lambda: kept(stage) >= before + played["acknowledged"])
    assert kept(stage) - before == played["sent"] == played["acknowledged"]


def test_a_fleet_whose_broker_is_killed_loses_at_most_what_it_said_last(stage):
    before, later = kept(stage), kept(stage, "meter")
    process = play_the_fleet(stage)
    eventually(lambda: kept(stage) > before + FLEET_READINGS // 8, 600)
    end_the_broker(stage, signal.SIGKILL)
    played = outcome(process)
    assert played["sent"] == played["acknowledged"]
    # What is said later is kept later: then all is there that will be.
    outcome(play(stage, "--count", "1", "--seconds", "1", "--kind", "meter"))
    eventually(lambda: kept(stage, "meter") > later)
    missing = played["acknowledged"] - (kept(stage) - before)
    print(f"{played}, broker killed: {missing} are lost")
    assert 0 <= missing <= UNTAKEN_MAX + FLEET_DEVICES


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
    ["--kind", "fridge"], ["--by", "post"], ["--batch", "10"],
    ["--by", "http", "--batch", "1001"]])
def test_what_cannot_be_played_is_refused(stage, options):
    process = play(stage, *options)
    _, complaint = process.communicate()
    assert process.returncode == 2
    assert "usage" in complaint
