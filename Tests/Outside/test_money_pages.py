"""The pages of wallets and of the ledger: who sees what, credits, moments in the past, and a ledger
that is looked through and verified."""

import datetime
import re

import pytest

from agreements import POSTED, agree, cancel, rows, shipped
from callers import Caller, Visitor, make_id, sign_in
from client import eventually
from eyes import SCHEMES, WINDOWS, check_page, check_weight, enter
from populace import count, person_id, rows_of

WALLETS = "/admin/wallets"
LEDGER = "/admin/ledger"


def visitor(stack, name):
    return Visitor(stack, person_id(stack, f"{name}@example.com"))


@pytest.fixture(scope="module")
def manager(peopled):
    return visitor(peopled, "manager")


@pytest.fixture(scope="module")
def user(peopled):
    return visitor(peopled, "user")


def account_id(stack, owner, kind="wallet"):
    return int(rows(stack, "SELECT id FROM ledger_accounts "
                    f"WHERE owner = '{owner}' AND kind = '{kind}'")[0][0])


def transfer_id(stack, kind="wallet.transfer"):
    return rows(stack, f"SELECT id FROM ledger_transfers WHERE kind = '{kind}' LIMIT 1")[0][0]


def words(text):
    return " ".join(re.sub(r"<[^>]+>", " ", text.split("<main")[1]).split())


def fact(text, name):
    return " ".join(re.sub(r"<[^>]+>", " ", re.search(
        rf"<dt>{name}</dt>\s*<dd[^>]*>(.*?)</dd>", text, re.S)[1]).split())


# Wallets.

def test_the_demos_people_have_money(peopled, manager):
    listed = rows_of(manager.get(f"{WALLETS}?format=csv&sort=number"))
    assert len(listed) >= 13
    of = {row["E-mail"]: row for row in listed}
    assert of["user@example.com"]["Balance"] == "4950.00" == of["user@example.com"]["Available"]
    assert of["user@example.com"]["Balance currency"] == "INR"
    assert {row["Held"] for row in listed} == {"0.00"}
    sums = rows(peopled, "SELECT COUNT(*) FROM ledger_transfers WHERE kind LIKE 'wallet.%'")
    assert int(sums[0][0]) >= 23


def test_wallets_are_found_by_name_email_and_id(peopled, manager):
    host = person_id(peopled, "host@example.com")
    for text in ["host@", "hari", host, host[:20]]:
        page = manager.page(f"{WALLETS}?q={text}")
        assert f'href="{WALLETS}/{host}"' in page, text
        assert f'href="{WALLETS}/{person_id(peopled, "seller@example.com")}"' not in page \
            or text == host[:20]
    assert "Nothing matches" in manager.page(f"{WALLETS}?q=nobody-is-called-so")
    assert "Hari Menon" in manager.page(f"{WALLETS}?q=m%C3%A9non")
    assert "Nothing matches" in manager.page(f"{WALLETS}?q=%F0%9F%9A%80")


def test_wallets_are_walked_once(manager):
    seen, path = [], f"{WALLETS}?limit=5"
    while path:
        text = manager.page(path)
        seen += re.findall(r'data-label="Owner"><a href="/admin/wallets/(usr_\w+)"', text)
        following = re.findall(r'href="([^"]+)" rel="next"', text)
        path = following[0].replace("&amp;", "&") if following else None
    assert len(seen) == len(set(seen)) >= 13


def test_others_see_their_own_wallet_and_no_other(peopled, user):
    own = person_id(peopled, "user@example.com")
    host = person_id(peopled, "host@example.com")
    for path in [WALLETS, f"{WALLETS}/{own}"]:
        text = user.page(path)
        assert "My wallet" in text and fact(text, "Balance") == "₹4,950.00"
        assert host not in text and "/admin/ledger" not in text
        assert "/credit" not in text
    for path in [f"{WALLETS}/{host}", f"{WALLETS}/{make_id('usr')}", f"{WALLETS}/x",
                 f"{WALLETS}/{host}/none"]:
        assert user.get(path).status == 404, path
    assert user.get(f"{WALLETS}/{own}/credit").status == 403
    assert user.submit(f"{WALLETS}/{own}/credit", {"amount": "5", "reason": "x"},
                       seen={}).status == 403
    assert user.get(LEDGER).status == 403
    everything = rows_of(user.get(f"{WALLETS}?format=csv"))
    assert [row["Amount"] for row in everything] == ["50.00", "25.00", "-125.00", "5000.00"]
    assert [row["Balance after"] for row in everything] == [
        "4950.00", "4900.00", "4875.00", "5000.00"]


