"""The label of a dispensed item (K4): who takes what, how, and from which lot."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import datetime
from typing import Final

from .fonts import Fonts
from .ink import Style
from .paper import Format, Paper, Printed
from .textpage import TextPage, as_text

LABEL: Final = Format(70.0, 36.0, edge=2.5, top=2.0, black=True)
"""The label most printers of labels are loaded with."""
_SIZES: Final = (9.0, 8.0, 7.0, 6.0)
_MOST_LINES: Final = 40
"""Of directions; they go on on another label, never cut short on the first."""


@dataclass(frozen=True, slots=True)
class Label:
    """A label. ``quantity`` is "20 tablets", ``day`` and ``expires`` as they shall read, both never cut."""

    clinic: str
    phone: str
    customer: str
    item: str
    directions: str
    quantity: str
    day: str
    lot: str = ""
    expires: str = ""
    copy: int = 0

    @property
    def title(self) -> str:
        """What it is; names nobody."""
        return "Label"

    @property
    def ends(self) -> tuple[tuple[str, str], ...]:
        """The last lines, left and right: how much and when, which lot and until when."""
        copy = f"COPY {self.copy}" if self.copy else ""
        lot = f"Lot {self.lot}" if self.lot else ""
        expires = f"use before {self.expires}" if self.expires else ""
        told = (
            (self.quantity, " · ".join(filter(None, (copy, self.day)))),
            (lot, expires),
            (self.clinic, self.phone),
        )
        return tuple(one for one in told if any(one))

    def pdf(
        self,
        created: datetime,
        *,
        size: str = "",
        fonts: Fonts | None = None,
        form: Format = LABEL,
    ) -> Printed:
        """The label as PDF, on labels of the ``form`` given whatever paper the clinic has.

        Directions that are too long for one label go on on the next.
        """
        paper = Paper(form, title=self.title, fonts=fonts)
        _Drawn(self, paper).draw()
        return paper.finish(created)

    def text(self, *, width: int = 80, ascii_only: bool = False) -> str:
        """The label as text."""
        return as_text(self._lines(TextPage(width, ascii_only)))

    def _lines(self, page: TextPage) -> Iterator[str]:
        yield "-" * page.width
        yield page.fit(self.customer)
        yield page.fit(self.item)
        yield ""
        yield from page.wrapped(self.directions, page.width, _MOST_LINES)
        yield ""
        for left, right in self.ends:
            told = page.clean(right, page.width // 2)
            yield page.pad(left, page.width - len(told) - 2) + "  " + told
        yield "-" * page.width


class _Drawn:
    """Draws the labels of one item."""

    def __init__(self, label: Label, paper: Paper) -> None:
        self._label, self._paper = label, paper
        self._name, self._end = paper.style(9.5, bold=True), paper.style(7)
        self._foot = paper.height - paper.top - len(label.ends) * self._end.line_height

    def draw(self) -> None:
        """As many labels as the directions need."""
        paper = self._paper
        paper.new_page()
        room = self._foot - self._head() - 0.5
        style, lines = self._fitting(room)
        most = max(1, int(room / style.line_height))
        parts = [lines[at : at + most] for at in range(0, len(lines), most)] or [()]
        for number, part in enumerate(parts, 1):
            if number > 1:
                paper.new_page()
                self._head()
            for line in part:
                paper.y += style.line_height
                paper.text(paper.left, paper.y - style.line_height * 0.15, line, style)
            self._ends(f"label {number} of {len(parts)}" if len(parts) > 1 else "")

    def _head(self) -> float:
        """Who takes what; the height at which it ends."""
        paper, label = self._paper, self._label
        for words, lines in ((label.customer, 1), (label.item, 2)):
            for line in paper.wrap(words, paper.usable, self._name, lines):
                paper.y += self._name.line_height
                paper.text(paper.left, paper.y - self._name.line_height * 0.2, line, self._name)
        paper.across(paper.y + 0.2, weight=0.2)
        paper.y += 0.5
        return paper.y

    def _fitting(self, room: float) -> tuple[Style, tuple[str, ...]]:
        """The directions in the largest letters in which they stand on one label, else in the smallest."""
        for points in _SIZES:
            style = self._paper.style(points, bold=points == _SIZES[0])
            lines = self._paper.wrap(self._label.directions, self._paper.usable, style, _MOST_LINES)
            if len(lines) * style.line_height <= room:
                break
        return style, lines

    def _ends(self, part: str) -> None:
        """What must never be missing, at the foot; a long lot gives way to the date beside it."""
        paper, style = self._paper, self._end
        y = self._foot
        for number, (left, right) in enumerate(self._label.ends):
            y += style.line_height
            told = " · ".join(filter(None, (right, part if not number else "")))
            baseline = y - style.line_height * 0.2
            room = paper.usable - paper.measure(told, style) - 2
            if room > 3:
                paper.text(paper.left, baseline, left, style, width=room)
            paper.text(paper.right, baseline, told, style, align="R")
