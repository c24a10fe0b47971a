"""What cold cells' devices tell: taken once, drawn in charts, told to those who follow."""

import concurrent.futures
import datetime
import os
import signal

import pytest

from callers import make_id
from client import eventually
from conftest import make_stack, running
from follow import Stream
from measuring import DEAD_LETTERS, Sensor, ago, chart, receipt
from people import invalid, operator, query, refused
from places import COLD_CELLS, Company, DeviceCaller, at


@pytest.fixture(scope="module")
def plain():
    yield from running(make_stack("plain"))


@pytest.fixture(scope="module")
def company(plain):
    return Company(plain, "Dairy")


@pytest.fixture
def sensor(company):
    return Sensor(company.admin, coldCellId=company.cell["id"])


def count(stack, sensor, table="readings"):
    [[found]] = query(stack, f"SELECT COUNT(*) FROM {table} r JOIN devices d "
                      f"ON d.number = r.device_number WHERE d.id = '{sensor.id}'")
    return int(found)


def letters(company, sensor):
    return company.admin.get(f"{DEAD_LETTERS}?serialNumber={sensor.serial}").json["items"]


def test_a_reading_is_accepted(plain, sensor):
    answer = sensor.tell(temperature=4.5, humidity=45, powerStatus=True, doorStatus=False,
                         batteryLevel=87)
    assert answer.status == 201
    assert answer.json == {"accepted": 1, "duplicates": 0, "rejected": [], "alerts": []}
    assert "event-cursor" in answer.headers
    assert query(plain, "SELECT temperature, humidity, battery_level, has_power, is_door_open "
                 "FROM readings r JOIN devices d ON d.number = r.device_number "
                 f"WHERE d.id = '{sensor.id}'") == [["4.5", "45", "87", "1", "0"]]


def test_the_same_moment_twice_is_a_duplicate_whatever_it_says(plain, sensor):
    moment = ago(minutes=1)
    assert receipt(sensor.tell(temperature=4, recordedAt=moment)) == (1, 0, 0)
    assert receipt(sensor.tell(temperature=9, recordedAt=moment)) == (0, 1, 0)
    first, second = (dict(temperature=value, recordedAt=ago(minutes=2)) for value in [1, 2])
    second["recordedAt"] = first["recordedAt"]
    assert receipt(sensor.tell(first, second)) == (1, 1, 0)
    assert count(plain, sensor) == 2


def test_readings_that_say_no_time_are_different_readings(plain, sensor):
    assert receipt(sensor.tell(*[{"temperature": 4}] * 5)) == (5, 0, 0)
    with concurrent.futures.ThreadPoolExecutor(8) as pool:
        answers = list(pool.map(lambda _: sensor.tell(temperature=4), range(16)))
    assert sum(receipt(answer)[0] for answer in answers) == count(plain, sensor) - 5 == 16


@pytest.mark.parametrize("field,value,code", [
    ("temperature", 150.1, "too_large"), ("temperature", -100.5, "too_small"),
    ("temperature", "warm", "wrong_type"), ("temperature", None, "required"),
    ("humidity", 101, "too_large"), ("humidity", -1, "too_small"),
    ("batteryLevel", 100.5, "too_large"), ("doorStatus", "open", "wrong_type"),
    ("recordedAt", "yesterday", "invalid_time"),
])
def test_what_is_out_of_range_is_refused_and_kept_aside(plain, company, sensor, field, value, code):
    answer = sensor.tell(**{"temperature": 4} | {field: value})
    invalid(answer, **{field: code})
    [letter] = letters(company, sensor)
    assert (letter["reason"], letter["kind"], letter["source"]) == (code, "reading", "http")
    assert letter["errors"][0]["field"] == field and letter["deviceId"] == sensor.id
    assert count(plain, sensor) == 0


def test_the_bounds_themselves_are_taken(sensor):
    assert receipt(sensor.tell(
        {"temperature": -100, "humidity": 0, "batteryLevel": 0, "recordedAt": ago(minutes=-4.9)},
        {"temperature": 150, "humidity": 100, "batteryLevel": 100,
         "recordedAt": ago(days=6, hours=23)})) == (2, 0, 0)


@pytest.mark.parametrize("time,code", [({"minutes": -6}, "too_late"), ({"days": 8}, "too_early")])
def test_a_reading_of_another_time_is_refused(company, sensor, time, code):
    invalid(sensor.tell(temperature=4, recordedAt=ago(**time)), recordedAt=code)
    assert [letter["reason"] for letter in letters(company, sensor)] == [code]


