"""`entrepot simulate devices`: devices that are made up, at the real broker."""

import json
import signal
import subprocess

import pytest

from client import eventually
from conftest import make_stack, running
from people import query

COUNT = 20


@pytest.fixture(scope="module")
def stage():
    yield from running(make_stack("stage"))


def play(stack, *options):
    return subprocess.Popen(
        [stack.binary, "simulate", "devices", *options], env=stack.entrepot.environment(),
        stdout=subprocess.PIPE, stderr=subprocess.PIPE, text=True)


def kept(stack):
    [[count]] = query(stack, "SELECT COUNT(*) FROM readings r JOIN devices d "
                      "ON d.number = r.device_number WHERE d.serial_number LIKE 'SIM-%'")
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


def test_the_same_devices_play_again_until_they_are_told_to_end(stage):
    before = kept(stage)
    process = play(stage, "--count", str(COUNT))
    eventually(lambda: kept(stage) >= before + COUNT)
    process.send_signal(signal.SIGTERM)
    assert outcome(process)["connects"] >= COUNT
    assert query(stage, "SELECT COUNT(*) FROM devices WHERE serial_number LIKE 'SIM-%'") == [
        [str(COUNT)]]


@pytest.mark.parametrize("options", [
    ["--count", "0"], ["--count", "many"], ["--rate", "0"], ["--seconds"], ["--warmth", "1"]])
def test_what_cannot_be_played_is_refused(stage, options):
    process = play(stage, *options)
    _, complaint = process.communicate()
    assert process.returncode == 2
    assert "usage" in complaint
