"""Cold cells, their devices and what is wrong with them, as tests make and read them."""

import itertools
import secrets

from history import history
from people import API, ORGANISATIONS, Member, operator, query

ALERTS = f"{API}/alerts"
NO_ALERT = "alt_" + "0" * 26
numbers = itertools.count(1)


class Tenant:
    """An organisation with a customer, a technician who looks after it, and a cold cell."""

    def __init__(self, stack, name="Northwind"):
        self.stack = stack
        self.customer = Member.new(stack, "customer", businessName=name)
        self.id = self.customer.user["organisationId"]
        self.technician = Member.new(stack, "technician")
        self.look_after(self.technician)
        self.admin = operator(stack)
        location = self.made("locations", {"name": "Harbour", "organisationId": self.id})
        self.cell = self.made("coldcells", {
            "name": "Freezer 1", "locationId": location["id"], "minTemperature": -25,
            "maxTemperature": -15, "offlineAfterSeconds": 60})

    def look_after(self, technician):
        answer = operator(self.stack).request(
            "PUT", f"{ORGANISATIONS}/{self.id}/technicians/{technician.id}", {})
        assert answer.status in (200, 204), answer

    def made(self, what, body):
        answer = self.admin.post(f"{API}/{what}", body)
        assert answer.status == 201, answer
        return answer.json

    def device(self):
        return self.made("devices", {
            "serialNumber": f"CC-{secrets.token_hex(4)}-{next(numbers)}", "kind": "coldcell",
            "coldCellId": self.cell["id"]})

    def alert(self, device=None, kind="HIGH_TEMP", minutes_ago=1, **columns):
        """The id of an alert as a reading raises it; it escalates at a given moment, in SQL."""
        device = device or self.device()
        id = f"alt_{secrets.token_hex(13).upper()}"
        values = {
            "id": f"'{id}'", "type": f"'{kind}'", "severity": "'warning'",
            "device_id": f"'{device['id']}'", "cold_cell_id": f"'{self.cell['id']}'",
            "organisation_id": f"'{self.id}'", "value": "-12.5", "threshold": "-15",
            "triggered_at": f"UTC_TIMESTAMP(3) - INTERVAL {minutes_ago} MINUTE",
            "last_triggered_at": "UTC_TIMESTAMP(3)", "created_at": "UTC_TIMESTAMP(3)",
        } | columns
        number = f"(SELECT number FROM devices WHERE id = '{device['id']}')"
        query(self.stack, f"INSERT IGNORE INTO alert_watches (device_number, seen_at) VALUES "
              f"({number}, UTC_TIMESTAMP(3)); "
              f"INSERT INTO alerts (device_number, {', '.join(values)}) VALUES "
              f"({number}, {', '.join(values.values())})")
        return id


def events(stack, object_id):
    """The types of all that was told of an alert or device, oldest first."""
    return [event.type for event in history(stack) if object_id in event.text]
