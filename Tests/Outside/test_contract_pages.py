"""Contracts and shipments on pages, by people without a script: what each may do, what is refused
in words, and that nothing counts twice."""

import html
import re
import threading
import urllib.parse

import pytest

from agreements import agree, events, look, moment, rows, ship, shipped
from callers import Visitor
from populace import count, person_id, rows_of

CONTRACTS = "/admin/contracts"
SHIPMENTS = "/admin/shipments"
NEW = f"{SHIPMENTS}/new"
TWINS = 8
PROBE = "<script>alert(1)</script>\"'><img src=x onerror=alert(2)>"


def visitor(office, account):
    return Visitor(office, person_id(office, f"{account}@example.com"))


@pytest.fixture(scope="module")
def at_admin(office):
    return visitor(office, "admin")


@pytest.fixture(scope="module")
def at_manager(office):
    return visitor(office, "manager")


@pytest.fixture(scope="module")
def at_user(office):
    return visitor(office, "user")


def words(answer):
    """What a page says, without its markup."""
    text = answer if isinstance(answer, str) else answer.body.decode()
    text = re.sub(r"<(script|style).*?</\1>|<[^>]*>", " ", text.split("<main", 1)[1], flags=re.S)
    return " ".join(html.unescape(text).replace("\u00a0", " ").split())


def values(answer):
    """What stands in the fields of the page's form."""
    form = answer.body.decode().split('<form class="form"')[1]
    given = dict(re.findall(r'<input id="[^"]*" name="(\w+)"[^>]* value="([^"]*)"', form))
    given |= dict(re.findall(r'<textarea[^>]* name="(\w+)"[^>]*>(.*?)</textarea>', form, re.S))
    chosen = re.findall(r'<select[^>]* name="(\w+)".*?<option value="([^"]*)" selected', form, re.S)
    return {name: html.unescape(value) for name, value in (given | dict(chosen)).items()}


def hidden(answer):
    form = answer.body.decode().split('<form class="form"')[1]
    return dict(re.findall(r'<input type="hidden" name="(\w+)" value="([^"]*)"', form))


def at(contract, more=""):
    return f"{CONTRACTS}/{contract['id']}{more}"


def cells(page, label):
    found = re.findall(rf'data-label="{label}">(.*?)</td>', page, re.S)
    return [" ".join(html.unescape(re.sub(r"<[^>]*>", "", cell)).split()) for cell in found]


# Contracts.

def test_a_contract_is_added_with_what_was_typed(office, at_manager, manager):
    answer = at_manager.submit(f"{CONTRACTS}/new", {
        "title": "Cheese", "code": "PAGE-1", "customer": "Sunrise Dairy", "quota": "1,20,000",
        "unit": "wheels", "alertPercents": "50%, 90", "notifyEmails": "a@x.example;\nb@x.example",
        "startsAt": "2026-01-02T03:04", "endsAt": "2099-12-31T18:30"})
    assert answer.status == 303, words(answer)
    contract = look(manager, {"id": answer.headers["location"].removeprefix(CONTRACTS + "/")})
    assert {name: contract[name] for name in [
        "title", "code", "customer", "quota", "unit", "alertPercents", "notifyEmails"]} == {
            "title": "Cheese", "code": "PAGE-1", "customer": "Sunrise Dairy", "quota": 120_000,
            "unit": "wheels", "alertPercents": [50, 90],
            "notifyEmails": ["a@x.example", "b@x.example"]}
    # The clocks of whoever typed it: in India, 5 h 30 min before UTC.
    zone = rows(office, "SELECT time_zone FROM users WHERE email = 'manager@example.com'")[0][0]
    assert zone == "Asia/Kolkata"
    assert contract["startsAt"] == "2026-01-01T21:34:00.000Z"
    assert contract["endsAt"] == "2099-12-31T13:00:00.000Z"
    text = words(at_manager.page(answer.headers["location"]))
    for part in ["PAGE-1: Cheese", "0 of 120,000 wheels, 0%", "50%, 90%",
                 "a@x.example, b@x.example, every manager", "Nothing was shipped yet."]:
        assert part in text, part
    assert [kind for kind, _, _ in events(office, contract)] == ["contract.created"]


