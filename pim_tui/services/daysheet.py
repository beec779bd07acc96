"""The day sheet, put together from the book."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from datetime import date

from ..db.connection import select
from ..db.many import marks
from ..documents.blocks import Letterhead
from ..documents.daysheet import DaySheet, Row, Section
from ..domain.moments import day_label, moment_label, short_day, span
from ..domain.people import age
from ..domain.rights import Right
from ..domain.session import Session
from ..queries import calendar
from ..queries.daysheets import SheetRow, sheet_rows
from . import paper_words as words


def assemble(
    session: Session,
    day: date,
    clinic: Letterhead,
    staff_id: int | None = None,
    more: Callable[[SheetRow, Row], Row] = lambda _, row: row,
) -> DaySheet:
    """The sheet as plain data: a section for everybody who takes appointments or has one that day.

    ``more`` adds to a row what only some sheets tell.
    """
    session.needs(Right.PRINT)
    session.needs(Right.SEE_APPOINTMENT)
    rows = sheet_rows(day, session.zone, staff_id)
    sections = tuple(
        Section(name, tuple(more(row, _row(row, session.zone, day)) for row in rows if row.staff_id == id_))
        for id_, name in _staff(rows, staff_id)
    )
    printed = moment_label(session.clock(), session.zone)
    return DaySheet(clinic, day_label(day), printed, session.zone, sections)


def _staff(rows: Sequence[SheetRow], staff_id: int | None) -> list[tuple[int, str]]:
    """Ids and names, in the clinic's order; those who have left come last."""
    known = {column.id: column.name for column in calendar.staff_columns()}
    others = sorted({row.staff_id for row in rows} - set(known))
    if others:
        known |= dict(select(f"select id, name from staff where id in ({marks(others)}) order by id", others))
    return [(id_, name) for id_, name in known.items() if staff_id in (None, id_)]


def _row(row: SheetRow, zone: str, day: date) -> Row:
    birth = f"{age(row.birth_date, day)} y, {short_day(row.birth_date)}" if row.birth_date else ""
    return Row(
        span(row.starts_at, row.ends_at, zone), row.minutes, row.customer.listed, birth, row.phone,
        words.about(row), row.room, words.MODES[row.mode], row.status,
        row.alerts, row.note, row.arrived_at is not None,
    )  # fmt: skip
