"""Shipments: what may be shipped, what is refused and with which numbers, who sees them and who
cancels."""

import concurrent.futures

import pytest

from agreements import (
    CONTRACTS, SHIPMENTS, NO_CONTRACT, QUOTA_MAX, agree, ship, shipped, look, lock, cancel,
    moment, refused, invalid, rows, types, counts)
from callers import Held
from client import eventually
from test_wallets import passing


@pytest.mark.parametrize("id", ["x", NO_CONTRACT, "ctr_é", "🚀", "a" * 40])
def test_nothing_is_shipped_on_what_is_no_contract(user, id):
    refused(user.post(SHIPMENTS, {"contractId": id, "quantity": 1}), 404, "not_found")
    refused(user.post(SHIPMENTS, {"contractId": id}), 422, "validation_failed")


def test_a_shipment_takes_from_the_quota(user, manager):
    contract = agree(manager, 100)
    answer = ship(user, contract, 30, reference="PO-1 é🚀", destination="Pune")
    shipment = answer.json
    assert answer.status == 201
    assert answer.headers["location"] == f"{SHIPMENTS}/{shipment['id']}"
    assert shipment["id"].startswith("shp_")
    brief = {"id": contract["id"], "code": contract["code"], "shipped": 30, "remaining": 70,
             "status": "active"}
    assert {name: shipment[name] for name in [
        "contractId", "quantity", "status", "reference", "destination", "createdBy",
        "contract"]} == {
        "contractId": contract["id"], "quantity": 30, "status": "accepted",
        "reference": "PO-1 é🚀", "destination": "Pune", "createdBy": "usr_user",
        "contract": brief}
    assert user.get(f"{SHIPMENTS}/{shipment['id']}").json == shipment
    now = look(user, contract)
    assert (now["quota"], now["shipped"], now["remaining"], now["version"]) == (100, 30, 70, 1)


@pytest.mark.parametrize("fields, wrong", [
    ({}, {"contractId": "required", "quantity": "required"}),
    ({"contractId": 7, "quantity": 0}, {"contractId": "wrong_type", "quantity": "too_small"}),
    ({"contractId": "x", "quantity": 10**9 + 1}, {"quantity": "too_large"}),
    ({"contractId": "x", "quantity": -1}, {"quantity": "too_small"}),
    ({"contractId": "x", "quantity": 1.5}, {"quantity": "wrong_type"}),
    ({"contractId": "x", "quantity": 1, "reference": "a" * 101, "destination": "a" * 201},
     {"reference": "too_long", "destination": "too_long"})])
def test_a_shipment_that_cannot_be_is_refused_with_all_that_is_wrong(user, fields, wrong):
    assert invalid(user.post(SHIPMENTS, fields)) == wrong


def test_the_first_that_does_not_fit_blocks_the_contract(office, user, manager):
    contract = agree(manager, 100)
    shipped(user, contract, 70)
    problem = refused(ship(user, contract, 31), 409, "quota_exceeded")
    assert (problem["limit"], problem["current"], problem["requested"], problem["remaining"]) == (
        100, 70, 31, 30)
    blocked = user.get(f"{SHIPMENTS}/{problem['shipmentId']}").json
    assert (blocked["status"], blocked["quantity"], blocked["reason"]) == (
        "blocked", 31, "quota_exceeded")
    now = look(user, contract)
    assert (now["status"], now["shipped"], now["remaining"], now["version"]) == (
        "blocked", 70, 30, 2)
    assert now["lockReason"]
    problem = refused(ship(user, contract, 1), 409, "contract_blocked")
    assert user.get(f"{SHIPMENTS}/{problem['shipmentId']}").json["reason"] == "contract_blocked"
    assert types(office, contract) == [
        "contract.created", "shipment.accepted", "shipment.blocked", "contract.blocked",
        "shipment.blocked"]


def test_exactly_the_quota_leaves_it_active(user, manager):
    contract = agree(manager, 100)
    shipped(user, contract, 99)
    assert shipped(user, contract, 1)["contract"] | {"id": 0, "code": 0} == {
        "id": 0, "code": 0, "shipped": 100, "remaining": 0, "status": "active"}
    refused(ship(user, contract, 1), 409, "quota_exceeded")


