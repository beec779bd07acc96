"""Explain the numbers of a day's close: what is left of visits, refunds, the drawers, the report (C7, M9)."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from datetime import date
from functools import partial
from typing import Any, NamedTuple

from ..db.connection import select
from ..db.many import marks
from ..domain.bills import BILLS, PostingKind
from ..domain.returns import quote
from ..domain.rights import Right
from ..domain.rounding import Rounding
from .day_figures import COUNTED, OF_DAY, REST, SIGN, UNTAXED, DayFigures, closed_on, figures_of
from .drawers import CASH_MOVED, CASH_SIGN
from .explain import Explained, Part, explain, parts_of
from .gate import guarded
from .returns import request_page, returnable

NOTHING_LATER = 2**62
"""More than the id of any posting: an open day's figures count all there are."""


class Figure(NamedTuple):
    """A number of a day's report: what it is called, its value in minor units, and how its rows are read."""

    title: str
    value: int
    read: Callable[[], Explained]


@guarded(Right.SEE_BILL)
def left_of_visit(appointment_id: int) -> Explained:
    """What the customer and the payer still owe for a visit. Index: ``posting_of_visit``."""
    bills = select(
        f"select p.id from posting p where p.appointment_id = ? and p.kind in ({marks(BILLS)}) and not exists"
        " (select 1 from posting v where v.corrects_id = p.id and v.kind = 'void') order by p.id",
        [appointment_id, *BILLS],
    )
    found = [explain(kind, id_) for (id_,) in bills for kind in ("left", "payer_left")]
    currency = next((one.currency for one in found if one.currency), "")
    return Explained("Left to pay", tuple(part for one in found for part in one.parts), currency)


@guarded(Right.SEE_BILL)
def value_of_request(request_id: int, rounding: Rounding) -> Explained:
    """What comes back, line by line; of a payout the credit that is paid out. Raises NotFound.

    Indexes: as :func:`~pim_tui.queries.returns.request_page` and ``returnable``.
    """
    page = request_page(request_id)
    row = page.row
    if row.bill_id is None:
        return Explained("Value", (Part(None, None, "", "credit paid out", row.value),), row.currency)
    bill = returnable(row.bill_id, before=request_id)
    wanted = [(line.sold, one.quantity) for one in page.lines if (line := bill.line(one.line_id)) is not None]
    parts = tuple(
        Part(bill.id, bill.day, bill.code, f"{one.quantity} of {sold.description}", one.total)
        for (sold, _), one in zip(wanted, quote(wanted, rounding).lines, strict=True)
    )
    return Explained("Value", parts, row.currency)


# --- a drawer ------------------------------------------------------------------------------------------


@guarded(Right.SEE_BILL)
def expected_in(drawer_id: int, currency: str) -> Explained:
    """What must be in a drawer: the float, its cash, what was put in and taken out.

    Indexes: ``payment_part_of_drawer``, ``drawer_move (drawer)``.
    """
    ((day, opening),) = select("select day, float_amount from drawer where id = ?", [drawer_id])
    cash = parts_of(
        select(
            f"select p.id, p.day, p.kind, p.year, p.number, 'cash', {CASH_SIGN}t.amount, p.currency"
            f" {CASH_MOVED} and t.drawer_id = ? order by p.id",
            [drawer_id],
        )
    )
    moves = _moves(drawer_id, "kind <> 'correction'")
    told = (Part(None, date.fromisoformat(day), "", "float at opening", opening), *cash, *moves)
    return Explained("Expected", told, currency)


@guarded(Right.SEE_BILL)
def counted_in(drawer_id: int, currency: str) -> Explained:
    """What was counted in it, and what put the count right since. Index: ``drawer_move (drawer)``."""
    ((day, counted),) = select("select day, counted from drawer where id = ?", [drawer_id])
    first = Part(None, date.fromisoformat(day), "", "counted", counted or 0)
    return Explained("Counted", (first, *_moves(drawer_id, "kind = 'correction'")), currency)


@guarded(Right.SEE_BILL)
def difference_in(drawer_id: int, currency: str) -> Explained:
    """What was counted less what was expected."""
    counted, expected = counted_in(drawer_id, currency), expected_in(drawer_id, currency)
    taken_off = tuple(part._replace(amount=-part.amount) for part in expected.parts)
    return Explained("Difference", (*counted.parts, *taken_off), currency)


