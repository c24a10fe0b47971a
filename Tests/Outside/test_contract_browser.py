"""The pages of contracts and shipments as they are: small, quick, quiet, for everybody, and usable
by the keyboard at both widths and in both colours."""

import pytest

from agreements import agree, look, shipped
from callers import Caller, Visitor, sign_in
from client import eventually
from conftest import make_stack, running
from eyes import (
    BEYOND, ENTER, SCHEMES, WINDOWS, arrives, check_weight, enter, findings, press, tab_to)
from populace import person_id

NAMES = [
    "overview", "contracts", "no contracts", "new contract", "contract", "unused", "locked",
    "edit", "history", "lock", "unlock", "shipments", "no shipments", "ship", "shipment",
    "blocked", "cancel", "search"]


@pytest.fixture(scope="module")
def trade():
    """The demo's contracts and shipments, and some that are long, full, and old."""
    yield from running(make_stack("trade"))


@pytest.fixture(scope="module")
def at_admin(trade):
    return Visitor(trade, person_id(trade, "admin@example.com"))


@pytest.fixture(scope="module")
def paths(trade):
    manager = Caller(trade, token=sign_in(trade, "admin", subject="usr_admin"))
    found = {item["code"]: item for item in
             manager.get("/api/v1/contracts?limit=100").json["items"]}
    full, locked = found["CTR-1002"]["id"], found["CTR-1004"]["id"]
    unused = agree(manager, 10**15, title="A title without an end " * 8, code="C" * 64,
                   customer="Long&Customer" * 12, unit="u" * 40,
                   notifyEmails=[f"somebody{n}@a-long-name.example" for n in range(20)])
    for number in range(3):
        manager.patch(f"/api/v1/contracts/{full}", {"title": f"Chilled milk {number}"})
    shipment = shipped(manager, unused, 10**9, reference="R" * 100, destination="D" * 200)
    [blocked] = manager.get("/api/v1/shipments?status=blocked").json["items"]
    contracts, shipments = "/admin/contracts", "/admin/shipments"
    return {
        "overview": "/admin", "contracts": contracts,
        "no contracts": f"{contracts}?q=there-is-none", "new contract": f"{contracts}/new",
        "contract": f"{contracts}/{full}", "unused": f"{contracts}/{unused['id']}",
        "locked": f"{contracts}/{locked}", "edit": f"{contracts}/{full}/edit",
        "history": f"{contracts}/{full}/history", "lock": f"{contracts}/{full}/lock",
        "unlock": f"{contracts}/{locked}/unlock", "shipments": shipments,
        "no shipments": f"{shipments}?q=there-is-none", "ship": f"{shipments}/new",
        "shipment": f"{shipments}/{shipment['id']}", "blocked": f"{shipments}/{blocked['id']}",
        "cancel": f"{shipments}/{shipment['id']}/cancel", "search": "/admin/search?q=CTR-10",
    }


@pytest.fixture
def signed_in(trade, browser, at_admin):
    enter(browser, trade, at_admin)
    browser.log()
    return browser


@pytest.mark.parametrize("name", NAMES)
def test_a_page_is_small_quick_and_clean(at_admin, paths, name):
    assert sorted(paths) == sorted(NAMES)
    check_weight(at_admin, paths[name])


@pytest.mark.parametrize("scheme", SCHEMES)
@pytest.mark.parametrize("width, height", WINDOWS)
@pytest.mark.parametrize("name", NAMES)
def test_a_page_is_quiet_accessible_and_fits(
        trade, signed_in, axe, paths, name, width, height, scheme):
    signed_in.show(width, height, scheme)
    signed_in.open(trade.url("https") + paths[name])
    assert signed_in.run("return document.documentElement.scrollWidth") <= width
    assert signed_in.run(BEYOND) == []
    assert signed_in.run("return document.querySelectorAll('h1').length") == 1
    assert findings(signed_in, axe) == []
    assert signed_in.log() == []


@pytest.mark.parametrize("width, height", WINDOWS)
def test_the_keyboard_alone_ships_and_a_refusal_is_read_first(
        trade, signed_in, axe, paths, width, height):
    admin = Caller(trade, token=sign_in(trade, "admin", subject="usr_admin"))
    contract = agree(admin, 100, code=f"KEYS-{width}")
    signed_in.show(width, height)
    signed_in.open(f"{trade.url('https')}/admin/shipments/new?contractId={contract['id']}")
    tab_to(signed_in, "[name=quantity]")
    signed_in.run("window.isOld = true")
    press(signed_in, *"101", ENTER)
    eventually(lambda: signed_in.look(
        "return document.readyState === 'complete' && window.isOld !== true"))
    eventually(lambda: "KEYS-" in signed_in.run("return document.activeElement.innerText"))
    assert findings(signed_in, axe) == []
    assert look(admin, contract)["status"] == "blocked"


def test_a_lock_is_asked_over_the_page_with_its_reason(trade, signed_in, paths):
    admin = Caller(trade, token=sign_in(trade, "admin", subject="usr_admin"))
    contract = agree(admin, 100)
    path = f"/admin/contracts/{contract['id']}"
    signed_in.show(1280)
    signed_in.open(trade.url("https") + path)
    tab_to(signed_in, f"a[href='{path}/lock']")
    press(signed_in, ENTER)
    eventually_open = "return document.querySelector('dialog[open] [name=reason]') != null"
    eventually(lambda: signed_in.run(eventually_open))
    assert signed_in.run("return location.pathname") == path
    tab_to(signed_in, "[name=reason]")
    press(signed_in, *"Audit", ENTER)
    eventually(lambda: look(admin, contract)["lockReason"] == "Audit")
    arrives(signed_in, path)
    assert signed_in.log() == []
