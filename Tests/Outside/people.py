"""People as clients know them: with an account, signed in, with an authenticator and a mailbox."""

import base64
import email
import email.policy
import hashlib
import hmac
import itertools
import re
import secrets
import time

from callers import Caller, sign_in
from client import eventually
from stack.mariadb import DATABASE

API = "/api/v1"
REGISTER = f"{API}/auth/register"
LOGIN = f"{API}/auth/login"
REFRESH = f"{API}/auth/refresh"
LOGOUT = f"{API}/auth/logout"
ME = f"{API}/auth/me"
PROFILE = f"{API}/users/profile"
NEW_PASSWORD = f"{API}/auth/password"
SESSIONS = f"{API}/auth/sessions"
TOTP = f"{API}/auth/totp"
KEYS = f"{API}/auth/api-keys"
USERS = f"{API}/admin/users"
ORGANISATIONS = f"{API}/admin/organisations"
AUDIT = f"{API}/admin/audit"
ASK_RESET = f"{API}/auth/password-reset-request"
RESET = f"{API}/auth/password-reset"

PASSWORD = "a fine long sentence"
OTHER_PASSWORD = "another long sentence"
STEP_SECONDS = 30
# Whatever ends a session ends its tokens within this.
SECONDS_TO_END = 5

run = secrets.token_hex(4)
numbers = itertools.count()


def new_email():
    return f"person-{run}-{next(numbers)}@example.org"


def credentials(email, password=PASSWORD, **more):
    return {"email": email, "password": password} | more


def operator(stack, *roles):
    """Whoever holds the signing key: an admin unless told otherwise."""
    return Caller(stack, token=sign_in(stack, *(roles or ["admin"]), subject="operator"))


class Member(Caller):
    """Somebody with an account, signed in."""

    def __init__(self, stack, answer, password=PASSWORD):
        super().__init__(stack)
        self.password = password
        self.take(answer)

    @classmethod
    def new(cls, stack, *roles, **fields):
        """Registers; roles are then granted, which ends the first tokens."""
        member = cls(stack, register(stack, **fields))
        if not roles:
            return member
        answer = operator(stack).patch(f"{USERS}/{member.id}", {"roles": roles})
        assert answer.status == 200, answer
        return member.again()

    def take(self, answer):
        assert answer.status in (200, 201), answer
        self.signed_in = answer.json
        self.user = self.signed_in["user"]
        self.id, self.email = self.user["id"], self.user["email"]
        self.access, self.refresh = (
            self.signed_in[name] for name in ["accessToken", "refreshToken"])
        self.headers["Authorization"] = f"Bearer {self.access}"

    def again(self, **more):
        """The same person on another device."""
        answer = Caller(self.stack).post(LOGIN, credentials(self.email, self.password, **more))
        return Member(self.stack, answer, self.password)

    def is_in(self):
        status = self.get(ME).status
        assert status in (200, 401)
        return status == 200

    def put(self, path, body, **options):
        return self.request("PUT", path, body, **options)


def register(stack, **fields):
    given = credentials(fields.pop("email", None) or new_email()) | fields
    answer = Caller(stack).post(REGISTER, given)
    assert answer.status == 201, answer
    return answer


def refused(answer, status, code):
    assert (answer.status, answer.problem["code"]) == (status, code), answer
    return answer.problem


def invalid(answer, **fields):
    """A 422 with exactly these fields and codes."""
    errors = {error["field"]: error["code"] for error in
              refused(answer, 422, "validation_failed")["errors"]}
    assert errors == fields


def query(stack, sql):
    return stack.mariadb.query("SET time_zone = '+00:00'; " + sql, DATABASE)


def mails(stack, to):
    """The mails that reached somebody, oldest first, as (subject, text)."""
    found = []
    for file in sorted((stack.directory / "mail").glob("*.eml")):
        message = email.message_from_bytes(file.read_bytes(), policy=email.policy.default)
        if to in message["to"]:
            found.append((message["subject"], message.get_body(("plain",)).get_content()))
    return found


def wait_for_mail(stack, to, subject, count=1):
    """The text of the last of so many mails with this in their subject."""
    def all_of_them():
        texts = [text for given, text in mails(stack, to) if subject in given]
        return texts if len(texts) >= count else None

    return eventually(all_of_them)[-1]


def token_of(text):
    return re.search(r"token=([A-Za-z0-9_-]+)", text)[1]


class Authenticator:
    """An app with the secret of somebody's second factor; begun early in a step, so that its codes
    stay good for a while."""

    def __init__(self, secret):
        self.secret = base64.b32decode(secret + "=" * (-len(secret) % 8))
        eventually(lambda: time.time() % STEP_SECONDS < STEP_SECONDS - 10)
        self.step = int(time.time()) // STEP_SECONDS

    def code(self, steps_later=0):
        counter = (self.step + steps_later).to_bytes(8, "big")
        digest = hmac.digest(self.secret, counter, hashlib.sha1)
        offset = digest[-1] & 15
        number = int.from_bytes(digest[offset:offset + 4], "big") & 0x7fffffff
        return f"{number % 10**6:06}"

    def wrong(self):
        right = {self.code(step) for step in range(-2, 3)}
        return next(f"{guess:06}" for guess in range(10) if f"{guess:06}" not in right)


def enrol(member):
    """Turns the second factor on: the app, and the recovery codes."""
    answer = member.post(TOTP)
    assert answer.status == 201, answer
    app = Authenticator(answer.json["secret"])
    assert member.post(f"{TOTP}/confirm", {"code": app.code(-1)}).status == 204
    return app, answer.json["recoveryCodes"]
