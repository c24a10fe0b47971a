"""Loopback ports: which are free, and who has the others."""

import contextlib
import os
import pathlib
import random
import socket

UNGIVEN = range(10_000, 30_000)


def loopback_addresses():
    """`localhost` is both, where the machine has both."""
    try:
        with socket.socket(socket.AF_INET6) as probe:
            probe.bind(("::1", 0))
        return ["127.0.0.1", "::1"]
    except OSError:
        return ["127.0.0.1"]


def is_free(port, addresses):
    for address in addresses:
        with socket.socket(socket.AF_INET6 if ":" in address else socket.AF_INET) as probe:
            probe.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
            try:
                probe.bind((address, port))
            except OSError:
                return False
    return True


def free_ports(count):
    """Below those that the kernel gives to outgoing connections: one of these could be taken
    between the look and the use."""
    addresses = loopback_addresses()
    ports = []
    while len(ports) < count:
        port = random.choice(UNGIVEN)
        if port not in ports and is_free(port, addresses):
            ports.append(port)
    return ports


def holders(port):
    """Process ids that listen on a port, as far as this user may see."""
    sockets = set()
    for table in ["/proc/net/tcp", "/proc/net/tcp6"]:
        if not os.path.exists(table):
            continue
        for line in pathlib.Path(table).read_text().splitlines()[1:]:
            fields = line.split()
            listening = fields[3] == "0A"
            if listening and int(fields[1].rpartition(":")[2], 16) == port:
                sockets.add(f"socket:[{fields[9]}]")
    return {int(process.name) for process in pathlib.Path("/proc").glob("[0-9]*")
            if sockets & open_files(process)}


def open_files(process):
    """Where its descriptors lead; nowhere when it ends meanwhile."""
    found = set()
    try:
        descriptors = list((process / "fd").iterdir())
    except OSError:
        return found
    for descriptor in descriptors:
        with contextlib.suppress(OSError):
            found.add(os.readlink(descriptor))
    return found


def describe(pids):
    names = set()
    for pid in pids:
        try:
            names.add(f"{pathlib.Path(f'/proc/{pid}/comm').read_text().strip()} (process {pid})")
        except OSError:
            continue
    return ", ".join(sorted(names)) or "another program"
