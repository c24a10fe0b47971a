"""Jobs and their runs, as tests see them, and hosts that run them."""

import os
import re
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
    """The first run behind so many that somebody asked for, once it has ended."""
    new = [run for run in runs(stack, job)[before:] if run[2]]
    return new[0] if new and new[0][0] != "running" else None


def has_said(stack, job, pattern):
    """Whether a run of a job ended with these words; others may have begun since."""
    return any(re.fullmatch(pattern, run[1]) for run in runs(stack, job))


def only_when_asked(stack, *jobs):
    """Their times do not come while tests look at what they do; none is running now."""
    names = ", ".join(f"'{job}'" for job in jobs)
    eventually(lambda: query(stack, f"SELECT COUNT(*) FROM jobs WHERE name IN ({names})")
               == [[str(len(jobs))]])
    query(stack, "UPDATE jobs SET next_at = UTC_TIMESTAMP(3) + INTERVAL 1 DAY WHERE name IN "
          f"({names})")
    eventually(lambda: query(stack, "SELECT COUNT(*) FROM job_runs WHERE status = 'running' AND "
                             f"job IN ({names})") == [["0"]])


def seconds_counted(stack):
    """The runs of a job that comes every second, also those that were deleted since."""
    return int(query(stack, "SELECT IFNULL(SUM(runs_total), 0) FROM jobs WHERE name = "
                     "'proving.count-seconds'")[0][0])


class Lead:
    """Who leads the clock, where, since when and until when unless it goes on."""

    def __init__(self, holder, place, since, until):
        self.holder = holder
        self.place = place
        self.since = float(since)
        self.until = float(until)


def leader(stack):
    """The lead, or nothing when nobody has it; its holder may be dead."""
    found = query(stack, "SELECT holder, place, UNIX_TIMESTAMP(held_since), "
                  "UNIX_TIMESTAMP(expires_at) FROM leases WHERE duty = 'clock' AND holder <> ''")
    return Lead(*found[0]) if found else None


def successor(stack, first):
    """The next lead after one, and that one as it was seen last."""
    seen = [first]

    def other():
        lead = leader(stack)
        if lead and lead.holder == first.holder:
            seen.append(lead)
            return None
        return lead

    return eventually(other), seen[-1]


def clock(stack, not_this=None):
    """The process id of the stack's clock, once it is the only one."""
    def alone():
        found = stack.entrepot.workers("clock")
        return found if len(found) == 1 and found != [not_this] else None

    return eventually(alone)[0]


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
        self.process.wait(120)

    def clock(self):
        """The process ids of its clock, once there is one."""
        return self.stack.entrepot.workers("clock", self.process.pid)

    def leads(self):
        found = leader(self.stack)
        return found and found.place.startswith(f"{self.source}, ")


class Frozen:
    """A process that hangs, from `with` until its end."""

    def __init__(self, pid):
        self.pid = pid

    def __enter__(self):
        os.kill(self.pid, signal.SIGSTOP)

    def __exit__(self, *_):
        os.kill(self.pid, signal.SIGCONT)
