"""Who is told of contracts and shipments: percentages, mails and events; and what is not kept."""

import email
import email.policy

from agreements import (
    CONTRACTS, SHIPMENTS, NO_CONTRACT, MANAGER_EMAIL, agree, ship, shipped, look,
    cancel, refused, rows, events, counts)
from client import eventually
from history import history


def test_each_percentage_is_told_once(office, user, manager):
    contract = agree(manager, 1000, alertPercents=[95, 80, 100, 80])

    def told():
        return [data["percent"] for kind, _, data in events(office, contract)
                if kind == "contract.threshold_reached"]

    shipped(user, contract, 799)
    assert told() == []
    last = shipped(user, contract, 1)
    assert told() == [80]
    cancel(manager, last)
    shipped(user, contract, 1)
    assert told() == [80]
    shipped(user, contract, 200)
    assert told() == [80, 95, 100]
    manager.patch(f"{CONTRACTS}/{contract['id']}", {"quota": 2000})
    shipped(user, contract, 900)
    assert told() == [80, 95, 100]


def test_a_smaller_quota_crosses_percentages_too(office, user, manager):
    contract = agree(manager, 1000)
    at = f"{CONTRACTS}/{contract['id']}"
    assert manager.patch(at, {"quota": 10}).status == 200
    assert manager.patch(at, {"quota": 1000}).status == 200
    shipped(user, contract, 450)
    assert manager.patch(at, {"quota": 500}).status == 200
    found = [data for kind, _, data in events(office, contract)
             if kind == "contract.threshold_reached"]
    assert [data["percent"] for data in found] == [80]
    assert found[0]["contract"] == look(user, contract)


def letters(stack, code):
    """What was written of a contract: to whom, about what, and the text."""
    found = []
    for file in (stack.directory / "mail").glob("*.eml"):
        message = email.message_from_bytes(file.read_bytes(), policy=email.policy.default)
        if code in message["subject"]:
            found.append((message["to"], message["subject"],
                          message.get_body(("plain",)).get_content(),
                          message.get_body(("html",)).get_content()))
    return found


def test_those_who_are_named_and_the_managers_get_a_mail(office, user, manager):
    contract = agree(manager, 1000, code="MAIL-1", title="Bolts & <nuts>", notifyEmails=[
        "ops@example.com", "OPS@example.com", MANAGER_EMAIL])
    shipped(user, contract, 850)
    refused(ship(user, contract, 151), 409, "quota_exceeded")
    refused(ship(user, contract, 1), 409, "contract_blocked")
    found = eventually(lambda: (got := letters(office, "MAIL-1")) and len(got) >= 4 and got)
    subjects = {"MAIL-1: 80 % of the quota are shipped",
                "MAIL-1 is blocked: its quota would not do"}
    for address in ["ops@example.com", MANAGER_EMAIL]:
        assert {subject for to, subject, _, _ in found if address in to} == subjects
    assert len(found) == 4
    link = f"{office.url('https')}/admin/contracts/{contract['id']}"
    for _, subject, text, html in found:
        assert "Bolts & <nuts>" in text and "Bolts &amp; &lt;nuts&gt;" in html
        assert link in text and link in html
        assert "850 pieces" in text and "150 pieces" in text
        assert ("151 pieces" in text) == ("blocked" in subject)


