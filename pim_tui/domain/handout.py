"""What leaves the book: which rows are wanted, and the plain rows that every writer of files is given."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date
from typing import NamedTuple

from .customer import NewCustomer


@dataclass(frozen=True, slots=True)
class VisitsWanted:
    """Which appointments; an empty part lets everything through.

    ``first`` and ``last`` are local days, both included: what touches them is wanted. ``statuses`` are
    letters. ``ids`` names single appointments (None: all, empty: none), ``customer_id`` one customer.
    """

    ids: tuple[int, ...] | None = None
    customer_id: int | None = None
    staff_ids: tuple[int, ...] = ()
    room_ids: tuple[int, ...] = ()
    type_ids: tuple[int, ...] = ()
    statuses: tuple[str, ...] = ()
    first: date | None = None
    last: date | None = None

    @property
    def cuts_series(self) -> bool:
        """Whether it lets some visits of a series through and others not: then it goes out in pieces."""
        return bool(self.ids is not None or self.statuses or self.first or self.last)


@dataclass(frozen=True, slots=True)
class CustomersWanted:
    """Which customers: those with ``ids``; None is everybody, with ``active`` only those who still come."""

    ids: tuple[int, ...] | None = None
    active: bool = True


@dataclass(frozen=True, slots=True)
class MoneyWanted:
    """Which postings; an empty part lets everything through.

    ``kinds`` are values of :class:`~.bills.PostingKind`, ``staff_ids`` who posted them. Days are included.
    """

    customer_id: int | None = None
    kinds: tuple[str, ...] = ()
    staff_ids: tuple[int, ...] = ()
    first: date | None = None
    last: date | None = None


class EntryOut(NamedTuple):
    """One side of a posting. ``at`` is UTC seconds, ``day`` ISO; ``amount`` minor units of ``currency``.

    Numbers are as people read them; ``corrects`` is that of the document it points back to.
    """

    number: str
    kind: str
    day: str
    at: int
    account: str
    amount: int
    currency: str
    customer_number: int | None
    customer: str
    payer: str
    staff: str
    corrects: str
    reason: str


class BillOut(NamedTuple):
    """One bill with its sums, in minor units of ``currency``.

    Of what the customer is to pay, ``taken_off`` was credited, written off or voided; ``status`` is how far
    customer and payer together have paid.
    """

    number: str
    kind: str
    day: str
    customer_number: int | None
    customer: str
    payer: str
    items: str
    currency: str
    net: int
    tax: int
    total: int
    payer_share: int
    paid: int
    taken_off: int
    left: int
    payer_left: int
    status: str
    staff: str


class LineOut(NamedTuple):
    """One line of a bill or note, as posted; ``posting_id`` is not handed out."""

    posting_id: int
    number: str
    day: str
    customer_number: int | None
    customer: str
    position: int
    code: str
    item: str
    quantity: int
    unit: str
    currency: str
    unit_price: int
    discount: int
    net: int
    tax: int
    total: int
    customer_share: int
    payer_share: int


class AccountOut(NamedTuple):
    """One posting of a customer's account: what it charged and credited, and the balance behind it."""

    id: int
    number: str
    kind: str
    day: str
    at: int
    staff: str
    corrects: str
    reason: str
    currency: str
    charged: int
    credited: int
    balance: int


class SealedOut(NamedTuple):
    """One line of the journal, in the order in which it was sealed, and what else an auditor needs (A1).

    ``before`` and ``after`` are the values whose digests are sealed: of what concerns money; empty for
    others and for those that were erased.
    """

    prev: str
    seq: int
    at_ms: int
    staff_id: int | None
    session: str
    action: str
    kind: str
    row_id: int | None
    reason: str
    request: str | None
    before_hash: str
    after_hash: str
    hash: str
    staff: str
    before: str
    after: str


class VisitOut(NamedTuple):
    """One appointment with the names behind its ids.

    Instants are UTC seconds; ``day`` (ISO) and ``wall`` are the local time in ``zone``. ``uid`` and
    ``sequence`` are what other calendars know it by, None when it was never outside; ``series`` is the uid
    of the series it belongs to, else empty. ``number`` is the customer's.
    """

    id: int
    version: int
    uid: str | None
    sequence: int | None
    series: str
    day: str
    wall: str
    zone: str
    starts_at: int
    minutes: int
    status: str
    number: int
    customer: str
    staff: str
    room: str
    type: str
    mode: str
    reason: str
    note: str
    cancel_reason: str
    cancelled_by: str
    confirmed_at: int | None
    arrived_at: int | None
    seated_at: int | None
    left_at: int | None


class SeriesOut(NamedTuple):
    """A series with what its rule alone does not tell.

    ``out`` and ``added`` are UTC seconds; ``changed`` are the visits that differ from it, each with the
    start the rule gave it. ``drawn_to`` is up to where visits were made, None when the rule has ended.
    """

    id: int
    version: int
    uid: str
    sequence: int
    rule: str
    zone: str
    wall: str
    starts_at: int
    minutes: int
    number: int
    customer: str
    staff: str
    room: str
    type: str
    mode: str
    reason: str
    note: str
    drawn_to: int | None
    out: tuple[int, ...] = ()
    added: tuple[int, ...] = ()
    changed: tuple[tuple[int, VisitOut], ...] = ()


class ZoneUse(NamedTuple):
    """A time zone that series need, with the first and the last instant it is needed for."""

    zone: str
    first: int
    last: int


class PersonOut(NamedTuple):
    """One customer. ``notes`` are those that stand, the oldest first; ``photo`` is a file's SHA-256."""

    id: int
    number: int
    active: bool
    customer: NewCustomer
    notes: tuple[str, ...] = ()
    photo: str = ""


OURS = ".pim-tui"
"""How the names that exports give records end, in every clinic."""


def of_clinic(kind: str, id_: int, clinic: str) -> str:
    """The name of a record that stays the same in every file that ever leaves this book.

    ``clinic`` is what no other book has; see :func:`pim_tui.queries.exporting.clinic_key`.
    """
    return f"{kind}-{id_}@{clinic}{OURS}"


def id_in_clinic(kind: str, uid: str, clinic: str) -> int | None:
    """The id of the record that :func:`of_clinic` named so; None for a name that came from elsewhere."""
    begin, end = f"{kind}-", f"@{clinic}{OURS}"
    number = uid[len(begin) : -len(end)] if uid.startswith(begin) and uid.endswith(end) else ""
    return int(number) if number.isascii() and number.isdigit() and len(number) < 19 else None


STATE_WORDS = {"S": "scheduled", "C": "completed", "M": "missed", "X": "canceled"}
"""The states as files say them."""


def joined(values: Sequence[str]) -> str:
    """Several values in one cell, as address books write them."""
    return " ::: ".join(values)


def parted(cell: str) -> tuple[str, ...]:
    """The values that :func:`joined` put into one cell."""
    return tuple(value for part in cell.split(":::") if (value := part.strip()))
