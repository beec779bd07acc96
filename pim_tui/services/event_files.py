"""Files of appointments: which reader reads one, and its events with every series unrolled."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path
from types import TracebackType
from typing import Self

from ..domain.rights import Right
from ..domain.session import Session
from ..errors import FileProblem
from ..imports.events import EventRow
from ..imports.ical import open_events as open_calendar
from ..imports.mapping import Survey
from ..imports.plainfile import opened_file
from ..imports.report import Refusal
from ..imports.rows import Rows
from ..imports.visits_csv import open_visits, survey_visits
from .event_series import Item, unrolled
from .event_storing import ICAL
from .incoming import ImportOptions

CALENDARS = (".ics", ".ical", ".ifb", ".vcs", ".icalendar")
"""Endings of calendar files; others are known by how they begin."""
_LOOKED_AT = 4096


class EventFile:
    """An open file of appointments. ``system`` names whose ids its events carry. Use ``with``."""

    def __init__(self, source: Rows[EventRow], system: str, now: int, all_day: bool) -> None:
        self.name, self.size, self.system = source.name, source.size, system
        self._source, self._now, self._all_day = source, now, all_day

    @property
    def position(self) -> int:
        """Bytes read so far."""
        return self._source.position

    def __enter__(self) -> Self:
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        self._source.__exit__(kind, error, trace)

    def rows(self) -> Iterator[Item | Refusal]:
        """Every event once, in order, a series with its visits behind it."""
        return unrolled(self._source.rows(), self._now, self.name, all_day=self._all_day)


def survey_appointments(session: Session, file: Path, options: ImportOptions) -> Survey:
    """What a file of appointments is taken for, before anything is read from it.

    Raises :class:`FileProblem` when it holds none, :class:`UsageError` for a choice that cannot be.
    """
    session.needs(Right.IMPORT)
    if not _is_calendar(file):
        return survey_visits(file, session.zone, options.order, options.choices)
    with open_calendar(file, session.zone) as opened:
        return Survey("appointments", "iCalendar", facts=opened.facts)


def open_events(file: Path, session: Session, options: ImportOptions) -> EventFile:
    """The events of a file; raises as :func:`survey_appointments`."""
    session.needs(Right.IMPORT)
    if _is_calendar(file):
        return EventFile(open_calendar(file, session.zone), ICAL, session.clock(), options.all_day)
    table = open_visits(file, session.zone, options.order, options.choices)
    return EventFile(table, table.system, session.clock(), options.all_day)


def _is_calendar(file: Path) -> bool:
    """Whether a file is iCalendar: by its ending, else by its beginning, in whatever encoding."""
    if file.suffix.casefold() in CALENDARS:
        return True
    try:
        with opened_file(file) as opened:
            start = opened.read(_LOOKED_AT)
    except (FileProblem, OSError):
        return False
    return b"BEGIN:V" in start.replace(b"\0", b"").upper()
