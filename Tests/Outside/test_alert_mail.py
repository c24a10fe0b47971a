"""From a reading to the mail about it, by a mail server: raised, not dealt with, over, silenced.
When a thousand devices fall silent, each person gets one mail."""

import base64
import email
import email.policy

import pytest

from agreements import moment
from client import eventually
from cold import ALERTS, events
from conftest import make_stack, running
from measuring import Sensor
from people import query
from places import Company, at
from test_mail import MailServer

SILENT = 1000
CHECK_SECONDS = 5
WHERE = "Too warm: Room, Depot"


@pytest.fixture(scope="module")
def smtp(tmp_path_factory):
    server = MailServer(tmp_path_factory.mktemp("smtp"))
    try:
        yield server
    finally:
        server.stop()


@pytest.fixture(scope="module")
def stack(smtp):
    yield from running(make_stack(
        "alertmail",
        ENTREPOT_ALERT_SILENCE_CHECK_SECONDS=str(CHECK_SECONDS),
        ENTREPOT_SMTP_URL=f"smtp://mailer:p%C3%A4ss%20word@localhost:{smtp.port}",
        ENTREPOT_SMTP_AUTHORITY_FILE=str(smtp.folder / "authority.pem"),
        ENTREPOT_MAIL_FROM="Cold Store <office@example.com>"))


def letters(smtp, person, subject=""):
    """What the mail server took for somebody, as (subject, text), oldest first."""
    found = []
    for mail in list(smtp.taken):
        if person.email in mail["recipients"]:
            message = email.message_from_bytes(
                base64.b64decode(mail["content"]), policy=email.policy.default)
            found.append((message["subject"], message.get_body(("plain",)).get_content()))
    return [(given, text) for given, text in found if given.startswith(subject)]


def await_letter(smtp, person, subject, count=1):
    found = eventually(lambda: len(letters(smtp, person, subject)) >= count
                       and letters(smtp, person, subject))
    assert len(found) == count, found
    return found[-1][1]


def test_from_a_reading_to_the_mails_about_it(stack, smtp):
    company = Company(stack, "Warm")
    people = [company.customer, company.technician]
    sensor = Sensor(company.admin, coldCellId=company.cell["id"])
    [alert] = sensor.tell(temperature=19.5).json["alerts"]
    link = f"/admin/alerts/{alert['id']}"
    for person in people:
        text = await_letter(smtp, person, WHERE)
        assert "19.5 °C, limit 8.0 °C (critical)" in text and link in text
    # Said once, however often it is measured.
    sensor.tell(temperature=19.6)
    for level in range(1, 4):
        # An hour goes by.
        query(stack, f"UPDATE alerts SET escalates_at = UTC_TIMESTAMP(3) WHERE id = '{alert['id']}'"
              f" AND escalation_level = {level - 1}")
        for person in people:
            await_letter(smtp, person, "Not dealt with: " + WHERE, count=level)
        seen = company.customer.get(f"{ALERTS}/{alert['id']}").json
        assert seen["escalationLevel"] == level and seen["count"] == 2
    assert query(stack, f"SELECT escalates_at FROM alerts WHERE id = '{alert['id']}'") == [["NULL"]]
    sensor.tell(temperature=4)
    assert company.customer.get(f"{ALERTS}/{alert['id']}").json["resolvedBy"] == "system"
    for person in people:
        await_letter(smtp, person, "Resolved: " + WHERE)
        assert len(letters(smtp, person, WHERE)) == 1
    assert events(stack, alert["id"]) == [
        "alert.raised", "alert.repeated", *["alert.escalated"] * 3, "alert.resolved"]


def test_where_somebody_works_nothing_is_raised_and_nobody_is_written_to(stack, smtp):
    company = Company(stack, "At work")
    sensor = Sensor(company.admin, coldCellId=company.cell["id"])

    def silence(until, reason):
        answer = company.technician.patch(
            at(company.cell), {"silencedUntil": until, "silenceReason": reason})
        assert answer.status == 200, answer

    silence(moment(3600), "The door is being repaired.")
    assert sensor.tell(temperature=19.5).json["alerts"] == []
    silence(None, None)
    assert company.customer.get(ALERTS).json["items"] == [], "and no alert for what was then"
    assert len(sensor.tell(temperature=19.6).json["alerts"]) == 1
    for person in [company.customer, company.technician]:
        assert "19.6 °C" in await_letter(smtp, person, WHERE)


def test_a_thousand_that_fall_silent_together_are_one_mail_for_each(stack, smtp):
    company = Company(stack, "Silent")
    query(stack, "INSERT INTO devices (id, serial_number, kind, organisation_id, cold_cell_id, "
          "key_digest, last_seen_at, is_online, created_at) SELECT CONCAT('dev_', LPAD(seq, 26, "
          f"'0')), CONCAT('SILENT-', seq), 'coldcell', '{company.id}', '{company.cell['id']}', "
          "UNHEX(SHA2(seq, 256)), UTC_TIMESTAMP(3) - INTERVAL 1 HOUR, 1, UTC_TIMESTAMP(3) "
          f"FROM seq_1_to_{SILENT}")
    [[started]] = query(stack, "SELECT UNIX_TIMESTAMP(UTC_TIMESTAMP(3))")
    count = ("SELECT COUNT(*) FROM alerts WHERE organisation_id = "
             f"'{company.id}' AND type = 'SENSOR_ERROR' AND status = 'ACTIVE'")
    eventually(lambda: query(stack, count) == [[str(SILENT)]])
    [[took, moments]] = query(
        stack, f"SELECT MAX(UNIX_TIMESTAMP(created_at)) - {started}, COUNT(DISTINCT created_at) "
        f"FROM alerts WHERE organisation_id = '{company.id}'")
    # What the machine does besides is no part of the period.
    assert float(took) < CHECK_SECONDS + 5 and int(moments) == 1, (took, moments)
    for person in [company.customer, company.technician]:
        text = await_letter(smtp, person, f"{SILENT:,} alerts")
        assert "Silent: Room, Depot" in text and "And 980 more." in text
        about = [subject for subject, _ in letters(smtp, person) if "alert" in subject
                 or "Silent" in subject]
        assert len(about) == 1, about
    assert query(stack, count) == [[str(SILENT)]]