def test_what_is_wrong_is_said_beside_its_field_and_what_was_typed_is_kept(office, at_manager):
    typed = {"title": "", "quota": "many", "alertPercents": "80, 200", "code": "",
             "notifyEmails": "a@x.example\nnobody", "startsAt": "2026-05-02T00:00",
             "endsAt": "2026-05-01T00:00", "customer": "Kept & sound", "unit": ""}
    before = count(office, "contracts")
    answer = at_manager.submit(f"{CONTRACTS}/new", typed)
    assert answer.status == 422
    for sentence in [
            "5 things need to be changed", "Title must not be empty.",
            "Quota must be a whole number.", "Alerts at entry 2 must be at most 100.",
            "Mails also go to entry 2 must be an e-mail address.",
            "Ends must be after the contract begins."]:
        assert sentence in words(answer), sentence
    assert values(answer) == typed
    assert count(office, "contracts") == before


def test_a_code_that_is_taken_is_said_at_the_code(at_manager, manager):
    agree(manager, code="PAGE-TAKEN")
    answer = at_manager.submit(f"{CONTRACTS}/new", {
        "title": "Again", "code": "page-taken", "quota": "5", "unit": "", "customer": ""})
    assert answer.status == 409
    assert "Code is another contract's already." in words(answer)
    assert values(answer)["title"] == "Again"


def test_an_edit_keeps_what_was_not_touched(at_manager, manager):
    ends = "2099-05-06T07:08:09.123Z"
    contract = agree(manager, 500, customer="Before", endsAt=ends, notifyEmails=["a@x.example"])
    path = at(contract, "/edit")
    seen = at_manager.get(path)
    answer = at_manager.submit(path, values(seen) | {"quota": "600", "customer": ""})
    assert answer.status == 303, words(answer)
    after = look(manager, contract)
    assert (after["quota"], after["customer"], after["endsAt"], after["notifyEmails"]) == (
        600, None, ends, ["a@x.example"])
    assert "Quota 500 → 600" in words(at_manager.page(at(contract)))
    cleared = at_manager.submit(path, values(at_manager.get(path)) | {
        "endsAt": "", "notifyEmails": "", "alertPercents": ""})
    assert cleared.status == 303
    after = look(manager, contract)
    assert (after["endsAt"], after["notifyEmails"], after["alertPercents"]) == (None, [], [])


def test_the_second_of_two_editors_is_told_and_loses_nothing(at_manager, at_admin, manager):
    contract = agree(manager, 500)
    path = at(contract, "/edit")
    mine = at_manager.get(path)
    theirs = values(at_admin.get(path)) | {"quota": "700", "title": "Theirs"}
    assert at_admin.submit(path, theirs).status == 303
    typed = values(mine) | {"title": "Mine"}
    late = at_manager.submit(path, typed, seen=hidden(mine))
    assert late.status == 409
    for part in [f"{contract['code']} was changed while you were editing",
                 "edited by Asha Raghunathan just now", "Title Packs → Theirs; Quota 500 → 700",
                 "save again to put it in its place"]:
        assert part in words(late), part
    assert values(late) == typed
    assert look(manager, contract)["title"] == "Theirs"
    assert at_manager.submit(path, values(late), seen=hidden(late)).status == 303
    assert look(manager, contract)["title"] == "Mine"


def test_a_quota_below_what_was_shipped_is_told_with_the_number(at_manager, manager, user):
    contract = agree(manager, 5000)
    shipped(user, contract, 1234)
    path = at(contract, "/edit")
    answer = at_manager.submit(path, values(at_manager.get(path)) | {"quota": "1,000"})
    assert answer.status == 409
    assert "Quota cannot be less than the 1,234 that were shipped already." in words(answer)
    assert values(answer)["quota"] == "1,000"
    assert "1,234 pieces are shipped: it cannot be less." in words(answer)


def test_a_lock_has_a_reason_and_says_what_it_stops(at_admin, manager):
    contract = agree(manager, 4321)
    path = at(contract, "/lock")
    assert "4,321 pieces cannot be shipped" in words(at_admin.page(path))
    silent = at_admin.submit(path, {"reason": " "})
    assert silent.status == 422 and "Why must not be empty." in words(silent)
    assert look(manager, contract)["status"] == "active"
    assert at_admin.submit(path, {"reason": "Audit"}).status == 303
    locked = look(manager, contract)
    assert (locked["status"], locked["lockReason"]) == ("locked", "Audit")
    text = at_admin.page(at(contract))
    assert "Audit" in words(text) and at(contract, "/unlock") in text
    assert at(contract, "/lock") not in text and f"{NEW}?contractId=" not in text
    assert "It says why: Audit" in words(at_admin.page(at(contract, "/unlock")))
    assert at_admin.submit(at(contract, "/unlock"), {}).status == 303
    assert look(manager, contract)["status"] == "active"