def _moves(drawer_id: int, where: str) -> tuple[Part, ...]:
    rows = select(
        "select d.day, m.reason, case m.kind when 'in' then abs(m.amount) when 'out' then -abs(m.amount)"
        " else m.amount end from drawer_move m join drawer d on d.id = m.drawer_id"
        f" where m.drawer_id = ? and m.{where} order by m.id",
        [drawer_id],
    )
    return tuple(Part(None, date.fromisoformat(day), "", reason, amount) for day, reason, amount in rows)


# --- the report ----------------------------------------------------------------------------------------


@guarded(Right.SEE_BILL)
def report_figures(day: date) -> tuple[Figure, ...]:
    """The figures of the X report, or of the Z report of a day that is closed: those of the close, as then.

    Indexes: those of :func:`~pim_tui.queries.day_figures.figures_of`; for the rows ``posting (day, kind)``.
    """
    closed = closed_on(day)
    found = closed.figures if closed else figures_of(day)
    last = found.last_posting if closed else NOTHING_LATER
    taxes = (*_taxes(found, last), *_rests(found, last))
    return (*_sales(found, last), *taxes, *_ways(found, last), *_written_off(found, last))


def _sales(found: DayFigures, last: int) -> Sequence[Figure]:
    return [
        Figure(
            f"Sales: {PostingKind(one.name).word}",
            one.amount,
            partial(_postings, found.day, last, "Sales", f"p.amount * {SIGN}", "", "p.kind = ?", one.name),
        )
        for one in found.sales
    ]


def _taxes(found: DayFigures, last: int) -> Sequence[Figure]:
    join = " join bill_line l on l.bill_id = p.id join line_tax t on t.line_id = l.id"
    where = f"p.kind in {COUNTED} and t.name = ? and t.rate = ?"
    return [
        Figure(
            f"Tax: {one.name} {one.rate / 1000:g} %",
            one.amount,
            partial(_postings, found.day, last, "Tax", f"t.amount * {SIGN}", join, where, one.name, one.rate),
        )
        for one in found.taxes
    ]


def _rests(found: DayFigures, last: int) -> Sequence[Figure]:
    """What no tax was taken of, and what is in the bases of two."""
    join, amount = " join bill_line l on l.bill_id = p.id", f"{REST} * {SIGN}"
    told = (("Untaxed", found.rests.untaxed, UNTAXED), ("In two bases", found.rests.again, f"not {UNTAXED}"))
    return [
        Figure(
            title,
            value,
            partial(
                _postings, found.day, last, title, amount, join,
                f"p.kind in {COUNTED} and {REST} <> 0 and {where}",
            ),
        )
        for title, value, where in told
        if value
    ]  # fmt: skip


def _ways(found: DayFigures, last: int) -> Sequence[Figure]:
    join, where = " join payment_part t on t.payment_id = p.id", "p.kind = ? and t.method = ?"
    told = (
        ("Payments", "payment", "t.amount", found.payments),
        ("Refunds", "refund", "-t.amount", found.refunds),
    )
    return [
        Figure(
            f"{title}: {one.name}",
            one.amount,
            partial(_postings, found.day, last, title, amount, join, where, kind, one.name),
        )
        for title, kind, amount, rows in told
        for one in rows
    ]


def _written_off(found: DayFigures, last: int) -> Sequence[Figure]:
    read = partial(_postings, found.day, last, "Written off", "p.amount", "", "p.kind = 'write_off'")
    return [Figure("Written off", found.write_offs.amount, read)]


def _postings(
    day: date, last: int, title: str, amount: str, join: str, where: str, *params: object
) -> Explained:
    """The postings of a day up to ``last`` of which a figure is the sum."""
    rows: list[tuple[Any, ...]] = select(
        f"select p.id, p.day, p.kind, p.year, p.number, coalesce(trim(c.first_name || ' ' || c.last_name),"
        f" ''), {amount}, p.currency from posting p{join} left join customer c on c.id = p.customer_id"
        f" where {OF_DAY} and p.id <= ? and {where} order by p.id",
        [day.isoformat(), last, *params],
    )
    return Explained(title, parts_of(rows), rows[0][7] if rows else "")
