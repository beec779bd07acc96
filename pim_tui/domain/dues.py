"""What is owed: which bill a payment settles, how far a bill is paid, how old a balance is (M7, M11).

Amounts are whole minor units.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import date
from enum import StrEnum

AGES = ("0-30", "31-60", "61-90", "over 90")
"""The titles of the four ages of a balance, in days."""
_YOUNGEST = (31, 61, 91)


class Paid(StrEnum):
    """How far a bill is paid; worked out from its rows, never stored."""

    PAID = "paid"
    PART = "part"
    UNPAID = "unpaid"
    VOID = "void"

    @property
    def word(self) -> str:
        """The status as staff read it."""
        return "Part paid" if self == Paid.PART else self.capitalize()

    @property
    def letter(self) -> str:
        """One ASCII letter, told apart without colour: P, H for half way, U, V."""
        return "H" if self == Paid.PART else self[0].upper()


@dataclass(frozen=True, slots=True)
class Due:
    """A bill with something left to pay: ``left`` > 0, ``day`` on which it was posted."""

    id: int
    day: date
    left: int


def oldest_first(amount: int, dues: Sequence[Due]) -> tuple[tuple[tuple[int, int], ...], int]:
    """How ``amount`` settles ``dues``, oldest first (M7): ((id of the bill, amount), ...) and what is over.

    Bills of one day go by their id, in the order in which they were posted. What is over is credit.
    """
    found: list[tuple[int, int]] = []
    for due in sorted(dues, key=lambda one: (one.day, one.id)):
        part = min(amount, due.left)
        if part > 0:
            found.append((due.id, part))
            amount -= part
    return tuple(found), amount


def matched(credits: Sequence[Due], bills: Iterable[tuple[int, int]]) -> tuple[tuple[int, int, int], ...]:
    """How ``credits``, the oldest first, settle ``bills``, ((id, amount), ...) in their order (M7).

    The answer is ((id of the credit, id of the bill, amount), ...); what no credit lasts for is left out.
    """
    found: list[tuple[int, int, int]] = []
    there = {one.id: one.left for one in sorted(credits, key=lambda one: (one.day, one.id))}
    for bill_id, wanted in bills:
        for credit_id in there:
            part = min(wanted, there[credit_id])
            if part > 0:
                found.append((credit_id, bill_id, part))
                there[credit_id] -= part
                wanted -= part
    return tuple(found)


def status(total: int, left: int, *, voided: bool = False, returned: int = 0) -> Paid:
    """How far a bill over ``total`` is paid when ``left`` of it is owed.

    ``returned`` is what credit notes have taken off it: nobody has paid that. A bill on which nothing is
    owed is paid, also one over nothing.
    """
    if voided:
        return Paid.VOID
    if left <= 0:
        return Paid.PAID
    return Paid.UNPAID if left >= total - returned else Paid.PART


def age_of(days: int) -> int:
    """Which of :data:`AGES` something is that is ``days`` old."""
    return sum(days >= youngest for youngest in _YOUNGEST)


def ageing(rows: Iterable[tuple[date, int]], as_of: date) -> tuple[int, ...]:
    """The balance on the evening of ``as_of`` by age, one amount for each of :data:`AGES` (M11).

    ``rows`` are (day, what is owed since then), credit below zero. Later rows do not count; the four
    amounts add up to the balance of the others.
    """
    buckets = [0] * len(AGES)
    for day, amount in rows:
        age = (as_of - day).days
        if age >= 0:
            buckets[age_of(age)] += amount
    return tuple(buckets)
