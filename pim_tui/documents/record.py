"""A customer's whole record on paper: who it is, how to reach them, and everything the book has of them."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Final

from ..domain.money import figures
from .billtext import pairs as pairs_text
from .blocks import Letterhead, letterhead, printed_foot, running_head
from .fonts import Fonts
from .grid import amount, firm, free
from .paper import Paper, Printed
from .part import Part
from .textpage import TextPage, as_text
from .tillblocks import heading, pairs, paragraph
from .watch import UNWATCHED, Watch

_NOTE_LINES: Final = 200
"""Of one paragraph of a note; a longer one ends with an ellipsis."""


@dataclass(frozen=True, slots=True)
class Note:
    """A note in full; ``about`` is its kind, its day and its author."""

    about: str
    text: str


@dataclass(frozen=True, slots=True)
class RecordBill:
    """A bill of the record, in minor units; ``left`` is what the customer still owes of it."""

    day: str
    number: str
    kind: str
    status: str
    total: int
    left: int


def bills(found: Sequence[RecordBill], currency: str) -> Part:
    """The bills with what they came to, and the sum of what is owed."""
    rows = [
        (one.day, one.number, one.kind, one.status, figures(one.total, currency), figures(one.left, currency))
        for one in found
    ]
    owed = figures(sum(one.left for one in found), currency)
    columns = (
        firm("Day"),
        firm("Number"),
        free("Kind"),
        free("Status"),
        amount(f"Total {currency}"),
        amount(f"Left {currency}"),
    )
    return Part("Bills", columns, (*rows, ("", "", "Owed", "", "", owed)) if found else (), int(bool(found)))


@dataclass(frozen=True, slots=True)
class Record:
    """The record. ``identity`` and ``contacts`` are labels with their values, ``alerts`` stand first."""

    clinic: Letterhead
    name: str
    number: str
    printed_at: str
    zone: str
    identity: tuple[tuple[str, str], ...]
    contacts: tuple[tuple[str, str], ...]
    alerts: tuple[str, ...]
    parts: tuple[Part, ...]
    notes: tuple[Note, ...] = ()

    @property
    def title(self) -> str:
        """What it is; names nobody."""
        return "Customer record"

    def pdf(
        self,
        created: datetime,
        *,
        size: str = "A4",
        fonts: Fonts | None = None,
        watch: Watch = UNWATCHED,
    ) -> Printed:
        """The record as PDF."""
        paper = Paper(size, title=self.title, fonts=fonts, watch=watch)
        paper.new_page()
        letterhead(
            paper, self.clinic, ("Customer record", f"Customer {self.number}", f"Printed {self.printed_at}")
        )
        _Drawn(self, paper).draw()
        return paper.finish(created, foot=(printed_foot(self.printed_at, self.zone),))

    def text(self, *, width: int = 80, ascii_only: bool = False) -> str:
        """The record as text."""
        return as_text(self._lines(TextPage(width, ascii_only)))

    def _lines(self, page: TextPage) -> Iterator[str]:
        yield from page.head(self.clinic, ("Customer record", f"Customer {self.number}"))
        yield from ("", page.fit(self.name))
        for alert in self.alerts:
            yield from page.wrapped(f"! {alert}", page.width)
        yield ""
        yield from pairs_text(page, (*self.identity, *self.contacts))
        for part in self.parts:
            yield from part.lines(page)
        yield from ("", "Notes")
        for note in self.notes:
            yield from ("", page.fit(note.about))
            for line in note.text.split("\n"):
                yield from (f"  {part}" for part in page.wrapped(line, page.width - 2, _NOTE_LINES))
        if not self.notes:
            yield "None."
        yield ""
        yield from page.foot(printed_foot(self.printed_at, self.zone))


class _Drawn:
    """Draws one record on pages."""

    def __init__(self, record: Record, paper: Paper) -> None:
        self._record, self._paper = record, paper

    def draw(self) -> None:
        """All of it."""
        self._who()
        for part in self._record.parts:
            part.draw(self._paper, self._next_page)
        self._notes()

    def _next_page(self) -> None:
        record = self._record
        self._paper.new_page()
        running_head(self._paper, f"{record.clinic.name} · Customer record", f"{record.name} {record.number}")

    def _who(self) -> None:
        paper, record = self._paper, self._record
        name, warning = paper.style(13, bold=True), paper.style(10, bold=True)
        paragraph(paper, record.name, name, self._next_page, most=2)
        for alert in record.alerts:
            paragraph(paper, f"! {alert}", warning, self._next_page, most=3)
        paper.y += 2
        half = paper.usable * 0.5
        left = pairs(paper, record.identity, paper.left, paper.y, half - 4)
        right = pairs(paper, record.contacts, paper.left + half, paper.y, half)
        paper.y = max(left, right) + 2

    def _notes(self) -> None:
        paper, record = self._paper, self._record
        head, plain = paper.style(9, bold=True, grey=30), paper.style(9.5)
        heading(paper, "Notes", self._next_page, below=16)
        for note in record.notes:
            if paper.room < 16:
                self._next_page()
            paper.y += 1.5
            paragraph(paper, note.about, head, self._next_page, most=1)
            for line in note.text.split("\n"):
                paragraph(paper, line, plain, self._next_page, most=_NOTE_LINES)
        if not record.notes:
            paragraph(paper, "None.", plain, self._next_page)