def test_a_batch_says_of_each_what_was_wrong_with_it(plain, company, sensor):
    answer = sensor.tell({"temperature": 4}, {"temperature": 999}, {"humidity": 200}, 7,
                         {"temperature": 5, "recordedAt": ago(days=9)})
    assert receipt(answer) == (1, 0, 4)
    rejected = {item["index"]: item["errors"] for item in answer.json["rejected"]}
    assert list(rejected) == [1, 2, 3, 4]
    assert {error["field"] for error in rejected[2]} == {"temperature", "humidity"}
    assert rejected[4][0]["code"] == "too_early"
    assert count(plain, sensor) == 1
    assert sorted(letter["payload"] for letter in letters(company, sensor))[0] == "7"
    assert len(letters(company, sensor)) == 4


@pytest.mark.parametrize("readings,code", [
    ([], "too_short"), ([{"temperature": 4}] * 1001, "too_long"), ({}, "wrong_type")])
def test_a_list_that_is_none_is_refused_as_a_whole(plain, company, sensor, readings, code):
    invalid(sensor.post(sensor.path, {"readings": readings}), readings=code)
    assert count(plain, sensor) == 0 and letters(company, sensor) == []


def test_a_thousand_are_taken_at_once_and_again(plain, sensor):
    many = [{"temperature": number / 10, "recordedAt": ago(minutes=number)}
            for number in range(1000)]
    assert receipt(sensor.tell(*many)) == (1000, 0, 0)
    assert receipt(sensor.tell(*many)) == (0, 1000, 0)
    assert count(plain, sensor) == 1000
    [[readings]] = query(plain, "SELECT SUM(readings) FROM reading_rollups r JOIN devices d "
                         "ON d.number = r.device_number WHERE length_seconds = 3600 AND "
                         f"d.id = '{sensor.id}'")
    assert readings == "1000"


def test_a_device_tells_for_itself_alone(company, sensor):
    other = Sensor(company.admin)
    refused(other.post(sensor.path, {"temperature": 4}), 401, "invalid_device_key")
    nobody = DeviceCaller(sensor.stack, "ent_dev_1_x")
    for path in [sensor.path, sensor.path.replace(sensor.serial, "UNKNOWN")]:
        refused(nobody.post(path, {"temperature": 4}), 401, "invalid_device_key")
    refused(company.customer.post(sensor.path, {"temperature": 4}), 401, "unauthenticated")


def test_the_same_key_of_idempotency_is_answered_alike(plain, sensor):
    key = {"Idempotency-Key": make_id("key")}
    first, second = (sensor.post(sensor.path, {"temperature": 4}, headers=key) for _ in range(2))
    assert first.body == second.body and second.headers["idempotency-replayed"] == "true"
    assert count(plain, sensor) == 1


def test_a_dry_run_keeps_nothing(plain, company, sensor):
    answer = sensor.post(sensor.path + "?dryRun=true", {"temperature": 4})
    assert receipt(answer) == (1, 0, 0) and answer.headers["dry-run"] == "true"
    assert sensor.post(sensor.path + "?dryRun=true", {"temperature": 999}).status == 422
    assert count(plain, sensor) == count(plain, sensor, "reading_rollups") == 0
    assert letters(company, sensor) == []


def test_a_chart_has_points_and_what_they_come_to(company):
    sensor = Sensor(company.admin, coldCellId=fresh_cell(company)["id"])
    cell = {"id": sensor.device["coldCellId"]}
    sensor.tell({"temperature": 2, "recordedAt": ago(hours=3), "humidity": 40},
                {"temperature": 6, "recordedAt": ago(hours=1)},
                {"temperature": 7, "recordedAt": ago(days=3)},
                {"temperature": -8, "recordedAt": ago(days=6)})
    expected = {"range=24h": (300, 2, 2, 6, 4), "range=7d": (1800, 4, -8, 7, 1.75),
                "range=30d": (7200, 4, -8, 7, 1.75)}
    for asked, (seconds, number, least, most, mean) in expected.items():
        body = chart(company.customer, cell, asked).json
        assert (body["range"], body["bucketSeconds"]) == (asked[6:], seconds)
        assert body["statistics"] == {"min": least, "max": most, "avg": mean, "count": number}
        assert sum(point["count"] for point in body["points"]) == number
        assert body["points"] == sorted(body["points"], key=lambda point: point["at"])
        for point in body["points"]:
            moment = datetime.datetime.fromisoformat(point["at"])
            assert moment.timestamp() % seconds == 0
    assert chart(company.customer, cell, "").json["range"] == "24h"
    moist = chart(company.customer, cell).json["points"][0]
    assert (moist["humidity"], moist["batteryLevel"]) == (40, None)


def fresh_cell(company):
    answer = company.admin.post(COLD_CELLS, {
        "name": "Another", "locationId": company.location["id"], "minTemperature": 2,
        "maxTemperature": 8})
    assert answer.status == 201, answer
    return answer.json


