"""Locations, cold cells and devices: what they may be, and what becomes of them."""

import pytest

from agreements import invalid, moment, refused
from conftest import make_stack, running
from people import AUDIT, operator, query
from places import (
    COLD_CELLS, DEVICES, LOCATIONS, NO_ORGANISATION, Company, at, cool, items, locate, made,
    register, serial)

CELL = {"name": "a", "minTemperature": 1, "maxTemperature": 2}


@pytest.fixture(scope="module")
def world():
    yield from running(make_stack("fleet"))


@pytest.fixture(scope="module")
def admin(world):
    return operator(world)


@pytest.fixture(scope="module")
def company(world):
    return Company(world, "Frost and Sons")


def test_a_location_has_the_fields_of_the_contract(company):
    answer = company.customer.post(LOCATIONS, {
        "name": " Depot é🚀 ", "address": "1 Way", "latitude": 18.52, "longitude": -73.5})
    location = made(answer)
    assert answer.headers["location"] == at(location)
    assert answer.headers["etag"] == '"1"'
    assert location == {
        "id": location["id"], "organisationId": company.id, "name": "Depot é🚀",
        "address": "1 Way", "latitude": 18.52, "longitude": -73.5, "version": 1,
        "createdAt": location["createdAt"]}
    assert location["id"].startswith("loc_")
    assert company.technician.get(at(location)).json == location


def test_a_cold_cell_has_the_fields_of_the_contract(company):
    answer = company.customer.post(COLD_CELLS, {
        "name": "Left", "locationId": company.location["id"], "minTemperature": -20.5,
        "maxTemperature": -18})
    cell = made(answer)
    assert answer.headers["location"] == at(cell)
    assert cell == {
        "id": cell["id"], "locationId": company.location["id"], "organisationId": company.id,
        "name": "Left", "minTemperature": -20.5, "maxTemperature": -18, "offlineAfterSeconds": 900,
        "silencedUntil": None, "silenceReason": None, "latest": None, "activeAlerts": 0,
        "version": 1, "createdAt": cell["createdAt"]}
    assert cell["id"].startswith("cel_")
    assert company.technician.get(at(cell)).json == cell


def test_a_device_has_the_fields_of_the_contract(company):
    number = serial()
    answer = company.technician.post(DEVICES, {
        "serialNumber": number, "kind": "coldcell", "coldCellId": company.cell["id"],
        "ownerId": company.customer.id, "firmwareVersion": "2.0"})
    device = made(answer)
    key = device.pop("apiKey")
    assert answer.headers["location"] == at(device)
    assert key
    assert device == {
        "id": device["id"], "serialNumber": number, "kind": "coldcell",
        "organisationId": company.id, "coldCellId": company.cell["id"],
        "ownerId": company.customer.id, "firmwareVersion": "2.0", "status": "PENDING",
        "lastSeenAt": None, "version": 1, "createdAt": device["createdAt"]}
    assert device["id"].startswith("dev_")
    assert company.customer.get(at(device)).json == device


@pytest.mark.parametrize("fields, wrong", [
    ({}, {"name": "required"}),
    ({"name": " ", "address": "", "latitude": 91, "longitude": -181},
     {"name": "too_short", "address": "too_short", "latitude": "too_large",
      "longitude": "too_small"}),
    ({"name": "a", "latitude": 1}, {"longitude": "required"}),
    ({"name": "a", "longitude": 1}, {"latitude": "required"}),
    ({"name": "a" * 201, "latitude": "1", "longitude": True},
     {"name": "too_long", "latitude": "wrong_type", "longitude": "wrong_type"}),
    ({"name": "a", "organisationId": NO_ORGANISATION}, {"organisationId": "not_found"})])
def test_a_location_that_cannot_be_is_refused(company, fields, wrong):
    assert invalid(company.customer.post(LOCATIONS, fields)) == wrong


@pytest.mark.parametrize("fields, wrong", [
    ({}, {"name": "required", "locationId": "required", "minTemperature": "required",
          "maxTemperature": "required"}),
    ({"minTemperature": 8, "maxTemperature": 8}, {"maxTemperature": "too_small"}),
    ({"minTemperature": -101, "maxTemperature": 151},
     {"minTemperature": "too_small", "maxTemperature": "too_large"}),
    ({"offlineAfterSeconds": 4}, {"offlineAfterSeconds": "too_small"}),
    ({"offlineAfterSeconds": 5.5}, {"offlineAfterSeconds": "wrong_type"}),
    ({"minTemperature": "2"}, {"minTemperature": "wrong_type"})])
def test_a_cold_cell_that_cannot_be_is_refused(company, fields, wrong):
    given = CELL | {"locationId": company.location["id"]} if fields else {}
    assert invalid(company.customer.post(COLD_CELLS, given | fields)) == wrong


