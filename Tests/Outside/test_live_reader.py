"""Somebody who reads a page that moves: is not disturbed, learns of a lost connection, misses
nothing, and is led to the sign-in when the session has ended."""

import os
import re
import signal
import threading
import time

import pytest

from agreements import agree, shipped
from browser import Browser
from callers import Caller, Visitor, sign_in
from client import eventually
from conftest import make_stack, running
from eyes import TAB, arrives, findings, press, tab_to
from live import (
    becomes_fresh, changing, different, notice, open_page, script_seconds, shown, watch)
from populace import person_id

LOAD_PER_SECOND = 200
LOAD_SECONDS = float(os.environ.get("ENTREPOT_TEST_LIVE_SECONDS", "4"))
SWAPS_PER_SECOND_MAX = 4


@pytest.fixture(scope="module")
def hall():
    """Whose hubs may be killed."""
    yield from running(make_stack("reading"))


@pytest.fixture(scope="module")
def admin(hall):
    return Caller(hall, token=sign_in(hall, "admin", subject=person_id(hall, "admin@example.com")))


@pytest.fixture
def reader(hall):
    """A browser in which the administrator has just signed in."""
    with Browser() as browser:
        watch(browser, hall, Visitor(hall, person_id(hall, "admin@example.com")))
        yield browser


@pytest.fixture
def contract(admin):
    contract = agree(admin, 10**6)
    for _ in range(8):
        shipped(admin, contract, 1)
    return contract


def at(contract):
    return f"/admin/contracts/{contract['id']}"


def asked(browser):
    return [url for url in browser.requests() if "region=" in url]


# What the reader does is left alone.

def test_focus_scroll_and_what_is_open_stay(hall, reader, admin, contract):
    reader.show(390, 700)
    open_page(reader, hall, at(contract))
    reader.run("document.querySelector('.numbers > summary').click()")
    reader.run("document.querySelector('.numbers .scroll').scrollTop = 40")
    reader.run("scrollTo(0, 500)")
    link = reader.run("""
        const link = document.querySelectorAll('#live-shipments td a')[3];
        link.focus({preventScroll: true});
        return link.href;""")
    scrolled = reader.run("return [scrollY, document.querySelector('.numbers .scroll').scrollTop]")
    with changing(reader, "live-shipments", "live-detail"):
        shipped(admin, contract, 5)
    assert reader.run("return document.activeElement.href") == link
    assert reader.run("return document.querySelector('.numbers').open") is True
    assert scrolled == reader.run(
        "return [scrollY, document.querySelector('.numbers .scroll').scrollTop]")
    press(reader, TAB)
    assert reader.run("return document.activeElement.closest('td') !== null")
    assert reader.log() == []


def test_what_is_typed_into_a_filter_stays(hall, reader, admin, contract):
    open_page(reader, hall, "/admin/shipments")
    tab_to(reader, "#live-list input[name=q]")
    press(reader, *"PO-7")
    with changing(reader, "live-list"):
        shipped(admin, contract, 6)
    assert reader.run("return [document.activeElement.name, document.activeElement.value]") == [
        "q", "PO-7"]


def test_what_is_selected_waits_until_it_is_not(hall, reader, admin, contract):
    open_page(reader, hall, at(contract))
    reader.run("getSelection().selectAllChildren(document.querySelector('#live-detail dl'))")
    before = shown(reader, "live-detail")
    with changing(reader, "live-shipments"):
        shipped(admin, contract, 7)
        eventually(lambda: different(reader) == ["live-detail"])
        assert shown(reader, "live-detail") == before
        reader.run("getSelection().removeAllRanges()")
    assert shown(reader, "live-detail") != before


