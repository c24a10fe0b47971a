"""Events as their readers get them: the cursor of every answer, rights, pages of the log."""

import json

import pytest

from agreements import CONTRACTS, SHIPMENTS, agree, cancel, counts, invalid, refused, shipped
from callers import Caller, Visitor, make_id, sign_in
from people import KEYS, Member
from populace import person_id
from order import EVENTS, events, last, settle

LOG = "/admin/events"
SYSTEM = "/api/v1/system/events"
FORBIDDEN = ["alerts", f"alerts/{make_id('org')}", "orders", "orders/ORD-00001", "system",
             "users/usr_other", "wallets/usr_other", "energy/usr_other",
             f"devices/{make_id('dev')}", f"offers/{make_id('ofr')}", "conversations/x",
             "nothing", "contracts/", "contracts/a/b", "shipments/x", "devices", "Contracts"]


@pytest.fixture(scope="module")
def writer(office):
    return Caller(office, token=sign_in(office, "user", subject="usr_user"))


def of(found, contract):
    return [item for item in found
            if item["data"]["contract"]["id"] == contract["id"]]


def told(stack, caller, contract, after=""):
    settle(stack)
    return of(events(caller, after, f"contracts/{contract['id']}")[0], contract)


def test_following_from_a_write_tells_of_it(office, manager):
    made = manager.post(CONTRACTS, {"title": "Packs", "quota": 5})
    cursor = made.headers["event-cursor"]
    assert cursor.isdigit()
    [item] = told(office, manager, made.json, cursor)
    assert item["type"] == "contract.created" and int(item["id"]) > int(cursor)
    assert item["event_id"].startswith("evt_")
    assert item["data"]["contract"] == made.json
    assert set(item["metadata"]) == {"timestamp", "source"}
    assert set(item) == {"id", "event_id", "type", "data", "metadata"}
    assert [entry["id"] for entry in told(office, manager, made.json)] == [item["id"]]


def test_what_tells_a_cursor_and_what_does_not(office, user, manager):
    contract = agree(manager, 5)
    tellers = [user.get(CONTRACTS), user.get(f"{CONTRACTS}?page=1"), user.get(SHIPMENTS),
               user.get("/api/v1/auth/sessions"),
               manager.patch(f"{CONTRACTS}/{contract['id']}", {"title": "x"}),
               manager.post(f"{CONTRACTS}?dryRun=true", {"title": "x", "quota": 1}),
               user.post(SHIPMENTS, {"contractId": contract["id"], "quantity": 6}),
               user.post(SHIPMENTS, {"contractId": contract["id"]})]
    assert [answer.status for answer in tellers] == [200, 200, 200, 200, 200, 201, 409, 422]
    for answer in tellers:
        assert answer.headers.get_all("event-cursor") is not None, answer
        assert len(answer.headers.get_all("event-cursor")) == 1
    silent = [user.get(f"{CONTRACTS}?page=2"), user.get(f"{CONTRACTS}/{contract['id']}"),
              user.get("/health"), Caller(office).post(CONTRACTS, {})]
    assert [answer.headers["event-cursor"] for answer in silent] == [None] * 4


def test_a_repeated_write_answers_with_the_first_cursor(office, manager, user):
    contract = agree(manager, 500)

    def write():
        return user.post(SHIPMENTS, {"contractId": contract["id"], "quantity": 1},
                         headers={"Idempotency-Key": contract["id"]})

    first = write()
    for _ in range(3):
        shipped(user, contract, 1)
    settle(office)
    again = write()
    assert again.headers["idempotency-replayed"] == "true"
    assert again.headers.get_all("event-cursor") == [first.headers["event-cursor"]]
    followed = told(office, user, contract, again.headers["event-cursor"])
    assert [item["data"]["shipment"]["id"] for item in followed if "shipment" in item["data"]][0] \
        == first.json["id"]


def test_a_dry_run_tells_nobody(office, manager, user):
    contract = agree(manager, 500)
    kept = counts(office)
    body = {"contractId": contract["id"], "quantity": 1}
    assert user.post(f"{SHIPMENTS}?dryRun=true", body).status == 201
    assert manager.post(f"{CONTRACTS}?dryRun=true", {"title": "x", "quota": 1}).status == 201
    assert counts(office) == kept


