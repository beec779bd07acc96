"""The day's close: what was sold, paid, given back and voided, and what is in the drawer (M9)."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Final, Literal

from ..domain.money import figures
from .bill import TaxRow
from .blocks import Letterhead, letterhead, running_head
from .fonts import Fonts
from .grid import GridColumn, amount, firm, free
from .paper import ROLL, ROLL_SIZE, Paper, Printed
from .part import Part
from .rollblocks import heads
from .textpage import TextPage, as_text
from .tillblocks import paragraph

_KINDS = {"X": "X report", "Z": "Z report"}
IN_TWO_BASES: Final = "In two bases"
"""What is taken off once, because a line with two taxes is in the base of each."""
OVERDRAWN: Final = (
    "More cash went out of the drawer than was in it by the book: cash that was put in was not noted, or the"
    " float was counted wrongly."
)


@dataclass(frozen=True, slots=True)
class Counted:
    """How often something happened, and what it came to."""

    label: str
    count: int
    amount: int


@dataclass(frozen=True, slots=True)
class Voided:
    """A posted paper that was voided, and why (M3, M8)."""

    number: str
    amount: int
    by: str
    why: str


@dataclass(frozen=True, slots=True)
class CashMove:
    """Cash put into the drawer (above zero) or taken out, and why."""

    at: str
    amount: int
    by: str
    why: str


@dataclass(frozen=True, slots=True)
class Drawer:
    """The drawer. ``expected`` is what must be in it, ``counted`` what was; None until then.

    ``corrections`` put the count right and are part of ``counted``. ``overdrawn`` are the times that more
    went out than was in it, each with what was left then, below zero.
    """

    opening: int
    taken: int
    moves: tuple[CashMove, ...]
    expected: int
    counted: int | None = None
    corrections: tuple[CashMove, ...] = ()
    overdrawn: tuple[CashMove, ...] = ()

    @property
    def difference(self) -> int | None:
        """What is too much (above zero) or missing."""
        return None if self.counted is None else self.counted - self.expected


@dataclass(frozen=True, slots=True)
class DayClose:
    """An X report, any time, or the day's one Z report. ``remarks`` are what else belongs to it.

    ``journal_head`` is the digest the journal's chain ended with, so that the paper bears witness of it.
    ``late`` was posted after the close of the day before; what lowers what is owed or there is below zero.
    """

    clinic: Letterhead
    kind: Literal["X", "Z"]
    number: str
    day: str
    at: str
    by: str
    zone: str
    currency: str
    sales: tuple[Counted, ...]
    taxes: tuple[TaxRow, ...]
    payments: tuple[Counted, ...]
    refunds: tuple[Counted, ...]
    voids: tuple[Voided, ...]
    drawer: Drawer
    journal_head: str
    remarks: tuple[str, ...] = ()
    copy: int = 0
    written_off: Counted | None = None
    late: tuple[Voided, ...] = ()

    @property
    def title(self) -> str:
        """What it is."""
        copy = f"COPY {self.copy}" if self.copy else ""
        return " ".join(filter(None, (_KINDS[self.kind], self.number, copy)))

    @property
    def parts(self) -> tuple[Part, ...]:
        """Everything it tells, as tables."""
        return (
            self._counted("Sales", self.sales),
            self._taxes,
            self._counted("Payments", self.payments),
            self._counted("Refunds", self.refunds),
            *([self._counted("Written off", [self.written_off])] if self.written_off else []),
            *([self._one_by_one("Voided", self.voids)] if self.voids else []),
            *([self._one_by_one("After the last close", self.late)] if self.late else []),
            *self._drawer,
        )

    def _counted(self, title: str, found: Sequence[Counted]) -> Part:
        """A table with its sum; one that has nothing says so by a sum of nothing."""
        rows = [(one.label, f"{one.count:,}", self._figures(one.amount)) for one in found]
        total = sum(one.amount for one in found)
        rows.append(("All", f"{sum(one.count for one in found):,}", self._figures(total)))
        return Part(title, (free(""), amount("Number"), self._amount), tuple(rows), 1)

    @property
    def _taxes(self) -> Part:
        rows = [
            (row.rate, *map(self._figures, (row.base, row.tax, row.base + row.tax))) for row in self.taxes
        ]
        base, tax = sum(row.base for row in self.taxes), sum(row.tax for row in self.taxes)
        rows.append(("All", *map(self._figures, (base, tax, base + tax))))
        columns = (free(""), amount("Base"), amount("Tax"), amount("With tax"))
        return Part("Tax", columns, tuple(rows), 1)

    def _one_by_one(self, title: str, found: Sequence[Voided]) -> Part:
        rows = tuple((one.number, one.by, one.why, self._figures(one.amount)) for one in found)
        return Part(title, (firm("Number"), free("By"), free("Why"), self._amount), rows)

    @property
    def _drawer(self) -> tuple[Part, ...]:
        drawer, columns = self.drawer, (free(""), self._amount)
        moved = sum(move.amount for move in drawer.moves)
        told = [("Float at opening", drawer.opening), ("Cash taken less given back", drawer.taken)]
        told += [("Put in less taken out", moved), ("Expected", drawer.expected)]
        if drawer.counted is not None:
            told += [("Counted", drawer.counted), ("Difference", drawer.counted - drawer.expected)]
        rows = tuple((label, self._figures(minor)) for label, minor in told)
        found = Part("Drawer", columns, rows, 1 if drawer.counted is None else 3)
        moves = self._moves("Put in and taken out", drawer.moves)
        overdrawn = self._moves("More went out than was in it", drawer.overdrawn, f"Left {self.currency}")
        return (found, *moves, *overdrawn, *self._moves("The count put right", drawer.corrections))

    def _moves(self, title: str, moves: Sequence[CashMove], last: str = "") -> tuple[Part, ...]:
        rows = tuple((one.at, one.by, one.why, self._figures(one.amount)) for one in moves)
        columns = (firm("Time"), free("By"), free("Why"), amount(last) if last else self._amount)
        return (Part(title, columns, rows),) if rows else ()

    @property
    def _amount(self) -> GridColumn:
        return amount(f"Amount {self.currency}")

    def _figures(self, minor: int) -> str:
        return figures(minor, self.currency)

    @property
    def _head(self) -> tuple[str, ...]:
        return self.title, self.day, self.at, f"By {self.by}"

    @property
    def _ends(self) -> tuple[str, ...]:
        counted = "" if self.drawer.counted is not None else "The drawer was not counted."
        below = OVERDRAWN if self.drawer.overdrawn or self.drawer.expected < 0 else ""
        return tuple(filter(None, (counted, below, *self.remarks, f"Journal {self.journal_head}")))

    def pdf(self, created: datetime, *, size: str = "A4", fonts: Fonts | None = None) -> Printed:
        """The report as PDF, on a sheet or on a ``roll``."""
        on_roll = size.lower() == ROLL_SIZE
        paper = Paper(ROLL if on_roll else size, title=self.title, fonts=fonts)

        def next_page() -> None:
            paper.new_page()
            running_head(paper, self.clinic.name, f"{self.title} · {self.day}")

        paper.new_page()
        if on_roll:
            heads(paper, self.clinic)
            for number, line in enumerate(self._head):
                paragraph(paper, line, paper.style(8.5 if number else 11, bold=not number), next_page, most=2)
        else:
            letterhead(paper, self.clinic, self._head)
        for part in self.parts:
            part.draw(paper, next_page)
        paper.y += 3
        for line in self._ends:
            paragraph(paper, line, paper.style(8.5), next_page)
        return paper.finish(created, foot=(f"Times in {self.zone} · amounts in {self.currency}",))

    def text(self, *, width: int = 80, ascii_only: bool = False) -> str:
        """The report as text."""
        return as_text(self._lines(TextPage(width, ascii_only)))

    def _lines(self, page: TextPage) -> Iterator[str]:
        yield from page.head(self.clinic, self._head)
        for part in self.parts:
            yield from part.lines(page)
        yield ""
        for line in self._ends:
            yield from page.wrapped(line, page.width)
        yield from page.foot(f"Times in {self.zone} · amounts in {self.currency}")
