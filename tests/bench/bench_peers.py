"""Ours beside other programs of the terminal and beside Textual as it comes, in the same run.

Each baseline is what ours takes: a ratio says how many times that another program takes. Ours has a million
visits, the others have as many as :data:`~tests.bench.peers.VISITS`, or none.
"""

from __future__ import annotations

import sys
import tempfile
from collections import defaultdict
from collections.abc import Iterator, Sequence
from contextlib import AbstractContextManager, contextmanager
from dataclasses import dataclass, field
from pathlib import Path
from statistics import median

from tests.bench.clinics import BIG
from tests.bench.figures import Figure
from tests.bench.peers import OURS, Absent, Program, Steps, others, textual
from tests.bench.terminal import app, idle, pss_mb, settle, step
from tests.tui.ptyterm import PtyTerm

RUNS = 5
QUIET, MOST = 0.4, 3.0
"""Seconds without a byte after which a key has been answered, and after how many it is taken to be: some
programs are never quiet."""

Found = dict[str, list[float]]
"""What was measured, by the name and unit of its figure."""


@dataclass
class Measured:
    """A program as it is started, and what was found of it so far."""

    name: str
    walk: Sequence[Steps]
    program: Program | None = None
    found: Found = field(default_factory=lambda: defaultdict(list))

    def started(self) -> AbstractContextManager[PtyTerm]:
        """It, standing on its first screen; ours where there is no other program."""
        return app(BIG) if self.program is None else _running(self.program)


def figures() -> Iterator[Figure]:
    """Whatever each has that ours has too; who is left out is told beside them."""
    with tempfile.TemporaryDirectory() as folder:
        every = [Measured("ours", OURS), *_present(Path(folder))]
        with app(BIG):
            pass
        for _ in range(RUNS):
            for one in every:
                with one.started() as term:
                    _start(term, one.found)
        for one in every:
            with one.started() as term:
                _walk(term, one)
    yield from _beside(every[0], every[1:])


def _present(folder: Path) -> Iterator[Measured]:
    for one in (*textual(), *others(folder)):
        if isinstance(one, Absent):
            print(f"  left out: {one.name}: {one.why}", file=sys.stderr, flush=True)
        else:
            yield Measured(one.name, one.walk, one)


@contextmanager
def _running(program: Program) -> Iterator[PtyTerm]:
    with tempfile.TemporaryDirectory() as home:
        env = {"HOME": home, "LANG": "C.UTF-8", **program.env}
        with PtyTerm(program.argv, env=env) as term:
            term.wait_for(program.ready, 120)
            settle(term, 1.0, MOST)
            yield term


def _start(term: PtyTerm, found: Found) -> None:
    found["start, CPU|ms"].append(term.cpu() * 1000)
    found["memory (PSS)|MB"].append(pss_mb(term))
    found["first paint, bytes|B"].append(len(term.raw))


def _walk(term: PtyTerm, one: Measured) -> None:
    sent, cpu = idle(term)
    one.found["idle, bytes a second|B/s"].append(sent)
    one.found["idle, CPU a second|ms/s"].append(cpu)
    for steps in one.walk:
        for key in steps.keys:
            cpu, sent = step(term, key, QUIET, MOST)
            if steps.what:
                one.found[f"{steps.what}, bytes|B"].append(sent)
                one.found[f"{steps.what}, CPU|ms"].append(cpu)
            if steps.back:
                step(term, steps.back, QUIET, MOST)


def _beside(ours: Measured, rest: Sequence[Measured]) -> Iterator[Figure]:
    for key, values in ours.found.items():
        (name, unit), baseline = key.split("|"), median(values)
        yield Figure(f"{name}: ours", baseline, unit)
        for one in rest:
            if key in one.found:
                yield Figure(f"{name}: {one.name}", median(one.found[key]), unit, baseline)
