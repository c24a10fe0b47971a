"""Contracts and shipments: what may be shipped, what is refused and with which numbers, who sees
what, and who is told."""

import base64
import concurrent.futures
import datetime
import email
import email.policy
import json
from urllib.parse import quote

import pytest

from callers import Caller, Held, sign_in
from client import eventually
from conftest import make_stack, running
from stack.mariadb import DATABASE

CONTRACTS = "/api/v1/contracts"
SHIPMENTS = "/api/v1/shipments"
NO_CONTRACT = "ctr_" + "0" * 26
NO_SHIPMENT = "shp_" + "0" * 26
QUOTA_MAX = 10**15
MANAGER_EMAIL = "manager@example.com"


@pytest.fixture(scope="module")
def office():
    yield from running(make_stack("contracts"))


@pytest.fixture(scope="module")
def admin(office):
    return Caller(office, token=sign_in(office, "admin", subject="usr_admin"))


@pytest.fixture(scope="module")
def manager(office):
    return Caller(office, token=sign_in(office, "manager", subject="usr_manager"))


@pytest.fixture(scope="module")
def user(office):
    return Caller(office, token=sign_in(office, "user", subject="usr_user"))


@pytest.fixture(scope="module")
def other(office):
    return Caller(office, token=sign_in(office, "user", subject="usr_other"))


def agree(manager, quota=100, **fields):
    answer = manager.post(CONTRACTS, {"title": "Packs", "quota": quota} | fields)
    assert answer.status == 201, answer
    return answer.json


def ship(caller, contract, quantity, **fields):
    return caller.post(SHIPMENTS, {"contractId": contract["id"], "quantity": quantity} | fields)


def shipped(caller, contract, quantity, **fields):
    answer = ship(caller, contract, quantity, **fields)
    assert answer.status == 201, answer
    return answer.json


def look(caller, contract):
    return caller.get(f"{CONTRACTS}/{contract['id']}").json


def lock(admin, contract, locked, **fields):
    return admin.patch(f"{CONTRACTS}/{contract['id']}/lock", {"locked": locked} | fields)


def cancel(manager, shipment, **fields):
    return manager.post(f"{SHIPMENTS}/{shipment['id']}/cancel", {"reason": "sent back"} | fields)


def moment(seconds):
    at = datetime.datetime.now(datetime.timezone.utc) + datetime.timedelta(seconds=seconds)
    return at.strftime("%Y-%m-%dT%H:%M:%S.") + f"{at.microsecond // 1000:03d}Z"


def refused(answer, status, code):
    assert (answer.status, answer.problem["code"]) == (status, code), answer
    return answer.problem


def invalid(answer):
    problem = refused(answer, 422, "validation_failed")
    return {error["field"]: error["code"] for error in problem["errors"]}


def rows(stack, sql):
    return stack.mariadb.query(sql, DATABASE)


def events(stack, contract):
    """Types, topics and data of what was told of a contract, in the order of writing."""
    found = rows(stack, "SELECT type, topics, TO_BASE64(data) FROM events WHERE topics LIKE "
                 f"'% contracts/{contract['id']} %' ORDER BY number")
    return [(kind, topics.split(), json.loads(unpacked(data))) for kind, topics, data in found]


def unpacked(text):
    return base64.b64decode(text.replace("\\n", ""))


def types(stack, contract):
    return [kind for kind, _, _ in events(stack, contract)]


def counts(stack):
    tables = ["contracts", "shipments", "events", "mails", "contract_versions", "contract_alerts",
              "ledger_accounts", "ledger_transfers", "ledger_postings", "ledger_loose_postings"]
    return [rows(stack, f"SELECT COUNT(*) FROM {table}") for table in tables]


def test_a_contract_has_the_fields_of_the_contract(manager):
    answer = manager.post(CONTRACTS, {"title": " Packs ", "quota": 100})
    contract = answer.json
    assert answer.status == 201
    assert answer.headers["location"] == f"{CONTRACTS}/{contract['id']}"
    assert answer.headers["etag"] == '"1.0"'
    assert list(contract) == [
        "id", "code", "title", "customer", "unit", "quota", "shipped", "remaining", "status",
        "lockReason", "alertPercents", "notifyEmails", "startsAt", "endsAt", "version",
        "createdAt", "updatedAt"]
    assert contract["id"].startswith("ctr_") and len(contract["id"]) == 30
    assert contract["code"] == f"CTR-{contract['id'][-8:]}"
    assert contract | {"id": 0, "code": 0, "createdAt": 0, "updatedAt": 0} == {
        "id": 0, "code": 0, "title": "Packs", "customer": None, "unit": "pieces", "quota": 100,
        "shipped": 0, "remaining": 100, "status": "active", "lockReason": None,
        "alertPercents": [80, 95, 100], "notifyEmails": [], "startsAt": None, "endsAt": None,
        "version": 1, "createdAt": 0, "updatedAt": 0}
    assert look(manager, contract) == contract


