"""The first page of those who look after the cold chain, and the pages behind it: what is wrong
comes first, and moves by itself."""

import re

import pytest

from callers import Visitor
from client import eventually
from conftest import make_stack, running
from live import different, open_page, watch
from measuring import Sensor, ago
from people import Member
from places import Company, cool, link
from populace import person_id
from trade_pages import words


@pytest.fixture(scope="module")
def stack():
    yield from running(make_stack("glance"))


@pytest.fixture(scope="module")
def north(stack):
    """Two cold cells, the second of which is too warm by far; nothing measures in a third one."""
    company = Company(stack, "Northwind")
    company.warm = cool(company.admin, company.location, name="Warm")
    company.calm = Sensor(company.admin, coldCellId=company.cell["id"])
    company.calm.tell(temperature=4.2, humidity=55, batteryLevel=80, doorStatus=False)
    company.sensor = Sensor(company.admin, coldCellId=company.warm["id"])
    [company.alert] = company.sensor.tell(temperature=19.5).json["alerts"]
    return company


@pytest.fixture(scope="module")
def south(stack, north):
    company = Company(stack, "Southwind")
    link(company, north.technician)
    return company


@pytest.fixture(scope="module")
def at_technician(stack, north, south):
    return Visitor(stack, north.technician.id)


@pytest.fixture(scope="module")
def at_customer(stack, north):
    return Visitor(stack, north.customer.id)


def headings(page):
    return re.findall(r"<h2>(.*?)</h2>", page)


def tiles(page, heading):
    """What each tile of a section says, by the page that it leads to."""
    section = page.split(f"<h2>{heading}</h2>")[1].split("</section>")[0]
    found = re.findall(r"<div><dt>(.*?)</dt><dd>(.*?)</dd></div>", section, re.S)
    return [(re.search(r'href="([^"]*)"', name)[1], words("<main" + value))
            for name, value in found]


def test_a_technician_meets_the_cold_chain_first_and_what_is_wrong_before_the_rest(
        north, south, at_technician):
    page = at_technician.page("/admin")
    assert headings(page)[:3] == ["Cold cells", "Customers", "Alerts"]
    first, *others = tiles(page, "Cold cells")
    assert first == (f"/admin/coldcells/{north.warm['id']}", "19.5 °C, critical")
    assert sorted(others) == sorted([
        (f"/admin/coldcells/{south.cell['id']}", "no readings"),
        (f"/admin/coldcells/{north.cell['id']}", "4.2 °C"),
    ])
    of = "/admin/coldcells?organisationId="
    assert tiles(page, "Customers") == [(of + north.id, "1 alert"), (of + south.id, "well")]
    assert "3 cold cells, 4 devices: 2 online, 2 pending." in words(page)
    listed = at_technician.page(of + south.id)
    assert south.cell["id"] in listed and north.cell["id"] not in listed


def test_a_customer_sees_their_own_and_no_other_customers(north, south, at_customer):
    page = at_customer.page("/admin")
    assert headings(page)[:2] == ["Cold cells", "Alerts"] and "Customers" not in headings(page)
    assert [path[-30:] for path, _ in tiles(page, "Cold cells")] == [
        north.warm["id"], north.cell["id"]]
    assert south.cell["id"] not in page


def test_others_meet_their_own_work_first_and_see_no_cold_cells(stack, north):
    page = Visitor(stack, person_id(stack, "manager@example.com")).page("/admin")
    assert headings(page)[0] == "Contracts and shipments" and "Cold cells" not in headings(page)
    admin = headings(Visitor(stack, person_id(stack, "admin@example.com")).page("/admin"))
    assert admin.index("Contracts and shipments") < admin.index("Cold cells")


def test_who_has_no_cold_cell_yet_is_told_what_one_is_for(stack):
    customer = Member.new(stack, "customer", businessName="Empty")
    text = words(Visitor(stack, customer.id).page("/admin"))
    assert "0 cold cells, 0 devices." in text and "Add a cold cell" in text


def test_a_cold_cell_shows_what_it_is_now_before_all_else(north, at_customer):
    page = at_customer.page(f"/admin/coldcells/{north.warm['id']}")
    assert headings(page) == ["Temperature", "Open alerts", "Devices", "Cold cell"]
    for part in ["Now 19.5 °C", "State critical", "To keep 2.0 to 8.0 °C", "Last reading",
                 "Too warm", "19.5 °C, limit 8.0 °C"]:
        assert part in words(page), part
    assert f"/admin/alerts/{north.alert['id']}" in page
    for name, text in [("7d", "7 days"), ("30d", "30 days")]:
        other = at_customer.page(f"/admin/coldcells/{north.warm['id']}?range={name}")
        assert re.search(rf'aria-current="page">{text}', other)
        assert f"Temperature, the last {text}" in words(other)


def test_the_chart_marks_what_was_beyond_and_ends_with_the_newest_reading(north, at_customer):
    """The mean of its last minutes is another."""
    cell = cool(north.customer, north.location, name="Chart")
    sensor = Sensor(north.admin, coldCellId=cell["id"])
    sensor.tell(*[{"temperature": 5, "recordedAt": ago(minutes=minutes)}
                  for minutes in range(180, 0, -5)])
    path = f"/admin/coldcells/{cell['id']}"
    sensor.tell(temperature=5.5)
    drawn = at_customer.page(path)
    assert re.search(r'class="last[^>]*>5.5</text>', drawn)
    assert "always within its bounds" in drawn
    sensor.tell(temperature=11.25)
    drawn = at_customer.page(path)
    assert re.search(r'class="last[^>]*>11.3</text>', drawn) and "not always within" in drawn
    assert 'class="excursion"' in drawn and 'class="band beyond"' in drawn
    assert "Highest allowed 8.0 °C" in drawn and "Lowest allowed 2.0 °C" in drawn


def test_a_device_shows_what_it_told_last_and_what_is_wrong(stack, north, at_technician):
    page = at_technician.page(f"/admin/devices/{north.sensor.id}")
    assert headings(page) == ["Now", "Open alerts", "Latest readings", "Device"]
    assert "19.5 °C" in words(page) and "Status online" in words(page)
    calm = at_technician.page(f"/admin/devices/{north.calm.id}")
    assert "Open alerts" not in headings(calm)
    for part in ["4.2 °C", "55.0%", "80%", "shut"]:
        assert part in words(calm), part
    north.sensor.tell(temperature=900)
    path = f"/admin/devices/{north.sensor.id}"
    assert "Dead letters" not in headings(at_technician.page(path)), "they are for administrators"
    at_admin = Visitor(stack, person_id(stack, "admin@example.com"))
    assert "temperature must be at most 150.0" in words(at_admin.page(path))


def test_the_first_page_moves_by_itself(stack, browser, north, at_technician):
    watch(browser, stack, at_technician)
    open_page(browser, stack, "/admin")
    tile = (f"return document.querySelector('a[href$=\"{north.cell['id']}\"]')"
            ".closest('div').innerText")
    assert "4.2" in browser.run(tile)
    [alert] = north.calm.tell(temperature=9.5).json["alerts"]
    eventually(lambda: "9.5 °C, warning" in (browser.look(tile) or "").replace("\u00a0", " "))
    eventually(lambda: browser.look("return !!document.querySelector("
                                    f"'#live-alerts a[href$=\"{alert['id']}\"]')"))
    north.calm.tell(temperature=4)
    eventually(lambda: (browser.look(tile) or "").replace("\u00a0", " ").endswith("4.0 °C"))
    eventually(lambda: different(browser) == [])
    assert browser.log() == []
