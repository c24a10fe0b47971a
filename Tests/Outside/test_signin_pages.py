"""Signing in and out on the pages, as browsers without script do it."""

import re
import time

import pytest

from callers import Caller
from client import eventually
from conftest import make_stack, running
from people import LOGIN as API_LOGIN
from people import ME, PASSWORD, SECONDS_TO_END, SESSIONS, Member, query, token_of, wait_for_mail
from visitor import LOGIN, LOGOUT, PROFILE, SECURITY, SESSION, Visitor, enrol

KEYS = f"{PROFILE}/keys"
NEW_PASSWORD = "quite another sentence"


@pytest.fixture(scope="module")
def house():
    """A stack on whose pages people come and go."""
    yield from running(make_stack("pages"))


@pytest.fixture
def member(house):
    return Member.new(house)


@pytest.fixture
def visitor(house, member):
    """The member, signed in by a browser."""
    visitor = Visitor(house)
    visitor.sign_in(member.email, PASSWORD)
    assert visitor.at == PROFILE
    return visitor


def test_signing_in_gives_a_new_secret_in_a_cookie_that_no_script_reads(house, member):
    visitor = Visitor(house)
    visitor.open(LOGIN)
    before = visitor.cookies[SESSION]
    visitor.send(LOGIN, email=member.email.upper(), password=PASSWORD, next=PROFILE)
    [cookie] = visitor.first.headers.get_all("set-cookie")
    assert re.fullmatch(
        rf"{SESSION}=[\w-]{{43}}; Path=/; HttpOnly; Secure; SameSite=Lax; Max-Age=\d+", cookie)
    assert visitor.cookies[SESSION] != before
    assert (visitor.at, visitor.answer.status) == (PROFILE, 200)
    rows = query(house, "SELECT COUNT(*) FROM sessions WHERE kind = 'pages' AND "
                 f"user_id = '{member.id}' AND secret_digest IS NOT NULL")
    assert rows == [["1"]]


def test_a_cookie_that_somebody_planted_never_becomes_a_session(house, member):
    thief = Visitor(house)
    thief.open(LOGIN)
    victim = Visitor(house)
    victim.cookies[SESSION] = thief.cookies[SESSION]
    victim.sign_in(member.email, PASSWORD)
    assert victim.is_in()
    assert victim.cookies[SESSION] != thief.cookies[SESSION]
    assert not thief.is_in()


@pytest.mark.parametrize("change", [{}, {"csrf": ""}, {"csrf": "A" * 43}])
def test_a_form_of_another_site_does_not_sign_in(house, member, change):
    visitor = Visitor(house)
    visitor.open(LOGIN)
    given = {"email": member.email, "password": PASSWORD} | change
    assert visitor.send(LOGIN, only=given).status == 403
    assert not visitor.is_in()


def test_without_a_cookie_the_right_field_is_of_no_use(house, member):
    visitor = Visitor(house)
    visitor.open(LOGIN)
    visitor.cookies.clear()
    assert visitor.send(LOGIN, email=member.email, password=PASSWORD).status == 403


@pytest.mark.parametrize("wish, leads_to", [
    ("/admin/profile/keys?a=b", "/admin/profile/keys?a=b"), ("https://evil.example", "/admin"),
    ("//evil.example", "/admin"), ("/admin/login", "/admin"), ("/admin/logout", "/admin"),
])
def test_signing_in_leads_to_our_own_pages_only(house, member, wish, leads_to):
    visitor = Visitor(house)
    visitor.sign_in(member.email, PASSWORD, to=wish)
    assert visitor.first.headers["location"] == leads_to
    assert visitor.get(f"{LOGIN}?next={wish}").headers["location"] == leads_to


@pytest.mark.parametrize("email", [None, "nobody@example.org"])
def test_a_wrong_password_and_an_unknown_person_read_the_same(house, member, email):
    visitor = Visitor(house)
    answer = visitor.sign_in(email or member.email, "a wrong sentence")
    assert answer.status == 401
    visitor.says("E-mail or password are wrong")
    assert visitor.page.forms[LOGIN]["email"] == (email or member.email)
    assert visitor.page.forms[LOGIN]["password"] == ""
    assert visitor.page.forms[LOGIN]["next"] == PROFILE
    assert SESSION in visitor.cookies and not visitor.is_in()


def test_five_failures_lock_and_the_page_says_for_how_long(house, member):
    visitor = Visitor(house)
    for _ in range(5):
        assert visitor.sign_in(member.email, "a wrong sentence").status == 401
    answer = visitor.sign_in(member.email, PASSWORD)
    assert answer.status == 423
    assert 0 < int(answer.headers["retry-after"]) <= 1800
    visitor.says("This account is locked for now", "opens again in 30 minutes")
    api = Caller(house).post(API_LOGIN, {"email": member.email, "password": PASSWORD})
    assert api.status == 423


def test_failures_of_the_pages_and_of_the_api_count_together(house, member):
    visitor = Visitor(house)
    wrong = {"email": member.email, "password": "a wrong sentence"}
    for _ in range(3):
        visitor.sign_in(**wrong)
    for _ in range(2):
        assert Caller(house).post(API_LOGIN, wrong).status == 401
    assert visitor.sign_in(**wrong).status == 423


