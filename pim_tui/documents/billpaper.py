"""A bill, receipt or credit note on a sheet of paper; on a roll it is a :mod:`pim_tui.documents.receipt`."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime
from typing import Final

from . import billtext, receipt
from .bill import WHOLE, Bill, BillLine
from .blocks import LINE_GAP, Cell, Column, LineTable, letterhead, running_head
from .fonts import Fonts
from .grid import (
    GAP,
    Grid,
    GridColumn,
    amount,
    cleaned,
    firm,
    fitted,
    free,
    needed,
    spread,
    squeezed,
)
from .ink import Style
from .paper import ROLL_SIZE, Paper, Printed
from .tillblocks import banner, heading, pairs, paragraph, party, steps

_SIZES: Final = (9.5, 8.5, 7.5, 6.5, 5.5)


@dataclass(frozen=True, slots=True)
class BillPaper:
    """A bill as a document."""

    bill: Bill

    @property
    def title(self) -> str:
        """What it is; names nobody."""
        return self.bill.heading

    def pdf(self, created: datetime, *, size: str = "A4", fonts: Fonts | None = None) -> Printed:
        """The bill as PDF, on ``A4``, ``A5``, ``letter`` or an 80 mm ``roll``."""
        if size.lower() == ROLL_SIZE:
            return receipt.roll(self.bill, created, fonts)
        return _Sheet(self.bill, Paper(size, title=self.title, fonts=fonts)).draw(created)

    def text(self, *, width: int = 80, ascii_only: bool = False) -> str:
        """The bill as text."""
        return billtext.written(self.bill, width, ascii_only)


class _Sheet:
    """Draws one bill on pages."""

    def __init__(self, bill: Bill, paper: Paper) -> None:
        self._bill, self._paper = bill, paper

    def draw(self, created: datetime) -> Printed:
        bill, paper = self._bill, self._paper
        paper.new_page()
        letterhead(paper, bill.clinic, (bill.title, bill.number, bill.at, f"Cashier {bill.cashier}"))
        for told in bill.banners:
            banner(paper, told)
        self._who()
        if bill.lines:
            self._lines()
        self._sums()
        for title, sums in bill.blocks:
            heading(paper, title, self._next_page)
            steps(paper, sums, bill.currency, paper.left, paper.usable * 0.5, self._next_page)
        paper.y += 3
        for remark in bill.remarks:
            paragraph(paper, remark, paper.style(9), self._next_page)
        return paper.finish(created, foot=(f"{bill.heading} · {bill.measure}",))

    def _next_page(self) -> None:
        bill = self._bill
        marks = [told.word for told in bill.banners]
        self._paper.new_page()
        running_head(self._paper, bill.clinic.name, " · ".join((bill.heading, *marks)))

    def _who(self) -> None:
        bill, paper = self._bill, self._paper
        half = paper.usable * 0.5
        low = party(paper, bill.customer, paper.left, paper.y, half - 4)
        low = max(low, pairs(paper, bill.facts, paper.left + half, paper.y, half))
        paper.y = low + 4

    def _lines(self) -> None:
        """The lines of the bill; what a line has nothing of makes no column."""
        bill, paper = self._bill, self._paper
        found = _columns(bill)
        rows = cleaned(list(zip(*(_texts(bill, title) for title, _ in found), strict=True)))
        columns = [column for _, column in found]
        style, widths = _chosen(paper, columns, rows)
        small = Style(max(5.5, style.size - 1.5), grey=30)
        table = LineTable(
            paper,
            [Column(one.title, width, one.align) for one, width in zip(columns, widths, strict=True)],
            self._next_page,
        )
        table.titles()
        at = [title for title, _ in found].index("text")
        for line, row in zip(bill.lines, rows, strict=True):
            cells: list[Cell] = [((text, style),) for text in row]
            cells[at] = _described(paper, line, widths[at] - LINE_GAP, style, small)
            table.row(cells)
        paper.y += 2

    def _sums(self) -> None:
        """The taxes on the left, what it comes to on the right; where they are too wide, below each other."""
        bill, paper = self._bill, self._paper
        wide = paper.usable * 0.46
        tall = (len(bill.steps) + 1) * paper.style(11).line_height
        if paper.room < tall < paper.bottom - paper.top - 20:
            self._next_page()
        page, top = paper.page, paper.y
        steps(paper, bill.steps, bill.currency, paper.right - wide, wide, self._next_page)
        if bill.taxes:
            low, beside = paper.y, paper.page == page and self._taxes_beside(top, paper.usable - wide - 6)
            paper.y = max(low, paper.y) if beside else low
            if not beside:
                Grid(paper, TAX_COLUMNS, tax_rows(bill), self._next_page).draw()

    def _taxes_beside(self, top: float, width: float) -> bool:
        """The taxes at ``top``, if they find room in ``width`` and on the page."""
        paper, rows = self._paper, cleaned(tax_rows(self._bill))
        style = paper.style(8.5)
        widths = needed(paper, TAX_COLUMNS, rows, style)
        if sum(widths) > width or top + (len(rows) + 2) * (style.line_height + 1) > paper.bottom:
            return False
        paper.y = top
        Grid(
            paper, TAX_COLUMNS, rows, self._next_page, style=style, widths=widths, span=sum(widths) - GAP
        ).draw()
        return True


def _columns(bill: Bill) -> list[tuple[str, GridColumn]]:
    """The columns by what they tell of a line."""
    every = [("quantity", amount("Qty")), ("text", free("Description")), ("unit", amount("Price"))]
    if any(line.discount for line in bill.lines):
        every.append(("discount", amount("Discount")))
    if any(line.tax for line in bill.lines):
        every.append(("tax", amount("Tax")))
    return [*every, ("total", amount(f"Total {bill.currency}"))]


def _texts(bill: Bill, title: str) -> list[str]:
    return [cell(bill, line, title) for line in bill.lines]


def cell(bill: Bill, line: BillLine, title: str) -> str:
    """What a line tells in one column."""
    value = getattr(line, title)
    if title == "discount":
        return bill.figures(-value) if value else ""
    return bill.figures(value) if title in ("unit", "total") else str(value)


def _chosen(
    paper: Paper, columns: list[GridColumn], rows: list[tuple[str, ...]]
) -> tuple[Style, list[float]]:
    """The largest letters in which no amount is cut."""
    for points in _SIZES:
        style = paper.style(points)
        wanted = needed(paper, columns, rows, style)
        widths = fitted(paper, columns, wanted, paper.usable + LINE_GAP)
        if widths is not None:
            return style, spread(widths, columns, paper.usable + LINE_GAP)
    return style, squeezed(wanted, paper.usable + LINE_GAP)


def _described(paper: Paper, line: BillLine, width: float, style: Style, small: Style) -> Cell:
    told = [(one, style) for one in paper.wrap(line.text, width, style, WHOLE)]
    told += [(one, small) for one in paper.wrap(line.known, width, small, WHOLE)]
    return tuple(told) or (("", style),)


TAX_COLUMNS: Final = (firm("Tax rate"), amount("Base"), amount("Tax"), amount("With tax"))


def tax_rows(bill: Bill) -> list[tuple[str, ...]]:
    """What each rate comes to, as texts."""
    return [
        (row.rate, bill.figures(row.base), bill.figures(row.tax), bill.figures(row.base + row.tax))
        for row in bill.taxes
    ]
