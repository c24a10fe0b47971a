"""Shipments on pages, by people without a script: what is refused in words, who may what, and that
nothing counts twice."""

import threading

import pytest

from agreements import agree, lock, look, moment, ship, shipped
from populace import count, rows_of
from test_wallets import passing
from trade_pages import CONTRACTS, NEW, SHIPMENTS, at, cells, hidden, sending, values, words

TWINS = 8
LISTED_MAX = 200
PROBE = "<script>alert(1)</script>\"'><img src=x onerror=alert(2)>"


def test_a_shipment_leads_to_its_page(at_user, manager, user):
    contract = agree(manager, 5000, code="SHIP-1", unit="litres")
    assert "SHIP-1, Packs: 5,000 litres left" in at_user.page(NEW).replace("&nbsp;", " ")
    chosen = at_user.get(f"{NEW}?contractId={contract['id']}")
    assert values(chosen)["contractId"] == contract["id"]
    answer = at_user.submit(NEW, sending(contract, "1 250", reference="PO-1", destination="Pune"))
    assert answer.status == 303, words(answer)
    text = words(at_user.page(answer.headers["location"]))
    for part in ["1,250 litres on SHIP-1", "accepted", "PO-1", "Pune", "Uma Pillai",
                 "1,250 of 5,000 litres, 25%"]:
        assert part in text, part
    assert look(user, contract)["shipped"] == 1250


@pytest.fixture
def crowd(office_admin, manager):
    """More contracts than the form's list holds, locked again at the end; the oldest first."""
    crowd = [agree(manager, code="CROWD-0")]
    # What is of one millisecond has no order.
    passing()
    crowd += [agree(manager, code=f"CROWD-{number}") for number in range(1, LISTED_MAX + 1)]
    yield crowd
    for contract in crowd:
        lock(office_admin, contract, True)


def test_a_contract_beyond_the_list_is_named_by_its_code_or_id(at_user, manager, crowd):
    oldest, second = crowd[:2]
    page = at_user.get(NEW)
    assert oldest["id"] not in page.body.decode() and second["id"] in page.body.decode()
    assert f"These are the {LISTED_MAX} newest" in words(page)
    for name in ["crowd-0", f" {oldest['id']} "]:
        typed = sending({"id": ""}, 7) | {"contract": name}
        assert at_user.submit(NEW, typed).status == 303
    assert look(manager, oldest)["shipped"] == 14
    for fields, sentence in [
            ({"contract": "CROWD-none"}, "Or a contract's code or id is no contract's."),
            ({"contract": ""}, "Contract is required."),
            ({"contract": "CROWD-0", "contractId": second["id"]},
             "Or a contract's code or id must be empty where a contract was chosen.")]:
        typed = sending({"id": ""}, 7) | fields
        answer = at_user.submit(NEW, typed)
        assert answer.status == 422 and sentence in words(answer)
        assert values(answer) == typed
    assert look(manager, second)["shipped"] == 0


@pytest.mark.parametrize("fields, sentences", [
    ({"contractId": "", "quantity": ""}, ["Contract is required.", "Quantity is required."]),
    ({"quantity": "0"}, ["Quantity must be at least 1."]),
    ({"quantity": "a few"}, ["Quantity must be a whole number."]),
    ({"reference": "r" * 101}, ["Reference must have at most 100 characters."])])
def test_what_cannot_be_shipped_is_said_at_the_form(at_user, manager, fields, sentences):
    contract = agree(manager)
    typed = sending(contract, 5) | fields
    answer = at_user.submit(NEW, typed)
    assert answer.status == 422
    for sentence in sentences:
        assert sentence in words(answer)
    assert values(answer) == typed


def test_too_much_is_told_in_numbers_recorded_and_blocks(office, at_user, manager):
    contract = agree(manager, 1000, code="FULL-1", notifyEmails=["told@x.example"])
    assert at_user.submit(NEW, sending(contract, 900)).status == 303
    typed = sending(contract, 101, reference="PO-2", destination="Surat")
    answer = at_user.submit(NEW, typed)
    assert answer.status == 409
    text = words(answer)
    assert "Not shipped: FULL-1 has 100 left, 101 pieces do not fit" in text
    assert "nobody can ship on it until an administrator unlocks it" in text
    assert values(answer) == typed
    assert look(manager, contract)["status"] == "blocked"
    assert count(office, "shipments", f"contract_id = '{contract['id']}' AND status = 'blocked' "
                 "AND reason = 'quota_exceeded' AND reference = 'PO-2'") == 1
    assert count(office, "mails", "recipient = 'told@x.example' "
                 "AND template = 'contract-blocked'") == 1
    again = at_user.submit(NEW, values(answer) | {"quantity": "1"}, seen=hidden(answer))
    assert again.status == 409
    assert "Not shipped: the contract is blocked" in words(again)


