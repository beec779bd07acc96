"""Stock as lists: what there is, what is low, what expires, what was moved, what it is worth.

Those of :data:`STOCK_LISTS` are about the whole clinic, a register is about one product.
"""

from __future__ import annotations

from collections.abc import Callable
from datetime import date
from typing import Any

from ..domain.rights import Right
from ..queries.movements import WORDS, MovementFilter, MovementRow, movements
from ..queries.page import Page
from ..queries.stocklists import (
    LotOnHand,
    StockFilter,
    StockRow,
    ValueRow,
    expiring,
    products_in_stock,
    stock_value,
)
from .periods import ANY, Period
from .spec import AFTER, Choice, Chosen, Column, Filter, ListSpec, Metric, Scope

_TEXT = Filter("text", "Containing", "text")


def _today(scope: Scope) -> date:
    assert scope.today is not None
    return scope.today


def _products(scope: Scope, chosen: Chosen, limit: int, offset: int) -> Page[StockRow]:
    wanted = StockFilter(
        str(chosen.get("text", "")),
        low=bool(chosen.get("low", False)),
        expired=bool(chosen.get("expired", False)),
        in_stock=bool(chosen.get("in_stock", False)),
        retired=bool(chosen.get("retired", False)),
        untracked=bool(chosen.get("untracked", False)),
    )
    return products_in_stock(_today(scope), wanted, limit, offset)


_STOCK = (
    Column("Code", "code", width=10, rank=6),
    Column("Name", "name", width=20, rank=10, grow=True),
    Column("On hand", "on_hand", "number", 7, rank=9),
    Column("Reorder", "reorder_at", "number", 7, rank=7),
    Column("", "remark", width=10, rank=8),
    Column("Expired", "over", "number", 7, rank=5),
    Column("Aside", "aside", "number", 5, rank=4),
    Column("Category", "category", width=12, rank=3),
    Column("Price", "price", "money", 9, rank=2),
)

PRODUCTS = ListSpec(
    key="stock",
    title="Products in stock",
    tab="Stock",
    row=StockRow,
    query=_products,
    columns=_STOCK,
    filters=(
        _TEXT,
        Filter("low", "Low", "yes"),
        Filter("expired", "Expired", "yes"),
        Filter("in_stock", "In stock", "yes"),
        Filter("retired", "Out of use too", "yes"),
        Filter("untracked", "Without stock too", "yes"),
    ),
    metrics=(
        Metric("Low", "low"),
        Metric("Expired items", "expired"),
        Metric("BELOW ZERO", "below"),
    ),
    empty="No products yet. F6 adds them, F7 takes over a table.",
    right=Right.SEE_PRODUCT,
)


def _low(scope: Scope, chosen: Chosen, limit: int, offset: int) -> Page[StockRow]:
    return _products(scope, {**chosen, "low": True}, limit, offset)


LOW = ListSpec(
    key="low_stock",
    title="Low stock",
    tab="Low",
    row=StockRow,
    query=_low,
    columns=(*_STOCK[:4], Column("Short of", "missing", "number", 8, rank=8), *_STOCK[5:]),
    filters=(_TEXT, Filter("expired", "Expired", "yes")),
    metrics=(Metric("Expired items", "expired"), Metric("BELOW ZERO", "below")),
    empty="Nothing is low: no product has fewer than it is to be reordered at.",
    right=Right.SEE_PRODUCT,
)


def _expiring(scope: Scope, chosen: Chosen, limit: int, offset: int) -> Page[LotOnHand]:
    period: Period = chosen.get("days") or ANY
    text = str(chosen.get("text", ""))
    return expiring(_today(scope), text, period.first, period.last, limit, offset)


