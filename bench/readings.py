"""Readings through nginx, with alerts judged and roll-ups kept: one by one beside the peers, by the
five hundred beside the rate of the table alone; and charts of two years."""

import datetime
import subprocess
import time

import business
import inside
import load
import throughput
from ours import url
from stack.mariadb import DATABASE
from stack.server import ServerError
from table import Row, must, number, ranged

DEVICES = 10_000
DEVICES_OF_A_CELL = 10
HEARD_SECONDS = 5
BATCH = 500
RAW_STATEMENTS = 300
SHARE_OF_RAW_MIN = 0.4
DAYS = 730
CHART_MS_MAX = 2
CHARTS = 300

RAW = """
CREATE DATABASE IF NOT EXISTS bench;
CREATE OR REPLACE TABLE bench.readings LIKE {database}.readings;
"""

# A reading a minute, and what comes of them.
HISTORY = """
SET @device = (SELECT number FROM devices WHERE id = '{device}');
SET @end = '{end}';
INSERT INTO readings (device_number, recorded_at, temperature, humidity, battery_level)
    SELECT @device, @end - INTERVAL seq MINUTE, 3 + (seq * 7 % 60) / 10, 45, 90
    FROM seq_1_to_{minutes};
"""
ROLLED_UP = """
INSERT INTO reading_rollups
    SELECT @device, {seconds}, FROM_UNIXTIME(UNIX_TIMESTAMP(recorded_at) DIV {seconds} * {seconds}),
        COUNT(*), MIN(temperature), MAX(temperature), SUM(temperature),
        SUM(temperature * temperature), COUNT(humidity), SUM(humidity), COUNT(battery_level),
        SUM(battery_level)
    FROM readings WHERE device_number = @device GROUP BY 3;
"""


def singles(ours, peers, rounds, seconds):
    stack = ours.trading()
    questions = {"ours": ("our-reading", book(stack)), "theirs": ("their-reading", "")}
    # Until each device is known to be there, and has its roll-ups.
    load.run(url(stack), *questions["ours"], seconds=HEARD_SECONDS)
    runs = throughput.alternate(stack, peers, questions, rounds, seconds, stack.mariadb.pid())
    return throughput.rows("W5 readings", runs, 1.0) + inside.rows(
        "W5 readings", [run.counted for run in runs[throughput.OURS]])


