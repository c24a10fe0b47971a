"""What the supervisor does when what it starts is broken, stuck or worn out."""

import concurrent.futures
import json
import os
import shutil
import signal
import stat

import pytest

from callers import NOTES, Caller, count_notes, forget_notes, sign_in
from client import Client, eventually
from conftest import PROVING, make_stack, running
from load import Load
from stack.stack import CHECKOUT
from test_processes import others

# Of the supervisor's own limits none is longer.
SECONDS_MAX = 60
DRAIN_DEADLINE_MS = 1500
RECYCLE_AFTER = 150
BROKEN = "#!/bin/sh\nexit 1\n"
HANGING = "#!/bin/sh\nexec sleep 600\n"


@pytest.fixture(scope="module")
def trial(tmp_path_factory):
    """A stack whose binary and templates may be replaced, and that drains for a moment only."""
    folder = tmp_path_factory.mktemp("trial")
    shutil.copy(PROVING, folder / "entrepot")
    shutil.copytree(CHECKOUT / "templates", folder / "templates")
    for stack in running(make_stack(
            "trial", folder / "entrepot", ENTREPOT_TEMPLATE_DIRECTORY=str(folder / "templates"),
            # As many as are replaced at once.
            ENTREPOT_WORKERS="2", ENTREPOT_DRAIN_DEADLINE_MS=str(DRAIN_DEADLINE_MS))):
        stack.templates = folder / "templates"
        yield stack


@pytest.fixture(scope="module")
def recycling():
    yield from running(make_stack(
        "recycling", PROVING, ENTREPOT_RECYCLE_AFTER_REQUESTS=str(RECYCLE_AFTER)))


class Journal:
    """What the supervisor says from now on."""

    def __init__(self, stack):
        self.file = stack.entrepot.log_file
        self.start = self.file.stat().st_size

    def lines(self, *messages):
        text = self.file.read_bytes()[self.start:]
        whole = text[:text.rfind(b"\n") + 1].splitlines()
        lines = [json.loads(line) for line in whole if line.startswith(b"{")]
        return [line for line in lines if line["message"] in messages]

    def wait_for(self, message, count=1):
        return eventually(lambda: self.lines(message)[count - 1:], SECONDS_MAX)


class Replaced:
    """Another file where the binary was, put there in one step, until the end of `with`."""

    def __init__(self, stack, text):
        self.path = stack.binary
        self.kept = self.path.with_name("kept")
        self.text = text

    def __enter__(self):
        self.path.rename(self.kept)
        if self.text is not None:
            new = self.path.with_name("new")
            new.write_text(self.text)
            new.chmod(stat.S_IRWXU)
            new.rename(self.path)

    def __exit__(self, *_):
        self.kept.rename(self.path)


def processes(stack):
    admin = Caller(stack, token=sign_in(stack, "admin"))
    return admin.get("/api/v1/system/info").json["processes"]


@pytest.mark.parametrize("text", [BROKEN, HANGING, "no program\n", None],
                         ids=["broken", "hanging", "no program", "missing"])
def test_a_new_binary_that_is_no_good_leaves_the_old_one_serving(trial, text):
    workers, journal = trial.entrepot.workers(), Journal(trial)
    supervisor = trial.entrepot.pid()
    with Load(trial, "GET", "/health", threads=2) as load, Replaced(trial, text):
        os.kill(supervisor, signal.SIGUSR2)
        journal.wait_for("no upgrade: the new binary fails")
        load.wait_for(100)
    assert load.failures == []
    assert trial.entrepot.workers() == workers
    assert journal.lines("becoming the new binary") == []


def test_a_good_binary_is_taken_after_one_that_was_none(trial):
    before, journal = trial.entrepot.workers(), Journal(trial)
    supervisor = trial.entrepot.pid()
    with Replaced(trial, BROKEN):
        os.kill(supervisor, signal.SIGUSR2)
        journal.wait_for("no upgrade: the new binary fails")
    os.kill(supervisor, signal.SIGUSR2)
    journal.wait_for("took over")
    eventually(lambda: others(trial, before), SECONDS_MAX)
    assert Client(trial).get("/health").status == 200


