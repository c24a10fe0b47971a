"""One's own account on the pages: profile, password, sessions, keys and codes."""

import re

import pytest

from callers import Caller
from client import eventually
from eyes import PAGE_BYTES_MAX
from people import ME, PASSWORD, SECONDS_TO_END, Member, query, wait_for_mail
from test_signin_pages import house, member, visitor  # noqa: F401
from visitor import FORM, LOGIN, LOGOUT, PROFILE, SECURITY, TWO_FACTOR, Visitor, enrol

KEYS = f"{PROFILE}/keys"
NEW_PASSWORD = "quite another sentence"


def test_the_profile_is_changed_and_the_api_sees_it(member, visitor):
    visitor.open(PROFILE)
    visitor.send(PROFILE, firstName="Åsa", lastName="", phone="+91 22 1234", locale="en-IN",
                 timeZone="Asia/Kolkata")
    assert visitor.at == PROFILE
    visitor.says("Your profile is saved.")
    me = member.get(ME).json
    assert [me[name] for name in ["firstName", "lastName", "phone", "locale", "timeZone"]] == [
        "Åsa", None, "+91 22 1234", "en-IN", "Asia/Kolkata"]
    visitor.open(PROFILE)
    assert visitor.send(PROFILE, phone="1", timeZone="Mars/Olympus").status == 422
    visitor.says("Phone must have at least 3 characters.", "Time zone must be a time zone")


def test_a_change_in_between_is_told_kindly_and_nothing_is_lost(member, visitor):
    visitor.open(PROFILE)
    assert member.patch("/api/v1/users/profile", {"firstName": "Elsewhere"}).status == 200
    assert visitor.send(PROFILE, firstName="Here").status == 412
    visitor.says("Somebody changed this profile meanwhile")
    assert visitor.page.forms[PROFILE]["firstName"] == "Here"
    assert member.get(ME).json["firstName"] == "Elsewhere"
    assert visitor.send(PROFILE).status == 200
    assert member.get(ME).json["firstName"] == "Here"


def test_a_letter_to_confirm_the_email_can_be_had_again(house, member, visitor):
    visitor.open(PROFILE)
    visitor.send(f"{PROFILE}/verify")
    visitor.says("A letter with a link is on its way")
    wait_for_mail(house, member.email, "Confirm", count=2)


def test_a_new_password_ends_all_other_sessions_but_not_this_one(member, visitor):
    action = f"{PROFILE}/password"
    visitor.open(SECURITY)
    answer = visitor.send(action, currentPassword="wrong", newPassword=NEW_PASSWORD)
    assert answer.status == 422
    visitor.says("Current password is not the current password.")
    visitor.send(action, currentPassword=PASSWORD, newPassword=NEW_PASSWORD)
    visitor.says("The new password is set; all other sessions have ended.")
    eventually(lambda: not member.is_in(), SECONDS_TO_END)
    assert visitor.is_in()


def test_sessions_are_listed_and_ended(house, member, visitor):
    sessions = f"{PROFILE}/sessions"
    others = [Visitor(house), Visitor(house)]
    for other in others:
        other.headers["User-Agent"] = "Mozilla/5.0 (iPhone; CPU) Version/17 Safari/604"
        other.sign_in(member.email, PASSWORD)
    visitor.open(sessions)
    visitor.says("Safari on iPhone", "this one")
    assert visitor.open(visitor.page.links["End"]).status == 200
    visitor.says("End the session of Safari on iPhone?")
    [action] = [action for action in visitor.page.forms if (action or "").startswith(sessions)]
    visitor.send(action)
    visitor.says("The session has ended.")
    visitor.open(f"{sessions}/others")
    visitor.send(f"{sessions}/others")
    visitor.says("All other sessions have ended.", "1 session")
    for other in others:
        eventually(lambda other=other: not other.is_in(), SECONDS_TO_END)
    assert visitor.is_in() and not member.is_in()


def test_nobody_ends_the_session_of_somebody_else(house, member, visitor):
    stranger = Visitor(house)
    stranger.sign_in(Member.new(house).email, PASSWORD)
    [[id]] = query(house, f"SELECT id FROM sessions WHERE user_id = '{member.id}' "
                   "AND kind = 'pages' AND revoked_at IS NULL")
    stranger.open(PROFILE)
    form = {"csrf": stranger.page.forms[LOGOUT]["csrf"]}
    for path in [f"{PROFILE}/sessions/{id}", f"{KEYS}/key_{id[4:]}"]:
        assert stranger.get(path).status == 404
        assert stranger.send(path, only=form).status == 404
    assert visitor.is_in()


def test_a_key_is_made_shown_once_and_revoked(house, visitor):
    visitor.open(f"{KEYS}/new")
    assert visitor.send(f"{KEYS}/new").status == 422
    visitor.says("Name is required.", "It may must have 1 to 30 entries.")
    answer = visitor.send(f"{KEYS}/new", name="Warehouse", scopes=["identity:read", "sales:write"])
    key = re.search(r"ent_live_[\w-]{43}", answer.body.decode())[0]
    program = Caller(house, token=key)
    assert program.get(ME).status == 200
    visitor.open(KEYS)
    visitor.says("Warehouse", "identity:read, sales:write")
    assert key not in visitor.answer.body.decode()
    path = visitor.page.links["Revoke"]
    visitor.open(path)
    visitor.says("Revoke the key “Warehouse”?", "It was last used just now.")
    visitor.send(path)
    visitor.says("The key is revoked.", "No API keys yet")
    eventually(lambda: program.get(ME).status == 401, SECONDS_TO_END)


def test_the_second_factor_is_renewed_and_turned_off_with_a_code(house, member, visitor):
    app, codes = enrol(visitor)
    visitor.open(f"{TWO_FACTOR}/codes")
    assert visitor.send(f"{TWO_FACTOR}/codes", code=app.wrong()).status == 422
    answer = visitor.send(f"{TWO_FACTOR}/codes", code=codes[0])
    fresh = re.findall(r"<code>([0-9a-z-]{19})</code>", answer.body.decode())
    assert len(fresh) == 10 and not set(fresh) & set(codes)
    visitor.open(f"{TWO_FACTOR}/end")
    assert visitor.send(f"{TWO_FACTOR}/end", code=codes[1]).status == 422, "an older one is dead"
    visitor.send(f"{TWO_FACTOR}/end", code=fresh[0])
    visitor.says("Signing in asks for the password alone now.")
    assert Visitor(house).sign_in(member.email, PASSWORD).status == 200


@pytest.mark.parametrize("page", [
    LOGIN, LOGOUT, "/admin/forgotten", "/admin/forgotten/sent", PROFILE, SECURITY,
    f"{PROFILE}/sessions", KEYS, f"{KEYS}/new", TWO_FACTOR, f"{TWO_FACTOR}/end",
])
def test_every_page_is_small_and_kept_by_nobody(house, member, visitor, page):
    reader = visitor if page not in [LOGIN] else Visitor(house)
    answer = reader.open(page)
    assert answer.status == 200
    assert len(answer.body) < PAGE_BYTES_MAX
    assert answer.headers["cache-control"] == "no-store"
    assert "style=" not in answer.body.decode()


@pytest.mark.parametrize("path", [
    PROFILE, SECURITY, f"{PROFILE}/sessions", KEYS, f"{KEYS}/new", TWO_FACTOR,
])
def test_the_own_account_needs_a_sign_in(house, path):
    visitor = Visitor(house)
    assert visitor.get(path).headers["location"].startswith("/admin/login?next=")
    posted = visitor.request("POST", path, "csrf=x", headers=FORM)
    assert posted.status in (401, 405)
