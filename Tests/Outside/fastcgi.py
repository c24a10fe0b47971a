"""One FastCGI request over a unix socket, for when nginx should not come between."""

import socket
import struct

BEGIN, END, PARAMETERS, STDIN, STDOUT = 1, 3, 4, 5, 6
RESPONDER = 1
HEADER = struct.Struct("!BBHHBx")


def record(kind, content=b""):
    return HEADER.pack(1, kind, 1, len(content), 0) + content


def pairs(parameters):
    for name, value in parameters.items():
        yield struct.pack("!II", len(name) | 1 << 31, len(value) | 1 << 31)
        yield name.encode() + value.encode()


def get(path, socket_path, seconds_max=5):
    """The status and the body of a GET."""
    parameters = {
        "REQUEST_METHOD": "GET", "REQUEST_URI": path, "REQUEST_SCHEME": "https",
        "REMOTE_ADDR": "127.0.0.1", "CONTENT_TYPE": "", "CONTENT_LENGTH": ""}
    with socket.socket(socket.AF_UNIX) as client:
        client.settimeout(seconds_max)
        client.connect(str(socket_path))
        client.sendall(b"".join([
            record(BEGIN, struct.pack("!HB5x", RESPONDER, 0)),
            record(PARAMETERS, b"".join(pairs(parameters))), record(PARAMETERS), record(STDIN)]))
        head, _, body = b"".join(answer(client)).partition(b"\r\n\r\n")
    fields = dict(line.split(": ", 1) for line in head.decode().lower().split("\r\n"))
    return int(fields.get("status", "200").split()[0]), body


def begin(client):
    """The beginning of a request, whose parameters are announced and do not come."""
    client.sendall(record(BEGIN, struct.pack("!HB5x", RESPONDER, 0)))
    client.sendall(HEADER.pack(1, PARAMETERS, 1, 60_000, 0))


def answer(client):
    with client.makefile("rb") as stream:
        while True:
            header = stream.read(HEADER.size)
            if len(header) < HEADER.size:
                raise ConnectionError("the worker closed before its answer ended")
            _, kind, _, length, padding = HEADER.unpack(header)
            content = stream.read(length + padding)[:length]
            if kind == END:
                return
            if kind == STDOUT:
                yield content
