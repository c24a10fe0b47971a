"""What is wrong with devices: who sees it and deals with it."""

import pytest

from callers import Visitor
from cold import ALERTS, NO_ALERT, Tenant, events
from conftest import make_stack, running
from follow import Stream
from people import Member, invalid, query, refused

BOARD = "/admin/alerts"
FIELDS = ["id", "type", "severity", "status", "deviceId", "coldCellId", "organisationId", "value",
          "threshold", "explanation", "count", "triggeredAt", "lastTriggeredAt", "acknowledgedAt",
          "resolvedAt", "resolvedBy", "note", "escalationLevel", "version"]


@pytest.fixture(scope="module")
def cold():
    yield from running(make_stack("cold"))


@pytest.fixture(scope="module")
def tenant(cold):
    return Tenant(cold)


@pytest.fixture(scope="module")
def other(cold):
    return Tenant(cold, "Another")


@pytest.fixture(scope="module")
def manager(cold):
    return Member.new(cold, "manager")


def test_an_alert_says_what_is_wrong_where_and_since_when(tenant):
    device = tenant.device()
    id = tenant.alert(device)
    answer = tenant.customer.get(f"{ALERTS}/{id}")
    assert answer.status == 200 and list(answer.json) == FIELDS
    given = {"type": "HIGH_TEMP", "severity": "warning", "status": "ACTIVE", "count": 1,
             "deviceId": device["id"], "coldCellId": tenant.cell["id"], "value": -12.5,
             "organisationId": tenant.id, "threshold": -15, "escalationLevel": 0, "note": None,
             "resolvedBy": None}
    assert answer.json.items() >= given.items()
    assert answer.headers["etag"]


def test_everybody_sees_the_alerts_of_their_tenants_and_no_other(tenant, other, manager):
    id = tenant.alert()
    for caller in [tenant.customer, tenant.technician, tenant.admin, manager]:
        assert caller.get(f"{ALERTS}/{id}").status == 200
        assert id in ids(caller)
    for caller in [other.customer, other.technician]:
        refused(caller.get(f"{ALERTS}/{id}"), 404, "not_found")
        assert id not in ids(caller)
        for verb in ["acknowledge", "resolve"]:
            refused(caller.patch(f"{ALERTS}/{id}/{verb}", {}), 404, "not_found")
    other.look_after(tenant.technician)
    assert tenant.technician.get(f"{ALERTS}/{other.alert()}").status == 200


def ids(caller, question=""):
    answer = caller.get(f"{ALERTS}?limit=100{question}")
    assert answer.status == 200, answer
    return [alert["id"] for alert in answer.json["items"]]


def test_who_has_no_organisation_sees_none(cold):
    lonely = Member.new(cold, "customer")
    assert lonely.get(ALERTS).json["items"] == []
    refused(Member.new(cold).get(ALERTS), 403, "forbidden")


def test_what_is_not_an_alert_is_not_there(tenant):
    for id in [NO_ALERT, "x", "alt_%C3%A9"]:
        refused(tenant.admin.get(f"{ALERTS}/{id}"), 404, "not_found")
        refused(tenant.admin.patch(f"{ALERTS}/{id}/resolve", {"note": 1}), 404, "not_found")


def test_acknowledging_says_who_deals_with_it(cold, tenant):
    id = tenant.alert()
    at = f"{ALERTS}/{id}/acknowledge"
    alert = tenant.technician.patch(at, {"note": "On my way"}).json
    assert alert["status"] == "ACKNOWLEDGED" and alert["note"] == "On my way"
    assert alert["acknowledgedAt"] and alert["resolvedAt"] is None and alert["version"] == 2
    again = tenant.customer.patch(at, {}).json
    assert again["acknowledgedAt"] == alert["acknowledgedAt"]
    assert again["note"] == "On my way"
    assert events(cold, id) == ["alert.acknowledged"] * 2


def test_resolving_is_done_once(cold, tenant):
    id = tenant.alert()
    at = f"{ALERTS}/{id}/resolve"
    alert = tenant.customer.patch(at, {"note": "Door closed"}).json
    assert alert["status"] == "RESOLVED" and alert["resolvedBy"] == tenant.customer.id
    assert alert["resolvedAt"] and alert["note"] == "Door closed"
    refused(tenant.technician.patch(at, {}), 409, "already_resolved")
    refused(tenant.technician.patch(f"{ALERTS}/{id}/acknowledge", {}), 409, "already_resolved")
    assert events(cold, id) == ["alert.resolved"]
    [audited] = query(cold, f"SELECT action FROM audit_entries WHERE object_id = '{id}'")
    assert audited == ["alert.resolved"]


def test_a_resolved_one_makes_room_for_the_next(tenant):
    device = tenant.device()
    first = tenant.alert(device)
    with pytest.raises(Exception, match="alerts_open"):
        tenant.alert(device)
    tenant.customer.patch(f"{ALERTS}/{first}/resolve", {})
    second = tenant.alert(device)
    assert ids(tenant.customer, f"&deviceId={device['id']}") == [second, first]


