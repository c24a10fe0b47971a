"""What holds for every request: bodies, ids, times, methods, request ids."""

import re

import pytest

from callers import NO_NOTE, NOTE, NOTES, Caller, forget_notes
from client import eventually

MEBIBYTE = 1024 * 1024


@pytest.fixture
def caller(proving):
    forget_notes(proving)
    return Caller(proving)


@pytest.mark.parametrize("content_type", [
    "application/json", "application/json; charset=utf-8", "Application/JSON",
    "application/json;charset=UTF-8"])
def test_json_is_taken_however_it_is_named(caller, content_type):
    answer = caller.send("POST", NOTES, '{"title": "a", "quantity": 1}', content_type)
    assert answer.status == 201
    assert answer.headers["content-type"] == "application/json"


@pytest.mark.parametrize("content_type", [
    "", "text/plain", "application/x-www-form-urlencoded", "multipart/form-data; boundary=x",
    "application/jsonp", "application/problem+json", "text/json", "json"])
def test_another_content_type_is_refused(caller, content_type):
    answer = caller.send("POST", NOTES, '{"title": "a", "quantity": 1}', content_type)
    assert (answer.status, answer.problem["code"]) == (415, "unsupported_media_type")


MALFORMED = {
    "cut off": b'{"title": "a"', "no quotes": b"{title: 1}", "a comma too many": b'{"a": 1,}',
    "two values": b"{} {}", "not UTF-8": b'{"title": "\xff"}', "a lone surrogate": b'"\\ud800"',
    "a control character": b'{"title": "a\nb"}', "a number that begins with nought": b"[01]",
    "NaN": b"[NaN]", "nothing but space": b"  ", "a comment": b"{} // no",
    "deeper than anybody needs": b"[" * 100_000,
}


@pytest.mark.parametrize("case", MALFORMED)
def test_what_does_not_parse_is_malformed_json(caller, case):
    answer = caller.send("POST", NOTES, MALFORMED[case])
    assert (answer.status, answer.problem["code"]) == (400, "malformed_json")
    assert answer.problem["detail"], "it says where"


@pytest.mark.parametrize("body", ["[]", '"text"', "1", "null", "true"])
def test_json_that_is_no_object_is_malformed(caller, body):
    answer = caller.send("POST", NOTES, body)
    assert (answer.status, answer.problem["code"]) == (400, "malformed_request")


def test_unknown_fields_are_ignored(caller):
    answer = caller.post(NOTES, NOTE | {"id": "mine", "version": 9, "more": {"deep": [1]}})
    assert answer.status == 201
    assert answer.json["version"] == 1 and answer.json["id"] != "mine"
    assert "more" not in answer.json


def padded(size):
    """A note whose body has exactly so many bytes."""
    head, tail = b'{"title": "a", "quantity": 1, "more": "', b'"}'
    return head + b"x" * (size - len(head) - len(tail)) + tail


def test_a_body_of_one_mebibyte_is_taken_and_one_byte_more_is_not(caller):
    assert caller.send("POST", NOTES, padded(MEBIBYTE)).status == 201
    answer = caller.send("POST", NOTES, padded(MEBIBYTE + 1))
    assert (answer.status, answer.problem["code"]) == (413, "payload_too_large")


def test_a_chunked_body_has_the_same_limit(caller):
    def chunks(size):
        return iter([padded(size)])

    headers = {"Content-Type": "application/json", "Transfer-Encoding": "chunked"}
    for size, status in [(MEBIBYTE, 201), (MEBIBYTE + 1, 413)]:
        connection = caller.connect()
        try:
            connection.request("POST", NOTES, chunks(size), headers, encode_chunked=True)
            assert connection.getresponse().status == status
        finally:
            connection.close()


@pytest.mark.parametrize("id", [
    "1", "nte_", "nte_" + "0" * 25, "nte_" + "0" * 27, "nte_" + "u" * 26, "usr_" + "0" * 26,
    "NTE_" + "0" * 26, "nte_" + "I" * 26, "..%2f..%2fetc", "%27%20OR%201=1",
    "nte_" + "%F0%9F%92%A9", "a" * 3000, "%22", "null", "-1", "9" * 40])
@pytest.mark.parametrize("method", ["GET", "PATCH"])
def test_an_id_that_is_not_well_formed_is_not_found(caller, method, id):
    answer = caller.request(method, f"{NOTES}/{id}", None if method == "GET" else {})
    assert (answer.status, answer.problem["code"]) == (404, "not_found")


def test_an_id_of_nothing_is_not_found_and_says_the_same(caller):
    unknown, malformed = caller.get(NO_NOTE).problem, caller.get(f"{NOTES}/x").problem
    del unknown["requestId"], malformed["requestId"]
    assert unknown == malformed


