"""The private Mosquitto: devices on loopback, with TLS and without."""

import socket

from .server import Server


class Mosquitto(Server):
    name = "mosquitto"
    program = "mosquitto"

    def __init__(self, stack):
        super().__init__(stack)
        self.data = self.run / "mosquitto"
        self.configuration_file = self.run / "mosquitto.conf"

    def prepare(self):
        self.data.mkdir(exist_ok=True)
        self.stack.claim_ports(self, ["mqtt", "mqtts"])
        self.configuration_file.write_text(self.configuration())

    def configuration(self):
        lines = [
            f"user {self.stack.account}",
            "per_listener_settings false",
            "allow_anonymous false",
            "persistence true",
            f"persistence_location {self.data}/",
            "autosave_on_changes true",
            "autosave_interval 1",
            "max_queued_messages 0",
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
