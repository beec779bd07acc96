"""The program in a terminal, measured from outside: CPU and memory of its process, bytes on the line."""

from __future__ import annotations

import os
import sys
import tempfile
import time
from collections.abc import Iterator
from compileall import compile_dir
from contextlib import contextmanager
from functools import cache
from math import inf
from pathlib import Path
from typing import Any

from tests.bench.clinics import ROOT, ZONE, clinic
from tests.tui.ptyterm import PtyTerm
from tests.tui.slowline import SlowTerm

BARE = (
    "from textual.app import App\nfrom textual.widgets import Static\n"
    "class Bare(App):\n    def compose(self):\n        yield Static('ready')\nBare().run()"
)
FROM_MEMORY = (
    "from functools import wraps\nimport pim_tui.queries.boards as boards\nfrom pim_tui.cli import main\n"
    "def remembered(read):\n    kept = {}\n    @wraps(read)\n    def again(*asked, **named):\n"
    "        key = repr((asked, named))\n"
    "        if key not in kept:\n            kept[key] = read(*asked, **named)\n"
    "        return kept[key]\n"
    "    return again\n"
    "for name in ('day_board', 'week_board', 'month_board'):\n"
    "    setattr(boards, name, remembered(getattr(boards, name)))\nmain([])"
)
"""The same program, which asks the database only once for the same page."""

QUIET = 0.25
"""Seconds without a byte and without CPU after which a step is over."""
TAKEN, BEGUN = 2.0, 0.002
"""Seconds within which a key must have been taken also on a busy machine, and seconds of CPU that tell it."""


@contextmanager
def bare(size: tuple[int, int] = (80, 24)) -> Iterator[PtyTerm]:
    """A Textual app that shows one Static."""
    with PtyTerm([sys.executable, "-c", BARE], size=size, env={"PYTHONPATH": str(ROOT)}) as term:
        term.wait_for("ready", 60)
        settle(term)
        yield term


@contextmanager
def app(
    book: tuple[int, ...] | Path, size: tuple[int, int] = (80, 24), *, from_memory: bool = False,
    slow: bool = False, **how: Any,
) -> Iterator[PtyTerm]:  # fmt: skip
    """The appointment book on a clinic of this size, or on a file, standing on its first screen.

    ``slow`` puts a line of 9600 baud before it; ``how`` is for the terminal.
    """
    run = ["-c", FROM_MEMORY] if from_memory else ["-m", "pim_tui"]
    kind = SlowTerm if slow else PtyTerm
    with (
        surroundings(book) as env,
        kind([sys.executable, *run], size=size, env=env, **how) as term,
    ):
        term.wait_for("appointment", 60)
        settle(term)
        yield term


@contextmanager
def surroundings(book: tuple[int, ...] | Path) -> Iterator[dict[str, str]]:
    """The environment for a program on such a book, in a home of its own."""
    _compile()
    with tempfile.TemporaryDirectory() as home:
        yield {
            "PIM_DATABASE": str(book if isinstance(book, Path) else clinic(book)), "PIM_ZONE": ZONE,
            "HOME": home, "XDG_CONFIG_HOME": home,
            "XDG_DATA_HOME": home, "XDG_STATE_HOME": home, "PYTHONPATH": str(ROOT),
            "PYTHONDONTWRITEBYTECODE": "",
        }  # fmt: skip


@cache
def _compile() -> None:
    """As an installed program is, and Textual beside it; else a start compiles it all anew."""
    compile_dir(ROOT / "pim_tui", quiet=2)


def settle(term: PtyTerm, quiet: float = QUIET, most: float = inf) -> None:
    """Read until nothing has come and nothing was worked for a while, or for ``most`` seconds."""
    cpu, since = term.cpu(), time.monotonic()
    end = since + most
    while time.monotonic() < min(since + quiet, end):
        came, now = term.pump(0.03), term.cpu()
        if came or now - cpu > BEGUN:
            cpu, since = now, time.monotonic()


def step(term: PtyTerm, keys: str, quiet: float = 0.12, most: float = inf) -> tuple[float, int]:
    """Milliseconds of CPU and bytes that some keys cost."""
    cpu, sent = term.cpu(), len(term.raw)
    term.feed(keys)
    until = time.monotonic() + min(TAKEN, most)
    while len(term.raw) == sent and term.cpu() - cpu <= BEGUN and time.monotonic() < until:
        term.pump(0.03)
    settle(term, quiet, most)
    return (term.cpu() - cpu) * 1000, len(term.raw) - sent


def pss_mb(term: PtyTerm) -> float:
    """The process's share of memory."""
    text = Path(f"/proc/{term.process.pid}/smaps_rollup").read_text()
    return int(next(line for line in text.splitlines() if line.startswith("Pss:")).split()[1]) / 1024


def idle(term: PtyTerm, seconds: float = 6.0) -> tuple[float, float]:
    """Bytes a second, and milliseconds of CPU a second, of a program that is left alone."""
    settle(term, 1.0, seconds)
    cpu, sent, begun = term.cpu(), len(term.raw), time.monotonic()
    while (passed := time.monotonic() - begun) < seconds:
        term.pump(min(1.0, seconds - passed))
    return (len(term.raw) - sent) / passed, (term.cpu() - cpu) * 1000 / passed


def cores() -> int:
    """How many cores the figures were taken on."""
    return len(os.sched_getaffinity(0))
