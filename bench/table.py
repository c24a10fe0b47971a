"""Figures as people read them: medians with their range, and the one table."""

import dataclasses
import statistics


@dataclasses.dataclass
class Row:
    """One line of the table; every cell is text, and empty where it means nothing."""

    subject: str
    who: str
    figure: str
    latency: str = ""
    cpu: str = ""
    verdict: str = ""


HEADS = Row("what", "who", "median (min–max)", "p50 / p99 ms",
            "CPU µs: nginx app db redis wrk", "to show")


def ranged(values, unit, digits=0):
    """`41 200 (39 000–42 000) /s`"""
    shown = number(statistics.median(values), digits)
    if len(values) > 1:
        shown += f" ({number(min(values), digits)}–{number(max(values), digits)})"
    return f"{shown} {unit}"


def number(value, digits=0):
    return f"{value:,.{digits}f}".replace(",", " ")


def must(is_met, text):
    return f"{text}: {'yes' if is_met else 'NO'}"


def show(rows):
    cells = [dataclasses.astuple(row) for row in [HEADS, *rows]]
    widths = [max(map(len, column)) for column in zip(*cells)]
    last = None
    for index, line in enumerate(cells):
        # The subject stands once, above the lines that share it.
        first = "" if line[0] == last else line[0]
        last = line[0]
        padded = [text.ljust(width) for text, width in zip((first, *line[1:]), widths)]
        print(" | ".join(padded).rstrip())
        if index == 0:
            print("-+-".join("-" * width for width in widths))