def test_all_that_is_given_is_kept(manager):
    given = {
        "code": "Überzug-é-🚀", "title": "नमस्ते 𝒳", "customer": "O'Brien & \"Søn\"",
        "unit": "litres", "quota": QUOTA_MAX, "alertPercents": [50, 10, 100],
        "notifyEmails": ["a@example.com", "b@example.com"],
        "startsAt": "2020-01-01T00:00:00.000Z", "endsAt": "2099-01-01T00:00:00.000Z"}
    contract = agree(manager, **given)
    assert {name: contract[name] for name in given} == given


@pytest.mark.parametrize("fields, wrong", [
    ({}, {"title": "required", "quota": "required"}),
    ({"title": " ", "quota": 0}, {"title": "too_short", "quota": "too_small"}),
    ({"title": "a" * 201, "quota": QUOTA_MAX + 1}, {"title": "too_long", "quota": "too_large"}),
    ({"title": "a", "quota": 1.5}, {"quota": "wrong_type"}),
    ({"title": "a", "quota": "1"}, {"quota": "wrong_type"}),
    ({"title": "a", "quota": 2**63}, {"quota": "wrong_type"}),
    ({"title": "a", "quota": 1, "alertPercents": [0]}, {"alertPercents": "too_small"}),
    ({"title": "a", "quota": 1, "alertPercents": [101]}, {"alertPercents": "too_large"}),
    ({"title": "a", "quota": 1, "alertPercents": 80}, {"alertPercents": "wrong_type"}),
    ({"title": "a", "quota": 1, "notifyEmails": ["nobody"]}, {"notifyEmails": "invalid_email"}),
    ({"title": "a", "quota": 1, "endsAt": "tomorrow"}, {"endsAt": "invalid_time"}),
    ({"title": "a", "quota": 1, "startsAt": "2026-01-02T00:00:00Z",
      "endsAt": "2026-01-02T00:00:00Z"}, {"endsAt": "too_early"}),
    ({"title": "a\0", "quota": 1}, {"title": "invalid"})])
def test_a_contract_that_cannot_be_is_refused_with_all_that_is_wrong(manager, fields, wrong):
    assert invalid(manager.post(CONTRACTS, fields)) == wrong


def test_a_code_is_taken_once(manager):
    agree(manager, code="ONCE-1")
    for code in ["ONCE-1", "once-1", " ONCE-1 "]:
        refused(manager.post(CONTRACTS, {"title": "a", "quota": 1, "code": code}), 409,
                "code_taken")
    agree(manager, code="ONCE-🚀")
    agree(manager, code="ONCE-🎉")


def test_who_may_do_what(office, admin, manager, user):
    contract = agree(manager)
    shipment = shipped(user, contract, 1)
    anyone = Caller(office)
    at = f"{CONTRACTS}/{contract['id']}"
    for method, path, body, least in [
            ("POST", CONTRACTS, {"title": "a", "quota": 1}, manager),
            ("GET", CONTRACTS, None, user), ("GET", at, None, user),
            ("PATCH", at, {"title": "b"}, manager),
            ("PATCH", f"{at}/lock", {"locked": False}, admin),
            ("GET", f"{at}/history", None, manager),
            ("POST", SHIPMENTS, {"contractId": contract["id"], "quantity": 1}, user),
            ("GET", SHIPMENTS, None, user), ("GET", f"{SHIPMENTS}/stats/summary", None, user),
            ("GET", f"{SHIPMENTS}/{shipment['id']}", None, user),
            ("POST", f"{SHIPMENTS}/{shipment['id']}/cancel", {"reason": "x"}, manager)]:
        refused(anyone.request(method, path, body), 401, "unauthenticated")
        for caller in [user, manager, admin][:[user, manager, admin].index(least)]:
            refused(caller.request(method, path, body), 403, "forbidden")
        assert least.request(method, path, body).status in [200, 201], path


