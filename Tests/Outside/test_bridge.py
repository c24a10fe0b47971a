"""The bridge between the broker and the database: what a device may, and that nothing which the
broker acknowledged is lost, whoever is killed."""

import json
import os
import pathlib
import signal
import threading
import time

import paho.mqtt.client as paho
import pytest

from client import Client, eventually, metric
from conftest import PROVING, make_stack, running
from mqtt import CHANNELS, SECONDS_MAX, Broker, Device, is_let_in, kept
from stack.tls import TLS

REFUSED = 128
DEVICES = 20
READINGS_BETWEEN = 400
# What a bridge lets come before it says that something is taken.
UNTAKEN_MAX = 1000
LATER = ("CC-1", "key of CC-1")


@pytest.fixture(scope="module")
def bridged():
    yield from running(make_stack("bridge", PROVING))


@pytest.fixture(scope="module")
def client(bridged):
    return Client(bridged)


@pytest.fixture(scope="module")
def broker(client, bridged):
    broker = Broker(client, bridged)
    broker.tell(["CC-1", "CC-2"], "key")
    return broker


def key(serial, name="key"):
    return f"{name} of {serial}"


def bridge(stack):
    return eventually(lambda: stack.entrepot.workers("bridge"))[0]


def log(stack):
    return stack.entrepot.log_file.read_text()


@pytest.mark.parametrize("channel", CHANNELS)
def test_what_a_device_says_on_its_own_topics_is_kept(bridged, broker, channel):
    with Device(bridged, "CC-1", key("CC-1"), secure=True) as device:
        said = device.say(channel, "hello")
        eventually(lambda: said in device.taken)
        eventually(lambda: ("CC-1", "hello") in kept(bridged, channel))


@pytest.mark.parametrize("channel", CHANNELS)
def test_a_device_cannot_speak_for_another(bridged, broker, channel):
    with Device(bridged, "CC-1", key("CC-1")) as device:
        device.say(channel, "forged", serial="CC-2")
        assert device.lost.wait(SECONDS_MAX)
    with Device(bridged, "CC-1", key("CC-1")) as device:
        device.say(channel, "after that")
        eventually(lambda: ("CC-1", "after that") in kept(bridged, channel))
    assert ("CC-2", "forged") not in kept(bridged, channel)


@pytest.mark.parametrize("topic", [
    "$CONTROL/dynamic-security/v1", "entrepot/devices/CC-1/commands", "entrepot/other"])
def test_a_device_cannot_speak_elsewhere(bridged, broker, topic):
    with Device(bridged, "CC-1", key("CC-1")) as device:
        command = {"command": "deleteClient", "username": "CC-2"}
        device.client.publish(topic, json.dumps({"commands": [command]}), 1)
        assert device.lost.wait(SECONDS_MAX)
    assert is_let_in(bridged, "CC-2", key("CC-2"))


def test_a_device_hears_its_own_commands_and_nothing_else(bridged, broker):
    with Device(bridged, "CC-1", key("CC-1")) as device:
        assert device.listen() == 1
        for topic in ["#", "entrepot/#", "entrepot/devices/+/commands", "$SYS/#",
                      "entrepot/devices/CC-2/commands", "entrepot/devices/CC-1/readings",
                      "$CONTROL/dynamic-security/v1/response"]:
            assert device.listen(topic) == REFUSED, topic


@pytest.mark.parametrize("serial, password", [
    ("CC-1", "key of CC-2"), ("CC-1", ""), ("CC-9", "key of CC-9"), ("entrepot/bridge", "x")])
def test_a_stranger_is_not_let_in(bridged, broker, serial, password):
    assert is_let_in(bridged, "CC-1", key("CC-1"))
    assert not is_let_in(bridged, serial, password)


def test_nobody_comes_without_a_name(bridged, broker):
    codes = []
    stranger = paho.Client("stranger")
    stranger.on_connect = lambda *arguments: codes.append(arguments[3])
    stranger.connect("localhost", bridged.ports["mqtt"])
    while not codes:
        stranger.loop(1)
    assert codes == [5]


def test_a_new_key_ends_the_connection_of_the_old_one(bridged, broker):
    broker.tell(["CC-3"], "first")
    with Device(bridged, "CC-3", key("CC-3", "first")) as device:
        broker.wish(["CC-3"], "second")
        assert device.lost.wait(SECONDS_MAX)
    assert not is_let_in(bridged, "CC-3", key("CC-3", "first"))
    assert is_let_in(bridged, "CC-3", key("CC-3", "second"))


def test_a_deleted_device_is_cut_off_and_may_come_again_under_a_new_key(bridged, broker):
    broker.tell(["CC-4"], "first")
    with Device(bridged, "CC-4", key("CC-4", "first")) as device:
        broker.wish(["CC-4"])
        assert device.lost.wait(SECONDS_MAX)
    assert not is_let_in(bridged, "CC-4", key("CC-4", "first"))
    broker.tell(["CC-4"], "again")
    assert is_let_in(bridged, "CC-4", key("CC-4", "again"))


