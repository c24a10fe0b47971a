"""Devices that tell what they measure, and the times that they tell."""

import datetime

from places import DeviceCaller, register

INGEST = "/api/v1/iot/ingest"
DEAD_LETTERS = "/api/v1/iot/dead-letters"


def ago(**time):
    """A moment, as the API spells it; negative for one that is still to come."""
    moment = datetime.datetime.now(datetime.UTC) - datetime.timedelta(**time)
    return moment.isoformat(timespec="milliseconds").replace("+00:00", "Z")


class Sensor(DeviceCaller):
    """A device of a cold cell."""

    def __init__(self, admin, **fields):
        self.device = register(admin, **fields)
        self.id, self.serial = self.device["id"], self.device["serialNumber"]
        super().__init__(admin.stack, self.device["apiKey"])
        self.path = f"/api/v1/readings/devices/{self.serial}/readings"

    def tell(self, *readings, **reading):
        return self.post(self.path, {"readings": list(readings)} if readings else reading)


class Plant(Sensor):
    """A device that generates or consumes."""

    def __init__(self, admin, **fields):
        super().__init__(admin, kind="solar", **fields)
        self.path = INGEST


def chart(caller, cell, query="range=24h"):
    return caller.get(f"/api/v1/readings/coldcells/{cell['id']}/readings?{query}")


def receipt(answer, status=201):
    """How many were accepted, known already, and refused."""
    assert answer.status == status, answer
    body = answer.json
    return body["accepted"], body["duplicates"], len(body["rejected"])