@pytest.mark.parametrize("id", ["x", NO_CONTRACT, NO_SHIPMENT, "ctr_" + "u" * 26, "ctr_é"])
def test_what_is_no_contract_is_404(admin, id):
    at = f"{CONTRACTS}/{quote(id, safe='%')}"
    refused(admin.get(at), 404, "not_found")
    refused(admin.get(f"{at}/history"), 404, "not_found")
    refused(admin.patch(at, {"title": ""}, headers={"If-Match": '"9"'}), 404, "not_found")
    refused(admin.patch(f"{at}/lock", {}), 404, "not_found")
    at = f"{SHIPMENTS}/{quote(id.replace('ctr_', 'shp_'), safe='%')}"
    refused(admin.get(at), 404, "not_found")
    refused(admin.post(f"{at}/cancel", {}), 404, "not_found")


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


def test_a_person_locks_and_unlocks(office, admin, user, manager):
    contract = agree(manager, 100)
    answer = lock(admin, contract, True, reason="under review")
    assert (answer.status, answer.headers["etag"]) == (200, '"2.0"')
    assert (answer.json["status"], answer.json["lockReason"]) == ("locked", "under review")
    problem = refused(ship(user, contract, 1), 409, "contract_locked")
    assert "shipmentId" in problem and problem["detail"] == "under review"
    answer = lock(admin, contract, False)
    assert (answer.json["status"], answer.json["lockReason"]) == ("active", None)
    shipped(user, contract, 1)
    assert types(office, contract) == [
        "contract.created", "contract.locked", "shipment.blocked", "contract.unlocked",
        "shipment.accepted"]
    assert invalid(lock(admin, contract, None)) == {"locked": "required"}
    assert invalid(lock(admin, contract, True, reason="a" * 501)) == {"reason": "too_long"}


def test_unlocking_lets_a_blocked_contract_go_on(admin, user, manager):
    contract = agree(manager, 10)
    refused(ship(user, contract, 11), 409, "quota_exceeded")
    assert lock(admin, contract, False).json["status"] == "active"
    shipped(user, contract, 10)
    refused(ship(user, contract, 1), 409, "quota_exceeded")
    assert lock(admin, contract, True).json["status"] == "locked"
    refused(ship(user, contract, 1), 409, "contract_locked")
    assert lock(admin, contract, False).json["status"] == "active"


def test_a_contract_that_has_not_begun_ships_nothing(user, manager):
    contract = agree(manager, startsAt=moment(3600))
    assert contract["status"] == "active"
    problem = refused(ship(user, contract, 1), 409, "contract_not_started")
    assert user.get(f"{SHIPMENTS}/{problem['shipmentId']}").json["status"] == "blocked"
    assert look(user, contract)["status"] == "active"


def test_a_contract_is_over_by_time_alone(user, manager):
    contract = agree(manager, endsAt=moment(1))
    tag = user.get(f"{CONTRACTS}/{contract['id']}").headers["etag"]
    shipped(user, contract, 1)
    at = f"{CONTRACTS}/{contract['id']}"
    tag = user.get(at).headers["etag"]
    eventually(lambda: look(user, contract)["status"] == "expired")
    assert user.get(at, headers={"If-None-Match": tag}).status == 200, "its status has changed"
    problem = refused(ship(user, contract, 1), 409, "contract_expired")
    assert user.get(f"{SHIPMENTS}/{problem['shipmentId']}").json["reason"] == "contract_expired"
    ids = [item["id"] for item in user.get(f"{CONTRACTS}?status=expired&limit=100").json["items"]]
    assert contract["id"] in ids
    answer = manager.patch(at, {"endsAt": moment(3600)}, headers={"If-Match": tag})
    assert answer.json["status"] == "active"
    shipped(user, contract, 1)


def test_what_was_agreed_is_changed(office, manager):
    contract = agree(manager, 100, customer="A", endsAt=moment(3600))
    at = f"{CONTRACTS}/{contract['id']}"
    change = {"title": "New", "customer": None, "quota": 250, "alertPercents": [10],
              "notifyEmails": ["c@example.com"], "endsAt": None, "unit": "tons", "code": "NEW"}
    answer = manager.patch(at, change)
    assert (answer.status, answer.headers["etag"]) == (200, '"2.0"')
    assert answer.json == look(manager, contract)
    assert answer.json == contract | {
        "title": "New", "customer": None, "quota": 250, "remaining": 250, "alertPercents": [10],
        "notifyEmails": ["c@example.com"], "endsAt": None, "version": 2,
        "updatedAt": answer.json["updatedAt"]}
    assert types(office, contract) == ["contract.created", "contract.changed"]
    assert invalid(manager.patch(at, {"quota": 0, "title": ""})) == {
        "quota": "too_small", "title": "too_short"}