@pytest.mark.parametrize("fields, sentence", [
    ({"endsAt": "2026-01-01T00:00:00Z"}, "the contract is over"),
    ({"startsAt": "2099-01-01T00:00:00Z"}, "the contract has not begun yet")])
def test_a_contract_out_of_its_time_is_told(at_user, manager, fields, sentence):
    contract = agree(manager, **fields)
    answer = at_user.submit(NEW, sending(contract, 5))
    assert answer.status == 409 and f"Not shipped: {sentence}" in words(answer)
    assert "has 100 pieces left" in words(answer)


def test_a_locked_contract_tells_why(at_user, at_admin, manager):
    contract = agree(manager)
    at_admin.submit(at(contract, "/lock"), {"reason": "Disputed since Monday"})
    answer = at_user.submit(NEW, sending(contract, 5))
    assert answer.status == 409
    assert "Not shipped: the contract is locked" in words(answer)
    assert "Disputed since Monday" in words(answer)


def test_a_form_that_is_sent_twice_ships_once(office, at_user, manager):
    contract = agree(manager, 100)
    seen = at_user.hidden(NEW)
    first = at_user.submit(NEW, sending(contract, 10), seen=seen)
    second = at_user.submit(NEW, sending(contract, 10), seen=seen)
    assert (first.status, second.status) == (303, 303)
    assert first.headers["location"] == second.headers["location"]
    assert look(manager, contract)["shipped"] == 10
    # Somebody went back and meant another one: said, not done, and then done.
    other = at_user.submit(NEW, sending(contract, 20), seen=seen)
    assert other.status == 422
    assert "This form was sent before, with other values" in words(other)
    assert look(manager, contract)["shipped"] == 10
    assert at_user.submit(NEW, values(other), seen=hidden(other)).status == 303
    assert look(manager, contract)["shipped"] == 30
    refused = at_user.submit(NEW, sending(contract, 71), seen=(seen := at_user.hidden(NEW)))
    again = at_user.submit(NEW, sending(contract, 71), seen=seen)
    assert (refused.status, again.status) == (409, 409)
    assert "70 left, 71 pieces do not fit" in words(again)
    assert count(office, "shipments",
                 f"contract_id = '{contract['id']}' AND status = 'blocked'") == 1


