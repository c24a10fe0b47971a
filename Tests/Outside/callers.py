"""Callers of the proving room: from addresses of their own, with tokens, before locked rows."""

import base64
import hashlib
import http.client
import json
import re
import secrets
import socket
import subprocess
import time
import urllib.parse

from client import SECONDS_MAX, Client, eventually
from stack.mariadb import DATABASE

IP_BIND_ADDRESS_NO_PORT = 24  # of linux/in.h; the module has no name for it yet
NOTES = "/api/v1/proving/notes"
NO_NOTE = f"{NOTES}/nte_{'0' * 26}"
NOTE = {"title": "first", "quantity": 1}


class ConnectionFrom(http.client.HTTPConnection):
    """Leaves the choice of its port to the moment when it connects. `source_address` chooses while
    it binds, among ports that nobody used for a minute, and after some load there are none."""

    def __init__(self, address, port):
        super().__init__("127.0.0.1", port, timeout=SECONDS_MAX)
        self.address = address

    def connect(self):
        self.sock = socket.socket()
        self.sock.settimeout(self.timeout)
        self.sock.setsockopt(socket.IPPROTO_TCP, socket.TCP_NODELAY, 1)
        self.sock.setsockopt(socket.IPPROTO_IP, IP_BIND_ADDRESS_NO_PORT, 1)
        self.sock.bind((self.address, 0))
        self.sock.connect((self.host, self.port))


class Caller(Client):
    """One caller of an address of its own (all of 127.0.0.0/8 is this machine), signed in with a
    token if there is one."""

    def __init__(self, stack, address="127.0.0.1", token=None):
        super().__init__(stack, secure=False)
        self.address = address
        if token is not None:
            self.headers["Authorization"] = f"Bearer {token}"

    def connect(self):
        return ConnectionFrom(self.address, self.stack.ports["http"])

    def send(self, method, path, body, content_type="application/json", headers=None):
        """A body as it is, of whatever type."""
        return self.request(
            method, path, body, headers={"Content-Type": content_type} | (headers or {}))

    def patch(self, path, body, **options):
        return self.request("PATCH", path, body, **options)

    def delete(self, path, **options):
        return self.request("DELETE", path, **options)

    def make_note(self, **fields):
        answer = self.post(NOTES, NOTE | fields)
        assert answer.status == 201, answer
        return answer.json


def sign_in(stack, *roles, subject="usr_caller"):
    options = [word for role in roles for word in ["--role", role]]
    return stack.entrepot.call("token", "--subject", subject, *options).strip()


def make_id(prefix):
    return prefix + "_" + "".join(
        secrets.choice("0123456789ABCDEFGHJKMNPQRSTVWXYZ") for _ in range(26))


def pages_session(stack, user_id):
    """The cookie of a browser in which somebody is signed in, without the way through the door."""
    cookie = packed(secrets.token_bytes(32))
    digest = hashlib.sha256(cookie.encode()).hexdigest()
    stack.mariadb.query(f"""
        INSERT INTO sessions (id, user_id, kind, secret_digest, user_agent, address, created_at,
            last_used_at, expires_at)
        VALUES ('{make_id("ses")}', '{user_id}', 'pages', x'{digest}', 'Tests', '127.0.0.1',
            UTC_TIMESTAMP(3), UTC_TIMESTAMP(3), UTC_TIMESTAMP(3) + INTERVAL 1 DAY)""", DATABASE)
    return cookie


class Visitor(Client):
    """Somebody in a browser that runs no script: follows links, fills in forms."""

    def __init__(self, stack, user_id):
        super().__init__(stack)
        self.cookie = pages_session(stack, user_id)
        self.headers = {"Cookie": f"entrepot_session={self.cookie}", "Accept": "text/html"}

    def page(self, path):
        answer = self.get(path)
        assert answer.status == 200, answer
        return answer.body.decode()

    def hidden(self, path):
        """What the form of a page sends without asking."""
        form = self.page(path).split("<main")[1]
        return dict(re.findall(r'<input type="hidden" name="(\w+)" value="([^"]*)"', form))

    def submit(self, path, fields, seen=None):
        """Sends the form of a page with what was typed into it."""
        body = urllib.parse.urlencode((self.hidden(path) if seen is None else seen) | fields,
                                      doseq=True)
        return self.request("POST", path, body, headers={
            "Content-Type": "application/x-www-form-urlencoded"})


def parts(token):
    """Header and claims of a token, as objects."""
    return [json.loads(unpacked(part)) for part in token.split(".")[:2]]


def unpacked(text):
    return base64.urlsafe_b64decode(text + "=" * (-len(text) % 4))


def packed(value):
    data = value if isinstance(value, bytes) else json.dumps(value).encode()
    return base64.urlsafe_b64encode(data).decode().rstrip("=")


def signed(key_file, header, claims):
    """A token that whoever holds this key may sign, whatever it says."""
    text = f"{packed(header)}.{packed(claims)}"
    done = subprocess.run(
        ["openssl", "dgst", "-sha256", "-sign", key_file], input=text.encode(),
        capture_output=True, check=True)
    return f"{text}.{packed(done.stdout)}"


def count_notes(stack, where="TRUE"):
    return int(stack.mariadb.query(f"SELECT COUNT(*) FROM proving_notes WHERE {where}",
                                   DATABASE)[0][0])


def forget_notes(stack):
    stack.mariadb.query(
        "DELETE FROM proving_notes; DELETE FROM idempotency_keys; DELETE FROM idempotency_batches",
        DATABASE)


class Held:
    """Rows that another client of MariaDB has locked, from `with` until its end."""

    def __init__(self, stack, sql):
        self.stack = stack
        self.sql = sql

    def __enter__(self):
        self.client = subprocess.Popen(
            ["mariadb", "--no-defaults", f"--socket={self.stack.mariadb.socket}",
             f"--user={self.stack.account}", "--batch", "--skip-column-names", "--unbuffered",
             DATABASE], stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True)
        self.client.stdin.write(f"BEGIN; {self.sql}; SELECT 'held';\n")
        self.client.stdin.flush()
        while (line := self.client.stdout.readline()) != "held\n":
            assert line, "the lock was refused"
        return self

    def wait_for_waiting(self, count=1):
        """Until so many transactions stand before the lock."""
        sql = "SELECT COUNT(*) FROM information_schema.innodb_trx WHERE trx_state = 'LOCK WAIT'"
        # InnoDB repeats what it said last, of an earlier wait too, to who asks again within 0.1 s.
        time.sleep(0.15)
        eventually(lambda: int(self.stack.mariadb.query(sql)[0][0]) >= count, every_seconds=0.15)

    def __exit__(self, *_):
        self.client.communicate()


def lock_note(stack, id):
    return Held(stack, f"SELECT id FROM proving_notes WHERE id = '{id}' FOR UPDATE")


def lock_notes(stack):
    """All of them, and the gaps between: nothing can be inserted either."""
    return Held(stack, "SELECT COUNT(*) FROM proving_notes FOR UPDATE")
