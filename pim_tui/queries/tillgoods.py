"""What the till must know of a product before it goes into a basket."""

from __future__ import annotations

from datetime import date

from ..db.connection import select
from ..domain.goods import Goods, LotOffer
from ..domain.rights import Right
from ..domain.taxes import UNTAXED, Tax, TaxClass
from ..errors import NotFound
from .gate import guarded

_GOODS = (
    "select p.id, p.code, p.name, p.kind, p.unit, p.price, p.currency, p.tracked, p.lots, p.serials,"
    " p.medicine, p.controlled, p.lendable, p.loan_days, p.directions, p.tax_class_id,"
    " case when p.tax_class_id is null then p.tax else '' end"
    " from product p where p.id = ? and p.active = 1"
)


@guarded(Right.SEE_PRODUCT)
def priced_product(product_id: int, today: date) -> Goods:
    """The product with its taxes and its lots on ``today``; :class:`NotFound` when it is not sold any more.

    Indexes: primary keys, ``tax (tax_class, position)``, ``lot (product, code, serial)``,
    ``stock_movement (lot, place, id, on_hand)``.
    """
    rows = select(_GOODS, [product_id])
    if not rows:
        raise NotFound("That product is not sold any more.", "Search again.")
    (id_, code, name, kind, unit, price, currency, *marks, loan_days, directions, tax_class, tax) = rows[0]
    tracked, lots, serials, medicine, controlled, lendable = map(bool, marks)
    return Goods(
        id_, code, name, kind, unit, price, currency, tracked, lots, serials, medicine, controlled, lendable,
        loan_days, directions, _taxes(tax_class), _lots(product_id, today) if tracked else (),
        tax,
    )  # fmt: skip


def _taxes(tax_class_id: int | None) -> TaxClass:
    if tax_class_id is None:
        return UNTAXED
    rows = select(
        "select c.name, t.name, t.rate, t.kind, t.in_next_base from tax_class c"
        " left join tax t on t.tax_class_id = c.id where c.id = ? order by t.position",
        [tax_class_id],
    )
    taxes = [Tax(name, rate, kind, bool(stacks)) for _, name, rate, kind, stacks in rows if name is not None]
    return TaxClass(rows[0][0], tuple(taxes))


def _lots(product_id: int, today: date) -> tuple[LotOffer, ...]:
    rows = select(
        "select l.id, l.code, l.serial, l.expires_on, (select m.on_hand from stock_movement m"
        " where m.lot_id = l.id and m.place = 'shelf' order by m.id desc limit 1) from lot l"
        " where l.product_id = ? and (l.expires_on is null or l.expires_on >= ?)"
        " order by case when l.expires_on is null then 1 else 0 end, l.expires_on, l.id",
        [product_id, today.isoformat()],
    )
    return tuple(
        LotOffer(id_, code, serial, date.fromisoformat(str(expires)) if expires else None, on_hand)
        for id_, code, serial, expires, on_hand in rows
        if on_hand and on_hand > 0
    )


@guarded(Right.SEE_PRODUCT)
def tax_classes() -> tuple[tuple[int, TaxClass], ...]:
    """Every tax class in use, by name: for a line that is no product. The table is small."""
    ids = select("select id from tax_class where active = 1 order by name, id")
    return tuple((id_, _taxes(id_)) for (id_,) in ids)
