"""A page that shows what a printer does: how far it prints, its accents, bars and squares."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import datetime
from typing import Final

from .blocks import Letterhead
from .fonts import Fonts
from .paper import ROLL, ROLL_SIZE, Paper, Printed
from .textpage import TextPage, as_text
from .tillblocks import paragraph

LETTERS: Final = (
    ("Western", "àâäåæçéèêëîïñóôöøùúûüß ÀÄÇÉÑÖØÜ"),
    ("Central", "ąćčďęěłńňőřśšťůűźžż ŁŠŽ"),
    ("Cyrillic", "абвгдежзийклмн АБВГДЕЖЗ"),
    ("Money", "€ £ ¥ $ 1,234.50 -0.05"),
)
_SIDE: Final = 0.9
"""Millimetres of one square of the QR code."""
_RULER: Final = 5


@dataclass(frozen=True, slots=True)
class TestPage:
    """``printer`` is where it goes, ``at`` when it was made."""

    __test__ = False

    clinic: Letterhead
    printer: str
    at: str

    @property
    def title(self) -> str:
        """What it is."""
        return "Test page"

    @property
    def code(self) -> str:
        """What the bars and squares say."""
        return "PIM-TUI-TEST"

    def pdf(self, created: datetime, *, size: str = "A4", fonts: Fonts | None = None) -> Printed:
        """The page as PDF: a frame 5 mm from the edges, a ruler, letters in three sizes, a QR code."""
        form = ROLL if size.lower() == ROLL_SIZE else size
        paper = Paper(form, title=self.title, fonts=fonts)
        paper.new_page()
        if form is not ROLL:
            paper.frame(_RULER, _RULER, paper.width - 2 * _RULER, paper.height - 2 * _RULER, grey=0)
        paragraph(paper, self.title, paper.style(18, bold=True), paper.new_page)
        measured = "80 mm roll" if form is ROLL else f"{paper.width:g} x {paper.height:g} mm"
        for told in self._facts(measured):
            paragraph(paper, told, paper.style(10), paper.new_page)
        _ruler(paper)
        for name, letters in LETTERS:
            for points in (7, 10, 14):
                paragraph(paper, f"{name}: {letters}", paper.style(points), paper.new_page, most=2)
        _squares(paper, self.code)
        return paper.finish(created)

    def text(self, *, width: int = 80, ascii_only: bool = False) -> str:
        """The page as text, with a line that shows its width."""
        return as_text(self._lines(TextPage(width, ascii_only)))

    def _facts(self, measured: str) -> tuple[str, ...]:
        return (
            self.clinic.name,
            f"Printer: {self.printer}",
            self.at,
            f"Paper: {measured}",
            "A frame that is whole on all four sides is 5 mm from the edge; the ruler is 50 mm long.",
        )

    def _lines(self, page: TextPage) -> Iterator[str]:
        yield from page.head(self.clinic, (self.title, self.at))
        yield page.fit(f"Printer: {self.printer}")
        yield ("1234567890" * (page.width // 10 + 1))[: page.width]
        for name, letters in LETTERS:
            yield page.fit(f"{name}: {letters}")
        yield from page.foot(f"This line is the last one, {page.width} columns wide at most.")


def _ruler(paper: Paper) -> None:
    """Fifty millimetres, marked every ten."""
    paper.y += 8
    paper.rule(paper.left, paper.y, paper.left + 50, paper.y, weight=0.3)
    for at in range(0, 51, 10):
        paper.rule(paper.left + at, paper.y - 3, paper.left + at, paper.y, weight=0.3)
    paper.y += 4


def _squares(paper: Paper, text: str) -> None:
    """A QR code, drawn square by square; a run of dark ones is one area."""
    import segno

    top = paper.y + 4
    for number, row in enumerate(segno.make(text, micro=False).matrix):
        for at, dark in enumerate(row):
            if dark:
                paper.area(paper.left + at * _SIDE, top + number * _SIDE, _SIDE, _SIDE, 0)
        paper.y = top + (number + 1) * _SIDE
    paragraph(paper, text, paper.style(9), paper.new_page)
