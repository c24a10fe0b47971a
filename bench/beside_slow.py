"""Whether fast requests notice slow ones: one in twenty takes 100 ms, in the slow pool."""

import statistics

import load
from ours import url
from table import Row, must, ranged

SLOW_MS = 100
SLOW_SHARE = 0.05
# So many sleep at once: they need the processes, not the processor.
SLOW_AT_ONCE = 16
RATIO_MAX = 2
SETTLE_SECONDS = 1


def measure(ours, peers, rounds, seconds):
    address = url(ours.proving(ENTREPOT_SLOW_WORKERS=str(SLOW_AT_ONCE)))
    question = ("get", f"/api/v1/proving/slow?ms={SLOW_MS}")
    possible = load.run(address, *question, 2 * seconds, SLOW_AT_ONCE).per_second
    fast_per_second = possible * (1 - SLOW_SHARE) / SLOW_SHARE
    pause_ms = load.CONNECTIONS * 1000 / fast_per_second
    load.run(address, "fast", pause_ms, SETTLE_SECONDS)
    alone, beside, shares = [], [], []
    for _ in range(rounds):
        alone.append(load.run(address, "fast", pause_ms, seconds))
        slow = load.Load(address, *question, seconds + SETTLE_SECONDS, SLOW_AT_ONCE)
        beside.append(load.run(address, "fast", pause_ms, seconds))
        slept = slow.outcome()
        shares.append(slept.per_second / (slept.per_second + beside[-1].per_second))
    ratio = median(beside, "p99") / median(alone, "p99")
    verdict = must(ratio <= RATIO_MAX, f"p99 {ratio:.2f} of alone, at most {RATIO_MAX}")
    share = f"beside {statistics.median(shares):.1%} of {SLOW_MS} ms"
    return [row("alone", alone, ""), row(share, beside, verdict)]


def median(outcomes, at):
    return statistics.median(getattr(outcome, at) for outcome in outcomes)


def row(who, outcomes, verdict):
    failed = sum(outcome.failed for outcome in outcomes)
    if failed:
        verdict = f"{failed} FAILED {verdict}"
    latency = f"{median(outcomes, 'p50') / 1000:.2f} / {median(outcomes, 'p99') / 1000:.2f}"
    return Row("fast requests", who, ranged([one.per_second for one in outcomes], "/s"), latency,
               "", verdict)
