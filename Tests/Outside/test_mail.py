"""Mail from the row to the file or the mail server, by the real courier."""

import email
import email.policy
import json
import os
import pathlib
import re
import signal
import subprocess
import threading
import time

import pytest

from client import Client, eventually
from conftest import make_stack, running
from stack.stack import CHECKOUT

MAILS = 200
KILLS = 4
LEASE_SECONDS = 2
SECONDS_OF_A_STATEMENT = 0.2


def enqueue(stack, count, recipient="ana@example.com", start=0):
    """Rows as a room writes them, all of them or none."""
    data = json.dumps({"link": "https://e.example/verify?token=abc", "lifetime": "24 hours"})
    rest = f"'{recipient}', 'Ana Ünal', 'verify', 'en', '{data}', NOW(3), NOW(3)"
    rows = ",".join(
        f"('mal_{number:026d}', {rest})" for number in range(start, start + count))
    stack.mariadb.query(
        "SET time_zone = '+00:00'; INSERT INTO mails (id, recipient, recipient_name, template, "
        f"locale, data, next_attempt_at, created_at) VALUES {rows}", "entrepot")


def counts(stack):
    rows = stack.mariadb.query("SELECT status, COUNT(*) FROM mails GROUP BY status", "entrepot")
    return {status: int(count) for status, count in rows}


def files(stack):
    return sorted((stack.directory / "mail").glob("*.eml"))


def courier(stack):
    return eventually(lambda: stack.entrepot.workers("courier"))[0]


class Round:
    """Many mails, and couriers that are stopped in the middle of one."""

    def __init__(self, stack):
        self.stack = stack
        self.count = 0
        self.caught = set()
        self.add(MAILS)

    def add(self, count):
        enqueue(self.stack, count, start=self.count)
        self.count += count

    def held(self):
        """Each mail that a courier took, dead or alive, and for which time."""
        rows = self.stack.mariadb.query(
            "SELECT id, attempts FROM mails WHERE status = 'queued' AND claimed_until IS NOT NULL",
            "entrepot")
        return {(id, attempt) for id, attempt in rows} - self.caught

    def catch(self):
        """A courier that stands still and holds a mail. Whichever it takes, more are waiting."""
        return eventually(self.try_to_catch)

    def try_to_catch(self):
        self.add(10)
        pid = courier(self.stack)
        os.kill(pid, signal.SIGSTOP)
        # It has said what it will say; MariaDB may still be at what it was told last.
        held = self.held()
        if held:
            time.sleep(SECONDS_OF_A_STATEMENT)
            held &= self.held()
        if held:
            self.caught |= held
            return pid
        os.kill(pid, signal.SIGCONT)
        return None

    def is_over(self):
        return counts(self.stack) == {"sent": self.count}

    def names(self):
        return [file.name.rpartition("-")[2] for file in files(self.stack)]


@pytest.fixture(scope="module")
def posting():
    """A stack without a mail server."""
    yield from running(make_stack("posting"))


@pytest.fixture(scope="module")
def hasty():
    """One where another courier soon takes the mails of one that was killed."""
    yield from running(make_stack("hasty", ENTREPOT_MAIL_LEASE_SECONDS=str(LEASE_SECONDS)))


@pytest.fixture
def empty(posting):
    posting.mariadb.query("DELETE FROM mails", "entrepot")
    for file in files(posting):
        file.unlink()
    return posting


def test_without_a_mail_server_a_mail_becomes_a_file_that_any_reader_reads(empty):
    enqueue(empty, 1)
    eventually(lambda: counts(empty) == {"sent": 1})
    [file] = files(empty)
    assert file.stat().st_mode & 0o777 == 0o600
    message = email.message_from_bytes(file.read_bytes(), policy=email.policy.default)
    assert message.defects == []
    assert message["subject"] == "Confirm your e-mail address"
    assert message["to"] == "Ana Ünal <ana@example.com>"
    assert message["from"] == "Entrepot <no-reply@localhost>"
    assert message["date"].datetime.tzinfo is not None
    for kind in ["plain", "html"]:
        text = message.get_body((kind,)).get_content()
        assert "Hello Ana Ünal," in text
        assert "https://e.example/verify?token=abc" in text
        assert empty.url("https") in text
    assert "token" not in empty.mariadb.query("SELECT data FROM mails", "entrepot")[0][0]


def test_no_mail_is_lost_or_doubled_when_couriers_are_killed(hasty):
    mails = Round(hasty)
    for _ in range(KILLS):
        pid = mails.catch()
        os.kill(pid, signal.SIGKILL)
        eventually(lambda: pid not in hasty.entrepot.workers("courier"))
    assert len(mails.caught) >= KILLS, "each was in the middle of a mail"
    eventually(mails.is_over)
    repeated = hasty.mariadb.query("SELECT id FROM mails WHERE attempts > 1", "entrepot")
    assert {id for id, _ in mails.caught} & {id for [id] in repeated}
    assert mails.names() == [f"mal_{number:026d}.eml" for number in range(mails.count)]