def test_a_crash_loop_is_slowed_down_and_leaves_the_others_alone(trial):
    before, journal = trial.entrepot.workers(), Journal(trial)
    template = trial.templates / "admin" / "frame.html"
    whole = template.read_text()
    template.write_text(whole + "{{#unclosed}}")
    try:
        os.kill(before[0], signal.SIGKILL)
        # The second death is the first of a loop; then each pause is twice the last.
        [fourth, *_] = journal.wait_for("crash loop", count=4)
        said = journal.lines("crash loop", "started")
        said = said[:said.index(fourth) + 1]
        pauses = [line["nextStartMs"] for line in said if line["message"] == "crash loop"]
        assert pauses == [200, 400, 800, 1600]
        assert len(said) <= 2 * len(pauses) + 1
        assert set(before[1:]) <= set(trial.entrepot.workers())
        assert Client(trial).get("/health").status == 200
    finally:
        template.write_text(whole)

    def are_ready():
        """One of the loop is there for a moment too."""
        ready = [process for process in processes(trial)
                 if (process["role"], process["state"]) == ("worker", "ready")]
        return len(ready) == len(before)

    eventually(are_ready, SECONDS_MAX)
    assert set(before[1:]) < set(trial.entrepot.workers()), "nobody else was touched"


def test_a_reload_that_would_break_every_worker_changes_nothing(trial):
    before, journal = trial.entrepot.workers(), Journal(trial)
    template = trial.templates / "admin" / "frame.html"
    whole = template.read_text()
    template.write_text(whole + "{{#unclosed}}")
    try:
        os.kill(trial.entrepot.pid(), signal.SIGHUP)
        journal.wait_for("not reloaded, everything stays as it was")
    finally:
        template.write_text(whole)
    assert trial.entrepot.workers() == before
    assert Client(trial).get("/health").status == 200


def test_a_retired_worker_that_does_not_end_is_killed_at_its_drain_deadline(trial):
    """What it was serving is done by another, if that may be repeated."""
    # Longer than nginx tries another: it is retired long before it would be done.
    sleep_ms = 5000
    before, journal = trial.entrepot.workers(), Journal(trial)
    client = Client(trial, secure=False)
    connection = client.connect()
    connection.timeout = SECONDS_MAX

    with concurrent.futures.ThreadPoolExecutor(1) as pool:
        def sleep():
            return pool.submit(
                client.get, f"/api/v1/proving/sleep?ms={sleep_ms}", connection=connection)

        def has_just_fallen_asleep():
            """Who looks may come behind the sleeper, on a connection that nginx keeps to it, and
            then sees nobody asleep any more."""
            nonlocal asleep
            if asleep.done():
                asleep = sleep()
            return any(process["route"] == "GET proving/sleep"
                       and 0 < process["busyMs"] < sleep_ms / 5 for process in processes(trial))

        asleep = sleep()
        eventually(has_just_fallen_asleep)
        os.kill(trial.entrepot.pid(), signal.SIGHUP)
        answer = asleep.result()
    connection.close()
    assert answer.status == 200
    assert answer.seconds > (DRAIN_DEADLINE_MS + sleep_ms) / 1000
    assert "drainDeadline" in {line["reason"] for line in journal.lines("killed")}
    eventually(lambda: others(trial, before), SECONDS_MAX)
    assert client.get("/health").status == 200


def test_workers_that_served_their_number_are_replaced_and_nothing_is_lost(recycling):
    forget_notes(recycling)
    before, journal = recycling.entrepot.workers(), Journal(recycling)
    supervisor = recycling.entrepot.pid()
    with Load(recycling, "POST", NOTES, 4,
              lambda number: {"title": f"{number}", "quantity": 1}) as load:
        eventually(lambda: others(recycling, before), SECONDS_MAX)
        load.wait_for(RECYCLE_AFTER)
    assert load.failures == []
    assert count_notes(recycling) == load.statuses[201]
    assert journal.lines("died") == [] and journal.lines("killed") == []
    assert recycling.entrepot.pid() == supervisor
