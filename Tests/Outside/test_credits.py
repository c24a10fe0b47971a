"""What administrators give, where it comes from, and what no wallet can take."""

import pytest

from agreements import POSTED, rows
from callers import Held
from money import NOBODY, TRANSACTIONS, balance, fund, rich, send, sent, told
from people import AUDIT, Member, invalid, operator, refused

AMOUNT_MAX = 10**15


@pytest.fixture(scope="module")
def bank(identity):
    return identity


def numbers(answer, *names):
    return [answer[name] for name in names]


def test_a_credit_comes_from_the_platforms_cash_and_is_audited(bank):
    one, admin = rich(bank), operator(bank)
    path = f"/api/v1/admin/wallets/{one.id}/credit"
    answer = admin.post(path, {"amount": 1200, "reason": "paid in cash"})
    made = answer.json
    assert answer.status == 201
    assert made | {"id": 0, "createdAt": 0} == {
        "id": 0, "userId": one.id, "amount": 1200, "currency": "INR", "reason": "paid in cash",
        "balance": 1200, "held": 0, "available": 1200, "createdAt": 0}
    [entry] = admin.get(f"{AUDIT}?objectId={one.id}&action=wallet.credited").json["items"]
    assert numbers(entry, "actorId", "objectType", "address") == [
        "operator", "wallet", "127.0.0.1"]
    assert entry["before"] == {"email": one.email, "balance": 0}
    assert entry["after"] == {"email": one.email, "balance": 1200, "amount": 1200,
                              "reason": "paid in cash", "transferId": made["id"]}
    legs = rows(bank, f"SELECT owner, kind, amount FROM {POSTED} JOIN ledger_accounts a ON "
                f"a.id = account_id WHERE transfer_id = '{made['id']}' ORDER BY amount")
    assert legs == [["platform", "cash", "-1200"], [one.id, "wallet", "1200"]]
    type, topics, _, data = told(bank, one)[-1]
    assert (type, topics) == ("wallet.credited", [f"wallets/{one.id}"])
    assert numbers(data, "id", "type", "amount", "description") == [
        made["id"], "wallet.credit", 1200, "paid in cash"]
    assert one.get(TRANSACTIONS).json["items"][0]["id"] == made["id"]


def test_a_credit_that_cannot_be_is_refused(bank):
    one, admin = rich(bank), operator(bank)
    path = f"/api/v1/admin/wallets/{one.id}/credit"
    invalid(admin.post(path, {}), amount="required", reason="required")
    invalid(admin.post(path, {"amount": AMOUNT_MAX + 1, "reason": " "}),
            amount="too_large", reason="too_short")
    for id in [NOBODY, "x", "%C3%A9", "platform"]:
        refused(admin.post(f"/api/v1/admin/wallets/{id}/credit", {"amount": 1, "reason": "x"}),
                404, "not_found")
    for role in ["manager", "user"]:
        caller = Member.new(bank, role)
        refused(caller.post(path, {"amount": 1, "reason": "x"}), 403, "forbidden")
    assert balance(one) == 0


def test_what_no_wallet_can_take_is_refused_and_not_wrapped(bank):
    """The chain is as nobody could make it: only the refusal is looked at."""
    one, other = rich(bank, 1), rich(bank, 10)
    most = 2**63 - 6
    rows(bank, f"UPDATE ledger_accounts SET balance = {most} WHERE owner = '{one.id}'")
    try:
        invalid(send(other, one, 6), amount="too_large")
        invalid(fund(bank, one, 6), amount="too_large")
        assert balance(other) == 10
    finally:
        rows(bank, f"UPDATE ledger_accounts SET balance = 1 WHERE owner = '{one.id}'")
    sent(other, one, 6)


def test_credits_of_one_cash_account_wait_for_nobody(bank):
    """Somebody holds the row of the platform's cash: it is not needed."""
    one = rich(bank, 1)
    with Held(bank, "SELECT id FROM ledger_accounts WHERE owner = 'platform' AND kind = 'cash' "
              "FOR UPDATE"):
        assert fund(bank, one, 5).status == 201


def test_a_wallet_that_has_less_than_nothing_is_found(bank):
    one = rich(bank, 5)
    rows(bank, f"UPDATE ledger_accounts SET held = 6 WHERE owner = '{one.id}'")
    try:
        with pytest.raises(Exception, match=f"the wallet of {one.id} has -1 available"):
            bank.entrepot.call("check")
    finally:
        rows(bank, f"UPDATE ledger_accounts SET held = 0 WHERE owner = '{one.id}'")
    bank.entrepot.call("check")
