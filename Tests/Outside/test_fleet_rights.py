"""Locations, cold cells and devices: who sees them, and who may do what."""

import pytest

from agreements import invalid, refused
from callers import Caller
from conftest import make_stack, running
from people import KEYS, Member, operator
from places import (
    COLD_CELLS, DEVICES, LOCATIONS, NO_COLD_CELL, NO_DEVICE, NO_LOCATION, Company, at, items, link,
    locate, register, serial)

CELL = {"name": "a", "minTemperature": 1, "maxTemperature": 2}


@pytest.fixture(scope="module")
def world():
    yield from running(make_stack("fleet-rights"))


@pytest.fixture(scope="module")
def admin(world):
    return operator(world)


@pytest.fixture(scope="module")
def company(world):
    return Company(world, "Frost and Sons")


@pytest.fixture(scope="module")
def stranger(world):
    return Company(world, "Warm and Daughters")


def test_an_organisation_is_named_where_there_is_a_choice(world, admin, company, stranger):
    assert locate(company.technician)["organisationId"] == company.id
    assert invalid(admin.post(LOCATIONS, {"name": "a"})) == {"organisationId": "required"}
    both = Member.new(world, "technician")
    for each in [company, stranger]:
        link(each, both)
    assert invalid(both.post(LOCATIONS, {"name": "a"})) == {"organisationId": "required"}
    assert locate(both, organisationId=stranger.id)["organisationId"] == stranger.id
    wrong = company.customer.post(LOCATIONS, {"name": "a", "organisationId": stranger.id})
    assert invalid(wrong) == {"organisationId": "not_found"}


def test_a_row_of_another_tenant_is_as_if_it_were_not_there(company, stranger):
    theirs = [stranger.location, stranger.cell, stranger.device]
    nothing = [{"id": id} for id in [NO_LOCATION, NO_COLD_CELL, NO_DEVICE]]
    for caller in [company.customer, company.technician]:
        for thing in theirs + nothing:
            refused(caller.get(at(thing)), 404, "not_found")
    for caller in [company.customer, company.technician]:
        for thing in [stranger.location, stranger.cell, *nothing[:2]]:
            answer = caller.patch(at(thing), {"name": ""}, headers={"If-Match": '"9"'})
            refused(answer, 404, "not_found")
    for thing in [stranger.device, nothing[2]]:
        refused(company.technician.patch(at(thing), {}), 404, "not_found")
        refused(company.technician.delete(at(thing)), 404, "not_found")
        refused(company.technician.post(f"{at(thing)}/rotate-key"), 404, "not_found")


def test_a_row_of_another_tenant_cannot_be_named_either(company, stranger):
    for location in [stranger.location["id"], NO_LOCATION, "x", "é"]:
        problem = refused(
            company.customer.post(COLD_CELLS, CELL | {"locationId": location}), 404, "not_found")
        assert problem["errors"][0]["field"] == "locationId"
        refused(company.customer.patch(at(company.cell), {"locationId": location}), 404,
                "not_found")
    for cell in [stranger.cell["id"], NO_COLD_CELL, "x"]:
        body = {"serialNumber": serial(), "kind": "coldcell", "coldCellId": cell}
        refused(company.technician.post(DEVICES, body), 404, "not_found")
        refused(company.technician.patch(at(company.device), {"coldCellId": cell}), 404,
                "not_found")
    body = {"serialNumber": serial(), "kind": "meter", "ownerId": stranger.customer.id}
    assert invalid(company.technician.post(DEVICES, body)) == {"ownerId": "not_found"}


def test_lists_hold_what_is_the_callers_tenants(world, admin, company, stranger):
    newcomer = Member.new(world, "technician")
    alone = Member.new(world, "customer")
    for path, mine, theirs in [(LOCATIONS, company.location, stranger.location),
                               (COLD_CELLS, company.cell, stranger.cell),
                               (DEVICES, company.device, stranger.device)]:
        for caller in [company.customer, company.technician]:
            found = items(caller.get(f"{path}?limit=100"))
            assert mine["id"] in found and theirs["id"] not in found
            of_others = caller.get(f"{path}?organisationId={stranger.id}")
            assert theirs["id"] not in items(of_others)
        assert {mine["id"], theirs["id"]} <= set(items(admin.get(f"{path}?limit=100")))
        assert items(alone.get(path)) == []
        assert mine["id"] not in items(newcomer.get(path))
        answer = company.customer.get(path)
        assert answer.headers["event-cursor"]