def test_the_largest_quota_is_counted_to_the_last_piece(user, manager):
    contract = agree(manager, QUOTA_MAX)
    shipped(user, contract, 10**9)
    now = look(user, contract)
    assert (now["shipped"], now["remaining"]) == (10**9, QUOTA_MAX - 10**9)
    answer = manager.patch(f"{CONTRACTS}/{contract['id']}", {"quota": 10**9})
    assert (answer.json["quota"], answer.json["remaining"]) == (10**9, 0)


def test_a_person_locks_and_unlocks(office, office_admin, user, manager):
    contract = agree(manager, 100)
    answer = lock(office_admin, contract, True, reason="under review")
    assert (answer.status, answer.headers["etag"]) == (200, '"2.0"')
    assert (answer.json["status"], answer.json["lockReason"]) == ("locked", "under review")
    problem = refused(ship(user, contract, 1), 409, "contract_locked")
    assert "shipmentId" in problem and problem["detail"] == "under review"
    answer = lock(office_admin, contract, False)
    assert (answer.json["status"], answer.json["lockReason"]) == ("active", None)
    shipped(user, contract, 1)
    assert types(office, contract) == [
        "contract.created", "contract.locked", "shipment.blocked", "contract.unlocked",
        "shipment.accepted"]
    assert invalid(lock(office_admin, contract, None)) == {"locked": "required"}
    assert invalid(lock(office_admin, contract, True, reason="a" * 501)) == {"reason": "too_long"}


def test_unlocking_lets_a_blocked_contract_go_on(office_admin, user, manager):
    contract = agree(manager, 10)
    refused(ship(user, contract, 11), 409, "quota_exceeded")
    assert lock(office_admin, contract, False).json["status"] == "active"
    shipped(user, contract, 10)
    refused(ship(user, contract, 1), 409, "quota_exceeded")
    assert lock(office_admin, contract, True).json["status"] == "locked"
    refused(ship(user, contract, 1), 409, "contract_locked")
    assert lock(office_admin, contract, False).json["status"] == "active"


def test_a_contract_that_has_not_begun_ships_nothing(user, manager):
    contract = agree(manager, startsAt=moment(3600))
    assert contract["status"] == "active"
    problem = refused(ship(user, contract, 1), 409, "contract_not_started")
    assert user.get(f"{SHIPMENTS}/{problem['shipmentId']}").json["status"] == "blocked"
    assert look(user, contract)["status"] == "active"


def test_a_contract_is_over_by_time_alone(office, user, manager):
    contract = agree(manager, endsAt=moment(3600))
    shipped(user, contract, 1)
    at = f"{CONTRACTS}/{contract['id']}"
    tag = user.get(at).headers["etag"]
    # An hour goes by.
    rows(office, "UPDATE contracts SET ends_at = UTC_TIMESTAMP(3) WHERE id = "
         f"'{contract['id']}'")
    eventually(lambda: look(user, contract)["status"] == "expired")
    assert user.get(at, headers={"If-None-Match": tag}).status == 200, "its status has changed"
    problem = refused(ship(user, contract, 1), 409, "contract_expired")
    assert user.get(f"{SHIPMENTS}/{problem['shipmentId']}").json["reason"] == "contract_expired"
    ids = [item["id"] for item in user.get(f"{CONTRACTS}?status=expired&limit=100").json["items"]]
    assert contract["id"] in ids
    answer = manager.patch(at, {"endsAt": moment(3600)}, headers={"If-Match": tag})
    assert answer.json["status"] == "active"
    shipped(user, contract, 1)


