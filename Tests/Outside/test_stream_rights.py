"""Who may follow, by which proof, and what of each event they see: live, replayed and polled."""

import threading

import pytest

from agreements import agree, refused, rows, shipped
from callers import Caller, Visitor, sign_in
from client import eventually
from follow import POLL, STREAM, TICKETS, Stream, poll
from order import last, settle
from people import KEYS, Member

OPEN_FIELDS = {"id", "contractId", "quantity", "status", "reason", "createdAt", "contract"}
TICKET_SECONDS = 30
PAGE = {"Accept": "text/event-stream"}


@pytest.fixture(scope="module")
def told(office, manager, user, other):
    """A contract on which two people shipped, and the place before all of it."""
    settle(office)
    before = str(last(office))
    contract = agree(manager, 100)
    shipments = [shipped(user, contract, 1, destination="Mine"),
                 shipped(other, contract, 2, destination="Theirs")]
    settle(office)
    return before, contract, shipments


def seen(events):
    """Of each shipment, the fields of it that were told."""
    return {event["data"]["shipment"]["id"]: set(event["data"]["shipment"])
            for event in events if "shipment" in event["data"]}


def replayed(caller, before, count, *topics):
    with Stream(caller, *topics, last=before) as stream:
        stream.open()
        return [event.data for event in stream.events(count)]


def polled(caller, before, count, *topics):
    found = []
    while len(found) < count:
        answer = poll(caller, *topics, after=before, wait=5).json
        found, before = found + answer["events"], answer["cursor"]
    return found


@pytest.mark.parametrize("read", [replayed, polled])
def test_who_and_where_is_told_to_those_who_may_read_the_shipment(read, user, manager, told):
    before, contract, (mine, theirs) = told
    topic = f"contracts/{contract['id']}"
    assert seen(read(user, before, 3, topic))[mine["id"]] > OPEN_FIELDS
    assert seen(read(user, before, 3, topic))[theirs["id"]] <= OPEN_FIELDS
    for fields in seen(read(manager, before, 3, topic)).values():
        assert fields > OPEN_FIELDS
    assert set(seen(read(user, before, 1, "shipments"))) == {mine["id"]}


def test_live_each_sees_what_they_may(office, manager, user, other):
    contract = agree(manager, 100)
    settle(office)
    topic = f"contracts/{contract['id']}"
    readers = {name: Stream(caller, topic, "shipments", last=str(last(office)))
               for name, caller in [("user", user), ("other", other), ("manager", manager)]}
    for stream in readers.values():
        stream.open()
    mine = shipped(user, contract, 1, destination="Mine")
    cut = {name: set(stream.events(1)[0].data["data"]["shipment"])
           for name, stream in readers.items()}
    assert cut["user"] == cut["manager"] > OPEN_FIELDS >= cut["other"]
    assert mine["id"]
    for stream in readers.values():
        stream.close()


def test_a_ticket_opens_one_stream(office, told):
    member = Member.new(office)
    answer = member.post(TICKETS)
    assert answer.status == 201 and set(answer.json) == {"ticket", "expiresAt"}
    ticket = answer.json["ticket"]
    nobody = Caller(office)
    with Stream(nobody, "contracts", ticket=ticket) as stream:
        assert stream.open()["topics"] == ["contracts"]
        refused(nobody.get(f"{STREAM}?topic=contracts&ticket={ticket}"), 401, "unauthenticated")
    kept = rows(office, "SELECT COUNT(*) FROM stream_tickets "
                f"WHERE user_id = '{member.id}'")
    assert kept == [["0"]]


def test_a_ticket_has_the_rights_of_its_maker(office, told):
    before, contract, (mine, theirs) = told
    ticket = Member.new(office).post(TICKETS).json["ticket"]
    refused(Caller(office).get(f"{STREAM}?topic=system&ticket={ticket}"), 403, "forbidden")
    made = [Caller(office, token=sign_in(office, "manager", subject="usr_m")).post(TICKETS)
            for _ in range(2)]
    answer = Caller(office).get(f"{POLL}?topic=shipments&after={before}"
                                f"&ticket={made[0].json['ticket']}")
    assert set(seen(answer.json["events"])) >= {mine["id"], theirs["id"]}


