"""Money that goes back, inside the transaction of the services that allow it (R3, M6).

It goes the way it came and never more than came that way; what no way is left for stays credit. What
a payer paid goes to the payer alone.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass, replace

from ..db.bulk import insert
from ..domain.bills import PostingKind
from ..domain.pricing import Terms, cash_due
from ..domain.returns import apportion_refund
from ..domain.tender import ROUNDING
from ..domain.terms import terms_of
from ..queries.balances import Due, credits_of, payer_credits
from ..queries.refundable import CameIn, paid_for
from .overdrawing import note_overdrawn
from .payments import PARTS, open_drawer
from .posting import NewPosting, Opened, Side, allocate, begin, enter, finish
from .work import Work

ORIGINAL, CREDIT = "original", "credit"
"""Back as it was paid; or not at all, to be used later."""


@dataclass(frozen=True, slots=True)
class Owner:
    """Whose money it is: a customer's (None: a sale to nobody known), or a payer's (M6)."""

    customer_id: int | None
    payer_id: int | None = None

    @property
    def account(self) -> str:
        """The account their money is in."""
        return "receivable" if self.payer_id is None else "payer"


def by_method(parts: Sequence[CameIn], method: str) -> tuple[CameIn, ...]:
    """The parts that may be paid back when ``method`` was asked for."""
    return tuple(part for part in parts if method in (ORIGINAL, part.method))


def credit_parts(owner: Owner, method: str) -> tuple[CameIn, ...]:
    """How everything came in that is to somebody's credit, the oldest first, nothing of it twice over.

    One payment may have paid several bills, and one bill may have several credit notes.
    """
    used: Counter[tuple[str, int, int]] = Counter()
    found = []
    for credit in _credits(owner):
        still = credit.left
        for part in by_method(paid_for(credit.id, owner.account, still), method):
            of_part, of_bill = ("part", part.part_id, 0), ("bill", part.paid_id, part.payment_id)
            left = min(part.left, still, part.whole - used[of_part], part.most - used[of_bill])
            if left > 0:
                found.append(replace(part, left=left))
                used[of_part] += left
                used[of_bill] += left
                still -= left
    return tuple(found)


def _credits(owner: Owner) -> tuple[Due, ...]:
    if owner.payer_id is not None:
        return payer_credits(owner.payer_id)
    return credits_of(owner.customer_id) if owner.customer_id is not None else ()


def credit_of(owner: Owner) -> int:
    """All that is to somebody's credit, whichever way it came."""
    return sum(one.left for one in _credits(owner))


def shares_of(amount: int, parts: Sequence[CameIn]) -> tuple[CameIn, ...]:
    """What of ``amount`` goes back by each part; together less than it where no way is left (R3)."""
    ways = [(part.method, index, part.left) for index, part in enumerate(parts)]
    return tuple(
        replace(parts[index], left=share) for _, index, share in apportion_refund(amount, 0, ways).back
    )


def open_refund(work: Work, owner: Owner, shares: Sequence[CameIn]) -> Planned:
    """Give a refund of these shares its number; it is posted once its request says that it is paid."""
    money, gone = sum(share.left for share in shares), rows_of(shares, terms_of(work.session))
    refund = begin(work, NewPosting(PostingKind.REFUND, money, owner.customer_id, owner.payer_id))
    return Planned(refund, owner, tuple(shares), gone)


def rows_of(shares: Sequence[CameIn], terms: Terms) -> tuple[tuple[str, int, int], ...]:
    """How these shares go back: (method, amount, part id), each part of a payment once."""
    whole: dict[int, CameIn] = {}
    for share in shares:
        before = whole.get(share.part_id)
        whole[share.part_id] = replace(share, left=share.left + (before.left if before else 0))
    return tuple(row for part in whole.values() for row in _rows(part, terms))


@dataclass(frozen=True, slots=True)
class Planned:
    """A refund that has its number: its shares, and (method, amount, part id) as they are written."""

    refund: Opened
    owner: Owner
    shares: tuple[CameIn, ...]
    gone: tuple[tuple[str, int, int], ...]

    def post(self, work: Work) -> None:
        """Write its parts and entries, post it, and let the credit that it pays out settle it (M7)."""
        id_, owner = self.refund.id, self.owner
        drawer = open_drawer() if any(method == "cash" for method, _, _ in self.gone) else None
        insert(
            PARTS,
            (
                (id_, position, method, amount, None, "", drawer if method == "cash" else None, part_id)
                for position, (method, amount, part_id) in enumerate(self.gone, 1)
            ),
        )
        payer_id = owner.payer_id
        sides = [Side(method, -amount) for method, amount, _ in self.gone]
        customer_id = owner.customer_id if payer_id is None else None
        enter(self.refund, [*sides, Side(owner.account, self.refund.new.amount, customer_id, payer_id)])
        finish(work, self.refund, {"by": [[method, amount] for method, amount, _ in self.gone]}, "refund")
        cash = sum(amount for method, amount, _ in self.gone if method == "cash")
        note_overdrawn(work, self.refund.code, cash)
        for part in self.shares:
            allocate(work, part.credit_id, id_, part.left, owner.account)


def _rows(part: CameIn, terms: Terms) -> list[tuple[str, int, int]]:
    """How one part goes back: coins as far as there are such, the rest as rounding.

    The last of it takes exactly the coins that are left, so that small refunds return what one large does.
    """
    if part.method != "cash":
        return [(part.method, part.left, part.part_id)]
    due, _ = cash_due(part.left, terms)
    coins = part.coins if part.left == part.whole else min(due, part.coins)
    rows = [("cash", coins, part.part_id), (ROUNDING, part.left - coins, part.part_id)]
    return [row for row in rows if row[1]]
