"""`entrepot follow`: what happens, in a terminal of whoever operates the server."""

import json
import re
import select
import signal
import subprocess

import pytest

from agreements import agree, lock, shipped
from client import eventually
from follow import poll


class Follower:
    """The command, from `with` until its end, and its lines."""

    def __init__(self, stack, *arguments):
        self.command = [stack.entrepot.executable(), "follow", *arguments]
        self.environment = stack.entrepot.environment()

    def __enter__(self):
        self.process = subprocess.Popen(
            self.command, env=self.environment, stdin=subprocess.DEVNULL, text=True,
            stdout=subprocess.PIPE, stderr=subprocess.PIPE)
        return self

    def __exit__(self, *_):
        self.process.kill()
        self.process.communicate()

    def line(self):
        return self.process.stdout.readline().rstrip("\n")

    def end(self):
        self.process.send_signal(signal.SIGTERM)
        return self.process.wait(10)


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
    with Follower(office) as follower:
        lines = []
        eventually(lambda: agree(manager) and has_line(follower, lines), every_seconds=0.2)
    assert before["code"] not in "".join(lines)


def has_line(follower, lines):
    """Whether a line has come; it is not waited for."""
    if not select.select([follower.process.stdout], [], [], 0)[0]:
        return False
    lines.append(follower.line())
    return True


def test_it_ends_with_whoever_reads(office, manager, cursor):
    contract = agree(manager)
    with Follower(office, "--after", cursor) as follower:
        assert follower.line()
        follower.process.stdout.close()
        shipped(manager, contract, 1)
        assert follower.process.wait(10) == 0


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
