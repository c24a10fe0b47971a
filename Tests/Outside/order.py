"""The one order of events, as tests read it: from the API, from MariaDB and from Redis."""

import contextlib
import datetime
import json
import subprocess

from callers import make_id
from client import eventually
from history import history
from stack.mariadb import DATABASE

EVENTS = "/api/v1/events"
STREAM = "entrepot:events"
# What the relay keeps in Redis.
STREAM_EVENTS_MAX = 10_000


def events(caller, after="", topic=None, limit=100):
    """Everything behind a cursor, page by page until the cursor rests; and that cursor."""
    found = []
    while True:
        query = f"?after={after}&limit={limit}" + (f"&topic={topic}" if topic else "")
        answer = caller.get(EVENTS + query)
        assert answer.status == 200, answer
        found += answer.json["items"]
        if answer.json["cursor"] == after:
            return found, after
        after = answer.json["cursor"]


def number(stack, sql):
    return int(stack.mariadb.query(sql, DATABASE)[0][0])


def last(stack):
    return number(stack, "SELECT last FROM event_position")


def settle(stack, seconds_max=60):
    """Until everything that was told has its place; the newest position."""
    eventually(lambda: number(stack, "SELECT COUNT(*) FROM outbox_lines") == 0, seconds_max)
    return last(stack)


def redis(stack, *words):
    done = subprocess.run(["redis-cli", "-s", stack.redis.socket, "--json", *words],
                          capture_output=True, text=True, check=True)
    return json.loads(done.stdout)


def stream(stack):
    """Positions and event ids in Redis."""
    found = []
    for place, fields in redis(stack, "XRANGE", STREAM, "-", "+"):
        fields = dict(zip(fields[::2], fields[1::2]))
        found.append((int(place.removesuffix("-0")),
                      json.loads(fields["envelope"])["event_id"]))
    return found


def tail(stack):
    """What the stream should hold, by MariaDB."""
    return [(event.position, event.id) for event in history(stack)][-STREAM_EVENTS_MAX:]


def tell(stack, contract, note, count=1, padding=0):
    """Events without the work that leads to them."""
    data = f'{{"contract":{{"id":"{contract}"}},"note":"{note}","padding":"{"x" * padding}"}}'
    at = datetime.datetime.now(datetime.UTC).isoformat(timespec="milliseconds")[:23] + "Z"
    lines = "".join(
        f"contract.changed\\t contracts contracts/{contract} \\t\\t\\t{make_id('evt')}\\t"
        f'"test"\\t{at}\\t{data}\\n' for _ in range(count))
    stack.mariadb.query(
        f"INSERT INTO outbox_lines (count, lines_text) VALUES ({count}, '{lines}')", DATABASE)
    # Without Redis the relay looks by itself.
    with contextlib.suppress(subprocess.CalledProcessError):
        redis(stack, "PUBLISH", "entrepot:relay", "")