@pytest.mark.parametrize("fields, wrong", [
    ({}, {"serialNumber": "required", "kind": "required"}),
    ({"serialNumber": "a/b", "kind": "fridge"}, {"serialNumber": "invalid", "kind": "not_allowed"}),
    ({"serialNumber": "a" * 65, "kind": "solar"}, {"serialNumber": "too_long"}),
    ({"serialNumber": "é", "kind": "solar", "firmwareVersion": "x" * 65},
     {"serialNumber": "invalid", "firmwareVersion": "too_long"}),
    ({"serialNumber": "ok", "kind": "solar", "ownerId": "usr_" + "0" * 26},
     {"ownerId": "not_found"})])
def test_a_device_that_cannot_be_is_refused(company, fields, wrong):
    assert invalid(company.technician.post(DEVICES, fields)) == wrong


def test_a_serial_number_is_registered_once(company, admin):
    device = register(company.technician, coldCellId=company.cell["id"])
    again = {"serialNumber": device["serialNumber"], "kind": "meter"}
    refused(admin.post(DEVICES, again), 409, "serial_number_taken")
    assert admin.delete(at(device)).status == 204
    assert register(admin, **again)["id"] != device["id"]


def test_what_is_different_is_changed_and_what_is_not_said_is_kept(company):
    location = locate(company.customer, address="1 Way", latitude=1, longitude=2)
    answer = company.technician.patch(at(location), {"name": "New", "address": None})
    assert (answer.status, answer.headers["etag"]) == (200, '"2"')
    assert answer.json == location | {"name": "New", "address": None, "version": 2}
    assert company.customer.get(at(location)).json == answer.json
    again = company.technician.patch(at(location), {"name": "New", "colour": "red"})
    assert again.json["version"] == 2
    assert invalid(company.technician.patch(at(location), {"latitude": None})) == {
        "latitude": "required"}
    cell = cool(company.customer, location)
    answer = company.customer.patch(at(cell), {"maxTemperature": 9, "offlineAfterSeconds": 5})
    assert answer.json == cell | {"maxTemperature": 9, "offlineAfterSeconds": 5, "version": 2}
    assert invalid(company.customer.patch(at(cell), {"minTemperature": 9})) == {
        "minTemperature": "too_large"}
    assert invalid(company.customer.patch(at(cell), {"maxTemperature": 2})) == {
        "maxTemperature": "too_small"}
    other = locate(company.customer)
    assert company.customer.patch(at(cell), {"locationId": other["id"]}).json["locationId"] == (
        other["id"])


def test_a_cold_cell_is_silenced_for_a_while_and_for_a_reason(company):
    cell = cool(company.customer, company.location)
    later, reason = moment(3600), "The door is being repaired."
    change = company.technician.patch
    assert invalid(change(at(cell), {"silencedUntil": later})) == {"silenceReason": "required"}
    assert invalid(change(at(cell), {"silenceReason": reason})) == {"silencedUntil": "required"}
    for wrong, code in [(moment(-1), "too_early"), (moment(31 * 86400), "too_late"),
                        ("soon", "invalid_time")]:
        answer = change(at(cell), {"silencedUntil": wrong, "silenceReason": reason})
        assert invalid(answer) == {"silencedUntil": code}
    answer = change(at(cell), {"silencedUntil": later, "silenceReason": reason})
    assert answer.json == cell | {
        "silencedUntil": later, "silenceReason": reason, "version": 2}
    answer = change(at(cell), {"silencedUntil": None})
    assert answer.json == cell | {"version": 3}


def test_a_change_is_made_to_what_was_seen(company):
    device = register(company.technician, coldCellId=company.cell["id"])
    for thing, change in [(locate(company.customer), {"name": "b"}),
                          (cool(company.customer, company.location), {"name": "b"}),
                          (device, {"firmwareVersion": "b"})]:
        tag = company.technician.get(at(thing)).headers["etag"]
        assert company.technician.get(at(thing), headers={"If-None-Match": tag}).status == 304
        match = {"If-Match": tag}
        assert company.technician.patch(at(thing), change, headers=match).status == 200
        problem = refused(company.technician.patch(at(thing), change, headers=match), 412,
                          "precondition_failed")
        assert problem["current"] == 2
    refused(company.technician.delete(at(device), headers={"If-Match": '"1"'}), 412,
            "precondition_failed")


def test_a_deleted_device_is_gone(company):
    device = register(company.technician, coldCellId=company.cell["id"])
    assert company.technician.delete(at(device)).status == 204
    refused(company.technician.get(at(device)), 404, "not_found")
    refused(company.technician.delete(at(device)), 404, "not_found")
    refused(company.technician.post(f"{at(device)}/rotate-key"), 404, "not_found")
    assert device["id"] not in items(company.technician.get(f"{DEVICES}?limit=100"))


