"""Idempotency-Key: a repeat gets the first answer, and nothing is done twice."""

import concurrent.futures
import contextlib
import os
import signal
import threading

import pytest

from callers import (
    NO_NOTE, NOTE, NOTES, Caller, count_notes, forget_notes, lock_note, lock_notes, sign_in)
from client import eventually
from conftest import PROVING, make_stack, running
from stack.mariadb import DATABASE

HOURS_KEPT = 72
LOCK_WAIT_SECONDS = 5
# Far above the tries to have a lock, a second each.
REQUEST_SECONDS_MAX = 20
OWN_OF_EACH_ANSWER = {"x-request-id", "date", "idempotency-replayed"}


@pytest.fixture
def caller(proving):
    forget_notes(proving)
    return Caller(proving)


@pytest.fixture
def breakable(fragile):
    fragile.start()
    forget_notes(fragile)
    return Caller(fragile)


def keyed(key="key-1"):
    return {"Idempotency-Key": key}


def is_replayed(answer):
    return answer.headers["idempotency-replayed"] == "true"


def shared_headers(answer):
    return [(name, value) for name, value in answer.headers.items()
            if name.lower() not in OWN_OF_EACH_ANSWER]


def test_a_repeat_gets_the_first_answer_byte_for_byte(caller):
    first = caller.post(NOTES, NOTE, headers=keyed())
    second = caller.post(NOTES, NOTE, headers=keyed())
    assert first.status == second.status == 201
    assert first.body == second.body
    assert shared_headers(first) == shared_headers(second)
    assert not is_replayed(first) and is_replayed(second)
    assert first.headers["x-request-id"] != second.headers["x-request-id"]
    assert count_notes(caller.stack) == 1


def test_without_a_key_a_repeat_is_another_request(caller):
    assert caller.post(NOTES, NOTE).body != caller.post(NOTES, NOTE).body
    assert count_notes(caller.stack) == 2


@pytest.mark.parametrize("key", ["", "a b", "x" * 256, "ä".encode("latin-1"), "\x7f"])
def test_a_key_that_is_none_is_malformed(caller, key):
    answer = caller.post(NOTES, NOTE, headers={"Idempotency-Key": key})
    assert (answer.status, answer.problem["code"]) == (400, "malformed_request")
    assert count_notes(caller.stack) == 0


@pytest.mark.parametrize("key", ["x", "x" * 255, '!"#$%&\'()*+,-./:;<=>?@[\\]^_`{|}~'])
def test_any_visible_ascii_is_a_key(caller, key):
    assert caller.post(NOTES, NOTE, headers=keyed(key)).status == 201
    assert is_replayed(caller.post(NOTES, NOTE, headers=keyed(key)))


def test_the_same_key_with_another_body_is_refused(caller):
    caller.post(NOTES, NOTE, headers=keyed())
    answer = caller.post(NOTES, NOTE | {"quantity": 2}, headers=keyed())
    assert (answer.status, answer.problem["code"]) == (422, "idempotency_key_reused")
    assert count_notes(caller.stack) == 1
    assert is_replayed(caller.post(NOTES, NOTE, headers=keyed())), "the first is kept still"


def test_both_bases_share_a_key(caller):
    caller.post(NOTES, NOTE, headers=keyed())
    assert is_replayed(caller.post("/api/proving/notes", NOTE, headers=keyed()))
    assert count_notes(caller.stack) == 1


def test_two_objects_do_not_share_a_key(caller):
    for id in [caller.make_note()["id"] for _ in range(2)]:
        assert not is_replayed(caller.post(f"{NOTES}/{id}/refuse", headers=keyed()))


def test_two_callers_do_not_share_a_key(caller):
    one, other = (sign_in(caller.stack, subject=subject) for subject in ["usr_one", "usr_other"])
    callers = [caller, Caller(caller.stack, "127.0.2.1"), Caller(caller.stack, token=one),
               Caller(caller.stack, token=other)]
    for each in callers:
        assert not is_replayed(each.post(NOTES, NOTE, headers=keyed()))
    assert count_notes(caller.stack) == len(callers)
    moved = Caller(caller.stack, "127.0.2.2", sign_in(caller.stack, subject="usr_one"))
    assert is_replayed(moved.post(NOTES, NOTE, headers=keyed())), "it belongs to the user"


