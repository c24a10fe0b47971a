"""The quota race: everything is accepted up to the first shipment that does not fit, and nothing
after it, however many clients, workers and kills. ENTREPOT_TEST_RACE_SHIPMENTS lets it be longer or
shorter."""

import collections
import http.client
import os
import queue
import signal
import threading
import time

import pytest

from callers import Caller, sign_in
from client import eventually
from conftest import make_stack, running
from history import history
from stack.mariadb import DATABASE

CLIENTS = 64
SHIPMENTS = int(os.environ.get("ENTREPOT_TEST_RACE_SHIPMENTS", "10000"))
QUANTITIES = [7, 11, 13, 17]
# About half of what is asked for.
QUOTA = 6 * SHIPMENTS + 1
KILLS = 9
PATH = "/api/v1/shipments"


@pytest.fixture(scope="module")
def track():
    yield from running(make_stack("race"))


class Race:
    """Clients that ship as fast as they can; one without an answer asks again with the same key,
    until it knows the verdict."""

    def __init__(self, stack, count):
        self.stack = stack
        token = sign_in(stack, "manager", subject="usr_racer")
        self.caller = Caller(stack, token=token)
        made = self.caller.post(
            "/api/v1/contracts", {"title": "race", "quota": QUOTA, "alertPercents": []})
        self.contract = made.json
        self.numbers = queue.SimpleQueue()
        for number in range(count):
            self.numbers.put(number)
        self.verdicts = []
        self.repeats = 0

    def run(self):
        threads = [threading.Thread(target=self.client) for _ in range(CLIENTS)]
        began = time.monotonic()
        for thread in threads:
            thread.start()
        for thread in threads:
            thread.join()
        self.seconds = time.monotonic() - began

    def client(self):
        connection = self.caller.connect()
        while True:
            try:
                number = self.numbers.get_nowait()
            except queue.Empty:
                return
            quantity = QUANTITIES[number % len(QUANTITIES)]
            body = {"contractId": self.contract["id"], "quantity": quantity}
            key = {"Idempotency-Key": f"{self.contract['id']}-{number}"}
            while True:
                try:
                    answer = self.caller.post(PATH, body, headers=key, connection=connection)
                except (OSError, http.client.HTTPException):
                    connection.close()
                    connection = self.caller.connect()
                    self.repeats += 1
                    continue
                if answer.status >= 500 or (
                        answer.status == 409 and answer.json["code"] == "idempotency_in_progress"):
                    self.repeats += 1
                    continue
                break
            self.verdicts.append((quantity, answer.status, answer.json))

    def check(self):
        """What the clients were told, what the contract says, what the ledger has: all the same."""
        accepted = [(quantity, body) for quantity, status, body in self.verdicts if status == 201]
        refused = [body for _, status, body in self.verdicts if status != 201]
        total = sum(quantity for quantity, _ in accepted)
        assert total <= QUOTA
        assert {body["status"] for body in refused} == {409}
        [first] = [body for body in refused if body["code"] == "quota_exceeded"]
        assert {body["code"] for body in refused} == {"quota_exceeded", "contract_blocked"}
        # What was left when the first did not fit is what is left: nothing was accepted after it.
        assert (first["limit"], first["current"], first["remaining"]) == (
            QUOTA, total, QUOTA - total)
        assert first["requested"] > first["remaining"]
        # Each was told another sum, and none was left out.
        sums = sorted((body["contract"]["shipped"], quantity) for quantity, body in accepted)
        expected = 0
        for shipped, quantity in sums:
            expected += quantity
            assert shipped == expected
        contract = self.caller.get(f"/api/v1/contracts/{self.contract['id']}").json
        assert (contract["shipped"], contract["remaining"], contract["status"]) == (
            total, QUOTA - total, "blocked")
        ids = {body["id"] for _, body in accepted} | {body["shipmentId"] for body in refused}
        assert len(ids) == len(self.verdicts)
        self.check_rows(total, len(accepted), ids)

    def check_rows(self, total, count, ids):
        def ask(sql):
            return self.stack.mariadb.query(sql, DATABASE)

        id = self.contract["id"]
        kept = ask(f"SELECT id FROM shipments WHERE contract_id = '{id}'")
        assert {row[0] for row in kept} == ids
        assert ask("SELECT SUM(quantity), COUNT(*) FROM shipments WHERE status = 'accepted' AND "
                   f"contract_id = '{id}'") == [[str(total), str(count)]]
        assert ask("SELECT a.kind, a.balance, a.sequence FROM ledger_accounts a "
                   f"WHERE a.owner = '{id}' ORDER BY a.kind") == [
            ["quota", str(QUOTA - total), str(count + 1)], ["shipped", str(total), str(count)]]
        kinds = collections.Counter(event.type for event in history(self.stack, f"contracts/{id}"))
        assert kinds == {
            "contract.blocked": 1, "contract.created": 1, "shipment.accepted": count,
            "shipment.blocked": len(ids) - count}
        self.stack.entrepot.call("check")
        assert "flaws       0" in self.stack.entrepot.call("ledger", "verify")


def test_of_64_clients_all_are_accepted_up_to_the_first_that_does_not_fit(track):
    race = Race(track, SHIPMENTS)
    race.run()
    print(f"{len(race.verdicts) / race.seconds:.0f} shipments/s")
    assert race.repeats == 0
    assert len(race.verdicts) == SHIPMENTS
    race.check()


def test_the_same_while_workers_are_killed_again_and_again(track):
    """By how far it has come, and so within the race, however quick it is."""
    race = Race(track, SHIPMENTS)
    ended = threading.Event()
    killed = []

    def kill():
        for number in range(1, KILLS + 1):
            while len(race.verdicts) < SHIPMENTS * number // (KILLS + 1):
                if ended.wait(0.001):
                    return
            workers = eventually(lambda: track.entrepot.workers("gatherer"))
            os.kill(workers[number % len(workers)], signal.SIGKILL)
            killed.append(number)

    killer = threading.Thread(target=kill)
    killer.start()
    try:
        race.run()
    finally:
        ended.set()
        killer.join()
    print(f"{len(race.verdicts) / race.seconds:.0f} shipments/s, {len(killed)} killed, "
          f"{race.repeats} asked again")
    assert killed
    assert len(race.verdicts) == SHIPMENTS
    race.check()