def test_history_pages_through_every_version_once(at_manager, manager):
    contract = agree(manager)
    for number in range(24):
        manager.patch(f"/api/v1/contracts/{contract['id']}", {"title": f"T{number}"})
    path, seen = at(contract, "/history"), []
    while path:
        page = at_manager.page(path)
        seen += cells(page, "Version")
        following = re.findall(r'href="([^"]+)" rel="next"', page)
        path = html.unescape(following[0]) if following else None
    assert seen == [str(number) for number in range(25, 0, -1)]
    # The last of a page is compared with one that the page does not show.
    changed = cells(at_manager.page(at(contract, "/history")), "Changed")
    assert len(changed) == 20 and changed[19] == "Title T3 → T4"


def test_contracts_are_filtered_sorted_and_exported(at_user, manager):
    for number, quota in enumerate([30, 20, 10]):
        agree(manager, quota, code=f"SORT-{number}", title="Sorting hats")
    text = at_user.page(f"{CONTRACTS}?q=sorting+hats&sort=code")
    assert cells(text, "Code") == ["SORT-0", "SORT-1", "SORT-2"]
    assert cells(text, "Used")[0] == "0 of 30 pieces, 0%" and "3 contracts" in words(text)
    file = rows_of(at_user.get(f"{CONTRACTS}?q=sorting+hats&sort=-code&format=csv"))
    assert [(row["Code"], row["Quota"], row["Used"], len(row["Id"])) for row in file] == [
        ("SORT-2", "10", "0", 30), ("SORT-1", "20", "0", 30), ("SORT-0", "30", "0", 30)]
    page = at_user.page(f"{CONTRACTS}?q=sorting+hats&sort=code&limit=2")
    [following] = re.findall(r'href="([^"]+)" rel="next"', page)
    assert cells(at_user.page(html.unescape(following)), "Code") == ["SORT-2"]
    nothing = words(at_user.page(f"{CONTRACTS}?q=no-such-contract&status=locked"))
    assert "Nothing matches" in nothing and "Clear the filter" in nothing


# Shipments.

def sending(contract, quantity, **fields):
    return {"contractId": contract["id"], "quantity": str(quantity), "reference": "",
            "destination": ""} | fields


def test_a_shipment_leads_to_its_page(at_user, manager, user):
    contract = agree(manager, 5000, code="SHIP-1", unit="litres")
    assert "SHIP-1, Packs: 5,000 litres left" in at_user.page(NEW).replace("&nbsp;", " ")
    chosen = at_user.get(f"{NEW}?contractId={contract['id']}")
    assert values(chosen)["contractId"] == contract["id"]
    answer = at_user.submit(NEW, sending(contract, "1 250", reference="PO-1", destination="Pune"))
    assert answer.status == 303, words(answer)
    text = words(at_user.page(answer.headers["location"]))
    for part in ["1,250 litres on SHIP-1", "accepted", "PO-1", "Pune", "Uma Pillai",
                 "1,250 of 5,000 litres, 25%"]:
        assert part in text, part
    assert look(user, contract)["shipped"] == 1250


@pytest.mark.parametrize("fields, sentences", [
    ({"contractId": "", "quantity": ""}, ["Contract is required.", "Quantity is required."]),
    ({"quantity": "0"}, ["Quantity must be at least 1."]),
    ({"quantity": "a few"}, ["Quantity must be a whole number."]),
    ({"reference": "r" * 101}, ["Reference must have at most 100 characters."])])
def test_what_cannot_be_shipped_is_said_at_the_form(at_user, manager, fields, sentences):
    contract = agree(manager)
    typed = sending(contract, 5) | fields
    answer = at_user.submit(NEW, typed)
    assert answer.status == 422
    for sentence in sentences:
        assert sentence in words(answer)
    assert values(answer) == typed


