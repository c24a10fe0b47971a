"""The private Mosquitto: devices on loopback, with TLS and without."""

import base64
import hashlib
import json
import pathlib
import secrets
import socket
import time

from .server import Server, ServerError
from .settings import write_private

# A `/` is in no device's serial number, and so in the name of no device's user.
BRIDGE_USER = "entrepot/bridge"
ADMIN_USER = "entrepot/admin"
PLUGIN = "mosquitto_dynamic_security.so"
HASH_ITERATIONS = 101
SECONDS_TO_WRITE = 10
# What the broker does not let through the bridge need not read.
PACKET_BYTES_MAX = 1_048_576


class Mosquitto(Server):
    name = "mosquitto"
    program = "mosquitto"

    def __init__(self, stack):
        super().__init__(stack)
        self.data = self.run / "mosquitto"
        self.configuration_file = self.run / "mosquitto.conf"
        self.users_file = self.data / "dynamic-security.json"

    def prepare(self):
        self.data.mkdir(exist_ok=True)
        self.stack.claim_ports(self, ["mqtt", "mqtts"])
        self.configuration_file.write_text(self.configuration())
        self.prepare_users()

    def configuration(self):
        lines = [
            f"user {self.stack.account}",
            "per_listener_settings false",
            "allow_anonymous false",
            f"plugin {self.plugin()}",
            f"plugin_opt_config_file {self.users_file}",
            "persistence true",
            f"persistence_location {self.data}/",
            # What was acknowledged is on disk within the same turn of the broker.
            "autosave_on_changes true",
            "autosave_interval 1",
            # All that comes while no bridge runs is kept for it.
            "max_queued_messages 0",
            # What the bridge has not acknowledged, at its newest: enough for large transactions.
            "max_inflight_messages 10000",
            f"max_packet_size {PACKET_BYTES_MAX}",
            "set_tcp_nodelay true",
            "log_dest stderr",
            "log_type error",
            "log_type warning",
        ]
        for address in self.stack.loopback:
            lines += [
                f"listener {self.stack.ports['mqtt']} {address}",
                f"listener {self.stack.ports['mqtts']} {address}",
                f"certfile {self.stack.tls.certificate}",
                f"keyfile {self.stack.tls.key}",
                "tls_version tlsv1.2",
            ]
        return "\n".join(lines) + "\n"

    def plugin(self):
        for folder in [pathlib.Path("/usr/lib"), *sorted(pathlib.Path("/usr/lib").glob("*-*-*"))]:
            if (folder / PLUGIN).exists():
                return folder / PLUGIN
        raise ServerError(f"{PLUGIN} is not installed: scripts/install does that.")

    def prepare_users(self):
        """The bridge and the administrator, beside the devices that the broker was told of. It
        writes that file itself while it runs."""
        passwords = {
            BRIDGE_USER: self.stack.settings["ENTREPOT_MQTT_PASSWORD"],
            ADMIN_USER: self.stack.settings["ENTREPOT_MQTT_ADMIN_PASSWORD"],
        }
        known = self.known_users()
        users = {user["username"]: user for user in known["clients"]}
        if all(name in users and is_password(users[name], passwords[name]) for name in passwords):
            return
        self.stop()
        others = [user for user in known["clients"] if user["username"] not in passwords]
        roles = [role for role in known["roles"] if role["rolename"] not in passwords]
        known["clients"] = [made_user(*pair) for pair in passwords.items()] + others
        known["roles"] = [bridge_role(), admin_role()] + roles
        write_private(self.users_file, json.dumps(known, indent=1) + "\n")

    def known_users(self):
        """The broker writes its file in place: while it runs, it may be met half written."""
        end = time.monotonic() + SECONDS_TO_WRITE
        while self.users_file.exists():
            try:
                return json.loads(self.users_file.read_text())
            except ValueError as error:
                if self.pid() is None or time.monotonic() > end:
                    raise ServerError(
                        f"{self.users_file} is not whole: put its backup in its place") from error
            time.sleep(0.05)
        return nobody()

    def command(self):
        return [self.executable(), "-c", self.configuration_file]

    def is_ready(self):
        return all(self.listens(self.stack.ports[name]) for name in ["mqtt", "mqtts"])

    def listens(self, port):
        try:
            socket.create_connection(("127.0.0.1", port), timeout=1).close()
            return True
        except OSError:
            return False


def nobody():
    access = {"publishClientSend": False, "publishClientReceive": True, "subscribe": False,
              "unsubscribe": True}
    return {"defaultACLAccess": access, "clients": [], "roles": []}


def made_user(name, password):
    salt = secrets.token_bytes(12)
    return {
        "username": name,
        "password": hashed(password, salt, HASH_ITERATIONS),
        "salt": base64.b64encode(salt).decode(),
        "iterations": HASH_ITERATIONS,
        "roles": [{"rolename": name}],
    }


def is_password(user, password):
    salt = base64.b64decode(user["salt"])
    return user["password"] == hashed(password, salt, user["iterations"])


def hashed(password, salt, iterations):
    digest = hashlib.pbkdf2_hmac("sha512", password.encode(), salt, iterations)
    return base64.b64encode(digest).decode()


def bridge_role():
    said = [f"entrepot/devices/+/{what}"
            for what in ["readings", "telemetry", "commands/ack", "status"]]
    return role(BRIDGE_USER, [
        *[("subscribePattern", topic) for topic in said],
        ("publishClientSend", "entrepot/devices/+/commands"),
        ("publishClientSend", "$CONTROL/dynamic-security/v1"),
        ("subscribePattern", "$CONTROL/dynamic-security/v1/response"),
        ("publishClientReceive", "$CONTROL/dynamic-security/v1/response"),
    ])


def admin_role():
    return role(ADMIN_USER, [
        ("publishClientSend", "$CONTROL/dynamic-security/#"),
        ("subscribePattern", "$CONTROL/dynamic-security/#"),
        ("publishClientReceive", "$CONTROL/dynamic-security/#"),
        ("subscribePattern", "$SYS/#"),
        ("publishClientReceive", "$SYS/#"),
    ])


def role(name, rights):
    return {"rolename": name, "acls": [
        {"acltype": kind, "topic": topic, "allow": True} for kind, topic in rights]}
