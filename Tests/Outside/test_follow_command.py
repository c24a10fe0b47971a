"""`entrepot follow`: what happens, in a terminal of whoever operates the server."""

import json
import os
import re
import select
import signal
import subprocess

import pytest

from agreements import agree, lock, shipped
from client import eventually
from follow import poll
from order import settle

SECONDS_MAX = 60


class Follower:
    """The command, from `with` until its end, and its lines."""

    def __init__(self, stack, *arguments):
        self.command = [stack.entrepot.executable(), "follow", *arguments]
        self.environment = stack.entrepot.environment()

    def __enter__(self):
        self.process = subprocess.Popen(
            self.command, env=self.environment, stdin=subprocess.DEVNULL,
            stdout=subprocess.PIPE, stderr=subprocess.DEVNULL)
        self.read = b""
        return self

    def __exit__(self, *_):
        self.process.kill()
        self.process.wait()
        self.process.stdout.close()

    def line(self):
        """The next; it is waited for, but not for ever."""
        while b"\n" not in self.read:
            assert select.select([self.process.stdout], [], [], SECONDS_MAX)[0], "nothing came"
            part = os.read(self.process.stdout.fileno(), 1 << 16)
            assert part, "it has ended"
            self.read += part
        line, _, self.read = self.read.partition(b"\n")
        return line.decode()

    def has_line(self):
        """Whether one has come; it is not waited for."""
        return self.read or select.select([self.process.stdout], [], [], 0)[0]

    def end(self):
        self.process.send_signal(signal.SIGTERM)
        return self.process.wait(SECONDS_MAX)


@pytest.fixture
def cursor(office_admin):
    return poll(office_admin).json["cursor"]


def test_it_prints_a_line_for_each_event_of_a_topic(office, office_admin, manager, cursor):
    contract = agree(manager, code="FOLLOWED")
    with Follower(office, "--topic", f"contracts/{contract['id']}", "--after", cursor) as follower:
        shipment = shipped(manager, contract, 7)
        agree(manager)
        lock(office_admin, contract, True, reason="Audit")
        lines = [follower.line() for _ in range(3)]
        assert follower.end() == 0
    types = ["contract.created", "shipment.accepted", "contract.locked"]
    at = r"\d{4}-\d\d-\d\dT[\d:.]{12}Z"
    for line, kind in zip(lines, types):
        assert re.fullmatch(rf"\d+  {at}  {kind}  .*contract FOLLOWED \(\w+\).*", line), line
    assert f"shipment {shipment['id']} (accepted)" in lines[1]
    ids = [int(line.split()[0]) for line in lines]
    assert int(cursor) < ids[0] < ids[1] < ids[2]


def test_it_prints_what_subscribers_receive_of_several_topics(
        office, office_admin, manager, cursor):
    one, other, third = (agree(manager) for _ in range(3))
    topics = [word for item in [one, third] for word in ["--topic", f"contracts/{item['id']}"]]
    with Follower(office, "--json", *topics, "--after", cursor) as follower:
        told = [json.loads(follower.line()) for _ in range(2)]
    assert [event["data"]["contract"]["id"] for event in told] == [one["id"], third["id"]]
    events = {event["id"]: event for event in poll(office_admin, after=cursor).json["events"]}
    assert told == [events[event["id"]] for event in told]


def test_it_begins_with_what_happens_from_now_on(office, manager):
    before = agree(manager)
    settle(office)
    with Follower(office) as follower:
        eventually(lambda: agree(manager) and follower.has_line(), every_seconds=0.2)
        assert before["code"] not in follower.line()


def test_it_ends_with_whoever_reads(office, manager, cursor):
    contract = agree(manager)
    with Follower(office, "--after", cursor) as follower:
        assert follower.line()
        follower.process.stdout.close()
        shipped(manager, contract, 1)
        assert follower.process.wait(SECONDS_MAX) == 0


@pytest.mark.parametrize("arguments, says", [
    (["--topic", "nothing"], "there is no topic nothing"),
    (["--topic", "devices"], "there is no topic devices"), (["--topic"], "--topic needs a value"),
    (["--after", "4711x"], "4711x is not the id of an event"),
    (["--all", "1"], "unknown option --all"),
])
def test_what_it_cannot_follow_is_said(office, arguments, says):
    done = subprocess.run([office.entrepot.executable(), "follow", *arguments],
                          env=office.entrepot.environment(), capture_output=True, text=True)
    assert (done.returncode, done.stdout) == (2, "")
    assert says in done.stderr and "usage: entrepot follow" in done.stderr


def test_an_id_that_was_never_given_is_refused(office):
    done = subprocess.run(
        [office.entrepot.executable(), "follow", "--after", "999999999"],
        env=office.entrepot.environment(), capture_output=True, text=True)
    assert done.returncode == 1 and "there is none after it yet" in done.stderr
