"""As fast as it goes, ours beside the peers: the smallest answer, and one row of MariaDB."""

import dataclasses
import statistics
import sys

import cpu
import inside
import load
from ours import url
from peers import C_LIBFCGI, C_LIMIT, NODE, PHP, PYTHON
from table import Row, must, number, ranged

OURS = "entrepot"
WARM_UP_SECONDS = 1


@dataclasses.dataclass
class Run:
    """What wrk counted, the processor time a request of each group and of wrk itself, and what the
    server counted if it is ours."""

    outcome: load.Outcome
    used: list
    counted: dict


def hello(ours, peers, rounds, seconds):
    stack = ours.product()
    questions = {"ours": ("get", "/health"), "theirs": ("get", "/hello")}
    runs = alternate(stack, peers, questions, rounds, seconds, stack.mariadb.pid())
    return rows("W1 smallest answer", runs, least_of_libfcgi=1.5)


def one_row(ours, peers, rounds, seconds):
    if peers.programs:
        stack, database = ours.borrowing(peers), peers.pid("mysql")
    else:
        stack = ours.proving(ENTREPOT_RATE_LIMIT_FACTOR="0")
        database = stack.mariadb.pid()
    questions = {"ours": ("row", ""), "theirs": ("row", "")}
    runs = alternate(stack, peers, questions, rounds, seconds, database)
    return rows("W2 one row", runs, least_of_libfcgi=1.1)


def alternate(stack, peers, questions, rounds, seconds, database):
    """Everybody once, then again: what disturbs the machine disturbs all."""
    runs = {}
    for _ in range(rounds):
        for program in list(peers.programs):
            address = peers.begin(program)
            if address is None:
                continue
            groups = [peers.pid("nginx_master"), peers.pid(program[0]), peers.pid("mysql"),
                      peers.pid("redis")]
            run = measured(address, questions["theirs"], seconds, groups)
            runs.setdefault(program, []).append(run)
            peers.end(program)
        groups = [stack.nginx.pid(), stack.entrepot.pid(), database, stack.redis.pid()]
        run = measured(url(stack), questions["ours"], seconds, groups, lambda: inside.read(stack))
        runs.setdefault(OURS, []).append(run)
    return runs


def measured(address, question, seconds, groups, read=dict):
    load.run(address, *question, seconds=WARM_UP_SECONDS)
    figures = read()
    before = [cpu.seconds(group) for group in groups] + [load.cpu_seconds_of_loads()]
    outcome = load.run(address, *question, seconds=seconds)
    after = [cpu.seconds(group) for group in groups] + [load.cpu_seconds_of_loads()]
    print(f"  {address}: {outcome.per_second:.0f}/s", file=sys.stderr, flush=True)
    used = [(late - early) * 1e6 / max(outcome.count, 1) for early, late in zip(before, after)]
    return Run(outcome, used, inside.counted(figures, read()))


def rows(subject, runs, least_of_libfcgi):
    rates = {who: statistics.median(run.outcome.per_second for run in many)
             for who, many in runs.items()}
    verdicts = {C_LIBFCGI: ratio(rates, C_LIBFCGI, least_of_libfcgi),
                C_LIMIT: ratio(rates, C_LIMIT, None)}
    peers = [peer for peer in [NODE, PHP, PYTHON] if peer in rates]
    if peers:
        best = max(peers, key=rates.get)
        verdicts[best] = ratio(rates, best, 2)
    return [row(subject, who, many, verdicts.get(who, "")) for who, many in runs.items()]


def ratio(rates, peer, least):
    if peer not in rates:
        return ""
    share = rates[OURS] / rates[peer]
    text = f"ours is {number(share, 2)} of it"
    return must(share >= least, f"{text}, at least {least}") if least else f"{text}, the goal is 1"


def row(subject, who, many, verdict):
    name = who if who == OURS else ":".join(filter(None, who[:2]))
    outcomes = [run.outcome for run in many]
    failed = sum(outcome.failed for outcome in outcomes)
    if failed:
        verdict = f"{failed} FAILED {verdict}"
    p50, p99 = (statistics.median(getattr(outcome, at) for outcome in outcomes) / 1000
                for at in ["p50", "p99"])
    groups = [statistics.median(run.used[index] for run in many) for index in range(5)]
    return Row(subject, name, ranged([outcome.per_second for outcome in outcomes], "/s"),
               f"{p50:.2f} / {p99:.2f}", " ".join(f"{used:.0f}" for used in groups), verdict)
