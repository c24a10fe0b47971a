"""One event to ten thousand subscribers, ours beside nchan: as fast as they come back, and each
event alone. Ours are shipments through the API, with everything that belongs to them."""

import dataclasses
import json
import os
import pathlib
import re
import resource
import signal
import subprocess
import time
import urllib.request

from business import QUOTA, Asker
from ours import url
from stack.server import ServerError
from table import Row, must, number, ranged

SUBSCRIBERS = 10_000
PEOPLE = 20
# Deliveries offered a second when each event is alone.
PACED = 20_000
SECONDS_MAX = 120
RENEWAL_SECONDS_MAX = 30
STAMP = "#" * 20
FASTER_MIN = 2
BYTES_MAX = 1024


@dataclasses.dataclass
class Run:
    """What the load client said of one run."""

    ready: int
    delivered: int
    owed: int
    refused: int
    per_second: float
    p50: float
    p99: float
    kib: dict
    cpu: dict

    @classmethod
    def read(cls, line):
        def figure(pattern):
            found = re.search(pattern, line)
            return float(found[1]) if found else 0

        groups = re.findall(r"\| (\w+) (-?[\d.]+) KiB/sub cpu ([\d.]+)", line)
        return cls(
            int(figure(r"subs (\d+)")), int(figure(r"delivered (\d+)")), int(figure(r" of (\d+)")),
            int(figure(r"refused (\d+)")) + int(figure(r"bad (\d+)")),
            figure(r"deliveries/s (\d+)"), figure(r"p50_ms ([\d.]+)"), figure(r"p99_ms ([\d.]+)"),
            {name: float(kib) for name, kib, _ in groups},
            {name: float(cpu) for name, _, cpu in groups})


def measure(ours, peers, rounds, seconds):
    peers.up()
    if not peers.programs:
        return []
    client = Client(peers.directory / "sseload", SUBSCRIBERS, seconds)
    us = Ours(ours.trading("streaming"))
    them = Nchan(peers, us.event_bytes())
    runs = {(who, paced): [] for who in [us, them] for paced in [False, True]}
    for _ in range(rounds):
        for who, paced in runs:
            runs[who, paced].append(who.run(client, paced))
    us.stack.entrepot.call("check")
    return rows({(who.name, paced): found for (who, paced), found in runs.items()}, them.size)


def rows(runs, size):
    found = []
    for paced, subject in [(False, "saturated"), (True, "one at a time")]:
        us, them = runs["ours", paced], runs["nchan", paced]
        verdicts = {"nchan": "", "ours": verdict(us, them, paced)}
        for who in ["nchan", "ours"]:
            found.append(line(f"SSE, {number(SUBSCRIBERS)} subscribers, {subject}", who,
                              runs[who, paced], verdicts[who]))
    us = runs["ours", False] + runs["ours", True]
    lost = sum(run.owed - run.delivered for run in us)
    grown = max(run.kib["hub"] * 1024 for run in us)
    subject = f"SSE, events of {number(size)} bytes"
    found.append(Row(subject, "lost or refused", number(lost + sum(run.refused for run in us)),
                     verdict=must(lost == 0, "none")))
    found.append(Row(subject, "hub, a subscriber", f"{number(grown)} bytes",
                     verdict=must(grown < BYTES_MAX, "< 1 KiB")))
    return found


def line(subject, who, runs, verdict):
    cpu = " ".join(f"{name} {max(run.cpu[name] for run in runs):.2f}" for name in runs[0].cpu)
    p50, p99 = (ranged([getattr(run, name) for run in runs], "", 1).strip()
                for name in ["p50", "p99"])
    return Row(subject, who, ranged([run.per_second for run in runs], "deliveries/s"),
               f"{p50} / {p99}", f"a delivery: {cpu}", verdict)


def verdict(us, them, paced):
    if paced:
        ratio = median(us, "p99") / median(them, "p99")
        return must(ratio <= 1, f"{ratio:.2f} of nchan's p99, ≤ 1")
    ratio = median(us, "per_second") / median(them, "per_second")
    return must(ratio >= FASTER_MIN, f"{ratio:.2f} of nchan, ≥ {FASTER_MIN}")