def test_what_changed_is_marked_and_announced_and_its_row_alone(hall, reader, admin, contract):
    open_page(reader, hall, at(contract))
    reader.run("""
        window.marked = [];
        const animate = Element.prototype.animate;
        Element.prototype.animate = function (...given) {
            window.marked.push([this.nodeName, this.closest('[data-follow]').id, given[1].easing]);
            return animate.apply(this, given);
        };""")
    with changing(reader, "live-shipments", "live-detail"):
        shipment = shipped(admin, contract, 8)
    marked = reader.run("return window.marked")
    assert [name for name, region, _ in marked if region == "live-shipments"] == ["TR"]
    assert {name for name, region, _ in marked if region == "live-detail"} == {"DD"}
    assert shipment["id"] in shown(reader, "live-shipments")
    says = "return document.getElementById('announce').textContent"
    eventually(lambda: re.match("Updated: .*Latest shipments", reader.run(says)))
    reader.devtools("Emulation.setEmulatedMedia",
                    features=[{"name": "prefers-reduced-motion", "value": "reduce"}])
    reader.run("window.marked = []")
    with changing(reader, "live-shipments"):
        shipped(admin, contract, 8)
    assert {easing for _, _, easing in reader.run("return window.marked")} == {"steps(1, end)"}


def test_without_script_the_page_is_whole(hall, reader, contract):
    reader.devtools("Emulation.setScriptExecutionDisabled", value=True)
    open_page(reader, hall, at(contract))
    reader.devtools("Emulation.setScriptExecutionDisabled", value=False)
    assert contract["code"] in reader.run("return document.querySelector('h1').innerText")
    assert notice(reader) == "" and asked(reader) == []


# Two who look on while much happens.

def test_two_browsers_end_as_a_fresh_page_while_shipments_arrive(hall, admin, axe):
    contract = agree(admin, 10**6)
    shipped(admin, contract, 1)
    with Browser() as one, Browser() as other:
        both, began = [one, other], time.monotonic()
        watch(one, hall, Visitor(hall, person_id(hall, "admin@example.com")))
        watch(other, hall, Visitor(hall, person_id(hall, "manager@example.com")), 390, "dark")
        for browser in both:
            open_page(browser, hall, "/admin")
            becomes_fresh(browser)
            # A scroll bar that comes while the page is still loading is no doing of ours.
            browser.run("window.shifts = []")
            browser.requests()
        before = [script_seconds(browser) for browser in both]
        count, seconds = load(admin, contract)
        for browser in both:
            becomes_fresh(browser)
        spent = [script_seconds(browser) - start for browser, start in zip(both, before)]
        print(f"{count} shipments in {seconds:.1f} s; script time for each: " + ", ".join(
            f"{one / count * 1e6:.0f} us" for one in spent))
        for browser in both:
            swaps_max = SWAPS_PER_SECOND_MAX * (time.monotonic() - began) + 1
            assert len(asked(browser)) <= swaps_max
            assert browser.run("return window.shifts") == []
            assert findings(browser, axe) == []
            assert notice(browser) == ""
            assert browser.log() == []


