"""Exporting a million visits: against the same rows written raw, and how memory grows with them."""

from __future__ import annotations

import csv
import resource
import tempfile
import time
from collections.abc import Callable, Iterator
from pathlib import Path

from pim_tui.domain.session import Session
from tests.bench.clinics import BIG, SMALL, ZONE, opened
from tests.bench.figures import Figure
from tests.safety.alone import alone

ROUNDS = 2


def figures() -> Iterator[Figure]:
    """CSV against the csv module, the other kinds as rates, and memory for a hundred times the visits."""
    many, few = alone(measured, BIG, timeout=3_600), alone(measured, SMALL, timeout=600)
    yield Figure("export, 1,000,000 visits as CSV", many["csv"], "s CPU", many["raw"], 2)
    yield Figure("export, 1,000,000 visits as JSON Lines", many["jsonl"], "s CPU", many["raw"])
    yield Figure("export, 1,000,000 visits as iCalendar", many["ics"], "s CPU", many["raw"])
    for kind in ("csv", "jsonl", "ics"):
        yield Figure(f"export, visits a second as {kind}", many["rows"] / many[kind], "/s")
    yield Figure("export, peak memory, a hundred times the visits", many["peak"], "MB", few["peak"], 1.1)


def measured(size: tuple[int, int]) -> dict[str, float]:
    """In a process of its own: seconds of CPU of each kind, taken in turns; the best of the rounds.

    The peak is that of everything but the raw rows, which are written from the same chunks.
    """
    book, session = opened(size)
    found: dict[str, float] = {"rows": size[1]}
    with tempfile.TemporaryDirectory() as name:
        for _ in range(ROUNDS):
            for kind in ("raw", "csv", "jsonl", "ics"):
                file = Path(name) / f"out.{kind}"
                seconds = _seconds(lambda kind=kind, file=file: _write(session, kind, file))  # type: ignore[misc]
                found[kind] = min(found.get(kind, seconds), seconds)
                file.unlink()
    book.close()
    found["peak"] = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 1024
    return found


def _write(session: Session, kind: str, file: Path) -> None:
    from pim_tui.documents.blocks import Letterhead
    from pim_tui.domain.handout import VisitsWanted
    from pim_tui.queries import exporting as queries
    from pim_tui.services.exporting import ExportAppointments, export_appointments
    from pim_tui.services.leaving import Form
    from pim_tui.services.printing import Stationery

    if kind == "raw":
        with file.open("w", encoding="utf-8", newline="") as out:
            rows = csv.writer(out, quoting=csv.QUOTE_ALL)
            for chunk in queries.visits(VisitsWanted(), ZONE):
                rows.writerows(chunk)
        return
    form = Form(kind, str(file), Stationery(Letterhead("Bench")))
    export_appointments(session, ExportAppointments(VisitsWanted(), form))


def _seconds(act: Callable[[], object]) -> float:
    begun = time.process_time()
    act()
    return time.process_time() - begun
