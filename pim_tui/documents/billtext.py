"""A bill, receipt or credit note as plain text."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from typing import Final

from ..domain.money import figures
from ..domain.text import cell_width
from .bill import (
    ADDRESS_LINES,
    NAME_LINES,
    NOBODY,
    WHOLE,
    Banner,
    Bill,
    BillLine,
    Party,
    Step,
)
from .textpage import TextColumn, TextPage, as_text

_COLUMNS: Final = (
    TextColumn("Qty", firm=True, to_the_right=True),
    TextColumn("Description"),
    TextColumn("Price", firm=True, to_the_right=True),
    TextColumn("Discount", firm=True, to_the_right=True),
    TextColumn("Tax", firm=True, to_the_right=True),
    TextColumn("Total", firm=True, to_the_right=True),
)
TAX_COLUMNS: Final = (
    TextColumn("Tax rate", firm=True),
    *(TextColumn(title, firm=True, to_the_right=True) for title in ("Base", "Tax", "With tax")),
)


def written(bill: Bill, width: int, ascii_only: bool) -> str:
    """The bill in lines of at most ``width`` columns, ended by newlines."""
    return as_text(_lines(TextPage(width, ascii_only), bill))


def _lines(page: TextPage, bill: Bill) -> Iterator[str]:
    yield from page.head(bill.clinic, (bill.heading, bill.at, f"Cashier {bill.cashier}"))
    yield from banners(page, bill.banners)
    yield from party(page, bill.customer)
    yield from pairs(page, bill.facts)
    yield ""
    if bill.lines:
        rows = [_cells(bill, line) for line in bill.lines]
        yield from page.table(_COLUMNS, rows, [line.known for line in bill.lines], whole=WHOLE)
        yield "-" * page.width
    yield from steps(page, bill.steps, bill.currency)
    if bill.taxes:
        yield ""
        yield from page.table(TAX_COLUMNS, [_tax(bill, at) for at in range(len(bill.taxes))])
    for title, sums in bill.blocks:
        yield from ("", title)
        yield from steps(page, sums, bill.currency)
    for remark in bill.remarks:
        yield ""
        yield from page.wrapped(remark, page.width, WHOLE)
    yield ""
    yield from page.foot(bill.measure)


def _cells(bill: Bill, line: BillLine) -> tuple[str, ...]:
    discount = bill.figures(-line.discount) if line.discount else ""
    return (
        str(line.quantity),
        line.text,
        bill.figures(line.unit),
        discount,
        line.tax,
        bill.figures(line.total),
    )


def _tax(bill: Bill, at: int) -> tuple[str, ...]:
    row = bill.taxes[at]
    return row.rate, bill.figures(row.base), bill.figures(row.tax), bill.figures(row.base + row.tax)


def banners(page: TextPage, told: Sequence[Banner]) -> Iterator[str]:
    """Words that must not be overlooked, between stars."""
    for one in told:
        yield page.fit(f"*** {one.word} ***").center(page.width)
        yield from page.wrapped(one.why, page.width)


def party(page: TextPage, who: Party | None) -> Iterator[str]:
    """Name, number and address."""
    yield ""
    if who is None:
        yield NOBODY
        return
    for told in (who.name, *who.address[:ADDRESS_LINES]):
        yield from page.wrapped(told, page.width, NAME_LINES)
    if who.number:
        yield page.fit(f"Customer {who.number}")


def pairs(page: TextPage, told: Sequence[tuple[str, str]]) -> Iterator[str]:
    """Labels with what belongs to each; an amount behind a long label goes to the next line."""
    for label, value in told:
        name, rest = page.plain(label), page.plain(value)
        if cell_width(name) + cell_width(rest) + 2 <= page.width:
            yield f"{name}  {rest}"
            continue
        yield page.fit(name)
        yield from (f"    {line}" for line in page.wrapped(rest, page.width - 4))


def steps(page: TextPage, told: Sequence[Step], currency: str) -> Iterator[str]:
    """Labels where the right two thirds begin, or before that where they are long; amounts at the margin."""
    longest = max((cell_width(page.plain(step.named(currency))) for step in told), default=0)
    for step in told:
        amount = figures(step.amount, currency)
        space = page.width - max(24, len(amount) + 2)
        indent = max(0, min(page.width // 3, space - longest))
        label = page.pad(step.named(currency), space - indent)
        yield " " * indent + label + amount.rjust(page.width - space)
