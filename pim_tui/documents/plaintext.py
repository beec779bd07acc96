"""The day sheet as plain text of a fixed width: for any printer, a pager or a mail."""

from __future__ import annotations

import unicodedata
from collections.abc import Iterator
from typing import Final

from pim_tui.documents.daysheet import LEGEND, DaySheet, Row, Section, count_totals
from pim_tui.documents.paper import printable
from pim_tui.domain.text import cell_width, clip
from pim_tui.errors import UsageError

FORM_FEED: Final = "\f"
_MIN_WIDTH: Final = 60
_TIME: Final = 13
_MINUTES: Final = 4
_NOTE_LINES: Final = 3
_INDENT: Final = len("Arr Done ")
_ASCII: Final = str.maketrans({
    "ß": "ss", "ẞ": "SS", "æ": "ae", "Æ": "AE", "œ": "oe", "Œ": "OE", "ø": "o", "Ø": "O", "đ": "d",
    "Đ": "D", "ł": "l", "Ł": "L", "þ": "th", "Þ": "Th", "ð": "d", "Ð": "D", "ı": "i", "…": "~",
    "–": "-", "—": "-", "‑": "-", "·": "-", "•": "*", "‘": "'", "’": "'", "“": '"', "”": '"', "€": "EUR",
})  # fmt: skip


def day_sheet(sheet: DaySheet, *, width: int = 80, per_staff: bool = False, ascii_only: bool = False) -> str:
    """The sheet in lines of at most ``width`` columns, ended by newlines.

    With ``per_staff`` a form feed begins each further staff member's part. ``ascii_only`` is for
    outputs that are not UTF-8: accents are dropped and what has no Latin form becomes ``?``. A width
    below 60 is refused.
    """
    if width < _MIN_WIDTH:
        raise UsageError(f"A day sheet does not fit into {width} columns.", f"Use {_MIN_WIDTH} or more.")
    lines = [*_Layout(width, ascii_only).lines(sheet, per_staff)]
    return "".join(line if line == FORM_FEED else f"{line.rstrip()}\n" for line in lines)


def to_ascii(text: str) -> str:
    """The text without accents; one ``?`` for every character that has no Latin form."""
    plain = unicodedata.normalize("NFKD", text.translate(_ASCII))
    return "".join(
        char if " " <= char <= "~" else "?" for char in plain if unicodedata.category(char)[0] != "M"
    )


class _Layout:
    """Lines of one width; every text in them is clean and clipped by its display width."""

    def __init__(self, width: int, ascii_only: bool) -> None:
        self._width = width
        self._ascii = ascii_only
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
            yield from ("", self._fit(f"No appointments on {sheet.day}."))
        yield from self._foot(sheet)

    def _head(self, sheet: DaySheet) -> Iterator[str]:
        clinic = sheet.clinic
        facts = ["Day sheet", sheet.day]
        names = [clinic.name, *clinic.address[:4], *([clinic.phone] if clinic.phone else [])]
        for number in range(max(len(names), len(facts))):
            left = names[number] if number < len(names) else ""
            right = self._clean(facts[number], self._width // 2) if number < len(facts) else ""
            space = self._width - cell_width(right) - (2 if right else 0)
            yield self._pad(left, space) + ("  " + right if right else "")
        yield "=" * self._width

    def _section(self, section: Section) -> Iterator[str]:
        yield ""
        yield self._fit(section.staff)
        yield "-" * self._width
        if not section.rows:
            yield "No appointments."
            return
        yield self._columns("Arr Done", "Time", "Min", "", "Customer", "Purpose")
        for row in section.rows:
            yield from self._row(row)
        yield "-" * self._width
        found = section.totals or count_totals(section.rows)
        yield self._fit(" · ".join(f"{total.label} {total.value}" for total in found))

    def _row(self, row: Row) -> Iterator[str]:
        came = "[x] [ ]" if row.arrived else "[ ] [ ]"
        boxes = {"C": "[x] [x]", "M": "", "X": ""}.get(row.status, came)
        yield self._columns(boxes, row.time, str(row.minutes), row.status, row.customer, row.purpose)
        indent, space = " " * _INDENT, self._width - _INDENT
        facts = " · ".join(part for part in (row.birth, row.phone, row.room, row.mode) if part)
        if facts:
            yield indent + self._clean(facts, space)
        for alert in filter(str.strip, row.alerts):
            yield indent + self._clean(f"! {alert}", space)
        for line in self._wrapped(row.note, space):
            yield indent + line

    def _columns(self, boxes: str, time: str, minutes: str, letter: str, customer: str, purpose: str) -> str:
        return " ".join((
            boxes.ljust(_INDENT - 1),
            self._pad(time, _TIME),
            self._clean(minutes, _MINUTES).rjust(_MINUTES),
            self._pad(letter, 1),
            self._pad(customer, self._customer),
            self._pad(purpose, self._purpose),
        ))  # fmt: skip

    def _foot(self, sheet: DaySheet) -> Iterator[str]:
        yield ""
        for note in sheet.notes[:20]:
            yield from self._wrapped(note, self._width)
        yield "=" * self._width
        yield self._fit(f"Printed {sheet.printed_at} · times in {sheet.zone}")
        yield self._fit(LEGEND)

    def _wrapped(self, text: str, width: int) -> Iterator[str]:
        """At most three lines, broken between words; the last one is clipped."""
        words = self._plain(text, width * (_NOTE_LINES + 1)).split(" ")
        for number in range(1, _NOTE_LINES + 1):
            line = ""
            while words and number < _NOTE_LINES and cell_width(f"{line} {words[0]}".strip()) <= width:
                line = f"{line} {words.pop(0)}".strip()
            if not line:
                line, words = " ".join(words), []
            if line:
                yield self._shorten(line, width)

    def _fit(self, text: str) -> str:
        return self._clean(text, self._width)

    def _clean(self, text: str, width: int) -> str:
        return self._shorten(self._plain(text), width)

    def _plain(self, text: str, limit: int = 300) -> str:
        line = printable(text, limit)
        return to_ascii(line) if self._ascii else line

    def _shorten(self, text: str, width: int) -> str:
        if cell_width(text) <= width:
            return text
        return f"{text[: width - 1]}~" if self._ascii else clip(text, width)

    def _pad(self, text: str, width: int) -> str:
        line = self._clean(text, width)
        return line + " " * (width - cell_width(line))
