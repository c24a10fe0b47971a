"""Roll-ups that are not what their readings come to: named, made right, and told of."""

import datetime

import pytest

from clockwork import only_when_asked, query, run_now
from conftest import make_stack, running
from measuring import Plant, Sensor
from people import Member, operator
from places import Company
from pasts import number_of

JOB = "readings.repair-rollups"
DAY = "UTC_DATE() - INTERVAL 2 DAY"


@pytest.fixture(scope="module")
def worn():
    for stack in running(make_stack("worn")):
        only_when_asked(stack, JOB)
        yield stack


@pytest.fixture(scope="module")
def numbers(worn):
    """A cold cell's device and a plant, with a day of readings that is over."""
    company = Company(worn, "Worn")
    sensor = Sensor(company.admin, coldCellId=company.cell["id"])
    plant = Plant(operator(worn), ownerId=Member.new(worn, "host").id)
    day = datetime.datetime.now(datetime.UTC).replace(
        hour=0, minute=0, second=0, microsecond=0) - datetime.timedelta(days=2)
    moments = [(day + datetime.timedelta(minutes=7 * step)).isoformat().replace("+00:00", "Z")
               for step in range(200)]
    sensor.tell(*[{"temperature": 4 + step % 9 / 7, "humidity": 50, "recordedAt": moment}
                  for step, moment in enumerate(moments)])
    plant.tell(*[{"type": "generation", "powerW": step / 3, "energyWh": step, "recordedAt": moment}
                 for step, moment in enumerate(moments)])
    return [number_of(worn, device.id) for device in [sensor, plant]]


@pytest.fixture(autouse=True)
def not_yet_compared(worn, numbers):
    query(worn, f"UPDATE jobs SET mark = NULL WHERE name = '{JOB}'")


def everything(stack):
    return [query(stack, f"SELECT * FROM {table} ORDER BY device_number, length_seconds, starts_at")
            for table in ["reading_rollups", "energy_rollups"]]


def test_what_is_right_is_compared_once_and_not_written(worn):
    before = everything(worn)
    status, text, _, _ = run_now(worn, JOB)
    assert (status, text) == ("done", "Compared 7 days to the end.")
    assert run_now(worn, JOB)[:2] == ["done", "Compared 0 days to the end."]
    assert everything(worn) == before
    assert query(worn, "SELECT mark = UTC_DATE() FROM jobs WHERE name = "
                 f"'{JOB}'") == [["1"]], "today is not over"


def test_what_was_damaged_is_right_again_and_told(worn, numbers):
    before = everything(worn)
    sensor, plant = numbers
    query(worn, f"""
        UPDATE reading_rollups SET temperature_max = 99 WHERE device_number = {sensor} AND
            length_seconds = 3600 AND starts_at = {DAY} + INTERVAL 5 HOUR;
        DELETE FROM reading_rollups WHERE device_number = {sensor} AND length_seconds = 300 AND
            starts_at = {DAY} + INTERVAL 6 HOUR;
        UPDATE energy_rollups SET energy_wh = energy_wh + 1 WHERE device_number = {plant} AND
            length_seconds = 3600 AND starts_at = {DAY} + INTERVAL 3 HOUR""")
    assert everything(worn) != before
    status, text, _, _ = run_now(worn, JOB)
    assert status == "alarm" and text.startswith("Made right 3 roll-ups, the first: the roll-up of "
                                                 f"300 s of the temperatures of device number "
                                                 f"{sensor} at ")
    assert everything(worn) == before
    lines = [line for line in worn.entrepot.log_file.read_text().splitlines()
             if "a roll-up was made right" in line]
    assert len(lines) == 3


def test_check_names_what_differs_of_yesterday(worn, numbers):
    worn.entrepot.call("check")
    sensor = numbers[0]
    query(worn, f"""
        INSERT INTO readings (device_number, recorded_at, temperature) VALUES
            ({sensor}, UTC_DATE() - INTERVAL 1 HOUR, 4)""")
    try:
        with pytest.raises(Exception, match=f"device number {sensor} at .* is not what its "
                                            r"readings come to \(0 of 1 readings\)"):
            worn.entrepot.call("check")
        assert run_now(worn, JOB)[0] == "alarm"
        worn.entrepot.call("check")
    finally:
        query(worn, f"DELETE FROM readings WHERE device_number = {sensor} AND recorded_at = "
              "UTC_DATE() - INTERVAL 1 HOUR")