def test_a_refusal_of_a_business_rule_is_kept(caller):
    note = caller.make_note()
    path = f"{NOTES}/{note['id']}/refuse"
    first = caller.post(path, headers=keyed())
    caller.patch(f"{NOTES}/{note['id']}", {"quantity": 50})
    second = caller.post(path, headers=keyed())
    assert (first.status, second.status) == (409, 409)
    assert is_replayed(second) and second.body == first.body
    assert second.headers["content-type"] == "application/problem+json"
    assert second.json["requestId"] == first.headers["x-request-id"]


def test_404_of_a_row_is_kept(caller):
    first = caller.post(f"{NO_NOTE}/refuse", headers=keyed())
    id = NO_NOTE.rpartition("/")[2]
    caller.stack.mariadb.query(
        f"INSERT INTO proving_notes VALUES ('{id}', 'late', 1, 1, NOW(3))", DATABASE)
    second = caller.post(f"{NO_NOTE}/refuse", headers=keyed())
    assert (first.status, second.status) == (404, 404)
    assert is_replayed(second) and second.body == first.body


@pytest.mark.parametrize("status, body, content_type", [
    (400, "{", "application/json"), (400, "[]", "application/json"), (415, "{}", "text/plain"),
    (422, '{"title": ""}', "application/json")])
def test_what_a_corrected_request_may_turn_round_is_not_kept(caller, status, body, content_type):
    assert caller.send("POST", NOTES, body, content_type, keyed()).status == status
    answer = caller.post(NOTES, NOTE, headers=keyed())
    assert answer.status == 201 and not is_replayed(answer)


def test_a_key_is_kept_for_its_hours_and_no_longer(caller):
    def age(hours):
        caller.stack.mariadb.query(
            f"UPDATE idempotency_keys SET created_at = NOW(3) - INTERVAL {hours} HOUR", DATABASE)

    first = caller.post(NOTES, NOTE, headers=keyed())
    age(HOURS_KEPT - 1)
    assert is_replayed(caller.post(NOTES, NOTE, headers=keyed()))
    age(HOURS_KEPT + 1)
    late = caller.post(NOTES, NOTE | {"title": "late"}, headers=keyed())
    assert late.status == 201 and not is_replayed(late) and late.body != first.body
    assert is_replayed(caller.post(NOTES, NOTE | {"title": "late"}, headers=keyed()))


def test_keys_that_have_served_their_time_go_a_few_at_a_time(caller):
    """The keys of others go, those that are kept stay, and nobody is told to come again."""
    database = caller.stack.mariadb
    database.query("DELETE FROM idempotency_keys; DELETE FROM idempotency_batches", DATABASE)
    # A ULID that begins with noughts is of 1970.
    database.query(
        "INSERT INTO idempotency_batches (id, answers) "
        "SELECT LPAD(seq, 26, '0'), '' FROM seq_1_to_400", DATABASE)
    for first, hours in [(0, HOURS_KEPT + 1), (400, HOURS_KEPT - 1)]:
        database.query(
            "INSERT INTO idempotency_keys (scope, body_hash, batch_id, created_at) SELECT "
            f"UNHEX(SHA2(seq, 256)), UNHEX(SHA2(0, 256)), seq, NOW(3) - INTERVAL {hours} HOUR "
            f"FROM seq_{first + 1}_to_{first + 400}", DATABASE)

    def kept():
        [[old, young]] = database.query(
            "SELECT SUM(old), SUM(NOT old) FROM (SELECT created_at < NOW(3) - INTERVAL "
            f"{HOURS_KEPT} HOUR AS old FROM idempotency_keys) AS ages", DATABASE)
        return int(old), int(young)

    assert kept() == (400, 400)
    posts_max = 2000
    with concurrent.futures.ThreadPoolExecutor(8) as pool:
        answers = list(pool.map(
            lambda number: caller.post(NOTES, NOTE, headers=keyed(f"key-{number}")),
            range(posts_max)))
    assert {answer.status for answer in answers} == {201}
    assert kept() == (0, 400 + posts_max)
    assert database.query("SELECT MIN(id) > '01' FROM idempotency_batches", DATABASE) == [["1"]]