def test_a_device_is_as_its_row_says_and_seen_as_redis_knows(world, company):
    device = register(company.technician, coldCellId=company.cell["id"])
    number = query(world, f"SELECT number FROM devices WHERE id = '{device['id']}'")[0][0]

    def status():
        shown = company.customer.get(at(device)).json
        listed = company.customer.get(f"{DEVICES}?q={device['serialNumber']}").json["items"]
        assert listed == [shown]
        return shown["status"], shown["lastSeenAt"]

    def set_row(is_online, seen):
        query(world, f"UPDATE devices SET is_online = {is_online}, last_seen_at = '{seen}' "
              f"WHERE number = {number}")

    set_row(1, "2026-03-01 10:00:00.250")
    assert status() == ("ONLINE", "2026-03-01T10:00:00.250Z")
    tag = company.customer.get(at(device)).headers["etag"]
    world.redis.ask(f"ZADD entrepot:devices:seen 1772359500123 {number}")
    assert status() == ("ONLINE", "2026-03-01T10:05:00.123Z")
    assert company.customer.get(at(device)).headers["etag"] != tag
    set_row(0, "2026-03-01 11:00:00")
    assert status() == ("OFFLINE", "2026-03-01T11:00:00.000Z")
    for wanted, found in [("OFFLINE", True), ("ONLINE", False), ("PENDING", False)]:
        path = f"{DEVICES}?status={wanted}&q={device['serialNumber']}"
        assert (items(company.customer.get(path)) == [device["id"]]) == found


def test_lists_are_filtered_sorted_and_paged(world):
    company = Company(world, "Lists and Co")
    one, two = (locate(company.customer, name=name) for name in ["Alpha 100%", "Beta"])
    cells = [cool(company.customer, place, name=name)
             for place, name in [(one, "Ice"), (one, "Fish"), (two, "Milk")]]
    devices = [register(company.technician, kind=kind, coldCellId=cells[0]["id"],
                        serialNumber=f"{prefix}-{serial()}")
               for kind, prefix in [("coldcell", "b"), ("meter", "a"), ("solar", "c")]]
    get = company.customer.get
    assert items(get(f"{LOCATIONS}?q=0%25")) == [one["id"]]
    assert items(get(f"{LOCATIONS}?q={two['id']}")) == [two["id"]]
    assert items(get(f"{LOCATIONS}?sort=name"))[:2] == [one["id"], two["id"]]
    assert items(get(f"{COLD_CELLS}?locationId={one['id']}&sort=name")) == [
        cells[1]["id"], cells[0]["id"]]
    assert items(get(f"{COLD_CELLS}?q=mil")) == [cells[2]["id"]]
    in_cell = f"{DEVICES}?coldCellId={cells[0]['id']}"
    assert items(get(in_cell)) == [device["id"] for device in reversed(devices)]
    assert items(get(f"{in_cell}&sort=-serialNumber")) == [
        devices[2]["id"], devices[0]["id"], devices[1]["id"]]
    assert items(get(f"{in_cell}&kind=meter")) == [devices[1]["id"]]
    walked, cursor = [], ""
    while cursor is not None:
        answer = get(f"{in_cell}&sort=serialNumber&limit=1&cursor={cursor}")
        assert answer.json["page"]["total"] == 3
        walked += items(answer)
        cursor = answer.json["page"]["next"]
    assert walked == [devices[1]["id"], devices[0]["id"], devices[2]["id"]]
    for path, sort in [(LOCATIONS, "address"), (COLD_CELLS, "id"), (DEVICES, "kind")]:
        assert invalid(get(f"{path}?sort={sort}")) == {"sort": "not_allowed"}
    assert invalid(get(f"{DEVICES}?kind=x&status=online")) == {
        "kind": "not_allowed", "status": "not_allowed"}


def test_what_is_done_is_in_the_audit_log(admin, company):
    device = register(company.technician, coldCellId=company.cell["id"])
    company.technician.patch(at(device), {"firmwareVersion": "3"})
    key = company.technician.post(f"{at(device)}/rotate-key").json["apiKey"]
    company.technician.delete(at(device))
    answer = admin.get(f"{AUDIT}?objectId={device['id']}")
    entries = [entry for entry in answer.json["items"] if entry["objectId"] == device["id"]]
    assert [entry["action"] for entry in reversed(entries)] == [
        "device.added", "device.changed", "device.key_rotated", "device.deleted"]
    assert {entry["actorId"] for entry in entries} == {company.technician.id}
    assert device["apiKey"] not in answer.body.decode() and key not in answer.body.decode()


def test_a_post_counts_once_and_a_dry_run_not_at_all(company):
    for path, body in [(LOCATIONS, {"name": "Once"}),
                       (COLD_CELLS, CELL | {"locationId": company.location["id"]}),
                       (DEVICES, {"serialNumber": serial(), "kind": "meter"})]:
        answer = company.technician.post(f"{path}?dryRun=true", body)
        assert (answer.status, answer.headers["dry-run"]) == (201, "true")
        refused(company.technician.get(f"{path}/{answer.json['id']}"), 404, "not_found")
        key = {"Idempotency-Key": serial()}
        first, second = (company.technician.post(path, body, headers=key) for _ in range(2))
        assert first.status == 201 and first.body == second.body
        assert second.headers["idempotency-replayed"] == "true"
