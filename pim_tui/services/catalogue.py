"""What the clinic sells, lends and hands out: added, changed, taken out of use; never deleted."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass

from ..domain.moments import day_of
from ..domain.product import sort_name
from ..domain.productfields import (
    KEPT_IN_STOCK,
    TITLES,
    ProductFields,
    read_product,
)
from ..domain.rights import Right
from ..domain.text import fold, tidy
from ..domain.versions import meanwhile
from ..errors import Fault, Invalid, Refused, Stale
from ..models import Product
from ..queries.product_records import ProductRecord, also_with, product_record
from ..queries.stock import on_hand
from ..queries.tax_classes import tax_classes
from .usecase import use_case
from .work import Done, Work


@dataclass(frozen=True, slots=True)
class AddProduct:
    """Add a product or service."""

    fields: ProductFields
    request: str = ""


@dataclass(frozen=True, slots=True)
class ChangeProduct:
    """Change a product: ``was`` is what the form was filled with at ``version``, ``fields`` what it holds."""

    id: int
    version: int
    was: ProductFields
    fields: ProductFields
    request: str = ""


@dataclass(frozen=True, slots=True)
class RetireProduct:
    """Take a product out of use (``active`` false), or back into use."""

    id: int
    version: int
    active: bool = False
    reason: str = ""
    request: str = ""


@use_case(Right.CHANGE_PRODUCT)
def add_product(work: Work, command: AddProduct) -> Done:
    """Add a product; a wrong check digit or a code that is taken is told, not refused.

    Raises Invalid with every fault.
    """
    values, told = _read(work, ProductFields(), command.fields)
    id_ = int(
        Product.insert(
            **values,
            sort_name=sort_name(str(values["name"])),
            currency=work.session.currency if values["price"] is not None else "",
            created_at=work.now,
            active=True,
        ).execute()
    )
    kept = {key: value for key, value in values.items() if value not in ("", None, False)}
    work.changed("create", "product", id_, None, kept)
    return Done("product", (id_,), (), 1, _said(f"{values['name']} added.", [*told, *_taken(values, id_)]))


@use_case(Right.CHANGE_PRODUCT)
def change_product(work: Work, command: ChangeProduct) -> Done:
    """Store what differs from the record, and nothing else; bills keep what they were made with.

    Raises Invalid, NotFound, Stale with both values, Refused when nothing differs, or when what a product is
    told apart by would change while some of it is in stock.
    """
    found = product_record(command.id)
    if found.version != command.version:
        raise _stale(found, command)
    stored = found.fields
    values, told = _read(work, stored, command.fields)
    dirty = _differing(found, command.fields, values)
    if not dirty:
        raise Refused("Nothing was changed.", "Change something, or press Escape.")
    _refuse_with_stock(work, found, dirty, values)
    columns = {key: values[key] for key in dirty}
    if "name" in dirty:
        columns["sort_name"] = sort_name(str(values["name"]))
    if "price" in dirty:
        columns["currency"] = work.session.currency if values["price"] is not None else ""
    _store(found, columns)
    before = _values_of(found)
    work.changed(
        "change",
        "product",
        found.id,
        {"name": stored.name, **{key: before[key] for key in dirty}},
        {"name": values["name"], **{key: values[key] for key in dirty}},
    )
    titles = ", ".join(TITLES.get(key, "tax class") for key in dirty)
    remarks = [*told, *_taken({key: values[key] for key in dirty}, found.id)]
    return Done(
        "product", (found.id,), (), found.version + 1, _said(f"{values['name']}: {titles} changed.", remarks)
    )


@use_case(Right.CHANGE_PRODUCT)
def retire_product(work: Work, command: RetireProduct) -> Done:
    """Take a product out of use or back. What is in stock stays and is told.

    Raises NotFound, Stale, Refused when it is so already.
    """
    found = product_record(command.id)
    if found.version != command.version:
        raise Stale(found.fields.name, (), found.version)
    if found.active == command.active:
        raise Refused(f"{found.fields.name} is {'in' if found.active else 'out of'} use already.")
    _store(found, {"active": command.active})
    verb = "reactivate" if command.active else "retire"
    name = {"name": found.fields.name}
    work.changed(
        verb,
        "product",
        found.id,
        {**name, "active": found.active},
        {**name, "active": command.active},
        tidy(command.reason),
    )
    left = on_hand(found.id, day_of(work.now, work.session.zone)).total
    rest = [f"{left} are still in stock"] if left and not command.active else []
    says = f"{found.fields.name} is {'in use again' if command.active else 'out of use'}."
    return Done("product", (found.id,), (), found.version + 1, _said(says, rest))


# --- reading the form ----------------------------------------------------------------------------------


def _read(work: Work, before: ProductFields, after: ProductFields) -> tuple[dict[str, object], list[str]]:
    """Values by column; Invalid with the faults that *before* did not have."""
    currency = work.session.currency
    read = read_product(after, currency)
    faults = list(read.faults)
    values = {**read.values, "tax_class": _tax_class(before.tax_class, after.tax_class, faults)}
    known = set(read_product(before, currency).faults) if before.name else set()
    if new := [fault for fault in faults if fault not in known]:
        raise Invalid(new, "Nothing was saved.")
    return values, list(read.remarks) if before.barcode != after.barcode else []


def _tax_class(before: str, name: str, faults: list[Fault]) -> int | None:
    """The id of the class with this name; one out of use is taken only where it stands already."""
    wanted = fold(name)
    if not wanted:
        return None
    for one in tax_classes(retired=wanted == fold(before)):
        if fold(one.name) == wanted:
            return one.id
    faults.append(Fault("tax_class", f"“{tidy(name, limit=30)}” is no tax class in use"))
    return None


def _taken(values: dict[str, object], id_: int) -> Iterable[str]:
    """A remark where another product has the same code or barcode: both will be found by it."""
    for column in ("code", "barcode"):
        value = str(values.get(column) or "")
        if value and (other := also_with(column, value, id_)):
            yield f"{other} has the {column} {value} too"


def _said(sentence: str, remarks: Iterable[str]) -> str:
    return " ".join((sentence, *(f"{one[0].upper()}{one[1:]}." for one in remarks)))


# --- storing -------------------------------------------------------------------------------------------


def _values_of(found: ProductRecord) -> dict[str, object]:
    """The record by column, as :func:`_read` gives a form."""
    read = read_product(found.fields, found.currency).values
    ticks = {key: getattr(found.fields, key) for key in KEPT_IN_STOCK}
    return {
        **read,
        **ticks,
        "barcode": found.fields.barcode,
        "price": found.price,
        "tax_class": found.tax_class_id,
    }


def _differing(found: ProductRecord, form: ProductFields, values: dict[str, object]) -> list[str]:
    """The columns to store. A price left alone stays, even one that is in another currency."""
    before = _values_of(found)
    left_alone = {"price"} if form.price.strip() == found.fields.price else set()
    return [key for key, value in values.items() if key not in left_alone and before[key] != value]


def _refuse_with_stock(work: Work, found: ProductRecord, dirty: list[str], values: dict[str, object]) -> None:
    """What its items are told apart by stays while there are some: the register would not fit any more."""
    held = [key for key in KEPT_IN_STOCK if key in dirty and not (key == "controlled" and values[key])]
    left = on_hand(found.id, day_of(work.now, work.session.zone)).total if held else 0
    if left:
        titles = ", ".join(f"“{TITLES[key]}”" for key in held)
        raise Refused(
            f"{titles} cannot change while {left} of {found.fields.name} are in stock.",
            "Count them to nothing first, or add another product.",
            step="product.count",
            rule="K5" if "controlled" in held else "K1",
        )


def _store(found: ProductRecord, columns: dict[str, object]) -> None:
    stored = (
        Product.update(version=found.version + 1, **columns)
        .where(Product.id == found.id, Product.version == found.version)
        .execute()
    )
    if stored != 1:
        raise AssertionError("the product changed under the write lock")


def _stale(found: ProductRecord, command: ChangeProduct) -> Stale:
    differences = meanwhile(command.was, found.fields, command.fields)
    return Stale(found.fields.name, differences, found.version)


__all__ = [
    "AddProduct", "ChangeProduct", "ProductFields", "RetireProduct", "add_product", "change_product",
    "retire_product",
]  # fmt: skip