def test_a_manager_sees_every_wallet_and_credits_none(peopled, manager):
    host = person_id(peopled, "host@example.com")
    text = manager.page(f"{WALLETS}/{host}")
    assert "Wallet of Hari Menon" in text and "Bina Shah" in text
    assert f'{WALLETS}/{host}/credit' not in text
    assert manager.get(f"{WALLETS}/{host}/credit").status == 403


def test_a_balance_is_told_at_a_moment_of_the_readers_own_clock(peopled, user):
    """The demo's people read in India: half past midnight there is the day before in UTC."""
    [[first]] = rows(peopled, "SELECT DATE_FORMAT(p.at + INTERVAL 330 MINUTE, '%Y-%m-%dT%H:%i') "
                     "FROM ledger_postings p JOIN ledger_accounts a ON a.id = p.account_id WHERE "
                     f"a.owner = '{person_id(peopled, 'user@example.com')}' AND p.sequence = 2")
    at = datetime.datetime.fromisoformat(first)
    for minutes, expected in [(-1, "₹5,000.00"), (1, "₹4,875.00")]:
        moment = (at + datetime.timedelta(minutes=minutes)).isoformat(timespec="minutes")
        text = user.page(f"{WALLETS}?at={moment}")
        assert fact(text, "Balance then") == expected
        assert fact(text, "Balance") == "₹4,950.00"
        assert f'value="{moment}"' in text
    assert user.get(f"{WALLETS}?at=2999-01-01T00:00").status == 422
    assert user.get(f"{WALLETS}?at=yesterday").status == 422


def test_a_credit_is_typed_in_rupees_and_what_is_wrong_is_said_beside_the_field(peopled, admin):
    id = person_id(peopled, "p040@people.example")
    path = f"{WALLETS}/{id}/credit"
    before = count(peopled, "ledger_transfers")
    for amount, message in [
            ("", "is required"), ("a lot", "must be an amount such as 1,200.50"),
            ("0", "must be at least ₹0.01"), ("1.005", "must be an amount such as 1,200.50"),
            ("-5", "must be an amount such as 1,200.50"),
            ("99999999999999999999", "must be an amount such as 1,200.50"),
            ("99999999999999", "must be at most ₹1,00,00,00,00,00,000.00")]:
        answer = admin.submit(path, {"amount": amount, "reason": "Because it & he said <so>"})
        text = answer.body.decode()
        assert answer.status == 422, (amount, answer)
        assert f"Amount in rupees {message}." in text.split('class="form"')[1], amount
        assert "Because it &amp; he said &lt;so&gt;" in text
        assert f'value="{amount}"' in text
    assert count(peopled, "ledger_transfers") == before
    form = admin.hidden(path)
    typed = {"amount": "1,200.5", "reason": "Paid in cash"}
    assert admin.submit(path, typed, seen=form | {"csrf": "guessed"}).status == 403
    done = admin.submit(path, typed, seen=form)
    assert (done.status, done.headers["location"]) == (303, f"{WALLETS}/{id}")
    text = admin.page(done.headers["location"])
    assert fact(text, "Balance") == "₹1,200.50" and "Paid in cash" in text
    again = admin.submit(path, typed, seen=form)
    assert (again.status, again.headers["location"]) == (303, f"{WALLETS}/{id}")
    assert count(peopled, "ledger_transfers") == before + 1
    assert fact(admin.page(f"{WALLETS}/{id}"), "Balance") == "₹1,200.50"
    [[entry]] = rows(peopled, f"SELECT id FROM audit_entries WHERE object_id = '{id}' "
                     "AND action = 'wallet.credited'")
    text = admin.page(f"/admin/audit/{entry}")
    assert "Paid in cash" in text and f'href="{WALLETS}/{id}"' in text
    for nobody in [make_id("usr"), "x"]:
        assert admin.get(f"{WALLETS}/{nobody}/credit").status == 404