def test_a_chart_of_a_time_has_points_as_long_as_fit(company, sensor):
    cell = company.cell
    for asked, seconds in [(ago(days=1), 300), (ago(days=10), 1800), (ago(days=60), 7200),
                           (ago(days=700), 86400)]:
        body = chart(company.customer, cell, f"from={asked}").json
        assert (body["range"], body["bucketSeconds"]) == (None, seconds)
    assert chart(company.customer, cell, f"from={ago(days=2)}&to={ago(days=1)}").status == 200
    for wrong in [f"to={ago(days=1)}", f"from={ago(days=1)}&to={ago(days=2)}", "range=1y",
                  f"range=7d&from={ago(days=1)}", "from=x"]:
        assert chart(company.customer, cell, wrong).status == 422, wrong


def test_a_chart_of_nothing_is_empty(company):
    body = chart(company.customer, fresh_cell(company)).json
    assert body["points"] == []
    assert body["statistics"] == {"min": None, "max": None, "avg": None, "count": 0}


def test_late_readings_are_in_the_chart(company):
    sensor = Sensor(company.admin, coldCellId=fresh_cell(company)["id"])
    cell = {"id": sensor.device["coldCellId"]}
    sensor.tell(temperature=4, recordedAt=ago(minutes=1))
    sensor.tell(temperature=-30, recordedAt=ago(hours=20))
    sensor.tell(temperature=40, recordedAt=ago(hours=10))
    assert chart(company.customer, cell).json["statistics"] == {
        "min": -30, "max": 40, "avg": 4.667, "count": 3}


def test_who_follows_a_device_hears_of_one_reading_a_second(company, sensor):
    with Stream(company.customer, f"devices/{sensor.id}") as stream:
        stream.open()
        for temperature in [4, 5, 6]:
            sensor.tell(temperature=temperature)
        first, second = stream.events(2)
        types = {first.type, second.type}
        assert types == {"device.online", "reading.recorded"}
        told = next(frame for frame in [first, second] if frame.type == "reading.recorded")
        assert told.data["data"]["deviceId"] == sensor.id
        assert told.data["data"]["reading"]["temperature"] == 4

        def tells_again():
            sensor.tell(temperature=7)
            items = company.admin.get(f"/api/v1/events?topic=devices/{sensor.id}").json["items"]
            return [item["type"] for item in items].count("reading.recorded") > 1

        eventually(tells_again)
        [third] = stream.events(1)
        assert third.type == "reading.recorded"


def test_a_device_is_online_once_it_has_told_something(company, sensor):
    assert company.admin.get(at(sensor.device)).json["status"] == "PENDING"
    sensor.tell(temperature=4, firmwareVersion="2.1.0")
    shown = company.admin.get(at(sensor.device)).json
    assert (shown["status"], shown["firmwareVersion"]) == ("ONLINE", "2.1.0")
    assert shown["lastSeenAt"] is not None


def test_a_reading_out_of_bounds_raises_an_alert(company, sensor):
    answer = sensor.tell(temperature=30)
    assert answer.status == 201
    [alert] = answer.json["alerts"]
    assert (alert["type"], alert["status"], alert["deviceId"]) == (
        "HIGH_TEMP", "ACTIVE", sensor.id)
    late = sensor.tell(temperature=-50, recordedAt=ago(hours=1))
    assert receipt(late) == (1, 0, 0) and late.json["alerts"] == []
    [alert] = sensor.tell(temperature=5).json["alerts"]
    assert alert["status"] == "RESOLVED"


def test_a_killed_gatherer_loses_nothing_and_doubles_nothing(plain, company):
    """Each reading is told again until it is acknowledged, as devices do."""
    sensors = [Sensor(company.admin) for _ in range(6)]
    moments = [ago(seconds=number) for number in range(60)]

    def tell(sensor):
        for moment in moments:
            while (answer := sensor.tell(temperature=4, recordedAt=moment)).status != 201:
                assert answer.status == 503, answer

    with concurrent.futures.ThreadPoolExecutor(len(sensors)) as pool:
        told = [pool.submit(tell, sensor) for sensor in sensors]
        for _ in range(3):
            victims = gatherers(plain)
            os.kill(victims[0], signal.SIGKILL)
            eventually(lambda: len(set(gatherers(plain)) - {victims[0]}) == 2)
        for future in told:
            future.result()
    for sensor in sensors:
        assert count(plain, sensor) == len(moments)
        sums = query(plain, "SELECT length_seconds, SUM(readings) FROM reading_rollups r "
                     "JOIN devices d ON d.number = r.device_number "
                     f"WHERE d.id = '{sensor.id}' GROUP BY length_seconds")
        assert {number for _, number in sums} == {str(len(moments))} and len(sums) == 2


def gatherers(stack):
    answer = operator(stack).get("/api/v1/system/info")
    return [process["pid"] for process in answer.json["processes"]
            if process["role"] == "gatherer"]
