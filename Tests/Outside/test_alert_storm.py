"""Everything is too warm at once: each device has one alert, however many readings say so
together. ENTREPOT_TEST_STORM_READINGS lets there be more or fewer."""

import collections
import datetime
import os
import queue
import random
import threading
import time

import pytest

from conftest import make_stack, running
from history import history
from measuring import Sensor
from people import query
from places import Company

READINGS = int(os.environ.get("ENTREPOT_TEST_STORM_READINGS", "10000"))
DEVICES = 100
CLIENTS = 32


@pytest.fixture(scope="module")
def stack():
    yield from running(make_stack("storm"))


@pytest.fixture(scope="module")
def sensors(stack):
    company = Company(stack, "Storm")
    return [Sensor(company.admin, coldCellId=company.cell["id"]) for _ in range(DEVICES)]


def test_ten_thousand_readings_over_a_threshold_are_one_alert_a_device(stack, sensors):
    began = datetime.datetime.now(datetime.UTC).replace(microsecond=0) - datetime.timedelta(hours=1)
    told = [(sensors[number % DEVICES], began + datetime.timedelta(milliseconds=number))
            for number in range(READINGS)]
    random.Random(6).shuffle(told)
    waiting, answers = queue.SimpleQueue(), []
    for each in told:
        waiting.put(each)

    def client():
        connection = sensors[0].connect()
        while True:
            try:
                sensor, moment = waiting.get_nowait()
            except queue.Empty:
                return
            answers.append(sensor.post(sensor.path, {
                "temperature": 19.5, "recordedAt": moment.isoformat(timespec="milliseconds")
                .replace("+00:00", "Z")}, connection=connection))

    threads = [threading.Thread(target=client) for _ in range(CLIENTS)]
    seconds = time.monotonic()
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    print(f"{READINGS / (time.monotonic() - seconds):.0f} readings/s")
    assert collections.Counter(answer.status for answer in answers) == {201: READINGS}
    assert query(stack, "SELECT COUNT(*) FROM readings WHERE temperature = 19.5") == [
        [str(READINGS)]]
    # One each, which was never another before.
    active = query(stack, "SELECT device_id FROM alerts WHERE type = 'HIGH_TEMP' AND "
                   "status = 'ACTIVE' AND severity = 'critical'")
    assert sorted(row[0] for row in active) == sorted(sensor.id for sensor in sensors)
    cell = sensors[0].device["coldCellId"]
    assert query(stack, f"SELECT COUNT(*) FROM alerts WHERE cold_cell_id = '{cell}'") == [
        [str(DEVICES)]]
    events = collections.Counter(
        event.type for event in history(stack, "alerts") if cell in event.text)
    assert events["alert.raised"] == DEVICES and events["alert.resolved"] == 0
    newest = {sensor.id: moment for sensor, moment in sorted(told, key=lambda each: each[1])}
    for id, last in query(stack, "SELECT device_id, UNIX_TIMESTAMP(last_triggered_at) FROM alerts "
                          "WHERE type = 'HIGH_TEMP' AND status = 'ACTIVE'"):
        assert float(last) == round(newest[id].timestamp(), 3), "the newest of all counts"
    stack.entrepot.call("check")