def test_search_and_overview_know_of_wallets(peopled, manager, user):
    host = person_id(peopled, "host@example.com")
    transfer = transfer_id(peopled)
    for text, path in [("hari", f"{WALLETS}/{host}"), (f"wal{host[3:]}", f"{WALLETS}/{host}"),
                       (transfer, f"{LEDGER}/transfers/{transfer}")]:
        assert f'href="{path}"' in manager.page(f"/admin/search?q={text}"), text
        assert f'href="{path}"' not in user.page(f"/admin/search?q={text}"), text
    own = user.page("/admin")
    assert "My wallet" in own and "₹4,950.00" in own


# The ledger.

def test_accounts_are_found_and_filtered(peopled, manager):
    everything = rows_of(manager.get(f"{LEDGER}?format=csv"))
    assert len(everything) == count(peopled, "ledger_accounts")
    for query, where in [("kind=wallet", "kind = 'wallet'"), ("unit=QUOTA", "unit = 'QUOTA'"),
                         ("kind=quota&unit=QUOTA", "kind = 'quota'"),
                         ("q=platform", "owner LIKE 'platform%'"),
                         ("q=ctr_", "owner LIKE 'ctr\\\\_%'")]:
        found = rows_of(manager.get(f"{LEDGER}?format=csv&{query}"))
        assert len(found) == count(peopled, "ledger_accounts", where) > 0, query
    host = person_id(peopled, "host@example.com")
    id = account_id(peopled, host)
    for text in ["hari", host, str(id)]:
        assert f'href="{LEDGER}/{id}"' in manager.page(f"{LEDGER}?q={text}"), text
    assert sum(int(row["Balance"]) for row in everything if row["Unit"] == "INR") == 0
    assert sum(int(row["Balance"]) for row in everything if row["Unit"] == "QUOTA") == 0
    assert "Nothing matches" in manager.page(f"{LEDGER}?q=%F0%9F%9A%80&kind=%C3%A9&unit=%C3%A9")


def test_an_account_shows_its_chain(peopled, manager):
    id = account_id(peopled, person_id(peopled, "host@example.com"))
    text = manager.page(f"{LEDGER}/{id}")
    postings = rows(peopled, "SELECT sequence, transfer_id, LEFT(LOWER(HEX(hash)), 12), amount "
                    f"FROM ledger_postings WHERE account_id = {id}")
    for sequence, transfer, hash, _ in postings:
        assert hash in text and f'href="{LEDGER}/transfers/{transfer}"' in text
    found = rows_of(manager.get(f"{LEDGER}/{id}?format=csv&sort=sequence"))
    assert [int(row["Amount"]) for row in found] == [int(row[3]) for row in postings]
    assert fact(text, "Floor") == "₹0.00" and fact(text, "Owner") == "Hari Menon"
    assert fact(manager.page(f"{LEDGER}/{id}?at=2001-01-01T00:00"), "Balance then") == "₹0.00"
    none = manager.page(f"{LEDGER}/{id}?kind=energy.sale")
    assert "Nothing matches" in none
    for wrong in ["0", "-1", "x", "01", "99999999", "9" * 30, "%C3%A9"]:
        assert manager.get(f"{LEDGER}/{wrong}").status == 404, wrong
    assert manager.get(f"{LEDGER}/{id}?at=2999-01-01T00:00").status == 422


def test_an_account_without_a_floor_counts_what_is_loose(peopled, manager):
    id = account_id(peopled, "platform", "cash")
    [[posted]] = rows(peopled, f"SELECT SUM(amount) FROM {POSTED} WHERE account_id = {id}")
    [listed] = rows_of(manager.get(f"{LEDGER}?format=csv&q=platform&kind=cash"))
    assert int(listed["Balance"]) == int(posted) < 0

    def told():
        """Beside the job that folds them the page and the table are not of one moment."""
        text = manager.page(f"{LEDGER}/{id}")
        [[loose]] = rows(peopled, "SELECT COUNT(*) FROM ledger_loose_postings "
                         f"WHERE account_id = {id}")
        return text if fact(text, "Loose postings") == loose else None

    assert fact(eventually(told), "Floor") == "none"