def test_an_end_before_the_beginning_is_refused_later_too(manager):
    contract = agree(manager, startsAt="2026-01-02T00:00:00Z")
    answer = manager.patch(f"{CONTRACTS}/{contract['id']}", {"endsAt": "2026-01-01T00:00:00Z"})
    assert invalid(answer) == {"endsAt": "too_early"}


def test_a_quota_never_goes_below_what_was_shipped(user, manager):
    contract = agree(manager, 100)
    shipped(user, contract, 60)
    at = f"{CONTRACTS}/{contract['id']}"
    problem = refused(manager.patch(at, {"quota": 59, "title": "no"}), 409, "quota_below_shipped")
    assert (problem["limit"], problem["current"], problem["requested"]) == (60, 100, 59)
    assert look(user, contract)["title"] == "Packs"
    answer = manager.patch(at, {"quota": 60})
    assert (answer.json["quota"], answer.json["remaining"], answer.json["status"]) == (
        60, 0, "active")


def test_a_change_may_be_made_on_any_revision_of_a_version(user, manager, admin):
    contract = agree(manager, 100)
    at = f"{CONTRACTS}/{contract['id']}"
    first = user.get(at).headers["etag"]
    assert user.get(at, headers={"If-None-Match": first}).status == 304
    shipped(user, contract, 5)
    second = user.get(at, headers={"If-None-Match": first})
    assert (second.status, second.headers["etag"]) == (200, '"1.5"')
    assert manager.patch(at, {"title": "b"}, headers={"If-Match": first}).status == 200
    for stale in [first, second.headers["etag"], '"1"', '"3.5"', "nonsense", '"2']:
        refused(manager.patch(at, {"title": "c"}, headers={"If-Match": stale}), 412,
                "precondition_failed")
        refused(admin.patch(f"{at}/lock", {"locked": True}, headers={"If-Match": stale}), 412,
                "precondition_failed")
    assert manager.patch(at, {"title": "d"}, headers={"If-Match": '"2.0", "9"'}).status == 200
    assert manager.patch(at, {"title": "e"}, headers={"If-Match": "*"}).status == 200


def test_412_comes_before_what_is_wrong_in_the_body(user, manager):
    contract = agree(manager, 100)
    at = f"{CONTRACTS}/{contract['id']}"
    stale = {"If-Match": '"7"'}
    refused(manager.patch(at, {"quota": 0}, headers=stale), 412, "precondition_failed")
    refused(manager.send("PATCH", at, "{", headers=stale), 400, "malformed_json")
    refused(manager.send("PATCH", at, "{}", "text/plain", headers=stale), 415,
            "unsupported_media_type")
    refused(user.send("PATCH", at, "{", "text/plain", headers=stale), 403, "forbidden")


def test_history_has_every_version_with_who_and_when(admin, user, manager):
    contract = agree(manager, 10)
    shipped(user, contract, 3)
    manager.patch(f"{CONTRACTS}/{contract['id']}", {"title": "New"})
    refused(ship(user, contract, 8), 409, "quota_exceeded")
    lock(admin, contract, False)
    items = manager.get(f"{CONTRACTS}/{contract['id']}/history").json["items"]
    assert [(item["version"], item["action"], item["actorId"]) for item in items] == [
        (4, "contract.unlocked", "usr_admin"), (3, "contract.blocked", "usr_user"),
        (2, "contract.changed", "usr_manager"), (1, "contract.created", "usr_manager")]
    assert [item["contract"]["title"] for item in items] == ["New", "New", "New", "Packs"]
    assert [item["contract"]["status"] for item in items] == [
        "active", "blocked", "active", "active"]
    assert [item["contract"]["version"] for item in items] == [4, 3, 2, 1]
    assert all(item["at"] <= moment(1) and item["actorName"] for item in items)
    assert items[0]["contract"] == look(user, contract)


