"""The entries of a wallet: walked, filtered, and one's own alone."""

import base64

import pytest

from callers import make_id
from money import TRANSACTIONS, rich, sent
from people import invalid, operator, refused


@pytest.fixture(scope="module")
def bank(identity):
    return identity


def numbers(answer, *names):
    return [answer[name] for name in names]


@pytest.fixture(scope="module")
def history(bank):
    """Somebody with 25 entries, some minutes between them by the database's clock."""
    one, other = rich(bank, 100_000), rich(bank)
    for number in range(23):
        sent(one, other, 100 + number, note=f"number {number}")
    sent(other, one, 7)
    return one, other


def walk(person, **query):
    seen, cursor, text = [], None, "&".join(f"{name}={value}" for name, value in query.items())
    while True:
        page = person.get(f"{TRANSACTIONS}?{text}" + (f"&cursor={cursor}" if cursor else "")).json
        seen += page["items"]
        cursor = page["page"]["next"]
        if not cursor:
            return seen, page["page"]["total"]


def test_entries_are_walked_once_by_cursor_and_by_page(history):
    one, _ = history
    items, total = walk(one, limit=7)
    assert len(items) == total == 25
    assert [item["balanceAfter"] for item in items[:2]] == [100_000 - sum(range(100, 123)) + 7,
                                                           100_000 - sum(range(100, 123))]
    for newer, older in zip(items, items[1:]):
        assert newer["balanceAfter"] - newer["amount"] == older["balanceAfter"]
    pages = [item for page in range(1, 5)
             for item in one.get(f"{TRANSACTIONS}?limit=7&page={page}").json["items"]]
    assert pages == items
    ascending, _ = walk(one, limit=7, sort="createdAt")
    assert ascending == items[::-1]


def test_entries_are_filtered_by_type_and_time(history):
    one, other = history
    credits, total = walk(one, type="wallet.credit")
    assert (len(credits), total) == (1, 1)
    assert numbers(credits[0], "amount", "description") == [100_000, "to begin with"]
    everything, _ = walk(one, limit=100)
    at = everything[10]["createdAt"]
    since, total = walk(one, **{"from": at})
    assert [item["id"] for item in since] == [
        item["id"] for item in everything if item["createdAt"] >= at]
    assert total == len(since)
    before, _ = walk(one, to=at, limit=3)
    assert [item["id"] for item in before] == [
        item["id"] for item in everything if item["createdAt"] < at]
    for query in [{"type": "energy.sale"}, {"type": "%C3%A9"}, {"from": "2999-01-01T00:00:00Z"},
                  {"to": "2001-01-01T00:00:00Z"}, {"from": at, "to": "2001-01-01T00:00:00Z"}]:
        assert walk(one, **query) == ([], 0), query


def test_only_ones_own_entries_are_shown(bank, history):
    one, other = history
    id = other.get(f"{TRANSACTIONS}?limit=1").json["items"][0]["id"]
    assert other.get(f"{TRANSACTIONS}/{id}").status == one.get(f"{TRANSACTIONS}/{id}").status == 200
    stranger = rich(bank, 5)
    for caller in [stranger, operator(bank)]:
        refused(caller.get(f"{TRANSACTIONS}/{id}"), 404, "not_found")
    assert {item["type"] for item in stranger.get(TRANSACTIONS).json["items"]} == {"wallet.credit"}
    for id in ["x", make_id("trf"), make_id("usr"), "%C3%A9"]:
        refused(one.get(f"{TRANSACTIONS}/{id}"), 404, "not_found")


@pytest.mark.parametrize("query, wrong", [
    ("cursor=x", {"cursor": "invalid_cursor"}),
    ("cursor=WyJhIl0", {"cursor": "invalid_cursor"}),
    ("limit=101&page=0", {"limit": "too_large", "page": "too_small"}),
    ("sort=amount", {"sort": "not_allowed"}),
    ("from=x&to=y", {"from": "invalid_time", "to": "invalid_time"})])
def test_a_query_that_cannot_be_is_refused(bank, history, query, wrong):
    for person in [history[0], rich(bank)]:
        invalid(person.get(f"{TRANSACTIONS}?{query}"), **wrong)


def test_cursors_that_somebody_makes_up_lead_nowhere_else(history):
    one, _ = history
    for number in ["9223372036854775807", "-9223372036854775808", "0"]:
        cursor = base64.urlsafe_b64encode(f"[{number}]".encode()).decode().rstrip("=")
        for sort in ["createdAt", "-createdAt"]:
            answer = one.get(f"{TRANSACTIONS}?cursor={cursor}&sort={sort}")
            assert answer.status == 200, answer
