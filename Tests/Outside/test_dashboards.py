"""Dashboards of the cold chain: counts of what somebody looks after, and where to look first."""

import pytest

from cold import Tenant
from conftest import make_stack, running
from measuring import Sensor
from people import Member, refused

TYPES = ["HIGH_TEMP", "LOW_TEMP", "POWER_LOSS", "DOOR_OPEN", "LOW_BATTERY", "SENSOR_ERROR",
         "ANOMALY"]
FIGURES = ["coldCells", "devices", "devicesByStatus", "activeAlerts", "alertsByType"]
TENANT = ["id", "name", "coldCells", "devices", "activeAlerts", "worstSeverity"]
COLD_CELL = ["id", "locationId", "name", "minTemperature", "maxTemperature", "devices", "latest",
             "activeAlerts", "worstSeverity"]


@pytest.fixture(scope="module")
def plain():
    yield from running(make_stack("dashboards"))


@pytest.fixture(scope="module")
def north(plain, south):
    """The younger one with two alerts, one of them acknowledged and critical; one that is over is
    not counted, nor is a device that was deleted."""
    tenant = Tenant(plain, "Northwind")
    first = tenant.device()
    tenant.alert(first)
    tenant.alert(first, "DOOR_OPEN", severity="'critical'", status="'ACKNOWLEDGED'")
    tenant.alert(first, "LOW_BATTERY", status="'RESOLVED'")
    gone = tenant.device()
    assert tenant.admin.request("DELETE", f"/api/v1/devices/{gone['id']}").status == 204
    return tenant


@pytest.fixture(scope="module")
def south(plain):
    """One alert that a reading has raised, in the second of two cold cells."""
    tenant = Tenant(plain, "Southwind")
    tenant.calm = tenant.cell
    tenant.cell = tenant.made("coldcells", {
        "name": "Freezer 2", "locationId": tenant.calm["locationId"], "minTemperature": 2,
        "maxTemperature": 8})
    tenant.sensor = Sensor(tenant.admin, coldCellId=tenant.cell["id"])
    [raised] = tenant.sensor.tell(temperature=9.5).json["alerts"]
    assert raised["type"] == "HIGH_TEMP"
    tenant.device()
    return tenant


def shown(caller, whose):
    answer = caller.get(f"/api/v1/dashboard/{whose}")
    assert answer.status == 200, answer
    board = answer.json
    assert board["devices"] == sum(board["devicesByStatus"].values())
    assert board["activeAlerts"] == sum(board["alertsByType"].values())
    assert list(board["alertsByType"]) == TYPES
    return board


def figures(board):
    return {name: board[name] for name in ["coldCells", "devices", "activeAlerts"]}


def types(board):
    return {name: count for name, count in board["alertsByType"].items() if count}


def test_a_customer_sees_the_figures_of_the_own_tenant(north):
    board = shown(north.customer, "customer")
    assert list(board) == [*FIGURES, "coldCellList"]
    assert figures(board) == {"coldCells": 1, "devices": 1, "activeAlerts": 2}
    assert types(board) == {"HIGH_TEMP": 1, "DOOR_OPEN": 1}
    assert board["devicesByStatus"] == {"ONLINE": 0, "OFFLINE": 0, "PENDING": 1}
    [row] = board["coldCellList"]
    assert list(row) == COLD_CELL and row["id"] == north.cell["id"] and row["latest"] is None
    assert (row["devices"], row["activeAlerts"], row["worstSeverity"]) == (1, 2, "critical")


def test_the_cold_cell_that_is_in_trouble_comes_first_with_what_was_measured(north, south):
    board = shown(south.customer, "customer")
    assert figures(board) == {"coldCells": 2, "devices": 2, "activeAlerts": 1}
    assert types(board) == {"HIGH_TEMP": 1}
    assert board["devicesByStatus"] == {"ONLINE": 1, "OFFLINE": 0, "PENDING": 1}
    warm, calm = board["coldCellList"]
    assert (warm["id"], calm["id"]) == (south.cell["id"], south.calm["id"])
    assert warm["latest"]["temperature"] == 9.5 and calm["latest"] is None
    assert (warm["activeAlerts"], warm["worstSeverity"], warm["devices"]) == (1, "warning", 2)
    assert (calm["activeAlerts"], calm["worstSeverity"], calm["devices"]) == (0, None, 0)