def test_contracts_are_found_by_status_and_text(admin, user, manager):
    one = agree(manager, code="FIND-1", title="Emerald 100% bolts", customer="Quartz_Co")
    two = agree(manager, code="FIND-2", title="Emerald nuts")
    lock(admin, two, True)

    def found(query):
        answer = user.get(f"{CONTRACTS}?{query}")
        assert answer.status == 200, answer
        return [item["code"] for item in answer.json["items"]]

    assert found("q=emerald") == ["FIND-2", "FIND-1"]
    assert found("q=emerald&sort=createdAt") == ["FIND-1", "FIND-2"]
    assert found("q=emerald&sort=-code") == ["FIND-2", "FIND-1"]
    assert found("q=emerald&status=locked") == ["FIND-2"]
    assert found("q=emerald&status=active") == ["FIND-1"]
    assert found("q=quartz_co") == ["FIND-1"]
    assert found("q=100%25%20b") == ["FIND-1"]
    assert found(f"q={one['id']}") == ["FIND-1"]
    assert found("q=%F0%9F%90%98") == []
    made_up = base64.urlsafe_b64encode('[1772368496789,"é🚀"]'.encode()).decode().rstrip("=")
    assert invalid(user.get(f"{CONTRACTS}?cursor={made_up}")) == {"cursor": "invalid_cursor"}
    page = user.get(f"{CONTRACTS}?q=emerald&sort=code&limit=1").json
    assert (page["page"]["total"], page["items"][0]["code"]) == (2, "FIND-1")
    assert found(f"q=emerald&sort=code&limit=1&cursor={page['page']['next']}") == ["FIND-2"]
    assert set(invalid(user.get(f"{CONTRACTS}?status=open&sort=quota"))) == {"status", "sort"}


def test_shipments_are_found_and_only_by_those_who_may(user, other, manager):
    contract = agree(manager, 100)
    mine = shipped(user, contract, 1, reference="needle é", destination="Nashik")
    theirs = shipped(other, contract, 2, reference="needle")
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


def test_each_percentage_is_told_once(office, user, manager):
    contract = agree(manager, 1000, alertPercents=[95, 80, 100, 80])

    def told():
        return [data["percent"] for kind, _, data in events(office, contract)
                if kind == "contract.threshold_reached"]

    shipped(user, contract, 799)
    assert told() == []
    last = shipped(user, contract, 1)
    assert told() == [80]
    cancel(manager, last)
    shipped(user, contract, 1)
    assert told() == [80]
    shipped(user, contract, 200)
    assert told() == [80, 95, 100]
    manager.patch(f"{CONTRACTS}/{contract['id']}", {"quota": 2000})
    shipped(user, contract, 900)
    assert told() == [80, 95, 100]


def test_a_smaller_quota_crosses_percentages_too(office, user, manager):
    contract = agree(manager, 1000)
    at = f"{CONTRACTS}/{contract['id']}"
    assert manager.patch(at, {"quota": 10}).status == 200
    assert manager.patch(at, {"quota": 1000}).status == 200
    shipped(user, contract, 450)
    assert manager.patch(at, {"quota": 500}).status == 200
    found = [data for kind, _, data in events(office, contract)
             if kind == "contract.threshold_reached"]
    assert [data["percent"] for data in found] == [80]
    assert found[0]["contract"] == look(user, contract)


def letters(stack, code):
    """What was written of a contract: to whom, about what, and the text."""
    found = []
    for file in (stack.directory / "mail").glob("*.eml"):
        message = email.message_from_bytes(file.read_bytes(), policy=email.policy.default)
        if code in message["subject"]:
            found.append((message["to"], message["subject"],
                          message.get_body(("plain",)).get_content(),
                          message.get_body(("html",)).get_content()))
    return found


def test_those_who_are_named_and_the_managers_get_a_mail(office, user, manager):
    contract = agree(manager, 1000, code="MAIL-1", title="Bolts & <nuts>", notifyEmails=[
        "ops@example.com", "OPS@example.com", MANAGER_EMAIL])
    shipped(user, contract, 850)
    refused(ship(user, contract, 151), 409, "quota_exceeded")
    refused(ship(user, contract, 1), 409, "contract_blocked")
    found = eventually(lambda: (got := letters(office, "MAIL-1")) and len(got) >= 4 and got)
    subjects = {"MAIL-1: 80 % of the quota are shipped",
                "MAIL-1 is blocked: its quota would not do"}
    for address in ["ops@example.com", MANAGER_EMAIL]:
        assert {subject for to, subject, _, _ in found if address in to} == subjects
    assert len(found) == 4
    link = f"{office.url('https')}/admin/contracts/{contract['id']}"
    for _, subject, text, html in found:
        assert "Bolts & <nuts>" in text and "Bolts &amp; &lt;nuts&gt;" in html
        assert link in text and link in html
        assert "850 pieces" in text and "150 pieces" in text
        assert ("151 pieces" in text) == ("blocked" in subject)


