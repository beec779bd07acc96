"""One product in full, as the form that edits it wants it."""

from __future__ import annotations

from typing import Any, NamedTuple

from ..db.connection import select
from ..domain.money import written
from ..domain.productfields import ProductFields
from ..domain.rights import Right
from ..errors import NotFound
from .gate import guarded

_TEXTS = ("name", "code", "kind", "category", "barcode", "unit", "pack", "directions", "description")
_TICKS = ("tracked", "lots", "serials", "controlled", "medicine", "lendable")


class ProductRecord(NamedTuple):
    """A product as it is stored. ``tax`` is the text of an imported table, ``price`` minor units."""

    id: int
    version: int
    active: bool
    price: int | None
    currency: str
    tax: str
    tax_class_id: int | None
    fields: ProductFields


@guarded(Right.SEE_PRODUCT)
def product_record(product_id: int) -> ProductRecord:
    """The product with this id, whether it is in use or not. Raises :class:`NotFound`."""
    rows = select(
        "select p.id, p.version, p.active, p.price, p.currency, p.tax, p.tax_class_id, c.name, p.loan_days,"
        f" p.reorder_at, {', '.join(f'p.{name}' for name in (*_TEXTS, *_TICKS))}"
        " from product p left join tax_class c on c.id = p.tax_class_id where p.id = ?",
        [product_id],
    )
    if not rows:
        raise NotFound("That product does not exist.", "Search again.")
    id_, version, active, price, currency, tax, class_id, class_name, loan_days, reorder_at, *rest = rows[0]
    texts: dict[str, Any] = dict(zip(_TEXTS, rest, strict=False))
    ticks = {name: bool(value) for name, value in zip(_TICKS, rest[len(_TEXTS) :], strict=True)}
    fields = ProductFields(
        **{**texts, **ticks},
        price="" if price is None else written(price, currency),
        tax_class=class_name or "",
        reorder_at="" if reorder_at is None else str(reorder_at),
        loan_days=str(loan_days),
    )
    return ProductRecord(id_, version, bool(active), price, currency, tax, class_id, fields)


@guarded(Right.SEE_PRODUCT)
def also_with(column: str, value: str, besides: int | None) -> str:
    """The name of another product in use with the same ``code`` or ``barcode``; empty when there is none.

    Indexes: ``product (code)``, ``(barcode)``.
    """
    if column not in ("code", "barcode"):
        raise ValueError(f"products are not told apart by {column}")
    rows = select(
        f"select name from product where {column} = ? and active = 1 and id <> ? order by id limit 1",
        [value, besides or 0],
    )
    return str(rows[0][0]) if rows else ""