def test_shipments_are_found_and_only_by_those_who_may(user, other, manager):
    contract = agree(manager, 100)
    mine = shipped(user, contract, 1, reference="needle é", destination="Nashik")
    # What is of one millisecond has no order.
    passing()
    theirs = shipped(other, contract, 2, reference="needle")
    passing()
    blocked = refused(ship(user, contract, 98), 409, "quota_exceeded")["shipmentId"]
    on = f"contractId={contract['id']}"

    def found(caller, query):
        answer = caller.get(f"{SHIPMENTS}?{query}")
        assert answer.status == 200, answer
        return [item["id"] for item in answer.json["items"]]

    assert found(manager, on) == [blocked, theirs["id"], mine["id"]]
    assert found(user, on) == [blocked, mine["id"]]
    assert found(other, on) == [theirs["id"]]
    assert found(manager, f"{on}&status=accepted&sort=createdAt") == [mine["id"], theirs["id"]]
    assert found(manager, f"{on}&q=NEEDLE&sort=createdAt") == [mine["id"], theirs["id"]]
    assert found(manager, f"{on}&q=nashik") == [mine["id"]]
    assert found(user, f"q={theirs['id']}") == []
    assert found(manager, f"{on}&from={mine['createdAt']}&to={theirs['createdAt']}") in [
        [mine["id"]], []]
    assert found(manager, f"{on}&from={moment(60)}") == []
    for name in ["contractId", "q"]:
        assert found(manager, f"{name}=%F0%9F%90%98") == []
    assert manager.get(f"{SHIPMENTS}/stats/summary?contractId=%C3%A9").json["total"] == 0
    assert set(invalid(user.get(f"{SHIPMENTS}?status=gone&from=now"))) == {"status", "from"}
    assert user.get(f"{SHIPMENTS}/{mine['id']}").status == 200
    assert manager.get(f"{SHIPMENTS}/{theirs['id']}").status == 200
    refused(user.get(f"{SHIPMENTS}/{theirs['id']}"), 404, "not_found")
    refused(user.post(f"{SHIPMENTS}/{theirs['id']}/cancel", {}), 403, "forbidden")


def test_the_summary_counts_and_adds_up(user, other, manager):
    # All of it on one day.
    eventually(lambda: moment(0)[:10] == moment(20)[:10], seconds_max=30)
    contract = agree(manager, 100)
    shipped(user, contract, 10)
    shipped(other, contract, 20)
    cancel(manager, shipped(user, contract, 30))
    refused(ship(user, contract, 71), 409, "quota_exceeded")
    path = f"{SHIPMENTS}/stats/summary?contractId={contract['id']}"
    today = moment(0)[:10]
    whole = manager.get(path).json
    assert whole == {
        "total": 4, "accepted": 2, "blocked": 1, "cancelled": 1, "quantityAccepted": 30,
        "quantityBlocked": 71,
        "byDay": [{"date": today, "accepted": 2, "blocked": 1, "cancelled": 1, "quantity": 30}],
        "byContract": [{"contractId": contract["id"], "accepted": 2, "blocked": 1, "cancelled": 1,
                        "quantity": 30}]}
    own = other.get(path).json
    assert (own["total"], own["accepted"], own["quantityAccepted"]) == (1, 1, 20)
    none = manager.get(f"{path}&from={moment(60)}").json
    assert none == {"total": 0, "accepted": 0, "blocked": 0, "cancelled": 0,
                    "quantityAccepted": 0, "quantityBlocked": 0, "byDay": [], "byContract": []}
    assert manager.get(f"{path}&to={moment(60)}").json == whole


def test_a_cancellation_gives_the_quota_back_once(office, user, manager):
    contract = agree(manager, 100)
    shipment = shipped(user, contract, 60)
    answer = cancel(manager, shipment)
    assert answer.status == 200
    assert answer.json["status"] == "cancelled"
    assert (answer.json["cancelledBy"], answer.json["cancelReason"]) == (
        "usr_manager", "sent back")
    assert answer.json["contract"]["remaining"] == 100
    refused(cancel(manager, shipment), 409, "shipment_cancelled")
    now = look(user, contract)
    assert (now["shipped"], now["remaining"]) == (0, 100)
    blocked = refused(ship(user, contract, 101), 409, "quota_exceeded")["shipmentId"]
    refused(cancel(manager, {"id": blocked}), 409, "shipment_blocked")
    assert invalid(manager.post(f"{SHIPMENTS}/{shipment['id']}/cancel", {})) == {
        "reason": "required"}
    reversal = rows(office, "SELECT r.kind, r.reference FROM ledger_transfers r "
                    "JOIN ledger_transfers t ON t.id = r.reverses "
                    f"WHERE t.reference = '{shipment['id']}'")
    assert reversal == [["shipment.cancelled", shipment["id"]]]
    assert types(office, contract)[1:3] == ["shipment.accepted", "shipment.cancelled"]


