"""`entrepot ledger verify` and `entrepot check`, on a ledger that is well and one that is not."""

import re

import pytest

from agreements import agree, ship
from callers import Caller, sign_in
from client import metric
from clockwork import only_when_asked
from conftest import make_stack, running
from database import Account
from stack.mariadb import DATABASE, SERVING_USER
from stack.server import ServerError


@pytest.fixture(scope="module")
def books():
    """A stack with the demo's contracts, on which something is broken and mended, and nothing else
    is written meanwhile."""
    for stack in running(make_stack("books")):
        only_when_asked(stack, "ledger.fold", "ledger.expire-holds", "ledger.verify")
        yield stack


@pytest.fixture(scope="module")
def contract(books):
    caller = Caller(books, token=sign_in(books, "manager", subject="usr_manager"))
    made = caller.post("/api/v1/contracts", {"title": "Packs", "quota": 100}).json
    for quantity in [10, 20]:
        shipment = {"contractId": made["id"], "quantity": quantity}
        assert caller.post("/api/v1/shipments", shipment).status == 201
    return made


def failing(stack, *arguments):
    with pytest.raises(ServerError) as failure:
        stack.entrepot.call(*arguments)
    return str(failure.value)


class Broken:
    """Rows changed behind the back of the ledger, from `with` until its end."""

    def __init__(self, stack, breaking, mending):
        self.stack = stack
        self.breaking = breaking
        self.mending = mending

    def __enter__(self):
        self.run(self.breaking)

    def __exit__(self, *_):
        self.run(self.mending)

    def run(self, sql):
        self.stack.mariadb.query(sql, DATABASE)


def account(contract, kind):
    return f"owner = '{contract['id']}' AND kind = '{kind}'"


def test_verify_counts_what_it_saw_and_finds_no_flaw(books, contract):
    said = books.entrepot.call("ledger", "verify")
    figures = dict(re.findall(r"^(\S+) +([\d.]+)$", said, re.M))
    assert set(figures) == {"accounts", "postings", "seconds", "postings/s", "flaws"}
    tables = ["ledger_postings", "ledger_loose_postings"]
    [[count]] = books.mariadb.query(
        "SELECT " + " + ".join(f"(SELECT COUNT(*) FROM {table})" for table in tables), DATABASE)
    [[accounts]] = books.mariadb.query("SELECT COUNT(*) FROM ledger_accounts", DATABASE)
    assert (figures["postings"], figures["accounts"], figures["flaws"]) == (count, accounts, "0")
    books.entrepot.call("check")


def test_the_metrics_count_transfers_and_how_long_rows_were_locked(books):
    manager = Caller(books, token=sign_in(books, "manager", subject="usr_manager"))
    contract = agree(manager)
    names = ["ledger_transfers_total", "database_commits_total", "lock_hold_seconds_count",
             "lock_wait_seconds_count", "lock_hold_seconds_sum", "lock_wait_seconds_sum"]
    before = [metric(manager, name) for name in names]
    assert [ship(manager, contract, quantity).status for quantity in [1, 1, 0]] == [201, 201, 422]
    *counts, hold_seconds, wait_seconds = (
        metric(manager, name) - early for name, early in zip(names, before))
    assert counts == [2, 3, 2, 2]
    assert 0 < hold_seconds < 60 and 0 < wait_seconds < 60


def test_verify_names_the_first_posting_that_does_not_fit(books, contract):
    where = f"account_id = (SELECT id FROM ledger_accounts WHERE {account(contract, 'shipped')})"
    trigger = ("CREATE TRIGGER ledger_postings_no_update BEFORE UPDATE ON ledger_postings "
               "FOR EACH ROW SIGNAL SQLSTATE '45000' SET MESSAGE_TEXT = 'postings are append-only'")
    change = "UPDATE ledger_postings SET amount = amount {} 1 WHERE sequence = 2 AND " + where
    with Broken(books, f"DROP TRIGGER ledger_postings_no_update; {change.format('+')}",
                f"{change.format('-')}; {trigger}"):
        said = failing(books, "ledger", "verify")
        assert re.search(r"posting 2 of account \d+ does not follow", said)
        assert re.search(r"^flaws +1$", said, re.M)
    assert books.entrepot.call("ledger", "verify")


def test_check_finds_a_balance_that_does_not_balance(books, contract):
    change = "UPDATE ledger_accounts SET balance = balance {} 1 WHERE " + account(
        contract, "shipped")
    with Broken(books, change.format("+"), change.format("-")):
        said = failing(books, "check")
        assert re.search(r"^failed +ledger: all accounts in QUOTA add up to 1, and not to nought",
                         said, re.M)
        assert f"contract {contract['id']} has shipped 31, its shipments add up to 30" in said
        assert "does not stand where its postings lead" in failing(books, "ledger", "verify")
    books.entrepot.call("check")


def test_check_finds_a_shipment_without_its_quantity(books, contract):
    change = ("UPDATE shipments SET quantity = quantity {} 5 WHERE contract_id = "
              f"'{contract['id']}'")
    with Broken(books, change.format("+"), change.format("-")):
        said = failing(books, "check")
        assert re.search(r"^ok +ledger", said, re.M)
        assert re.search(r"^failed +contracts: .* has shipped 30, its shipments add up to 40",
                         said, re.M)
    books.entrepot.call("check")


def test_check_finds_a_quota_that_nobody_gave(books, contract):
    change = ("UPDATE ledger_accounts SET balance = balance {} 7 WHERE "
              + account(contract, "quota"))
    other = ("UPDATE ledger_accounts SET balance = balance {} 7 WHERE kind = 'quota.issued'")
    with Broken(books, f"{change.format('+')}; {other.format('-')}",
                f"{change.format('-')}; {other.format('+')}"):
        said = failing(books, "check")
        assert re.search(r"^ok +ledger", said, re.M)
        assert "was given 100, shipped 30 and has 77 left" in said
    books.entrepot.call("check")


@pytest.mark.parametrize("sql", [
    "UPDATE ledger_postings SET amount = 0", "DELETE FROM ledger_postings",
    "REPLACE INTO ledger_postings SELECT * FROM ledger_postings",
    "UPDATE ledger_transfers SET kind = 'x'", "DELETE FROM ledger_transfers",
    "UPDATE ledger_loose_postings SET amount = 0"])
def test_what_was_posted_cannot_be_changed_whoever_asks(books, contract, sql):
    with pytest.raises(ServerError, match="append-only"):
        books.mariadb.query(sql, DATABASE)
    assert "append-only" in Account(books, SERVING_USER, "ENTREPOT_MARIADB_PASSWORD").refuses(sql)


@pytest.mark.parametrize("sql", [
    f"{verb} {table}" for table in ["ledger_postings", "ledger_transfers", "ledger_loose_postings"]
    for verb in ["TRUNCATE", "DROP TABLE"]] + [
    "DROP TRIGGER ledger_postings_no_update", "ALTER TABLE ledger_postings DROP COLUMN hash",
    "RENAME TABLE ledger_postings TO gone"])
def test_the_user_that_serves_cannot_put_the_ledger_away(books, sql):
    serving = Account(books, SERVING_USER, "ENTREPOT_MARIADB_PASSWORD")
    assert "denied" in serving.refuses(sql)


@pytest.mark.parametrize("arguments", [[], ["check"], ["verify", "all"]])
def test_a_wrong_call_exits_with_2(books, arguments):
    assert "usage: entrepot ledger verify" in failing(books, "ledger", *arguments)
