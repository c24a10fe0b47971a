"""One-time codes: turned on, asked for, used once, replaced by recovery codes, turned off."""

import concurrent.futures
import urllib.parse

import pytest

from callers import Caller
from people import (
    LOGIN, OTHER_PASSWORD, PASSWORD, TOTP, Authenticator, Member, credentials, enrol, invalid,
    query, refused)

FAILURES_MAX = 5
CONFIRM = f"{TOTP}/confirm"


@pytest.fixture
def nobody(identity):
    return Caller(identity)


@pytest.fixture
def member(identity):
    return Member.new(identity)


def sign_in_with(nobody, member, code, password=PASSWORD):
    more = {} if code is None else {"otp": code}
    return nobody.post(LOGIN, credentials(member.email, password, **more))


def end(member, code):
    return member.request("DELETE", TOTP, {"code": code})


def test_an_enrolment_says_what_an_app_and_a_person_need(member):
    answer = member.post(TOTP)
    assert (answer.status, set(answer.json)) == (201, {"secret", "uri", "recoveryCodes"})
    uri = urllib.parse.urlsplit(answer.json["uri"])
    wanted = dict(urllib.parse.parse_qsl(uri.query))
    assert (uri.scheme, uri.netloc) == ("otpauth", "totp")
    assert urllib.parse.unquote(uri.path) == f"/Entrepot:{member.email}"
    assert wanted["secret"] == answer.json["secret"] and wanted["issuer"] == "Entrepot"
    assert len(set(answer.json["recoveryCodes"])) == 10


def test_nothing_changes_before_the_first_code(nobody, member):
    app = Authenticator(member.post(TOTP).json["secret"])
    assert sign_in_with(nobody, member, None).status == 200
    invalid(member.post(CONFIRM, {"code": app.wrong()}), code="wrong_code")
    assert sign_in_with(nobody, member, None).status == 200
    assert member.post(CONFIRM, {"code": app.code()}).status == 204
    refused(sign_in_with(nobody, member, None), 401, "otp_required")


def test_beginning_anew_forgets_the_first_secret(member):
    first = Authenticator(member.post(TOTP).json["secret"])
    second = Authenticator(member.post(TOTP).json["secret"])
    invalid(member.post(CONFIRM, {"code": first.code()}), code="wrong_code")
    assert member.post(CONFIRM, {"code": second.code()}).status == 204
    refused(member.post(TOTP), 409, "totp_enabled")
    refused(member.post(CONFIRM, {"code": second.code(1)}), 409, "totp_not_begun")


def test_a_code_opens_once(nobody, member):
    app, _ = enrol(member)
    answer = sign_in_with(nobody, member, app.code(-1))
    refused(answer, 401, "invalid_credentials")
    assert sign_in_with(nobody, member, app.code()).status == 200
    refused(sign_in_with(nobody, member, app.code()), 401, "invalid_credentials")
    code = app.code(1)
    assert sign_in_with(nobody, member, f"{code[:3]} {code[3:]}").status == 200
    refused(sign_in_with(nobody, member, app.code(0)), 401, "invalid_credentials")


def test_of_many_uses_of_one_code_at_once_one_opens(nobody, member):
    app, _ = enrol(member)
    with concurrent.futures.ThreadPoolExecutor(8) as pool:
        answers = list(pool.map(
            lambda _: sign_in_with(nobody, member, app.code()).status, range(8)))
    assert answers.count(200) == 1, answers


@pytest.mark.parametrize("steps", [-3, -2, 2, 3])
def test_a_code_of_another_time_opens_nothing(nobody, member, steps):
    app, _ = enrol(member)
    refused(sign_in_with(nobody, member, app.code(steps)), 401, "invalid_credentials")


def test_a_wrong_password_says_nothing_of_a_second_factor(nobody, member):
    app, _ = enrol(member)
    for code in [None, app.code()]:
        answer = sign_in_with(nobody, member, code, OTHER_PASSWORD)
        refused(answer, 401, "invalid_credentials")
    assert sign_in_with(nobody, member, app.code()).status == 200, "the code was not used up"


