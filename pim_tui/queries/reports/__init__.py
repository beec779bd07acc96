"""Reports over a period: each counted by the database, a month at a time, and put together here."""

from __future__ import annotations

from collections.abc import Callable
from typing import Final

from ...domain.moments import Zone
from ...domain.reports import Asked, Figures
from ...domain.rights import Right
from ..customers import AppointmentRow, appointments_where
from ..gate import guarded
from ..page import Page
from ..where import Where
from . import heat, lead, lost, reasons, returning, use
from .reading import UNWATCHED, Watched

__all__ = ["UNWATCHED", "Watched", "behind", "figures"]

_MAKERS: Final[dict[str, Callable[[Asked, Zone, Watched], Figures]]] = {
    "no-shows": lost.figures,
    "use": use.figures,
    "heat": heat.figures,
    "reasons": reasons.figures,
    "lead": lead.figures,
    "returning": returning.figures,
}
_BEHIND: Final[dict[str, Callable[[Asked, object, str, Zone], Where | None]]] = {
    "no-shows": lost.behind,
    "use": use.behind,
    "heat": heat.behind,
    "reasons": reasons.behind,
    "lead": lead.behind,
    "returning": returning.behind,
}


@guarded(Right.SEE_REPORT)
def figures(asked: Asked, zone: Zone, watched: Watched = UNWATCHED) -> Figures:
    """The report that is asked for; ``zone`` is the clinic's. Raises :class:`Refused` when it is stopped."""
    return _MAKERS[asked.name](asked, zone, watched)


@guarded(Right.SEE_REPORT)
def behind(
    asked: Asked, key: object, figure: str, zone: Zone, limit: int = 200, offset: int = 0
) -> Page[AppointmentRow]:
    """The appointments that a number counts, exactly those, the latest first; none where it counts none.

    ``key`` is a line's, None for the sum of all lines; ``figure`` is the key of the column. Indexes: those
    of the report.
    """
    rows = _BEHIND[asked.name](asked, key, figure, zone) or Where("1 = 0")
    return appointments_where(rows.text, rows.params, limit, offset)
