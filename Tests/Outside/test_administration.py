"""What admins do to people and tenants, and the record of it."""

import re

import pytest

from callers import Caller
from database import Account
from people import (
    AUDIT, LOGIN, ME, ORGANISATIONS, PASSWORD, USERS, Member, credentials, invalid, mails,
    new_email, query, refused, wait_for_mail)
from stack.mariadb import MIGRATION_USER, SERVING_USER
from stack.server import ServerError

ROLES = ["user", "manager", "admin", "customer", "technician", "host", "buyer", "investor",
         "seller", "sales"]


@pytest.fixture(scope="module")
def admin(identity):
    return Member.new(identity, "admin", firstName="Ada", lastName="Min")


@pytest.fixture
def member(identity):
    return Member.new(identity)


def add(admin, path=USERS, **fields):
    return admin.post(path, {"email": new_email(), "password": PASSWORD} | fields)


def organisation(admin, **fields):
    answer = admin.post(ORGANISATIONS, {"name": "Tenant"} | fields)
    assert answer.status == 201, answer
    return answer.json


def record(admin, object_id, action=None):
    """The audit entries of an object, oldest first."""
    more = f"&action={action}" if action else ""
    return admin.get(f"{AUDIT}?objectId={object_id}&sort=at{more}").json["items"]


def shown(user):
    return {name: value for name, value in user.items() if name != "permissions"}


def test_somebody_is_added_with_any_roles(admin):
    answer = add(admin, roles=["manager", "sales"], firstName="New", role="technician")
    assert answer.status == 201
    assert answer.json["roles"] == ["user", "manager", "technician", "sales"]
    assert answer.headers["location"] == f"{USERS}/{answer.json['id']}"
    assert answer.headers["etag"]
    assert "accessToken" not in answer.json
    assert Member(admin.stack, Caller(admin.stack).post(
        LOGIN, credentials(answer.json["email"]))).is_in()
    wait_for_mail(admin.stack, answer.json["email"], "Confirm")
    [entry] = record(admin, answer.json["id"])
    assert (entry["action"], entry["before"], entry["after"]) == (
        "user.added", None, answer.json)


def test_somebody_is_added_to_a_tenant_or_with_one(admin):
    there = organisation(admin)
    member = add(admin, organisationId=there["id"]).json
    assert member["organisation"] == {"id": there["id"], "name": "Tenant", "businessType": None}
    founder = add(admin, businessName="Founded", businessType="dairy").json
    assert founder["organisation"]["name"] == "Founded"
    assert record(admin, founder["organisationId"])[0]["action"] == "organisation.added"
    invalid(add(admin, organisationId="org_" + "0" * 26), organisationId="not_found")


def test_who_cannot_be_added_is_refused(admin, member):
    refused(add(admin, email=member.email.upper()), 409, "email_taken")
    invalid(admin.post(USERS, {"email": "x", "password": "x", "roles": ["king"]}),
            email="too_short", password="too_short", roles="not_allowed")


def test_a_repeat_adds_nobody_twice(admin):
    given, headers = credentials(new_email()), {"Idempotency-Key": "add"}
    first, second = (admin.post(USERS, given, headers=headers) for _ in range(2))
    assert (first.status, first.body) == (second.status, second.body)
    other = admin.post(USERS, given | {"firstName": "X"}, headers=headers)
    refused(other, 422, "idempotency_key_reused")
    assert len(record(admin, first.json["id"])) == 1


def test_a_dry_run_adds_and_records_and_sends_nothing(admin):
    answer = add(admin, f"{USERS}?dryRun=true")
    assert (answer.status, answer.headers["dry-run"]) == (201, "true")
    refused(admin.get(f"{USERS}/{answer.json['id']}"), 404, "not_found")
    assert record(admin, answer.json["id"]) == []
    assert mails(admin.stack, answer.json["email"]) == []
    assert query(admin.stack, "SELECT id FROM mails WHERE recipient = "
                 f"'{answer.json['email']}'") == []


def test_people_are_listed_filtered_and_sorted(admin):
    mark = f"Q{new_email().partition('@')[0].replace('-', '')}"
    there = organisation(admin)
    made = [add(admin, firstName=f"{mark}-{number}", roles=roles, organisationId=there["id"]).json
            for number, roles in enumerate([[], ["host"], ["host", "buyer"]])]
    ids = [user["id"] for user in made]

    def listed(question):
        answer = admin.get(f"{USERS}?q={mark}&{question}")
        assert answer.status == 200, answer
        return [user["id"] for user in answer.json["items"]]

    assert listed("") == ids[::-1], "newest first"
    assert listed("sort=createdAt") == ids
    assert listed("sort=-email") == [
        user["id"] for user in sorted(made, key=lambda user: user["email"], reverse=True)]
    assert listed("role=host&sort=createdAt") == ids[1:]
    assert listed("status=disabled") == []
    assert listed(f"organisationId={there['id']}&limit=1&page=2") == [ids[1]]
    first = admin.get(f"{USERS}?q={mark}&limit=2").json
    assert first["page"]["total"] == 3 and first["page"]["next"]
    assert listed(f"limit=2&cursor={first['page']['next']}") == [ids[0]]
    assert admin.get(f"{USERS}/{ids[0]}").json == made[0]
    for wrong in ["role=king", "status=gone", "sort=password_hash", "limit=101"]:
        assert admin.get(f"{USERS}?{wrong}").status == 422, wrong


