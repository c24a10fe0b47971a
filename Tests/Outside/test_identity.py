"""Accounts and sessions: registering, staying in, going."""

import concurrent.futures
import re
import subprocess

import pytest

from callers import Caller, parts
from client import eventually
from people import (
    API, LOGIN, LOGOUT, ME, PASSWORD, PROFILE, REFRESH, REGISTER, SESSIONS, Member,
    credentials, invalid, mails, new_email, query, refused, register, wait_for_mail)
from stack.mariadb import DATABASE

USER_FIELDS = {"id", "email", "emailVerified", "firstName", "lastName", "phone", "locale",
               "timeZone", "roles", "organisationId", "organisation", "status", "createdAt",
               "version"}
PAIR = {"user", "accessToken", "refreshToken", "tokenType", "expiresIn"}
GRANTED = ["manager", "technician", "sales", "admin"]
ASKED = ["customer", "host", "buyer", "investor", "seller"]


@pytest.fixture
def nobody(identity):
    return Caller(identity)


@pytest.fixture
def member(identity):
    return Member.new(identity)


def test_registration_signs_in(nobody):
    email = new_email()
    answer = nobody.post(REGISTER, credentials(email, firstName="Ana", lastName="Ünal"))
    assert (answer.status, set(answer.json)) == (201, PAIR)
    assert answer.headers["location"]
    user, claims = answer.json["user"], parts(answer.json["accessToken"])[1]
    assert set(user) == USER_FIELDS
    assert re.fullmatch(r"usr_[0-9A-HJKMNP-TV-Z]{26}", user["id"])
    assert (user["email"], user["firstName"], user["lastName"]) == (email, "Ana", "Ünal")
    assert (user["emailVerified"], user["roles"], user["status"]) == (False, ["user"], "active")
    assert (user["organisationId"], user["organisation"], user["version"]) == (None, None, 1)
    assert re.fullmatch(r"\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d\.\d{3}Z", user["createdAt"])
    assert (answer.json["tokenType"], answer.json["expiresIn"]) == ("Bearer", 15 * 60)
    assert claims["sub"] == user["id"] and claims["exp"] - claims["iat"] == 15 * 60
    assert Member(nobody.stack, answer).get(ME).json["email"] == email
    assert "password" not in answer.body.decode().lower()


@pytest.mark.parametrize("role", ["user", *ASKED])
def test_a_role_that_may_be_asked_for_is_added(nobody, role):
    user = register(nobody.stack, role=role).json["user"]
    assert user["roles"] == sorted({"user", role}, key=["user", role].index)


@pytest.mark.parametrize("role", [*GRANTED, "king", "", 7])
def test_any_other_role_is_refused_and_nothing_is_made(nobody, role):
    email = new_email()
    answer = nobody.post(REGISTER, credentials(email, role=role))
    assert answer.status == 422
    assert [error["field"] for error in answer.problem["errors"]] == ["role"]
    assert register(nobody.stack, email=email).status == 201


def test_a_list_of_roles_cannot_be_asked_for(nobody):
    user = register(nobody.stack, roles=["admin"], status="active", emailVerified=True).json["user"]
    assert (user["roles"], user["emailVerified"]) == (["user"], False)


def test_a_business_becomes_an_organisation_of_its_own(nobody):
    users = [register(nobody.stack, businessName="Cold & Co", businessType="dairy").json["user"]
             for _ in range(2)]
    for user in users:
        assert user["organisation"] == {
            "id": user["organisationId"], "name": "Cold & Co", "businessType": "dairy"}
    assert users[0]["organisationId"] != users[1]["organisationId"], "a name opens no other's door"


@pytest.mark.parametrize("change", [str, str.upper, lambda email: f" {email} "])
def test_an_email_is_taken_once_however_it_is_written(nobody, change):
    user = register(nobody.stack).json["user"]
    answer = nobody.post(REGISTER, credentials(change(user["email"]), businessName="Nobody's"))
    refused(answer, 409, "email_taken")
    made = query(nobody.stack, "SELECT COUNT(*) FROM organisations WHERE name = \"Nobody's\"")
    assert made == [["0"]], "what belongs to a refused account is not kept"


def test_of_many_that_want_one_email_one_gets_it(nobody):
    email = new_email()
    with concurrent.futures.ThreadPoolExecutor(12) as pool:
        answers = list(pool.map(lambda _: nobody.post(REGISTER, credentials(email)), range(12)))
    assert sorted(answer.status for answer in answers) == [201] + [409] * 11


