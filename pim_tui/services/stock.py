"""Stock that is counted, put right, set aside and thrown away (K1, K2, K5)."""

from __future__ import annotations

from dataclasses import dataclass, field
from datetime import date

from ..domain.productfields import MOST_ITEMS
from ..domain.rights import Right
from ..domain.session import Session
from ..domain.text import tidy
from ..errors import Difference, Fault, Invalid, Refused, Stale
from ..models import Lot, StockMovement
from ..queries.product_records import ProductRecord, product_record
from ..queries.stock import PLACES, LotRow, lot
from .reasons import reason_for
from .stock_rows import Step, move
from .usecase import use_case
from .witnesses import Witnessed, witnessed
from .work import Done, Work


@dataclass(frozen=True, slots=True)
class Counted:
    """So many of a lot were counted in a place; ``expected`` is what the book said when counting began."""

    lot_id: int
    quantity: int
    expected: int
    place: str = "shelf"


@dataclass(frozen=True, slots=True)
class CountStock:
    """A count of one product. A difference needs a reason, of a controlled product a second person (K5)."""

    product_id: int
    counts: tuple[Counted, ...]
    reason: str = ""
    witness_id: int | None = None
    witness_pin: str = field(default="", repr=False)
    request: str = ""


@dataclass(frozen=True, slots=True)
class AdjustStock:
    """So many items of a lot more (above zero) or fewer than the book says; ``expected`` is what it said."""

    lot_id: int
    quantity: int
    reason: str
    expected: int
    place: str = "shelf"
    witness_id: int | None = None
    witness_pin: str = field(default="", repr=False)
    request: str = ""


@dataclass(frozen=True, slots=True)
class MoveStock:
    """Items of a lot go from one place to the other: into quarantine, or back onto the shelf."""

    lot_id: int
    quantity: int
    reason: str
    place: str = "shelf"
    request: str = ""


@dataclass(frozen=True, slots=True)
class ScrapStock:
    """Items of a lot are thrown away; of a controlled product before a second person (K5)."""

    lot_id: int
    quantity: int
    reason: str
    place: str = "shelf"
    witness_id: int | None = None
    witness_pin: str = field(default="", repr=False)
    request: str = ""


@dataclass(frozen=True, slots=True)
class ChangeLot:
    """Put right until when a lot may be used, or what is noted about it, with the reason."""

    id: int
    version: int
    expires_on: date | None
    note: str
    reason: str
    request: str = ""


def count_stock(session: Session, command: CountStock) -> Done:
    """Make the book say what was counted; that a count agreed is kept as well.

    Raises Invalid, NotFound, Stale when something was moved since counting began, Refused without a reason
    or a witness.
    """
    return _count(session, witnessed(session, command))


@use_case(Right.COUNT_STOCK)
def _count(work: Work, seen: Witnessed[CountStock]) -> Done:
    command = seen.command
    product = product_record(command.product_id)
    found = [(counted, _counted_lot(product, counted)) for counted in command.counts]
    if not found or len({(one.lot_id, one.place) for one, _ in found}) < len(found):
        raise Invalid([Fault("count", "names each lot once")])
    _refuse_meanwhile(product, found)
    changes = [(one, row, one.quantity - row.on_hand(one.place)) for one, row in found]
    different = [change for change in changes if change[2]]
    reason = _reason(command.reason) if different else tidy(command.reason)
    by = seen.by(product) if different else None
    for one, row, quantity in different:
        step = Step(row.id, "count", quantity, one.place, reason=reason, witness_id=by)
        move(work, step, product.fields.name)
    told = {"name": product.fields.name, "counted": {row.called or "all": one.quantity for one, row in found}}
    work.changed("count", "product", product.id, None, {**told, "differences": len(different)}, reason)
    says = ", ".join(f"{row.called or 'on hand'} {change:+}" for _, row, change in different)
    return _done(product, f"{product.fields.name} counted: {says or 'the book agrees'}.")


def adjust_stock(session: Session, command: AdjustStock) -> Done:
    """Put right what the book says of one lot. Below zero only by the setting, and loudly (K1).

    Raises Invalid, NotFound, Stale, Refused.
    """
    return _adjust(session, witnessed(session, command))


@use_case(Right.COUNT_STOCK)
def _adjust(work: Work, seen: Witnessed[AdjustStock]) -> Done:
    command = seen.command
    row, product = _lot_and_product(command.lot_id)
    _place(command.place)
    reason = _reason(command.reason)
    if type(command.quantity) is not int or not 0 < abs(command.quantity) <= MOST_ITEMS:
        raise Invalid([Fault("quantity", "is a number above or below zero")])
    counted = Counted(row.id, command.expected, command.expected, command.place)
    _refuse_meanwhile(product, [(counted, row)])
    left = row.on_hand(command.place) + command.quantity
    allowed = work.session.house.below_zero
    if left < 0 and not allowed:
        raise _too_few(product, row, command.place)
    by = seen.by(product)
    step = Step(
        row.id, "adjust", command.quantity, command.place, reason=reason, witness_id=by, below_zero=allowed
    )
    move(work, step, product.fields.name)
    loud = " BELOW ZERO: count it." if left < 0 else ""
    return _done(product, f"{_called(product, row)} {command.quantity:+}: {left} in stock.{loud}")