def test_a_transfer_knows_the_key_that_made_it(office, user, manager):
    def keyed(caller, path, body, key):
        answer = caller.post(path, body, headers={"Idempotency-Key": key})
        assert answer.status < 300, answer
        return answer.json

    contract = keyed(manager, CONTRACTS, {"title": "Packs", "quota": 10}, "key-made")
    wish = {"contractId": contract["id"], "quantity": 3}
    shipment = keyed(user, SHIPMENTS, wish, "key-shipped")
    keyed(manager, f"{SHIPMENTS}/{shipment['id']}/cancel", {"reason": "back"}, "key-cancelled")
    headers = {"Idempotency-Key": "not a key of a PATCH, which needs none"}
    path = f"{CONTRACTS}/{contract['id']}"
    assert manager.patch(path, {"quota": 11}, headers=headers).status == 200
    keys = rows(office, "SELECT kind, idempotency_key FROM ledger_transfers WHERE reference IN "
                f"('{contract['id']}', '{shipment['id']}') ORDER BY id")
    assert keys == [["quota.set", "key-made"], ["shipment.accepted", "key-shipped"],
                    ["shipment.cancelled", "key-cancelled"], ["quota.set", "NULL"]]
    bad = {"Idempotency-Key": "k" * 256}
    for more in ["", "?dryRun=true"]:
        refused(user.post(SHIPMENTS + more, wish, headers=bad), 400, "malformed_request")


def test_of_many_cancellations_at_once_one_is_done(office, user, manager):
    contract = agree(manager, 100)
    shipment = shipped(user, contract, 60)
    sql = f"SELECT id FROM contracts WHERE id = '{contract['id']}' FOR UPDATE"
    with concurrent.futures.ThreadPoolExecutor(8) as pool:
        with Held(office, sql) as held:
            answers = [pool.submit(cancel, manager, shipment) for _ in range(8)]
            held.wait_for_waiting(2)
        statuses = sorted(answer.result().status for answer in answers)
    assert statuses == [200] + [409] * 7
    assert look(user, contract)["remaining"] == 100


def test_a_repeat_gets_the_first_answer_byte_for_byte(office, user, manager):
    contract = agree(manager, 100)
    made = None
    for number, (quantity, status) in enumerate([(60, 201), (41, 409), (1, 409)]):
        key = {"Idempotency-Key": f"{contract['id']}-{number}"}
        body = {"contractId": contract["id"], "quantity": quantity}
        first = user.post(SHIPMENTS, body, headers=key)
        before = counts(office)
        second = user.post("/api/shipments", body, headers=key)
        assert first.status == second.status == status
        assert first.body == second.body
        assert second.headers["idempotency-replayed"] == "true"
        assert counts(office) == before
        refused(user.post(SHIPMENTS, body | {"quantity": 2}, headers=key), 422,
                "idempotency_key_reused")
        made = made or first.json
    key = {"Idempotency-Key": contract["id"]}
    path = f"{SHIPMENTS}/{made['id']}/cancel"
    first, second = (manager.post(path, {"reason": "x"}, headers=key) for _ in range(2))
    assert (first.status, first.body) == (200, second.body)
    assert second.headers["idempotency-replayed"] == "true"
    body = {"title": "a", "quota": 1}
    first, second = (manager.post(CONTRACTS, body, headers=key) for _ in range(2))
    assert (first.status, first.body) == (201, second.body)


def test_what_people_do_to_contracts_and_shipments_is_in_the_audit_log(office_admin, user, manager):
    contract = agree(manager, 100)
    path = f"{CONTRACTS}/{contract['id']}"
    passing()
    assert manager.patch(path, {"quota": 120}).status == 200
    passing()
    invalid(manager.patch(path, {"quota": 0}))
    shipment = shipped(user, contract, 30)
    assert cancel(manager, shipment, reason="sent back").status == 200
    refused(cancel(manager, shipment), 409, "shipment_cancelled")
    lock(office_admin, contract, True, reason="under review")
    passing()
    lock(office_admin, contract, False)

    def told(id):
        found = office_admin.get(f"/api/v1/admin/audit?objectId={id}&sort=at").json["items"]
        assert {entry["address"] for entry in found} == {"127.0.0.1"}
        assert len({entry["objectType"] for entry in found}) == 1
        return [(entry["actorId"], entry["action"], shown(entry["before"]), shown(entry["after"]))
                for entry in found]

    def shown(state):
        return state and (state["status"], state.get("quota"))

    assert told(shipment["id"]) == [("usr_manager", "shipment.cancelled",
                                     ("accepted", None), ("cancelled", None))]
    assert told(contract["id"]) == [
        ("usr_manager", "contract.created", None, ("active", 100)),
        ("usr_manager", "contract.changed", ("active", 100), ("active", 120)),
        ("usr_admin", "contract.locked", ("active", 120), ("locked", 120)),
        ("usr_admin", "contract.unlocked", ("locked", 120), ("active", 120))]