def test_events_say_what_happened(office, user, manager):
    contract = agree(manager, 100, alertPercents=[50])
    shipment = shipped(user, contract, 60)
    problem = refused(ship(user, contract, 41), 409, "quota_exceeded")
    made, accepted, crossed, refusal, blocked = events(office, contract)
    own = ["contracts", f"contracts/{contract['id']}"]
    assert made == ("contract.created", own, {"contract": contract})
    assert accepted[0] == "shipment.accepted" and accepted[1] == ["shipments", *own]
    assert accepted[2] == {"shipment": shipment, "contract": shipment["contract"]}
    assert crossed[0] == "contract.threshold_reached" and crossed[1] == own
    assert (crossed[2]["percent"], crossed[2]["contract"]["shipped"]) == (50, 60)
    assert refusal[0] == "shipment.blocked"
    assert refusal[2]["shipment"]["id"] == problem["shipmentId"]
    assert refusal[2]["contract"]["status"] == "blocked"
    assert blocked == ("contract.blocked", own, {"contract": look(user, contract)})
    about = [event for event in history(office, f"contracts/{contract['id']}")
             if event.type.startswith("shipment.")]
    assert {event.user for event in about} == {"usr_user"}


def test_a_dry_run_says_what_would_be_and_keeps_nothing(office, office_admin, user, manager):
    contract = agree(manager, 100)
    shipment = shipped(user, contract, 60)
    at = f"{CONTRACTS}/{contract['id']}"
    before = counts(office), look(user, contract)
    dry = "dryRun=true"
    for caller, method, path, body, status in [
            (manager, "POST", CONTRACTS, {"title": "a", "quota": 1}, 201),
            (manager, "POST", CONTRACTS, {"title": "a", "quota": 1, "code": contract["code"]}, 409),
            (manager, "PATCH", at, {"quota": 61}, 200), (manager, "PATCH", at, {"quota": 59}, 409),
            (office_admin, "PATCH", f"{at}/lock", {"locked": True}, 200),
            (user, "POST", SHIPMENTS, {"contractId": contract["id"], "quantity": 40}, 201),
            (user, "POST", SHIPMENTS, {"contractId": contract["id"], "quantity": 41}, 409),
            (user, "POST", SHIPMENTS, {"contractId": NO_CONTRACT, "quantity": 41}, 404),
            (user, "POST", SHIPMENTS, {}, 422),
            (manager, "POST", f"{SHIPMENTS}/{shipment['id']}/cancel", {"reason": "x"}, 200)]:
        answer = caller.request(method, f"{path}?{dry}", body)
        assert (answer.status, answer.headers["dry-run"]) == (status, "true"), answer
    assert (counts(office), look(user, contract)) == before
    answer = user.post(f"{SHIPMENTS}?{dry}", {"contractId": contract["id"], "quantity": 40})
    assert answer.json["contract"]["remaining"] == 0


def test_both_bases_answer(user, manager):
    contract = agree(manager, 100)
    shipment = shipped(user, contract, 1)
    for path in ["contracts", f"contracts/{contract['id']}", f"shipments/{shipment['id']}",
                 "shipments", "shipments/stats/summary"]:
        one, two = (user.get(f"{base}/{path}") for base in ["/api", "/api/v1"])
        assert one.status == two.status == 200
        assert one.body == two.body


def test_the_demo_has_contracts_of_every_kind(office, manager):
    # A made-up code has eight signs of chance, which may begin as these do.
    found = {item["code"]: item for item in
             manager.get(f"{CONTRACTS}?q=CTR-100&limit=100").json["items"]
             if len(item["code"]) == len("CTR-1001")}
    assert sorted(found) == [f"CTR-100{number}" for number in range(1, 7)]
    assert [found[f"CTR-100{number}"]["status"] for number in range(1, 7)] == [
        "active", "active", "blocked", "locked", "active", "active"]
    assert found["CTR-1002"]["shipped"] / found["CTR-1002"]["quota"] > 0.95
    seeded = "SELECT COUNT(*), COUNT(DISTINCT DATE(created_at)) FROM shipments " \
        "WHERE reference LIKE 'PO-7%'"
    [[count, days]] = rows(office, seeded)
    assert (count, int(days) >= 10) == ("200", True)
    before = counts(office)
    office.entrepot.call("seed")
    office.entrepot.call("seed", "--seed", "2", "--date", "2026-01-01")
    assert counts(office)["shipments"] == before["shipments"]
    office.entrepot.call("check")
