"""CORS: pages of listed origins may call the API."""

import pytest

from callers import NO_NOTE, NOTE, NOTES, Caller, forget_notes, sign_in
from client import eventually
from conftest import REQUEST_DEADLINE_MS

ORIGIN = "http://localhost:3000"
EXPOSED = {"etag", "location", "x-request-id", "idempotency-replayed", "dry-run", "retry-after",
           "ratelimit", "ratelimit-policy"}
STRANGE = ["http://localhost:3001", "https://localhost:3000", "http://localhost:3000.evil.example",
           "null", "*", "http://LOCALHOST:3000/"]


@pytest.fixture
def caller(proving):
    forget_notes(proving)
    return Caller(proving)


def preflight(caller, path, origin=ORIGIN, method="POST"):
    return caller.request("OPTIONS", path, headers={
        "Origin": origin, "Access-Control-Request-Method": method,
        "Access-Control-Request-Headers": "authorization,content-type,idempotency-key"})


def words(answer, name):
    return {word.strip().lower() for word in (answer.headers[name] or "").split(",")}


@pytest.mark.parametrize("path", [NOTES, NO_NOTE, "/api/v1/proving/mine", "/health"])
def test_a_preflight_of_a_listed_origin_is_let_through(caller, path):
    answer = preflight(caller, path)
    assert (answer.status, answer.body) == (204, b"")
    assert answer.headers["access-control-allow-origin"] == ORIGIN
    methods = words(answer, "access-control-allow-methods")
    assert {"get", "post", "put", "patch", "delete"} <= methods
    assert {"authorization", "content-type", "idempotency-key", "if-match", "if-none-match",
            "x-request-id"} <= words(answer, "access-control-allow-headers")
    assert int(answer.headers["access-control-max-age"]) > 0
    assert "origin" in words(answer, "vary")


@pytest.mark.parametrize("origin", STRANGE)
def test_another_origin_gets_no_mark(caller, origin):
    for answer in [preflight(caller, NOTES, origin), caller.get(NOTES, headers={"Origin": origin})]:
        assert answer.status in (200, 204)
        assert not [name for name in answer.headers if name.lower().startswith("access-control")]
        assert "origin" in words(answer, "vary")


def test_answers_and_refusals_bear_the_marks(caller):
    headers = {"Origin": ORIGIN}
    answers = [
        caller.get(NOTES, headers=headers), caller.post(NOTES, NOTE, headers=headers),
        caller.get(NO_NOTE, headers=headers), caller.get("/api/v1/nowhere", headers=headers),
        caller.get("/api/v1/proving/mine", headers=headers),
        caller.post(NOTES, {}, headers=headers)]
    assert [answer.status for answer in answers] == [200, 201, 404, 404, 401, 422]
    for answer in answers:
        assert answer.headers.get_all("access-control-allow-origin") == [ORIGIN]
        assert EXPOSED <= words(answer, "access-control-expose-headers")


def test_without_an_origin_there_is_no_mark_but_caches_are_told(caller):
    answer = caller.get(NOTES)
    assert answer.headers["access-control-allow-origin"] is None
    assert "origin" in words(answer, "vary")


def test_a_replayed_answer_bears_the_marks_of_its_own_request(caller):
    token = sign_in(caller.stack)
    headers = {"Idempotency-Key": "marked"}
    mine = Caller(caller.stack, token=token)
    mine.post(NOTES, NOTE, headers=headers)
    replayed = mine.post(NOTES, NOTE, headers=headers | {"Origin": ORIGIN})
    assert replayed.headers["idempotency-replayed"] == "true"
    assert replayed.headers.get_all("access-control-allow-origin") == [ORIGIN]


def test_a_preflight_touches_no_database(fragile):
    fragile.start()
    caller = Caller(fragile)
    fragile.mariadb.stop()
    fragile.redis.stop()
    try:
        assert caller.get(NOTES).status == 503
        answer = preflight(caller, NOTES)
        assert answer.status == 204
        assert answer.seconds < REQUEST_DEADLINE_MS / 1000, "it waited for neither"
        assert answer.headers["access-control-allow-origin"] == ORIGIN
    finally:
        fragile.start()
    eventually(lambda: caller.get(NOTES).status == 200)
