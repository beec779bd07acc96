"""What a day came to: its sales, taxes, payments, refunds, voids and the drawer (M9); amounts in minor units.

What was voided is listed as such and counts nowhere else: a void is of the same day (M8).
"""

from __future__ import annotations

from datetime import date
from typing import NamedTuple

from ..db.connection import select
from ..domain.bills import code


class Figure(NamedTuple):
    """How many of a kind or method there were, and what they came to."""

    name: str
    times: int
    amount: int


class TaxFigure(NamedTuple):
    """What one tax came to; ``lines`` had it."""

    name: str
    rate: int
    base: int
    amount: int
    lines: int


class VoidFigure(NamedTuple):
    """A posting that was voided, by whom and why."""

    code: str
    amount: int
    staff: str
    reason: str


class MoveFigure(NamedTuple):
    """Cash put in (above zero) or taken out of the drawer. ``at`` is UTC seconds."""

    at: int
    amount: int
    staff: str
    reason: str


class DrawerFigures(NamedTuple):
    """The drawers of a day together. ``expected`` and ``counted`` are None while one is still open."""

    opening: int
    taken: int
    moves: tuple[MoveFigure, ...]
    expected: int
    counted: int | None


class Closed(NamedTuple):
    """The close of a day: its Z number, when and by whom."""

    number: int
    at: int
    staff: str


_STANDS = "not exists (select 1 from posting v where v.corrects_id = p.id and v.kind = 'void')"
_DAY = f"p.day = ? and {_STANDS}"
_BILLS = "('sale', 'income', 'borrow', 'dispense', 'debit_note', 'credit_note')"
_SIGN = "case when p.kind = 'credit_note' then -1 else 1 end"


def sales_of(day: date) -> tuple[Figure, ...]:
    """Bills and notes by kind; credit notes below zero. Index: ``posting (day, kind)``."""
    rows = select(
        f"select p.kind, count(*), sum(p.amount * {_SIGN}) from posting p where {_DAY} and p.kind in {_BILLS}"
        " group by p.kind order by min(p.id)",
        [day.isoformat()],
    )
    return tuple(Figure(name, times, int(amount)) for name, times, amount in rows)


def taxes_of(day: date) -> tuple[TaxFigure, ...]:
    """The taxes of those. Indexes: ``posting (day, kind)``, ``bill_line (bill, position)``."""
    rows = select(
        f"select t.name, t.rate, sum(t.base * {_SIGN}), sum(t.amount * {_SIGN}), count(*) from posting p"
        " join bill_line l on l.bill_id = p.id join line_tax t on t.line_id = l.id"
        f" where {_DAY} and p.kind in {_BILLS} group by t.name, t.rate order by t.name, t.rate",
        [day.isoformat()],
    )
    return tuple(
        TaxFigure(name, rate, int(base), int(amount), count) for name, rate, base, amount, count in rows
    )


def payments_of(day: date) -> tuple[Figure, ...]:
    """Payments by method. Indexes: ``posting (day, kind)``, ``payment_part (payment, position)``."""
    return _by_method(day, "payment", 1)


def refunds_of(day: date) -> tuple[Figure, ...]:
    """Refunds by method, below zero. Indexes: as :func:`payments_of`."""
    return _by_method(day, "refund", -1)


def _by_method(day: date, kind: str, sign: int) -> tuple[Figure, ...]:
    rows = select(
        "select t.method, count(*), sum(t.amount) from posting p join payment_part t on t.payment_id = p.id"
        f" where {_DAY} and p.kind = ? group by t.method order by min(t.id)",
        [day.isoformat(), kind],
    )
    return tuple(Figure(name, times, sign * int(amount)) for name, times, amount in rows)


def voids_of(day: date) -> tuple[VoidFigure, ...]:
    """What was voided. Index: ``posting (day, kind)``."""
    rows = select(
        "select p.kind, p.year, p.number, p.amount, s.name, v.reason from posting v"
        " join posting p on p.id = v.corrects_id join staff s on s.id = v.staff_id"
        " where v.day = ? and v.kind = 'void' order by v.id",
        [day.isoformat()],
    )
    return tuple(VoidFigure(code(*row[:3]), *row[3:]) for row in rows)


def drawer_of(day: date) -> DrawerFigures:
    """The drawers that were opened that day.

    Indexes: ``drawer (day)``, ``drawer_move (drawer)``, ``posting (day, kind)``.
    """
    drawers = select(
        "select id, float_amount, counted, expected from drawer where day = ?", [day.isoformat()]
    )
    moves = tuple(move for id_, *_ in drawers for move in _moves(id_))
    opening, taken = sum(row[1] for row in drawers), _cash(day)
    counted = [row[2] for row in drawers]
    expected = [row[3] for row in drawers]
    closed = bool(drawers) and None not in counted
    put_in = sum(move.amount for move, correction in moves if not correction)
    corrected = sum(move.amount for move, correction in moves if correction)
    return DrawerFigures(
        opening, taken, tuple(move for move, _ in moves),
        sum(expected) if closed else opening + taken + put_in,
        sum(counted) + corrected if closed else None,
    )  # fmt: skip


def _moves(drawer_id: int) -> tuple[tuple[MoveFigure, bool], ...]:
    """The moves of a drawer, and whether each is the correction of a count."""
    rows = select(
        "select m.at, case m.kind when 'in' then abs(m.amount) when 'out' then -abs(m.amount)"
        " else m.amount end, s.name, m.reason, m.kind from drawer_move m join staff s on s.id = m.staff_id"
        " where m.drawer_id = ? order by m.id",
        [drawer_id],
    )
    return tuple((MoveFigure(*row[:4]), row[4] == "correction") for row in rows)


def _cash(day: date) -> int:
    """The cash that came into the drawers less what went out."""
    ((cash,),) = select(
        "select coalesce(sum(case when p.kind = 'refund' then -t.amount else t.amount end), 0) from posting p"
        f" join payment_part t on t.payment_id = p.id where {_DAY} and p.kind in ('payment', 'refund')"
        " and t.method = 'cash' and t.drawer_id is not null",
        [day.isoformat()],
    )
    return int(cash)


def closed_on(day: date) -> Closed | None:
    """The close of a day, None while it is open. Index: ``day_close (day)``."""
    rows = select(
        "select c.number, c.at, s.name from day_close c join staff s on s.id = c.staff_id where c.day = ?",
        [day.isoformat()],
    )
    return Closed(*rows[0]) if rows else None


def journal_head() -> str:
    """The digest of the journal's last line; empty while there is none. Index: primary key."""
    rows = select("select hash from journal order by seq desc limit 1")
    return str(rows[0][0]) if rows else ""