def test_a_twin_in_flight_is_told_so_and_waits_for_nothing(caller):
    others = []
    with concurrent.futures.ThreadPoolExecutor(64) as pool:
        def post():
            return pool.submit(caller.post, NOTES, NOTE, headers=keyed())

        def answered():
            # Some stand behind the first in its own worker, on connections that nginx keeps to it;
            # they get its answer in the end. The next one comes to another worker.
            others.append(post())
            return next((other.result() for other in others if other.done()), None)

        with lock_notes(caller.stack) as lock:
            first = post()
            lock.wait_for_waiting()
            refused = eventually(answered, every_seconds=0.1)
            assert refused.status == 409, refused
            assert refused.problem["code"] == "idempotency_in_progress"
            assert refused.seconds < LOCK_WAIT_SECONDS
            assert not first.done()
        assert first.result().status == 201
        for other in (future.result() for future in others):
            assert other.status == 409 or (is_replayed(other) and other.body == first.result().body)
    answer = caller.post(NOTES, NOTE, headers=keyed())
    assert is_replayed(answer) and answer.body == first.result().body, "409 was not kept"
    assert count_notes(caller.stack) == 1


def test_of_many_at_once_one_is_done(caller):
    barrier = threading.Barrier(16)

    def post(_):
        barrier.wait()
        return caller.post(NOTES, NOTE, headers=keyed())

    with concurrent.futures.ThreadPoolExecutor(16) as pool:
        answers = list(pool.map(post, range(16)))
    done = [answer for answer in answers if answer.status == 201]
    assert len({answer.body for answer in done}) == 1
    assert sum(not is_replayed(answer) for answer in done) == 1
    assert {answer.status for answer in answers} <= {201, 409}
    assert count_notes(caller.stack) == 1


@pytest.fixture(scope="module")
def impatient():
    yield from running(make_stack(
        "impatient", PROVING, ENTREPOT_LOCK_WAIT_SECONDS="1",
        ENTREPOT_REQUEST_DEADLINE_MS=str(REQUEST_SECONDS_MAX * 1000)))


def test_a_key_that_could_not_be_used_is_free_again(impatient):
    """A lock that is not had in time is a fault of the moment."""
    caller = Caller(impatient)
    note = caller.make_note()
    path = f"{NOTES}/{note['id']}/refuse"
    with lock_note(caller.stack, note["id"]):
        answer = caller.post(path, headers=keyed())
        assert (answer.status, answer.problem["code"]) == (503, "unavailable")
        assert answer.headers["retry-after"]
        assert "detail" in answer.problem, "the worker says so itself, in its time"
        assert answer.seconds < REQUEST_SECONDS_MAX
    answer = caller.post(path, headers=keyed())
    assert answer.status == 409 and not is_replayed(answer)


def test_a_worker_killed_in_the_middle_leaves_the_key_free_and_nothing_done(breakable):
    with concurrent.futures.ThreadPoolExecutor() as pool:
        with lock_notes(breakable.stack) as lock:
            first = pool.submit(breakable.post, NOTES, NOTE, headers=keyed())
            lock.wait_for_waiting()
            for worker in breakable.stack.entrepot.workers():
                os.kill(worker, signal.SIGKILL)
            assert first.result().status == 503
        # The statement of the dead worker goes on until MariaDB sees that nobody waits for it.
        answer = eventually(lambda: done(breakable.post(NOTES, NOTE, headers=keyed())))
    assert not is_replayed(answer)
    assert count_notes(breakable.stack) == 1


def done(answer):
    return answer if answer.status == 201 else None


def test_whatever_dies_when_what_is_repeated_is_done_once(breakable):
    titles = [f"note {number}" for number in range(240)]

    def post_until_done(title):
        body, headers = NOTE | {"title": title}, keyed(title.replace(" ", "-"))
        return eventually(lambda: done(breakable.post(NOTES, body, headers=headers)))

    with concurrent.futures.ThreadPoolExecutor(8) as pool:
        futures = [pool.submit(post_until_done, title) for title in titles]
        for number in range(6):
            concurrent.futures.wait(futures[:(number + 1) * 30])
            for worker in breakable.stack.entrepot.workers()[:2]:
                # The last round's may be listed while they are going.
                with contextlib.suppress(ProcessLookupError):
                    os.kill(worker, signal.SIGKILL)
        for future in futures:
            future.result()
    rows = breakable.stack.mariadb.query("SELECT title FROM proving_notes", DATABASE)
    assert sorted(title for [title] in rows) == sorted(titles)
