"""What each key sends and costs, idling, and when it is seen at 9600 baud.

Beside Textual as it comes; other programs are beside ours in :mod:`~tests.bench.bench_peers`.
"""

from __future__ import annotations

import sys
import time
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from statistics import median

from tests.bench.clinics import BIG, ROOT
from tests.bench.figures import Figure
from tests.bench.terminal import app, idle, settle, step
from tests.tui.ptyterm import PtyTerm
from tests.tui.slowline import SlowTerm

UP, DOWN, RIGHT, LEFT = "\x1b[A", "\x1b[B", "\x1b[C", "\x1b[D"
PAGE, ESC = "\x1b[6~", "\x1b"
QUIET = 0.4
"""Seconds without a byte after which a key has been answered, also on a busy machine."""

Cost = tuple[float, float]
"""Milliseconds of CPU, and bytes."""


def figures() -> Iterator[Figure]:
    """Ours and the others' in the same run, the goals in bytes and milliseconds as they are."""
    plain = _textual()
    ours = _ours()
    for name, beside, goal in BYTES:
        yield Figure(f"{name}, bytes", ours[name][1], "B", plain[beside][1], goal, absolute=True)
    yield Figure(
        "cursor key at 1 M appointments, CPU", ours["cursor move in the day"][0], "ms",
        plain["cursor"][0], 10, absolute=True,
    )  # fmt: skip
    yield Figure("idle, bytes a second", ours["idle"][1], "B/s", goal=0)
    yield Figure("idle, CPU a second", ours["idle"][0], "ms/s", plain["idle"][0], 2, absolute=True)
    yield from _at_9600()


BYTES = (
    ("first paint", "first paint", 4000),
    ("cursor move in the day", "cursor", 250),
    ("cursor move in a list", "cursor", 250),
    ("scroll by one row", "scroll", 400),
    ("next week", "tab", 1500),
    ("tab switch", "tab", 1500),
    ("dialog open", "tab", 1500),
    ("a typed letter", "letter", 100),
)
"""Each with what of Textual's own it is held against, and its goal."""


def _middle(costs: Sequence[Cost]) -> Cost:
    return median(cpu for cpu, _ in costs), median(sent for _, sent in costs)


def _steps(term: PtyTerm, keys: Sequence[str]) -> Cost:
    return _middle([step(term, key, QUIET) for key in keys])


def _ours() -> dict[str, Cost]:
    found: dict[str, Cost] = {}
    with app(BIG) as term:
        found["first paint"] = 0.0, len(term.raw)
        found["idle"] = _idle(term)
        found["cursor move in the day"] = _steps(term, [DOWN] * 8 + [RIGHT] * 3 + [UP] * 8 + [LEFT] * 3)
        step(term, PAGE)
        step(term, PAGE)
        found["scroll by one row"] = _steps(term, [DOWN] * 9)
        step(term, "1")
        found["dialog open"] = _steps_back(term, ("/", "A"))
        step(term, "A")
        found["a typed letter"] = _steps(term, "qzvkqz")
        step(term, "\x1b")
        step(term, "2")
        found["next week"] = _steps(term, "....")
        step(term, "\x1bOR")
        step(term, "smi")
        found["cursor move in a list"] = _steps(term, [DOWN] * 6)
        step(term, "\r")
        found["tab switch"] = _steps(term, [RIGHT] * 6)
    return found


def _steps_back(term: PtyTerm, keys: Sequence[str]) -> Cost:
    """Keys that open something which Esc closes."""
    costs = []
    for key in keys:
        costs.append(step(term, key, QUIET))
        step(term, "\x1b", QUIET)
    return _middle(costs)


def _textual() -> dict[str, Cost]:
    found: dict[str, Cost] = {}
    with _plain("table") as term:
        found["first paint"] = 0.0, len(term.raw)
        found["cursor"] = _steps(term, [DOWN] * 12)
        step(term, PAGE)
        found["scroll"] = _steps(term, [DOWN] * 30)
    with _plain("input") as term:
        found["letter"] = _steps(term, "qzvkqz")
    with _plain("tabs") as term:
        found["tab"] = _steps(term, [RIGHT] * 6)
    with _plain("static") as term:
        found["idle"] = _idle(term)
    return found


def _idle(term: PtyTerm) -> Cost:
    sent, cpu = idle(term)
    return cpu, sent


@contextmanager
def _plain(kind: str) -> Iterator[PtyTerm]:
    argv = [sys.executable, "-m", "tests.bench.plainapps", kind]
    with PtyTerm(argv, env={"PYTHONPATH": str(ROOT)}) as term:
        term.wait_for("ready", 60)
        settle(term)
        yield term


def _at_9600() -> Iterator[Figure]:
    """From a key to the last byte of its answer, on a line of 9600 baud that the program is told of."""
    argv = [sys.executable, "-m", "tests.bench.plainapps", "table"]
    with SlowTerm(argv, env={"PYTHONPATH": str(ROOT)}) as term:
        term.wait_for("ready", 120)
        term.drain(1.0)
        move = median(_seen(term, key) for key in (DOWN, DOWN, UP))
        page = _seen(term, PAGE)
    with app(BIG, slow=True, term="vt100") as term:
        assert isinstance(term, SlowTerm)
        term.drain(1.0)
        moves = [_seen(term, key) for key in (DOWN, DOWN, RIGHT, UP, LEFT)]
        changes, left = [], []
        for key in ("2", ".", "3", ".", "1", "/", ESC, "A", ESC, PAGE):
            (left if key == ESC else changes).append(_seen(term, key))
        held = _held(term)
    yield Figure("cursor move seen at 9600 baud", median(moves) * 1000, "ms", move * 1000, 300, absolute=True)
    yield Figure("screen change seen at 9600 baud (worst)", max(changes), "s", page, 2, absolute=True)
    # Here Escape waits for the figure that would make a function key of it.
    yield Figure("a dialog left by Esc at 9600 baud, on a VT100", max(left), "s")
    yield Figure("last key of one held for 3 s seen at 9600 baud", held * 1000, "ms", goal=1000)


def _seen(term: SlowTerm, key: str) -> float:
    """Seconds from a key to the last byte of what it changes."""
    begun, before = time.monotonic(), len(term.raw)
    term.feed(key)
    term.wait_for(lambda: len(term.raw) > before, 20)
    term.drain(0.8)
    return max(0.0, term.last_byte - begun)


def _held(term: SlowTerm) -> float:
    """Seconds from the last key of one that is held down to the last byte."""
    last = time.monotonic()
    for _ in range(90):
        last = time.monotonic()
        term.feed(DOWN)
        while (left := last + 1 / 30 - time.monotonic()) > 0:
            term.pump(left)
    term.drain(1.5)
    return max(0.0, term.last_byte - last)
