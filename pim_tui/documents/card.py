"""The appointment card: what somebody takes home. When, how long, with whom and where; never why."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import datetime
from typing import Final

from .blocks import Letterhead, issuer, printed_foot
from .daysheet import hours
from .fonts import Fonts
from .paper import Paper, Printed
from .textpage import TextPage, as_text

WIDTH: Final = 148.0
"""Of a postcard lying down (A6); where the paper is narrower, what it has."""
MOST: Final = 6
"""Visits on one card; more are counted."""
_CHANGE: Final = "If you cannot come, please tell us as early as you can"
_EDGE: Final = 5.0


@dataclass(frozen=True, slots=True)
class CardVisit:
    """One coming visit: ``day`` with its weekday ("Tuesday 24 November 2026"), ``time`` of its start."""

    day: str
    time: str
    minutes: int
    staff: str
    where: str = ""


@dataclass(frozen=True, slots=True)
class Card:
    """The coming visits of one customer, the next one first; ``more`` counts those that are not listed."""

    clinic: Letterhead
    customer: str
    printed_at: str
    zone: str
    visits: tuple[CardVisit, ...]
    more: int = 0

    @property
    def title(self) -> str:
        """What it is; the queue of a printer shows it to everybody."""
        return "Appointment card"

    @property
    def reach(self) -> str:
        """How to tell the clinic that one cannot come."""
        phone = self.clinic.phone
        return f"{_CHANGE}: {phone}" if phone else f"{_CHANGE}."

    @property
    def rest(self) -> str:
        """What the card does not list."""
        return f"and {self.more} more later" if self.more else ""

    def pdf(self, created: datetime, *, size: str = "A4", fonts: Fonts | None = None) -> Printed:
        """The card at the top of the paper, in a frame to cut along."""
        paper = Paper(size, title=self.title, fonts=fonts)
        paper.new_page()
        wide = min(WIDTH, paper.usable)
        top, inside = paper.y, wide - 2 * _EDGE
        x = paper.left + _EDGE
        y = issuer(paper, self.clinic, x, top + _EDGE - 2, inside) + 3
        paper.rule(x, y, x + inside, y, weight=0.4)
        y = self._visits(paper, x, y + 2, inside)
        small = paper.style(9.5)
        for line in paper.wrap(self.reach, inside, small, 2):
            y += small.line_height
            paper.text(x, y, line, small)
        paper.frame(paper.left, top, wide, y + _EDGE - top)
        return paper.finish(created, foot=(printed_foot(self.printed_at, self.zone),))

    def _visits(self, paper: Paper, x: float, y: float, width: float) -> float:
        """Whose they are and when they are; the height at which they end."""
        name, when, plain = paper.style(13, bold=True), paper.style(13, bold=True), paper.style(11)
        y += name.line_height
        paper.text(x, y, self.customer, name, width=width)
        y += 2
        for visit in self.visits:
            y += when.line_height
            used = paper.text(x, y, f"{visit.day}, {visit.time}", when)
            if used + 22 < width:
                paper.text(x + used, y, hours(visit.minutes), plain, width=width - used, align="R")
            for line in paper.wrap(_with(visit), width, plain, 2):
                y += plain.line_height
                paper.text(x, y, line, plain)
            y += 2
        told = self.rest or ("" if self.visits else "No visits are booked.")
        if told:
            y += plain.line_height
            paper.text(x, y, told, plain, width=width)
        return y + 2

    def text(self, *, width: int = 80, ascii_only: bool = False) -> str:
        """The card as text."""
        return as_text(_lines(TextPage(width, ascii_only), self))


def _with(visit: CardVisit) -> str:
    return " · ".join(filter(None, (f"with {visit.staff}" if visit.staff else "", visit.where)))


def _lines(page: TextPage, card: Card) -> Iterator[str]:
    yield from page.head(card.clinic, (card.title,))
    yield from (page.fit(card.customer), "")
    for visit in card.visits:
        yield page.fit(f"{visit.day}, {visit.time} · {hours(visit.minutes)}")
        yield f"    {page.clean(_with(visit), page.width - 4)}"
    if told := card.rest or ("" if card.visits else "No visits are booked."):
        yield page.fit(told)
    yield ""
    yield from page.foot(card.reach, printed_foot(card.printed_at, card.zone))
