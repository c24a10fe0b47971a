"""Contracts on pages, by people without a script: what each may do, what is refused in words, and
what the first page and the search show of them."""

import html
import re
import urllib.parse

from agreements import agree, events, look, rows, shipped
from client import eventually
from populace import count, rows_of
from trade_pages import CONTRACTS, NEW, SHIPMENTS, at, cells, hidden, sending, values, words

SEARCHED_MAX = 5000


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
    unlock = at(contract, "/unlock")
    assert "It says why: Audit" in words(at_admin.page(unlock))
    long = at_admin.submit(unlock, {"reason": "r" * 501})
    assert long.status == 422 and "Why must have at most 500 characters." in words(long)
    assert look(manager, contract)["status"] == "locked"
    assert at_admin.submit(unlock, {"reason": "Counted"}).status == 303
    assert look(manager, contract)["status"] == "active"
    newest = cells(at_admin.page(at(contract)), "Changed")[0]
    assert "Status locked → active" in newest and newest.endswith("Reason: Counted")


def test_whoever_unlocks_a_contract_need_not_say_why(at_admin, manager):
    contract = agree(manager)
    at_admin.submit(at(contract, "/lock"), {"reason": "Audit"})
    assert at_admin.submit(at(contract, "/unlock"), {}).status == 303
    assert look(manager, contract)["status"] == "active"
    assert "Reason:" not in cells(at_admin.page(at(contract)), "Changed")[0]


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


# The first page, and the search.

def test_the_overview_has_numbers_bars_and_the_newest(office, at_manager, manager, user):
    contract = agree(manager, 1_000_000, code="OVER-1", title="Nearly full")
    shipped(user, contract, 999_000)

    def counted(status):
        number = count(office, "contracts", f"status = '{status}' AND "
                       "(ends_at IS NULL OR ends_at > UTC_TIMESTAMP(3))")
        return f"{number:,}"

    def told():
        """The page, when no contract ended and no day began while it was looked at."""
        shipped(user, contract, 1)
        page = at_manager.page("/admin")
        figures = dict(re.findall(r"<dt>(?:<a[^>]*>)?([^<]*)(?:</a>)?</dt><dd>([\d,]*)", page))
        is_right = int(figures["Shipped today"].replace(",", "")) >= 1 and all(
            figures[f"Contracts {status}"] == counted(status) for status in ["active", "locked"])
        return page if is_right else None

    page = eventually(told)
    assert "Nearly full" in page
    assert f"{look(manager, contract)['shipped']:,} of 1,000,000" in words(page)
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


def test_the_search_finds_an_old_shipment_by_how_its_reference_begins(
        office, at_manager, manager, user):
    contract = agree(manager)
    old = shipped(user, contract, 5, reference="AGED 1998/7")
    rows(office, f"UPDATE shipments SET created_at = '2000-01-01' WHERE id = '{old['id']}'")
    # More than are looked through for a text anywhere, all of them newer.
    rows(office, f"""
        INSERT INTO shipments (id, contract_id, quantity, status, created_by, created_at)
        SELECT CONCAT('shp_', LPAD(seq, 26, '0')), '{contract['id']}', 1, 'blocked', 'usr_user',
            '2000-01-02' FROM seq_1_to_{SEARCHED_MAX}""")
    try:
        for text, isFound in [("aged 1998", True), ("AGED 1998/7", True), ("1998/7", False)]:
            page = at_manager.page(f"/admin/search?q={urllib.parse.quote(text)}")
            assert (old["id"] in page) == isFound, text
    finally:
        rows(office, f"DELETE FROM shipments WHERE contract_id = '{contract['id']}' "
                     "AND created_at = '2000-01-02'")