def test_clicks_at_the_same_moment_ship_once_and_all_see_it(office, at_user, manager):
    contract = agree(manager, 1000)
    seen = at_user.hidden(NEW)
    answers, start = [], threading.Barrier(TWINS)

    def click():
        start.wait()
        answers.append(at_user.submit(NEW, sending(contract, 10), seen=seen))

    threads = [threading.Thread(target=click) for _ in range(TWINS)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert [answer.status for answer in answers] == [303] * TWINS, [words(a) for a in answers
                                                                   if a.status != 303]
    assert len({answer.headers["location"] for answer in answers}) == 1
    assert look(manager, contract)["shipped"] == 10


def test_a_contract_is_added_once_however_often_it_is_sent(office, at_manager):
    seen = at_manager.hidden(f"{CONTRACTS}/new")
    typed = {"title": "Once only", "quota": "5"}
    answers = [at_manager.submit(f"{CONTRACTS}/new", typed, seen=seen) for _ in range(2)]
    assert len({answer.headers["location"] for answer in answers}) == 1
    assert count(office, "contracts", "title = 'Once only'") == 1


def test_a_cancellation_has_a_reason_and_gives_the_quota_back(at_manager, at_user, manager):
    contract = agree(manager, 100, code="BACK-1")
    location = at_user.submit(NEW, sending(contract, 60)).headers["location"]
    path = f"{location}/cancel"
    assert "BACK-1 has 100 pieces left then, instead of 40." in words(at_manager.page(path))
    silent = at_manager.submit(path, {"reason": ""})
    assert silent.status == 422 and "Why must not be empty." in words(silent)
    assert at_manager.submit(path, {"reason": "Sent back"}).status == 303
    text = words(at_manager.page(location))
    assert "cancelled" in text and "Sent back" in text and "Manoj Verma" in text
    assert f"{location}/cancel" not in at_manager.page(location)
    again = at_manager.submit(path, {"reason": "Once more"})
    assert again.status == 409
    assert "Only an accepted shipment can be cancelled" in words(again)
    assert look(manager, contract)["remaining"] == 100


def test_shipments_are_filtered_by_the_readers_days_and_exported(at_manager, manager, user):
    contract = agree(manager, 1000, unit="crates")
    first_day = moment(5.5 * 3600)[:10]
    for quantity in [1, 2, 3]:
        shipped(user, contract, quantity, reference=f"DAY-{quantity}")
        passing()
    ship(user, contract, 2000)
    base = f"{SHIPMENTS}?contractId={contract['id']}"
    assert cells(at_manager.page(base), "Quantity") == [
        "2,000 crates", "3 crates", "2 crates", "1 crates"]
    assert cells(at_manager.page(f"{base}&status=blocked"), "Quantity") == ["2,000 crates"]
    assert cells(at_manager.page(f"{base}&q=DAY-2"), "Reference") == ["DAY-2"]
    last_day = moment(5.5 * 3600)[:10]
    assert len(cells(at_manager.page(f"{base}&from={first_day}&to={last_day}"), "Quantity")) == 4
    assert "Nothing matches" in at_manager.page(f"{base}&from=2020-01-01&to=2020-01-31")
    file = rows_of(at_manager.get(f"{base}&format=csv&sort=createdAt"))
    assert [(row["Quantity"], row["Unit"], row["Status"], row["Reason"]) for row in file] == [
        ("1", "crates", "accepted", ""), ("2", "crates", "accepted", ""),
        ("3", "crates", "accepted", ""), ("2000", "crates", "blocked", "quota_exceeded")]


# Who may what.

def test_everybody_sees_the_own_shipments_and_managers_all(at_user, at_manager, manager, office):
    contract = agree(manager, 100)
    mine = at_user.submit(NEW, sending(contract, 5)).headers["location"]
    passing()
    theirs = at_manager.submit(NEW, sending(contract, 7)).headers["location"]
    base = f"{SHIPMENTS}?contractId={contract['id']}"
    assert cells(at_user.page(base), "Quantity") == ["5 pieces"]
    assert cells(at_manager.page(base), "Quantity") == ["7 pieces", "5 pieces"]
    assert at_user.get(theirs).status == 404 and at_user.get(mine).status == 200
    assert at_manager.get(mine).status == 200
    assert cells(at_user.page(at(contract)), "Quantity") == ["5 pieces"]
    assert "Your latest shipments" in words(at_user.page(at(contract)))


def test_buttons_are_there_for_those_who_may(at_user, at_manager, at_admin, manager, user):
    contract = agree(manager, 100)
    shipment = at_user.submit(NEW, sending(contract, 5)).headers["location"]
    sees = {}
    for name, person in [("user", at_user), ("manager", at_manager), ("admin", at_admin)]:
        text = person.page(at(contract)) + person.page(CONTRACTS) + person.page(shipment)
        sees[name] = [link in text for link in [
            f"{NEW}?contractId={contract['id']}", f"{CONTRACTS}/new", at(contract, "/edit"),
            at(contract, "/history"), at(contract, "/lock"), f"{shipment}/cancel"]]
    assert sees == {
        "user": [True, False, False, False, False, False],
        "manager": [True, True, True, True, False, True],
        "admin": [True, True, True, True, True, True]}
    for person, paths in [
            (at_user, [f"{CONTRACTS}/new", at(contract, "/edit"), at(contract, "/history"),
                       at(contract, "/lock"), at(contract, "/unlock"), f"{shipment}/cancel"]),
            (at_manager, [at(contract, "/lock"), at(contract, "/unlock")])]:
        for path in paths:
            assert person.get(path).status == 403, path


def test_a_form_without_our_secret_changes_nothing(at_admin, manager, user):
    contract = agree(manager, 100)
    shipment = shipped(user, contract, 5)
    for path, fields in [
            (f"{CONTRACTS}/new", {"title": "Forged", "quota": "1"}),
            (at(contract, "/edit"), {"title": "Forged", "quota": "1", "version": "1"}),
            (at(contract, "/lock"), {"reason": "Forged"}), (at(contract, "/unlock"), {}),
            (NEW, sending(contract, 1)),
            (f"{SHIPMENTS}/{shipment['id']}/cancel", {"reason": "Forged"})]:
        for secret in [{}, {"csrf": "guessed"}]:
            answer = at_admin.submit(path, fields, seen=secret)
            assert answer.status == 403 and "not from here" in answer.body.decode(), path
    after = look(manager, contract)
    assert (after["title"], after["version"], after["shipped"]) == ("Packs", 1, 5)


def test_what_somebody_typed_is_never_markup(at_admin, at_user, manager, user):
    contract = agree(manager, 100, title=PROBE, customer=PROBE, code=PROBE[:60], unit=PROBE[:40])
    shipment = shipped(user, contract, 5, reference=PROBE, destination=PROBE)
    at_admin.submit(at(contract, "/lock"), {"reason": PROBE})
    refused = at_user.submit(NEW, sending(contract, 5, reference=PROBE))
    pages = [at_admin.page(path) for path in [
        "/admin", CONTRACTS, at(contract), at(contract, "/edit"), at(contract, "/history"),
        at(contract, "/unlock"), SHIPMENTS, f"{SHIPMENTS}/{shipment['id']}",
        f"{SHIPMENTS}/{shipment['id']}/cancel", f"{NEW}?contractId={contract['id']}",
        "/admin/search?q=alert%281"]]
    for page in pages + [refused.body.decode()]:
        assert "<script>alert" not in page and "<img" not in page
        assert "alert(1)" in page
