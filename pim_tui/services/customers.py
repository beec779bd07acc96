"""Adding a customer and changing one: read, checked for duplicates, stored, indexed for search."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import asdict, dataclass, replace

from ..db.connection import select
from ..domain.customer import (
    FIELD_TITLES,
    CustomerFields,
    NewCustomer,
    as_fields,
    field_text,
    read_fields,
)
from ..domain.moments import day_of, short_day
from ..domain.people import Order
from ..domain.rights import Right
from ..domain.text import fold
from ..domain.versions import changed, meanwhile
from ..errors import Invalid, NeedsAnswer, Refused, Stale
from ..models import (
    Alert,
    Consent,
    Customer,
    Email,
    ExternalId,
    FormerName,
    Phone,
    SearchDigits,
    SearchSound,
    SearchWord,
)
from ..queries.customers import LookAlike, Record, look_alikes, record
from ..queries.merging import erased, pointer
from .customer_rows import Satellites, customer_values, e164_of, insert_customers
from .usecase import use_case
from .work import Done, Work

__all__ = [
    "ChangeCustomer", "CreateCustomer", "CustomerFields", "NewCustomer", "change_customer", "create_customer",
    "insert_customers",
]  # fmt: skip


@dataclass(frozen=True, slots=True)
class CreateCustomer:
    """Add a customer. ``order`` is how a date of numbers alone is read.

    ``duplicates_seen``: the person has looked at those who may be the same (P3).
    """

    fields: CustomerFields
    duplicates_seen: bool = False
    order: Order = "dmy"
    request: str = ""


@dataclass(frozen=True, slots=True)
class ChangeCustomer:
    """Change a customer: ``was`` is what the form was filled with, at ``version``; ``fields`` what it holds.

    ``keep_former``: whether another last or first name leaves the old one findable; not so when a
    slip is put right.
    """

    id: int
    version: int
    was: CustomerFields
    fields: CustomerFields
    duplicates_seen: bool = False
    keep_former: bool = True
    order: Order = "dmy"
    request: str = ""


@use_case(Right.CHANGE_CUSTOMER)
def create_customer(work: Work, command: CreateCustomer) -> Done:
    """Add a customer under the next number.

    Raises Invalid with every fault, NeedsAnswer ``duplicate`` (P3), Refused when an external id is taken.
    """
    customer = _read(work, _NOTHING, command.fields, command.order)
    _refuse_taken_ids(customer, None)
    if not command.duplicates_seen:
        _ask_about_duplicates(work, customer, None)
    (id_,) = insert_customers(work.session, [customer])
    work.changed(
        "create", "customer", id_, None, {key: value for key, value in values_of(customer).items() if value}
    )
    return Done("customer", (id_,), (), 1, f"{customer.name.full} added.")


@use_case(Right.CHANGE_CUSTOMER)
def change_customer(work: Work, command: ChangeCustomer) -> Done:
    """Store what differs from the record, and nothing else; the search follows.

    Faults that were in the record before and were left alone do not stand in the way. Raises Invalid,
    NotFound, Stale with both values, NeedsAnswer ``duplicate`` (P3), Refused when nothing differs.
    """
    found = record(command.id)
    _require_own(found)
    if found.version != command.version:
        raise _stale(found, command)
    stored = as_fields(found.customer)
    read = _read(work, stored, command.fields, command.order)
    wanted = _merged(found.customer, read, changed(stored, command.fields))
    wanted = _with_former_name(found.customer, wanted) if command.keep_former else wanted
    dirty = changed(stored, as_fields(wanted))
    if not dirty:
        raise Refused("Nothing was changed.", "Change something, or press Escape.")
    _refuse_taken_ids(wanted, found.id)
    if not command.duplicates_seen and _TELLING.intersection(dirty):
        _ask_about_duplicates(work, wanted, found.id)
    _store(work, found, wanted, dirty)
    before, after = values_of(found.customer), values_of(wanted)
    work.changed(
        "change",
        "customer",
        found.id,
        {key: before[key] for key in dirty},
        {key: after[key] for key in dirty},
    )
    titles = ", ".join(FIELD_TITLES[key] for key in dirty)
    return Done("customer", (found.id,), (), found.version + 1, f"{wanted.name.full}: {titles} changed.")


def _require_own(found: Record) -> None:
    """Refuse for a record that became part of another one, or of which only the lawful rest is kept."""
    if elsewhere := pointer(found.id):
        number = elsewhere.survivor_number
        message = f"Customer {found.number} is part of customer {number}."
        raise Refused(message, f"Change customer {number}.", rule="P4")
    if erased(found.id):
        raise Refused(f"Customer {found.number} was erased.", "Add a new customer.", rule="P5")


def values_of(customer: NewCustomer) -> dict[str, object]:
    """The record as the journal keeps it: lists and text."""
    return {key: _plain(value) for key, value in asdict(as_fields(customer)).items()}


def _plain(value: object) -> object:
    if isinstance(value, tuple):
        return [_plain(one) for one in value]
    return value if isinstance(value, str) or value is None else str(value)


# --- before storing ------------------------------------------------------------------------------------

_NOTHING = CustomerFields(last="-")
_NAME_PARTS = frozenset({"prefix", "first", "middle", "last", "suffix"})
_TELLING = frozenset({"first", "last", "birth_date", "phones", "emails"})
"""Fields that tell one person from another (P3)."""
_SHOWN = 4
"""Look-alikes named in the question; their number is told."""


def _read(work: Work, before: CustomerFields, after: CustomerFields, order: Order) -> NewCustomer:
    """*after* as a record; Invalid with the faults that *before* did not have."""
    today = day_of(work.now, work.session.zone)
    known = set(read_fields(before, today=today, order=order)[1])
    read, faults = read_fields(after, today=today, order=order)
    if new := [fault for fault in faults if fault not in known]:
        raise Invalid(new, "Nothing was saved.")
    return read


def _merged(found: NewCustomer, read: NewCustomer, touched: Iterable[str]) -> NewCustomer:
    """*found* with the *touched* fields of *read*: what was left alone is kept as it is stored."""
    names = {key: getattr(read.name, key) for key in touched if key in _NAME_PARTS}
    others = {key: getattr(read, key) for key in touched if key not in _NAME_PARTS}
    return replace(found, name=replace(found.name, **names), **others)


def _with_former_name(before: NewCustomer, after: NewCustomer) -> NewCustomer:
    """*after*, findable by the name it had before when its first or last name differs (P1)."""
    old, new = before.name, after.name
    if (fold(old.first), fold(old.last)) == (fold(new.first), fold(new.last)):
        return after
    spoken = replace(old, prefix="", suffix="").full
    present = fold(replace(new, prefix="", suffix="").full)
    names = {fold(name): name for name in (*after.former_names, spoken)}
    return replace(after, former_names=tuple(name for folded, name in names.items() if folded != present))


def _stale(found: Record, command: ChangeCustomer) -> Stale:
    theirs = as_fields(found.customer)
    differences = meanwhile(command.was, theirs, command.fields, field_text)
    return Stale(found.customer.name.full, differences, found.version)


def _refuse_taken_ids(customer: NewCustomer, own_id: int | None) -> None:
    for system, value in customer.external_ids:
        taken = select("select customer_id from external_id where system = ? and value = ?", [system, value])
        if taken and taken[0][0] != own_id:
            other = record(taken[0][0])
            raise Refused(
                f"{system} {value} already belongs to {other.customer.name.full} (number {other.number}).",
                "Open that record, or correct the id.",
            )


def _ask_about_duplicates(work: Work, customer: NewCustomer, own_id: int | None) -> None:
    """Raise NeedsAnswer when somebody strongly alike is in the book (P3); families and twins do not ask."""
    e164s = [e164_of(number, work.session.country) for _, number in customer.phones]
    alike = look_alikes(customer, e164s, besides=own_id)
    if not any(one.strong for one in alike):
        return
    shown = "; ".join(map(_described, alike[:_SHOWN]))
    more = f"; and {len(alike) - _SHOWN} more" if len(alike) > _SHOWN else ""
    raise NeedsAnswer(
        f"{customer.name.full} may be in the book already: {shown}{more}.",
        "Open that record instead, or save anyway when they are two people.",
        question="duplicate",
        rule="P3",
    )


def _described(other: LookAlike) -> str:
    born = f", born {short_day(other.birth_date)}" if other.birth_date else ""
    return f"number {other.number}, {other.listed}{born} ({other.why})"


# --- storing -------------------------------------------------------------------------------------------


def _store(work: Work, found: Record, wanted: NewCustomer, dirty: Iterable[str]) -> None:
    """Change the columns that differ and write anew what hangs on the customer where it differs."""
    before, after = customer_values(found.customer), customer_values(wanted)
    columns = {key: value for key, value in after.items() if before[key] != value}
    changed = (
        Customer.update(version=found.version + 1, **columns)
        .where(Customer.id == found.id, Customer.version == found.version)
        .execute()
    )
    if changed != 1:
        raise AssertionError("the record changed under the write lock")
    satellites = Satellites(
        work.session.country, day_of(work.now, work.session.zone), since=dict(found.alerts_since)
    )
    for fields_, tables, add in _HANGING:
        if not fields_.isdisjoint(dirty):
            for table in tables:
                table.delete().where(table.customer == found.id).execute()
            add(satellites, found.id, wanted)
    satellites.write()


_HANGING = (
    (_NAME_PARTS | {"former_names"}, (FormerName, SearchWord, SearchSound), Satellites.add_names),
    (frozenset({"phones"}), (Phone, SearchDigits), Satellites.add_phones),
    (frozenset({"emails"}), (Email,), Satellites.add_emails),
    (frozenset({"external_ids"}), (ExternalId,), Satellites.add_external_ids),
    (frozenset({"consents"}), (Consent,), Satellites.add_consents),
    (frozenset({"alerts"}), (Alert,), Satellites.add_alerts),
)
"""Fields, the tables they live in, and how their rows are made."""