def test_a_courier_that_is_told_to_end_finishes_its_mail_and_another_goes_on(empty):
    mails = Round(empty)
    before = mails.catch()
    os.kill(empty.entrepot.pid(), signal.SIGHUP)
    eventually(lambda: is_told_to_end(before))
    os.kill(before, signal.SIGCONT)
    eventually(lambda: before not in empty.entrepot.workers("courier"))
    eventually(mails.is_over)
    attempts = empty.mariadb.query("SELECT DISTINCT attempts FROM mails", "entrepot")
    assert attempts == [["1"]], "nobody was interrupted"


def is_told_to_end(pid):
    """Whether a process that stands still will find a SIGTERM."""
    status = pathlib.Path(f"/proc/{pid}/status").read_text()
    return int(re.search(r"^ShdPnd:\s+(\w+)$", status, re.M)[1], 16) >> signal.SIGTERM - 1 & 1


def test_a_mail_waits_for_mariadb_and_goes_out(empty):
    enqueue(empty, 1)
    eventually(lambda: counts(empty) == {"sent": 1})
    before = courier(empty)
    empty.mariadb.stop(signal.SIGKILL)
    empty.mariadb.start()
    empty.mariadb.wait()
    enqueue(empty, 1, start=1)
    eventually(lambda: counts(empty) == {"sent": 2})
    assert courier(empty) == before, "it did not have to be started anew"


class MailServer:
    """The mail server of the Swift tests."""

    def __init__(self, folder):
        self.folder = folder
        script = CHECKOUT / "Tests/OutsideTests/smtp_server.py"
        self.process = subprocess.Popen(
            ["/usr/bin/python3", "-B", script, "--folder", folder, "--tls", "start", "--login"],
            stdin=subprocess.PIPE, stdout=subprocess.PIPE, stderr=subprocess.DEVNULL, text=True)
        self.port = json.loads(self.process.stdout.readline())["port"]
        self.taken = []
        threading.Thread(target=self.listen, daemon=True).start()

    def listen(self):
        for line in self.process.stdout:
            self.taken.append(json.loads(line))

    def stop(self):
        self.process.kill()
        self.process.wait()


@pytest.fixture
def smtp(tmp_path):
    server = MailServer(tmp_path)
    try:
        yield server
    finally:
        server.stop()


@pytest.fixture
def mailing(smtp):
    yield from running(make_stack(
        "mailing",
        ENTREPOT_SMTP_URL=f"smtp://mailer:p%C3%A4ss%20word@localhost:{smtp.port}",
        ENTREPOT_SMTP_AUTHORITY_FILE=str(smtp.folder / "authority.pem"),
        ENTREPOT_MAIL_FROM="Cold Store <office@example.com>"))


def test_with_a_mail_server_a_mail_reaches_it_in_secret_and_one_that_is_refused_is_dead(
        mailing, smtp):
    enqueue(mailing, 1, recipient="refused@example.com")
    enqueue(mailing, 3, start=1)
    eventually(lambda: counts(mailing) == {"sent": 3, "dead": 1})
    eventually(lambda: len(smtp.taken) >= 3)
    assert [mail["recipients"] for mail in smtp.taken] == [["ana@example.com"]] * 3
    assert {(mail["sender"], mail["login"], mail["secure"]) for mail in smtp.taken} == {
        ("office@example.com", "mailer", True)}
    [[error]] = mailing.mariadb.query("SELECT last_error FROM mails WHERE status = 'dead'",
                                      "entrepot")
    assert "550" in error
    assert files(mailing) == []
    assert Client(mailing).get("/health").status == 200


@pytest.mark.parametrize("name, value", [
    ("ENTREPOT_SMTP_URL", "mail.example.com"), ("ENTREPOT_MAIL_FROM", "nobody")])
def test_a_setting_that_no_courier_could_use_stops_the_start(stack, name, value):
    environment = stack.entrepot.environment() | {name: value}
    done = subprocess.run([stack.entrepot.executable(), "check"], env=environment,
                          capture_output=True, text=True)
    assert done.returncode == 1
    assert name in done.stdout


def test_the_settings_of_mail_are_listed(stack):
    listed = stack.entrepot.call("check", "--help")
    for name in ["SMTP_URL", "SMTP_AUTHORITY_FILE", "MAIL_FROM", "MAIL_DIRECTORY",
                 "MAIL_LEASE_SECONDS"]:
        assert f"ENTREPOT_{name}" in listed
