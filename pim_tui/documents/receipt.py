"""A bill, receipt or credit note on the 80 mm roll of a receipt printer: black only, as long as it needs."""

from __future__ import annotations

from datetime import datetime

from .bill import ADDRESS_LINES, NAME_LINES, NOBODY, WHOLE, Bill, BillLine
from .fonts import Fonts
from .ink import Style
from .paper import ROLL, Paper, Printed
from .rollblocks import heads, pair
from .tillblocks import banner, heading, paragraph, smaller, steps


def roll(bill: Bill, created: datetime, fonts: Fonts | None = None) -> Printed:
    """The bill on a roll; only one of hundreds of lines takes a second page."""
    paper = Paper(ROLL, title=bill.heading, fonts=fonts)
    paper.new_page()
    heads(paper, bill.clinic)
    for told in bill.banners:
        banner(paper, told)
    _head(paper, bill)
    for line in bill.lines:
        _line(paper, bill, line)
    paper.y += 1
    steps(paper, bill.steps, bill.currency, paper.left, paper.usable, paper.new_page)
    _taxes(paper, bill)
    for title, found in bill.blocks:
        heading(paper, title, paper.new_page)
        steps(paper, found, bill.currency, paper.left, paper.usable, paper.new_page)
    paper.y += 2
    for remark in bill.remarks:
        paragraph(paper, remark, paper.style(8.5), paper.new_page, most=WHOLE)
    return paper.finish(created, foot=(bill.measure,))


def _head(paper: Paper, bill: Bill) -> None:
    """What it is, when, by whom and for whom."""
    big, plain = paper.style(11, bold=True), paper.style(8.5)
    paragraph(paper, bill.heading, big, paper.new_page, most=2)
    paragraph(paper, bill.at, plain, paper.new_page, most=1)
    paragraph(paper, f"Cashier {bill.cashier}", plain, paper.new_page, most=1)
    who = bill.customer
    if who is None:
        paragraph(paper, NOBODY, plain, paper.new_page, most=1)
    else:
        paragraph(paper, who.name, paper.style(8.5, bold=True), paper.new_page, most=NAME_LINES)
        for line in who.address[:ADDRESS_LINES]:
            paragraph(paper, line, plain, paper.new_page, most=NAME_LINES)
        paragraph(paper, f"Customer {who.number}" if who.number else "", plain, paper.new_page, most=1)
    for label, value in bill.facts:
        paragraph(paper, f"{label}: {value}", plain, paper.new_page, most=4)
    paper.y += 1.5
    paper.across(paper.y, weight=0.3)


def _line(paper: Paper, bill: Bill, line: BillLine) -> None:
    """What it is over the whole width; below it how many at which price, and what that comes to."""
    name, small = paper.style(9), paper.style(7.5)
    if name.line_height * 2 + small.line_height * 3 > paper.room:
        paper.new_page()
    paper.y += 0.8
    paragraph(paper, line.text, name, paper.new_page, most=WHOLE)
    paragraph(paper, line.known, small, paper.new_page, most=WHOLE)
    told = [f"{line.quantity} x {bill.figures(line.unit)}"]
    if line.discount:
        told.append(bill.figures(-line.discount))
    if line.tax:
        told.append(line.tax)
    pair(paper, " · ".join(told), bill.figures(line.total), small, name)


def _taxes(paper: Paper, bill: Bill) -> None:
    """What each rate comes to: rate and base on the left, the tax at the margin."""
    if not bill.taxes:
        return
    style: Style = paper.style(8)
    paper.y += 1.5
    for row in bill.taxes:
        left = row.of(bill.figures(row.base))
        pair(paper, left, bill.figures(row.tax), smaller(paper, left, style, paper.usable * 0.7), style)
