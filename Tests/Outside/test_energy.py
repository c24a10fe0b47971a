"""What solar plants and meters tell, and what their owners see of it."""

import pytest

from conftest import make_stack, running
from measuring import Plant, ago, receipt
from people import Member, invalid, operator

READING = {"type": "generation", "powerW": 3200, "energyWh": 266}


@pytest.fixture(scope="module")
def grid():
    yield from running(make_stack("grid"))


@pytest.fixture(scope="module")
def admin(grid):
    return operator(grid)


@pytest.fixture
def host(grid):
    return Member.new(grid, "host")


@pytest.fixture
def plant(admin, host):
    return Plant(admin, ownerId=host.id)


def latest(caller, owner):
    return caller.get(f"/api/v1/iot/latest/{owner.id}")


def history(caller, owner, query=""):
    return caller.get(f"/api/v1/iot/history/{owner.id}?{query}")


def test_a_reading_is_accepted(plant, host):
    answer = plant.tell(**READING, voltage=230, current=14, temperature=41)
    assert receipt(answer, 202) == (1, 0, 0)
    [device] = latest(host, host).json["devices"]
    assert (device["deviceId"], device["kind"], device["online"]) == (plant.id, "solar", True)
    reading = device["reading"]
    assert (reading["type"], reading["powerW"], reading["energyWh"]) == ("generation", 3200, 266)
    assert (reading["voltage"], reading["current"], reading["temperature"]) == (230, 14, 41)


@pytest.mark.parametrize("field,value,code", [
    ("type", "storage", "not_allowed"), ("type", None, "required"), ("powerW", -1, "too_small"),
    ("powerW", 10_000_001, "too_large"), ("energyWh", 1.5, "wrong_type"),
    ("energyWh", -1, "too_small"), ("voltage", "x", "wrong_type"),
    ("recordedAt", {"days": 8}, "too_early"), ("recordedAt", {"minutes": -6}, "too_late")])
def test_what_is_out_of_range_is_refused(plant, field, value, code):
    # A time is said when it is sent, which may be long after the tests were counted.
    told = ago(**value) if field == "recordedAt" else value
    invalid(plant.tell(**READING | {field: told}), **{field: code})


def test_more_power_than_voltage_and_current_carry_is_implausible(plant):
    invalid(plant.tell(**READING, voltage=230, current=2), powerW="implausible")


def test_a_batch_is_taken_reading_by_reading(plant):
    moment = ago(minutes=5)
    answer = plant.tell(READING | {"recordedAt": moment}, READING | {"recordedAt": moment},
                        READING | {"powerW": -5})
    assert receipt(answer, 202) == (1, 1, 1)
    assert answer.json["rejected"][0]["index"] == 2


def test_an_older_reading_is_not_the_latest(plant, host):
    plant.tell(**READING | {"powerW": 2})
    plant.tell(**READING | {"powerW": 1, "recordedAt": ago(hours=1)})
    assert latest(host, host).json["devices"][0]["reading"]["powerW"] == 2


def test_the_latest_is_known_without_redis(grid, plant, host):
    plant.tell(**READING | {"powerW": 7})
    assert grid.redis.ask("FLUSHALL") == "+OK"
    for _ in range(2):
        assert latest(host, host).json["devices"][0]["reading"]["powerW"] == 7


def test_history_adds_up_whatever_the_interval(plant, host):
    plant.tell(*[READING | {"powerW": number, "energyWh": 10, "recordedAt": ago(minutes=number)}
                 for number in range(1, 31)],
               {"type": "consumption", "powerW": 5, "energyWh": 3, "recordedAt": ago(hours=1)})
    for interval in ["raw", "5m", "hour", "day"]:
        body = history(host, host, f"interval={interval}&from={ago(hours=20)}").json
        assert body["interval"] == interval
        assert body["totals"] == {"energyWh": 303}
        assert sum(point["count"] for point in body["points"]) == 31
        assert min(point["powerW"]["min"] for point in body["points"]) == 1
        assert max(point["powerW"]["max"] for point in body["points"]) == 30
        used = history(host, host, f"interval={interval}&type=consumption").json
        assert used["totals"] == {"energyWh": 3}
    assert history(host, host, f"deviceId={plant.id}").json["totals"] == {"energyWh": 303}
    assert history(host, host, "deviceId=dev_x").json["points"] == []


def test_a_time_that_has_too_many_points_is_refused(host):
    for wrong in [f"interval=5m&from={ago(days=60)}&to={ago(days=1)}", "interval=week",
                  f"from={ago(days=1)}&to={ago(days=2)}"]:
        assert history(host, host, wrong).status == 422, wrong


def test_only_the_owner_and_admins_see_it(grid, admin, plant, host):
    plant.tell(**READING)
    stranger = Member.new(grid, "host")
    for look in [latest, history]:
        assert look(stranger, host).status == 404
        assert look(admin, host).status == 200
        assert look(host, stranger).status == 404
        assert admin.get(f"/api/v1/iot/latest/usr_{'0' * 26}").status == 404
    assert latest(stranger, stranger).json == {"devices": []}
