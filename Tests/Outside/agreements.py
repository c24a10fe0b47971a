"""Contracts and what is shipped on them, as tests make and read them."""

import datetime

from history import history, history_count
from stack.mariadb import DATABASE

CONTRACTS = "/api/v1/contracts"
SHIPMENTS = "/api/v1/shipments"
NO_CONTRACT = "ctr_" + "0" * 26
NO_SHIPMENT = "shp_" + "0" * 26
QUOTA_MAX = 10**15
MANAGER_EMAIL = "manager@example.com"


def agree(manager, quota=100, **fields):
    answer = manager.post(CONTRACTS, {"title": "Packs", "quota": quota} | fields)
    assert answer.status == 201, answer
    return answer.json


def ship(caller, contract, quantity, **fields):
    return caller.post(SHIPMENTS, {"contractId": contract["id"], "quantity": quantity} | fields)


def shipped(caller, contract, quantity, **fields):
    answer = ship(caller, contract, quantity, **fields)
    assert answer.status == 201, answer
    return answer.json


def look(caller, contract):
    return caller.get(f"{CONTRACTS}/{contract['id']}").json


def lock(admin, contract, locked, **fields):
    return admin.patch(f"{CONTRACTS}/{contract['id']}/lock", {"locked": locked} | fields)


def cancel(manager, shipment, **fields):
    return manager.post(f"{SHIPMENTS}/{shipment['id']}/cancel", {"reason": "sent back"} | fields)


def moment(seconds):
    at = datetime.datetime.now(datetime.timezone.utc) + datetime.timedelta(seconds=seconds)
    return at.strftime("%Y-%m-%dT%H:%M:%S.") + f"{at.microsecond // 1000:03d}Z"


def refused(answer, status, code):
    assert (answer.status, answer.problem["code"]) == (status, code), answer
    return answer.problem


def invalid(answer):
    problem = refused(answer, 422, "validation_failed")
    return {error["field"]: error["code"] for error in problem["errors"]}


def rows(stack, sql):
    return stack.mariadb.query(sql, DATABASE)


def events(stack, contract):
    """Types, topics and data of what was told of a contract, in the order of writing."""
    found = history(stack, f"contracts/{contract['id']}")
    return [(event.type, event.topics, event.data) for event in found]


def types(stack, contract):
    return [kind for kind, _, _ in events(stack, contract)]


# All that was posted, whether it has its place in its account's chain already or not.
POSTED = ("(SELECT account_id, transfer_id, amount FROM ledger_postings UNION ALL "
          "SELECT account_id, transfer_id, amount FROM ledger_loose_postings) AS posted")


def counts(stack):
    tables = ["contracts", "shipments", "mails", "contract_versions", "contract_alerts",
              "ledger_accounts", "ledger_transfers", POSTED]
    found = {table: rows(stack, f"SELECT COUNT(*) FROM {table}") for table in tables}
    return found | {"told": history_count(stack)}
