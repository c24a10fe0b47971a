"""New passwords and proven e-mails: by whoever knows the old one, or reads the mailbox."""

import concurrent.futures

import pytest

from callers import Caller
from client import eventually
from people import (
    API, ASK_RESET, LOGIN, ME, NEW_PASSWORD, OTHER_PASSWORD, PASSWORD, REFRESH, RESET, USERS,
    Member, credentials, invalid, mails, new_email, operator, query, refused, token_of,
    wait_for_mail)

VERIFY = f"{API}/auth/verify-email"
RESEND = f"{VERIFY}/resend"


@pytest.fixture
def nobody(identity):
    return Caller(identity)


@pytest.fixture
def member(identity):
    return Member.new(identity)


def change(member, old=PASSWORD, new=OTHER_PASSWORD, **options):
    return member.post(NEW_PASSWORD, {"currentPassword": old, "newPassword": new}, **options)


def reset_link(nobody, email, count=1):
    assert nobody.post(ASK_RESET, {"email": email}).status == 202
    return token_of(wait_for_mail(nobody.stack, email, "password", count))


def test_a_password_is_changed_and_other_devices_are_signed_out(nobody, member):
    other = member.again()
    assert change(member).status == 204
    refused(nobody.post(LOGIN, credentials(member.email)), 401, "invalid_credentials")
    assert nobody.post(LOGIN, credentials(member.email, OTHER_PASSWORD)).status == 200
    assert nobody.post(REFRESH, {"refreshToken": other.refresh}).status == 401
    eventually(lambda: not other.is_in(), seconds_max=5)
    assert member.is_in() and nobody.post(REFRESH, {"refreshToken": member.refresh}).status == 200
    assert "127.0.0.1" in wait_for_mail(nobody.stack, member.email, "changed")


def test_who_does_not_know_the_password_does_not_change_it(nobody, member):
    invalid(change(member, old=OTHER_PASSWORD, new="a third sentence"),
            currentPassword="wrong_password")
    assert nobody.post(NEW_PASSWORD, {}).status == 401
    assert nobody.post(LOGIN, credentials(member.email)).status == 200


@pytest.mark.parametrize("password, code", [
    ("short", "too_short"), ("Password1", "too_common"), ("x" * 201, "too_long")])
def test_a_weak_new_password_is_refused(nobody, member, password, code):
    invalid(change(member, new=password), newPassword=code)
    token = reset_link(nobody, member.email)
    invalid(nobody.post(RESET, {"token": token, "password": password}), password=code)
    assert nobody.post(RESET, {"token": token, "password": OTHER_PASSWORD}).status == 204


def test_the_own_email_is_no_new_password(nobody, member):
    invalid(change(member, new=member.email.upper()), newPassword="same_as_email")
    token = reset_link(nobody, member.email)
    invalid(nobody.post(RESET, {"token": token, "password": member.email}),
            password="same_as_email")


def test_a_dry_change_keeps_the_old_password(nobody, member):
    answer = member.post(f"{NEW_PASSWORD}?dryRun=true", {
        "currentPassword": PASSWORD, "newPassword": OTHER_PASSWORD})
    assert (answer.status, answer.headers["dry-run"]) == (204, "true")
    assert nobody.post(LOGIN, credentials(member.email)).status == 200


def test_a_new_email_is_proved_once(nobody, member):
    token = token_of(wait_for_mail(nobody.stack, member.email, "Confirm"))
    assert member.user["emailVerified"] is False
    answer = nobody.get(f"{VERIFY}?token={token}")
    assert (answer.status, answer.json) == (200, {"verified": True})
    assert member.get(ME).json["emailVerified"] is True
    refused(nobody.get(f"{VERIFY}?token={token}"), 400, "invalid_token")


@pytest.mark.parametrize("token", ["x", "A" * 43, "%27%3B--", "..%2F"])
def test_a_link_that_nobody_sent_proves_nothing(nobody, token):
    refused(nobody.get(f"{VERIFY}?token={token}"), 400, "invalid_token")
    refused(nobody.post(RESET, {"token": token, "password": PASSWORD}), 400, "invalid_token")


def test_a_link_is_for_one_purpose(nobody, member):
    verify = token_of(wait_for_mail(nobody.stack, member.email, "Confirm"))
    reset = reset_link(nobody, member.email)
    refused(nobody.post(RESET, {"token": verify, "password": OTHER_PASSWORD}), 400,
            "invalid_token")
    refused(nobody.get(f"{VERIFY}?token={reset}"), 400, "invalid_token")


def test_an_old_link_has_expired(nobody, member):
    verify = token_of(wait_for_mail(nobody.stack, member.email, "Confirm"))
    reset = reset_link(nobody, member.email)
    query(nobody.stack, "UPDATE email_tokens SET expires_at = NOW(3) "
          f"WHERE user_id = '{member.id}'")
    refused(nobody.get(f"{VERIFY}?token={verify}"), 400, "expired_token")
    refused(nobody.post(RESET, {"token": reset, "password": OTHER_PASSWORD}), 400,
            "expired_token")


