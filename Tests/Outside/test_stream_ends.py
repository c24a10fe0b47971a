"""A stream ends in time when the rights that it rests on end, with Redis and without."""

import contextlib
import threading
import time

import pytest

from callers import Caller, Visitor, parts, sign_in, signed
from client import eventually
from conftest import make_stack, running
from follow import TICKETS, Stream, held, poll
from people import KEYS, ORGANISATIONS, SECONDS_TO_END, SESSIONS, Member, operator
from test_session_ends import ENDINGS, revoke_key, stack  # noqa: F401

TOKEN_SECONDS = 8


@pytest.fixture(scope="module")
def ending():
    yield from running(make_stack("stream-ends"))


class Watch:
    """Reads a stream until it ends, and knows when that was."""

    def __init__(self, caller, *topics, **parameters):
        self.stream = Stream(caller, *topics, **parameters)
        self.stream.open()
        self.ended_at = None
        self.thread = threading.Thread(target=self.read, daemon=True)
        self.thread.start()

    def read(self):
        with contextlib.suppress(OSError, ValueError):
            self.stream.to_end(60)
            self.ended_at = time.monotonic()

    def has_ended(self):
        return self.ended_at is not None


def key_holder(stack):
    member = Member.new(stack)
    key = member.post(KEYS, {"name": "x", "scopes": ["system:read", "contracts:read"]}).json
    member.key_id = key["id"]
    return member, Caller(stack, token=key["key"])


def test_streams_end_with_what_they_rest_on(stack, record_property):
    members = [Member.new(stack) for _ in ENDINGS]
    owner, holder = key_holder(stack)
    ways = [(end, member, Watch(member, "contracts")) for end, member in zip(ENDINGS, members)]
    ways.append((revoke_key, owner, Watch(holder, "contracts")))
    by_ticket = Member.new(stack)
    ticket = by_ticket.post(TICKETS).json["ticket"]
    ways.append((ENDINGS[0], by_ticket, Watch(Caller(stack), "contracts", ticket=ticket)))
    bystander = Watch(Member.new(stack), "contracts")
    for end, member, watch in ways:
        answer = end(member)
        began = time.monotonic()
        assert answer.status in (200, 204), (end.__name__, answer)
        eventually(watch.has_ended, SECONDS_TO_END)
        record_property(end.__name__, f"{watch.ended_at - began:.2f}")
    assert not bystander.has_ended()
    bystander.stream.close()


def test_a_stream_of_a_page_ends_with_its_session(stack):
    member = Member.new(stack)
    visitor = Visitor(stack, member.id)
    page = Caller(stack)
    page.headers = {"Cookie": visitor.headers["Cookie"]}
    watch = Watch(page, "contracts")
    listed = member.get(SESSIONS).json["items"]
    [id] = [item["id"] for item in listed if not item["current"]]
    assert member.delete(f"{SESSIONS}/{id}").status == 204
    eventually(watch.has_ended, SECONDS_TO_END)


def test_a_technician_who_is_unlinked_follows_no_longer(stack):
    technician = Member.new(stack, "technician")
    admin = operator(stack)
    organisation = admin.post(ORGANISATIONS, {"name": "Cold stores"}).json["id"]
    link = f"{ORGANISATIONS}/{organisation}/technicians/{technician.id}"
    assert admin.request("PUT", link).status == 204
    watch = Watch(technician, f"alerts/{organisation}")
    assert admin.delete(link).status == 204
    eventually(watch.has_ended, SECONDS_TO_END)


def test_a_poll_is_answered_when_its_rights_end(stack):
    member = Member.new(stack)
    answers = []
    cursor = poll(member, "contracts").json["cursor"]
    waiting = threading.Thread(
        target=lambda: answers.append(poll(member, "contracts", after=cursor, wait=9)))
    eventually(lambda: held(stack) == 0)
    waiting.start()
    eventually(lambda: held(stack) == 1)
    assert member.post("/api/v1/auth/logout").status == 204
    waiting.join(SECONDS_TO_END)
    assert answers and answers[0].json["events"] == []
    eventually(lambda: member.get("/api/v1/poll?topic=contracts").status == 401, SECONDS_TO_END)


def test_a_stream_ends_when_its_token_expires(ending):
    ending.start()
    header, claims = parts(sign_in(ending, "user"))
    claims["exp"] = int(time.time()) + TOKEN_SECONDS
    expires_at = time.monotonic() + claims["exp"] - time.time()
    token = signed(ending.tls.token_key, header, claims)
    watch = Watch(Caller(ending, token=token), "contracts")
    eventually(watch.has_ended, TOKEN_SECONDS + SECONDS_TO_END)
    # The hub looks at its clock less often than every millisecond, and never too late.
    assert -0.5 < watch.ended_at - expires_at < SECONDS_TO_END
