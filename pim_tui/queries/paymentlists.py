"""Payments and refunds as a list, with what came in by each method."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date
from typing import Any, NamedTuple

from ..db.connection import select
from ..domain.bills import PostingKind, code
from ..domain.rights import Right
from .gate import guarded
from .page import Page, Totals
from .paging import behind
from .postingwords import methods_of, methods_told
from .where import Where

METHODS = ("cash", "card", "transfer", "cheque", "other", "rounding")
"""How money goes; ``rounding`` is the part of cash that no coin exists for."""


@dataclass(frozen=True, slots=True)
class PaymentFilter:
    """Which payments; an empty part lets everything through. Days are both included."""

    customer_id: int | None = None
    kinds: tuple[str, ...] = ()
    methods: tuple[str, ...] = ()
    first: date | None = None
    last: date | None = None


class PaymentRow(NamedTuple):
    """One payment or refund. ``amount`` is minor units, below zero for what went out.

    ``customer`` is who paid, or the payer; ``free`` is what has settled nothing yet; ``voided`` is a word.
    """

    id: int
    kind: str
    code: str
    day: date
    customer_id: int | None
    customer: str
    staff: str
    methods: str
    currency: str
    amount: int
    free: int
    voided: str

    @property
    def withdrawn(self) -> bool:
        """Whether it was taken back."""
        return bool(self.voided)

    @property
    def counted(self) -> int:
        """The amount, nothing for what was voided."""
        return 0 if self.voided else self.amount


_BOTH = (PostingKind.PAYMENT.value, PostingKind.REFUND.value)
_SIGN = "case when p.kind = 'refund' then -1 else 1 end"
_VOID = "(select count(*) from posting v where v.corrects_id = p.id and v.kind = 'void')"
_SETTLES = "(select coalesce(sum(a.amount), 0) from allocation a where a.credit_id = p.id)"


@guarded(Right.SEE_BILL)
def payments_of(
    shown: PaymentFilter, limit: int = 50, offset: int = 0, *, after: int | None = None
) -> Page[PaymentRow]:
    """The payments and refunds, the newest first, from ``offset`` on or those behind the one with the id
    ``after``. Sums leave out what was voided: ``counted``, and what went by each of :data:`METHODS`; ``void``
    is how much was.

    Indexes: ``posting (day, kind)``, for a customer ``(customer, day)``, and for the sums ``(kind, day)`` and
    ``(customer, kind, day)``; ``payment_part (payment, position)``; ``posting_void_once``; ``allocation
    (credit, account, amount, debit)``.
    """
    where, params = _where(shown)
    # Written so that no index of kinds answers it: the days must be gone down along.
    by_day = where.replace("p.kind in", "p.kind || '' in")
    further, last = behind(after, "posting", "p", "day", "id")
    page = (
        f"select p.* from posting p where {by_day}{further} order by p.day desc, p.id desc limit ? offset ?"
    )
    found = select(
        "select p.id, p.kind, p.year, p.number, p.day, p.customer_id,"
        " coalesce(y.name, trim(c.first_name || ' ' || c.last_name), ''), s.name, p.currency,"
        f" ({_SIGN}) * p.amount, case when p.kind = 'payment' then p.amount - {_SETTLES} else 0 end, {_VOID}"
        f" from ({page}) p join staff s on s.id = p.staff_id left join customer c on c.id = p.customer_id"
        " left join payer y on y.id = p.payer_id order by p.day desc, p.id desc",
        [*params, *last, limit, 0 if last else offset],
    )
    parts = methods_of([row[0] for row in found])
    rows = tuple(_row(row, methods_told(parts.get(row[0], ()))) for row in found)
    return Page(rows, lambda: _added_up(where, params), offset)


def _added_up(where: str, params: Sequence[object]) -> Totals:
    stands = f"case when {_VOID} = 0 then 1 else 0 end"
    shown = (
        f"select ({_SIGN}) * p.amount as amount, {stands} as stands, p.currency from posting p where {where}"
    )
    total, amount, voided, currency = select(
        "select count(*), coalesce(sum(b.amount * b.stands), 0),"
        f" coalesce(sum(b.amount * (1 - b.stands)), 0), min(b.currency) from ({shown}) b",
        params,
    )[0]
    by_method = dict(
        select(
            f"select t.method, sum(({_SIGN}) * t.amount) from posting p join payment_part t"
            f" on t.payment_id = p.id where {where} and {_VOID} = 0 group by t.method",
            params,
        )
    )
    sums = {"counted": amount, "void": voided, **{one: by_method.get(one, 0) for one in METHODS}}
    return Totals(total, sums, currency or "")


def _where(shown: PaymentFilter) -> Where:
    where = Where() if shown.customer_id is None else Where("p.customer_id = ?", (shown.customer_id,))
    where = where.among("p.kind", shown.kinds or _BOTH).days("p.day", shown.first, shown.last)
    if shown.methods:
        part = Where("q.payment_id = p.id").among("q.method", shown.methods)
        where = where.also(f"exists (select 1 from payment_part q where {part.text})", *part.params)
    return where


def _row(row: tuple[Any, ...], methods: str) -> PaymentRow:
    id_, kind, year, number, day, customer_id, customer, staff, currency, amount, free, voided = row
    return PaymentRow(
        id_, kind, code(kind, year, number), date.fromisoformat(day), customer_id, customer, staff, methods,
        currency, amount, free, "void" if voided else "",
    )  # fmt: skip
