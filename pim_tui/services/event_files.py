"""Files of appointments: which reader reads one, and its events with every series unrolled."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from pathlib import Path
from types import TracebackType
from typing import Self

from ..domain.dates import Order
from ..domain.rights import Right
from ..domain.session import Session
from ..imports.mapping import Survey
from ..imports.report import Refusal
from ..imports.visits_csv import VisitFile, open_visits, survey_visits
from .event_series import Item, unrolled
from .incoming import USUAL, ImportOptions


class EventFile:
    """An open file of appointments. ``system`` names whose ids its events carry. Use ``with``."""

    def __init__(self, source: VisitFile, now: int) -> None:
        self.name, self.size, self.system = source.name, source.size, source.system
        self._source, self._now = source, now

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
        return unrolled(self._source.rows(), self._now, self.name)


def survey_appointments(
    session: Session, file: Path, choices: Mapping[str, str], order: Order = USUAL.order
) -> Survey:
    """What a file of appointments is taken for, before anything is read from it.

    Raises :class:`FileProblem` when it holds none, :class:`UsageError` for a choice that cannot be.
    """
    session.needs(Right.IMPORT)
    return survey_visits(file, session.zone, order, choices)


def open_events(file: Path, session: Session, options: ImportOptions) -> EventFile:
    """The events of a file; raises as :func:`survey_appointments`."""
    session.needs(Right.IMPORT)
    return EventFile(open_visits(file, session.zone, options.order, options.choices), session.clock())
