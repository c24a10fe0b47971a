"""The pages of administrators, with real servers and several hundred people: what each shows, what
its forms do, who may open it, and how it behaves in a real browser."""

import csv
import hashlib
import importlib.resources
import io
import json
import re
import shutil
import statistics
import threading

import pytest

from browser import Browser
from callers import Visitor, make_id
from client import Client, eventually
from conftest import make_stack, running
from stack.mariadb import DATABASE

PEOPLE = 340
PAGE_BYTES_MAX = 60 * 1024
WARM_SECONDS_MAX = 0.050
WINDOWS = [(390, 844), (1280, 800)]
SCHEMES = ["light", "dark"]
GRAVE = {"serious", "critical"}
FIRST = ["Ravi", "Meera", "Tomás", "Ingrid", "Noor", "Kofi", "Śrī", "Zoë", "Li", "Anna-Maria"]
LAST = ["Iyer", "D'Souza", "Ñuñez", "Sørensen", "Khan", "Mensah", "Venkataraman", "O'Brien", "Wei"]


def person_id(stack, email):
    return stack.mariadb.query(f"SELECT id FROM users WHERE email = '{email}'", DATABASE)[0][0]


def populate(stack):
    """Several hundred people of many roles, some without a name, some disabled."""
    organisations = [row[0] for row in stack.mariadb.query(
        "SELECT id FROM organisations ORDER BY name", DATABASE)]
    roles = ["user", "user,customer", "user,manager", "user,technician", "user,host,buyer"]
    rows = []
    for number in range(PEOPLE):
        named = number % 7 != 3
        first = FIRST[number % len(FIRST)].replace("'", "''")
        last = LAST[number % len(LAST)].replace("'", "''")
        organisation = organisations[number % 5] if number % 5 < len(organisations) else None
        rows.append("(" + ", ".join([
            f"'{make_id('usr')}'", f"'p{number:03}@people.example'", "'!'",
            f"'{first}'" if named else "NULL", f"'{last}'" if named else "NULL",
            f"'{roles[number % len(roles)]}'", f"'{organisation}'" if organisation else "NULL",
            "'disabled'" if number % 29 == 5 else "'active'",
            f"UTC_TIMESTAMP(3) - INTERVAL {number * 7 + 1} HOUR"]) + ")")
    stack.mariadb.query(
        "INSERT INTO users (id, email, password_hash, first_name, last_name, roles, "
        "organisation_id, status, created_at) VALUES " + ",".join(rows), DATABASE)
