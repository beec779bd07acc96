"""The day's X and Z report, put together from the day's rows (M9)."""

from __future__ import annotations

from collections.abc import Callable, Sequence

from ..documents.bill import UNTAXED, TaxRow
from ..documents.blocks import Letterhead
from ..documents.dayclose import IN_TWO_BASES, CashMove, Counted, DayClose, Drawer, Voided
from ..domain.bills import PostingKind
from ..domain.moments import clock, day_label, moment_label
from ..domain.money import shown
from ..domain.rights import Right
from ..domain.session import Session
from ..domain.taxline import tax_text
from ..queries import day_figures as figures
from ..queries.day_figures import DayFigures, DrawerFigures, Figure, MoveFigure, PostedFigure
from . import paper_words as words
from .wanted import ClosePaper, Issue, Made


def close_paper(session: Session, wanted: ClosePaper, clinic: Letterhead) -> Made:
    """The Z report of a day that is closed, which is kept; else an X report, which is not."""
    session.needs(Right.PRINT)
    session.needs(Right.SEE_BILL)
    day, closed = wanted.day, figures.closed_on(wanted.day)
    found = closed.figures if closed else figures.figures_of(day)
    report = DayClose(
        clinic,
        "Z" if closed else "X",
        f"{closed.number:06}" if closed else "",
        day_label(day),
        moment_label(closed.at if closed else session.clock(), session.zone),
        closed.staff if closed else session.name,
        session.zone,
        session.currency,
        sales=_counted(found.sales, lambda kind: PostingKind(kind).word),
        taxes=(*_taxes(found.taxes), *_rests(found.rests)),
        payments=_counted(found.payments, words.METHODS.__getitem__),
        refunds=_counted(found.refunds, words.METHODS.__getitem__),
        voids=_one_by_one(found.voids),
        drawer=_drawer(found.drawer, session.zone),
        journal_head=found.journal,
        remarks=_remarks(session, found),
        copy=wanted.copy,
        written_off=_written_off(found.write_offs),
        late=_one_by_one(found.late),
    )
    issue = Issue("day_close", about=day.isoformat()) if closed else None
    name = f"The {'Z' if closed else 'X'} report of {day_label(day)}"
    return Made(report, name, "day_close", None, (day.isoformat(),), issue=issue, slip=True)


def _counted(rows: Sequence[Figure], called: Callable[[str], str]) -> tuple[Counted, ...]:
    return tuple(Counted(called(row.name), row.times, row.amount) for row in rows)


def _taxes(rows: Sequence[figures.TaxFigure]) -> tuple[TaxRow, ...]:
    return tuple(
        TaxRow(tax_text(row.name, row.rate, row.base, row.amount, row.lines), row.base, row.amount)
        for row in rows
    )


def _rests(found: figures.Rests) -> tuple[TaxRow, ...]:
    """What leads from the bases to what was sold, so that the table adds up to the sales (M2)."""
    told = (TaxRow(UNTAXED, found.untaxed, 0), TaxRow(IN_TWO_BASES, found.again, 0))
    return tuple(row for row in told if row.base)


def _written_off(found: Figure) -> Counted | None:
    return Counted("Written off", found.times, found.amount) if found.times else None


def _one_by_one(rows: Sequence[PostedFigure]) -> tuple[Voided, ...]:
    return tuple(Voided(row.code, row.amount, row.staff, row.reason) for row in rows)


def _remarks(session: Session, found: DayFigures) -> tuple[str, ...]:
    """What the figures themselves do not say."""
    beside, visits = found.drawer.beside, found.open_visits
    cash = shown(beside, session.currency)
    return (
        *([f"Cash of {cash} went into no drawer: none was open."] if beside else []),
        *([f"Appointments that nobody marked: {visits}."] if visits else []),
    )


def _drawer(found: DrawerFigures, zone: str) -> Drawer:
    return Drawer(
        found.opening,
        found.taken,
        _moves(found.moves, zone),
        found.expected,
        found.counted,
        _moves(found.corrections, zone),
        _moves(found.overdrawn, zone),
    )


def _moves(moves: Sequence[MoveFigure], zone: str) -> tuple[CashMove, ...]:
    return tuple(CashMove(clock(move.at, zone), move.amount, move.staff, move.reason) for move in moves)
