"""What a server of ours counted of itself: the difference of its /metrics over a run."""

import statistics
import urllib.request

from ours import url
from table import Row, number, ranged

REQUESTS = "entrepot_requests_total"
LOCK_WAIT, LOCK_HOLD = "entrepot_lock_wait_seconds", "entrepot_lock_hold_seconds"
GATHERED = "entrepot_gathered_requests"
SIZES = [1, 2, 4, 8, 16, 32, 64]


def read(stack):
    """Every sample by its whole name, labels and all."""
    with urllib.request.urlopen(f"{url(stack)}/metrics", timeout=10) as answer:
        lines = answer.read().decode().splitlines()
    samples = (line.rpartition(" ") for line in lines if not line.startswith("#"))
    return {name: float(value) for name, _, value in samples}


def counted(before, after):
    return {name: value - before.get(name, 0) for name, value in after.items()}


def rows(subject, runs):
    """Round trips, locks and batches of each run's samples, as rows below the throughput."""
    trips = [run["entrepot_database_round_trips_total"] / requests(run) for run in runs]
    together = [requests(run) / run["entrepot_database_commits_total"] for run in runs]
    return [
        Row(subject, "round trips to MariaDB", ranged(trips, "a request", 2)),
        Row(subject, "gathered", ranged(together, "requests a commit", 1), verdict=batches(runs)),
        lock_row(subject, "first lock to commit", LOCK_HOLD, runs),
        lock_row(subject, "waited for locks", LOCK_WAIT, runs),
    ]


def lock_row(subject, who, family, runs):
    means = [run[f"{family}_sum"] / max(run[f"{family}_count"], 1) * 1000 for run in runs]
    p50, p99 = (statistics.median(quantile(run, family, share) * 1000 for run in runs)
                for share in [0.5, 0.99])
    return Row(subject, who, ranged(means, "ms a transaction, mean", 2), f"{p50:.2f} / {p99:.2f}")


def requests(run):
    """Without the questions that read the figures."""
    return sum(value for name, value in run.items()
               if name.startswith(REQUESTS) and "metrics" not in name)


def batches(runs):
    """How many of the batches were of which size."""
    sums = [sum(run[f'{GATHERED}_bucket{{le="{size}"}}'] for run in runs) for size in SIZES]
    lows = [1, *(size + 1 for size in SIZES)]
    spans = [f"{low}" if low == high else f"{low}–{high}" for low, high in zip(lows, SIZES)]
    shares = [(upto - below) / sums[-1] for below, upto in zip([0, *sums], sums)]
    return "batches of " + ", ".join(
        f"{span}: {number(share * 100)} %" for span, share in zip(spans, shares) if share)


def buckets(run, family):
    """Pairs of bound and how many were in that column alone."""
    prefix = f'{family}_bucket{{le="'
    sums = sorted((float(name[len(prefix):-2]), value) for name, value in run.items()
                  if name.startswith(prefix))
    befores = [0, *(value for _, value in sums)]
    return [(bound, value - before) for (bound, value), before in zip(sums, befores)]


def quantile(run, family, share):
    """In proportion within its column; what lies beyond the last bound is told as that bound."""
    columns = buckets(run, family)
    wanted = share * sum(count for _, count in columns)
    below = lowest = 0
    for bound, count in columns:
        if count and below + count >= wanted and bound != float("inf"):
            return lowest + (bound - lowest) * (wanted - below) / count
        below += count
        lowest = bound if bound != float("inf") else lowest
    return lowest
