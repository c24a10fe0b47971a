"""Refusals: their documents, and which of two comes first."""

import itertools

import pytest

from callers import NO_NOTE, NOTE, NOTES, Caller, forget_notes, sign_in
from conftest import PROVING, make_stack, running
from test_rate_limits import while_redis_answers

MEBIBYTE = 1024 * 1024
ANONYMOUS_MAX = 100
USER_MAX = 5
MINE = "/api/v1/proving/mine"
BROKEN = "{"
INVALID = {"title": "", "quantity": 0}


@pytest.fixture(scope="module")
def limited_proving():
    yield from running(make_stack(
        "refusals", PROVING, ENTREPOT_RATE_LIMIT_FACTOR="1",
        ENTREPOT_RATE_USER=f"{USER_MAX}/3600"))


@pytest.fixture
def caller(proving):
    forget_notes(proving)
    return Caller(proving)


def test_a_problem_has_all_its_members(caller):
    answer = caller.get(NO_NOTE)
    assert set(answer.problem) == {"type", "title", "status", "code", "detail", "requestId"}
    assert answer.headers["cache-control"] == "no-store"


def test_all_invalid_fields_are_said_at_once(caller):
    answer = caller.post(NOTES, {"title": "x" * 201, "quantity": 1.5, "tags": ["a", ""]})
    assert (answer.status, answer.problem["code"]) == (422, "validation_failed")
    assert answer.problem["detail"]
    errors = {error.pop("field"): error for error in answer.problem["errors"]}
    assert {field: error["code"] for field, error in errors.items()} == {
        "title": "too_long", "quantity": "wrong_type", "tags": "too_short"}
    assert all(set(error) == {"code", "message"} for error in errors.values())


@pytest.mark.parametrize("quantity, code", [
    (0, "too_small"), (10**9 + 1, "too_large"), (10**18, "too_large"), ("1", "wrong_type"),
    (1.5, "wrong_type"), (None, "required"), (True, "wrong_type"), ([], "wrong_type")])
def test_a_number_out_of_bounds_is_refused(caller, quantity, code):
    answer = caller.post(NOTES, NOTE | {"quantity": quantity})
    [error] = answer.problem["errors"]
    assert (answer.status, error["field"], error["code"]) == (422, "quantity", code)


def test_a_refusal_that_numbers_decide_says_them(caller):
    note = caller.make_note(quantity=7)
    problem = caller.post(f"{NOTES}/{note['id']}/refuse").problem
    assert (problem["status"], problem["code"]) == (409, "note_refused")
    assert (problem["limit"], problem["current"]) == (0, 8)
    assert caller.get(f"{NOTES}/{note['id']}").json == note, "what was done before is undone"


def test_a_fault_tells_nothing_of_the_inside(caller):
    answer = caller.get("/contracts/1")
    assert (answer.status, answer.problem["code"]) == (500, "internal_error")
    for secret in ["SELECT", "select", "contracts'", "entrepot.", "/", "swift", "MariaDB"]:
        assert secret not in answer.problem["detail"]


class World:
    """What the refusals of a test are made with: callers and addresses that nobody had before."""

    def __init__(self, stack, number):
        self.stack = stack
        net = f"127.0.{number}"
        self.anonymous = Caller(stack, f"{net}.1")
        self.fresh = Caller(stack, f"{net}.2", sign_in(stack, "admin", subject=f"usr_a{number}"))
        self.fresh_user = Caller(stack, f"{net}.3", sign_in(stack, subject=f"usr_b{number}"))
        self.spent_user = Caller(stack, f"{net}.4", sign_in(stack, subject=f"usr_c{number}"))
        self.spent_address = Caller(stack, f"{net}.5")
        self.note = self.fresh.make_note()["id"]

    def spend(self):
        for _ in range(USER_MAX):
            assert self.spent_user.get(MINE).status == 200
        for _ in range(ANONYMOUS_MAX):
            self.spent_address.get(NO_NOTE)
        return self


