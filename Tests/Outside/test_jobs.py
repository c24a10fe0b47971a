"""What is done by itself, and the pages on which an administrator follows it."""

import re

import pytest

from agreements import agree, events, look, moment, shipped, types
from callers import Caller, Visitor, make_id, sign_in
from client import eventually
from clockwork import JOBS, ended, has_said, only_when_asked, query, run_now, runs
from conftest import PROVING, make_stack, running
from history import history
from populace import person_id

NO_CHANGE = "FOR EACH ROW SIGNAL SQLSTATE '45000' SET MESSAGE_TEXT = 'postings are append-only'"


@pytest.fixture(scope="module")
def works():
    """A stack whose jobs find something to do, those of a test when it asks for them."""
    for stack in running(make_stack("works", PROVING)):
        only_when_asked(stack, "ledger.verify", "mail.delete-sent", "identity.delete-expired")
        yield stack


@pytest.fixture(scope="module")
def manager(works):
    return Caller(works, token=sign_in(works, "manager", subject="usr_manager"))


@pytest.fixture(scope="module")
def administrator(works):
    return Visitor(works, person_id(works, "admin@example.com"))


class Unguarded:
    """A table whose rows can be changed, from `with` until its end."""

    def __init__(self, stack, table):
        self.stack = stack
        self.table = table

    def __enter__(self):
        query(self.stack, f"DROP TRIGGER {self.table}_no_update")

    def __exit__(self, *_):
        query(self.stack, f"CREATE TRIGGER {self.table}_no_update BEFORE UPDATE ON {self.table} "
              f"{NO_CHANGE}")


def told(stack, kind):
    return [event.data for event in history(stack, type=kind) if event.topics == ["system"]]


def row(page, job):
    """The cells of a job in the list, without their markup."""
    [line] = [line for line in re.findall(r"<tr>(.*?)</tr>", page, re.S)
              if f'href="{JOBS}/{job}"' in line]
    return re.sub(r"\s+", " ", re.sub(r"<[^>]+>", " ", line))


def test_the_list_shows_every_job_and_who_runs_them(works, administrator):
    run_now(works, "mail.delete-sent")
    page = administrator.page(JOBS)
    for job in ["ledger.fold", "ledger.expire-holds", "ledger.verify", "contracts.expire",
                "identity.delete-expired", "mail.delete-sent", "jobs.delete-runs"]:
        assert row(page, job)
    assert "daily at 03:30 UTC" in row(page, "ledger.verify")
    assert "done" in row(page, "mail.delete-sent") and "just now" in row(page, "mail.delete-sent")
    [[place]] = query(works, "SELECT place FROM leases WHERE duty = 'clock'")
    assert place in page and "Since" in page
    assert f'href="{JOBS}"' in administrator.page("/admin"), "the navigation leads there"


def test_a_job_runs_when_an_administrator_says_so(works, administrator):
    before = len(runs(works, "ledger.verify"))
    path = f"{JOBS}/ledger.verify"
    assert f'href="{path}/run"' in administrator.page(path)
    assert "Run ledger.verify now?" in administrator.page(f"{path}/run")
    answer = administrator.submit(f"{path}/run", {})
    assert (answer.status, answer.headers["location"]) == (303, path)
    status, text, asked, _ = eventually(lambda: ended(works, "ledger.verify", before))
    assert (status, bool(asked)) == ("done", True)
    assert re.fullmatch(r"Verified [\d,]+ postings of [\d,]+ accounts\.", text)
    page = administrator.page(path)
    assert text in page and f"asked for by {asked}" in page
    [entry] = query(works, "SELECT action, object_type, object_id FROM audit_entries "
                    "WHERE object_type = 'job'")
    assert entry == ["job.asked_for", "job", "ledger.verify"]
    figures = told(works, "ledger.verified")[-1]
    assert figures["postings"] > 0 and figures["accounts"] > 0 and "flaws" not in figures


def test_a_form_without_its_secret_asks_for_nothing(works, administrator):
    path = f"{JOBS}/proving.fail/run"
    assert administrator.submit(path, {}, seen={}).status == 403
    assert query(works, "SELECT asked_at FROM jobs WHERE name = 'proving.fail'") == [["NULL"]]


@pytest.mark.parametrize("path", ["no.such-job", "no.such-job/run", "x"])
def test_a_job_that_does_not_exist_is_not_found(administrator, path):
    assert administrator.get(f"{JOBS}/{path}").status == 404


def test_only_administrators_see_and_run_jobs(works):
    other = Visitor(works, person_id(works, "manager@example.com"))
    for path in [JOBS, f"{JOBS}/ledger.verify", f"{JOBS}/ledger.verify/run"]:
        assert other.get(path).status == 403
    assert other.submit(f"{JOBS}/proving.fail/run", {}, seen={}).status == 403


