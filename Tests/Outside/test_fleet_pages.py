"""Locations, cold cells and devices on pages, by people without a script: what each may do, and
what is refused in words."""

import re

import pytest

from agreements import moment
from callers import Visitor
from conftest import make_stack, running
from people import Member, operator
from places import (
    DEVICES, Company, at, cool, locate, register, serial)
from populace import person_id, rows_of
from trade_pages import cells, values, words

PAGES = "/admin"


@pytest.fixture(scope="module")
def world():
    yield from running(make_stack("fleet-pages"))


@pytest.fixture(scope="module")
def company(world):
    return Company(world, "Frost and Sons")


@pytest.fixture(scope="module")
def stranger(world):
    return Company(world, "Warm and Daughters")


@pytest.fixture(scope="module")
def at_admin(world):
    return Visitor(world, person_id(world, "admin@example.com"))


@pytest.fixture(scope="module")
def at_customer(world, company):
    return Visitor(world, company.customer.id)


@pytest.fixture(scope="module")
def at_technician(world, company):
    return Visitor(world, company.technician.id)


def page(thing, more=""):
    return at(thing).replace("/api/v1", PAGES) + more


def added(answer, prefix):
    assert answer.status == 303, words(answer)
    return {"id": re.search(rf"{prefix}_\w{{26}}", answer.headers["location"])[0]}


def test_a_customer_adds_a_location_and_a_cold_cell(company, at_customer):
    answer = at_customer.submit("/admin/locations/new", {
        "name": "New depot", "address": "1 Way\nPune", "latitude": "18.5", "longitude": "-73"})
    location = added(answer, "loc")
    assert company.customer.get(at(location)).json["latitude"] == 18.5
    text = words(at_customer.page(page(location)))
    for part in ["New depot", "18.50000, −73.00000", "No cold cell stands here"]:
        assert part in text, part
    assert "Organisation" not in text
    answer = at_customer.submit(f"/admin/coldcells/new?locationId={location['id']}", {
        "name": "Ice & fish", "locationId": location["id"], "minTemperature": "-20.5",
        "maxTemperature": "-18", "offlineAfterSeconds": "600"})
    cell = company.customer.get(at(added(answer, "cel"))).json
    assert (cell["minTemperature"], cell["maxTemperature"], cell["offlineAfterSeconds"]) == (
        -20.5, -18, 600)
    text = words(at_customer.page(page(cell)))
    for part in ["Ice & fish", "−20.5 to −18.0 °C", "10 min", "New depot", "no readings"]:
        assert part in text, part
    assert "Ice & fish" in words(at_customer.page(page(location)))


def test_whose_it_is_is_asked_where_there_is_a_choice(at_admin, at_customer, company):
    assert 'name="organisationId"' not in at_customer.page("/admin/locations/new")
    answer = at_admin.submit("/admin/locations/new", {"name": "Theirs", "organisationId": ""})
    assert answer.status == 422 and "Organisation is required." in words(answer)
    answer = at_admin.submit(
        "/admin/locations/new", {"name": "Theirs", "organisationId": company.id})
    location = added(answer, "loc")
    assert company.customer.get(at(location)).json["organisationId"] == company.id
    assert "Organisation Frost and Sons" in words(at_admin.page(page(location)))


def test_what_is_wrong_is_said_beside_its_field(at_customer, company):
    typed = {"name": "", "locationId": company.location["id"], "minTemperature": "8",
             "maxTemperature": "warm", "offlineAfterSeconds": "4"}
    answer = at_customer.submit("/admin/coldcells/new", typed)
    assert answer.status == 422
    for sentence in ["Name is required.", "Highest temperature must be a number.",
                     "Missed when silent for must be at least 5."]:
        assert sentence in words(answer), sentence
    assert values(answer) == typed
    for latitude, sentence in [("91", "Latitude must be at most 90."),
                               ("9", "Longitude is required beside the other.")]:
        answer = at_customer.submit("/admin/locations/new", {
            "name": "a", "latitude": latitude, "longitude": ""})
        assert answer.status == 422 and sentence in words(answer)


def test_an_edit_changes_what_was_typed(company, at_customer):
    location = locate(company.customer, name="Before", address="1 Way", latitude=1, longitude=2)
    answer = at_customer.submit(page(location, "/edit"), {"name": "After"})
    assert added(answer, "loc") == {"id": location["id"]}
    assert company.customer.get(at(location)).json == location | {"name": "After", "version": 2} | {
        "address": None, "latitude": None, "longitude": None}
    cell = cool(company.customer, company.location)
    seen = values(at_customer.get(page(cell, "/edit")))
    assert seen == {"name": "Room", "locationId": company.location["id"], "minTemperature": "2",
                    "maxTemperature": "8", "offlineAfterSeconds": "900"}
    answer = at_customer.submit(page(cell, "/edit"), seen | {"maxTemperature": "7.5"})
    added(answer, "cel")
    assert company.customer.get(at(cell)).json == cell | {"maxTemperature": 7.5, "version": 2}