def test_what_is_left_out_is_said_beside_its_field(house):
    visitor = Visitor(house)
    assert visitor.sign_in("", "").status == 422
    visitor.says("2 things need to be changed", "E-mail is required.", "Password is required.")


def test_signing_out_ends_the_session_for_good(house, member, visitor):
    kept = dict(visitor.cookies)
    assert len(member.get(SESSIONS).json["items"]) == 2
    visitor.send(LOGOUT)
    assert (visitor.at, visitor.answer.status) == (LOGIN, 200)
    visitor.says("You are signed out.")
    assert len(member.get(SESSIONS).json["items"]) == 1
    visitor.cookies = kept
    eventually(lambda: not visitor.is_in(), SECONDS_TO_END)


def test_a_link_alone_signs_nobody_out(visitor):
    assert visitor.open(LOGOUT).status == 200
    visitor.says("You are signed in as")
    assert visitor.is_in()
    visitor.send(LOGOUT)
    assert not visitor.is_in()
    assert visitor.get(LOGOUT).headers["location"] == LOGIN


def test_a_session_that_the_api_ends_leads_to_the_sign_in_within_seconds(member, visitor):
    assert visitor.is_in()
    [other] = [each for each in member.get(SESSIONS).json["items"] if each["kind"] == "pages"]
    assert member.delete(f"{SESSIONS}/{other['id']}").status == 204
    eventually(lambda: not visitor.is_in(), SECONDS_TO_END)
    assert visitor.get(f"{KEYS}?a=b").headers["location"] == (
        "/admin/login?next=%2Fadmin%2Fprofile%2Fkeys%3Fa%3Db")


def test_a_session_lasts_on_while_it_is_used(house, member, visitor):
    where = f"user_id = '{member.id}' AND kind = 'pages'"
    ages = "TIMESTAMPDIFF(SECOND, last_used_at, NOW(3)), TIMESTAMPDIFF(HOUR, NOW(3), expires_at)"
    # Older than a minute, and about to end.
    query(house, "UPDATE sessions SET last_used_at = NOW(3) - INTERVAL 2 MINUTE, "
          f"expires_at = NOW(3) + INTERVAL 1 HOUR WHERE {where}")

    def is_touched():
        assert visitor.is_in()
        [[age, left]] = query(house, f"SELECT {ages} FROM sessions WHERE {where}")
        return int(age) < 60 and int(left) >= 7 * 24 - 1

    eventually(is_touched)
    # Used a moment ago: no more writing.
    query(house, f"UPDATE sessions SET last_used_at = NOW(3) - INTERVAL 30 SECOND WHERE {where}")
    began = time.monotonic()
    while time.monotonic() < began + SECONDS_TO_END:
        visitor.is_in()
    [[age, _]] = query(house, f"SELECT {ages} FROM sessions WHERE {where}")
    assert int(age) >= 30


def test_a_session_past_its_end_is_none(house, member, visitor):
    query(house, "UPDATE sessions SET expires_at = NOW(3) - INTERVAL 1 SECOND "
          f"WHERE user_id = '{member.id}'")
    eventually(lambda: not visitor.is_in(), SECONDS_TO_END)


def test_a_forgotten_password_is_set_anew_by_the_mailed_link(house, member, visitor):
    asking = Visitor(house)
    asking.open("/admin/forgotten")
    asking.send("/admin/forgotten", email=member.email)
    assert asking.at == "/admin/forgotten/sent"
    link = re.search(r"https://\S+/admin/reset\?token=\S+",
                     wait_for_mail(house, member.email, "Choose a new password"))[0]
    path = link[link.index("/admin"):]
    for _ in range(2):
        assert asking.open(path).status == 200, "looking does not use it up"
    asking.says(member.email)
    assert asking.send("/admin/reset", password="short").status == 422
    asking.says("New password must have at least 8 characters.")
    asking.send("/admin/reset", password=NEW_PASSWORD)
    assert asking.at == LOGIN
    asking.says("The new password is set. Sign in with it.")
    eventually(lambda: not visitor.is_in(), SECONDS_TO_END)
    assert asking.sign_in(member.email, NEW_PASSWORD).status == 200
    assert Visitor(house).open(path).status == 400


def test_whoever_is_asked_for_the_answer_is_the_same(house, member):
    answers = []
    for email in [member.email, "nobody@example.org"]:
        visitor = Visitor(house)
        visitor.open("/admin/forgotten")
        visitor.send("/admin/forgotten", email=email)
        answers.append((visitor.first.status, visitor.at, visitor.page.words))
    assert answers[0] == answers[1]


@pytest.mark.parametrize("age, words", [
    ("INTERVAL 2 HOUR", "This link has expired"), (None, "This link is not valid"),
])
def test_a_dead_link_says_what_to_do(house, member, age, words):
    asking = Visitor(house)
    asking.open("/admin/forgotten")
    asking.send("/admin/forgotten", email=member.email)
    token = token_of(wait_for_mail(house, member.email, "Choose a new password"))
    if age:
        query(house, f"UPDATE email_tokens SET expires_at = expires_at - {age}")
    else:
        token = token[:-2]
    assert asking.open(f"/admin/reset?token={token}").status == 400
    asking.says(words)
    assert asking.page.links["Ask for a new link"] == "/admin/forgotten"


