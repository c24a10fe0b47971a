"""Subscribers as outsiders write them: one that reads server-sent events, one that polls."""

import contextlib
import json
import socket
import time

from client import SECONDS_MAX

STREAM = "/api/v1/stream"
POLL = "/api/v1/poll"
TICKETS = "/api/v1/stream/tickets"


def query(*topics, **parameters):
    pairs = [f"topic={topic}" for topic in topics]
    pairs += [f"{name}={value}" for name, value in parameters.items() if value is not None]
    return "?" + "&".join(pairs) if pairs else ""


class Frame:
    """What one block of lines of a stream said; a comment has neither type nor data."""

    def __init__(self, lines):
        fields = [line.partition(":")[::2] for line in lines]
        said = {name: value.removeprefix(" ") for name, value in fields}
        self.id = said.get("id")
        self.type = said.get("event")
        self.retry = said.get("retry")
        self.is_comment = lines[0].startswith(":")
        self.data = json.loads(said["data"]) if "data" in said else None

    def __repr__(self):
        return f"{self.id} {self.type} {str(self.data)[:100]}"


class Stream:
    """An open stream, over a socket of its own, from `with` until its end."""

    def __init__(self, caller, *topics, last=None, headers=None, address="127.0.0.1",
                 **parameters):
        self.sock = socket.create_connection(("127.0.0.1", caller.stack.ports["http"]),
                                             SECONDS_MAX)
        headers = caller.headers | (headers or {})
        if last is not None:
            headers["Last-Event-ID"] = last
        lines = [f"GET {STREAM}{query(*topics, **parameters)} HTTP/1.0", "Host: localhost"]
        lines += [f"{name}: {value}" for name, value in headers.items()]
        self.sock.sendall(("\r\n".join(lines) + "\r\n\r\n").encode())
        # Unbuffered by chunks: HTTP/1.0 is answered as it is.
        self.file = self.sock.makefile("rb")
        self.status = int(self.file.readline().split()[1])
        self.headers = {}
        while line := self.file.readline().strip():
            name, _, value = line.decode().partition(":")
            self.headers[name.lower()] = value.strip()
        self.last = last
        self.ended = False

    def __enter__(self):
        return self

    def __exit__(self, *_):
        self.close()

    def close(self):
        # Whoever reads meanwhile is told.
        with contextlib.suppress(OSError):
            self.sock.shutdown(socket.SHUT_RDWR)
        self.file.close()
        self.sock.close()

    def frame(self, seconds_max=SECONDS_MAX):
        """The next block of lines; nothing at the end of the stream."""
        self.sock.settimeout(seconds_max)
        lines = []
        while True:
            line = self.file.readline()
            if not line:
                self.ended = True
                return None
            if line == b"\n":
                frame = Frame(lines)
                self.last = frame.id or self.last
                return frame
            lines.append(line.decode().rstrip("\n"))

    def open(self):
        """Reads what a stream begins with; what `ready` said."""
        assert self.status == 200, self.status
        retry, ready = self.frame(), self.frame()
        assert retry.retry == "2000" and ready.type == "ready" and ready.id is None
        return ready.data

    def events(self, count, seconds_max=SECONDS_MAX):
        """So many events; comments are passed over."""
        found = []
        deadline = time.monotonic() + seconds_max
        while len(found) < count:
            frame = self.frame(max(0.01, deadline - time.monotonic()))
            assert frame is not None, f"the stream ended after {found}"
            if frame.data is not None:
                found.append(frame)
        return found

    def to_end(self, seconds_max=SECONDS_MAX):
        """Everything until the other side ends the stream."""
        found = []
        while frame := self.frame(seconds_max):
            found.append(frame)
        return found


def poll(caller, *topics, **parameters):
    return caller.get(POLL + query(*topics, **parameters))


def held(stack):
    """How many connections all hubs together hold."""
    status, _, body = stack.get("/metrics")
    assert status == 200
    return sum(int(line.split()[-1]) for line in body.decode().splitlines()
               if line.startswith('entrepot_process_connections{role="hub"'))