@pytest.mark.parametrize("id", ["usr_" + "0" * 26, "x", "usr_x", "org_" + "0" * 26, "%27%20OR%201"])
def test_who_does_not_exist_is_404(admin, id):
    for method, path in [("GET", ""), ("PATCH", ""), ("POST", "/unlock")]:
        body = None if method == "GET" else {}
        refused(admin.request(method, f"{USERS}/{id}{path}", body), 404, "not_found")


def test_a_change_is_recorded_with_who_what_before_after_and_from_where(admin, member):
    there = organisation(admin)
    before = admin.get(f"{USERS}/{member.id}").json
    answer = admin.patch(f"{USERS}/{member.id}", {
        "roles": ["customer"], "organisationId": there["id"], "firstName": "Joined"},
        headers={"X-Request-Id": "audit-1"})
    assert answer.status == 200
    after = answer.json
    assert (after["roles"], after["organisationId"], after["firstName"], after["version"]) == (
        ["user", "customer"], there["id"], "Joined", before["version"] + 1)
    [entry] = record(admin, member.id)
    assert set(entry) == {"id", "at", "actorId", "actorName", "action", "objectType", "objectId",
                          "before", "after", "address", "requestId"}
    assert (entry["actorId"], entry["actorName"]) == (admin.id, "Ada Min")
    assert (entry["action"], entry["objectType"], entry["objectId"]) == (
        "user.changed", "user", member.id)
    assert (entry["before"], entry["after"]) == (before, after)
    assert (entry["address"], entry["requestId"]) == ("127.0.0.1", "audit-1")
    assert re.fullmatch(r"\d{4}-\d\d-\d\dT.*Z", entry["at"])
    gone = admin.patch(f"{USERS}/{member.id}", {"organisationId": None}).json
    assert (gone["organisationId"], gone["organisation"]) == (None, None)


def test_a_refused_change_is_not_recorded(admin, member):
    path = f"{USERS}/{member.id}"
    stale = admin.patch(path, {"firstName": "X"}, headers={"If-Match": '"0"'})
    refused(stale, 412, "precondition_failed")
    invalid(admin.patch(path, {"roles": ["king"], "status": "gone"}),
            roles="not_allowed", status="not_allowed")
    invalid(admin.patch(path, {"organisationId": "org_x"}), organisationId="not_found")
    dry = admin.patch(f"{path}?dryRun=true", {"roles": ["admin"], "status": "disabled"})
    assert (dry.json["status"], dry.headers["dry-run"]) == ("disabled", "true")
    assert record(admin, member.id) == []
    assert shown(member.get(ME).json) == member.user


def test_if_match_lets_one_of_two_through(admin, member):
    path = f"{USERS}/{member.id}"
    tag = admin.get(path).headers["etag"]
    answers = [admin.patch(path, {"firstName": name}, headers={"If-Match": tag}) for name in "AB"]
    assert [answer.status for answer in answers] == [200, 412]


@pytest.mark.parametrize("role", ROLES)
def test_each_role_is_granted_and_taken(admin, member, role):
    path = f"{USERS}/{member.id}"
    assert set(admin.patch(path, {"roles": [role]}).json["roles"]) == {"user", role}
    assert admin.patch(path, {"roles": []}).json["roles"] == ["user"]


def test_an_unlock_is_recorded(admin, member):
    assert admin.post(f"{USERS}/{member.id}/unlock").status == 200
    [entry] = record(admin, member.id)
    assert (entry["action"], entry["actorId"]) == ("user.unlocked", admin.id)
    assert admin.post(f"{USERS}/{member.id}/unlock?dryRun=true").status == 200
    assert len(record(admin, member.id)) == 1


def test_a_tenant_is_added(admin):
    given = {"name": "Sunny & Co", "businessType": "dairy", "email": "hello@sunny.example",
             "phone": "+91 1234", "address": "1 Main Street"}
    made = organisation(admin, **given)
    assert {name: made[name] for name in given} == given
    assert re.fullmatch(r"org_[0-9A-Z]{26}", made["id"])
    assert made in admin.get(f"{ORGANISATIONS}?q={made['id']}").json["items"]
    [entry] = record(admin, made["id"])
    assert (entry["action"], entry["after"]) == ("organisation.added", made)
    invalid(admin.post(ORGANISATIONS, {"email": "x@y"}), name="required", email="invalid_email")


