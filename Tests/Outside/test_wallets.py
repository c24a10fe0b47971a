"""Wallets: what somebody has now and had before, what they may send to whom, and what that leaves
behind."""

import concurrent.futures
import datetime
import re

import pytest

from agreements import POSTED, moment, rows
from callers import Held
from client import eventually, metric
from history import history_count
from money import (
    NOBODY, TRANSACTIONS, TRANSFER, WALLET, balance, fund, hold, release, rich, send, sent, told)
from people import USERS, invalid, operator, refused

AMOUNT_MAX = 10**15


@pytest.fixture(scope="module")
def bank(identity):
    return identity


def passing():
    """This moment, once it is over: what comes now is dated later."""
    now = moment(0)
    eventually(lambda: moment(0) != now, every_seconds=0.0005)
    return now


def numbers(answer, *names):
    return [answer[name] for name in names]


def state(stack):
    tables = [POSTED, "ledger_accounts", "ledger_transfers", "audit_entries"]
    found = {table: rows(stack, f"SELECT COUNT(*) FROM {table}") for table in tables}
    return found | {"told": history_count(stack)}


# What somebody has.

def test_whoever_never_had_money_has_an_empty_wallet(bank):
    person = rich(bank)
    before = state(bank)
    wallet = person.get(WALLET).json
    assert re.fullmatch(r"wal_[0-9A-Z]{26}", wallet["id"])
    assert wallet | {"id": 0, "asOf": 0} == {
        "id": 0, "asOf": 0, "currency": "INR", "balance": 0, "held": 0, "available": 0}
    assert person.get(TRANSACTIONS).json == {
        "items": [], "page": {"page": 1, "limit": 20, "total": 0, "next": None}}
    assert state(bank) == before, "looking makes nothing"


def test_a_wallet_is_told_as_it_was_at_every_moment(bank):
    one, other = rich(bank), rich(bank)
    moments = [(passing(), 0)]
    for amount, expected in [(1000, 1000), (500, 1500)]:
        assert fund(bank, one, amount).status == 201
        moments.append((passing(), expected))
    sent(one, other, 333)
    moments.append((passing(), 1167))
    for at, expected in moments:
        wallet = one.get(f"{WALLET}?asOf={at}").json
        assert numbers(wallet, "balance", "held", "available", "asOf") == [
            expected, 0, expected, at]
    assert one.get(WALLET).json["balance"] == 1167
    assert balance(one, asOf="2001-01-01T00:00:00Z") == 0
    assert balance(one, asOf="0001-01-01T00:00:00Z") == 0


def test_another_zone_is_the_same_moment(bank):
    one = rich(bank, 70)
    now = datetime.datetime.now(datetime.timezone(datetime.timedelta(hours=5, minutes=30)))
    text = now.isoformat(timespec="milliseconds").replace("+", "%2B")
    assert one.get(f"{WALLET}?asOf={text}").json["balance"] == 70


def test_what_was_held_is_told_as_it_was(bank):
    one = rich(bank, 1000)
    hold(bank, one, 300, minutes_ago=20, ended_minutes_ago=10)
    hold(bank, one, 200, minutes_ago=5)
    for minutes, held in [(25, 0), (15, 300), (7, 0), (2, 200)]:
        wallet = one.get(f"{WALLET}?asOf={moment(-60 * minutes)}").json
        assert wallet["held"] == held, minutes
    assert numbers(one.get(WALLET).json, "balance", "held", "available") == [1000, 200, 800]
    release(bank, one)


@pytest.mark.parametrize("at, code", [
    ("2999-01-01T00:00:00Z", "in_future"), ("yesterday", "invalid_time"),
    ("2026-02-30T00:00:00Z", "invalid_time"), ("1772368496", "invalid_time")])
def test_a_moment_that_is_none_or_has_not_come_is_refused(bank, at, code):
    invalid(rich(bank).get(f"{WALLET}?asOf={at}"), asOf=code)


# Sending.

def test_money_is_sent_by_id_and_by_email(bank):
    one, other = rich(bank, 1000), rich(bank)
    answer = send(one, other, 250, note="for é🚀")
    assert answer.status == 201
    made = answer.json
    assert re.fullmatch(r"trf_[0-9A-Z]{26}", made["id"])
    assert made | {"id": 0} == {
        "id": 0, "amount": 250, "balance": 750, "held": 0, "available": 750}
    entry = one.get(answer.headers["location"]).json
    assert entry | {"createdAt": 0} == {
        "id": made["id"], "type": "wallet.transfer", "amount": -250, "balanceAfter": 750,
        "reference": other.id, "description": "for é🚀", "createdAt": 0}
    theirs = other.get(f"{TRANSACTIONS}/{made['id']}").json
    assert numbers(theirs, "amount", "balanceAfter", "reference") == [250, 250, one.id]
    answer = one.post(TRANSFER, {"toEmail": other.email.upper(), "amount": 50})
    assert answer.status == 201 and answer.json["balance"] == 700
    assert balance(other) == 300