def test_two_hundred_devices_are_let_in_a_moment_after_they_were_registered(bridged, broker):
    serials = [f"MANY-{number}" for number in range(200)]
    began = time.monotonic()
    broker.tell(serials, "key")
    print(f"200 devices in {time.monotonic() - began:.1f} s")
    assert all(is_let_in(bridged, serial, key(serial)) for serial in serials[::20])


def test_what_was_wished_while_the_broker_was_away_is_done_when_it_is_back(bridged, broker):
    bridged.mosquitto.stop(signal.SIGKILL)
    broker.wish(["CC-5"], "key")
    eventually(lambda: '"no broker"' in log(bridged))
    os.kill(bridge(bridged), signal.SIGKILL)
    assert broker.waiting() == 1
    bridged.mosquitto.start()
    bridged.mosquitto.wait()
    eventually(lambda: broker.waiting() == 0)
    assert is_let_in(bridged, "CC-5", key("CC-5"))
    # And it knows all whom it was told of before.
    assert is_let_in(bridged, "CC-1", key("CC-1"))


def test_a_command_is_sent_once_the_broker_has_it(bridged, broker):
    with Device(bridged, "CC-1", key("CC-1")) as device:
        assert device.listen() == 1
        bridged.mariadb.query(
            "INSERT INTO proving_device_commands (id, serial, body) VALUES ('cmd_1', 'CC-1', 'go')",
            "entrepot")
        eventually(lambda: device.heard)
        assert [(message.topic, message.payload) for message in device.heard] == [
            ("entrepot/devices/CC-1/commands", b"go")]
        sent = "SELECT is_sent FROM proving_device_commands WHERE id = 'cmd_1'"
        eventually(lambda: bridged.mariadb.query(sent, "entrepot") == [["1"]])


def test_a_last_will_is_kept(bridged, broker):
    device = Device(bridged, "CC-1", key("CC-1"))
    device.client.will_set(device.topic("status"), '{"status":"offline"}', 1)
    with device:
        device.break_off()
        eventually(lambda: ("CC-1", '{"status":"offline"}') in kept(bridged, "status"))


def test_a_message_that_fails_by_itself_is_set_aside_and_holds_up_no_other(bridged, broker):
    with Device(bridged, "CC-1", key("CC-1")) as device, \
            Device(bridged, "CC-2", key("CC-2")) as other:
        for number in range(20):
            other.say("readings", f"good {number}")
            device.say("readings", "poison" if number == 10 else f"good {number}")
        good = {(serial, f"good {number}") for serial in ["CC-1", "CC-2"] for number in range(20)}
        good.remove(("CC-1", "good 10"))
        eventually(lambda: good | {("CC-1", "poison")} <= set(kept(bridged)))
    aside = bridged.mariadb.query(
        "SELECT serial, body FROM proving_device_messages WHERE is_aside", "entrepot")
    assert aside == [["CC-1", "poison"]]


class Fleet:
    """Devices that talk from `with` to its end; `acknowledged` is what the broker said it has."""

    def __init__(self, stack, serials):
        self.devices = [Device(stack, serial, key(serial), clean=False) for serial in serials]
        self.said = {}
        self.lock = threading.Lock()
        self.is_over = threading.Event()
        self.threads = [threading.Thread(target=self.talk, args=[device])
                        for device in self.devices]

    def talk(self, device):
        number = 0
        while not self.is_over.is_set():
            if number - len(device.taken) > 200:
                time.sleep(0.01)
                continue
            with self.lock:
                body = f"reading {number}"
                self.said[device.serial, device.say("readings", body)] = body
            number += 1
            time.sleep(0.002)

    @property
    def acknowledged(self):
        with self.lock:
            return {(device.serial, self.said[device.serial, number])
                    for device in self.devices for number in list(device.taken)
                    if (device.serial, number) in self.said}

    def goes_on(self, count=READINGS_BETWEEN):
        wanted = len(self.acknowledged) + count
        eventually(lambda: len(self.acknowledged) >= wanted)

    def __enter__(self):
        for device in self.devices:
            device.client.reconnect_delay_set(0.2, 0.5)
            device.__enter__()
        for thread in self.threads:
            thread.start()
        return self

    def __exit__(self, *_):
        self.is_over.set()
        for thread in self.threads:
            thread.join()
        eventually(lambda: len(self.acknowledged) == len(self.said))
        for device in self.devices:
            device.__exit__()


@pytest.fixture
def fleet(bridged, broker, request):
    name = request.node.name.removeprefix("test_")[:20]
    serials = [f"{name}-{number}".replace("[", "").replace("]", "") for number in range(DEVICES)]
    broker.tell(serials, "key")
    return Fleet(bridged, serials)


def lost(stack, fleet):
    """How much was acknowledged and is not there, once all is there that was said later; a key of
    the table keeps it from being twice."""
    acknowledged = fleet.acknowledged
    serials = {device.serial for device in fleet.devices}
    with Device(stack, *LATER) as device:
        body = f"after {sorted(serials)[0]}"
        device.say("readings", body)
        eventually(lambda: (LATER[0], body) in kept(stack))
    mine = {row for row in kept(stack) if row[0] in serials}
    assert mine <= acknowledged
    return len(acknowledged - mine)