@pytest.mark.parametrize("kind", ["location", "cell", "device"])
def test_the_second_of_two_editors_learns_of_the_first(company, at_technician, kind):
    thing = {"location": lambda: locate(company.technician),
             "cell": lambda: cool(company.technician, company.location),
             "device": lambda: register(company.technician)}[kind]()
    path = page(thing, "/edit")
    seen, typed = at_technician.hidden(path), values(at_technician.get(path))
    change = {"firmwareVersion": "9"} if kind == "device" else {"name": "First"}
    assert company.technician.patch(at(thing), change).status == 200
    mine = typed | ({"firmwareVersion": "10"} if kind == "device" else {"name": "Second"})
    answer = at_technician.submit(path, mine, seen)
    assert answer.status == 409
    assert "was changed while you were editing" in words(answer)
    assert values(answer) == mine
    again = dict(re.findall(r'<input type="hidden" name="(\w+)" value="([^"]*)"',
                            answer.body.decode().split("<main")[1]))
    assert at_technician.submit(path, mine, again).status == 303


def test_alerts_are_silenced_for_a_while_and_watched_again(company, at_technician):
    cell = cool(company.customer, company.location)
    answer = at_technician.submit(page(cell, "/silence"), {
        "silencedUntil": "2020-01-01T10:00", "silenceReason": ""})
    assert answer.status == 422
    for sentence in ["Until must be to come.", "Why is required to silence a cold cell."]:
        assert sentence in words(answer), sentence
    until = moment(5 * 3600)[:16]
    answer = at_technician.submit(page(cell, "/silence"), {
        "silencedUntil": until, "silenceReason": "The door is being repaired."})
    added(answer, "cel")
    zone = Member.get(company.technician, "/api/v1/auth/me").json["timeZone"]
    silenced = company.customer.get(at(cell)).json
    assert silenced["silenceReason"] == "The door is being repaired."
    if zone == "UTC":
        assert silenced["silencedUntil"] == f"{until}:00.000Z"
    text = words(at_technician.page(page(cell)))
    for part in ["silenced", "Silenced until", "The door is being repaired.", "End the silence"]:
        assert part in text, part
    added(at_technician.submit(page(cell, "/wake"), {}), "cel")
    assert company.customer.get(at(cell)).json["silencedUntil"] is None


def test_a_device_is_registered_and_its_key_is_shown_once(world, company, at_technician):
    number = serial()
    answer = at_technician.submit(f"/admin/devices/new?coldCellId={company.cell['id']}", {
        "serialNumber": number, "kind": "coldcell", "coldCellId": company.cell["id"],
        "owner": company.customer.email, "firmwareVersion": ""})
    assert answer.status == 200, words(answer)
    assert "no-store" in answer.headers["cache-control"]
    key = re.search(r"ent_dev_\d+_[\w-]{43}", answer.body.decode())[0]
    assert "It is shown now and never again" in words(answer)
    device = company.technician.get(f"{DEVICES}?q={number}").json["items"][0]
    assert device["ownerId"] == company.customer.id
    shown = at_technician.page(page(device))
    assert key not in shown
    for part in [number, "pending", "never", "cold cell", "Room", company.customer.email]:
        assert part in words(shown), part
    assert number in words(at_technician.page(page(company.cell)))
    again = at_technician.submit("/admin/devices/new", {
        "serialNumber": number, "kind": "meter", "coldCellId": "", "owner": "", })
    assert again.status == 409
    assert "Serial number is another device's already." in words(again)
    answer = at_technician.submit("/admin/devices/new", {
        "serialNumber": "a b", "kind": "solar", "coldCellId": "", "owner": ""})
    assert answer.status == 422 and "Serial number may have letters" in words(answer)
    answer = at_technician.submit("/admin/devices/new", {
        "serialNumber": serial(), "kind": "solar", "coldCellId": "", "owner": "no@where.example"})
    assert answer.status == 422 and "E-mail of its owner is nobody here." in words(answer)


def test_a_device_is_moved_and_gets_another_key_and_is_deleted(company, at_technician):
    device = register(company.technician, coldCellId=company.cell["id"])
    other = cool(company.customer, company.location, name="Other room")
    seen = values(at_technician.get(page(device, "/edit")))
    added(at_technician.submit(page(device, "/edit"), seen | {"coldCellId": other["id"]}), "dev")
    assert company.technician.get(at(device)).json["coldCellId"] == other["id"]
    assert "It was never heard of." in words(at_technician.page(page(device, "/rotate-key")))
    answer = at_technician.submit(page(device, "/rotate-key"), {})
    assert answer.status == 200
    key = re.search(r"ent_dev_\d+_[\w-]{43}", answer.body.decode())[0]
    assert key != device["apiKey"]
    assert "can be registered again" in words(at_technician.page(page(device, "/delete")))
    answer = at_technician.submit(page(device, "/delete"), {})
    assert (answer.status, answer.headers["location"]) == (303, "/admin/devices")
    assert at_technician.get(page(device)).status == 404