def test_a_technician_sees_a_tenant_while_they_are_linked(world, company):
    technician = Member.new(world, "technician")
    refused(technician.get(at(company.cell)), 404, "not_found")
    link(company, technician)
    assert technician.get(at(company.cell)).status == 200
    path = f"/api/v1/admin/organisations/{company.id}/technicians/{technician.id}"
    assert company.admin.delete(path).status == 204
    refused(technician.again().get(at(company.cell)), 404, "not_found")


def test_a_device_of_no_tenant_is_for_those_who_put_it_up(admin, company, stranger):
    device = register(company.technician)
    assert device["organisationId"] is None
    assert stranger.technician.get(at(device)).status == 200
    refused(company.customer.get(at(device)), 404, "not_found")
    answer = company.technician.patch(at(device), {"coldCellId": company.cell["id"]})
    assert (answer.status, answer.json["organisationId"]) == (200, company.id)
    refused(stranger.technician.get(at(device)), 404, "not_found")
    assert company.customer.get(at(device)).status == 200
    answer = company.technician.patch(at(device), {"coldCellId": None})
    assert (answer.json["coldCellId"], answer.json["organisationId"]) == (None, None)


def test_a_device_is_its_owners_organisations(world, company, stranger, admin):
    device = register(company.technician, kind="meter", ownerId=company.customer.id)
    assert device["organisationId"] == company.id
    host = Member.new(world, "host")
    assert register(company.technician, kind="solar", ownerId=host.id)["organisationId"] is None
    answer = admin.patch(at(company.device), {"ownerId": stranger.customer.id})
    assert invalid(answer) == {"ownerId": "not_allowed"}


def test_who_may_do_what(world, company):
    user = Member.new(world, "manager", "host")
    for method, path, body in [
            ("POST", LOCATIONS, {"name": "a"}), ("GET", LOCATIONS, None),
            ("GET", at(company.location), None), ("PATCH", at(company.location), {}),
            ("POST", COLD_CELLS, {}), ("GET", COLD_CELLS, None), ("GET", at(company.cell), None),
            ("PATCH", at(company.cell), {}), ("POST", DEVICES, {}), ("GET", DEVICES, None),
            ("GET", at(company.device), None), ("PATCH", at(company.device), {}),
            ("DELETE", at(company.device), None),
            ("POST", f"{at(company.device)}/rotate-key", {})]:
        refused(Caller(world).request(method, path, body), 401, "unauthenticated")
        refused(user.request(method, path, body), 403, "forbidden")
        for_customers = not path.startswith(DEVICES) or method == "GET"
        answer = company.customer.request(method, path, body)
        assert (answer.status != 403) == for_customers, (method, path, answer)


def test_a_cold_cell_stays_with_its_organisation(admin, company, stranger):
    answer = admin.patch(at(company.cell), {"locationId": stranger.location["id"]})
    assert invalid(answer) == {"locationId": "not_allowed"}


def test_a_key_of_an_integration_stays_within_its_scope(world, company):
    made = company.customer.post(KEYS, {"name": "x", "scopes": ["telemetry:read"]})
    reader = Caller(world, token=made.json["key"])
    assert reader.get(at(company.cell)).status == 200
    refused(reader.patch(at(company.cell), {}), 403, "forbidden")


def test_a_device_is_followed_by_those_who_see_or_own_it(world, admin, company, stranger):
    host = Member.new(world, "host")
    solar = register(admin, kind="solar", ownerId=host.id)

    def may_follow(caller, *devices):
        topics = "&".join(f"topic=devices/{device['id']}" for device in devices)
        answer = caller.get(f"/api/v1/events?{topics}")
        assert answer.status in (200, 403), answer
        return answer.status == 200

    assert may_follow(host, solar) and may_follow(admin, solar, company.device)
    assert may_follow(company.customer, company.device)
    assert may_follow(company.technician, company.device, solar)
    assert not may_follow(host, company.device)
    assert not may_follow(host, solar, {"id": NO_DEVICE})
    assert not may_follow(company.customer, solar)
    assert not may_follow(company.technician, stranger.device)
    admin.delete(at(solar))
    assert not may_follow(host, solar)