def test_events_say_what_happened(office, user, manager):
    contract = agree(manager, 100, alertPercents=[50])
    shipment = shipped(user, contract, 60)
    problem = refused(ship(user, contract, 41), 409, "quota_exceeded")
    made, accepted, crossed, refusal, blocked = events(office, contract)
    own = ["contracts", f"contracts/{contract['id']}"]
    assert made == ("contract.created", own, {"contract": contract})
    assert accepted[0] == "shipment.accepted" and accepted[1] == ["shipments", *own]
    assert accepted[2] == {"shipment": shipment, "contract": shipment["contract"]}
    assert crossed[0] == "contract.threshold_reached" and crossed[1] == own
    assert (crossed[2]["percent"], crossed[2]["contract"]["shipped"]) == (50, 60)
    assert refusal[0] == "shipment.blocked"
    assert refusal[2]["shipment"]["id"] == problem["shipmentId"]
    assert refusal[2]["contract"]["status"] == "blocked"
    assert blocked == ("contract.blocked", own, {"contract": look(user, contract)})
    [[who]] = rows(office, "SELECT DISTINCT user_id FROM events WHERE type LIKE 'shipment.%' AND "
                   f"topics LIKE '% contracts/{contract['id']} %'")
    assert who == "usr_user"


def test_a_dry_run_says_what_would_be_and_keeps_nothing(office, admin, user, manager):
    contract = agree(manager, 100)
    shipment = shipped(user, contract, 60)
    at = f"{CONTRACTS}/{contract['id']}"
    before = counts(office), look(user, contract)
    dry = "dryRun=true"
    for caller, method, path, body, status in [
            (manager, "POST", CONTRACTS, {"title": "a", "quota": 1}, 201),
            (manager, "POST", CONTRACTS, {"title": "a", "quota": 1, "code": contract["code"]}, 409),
            (manager, "PATCH", at, {"quota": 61}, 200), (manager, "PATCH", at, {"quota": 59}, 409),
            (admin, "PATCH", f"{at}/lock", {"locked": True}, 200),
            (user, "POST", SHIPMENTS, {"contractId": contract["id"], "quantity": 40}, 201),
            (user, "POST", SHIPMENTS, {"contractId": contract["id"], "quantity": 41}, 409),
            (user, "POST", SHIPMENTS, {"contractId": NO_CONTRACT, "quantity": 41}, 404),
            (user, "POST", SHIPMENTS, {}, 422),
            (manager, "POST", f"{SHIPMENTS}/{shipment['id']}/cancel", {"reason": "x"}, 200)]:
        answer = caller.request(method, f"{path}?{dry}", body)
        assert (answer.status, answer.headers["dry-run"]) == (status, "true"), answer
    assert (counts(office), look(user, contract)) == before
    answer = user.post(f"{SHIPMENTS}?{dry}", {"contractId": contract["id"], "quantity": 40})
    assert answer.json["contract"]["remaining"] == 0


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


def test_both_bases_answer(user, manager):
    contract = agree(manager, 100)
    shipment = shipped(user, contract, 1)
    for path in ["contracts", f"contracts/{contract['id']}", f"shipments/{shipment['id']}",
                 "shipments", "shipments/stats/summary"]:
        one, two = (user.get(f"{base}/{path}") for base in ["/api", "/api/v1"])
        assert one.status == two.status == 200
        assert one.body == two.body


def test_the_demo_has_contracts_of_every_kind(office, manager):
    found = {item["code"]: item for item in
             manager.get(f"{CONTRACTS}?q=CTR-100&limit=100").json["items"]}
    assert sorted(found) == [f"CTR-100{number}" for number in range(1, 7)]
    assert [found[f"CTR-100{number}"]["status"] for number in range(1, 7)] == [
        "active", "active", "blocked", "locked", "active", "active"]
    assert found["CTR-1002"]["shipped"] / found["CTR-1002"]["quota"] > 0.95
    seeded = "SELECT COUNT(*), COUNT(DISTINCT DATE(created_at)) FROM shipments " \
        "WHERE reference LIKE 'PO-7%'"
    [[count, days]] = rows(office, seeded)
    assert (count, int(days) >= 10) == ("200", True)
    before = counts(office)
    office.entrepot.call("seed")
    office.entrepot.call("seed", "--seed", "2", "--date", "2026-01-01")
    assert counts(office)[1] == before[1]
    office.entrepot.call("check")
