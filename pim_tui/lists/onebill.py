"""One document as a list: what it is, its lines and taxes, and everything about its money."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import date
from typing import NamedTuple

from ..domain.moments import Zone, day_of
from ..queries.bills import BillPage, SettledRow, bill_page
from ..queries.page import Page, Totals
from .spec import Chosen, Column, ListSpec, Scope


class PartRow(NamedTuple):
    """One row; ``part`` says what of the document it is. Amounts are minor units of ``currency``."""

    part: str
    number: str
    day: date | None
    what: str
    quantity: int | None
    price: int | None
    amount: int
    who: str
    currency: str


_COLUMNS = (
    Column("Part", "part", width=10, rank=9),
    Column("Number", "number", width=13, rank=8),
    Column("Date", "day", "date", 11, rank=6),
    Column("What", "what", width=20, rank=9, grow=True),
    Column("Quantity", "quantity", "number", 8, rank=5),
    Column("Price", "price", "money", 9, rank=5),
    Column("Amount", "amount", "money", 10, rank=10),
    Column("By", "who", width=12, rank=4),
)


def one_bill(posting_id: int, title: str) -> ListSpec[PartRow]:
    """The list of a document; ``title`` is its number."""

    def query(scope: Scope, chosen: Chosen, limit: int, offset: int) -> Page[PartRow]:
        page = bill_page(posting_id)
        rows = tuple(rows_of(page, scope.zone))
        totals = Totals(len(rows), currency=page.header.currency)
        return Page(rows[offset : offset + limit], totals, offset)

    return ListSpec("row", title, PartRow, query, _COLUMNS)


def rows_of(page: BillPage, zone: Zone) -> Iterator[PartRow]:
    """Everything that stands on the page of a document."""
    head = page.header
    money = head.currency
    about = ": ".join(filter(None, (head.kind.word, head.reason or head.note)))
    yield PartRow("document", head.code, head.day, about, None, None, head.amount, head.staff, money)
    for line in page.lines:
        yield PartRow(
            "line", line.code, None, line.description, line.quantity, line.unit_price, line.total, "", money
        )
    for tax in page.taxes:
        yield PartRow("tax", "", None, f"{tax.name} {tax.rate / 1000:g} %", None, None, tax.amount, "", money)
    for part in page.parts:
        yield PartRow("method", "", None, part.method, None, None, part.amount, "", money)
    yield from (_settled("settled by", row, money) for row in page.settled_by)
    yield from (_settled("settles", row, money) for row in page.settles)
    for one in page.returns:
        day, told = day_of(one.requested_at, zone), f"{one.state}: {one.reason}"
        yield PartRow(
            "return", "", day, told, None, None, one.value + one.payer_value, one.requested_by, money
        )
    for fix in page.corrections:
        what = f"{fix.kind.word}{' (void)' if fix.voided else ''}: {fix.reason}"
        yield PartRow("correction", fix.code, fix.day, what, None, None, fix.amount, fix.staff, money)


def _settled(part: str, row: SettledRow, currency: str) -> PartRow:
    how = ", ".join(method for method, _ in row.by) or row.kind.word.lower()
    return PartRow(part, row.code, row.day, how, None, None, row.amount, row.staff, currency)