def test_the_link_is_sent_again_until_it_was_used(nobody, member):
    assert member.post(RESEND).status == 202
    first, second = (token_of(wait_for_mail(nobody.stack, member.email, "Confirm", count))
                     for count in [1, 2])
    assert nobody.get(f"{VERIFY}?token={second}").status == 200
    assert member.post(RESEND).status == 202
    assert len(mails(nobody.stack, member.email)) == 2
    assert nobody.post(RESEND).status == 401


def test_a_forgotten_password_is_set_anew(nobody, member):
    token = reset_link(nobody, member.email)
    [[lives]] = query(nobody.stack, "SELECT TIMESTAMPDIFF(SECOND, created_at, expires_at) FROM "
                      f"email_tokens WHERE user_id = '{member.id}' AND purpose = 'reset'")
    assert int(lives) == 3600
    given = {"token": token, "password": OTHER_PASSWORD}
    answer = nobody.post(RESET, given)
    assert (answer.status, answer.body) == (204, b"")
    refused(nobody.post(RESET, given), 400, "invalid_token")
    assert nobody.post(LOGIN, credentials(member.email)).status == 401
    assert nobody.post(LOGIN, credentials(member.email, OTHER_PASSWORD)).status == 200
    assert nobody.post(REFRESH, {"refreshToken": member.refresh}).status == 401
    eventually(lambda: not member.is_in(), seconds_max=5)
    wait_for_mail(nobody.stack, member.email, "changed")


def test_of_many_uses_of_one_link_one_counts(nobody, member):
    token = reset_link(nobody, member.email)
    passwords = [f"sentence number {number}" for number in range(16)]
    with concurrent.futures.ThreadPoolExecutor(16) as pool:
        answers = list(pool.map(
            lambda password: nobody.post(RESET, {"token": token, "password": password}), passwords))
    assert sorted(answer.status for answer in answers) == [204] + [400] * 15
    won = next(password for password, answer in zip(passwords, answers) if answer.status == 204)
    assert nobody.post(LOGIN, credentials(member.email, won)).status == 200


def test_a_new_password_ends_every_other_link(nobody, member):
    first, second = (reset_link(nobody, member.email, count) for count in [1, 2])
    assert nobody.post(RESET, {"token": second, "password": OTHER_PASSWORD}).status == 204
    refused(nobody.post(RESET, {"token": first, "password": PASSWORD}), 400, "invalid_token")
    third = reset_link(nobody, member.email, 4)
    assert change(Member(nobody.stack, nobody.post(
        LOGIN, credentials(member.email, OTHER_PASSWORD))), OTHER_PASSWORD, PASSWORD).status == 204
    refused(nobody.post(RESET, {"token": third, "password": OTHER_PASSWORD}), 400, "invalid_token")


def test_a_reset_lets_a_locked_person_in(nobody, member):
    for _ in range(6):
        last = nobody.post(LOGIN, credentials(member.email, OTHER_PASSWORD))
    assert last.status == 423
    token = reset_link(nobody, member.email)
    assert nobody.post(RESET, {"token": token, "password": OTHER_PASSWORD}).status == 204
    assert nobody.post(LOGIN, credentials(member.email, OTHER_PASSWORD)).status == 200


def test_a_reset_proves_the_email(nobody, member):
    token = reset_link(nobody, member.email)
    nobody.post(RESET, {"token": token, "password": OTHER_PASSWORD})
    signed_in = nobody.post(LOGIN, credentials(member.email, OTHER_PASSWORD)).json
    assert signed_in["user"]["emailVerified"] is True


def test_whoever_is_asked_about_the_answer_is_the_same(nobody, member):
    disabled = Member.new(nobody.stack)
    operator(nobody.stack).patch(f"{USERS}/{disabled.id}", {"status": "disabled"})
    unknown = new_email()
    answers = [nobody.post(ASK_RESET, {"email": email})
               for email in [member.email, unknown, disabled.email]]
    assert {(answer.status, answer.body) for answer in answers} == {(202, answers[0].body)}
    assert len({tuple(answer.headers) for answer in answers}) == 1
    wait_for_mail(nobody.stack, member.email, "password")
    for email in [unknown, disabled.email]:
        assert [subject for subject, _ in mails(nobody.stack, email) if "password" in subject] == []
    assert query(nobody.stack, f"SELECT id FROM mails WHERE recipient = '{unknown}'") == []


def test_what_is_no_email_is_refused(nobody):
    invalid(nobody.post(ASK_RESET, {"email": "x"}), email="too_short")
    invalid(nobody.post(ASK_RESET, {"email": "xxxxx"}), email="invalid_email")
    invalid(nobody.post(RESET, {}), token="required", password="required")


def test_a_dry_reset_uses_nothing_up_and_sends_nothing(nobody, member):
    assert nobody.post(f"{ASK_RESET}?dryRun=true", {"email": member.email}).status == 202
    token = reset_link(nobody, member.email)
    given = {"token": token, "password": OTHER_PASSWORD}
    assert nobody.post(f"{RESET}?dryRun=true", given).status == 204
    assert member.is_in()
    assert nobody.post(RESET, given).status == 204
    sent = [subject for subject, _ in mails(nobody.stack, member.email) if "Reset" in subject]
    assert len(sent) <= 1
