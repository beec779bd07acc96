"""Products and lots with what there is of them, for lists: all, low ones, those that expire, their worth.

Every list goes through all lots once: the last movement of each is found by its index, and a clinic has
some thousands. Texts are compared here and not in the database, whose folding knows no accents.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from datetime import date, timedelta
from typing import NamedTuple

from ..db.connection import select
from ..domain.rights import Right
from .gate import guarded
from .matching import matcher
from .page import Page, Totals
from .stock import ON_SHELF, SET_ASIDE

SOON = 90
"""Days ahead in which a lot is told to expire, unless other days are asked for."""


class StockRow(NamedTuple):
    """A product and how many there are: usable on the shelf, expired there, in quarantine.

    ``price`` is in minor units of ``currency``.
    """

    id: int
    code: str
    name: str
    category: str
    tracked: bool
    active: bool
    reorder_at: int | None
    price: int | None
    currency: str
    on_hand: int
    expired: int
    quarantine: int

    @property
    def over(self) -> int | None:
        """The expired ones, if there are any."""
        return self.expired or None

    @property
    def aside(self) -> int | None:
        """Those in quarantine, if there are any."""
        return self.quarantine or None

    @property
    def product_id(self) -> int:
        """What the row is about."""
        return self.id

    @property
    def missing(self) -> int | None:
        """How many it is short of the number to reorder at; None when it is not (K1)."""
        if self.reorder_at is None or not self.tracked or self.on_hand >= self.reorder_at:
            return None
        return self.reorder_at - self.on_hand

    @property
    def remark(self) -> str:
        """What somebody should see to, loudly when there is less than nothing (K1)."""
        if self.on_hand < 0:
            return "BELOW ZERO"
        return "low" if self.missing is not None else ""

    @property
    def withdrawn(self) -> bool:
        """Whether it is out of use."""
        return not self.active


class LotOnHand(NamedTuple):
    """A lot of which there is something. ``days_left`` counts to its last day, below zero once it is over."""

    id: int
    product_id: int
    code: str
    name: str
    lot: str
    expires_on: date | None
    days_left: int | None
    shelf: int
    quarantine: int

    @property
    def aside(self) -> int | None:
        """Those in quarantine, if there are any."""
        return self.quarantine or None

    @property
    def remark(self) -> str:
        """Whether it may still be used (K2)."""
        return "EXPIRED" if self.days_left is not None and self.days_left < 0 else ""


class ValueRow(NamedTuple):
    """What the items of a product cost: ``value`` in minor units; ``unknown`` are items of unknown cost."""

    id: int
    code: str
    name: str
    items: int
    unknown: int
    value: int
    currency: str

    @property
    def product_id(self) -> int:
        """What the row is about."""
        return self.id


@dataclass(frozen=True, slots=True)
class StockFilter:
    """Which products; empty lets everything through that is in use and has a stock."""

    text: str = ""
    low: bool = False
    expired: bool = False
    in_stock: bool = False
    retired: bool = False
    untracked: bool = False


_PRODUCTS = (
    "select p.id, p.code, p.name, p.category, p.tracked, p.active, p.reorder_at, p.price, p.currency,"
    " coalesce(s.usable, 0), coalesce(s.expired, 0), coalesce(s.aside, 0) from product p left join"
    " (select k.product_id, sum(case when k.over = 0 then k.shelf else 0 end) as usable,"
    " sum(case when k.over = 1 then k.shelf else 0 end) as expired, sum(k.aside) as aside from"
    f" (select l.product_id, {ON_SHELF} as shelf, {SET_ASIDE} as aside, case when l.expires_on is not null"
    " and l.expires_on < ? then 1 else 0 end as over from lot l) k group by k.product_id) s"
    " on s.product_id = p.id order by p.sort_name, p.id"
)


@guarded(Right.SEE_PRODUCT)
def products_in_stock(today: date, shown: StockFilter, limit: int = 200, offset: int = 0) -> Page[StockRow]:
    """Products by name with what there is of each; sums: ``products``, ``low`` ones, ``expired`` items.

    Indexes: ``lot (product, code, serial)``, ``stock_movement (lot, place, id, on_hand)``, ``product
    (sort_name)``.
    """
    found = list(_let_through(map(_stock_row, select(_PRODUCTS, [today.isoformat()])), shown))
    sums = {
        "products": len(found),
        "low": sum(row.missing is not None for row in found),
        "expired": sum(row.expired for row in found),
        "below": sum(row.on_hand < 0 for row in found),
    }
    return Page(tuple(found[offset : offset + limit]), Totals(len(found), sums), offset)


def _let_through(rows: Iterable[StockRow], shown: StockFilter) -> Iterator[StockRow]:
    matches = matcher(shown.text)
    for row in rows:
        if not (row.active or shown.retired) or not matches(row.code, row.name, row.category):
            continue
        there = row.on_hand or row.expired or row.quarantine
        if (shown.low and row.missing is None) or (shown.expired and not row.expired):
            continue
        if (there or not shown.in_stock) and (there or row.tracked or shown.untracked):
            yield row


def _stock_row(row: tuple[object, ...]) -> StockRow:
    return StockRow._make((*row[:4], bool(row[4]), bool(row[5]), *row[6:]))


_LOTS = (
    "select k.* from (select l.id, l.product_id, p.code, p.name, l.code, l.serial, l.expires_on,"
    f" {ON_SHELF} as shelf, {SET_ASIDE} as aside from lot l join product p on p.id = l.product_id"
    " where l.expires_on is not null and l.expires_on between ? and ?) k"
    " where k.shelf <> 0 or k.aside <> 0 order by k.expires_on, k.name, k.id"
)


@guarded(Right.SEE_PRODUCT)
def expiring(
    today: date,
    text: str = "",
    first: date | None = None,
    last: date | None = None,
    limit: int = 200,
    offset: int = 0,
) -> Page[LotOnHand]:
    """Lots there is something of whose last day is from ``first`` to ``last``, the first to expire first.

    Without days: those that are over, and those of the next :data:`SOON` days. Sums: ``lots``, ``items`` on
    the shelf, ``over`` those of them that are expired. Indexes: ``lot (expires_on)``, ``stock_movement (lot,
    place, id, on_hand)``.
    """
    until = last or (date.max if first else today + timedelta(days=SOON))
    matches = matcher(text)
    rows = select(_LOTS, [(first or date.min).isoformat(), until.isoformat()])
    found = [
        row for row in (_lot_on_hand(row, today) for row in rows) if matches(row.code, row.name, row.lot)
    ]
    sums = {
        "lots": len(found),
        "items": sum(row.shelf for row in found),
        "over": sum(row.shelf for row in found if row.remark),
    }
    return Page(tuple(found[offset : offset + limit]), Totals(len(found), sums), offset)


def _lot_on_hand(row: tuple[object, ...], today: date) -> LotOnHand:
    id_, product_id, code, name, lot, serial, expires, *there = row
    day = date.fromisoformat(str(expires))
    called = " ".join(filter(None, (str(lot), str(serial))))
    return LotOnHand._make((id_, product_id, code, name, called, day, (day - today).days, *there))


_VALUES = (
    "select k.product_id, k.code, k.name, sum(k.items),"
    " sum(case when k.cost is null then k.items else 0 end), sum(coalesce(k.cost, 0) * k.items) from"
    f" (select l.product_id, p.code, p.name, p.sort_name, {ON_SHELF} + {SET_ASIDE} as items,"
    " (select m.cost from stock_movement m where m.lot_id = l.id and m.place = 'shelf'"
    " and m.cost is not null order by m.id desc limit 1) as cost"
    " from lot l join product p on p.id = l.product_id) k where k.items > 0"
    " group by k.product_id, k.code, k.name, k.sort_name order by k.sort_name, k.product_id"
)


@guarded(Right.SEE_PRODUCT)
def stock_value(currency: str, text: str = "", limit: int = 200, offset: int = 0) -> Page[ValueRow]:
    """What is in stock at what its lot cost last; sums: ``value`` and ``unknown`` items.

    Index: ``stock_movement (lot, place, id, on_hand)``, gone back through until a cost is met.
    """
    matches = matcher(text)
    rows = (ValueRow._make((*row, currency)) for row in select(_VALUES))
    found = [row for row in rows if matches(row.code, row.name)]
    sums = {"value": sum(row.value for row in found), "unknown": sum(row.unknown for row in found)}
    return Page(tuple(found[offset : offset + limit]), Totals(len(found), sums, currency), offset)
