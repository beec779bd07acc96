"""The cash drawers: which is open, and what must be in one of them (M9)."""

from __future__ import annotations

from datetime import date
from typing import NamedTuple

from ..db.connection import select
from ..domain.bills import code
from ..domain.drawercash import Moved
from ..domain.rights import Right
from .gate import guarded


class DrawerRow(NamedTuple):
    """A drawer from its opening to its count; amounts in minor units, moments in UTC seconds.

    Nothing here tells what is expected in an open one: whoever counts it counts blindly.
    """

    id: int
    version: int
    name: str
    day: date
    opened_at: int
    opened_by: str
    opening: int
    closed_at: int | None
    closed_by: str
    counted: int | None


_SELECT = (
    "select d.id, d.version, d.name, d.day, d.opened_at, o.name, d.float_amount, d.closed_at,"
    " coalesce(c.name, ''), d.counted from drawer d join staff o on o.id = d.opened_by_id"
    " left join staff c on c.id = d.closed_by_id"
)


@guarded(Right.SEE_BILL)
def drawer_now(name: str) -> DrawerRow | None:
    """The drawer of this name that is open. Index: ``drawer_open_once``."""
    return _one("d.name = ? and d.closed_at is null", name)


@guarded(Right.SEE_BILL)
def drawer_by_id(id_: int) -> DrawerRow | None:
    """A drawer, open or counted. Index: primary key."""
    return _one("d.id = ?", id_)


@guarded(Right.SEE_BILL)
def drawers_of(day: date) -> tuple[DrawerRow, ...]:
    """The drawers that were opened on a day. Index: ``drawer (day)``."""
    return _many("d.day = ? order by d.id", day.isoformat())


@guarded(Right.SEE_BILL)
def open_until(day: date) -> tuple[DrawerRow, ...]:
    """The drawers opened on a day or earlier that nobody has counted; the table has a row or two a day."""
    return _many("d.closed_at is null and d.day <= ? order by d.id", day.isoformat())


@guarded(Right.SEE_BILL)
def cash_taken(drawer: DrawerRow) -> int:
    """The cash that came into a drawer less what went out of it, without what was moved for other reasons.

    A voided payment is given back out of the drawer that is open then. Whatever day the clock told when it
    was posted, it counts. Indexes: ``payment_part_of_drawer``, ``posting`` primary key.
    """
    return _cash("t.drawer_id = ?", drawer.id)


@guarded(Right.SEE_BILL)
def cash_beside(day: date) -> int:
    """The cash of a day that went into no drawer, because none was open. Indexes: ``posting (day, kind)``,
    ``payment_part (payment, position)``.
    """
    return _cash("p.day = ? and t.drawer_id is null", day.isoformat())


CASH_SIGN = "case when p.kind = 'payment' or o.kind = 'refund' then 1 else -1 end * "
"""Whether a posting ``p`` that moves cash brings it in; a voided refund ``o`` does."""
CASH_MOVED = (
    "from posting p join payment_part t on t.payment_id = p.id left join posting o on o.id = p.corrects_id"
    " where p.kind in ('payment', 'refund', 'void') and t.method = 'cash'"
)
"""The parts ``t`` of payments that were cash."""


def _cash(where: str, *params: object) -> int:
    ((cash,),) = select(f"select coalesce(sum({CASH_SIGN}t.amount), 0) {CASH_MOVED} and {where}", params)
    return int(cash)


@guarded(Right.SEE_BILL)
def moved(drawer_id: int) -> int:
    """The cash put into a drawer less what was taken out. Index: ``drawer_move (drawer)``."""
    ((cash,),) = select(
        "select coalesce(sum(case kind when 'out' then -abs(amount) else abs(amount) end), 0)"
        " from drawer_move where drawer_id = ? and kind <> 'correction'",
        [drawer_id],
    )
    return int(cash)


@guarded(Right.SEE_BILL)
def held(drawer: DrawerRow) -> int:
    """What is in a drawer now by the book. Indexes: those of :func:`cash_taken` and :func:`moved`."""
    return drawer.opening + cash_taken(drawer) + moved(drawer.id)


@guarded(Right.SEE_BILL)
def moves_of(drawer_id: int) -> tuple[Moved, ...]:
    """Whatever came into a drawer or went out of it, with the reason or the number of what was posted.

    Indexes: ``drawer_move (drawer)``, ``payment_part_of_drawer``, ``posting`` primary key.
    """
    noted = select(
        "select m.at, case m.kind when 'out' then -abs(m.amount) else abs(m.amount) end, s.name, m.reason"
        " from drawer_move m join staff s on s.id = m.staff_id"
        " where m.drawer_id = ? and m.kind <> 'correction'",
        [drawer_id],
    )
    posted = select(
        f"select p.at, {CASH_SIGN}t.amount, (select s.name from staff s where s.id = p.staff_id), p.kind,"
        f" p.year, p.number {CASH_MOVED} and t.drawer_id = ?",
        [drawer_id],
    )
    return (
        *(Moved(*row) for row in noted),
        *(Moved(at, amount, staff, code(*number)) for at, amount, staff, *number in posted),
    )


@guarded(Right.SEE_BILL)
def corrected(drawer_id: int) -> int:
    """What put the count of a drawer right since, all together. Index: ``drawer_move (drawer)``."""
    ((amount,),) = select(
        "select coalesce(sum(amount), 0) from drawer_move where drawer_id = ? and kind = 'correction'",
        [drawer_id],
    )
    return int(amount)


@guarded(Right.SEE_BILL)
def expected_then(drawer_id: int) -> int:
    """What should have been in a drawer when it was counted. Index: primary key."""
    ((expected,),) = select("select expected from drawer where id = ?", [drawer_id])
    return int(expected)


def _one(where: str, value: object) -> DrawerRow | None:
    rows = _many(where, value)
    return rows[0] if rows else None


def _many(where: str, value: object) -> tuple[DrawerRow, ...]:
    rows = select(f"{_SELECT} where {where}", [value])
    return tuple(DrawerRow._make((*row[:3], date.fromisoformat(row[3]), *row[4:])) for row in rows)
