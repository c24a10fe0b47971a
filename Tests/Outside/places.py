"""Locations, cold cells and devices, as tests make and read them."""

import secrets

from callers import Caller
from people import ORGANISATIONS, Member, operator

LOCATIONS = "/api/v1/locations"
COLD_CELLS = "/api/v1/coldcells"
DEVICES = "/api/v1/devices"
NO_LOCATION = "loc_" + "0" * 26
NO_COLD_CELL = "cel_" + "0" * 26
NO_DEVICE = "dev_" + "0" * 26
NO_ORGANISATION = "org_" + "0" * 26


def serial():
    return f"T-{secrets.token_hex(6)}"


def made(answer):
    assert answer.status == 201, answer
    return answer.json


def items(answer):
    assert answer.status == 200, answer
    return [item["id"] for item in answer.json["items"]]


def locate(caller, **fields):
    return made(caller.post(LOCATIONS, {"name": "Depot"} | fields))


def cool(caller, location, **fields):
    return made(caller.post(COLD_CELLS, {
        "name": "Room", "locationId": location["id"], "minTemperature": 2, "maxTemperature": 8,
    } | fields))


def register(caller, **fields):
    return made(caller.post(DEVICES, {"serialNumber": serial(), "kind": "coldcell"} | fields))


def at(thing):
    paths = {"loc": LOCATIONS, "cel": COLD_CELLS, "dev": DEVICES}
    return f"{paths[thing['id'][:3]]}/{thing['id']}"


class Tenant:
    """An organisation with a location, a cold cell and a device in it."""

    def __init__(self, admin, organisation_id):
        self.id = organisation_id
        self.location = locate(admin, organisationId=organisation_id)
        self.cell = cool(admin, self.location)
        self.device = register(admin, coldCellId=self.cell["id"])
        self.things = {"location": self.location, "coldcell": self.cell, "device": self.device}


class Company:
    """A customer, their organisation with what is in it, and a technician linked to it."""

    def __init__(self, stack, name):
        self.admin = operator(stack)
        self.customer = Member.new(stack, "customer", businessName=name)
        self.id = self.customer.user["organisationId"]
        self.technician = Member.new(stack, "technician")
        link(self, self.technician)
        tenant = Tenant(self.admin, self.id)
        self.location, self.cell, self.device = tenant.location, tenant.cell, tenant.device


def link(company, technician):
    answer = company.admin.request(
        "PUT", f"{ORGANISATIONS}/{company.id}/technicians/{technician.id}")
    assert answer.status == 204, answer


class DeviceCaller(Caller):
    """A device with its key."""

    def __init__(self, stack, key):
        super().__init__(stack)
        self.headers["x-device-key"] = key
