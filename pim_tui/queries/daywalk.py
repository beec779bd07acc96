"""What a day still holds when it is closed: what nobody marked, billed, decided, brought back or counted."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date, timedelta

from ..db.connection import select
from ..domain.agenda import Block
from ..domain.rights import Right
from .day_figures import closed_on, last_closed
from .drawers import DrawerRow, drawers_of, open_until
from .gate import guarded
from .glass import GlassRow
from .loanlists import LoanFilter, LoanRow, loans_out
from .returns import RequestRow, waiting
from .visitlists import UnpaidFilter, UnpaidRow, unpaid_visits

BACK = 31
"""Days before it in which something may have been left open."""
MOST = 200
"""Rows of each section; when they are done, the next ones come."""
WAITING = ("requested", "approved")


@dataclass(frozen=True, slots=True)
class DayWalk:
    """The sections of a day's close, each the most urgent first.

    ``visits`` are appointments of the day and before that are still Scheduled, ``unpaid`` visits of the day,
    ``fees`` those of it that were missed or canceled late and are neither charged nor waived,
    ``loans`` what is overdue. ``drawers`` are those of the day and those left open since; of the counted ones
    ``differences`` and ``expected`` tell what was missing or too much and what should have been in them, by
    id. ``not_closed`` are
    days before on which something was posted. ``number`` is the Z number of a day that is closed, else 0.
    ``opened`` are records that were opened for a reason and nobody has looked into: whoever may do that reads
    them besides.
    """

    day: date
    number: int
    closed_at: int
    closed_by: str
    visits: tuple[Block, ...]
    unpaid: tuple[UnpaidRow, ...]
    fees: tuple[UnpaidRow, ...]
    refunds: tuple[RequestRow, ...]
    loans: tuple[LoanRow, ...]
    drawers: tuple[DrawerRow, ...]
    differences: dict[int, int]
    expected: dict[int, int]
    not_closed: tuple[date, ...]
    opened: tuple[GlassRow, ...] = ()

    @property
    def open_drawer(self) -> DrawerRow | None:
        """The drawer that must be counted before the day is closed."""
        return next((one for one in self.drawers if one.closed_at is None), None)


@guarded(Right.SEE_BILL)
def day_walk(day: date, fees: tuple[str, ...] = ()) -> DayWalk:
    """Everything that the close of ``day`` walks through, read in one go.

    ``fees`` are the states, as letters, that the clinic charges a fee for (S5).

    Indexes: ``appointment (day, starts_at)``, ``drawer (day)``, ``posting (day, kind)``, and those of
    :func:`unpaid_visits`, :func:`waiting`, :func:`loans_out`.
    """
    closed = closed_on(day)
    drawers = {one.id: one for one in (*open_until(day), *drawers_of(day))}
    counted = {id_: _count(id_) for id_, one in drawers.items() if one.closed_at is not None}
    return DayWalk(
        day,
        closed.number if closed else 0,
        closed.at if closed else 0,
        closed.staff if closed else "",
        unresolved(day),
        unpaid_visits(UnpaidFilter(first=day, last=day), MOST).rows,
        unpaid_visits(UnpaidFilter(first=day, last=day, fees=fees), MOST).rows if fees else (),
        waiting(WAITING, MOST, 0).rows,
        loans_out(LoanFilter(day, overdue=True), MOST).rows,
        tuple(drawers.values()),
        {id_: difference for id_, (difference, _) in counted.items()},
        {id_: expected for id_, (_, expected) in counted.items()},
        not_closed(day),
    )


@guarded(Right.SEE_APPOINTMENT)
def unresolved(day: date) -> tuple[Block, ...]:
    """The appointments of ``day`` and of the days before it that are still Scheduled (S4).

    Index: ``appointment (day, starts_at)``.
    """
    rows = select(
        "select a.id, a.version, a.customer_id, trim(c.first_name || ' ' || c.last_name), a.staff_id,"
        " a.room_id, a.type_id, coalesce(t.name, ''), a.starts_at, a.ends_at, a.status, a.mode, a.reason"
        " from appointment a join customer c on c.id = a.customer_id"
        " left join appointment_type t on t.id = a.type_id where a.day between ? and ? and a.status = 'S'"
        " order by a.starts_at, a.id limit ?",
        [(day - timedelta(days=BACK)).isoformat(), day.isoformat(), MOST],
    )
    return tuple(Block(*row) for row in rows)


@guarded(Right.SEE_APPOINTMENT)
def open_visits(day: date) -> int:
    """How many those are. Index: ``appointment (day, staff, room, type, status, minutes)``."""
    ((count,),) = select(
        "select count(*) from appointment where day between ? and ? and status = 'S'",
        [(day - timedelta(days=BACK)).isoformat(), day.isoformat()],
    )
    return int(count)


@guarded(Right.SEE_BILL)
def not_closed(day: date) -> tuple[date, ...]:
    """The days before ``day``, but after the last close, on which something was posted.

    Indexes: ``posting (day, kind)``, ``day_close (number)``.
    """
    last = last_closed()
    first = max(day - timedelta(days=BACK), last[0] + timedelta(days=1) if last else date.min)
    rows = select(
        "select distinct day from posting where day between ? and ? order by day",
        [first.isoformat(), (day - timedelta(days=1)).isoformat()],
    )
    return tuple(date.fromisoformat(found) for (found,) in rows)


def _count(drawer_id: int) -> tuple[int, int]:
    """What was too much (above zero) or missing in a drawer that was counted, as the count stands now, and
    what was expected in it."""
    ((difference, expected),) = select(
        "select d.counted - d.expected + (select coalesce(sum(m.amount), 0) from drawer_move m"
        " where m.drawer_id = d.id and m.kind = 'correction'), d.expected from drawer d where d.id = ?",
        [drawer_id],
    )
    return int(difference), int(expected)