@use_case(Right.COUNT_STOCK)
def move_stock(work: Work, command: MoveStock) -> Done:
    """Set items aside, or release them onto the shelf again. Raises Invalid, NotFound, Refused."""
    row, product = _lot_and_product(command.lot_id)
    reason, quantity = _reason(command.reason), _taken(command.quantity)
    place = _place(command.place)
    if quantity > row.on_hand(place):
        raise _too_few(product, row, place)
    other = PLACES[1 - PLACES.index(place)]
    for where, items in ((place, -quantity), (other, quantity)):
        move(work, Step(row.id, "move", items, where, reason=reason), product.fields.name)
    words = "set aside" if other == "quarantine" else "back on the shelf"
    return _done(product, f"{quantity} of {_called(product, row)} {words}.")


def scrap_stock(session: Session, command: ScrapStock) -> Done:
    """Throw items away, expired ones too. Raises Invalid, NotFound, Refused."""
    return _scrap(session, witnessed(session, command))


@use_case(Right.COUNT_STOCK)
def _scrap(work: Work, seen: Witnessed[ScrapStock]) -> Done:
    command = seen.command
    row, product = _lot_and_product(command.lot_id)
    reason, quantity = _reason(command.reason), _taken(command.quantity)
    if quantity > row.on_hand(_place(command.place)):
        raise _too_few(product, row, command.place)
    by = seen.by(product)
    step = Step(row.id, "scrap", -quantity, command.place, reason=reason, witness_id=by)
    after = move(work, step, product.fields.name)
    left = after.on_hand(command.place)
    return _done(product, f"{quantity} of {_called(product, row)} thrown away: {left} left.")


@use_case(Right.COUNT_STOCK)
def change_lot(work: Work, command: ChangeLot) -> Done:
    """Put a lot's last day or note right; the journal keeps both. Raises NotFound, Stale, Refused."""
    row, product = _lot_and_product(command.id)
    if row.version != command.version:
        raise Stale(_called(product, row), _differences(row, command), row.version)
    reason, note = _reason(command.reason), tidy(command.note, limit=Lot.note.limit)
    if (command.expires_on, note) == (row.expires_on, row.note):
        raise Refused("Nothing was changed.", "Change something, or press Escape.")
    if command.expires_on and not (product.fields.lots or product.fields.serials):
        raise Invalid([Fault("expires", "is kept by lot; this product has none")])
    Lot.update(version=row.version + 1, expires_on=command.expires_on, note=note).where(
        Lot.id == row.id, Lot.version == row.version
    ).execute()
    about = {"name": product.fields.name, "lot": row.called, "product_id": product.id}
    work.changed(
        "change",
        "lot",
        row.id,
        {**about, "expires_on": str(row.expires_on or ""), "note": row.note},
        {**about, "expires_on": str(command.expires_on or ""), "note": note},
        reason,
    )
    return _done(product, f"{_called(product, row)} changed.")


def _differences(row: LotRow, command: ChangeLot) -> list[Difference]:
    """Where a lot is another by now than it is to become."""
    until, wanted = (one.isoformat() if one else "" for one in (row.expires_on, command.expires_on))
    rows = (("expires_on", until, wanted), ("note", row.note, command.note))
    return [Difference(field, "", theirs, yours) for field, theirs, yours in rows if theirs != yours]


# --- before moving -------------------------------------------------------------------------------------


def _lot_and_product(lot_id: int) -> tuple[LotRow, ProductRecord]:
    row = lot(lot_id)
    return row, product_record(row.product_id)


def _counted_lot(product: ProductRecord, counted: Counted) -> LotRow:
    row = lot(counted.lot_id)
    if row.product_id != product.id:
        raise Invalid([Fault("lot", f"{row.called} is not of {product.fields.name}")])
    _place(counted.place)
    if type(counted.quantity) is not int or not 0 <= counted.quantity <= MOST_ITEMS:
        raise Invalid([Fault("count", f"is a number from 0 to {MOST_ITEMS}")])
    if row.serial and counted.quantity > 1:
        raise Invalid([Fault("count", f"{row.called} is there once or not at all")])
    return row


def _refuse_meanwhile(product: ProductRecord, found: list[tuple[Counted, LotRow]]) -> None:
    """A count is of what was there: where something was moved since, it is not known what was counted."""
    moved = [
        Difference(row.called or "on hand", str(one.expected), str(row.on_hand(one.place)), str(one.quantity))
        for one, row in found
        if row.on_hand(one.place) != one.expected
    ]
    if moved:
        raise Stale(f"The stock of {product.fields.name}", moved, product.version)


def _place(place: str) -> str:
    if place not in PLACES:
        raise Invalid([Fault("place", f"is {' or '.join(PLACES)}")])
    return place


def _reason(text: str) -> str:
    hint, limit = "Type why the stock is different.", StockMovement.reason.limit
    return reason_for("This", text, rule="K5", hint=hint, limit=limit)


def _taken(quantity: int) -> int:
    if type(quantity) is not int or not 0 < quantity <= MOST_ITEMS:
        raise Invalid([Fault("quantity", f"is a number from 1 to {MOST_ITEMS}")])
    return quantity


def _too_few(product: ProductRecord, row: LotRow, place: str) -> Refused:
    where = "on the shelf" if place == "shelf" else "in quarantine"
    return Refused(
        f"Of {_called(product, row)} there are {row.on_hand(place)} {where}.",
        "Take fewer, or count first.",
        rule="K1",
        step="product.count",
    )


def _called(product: ProductRecord, row: LotRow) -> str:
    return f"{product.fields.name}, {row.called}" if row.called else product.fields.name


def _done(product: ProductRecord, says: str) -> Done:
    return Done("product", (product.id,), (), product.version, says)
