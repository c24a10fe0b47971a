"""What is done about alerts by itself: silent devices are noticed, nobody's delay is forgotten, and
people are written to, once for all that happened together."""

import time

import pytest

from client import eventually
from clockwork import run_now
from cold import ALERTS, Tenant, events
from conftest import make_stack, running
from people import query, wait_for_mail

CHECK_SECONDS = 5
SEEN = "entrepot:devices:seen"


@pytest.fixture(scope="module")
def cold():
    yield from running(make_stack(
        "coldjobs", ENTREPOT_ALERT_SILENCE_CHECK_SECONDS=str(CHECK_SECONDS)))


@pytest.fixture
def tenant(cold):
    return Tenant(cold)


def heard(cold, device, seconds_ago):
    query(cold, "UPDATE devices SET is_online = 1, last_seen_at = UTC_TIMESTAMP(3) - INTERVAL "
          f"{seconds_ago} SECOND WHERE id = '{device['id']}'")


def alerts_of(tenant, device):
    return tenant.admin.get(f"{ALERTS}?deviceId={device['id']}").json["items"]


def test_a_device_that_falls_silent_is_offline_and_raised_once(cold, tenant):
    device, other = tenant.device(), tenant.device()
    # Without a word from Redis, a row may be a minute behind.
    heard(cold, device, 60 + 60 + 5)
    heard(cold, other, 60 + 60 - 30)
    [alert] = eventually(lambda: alerts_of(tenant, device))
    assert alert["type"] == "SENSOR_ERROR" and alert["threshold"] == 60
    assert alert["value"] >= 125
    eventually(lambda: tenant.admin.get(f"/api/v1/devices/{device['id']}").json["status"]
               == "OFFLINE")
    assert events(cold, device["id"])[-2:] == ["device.offline", "alert.raised"]
    run_now(cold, "alerts.check-silence")
    assert len(alerts_of(tenant, device)) == 1 and alerts_of(tenant, other) == []


def test_what_was_heard_last_counts_and_not_the_row(cold, tenant):
    device, gone = tenant.device(), tenant.device()
    for number, seconds in [(number_of(cold, device), 0), (number_of(cold, gone), 70)]:
        moment = int((time.time() - seconds) * 1000)
        assert cold.redis.ask(f"ZADD {SEEN} {moment} {number}") == ":1"
    for each in [device, gone]:
        heard(cold, each, 3600)
    eventually(lambda: alerts_of(tenant, gone))
    assert alerts_of(tenant, device) == []


def number_of(cold, device):
    return query(cold, f"SELECT number FROM devices WHERE id = '{device['id']}'")[0][0]


def test_where_somebody_works_silence_is_not_raised(cold, tenant):
    device = tenant.device()
    query(cold, "UPDATE cold_cells SET silenced_until = UTC_TIMESTAMP(3) + INTERVAL 1 HOUR WHERE "
          f"id = '{tenant.cell['id']}'")
    heard(cold, device, 3600)
    eventually(lambda: query(cold, "SELECT is_online FROM devices WHERE id = "
                             f"'{device['id']}'") == [["0"]])
    assert alerts_of(tenant, device) == []


def test_what_nobody_resolves_escalates_three_times(cold, tenant):
    id = tenant.alert(escalates_at="UTC_TIMESTAMP(3)")
    for level in range(1, 4):
        eventually(lambda: look(tenant, id)["escalationLevel"] == level)
        next_one = query(cold, f"SELECT escalates_at > UTC_TIMESTAMP(3) + INTERVAL 50 MINUTE FROM "
                         f"alerts WHERE id = '{id}'")
        assert next_one == [["1" if level < 3 else "NULL"]]
        query(cold, f"UPDATE alerts SET escalates_at = UTC_TIMESTAMP(3) WHERE id = '{id}' AND "
              "escalation_level < 3")
    assert events(cold, id) == ["alert.escalated"] * 3
    wait_for_mail(cold, tenant.technician.email, "Not dealt with: Too warm: Freezer 1, Harbour")


def look(tenant, id):
    return tenant.customer.get(f"{ALERTS}/{id}").json


def test_what_was_resolved_escalates_no_more_and_is_told(cold, tenant):
    id = tenant.alert(escalates_at="UTC_TIMESTAMP(3) + INTERVAL 1 HOUR")
    tenant.customer.patch(f"{ALERTS}/{id}/resolve", {})
    assert query(cold, f"SELECT escalates_at FROM alerts WHERE id = '{id}'") == [["NULL"]]
    text = wait_for_mail(cold, tenant.customer.email, "Resolved: Too warm: Freezer 1, Harbour")
    assert f"/admin/alerts/{id}" in text


def test_a_technician_of_two_tenants_gets_one_mail_and_customers_their_own(cold, tenant):
    other = Tenant(cold, "Elsewhere")
    other.look_after(tenant.technician)
    made = [each.alert() for each in [tenant, other]]
    rows = ", ".join(f"('{id}', 'raised', UTC_TIMESTAMP(3))" for id in made)
    query(cold, f"INSERT INTO alert_notices (alert_id, kind, at) VALUES {rows}")
    text = wait_for_mail(cold, tenant.technician.email, "2 alerts")
    assert all(id in text for id in made)
    own = wait_for_mail(cold, tenant.customer.email, "Too warm")
    assert made[0] in own and made[1] not in own
