"""Regions of pages: what they follow, that alone they are what they are within their page, and that
the page says from where to follow."""

import re

import pytest

from agreements import agree, rows, shipped
from callers import Visitor, make_id
from client import Client, eventually
from order import settle
from populace import person_id
from regions import Regions, source

# What each page's regions follow, for an admin and for a manager.
FOLLOWED = {
    "/admin": ({"contracts", "shipments", "alerts", "wallets/{me}", "system", "*"},
               {"contracts", "shipments", "wallets/{me}", "users/{me}", "energy/{me}"}),
    "/admin/contracts": ({"contracts"}, {"contracts"}),
    "/admin/contracts/{contract}": ({"contracts/{contract}"}, {"contracts/{contract}"}),
    "/admin/contracts/{contract}/history": ({"contracts/{contract}"}, {"contracts/{contract}"}),
    "/admin/shipments?status=accepted&q=": ({"shipments"}, {"shipments"}),
    "/admin/shipments/{shipment}": ({"contracts/{contract}"}, {"contracts/{contract}"}),
    "/admin/wallets": ({"*"}, set()),
    "/admin/wallets/{user}": ({"wallets/{user}"}, set()),
    "/admin/wallets/{me}": ({"wallets/{me}"}, {"wallets/{me}"}),
    "/admin/ledger": ({"*"}, {"contracts"}),
    "/admin/ledger/{quota}": ({"contracts/{contract}"}, {"contracts/{contract}"}),
    "/admin/ledger/{wallet}": ({"wallets/{user}"}, set()),
    "/admin/ledger/{cash}": ({"*"}, {"contracts"}),
    "/admin/ledger/transfers/{transfer}": (set(), set()),
    "/admin/events?type=shipment.accepted": ({"*"}, None),
    "/admin/jobs": (set(), None),
    "/admin/jobs/ledger.verify": (set(), None),
    "/admin/system": (set(), None),
}


@pytest.fixture(scope="module")
def names(office, manager):
    """Ids of one of each kind of thing."""
    contract = agree(manager)
    shipment = shipped(manager, contract, 10)
    user = person_id(office, "user@example.com")

    def account(where):
        return rows(office, f"SELECT id FROM ledger_accounts WHERE {where} LIMIT 1")[0][0]
    return {
        "contract": contract["id"], "shipment": shipment["id"], "user": user,
        "quota": account(f"owner = '{contract['id']}'"),
        "wallet": account(f"owner = '{user}' AND kind = 'wallet'"),
        "cash": account("owner = 'platform' AND kind = 'cash'"),
        "transfer": rows(office, "SELECT id FROM ledger_transfers LIMIT 1")[0][0],
    }


def filled(text, names, office, who):
    return text.format(**names, me=person_id(office, f"{who}@example.com"))


@pytest.mark.parametrize("path", FOLLOWED)
@pytest.mark.parametrize("who", ["admin", "manager"])
def test_regions_follow_what_their_reader_may_follow(office, names, request, path, who):
    visitor = request.getfixturevalue(f"at_{who}")
    answer = visitor.get(filled(path, names, office, who))
    followed = FOLLOWED[path][who == "manager"]
    if followed is None:
        assert answer.status == 403
        return
    page = Regions(answer.body.decode())
    assert page.given
    topics = {topic for given in page.given.values() for topic in given["data-follow"].split()}
    assert topics == {filled(topic, names, office, who) for topic in followed}
    caller = request.getfixturevalue("office_admin" if who == "admin" else "manager")
    asked = "".join(f"&topic={topic}" for topic in topics - {"*"})
    if "/{me}" not in "".join(followed) and asked:
        assert caller.get(f"/api/v1/events?after={page.cursor}{asked}").status == 200


def at_rest(visitor, path, ask):
    """A page, and what was asked for while nothing happened that changes it."""
    def look():
        before = Regions(visitor.page(path))
        asked = ask(before)
        after = Regions(visitor.page(path))
        return (before, asked) if shown(before, path) == shown(after, path) else None

    return eventually(look)


def shown(regions, path):
    """What is measured, and how far a curve goes, is another by now."""
    return [*regions.found] if "/system" in path else {
        identity: until_now(markup) for identity, markup in regions.found.items()}


def until_now(markup):
    return re.sub(r"<svg.*</figure>", "", markup) if 'id="live-use"' in markup else markup