WEAK = {
    "short": "too_short", "1234567": "too_short", "päßwör": "too_short", "": "too_short",
    "password": "too_common", "PassWord": "too_common", "password1": "too_common",
    "Password123": "too_common", "welcome!": "too_common", "12345678": "too_common",
    "qwertyuiop": "too_common", "1q2w3e4r": "too_common", "iloveyou": "too_common",
    "x" * 201: "too_long",
}


@pytest.mark.parametrize("password", WEAK)
def test_a_weak_password_is_refused(nobody, password):
    invalid(nobody.post(REGISTER, credentials(new_email(), password)), password=WEAK[password])


def test_the_email_is_no_password(nobody):
    email = new_email()
    for password in [email, email.upper(), email.partition("@")[0]]:
        answer = nobody.post(REGISTER, credentials(email, password))
        invalid(answer, password="same_as_email")


@pytest.mark.parametrize("password", ["xq7 Zürich", "  spaces  ", "漢字漢字漢字漢字", "a\0b" * 40])
def test_a_good_password_counts_to_the_last_byte(nobody, password):
    email = register(nobody.stack, password=password).json["user"]["email"]
    assert nobody.post(LOGIN, credentials(email, password)).status == 200
    for other in [password + " ", password[:-1], password.strip() + "x", password.swapcase() + "é"]:
        refused(nobody.post(LOGIN, credentials(email, other)), 401, "invalid_credentials")
        query(nobody.stack, "DELETE FROM sign_in_failures")


@pytest.mark.parametrize("email", [
    "", "x", "a@b", "@example.org", "a@", "a b@example.org", "a@b@example.org", "a@.org", "a@b..c",
    "a,b@example.org", "a<b>@example.org", "a\n@example.org", "x" * 65 + "@example.org",
    "x@" + "y" * 260 + ".org", 7, None, {"a": 1}])
def test_what_is_no_email_is_refused(nobody, email):
    answer = nobody.post(REGISTER, {"email": email, "password": PASSWORD})
    assert answer.status == 422
    assert [error["field"] for error in answer.problem["errors"]] == ["email"]


def test_everything_that_is_wrong_is_said_at_once(nobody):
    answer = nobody.post(REGISTER, {"password": "x", "firstName": "", "role": "admin"})
    invalid(answer, email="required", password="too_short", firstName="too_short",
            role="not_allowed")


@pytest.mark.parametrize("name", ["e" + "\u0301" * 200, "x" * 101])
def test_a_name_longer_than_its_column_is_refused(nobody, name):
    invalid(nobody.post(REGISTER, credentials(new_email(), firstName=name)), firstName="too_long")


def test_a_dry_registration_keeps_and_sends_nothing(nobody):
    email = new_email()
    answer = nobody.post(f"{REGISTER}?dryRun=true", credentials(email, businessName="Dry Ltd"))
    assert (answer.status, answer.headers["dry-run"]) == (201, "true")
    ghost = Caller(nobody.stack, token=answer.json["accessToken"])
    assert ghost.get(ME).status == 401, "its token stands for nobody"
    refused(nobody.post(REFRESH, {"refreshToken": answer.json["refreshToken"]}), 401,
            "invalid_refresh_token")
    assert query(nobody.stack, "SELECT id FROM organisations WHERE name = 'Dry Ltd'") == []
    register(nobody.stack, email=email)
    wait_for_mail(nobody.stack, email, "Confirm")
    assert len(mails(nobody.stack, email)) == 1, "that of the real one"


def test_a_repeated_registration_gets_the_first_answer(nobody):
    given, headers = credentials(new_email()), {"Idempotency-Key": new_email()}
    first, second = (nobody.post(REGISTER, given, headers=headers) for _ in range(2))
    assert (first.status, first.body) == (second.status, second.body)
    assert second.headers["idempotency-replayed"] == "true"


@pytest.mark.parametrize("path", [REFRESH, f"{API}/auth/refresh-token", "/api/auth/refresh"])
def test_a_refresh_token_is_exchanged_once(nobody, member, path):
    answer = nobody.post(path, {"refreshToken": member.refresh})
    assert (answer.status, set(answer.json)) == (200, PAIR)
    assert answer.json["refreshToken"] != member.refresh
    assert answer.json["user"] == member.user
    later = Member(nobody.stack, answer)
    assert later.is_in() and later.access != member.access
    assert nobody.post(path, {"refreshToken": later.refresh}).status == 200


