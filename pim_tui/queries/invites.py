"""What an invitation tells: a visit or a whole series, as the files that leave the book name them."""

from __future__ import annotations

from typing import NamedTuple

from ..db.connection import select
from ..domain.handout import SeriesOut, VisitOut
from ..domain.rights import Right
from .exporting import series_named, visit_named
from .gate import guarded


class Invited(NamedTuple):
    """One visit. ``series`` is what it is of, ``at`` where the rule puts it, UTC seconds; else None both."""

    visit: VisitOut
    series: SeriesOut | None
    at: int | None


@guarded(Right.SEE_APPOINTMENT)
def invited(appointment_id: int) -> Invited | None:
    """A visit that somebody is told of; None where there is none. Indexes: primary keys."""
    if (visit := visit_named(appointment_id)) is None:
        return None
    found = select(
        "select series_id, recurrence_at from series_visit where appointment_id = ?", [appointment_id]
    )
    if not found:
        return Invited(visit, None, None)
    ((series_id, at),) = found
    return Invited(visit, whole(series_id), at)


@guarded(Right.SEE_APPOINTMENT)
def whole(series_id: int) -> SeriesOut | None:
    """A series; None where there is none. Indexes: as :func:`~.exporting.series`."""
    return next(iter(series_named([series_id])), None)