def test_refusals_have_their_order(tenant):
    id = tenant.alert()
    at = f"{ALERTS}/{id}/resolve"
    old = {"If-Match": tenant.customer.get(f"{ALERTS}/{id}").headers["etag"]}
    invalid(tenant.customer.patch(at, {"note": "x" * 501}), note="too_long")
    tenant.customer.patch(f"{ALERTS}/{id}/acknowledge", {})
    refused(tenant.customer.patch(at, {"note": 1}, headers=old), 412, "precondition_failed")
    dry = tenant.customer.request("PATCH", f"{at}?dryRun=true", {})
    assert dry.json["status"] == "RESOLVED"
    assert tenant.customer.get(f"{ALERTS}/{id}").json["status"] == "ACKNOWLEDGED"
    assert tenant.customer.patch(at, {}).status == 200
    invalid(tenant.customer.patch(at, {"note": 1}), note="wrong_type")


def test_lists_are_filtered_sorted_and_paged(cold):
    tenant = Tenant(cold, "Lists")
    devices = [tenant.device() for _ in range(3)]
    made = [tenant.alert(device, kind, minutes_ago=minutes) for device, kind, minutes in [
        (devices[0], "HIGH_TEMP", 3), (devices[1], "LOW_TEMP", 2), (devices[2], "POWER_LOSS", 1)]]
    tenant.customer.patch(f"{ALERTS}/{made[0]}/resolve", {})
    tenant.customer.patch(f"{ALERTS}/{made[1]}/acknowledge", {})
    caller = tenant.customer
    assert ids(caller) == made[::-1] and ids(caller, "&sort=triggeredAt") == made
    for question, found in {
            "status=RESOLVED": [0], "status=ACKNOWLEDGED": [1], "status=ACTIVE": [2],
            "type=LOW_TEMP": [1], "severity=critical": [], "severity=warning": [2, 1, 0],
            f"deviceId={devices[2]['id']}": [2], f"coldCellId={tenant.cell['id']}": [2, 1, 0],
            "deviceId=dev_%C3%A9": [], "coldCellId=x": []}.items():
        assert ids(caller, f"&{question}") == [made[place] for place in found], question
    first = caller.get(f"{ALERTS}?limit=2").json
    assert first["page"]["total"] == 3
    rest = caller.get(f"{ALERTS}?limit=2&cursor={first['page']['next']}").json
    assert [item["id"] for item in rest["items"]] == made[:1]
    assert rest["page"]["next"] is None
    invalid(caller.get(f"{ALERTS}?status=OPEN&sort=type"), status="not_allowed",
            sort="not_allowed")


def test_events_go_to_those_who_see_the_alert(tenant, other):
    id, mark = tenant.alert(), other.alert()
    with Stream(tenant.technician, "alerts") as technician, \
            Stream(tenant.customer, f"alerts/{tenant.id}") as customer, \
            Stream(other.technician, "alerts") as stranger:
        streams = {technician: id, customer: id, stranger: mark}
        for stream in streams:
            stream.open()
        tenant.customer.patch(f"{ALERTS}/{id}/resolve", {})
        other.customer.patch(f"{ALERTS}/{mark}/resolve", {})
        for stream, told in streams.items():
            [event] = stream.events(1)
            assert event.type == "alert.resolved" and event.data["data"]["alert"]["id"] == told
    assert Stream(other.customer, f"alerts/{tenant.id}").status == 403


def test_the_board_shows_what_is_open_and_leads_to_dealing_with_it(cold, tenant):
    visitor = Visitor(cold, tenant.customer.id)
    id = tenant.alert()
    board = visitor.page(BOARD)
    assert f"{BOARD}/{id}" in board and f"alerts/{tenant.id}" in board
    page = visitor.page(f"{BOARD}/{id}")
    assert "Too warm: Freezer 1, Harbour" in page
    assert visitor.get(f"/admin/coldcells/{tenant.cell['id']}").status == 200
    assert f"/admin/coldcells/{tenant.cell['id']}" in page and "/admin/devices/dev_" in page
    assert "raised again" in visitor.page(f"{BOARD}/{id}/resolve")
    assert visitor.submit(f"{BOARD}/{id}/acknowledge", {}).status == 303
    assert visitor.submit(f"{BOARD}/{id}/resolve", {"note": "Fixed"}).status == 303
    alert = tenant.customer.get(f"{ALERTS}/{id}").json
    assert alert["note"] == "Fixed" and alert["status"] == "RESOLVED" and alert["acknowledgedAt"]
    assert f"{BOARD}/{id}" not in visitor.page(BOARD)
    assert f"{BOARD}/{id}" in visitor.page(f"{BOARD}?state=all")
    assert visitor.submit(f"{BOARD}/{id}/resolve", {}).status == 409


def test_another_tenants_alert_has_no_page(cold, tenant, other):
    visitor = Visitor(cold, tenant.customer.id)
    id = other.alert()
    for path in [f"{BOARD}/{id}", f"{BOARD}/{id}/resolve", f"{BOARD}/{id}/acknowledge"]:
        assert visitor.get(path).status == 404
    assert id not in visitor.page(f"{BOARD}?state=all")


def test_check_looks_for_two_that_are_open(cold, tenant):
    """However they came: the key that forbids it is taken away."""
    cold.entrepot.call("check")
    device = tenant.device()
    first = tenant.alert(device)
    query(cold, "ALTER TABLE alerts DROP KEY alerts_open")
    try:
        second = tenant.alert(device)
        with pytest.raises(Exception, match=f"{device['id']} has 2 alerts of type HIGH_TEMP"):
            cold.entrepot.call("check")
    finally:
        query(cold, f"UPDATE alerts SET status = 'RESOLVED' WHERE id = '{second}'; ALTER TABLE "
              "alerts ADD UNIQUE KEY alerts_open (open_device, type)")
    assert tenant.customer.get(f"{ALERTS}/{first}").json["status"] == "ACTIVE"