EXPIRING = ListSpec(
    key="expiring",
    title="Expiring and expired stock",
    tab="Expiring",
    row=LotOnHand,
    query=_expiring,
    columns=(
        Column("Last day", "expires_on", "date", 11, rank=10),
        Column("Days", "days_left", "number", 5, rank=7),
        Column("", "remark", width=7, rank=8),
        Column("Name", "name", width=20, rank=9, grow=True),
        Column("Lot", "lot", width=14, rank=6),
        Column("Shelf", "shelf", "number", 5, rank=5),
        Column("Aside", "aside", "number", 5, rank=4),
        Column("Code", "code", width=10, rank=3),
    ),
    filters=(Filter("days", "Last day", "days", prefer="nearest"), _TEXT),
    metrics=(Metric("Items", "items"), Metric("Expired", "over")),
    empty="Nothing has expired or will within 90 days; f asks for other days.",
    right=Right.SEE_PRODUCT,
)


def _value(scope: Scope, chosen: Chosen, limit: int, offset: int) -> Page[ValueRow]:
    return stock_value(scope.currency, str(chosen.get("text", "")), limit, offset)


VALUE = ListSpec(
    key="stock_value",
    title="Stock value at cost",
    tab="Value",
    row=ValueRow,
    query=_value,
    columns=(
        Column("Code", "code", width=10, rank=6),
        Column("Name", "name", width=20, rank=10, grow=True),
        Column("Items", "items", "number", 7, rank=8),
        Column("Cost unknown", "unknown", "number", 12, rank=5),
        Column("Value", "value", "money", 12, rank=9),
    ),
    filters=(_TEXT,),
    metrics=(Metric("Value", "value", "money"), Metric("Items of unknown cost", "unknown")),
    empty="Nothing is in stock.",
    right=Right.SEE_PRODUCT,
)


# --- what was moved ----------------------------------------------------------------------------------

_KINDS = Filter("kind", "What", "choice", tuple(Choice(kind, word) for kind, word in WORDS.items()))
_DAYS = Filter("days", "Dates", "days")
_METRICS = (Metric("Came", "came"), Metric("Went", "went"))


def _moved(product_id: int | None) -> Callable[[Scope, Chosen, int, int], Page[MovementRow]]:
    def page(scope: Scope, chosen: Chosen, limit: int, offset: int) -> Page[MovementRow]:
        period: Period = chosen.get("days") or ANY
        wanted = MovementFilter(
            product_id,
            str(chosen.get("text", "")),
            tuple(chosen.get("kind", ())),
            period.first,
            period.last,
            bool(chosen.get("controlled", False)),
        )
        return movements(wanted, limit, offset, after=chosen.get(AFTER))

    return page


_MOVED = (
    Column("When", "at", "moment", 21, rank=9),
    Column("What", "what", width=16, rank=8),
    Column("Items", "change", width=6, rank=10),
    Column("Then", "loud", width=6, rank=10),
    Column("Lot", "lot", width=10, rank=6),
    Column("By", "staff", width=12, rank=7),
    Column("Witness", "witness", width=10, rank=5),
    Column("Bill", "bill", width=13, rank=4),
    Column("Why", "reason", width=12, rank=3, grow=True),
)

MOVEMENTS = ListSpec(
    key="movements",
    title="Stock movements",
    tab="Moves",
    row=MovementRow,
    query=_moved(None),
    columns=(_MOVED[0], Column("Product", "product", width=16, rank=10), *_MOVED[1:]),
    filters=(_DAYS, _TEXT, _KINDS, Filter("controlled", "Controlled", "yes")),
    metrics=_METRICS,
    empty="Nothing was moved in these days.",
    usual="this month",
    right=Right.SEE_PRODUCT,
)


def register(product_id: int) -> ListSpec[MovementRow]:
    """Everything that was moved of one product, with its running balance (K5)."""
    return ListSpec(
        key="register",
        title="Register",
        row=MovementRow,
        query=_moved(product_id),
        columns=_MOVED,
        filters=(_DAYS, _TEXT, _KINDS),
        metrics=_METRICS,
        empty="Nothing was moved yet. Press r to receive some.",
    )


STOCK_LISTS: tuple[ListSpec[Any], ...] = (PRODUCTS, LOW, EXPIRING, MOVEMENTS, VALUE)
"""The lists of the whole clinic about stock."""
