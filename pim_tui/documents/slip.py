"""A paper as lines of a receipt printer's own letters: a bill as it is on a roll, anything else in small."""

from __future__ import annotations

import textwrap
from collections.abc import Iterator, Sequence
from dataclasses import dataclass

from ..domain.money import figures
from .bill import ADDRESS_LINES, NOBODY, WHOLE, Bill, BillLine, Step
from .billpaper import BillPaper
from .document import Document
from .paper import printable
from .textpage import FORM_FEED, MIN_WIDTH


@dataclass(frozen=True, slots=True)
class SlipLine:
    """One line. ``large`` letters are twice as wide and as high, ``small`` ones three quarters as wide."""

    text: str = ""
    bold: bool = False
    large: bool = False
    small: bool = False
    middle: bool = False


def slip_of(document: Document, columns: int) -> tuple[SlipLine, ...]:
    """The paper in lines of at most ``columns`` letters; what is no bill has a third more, in small ones."""
    if isinstance(document, BillPaper):
        return tuple(_Slip(columns).lines(document.bill))
    text = document.text(width=max(MIN_WIDTH, columns * 4 // 3))
    return tuple(SlipLine(line.rstrip(FORM_FEED), small=True) for line in text.split("\n"))


class _Slip:
    """Sets a bill in lines of one width."""

    def __init__(self, columns: int) -> None:
        self._columns = columns

    def lines(self, bill: Bill) -> Iterator[SlipLine]:
        """The whole bill, in the order of a roll."""
        yield from self._head(bill)
        for line in bill.lines:
            yield from self._line(bill, line)
        yield self._rule()
        yield from self._steps(bill.steps, bill.currency)
        for row in bill.taxes:
            yield from self._pair(row.of(bill.figures(row.base)), bill.figures(row.tax))
        for title, found in bill.blocks:
            yield from (SlipLine(), SlipLine(title, bold=True))
            yield from self._steps(found, bill.currency)
        for told in (*bill.remarks, bill.measure):
            yield SlipLine()
            yield from self._wrapped(told)

    def _head(self, bill: Bill) -> Iterator[SlipLine]:
        for line in self._broken(bill.clinic.name, self._columns // 2):
            yield SlipLine(line, large=True, middle=True)
        for told in bill.clinic.below:
            yield from self._wrapped(told, middle=True)
        for one in bill.banners:
            for line in self._broken(one.word, self._columns // 2):
                yield SlipLine(line, bold=True, large=True, middle=True)
            yield from self._wrapped(one.why, middle=True)
        yield self._rule()
        yield from self._wrapped(bill.heading, bold=True)
        who = bill.customer
        named = (
            (who.name, *who.address[:ADDRESS_LINES], f"Customer {who.number}" if who.number else "")
            if who
            else ()
        )
        facts = [f"{label}: {value}" for label, value in bill.facts]
        for told in (bill.at, f"Cashier {bill.cashier}", *(named or (NOBODY,)), *facts):
            yield from self._wrapped(told)
        yield self._rule()

    def _line(self, bill: Bill, line: BillLine) -> Iterator[SlipLine]:
        yield from self._wrapped(line.text)
        yield from self._wrapped(line.known)
        off = bill.figures(-line.discount) if line.discount else ""
        told = " · ".join(filter(None, (f"{line.quantity} x {bill.figures(line.unit)}", off, line.tax)))
        yield from self._pair(f"  {told}", bill.figures(line.total))

    def _steps(self, steps: Sequence[Step], currency: str) -> Iterator[SlipLine]:
        for step in steps:
            amount = figures(step.amount, currency)
            yield from self._pair(step.named(currency), amount, bold=step.strong)

    def _pair(self, left: str, right: str, *, bold: bool = False) -> Iterator[SlipLine]:
        """A label and an amount on one line, or on two where one is too narrow for both."""
        if len(left) + len(right) + 1 > self._columns:
            yield from self._wrapped(left, bold=bold)
            left = ""
        yield SlipLine(left + right.rjust(self._columns - len(left)), bold=bold)

    def _wrapped(self, text: str, *, bold: bool = False, middle: bool = False) -> Iterator[SlipLine]:
        for line in self._broken(text, self._columns):
            yield SlipLine(line, bold=bold, middle=middle)

    def _broken(self, text: str, width: int) -> list[str]:
        return textwrap.wrap(printable(text, width * (WHOLE + 1)), width, max_lines=WHOLE, placeholder="…")

    def _rule(self) -> SlipLine:
        return SlipLine("-" * self._columns)
