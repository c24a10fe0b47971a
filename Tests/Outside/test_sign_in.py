"""Signing in, and being kept out after too many guesses."""

import concurrent.futures

import pytest

from callers import Caller
from history import history
from people import (
    LOGIN, ME, OTHER_PASSWORD, PASSWORD, SESSIONS, USERS, Member, credentials, invalid, mails,
    new_email, operator, query, refused, wait_for_mail)

FAILURES_MAX = 5
LOCK_SECONDS = 30 * 60
PAIR = {"user", "accessToken", "refreshToken", "tokenType", "expiresIn"}


@pytest.fixture
def nobody(identity):
    return Caller(identity)


@pytest.fixture
def member(identity):
    return Member.new(identity)


def test_signing_in(nobody, member):
    for email in [member.email, member.email.upper(), f" {member.email}"]:
        answer = nobody.post(LOGIN, credentials(email))
        assert (answer.status, set(answer.json)) == (200, PAIR)
        assert answer.json["user"] == member.user
    assert answer.json["accessToken"] != member.access


def test_what_a_sign_in_lacks_is_said(nobody):
    invalid(nobody.post(LOGIN, {}), email="required", password="required")
    invalid(nobody.post(LOGIN, {"email": "a@example.org", "password": 7}), password="wrong_type")


def same_from_outside(answer):
    problem = answer.problem | {"requestId": ""}
    headers = {name.lower() for name in answer.headers}
    return answer.status, problem, headers, answer.headers["www-authenticate"]


def fail(nobody, email, times=1, **more):
    return [nobody.post(LOGIN, credentials(email, OTHER_PASSWORD, **more)) for _ in range(times)]


def test_the_fifth_failure_locks(nobody, member):
    for answer in fail(nobody, member.email, FAILURES_MAX):
        refused(answer, 401, "invalid_credentials")
        assert answer.headers["www-authenticate"]
    for password in [OTHER_PASSWORD, PASSWORD]:
        answer = nobody.post(LOGIN, credentials(member.email, password))
        refused(answer, 423, "account_locked")
        assert LOCK_SECONDS - 60 < int(answer.headers["retry-after"]) <= LOCK_SECONDS
    assert member.is_in(), "who is in already stays in"
    text = wait_for_mail(nobody.stack, member.email, "locked")
    assert "127.0.0.1" in text
    assert len([1 for subject, _ in mails(nobody.stack, member.email) if "locked" in subject]) == 1
    [event] = [event for event in history(nobody.stack, type="user.locked")
               if event.user == member.id]
    assert event.topics == [f"users/{member.id}", "system"]


def test_an_unknown_email_is_treated_alike(nobody, member):
    unknown = new_email()
    for _ in range(FAILURES_MAX + 2):
        known = same_from_outside(fail(nobody, member.email)[0])
        assert same_from_outside(fail(nobody, unknown)[0]) == known
    assert mails(nobody.stack, unknown) == []


def test_a_disabled_person_is_as_unknown(nobody, member):
    disabled = Member.new(nobody.stack)
    operator(nobody.stack).patch(f"{USERS}/{disabled.id}", {"status": "disabled"})
    right = nobody.post(LOGIN, credentials(disabled.email))
    assert same_from_outside(right) == same_from_outside(fail(nobody, new_email())[0])


def test_four_failures_are_forgotten_when_one_comes_in(nobody, member):
    for _ in range(2):
        assert {answer.status for answer in fail(nobody, member.email, 4)} == {401}
        assert nobody.post(LOGIN, credentials(member.email)).status == 200


def test_the_lock_ends_by_itself(nobody, member):
    fail(nobody, member.email, FAILURES_MAX)
    query(nobody.stack, "UPDATE sign_in_failures SET locked_until = NOW(3) - INTERVAL 1 SECOND")
    assert [answer.status for answer in fail(nobody, member.email, FAILURES_MAX)] == [401] * 5
    assert fail(nobody, member.email)[0].status == 423, "and is counted anew"


def test_failures_long_ago_do_not_count(nobody, member):
    fail(nobody, member.email, FAILURES_MAX - 1)
    query(nobody.stack, "UPDATE sign_in_failures SET last_at = NOW(3) - INTERVAL 31 MINUTE")
    assert [answer.status for answer in fail(nobody, member.email, FAILURES_MAX)] == [401] * 5


def test_an_admin_unlocks(nobody, member):
    admin = operator(nobody.stack)
    fail(nobody, member.email, FAILURES_MAX + 1)
    answer = admin.post(f"{USERS}/{member.id}/unlock")
    assert (answer.status, answer.json["id"]) == (200, member.id)
    assert nobody.post(LOGIN, credentials(member.email)).status == 200


def test_guesses_at_once_do_not_get_past_the_lock(nobody, member):
    guesses = 40
    with concurrent.futures.ThreadPoolExecutor(guesses) as pool:
        answers = list(pool.map(lambda _: fail(nobody, member.email)[0].status, range(guesses)))
    assert sorted(answers) == [401] * FAILURES_MAX + [423] * (guesses - FAILURES_MAX)


def test_a_dry_run_is_no_way_round_the_lock(nobody, member):
    dry = f"{LOGIN}?dryRun=true"
    answers = [nobody.post(dry, credentials(member.email, OTHER_PASSWORD)) for _ in range(7)]
    assert [answer.status for answer in answers] == [401] * FAILURES_MAX + [423] * 2
    assert nobody.post(LOGIN, credentials(member.email)).status == 423


def test_a_dry_sign_in_makes_no_session(nobody, member):
    answer = nobody.post(f"{LOGIN}?dryRun=true", credentials(member.email))
    assert answer.status == 200
    assert Caller(nobody.stack, token=answer.json["accessToken"]).get(ME).status == 401
    assert len(member.get(SESSIONS).json["items"]) == 1


def test_a_key_for_repeats_does_not_hide_guesses(nobody, member):
    headers = {"Idempotency-Key": new_email()}
    answers = [nobody.post(LOGIN, credentials(member.email, OTHER_PASSWORD), headers=headers)
               for _ in range(FAILURES_MAX + 1)]
    assert [answer.status for answer in answers] == [401] * FAILURES_MAX + [423]