def test_a_job_that_fails_is_shown_with_its_reason(works, administrator):
    assert run_now(works, "proving.fail")[:2] == ["failed", "it fails on purpose"]
    # It is tried again soon, and may be at that just now.
    eventually(lambda: "failed" in row(administrator.page(JOBS), "proving.fail"))
    page = administrator.page(f"{JOBS}/proving.fail")
    assert "it fails on purpose" in page and "Failures in a row" in page
    pause = ("SELECT TIMESTAMPDIFF(SECOND, ended_at, next_at) = 5 << failures - 1 FROM jobs JOIN "
             "job_runs ON id = last_run AND ended_at IS NOT NULL WHERE name = 'proving.fail'")
    eventually(lambda: query(works, pause) == [["1"]])


def test_the_runs_of_a_job_go_on_on_further_pages(works, administrator):
    eventually(lambda: len(runs(works, "proving.count-seconds")) > 5)
    path = f"{JOBS}/proving.count-seconds"

    def ended_runs():
        """A page without the run that is just going on, which has no words yet."""
        page = administrator.page(f"{path}?limit=2")
        return page.count("another second") == 2 and page

    first = eventually(ended_runs)
    [address] = re.findall(rf'href="({path}\?[^"]*cursor=[^"]+)"', first)
    second = administrator.page(address.replace("&amp;", "&"))
    assert second.count("another second") == 2
    bodies = [page.split("<tbody>")[1] for page in [first, second]]
    times = re.findall(r'datetime="([^"]+)"', "".join(bodies))
    assert len(set(times)) == 4 and times == sorted(times, reverse=True)


def test_a_hold_past_its_end_is_given_free(works, manager):
    contract = agree(manager)
    where = f"owner = '{contract['id']}' AND kind = 'quota'"
    [[account]] = query(works, f"SELECT id FROM ledger_accounts WHERE {where}")
    holds = {make_id("hld"): 5, make_id("hld"): -3600}
    for hold, seconds_ago in holds.items():
        query(works, f"""
            INSERT INTO ledger_holds (id, account_id, amount, kind, reference, created_at,
                expires_at)
            VALUES ('{hold}', {account}, 10, 'test', 'test', UTC_TIMESTAMP(3) - INTERVAL 1 DAY,
                UTC_TIMESTAMP(3) - INTERVAL {seconds_ago} SECOND);
            UPDATE ledger_accounts SET held = held + 10 WHERE id = {account}""")
    past, future = holds
    status = "SELECT status FROM ledger_holds WHERE id = '{}'"
    eventually(lambda: query(works, status.format(past)) == [["expired"]])
    assert query(works, status.format(future)) == [["held"]]
    assert query(works, f"SELECT held FROM ledger_accounts WHERE id = {account}") == [["10"]]
    eventually(lambda: has_said(works, "ledger.expire-holds", r"Ended 1 hold\."))
    query(works, f"UPDATE ledger_accounts SET held = 0 WHERE id = {account}; "
          f"UPDATE ledger_holds SET status = 'voided' WHERE id = '{future}'")


def test_postings_that_nobody_waited_for_get_their_places(works, manager):
    agree(manager, quota=7)
    with Unguarded(works, "ledger_loose_postings"):
        query(works, "UPDATE ledger_loose_postings SET at = at - INTERVAL 10 MINUTE")
        eventually(lambda: query(works, "SELECT COUNT(*) FROM ledger_loose_postings") == [["0"]])
    eventually(lambda: has_said(works, "ledger.fold", r"Folded [1-9]\d* postings?\."))
    works.entrepot.call("ledger", "verify")


def test_a_contract_tells_once_that_it_has_started_and_that_it_has_ended(works, manager):
    # It tells of everything behind a mark, which its first run sets.
    mark = "SELECT mark IS NOT NULL FROM jobs WHERE name = 'contracts.expire'"
    eventually(lambda: query(works, mark) == [["1"]])
    contract = agree(manager, startsAt=moment(1), endsAt=moment(2))
    eventually(lambda: "contract.expired" in types(works, contract))
    run_now(works, "contracts.expire")
    assert types(works, contract) == ["contract.created", "contract.started", "contract.expired"]
    _, topics, data = events(works, contract)[-1]
    assert topics == ["contracts", f"contracts/{contract['id']}"]
    assert data["contract"]["status"] == look(manager, contract)["status"] == "expired"


