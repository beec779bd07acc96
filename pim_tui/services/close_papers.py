"""The day's X and Z report, put together from the day's rows (M9)."""

from __future__ import annotations

from collections.abc import Callable, Sequence

from ..documents.bill import TaxRow
from ..documents.blocks import Letterhead
from ..documents.dayclose import CashMove, Counted, DayClose, Drawer, Voided
from ..domain.bills import PostingKind
from ..domain.moments import clock, day_label
from ..domain.rights import Right
from ..domain.session import Session
from ..queries import day_figures as figures
from ..queries.day_figures import DrawerFigures, Figure
from . import paper_words as words
from .wanted import ClosePaper, Issue, Made


def close_paper(session: Session, wanted: ClosePaper, clinic: Letterhead) -> Made:
    """The Z report of a day that is closed, which is kept; else an X report, which is not."""
    session.needs(Right.PRINT)
    session.needs(Right.SEE_BILL)
    day, closed = wanted.day, figures.closed_on(wanted.day)
    report = DayClose(
        clinic, "Z" if closed else "X", f"{closed.number:06}" if closed else "", day_label(day),
        words.moment(closed.at if closed else session.clock(), session.zone),
        closed.staff if closed else session.name, session.zone, session.currency,
        sales=_counted(figures.sales_of(day), lambda kind: PostingKind(kind).word),
        taxes=_taxes(figures.taxes_of(day)),
        payments=_counted(figures.payments_of(day), words.METHODS.__getitem__),
        refunds=_counted(figures.refunds_of(day), words.METHODS.__getitem__),
        voids=tuple(Voided(*row[:2], by=row.staff, why=row.reason) for row in figures.voids_of(day)),
        drawer=_drawer(figures.drawer_of(day), session.zone),
        journal_head=figures.journal_head(),
        copy=wanted.copy,
    )  # fmt: skip
    issue = Issue("day_close", about=day.isoformat()) if closed else None
    name = f"The {'Z' if closed else 'X'} report of {day_label(day)}"
    return Made(report, name, "day_close", None, (day.isoformat(),), issue=issue, slip=True)


def _counted(rows: Sequence[Figure], called: Callable[[str], str]) -> tuple[Counted, ...]:
    return tuple(Counted(called(row.name), row.times, row.amount) for row in rows)


def _taxes(rows: Sequence[figures.TaxFigure]) -> tuple[TaxRow, ...]:
    return tuple(
        TaxRow(words.tax(row.name, row.rate, row.base, row.amount, row.lines), row.base, row.amount)
        for row in rows
    )


def _drawer(found: DrawerFigures, zone: str) -> Drawer:
    moves = tuple(
        CashMove(clock(move.at, zone), move.amount, move.staff, move.reason) for move in found.moves
    )
    return Drawer(found.opening, found.taken, moves, found.expected, found.counted)