NUMBERS = itertools.count(1)


def large(world):
    return b'"' + b"x" * MEBIBYTE + b'"'


# Each case is a request that deserves two refusals; the status is that of the one that comes first.
FIRST_OF_TWO = {
    "413 before 404 of a route": (
        413, lambda w: w.anonymous.send("POST", "/api/v1/nowhere", large(w))),
    "413 before 405": (413, lambda w: w.anonymous.send("PUT", NOTES, large(w))),
    "413 before 401": (413, lambda w: w.anonymous.send("DELETE", NO_NOTE, large(w))),
    "413 before 415": (413, lambda w: w.anonymous.send("POST", NOTES, large(w), "text/plain")),
    "404 of a route before 429": (404, lambda w: w.spent_address.get("/api/v1/nowhere")),
    "404 of a route before 400": (404, lambda w: w.anonymous.get("/api/v1/nowhere?a=%zz")),
    "405 before 429": (405, lambda w: w.spent_address.delete(NOTES)),
    "405 before 400": (405, lambda w: w.anonymous.send("PUT", NOTES, BROKEN)),
    "405 before 401": (405, lambda w: w.anonymous.post(MINE)),
    "429 by address before 401": (429, lambda w: w.spent_address.get(MINE)),
    "429 by address before 415": (
        429, lambda w: w.spent_address.send("POST", NOTES, "x", "text/plain")),
    "401 before 415": (401, lambda w: w.anonymous.send("DELETE", NO_NOTE, "x", "text/plain")),
    "401 before 400": (401, lambda w: w.anonymous.get(MINE + "?a=%zz")),
    "403 before 429 by caller": (403, lambda w: w.spent_user.delete(NO_NOTE)),
    "403 before 415": (403, lambda w: w.fresh_user.send("DELETE", NO_NOTE, "x", "text/plain")),
    "403 before 404 of a row": (403, lambda w: w.fresh_user.delete(NO_NOTE)),
    "429 by caller before 415": (
        429, lambda w: w.spent_user.send("PATCH", NO_NOTE, "x", "text/plain")),
    "429 by caller before 404 of a row": (429, lambda w: w.spent_user.get(NO_NOTE)),
    "415 before 400": (415, lambda w: w.fresh.send("POST", NOTES, BROKEN, "text/plain")),
    "415 before 404 of a row": (415, lambda w: w.fresh.send("PATCH", NO_NOTE, "{}", "text/plain")),
    "415 before 400 of a query": (
        415, lambda w: w.fresh.send("POST", NOTES + "?a=%zz", "{}", "text/plain")),
    "400 before 404 of a row": (400, lambda w: w.fresh.send("PATCH", NO_NOTE, BROKEN)),
    "400 of a key before 404 of a row": (
        400, lambda w: w.fresh.post(f"{NO_NOTE}/refuse", headers={"Idempotency-Key": "a b"})),
    "400 of a key before 422": (
        400, lambda w: w.fresh.post(NOTES, INVALID, headers={"Idempotency-Key": "a b"})),
    "404 of a row before 412": (
        404, lambda w: w.fresh.patch(NO_NOTE, {}, headers={"If-Match": '"9"'})),
    "404 of a row before 422": (404, lambda w: w.fresh.patch(NO_NOTE, INVALID)),
    "412 before 422": (
        412, lambda w: w.fresh.patch(f"{NOTES}/{w.note}", INVALID, headers={"If-Match": '"9"'})),
}


@pytest.mark.parametrize("case", FIRST_OF_TWO)
def test_of_two_refusals_the_documented_one_comes_first(limited_proving, case):
    status, ask = FIRST_OF_TWO[case]

    def attempt():
        world = World(limited_proving, next(NUMBERS))
        if any(name.startswith("spent") for name in ask.__code__.co_names):
            world.spend()
        answer = ask(world)
        assert answer.status == status, answer
        assert answer.problem

    while_redis_answers(limited_proving, attempt)
