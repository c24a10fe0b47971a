"""Who calls, and what each may do."""

import subprocess
import time

import pytest

from callers import (
    NO_NOTE, NOTE, NOTES, Caller, forget_notes, packed, parts, sign_in, signed)
from client import eventually

MINE = "/api/v1/proving/mine"
SYSTEM_INFO = "/api/v1/system/info"


@pytest.fixture
def caller(proving):
    forget_notes(proving)
    return Caller(proving)


def refused(answer):
    assert (answer.status, answer.problem["code"]) == (401, "unauthenticated"), answer
    assert answer.headers["www-authenticate"].startswith("Bearer")
    return True


def test_a_token_says_who_calls(caller):
    answer = Caller(caller.stack, token=sign_in(caller.stack, subject="usr_4711")).get(MINE)
    assert (answer.status, answer.body) == (200, b"usr_4711\n")


@pytest.mark.parametrize("scheme", ["Bearer", "bearer", "BEARER"])
def test_the_name_of_the_scheme_may_be_written_as_one_likes(caller, scheme):
    headers = {"Authorization": f"{scheme} {sign_in(caller.stack)}"}
    assert caller.get(MINE, headers=headers).status == 200


@pytest.mark.parametrize("method, path", [
    ("GET", MINE), ("HEAD", MINE), ("GET", "/api/proving/mine"), ("DELETE", NO_NOTE),
    ("GET", "/api/v1/system/health"), ("GET", SYSTEM_INFO)])
def test_without_a_token_the_answer_is_401(caller, method, path):
    answer = caller.request(method, path)
    assert answer.status == 401
    assert answer.headers["www-authenticate"].startswith("Bearer")


@pytest.mark.parametrize("header", [
    "", "Bearer", "Bearer ", "Basic dXNlcjpwYXNz", "Bearer x", "Bearer a.b.c", "Bearer ..",
    "Bearer " + "a" * 7000, "Token x", "Bearer x y"])
def test_what_is_no_token_is_refused(caller, header):
    refused(caller.get(MINE, headers={"Authorization": header}))


@pytest.mark.parametrize("header", ["", "Basic dXNlcjpwYXNz", "Bearer a.b.c"])
def test_where_anyone_may_call_what_is_no_token_is_as_none(caller, header):
    headers = {"Authorization": header}
    assert caller.get("/health", headers=headers).status == 200
    assert caller.post(NOTES, NOTE, headers=headers).status == 201
    assert caller.get("/metrics", headers=headers).status == 200


def forged(stack):
    """Tokens that look right and are not, by what is wrong with them."""
    good = sign_in(stack, subject="usr_forged")
    header, claims = parts(good)
    key = stack.tls.token_key
    head, body, signature = good.split(".")
    now = int(time.time())
    other_key = stack.tls.folder / "other.key"
    subprocess.run(["openssl", "genpkey", "-algorithm", "RSA", "-out", other_key],
                   capture_output=True, check=True)
    assert Caller(stack, token=signed(key, header, claims)).get(MINE).status == 200
    without_end = {name: value for name, value in claims.items() if name != "exp"}
    return {
        "its time is over": signed(key, header, claims | {"exp": now - 120}),
        "it never ends": signed(key, header, without_end),
        "it ends at a word": signed(key, header, claims | {"exp": "tomorrow"}),
        "it holds later": signed(key, header, claims | {"nbf": now + 3600}),
        "another issuer": signed(key, header, claims | {"iss": "someone"}),
        "another key": signed(other_key, header, claims),
        "an unknown key id": signed(key, header | {"kid": "unknown"}, claims),
        "other claims": ".".join([head, packed(claims | {"roles": ["admin"]}), signature]),
        "a broken signature": ".".join([head, body, packed(b"x" * 256)]),
        "no signature": f"{head}.{body}.",
        "no algorithm": f"{packed(header | {'alg': 'none'})}.{body}.",
        "a named algorithm": signed(key, header | {"alg": "HS256"}, claims),
        "no subject": signed(key, header, {**claims, "sub": None}),
        "an extension": signed(key, header | {"crit": ["x"], "x": 1}, claims),
    }


def test_a_forged_or_spent_token_is_refused(caller):
    for what, token in forged(caller.stack).items():
        answer = Caller(caller.stack, token=token).get(MINE)
        assert answer.status == 401, what
        refused(answer)


def test_a_token_that_was_taken_is_refused_once_its_time_is_over(caller):
    header, claims = parts(sign_in(caller.stack))

    def holder(seconds):
        ends = int(time.time()) + seconds
        token = signed(caller.stack.tls.token_key, header, claims | {"exp": ends})
        return Caller(caller.stack, token=token)

    # As brief as the machine is quick: it has to be signed and used in its time.
    brief = next(one for one in map(holder, [2, 4, 8, 16, 32]) if one.get(MINE).status == 200)
    eventually(lambda: brief.get(MINE).status == 401)
    refused(brief.get(MINE))
    assert brief.post(NOTES, NOTE).status == 201, "as anybody, who may have a new one made"


def test_a_role_that_is_missing_is_403(caller):
    stranger = Caller(caller.stack, token=sign_in(caller.stack, "customer"))
    for answer in [stranger.delete(NO_NOTE), stranger.get(SYSTEM_INFO)]:
        assert (answer.status, answer.problem["code"]) == (403, "forbidden")
        assert answer.headers["www-authenticate"] is None


def test_the_role_that_is_named_may(caller):
    note = caller.make_note()
    manager = Caller(caller.stack, token=sign_in(caller.stack, "admin"))
    answer = manager.delete(f"{NOTES}/{note['id']}")
    assert (answer.status, answer.body) == (204, b"")
    assert answer.headers["content-type"] is None
    assert manager.delete(f"{NOTES}/{note['id']}").status == 404


def test_an_admin_may_whatever_any_role_may(caller):
    admin = Caller(caller.stack, token=sign_in(caller.stack, "admin"))
    assert admin.get(MINE).status == 200
    assert admin.get(SYSTEM_INFO).status == 200
    assert admin.delete(f"{NOTES}/{caller.make_note()['id']}").status == 204


def test_a_token_lives_a_quarter_of_an_hour(caller):
    _, claims = parts(sign_in(caller.stack))
    assert claims["exp"] - claims["iat"] == 15 * 60


def test_metrics_are_for_listed_addresses(caller):
    assert caller.get("/metrics").status == 200
    stranger = Caller(caller.stack, "127.0.4.1", sign_in(caller.stack, "admin"))
    for headers in [{}, {"X-Forwarded-For": "127.0.0.1"}, {"X-Real-IP": "127.0.0.1"}]:
        answer = stranger.get("/metrics", headers=headers)
        assert (answer.status, answer.problem["code"]) == (403, "forbidden")


def test_metrics_count_what_was_answered(caller):
    def counted():
        sample = 'entrepot_requests_total{route="GET proving/notes/:id",status="404"} '
        lines = caller.get("/metrics").body.decode().splitlines()
        return sum(int(line.removeprefix(sample)) for line in lines if line.startswith(sample))

    before = counted()
    for _ in range(12):
        caller.get(NO_NOTE)
    assert counted() == before + 12, "whichever worker is asked answers for all"
