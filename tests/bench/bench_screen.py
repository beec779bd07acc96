"""Start, memory, steps, bytes and idling of the real program in a terminal."""

from __future__ import annotations

from collections.abc import Iterator
from statistics import median

from tests.bench.clinics import BIG, EMPTY, SMALL
from tests.bench.figures import Figure
from tests.bench.terminal import app, bare, idle, pss_mb, step

RUNS, STEPS = 7, 24


def figures() -> Iterator[Figure]:
    """Everything that is measured from outside."""
    yield from start()
    yield from steps()
    yield from line()


def start() -> Iterator[Figure]:
    """Ours and the bare app in turns."""
    ours, theirs = [], []
    for _ in range(RUNS):
        with bare() as term:
            theirs.append((term.cpu() * 1000, pss_mb(term)))
        with app(BIG) as term:
            ours.append((term.cpu() * 1000, pss_mb(term)))
    for place, name, unit, goal in ((0, "start to a calendar, CPU", "ms", 1.3), (1, "memory (PSS)", "MB", 1.5)):
        value, baseline = (median(one[place] for one in runs) for runs in (ours, theirs))
        yield Figure(name, value, unit, baseline, goal)


def steps() -> Iterator[Figure]:
    """A page on or back in each view: a large book, a small one, and one with nothing in it."""
    taken: dict[tuple[str, tuple[int, int]], float] = {}
    for book in (EMPTY, SMALL, BIG):
        with app(book) as term:
            for view, key in (("day", "1"), ("week", "2"), ("month", "3")):
                step(term, "t")
                step(term, key)
                there = 2 if view == "week" else 1 if view == "month" else 6
                costs = [step(term, sign)[0] for _ in range(STEPS // there // 2) for sign in "," * there + "." * there]
                taken[view, book] = median(costs)
    for view in ("day", "week", "month"):
        yield Figure(f"{view} step, CPU, 1 M against empty", taken[view, BIG], "ms", taken[view, EMPTY], 1.5)
    for view in ("day", "week"):
        yield Figure(f"{view} step, CPU, 1 M against 10 k", taken[view, BIG], "ms", taken[view, SMALL], 1.1)


def line() -> Iterator[Figure]:
    """Bytes of the commonest keys, and what a program left alone does."""
    with app(BIG) as term:
        moves = [step(term, key) for key in ("\x1b[B",) * 8 + ("\x1b[C",) * 3 + ("\x1b[A",) * 8 + ("\x1b[D",) * 3]
        yield Figure("cursor move in the day, bytes (median)", median(one[1] for one in moves), "B", goal=100)
        yield Figure("cursor move in the day, bytes (worst)", max(one[1] for one in moves), "B")
        yield Figure("cursor move in the day, CPU", median(one[0] for one in moves), "ms")
        step(term, "3")
        months = [step(term, key) for key in ".." + ",,"]
        yield Figure("next month, bytes", median(one[1] for one in months), "B", goal=3000)
        moves = [step(term, key) for key in ("\x1b[C",) * 4 + ("\x1b[B",) * 2]
        yield Figure("cursor move in the month, bytes", median(one[1] for one in moves), "B", goal=100)
        sent, cpu = idle(term)
        yield Figure("idle, bytes a second", sent, "B/s", goal=0)
        yield Figure("idle, CPU a second", cpu, "ms/s", goal=2)
    with bare() as term:
        yield Figure("idle, CPU a second, bare Textual", idle(term)[1], "ms/s")