def test_a_used_refresh_token_ends_the_whole_family(nobody, member):
    other_device = member.again()
    second = Member(nobody.stack, nobody.post(REFRESH, {"refreshToken": member.refresh}))
    third = Member(nobody.stack, nobody.post(REFRESH, {"refreshToken": second.refresh}))
    refused(nobody.post(REFRESH, {"refreshToken": member.refresh}), 401, "refresh_reused")
    assert nobody.post(REFRESH, {"refreshToken": third.refresh}).status == 401
    refused(nobody.post(REFRESH, {"refreshToken": second.refresh}), 401, "refresh_reused")
    for dead in [member, second, third]:
        eventually(lambda: not dead.is_in(), seconds_max=5)
    assert other_device.is_in(), "another family lives on"
    assert nobody.post(REFRESH, {"refreshToken": other_device.refresh}).status == 200


@pytest.mark.parametrize("token", ["x", "rt_" + "A" * 43, "a.b.c", "'; --", "ü"])
def test_what_is_no_refresh_token_is_refused(nobody, token):
    refused(nobody.post(REFRESH, {"refreshToken": token}), 401, "invalid_refresh_token")


def test_a_refresh_token_has_to_be_given(nobody):
    invalid(nobody.post(REFRESH, {}), refreshToken="required")
    invalid(nobody.post(REFRESH, {"refreshToken": 7}), refreshToken="wrong_type")


def test_a_session_that_rested_too_long_is_over(nobody, member):
    query(nobody.stack, f"UPDATE sessions SET expires_at = NOW(3) WHERE user_id = '{member.id}'")
    refused(nobody.post(REFRESH, {"refreshToken": member.refresh}), 401, "invalid_refresh_token")
    eventually(lambda: not member.is_in(), seconds_max=5)


def test_the_uses_of_one_refresh_token_at_once_leave_one_pair_at_most(nobody):
    uses = 64
    for _ in range(5):
        member = Member.new(nobody.stack)
        with concurrent.futures.ThreadPoolExecutor(uses) as pool:
            answers = list(pool.map(
                lambda _: nobody.post(REFRESH, {"refreshToken": member.refresh}), range(uses)))
        won = [answer.json for answer in answers if answer.status == 200]
        assert len(won) == 1
        for answer in answers:
            if answer.status != 200:
                refused(answer, 401, "refresh_reused")
        # The one that came through was used by somebody who shares the token with others.
        assert nobody.post(REFRESH, {"refreshToken": won[0]["refreshToken"]}).status == 401
        ghost = Caller(nobody.stack, token=won[0]["accessToken"])
        eventually(lambda: ghost.get(ME).status == 401, seconds_max=5)


def test_logging_out(nobody, member):
    other = member.again()
    answer = member.post(LOGOUT, {"refreshToken": other.refresh})
    assert (answer.status, answer.body) == (204, b"")
    for dead in [member, other]:
        assert nobody.post(REFRESH, {"refreshToken": dead.refresh}).status == 401
        eventually(lambda: not dead.is_in(), seconds_max=5)


def test_logging_out_needs_no_body_and_ends_nothing_of_others(nobody, member):
    other = Member.new(nobody.stack)
    assert member.post(LOGOUT, {"refreshToken": other.refresh}).status == 204
    third = other.again()
    assert third.request("POST", LOGOUT).status == 204
    assert nobody.post(REFRESH, {"refreshToken": other.refresh}).status == 200
    assert nobody.post(LOGOUT).status == 401


@pytest.mark.parametrize("path", [ME, f"{API}/auth/profile", PROFILE, "/api/auth/me"])
def test_who_one_is(member, path):
    answer = member.get(path)
    assert answer.status == 200
    assert set(answer.json) == USER_FIELDS | {"permissions"}
    assert {name: answer.json[name] for name in USER_FIELDS} == member.user
    assert set(answer.json["permissions"]) == {
        "profile.read", "profile.write", "system.read", "contracts.read", "shipments.read",
        "shipments.write", "wallet.read", "wallet.write", "events.read", "devices.command",
        "energy-readings.read"}
    again = member.get(path, headers={"If-None-Match": answer.headers["etag"]})
    assert (again.status, again.body) == (304, b"")


def test_what_one_may_grows_with_the_role(identity):
    may = Member.new(identity, "admin").get(ME).json["permissions"]
    assert {"people.manage", "audit.read", "organisations.manage", "system.manage"} <= set(may)


