"""What customers and payers owe, what they have to their credit, and what is parked for them.

Nothing here is stored: every figure is the sum of rows (M5). Amounts are minor units.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date
from typing import NamedTuple

from ..db.connection import select
from ..db.many import marks
from ..domain import dues as rules
from ..domain.bills import code
from ..domain.rights import Right
from .gate import guarded


@dataclass(frozen=True, slots=True)
class Balance:
    """``owed`` on open bills, ``credit`` not used yet; ``balance`` is the one less the other (M5)."""

    balance: int
    owed: int
    credit: int


class Due(NamedTuple):
    """A posting with ``left`` > 0: still owed on a bill, or still to the credit of a payment or note."""

    id: int
    kind: str
    code: str
    day: date
    amount: int
    left: int

    @property
    def rule(self) -> rules.Due:
        """What :func:`~pim_tui.domain.dues.oldest_first` asks for."""
        return rules.Due(self.id, self.day, self.left)


class Draft(NamedTuple):
    """A parked bill. ``amount`` is what it came to when it was parked; times are UTC seconds."""

    id: int
    version: int
    kind: str
    customer_id: int | None
    customer: str
    label: str
    amount: int
    changed_at: int
    staff: str


_LEFT = (
    "select p.id, p.kind, p.year, p.number, p.day, p.amount, {sign} e.amount - coalesce((select sum(a.amount)"
    " from allocation a where a.{side}_id = e.posting_id and a.account = '{account}'), 0) as still"
    " from (select posting_id, sum(amount) as amount from entry where {whose} = ? and account = '{account}'"
    " group by posting_id having sum(amount) {way} 0) e join posting p on p.id = e.posting_id"
)
_BALANCE = (
    "select coalesce(sum(still), 0), coalesce(sum(case when still > 0 then still else 0 end), 0)"
    " from (select e.amount - case when e.amount > 0 then coalesce((select sum(a.amount) from allocation a"
    " where a.debit_id = e.posting_id and a.account = 'receivable'), 0) else -coalesce((select sum(a.amount)"
    " from allocation a where a.credit_id = e.posting_id and a.account = 'receivable'), 0) end as still"
    " from (select posting_id, sum(amount) as amount from entry where customer_id = ?"
    " and account = 'receivable' group by posting_id) e) as found"
)
_SINCE = (
    "select e.customer_id, min(p.day) from (select customer_id, posting_id, sum(amount) as amount from entry"
    " where customer_id in ({}) and account = 'receivable' group by customer_id, posting_id"
    " having sum(amount) > 0) e join posting p on p.id = e.posting_id where e.amount > coalesce((select"
    " sum(a.amount) from allocation a where a.debit_id = e.posting_id and a.account = 'receivable'), 0)"
    " group by e.customer_id"
)
_OPEN = "select * from ({}) as found where still > 0 order by day, id"
_DEBIT = {"sign": "", "side": "debit", "way": ">"}
_CREDIT = {"sign": "-", "side": "credit", "way": "<"}
_OF_CUSTOMER = {"account": "receivable", "whose": "customer_id"}
_OF_PAYER = {"account": "payer", "whose": "payer_id"}


@guarded(Right.SEE_BILL)
def balance(customer_id: int) -> Balance:
    """What the customer owes on the whole, in one select.

    Indexes: ``entry (customer, account, day, amount)``, ``allocation (debit, ...)``, ``(credit, ...)``.
    """
    ((total, owed),) = select(_BALANCE, [customer_id])
    return Balance(int(total), int(owed), int(owed - total))


@guarded(Right.SEE_BILL)
def dues(customer_id: int) -> tuple[Due, ...]:
    """What the customer still owes on, the oldest first. Indexes: as :func:`balance`."""
    return _open(_DEBIT, _OF_CUSTOMER, customer_id)


@guarded(Right.SEE_BILL)
def credits_of(customer_id: int) -> tuple[Due, ...]:
    """Payments and notes of the customer that settle nothing yet, the oldest first. Indexes: as above."""
    return _open(_CREDIT, _OF_CUSTOMER, customer_id)


@guarded(Right.SEE_BILL)
def owed_since(customer_ids: Sequence[int]) -> dict[int, date]:
    """The day of the oldest bill that is still open, of each customer who has one.

    Indexes: ``entry (customer, account, day, amount)``, ``allocation (debit, ...)``.
    """
    rows = select(_SINCE.format(marks(customer_ids) or "null"), customer_ids)
    return {id_: date.fromisoformat(day) for id_, day in rows}


@guarded(Right.SEE_BILL)
def payer_dues(payer_id: int) -> tuple[Due, ...]:
    """What a payer still owes on. Indexes: ``entry (payer, day, amount)``, ``allocation (debit, ...)``."""
    return _open(_DEBIT, _OF_PAYER, payer_id)


@guarded(Right.SEE_BILL)
def payer_credits(payer_id: int) -> tuple[Due, ...]:
    """What a payer has paid too much. Indexes: ``entry (payer, ...)``, ``allocation (credit, ...)``."""
    return _open(_CREDIT, _OF_PAYER, payer_id)


@guarded(Right.SEE_BILL)
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


@guarded(Right.SEE_BILL)
def drafts(customer_id: int | None = None) -> tuple[Draft, ...]:
    """Parked bills of a customer, or all of them; the newest first. Index: ``draft_bill (customer)``."""
    where, params = ("where d.customer_id = ?", [customer_id]) if customer_id is not None else ("", [])
    return tuple(
        Draft._make((*row[:4], row[4] or "", *row[5:]))
        for row in select(
            "select d.id, d.version, d.kind, d.customer_id, trim(c.first_name || ' ' || c.last_name),"
            " d.label, d.amount, d.changed_at, s.name from draft_bill d join staff s on s.id = d.staff_id"
            f" left join customer c on c.id = d.customer_id {where} order by d.changed_at desc, d.id desc",
            params,
        )
    )


@guarded(Right.SEE_BILL)
def draft_basket(draft_id: int) -> tuple[str, int] | None:
    """(basket as JSON, version) of a parked bill, None when it is gone. Index: primary key."""
    rows = select("select basket, version from draft_bill where id = ?", [draft_id])
    return (str(rows[0][0]), int(rows[0][1])) if rows else None


def _open(side: dict[str, str], of: dict[str, str], whose: int) -> tuple[Due, ...]:
    return tuple(
        Due(id_, kind, code(kind, year, number), date.fromisoformat(day), amount, int(left))
        for id_, kind, year, number, day, amount, left in select(
            _OPEN.format(_LEFT.format(**side, **of)), [whose]
        )
    )