def test_a_transfer_shows_its_legs_and_what_undoes_it(peopled, admin, manager):
    transfer = transfer_id(peopled)
    text = manager.page(f"{LEDGER}/transfers/{transfer}")
    legs = rows(peopled, f"SELECT account_id FROM ledger_postings WHERE transfer_id = '{transfer}'")
    assert len(legs) == 2
    for [account] in legs:
        assert f'href="{LEDGER}/{account}"' in text
    assert "Undone by" not in text
    credit = manager.page(f"{LEDGER}/transfers/{transfer_id(peopled, 'wallet.credit')}")
    assert "Opening balance" in credit and "platform" in words(credit)
    for wrong in [make_id("trf"), "x", "%C3%A9"]:
        assert manager.get(f"{LEDGER}/transfers/{wrong}").status == 404


def test_a_reversal_and_what_it_undoes_lead_to_each_other(peopled, manager):
    trader = Caller(peopled, token=sign_in(peopled, "manager"))
    shipment = shipped(trader, agree(trader), 1)
    assert cancel(trader, shipment).status == 200
    [[undoing, original]] = rows(peopled, "SELECT id, reverses FROM ledger_transfers WHERE "
                                 f"reference = '{shipment['id']}' AND reverses IS NOT NULL")
    there = manager.page(f"{LEDGER}/transfers/{original}")
    back = manager.page(f"{LEDGER}/transfers/{undoing}")
    assert "Undone by" in there and f'href="{LEDGER}/transfers/{undoing}"' in there
    assert fact(back, "Undoes") and f'href="{LEDGER}/transfers/{original}"' in back


def test_the_ledger_is_verified_whole_and_by_account(peopled, admin, manager):
    id = account_id(peopled, person_id(peopled, "seller@example.com"))
    for path in [f"{LEDGER}/verify", f"{LEDGER}/{id}/verify"]:
        assert f'action="{path}"' in admin.page(path)
        answer = admin.submit(path, {})
        assert answer.status == 200, answer
        assert "sound" in words(answer.body.decode())
        assert admin.submit(path, {}, seen={}).status == 403
        assert manager.get(path).status == 403
        assert path not in manager.page(path.removesuffix("/verify"))
        assert f'href="{path}"' in admin.page(path.removesuffix("/verify"))
    rows(peopled, f"UPDATE ledger_accounts SET balance = balance + 1 WHERE id = {id}")
    try:
        for path in [f"{LEDGER}/verify", f"{LEDGER}/{id}/verify"]:
            text = words(admin.submit(path, {}).body.decode())
            assert "broken" in text, path
            assert f"account {id} does not stand where its postings lead" in text
        sound = account_id(peopled, person_id(peopled, "host@example.com"))
        assert "broken" not in words(admin.submit(f"{LEDGER}/{sound}/verify", {}).body.decode())
    finally:
        rows(peopled, f"UPDATE ledger_accounts SET balance = balance - 1 WHERE id = {id}")
    assert admin.get(f"{LEDGER}/99999999/verify").status == 404


# As pages.

NAMES = ["wallets", "wallet", "moment", "credit", "ledger", "account", "cash", "transfer",
         "verify", "verify account"]


@pytest.fixture(scope="module")
def paths(peopled):
    host = person_id(peopled, "host@example.com")
    id = account_id(peopled, host)
    return {
        "wallets": WALLETS, "wallet": f"{WALLETS}/{host}",
        "moment": f"{WALLETS}/{host}?at=2026-01-01T12:00", "credit": f"{WALLETS}/{host}/credit",
        "ledger": LEDGER, "account": f"{LEDGER}/{id}",
        "cash": f"{LEDGER}/{account_id(peopled, 'platform', 'cash')}",
        "transfer": f"{LEDGER}/transfers/{transfer_id(peopled)}", "verify": f"{LEDGER}/verify",
        "verify account": f"{LEDGER}/{id}/verify",
    }


@pytest.mark.parametrize("name", NAMES)
def test_a_page_is_small_quick_and_clean(admin, paths, name):
    check_weight(admin, paths[name])


@pytest.fixture(scope="module")
def browser(browser, peopled, admin):
    enter(browser, peopled, admin)
    return browser


@pytest.mark.parametrize("scheme", SCHEMES)
@pytest.mark.parametrize("width, height", WINDOWS)
@pytest.mark.parametrize("name", NAMES)
def test_a_page_is_quiet_accessible_and_fits(
        peopled, browser, axe, paths, name, width, height, scheme):
    check_page(browser, axe, peopled.url("https") + paths[name], width, height, scheme)
