"""Pages that move by themselves: for each kind of change, the regions that follow it become what a
fresh page has; and nothing of what the reader does is disturbed."""

import re

import pytest

from agreements import agree, cancel, lock, rows, ship, shipped
from callers import Caller, Visitor, sign_in
from client import eventually
from conftest import make_stack, running
from history import history
from live import changing, open_page, shown, watch
from order import settle
from people import LOGIN, OTHER_PASSWORD, credentials
from populace import person_id
from stack.stack import CHECKOUT

WALLETS = "/api/v1/admin/wallets"
TYPES = CHECKOUT / "Sources/Outbox/EventTypes.swift"


@pytest.fixture(scope="module")
def hall():
    """Where everybody looks on; each test has its own contracts."""
    yield from running(make_stack("hall"))


@pytest.fixture(scope="module")
def admin(hall):
    return Caller(hall, token=sign_in(hall, "admin", subject=person_id(hall, "admin@example.com")))


@pytest.fixture(scope="module")
def user(hall):
    return Caller(hall, token=sign_in(hall, "user", subject=person_id(hall, "user@example.com")))


@pytest.fixture(scope="module")
def at_admin(hall):
    return Visitor(hall, person_id(hall, "admin@example.com"))


@pytest.fixture(scope="module")
def watching(hall, browser, at_admin):
    watch(browser, hall, at_admin)
    return browser


@pytest.fixture
def contract(admin):
    return agree(admin, 100, alertPercents=[50])


def at(contract):
    return f"/admin/contracts/{contract['id']}"


# State and events make the fresh state, for each kind of change.

def test_a_contract_is_made(hall, watching, admin):
    for path, *regions in [("/admin", "live-contracts", "live-events"),
                           ("/admin/contracts?sort=-createdAt", "live-list"),
                           ("/admin/ledger", "live-list"), ("/admin/events", "live-list")]:
        open_page(watching, hall, path)
        with changing(watching, *regions):
            agree(admin)
        assert watching.log() == []


def test_a_contract_is_edited(hall, watching, admin, contract):
    open_page(watching, hall, at(contract))
    with changing(watching, "live-heading", "live-detail", "live-history"):
        answer = admin.patch(f"/api/v1/contracts/{contract['id']}",
                             {"title": "By another name", "quota": 200})
        assert answer.status == 200, answer
    assert "By another name" in watching.run("return document.querySelector('h1').innerText")
    assert watching.log() == []


def test_a_contract_is_locked_and_goes_on(hall, watching, admin, contract):
    open_page(watching, hall, at(contract))
    acts = "return [...document.querySelectorAll('.heading .acts a')].map(a => a.innerText)"
    for locked, left in [(True, "Unlock"), (False, "Lock")]:
        with changing(watching, "live-heading", "live-detail", "live-history"):
            assert lock(admin, contract, locked, reason="Audit").status == 200
        assert left in watching.run(acts)
    assert watching.log() == []


def test_a_shipment_is_accepted_and_one_reaches_a_threshold(hall, watching, admin, contract):
    [[account]] = rows(hall, "SELECT id FROM ledger_accounts WHERE kind LIKE '%shipped%' "
                       f"AND owner = '{contract['id']}'")
    for path, *regions in [(at(contract), "live-detail", "live-use", "live-shipments"),
                           ("/admin/shipments", "live-list"), ("/admin/contracts", "live-list"),
                           ("/admin", "live-contracts", "live-shipments", "live-events"),
                           (f"/admin/ledger/{account}", "live-detail", "live-postings")]:
        open_page(watching, hall, path)
        with changing(watching, *regions):
            shipped(admin, contract, 11)
        assert watching.log() == []
    open_page(watching, hall, at(contract))
    assert "told" in shown(watching, "live-detail")


def test_a_shipment_that_does_not_fit_blocks(hall, watching, admin, contract):
    open_page(watching, hall, at(contract))
    with changing(watching, "live-heading", "live-detail", "live-shipments"):
        assert ship(admin, contract, 101).status == 409
    assert "blocked" in shown(watching, "live-detail")
    assert watching.log() == []