def test_another_s_shipment_is_told_without_who_and_where(office, manager, user, other):
    contract = agree(manager, 500)
    made = shipped(user, contract, 3, destination="Pune", reference="PO-1")
    cancel(manager, made)
    own = told(office, user, contract)
    assert [item["type"] for item in own] == [
        "contract.created", "shipment.accepted", "shipment.cancelled"]
    assert own[1]["data"]["shipment"] == made | {"status": "accepted"}
    assert own == told(office, manager, contract)
    strangers = told(office, other, contract)
    assert strangers[0] == own[0]
    for seen, whole in zip(strangers[1:], own[1:]):
        assert "Pune" not in json.dumps(seen) and "usr_" not in json.dumps(seen)
        assert "PO-1" not in json.dumps(seen)
        shipment = seen["data"]["shipment"]
        assert shipment.items() <= whole["data"]["shipment"].items()
        assert {"id", "contractId", "quantity", "status", "createdAt"} <= set(shipment)
        seen["data"]["shipment"] = whole["data"]["shipment"]
        assert seen == whole


def test_shipments_are_followed_by_those_who_made_them_and_by_managers(
        office, manager, user, other):
    contract = agree(manager, 500)
    start = settle(office)
    for caller in [user, other, user]:
        shipped(caller, contract, 1)
    newest = settle(office)
    for caller, count in [(user, 2), (other, 1), (manager, 3)]:
        found, cursor = events(caller, str(start), "shipments", limit=1)
        assert len(of(found, contract)) == count
        assert newest <= int(cursor) <= last(office), "the clock may have told of something"


@pytest.mark.parametrize("topic", FORBIDDEN)
def test_a_topic_that_is_not_for_the_caller_is_refused_as_one_that_is_none(user, topic):
    refused(user.get(f"{EVENTS}?topic={topic}"), 403, "forbidden")
    refused(user.get(f"{EVENTS}?topic=contracts&topic={topic}"), 403, "forbidden")


def test_only_an_admin_may_leave_the_topic_out(office, user, manager, office_admin):
    for caller in [user, manager]:
        assert invalid(caller.get(EVENTS)) == {"topic": "required"}
        assert caller.get(f"{EVENTS}?topic=contracts").status == 200
    settle(office)
    found, cursor = events(office_admin)
    assert [int(item["id"]) for item in found] == list(range(1, int(cursor) + 1))
    # Nobody follows what is not told there; a job tells of the ledger once a day.
    of_the_system = office_admin.get(f"{EVENTS}?topic=system").json["items"]
    assert {item["type"] for item in of_the_system} <= {"ledger.verified"}
    assert Caller(office).get(EVENTS).status == 401


def test_several_topics_are_one_order(office, manager, user):
    contracts = [agree(manager, 9) for _ in range(3)]
    settle(office)
    topics = "&topic=".join(f"contracts/{contract['id']}" for contract in contracts[:2])
    found, _ = events(user, "", topics, limit=1)
    assert [item["data"]["contract"]["id"] for item in found] == [
        contract["id"] for contract in contracts[:2]]


@pytest.mark.parametrize("after", ["x", "-1", "01", "1.5", "1-0", "9" * 18, "9" * 19, "%20",
                                   "evt_" + "0" * 26, "%C3%A9"])
def test_an_id_that_is_none_is_told(office_admin, after):
    assert invalid(office_admin.get(f"{EVENTS}?after={after}")) == {"after": "invalid_id"}


def test_limits_and_the_beginning(office_admin):
    for limit in ["0", "101", "x"]:
        assert "limit" in invalid(office_admin.get(f"{EVENTS}?limit={limit}"))
    first = office_admin.get(f"{EVENTS}?limit=2").json
    assert [item["id"] for item in first["items"]] == ["1", "2"] and first["cursor"] == "2"
    assert first == office_admin.get(f"{EVENTS}?after=0&limit=2").json
    assert first == office_admin.get(f"{EVENTS}?after=&limit=2").json
    rest = office_admin.get(f"{EVENTS}?after=2&limit=1").json
    assert [item["id"] for item in rest["items"]] == ["3"]


