"""The lines of a bill or note, written with their taxes while the posting is still open."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from ..db.bulk import insert
from ..db.connection import select
from ..domain.pricing import PricedTax
from ..models import BillLine, LineTax


@dataclass(frozen=True, slots=True)
class NewLine:
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
            (
                posting_id, position, line.product_id, line.code, line.description, line.unit, line.quantity,
                line.unit_price, line.list_price, line.discount, line.bill_discount, line.net, line.tax,
                line.total, line.customer_share, line.payer_share, line.lot_id, line.lot_reason,
                line.directions, line.returns_id,
            )
            for position, line in enumerate(lines, 1)
        ),
    )  # fmt: skip
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
    BillLine.bill, BillLine.position, BillLine.product, BillLine.code, BillLine.description, BillLine.unit,
    BillLine.quantity, BillLine.unit_price, BillLine.list_price, BillLine.discount, BillLine.bill_discount,
    BillLine.net, BillLine.tax, BillLine.total, BillLine.customer_share, BillLine.payer_share, BillLine.lot,
    BillLine.lot_reason, BillLine.directions, BillLine.returns,
]  # fmt: skip
_TAX = [LineTax.line, LineTax.position, LineTax.name, LineTax.rate, LineTax.base, LineTax.amount]