def test_a_shipment_is_cancelled(hall, watching, admin, contract):
    shipment = shipped(admin, contract, 10)
    open_page(watching, hall, f"/admin/shipments/{shipment['id']}")
    with changing(watching, "live-heading", "live-detail", "live-contract"):
        assert cancel(admin, shipment).status == 200
    assert "cancelled" in shown(watching, "live-detail")
    open_page(watching, hall, "/admin/shipments")
    again = shipped(admin, contract, 10)
    with changing(watching, "live-list"):
        assert cancel(admin, again).status == 200
    assert watching.log() == []


def test_money_comes_and_goes(hall, watching, admin, user):
    payee, payer = (person_id(hall, f"{name}@example.com") for name in ["host", "user"])
    [[account]] = rows(hall, "SELECT id FROM ledger_accounts WHERE kind = 'wallet' "
                       f"AND owner = '{payee}'")
    for path, *regions in [(f"/admin/wallets/{payee}", "live-detail", "live-entries"),
                           ("/admin/wallets", "live-list"),
                           (f"/admin/ledger?q={payee}", "live-list"),
                           (f"/admin/ledger/{account}", "live-detail", "live-postings"),
                           ("/admin", "live-events")]:
        open_page(watching, hall, path)
        with changing(watching, *regions):
            credit(admin, payee)
        with changing(watching, *regions):
            pay(user, payee)
        assert watching.log() == []
    open_page(watching, hall, f"/admin/wallets/{payer}")
    with changing(watching, "live-detail", "live-entries"):
        pay(user, payee)


def pay(payer, payee):
    answer = payer.post("/api/v1/wallet/transfer", {"toUserId": payee, "amount": 1})
    assert answer.status == 201, answer


def credit(admin, person):
    answer = admin.post(f"{WALLETS}/{person}/credit", {"amount": 100, "reason": "live"})
    assert answer.status == 201, answer


def test_the_own_wallet_is_on_the_first_page(hall, watching, admin):
    open_page(watching, hall, "/admin")
    with changing(watching, "live-wallet"):
        credit(admin, person_id(hall, "admin@example.com"))


def test_a_job_runs_and_the_ledger_is_verified(hall, watching, at_admin):
    run = "/admin/jobs/ledger.verify/run"
    for path, *regions in [("/admin/jobs", "live-jobs"),
                           ("/admin/jobs/ledger.verify", "live-detail", "live-runs"),
                           ("/admin/events", "live-list")]:
        open_page(watching, hall, path)
        with changing(watching, *regions):
            assert at_admin.submit(run, {}).status == 303
        assert watching.log() == []
    assert "ledger.verified" in shown(watching, "live-list")


def test_somebody_is_locked_out(hall, watching, admin):
    for path, email in [("/admin/events", "seller@example.com"), ("/admin", "buyer@example.com")]:
        open_page(watching, hall, path)
        with changing(watching, "live-people" if path == "/admin" else "live-list"):
            for _ in range(5):
                answer = Caller(hall).post(LOGIN, credentials(email, OTHER_PASSWORD))
                assert answer.status == 401, answer
        assert watching.log() == []


def test_what_is_measured_follows_the_clock(hall, watching, at_admin):
    open_page(watching, hall, "/admin/system")
    regions = ["live-load", "live-processes"]
    before = {region: shown(watching, region) for region in regions}
    for region in regions:
        eventually(lambda: shown(watching, region) != before[region], every_seconds=0.2)
    assert watching.log() == []


def test_every_type_that_was_told_can_be_heard(hall, admin, user, contract):
    """Those of this test and of all before it."""
    assert admin.patch(f"/api/v1/contracts/{contract['id']}", {"quota": 200}).status == 200
    assert cancel(admin, shipped(admin, contract, 1)).status == 200
    credit(admin, person_id(hall, "user@example.com"))
    pay(user, person_id(hall, "host@example.com"))
    for _ in range(5):
        Caller(hall).post(LOGIN, credentials("sales@example.com", OTHER_PASSWORD))
    settle(hall)
    told = {event.type for event in history(hall)}
    assert {"contract.changed", "shipment.cancelled", "wallet.debited", "user.locked"} <= told
    assert told <= set(re.findall(r'"([a-z]+\.[a-z_]+)"', TYPES.read_text()))