@pytest.mark.parametrize("path", FOLLOWED)
def test_a_region_alone_is_what_it_is_within_its_page(office, names, at_admin, path):
    path = filled(path, names, office, "admin")
    page, alone = at_rest(at_admin, path, lambda page: {
        identity: at_admin.get(source(page, identity)) for identity in page.found})
    assert list(page.found) == list(page.given)
    parts = {}
    for identity, answer in alone.items():
        assert answer.headers["cache-control"] == "no-store"
        assert "<main" not in answer.body.decode()
        part = Regions(answer.body.decode())
        assert list(part.found) == [identity]
        parts |= shown(part, path) if "/system" not in path else {}
    assert "/system" in path or parts == shown(page, path)


def test_regions_are_asked_for_together(at_admin):
    page, both = at_rest(at_admin, "/admin", lambda _: at_admin.page(
        "/admin?region=live-shipments&region=live-fullest"))
    assert Regions(both).found == {
        name: page.found[name] for name in ["live-fullest", "live-shipments"]}
    assert Regions(at_admin.page("/admin?region=live-none")).found == {}


def test_a_region_needs_what_its_page_needs(office, names, at_user):
    for path in ["/admin/events", "/admin/jobs", "/admin/system", "/admin/ledger"]:
        assert at_user.get(f"{path}?region=live-list").status == 403
    assert at_user.get(f"/admin/shipments/{names['shipment']}?region=live-detail").status == 404
    nobody = Client(office).get("/admin?region=live-contracts")
    assert (nobody.status, nobody.headers["location"]) == (
        303, "/admin/login?next=%2Fadmin%3Fregion%3Dlive-contracts")


def test_a_page_says_from_where_to_follow_and_its_regions_do_not(office, manager, at_admin):
    before = manager.get("/api/v1/contracts").headers["event-cursor"]
    answer = at_admin.get("/admin/contracts")
    cursor = answer.headers["event-cursor"]
    assert Regions(answer.body.decode()).cursor == cursor
    assert int(cursor) >= int(before)
    assert "event-cursor" not in at_admin.get("/admin/contracts?region=live-list").headers


def test_a_page_that_follows_nothing_has_no_part_of_it(at_admin):
    text = at_admin.page("/admin/users")
    assert "data-follow" not in text and "live.js" not in text and "connection" not in text


# The newest events of all, on the first page.

def test_the_first_page_tells_of_the_newest_events_that_its_reader_may_see(
        office, manager, at_admin, at_user, at_manager):
    contract = agree(manager, code="NEWEST-1")
    shipment = shipped(manager, contract, 1)
    eventually(lambda: shipment["id"] in at_admin.page("/admin?region=live-events"))
    told = {name: Regions(visitor.page("/admin")).found["live-events"] for name, visitor in
            [("admin", at_admin), ("manager", at_manager), ("user", at_user)]}
    for text in told.values():
        assert "shipment.accepted" in text and "contract.created" in text
        assert f'<a href="/admin/contracts/{contract["id"]}">' in text
    assert f'href="/admin/shipments/{shipment["id"]}"' in told["admin"]
    assert f'href="/admin/shipments/{shipment["id"]}"' in told["manager"]
    # Whose it was, and so its page, is not for others.
    assert f'href="/admin/shipments/{shipment["id"]}"' not in told["user"]
    assert 'href="/admin/events/' in told["admin"]
    assert 'href="/admin/events' not in told["manager"] + told["user"]


def test_a_wallets_news_stand_on_its_owners_first_page_and_no_others(office, office_admin):
    credited = [person_id(office, "host@example.com"), person_id(office, "seller@example.com")]
    pages = []
    for person in credited:
        answer = office_admin.post(
            f"/api/v1/admin/wallets/{person}/credit", {"amount": 100, "reason": make_id("why")})
        assert answer.status == 201, answer
    settle(office)
    at_last = Visitor(office, credited[1])
    eventually(lambda: "wallet.credited" in at_last.page("/admin?region=live-events"))
    for person in credited:
        pages.append(Regions(Visitor(office, person).page("/admin")).found["live-events"])
    for page, own, other in zip(pages, credited, reversed(credited)):
        assert f'href="/admin/wallets/{own}"' in page
        assert other not in page
