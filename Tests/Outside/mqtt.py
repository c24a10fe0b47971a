"""Devices as they are: they speak MQTT to the real broker."""

import socket
import threading

import paho.mqtt.client as paho

from client import eventually

SECONDS_MAX = 20
CHANNELS = ["readings", "telemetry", "commands/ack", "status"]


class Device:
    """A device that is connected between `with` and its end."""

    def __init__(self, stack, serial, key, secure=False, authority=None, clean=True):
        self.serial = serial
        self.client = paho.Client(f"{serial}-client", clean_session=clean)
        self.client.username_pw_set(serial, key)
        self.port = stack.ports["mqtts" if secure else "mqtt"]
        if secure:
            self.client.tls_set(str(authority or stack.tls.authority))
        self.codes = []
        self.taken = set()
        self.heard = []
        self.granted = []
        self.lost = threading.Event()
        self.client.on_connect = lambda *arguments: self.codes.append(arguments[3])
        self.client.on_disconnect = lambda *_: self.lost.set()
        self.client.on_publish = lambda _, __, id: self.taken.add(id)
        self.client.on_message = lambda _, __, message: self.heard.append(message)
        self.client.on_subscribe = lambda _, __, ___, granted: self.granted.extend(granted)

    def __enter__(self):
        self.client.connect("localhost", self.port)
        self.client.loop_start()
        eventually(lambda: self.codes, SECONDS_MAX)
        assert self.codes == [0], f"{self.serial}: {paho.connack_string(self.codes[0])}"
        return self

    def __exit__(self, *_):
        self.client.disconnect()
        self.client.loop_stop()

    def break_off(self):
        """Goes without a word, as one whose power is cut."""
        self.client.socket().shutdown(socket.SHUT_RDWR)

    def topic(self, channel, serial=None):
        return f"entrepot/devices/{serial or self.serial}/{channel}"

    def say(self, channel, body, serial=None, quality=1):
        """Published; the id is in `taken` once the broker has it."""
        return self.client.publish(self.topic(channel, serial), body, quality).mid

    def listen(self, topic=None):
        """What the broker grants: a quality, or 128 for a refusal."""
        self.granted.clear()
        self.client.subscribe(topic or self.topic("commands"), 1)
        eventually(lambda: self.granted, SECONDS_MAX)
        return self.granted[0]


def is_let_in(stack, serial, key):
    try:
        with Device(stack, serial, key):
            return True
    except AssertionError:
        return False


class Broker:
    """The test's own access to devices' keys, by way of the product."""

    def __init__(self, client, stack):
        self.client, self.stack = client, stack

    def wish(self, serials, key=None):
        body = {"serials": serials} | ({"key": key} if key else {})
        answer = self.client.post("/api/v1/proving/device-keys", body)
        assert answer.status == 204, answer

    def waiting(self):
        return waiting(self.stack)

    def tell(self, serials, key=None):
        """Wished, and done."""
        self.wish(serials, key)
        eventually(lambda: self.waiting() == 0, SECONDS_MAX)


def waiting(stack):
    """How many devices the broker is still to be told of."""
    return int(stack.mariadb.query("SELECT COUNT(*) FROM broker_wishes", "entrepot")[0][0])


def kept(stack, channel="readings"):
    """What the product has of what devices said: (serial, body) and how often it came."""
    rows = stack.mariadb.query(
        f"SELECT serial, body, times FROM proving_device_messages WHERE channel = '{channel}'",
        "entrepot")
    return {(serial, body): int(times) for serial, body, times in rows}