@pytest.mark.parametrize("fields, wrong", [
    ({}, {"toUserId": "required", "amount": "required"}),
    ({"amount": 1}, {"toUserId": "required"}),
    ({"toUserId": NOBODY, "toEmail": "a@b.example", "amount": 1}, {"toEmail": "not_allowed"}),
    ({"toUserId": NOBODY, "amount": 0}, {"amount": "too_small"}),
    ({"toUserId": NOBODY, "amount": -5}, {"amount": "too_small"}),
    ({"toUserId": NOBODY, "amount": 1.5}, {"amount": "wrong_type"}),
    ({"toUserId": NOBODY, "amount": "5"}, {"amount": "wrong_type"}),
    ({"toUserId": NOBODY, "amount": AMOUNT_MAX + 1}, {"amount": "too_large"}),
    ({"toEmail": "a b", "amount": 1, "note": "a" * 201},
     {"toEmail": "invalid_email", "note": "too_long"}),
    ({"toUserId": NOBODY, "amount": 1}, {"toUserId": "unknown_recipient"}),
    ({"toUserId": "é🚀", "amount": 1}, {"toUserId": "unknown_recipient"}),
    ({"toUserId": "platform", "amount": 1}, {"toUserId": "unknown_recipient"}),
    ({"toEmail": "nobody@b.example", "amount": 1}, {"toEmail": "unknown_recipient"})])
def test_a_transfer_that_cannot_be_is_refused_with_all_that_is_wrong(bank, fields, wrong):
    before = state(bank)
    invalid(operator(bank).post(TRANSFER, fields), **wrong)
    assert state(bank) == before


def test_nobody_sends_to_themselves(bank):
    one = rich(bank, 100)
    invalid(send(one, one, 1), toUserId="own_wallet")
    invalid(one.post(TRANSFER, {"toEmail": one.email, "amount": 1}), toEmail="own_wallet")
    assert balance(one) == 100


def test_who_is_disabled_receives_as_little_as_who_does_not_exist(bank):
    one, gone = rich(bank, 100), rich(bank)
    admin = operator(bank)
    assert admin.patch(f"{USERS}/{gone.id}", {"status": "disabled"}).status == 200
    answers = [one.post(TRANSFER, {"toEmail": email, "amount": 1})
               for email in [gone.email, "nobody@b.example"]]
    problems = [answer.problem | {"requestId": 0} for answer in answers]
    assert problems[0] == problems[1]
    invalid(send(one, gone, 1), toUserId="unknown_recipient")
    assert balance(one) == 100


def test_more_than_is_available_is_refused_with_its_numbers(bank):
    one, other = rich(bank, 1000), rich(bank)
    hold(bank, one, 300)
    problem = refused(send(one, other, 701), 409, "insufficient_funds")
    assert numbers(problem, "limit", "current", "requested", "remaining") == [0, 700, 701, 700]
    assert numbers(sent(one, other, 700), "balance", "held", "available") == [300, 300, 0]
    refused(send(one, other, 1), 409, "insufficient_funds")
    release(bank, one)
    sent(one, other, 300)
    assert (balance(one), balance(other)) == (0, 1000)
    problem = refused(send(rich(bank), other, AMOUNT_MAX), 409, "insufficient_funds")
    assert numbers(problem, "current", "requested") == [0, AMOUNT_MAX]


def test_what_one_gets_the_next_can_spend(bank):
    chain = [rich(bank, 10), rich(bank), rich(bank)]
    for payer, payee in zip(chain, chain[1:]):
        sent(payer, payee, 10)
    assert [balance(person) for person in chain] == [0, 0, 10]


def test_both_learn_of_a_transfer_and_nobody_else(bank):
    one, other = rich(bank, 100), rich(bank)
    made = sent(one, other, 40, note="x")
    for person, kind, amount, after, reference in [
            (one, "wallet.debited", -40, 60, other.id),
            (other, "wallet.credited", 40, 40, one.id)]:
        type, topics, user, data = told(bank, person)[-1]
        assert (type, topics, user) == (kind, [f"wallets/{person.id}"], person.id)
        entry = person.get(f"{TRANSACTIONS}/{made['id']}").json
        assert {name: data[name] for name in entry} == entry
        assert numbers(entry, "amount", "balanceAfter", "reference") == [amount, after, reference]
        assert data["wallet"] | {"asOf": 0} == person.get(WALLET).json | {"asOf": 0}


def test_a_repeat_moves_nothing_twice(bank):
    one, other = rich(bank, 100), rich(bank)
    key = {"Idempotency-Key": "once"}
    body = {"toUserId": other.id, "amount": 30}
    answers = [one.post(TRANSFER, body, headers=key) for _ in range(3)]
    assert {answer.body for answer in answers} == {answers[0].body}
    assert [answer.headers["idempotency-replayed"] for answer in answers] == [None, "true", "true"]
    assert (balance(one), balance(other)) == (70, 30)
    refused(one.post(TRANSFER, body | {"amount": 31}, headers=key), 422, "idempotency_key_reused")
    assert rows(bank, "SELECT idempotency_key FROM ledger_transfers "
                f"WHERE id = '{answers[0].json['id']}'") == [["once"]]
    key = {"Idempotency-Key": "too much"}
    refused(one.post(TRANSFER, body | {"amount": 71}, headers={"Idempotency-Key": "no"}), 409,
            "insufficient_funds")
    fund(bank, one, 1000)
    again = one.post(TRANSFER, body | {"amount": 71}, headers={"Idempotency-Key": "no"})
    assert again.status == 409 and again.headers["idempotency-replayed"] == "true"


