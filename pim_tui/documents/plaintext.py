"""The day sheet as plain text of a fixed width: for any printer, a pager or a mail."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Final

from .blocks import printed_foot
from .daysheet import LEGEND, DaySheet, Row, Section, count_totals
from .textpage import FORM_FEED, TextPage, as_text

_TIME: Final = 13
_MINUTES: Final = 4
_INDENT: Final = len("Arr Done ")


def day_sheet(sheet: DaySheet, *, width: int = 80, per_staff: bool = False, ascii_only: bool = False) -> str:
    """The sheet in lines of at most ``width`` columns, ended by newlines.

    With ``per_staff`` a form feed begins each further staff member's part. ``ascii_only`` is for
    outputs that are not UTF-8: accents are dropped and what has no Latin form becomes ``?``. A width
    below 60 is refused.
    """
    return as_text(_Layout(width, ascii_only).lines(sheet, per_staff))


class _Layout(TextPage):
    """The lines of a day sheet."""

    def __init__(self, width: int, ascii_only: bool) -> None:
        super().__init__(width, ascii_only)
        left = width - _INDENT - _TIME - 1 - _MINUTES - 1 - 2
        self._customer = left * 45 // 100
        self._purpose = left - self._customer - 1

    def lines(self, sheet: DaySheet, per_staff: bool) -> Iterator[str]:
        yield from self._head(sheet)
        shown = [section for section in sheet.sections if section.rows or per_staff]
        for number, section in enumerate(shown):
            if number and per_staff:
                yield FORM_FEED
                yield from self._head(sheet)
            yield from self._section(section)
        if not shown:
            yield from ("", self.fit(f"No appointments on {sheet.day}."))
        yield from self._foot(sheet)

    def _head(self, sheet: DaySheet) -> Iterator[str]:
        return self.head(sheet.clinic, (sheet.title, sheet.day))

    def _section(self, section: Section) -> Iterator[str]:
        yield ""
        yield self.fit(section.staff)
        yield "-" * self.width
        if not section.rows and not section.blank:
            yield "No appointments."
            return
        yield self._columns("Arr Done", "Time", "Min", "", "Customer", "Purpose")
        for row in section.rows:
            yield from self._row(row)
        for _ in range(section.blank):
            line = self.width - _INDENT - _TIME - 1
            yield " ".join(("[ ] [ ]".ljust(_INDENT - 1), "_" * _TIME, "_" * line))
            yield ""
        yield "-" * self.width
        found = section.totals or count_totals(section.rows)
        yield self.fit(" · ".join(f"{total.label} {total.value}" for total in found))

    def _row(self, row: Row) -> Iterator[str]:
        came = "[x] [ ]" if row.arrived else "[ ] [ ]"
        boxes = {"C": "[x] [x]", "M": "", "X": ""}.get(row.status, came)
        yield self._columns(boxes, row.time, str(row.minutes), row.status, row.customer, row.purpose)
        indent, space = " " * _INDENT, self.width - _INDENT
        facts = " · ".join(part for part in (row.birth, row.phone, row.room, row.mode) if part)
        if facts:
            yield indent + self.clean(facts, space)
        if row.due:
            yield indent + self.clean(row.due, space)
        for alert in filter(str.strip, row.alerts):
            yield indent + self.clean(f"! {alert}", space)
        for line in self.wrapped(row.note, space):
            yield indent + line

    def _columns(self, boxes: str, time: str, minutes: str, letter: str, customer: str, purpose: str) -> str:
        return " ".join(
            (
                boxes.ljust(_INDENT - 1),
                self.pad(time, _TIME),
                self.clean(minutes, _MINUTES).rjust(_MINUTES),
                self.pad(letter, 1),
                self.pad(customer, self._customer),
                self.pad(purpose, self._purpose),
            )
        )

    def _foot(self, sheet: DaySheet) -> Iterator[str]:
        yield ""
        for note in sheet.notes[:20]:
            yield from self.wrapped(note, self.width)
        yield from self.foot(printed_foot(sheet.printed_at, sheet.zone), LEGEND)
