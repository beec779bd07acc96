"""Goods that come in: several lines of a delivery at once, each to its lot (K2)."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import date

from ..domain.moments import day_label, day_of
from ..domain.money import MOST
from ..domain.productfields import MOST_ITEMS
from ..domain.rights import Right
from ..domain.text import tidy
from ..errors import Fault, Invalid, NotFound
from ..models import Lot, StockMovement
from ..queries.product_records import ProductRecord, product_record
from ..queries.stock import lot_named, on_hand
from .stock_rows import Step, add_lot, move
from .usecase import use_case
from .work import Done, Work

MOST_LINES = 500
"""Lines of one delivery."""


@dataclass(frozen=True, slots=True)
class Received:
    """One line of a delivery. ``expires_on`` is the last day of use, ``cost`` minor units each."""

    product_id: int
    quantity: int
    lot: str = ""
    serial: str = ""
    expires_on: date | None = None
    cost: int | None = None


@dataclass(frozen=True, slots=True)
class ReceiveStock:
    """A delivery. ``reason`` is what it came with: a delivery note, a supplier."""

    lines: tuple[Received, ...]
    reason: str = ""
    request: str = ""


@use_case(Right.RECEIVE_STOCK)
def receive_stock(work: Work, command: ReceiveStock) -> Done:
    """Take all lines in, or none. Raises Invalid with every fault of every line."""
    if not 0 < len(command.lines) <= MOST_LINES:
        raise Invalid([Fault("lines", f"are from 1 to {MOST_LINES}")])
    reason = tidy(command.reason, limit=StockMovement.reason.limit)
    today, faults, names = day_of(work.now, work.session.zone), list[Fault](), list[str]()
    for number, line in enumerate(map(_tidied, command.lines), 1):
        wrong = list(_faults(line, today))
        faults += [Fault(f"line {number}: {one.field}", one.message) for one in wrong]
        if not faults:
            names.append(_take_in(work, line, reason))
    if faults:
        raise Invalid(faults, "Nothing was taken in.")
    ids = tuple(dict.fromkeys(line.product_id for line in command.lines))
    return Done("product", ids, (), 0, _said(command.lines, names, ids, today))


def _tidied(line: Received) -> Received:
    return Received(
        line.product_id, line.quantity, tidy(line.lot), tidy(line.serial), line.expires_on, line.cost
    )


def _faults(line: Received, today: date) -> Iterator[Fault]:
    """What keeps one line from being taken in, in the order of the form."""
    try:
        product = product_record(line.product_id)
    except NotFound:
        yield Fault("product", "does not exist")
        return
    yield from _product_faults(product)
    if type(line.quantity) is not int or not 0 < line.quantity <= MOST_ITEMS:
        yield Fault("quantity", f"is a number from 1 to {MOST_ITEMS}")
    if line.cost is not None and (type(line.cost) is not int or not 0 <= line.cost <= MOST):
        yield Fault("cost", "is no amount")
    yield from _lot_faults(product, line)
    if line.expires_on is not None:
        yield from _expiry_faults(product, line, line.expires_on, today)


def _product_faults(product: ProductRecord) -> Iterator[Fault]:
    if not product.active:
        yield Fault("product", f"{product.fields.name} is out of use")
    if not product.fields.tracked:
        yield Fault("product", f"no stock is kept of {product.fields.name}: tick “stock is kept” first")


def _lot_faults(product: ProductRecord, line: Received) -> Iterator[Fault]:
    """What the line says about lot and serial number must be what the product is told apart by."""
    fields = product.fields
    for told, wanted, field, limit in (
        (line.lot, fields.lots, "lot", Lot.code.limit),
        (line.serial, fields.serials, "serial", Lot.serial.limit),
    ):
        if wanted and not told:
            yield Fault(field, "is missing")
        elif told and not wanted:
            yield Fault(field, f"is not kept for {fields.name}: tick “by {_CALLED[field]}” first")
        elif len(told) > limit:
            yield Fault(field, f"takes at most {limit} characters")
    if not line.serial or not fields.serials:
        return
    if line.quantity != 1:
        yield Fault("quantity", "is 1 for a thing with a serial number")
    known = lot_named(product.id, line.lot, line.serial)
    if known and (known.shelf or known.quarantine):
        yield Fault("serial", f"{line.serial} is in stock already")


def _expiry_faults(product: ProductRecord, line: Received, day: date, today: date) -> Iterator[Fault]:
    if not (product.fields.lots or product.fields.serials):
        yield Fault("expires", f"needs a lot: tick “by lot” for {product.fields.name} first")
    elif day < today:
        yield Fault("expires", f"{day_label(day)} is over: expired goods are not taken in")
    known = lot_named(product.id, line.lot, line.serial)
    if known and known.expires_on and known.expires_on != day:
        yield Fault(
            "expires", f"is {day_label(known.expires_on)} for lot {known.called}, which is here already"
        )


def _take_in(work: Work, line: Received, reason: str) -> str:
    """Write one line; the product's name. A lot whose day was not known gets it."""
    name = product_record(line.product_id).fields.name
    known = lot_named(line.product_id, line.lot, line.serial)
    if known is None:
        lot_id = add_lot(work, line.product_id, line.lot, line.serial, line.expires_on)
    else:
        lot_id = known.id
        if line.expires_on and known.expires_on is None:
            Lot.update(version=known.version + 1, expires_on=line.expires_on).where(
                Lot.id == known.id, Lot.version == known.version
            ).execute()
    move(work, Step(lot_id, "receipt", line.quantity, cost=line.cost, reason=reason), name)
    return name


def _said(lines: tuple[Received, ...], names: list[str], ids: tuple[int, ...], today: date) -> str:
    count = sum(line.quantity for line in lines)
    if len(ids) > 1:
        return f"{count} items of {len(ids)} products taken in."
    return f"{count} of {names[0]} taken in: {on_hand(ids[0], today).shelf} on the shelf."


_CALLED = {"lot": "lot", "serial": "serial number"}
