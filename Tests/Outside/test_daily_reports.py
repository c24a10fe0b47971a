"""What people are written of the day before: once, in their own morning, when there is something
to say."""

import datetime
import os
import signal

import pytest

from callers import Held
from client import eventually
from clockwork import ask, clock, only_when_asked, run_now, runs
from cold import Tenant
from conftest import make_stack, running
from measuring import Plant, Sensor
from people import mails, query, wait_for_mail

JOB = "readings.write-reports"
READERS = 60


@pytest.fixture(scope="module")
def press():
    """Where it is always late enough to write of yesterday."""
    for stack in running(make_stack("press", ENTREPOT_REPORT_HOUR="0")):
        only_when_asked(stack, JOB)
        yield stack


@pytest.fixture
def tenant(press):
    return settled(Tenant(press))


def settled(tenant):
    """Its people have been there for long."""
    ids = f"('{tenant.customer.id}', '{tenant.technician.id}')"
    query(tenant.stack, "UPDATE users SET created_at = UTC_TIMESTAMP(3) - INTERVAL 9 DAY WHERE id "
          f"IN {ids}")
    return tenant


def yesterday(hour, minute=0):
    now = datetime.datetime.now(datetime.UTC)
    day = now.replace(hour=hour, minute=minute, second=0, microsecond=0)
    return (day - datetime.timedelta(days=1)).isoformat().replace("+00:00", "Z")


def a_day_of(tenant):
    """Yesterday in the cold cell: an hour too warm, alerts come and gone, a device silent."""
    sensor = Sensor(tenant.admin, coldCellId=tenant.cell["id"])
    sensor.tell(*[
        {"temperature": -12 if hour == 10 else -20, "recordedAt": yesterday(hour, minute)}
        for hour in range(9, 12) for minute in range(0, 60, 5)])
    silent = tenant.device()
    query(tenant.stack, "UPDATE devices SET last_seen_at = UTC_TIMESTAMP(3) - INTERVAL 3 HOUR "
          f"WHERE id = '{silent['id']}'")
    tenant.alert(silent, "LOW_BATTERY", triggered_at=f"'{yesterday(8)[:19]}'")
    return sensor, silent


def days_before(**ahead):
    """The day before, where clocks are ahead of here."""
    there = datetime.datetime.now(datetime.UTC) + datetime.timedelta(**ahead)
    return str(there.date() - datetime.timedelta(days=1))


def reports(stack, person):
    return [(subject, text) for subject, text in mails(stack, person.email)
            if "This is what" in text]


def test_each_is_written_once_what_the_day_was_like(press, tenant):
    _, silent = a_day_of(tenant)
    assert run_now(press, JOB)[0] == "done"
    for person in [tenant.customer, tenant.technician]:
        text = wait_for_mail(press, person.email, "min outside")
        [(subject, _)] = reports(press, person)
        day = datetime.date.fromisoformat(days_before())
        assert subject == f"{day.day} {day:%b %Y}: 1 open, 60 min outside, 1 silent"
        assert "Freezer 1, Harbour" in text
        assert "Measured: \u221220.0 °C to \u221212.0 °C, \u221217.3 °C on average" in text
        assert "Bounds:   \u221225.0 °C to \u221215.0 °C, outside for 60 min" in text
        # One too warm, raised and resolved, and the low battery.
        assert "Alerts:   2 raised, 1 resolved, 1 open" in text
        assert f"Silent:   {silent['serialNumber']}" in text
        assert f"/admin/coldcells/{tenant.cell['id']}" in text
    assert run_now(press, JOB)[:2] == ["done", "Wrote 0 mails."]
    assert len(reports(press, tenant.customer)) == 1


def test_energy_is_told_of_what_generates_and_consumes(press, tenant):
    plant = Plant(tenant.admin, ownerId=tenant.customer.id)
    plant.tell(*[{"type": "generation", "powerW": 3000, "energyWh": 250,
                  "recordedAt": yesterday(10, minute)} for minute in range(0, 60, 5)])
    assert run_now(press, JOB)[0] == "done"
    text = wait_for_mail(press, tenant.customer.email, "all well")
    assert f"{plant.serial}: generated 3.0 kWh" in text


