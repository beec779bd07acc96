"""Files of appointments: which reader reads one, and its events with every series unrolled."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

from ..domain.rights import Right
from ..domain.session import Session
from ..imports.mapping import Survey
from ..imports.report import Refusal
from ..imports.rows import RowFile
from ..imports.visits_csv import VisitFile, open_visits, survey_visits
from .event_series import Item, unrolled
from .incoming import ImportOptions


class EventFile(RowFile[Item]):
    """An open file of appointments. ``system`` names whose ids its events carry. Use ``with``."""

    def __init__(self, source: VisitFile, now: int) -> None:
        self.csv, self.system = source.csv, source.system
        self.name, self.size = source.name, source.size
        self._source, self._now = source, now

    def rows(self) -> Iterator[Item | Refusal]:
        """Every event once, in order, a series with its visits behind it."""
        return unrolled(self._source.rows(), self._now, self.csv.name)


def survey_appointments(session: Session, file: Path, options: ImportOptions) -> Survey:
    """What a file of appointments is taken for, before anything is read from it."""
    session.needs(Right.IMPORT)
    return survey_visits(file, session.zone, options.order, options.choices)


def open_events(file: Path, session: Session, options: ImportOptions) -> EventFile:
    """The events of a file; :class:`FileProblem` when it holds none."""
    session.needs(Right.IMPORT)
    return EventFile(open_visits(file, session.zone, options.order, options.choices), session.clock())
