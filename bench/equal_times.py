"""Whether the time of an answer tells that somebody has an account: sign-in and reset, for known
and unknown e-mails in turn, on one connection.

The difference of the medians stands beside its noise: half of what lies between 2.5 % and 97.5 % of
the differences of samples drawn again. A rank test (Mann-Whitney) says how often such a difference
comes by chance."""

import json
import math
import random
import secrets
import statistics

from outages import Asker
from table import Row, must

LOGINS = 400
RESETS = 800
# Below what locks an account.
TRIES_OF_EACH = 4
DRAWN_AGAIN = 400
CHANCE_MIN = 0.01


def measure(ours, peers, rounds, seconds):
    stack = ours.proving(ENTREPOT_PASSWORD_COST="12")
    asker = Asker(stack)
    known, unknown = people(stack, LOGINS // TRIES_OF_EACH)
    ask_for = {"known": known * TRIES_OF_EACH, "unknown": unknown * TRIES_OF_EACH}
    logins = asked(asker, "login", 401, ask_for, {"password": "certainly not it"})
    often = RESETS // len(known)
    ask_for = {"known": known * often, "unknown": unknown * often}
    resets = asked(asker, "password-reset-request", 202, ask_for, {})
    return [row("login", logins), row("password-reset-request", resets)]


def people(stack, count):
    """E-mails of as many with an account, its hash of the present cost, and without one."""
    mark = secrets.token_hex(4)
    known = [f"known-{mark}-{number:04}@example.org" for number in range(count)]
    asker = Asker(stack)
    body = json.dumps({"email": known[0], "password": "a fine long sentence"})
    status, _, _ = asker.ask("POST", "/api/v1/auth/register", body)
    assert status == 201, status
    stack.mariadb.query(
        "INSERT INTO users (id, email, password_hash, created_at) "
        "SELECT CONCAT('usr_', HEX(RANDOM_BYTES(13))), "
        f"CONCAT('known-{mark}-', LPAD(seq, 4, '0'), '@example.org'), password_hash, NOW(3) "
        f"FROM seq_1_to_{count - 1}, users WHERE email = '{known[0]}'", "entrepot")
    return known, [email.replace("known", "other") for email in known]


def asked(asker, path, status_wanted, emails, more):
    """Milliseconds by who was asked about, the two in random order."""
    turns = [(who, email) for who in emails for email in emails[who]]
    random.shuffle(turns)
    times = {who: [] for who in emails}
    for who, email in turns:
        body = json.dumps({"email": email} | more)
        status, _, ms = asker.ask("POST", f"/api/v1/auth/{path}", body)
        assert status == status_wanted, (who, status)
        times[who].append(ms)
    return times


def row(path, times):
    known, unknown = times["known"], times["unknown"]
    difference = statistics.median(known) - statistics.median(unknown)
    chance = chance_of(known, unknown)
    figure = (f"{statistics.median(known):.3f} known, {statistics.median(unknown):.3f} unknown ms, "
              f"{len(known)} each")
    return Row(f"time of {path}", f"Δ {difference:+.3f} ± {noise(known, unknown):.3f} ms", figure,
               "", "", must(chance >= CHANCE_MIN, f"by chance {chance:.0%}, at least 1 %"))


def noise(one, other):
    differences = sorted(
        statistics.median(random.choices(one, k=len(one)))
        - statistics.median(random.choices(other, k=len(other))) for _ in range(DRAWN_AGAIN))
    return (differences[int(0.975 * DRAWN_AGAIN)] - differences[int(0.025 * DRAWN_AGAIN)]) / 2


def chance_of(one, other):
    """Two-sided, by the normal approximation of the rank sum."""
    ranked = sorted([(value, 0) for value in one] + [(value, 1) for value in other])
    ranks = sum(rank for rank, (_, who) in enumerate(ranked, 1) if who == 0)
    count, rest = len(one), len(other)
    mean = count * (count + rest + 1) / 2
    deviation = math.sqrt(count * rest * (count + rest + 1) / 12)
    return math.erfc(abs(ranks - mean) / deviation / math.sqrt(2))
