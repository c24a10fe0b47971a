"""Versions of objects: ETag, If-Match, If-None-Match."""

import concurrent.futures

import pytest

from callers import NOTES, Caller, forget_notes

# Each takes six bytes of JSON, so that the answer is long enough for nginx to compress.
LONG_TITLE = "\u0001" * 200


@pytest.fixture
def caller(proving):
    forget_notes(proving)
    return Caller(proving)


def path_of(note):
    return f"{NOTES}/{note['id']}"


def test_an_object_carries_its_version_as_its_tag(caller):
    note = caller.make_note()
    assert note["version"] == 1
    assert caller.get(path_of(note)).headers["etag"] == '"1"'
    changed = caller.patch(path_of(note), {"quantity": 2})
    assert (changed.json["version"], changed.headers["etag"]) == (2, '"2"')


@pytest.mark.parametrize("tag", ['"1"', 'W/"1"', '"7", "1"', '"7",W/"1"', "*", ' "1" '])
def test_what_is_known_already_is_304(caller, tag):
    path = path_of(caller.make_note())
    for method in ["GET", "HEAD"]:
        answer = caller.request(method, path, headers={"If-None-Match": tag})
        assert (answer.status, answer.body) == (304, b"")
        assert answer.headers["etag"] == '"1"'
        assert answer.headers["content-type"] is None
        assert answer.headers["x-request-id"]


@pytest.mark.parametrize("tag", ['"2"', "1", '"11"', '"', "", '"1', 'w/"1"'])
def test_another_tag_gets_the_object(caller, tag):
    note = caller.make_note()
    answer = caller.get(path_of(note), headers={"If-None-Match": tag})
    assert (answer.status, answer.json) == (200, note)


@pytest.mark.parametrize("tag", ['"1"', 'W/"1"', '"7", "1"', "*"])
def test_a_change_of_what_was_seen_is_made(caller, tag):
    path = path_of(caller.make_note())
    answer = caller.patch(path, {"quantity": 2}, headers={"If-Match": tag})
    assert (answer.status, answer.json["version"]) == (200, 2)


@pytest.mark.parametrize("tag", ['"2"', 'W/"0"', '"7", "8"', "1", '"', ""])
def test_a_change_of_what_others_changed_is_refused(caller, tag):
    note = caller.make_note()
    answer = caller.patch(path_of(note), {"quantity": 2}, headers={"If-Match": tag})
    assert (answer.status, answer.problem["code"]) == (412, "precondition_failed")
    assert answer.problem["current"] == 1
    assert caller.get(path_of(note)).json == note


def test_of_many_who_saw_the_same_one_changes_it(caller):
    path = path_of(caller.make_note())

    def change(quantity):
        return caller.patch(path, {"quantity": quantity}, headers={"If-Match": '"1"'}).status

    with concurrent.futures.ThreadPoolExecutor(12) as pool:
        statuses = list(pool.map(change, range(1, 13)))
    assert sorted(statuses) == [200] + [412] * 11
    assert caller.get(path).json["version"] == 2


def test_the_tag_of_a_compressed_answer_works_for_both(caller):
    note = caller.make_note(title=LONG_TITLE)
    packed = caller.get(path_of(note), headers={"Accept-Encoding": "gzip"})
    assert packed.headers["content-encoding"] == "gzip"
    tag = packed.headers["etag"]
    assert tag == 'W/"1"', "nginx weakens it"
    for encoding in ["gzip", "identity"]:
        headers = {"If-None-Match": tag, "Accept-Encoding": encoding}
        assert caller.get(path_of(note), headers=headers).status == 304
    assert caller.patch(path_of(note), {}, headers={"If-Match": tag}).status == 200


def test_documents_of_the_product_can_be_asked_for_again(caller):
    tag = caller.get("/openapi.json").headers["etag"]
    assert caller.get("/openapi.json", headers={"If-None-Match": tag}).status == 304
