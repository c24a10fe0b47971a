"""The pages of the cold chain as they are: small, quick, quiet, for everybody, and usable by the
keyboard on a phone in a cold store."""

import re

import pytest

from callers import Caller, Visitor, sign_in
from client import eventually
from conftest import make_stack, running
from eyes import (
    BEYOND, ENTER, SCHEMES, WINDOWS, arrives, check_page, check_weight, enter, findings, press,
    tab_to)
from measuring import Sensor, ago
from places import cool, locate, register
from populace import organisation_id, person_id

NAMES = ["locations", "location", "new location", "edit location", "coldcells", "no coldcells",
         "coldcell", "new coldcell", "edit coldcell", "silence", "devices", "device", "new device",
         "edit device", "new key", "delete", "search", "overview", "month", "alerts", "alert",
         "acknowledge", "resolve"]


@pytest.fixture(scope="module")
def chain():
    """The demo's cold chain, and some of it with names without an end."""
    yield from running(make_stack("chain"))


@pytest.fixture(scope="module")
def technician(chain):
    return Visitor(chain, person_id(chain, "tech@example.com"))


@pytest.fixture(scope="module")
def paths(chain):
    admin = Caller(chain, token=sign_in(chain, "admin", subject="usr_admin"))
    long = "A name without an end " * 9
    location = locate(admin, organisationId=organisation_id(chain), name=long, address="W" * 500,
                      latitude=-12.3456789, longitude=170.5)
    cell = cool(admin, location, name=long)
    register(admin, serialNumber="S" * 64, coldCellId=cell["id"], firmwareVersion="v" * 64)
    sensor = Sensor(admin, coldCellId=cell["id"])
    for minutes in (60, 0):
        answer = sensor.tell(recordedAt=ago(minutes=minutes), temperature=30, batteryLevel=3)
    assert answer.json["alerts"], answer
    sensor.tell(temperature=900)
    alert = f"/admin/alerts/{answer.json['alerts'][0]['id']}"
    locations, cells, devices = "/admin/locations", "/admin/coldcells", "/admin/devices"
    return {
        "locations": locations, "location": f"{locations}/{location['id']}",
        "new location": f"{locations}/new", "edit location": f"{locations}/{location['id']}/edit",
        "coldcells": cells, "no coldcells": f"{cells}?q=there-is-none",
        "coldcell": f"{cells}/{cell['id']}", "new coldcell": f"{cells}/new",
        "edit coldcell": f"{cells}/{cell['id']}/edit",
        "silence": f"{cells}/{cell['id']}/silence", "devices": devices,
        "device": f"{devices}/{sensor.id}", "new device": f"{devices}/new",
        "edit device": f"{devices}/{sensor.id}/edit",
        "new key": f"{devices}/{sensor.id}/rotate-key",
        "delete": f"{devices}/{sensor.id}/delete", "search": "/admin/search?q=CC-00",
        "overview": "/admin", "month": f"{cells}/{cell['id']}?range=30d",
        "alerts": "/admin/alerts", "alert": alert, "acknowledge": f"{alert}/acknowledge",
        "resolve": f"{alert}/resolve",
    }


@pytest.fixture
def signed_in(chain, browser, technician):
    enter(browser, chain, technician)
    browser.log()
    return browser


@pytest.mark.parametrize("name", NAMES)
def test_a_page_is_small_quick_and_clean(technician, paths, name):
    assert sorted(paths) == sorted(NAMES)
    check_weight(technician, paths[name])


@pytest.mark.parametrize("scheme", SCHEMES)
@pytest.mark.parametrize("width, height", WINDOWS)
@pytest.mark.parametrize("name", NAMES)
def test_a_page_is_quiet_accessible_and_fits(
        chain, signed_in, axe, paths, name, width, height, scheme):
    signed_in.show(width, height, scheme)
    signed_in.open(chain.url("https") + paths[name])
    assert signed_in.run("return document.documentElement.scrollWidth") <= width
    assert signed_in.run(BEYOND) == []
    assert signed_in.run("return document.querySelectorAll('h1').length") == 1
    assert findings(signed_in, axe) == []
    assert signed_in.log() == []


def test_the_keyboard_alone_silences_a_cold_cell_on_a_phone(chain, signed_in, axe, paths):
    signed_in.show(390)
    signed_in.open(chain.url("https") + paths["coldcell"])
    tab_to(signed_in, f"a[href='{paths['coldcell']}/silence']")
    press(signed_in, ENTER)
    arrives(signed_in, f"{paths['coldcell']}/silence")
    tab_to(signed_in, "[name=silenceReason]")
    press(signed_in, *"Repair", ENTER)
    arrives(signed_in, paths["coldcell"])
    eventually(lambda: "are silenced" in signed_in.run("return document.body.innerText"))
    assert "silenced" in signed_in.run("return document.querySelector('main').innerText")
    assert findings(signed_in, axe) == []


def test_a_new_key_is_shown_on_a_page_of_its_own(chain, signed_in, axe, paths):
    signed_in.show(390)
    signed_in.open(chain.url("https") + paths["device"])
    tab_to(signed_in, f"a[href='{paths['new key']}']")
    press(signed_in, ENTER)
    arrives(signed_in, paths["new key"])
    tab_to(signed_in, "main form button")
    press(signed_in, ENTER)
    eventually(lambda: "ent_dev_" in signed_in.run("return document.body.innerText"))
    assert findings(signed_in, axe) == []
    assert signed_in.log() == []


SMALL = """
    return [...document.querySelectorAll('main :is(a, button, input, select, summary)')]
        .filter(e => e.checkVisibility() && !e.closest('.cards thead, p, dd'))
        .map(e => [e.innerText || e.name, Math.round(e.getBoundingClientRect().height)])
        .filter(([, height]) => height < 44)"""


@pytest.mark.parametrize("name", ["overview", "coldcell", "device", "alerts", "alert", "resolve"])
def test_what_is_pressed_on_a_phone_is_large_enough(chain, signed_in, paths, name):
    signed_in.show(390)
    signed_in.open(chain.url("https") + paths[name])
    pressed = signed_in.run("return document.querySelectorAll('main :is(a, button)').length")
    assert pressed and signed_in.run(SMALL) == []


@pytest.fixture(scope="module")
def administrator(chain):
    return Visitor(chain, person_id(chain, "admin@example.com"))


@pytest.mark.parametrize("scheme", SCHEMES)
@pytest.mark.parametrize("width, height", WINDOWS)
def test_dead_letters_are_accessible_and_fit(
        chain, browser, axe, administrator, paths, width, height, scheme):
    """Of the list, of one, of its questions, and of those on the page of their device."""
    enter(browser, chain, administrator)
    [one, *_] = re.findall(r'href="(/admin/dead-letters/dlt_\w+)"',
                           administrator.page("/admin/dead-letters"))
    for path in ["/admin/dead-letters", one, f"{one}/retry", f"{one}/delete", paths["device"]]:
        check_page(browser, axe, chain.url("https") + path, width, height, scheme)
        assert browser.run(BEYOND) == []
    assert one in administrator.page(paths["device"])