def test_who_looks_after_several_tenants_gets_one_mail_that_names_them(press, tenant):
    other = settled(Tenant(press, "Elsewhere"))
    other.look_after(tenant.technician)
    for each in [tenant, other]:
        a_day_of(each)
    assert run_now(press, JOB)[0] == "done"
    text = wait_for_mail(press, tenant.technician.email, "120 min outside")
    assert "Freezer 1, Harbour (Northwind)" in text
    assert "Freezer 1, Harbour (Elsewhere)" in text
    own = wait_for_mail(press, tenant.customer.email, ": 1 open, 60 min outside")
    assert "Elsewhere" not in own
    assert len(reports(press, tenant.technician)) == 1


def test_where_there_is_nothing_to_say_nothing_is_written(press, tenant):
    assert run_now(press, JOB)[0] == "done"
    noted = query(press, "SELECT COUNT(*) FROM daily_reports WHERE user_id IN "
                  f"('{tenant.customer.id}', '{tenant.technician.id}')")
    assert noted == [["2"]]
    assert query(press, f"SELECT COUNT(*) FROM mails WHERE template = 'daily-report' AND recipient "
                 f"IN ('{tenant.customer.email}', '{tenant.technician.email}')") == [["0"]]


def test_who_was_not_there_is_written_of_no_day_before(press):
    newcomers = Tenant(press, "Newcomers")
    a_day_of(newcomers)
    assert run_now(press, JOB)[0] == "done"
    assert query(press, "SELECT COUNT(*) FROM mails WHERE template = 'daily-report' AND recipient "
                 f"= '{newcomers.customer.email}'") == [["0"]]


def test_the_day_is_that_of_the_reader(press, tenant):
    query(press, "UPDATE users SET time_zone = 'Pacific/Kiritimati' WHERE id = "
          f"'{tenant.customer.id}'")
    there = days_before(hours=14)
    run_now(press, JOB)
    [[day]] = query(press, f"SELECT day FROM daily_reports WHERE user_id = '{tenant.customer.id}'")
    assert day in {there, days_before(hours=14)}


def test_a_job_that_is_killed_writes_to_nobody_twice(press):
    tenant = settled(Tenant(press, "Crowded"))
    a_day_of(tenant)
    readers = f"SELECT id FROM users WHERE organisation_id = '{tenant.id}'"
    query(press, "INSERT INTO users (id, email, password_hash, roles, organisation_id, created_at) "
          "SELECT CONCAT('usr_Z', LPAD(seq, 25, '0')), CONCAT('reader', seq, "
          f"'@example.net'), '', 'customer', '{tenant.id}', '2026-01-01' FROM "
          f" seq_1_to_{READERS}")
    written = ("SELECT COUNT(*) FROM mails WHERE template = 'daily-report' AND recipient LIKE "
               "'reader%@example.net'")
    before = len(runs(press, JOB))
    with Held(press, "INSERT INTO daily_reports VALUES (CONCAT('usr_Z', LPAD(50, 25, '0')), '0')"):
        ask(press, JOB)
        eventually(lambda: int(query(press, written)[0][0]) >= 20)
        os.kill(clock(press), signal.SIGKILL)
        assert int(query(press, written)[0][0]) < 50
    eventually(lambda: [run for run in runs(press, JOB)[before:] if run[0] == "interrupted"])

    def everybody():
        ask(press, JOB)
        return int(query(press, f"SELECT COUNT(*) FROM daily_reports WHERE user_id IN ({readers})")
                   [0][0]) > READERS

    eventually(everybody)
    assert query(press, written) == [[str(READERS)]]
    assert query(press, "SELECT COUNT(DISTINCT recipient) FROM mails WHERE template = "
                 "'daily-report' AND recipient LIKE 'reader%@example.net'") == [[str(READERS)]]
