"""dryRun=true: everything is checked and done as it would be, and nothing is kept."""

import pytest

from callers import NO_NOTE, NOTE, NOTES, Caller, count_notes, forget_notes, sign_in


@pytest.fixture
def caller(proving):
    forget_notes(proving)
    return Caller(proving, token=sign_in(proving, "admin"))


def is_dry(answer):
    return answer.headers.get_all("dry-run") == ["true"]


def test_a_dry_post_answers_as_it_would_and_keeps_nothing(caller):
    answer = caller.post(f"{NOTES}?dryRun=true", NOTE)
    assert answer.status == 201 and is_dry(answer)
    assert set(answer.json) == set(caller.make_note())
    assert answer.headers["location"] == f"{NOTES}/{answer.json['id']}"
    assert caller.get(answer.headers["location"]).status == 404
    assert count_notes(caller.stack) == 1


def test_a_dry_change_and_a_dry_deletion_leave_the_object(caller):
    note = caller.make_note()
    path = f"{NOTES}/{note['id']}"
    changed = caller.patch(f"{path}?dryRun=true", {"quantity": 9})
    assert is_dry(changed)
    assert (changed.json["quantity"], changed.json["version"]) == (9, 2)
    deleted = caller.delete(f"{path}?dryRun=true")
    assert deleted.status == 204 and is_dry(deleted)
    assert caller.get(path).json == note


REFUSED = {
    415: lambda c, note: c.send("POST", f"{NOTES}?dryRun=true", "x", "text/plain"),
    400: lambda c, note: c.send("POST", f"{NOTES}?dryRun=true", "{"),
    404: lambda c, note: c.patch(f"{NO_NOTE}?dryRun=true", {}),
    412: lambda c, note: c.patch(f"{note}?dryRun=true", {}, headers={"If-Match": '"9"'}),
    422: lambda c, note: c.post(f"{NOTES}?dryRun=true", {}),
    409: lambda c, note: c.post(f"{note}/refuse?dryRun=true"),
}


@pytest.mark.parametrize("status", REFUSED)
def test_a_refusal_past_authentication_says_that_it_is_dry(caller, status):
    note = f"{NOTES}/{caller.make_note()['id']}"
    answer = REFUSED[status](caller, note)
    assert answer.status == status
    assert is_dry(answer)


def test_a_dry_run_needs_the_same_rights(caller):
    path = f"{NOTES}/{caller.make_note()['id']}?dryRun=true"
    assert Caller(caller.stack).delete(path).status == 401
    assert Caller(caller.stack, token=sign_in(caller.stack)).delete(path).status == 403


def test_a_key_of_a_dry_run_is_not_kept(caller):
    key = {"Idempotency-Key": "dry"}
    assert is_dry(caller.post(f"{NOTES}?dryRun=true", NOTE, headers=key))
    answer = caller.post(NOTES, NOTE, headers=key)
    assert answer.status == 201 and not is_dry(answer)
    assert answer.headers["idempotency-replayed"] is None
    assert count_notes(caller.stack) == 1


@pytest.mark.parametrize("query", ["", "?dryRun=false", "?dryRun=", "?dryrun=true"])
def test_only_the_wish_makes_it_dry(caller, query):
    answer = caller.post(NOTES + query, NOTE)
    assert answer.status == 201 and answer.headers["dry-run"] is None
    assert count_notes(caller.stack) == 1


@pytest.mark.parametrize("wish", ["TRUE", "1", "yes", "maybe", "true%20"])
def test_a_wish_that_is_not_understood_is_refused_rather_than_done(caller, wish):
    answer = caller.post(f"{NOTES}?dryRun={wish}", NOTE)
    assert (answer.status, answer.problem["code"]) == (400, "malformed_request")
    assert count_notes(caller.stack) == 0


def test_reading_is_never_dry(caller):
    assert caller.get(f"{NOTES}?dryRun=true").headers["dry-run"] is None


def test_a_gathering_route_can_be_tried_dry(caller):
    answer = caller.post("/api/v1/proving/gathered?dryRun=true", NOTE)
    assert answer.status == 201 and is_dry(answer)
    assert count_notes(caller.stack) == 0
