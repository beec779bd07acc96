"""What a day came to: its sales, taxes, payments, refunds, voids and the drawer (M9); amounts in minor units.

What was voided is listed as such and counts nowhere else: a void is of the same day (M8). The figures of a
day that was closed are kept with its close, as they were then; what was posted on it later is told by the
close that comes next.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date

from ..db.connection import select
from ..domain.bills import code
from ..domain.drawercash import overdrawn
from ..domain.records import from_text
from ..domain.rights import Right
from .drawers import cash_beside, cash_taken, drawers_of, moves_of
from .gate import guarded


@dataclass(frozen=True, slots=True)
class Figure:
    """How many of a kind or method there were, and what they came to."""

    name: str
    times: int
    amount: int


@dataclass(frozen=True, slots=True)
class TaxFigure:
    """What one tax came to; ``lines`` had it."""

    name: str
    rate: int
    base: int
    amount: int
    lines: int


@dataclass(frozen=True, slots=True)
class Rests:
    """What leads from the bases of the taxes to the net amount of what was sold (M2).

    ``untaxed`` has no tax, on ``lines`` lines. ``again`` is below zero: what is in the bases of two taxes.
    """

    untaxed: int = 0
    again: int = 0
    lines: int = 0


NO_RESTS = Rests()


@dataclass(frozen=True, slots=True)
class PostedFigure:
    """A posting that is told by itself, because it was voided or came late: by whom and why."""

    code: str
    amount: int
    staff: str
    reason: str


@dataclass(frozen=True, slots=True)
class MoveFigure:
    """Cash put in (above zero) or taken out of the drawer. ``at`` is UTC seconds."""

    at: int
    amount: int
    staff: str
    reason: str


@dataclass(frozen=True, slots=True)
class DrawerFigures:
    """The drawers of a day together. ``counted`` is None while one is still open.

    ``corrections`` put a wrong count right; ``beside`` is cash of the day that went into no drawer.
    ``overdrawn`` are the times that more went out than was in it, each with what was left then, below zero.
    """

    opening: int
    taken: int
    moves: tuple[MoveFigure, ...]
    corrections: tuple[MoveFigure, ...]
    expected: int
    counted: int | None
    beside: int = 0
    overdrawn: tuple[MoveFigure, ...] = ()


@dataclass(frozen=True, slots=True)
class DayFigures:
    """All figures of a day. ``late`` was posted after the close of an earlier day, and is in no report yet.

    ``last_posting`` is the newest posting that they count, ``journal`` the digest of the journal's last line.
    """

    day: date
    sales: tuple[Figure, ...]
    taxes: tuple[TaxFigure, ...]
    payments: tuple[Figure, ...]
    refunds: tuple[Figure, ...]
    write_offs: Figure
    voids: tuple[PostedFigure, ...]
    late: tuple[PostedFigure, ...]
    drawer: DrawerFigures
    last_posting: int
    journal: str
    open_visits: int = 0
    rests: Rests = NO_RESTS


@dataclass(frozen=True, slots=True)
class Closed:
    """The close of a day: its Z number, when and by whom, and its figures as they were then."""

    number: int
    at: int
    staff: str
    figures: DayFigures


STANDS = "not exists (select 1 from posting v where v.corrects_id = p.id and v.kind = 'void')"
OF_DAY = f"p.day = ? and {STANDS}"
"""Postings ``p`` of a day that were not voided; :data:`STANDS` of any time."""
COUNTED = "('sale', 'income', 'borrow', 'dispense', 'debit_note', 'credit_note')"
"""The kinds that are sales; what :data:`SIGN` turns takes off them."""
SIGN = "case when p.kind = 'credit_note' then -1 else 1 end"
REST = "(l.net - coalesce((select sum(t.base) from line_tax t where t.line_id = l.id), 0))"
"""What the bases of its taxes leave of a line ``l``; below zero where they hold it twice."""
UNTAXED = f"{REST} > -(select count(*) from line_tax t where t.line_id = l.id)"
"""Whether that is untaxed; a cent a tax is the rounding of a charge in the proportion of a bill."""
_GOES_OUT = "case when p.kind in ('credit_note', 'refund', 'write_off', 'void') then -1 else 1 end"


@guarded(Right.SEE_BILL)
def sales_of(day: date) -> tuple[Figure, ...]:
    """Bills and notes by kind; credit notes below zero. Index: ``posting (day, kind)``."""
    rows = select(
        f"select p.kind, count(*), sum(p.amount * {SIGN}) from posting p where {OF_DAY}"
        f" and p.kind in {COUNTED} group by p.kind order by min(p.id)",
        [day.isoformat()],
    )
    return tuple(Figure(name, times, int(amount)) for name, times, amount in rows)


@guarded(Right.SEE_BILL)
def taxes_of(day: date) -> tuple[TaxFigure, ...]:
    """The taxes of those. Indexes: ``posting (day, kind)``, ``bill_line (bill, position)``."""
    rows = select(
        f"select t.name, t.rate, sum(t.base * {SIGN}), sum(t.amount * {SIGN}), count(*) from posting p"
        " join bill_line l on l.bill_id = p.id join line_tax t on t.line_id = l.id"
        f" where {OF_DAY} and p.kind in {COUNTED} group by t.name, t.rate order by t.name, t.rate",
        [day.isoformat()],
    )
    return tuple(
        TaxFigure(name, rate, int(base), int(amount), count) for name, rate, base, amount, count in rows
    )


@guarded(Right.SEE_BILL)
def rests_of(where: str, params: Sequence[object]) -> Rests:
    """What of the sales ``p`` that stand is in the base of no tax, or of two. Indexes: as those of
    :func:`taxes_of`, ``line_tax`` primary key.
    """
    ((untaxed, again, lines),) = select(
        "select coalesce(sum(case when rest > -taxes then rest * sign end), 0),"
        " coalesce(sum(case when rest <= -taxes then rest * sign end), 0),"
        " count(case when rest > -taxes and rest <> 0 then 1 end)"
        f" from (select l.net - coalesce(sum(t.base), 0) as rest, count(t.line_id) as taxes, {SIGN} as sign"
        " from posting p join bill_line l on l.bill_id = p.id left join line_tax t on t.line_id = l.id"
        f" where {where} and p.kind in {COUNTED} group by l.id, p.id) one",
        params,
    )
    return Rests(int(untaxed), int(again), lines)


@guarded(Right.SEE_BILL)
def payments_of(day: date) -> tuple[Figure, ...]:
    """Payments by method. Indexes: ``posting (day, kind)``, ``payment_part (payment, position)``."""
    return _by_method(day, "payment", 1)


@guarded(Right.SEE_BILL)
def refunds_of(day: date) -> tuple[Figure, ...]:
    """Refunds by method, below zero. Indexes: as :func:`payments_of`."""
    return _by_method(day, "refund", -1)


def _by_method(day: date, kind: str, sign: int) -> tuple[Figure, ...]:
    rows = select(
        "select t.method, count(*), sum(t.amount) from posting p join payment_part t on t.payment_id = p.id"
        f" where {OF_DAY} and p.kind = ? group by t.method order by min(t.id)",
        [day.isoformat(), kind],
    )
    return tuple(Figure(name, times, sign * int(amount)) for name, times, amount in rows)


@guarded(Right.SEE_BILL)
def voids_of(day: date) -> tuple[PostedFigure, ...]:
    """What was voided. Index: ``posting (day, kind)``."""
    rows = select(
        "select p.kind, p.year, p.number, p.amount, s.name, v.reason from posting v"
        " join posting p on p.id = v.corrects_id join staff s on s.id = v.staff_id"
        " where v.day = ? and v.kind = 'void' order by v.id",
        [day.isoformat()],
    )
    return tuple(PostedFigure(code(*row[:3]), *row[3:]) for row in rows)


@guarded(Right.SEE_BILL)
def write_offs_of(day: date) -> Figure:
    """What was written off. Index: ``posting (day, kind)``."""
    ((times, amount),) = select(
        f"select count(*), coalesce(sum(p.amount), 0) from posting p where {OF_DAY} and p.kind = 'write_off'",
        [day.isoformat()],
    )
    return Figure("write_off", times, int(amount))


@guarded(Right.SEE_BILL)
def late_before(day: date) -> tuple[PostedFigure, ...]:
    """What was posted after the close of the day that was closed last before ``day``, and dated on that day
    or, by a clock that was wrong, before it (M8, M9).

    Indexes: ``day_close (day)``, ``posting`` primary key.
    """
    last = select("select day from day_close where day < ? order by day desc limit 1", [day.isoformat()])
    closed = closed_on(date.fromisoformat(last[0][0])) if last else None
    if closed is None:
        return ()
    rows = select(
        f"select p.kind, p.year, p.number, p.amount * {_GOES_OUT}, s.name, p.reason from posting p"
        " join staff s on s.id = p.staff_id where p.day <= ? and p.id > ? order by p.id",
        [closed.figures.day.isoformat(), closed.figures.last_posting],
    )
    return tuple(PostedFigure(code(*row[:3]), *row[3:]) for row in rows)


@guarded(Right.SEE_BILL)
def drawer_of(day: date) -> DrawerFigures:
    """The drawers that were opened that day.

    Indexes: ``drawer (day)``, ``drawer_move (drawer)``, ``posting (day, kind)``, those of :func:`moves_of`.
    """
    drawers = drawers_of(day)
    moves = tuple(move for one in drawers for move in _moves(one.id, "m.kind <> 'correction'"))
    corrections = tuple(move for one in drawers for move in _moves(one.id, "m.kind = 'correction'"))
    opening, moved = sum(one.opening for one in drawers), sum(move.amount for move in moves)
    taken = sum(cash_taken(one) for one in drawers)
    counted = [one.counted for one in drawers if one.counted is not None]
    closed = bool(drawers) and len(counted) == len(drawers)
    return DrawerFigures(
        opening,
        taken,
        moves,
        corrections,
        opening + taken + moved,
        sum(counted) + sum(move.amount for move in corrections) if closed else None,
        cash_beside(day),
        tuple(
            MoveFigure(move.at, left, move.staff, move.why)
            for one in drawers
            for move, left in overdrawn(one.opening, moves_of(one.id))
        ),
    )


def _moves(drawer_id: int, where: str) -> tuple[MoveFigure, ...]:
    rows = select(
        "select m.at, case m.kind when 'in' then abs(m.amount) when 'out' then -abs(m.amount)"
        " else m.amount end, s.name, m.reason from drawer_move m join staff s on s.id = m.staff_id"
        f" where m.drawer_id = ? and {where} order by m.id",
        [drawer_id],
    )
    return tuple(MoveFigure(*row) for row in rows)


@guarded(Right.SEE_BILL)
def figures_of(day: date) -> DayFigures:
    """All figures of a day as they are now. Indexes: those of the parts."""
    ((last,),) = select("select coalesce(max(id), 0) from posting")
    return DayFigures(
        day, sales_of(day), taxes_of(day), payments_of(day), refunds_of(day), write_offs_of(day),
        voids_of(day), late_before(day), drawer_of(day), last, journal_head(),
        rests=rests_of(OF_DAY, [day.isoformat()]),
    )  # fmt: skip


@guarded(Right.SEE_BILL)
def closed_on(day: date) -> Closed | None:
    """The close of a day, None while it is open. Index: ``day_close (day)``."""
    rows = select(
        "select c.number, c.at, s.name, c.report from day_close c join staff s on s.id = c.staff_id"
        " where c.day = ?",
        [day.isoformat()],
    )
    if not rows:
        return None
    number, at, staff, report = rows[0]
    return Closed(number, at, staff, from_text(DayFigures, report) if report != "{}" else figures_of(day))


@guarded(Right.SEE_BILL)
def last_closed() -> tuple[date, int] | None:
    """The day that was closed last and its Z number. Index: ``day_close (number)``."""
    rows = select("select day, number from day_close order by number desc limit 1")
    return (date.fromisoformat(rows[0][0]), rows[0][1]) if rows else None


@guarded(Right.SEE_BILL)
def journal_head() -> str:
    """The digest of the journal's last line; empty while there is none. Index: primary key."""
    rows = select("select hash from journal order by seq desc limit 1")
    return str(rows[0][0]) if rows else ""