def test_of_many_who_come_with_a_ticket_one_gets_in(office):
    ticket = Member.new(office).post(TICKETS).json["ticket"]
    statuses = []

    def come():
        statuses.append(Caller(office).get(f"{POLL}?topic=contracts&ticket={ticket}").status)

    threads = [threading.Thread(target=come) for _ in range(12)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert sorted(statuses) == [200] + [401] * 11


def test_an_old_ticket_opens_nothing(office):
    member = Member.new(office)
    answer = member.post(TICKETS).json
    age = f"SELECT TIMESTAMPDIFF(SECOND, UTC_TIMESTAMP(3), expires_at) FROM stream_tickets " \
          f"WHERE user_id = '{member.id}'"
    assert TICKET_SECONDS - 15 <= int(rows(office, age)[0][0]) <= TICKET_SECONDS
    rows(office, "UPDATE stream_tickets SET expires_at = UTC_TIMESTAMP(3) "
         f"WHERE user_id = '{member.id}'")
    refused(Caller(office).get(f"{STREAM}?topic=contracts&ticket={answer['ticket']}"),
            401, "unauthenticated")


def test_a_ticket_ends_with_the_session_that_made_it(office):
    member = Member.new(office)
    ticket = member.post(TICKETS).json["ticket"]
    assert member.post("/api/v1/auth/logout").status == 204
    refused(Caller(office).get(f"{STREAM}?topic=contracts&ticket={ticket}"),
            401, "unauthenticated")


@pytest.mark.parametrize("ticket", ["", "x", "tkt_x", "ent_live_x"])
def test_what_is_no_ticket_opens_nothing(office, ticket):
    refused(Caller(office).get(f"{STREAM}?topic=contracts&ticket={ticket}"),
            401, "unauthenticated")


def test_the_cookie_of_the_pages_opens_a_stream_for_our_own_pages(office, at_manager, at_user):
    def open_with(visitor, **headers):
        caller = Caller(office)
        caller.headers = {"Cookie": visitor.headers["Cookie"]} | headers
        with Stream(caller, "contracts") as stream:
            return stream.status

    assert open_with(at_manager) == 200
    # A page of another origin that may use the API brings a token of its own.
    assert open_with(at_manager, Origin="http://localhost:3000") == 401
    assert open_with(at_user, Authorization="Bearer x") == 401
    for path in ["/api/v1/events?topic=contracts", "/api/v1/contracts"]:
        caller = Caller(office)
        caller.headers = {"Cookie": at_manager.headers["Cookie"]}
        assert caller.get(path).status == 401, "the cookie counts for streams and polls alone"


def test_a_key_follows_what_its_scopes_cover(office):
    member = Member.new(office)

    def key(*scopes):
        made = member.post(KEYS, {"name": "x", "scopes": list(scopes)})
        return Caller(office, token=made.json["key"])

    with Stream(key("system:read", "contracts:read"), "contracts") as stream:
        stream.open()
    assert key("system:read").get(f"{STREAM}?topic=contracts").status == 403
    assert key("contracts:read").get(f"{STREAM}?topic=contracts").status == 403


def test_without_a_topic_all_is_for_admins(office, office_admin, user):
    with Stream(office_admin) as stream:
        assert stream.open()["topics"] == []
    assert user.get(STREAM).status == 422


def test_pages_of_listed_origins_may_follow(office, user):
    origin = office.settings["ENTREPOT_CORS_ORIGINS"]
    with Stream(user, "contracts", headers={"Origin": origin}) as stream:
        assert stream.headers["access-control-allow-origin"] == origin
    with Stream(user, "contracts", headers={"Origin": "https://elsewhere.example"}) as stream:
        assert "access-control-allow-origin" not in stream.headers


def test_the_head_of_a_stream_has_no_end_to_wait_for(office, user):
    answer = user.request("HEAD", f"{STREAM}?topic=contracts")
    assert (answer.status, answer.headers["content-type"]) == (200, "text/event-stream")
    # A heartbeat would be the next thing to come, after 15 s.
    assert answer.seconds < 8
