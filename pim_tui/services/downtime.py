"""The downtime pack: a day on paper and in plain files, to go on with when the program cannot (X4, X7)."""

from __future__ import annotations

from dataclasses import replace

from ..documents.blocks import Letterhead
from ..documents.daysheet import Row
from ..domain.moments import day_label
from ..domain.money import shown
from ..domain.rights import Right
from ..domain.session import Session
from ..queries.daysheets import SheetRow, owed_by_those_coming, phones_of_those_coming
from .calendar_papers import DayDocument
from .daysheet import assemble
from .wanted import DowntimePaper, Made

BLANK = 8
"""Rows for those who come without an appointment, under everybody's day."""
NOTES = (
    "By hand: the time, the name, and came, missed, walk-in, moved (to when) or canceled (why).",
    "Afterwards: K in the calendar takes it line by line, such as 10:30 came.",
)


def downtime_paper(session: Session, wanted: DowntimePaper, clinic: Letterhead) -> Made:
    """The sheet of the day, a page for everybody, with all phones, what is owed, alerts and blank rows."""
    session.needs(Right.PRINT)
    session.needs(Right.SEE_APPOINTMENT)
    day, zone = wanted.day, session.zone
    owed, phones = owed_by_those_coming(day, zone), phones_of_those_coming(day, zone)

    def more(found: SheetRow, row: Row) -> Row:
        due = owed.get(found.customer_id, 0)
        told = f"owes {shown(due, session.currency)}" if due else ""
        return replace(row, phone=" / ".join(phones.get(found.customer_id, ())), due=told)

    sheet = assemble(session, day, clinic, more=more)
    sections = tuple(replace(section, blank=BLANK) for section in sheet.sections)
    sheet = replace(sheet, sections=sections, notes=NOTES, title="Downtime sheet")
    name = f"The downtime pack of {day_label(day)}"
    return Made(DayDocument(sheet, each=True), name, "downtime", None, (day.isoformat(),))
