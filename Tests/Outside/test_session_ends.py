"""Whatever ends a session ends its live tokens in time, at every worker, with Redis and without."""

import contextlib
import signal
import threading
import time

import pytest

from callers import Caller
from client import eventually
from conftest import make_stack, running
from people import (
    KEYS, LOGOUT, ME, NEW_PASSWORD, OTHER_PASSWORD, PASSWORD, REFRESH, RESET, ASK_RESET,
    SECONDS_TO_END, SESSIONS, USERS, Member, operator, token_of, wait_for_mail)

# More than there are workers.
THREADS = 6


@pytest.fixture(scope="module")
def ending():
    yield from running(make_stack("ending", ENTREPOT_WORKERS="4"))


@pytest.fixture(params=["with Redis", "without Redis"])
def stack(request, ending):
    ending.start()
    if request.param == "without Redis":
        ending.redis.stop(signal.SIGKILL)
    return ending


class Watch:
    """Asks with one token again and again, over connections that reach all workers, and knows when
    it was taken last."""

    def __init__(self, caller):
        self.caller = caller
        self.taken, self.refused, self.other = [], [], []
        self.ended = threading.Event()
        self.threads = [threading.Thread(target=self.ask) for _ in range(THREADS)]

    def __enter__(self):
        for thread in self.threads:
            thread.start()
        eventually(lambda: len(self.taken) > 10 * THREADS)
        return self

    def __exit__(self, *_):
        self.ended.set()
        for thread in self.threads:
            thread.join()

    def ask(self):
        while not self.ended.is_set():
            began = time.monotonic()
            status = self.caller.get(ME).status
            kind = {200: self.taken, 401: self.refused}.get(status, self.other)
            kind.append(began)


def log_out(member):
    return member.post(LOGOUT)


def change_password_elsewhere(member):
    return member.again().post(
        NEW_PASSWORD, {"currentPassword": PASSWORD, "newPassword": OTHER_PASSWORD})


def reset_password(member):
    nobody = Caller(member.stack)
    nobody.post(ASK_RESET, {"email": member.email})
    token = token_of(wait_for_mail(member.stack, member.email, "password"))
    return nobody.post(RESET, {"token": token, "password": OTHER_PASSWORD})


def revoke_session(member):
    other = member.again()
    [id] = [item["id"] for item in other.get(SESSIONS).json["items"] if not item["current"]]
    return other.delete(f"{SESSIONS}/{id}")


def disable(member):
    return operator(member.stack).patch(f"{USERS}/{member.id}", {"status": "disabled"})


def change_role(member):
    return operator(member.stack).patch(f"{USERS}/{member.id}", {"roles": ["customer"]})


def reuse_refresh_token(member):
    nobody = Caller(member.stack)
    nobody.post(REFRESH, {"refreshToken": member.refresh})
    answer = nobody.post(REFRESH, {"refreshToken": member.refresh})
    assert answer.status == 401
    answer.status = 200
    return answer


ENDINGS = [log_out, change_password_elsewhere, reset_password, revoke_session, disable, change_role,
           reuse_refresh_token]


def revoke_key(member):
    return member.delete(f"{KEYS}/{member.key_id}")


def key_holder(stack):
    member = Member.new(stack)
    key = member.post(KEYS, {"name": "x", "scopes": ["identity:read"]}).json
    member.key_id = key["id"]
    return member, Caller(stack, token=key["key"])


def test_live_tokens_end_in_time(stack, record_property):
    """All ways at once, since each takes its seconds."""
    members = [Member.new(stack) for _ in ENDINGS]
    owner, holder = key_holder(stack)
    ways = [*zip(ENDINGS, members, members), (revoke_key, owner, holder)]
    ended = {}
    with contextlib.ExitStack() as watches:
        watching = [watches.enter_context(Watch(caller)) for _, _, caller in ways]
        for end, member, _ in ways:
            answer = end(member)
            ended[end.__name__] = time.monotonic()
            assert answer.status in (200, 204), (end.__name__, answer)
        eventually(lambda: time.monotonic() > max(ended.values()) + SECONDS_TO_END + 0.5)
    for watch, (name, moment) in zip(watching, ended.items()):
        seconds = max(watch.taken) - moment
        record_property(name, f"{seconds:.2f}")
        assert watch.refused and not watch.other, name
        assert seconds < SECONDS_TO_END, name


def test_a_changed_role_leaves_the_session_to_go_on_with_new_tokens(stack):
    member = Member.new(stack)
    assert change_role(member).status == 200
    member.take(Caller(stack).post(REFRESH, {"refreshToken": member.refresh}))
    assert member.user["roles"] == ["user", "customer"]
    eventually(member.is_in, seconds_max=SECONDS_TO_END)


def test_what_does_not_end_a_session_ends_no_tokens(stack):
    member = Member.new(stack)
    other = member.again()
    with Watch(member) as watch:
        assert log_out(other).status == 204
        assert operator(stack).patch(
            f"{USERS}/{member.id}", {"firstName": "Renamed", "status": "active"}).status == 200
        began = time.monotonic()
        eventually(lambda: time.monotonic() > began + SECONDS_TO_END + 0.5)
    assert not watch.refused and not watch.other
