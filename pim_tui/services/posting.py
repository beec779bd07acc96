"""Making a posting, step by step inside one write transaction: number, parts, entries, then posted (M3, M4).

Every service that posts goes through here. The tables refuse what does not add up or has no number;
nothing of it can be changed afterwards.
"""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date
from typing import NamedTuple

from ..db.bulk import insert
from ..db.connection import select
from ..domain.bills import PostingKind, code
from ..domain.moments import day_of
from ..models import Allocation, Entry, NumberSeries, Posting
from .audit import Values
from .usecase import Work


@dataclass(frozen=True, slots=True)
class NewPosting:
    """What a posting is about. ``amount`` is what its lines or parts come to, in minor units."""

    kind: PostingKind
    amount: int
    customer_id: int | None = None
    payer_id: int | None = None
    appointment_id: int | None = None
    corrects_id: int | None = None
    reason: str = ""
    note: str = ""


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
    """Give the posting the next number of its kind and year, and its row, still open."""
    day = day_of(work.now, work.session.zone)
    number = _next_number(new.kind, day.year)
    id_ = Posting.insert(
        kind=new.kind.value, year=day.year, number=number, at=work.now, day=day, staff=work.session.staff_id,
        customer=new.customer_id, payer=new.payer_id, appointment=new.appointment_id,
        currency=work.session.currency, amount=new.amount, inclusive=work.session.house.inclusive,
        corrects=new.corrects_id, reason=new.reason, note=new.note,
    ).execute()  # fmt: skip
    return Opened(int(id_), day, code(new.kind, day.year, number), new)


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
    Posting.update(state="posted").where(Posting.id == opened.id, Posting.state == "open").execute()
    new = opened.new
    about = {
        "kind": new.kind.value, "code": opened.code, "amount": new.amount, "customer_id": new.customer_id,
        "currency": work.session.currency, "day": opened.day.isoformat(), "corrects_id": new.corrects_id,
    }  # fmt: skip
    work.changed(action, "posting", opened.id, None, {**about, **told}, new.reason)


def allocate(work: Work, credit_id: int, debit_id: int, amount: int, account: str = "receivable") -> None:
    """Let ``amount`` of a payment (or what else is to the customer's credit) settle a bill (M7)."""
    Allocation.insert(
        credit=credit_id, debit=debit_id, account=account, amount=amount, at=work.now,
        day=day_of(work.now, work.session.zone), staff=work.session.staff_id,
    ).execute()  # fmt: skip


def left_on(posting_id: int, account: str = "receivable") -> int:
    """What is still owed on a bill, or (below zero) still to the credit of a payment; minor units.

    Indexes: ``entry (posting, account, amount)``, ``allocation (debit, ...)``, ``(credit, ...)``.
    """
    ((left,),) = select(
        "select (select coalesce(sum(amount), 0) from entry where posting_id = ? and account = ?)"
        " - (select coalesce(sum(amount), 0) from allocation where debit_id = ? and account = ?)"
        " + (select coalesce(sum(amount), 0) from allocation where credit_id = ? and account = ?)",
        [posting_id, account] * 3,
    )
    return int(left)


def _next_number(kind: PostingKind, year: int) -> int:
    """The series goes up by one in the same transaction: no holes, no reuse (M4)."""
    series = (NumberSeries.kind == kind.value) & (NumberSeries.year == year)
    if not NumberSeries.update(last=NumberSeries.last + 1).where(series).execute():
        NumberSeries.insert(kind=kind.value, year=year, last=1).execute()
    ((last,),) = select("select last from number_series where kind = ? and year = ?", [kind.value, year])
    return int(last)
