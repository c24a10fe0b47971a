"""Several hundred people for the pages of administrators, and what the database knows of them."""

import csv
import io

from callers import make_id
from stack.mariadb import DATABASE

PEOPLE = 340
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


def organisation_id(stack, name="Northwind Cold Stores"):
    return stack.mariadb.query(
        f"SELECT id FROM organisations WHERE name = '{name}'", DATABASE)[0][0]


def count(stack, what, where="TRUE"):
    return int(stack.mariadb.query(f"SELECT COUNT(*) FROM {what} WHERE {where}", DATABASE)[0][0])


def rows_of(answer):
    assert answer.headers["content-type"] == "text/csv; charset=utf-8"
    return list(csv.DictReader(io.StringIO(answer.body.decode())))
