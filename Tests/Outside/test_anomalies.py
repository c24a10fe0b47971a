"""What is unlike a device's past: learned of each by a job, found as readings come."""

import os
import signal

import pytest

from callers import Held, Visitor
from client import eventually
from clockwork import ask, clock, only_when_asked, query, run_now, runs
from cold import ALERTS, Tenant
from conftest import make_stack, running
from measuring import Plant, Sensor, ago
from pasts import STEADY, cooled, number_of, powered
from people import Member

JOB = "readings.train-models"
MANY = 250


@pytest.fixture(scope="module")
def learned():
    for stack in running(make_stack("learned")):
        only_when_asked(stack, JOB)
        yield stack


@pytest.fixture(scope="module")
def tenant(learned):
    return Tenant(learned)


@pytest.fixture
def sensor(learned, tenant):
    sensor = Sensor(tenant.admin, coldCellId=tenant.cell["id"])
    cooled(learned, f"d.id = '{sensor.id}'")
    train(learned, sensor)
    return sensor


@pytest.fixture(scope="module")
def host(learned):
    return Member.new(learned, "host")


def instrument(stack, tenant, host, kind, quantity, mean):
    plant = Plant(tenant.admin, ownerId=host.id) if kind == "solar" else Meter(
        tenant.admin, ownerId=host.id)
    powered(stack, f"d.id = '{plant.id}'", quantity, mean)
    train(stack, plant)
    return plant


class Meter(Plant):
    def __init__(self, admin, **fields):
        Sensor.__init__(self, admin, kind="meter", **fields)
        self.path = "/api/v1/iot/ingest"


def train(stack, device):
    """Whatever the job has made of it before."""
    forget(stack, device)
    run_now(stack, JOB)
    assert model_of(stack, device) == [["1"]]


def forget(stack, device):
    query(stack, f"UPDATE devices SET examined_at = NULL WHERE id = '{device.id}'")


def model_of(stack, device):
    return query(stack, "SELECT m.trained_at = d.trained_at AND m.model <> '' FROM devices d JOIN "
                 f"device_models m ON m.device_number = d.number WHERE d.id = '{device.id}'")


def anomalies(answer):
    assert answer.status in (201, 202), answer
    return [alert for alert in answer.json["alerts"] if alert["type"] == "ANOMALY"]


def alerts_of(tenant, device):
    found = tenant.admin.get(f"{ALERTS}?deviceId={device.id}&type=ANOMALY").json["items"]
    return [(alert["status"], alert["explanation"]) for alert in found]


def every_five_minutes(minutes, value, **more):
    """Readings from so many minutes ago until now; the value may depend on how long ago it is."""
    tell = value if callable(value) else lambda _: value
    return [{"temperature": tell(ago_), "recordedAt": ago(minutes=ago_)} | more
            for ago_ in range(minutes, -1, -5)]


def test_what_is_usual_raises_nothing_and_what_is_not_says_why(learned, tenant, sensor):
    assert anomalies(sensor.tell(temperature=-18.1)) == []
    [alert] = anomalies(sensor.tell(temperature=-15.1))
    assert alert["status"] == "ACTIVE" and alert["severity"] == "warning"
    assert alert["value"] == -15.1 and -18 < alert["threshold"] < -15.1
    assert alert["explanation"].startswith("Much warmer than usual: ")
    again = sensor.tell(temperature=-15.1).json["alerts"]
    assert [each["type"] for each in again] == ["ANOMALY"], "it is within its bounds"
    page = Visitor(learned, tenant.customer.id).page(f"/admin/alerts/{alert['id']}")
    assert alert["explanation"] in page
    [over] = anomalies(sensor.tell(temperature=-18.1))
    assert (over["id"], over["status"], over["resolvedBy"]) == (alert["id"], "RESOLVED", "system")
    assert over["count"] == 2


def test_a_late_reading_raises_nothing_that_a_newer_one_contradicts(tenant, sensor):
    assert anomalies(sensor.tell(temperature=-18)) == []
    assert anomalies(sensor.tell(temperature=-15.1, recordedAt=ago(minutes=10))) == []
    [alert] = anomalies(sensor.tell(temperature=-15.1))
    assert anomalies(sensor.tell(temperature=-18, recordedAt=ago(minutes=5))) == []
    assert [status for status, _ in alerts_of(tenant, sensor)] == ["ACTIVE"]
    assert alert["count"] == 1


def test_a_sensor_that_hangs_is_found_and_well_with_another_value(tenant, sensor):
    sensor.tell(*every_five_minutes(55, -18.2))
    assert not any("stuck" in text for _, text in alerts_of(tenant, sensor))
    other = Sensor(tenant.admin, coldCellId=tenant.cell["id"])
    cooled(tenant.stack, f"d.id = '{other.id}'")
    train(tenant.stack, other)
    [alert] = anomalies(other.tell(*every_five_minutes(70, -18.2)))
    assert alert["explanation"] == "The sensor is stuck: the very same value for 70 min"
    # What it told is not in one process's memory alone.
    for _ in range(4):
        [alert] = anomalies(other.tell(temperature=-18.2))
        assert alert["status"] == "ACTIVE" and "stuck" in alert["explanation"]
    other.tell(temperature=-18.1)
    assert [status for status, _ in alerts_of(tenant, other)] == ["RESOLVED"]


