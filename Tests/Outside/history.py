"""What was told, as tests read it from MariaDB, whether it has its place in the order or not."""

import base64
import dataclasses
import json

from stack.mariadb import DATABASE

# What jobs tell when the time for it has come, whatever anybody does.
BY_THE_CLOCK = ["contract.started", "contract.expired", "ledger.verified", "ledger.broken"]


@dataclasses.dataclass(frozen=True)
class Told:
    # None while it waits for its place.
    position: int | None
    type: str
    topics: list
    user: str | None
    id: str
    text: str

    @property
    def data(self):
        return json.loads(self.text)


def history(stack, topic=None, type=None):
    """In the order of their places, and then of writing."""
    wanted = "lines_text LIKE '%{}%'".format(f" {topic} " if topic else type or "")
    rows = stack.mariadb.query(
        "SELECT 0, position, count, REPLACE(TO_BASE64(lines_text), '\n', '') FROM event_lines "
        f"WHERE {wanted} UNION ALL "
        "SELECT 1, number, count, REPLACE(TO_BASE64(lines_text), '\n', '') FROM outbox_lines "
        f"WHERE {wanted} ORDER BY 1, 2", DATABASE)
    found = []
    for waits, place, count, text in rows:
        first = int(place) - int(count) + 1
        for index, line in enumerate(base64.b64decode(text).decode().splitlines()):
            found.append(read(line, None if waits == "1" else first + index))
    return [event for event in found
            if topic in [None, *event.topics] and type in [None, event.type]]


def read(line, position):
    kind, topics, user, _, id, _, _, data = line.split("\t")
    return Told(position, kind, topics.split(), user or None, id, data)


def history_count(stack):
    """Of what somebody's deeds told."""
    return len([1 for event in history(stack) if event.type not in BY_THE_CLOCK])