def test_wrong_codes_lock(nobody, member):
    app, _ = enrol(member)
    answers = [sign_in_with(nobody, member, app.wrong()) for _ in range(FAILURES_MAX + 1)]
    assert [answer.status for answer in answers] == [401] * FAILURES_MAX + [423]
    assert sign_in_with(nobody, member, app.code()).status == 423


def test_a_missing_code_is_no_failure(nobody, member):
    app, _ = enrol(member)
    for _ in range(FAILURES_MAX + 2):
        refused(sign_in_with(nobody, member, None), 401, "otp_required")
    assert sign_in_with(nobody, member, app.code()).status == 200


def test_codes_tried_dry_count_too(nobody, member):
    app, _ = enrol(member)
    answers = [nobody.post(f"{LOGIN}?dryRun=true",
                           credentials(member.email, otp=app.wrong())).status
               for _ in range(FAILURES_MAX + 1)]
    assert answers == [401] * FAILURES_MAX + [423]


def test_each_recovery_code_opens_once(nobody, member):
    _, codes = enrol(member)
    spellings = [codes[0], codes[1].upper(), codes[2].replace("-", " "), codes[3].replace("-", "")]
    for code in spellings:
        assert sign_in_with(nobody, member, code).status == 200
        refused(sign_in_with(nobody, member, code), 401, "invalid_credentials")
        query(nobody.stack, "DELETE FROM sign_in_failures")
    assert sign_in_with(nobody, member, codes[9]).status == 200


def test_a_recovery_code_of_somebody_else_opens_nothing(nobody, member):
    _, theirs = enrol(Member.new(nobody.stack))
    enrol(member)
    refused(sign_in_with(nobody, member, theirs[0]), 401, "invalid_credentials")


def test_it_is_turned_off_with_a_code(nobody, member):
    app, codes = enrol(member)
    invalid(end(member, app.wrong()), code="wrong_code")
    invalid(end(member, app.code(-1)), code="wrong_code")
    refused(sign_in_with(nobody, member, None), 401, "otp_required")
    assert end(member, codes[0]).status == 204
    assert sign_in_with(nobody, member, None).status == 200
    refused(end(member, app.code()), 409, "totp_not_enabled")
    app, again = enrol(member)
    assert not set(codes) & set(again)
    refused(sign_in_with(nobody, member, codes[1]), 401, "invalid_credentials")


def test_a_dry_run_turns_nothing_on_or_off(nobody, member):
    assert member.post(f"{TOTP}?dryRun=true").status == 201
    refused(member.post(CONFIRM, {"code": "000000"}), 409, "totp_not_begun")
    app, _ = enrol(member)
    assert member.request("DELETE", f"{TOTP}?dryRun=true", {"code": app.code()}).status == 204
    refused(sign_in_with(nobody, member, None), 401, "otp_required")
    assert sign_in_with(nobody, member, app.code()).status == 200


def test_the_secret_is_sealed_at_rest(nobody, member):
    secret = member.post(TOTP).json["secret"]
    [[stored]] = query(nobody.stack,
                       f"SELECT secret FROM totp_enrolments WHERE user_id = '{member.id}'")
    assert secret not in stored and stored.startswith("1.")
    other = Member.new(nobody.stack)
    app, _ = enrol(other)
    query(nobody.stack, f"UPDATE totp_enrolments SET secret = '{stored}' "
          f"WHERE user_id = '{other.id}'")
    assert sign_in_with(nobody, other, app.code()).status == 500, "moved, it does not open"


@pytest.mark.parametrize("method, path", [("POST", TOTP), ("POST", CONFIRM), ("DELETE", TOTP)])
def test_it_is_for_those_who_are_signed_in(nobody, method, path):
    refused(nobody.request(method, path, {"code": "000000"}), 401, "unauthenticated")
