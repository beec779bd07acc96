"""Making a posting, step by step inside one write transaction: number, parts, entries, then posted (M3, M4).

Every service that posts goes through here. The tables refuse what does not add up or has no number;
nothing of it can be changed afterwards.
"""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date
from typing import NamedTuple

from ..db.bulk import insert, insert_one, update
from ..db.connection import select
from ..domain.bills import PostingKind, code
from ..domain.moments import day_of
from ..errors import Refused
from ..models import Allocation, Entry, NumberSeries, Posting
from .audit import Values
from .work import Work


@dataclass(frozen=True, slots=True)
class NewPosting:
    """What a posting is about. ``amount`` is what its lines or parts come to, in minor units.

    ``inclusive`` is how a corrected bill was priced; None: as the house prices now.
    """

    kind: PostingKind
    amount: int
    customer_id: int | None = None
    payer_id: int | None = None
    appointment_id: int | None = None
    corrects_id: int | None = None
    reason: str = ""
    note: str = ""
    inclusive: bool | None = None


@dataclass(frozen=True, slots=True)
class Opened:
    """A posting under way: its id, the clinic's date of it, its number as people read it."""

    id: int
    day: date
    code: str
    new: NewPosting


class Side(NamedTuple):
    """One entry of a posting: ``amount`` is above zero for what is owed or has come in."""

    account: str
    amount: int
    customer_id: int | None = None
    payer_id: int | None = None


def begin(work: Work, new: NewPosting) -> Opened:
    """Give the posting the next number of its kind and year, and its row, still open. Raises Refused in
    another currency than the book's (M1)."""
    require_one_currency(work.session.currency)
    day = day_of(work.now, work.session.zone)
    number = _next_number(new.kind, day.year)
    inclusive = work.session.house.inclusive if new.inclusive is None else new.inclusive
    id_ = insert_one(
        _POSTING,
        (
            new.kind.value, day.year, number, "open", work.now, day, work.session.staff_id, new.customer_id,
            new.payer_id, new.appointment_id, work.session.currency, new.amount,
            inclusive, new.corrects_id, new.reason, new.note,
        ),
    )  # fmt: skip
    return Opened(id_, day, code(new.kind, day.year, number), new)


def enter(opened: Opened, sides: Iterable[Side]) -> None:
    """Write the entries; sides of nothing are left out. They must add up to nothing (M5)."""
    day = opened.day.isoformat()
    insert(
        [Entry.posting, Entry.account, Entry.amount, Entry.customer, Entry.payer, Entry.day],
        (
            (opened.id, side.account, side.amount, side.customer_id, side.payer_id, day)
            for side in sides
            if side.amount
        ),
    )


def finish(work: Work, opened: Opened, told: Values, action: str = "post") -> None:
    """Post it: from here on the tables refuse every change. ``told`` is what the journal keeps."""
    update("update posting set state = 'posted' where id = ? and state = 'open' returning id", [opened.id])
    new = opened.new
    about = {
        "kind": new.kind.value,
        "code": opened.code,
        "amount": new.amount,
        "customer_id": new.customer_id,
        "currency": work.session.currency,
        "day": opened.day.isoformat(),
        "corrects_id": new.corrects_id,
    }
    work.changed(action, "posting", opened.id, None, {**about, **told}, new.reason)


def allocate(work: Work, credit_id: int, debit_id: int, amount: int, account: str = "receivable") -> None:
    """Let ``amount`` of a payment (or what else is to the customer's credit) settle a bill (M7)."""
    day = day_of(work.now, work.session.zone)
    insert(_ALLOCATION, [(credit_id, debit_id, account, amount, work.now, day, work.session.staff_id)])


def require_one_currency(currency: str) -> None:
    """Refuse another currency than the book's: balances, reports and the drawer are sums, which would add the
    two (M1). Index: primary key.
    """
    for (kept,) in select("select currency from posting order by id desc limit 1"):
        if kept != currency:
            raise Refused(
                f"The money of this book is {kept}, and the setting currency is {currency}.",
                f'Set currency = "{kept}" again, or begin another book for the other money.',
                rule="M1",
            )


def _next_number(kind: PostingKind, year: int) -> int:
    """The series goes up by one in the same transaction: no holes, no reuse (M4)."""
    raised = update(
        "update number_series set last = last + 1 where kind = ? and year = ? returning last",
        [kind.value, year],
    )
    if raised:
        return int(raised[0][0])
    insert([NumberSeries.kind, NumberSeries.year, NumberSeries.last], [(kind.value, year, 1)])
    return 1


_POSTING = [
    Posting.kind, Posting.year, Posting.number, Posting.state, Posting.at, Posting.day, Posting.staff,
    Posting.customer, Posting.payer, Posting.appointment, Posting.currency, Posting.amount,
    Posting.inclusive, Posting.corrects, Posting.reason, Posting.note,
]  # fmt: skip
_ALLOCATION = [
    Allocation.credit, Allocation.debit, Allocation.account, Allocation.amount, Allocation.at,
    Allocation.day, Allocation.staff,
]  # fmt: skip
