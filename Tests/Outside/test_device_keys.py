"""Devices and their keys: who is let in, and that a key that was taken away opens nothing more."""

import concurrent.futures
import statistics

import pytest

from callers import Caller
from conftest import PROVING, make_stack, running
from people import operator, refused
from places import DEVICES, DeviceCaller, at, register, serial

ALONE = "/api/v1/proving/device"


def together(device):
    return f"/api/v1/proving/devices/{device['serialNumber']}"


@pytest.fixture(scope="module")
def yard():
    """The product, with two routes for devices."""
    yield from running(make_stack("yard", PROVING))


@pytest.fixture(scope="module")
def admin(yard):
    return operator(yard)


def rotate(admin, device):
    answer = admin.post(f"{at(device)}/rotate-key")
    assert (answer.status, list(answer.json)) == (200, ["apiKey"]), answer
    return answer.json["apiKey"]


def ask(stack, device, key):
    """By itself, and as one of those that come together."""
    caller = DeviceCaller(stack, key)
    return caller.get(ALONE), caller.post(together(device))


def test_a_device_is_let_in_by_its_key(yard, admin):
    device = register(admin)
    alone, gathered = ask(yard, device, device["apiKey"])
    assert (alone.status, alone.body.decode()) == (200, device["serialNumber"] + "\n")
    assert (gathered.status, gathered.body.decode()) == (200, device["id"] + "\n")


def test_a_key_is_shown_once(yard, admin):
    device = register(admin)
    assert device["apiKey"].startswith("ent_dev_")
    for answer in [admin.get(at(device)), admin.get(DEVICES),
                   admin.patch(at(device), {"firmwareVersion": "2"})]:
        assert device["apiKey"] not in answer.body.decode()
        assert "apiKey" not in answer.body.decode()
    found = yard.mariadb.query(
        f"SELECT HEX(key_digest) = SHA2('{device['apiKey']}', 256) FROM devices "
        f"WHERE id = '{device['id']}'", "entrepot")
    assert found == [["1"]]


def test_a_rotated_key_dies_at_once(yard, admin):
    """Whichever worker is asked, however lately it saw the key."""
    device = register(admin)
    key = device["apiKey"]
    with concurrent.futures.ThreadPoolExecutor(16) as pool:
        for _ in range(5):
            seen = list(pool.map(lambda _: ask(yard, device, key), range(32)))
            assert {answer.status for pair in seen for answer in pair} == {200}
            old, key = key, rotate(admin, device)
            tried = list(pool.map(lambda key: ask(yard, device, key), [old, key] * 16))
            assert {answer.status for pair in tried[0::2] for answer in pair} == {401}
            assert {answer.status for pair in tried[1::2] for answer in pair} == {200}


def test_a_rotation_that_was_dry_changes_nothing(yard, admin):
    device = register(admin)
    answer = admin.post(f"{at(device)}/rotate-key?dryRun=true")
    assert answer.status == 200
    assert {answer.status for answer in ask(yard, device, device["apiKey"])} == {200}
    assert {each.status for each in ask(yard, device, answer.json["apiKey"])} == {401}


def test_the_key_of_a_deleted_device_dies_at_once(yard, admin):
    device = register(admin)
    assert {answer.status for answer in ask(yard, device, device["apiKey"])} == {200}
    assert admin.delete(at(device)).status == 204
    for answer in ask(yard, device, device["apiKey"]):
        refused(answer, 401, "invalid_device_key")


def test_wrong_keys_and_unknown_serials_are_refused_alike(yard, admin):
    device, other = register(admin), register(admin)
    unknown = {"serialNumber": serial()}
    number = device["apiKey"].split("_")[2]
    wrong = [f"ent_dev_{number}_{'A' * 43}", f"ent_dev_4000000_{'A' * 43}", "x", "ent_dev_1_",
             device["apiKey"][:-1], device["apiKey"] + "A", other["apiKey"]]
    answers = [DeviceCaller(yard, key).post(together(named))
               for named in [device, unknown] for key in wrong]
    problems = [refused(answer, 401, "invalid_device_key") for answer in answers]
    assert len({tuple((name, value) for name, value in problem.items() if name != "requestId")
                for problem in problems}) == 1
    assert {answer.headers["www-authenticate"] for answer in answers} == {
        'DeviceKey realm="entrepot"'}


def test_the_time_does_not_tell_which_serials_there_are(yard, admin):
    device, key = register(admin), f"ent_dev_4000000_{'A' * 43}"
    caller = DeviceCaller(yard, key)

    def seconds(path):
        return statistics.median(caller.post(path).seconds for _ in range(40))

    known, unknown = seconds(together(device)), seconds(together({"serialNumber": serial()}))
    assert abs(known - unknown) < 0.002


def test_a_device_is_no_person_and_a_person_no_device(yard, admin):
    device = register(admin)
    refused(Caller(yard).get(ALONE), 401, "unauthenticated")
    refused(admin.get(ALONE), 401, "unauthenticated")
    refused(DeviceCaller(yard, device["apiKey"]).get(DEVICES), 401, "unauthenticated")


def test_a_device_has_a_limit_of_its_own():
    for stack in running(make_stack("hurried", PROVING, ENTREPOT_RATE_LIMIT_FACTOR="1",
                                    ENTREPOT_RATE_DEVICE="3/60")):
        admin = operator(stack)
        devices = [register(admin) for _ in range(2)]
        for device in devices:
            answers = [ask(stack, device, device["apiKey"])[1] for _ in range(2)]
            assert [answer.status for answer in answers] == [200, 429]
            assert answers[0].headers["ratelimit-limit"] == "3"