def test_a_technician_is_linked_and_unlinked(admin, member):
    there = organisation(admin)
    path = f"{ORGANISATIONS}/{there['id']}/technicians/{member.id}"
    refused(admin.put(path, {}), 409, "not_a_technician")
    refused(admin.delete(path), 404, "not_found")
    admin.patch(f"{USERS}/{member.id}", {"roles": ["technician"]})
    assert admin.put(f"{path}?dryRun=true", {}).status == 204
    links = f"SELECT COUNT(*) FROM organisation_technicians WHERE user_id = '{member.id}'"
    assert query(admin.stack, links) == [["0"]]
    for _ in range(2):
        assert admin.put(path, {}).status == 204
        assert query(admin.stack, links) == [["1"]]
    assert admin.delete(path).status == 204
    assert query(admin.stack, links) == [["0"]]
    entries = [entry for entry in record(admin, there["id"]) if "technician" in entry["action"]]
    assert {entry["action"] for entry in entries} == {"technician.linked", "technician.unlinked"}
    assert entries[-1]["before"]["technicianId"] == member.id
    for wrong in [f"{ORGANISATIONS}/org_{'0' * 26}/technicians/{member.id}",
                  f"{ORGANISATIONS}/{there['id']}/technicians/usr_{'0' * 26}"]:
        for method in ["PUT", "DELETE"]:
            refused(admin.request(method, wrong, {}), 404, "not_found")


def test_the_record_is_filtered(admin, member):
    admin.patch(f"{USERS}/{member.id}", {"firstName": "A"})
    admin.post(f"{USERS}/{member.id}/unlock")
    assert [entry["action"] for entry in record(admin, member.id)] == [
        "user.changed", "user.unlocked"]
    assert len(record(admin, member.id, "user.changed")) == 1
    last = record(admin, member.id)[-1]

    def found(question):
        return [entry["id"] for entry in
                admin.get(f"{AUDIT}?objectId={member.id}&{question}").json["items"]]

    assert len(found(f"actorId={admin.id}&objectType=user")) == 2
    assert found("actorId=usr_nobody") == []
    assert last["id"] in found(f"from={last['at']}")
    assert last["id"] not in found(f"to={last['at']}")
    assert admin.get(f"{AUDIT}?from=yesterday").status == 422


def test_what_the_operator_does_is_on_record(admin):
    email = new_email()
    said = admin.stack.entrepot.call("user", "create", "--email", email, "--role", "sales")
    assert "token=" in said
    [user] = admin.get(f"{USERS}?q={email}").json["items"]
    [entry] = record(admin, user["id"])
    assert (entry["actorId"], entry["action"]) == ("operator", "user.added")


@pytest.mark.parametrize("sql", [
    "UPDATE audit_entries SET action = 'x'", "DELETE FROM audit_entries",
    "UPDATE audit_entries SET at = at", "DELETE FROM audit_entries LIMIT 1",
    "REPLACE INTO audit_entries SELECT * FROM audit_entries LIMIT 1",
    "INSERT INTO audit_entries SELECT * FROM audit_entries LIMIT 1 "
    "ON DUPLICATE KEY UPDATE action = 'x'"])
def test_the_record_cannot_be_rewritten(admin, member, sql):
    admin.post(f"{USERS}/{member.id}/unlock")
    before = query(admin.stack, "CHECKSUM TABLE audit_entries")
    with pytest.raises(ServerError, match="append-only"):
        query(admin.stack, sql)
    serving = Account(admin.stack, SERVING_USER, "ENTREPOT_MARIADB_PASSWORD")
    migrating = Account(admin.stack, MIGRATION_USER, "ENTREPOT_MIGRATION_PASSWORD")
    for account in [serving, migrating]:
        assert re.search("append-only|denied", account.refuses(sql))
    assert query(admin.stack, "CHECKSUM TABLE audit_entries") == before


@pytest.mark.parametrize("sql", [
    "TRUNCATE audit_entries", "DROP TABLE audit_entries",
    "DROP TRIGGER audit_entries_no_update", "ALTER TABLE audit_entries DROP COLUMN action",
    "RENAME TABLE audit_entries TO gone"])
def test_the_serving_account_cannot_put_the_record_away(admin, sql):
    serving = Account(admin.stack, SERVING_USER, "ENTREPOT_MARIADB_PASSWORD")
    assert "denied" in serving.refuses(sql)
    assert serving.refuses("SELECT COUNT(*) FROM audit_entries") == ""