def test_a_broken_ledger_is_an_alarm_that_names_the_row(works, manager, administrator):
    contract = agree(manager)
    shipped(manager, contract, 10)
    [[account]] = query(works, "SELECT id FROM ledger_accounts WHERE kind = 'shipped' AND "
                        f"owner = '{contract['id']}'")
    change = ("UPDATE ledger_postings SET amount = amount {} 1 WHERE sequence = 1 AND "
              f"account_id = {account}")
    with Unguarded(works, "ledger_postings"):
        query(works, change.format("+"))
        status, text, _, _ = run_now(works, "ledger.verify")
        query(works, change.format("-"))
    flaw = f"posting 1 of account {account} does not follow from the one before it"
    assert status == "alarm" and flaw in text
    assert flaw in administrator.page(f"{JOBS}/ledger.verify")
    assert "alarm" in row(administrator.page(JOBS), "ledger.verify")
    assert flaw in administrator.page("/admin"), "what needs somebody is on the first page"
    assert told(works, "ledger.broken")[-1]["flaws"] == [flaw]
    eventually(lambda: any(
        '"level":"error"' in line and flaw in line
        for line in works.entrepot.log_file.read_text().splitlines()))
    assert run_now(works, "ledger.verify")[0] == "done"
    assert flaw not in administrator.page("/admin")


def test_what_is_long_over_is_deleted(works):
    old, young = "31 DAY", "29 DAY"
    for number, age in enumerate([old, young]):
        query(works, f"""
            INSERT INTO mails (id, recipient, template, locale, data, status, next_attempt_at,
                sent_at, created_at)
            VALUES ('mal_{number:026d}', 'a@example.com', 'verify', 'en', '{{}}', 'sent',
                UTC_TIMESTAMP(3) - INTERVAL {age}, UTC_TIMESTAMP(3) - INTERVAL {age},
                UTC_TIMESTAMP(3) - INTERVAL {age})""")
    assert run_now(works, "mail.delete-sent")[:2] == ["done", "Deleted 1 mail."]
    left = query(works, "SELECT id FROM mails WHERE id LIKE 'mal_0000%'")
    assert left == [[f"mal_{1:026d}"]]

    person = person_id(works, "user@example.com")
    for number, age in enumerate(["8 DAY", "6 DAY"]):
        query(works, f"""
            INSERT INTO sessions (id, user_id, kind, address, created_at, last_used_at, expires_at)
            VALUES ('ses_{number:026d}', '{person}', 'api', '::1', UTC_TIMESTAMP(3),
                UTC_TIMESTAMP(3), UTC_TIMESTAMP(3) - INTERVAL {age});
            INSERT INTO refresh_tokens (digest, session_id, created_at)
            VALUES (UNHEX(SHA2('{number}', 256)), 'ses_{number:026d}', UTC_TIMESTAMP(3));
            INSERT INTO email_tokens (digest, purpose, created_at, expires_at)
            VALUES (UNHEX(SHA2('{number}', 256)), 'verify', UTC_TIMESTAMP(3),
                UTC_TIMESTAMP(3) - INTERVAL {age});
            INSERT INTO stream_tickets (digest, user_id, roles, rights_version, expires_at)
            VALUES (UNHEX(SHA2('{number}', 256)), '{person}', 'user', 1,
                UTC_TIMESTAMP(3) - INTERVAL {age});
            INSERT INTO sign_in_failures (account, failures, last_at)
            VALUES (UNHEX(SHA2('{number}', 256)), 1, UTC_TIMESTAMP(3) - INTERVAL {age})""")
    assert run_now(works, "identity.delete-expired")[:2] == [
        "done", "Deleted 1 session, 1 link, 1 record of failed sign-ins, 1 ticket."]
    assert query(works, "SELECT id FROM sessions WHERE id LIKE 'ses_0000%'") == [
        [f"ses_{1:026d}"]]
    for table, column in [("refresh_tokens", "digest"), ("email_tokens", "digest"),
                          ("sign_in_failures", "account"), ("stream_tickets", "digest")]:
        found = query(works, f"SELECT {column} = UNHEX(SHA2('1', 256)) FROM {table} WHERE {column} "
                      "IN (UNHEX(SHA2('0', 256)), UNHEX(SHA2('1', 256)))")
        assert found == [["1"]], table


def test_the_metrics_tell_of_every_job(works):
    run_now(works, "proving.fail")
    eventually(lambda: len(runs(works, "proving.count-seconds")) > 2)
    text = Caller(works).get("/metrics").body.decode()
    figures = dict(re.findall(r'^(entrepot_job_\w+\{job="[\w.-]+"\}) (\d+)$', text, re.M))
    assert int(figures['entrepot_job_failures_total{job="proving.fail"}']) >= 1
    assert int(figures['entrepot_job_runs_total{job="proving.count-seconds"}']) > 1
    assert int(figures['entrepot_job_last_success_seconds{job="proving.count-seconds"}']) > 1e9


def test_system_info_names_the_leader(works):
    caller = Caller(works, token=sign_in(works, "admin", subject="usr_admin"))
    leaders = {one["duty"]: one for one in caller.get("/api/v1/system/info").json["leaders"]}
    [[place]] = query(works, "SELECT place FROM leases WHERE duty = 'clock'")
    assert leaders["clock"]["place"] == place and leaders["clock"]["since"].endswith("Z")
