"""`entrepot seed`: the demo's people and tenants, once and as they are."""

import json

import pytest

from callers import Caller
from conftest import make_stack, running
from people import LOGIN, credentials, query
from stack.server import ServerError

LINKS = "SELECT COUNT(*) FROM organisation_technicians"


@pytest.fixture(scope="module")
def empty():
    stack = make_stack("seeded")
    stack.has_demo_data = False
    yield from running(stack)


def seed(stack, *options):
    return json.loads(stack.entrepot.call("seed", *options))


def test_it_is_there_once_whatever_the_day(empty):
    assert query(empty, "SELECT COUNT(*) FROM users") == [["0"]]
    first = seed(empty, "--seed", "7", "--date", "2026-03-01")
    assert len(first["users"]) == 13
    assert seed(empty, "--seed", "7", "--date", "2026-03-01") == first
    assert seed(empty, "--seed", "8", "--date", "2026-03-02") == first
    assert query(empty, "SELECT COUNT(*) FROM users") == [["13"]]
    assert query(empty, "SELECT name FROM organisations ORDER BY name") == [
        ["Northwind Cold Stores"], ["Sunrise Dairy"]]
    assert query(empty, LINKS) == [["2"]]
    for user in first["users"]:
        answer = Caller(empty).post(LOGIN, credentials(user["email"], user["password"]))
        assert (answer.status, answer.json["user"]["id"]) == (200, user["id"])
        assert answer.json["user"]["roles"] == user["roles"]
        assert answer.json["user"]["emailVerified"]


def test_what_was_changed_since_stays_so(empty):
    seed(empty)
    query(empty, "DELETE FROM organisation_technicians; "
                 "UPDATE users SET roles = 'user' WHERE email = 'sales@example.com'")
    users = {user["email"]: user["roles"] for user in seed(empty)["users"]}
    assert users["sales@example.com"] == ["user"]
    assert query(empty, LINKS) == [["0"]]


def test_the_devices_are_there_with_their_keys(empty):
    devices = seed(empty)["devices"]
    assert [device["serialNumber"] for device in devices] == [
        "CC-0001", "CC-0002", "CC-0003", "CC-0004", "SOL-0001", "SOL-0002", "MTR-0001", "MTR-0002"]
    assert [device["kind"] for device in devices] == (
        ["coldcell"] * 4 + ["solar"] * 2 + ["meter"] * 2)
    assert all(device["coldCellId"].startswith("cel_") for device in devices[:4])
    assert query(empty, "SELECT COUNT(*) FROM locations") == [["3"]]
    for device in devices:
        assert query(empty, f"SELECT HEX(key_digest) = SHA2('{device['apiKey']}', 256) "
                     f"FROM devices WHERE id = '{device['id']}'") == [["1"]]
    query(empty, "UPDATE devices SET key_digest = REPEAT('x', 32) WHERE serial_number = 'CC-0002'")
    again = seed(empty)["devices"]
    assert again[1]["apiKey"] is None
    assert [again[0], *again[2:]] == [devices[0], *devices[2:]]


@pytest.mark.parametrize("options", [
    ["--seed", "x"], ["--date", "2026-13-01"], ["--date"], ["--more", "1"]])
def test_a_wrong_call_says_what_is_expected(empty, options):
    with pytest.raises(ServerError, match="usage: entrepot seed"):
        seed(empty, *options)