def load(caller, contract):
    """So many a second, on two connections; how many there were, and in which time."""
    begin = time.monotonic()
    numbers = iter(range(int(LOAD_PER_SECOND * LOAD_SECONDS)))
    lock, sent = threading.Lock(), []

    def work():
        connection = caller.connect()
        while True:
            with lock:
                number = next(numbers, None)
            if number is None:
                return connection.close()
            time.sleep(max(0, begin + number / LOAD_PER_SECOND - time.monotonic()))
            answer = caller.request("POST", "/api/v1/shipments", {
                "contractId": contract["id"], "quantity": 1}, connection=connection)
            sent.append(answer.status)
    threads = [threading.Thread(target=work) for _ in range(2)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert set(sent) == {201}
    return len(sent), time.monotonic() - begin


# The connection.

def record_notices(reader):
    """Some of it is said for a moment only."""
    reader.run("""
        const notice = document.getElementById('connection');
        window.said = [];
        new MutationObserver(() => window.said.push(notice.innerText))
            .observe(notice, {childList: true, characterData: true, subtree: true});""")


def test_a_lost_connection_is_said_and_caught_up(hall, reader, admin, contract):
    open_page(reader, hall, at(contract))
    with changing(reader, "live-detail"):
        shipped(admin, contract, 1)
    record_notices(reader)
    supervisor = hall.entrepot.pid()
    os.kill(supervisor, signal.SIGSTOP)
    try:
        for hub in hall.entrepot.workers("hub"):
            os.kill(hub, signal.SIGKILL)
        before = shown(reader, "live-detail")
        eventually(lambda: notice(reader) == "Connection lost. What you see may be old.")
        shipped(admin, contract, 1)
        assert shown(reader, "live-detail") == before
    finally:
        os.kill(supervisor, signal.SIGCONT)
    eventually(lambda: "Connected again." in reader.run("return window.said"), 180)
    eventually(lambda: shown(reader, "live-detail") != before)
    becomes_fresh(reader)
    eventually(lambda: notice(reader) == "")


def test_where_streams_do_not_get_through_the_page_polls(hall, reader, admin, contract):
    reader.devtools("Network.enable")
    reader.devtools("Network.setBlockedURLs", urls=["*/api/v1/stream*"])
    open_page(reader, hall, at(contract))
    record_notices(reader)
    waits = []

    def held_a_quiet_poll():
        waits.extend(int(re.search(r"wait=(\d+)", url)[1])
                     for url in reader.requests() if "/api/v1/poll?" in url)
        return any(wait >= 5 for wait in waits[:-1])
    eventually(held_a_quiet_poll, 120)
    for _ in range(2):
        with changing(reader, "live-detail", "live-shipments", seconds_max=40):
            shipped(admin, contract, 1)
    assert reader.run("return window.said") == [], "nothing was lost"
    reader.devtools("Network.setBlockedURLs", urls=[])
    eventually(lambda: any("/api/v1/stream?" in url for url in reader.requests()), 300)


def test_after_a_reset_all_regions_are_fetched(hall, reader, contract):
    reader.devtools("Page.addScriptToEvaluateOnNewDocument", source="""
        document.addEventListener('readystatechange', () => {
            const main = document.getElementById('main');
            if (main?.dataset.cursor) main.dataset.cursor = '999999999999';
        });""")
    reader.requests()
    open_page(reader, hall, at(contract))
    [url] = eventually(lambda: asked(reader))
    assert url.count("region=") == 5
    assert reader.log() == []


def test_a_page_in_the_background_catches_up(hall, reader, admin, contract):
    open_page(reader, hall, at(contract))
    with changing(reader, "live-detail"):
        shipped(admin, contract, 1)
    reader.run("""
        Object.defineProperty(document, 'hidden', {configurable: true, get: () => true});
        document.dispatchEvent(new Event('visibilitychange', {bubbles: true}));""")
    reader.requests()
    before = shown(reader, "live-detail")
    shipped(admin, contract, 1)
    eventually(lambda: "live-detail" in different(reader))
    assert shown(reader, "live-detail") == before and asked(reader) == []
    reader.run("""
        delete document.hidden;
        document.dispatchEvent(new Event('visibilitychange', {bubbles: true}));""")
    eventually(lambda: shown(reader, "live-detail") != before)
    becomes_fresh(reader)
    assert notice(reader) == "" and reader.log() == []


def test_a_session_that_has_ended_leads_to_the_sign_in_and_back(hall, reader, admin, contract):
    open_page(reader, hall, at(contract))
    with changing(reader, "live-detail"):
        shipped(admin, contract, 1)
    hall.mariadb.query("UPDATE sessions SET revoked_at = UTC_TIMESTAMP(3)", "entrepot")
    eventually(lambda: "Your session has ended." in notice(reader))
    assert reader.run("return location.pathname") == at(contract)
    reader.run("document.querySelector('#connection a').click()")
    arrives(reader, "/admin/login")
    assert reader.run("return new URLSearchParams(location.search).get('next')") == at(contract)
