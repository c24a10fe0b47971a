"""The bank test: what was acknowledged is there once, what was refused is not, the sums hold and
every event is told once, whatever is killed. ENTREPOT_TEST_BANK_SECONDS lets it go on longer."""

import collections
import contextlib
import itertools
import os
import random
import signal
import threading

import pytest

from bank import SHIPMENTS, TRANSFERS, Bank
from callers import Caller, sign_in
from client import eventually
from conftest import make_stack, running
from history import history
from populace import populate
from stack.mariadb import DATABASE, SERVING_USER

SECONDS = float(os.environ.get("ENTREPOT_TEST_BANK_SECONDS", "30"))
SECONDS_BETWEEN_KILLS = 2
VICTIMS = ["gatherer", "mariadb", "worker", "redis", "relay"]
REFUSALS = {TRANSFERS: {"insufficient_funds"}, SHIPMENTS: {"quota_exceeded", "contract_blocked"}}


class Killer:
    """Kills one after another from `with` until its end, and brings up again what does not come by
    itself."""

    def __init__(self, stack):
        self.stack = stack
        self.killed = collections.Counter()
        self.failure = None
        self.ended = threading.Event()
        self.thread = threading.Thread(target=self.work)

    def __enter__(self):
        self.thread.start()
        return self

    def __exit__(self, *_):
        self.ended.set()
        self.thread.join()

    def work(self):
        try:
            for victim in itertools.cycle(VICTIMS):
                if self.ended.wait(SECONDS_BETWEEN_KILLS):
                    return
                self.kill(victim)
                self.killed[victim] += 1
        except Exception as failure:
            self.failure = failure

    def kill(self, victim):
        if victim in ["worker", "gatherer", "relay"]:
            eventually(lambda: self.has_killed_one(victim))
            return
        server = getattr(self.stack, victim)
        server.stop(signal.SIGKILL)
        server.start()
        server.wait()

    def has_killed_one(self, role):
        processes = self.stack.entrepot.workers(role)
        # One that is listed may be about to end by itself.
        with contextlib.suppress(ProcessLookupError):
            if processes:
                os.kill(random.choice(processes), signal.SIGKILL)
                return True
        return False

    def has_had_everybody(self):
        return self.failure or set(self.killed) >= set(VICTIMS)


@pytest.fixture(scope="module")
def vault():
    for stack in running(make_stack("bank")):
        populate(stack)
        yield stack


@pytest.fixture(scope="module")
def bank(vault):
    bank = Bank(vault)
    with Killer(vault) as killer:
        bank.run(SECONDS, killer.has_had_everybody)
    assert killer.failure is None
    assert bank.failures == []
    assert set(killer.killed) >= set(VICTIMS)
    settle(vault)
    known = [wish for wish in bank.wishes if wish.id or wish.refusal]
    print(f"{len(bank.wishes)} wishes, {len(known)} verdicts, "
          f"{sum(wish.repeats for wish in bank.wishes)} asked again, killed {dict(killer.killed)}")
    return bank


def settle(stack):
    """Until nothing goes on that somebody asked for and did not wait for."""
    stack.entrepot.stop()
    working = f"SELECT COUNT(*) FROM information_schema.processlist WHERE user = '{SERVING_USER}'"
    eventually(lambda: ask(stack, working) == [["0"]])
    stack.start()


def ask(stack, sql):
    return stack.mariadb.query(sql, DATABASE)


def kept(stack, path):
    """What is in the database, by its mark."""
    sql = ("SELECT t.note, t.id, MAX(p.amount) FROM ledger_transfers t JOIN ledger_postings p "
           "ON p.transfer_id = t.id WHERE t.note LIKE 'bank-%' GROUP BY t.id, t.note"
           if path == TRANSFERS else
           "SELECT reference, id, quantity FROM shipments WHERE status = 'accepted'"
           " AND reference LIKE 'bank-%'")
    return [(mark, id, int(amount)) for mark, id, amount in ask(stack, sql)]


@pytest.mark.parametrize("path", [TRANSFERS, SHIPMENTS])
def test_what_was_acknowledged_is_there_once_and_what_was_refused_is_not(vault, bank, path):
    wishes = {wish.mark: wish for wish in bank.wishes if wish.path == path}
    rows = kept(vault, path)
    assert len(rows) == len({mark for mark, _, _ in rows}), "something was done twice"
    by_mark = {mark: (id, amount) for mark, id, amount in rows}
    assert set(by_mark) <= set(wishes), "something was done that nobody asked for"
    for mark, wish in wishes.items():
        if wish.id:
            assert by_mark.get(mark) == (wish.id, wish.amount), wish
        elif wish.refusal:
            assert mark not in by_mark, wish
            assert wish.refusal in REFUSALS[path], wish
        elif mark in by_mark:
            assert by_mark[mark][1] == wish.amount, wish
    assert any(wish.id for wish in wishes.values())
    assert any(wish.refusal for wish in wishes.values())


def test_every_wallet_has_what_its_transfers_say_and_nothing_was_made_or_lost(vault, bank):
    expected = dict(bank.beginnings)
    done = {mark: amount for mark, _, amount in kept(vault, TRANSFERS)}
    for wish in bank.wishes:
        if wish.path == TRANSFERS and wish.mark in done:
            expected[wish.actor] -= wish.amount
            expected[wish.target] += wish.amount
    balances = bank.balances()
    assert balances == expected
    assert min(balances.values()) >= 0
    assert sum(balances.values()) == sum(bank.beginnings.values())


def test_the_chains_verify_and_every_invariant_holds(vault, bank):
    assert "flaws       0" in vault.entrepot.call("ledger", "verify")
    vault.entrepot.call("check")


def test_every_committed_event_is_told_once_in_one_order(vault, bank):
    eventually(lambda: ask(vault, "SELECT COUNT(*) FROM outbox_lines") == [["0"]])
    admin = Caller(vault, token=sign_in(vault, "admin", subject="usr_reader"))
    told, after = [], ""
    while True:
        page = admin.get(f"/api/v1/events?limit=100&after={after}").json
        if not page["items"]:
            break
        told += [item["event_id"] for item in page["items"]]
        after = page["cursor"]
    assert len(told) == len(set(told))
    in_order = history(vault)
    assert told == [event.id for event in in_order]
    positions = [event.position for event in in_order]
    assert positions == list(range(positions[0], positions[0] + len(positions)))
    shipped = [event for event in in_order if event.type == "shipment.accepted"]
    stored = ask(vault, "SELECT COUNT(*) FROM shipments WHERE status = 'accepted'")
    assert [[str(len(shipped))]] == stored, "a shipment without its event, or the other way round"