def test_times_are_in_utc_with_milliseconds(caller):
    time = caller.make_note()["createdAt"]
    assert re.fullmatch(r"\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d\.\d{3}Z", time)
    assert caller.get(NOTES).json["items"][0]["createdAt"] == time, "the database keeps all of it"


def test_ids_are_a_prefix_and_a_ulid(caller):
    assert re.fullmatch(r"nte_[0-7][0-9A-HJKMNP-TV-Z]{25}", caller.make_note()["id"])


def test_text_comes_back_as_it_was_given(caller):
    title = "Ω ≠ 🍊 \u202e <script>&\"'\\ \u0001\u007f"
    note = caller.make_note(title=title)
    assert note["title"] == title
    assert caller.get(f"{NOTES}/{note['id']}").json["title"] == title


def test_to_create_answers_201_with_the_object_and_its_place(caller):
    answer = caller.post(NOTES, NOTE)
    assert answer.status == 201
    assert answer.headers["location"] == f"{NOTES}/{answer.json['id']}"
    assert caller.get(answer.headers["location"]).json == answer.json


def test_the_address_without_a_version_is_the_same(caller):
    note = caller.make_note()
    for base in ["/api", "/api/v1"]:
        assert caller.get(f"{base}/proving/notes/{note['id']}").json == note


@pytest.mark.parametrize("path", [
    "/api/v2/proving/notes", "/proving/notes", "/api/v1/proving/notes/", "/api//proving/notes",
    "/api/v1/proving/Notes", "/api", "/api/v1", "/nowhere"])
def test_what_is_nowhere_is_not_found(caller, path):
    answer = caller.get(path)
    assert (answer.status, answer.problem["code"]) == (404, "not_found")


READS = ["/health", "/api/v1/health", "/ready", "/openapi.json", "/docs", NOTES, NO_NOTE,
         "/no/such/page", "/api/v1/proving/mine"]


@pytest.mark.parametrize("path", READS)
def test_head_answers_as_get_does_without_the_body(caller, path):
    got, head = caller.get(path), caller.request("HEAD", path)
    assert head.status == got.status
    assert head.body == b""
    for name in ["content-type", "etag", "cache-control", "www-authenticate"]:
        assert head.headers[name] == got.headers[name]
    if got.headers["content-length"] and "requestId" not in got.body.decode():
        assert head.headers["content-length"] == got.headers["content-length"]


def allowed(answer):
    return set(answer.headers["allow"].replace(" ", "").split(","))


@pytest.mark.parametrize("path, methods", [
    ("/health", {"GET", "HEAD", "OPTIONS"}),
    (NOTES, {"GET", "HEAD", "POST", "OPTIONS"}),
    (NO_NOTE, {"GET", "HEAD", "PATCH", "DELETE", "OPTIONS"}),
    (NO_NOTE + "/refuse", {"POST", "OPTIONS"}),
])
def test_options_and_405_name_the_methods(caller, path, methods):
    answer = caller.request("OPTIONS", path)
    assert (answer.status, answer.body, allowed(answer)) == (204, b"", methods)
    refused = caller.request("PUT", path, {})
    assert (refused.status, refused.problem["code"]) == (405, "method_not_allowed")
    assert allowed(refused) == methods


@pytest.mark.parametrize("method", ["PURGE", "CONNECT-ish", "get", "PROPFIND"])
def test_an_unknown_method_is_no_fault_of_ours(caller, method):
    answer = caller.request(method, NOTES)
    assert answer.status in (400, 405), answer
    assert answer.problem["code"] in ("malformed_request", "method_not_allowed")


def test_options_of_nowhere_is_not_found(caller):
    assert caller.request("OPTIONS", "/no/such/page").status == 404


def test_a_sane_request_id_is_in_the_header_the_problem_and_the_log(caller):
    answer = caller.get(NO_NOTE, headers={"X-Request-Id": "order-4711.a_b"})
    assert answer.headers.get_all("x-request-id") == ["order-4711.a_b"]
    assert answer.problem["requestId"] == "order-4711.a_b"
    log = caller.stack.entrepot.log_file
    eventually(lambda: '"requestId":"order-4711.a_b"' in log.read_text())


@pytest.mark.parametrize("wild", ['a"b', "a b", "a:b", "x" * 65, "<script>", "é", ""])
def test_a_wild_request_id_is_replaced(caller, wild):
    answer = caller.get(NO_NOTE, headers={"X-Request-Id": wild.encode("latin-1")})
    assert answer.headers["x-request-id"] != wild
    assert answer.problem["requestId"].isalnum()


def test_two_requests_have_two_ids(caller):
    assert len({caller.get("/health").headers["x-request-id"] for _ in range(20)}) == 20
