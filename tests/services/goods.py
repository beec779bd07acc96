"""Products and their stock, for tests of what is done with them."""

from __future__ import annotations

from dataclasses import replace
from datetime import date
from typing import Any

from pim_tui.db.connection import select
from pim_tui.domain.productfields import ProductFields
from pim_tui.queries.stock import LotRow, lots_of
from pim_tui.services.catalogue import AddProduct, add_product
from pim_tui.services.receiving import Received, ReceiveStock, receive_stock
from tests.services.desk import desk

GAUZE = ProductFields(name="Gauze 10x10", code="G10", price="4.50", tracked=True)
SYRUP = ProductFields(name="Cough syrup", code="CS", price="7.20", lots=True, medicine=True)
LATER = date(2027, 5, 31)


def product(fields: ProductFields = GAUZE, **changes: Any) -> int:
    """The id of a new product."""
    return add_product(desk(), AddProduct(replace(fields, **changes))).ids[0]


def receive(product_id: int, quantity: int, **more: Any) -> str:
    """Take in some of it; what is said about it."""
    return receive_stock(desk(), ReceiveStock((Received(product_id, quantity, **more),))).says


def the_lot(product_id: int, code: str = "") -> LotRow:
    """The product's lot of that code, as it stands."""
    return next(row for row in lots_of(product_id, empty=True) if row.code == code)


def movements(product_id: int) -> list[tuple[Any, ...]]:
    """(kind, place, quantity, on hand) of everything that was moved."""
    return select(
        "select m.kind, m.place, m.quantity, m.on_hand from stock_movement m join lot l on l.id = m.lot_id"
        " where l.product_id = ? order by m.id",
        [product_id],
    )
