"""Wallets and what people send each other, as tests fill, move and read them."""


from agreements import rows
from history import history
from people import Member, operator

WALLET = "/api/v1/wallet"
TRANSFER = f"{WALLET}/transfer"
TRANSACTIONS = "/api/v1/transactions"
NOBODY = "usr_" + "0" * 26


def fund(stack, person, amount, reason="to begin with"):
    return operator(stack).post(
        f"/api/v1/admin/wallets/{person.id}/credit", {"amount": amount, "reason": reason})


def rich(stack, amount=0, **fields):
    """Somebody new, with so much in their wallet."""
    person = Member.new(stack, **fields)
    if amount:
        answer = fund(stack, person, amount)
        assert answer.status == 201, answer
    return person


def send(payer, payee, amount, **fields):
    return payer.post(TRANSFER, {"toUserId": payee.id, "amount": amount} | fields)


def sent(payer, payee, amount, **fields):
    answer = send(payer, payee, amount, **fields)
    assert answer.status == 201, answer
    return answer.json


def balance(person, **query):
    text = "&".join(f"{name}={value}" for name, value in query.items())
    answer = person.get(f"{WALLET}?{text}")
    assert answer.status == 200, answer
    return answer.json["balance"]


def told(stack, person):
    """Types, topics and data of what was told of somebody's wallet, in the order of writing."""
    found = history(stack, f"wallets/{person.id}")
    return [(event.type, event.topics, event.user, event.data) for event in found]


def hold(stack, person, amount, minutes_ago=0, ended_minutes_ago=None):
    """What a withdrawal will do; the account knows of it while it lasts."""
    [[account]] = rows(stack, f"SELECT id FROM ledger_accounts WHERE owner = '{person.id}'")
    ended = ended_minutes_ago is not None
    at = "UTC_TIMESTAMP(3) - INTERVAL {} MINUTE"
    rows(stack, f"""
        INSERT INTO ledger_holds (id, account_id, amount, kind, reference, status, created_at,
            ended_at)
        VALUES (CONCAT('hld_', LPAD(UUID_SHORT(), 26, '0')), {account}, {amount}, 'withdrawal',
            'test', '{"voided" if ended else "held"}', {at.format(minutes_ago)},
            {at.format(ended_minutes_ago) if ended else "NULL"});
        UPDATE ledger_accounts SET held = held + {0 if ended else amount} WHERE id = {account}""")


def release(stack, person):
    rows(stack, f"""
        UPDATE ledger_holds h JOIN ledger_accounts a ON a.id = h.account_id
        SET h.status = 'voided', h.ended_at = UTC_TIMESTAMP(3), a.held = 0
        WHERE a.owner = '{person.id}' AND h.status = 'held'""")
