"""API keys: what integrations may with them, and when that ends."""

import pytest

from callers import Caller
from client import eventually
from people import (
    API, AUDIT, KEYS, ME, PROFILE, SESSIONS, USERS, Member, invalid, operator, query, refused)

AREAS = ["identity", "contracts", "telemetry", "wallet", "energy", "sales", "market", "files",
         "notices", "webhooks", "analytics", "system"]
SECONDS_TO_END = 5


@pytest.fixture
def member(identity):
    return Member.new(identity)


def make_key(member, *scopes, name="Warehouse"):
    answer = member.post(KEYS, {"name": name, "scopes": scopes or ["identity:read"]})
    assert answer.status == 201, answer
    return answer.json


def holder(member, *scopes):
    return Caller(member.stack, token=make_key(member, *scopes)["key"])


def test_a_key_is_shown_once(member):
    answer = member.post(KEYS, {"name": "Warehouse", "scopes": ["system:read", "identity:write"]})
    key = answer.json
    assert answer.status == 201 and answer.headers["location"].endswith(key["id"])
    assert set(key) == {"id", "name", "prefix", "scopes", "lastUsedAt", "createdAt", "key"}
    assert key["key"].startswith(key["prefix"]) and key["prefix"].startswith("ent_live_")
    assert (key["scopes"], key["lastUsedAt"]) == (["identity:write", "system:read"], None)
    listed = member.get(KEYS).json["items"]
    assert listed == [{name: value for name, value in key.items() if name != "key"}]
    [[stored]] = query(member.stack, f"SELECT COUNT(*) FROM api_keys WHERE id = '{key['id']}' "
                       f"AND LOCATE('{key['key']}', CONCAT_WS(' ', name, prefix, scopes)) > 0")
    assert stored == "0"


def test_a_key_acts_for_its_owner(member):
    caller = holder(member, "identity:read")
    assert caller.get(ME).json["id"] == member.id
    [listed] = member.get(KEYS).json["items"]
    assert listed["lastUsedAt"] is not None


def test_a_key_that_reads_does_not_write(member):
    caller = holder(member, "identity:read")
    refused(caller.patch(PROFILE, {"firstName": "Key"}), 403, "forbidden")
    assert member.get(ME).json["firstName"] is None
    assert holder(member, "identity:write").patch(PROFILE, {"firstName": "Key"}).status == 200


def test_a_key_that_writes_reads(member):
    assert holder(member, "identity:write").get(ME).status == 200


def test_a_key_goes_no_further_than_its_area(member):
    caller = holder(member, *[f"{area}:write" for area in AREAS if area != "identity"])
    refused(caller.get(ME), 403, "forbidden")
    assert caller.get(f"{API}/system/health").status == 200
    refused(holder(member, "identity:write").get(f"{API}/system/health"), 403, "forbidden")


def test_a_key_never_has_more_than_its_owner(member):
    every = [f"{area}:write" for area in AREAS]
    caller = holder(member, *every)
    for path in [USERS, AUDIT]:
        refused(caller.get(path), 403, "forbidden")
    admin = Member.new(member.stack, "admin")
    assert holder(admin, *every).get(USERS).status == 200
    refused(holder(admin, "contracts:write").get(USERS), 403, "forbidden")


def test_a_key_loses_what_its_owner_loses(member):
    admin = Member.new(member.stack, "admin")
    caller = holder(admin, "identity:read")
    assert caller.get(USERS).status == 200
    operator(member.stack).patch(f"{USERS}/{admin.id}", {"roles": []})
    eventually(lambda: caller.get(USERS).status == 403, seconds_max=SECONDS_TO_END)
    assert caller.get(ME).status == 200


def test_a_key_makes_no_keys(member):
    caller = holder(member, "identity:write")
    answer = caller.post(KEYS, {"name": "Child", "scopes": ["identity:read"]})
    refused(answer, 403, "forbidden")
    assert caller.get(SESSIONS).status == 200


def test_a_revoked_key_is_dead(member):
    key = make_key(member)
    caller = Caller(member.stack, token=key["key"])
    assert caller.get(ME).status == 200
    assert member.delete(f"{KEYS}/{key['id']}").status == 204
    eventually(lambda: caller.get(ME).status == 401, seconds_max=SECONDS_TO_END)
    refused(member.delete(f"{KEYS}/{key['id']}"), 404, "not_found")
    assert member.get(KEYS).json["items"] == []


def test_a_key_of_a_disabled_person_is_dead(member):
    caller = holder(member, "identity:read")
    assert caller.get(ME).status == 200
    operator(member.stack).patch(f"{USERS}/{member.id}", {"status": "disabled"})
    eventually(lambda: caller.get(ME).status == 401, seconds_max=SECONDS_TO_END)


def test_a_key_of_somebody_else_does_not_exist(member):
    other = Member.new(member.stack)
    theirs = make_key(other)
    assert member.get(KEYS).json["items"] == []
    for id in [theirs["id"], "key_" + "0" * 26, "x"]:
        refused(member.delete(f"{KEYS}/{id}"), 404, "not_found")
    assert Caller(member.stack, token=theirs["key"]).get(ME).status == 200


@pytest.mark.parametrize("scopes, code", [
    ([], "too_short"), (["identity"], "not_allowed"), (["identity:admin"], "not_allowed"),
    (["king:read"], "not_allowed"), (["identity:read:write"], "not_allowed"), ("x", "wrong_type"),
    ([7], "not_allowed"), ([""], "not_allowed"), (["*"], "not_allowed"), (None, "required")])
def test_a_scope_that_there_is_not_is_refused(member, scopes, code):
    invalid(member.post(KEYS, {"name": "x", "scopes": scopes}), scopes=code)


def test_every_documented_scope_can_be_had(member):
    scopes = sorted(f"{area}:{verb}" for area in AREAS for verb in ["read", "write"])
    assert make_key(member, *scopes)["scopes"] == scopes


@pytest.mark.parametrize("key", [
    "ent_live_", "ent_live_x", "ent_live_" + "A" * 43, "ent_live_'; --", "ENT_LIVE_x"])
def test_what_is_no_key_is_refused(identity, key):
    refused(Caller(identity, token=key).get(ME), 401, "unauthenticated")


def test_the_operators_token_owns_no_keys(identity):
    answer = operator(identity).post(KEYS, {"name": "x", "scopes": ["identity:read"]})
    refused(answer, 404, "not_found")


def test_a_dry_key_opens_nothing(member):
    answer = member.post(f"{KEYS}?dryRun=true", {"name": "x", "scopes": ["identity:read"]})
    assert answer.status == 201
    refused(Caller(member.stack, token=answer.json["key"]).get(ME), 401, "unauthenticated")
    assert member.get(KEYS).json["items"] == []


def test_what_a_key_changes_is_on_record_under_both_names(identity):
    admin = Member.new(identity, "admin", firstName="A" * 100, lastName="B" * 100)
    key = make_key(admin, "identity:write", name="C" * 100)
    caller = Caller(identity, token=key["key"])
    made = caller.post(f"{API}/admin/organisations", {"name": "By key"})
    assert made.status == 201, made
    [entry] = admin.get(f"{AUDIT}?objectId={made.json['id']}").json["items"]
    assert (entry["actorId"], len(entry["actorName"])) == (admin.id, 254)