def median(runs, name):
    return sorted(getattr(run, name) for run in runs)[len(runs) // 2]


class Client:
    """The peers' load client, which times every delivery by a stamp within the event."""

    def __init__(self, program, subscribers, seconds):
        self.program, self.subscribers, self.seconds = program, subscribers, seconds

    def run(self, paced, *options):
        rate = PACED // self.subscribers if paced else 0
        # A few events alone have a p99 that says more of the machine than of who sends them.
        seconds = self.seconds * 3 if paced else self.seconds
        done = subprocess.run(
            [self.program, "-n", str(self.subscribers), "-t", str(seconds), "-r", str(rate),
             *map(str, options)],
            capture_output=True, text=True, timeout=SECONDS_MAX, preexec_fn=open_files)
        if done.returncode != 0 or "deliveries/s" not in done.stdout:
            raise ServerError(f"sseload: {done.stderr[-300:]}{done.stdout[-300:]}")
        return Run.read(done.stdout)


def open_files():
    limit = resource.getrlimit(resource.RLIMIT_NOFILE)[1]
    resource.setrlimit(resource.RLIMIT_NOFILE, (limit, limit))


class Nchan:
    name = "nchan"

    def __init__(self, peers, size):
        self.port = peers.base_port + 6
        self.nginx = children(peers.pid("nginx_master"))
        self.size = size

    def run(self, client, paced):
        return client.run(
            paced, "-u", self.port, "-p", "/nch", "-b", f"post:{self.port}:/pub", "-s", self.size,
            "-P", f"nginx:{self.nginx}")


class Ours:
    """Managers who follow all shipments, and one who ships."""

    name = "ours"

    def __init__(self, stack):
        self.stack = stack
        self.port = stack.ports["http"]
        manager = Asker(stack, "manager")
        [contract] = manager.ask_all(
            [("contracts", {"title": "bench", "quota": QUOTA, "alertPercents": []})])
        self.headers = manager.headers
        self.shipment = {"contractId": contract["id"], "quantity": 1, "reference": STAMP}
        manager.ask_all([("shipments", self.shipment)])
        body = json.dumps(self.shipment)
        self.request = stack.directory / "shipment.http"
        self.request.write_text(
            "POST /api/v1/shipments HTTP/1.1\r\nHost: localhost\r\n"
            + "".join(f"{name}: {value}\r\n" for name, value in self.headers.items())
            + f"Content-Length: {len(body)}\r\n\r\n{body}")
        self.readers = stack.directory / "readers.txt"
        self.readers.write_text("\n".join(
            f"/api/v1/stream?topic=shipments\tAuthorization: Bearer {token}"
            for token in (self.token(f"manager-{number}") for number in range(PEOPLE))))

    def token(self, subject):
        return self.stack.entrepot.call(
            "token", "--role", "manager", "--subject", subject).strip()

    def event_bytes(self):
        """Of what a subscriber is sent of one, so that nchan's are as long."""
        asked = urllib.request.Request(
            f"{url(self.stack)}/api/v1/events?topic=shipments&limit=1", headers=self.headers)
        with urllib.request.urlopen(asked, timeout=10) as answer:
            [event] = json.load(answer)["items"]
        del event["id"]
        return len(json.dumps(event, separators=(",", ":")))

    def run(self, client, paced):
        self.renew_hubs()
        return client.run(
            paced, "-u", self.port, "-R", self.readers, "-b", f"api:{self.port}:{self.request}",
            "-M", '"reference":"', "-P", f"nginx:{children(self.stack.nginx.pid())}",
            "-P", f"hub:{','.join(map(str, self.stack.entrepot.workers('hub')))}")

    def renew_hubs(self):
        """What a subscriber costs is how much they grow from their beginning, the newest events
        in memory."""
        self.replace_hubs()
        for _ in range(2 * len(self.stack.entrepot.workers("hub"))):
            self.follow_for_a_moment()

    def follow_for_a_moment(self):
        asked = urllib.request.Request(
            f"{url(self.stack)}/api/v1/stream?topic=shipments", headers=self.headers)
        with urllib.request.urlopen(asked, timeout=10) as answer:
            while not answer.readline().startswith(b"event: ready"):
                pass

    def replace_hubs(self):
        before = set(self.stack.entrepot.workers("hub"))
        os.kill(self.stack.entrepot.pid(), signal.SIGHUP)
        deadline = time.monotonic() + RENEWAL_SECONDS_MAX
        while True:
            now = set(self.stack.entrepot.workers("hub"))
            if len(now) == len(before) and not now & before:
                return
            if time.monotonic() > deadline:
                raise ServerError("the hubs were not replaced")
            time.sleep(0.1)


def children(pid):
    return pathlib.Path(f"/proc/{pid}/task/{pid}/children").read_text().strip().replace(" ", ",")