def test_too_much_is_told_in_numbers_recorded_and_blocks(office, at_user, manager):
    contract = agree(manager, 1000, code="FULL-1", notifyEmails=["told@x.example"])
    assert at_user.submit(NEW, sending(contract, 900)).status == 303
    typed = sending(contract, 101, reference="PO-2", destination="Surat")
    answer = at_user.submit(NEW, typed)
    assert answer.status == 409
    text = words(answer)
    assert "Not shipped: FULL-1 has 100 left, 101 pieces do not fit" in text
    assert "nobody can ship on it until an administrator unlocks it" in text
    assert values(answer) == typed
    assert look(manager, contract)["status"] == "blocked"
    assert count(office, "shipments", f"contract_id = '{contract['id']}' AND status = 'blocked' "
                 "AND reason = 'quota_exceeded' AND reference = 'PO-2'") == 1
    assert count(office, "mails", "recipient = 'told@x.example' "
                 "AND template = 'contract-blocked'") == 1
    again = at_user.submit(NEW, values(answer) | {"quantity": "1"}, seen=hidden(answer))
    assert again.status == 409
    assert "Not shipped: the contract is blocked" in words(again)


@pytest.mark.parametrize("fields, sentence", [
    ({"endsAt": "2026-01-01T00:00:00Z"}, "the contract is over"),
    ({"startsAt": "2099-01-01T00:00:00Z"}, "the contract has not begun yet")])
def test_a_contract_out_of_its_time_is_told(at_user, manager, fields, sentence):
    contract = agree(manager, **fields)
    answer = at_user.submit(NEW, sending(contract, 5))
    assert answer.status == 409 and f"Not shipped: {sentence}" in words(answer)
    assert "has 100 pieces left" in words(answer)


def test_a_locked_contract_tells_why(at_user, at_admin, manager):
    contract = agree(manager)
    at_admin.submit(at(contract, "/lock"), {"reason": "Disputed since Monday"})
    answer = at_user.submit(NEW, sending(contract, 5))
    assert answer.status == 409
    assert "Not shipped: the contract is locked" in words(answer)
    assert "Disputed since Monday" in words(answer)


def test_a_form_that_is_sent_twice_ships_once(office, at_user, manager):
    contract = agree(manager, 100)
    seen = at_user.hidden(NEW)
    first = at_user.submit(NEW, sending(contract, 10), seen=seen)
    second = at_user.submit(NEW, sending(contract, 10), seen=seen)
    assert (first.status, second.status) == (303, 303)
    assert first.headers["location"] == second.headers["location"]
    assert look(manager, contract)["shipped"] == 10
    # Somebody went back and meant another one: said, not done, and then done.
    other = at_user.submit(NEW, sending(contract, 20), seen=seen)
    assert other.status == 422
    assert "This form was sent before, with other values" in words(other)
    assert look(manager, contract)["shipped"] == 10
    assert at_user.submit(NEW, values(other), seen=hidden(other)).status == 303
    assert look(manager, contract)["shipped"] == 30
    refused = at_user.submit(NEW, sending(contract, 71), seen=(seen := at_user.hidden(NEW)))
    again = at_user.submit(NEW, sending(contract, 71), seen=seen)
    assert (refused.status, again.status) == (409, 409)
    assert "70 left, 71 pieces do not fit" in words(again)
    assert count(office, "shipments",
                 f"contract_id = '{contract['id']}' AND status = 'blocked'") == 1


