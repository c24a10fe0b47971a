"""Who runs the jobs: one clock among all hosts, replaced when it dies or hangs."""

import os
import signal
import time

import pytest

from client import eventually
from clockwork import (
    Frozen, OtherHost, ask, clock, ended, leader, query, runs, seconds_counted, successor)
from conftest import PROVING, make_stack, running

SECONDS_TO_REPLACE = 15
# A leader does one thing at a time, and `proving.last` for a minute.
SECONDS_TO_GO_ON = 120


@pytest.fixture(scope="module")
def clocks():
    """A stack whose clocks are killed, frozen and told to end."""
    yield from running(make_stack("clocks", PROVING))


def wait_to_go_on(stack):
    before = seconds_counted(stack)
    eventually(lambda: seconds_counted(stack) > before, SECONDS_TO_GO_ON)


def counted_once(stack):
    """No second was counted by two clocks."""
    [[count, seconds]] = query(
        stack, "SELECT COUNT(*), COUNT(DISTINCT FLOOR(UNIX_TIMESTAMP(started_at))) FROM job_runs "
        "WHERE job = 'proving.count-seconds'")
    return count == seconds


def test_a_killed_clock_is_replaced_and_its_run_is_interrupted(clocks):
    wait_to_go_on(clocks)
    before = len(runs(clocks, "proving.last"))
    ask(clocks, "proving.last")
    eventually(lambda: runs(clocks, "proving.last")[before:])
    first, began = leader(clocks), time.time()
    os.kill(clock(clocks), signal.SIGKILL)
    # Leads somebody else, who knows what became of the run, and everything else goes on.
    second, _ = successor(clocks, first)
    assert second.since - began < SECONDS_TO_REPLACE
    run = eventually(lambda: ended(clocks, "proving.last", before))
    assert run[:2] == ["interrupted", "Its process did not live to its end."]
    wait_to_go_on(clocks)
    assert counted_once(clocks)
    # It is tried again, and there it can be ended.
    eventually(lambda: runs(clocks, "proving.last")[before + 1:])


def test_a_clock_that_is_told_to_end_gives_up_its_job_and_its_lead_at_once(clocks):
    ask(clocks, "proving.last")
    eventually(lambda: [run for run in runs(clocks, "proving.last") if run[0] == "running"])
    before, count = clock(clocks), len(runs(clocks, "proving.last"))
    first = leader(clocks)
    os.kill(clocks.entrepot.pid(), signal.SIGHUP)
    second, first = successor(clocks, first)
    assert second.since < first.until, "nobody waited for the lease to lapse"
    # What was given up begins again with the next clock.
    eventually(lambda: len(runs(clocks, "proving.last")) > count)
    given_up = runs(clocks, "proving.last")[count - 1]
    assert given_up[0] == "interrupted"
    assert given_up[1].startswith("Its process was asked to end")
    assert counted_once(clocks)
    os.kill(clock(clocks, not_this=before), signal.SIGKILL)
    successor(clocks, second)
    wait_to_go_on(clocks)
    query(clocks, "UPDATE jobs SET next_at = UTC_TIMESTAMP(3) + INTERVAL 1 DAY "
          "WHERE name = 'proving.last'")


def test_a_clock_that_hangs_loses_its_lead_to_another_host_and_does_no_harm_when_it_wakes(clocks):
    with OtherHost(clocks, "host-b") as other:
        eventually(other.clock)
        wait_to_go_on(clocks)
        assert not other.leads(), "there is a leader already"
        first, began = leader(clocks), time.time()
        with Frozen(clock(clocks)):
            second, _ = successor(clocks, first)
            assert other.leads()
            assert second.since - began < SECONDS_TO_REPLACE
            wait_to_go_on(clocks)
        # The old one is awake again, beside the new one.
        for _ in range(3):
            wait_to_go_on(clocks)
        assert other.leads()
        assert counted_once(clocks)
    # The other host has ended, and said so.
    third, second = successor(clocks, second)
    assert third.since < second.until
    assert not other.leads()
    wait_to_go_on(clocks)
    assert counted_once(clocks)


def test_a_clock_outlives_its_database(clocks):
    clocks.mariadb.stop(signal.SIGKILL)
    clocks.mariadb.start()
    clocks.mariadb.wait()
    wait_to_go_on(clocks)
    assert counted_once(clocks)