def test_a_device_shows_what_it_was_told(company, at_customer):
    device = register(company.technician, coldCellId=company.cell["id"])
    assert "Latest commands" not in words(at_customer.page(page(device)))
    path = f"/api/v1/iot/devices/{device['id']}/command"
    assert company.technician.post(path, {"command": "defrost-now"}).status == 202
    shown = at_customer.page(page(device))
    assert cells(shown, "Command") == ["defrost-now"] and cells(shown, "Status") == ["queued"]


def test_everybody_finds_what_they_see_and_nothing_else(
        company, stranger, at_admin, at_customer, at_technician):
    for visitor in [at_customer, at_technician]:
        for thing in [stranger.location, stranger.cell, stranger.device]:
            assert visitor.get(page(thing)).status == 404
        for path, mine, theirs in [
                ("/admin/locations", company.location, stranger.location),
                ("/admin/coldcells", company.cell, stranger.cell),
                ("/admin/devices", company.device, stranger.device)]:
            shown = visitor.page(f"{path}?limit=100")
            assert mine["id"] in shown and theirs["id"] not in shown
            assert theirs["id"] in at_admin.page(f"{path}?limit=100")
        found = visitor.page(f"/admin/search?q={company.device['serialNumber']}")
        assert page(company.device) in found
        found = visitor.page(f"/admin/search?q={stranger.device['serialNumber']}")
        assert page(stranger.device) not in found


def test_acts_are_offered_to_those_who_may(world, company, at_customer, at_technician):
    navigation = at_customer.page("/admin").split("<main")[0]
    assert 'href="/admin/coldcells"' in navigation and 'href="/admin/devices"' in navigation
    assert 'href="/admin/locations"' in at_customer.page("/admin/coldcells")
    assert page(company.cell, "/edit") in at_customer.page(page(company.cell))
    assert "/admin/devices/new" not in at_customer.page("/admin/devices")
    assert page(company.device, "/rotate-key") not in at_customer.page(page(company.device))
    assert page(company.device, "/rotate-key") in at_technician.page(page(company.device))
    assert at_customer.get("/admin/devices/new").status == 403
    host = Visitor(world, Member.new(world, "host").id)
    assert 'href="/admin/coldcells"' not in host.page("/admin")
    assert host.get("/admin/coldcells").status == 403


def test_lists_are_filtered_and_given_as_files(world, at_admin):
    company = Company(world, "Files and Co")
    places = [locate(company.customer, name=name) for name in ["Alpha", "Beta"]]
    for place in places:
        cool(company.customer, place, name=f"Room of {place['name']}")
    visitor = Visitor(world, company.customer.id)
    shown = visitor.page(f"/admin/coldcells?locationId={places[0]['id']}")
    assert cells(shown, "Name") == ["Room of Alpha"]
    rows = rows_of(visitor.get("/admin/coldcells?sort=name&format=csv"))
    assert [row["Name"] for row in rows] == ["Room", "Room of Alpha", "Room of Beta"]
    assert "Organisation" not in rows[0]
    rows = rows_of(at_admin.get("/admin/coldcells?q=Room+of+Alpha&format=csv"))
    assert [row["Organisation"] for row in rows] == ["Files and Co"]
    meter = register(company.technician, kind="meter", ownerId=company.customer.id)
    assert cells(visitor.page("/admin/devices?kind=meter"), "Serial number") == [
        meter["serialNumber"]]
    assert cells(visitor.page("/admin/devices?status=ONLINE"), "Serial number") == []
    [row] = rows_of(visitor.get("/admin/locations?q=Beta&format=csv"))
    assert (row["Name"], row["Cold cells"]) == ("Beta", "1")


def test_a_command_is_sent_from_the_devices_page(company, stranger, at_technician, at_customer):
    device = register(company.technician, coldCellId=company.cell["id"])
    path = page(device, "/command")
    assert f'href="{path}"' in at_customer.page(page(device))
    typed = {"command": "rm -rf", "params": "[1", "minutes": "0"}
    answer = at_technician.submit(path, typed)
    assert answer.status == 422 and values(answer) == typed
    for typed, sentence in [
            ({"command": "rm -rf", "params": "", "minutes": "5"}, "Command may have letters"),
            ({"command": "", "params": "", "minutes": "5"}, "Command is required."),
            ({"command": "defrost", "params": "{", "minutes": "5"},
             "Parameters must be a JSON object"),
            ({"command": "defrost", "params": "[1]", "minutes": "5"},
             "Parameters must be an object"),
            ({"command": "defrost", "params": "", "minutes": "soon"},
             "Ends after minutes must be a whole number from 1 to 10 080")]:
        answer = at_technician.submit(path, typed)
        assert answer.status == 422 and sentence in words(answer), words(answer)
    answer = at_technician.submit(
        path, {"command": "defrost", "params": '{"minutes": 10}', "minutes": "5"})
    assert added(answer, "dev") == {"id": device["id"]}
    [told] = company.customer.get(
        f"/api/v1/iot/devices/{device['id']}/commands").json["items"]
    assert (told["command"], told["params"], told["status"]) == (
        "defrost", {"minutes": 10}, "queued")
    text = words(at_customer.page(page(device)))
    for part in ["Latest commands", "defrost", "queued"]:
        assert part in text, part
    assert at_technician.get(page(stranger.device, "/command")).status == 404