def test_clicks_at_the_same_moment_ship_once_and_all_see_it(office, at_user, manager):
    contract = agree(manager, 1000)
    seen = at_user.hidden(NEW)
    answers, start = [], threading.Barrier(TWINS)

    def click():
        start.wait()
        answers.append(at_user.submit(NEW, sending(contract, 10), seen=seen))

    threads = [threading.Thread(target=click) for _ in range(TWINS)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert [answer.status for answer in answers] == [303] * TWINS, [words(a) for a in answers
                                                                   if a.status != 303]
    assert len({answer.headers["location"] for answer in answers}) == 1
    assert look(manager, contract)["shipped"] == 10


def test_a_contract_is_added_once_however_often_it_is_sent(office, at_manager):
    seen = at_manager.hidden(f"{CONTRACTS}/new")
    typed = {"title": "Once only", "quota": "5"}
    answers = [at_manager.submit(f"{CONTRACTS}/new", typed, seen=seen) for _ in range(2)]
    assert len({answer.headers["location"] for answer in answers}) == 1
    assert count(office, "contracts", "title = 'Once only'") == 1


def test_a_cancellation_has_a_reason_and_gives_the_quota_back(at_manager, at_user, manager):
    contract = agree(manager, 100, code="BACK-1")
    location = at_user.submit(NEW, sending(contract, 60)).headers["location"]
    path = f"{location}/cancel"
    assert "BACK-1 has 100 pieces left then, instead of 40." in words(at_manager.page(path))
    silent = at_manager.submit(path, {"reason": ""})
    assert silent.status == 422 and "Why must not be empty." in words(silent)
    assert at_manager.submit(path, {"reason": "Sent back"}).status == 303
    text = words(at_manager.page(location))
    assert "cancelled" in text and "Sent back" in text and "Manoj Verma" in text
    assert f"{location}/cancel" not in at_manager.page(location)
    again = at_manager.submit(path, {"reason": "Once more"})
    assert again.status == 409
    assert "Only an accepted shipment can be cancelled" in words(again)
    assert look(manager, contract)["remaining"] == 100


def test_shipments_are_filtered_by_the_readers_days_and_exported(at_manager, manager, user):
    contract = agree(manager, 1000, unit="crates")
    for quantity in [1, 2, 3]:
        shipped(user, contract, quantity, reference=f"DAY-{quantity}")
    ship(user, contract, 2000)
    base = f"{SHIPMENTS}?contractId={contract['id']}"
    assert cells(at_manager.page(base), "Quantity") == [
        "2,000 crates", "3 crates", "2 crates", "1 crates"]
    assert cells(at_manager.page(f"{base}&status=blocked"), "Quantity") == ["2,000 crates"]
    assert cells(at_manager.page(f"{base}&q=DAY-2"), "Reference") == ["DAY-2"]
    today = moment(5.5 * 3600)[:10]
    assert len(cells(at_manager.page(f"{base}&from={today}&to={today}"), "Quantity")) == 4
    assert "Nothing matches" in at_manager.page(f"{base}&from=2020-01-01&to=2020-01-31")
    file = rows_of(at_manager.get(f"{base}&format=csv&sort=createdAt"))
    assert [(row["Quantity"], row["Unit"], row["Status"], row["Reason"]) for row in file] == [
        ("1", "crates", "accepted", ""), ("2", "crates", "accepted", ""),
        ("3", "crates", "accepted", ""), ("2000", "crates", "blocked", "quota_exceeded")]


# Who may what.

def test_everybody_sees_the_own_shipments_and_managers_all(at_user, at_manager, manager, office):
    contract = agree(manager, 100)
    mine = at_user.submit(NEW, sending(contract, 5)).headers["location"]
    theirs = at_manager.submit(NEW, sending(contract, 7)).headers["location"]
    base = f"{SHIPMENTS}?contractId={contract['id']}"
    assert cells(at_user.page(base), "Quantity") == ["5 pieces"]
    assert cells(at_manager.page(base), "Quantity") == ["7 pieces", "5 pieces"]
    assert at_user.get(theirs).status == 404 and at_user.get(mine).status == 200
    assert at_manager.get(mine).status == 200
    assert cells(at_user.page(at(contract)), "Quantity") == ["5 pieces"]
    assert "Your latest shipments" in words(at_user.page(at(contract)))


def test_buttons_are_there_for_those_who_may(at_user, at_manager, at_admin, manager, user):
    contract = agree(manager, 100)
    shipment = at_user.submit(NEW, sending(contract, 5)).headers["location"]
    sees = {}
    for name, person in [("user", at_user), ("manager", at_manager), ("admin", at_admin)]:
        text = person.page(at(contract)) + person.page(CONTRACTS) + person.page(shipment)
        sees[name] = [link in text for link in [
            f"{NEW}?contractId={contract['id']}", f"{CONTRACTS}/new", at(contract, "/edit"),
            at(contract, "/history"), at(contract, "/lock"), f"{shipment}/cancel"]]
    assert sees == {
        "user": [True, False, False, False, False, False],
        "manager": [True, True, True, True, False, True],
        "admin": [True, True, True, True, True, True]}
    for person, paths in [
            (at_user, [f"{CONTRACTS}/new", at(contract, "/edit"), at(contract, "/history"),
                       at(contract, "/lock"), at(contract, "/unlock"), f"{shipment}/cancel"]),
            (at_manager, [at(contract, "/lock"), at(contract, "/unlock")])]:
        for path in paths:
            assert person.get(path).status == 403, path


def test_a_form_without_our_secret_changes_nothing(at_admin, manager, user):
    contract = agree(manager, 100)
    shipment = shipped(user, contract, 5)
    for path, fields in [
            (f"{CONTRACTS}/new", {"title": "Forged", "quota": "1"}),
            (at(contract, "/edit"), {"title": "Forged", "quota": "1", "version": "1"}),
            (at(contract, "/lock"), {"reason": "Forged"}), (at(contract, "/unlock"), {}),
            (NEW, sending(contract, 1)),
            (f"{SHIPMENTS}/{shipment['id']}/cancel", {"reason": "Forged"})]:
        for secret in [{}, {"csrf": "guessed"}]:
            answer = at_admin.submit(path, fields, seen=secret)
            assert answer.status == 403 and "not from here" in answer.body.decode(), path
    after = look(manager, contract)
    assert (after["title"], after["version"], after["shipped"]) == ("Packs", 1, 5)


def test_what_somebody_typed_is_never_markup(at_admin, at_user, manager, user):
    contract = agree(manager, 100, title=PROBE, customer=PROBE, code=PROBE[:60], unit=PROBE[:40])
    shipment = shipped(user, contract, 5, reference=PROBE, destination=PROBE)
    at_admin.submit(at(contract, "/lock"), {"reason": PROBE})
    refused = at_user.submit(NEW, sending(contract, 5, reference=PROBE))
    pages = [at_admin.page(path) for path in [
        "/admin", CONTRACTS, at(contract), at(contract, "/edit"), at(contract, "/history"),
        at(contract, "/unlock"), SHIPMENTS, f"{SHIPMENTS}/{shipment['id']}",
        f"{SHIPMENTS}/{shipment['id']}/cancel", f"{NEW}?contractId={contract['id']}",
        "/admin/search?q=alert%281"]]
    for page in pages + [refused.body.decode()]:
        assert "<script>alert" not in page and "<img" not in page
        assert "alert(1)" in page


# The first page, and the search.

def test_the_overview_has_numbers_bars_and_the_newest(office, at_manager, manager, user):
    contract = agree(manager, 1000, code="OVER-1", title="Nearly full")
    shipped(user, contract, 999)
    counted = {status: count(office, "contracts", f"status = '{status}' AND "
                             "(ends_at IS NULL OR ends_at > UTC_TIMESTAMP(3))")
               for status in ["active", "blocked", "locked"]}
    page = at_manager.page("/admin")
    figures = dict(re.findall(r"<dt>(?:<a[^>]*>)?([^<]*)(?:</a>)?</dt><dd>([\d,]*)", page))
    for status in ["active", "locked"]:
        assert figures[f"Contracts {status}"] == f"{counted[status]:,}"
    assert int(figures["Shipped today"].replace(",", "")) >= 1
    assert "Nearly full" in page and "999 of 1,000" in words(page)
    assert '<svg class="chart chart-bar"' in page and "Shipments per hour" in page
    assert page.index("Contracts and shipments") < page.index(">Health<")


def test_a_user_sees_the_own_numbers(at_user):
    text = words(at_user.page("/admin"))
    assert "Your shipments per hour" in text and "Your latest shipments" in text


def test_the_search_finds_contracts_and_shipments_that_one_may_see(
        at_user, at_manager, manager, user):
    contract = agree(manager, 100, code="SEEK-77", title="Zirconium rings")
    mine = at_user.submit(NEW, sending(contract, 5, reference="ZR-OWN")).headers["location"]
    theirs = shipped(user, contract, 6, reference="ZR-THEIRS")

    def found(person, text):
        page = person.page(f"/admin/search?q={urllib.parse.quote(text)}")
        results = page.split('<div class="found">')[1].split("</div>")[0]
        return re.findall(r'href="([^"]+)"', results)

    for text in ["SEEK-77", "zirconium", contract["id"]]:
        assert found(at_user, text) == [at(contract)]
    assert found(at_user, "ZR-") == [mine]
    assert found(at_user, theirs["id"]) == []
    assert found(at_manager, theirs["id"]) == [f"{SHIPMENTS}/{theirs['id']}"]
    assert set(found(at_manager, "ZR-")) == {mine, f"{SHIPMENTS}/{theirs['id']}"}
    assert found(at_user, "é🚀") == []
