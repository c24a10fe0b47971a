"""A route that serves together what is ready together: each request has its own verdict."""

import collections
import concurrent.futures

import pytest

from callers import NOTE, Caller, count_notes, forget_notes, lock_notes
from client import eventually, metric

GATHERED = "/api/v1/proving/gathered"


@pytest.fixture
def caller(proving):
    forget_notes(proving)
    return Caller(proving)


def post(caller, number):
    body = NOTE | {"title": f"note {number}"} if number % 3 else {"title": "", "quantity": number}
    return number, caller.post(GATHERED, body)


def many(caller, count=96):
    """So many at once, the first of them held up so that others catch up with each other."""
    with concurrent.futures.ThreadPoolExecutor(48) as pool:
        with lock_notes(caller.stack) as lock:
            futures = [pool.submit(post, caller, number) for number in range(count)]
            lock.wait_for_waiting()
        return [future.result() for future in futures]


def test_each_gets_its_own_verdict(caller):
    def some_came_together():
        forget_notes(caller.stack)
        answers = many(caller)
        for number, answer in answers:
            if number % 3:
                assert (answer.status, answer.json["title"]) == (201, f"note {number}")
            else:
                assert answer.status == 422
                assert {error["field"] for error in answer.problem["errors"]} >= {"title"}
        ids = collections.Counter(answer.headers["x-request-id"] for _, answer in answers)
        assert max(ids.values()) == 1
        assert count_notes(caller.stack) == 64
        return max(int(answer.headers["x-gathered"] or 1) for _, answer in answers) > 1

    # Nearly always at the first time; nobody can say which will be ready together.
    eventually(some_came_together)


def test_the_metrics_tell_how_much_came_together(caller):
    names = ["gathered_requests_count", "gathered_requests_sum", "database_commits_total"]
    before = [metric(caller, name) for name in names]
    for number in range(1, 6):
        assert post(caller, number)[1].status == (201 if number % 3 else 422)
    alone = [metric(caller, name) for name in names]
    assert [late - early for early, late in zip(before, alone)] == [5, 5, 5]
    sent = 5

    def fewer_than_came():
        nonlocal sent
        sent += len(many(caller))
        batches, requests, _ = (
            metric(caller, name) - early for name, early in zip(names, before))
        assert requests == sent
        return batches < requests

    eventually(fewer_than_came)


def test_a_key_counts_there_too(caller):
    key = {"Idempotency-Key": "gathered"}
    first, second = (caller.post(GATHERED, NOTE, headers=key) for _ in range(2))
    assert (first.status, second.status) == (201, 201)
    assert second.headers["idempotency-replayed"] == "true" and second.body == first.body
    assert count_notes(caller.stack) == 1
    other = caller.post(GATHERED, NOTE | {"quantity": 2}, headers=key)
    assert (other.status, other.problem["code"]) == (422, "idempotency_key_reused")


def test_of_twins_that_are_gathered_together_one_is_done(caller):
    key = {"Idempotency-Key": "twins"}
    with concurrent.futures.ThreadPoolExecutor(24) as pool:
        with lock_notes(caller.stack) as lock:
            futures = [pool.submit(caller.post, GATHERED, NOTE, headers=key) for _ in range(24)]
            lock.wait_for_waiting()
        answers = [future.result() for future in futures]
    done = [answer for answer in answers if answer.status == 201]
    assert len({answer.body for answer in done}) == 1
    assert sum(answer.headers["idempotency-replayed"] is None for answer in done) == 1
    assert {answer.status for answer in answers} <= {201, 409}
    assert count_notes(caller.stack) == 1


def test_a_key_of_a_refusal_can_be_used_again(caller):
    key = {"Idempotency-Key": "corrected"}
    assert caller.post(GATHERED, {}, headers=key).status == 422
    assert caller.post(GATHERED, NOTE, headers=key).status == 201