def test_an_invitation_lets_somebody_choose_the_first_password(house):
    said = house.entrepot.call("user", "create", "--email", "new@example.org", "--role", "sales")
    path = said[said.index("/admin/reset"):].strip()
    visitor = Visitor(house)
    assert visitor.open(path).status == 200
    visitor.send("/admin/reset", password=NEW_PASSWORD)
    assert visitor.sign_in("new@example.org", NEW_PASSWORD).status == 200
    visitor.says("user, sales")


def test_the_first_administrator_comes_by_the_link_in_the_log():
    fresh = make_stack("fresh")
    fresh.has_demo_data = False
    for house in running(fresh):
        log = eventually(lambda: re.search(
            r"/admin/welcome\?token=[\w-]+", "".join(
                file.read_text() for file in (house.directory / "log").glob("entrepot*"))))
        visitor = Visitor(house)
        assert visitor.open("/admin/welcome?token=wrong").status == 400
        assert visitor.open(log[0]).status == 200
        first = {"email": "first@example.org", "firstName": "Ana"}
        assert visitor.send("/admin/welcome", password="password", **first).status == 422
        visitor.send("/admin/welcome", password=PASSWORD, **first)
        assert (visitor.first.status, visitor.first.headers["location"]) == (303, "/admin")
        assert visitor.open(PROFILE).status == 200
        visitor.says("user, admin", "first@example.org")
        assert query(house, "SELECT action, actor_id, address <> '' FROM audit_entries") == [
            ["user.added", "operator", "1"]]
        assert Visitor(house).open(log[0]).status == 400


def test_a_confirmed_email_is_a_page_for_browsers_and_json_for_programs(house, member):
    path = "/api/v1/auth/verify-email?token=" + token_of(
        wait_for_mail(house, member.email, "Confirm"))
    visitor = Visitor(house)
    assert visitor.request("HEAD", path).status == 200
    assert visitor.request("HEAD", path).status == 200, "looking does not use it up"
    assert visitor.open(path).status == 200
    visitor.says("Your e-mail is confirmed")
    assert member.get(ME).json["emailVerified"] is True
    assert visitor.open(path).status == 400
    visitor.says("This link is not valid")
    assert visitor.request("HEAD", path).status == 400
    assert Caller(house).get(path).problem["code"] == "invalid_token"


def test_a_code_is_asked_for_after_the_password_and_the_password_not_again(house, member, visitor):
    app, codes = enrol(visitor)
    visitor.open(SECURITY)
    visitor.says("Recovery codes left", "10")
    other = Visitor(house)
    answer = other.sign_in(member.email, PASSWORD)
    assert answer.status == 200
    other.says("One-time code", member.email)
    assert "password" not in other.page.forms[LOGIN] and not other.is_in()
    assert PASSWORD not in answer.body.decode()
    assert other.send(LOGIN, otp=app.wrong()).status == 401
    other.says("This code is not right")
    other.send(LOGIN, otp=app.code())
    assert (other.at, other.answer.status) == (PROFILE, 200)
    by_code = Visitor(house)
    by_code.sign_in(member.email, PASSWORD)
    by_code.send(LOGIN, otp=codes[0].upper())
    assert by_code.is_in()


def test_a_script_may_send_the_code_with_the_password(house, member, visitor):
    app, _ = enrol(visitor)
    script = Visitor(house)
    script.sign_in(member.email, PASSWORD, otp=app.code())
    assert script.at == PROFILE
    again = Visitor(house)
    assert again.sign_in(member.email, PASSWORD, otp=app.code()).status == 401
    again.says("E-mail or password are wrong")


def test_wrong_codes_lock_as_wrong_passwords_do(house, member, visitor):
    app, codes = enrol(visitor)
    guessing = Visitor(house)
    guessing.sign_in(member.email, PASSWORD)
    for _ in range(5):
        assert guessing.send(LOGIN, otp=app.wrong()).status == 401
    assert guessing.send(LOGIN, otp=codes[0]).status == 423
    guessing.says("This account is locked for now")


def test_the_note_that_the_password_was_right_is_worth_nothing_elsewhere(house, member, visitor):
    _, codes = enrol(visitor)
    first, thief = Visitor(house), Visitor(house)
    first.sign_in(member.email, PASSWORD)
    note = first.page.forms[LOGIN]["note"]
    thief.open(LOGIN)
    assert thief.send(LOGIN, note=note, otp=codes[0]).status == 401
    thief.says("That took too long")
    # Nor after the password was changed.
    visitor.open(SECURITY)
    visitor.send(f"{PROFILE}/password", currentPassword=PASSWORD, newPassword=NEW_PASSWORD)
    assert first.send(LOGIN, otp=codes[0]).status == 401
    assert not first.is_in() and not thief.is_in()