def batches(ours, _, rounds, seconds):
    stack = ours.trading()
    subject, questions = "batches of 500 readings", ("our-readings", book(stack))
    raw, rates, outcomes = [], [], []
    for _ in range(rounds):
        raw.append(raw_rate(stack))
        before = inside.read(stack)
        outcomes.append(load.run(url(stack), *questions, seconds=seconds))
        rates.append(BATCH * outcomes[-1].per_second)
        trips = inside.counted(before, inside.read(stack))
    share = sorted(rates)[len(rates) // 2] / sorted(raw)[len(raw) // 2]
    failed = sum(outcome.failed for outcome in outcomes)
    last = outcomes[-1]
    return [
        Row(subject, "the table alone", ranged(raw, "readings/s")),
        Row(subject, throughput.OURS, ranged(rates, "readings/s"),
            f"{last.p50 / 1000:.2f} / {last.p99 / 1000:.2f}", verdict=(
                (f"{failed} FAILED " if failed else "") + must(
                    share >= SHARE_OF_RAW_MIN,
                    f"{number(share, 2)} of the table alone, at least {SHARE_OF_RAW_MIN}"))),
        Row(subject, "gathered", ranged(
            [inside.requests(trips) / trips["entrepot_database_commits_total"]],
            "requests a commit", 1)),
    ]


def raw_rate(stack):
    """Readings a second by statements of 500 rows, each committed, over one connection."""
    stack.mariadb.query(RAW.format(database=DATABASE))
    start = datetime.datetime.now(datetime.timezone.utc).replace(tzinfo=None)
    statements = []
    moments = [(start - datetime.timedelta(seconds=10 * row)).isoformat(" ")[:23]
               for row in range(BATCH)]
    for statement in range(RAW_STATEMENTS):
        rows = ",".join(f"({statement + 1},'{moment}',{3 + row % 40 / 10},45.5,97.5,1,0)"
                        for row, moment in enumerate(moments))
        statements.append(f"INSERT INTO bench.readings VALUES {rows};")
    command = ["mariadb", "--no-defaults", f"--socket={stack.mariadb.socket}",
               f"--user={stack.account}"]
    began = time.monotonic()
    done = subprocess.run(command, input="\n".join(statements), text=True, capture_output=True)
    if done.returncode != 0:
        raise ServerError(f"the table alone: {done.stderr}")
    return RAW_STATEMENTS * BATCH / (time.monotonic() - began)


def book(stack):
    """Devices in cold cells, with their keys, made once for each stack."""
    path = stack.directory / "devices.lua"
    if not path.exists():
        asker = business.Asker(stack, "admin")
        [organisation] = asker.ask_all([("admin/organisations", {"name": "bench"})])
        [location] = asker.ask_all([
            ("locations", {"name": "bench", "organisationId": organisation["id"]})])
        cell = {"name": "bench", "locationId": location["id"], "minTemperature": 2,
                "maxTemperature": 8}
        cells = asker.ask_all([("coldcells", cell)] * (DEVICES // DEVICES_OF_A_CELL))
        devices = asker.ask_all([
            ("devices", {"serialNumber": f"BENCH-{place}", "kind": "coldcell",
                         "coldCellId": cells[place % len(cells)]["id"]})
            for place in range(DEVICES)])
        # Written whole or not at all: it says that the devices are there.
        business.write_book(stack, "devices-new", [device["apiKey"] for device in devices],
                            [device["serialNumber"] for device in devices]).rename(path)
    # No reading of this comes by the broker, which is busy for long with being told of them all.
    stack.mosquitto.stop()
    return path


def charts(ours, _, rounds, __):
    stack = ours.trading("charts")
    try:
        return [chart_row(stack, days, rounds) for days in [30, DAYS]]
    finally:
        stack.forget()


def chart_row(stack, days, rounds):
    cell, device = monitored(stack)
    now = datetime.datetime.now(datetime.timezone.utc).replace(tzinfo=None)
    end = now.isoformat(" ")[:19]
    # As if they had been kept for so long: a partition a day, and one a month for roll-ups.
    since = now.date() - datetime.timedelta(days=days)
    split(stack, "readings", since, lambda day: day + datetime.timedelta(days=1))
    split(stack, "reading_rollups", since.replace(day=1),
          lambda day: (day + datetime.timedelta(days=31)).replace(day=1))
    sql = HISTORY.format(device=device, end=end, minutes=days * 1440)
    stack.mariadb.query(sql + "".join(
        ROLLED_UP.format(seconds=seconds) for seconds in [300, 3600]), DATABASE)
    asker = business.Asker(stack, "admin")
    times = [chart_ms(stack, asker, cell) for _ in range(rounds)]
    parts = partitions(stack, "reading_rollups")
    return Row("a chart of 30 days, warm",
               f"a reading a minute for {days} days, {len(parts)} months",
               ranged(times, "ms in the database", 2),
               verdict=must(max(times) < CHART_MS_MAX, f"under {CHART_MS_MAX} ms"))


def partitions(stack, table):
    """Names and bounds, the oldest first, but for the one without a bound."""
    return stack.mariadb.query(
        "SELECT partition_name, REPLACE(partition_description, '''', '') FROM "
        f"information_schema.partitions WHERE table_schema = '{DATABASE}' AND table_name = "
        f"'{table}' AND partition_description <> 'MAXVALUE' ORDER BY 2", DATABASE)


def split(stack, table, since, after):
    """Cuts the oldest partition, which has all that is older too."""
    name, end = partitions(stack, table)[0]
    bounds = [after(since)]
    while bounds[-1] < datetime.date.fromisoformat(end[:10]):
        bounds.append(after(bounds[-1]))
    if len(bounds) > 1:
        parts = ", ".join(f"PARTITION p{bound:%Y%m%d} VALUES LESS THAN ('{bound}')"
                          for bound in bounds)
        stack.mariadb.query(f"ALTER TABLE {table} REORGANIZE PARTITION {name} INTO ({parts})",
                            DATABASE)


def monitored(stack):
    asker = business.Asker(stack, "admin")
    [organisation] = asker.ask_all([("admin/organisations", {"name": "bench"})])
    [location] = asker.ask_all([
        ("locations", {"name": "bench", "organisationId": organisation["id"]})])
    [cell] = asker.ask_all([("coldcells", {
        "name": "bench", "locationId": location["id"], "minTemperature": 2, "maxTemperature": 8})])
    [device] = asker.ask_all([("devices", {
        "serialNumber": f"C-{cell['id'][4:]}", "kind": "coldcell", "coldCellId": cell["id"]})])
    return cell["id"], device["id"]


def chart_ms(stack, asker, cell):
    """All statements of the request: who asks, whose cell it is, its devices, and the points."""
    name = "entrepot_database_nanoseconds_total"
    asked = [f"readings/coldcells/{cell}/readings?range=30d"] * CHARTS
    asker.read_all(asked[:20])
    before = inside.read(stack)[name]
    asker.read_all(asked)
    return (inside.read(stack)[name] - before) / CHARTS / 1e6
