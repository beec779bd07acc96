"""Events of other calendars for tests, and an import that is fed with them."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import replace
from itertools import count
from pathlib import Path
from typing import Any

from pim_tui.domain.moments import wall
from pim_tui.imports.events import EventRow, Repeats, Who
from pim_tui.imports.report import Refusal, Report
from pim_tui.services.event_series import unrolled
from pim_tui.services.event_storing import ICAL
from pim_tui.services.importing import BATCH, _take
from pim_tui.services.incoming import ImportOptions, begun
from pim_tui.services.incoming_events import EventIntake
from tests.services.clinic import LEE, ZONE, Practice

LEE_S = ImportOptions(staff_id=LEE)
"""Whatever names nobody is with Dr Lee."""


def event(when: int, **more: Any) -> EventRow:
    """Half an hour at the instant ``when``, for Jane Doe unless said otherwise."""
    zone = more.pop("zone", ZONE)
    values: dict[str, Any] = {
        "line": 1,
        "uid": f"event-{when}",
        "minutes": 30,
        "customer": Who("Jane Doe"),
        **more,
    }
    return EventRow(starts_at=when, wall=f"{wall(when, zone):%Y-%m-%dT%H:%M}", zone=zone, **values)


def weekly(when: int, rule: str = "FREQ=WEEKLY;COUNT=4", **more: Any) -> EventRow:
    """The same by a rule; what a :class:`Repeats` takes goes there."""
    repeats = {key: more.pop(key) for key in ("out", "added", "changed") if key in more}
    return event(when, uid=more.pop("uid", "series-1"), repeats=Repeats(rule, **repeats), **more)


def come_in(
    practice: Practice,
    rows: Iterable[EventRow | Refusal],
    options: ImportOptions = LEE_S,
    *,
    dry_run: bool = False,
    system: str = ICAL,
    file: Path = Path("none.ics"),
) -> Report:
    """Import the events, a batch at a time; the dry run before has told the same."""
    numbered = [replace(row, line=n) if isinstance(row, EventRow) else row for n, row in zip(count(1), rows)]
    foretold = _run(practice, numbered, options, True, system, file)
    if dry_run:
        return foretold
    done = _run(practice, numbered, options, False, system, file)
    assert replace(foretold, dry_run=False, number=done.number, earlier=done.earlier) == done
    return done


def _run(
    practice: Practice,
    rows: list[EventRow | Refusal],
    options: ImportOptions,
    dry: bool,
    system: str,
    file: Path,
) -> Report:
    with begun("appointments", practice.session, file, dry, options) as run:
        intake = EventIntake(run, options, system)
        batch: list[Any] = []
        for item in [*unrolled(rows, run.now, file.name, all_day=options.all_day), None]:
            if item is not None:
                batch.append(item)
            if item is None or len(batch) == BATCH:
                _take(run, batch, file.name, intake, None)
                batch = []
        return run.finished(file.name, stopped=False)