@pytest.mark.parametrize("method", ["PUT", "PATCH"])
def test_a_profile_is_changed(member, method):
    given = {"firstName": " Ana ", "lastName": "Ünal", "phone": "+90 1 234", "locale": "tr-TR",
             "timeZone": "Europe/Istanbul"}
    answer = member.request(method, PROFILE, given | {"email": "x@example.org", "roles": ["admin"]})
    assert answer.status == 200
    changed = {name: answer.json[name] for name in USER_FIELDS}
    assert changed == member.user | given | {"firstName": "Ana", "version": 2}
    assert answer.headers["etag"] == member.get(ME).headers["etag"]
    cleared = member.request(method, PROFILE, {"phone": None, "lastName": None}).json
    assert (cleared["phone"], cleared["lastName"], cleared["firstName"]) == (None, None, "Ana")


def test_a_profile_that_changed_meanwhile_is_kept(member):
    before = member.get(ME).headers["etag"]
    assert member.patch(PROFILE, {"firstName": "A"}, headers={"If-Match": before}).status == 200
    stale = member.patch(PROFILE, {"firstName": "B"}, headers={"If-Match": before})
    refused(stale, 412, "precondition_failed")
    assert member.get(ME).json["firstName"] == "A"


def test_a_dry_change_of_a_profile_is_not_kept(member):
    answer = member.patch(f"{PROFILE}?dryRun=true", {"firstName": "Dry"})
    assert (answer.json["firstName"], answer.headers["dry-run"]) == ("Dry", "true")
    assert member.get(ME).json["firstName"] is None


def test_what_no_profile_can_hold_is_refused(member):
    answer = member.patch(PROFILE, {
        "firstName": "", "lastName": "x" * 101, "phone": 7, "locale": "no locale",
        "timeZone": "Mars/Olympus"})
    invalid(answer, firstName="too_short", lastName="too_long", phone="wrong_type",
            locale="invalid_locale", timeZone="unknown_time_zone")
    answer = member.patch(PROFILE, {"timeZone": "../../etc/passwd"})
    invalid(answer, timeZone="unknown_time_zone")


def test_the_devices_one_is_signed_in_on(nobody, member):
    phone = {"User-Agent": "e" + "\u0301" * 400}
    nobody.post(LOGIN, credentials(member.email),
                headers={name: value.encode() for name, value in phone.items()})
    items = member.get(SESSIONS).json["items"]
    assert [item["current"] for item in items].count(True) == 1
    assert len(items) == 2
    for item in items:
        assert {"id", "userAgent", "address", "createdAt", "lastUsedAt", "current"} <= set(item)
        assert item["address"] == "127.0.0.1"
    assert len(items[0]["userAgent"]) == 300


def test_a_device_is_signed_out(nobody, member):
    other = member.again()
    ids = {item["current"]: item["id"] for item in member.get(SESSIONS).json["items"]}
    assert member.delete(f"{SESSIONS}/{ids[False]}").status == 204
    eventually(lambda: not other.is_in(), seconds_max=5)
    assert nobody.post(REFRESH, {"refreshToken": other.refresh}).status == 401
    assert member.is_in()
    refused(member.delete(f"{SESSIONS}/{ids[False]}"), 404, "not_found")


def test_a_device_of_somebody_else_does_not_exist(member):
    other = Member.new(member.stack)
    theirs = other.get(SESSIONS).json["items"][0]["id"]
    for id in [theirs, "ses_" + "0" * 26, "x", "usr_" + "0" * 26]:
        refused(member.delete(f"{SESSIONS}/{id}"), 404, "not_found")
    assert other.is_in()


def test_a_session_lives_as_long_as_it_is_used(nobody, member):
    def left():
        [[seconds]] = query(nobody.stack, "SELECT TIMESTAMPDIFF(SECOND, NOW(3), expires_at) FROM "
                            f"sessions WHERE user_id = '{member.id}'")
        return int(seconds)

    week = 7 * 86400
    assert week - 60 < left() <= week
    query(nobody.stack, "UPDATE sessions SET expires_at = NOW(3) + INTERVAL 1 MINUTE WHERE "
          f"user_id = '{member.id}'")
    assert nobody.post(REFRESH, {"refreshToken": member.refresh}).status == 200
    assert week - 60 < left() <= week


def test_secrets_are_not_at_rest(nobody, member):
    dump = subprocess.check_output(
        ["mariadb-dump", "--no-defaults", f"--socket={nobody.stack.mariadb.socket}",
         f"--user={nobody.stack.account}", "--hex-blob", DATABASE], text=True)
    for secret in [PASSWORD, member.refresh, member.access]:
        assert secret not in dump
    assert member.email in dump and "$2b$" in dump