def test_what_only_the_whole_hour_shows_is_told_by_the_forest(tenant, sensor):
    flat = [{"temperature": -18 + (0.01 if ago_ % 10 else -0.01), "recordedAt": ago(minutes=ago_)}
            for ago_ in range(185, -1, -5)]
    [alert] = anomalies(sensor.tell(*flat))
    assert alert["explanation"].startswith("Unlike what it learned: it varies unusually little")
    assert "(score 0." in alert["explanation"]


def test_a_panel_that_gives_nothing_has_dropped_unless_it_never_did(learned, tenant, host):
    day = instrument(learned, tenant, host, "solar", "generation", STEADY)
    reading = {"type": "generation", "energyWh": 0}
    day.tell(**reading, powerW=1000)
    day.tell(**reading, powerW=0)
    [(status, text)] = alerts_of(tenant, day)
    assert status == "ACTIVE" and text.startswith("Generation dropped: ")
    day.tell(**reading, powerW=1010)
    assert [status for status, _ in alerts_of(tenant, day)] == ["RESOLVED"]
    night = instrument(learned, tenant, host, "solar", "generation", "0")
    night.tell(*[reading | {"powerW": 0, "recordedAt": ago(minutes=minutes)}
                 for minutes in range(120, -1, -5)])
    assert alerts_of(tenant, night) == []


def test_a_meter_that_counts_much_more_has_jumped(learned, tenant, host):
    meter = instrument(learned, tenant, host, "meter", "consumption", STEADY)
    reading = {"type": "consumption", "energyWh": 1}
    meter.tell(**reading, powerW=1000)
    meter.tell(**reading, powerW=10)
    assert alerts_of(tenant, meter) == [], "less is not a jump"
    meter.tell(**reading, powerW=9000)
    [(status, text)] = alerts_of(tenant, meter)
    assert status == "ACTIVE" and text.startswith("Consumption jumped: ")


def test_a_device_without_a_past_has_no_model_until_it_has_one(learned, tenant):
    sensor = Sensor(tenant.admin, coldCellId=tenant.cell["id"])
    forget(learned, sensor)
    assert run_now(learned, JOB)[0] == "done"
    assert model_of(learned, sensor) == []
    assert anomalies(sensor.tell(temperature=-15.1)) == []
    assert query(learned, "SELECT examined_at IS NOT NULL, trained_at FROM devices WHERE id = "
                 f"'{sensor.id}'") == [["1", "NULL"]]
    cooled(learned, f"d.id = '{sensor.id}'")
    assert run_now(learned, JOB)[0] == "done"
    assert model_of(learned, sensor) == [], "it was looked at today"
    train(learned, sensor)
    # Whoever took its readings before learns of the model with the next one.
    assert len(anomalies(sensor.tell(temperature=-15.1))) == 1


def test_what_was_learned_of_a_deleted_device_is_forgotten(learned, tenant, sensor):
    number = number_of(learned, sensor.id)
    assert tenant.admin.delete(f"/api/v1/devices/{sensor.id}").status == 204
    assert query(learned, "SELECT COUNT(*) FROM device_models WHERE device_number = "
                 f"{number}") == [["0"]]


def test_a_job_that_is_killed_goes_on_where_it_was(learned, tenant):
    query(learned, "INSERT INTO devices (id, serial_number, kind, organisation_id, cold_cell_id, "
          "key_digest, created_at) SELECT CONCAT('dev_', LPAD(seq, 26, '0')), CONCAT('PAST-', seq),"
          f" 'coldcell', '{tenant.id}', '{tenant.cell['id']}', UNHEX(SHA2(seq, 256)), "
          f"UTC_TIMESTAMP(3) FROM seq_1_to_{MANY}")
    cooled(learned, "d.serial_number LIKE 'PAST-%'")
    done = ("SELECT d.number, d.trained_at FROM devices d WHERE serial_number LIKE 'PAST-%' AND "
            "trained_at IS NOT NULL ORDER BY number")
    before = len(runs(learned, JOB))
    with Held(learned, "SELECT number FROM devices WHERE live_serial = 'PAST-100' FOR UPDATE"):
        ask(learned, JOB)
        eventually(lambda: len(query(learned, done)) >= 80)
        os.kill(clock(learned), signal.SIGKILL)
        first = query(learned, done)
        assert len(first) < 100
    eventually(lambda: [run for run in runs(learned, JOB)[before:] if run[0] == "interrupted"])

    def everything():
        ask(learned, JOB)
        return len(query(learned, done)) == MANY

    eventually(everything)
    assert query(learned, done)[:len(first)] == first, "what was learned is not learned again"
    assert query(learned, "SELECT COUNT(*) FROM device_models m JOIN devices d ON d.number = "
                 "m.device_number AND d.trained_at = m.trained_at WHERE serial_number LIKE "
                 "'PAST-%'") == [[str(MANY)]]
