"""Jobs and their runs, as tests see them, and hosts that run them."""

import os
import signal
import subprocess

from client import eventually
from stack.mariadb import DATABASE

JOBS = "/admin/jobs"


def query(stack, sql):
    return stack.mariadb.query(sql, DATABASE)


def runs(stack, job):
    """Status, text, who asked and where, oldest first."""
    return query(stack, "SELECT status, text, IFNULL(asked_name, ''), place FROM job_runs WHERE "
                 f"job = '{job}' ORDER BY started_at, id")


def ask(stack, job):
    """As the page does."""
    query(stack, "UPDATE jobs SET asked_at = UTC_TIMESTAMP(3), asked_by = 'usr_x', asked_name = "
          f"'Test' WHERE name = '{job}'")


def run_now(stack, job):
    """Asks for a run and gives what came of it."""
    before = len(runs(stack, job))
    ask(stack, job)
    return eventually(lambda: ended(stack, job, before))


def ended(stack, job, before):
    new = runs(stack, job)[before:]
    return new[0] if new and new[0][0] != "running" else None


def seconds_counted(stack):
    """The runs of a job that comes every second."""
    return int(query(stack, "SELECT COUNT(*) FROM job_runs WHERE job = 'proving.count-seconds'")
               [0][0])


def leader(stack):
    """Where the clock runs and since when, or nothing."""
    found = query(stack, "SELECT place, held_since FROM leases WHERE duty = 'clock' AND "
                  "holder <> '' AND expires_at > UTC_TIMESTAMP(3)")
    return found[0] if found else None


def clock(stack):
    """The process id of the stack's clock."""
    return eventually(lambda: stack.entrepot.workers("clock"))[0]


class OtherHost:
    """A second `entrepot serve` on the same database, from `with` until its end."""

    def __init__(self, stack, source):
        self.stack = stack
        self.source = source

    def __enter__(self):
        folder = self.stack.directory
        environment = self.stack.entrepot.environment() | {
            "ENTREPOT_SOURCE": self.source,
            "ENTREPOT_WORKERS": "1",
            "ENTREPOT_SLOW_WORKERS": "1",
            "ENTREPOT_GATHERERS": "1",
        }
        for pool in ["WORKER", "SLOW", "GATHERER", "HUB"]:
            environment[f"ENTREPOT_{pool}_SOCKET"] = str(folder / f"{self.source}-{pool}.sock")
        with open(folder / "log" / f"{self.source}.log", "ab") as log:
            self.process = subprocess.Popen(
                [self.stack.binary, "serve"], cwd=folder, env=environment,
                stdin=subprocess.DEVNULL, stdout=log, stderr=log)
        return self

    def __exit__(self, *_):
        self.process.send_signal(signal.SIGTERM)
        self.process.wait(30)

    def leads(self):
        found = leader(self.stack)
        return found and found[0].startswith(f"{self.source}, ")


class Frozen:
    """A process that hangs, from `with` until its end."""

    def __init__(self, pid):
        self.pid = pid

    def __enter__(self):
        os.kill(self.pid, signal.SIGSTOP)

    def __exit__(self, *_):
        os.kill(self.pid, signal.SIGCONT)