def all_is_kept(stack, fleet):
    assert lost(stack, fleet) == 0, f"of {len(fleet.acknowledged)}"


def test_a_bridge_that_is_killed_loses_nothing(bridged, fleet):
    with fleet:
        for _ in range(3):
            fleet.goes_on()
            before = bridge(bridged)
            os.kill(before, signal.SIGKILL)
            eventually(lambda: bridge(bridged) != before)
        fleet.goes_on()
    all_is_kept(bridged, fleet)


def end_the_broker(bridged, client, fleet, how, times=3):
    with fleet:
        for _ in range(times):
            fleet.goes_on()
            before = metric(client, "bridge_connects_total")
            bridged.mosquitto.stop(how)
            bridged.mosquitto.start()
            bridged.mosquitto.wait()
            eventually(lambda: metric(client, "bridge_connects_total") > before)
        fleet.goes_on()


def test_a_broker_that_is_asked_to_end_loses_nothing(bridged, client, fleet):
    end_the_broker(bridged, client, fleet, signal.SIGTERM)
    all_is_kept(bridged, fleet)


def test_a_broker_that_is_killed_loses_at_most_what_it_said_last(bridged, client, fleet):
    # What it hands on at once it does not save: mostly the bridge has it, and all of it unless
    # the machine was too busy to bring it there.
    kills = 3
    end_the_broker(bridged, client, fleet, signal.SIGKILL, kills)
    missing = lost(bridged, fleet)
    print(f"{missing} of {len(fleet.acknowledged)} are lost")
    assert missing <= kills * (UNTAKEN_MAX + DEVICES)


def test_what_waits_for_the_bridge_outlives_a_broker_that_is_killed(bridged, fleet):
    before = bridge(bridged)
    os.kill(before, signal.SIGSTOP)
    try:
        with fleet:
            fleet.goes_on(2 * UNTAKEN_MAX)
        last = {serial: body for (serial, _), body in fleet.said.items()}
        records = [f"entrepot/devices/{serial}/readings{body}".encode()
                   for serial, body in last.items()]
        saved = bridged.mosquitto.data / "mosquitto.db"
        eventually(lambda: all(record in saved.read_bytes() for record in records))
        bridged.mosquitto.stop(signal.SIGKILL)
        bridged.mosquitto.start()
        bridged.mosquitto.wait()
    finally:
        os.kill(before, signal.SIGKILL)
    all_is_kept(bridged, fleet)


def test_what_comes_while_no_bridge_runs_is_kept_for_it(bridged, fleet):
    before = bridge(bridged)
    os.kill(before, signal.SIGSTOP)
    try:
        with fleet:
            fleet.goes_on(3 * READINGS_BETWEEN)
    finally:
        os.kill(before, signal.SIGKILL)
    all_is_kept(bridged, fleet)


def test_what_comes_while_mariadb_is_away_is_kept_when_it_is_back(bridged, fleet):
    with fleet:
        fleet.goes_on()
        bridged.mariadb.stop(signal.SIGKILL)
        fleet.goes_on()
        bridged.mariadb.start()
        bridged.mariadb.wait()
        fleet.goes_on()
    all_is_kept(bridged, fleet)
    assert '"the bridge stands still"' in log(bridged)


def test_without_redis_readings_and_keys_come_through(bridged, broker, fleet):
    bridged.redis.stop()
    try:
        with fleet:
            fleet.goes_on()
            broker.tell(["CC-6"], "key")
        all_is_kept(bridged, fleet)
        assert is_let_in(bridged, "CC-6", key("CC-6"))
    finally:
        bridged.redis.start()
        bridged.redis.wait()


def test_metrics_tell_what_went_over_the_bridge(client, bridged, broker):
    before = metric(client, "bridge_messages_total")
    with Device(bridged, "CC-1", key("CC-1")) as device:
        for number in range(10):
            device.say("readings", f"counted {number}")
        eventually(lambda: metric(client, "bridge_messages_total") >= before + 10)
    assert metric(client, "bridge_devices_told_total") > 200
    assert metric(client, "bridge_connects_total") >= 1
    assert metric(client, "bridge_messages_set_aside_total") >= 1


def test_a_broker_with_a_certificate_of_another_authority_is_not_spoken_to(tmp_path):
    stack = make_stack("wrongca", PROVING)
    other = TLS(pathlib.Path(tmp_path))
    other.make()
    configuration = stack.mosquitto.configuration

    def forged():
        text = configuration().replace(str(stack.tls.certificate), str(other.certificate))
        return text.replace(str(stack.tls.key), str(other.key))

    stack.mosquitto.configuration = forged
    for stack in running(stack):
        eventually(lambda: '"no broker"' in log(stack))
        assert "no secure connection: unable to get local issuer certificate" in log(stack)
        broker = Broker(Client(stack), stack)
        broker.wish(["CC-1"], "key")
        assert metric(Client(stack), "bridge_connects_total") == 0
        # With the right one it is.
        stack.mosquitto.configuration = configuration
        stack.mosquitto.stop()
        stack.mosquitto.start()
        eventually(lambda: broker.waiting() == 0)
