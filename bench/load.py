"""wrk, with the questions of load.lua, and what it counted."""

import dataclasses
import json
import os
import pathlib
import signal
import subprocess

from stack.server import ServerError

SCRIPT = pathlib.Path(__file__).with_name("load.lua")
CONNECTIONS = 32
SECONDS_MAX = 120


@dataclasses.dataclass
class Outcome:
    count: int
    microseconds: int
    refused: int
    broken: int
    p50: int
    p99: int

    @property
    def per_second(self):
        return self.count * 1e6 / max(self.microseconds, 1)

    @property
    def failed(self):
        """Answers of 400 and more, and connections that broke."""
        return self.refused + self.broken


class Load:
    """One wrk under way."""

    def __init__(self, url, work, argument="", seconds=SECONDS_MAX, connections=CONNECTIONS):
        self.process = subprocess.Popen(
            ["wrk", "-t1", f"-c{connections}", f"-d{seconds}", "--timeout", "10", "-s", SCRIPT,
             url, "--", work, str(argument)],
            stdout=subprocess.PIPE, stderr=subprocess.PIPE, text=True)

    def end(self):
        """Before its time; what was asked and not yet answered is not counted."""
        self.process.send_signal(signal.SIGINT)
        return self.outcome()

    def outcome(self):
        said, complaint = self.process.communicate(timeout=SECONDS_MAX + 30)
        lines = [line for line in said.splitlines() if line.startswith("{")]
        if not lines:
            raise ServerError(f"wrk said nothing: {said}{complaint}")
        return Outcome(**json.loads(lines[-1]))


def run(url, work, argument="", seconds=3, connections=CONNECTIONS):
    return Load(url, work, argument, seconds, connections).outcome()


def cpu_seconds_of_loads():
    """Of all wrk processes that have ended."""
    times = os.times()
    return times.children_user + times.children_system
