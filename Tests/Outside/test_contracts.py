"""Contracts: what may be agreed and changed, by whom, and what is kept of it."""

import base64
from urllib.parse import quote

import pytest

from agreements import (
    CONTRACTS, SHIPMENTS, NO_CONTRACT, NO_SHIPMENT, QUOTA_MAX, agree, ship, shipped, look,
    lock, moment, refused, invalid, types)
from callers import Caller


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


def test_who_may_do_what(office, office_admin, manager, user):
    contract = agree(manager)
    shipment = shipped(user, contract, 1)
    anyone = Caller(office)
    at = f"{CONTRACTS}/{contract['id']}"
    for method, path, body, least in [
            ("POST", CONTRACTS, {"title": "a", "quota": 1}, manager),
            ("GET", CONTRACTS, None, user), ("GET", at, None, user),
            ("PATCH", at, {"title": "b"}, manager),
            ("PATCH", f"{at}/lock", {"locked": False}, office_admin),
            ("GET", f"{at}/history", None, manager),
            ("POST", SHIPMENTS, {"contractId": contract["id"], "quantity": 1}, user),
            ("GET", SHIPMENTS, None, user), ("GET", f"{SHIPMENTS}/stats/summary", None, user),
            ("GET", f"{SHIPMENTS}/{shipment['id']}", None, user),
            ("POST", f"{SHIPMENTS}/{shipment['id']}/cancel", {"reason": "x"}, manager)]:
        refused(anyone.request(method, path, body), 401, "unauthenticated")
        ranks = [user, manager, office_admin]
        for caller in ranks[:ranks.index(least)]:
            refused(caller.request(method, path, body), 403, "forbidden")
        assert least.request(method, path, body).status in [200, 201], path


@pytest.mark.parametrize("id", ["x", NO_CONTRACT, NO_SHIPMENT, "ctr_" + "u" * 26, "ctr_é"])
def test_what_is_no_contract_is_404(office_admin, id):
    at = f"{CONTRACTS}/{quote(id, safe='%')}"
    refused(office_admin.get(at), 404, "not_found")
    refused(office_admin.get(f"{at}/history"), 404, "not_found")
    refused(office_admin.patch(at, {"title": ""}, headers={"If-Match": '"9"'}), 404, "not_found")
    refused(office_admin.patch(f"{at}/lock", {}), 404, "not_found")
    at = f"{SHIPMENTS}/{quote(id.replace('ctr_', 'shp_'), safe='%')}"
    refused(office_admin.get(at), 404, "not_found")
    refused(office_admin.post(f"{at}/cancel", {}), 404, "not_found")


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


def test_a_change_may_be_made_on_any_revision_of_a_version(user, manager, office_admin):
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
        locking = office_admin.patch(f"{at}/lock", {"locked": True}, headers={"If-Match": stale})
        refused(locking, 412, "precondition_failed")
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


def test_history_has_every_version_with_who_and_when(office_admin, user, manager):
    contract = agree(manager, 10)
    shipped(user, contract, 3)
    manager.patch(f"{CONTRACTS}/{contract['id']}", {"title": "New"})
    refused(ship(user, contract, 8), 409, "quota_exceeded")
    lock(office_admin, contract, False, reason="Agreed by telephone")
    items = manager.get(f"{CONTRACTS}/{contract['id']}/history").json["items"]
    assert [(item["version"], item["action"], item["actorId"]) for item in items] == [
        (4, "contract.unlocked", "usr_admin"), (3, "contract.blocked", "usr_user"),
        (2, "contract.changed", "usr_manager"), (1, "contract.created", "usr_manager")]
    assert [item["contract"]["title"] for item in items] == ["New", "New", "New", "Packs"]
    assert [item["contract"]["status"] for item in items] == [
        "active", "blocked", "active", "active"]
    assert [item["contract"]["version"] for item in items] == [4, 3, 2, 1]
    assert [item["reason"] for item in items] == [
        "Agreed by telephone", "A shipment of 8 would have gone over the quota.", None, None]
    assert all(item["at"] <= moment(1) and item["actorName"] for item in items)
    assert items[0]["contract"] == look(user, contract)


def test_history_is_walked_by_cursor_and_by_page(office_admin, manager):
    contract = agree(manager)
    for number in range(6):
        lock(office_admin, contract, number % 2 == 0)
    path = f"{CONTRACTS}/{contract['id']}/history"

    def walk(more):
        page = manager.get(f"{path}?{more}").json
        return [item["version"] for item in page["items"]], page["page"]

    assert walk("") == ([7, 6, 5, 4, 3, 2, 1],
                        {"page": 1, "limit": 20, "total": 7, "next": None})
    first, page = walk("limit=3")
    second, following = walk(f"limit=3&cursor={page['next']}")
    third, last = walk(f"limit=3&cursor={following['next']}")
    assert (first, second, third) == ([7, 6, 5], [4, 3, 2], [1])
    assert page["total"] == 7 and last["next"] is None
    assert [walk(f"limit=3&page={number}")[0] for number in [1, 2, 3, 4]] == [
        first, second, third, []]
    assert invalid(manager.get(f"{path}?cursor=WyJhIl0")) == {"cursor": "invalid_cursor"}
    assert invalid(manager.get(f"{path}?limit=0")) == {"limit": "too_small"}


def test_contracts_are_found_by_status_and_text(office_admin, user, manager):
    one = agree(manager, code="FIND-1", title="Emerald 100% bolts", customer="Quartz_Co")
    two = agree(manager, code="FIND-2", title="Emerald nuts")
    lock(office_admin, two, True)

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
