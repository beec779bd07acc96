"""Start, memory, steps, bytes and idling of the real program in a terminal."""

from __future__ import annotations

import shutil
import tempfile
import time
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from statistics import median

from pim_tui.bootstrap import clock
from pim_tui.db.connection import open_book
from pim_tui.domain.moments import at_minute, day_of
from pim_tui.domain.rights import rights_of
from pim_tui.domain.session import Session
from pim_tui.domain.visit import Details
from pim_tui.services.booking import BookAppointment, book
from tests.bench.clinics import BIG, EMPTY, SMALL, ZONE, clinic
from tests.bench.figures import Figure
from tests.bench.terminal import app, bare, idle, pss_mb, settle, step

RUNS, STEPS = 7, 24


def figures() -> Iterator[Figure]:
    """Everything that is measured from outside."""
    yield from start()
    yield from steps()
    yield from line()
    yield from two_desks()


def start() -> Iterator[Figure]:
    """Ours and the bare app in turns; the first start of a day, which looks at every page, is not counted."""
    ours, theirs = [], []
    with app(BIG):
        pass
    for _ in range(RUNS):
        with bare() as term:
            theirs.append((term.cpu() * 1000, pss_mb(term)))
        with app(BIG) as term:
            ours.append((term.cpu() * 1000, pss_mb(term)))
    for place, name, unit, goal in (
        (0, "start to a calendar, CPU", "ms", 1.3),
        (1, "memory (PSS)", "MB", 1.5),
    ):
        value, baseline = (median(one[place] for one in runs) for runs in (ours, theirs))
        yield Figure(name, value, unit, baseline, goal)


def steps() -> Iterator[Figure]:
    """A page on or back in each view: a large book, its pages from memory, a small book, an empty one."""
    taken = {name: _pages(*how) for name, how in BOOKS.items()}
    for view in ("day", "week", "month"):
        large = taken["large"][view]
        yield Figure(f"{view} step, CPU, against pages from memory", large, "ms", taken["memory"][view], 1.5)
        yield Figure(f"{view} step, CPU, against an empty book", large, "ms", taken["empty"][view])
    for view in ("day", "week"):
        yield Figure(
            f"{view} step, CPU, 1 M against 10 k", taken["large"][view], "ms", taken["small"][view], 1.1
        )


BOOKS = {"empty": (EMPTY, False), "small": (SMALL, False), "memory": (BIG, True), "large": (BIG, False)}
PAGES = {"day": ("1", 6), "week": ("2", 2), "month": ("3", 1)}
"""The key of each view, and how many pages of it lie within the small book on either side."""


def _pages(book: tuple[int, int], from_memory: bool) -> dict[str, float]:
    """Milliseconds of CPU of one page in each view; the first way there and back only warms up."""
    found = {}
    with app(book, from_memory=from_memory) as term:
        for view, (key, pages) in PAGES.items():
            step(term, "t")
            step(term, key)
            signs = "," * pages + "." * pages
            costs = [step(term, sign)[0] for _ in range(1 + STEPS // len(signs)) for sign in signs]
            found[view] = median(costs[len(signs) :])
    return found


def line() -> Iterator[Figure]:
    """Bytes of the commonest keys, and what a program left alone does."""
    with app(BIG) as term:
        moves = [
            step(term, key) for key in ("\x1b[B",) * 8 + ("\x1b[C",) * 3 + ("\x1b[A",) * 8 + ("\x1b[D",) * 3
        ]
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


def two_desks() -> Iterator[Figure]:
    """From the commit of one desk to the picture on the other."""
    took, costs, sent = [], [], []
    with tempfile.TemporaryDirectory() as folder:
        file = Path(shutil.copy(clinic(EMPTY), folder))
        with opened(file) as session, app(file) as term:
            opens = at_minute(day_of(clock(), ZONE), 9 * 60, ZONE)
            for n in range(RUNS):
                cpu, before = term.cpu(), len(term.raw)
                book(session, BookAppointment(Details(1 + n, 2, opens + n * 1800, 30)))
                since = time.monotonic()
                term.pump(5)
                took.append(time.monotonic() - since)
                settle(term)
                costs.append((term.cpu() - cpu) * 1000)
                sent.append(len(term.raw) - before)
    yield Figure("a booking of another desk is on screen (worst)", max(took), "s", goal=2)
    yield Figure("a booking of another desk, CPU", median(costs), "ms")
    yield Figure("a booking of another desk, bytes", median(sent), "B")


@contextmanager
def opened(file: Path) -> Iterator[Session]:
    """Somebody at the other desk of the clinic in ``file``."""
    other = open_book(str(file))
    try:
        yield Session(2, "Bench", ZONE, clock, rights_of("owner"), "other desk", "US")
    finally:
        other.close()
