"""What devices sent in vain: listed, tried again, deleted, and forgotten."""

import pytest

from callers import Visitor
from conftest import make_stack, running
from measuring import DEAD_LETTERS, Plant, Sensor, ago
from people import Member, operator, query, refused
from populace import person_id

PAGE = "/admin/dead-letters"
NO_LETTER = f"{DEAD_LETTERS}/dlt_{'0' * 26}"


@pytest.fixture(scope="module")
def post_office():
    yield from running(make_stack("post-office"))


@pytest.fixture(scope="module")
def admin(post_office):
    return operator(post_office)


@pytest.fixture
def sensor(admin):
    return Sensor(admin)


def letters(admin, sensor):
    return admin.get(f"{DEAD_LETTERS}?deviceId={sensor.id}").json["items"]


def retry(admin, letter):
    return admin.post(f"{DEAD_LETTERS}/{letter['id']}/retry")


def mend(stack, letter, payload):
    query(stack, f"UPDATE dead_letters SET payload = '{payload}' WHERE id = '{letter['id']}'")


def test_they_are_listed_newest_first_and_by_device(admin, sensor):
    for temperature in [999, 998]:
        sensor.tell(temperature=temperature)
    Sensor(admin).tell(temperature=997)
    newest, oldest = letters(admin, sensor)
    assert newest["receivedAt"] >= oldest["receivedAt"]
    assert newest["payload"] == '{"temperature": 998}'
    assert (newest["tries"], newest["triedAt"]) == (0, None)
    listed = admin.get(f"{DEAD_LETTERS}?limit=1").json
    assert len(listed["items"]) == 1 and listed["page"]["total"] >= 3
    following = admin.get(f"{DEAD_LETTERS}?limit=1&cursor={listed['page']['next']}").json
    assert following["items"][0]["id"] != listed["items"][0]["id"]


def test_one_that_is_still_wrong_stays_and_says_why(admin, sensor):
    sensor.tell(temperature=999)
    [letter] = letters(admin, sensor)
    answer = retry(admin, letter)
    refused(answer, 422, "validation_failed")
    [again] = letters(admin, sensor)
    assert again["tries"] == 1 and again["triedAt"] is not None


def test_one_that_is_right_is_taken_and_gone(post_office, admin, sensor):
    sensor.tell(temperature=999)
    [letter] = letters(admin, sensor)
    mend(post_office, letter, '{"temperature": 9.5}')
    assert retry(admin, letter).json == {"status": "accepted"}
    assert letters(admin, sensor) == []
    refused(retry(admin, letter), 404, "not_found")
    [[temperature, is_when_it_came]] = query(
        post_office, "SELECT temperature, r.recorded_at = "
        f"'{letter['receivedAt'][:-1].replace('T', ' ')}' FROM readings r JOIN devices d "
        f"ON d.number = r.device_number WHERE d.id = '{sensor.id}'")
    assert (temperature, is_when_it_came) == ("9.5", "1")


def test_one_that_was_told_since_is_a_duplicate(post_office, admin):
    plant, moment = Plant(admin), ago(minutes=3)
    reading = {"type": "generation", "powerW": 10, "energyWh": 1, "recordedAt": moment}
    assert plant.tell(**reading | {"powerW": -1}).status == 422
    assert plant.tell(**reading).status == 202
    [letter] = letters(admin, plant)
    assert letter["kind"] == "energy"
    mend(post_office, letter, letter["payload"].replace(": -1", ": 10"))
    assert retry(admin, letter).json == {"status": "duplicate"}
    assert letters(admin, plant) == []


def test_one_of_a_device_that_is_gone_stays(post_office, admin, sensor):
    sensor.tell(temperature=999)
    [letter] = letters(admin, sensor)
    mend(post_office, letter, '{"temperature": 9.5}')
    assert admin.delete(f"/api/v1/devices/{sensor.id}").status == 204
    refused(retry(admin, letter), 422, "validation_failed")
    assert [item["reason"] for item in letters(admin, sensor)] == ["not_found"]


def test_one_is_deleted_once(post_office, admin, sensor):
    sensor.tell(temperature=999)
    [letter] = letters(admin, sensor)
    assert admin.delete(f"{DEAD_LETTERS}/{letter['id']}").status == 204
    refused(admin.delete(f"{DEAD_LETTERS}/{letter['id']}"), 404, "not_found")
    assert letters(admin, sensor) == []
    assert query(post_office, "SELECT action FROM audit_entries "
                 f"WHERE object_id = '{letter['id']}'") == [["dead_letter.deleted"]]


def test_they_are_for_admins_alone(post_office):
    technician = Member.new(post_office, "technician")
    for answer in [technician.get(DEAD_LETTERS), technician.post(f"{NO_LETTER}/retry"),
                   technician.delete(NO_LETTER)]:
        assert answer.status == 403


def test_people_deal_with_them_on_pages(post_office, admin, sensor):
    visitor = Visitor(post_office, person_id(post_office, "admin@example.com"))
    for temperature in [999, 998]:
        sensor.tell(temperature=temperature)
    first, second = letters(admin, sensor)
    listed = visitor.page(f"{PAGE}?serialNumber={sensor.serial}")
    assert f"{PAGE}/{first['id']}" in listed and "temperature must be at most 150" in listed
    shown = visitor.page(f"{PAGE}/{first['id']}")
    assert "998" in shown and f"{PAGE}/{first['id']}/retry" in shown
    for letter, verb, goes_to in [(first, "retry", f"{PAGE}/{first['id']}"),
                                  (second, "delete", PAGE)]:
        answer = visitor.submit(f"{PAGE}/{letter['id']}/{verb}", {})
        assert (answer.status, answer.headers["location"]) == (303, goes_to)
    assert [letter["id"] for letter in letters(admin, sensor)] == [first["id"]]
