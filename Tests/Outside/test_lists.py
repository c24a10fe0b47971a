"""Lists: pages, cursors, order and totals."""

import pytest

from callers import NOTE, NOTES, Caller, forget_notes, packed
from stack.mariadb import DATABASE

TOTAL_MAX = 10_000


@pytest.fixture
def caller(proving):
    forget_notes(proving)
    return Caller(proving)


def insert_notes(stack, count):
    """So many, each a second older than the one before, without their round trips."""
    stack.mariadb.query(f"""
INSERT INTO proving_notes (id, title, quantity, created_at)
SELECT CONCAT('nte_', LPAD(seq, 26, '0')), seq, seq, '2026-01-01' - INTERVAL seq SECOND
FROM seq_1_to_{count}""", DATABASE)


def titles(answer):
    assert answer.status == 200, answer
    return [item["title"] for item in answer.json["items"]]


def walk(caller, limit, sort="", between=lambda: None):
    """All titles, page after page by cursor."""
    found, cursor = [], ""
    while cursor is not None:
        answer = caller.get(f"{NOTES}?limit={limit}&sort={sort}&cursor={cursor}")
        found += titles(answer)
        assert len(answer.json["items"]) <= limit
        cursor = answer.json["page"]["next"]
        between()
    return found


def test_an_empty_list_is_a_list(caller):
    answer = caller.get(NOTES)
    assert answer.json == {
        "items": [], "page": {"page": 1, "limit": 20, "total": 0, "next": None}}


def test_a_page_says_where_it_is(caller):
    insert_notes(caller.stack, 57)
    first = caller.get(NOTES).json
    assert [len(first["items"]), first["page"]["limit"], first["page"]["total"]] == [20, 20, 57]
    assert first["page"]["page"] == 1 and first["page"]["next"]
    last = caller.get(f"{NOTES}?page=3").json
    assert len(last["items"]) == 17
    assert last["page"] == {"page": 3, "limit": 20, "total": 57, "next": None}
    past = caller.get(f"{NOTES}?page=4").json
    assert past["items"] == [] and past["page"]["next"] is None


def test_newest_come_first_unless_said_otherwise(caller):
    insert_notes(caller.stack, 5)
    assert titles(caller.get(NOTES)) == list("12345")
    assert titles(caller.get(f"{NOTES}?sort=-createdAt")) == list("12345")
    assert titles(caller.get(f"{NOTES}?sort=createdAt")) == list("54321")


@pytest.mark.parametrize("limit", [1, 7, 20, 100])
@pytest.mark.parametrize("sort", ["", "createdAt"])
def test_a_cursor_leads_to_the_end(caller, limit, sort):
    insert_notes(caller.stack, 40)
    expected = [str(number) for number in range(1, 41)]
    assert walk(caller, limit, sort) == (expected[::-1] if sort else expected)


def test_a_page_that_is_just_full_is_the_last(caller):
    insert_notes(caller.stack, 20)
    assert caller.get(NOTES).json["page"]["next"] is None


def test_a_walk_misses_nothing_and_repeats_nothing_while_others_insert(caller):
    insert_notes(caller.stack, 40)
    expected = [str(number) for number in range(1, 41)]
    assert walk(caller, 7, between=lambda: caller.make_note(title="new")) == expected


def test_notes_of_one_moment_are_told_apart(caller):
    insert_notes(caller.stack, 30)
    caller.stack.mariadb.query("UPDATE proving_notes SET created_at = '2026-01-01'", DATABASE)
    assert sorted(map(int, walk(caller, 7))) == list(range(1, 31))


@pytest.mark.parametrize("query, code", [
    ("limit=0", "too_small"), ("limit=101", "too_large"), ("limit=-1", "too_small"),
    ("limit=x", "wrong_type"), ("limit=1.5", "wrong_type"), ("limit=9" + "0" * 30, "wrong_type"),
    ("page=0", "too_small"), ("page=-1", "too_small"), ("page=1000001", "too_large"),
    ("cursor=x", "invalid_cursor"), ("cursor=" + "A" * 600, "invalid_cursor"),
    ("cursor=" + packed([]), "invalid_cursor"), ("cursor=" + packed({"a": 1}), "invalid_cursor"),
    ("cursor=" + packed(["x", "y"]), "invalid_cursor"), ("cursor=" + packed([1]), "invalid_cursor"),
    ("cursor=" + packed([1.5, "nte_"]), "invalid_cursor"),
    ("sort=title", "not_allowed"), ("sort=--createdAt", "not_allowed"),
    ("sort=created_at;DROP", "not_allowed"),
])
def test_what_is_out_of_bounds_is_refused_by_name(caller, query, code):
    answer = caller.get(f"{NOTES}?{query}")
    assert answer.status == 422
    [error] = answer.problem["errors"]
    assert (error["field"], error["code"]) == (query.partition("=")[0], code)
    assert error["message"]


def test_all_that_is_wrong_with_a_query_is_said_at_once(caller):
    answer = caller.get(f"{NOTES}?limit=0&page=0&cursor=x&sort=x")
    assert {error["field"] for error in answer.problem["errors"]} == {
        "limit", "page", "cursor", "sort"}


@pytest.mark.parametrize("milliseconds", [2**63 - 1, -2**63, 253402300800000, -62135596800001, 0])
def test_a_cursor_of_no_time_that_there_is_breaks_nothing(caller, milliseconds):
    answer = caller.get(f"{NOTES}?cursor={packed([milliseconds, 'nte_'])}")
    assert answer.status in (200, 422), answer


def test_a_broken_escape_is_malformed(caller):
    answer = caller.get(f"{NOTES}?limit=%zz")
    assert (answer.status, answer.problem["code"]) == (400, "malformed_request")


def test_a_total_is_exact_to_ten_thousand_and_capped_past_it(caller):
    insert_notes(caller.stack, TOTAL_MAX)
    page = caller.get(NOTES).json["page"]
    assert page["total"] == TOTAL_MAX and "totalCapped" not in page
    caller.post(NOTES, NOTE)
    page = caller.get(NOTES).json["page"]
    assert (page["total"], page["totalCapped"]) == (TOTAL_MAX, True)
    deep = caller.get(f"{NOTES}?page=101&limit=100").json
    assert len(deep["items"]) == 1 and deep["page"]["next"] is None
