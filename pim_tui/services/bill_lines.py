"""The lines of a bill or note, written with their taxes while the posting is still open."""

from __future__ import annotations

from collections.abc import Sequence
from typing import NamedTuple

from ..db.bulk import insert
from ..db.connection import select
from ..domain.pricing import PricedTax
from ..models import BillLine, LineTax


class NewLine(NamedTuple):
    """One line as it is posted, amounts in minor units; see :class:`~pim_tui.models.BillLine`."""

    description: str
    quantity: int
    unit_price: int
    net: int
    tax: int
    total: int
    customer_share: int
    payer_share: int = 0
    taxes: tuple[PricedTax, ...] = ()
    product_id: int | None = None
    code: str = ""
    unit: str = ""
    list_price: int | None = None
    discount: int = 0
    bill_discount: int = 0
    lot_id: int | None = None
    lot_reason: str = ""
    directions: str = ""
    returns_id: int | None = None


def write_lines(posting_id: int, lines: Sequence[NewLine]) -> tuple[int, ...]:
    """Write the lines of an open posting in their order; their ids.

    Index: ``bill_line (bill, position)``.
    """
    insert(
        _LINE,
        (
            (posting_id, position, *line[:_BEFORE], *line[_BEFORE + 1 :])
            for position, line in enumerate(lines, 1)
        ),
    )
    ids = tuple(
        id_ for (id_,) in select("select id from bill_line where bill_id = ? order by position", [posting_id])
    )
    insert(
        _TAX,
        (
            (id_, position, tax.name, tax.rate, tax.base, tax.amount)
            for id_, line in zip(ids, lines, strict=True)
            for position, tax in enumerate(line.taxes, 1)
        ),
    )
    return ids


_LINE = [
    BillLine.bill, BillLine.position, BillLine.description, BillLine.quantity, BillLine.unit_price,
    BillLine.net, BillLine.tax, BillLine.total, BillLine.customer_share, BillLine.payer_share,
    BillLine.product, BillLine.code, BillLine.unit, BillLine.list_price, BillLine.discount,
    BillLine.bill_discount, BillLine.lot, BillLine.lot_reason, BillLine.directions, BillLine.returns,
]  # fmt: skip
"""Behind the bill and the position the fields of :class:`NewLine`, in their order, but for its taxes."""
_BEFORE = NewLine._fields.index("taxes")
_TAX = [LineTax.line, LineTax.position, LineTax.name, LineTax.rate, LineTax.base, LineTax.amount]