def test_a_technician_sees_those_that_they_look_after_and_no_other(plain, north, south):
    [row] = shown(south.technician, "technician")["customerList"]
    assert row == {"id": south.id, "name": "Southwind", "coldCells": 2, "devices": 2,
                   "activeAlerts": 1, "worstSeverity": "warning"}
    busy = Member.new(plain, "technician")
    calm = Tenant(plain, "A calm one")
    for tenant in [calm, north, south]:
        tenant.look_after(busy)
    board = shown(busy, "technician")
    assert list(board) == ["customers", *FIGURES, "customerList"]
    assert board["customers"] == 3
    assert figures(board) == {"coldCells": 4, "devices": 3, "activeAlerts": 3}
    assert types(board) == {"HIGH_TEMP": 2, "DOOR_OPEN": 1}
    assert all(list(row) == TENANT for row in board["customerList"])
    # The worst first, whatever they are called.
    assert [row["id"] for row in board["customerList"]] == [north.id, south.id, calm.id]
    assert [row["worstSeverity"] for row in board["customerList"]] == ["critical", "warning", None]


def test_each_role_of_somebody_shows_its_own_tenants(plain, north, south):
    both = Member.new(plain, "customer", "technician", businessName="Both")
    south.look_after(both)
    assert figures(shown(both, "customer")) == {"coldCells": 0, "devices": 0, "activeAlerts": 0}
    assert [row["id"] for row in shown(both, "technician")["customerList"]] == [south.id]


def test_what_is_resolved_is_no_longer_counted(plain):
    tenant = Tenant(plain, "Eastwind")
    alert = tenant.alert(tenant.device())
    assert shown(tenant.customer, "customer")["activeAlerts"] == 1
    assert tenant.customer.patch(f"/api/v1/alerts/{alert}/resolve", {}).status == 200
    board = shown(tenant.customer, "customer")
    assert board["activeAlerts"] == 0 and board["coldCellList"][0]["worstSeverity"] is None
    [row] = shown(tenant.technician, "technician")["customerList"]
    assert (row["activeAlerts"], row["worstSeverity"]) == (0, None)


def test_an_admin_sees_all_tenants_and_what_is_in_stock(plain, north, south):
    admin = north.admin
    before = shown(admin, "admin")
    stray = Sensor(admin)
    another = Tenant(plain, "Westwind")
    board = shown(admin, "admin")
    assert list(board) == ["customers", *FIGURES, "customerList"]
    assert board["customers"] == before["customers"] + 1
    assert board["coldCells"] == before["coldCells"] + 1
    assert board["devices"] == before["devices"] + 1
    assert board["customerList"][0]["id"] == north.id
    listed = {row["id"]: row for row in board["customerList"]}
    assert {north.id, south.id, another.id} <= set(listed)
    assert len(listed) == board["customers"]
    assert listed[another.id]["devices"] == 0
    assert stray.tell(temperature=5).status == 201
    after = shown(admin, "admin")["devicesByStatus"]
    assert after["ONLINE"] == board["devicesByStatus"]["ONLINE"] + 1
    assert after["PENDING"] == board["devicesByStatus"]["PENDING"] - 1
    # Stock is nobody's, so that no technician's tenants have it.
    assert shown(south.technician, "technician")["devices"] == 2


def test_admins_see_all_on_the_dashboards_of_others(north, south):
    assert shown(north.admin, "technician") == shown(north.admin, "admin")
    cells = [row["id"] for row in shown(north.admin, "customer")["coldCellList"]]
    assert {north.cell["id"], south.cell["id"], south.calm["id"]} <= set(cells)


def test_who_has_nothing_sees_zeroes(plain):
    customer, technician = Member.new(plain, "customer"), Member.new(plain, "technician")
    board = shown(customer, "customer")
    assert figures(board) == {"coldCells": 0, "devices": 0, "activeAlerts": 0}
    assert board["coldCellList"] == []
    board = shown(technician, "technician")
    assert figures(board) == {"coldCells": 0, "devices": 0, "activeAlerts": 0}
    assert (board["customers"], board["customerList"]) == (0, [])


def test_lists_end_at_a_hundred_and_the_figures_do_not(plain):
    tenant = Tenant(plain, "Endless")
    for number in range(101):
        tenant.made("coldcells", {
            "name": f"Room {number:03}", "locationId": tenant.cell["locationId"],
            "minTemperature": 2, "maxTemperature": 8})
    last = tenant.made("coldcells", {
        "name": "Z", "locationId": tenant.cell["locationId"], "minTemperature": 2,
        "maxTemperature": 8})
    board = shown(tenant.customer, "customer")
    assert board["coldCells"] == 103 and len(board["coldCellList"]) == 100
    assert last["id"] not in [row["id"] for row in board["coldCellList"]]
    tenant.cell = last
    tenant.alert()
    board = shown(tenant.customer, "customer")
    assert len(board["coldCellList"]) == 100 and board["coldCellList"][0]["id"] == last["id"]


def test_each_role_is_refused_the_dashboards_of_others(plain, north):
    for caller, own in [(north.customer, "customer"), (north.technician, "technician"),
                        (Member.new(plain, "manager"), None), (Member.new(plain), None)]:
        for whose in {"customer", "technician", "admin"} - {own}:
            refused(caller.get(f"/api/v1/dashboard/{whose}"), 403, "forbidden")