def test_a_dry_transfer_says_what_would_be_and_keeps_nothing(bank):
    one, other = rich(bank, 100), rich(bank)
    before = state(bank)
    answer = one.post(f"{TRANSFER}?dryRun=true", {"toUserId": other.id, "amount": 30})
    assert (answer.status, answer.headers["dry-run"]) == (201, "true")
    assert answer.json["balance"] == 70
    refused(one.post(f"{TRANSFER}?dryRun=true", {"toUserId": other.id, "amount": 101}), 409,
            "insufficient_funds")
    answer = operator(bank).post(f"/api/v1/admin/wallets/{other.id}/credit?dryRun=true",
                                 {"amount": 5, "reason": "x"})
    assert answer.status == 201 and answer.json["balance"] == 5
    assert state(bank) == before
    assert (balance(one), balance(other)) == (100, 0)


# Many at once.

def test_of_many_at_once_all_are_sent_up_to_what_there_is(bank):
    """64 clients, amounts that do not divide what is there: never below nought, and each is told
    exactly how it stood."""
    funds = 10_007
    one, others = rich(bank, funds), [rich(bank) for _ in range(4)]
    amounts = [37, 41, 113, 29]

    def ask(number):
        amount = amounts[number % len(amounts)]
        return amount, number, send(one, others[number % len(others)], amount)

    with concurrent.futures.ThreadPoolExecutor(64) as pool:
        answers = list(pool.map(ask, range(512)))
    done = [(amount, number, answer.json) for amount, number, answer in answers
            if answer.status == 201]
    refusals = [(amount, answer.problem) for amount, _, answer in answers if answer.status != 201]
    assert done and refusals
    assert {problem["code"] for _, problem in refusals} == {"insufficient_funds"}
    total = sum(amount for amount, _, _ in done)
    assert balance(one) == funds - total >= 0
    # Each left another balance, each the one before less what it sent.
    left = funds
    for after, amount in sorted(((body["balance"], amount) for amount, _, body in done),
                                reverse=True):
        left -= amount
        assert after == left >= 0
    for amount, problem in refusals:
        assert problem["requested"] == amount > problem["remaining"] == problem["current"] >= 0
        assert problem["current"] in {funds, *(body["balance"] for _, _, body in done)}
    # What is left now is too little for the least that was refused at the end.
    assert min(amounts) > balance(one) or balance(one) < max(
        amount for amount, _ in refusals)
    for place, other in enumerate(others):
        assert balance(other) == sum(amount for amount, number, _ in done
                                     if number % len(others) == place)
    bank.entrepot.call("check")
    assert "flaws       0" in bank.entrepot.call("ledger", "verify")


def test_transfers_in_a_circle_wait_for_nobody_for_ever(bank):
    ring = [rich(bank, 1000) for _ in range(5)]

    def ask(number):
        payer = number % len(ring)
        step = 1 if number % 2 else len(ring) - 1
        return send(ring[payer], ring[(payer + step) % len(ring)], 1).status

    lost = metric(ring[0], "lock_failures_total")
    with concurrent.futures.ThreadPoolExecutor(32) as pool:
        assert set(pool.map(ask, range(300))) == {201}
    assert metric(ring[0], "lock_failures_total") == lost, "two waited for each other"
    assert sum(balance(person) for person in ring) == 5000


def test_a_first_wallet_is_made_once_by_many(bank):
    payers, other = [rich(bank, 10) for _ in range(8)], rich(bank)
    with concurrent.futures.ThreadPoolExecutor(8) as pool:
        statuses = set(pool.map(lambda payer: send(payer, other, 10).status, payers))
    assert statuses == {201}
    assert balance(other) == 80
    assert rows(bank, "SELECT COUNT(*), MIN(floor) FROM ledger_accounts "
                f"WHERE owner = '{other.id}'") == [["1", "0"]]


def test_each_of_those_that_are_gathered_gets_its_own_verdict(bank):
    payers, other = [rich(bank, 10) for _ in range(12)], rich(bank, 1)
    account = f"SELECT id FROM ledger_accounts WHERE owner = '{other.id}' FOR UPDATE"

    def ask(number):
        payee = other.id if number % 3 else NOBODY
        return payers[number].post(TRANSFER, {"toUserId": payee, "amount": 5 + number})

    with concurrent.futures.ThreadPoolExecutor(12) as pool:
        with Held(bank, account) as lock:
            futures = [pool.submit(ask, number) for number in range(12)]
            lock.wait_for_waiting()
        answers = [future.result() for future in futures]
    for number, answer in enumerate(answers):
        expected = 422 if number % 3 == 0 else 201 if number <= 5 else 409
        assert answer.status == expected, (number, answer)
    assert balance(other) == 1 + sum(5 + number for number in range(12)
                                     if number % 3 and number <= 5)
