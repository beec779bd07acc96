"""How the money of a bill or of a credit came in, and what of it can still go back that way (R3).

Amounts are minor units. The cash that rounding gave or kept belongs to the coins it was given with.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Sequence
from dataclasses import dataclass, replace

from ..db.connection import select
from ..db.many import marks
from ..domain.rights import Right
from .gate import guarded


@dataclass(frozen=True, slots=True)
class CameIn:
    """One part of a payment: ``left`` of it can go back for what is asked, of ``whole`` that is left of it.

    ``coins`` is what is left of cash in coins. ``credit_id`` is the payment or credit note that is paid
    out with it, ``cashier_id`` who took it. ``paid_id`` is the bill that it paid, or the payment itself, and
    ``most`` what of the whole payment can go back for that.
    """

    credit_id: int
    payment_id: int
    part_id: int
    method: str
    left: int
    whole: int
    coins: int
    cashier_id: int
    paid_id: int
    most: int


@guarded(Right.SEE_BILL)
def paid_on(bill_id: int, account: str, credit_id: int) -> tuple[CameIn, ...]:
    """What payments settled of a bill in ``account``, less what went back for it already.

    ``credit_id`` is the credit note that gives it back. Indexes: ``allocation (debit, ...)``,
    ``payment_part (payment, position)``, ``(refunds)``, ``posting (corrects)``.
    """
    settled = dict(
        select(
            "select a.credit_id, sum(a.amount) from allocation a join posting p on p.id = a.credit_id"
            " where a.debit_id = ? and a.account = ? and p.kind = 'payment'"
            " group by a.credit_id having sum(a.amount) > 0",
            [bill_id, account],
        )
    )
    back: dict[int, int] = defaultdict(int)
    # One refund may pay out several credits: no more of it is this bill's than its notes put in.
    for payment, gone, of_bill in select(
        "select q.payment_id, sum(r.amount), n.amount from (select a.debit_id, sum(a.amount) as amount from"
        " posting c join allocation a on a.credit_id = c.id where c.corrects_id = ? and c.kind ="
        " 'credit_note' and a.account = ? group by a.debit_id) n join payment_part r on r.payment_id ="
        " n.debit_id join payment_part q on q.id = r.refunds_id group by n.debit_id, n.amount, q.payment_id",
        [bill_id, account],
    ):
        back[payment] += min(int(gone), int(of_bill))
    most = {payment: int(amount) - back[payment] for payment, amount in settled.items()}
    return _within(most, credit_id, bill_id)


@guarded(Right.SEE_BILL)
def paid_by(payment_id: int, left: int) -> tuple[CameIn, ...]:
    """The parts of a payment of which ``left`` is credit. Index: ``payment_part (payment, position)``."""
    return _within({payment_id: left}, payment_id, payment_id)


@guarded(Right.SEE_BILL)
def paid_for(credit_id: int, account: str, left: int) -> tuple[CameIn, ...]:
    """How a payment of which ``left`` is credit came in; of a credit note, what paid its bill."""
    rows = select("select kind, corrects_id from posting where id = ?", [credit_id])
    kind, corrects_id = rows[0] if rows else ("", None)
    if kind == "payment":
        return paid_by(credit_id, left)
    return paid_on(corrects_id, account, credit_id) if kind == "credit_note" else ()


def at_most(parts: Iterable[CameIn], amount: int) -> tuple[CameIn, ...]:
    """The first parts that come to ``amount``, the last of them cut."""
    found = []
    for part in parts:
        if (kept := min(part.left, amount)) > 0:
            found.append(replace(part, left=kept))
            amount -= kept
    return tuple(found)


@guarded(Right.SEE_BILL)
def cashiers_of(bill_id: int) -> frozenset[int]:
    """Who took a payment that settled something of the bill, be it taken back since (R4)."""
    rows = select(
        "select distinct p.staff_id from allocation a join posting p on p.id = a.credit_id"
        " where a.debit_id = ? and p.kind = 'payment'",
        [bill_id],
    )
    return frozenset(int(id_) for (id_,) in rows)


def _within(most: dict[int, int], credit_id: int, paid_id: int) -> tuple[CameIn, ...]:
    """The parts of these payments, of each together no more than it may give back."""
    found: list[CameIn] = []
    parts = _parts(sorted(most), credit_id, paid_id)
    for payment_id, amount in sorted(most.items()):
        own = (replace(part, most=amount) for part in parts if part.payment_id == payment_id)
        found += at_most(own, amount)
    return tuple(found)


def _parts(payment_ids: Sequence[int], credit_id: int, paid_id: int) -> list[CameIn]:
    if not payment_ids:
        return []
    back = "select coalesce(sum(r.amount), 0) from payment_part r where r.refunds_id = q.id"
    rows = select(
        f"select q.payment_id, q.id, q.method, q.amount, ({back}), ({back} and r.method <> 'rounding'),"
        " p.staff_id from payment_part q join posting p on p.id = q.payment_id"
        f" where q.payment_id in ({marks(payment_ids)}) order by q.payment_id, q.position",
        payment_ids,
    )
    found: list[CameIn] = []
    for payment_id, id_, method, amount, gone, coins_gone, cashier_id in rows:
        before = found[-1] if found else None
        rounded = method == "rounding"
        if rounded and before and (before.payment_id, before.method) == (payment_id, "cash"):
            whole = before.whole + amount
            found[-1] = replace(before, left=whole, whole=whole)
            continue
        left, coins = int(amount - gone), 0 if rounded else int(amount - coins_gone)
        way = "cash" if rounded else method
        found.append(
            CameIn(credit_id, payment_id, id_, way, left, left, coins, cashier_id, paid_id, most=left)
        )
    return found
