"""The private Redis: a unix socket, and nothing on disk, because it is speed and not truth."""

import os
import socket

from .server import Server


class Redis(Server):
    name = "redis"
    program = "redis-server"

    def __init__(self, stack):
        super().__init__(stack)
        self.socket = self.run / "redis.sock"
        self.data = self.run / "redis"
        self.configuration_file = self.run / "redis.conf"

    def prepare(self):
        self.data.mkdir(exist_ok=True)
        self.configuration_file.write_text(self.configuration())

    def configuration(self):
        # Only what has a time to live is evicted: a full cache never costs an event.
        return f"""port 0
unixsocket "{self.socket}"
unixsocketperm 700
dir "{self.data}"
daemonize no
set-proc-title no
save ""
appendonly no
maxmemory 512mb
maxmemory-policy volatile-lru
maxclients 2000
tcp-backlog 1024
"""

    def command(self):
        return [self.executable(), self.configuration_file]

    def is_ready(self):
        return self.ask("PING") == "+PONG"

    def ask(self, command):
        """The first line of the answer to one command, or nothing when Redis is away."""
        try:
            with socket.socket(socket.AF_UNIX) as client:
                client.settimeout(1)
                client.connect(os.fspath(self.socket))
                client.sendall(command.encode() + b"\r\n")
                return client.recv(4096).decode().split("\r\n")[0]
        except OSError:
            return None