def test_a_key_follows_what_its_scopes_reach(identity):
    admin = Member.new(identity, "admin")

    def key(*scopes):
        made = admin.post(KEYS, {"name": "x", "scopes": list(scopes)})
        return Caller(identity, token=made.json["key"])

    assert key("system:read", "contracts:read").get(f"{EVENTS}?topic=contracts").status == 200
    refused(key("system:read").get(f"{EVENTS}?topic=contracts"), 403, "forbidden")
    refused(key("contracts:read").get(f"{EVENTS}?topic=contracts"), 403, "forbidden")
    assert invalid(key("system:read", "contracts:read").get(EVENTS)) == {"topic": "required"}


def test_the_demo_has_told_what_it_is_made_of(office, office_admin):
    """In the order of its days, each as a request would have told it."""
    demo = [item for item in events(office_admin)[0] if item["metadata"]["source"] == "demo"]
    times = [item["metadata"]["timestamp"] for item in demo]
    assert times == sorted(times)
    found = {}
    for item in demo:
        found[item["type"]] = found.get(item["type"], 0) + 1
    assert found["contract.created"] == 6 and found["shipment.accepted"] == 199
    assert found["shipment.blocked"] == found["contract.blocked"] == 1
    assert found["contract.locked"] == 1 and found["contract.threshold_reached"] > 1
    first = next(item for item in demo if item["type"] == "shipment.accepted")
    shipment = first["data"]["shipment"]
    kept = office_admin.get(f"{SHIPMENTS}/{shipment['id']}").json
    assert {name: value for name, value in kept.items() if name != "contract"} \
        == {name: value for name, value in shipment.items() if name != "contract"}


def test_the_log_is_newest_first_and_paged(office, office_admin, manager, user):
    contract = agree(manager, 9)
    newest = settle(office)
    # Whatever the clock tells of meanwhile comes before it.
    first = office_admin.get(f"{SYSTEM}?limit=2").json
    top = int(first["items"][0]["id"])
    assert top >= newest
    assert [int(item["id"]) for item in first["items"]] == [top, top - 1]
    second = office_admin.get(f"{SYSTEM}?limit=2&cursor={first['page']['next']}").json
    assert [int(item["id"]) for item in second["items"]] == [top - 2, top - 3]
    assert newest <= first["page"]["total"] <= last(office)
    [found] = office_admin.get(f"{SYSTEM}?topic=contracts/{contract['id']}").json["items"]
    assert found["data"]["contract"] == contract
    assert office_admin.get(f"{SYSTEM}?type=contract.created&q={contract['id']}").json["items"] \
        == [found]
    assert office_admin.get(f"{SYSTEM}?type=x&topic=%C3%A9&q=%25").json["items"] == []
    refused(manager.get(SYSTEM), 403, "forbidden")
    assert "cursor" in invalid(office_admin.get(f"{SYSTEM}?cursor=x"))


def test_the_pages_of_the_log(identity):
    admin = Caller(identity, token=sign_in(identity, "admin"))
    contract = agree(admin, 9, code="<LOG>", title="Said & done")
    settle(identity)
    visitor = Visitor(identity, person_id(identity, "admin@example.com"))
    page = visitor.page(f"{LOG}?q={contract['id']}")
    assert "contract.created" in page and "&lt;LOG&gt;" in page and "<LOG>" not in page
    place = events(admin, topic=f"contracts/{contract['id']}")[0][0]["id"]
    assert f'href="{LOG}/{place}"' in page
    one = visitor.page(f"{LOG}/{place}")
    assert "Said &amp; done" in one and contract["id"] in one
    assert visitor.get(f"{LOG}/0").status == 404
    assert visitor.get(f"{LOG}/x").status == 404
    assert visitor.get(f"{LOG}/{10**17}").status == 404
    assert "Nothing" in visitor.page(f"{LOG}?type=nothing.told")
    assert visitor.get(f"{LOG}?format=csv").status == 200
