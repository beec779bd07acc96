"""What a return is worth, where money and goods go, and who may say yes (R1-R5, M6).

The value of the first ``n`` units of a line is its share of the line, rounded; the value of the next ones is
the difference to that. So the last unit takes the cents that remain, and many small returns are worth what
one large one is. Inside a value, each figure is split off the one before in the same way, which keeps
net + tax = total = customer + payer in every part and nothing below zero.
"""

from __future__ import annotations

from collections.abc import Collection, Iterable, Sequence
from dataclasses import dataclass
from enum import StrEnum

from ..errors import Forbidden, Refused
from .pricing import PricedTax, tax_totals
from .rights import Right
from .rounding import Rounding, quotient


@dataclass(frozen=True, slots=True)
class SoldLine:
    """A posted line, amounts in minor units as they were posted (M3).

    ``returned`` counts the units that posted and waiting returns have taken back (R1).
    """

    id: int
    quantity: int
    net: int
    tax: int
    total: int
    customer: int
    payer: int
    taxes: tuple[PricedTax, ...]
    returned: int = 0
    description: str = ""


@dataclass(frozen=True, slots=True)
class QuotedLine:
    """What ``quantity`` units of a line are worth; what the payer paid never goes to the customer (M6)."""

    line_id: int
    quantity: int
    net: int
    tax: int
    total: int
    customer: int
    payer: int
    taxes: tuple[PricedTax, ...]


@dataclass(frozen=True, slots=True)
class Quote:
    """What a return is worth: every figure is the sum of the lines'."""

    lines: tuple[QuotedLine, ...]
    net: int
    tax: int
    total: int
    customer: int
    payer: int
    taxes: tuple[PricedTax, ...]


def quote(wanted: Iterable[tuple[SoldLine, int]], rounding: Rounding = Rounding.HALF_UP) -> Quote:
    """What it is worth to take back so many units of each line (R2).

    Raises :class:`Refused` naming every line of which that many cannot be returned (R1).
    """
    asked = list(wanted)
    _check(asked)
    lines = tuple(_worth(line, units, rounding) for line, units in asked)
    return Quote(
        lines=lines,
        net=sum(line.net for line in lines),
        tax=sum(line.tax for line in lines),
        total=sum(line.total for line in lines),
        customer=sum(line.customer for line in lines),
        payer=sum(line.payer for line in lines),
        taxes=tax_totals(tax for line in lines for tax in line.taxes),
    )


def _check(asked: Sequence[tuple[SoldLine, int]]) -> None:
    """Refuse what is more than was sold and has not come back yet (R1)."""
    wrong = []
    for line, units in asked:
        left = line.quantity - line.returned
        name = line.description or f"line {line.id}"
        if not 1 <= units <= left:
            wrong.append(f"{name}: {units} asked for, {left} of {line.quantity} left to return")
    if not asked or wrong:
        raise Refused(
            f"This cannot be returned: {'; '.join(wrong)}." if wrong else "Nothing is to be returned.",
            "Choose how many of each line come back.",
            rule="R1",
        )
    if len({line.id for line, _ in asked}) < len(asked):
        raise Refused("One line is named twice.", "Name each line once.", rule="R1")


@dataclass(frozen=True, slots=True)
class _Value:
    """The figures of the first units of a line; each row is what one figure is by then."""

    net: int
    tax: int
    payer: int
    amounts: tuple[int, ...]
    bases: tuple[int, ...]


def _worth(line: SoldLine, units: int, rounding: Rounding) -> QuotedLine:
    """The value of the next ``units``: up to them, less what came back before."""
    new = _value(line, line.returned + units, rounding)
    old = _value(line, line.returned, rounding)
    net, tax, payer = new.net - old.net, new.tax - old.tax, new.payer - old.payer
    taxes = tuple(
        PricedTax(sold.name, sold.rate, base - old_base, amount - old_amount)
        for sold, base, old_base, amount, old_amount in zip(
            line.taxes, new.bases, old.bases, new.amounts, old.amounts, strict=True
        )
    )
    return QuotedLine(line.id, units, net, tax, net + tax, net + tax - payer, payer, taxes)


def _value(line: SoldLine, units: int, rounding: Rounding) -> _Value:
    """The cumulative figures of the first ``units``; of all units they are exactly what was posted."""

    def share(part: int, of: int, by_then: int) -> int:
        return quotient(part * by_then, of, rounding) if of else 0

    total = share(line.total, line.quantity, units)
    tax = share(line.tax, line.total, total)
    net = total - tax
    amounts = []
    unsplit, still = line.tax, tax
    for sold in reversed(line.taxes):
        kept = share(unsplit - sold.amount, unsplit, still)
        amounts.append(still - kept)
        unsplit, still = unsplit - sold.amount, kept
    bases = tuple(net + share(sold.base - line.net, line.tax, tax) for sold in line.taxes)
    return _Value(net, tax, share(line.payer, line.total, total), tuple(reversed(amounts)), bases)


# --- the money ---------------------------------------------------------------------------------


@dataclass(frozen=True, slots=True)
class Apportioned:
    """Where the value of a return goes; the three add up to it.

    ``off_bill`` reduces what is owed, ``back`` is paid back as ((method, id of the payment, amount), ...),
    ``credit`` is the customer's (or the payer's) to use later.
    """

    off_bill: int
    back: tuple[tuple[str, int, int], ...]
    credit: int


def apportion_refund(value: int, owed_on_bill: int, paid_by: Sequence[tuple[str, int, int]]) -> Apportioned:
    """Where ``value`` goes (R3): off what is owed on the same bill, back as it was paid, then to credit.

    ``paid_by`` are (method, id of the payment, what is left of it on this bill) in the order in which they
    are to be paid back; none gets more than is left of it. Called once for the customer and once for the
    payer, each with their own value, debt and payments: neither's money goes to the other (M6).
    """
    off_bill = min(value, max(0, owed_on_bill))
    still = value - off_bill
    back = []
    for method, payment_id, left in paid_by:
        part = min(still, left)
        if part > 0:
            back.append((method, payment_id, part))
            still -= part
    return Apportioned(off_bill, tuple(back), still)


def may_approve(approver_id: int, requester_id: int, cashier_ids: Collection[int]) -> None:
    """Refuse an approver who asked for the refund or took one of its payments (R4).

    ``cashier_ids`` are the staff who took the payments that are paid back.
    """
    if approver_id == requester_id:
        why = "You asked for this refund yourself."
    elif approver_id in cashier_ids:
        why = "You took a payment that is to be paid back."
    else:
        return
    raise Forbidden(why, "Somebody else must approve it.", right=Right.APPROVE_RETURN.value, rule="R4")


def approved_by_rule(value: int, *, same_day: bool, limit: int) -> bool:
    """Whether a refund of ``value`` needs no second person (R4).

    So it is on the day of the sale and up to the clinic's ``limit``, minor units; a limit of 0 lets none
    through.
    """
    return same_day and 0 < value <= limit


# --- the goods ---------------------------------------------------------------------------------


class Disposition(StrEnum):
    """What becomes of goods that came back (R5)."""

    RESTOCK = "restock"
    """Back to the lot they came from, to be sold again."""
    QUARANTINE = "quarantine"
    """Kept apart until somebody decides."""
    SCRAP = "scrap"
    NONE = "none"
    """Nothing came back: a service, or goods that stay with the customer."""


def usual_disposition(*, tracked: bool, medicine: bool) -> Disposition:
    """What is proposed: medicine has been out of sight and is not sold again by itself (R5).

    ``tracked`` products have a stock to go back to.
    """
    if not tracked:
        return Disposition.NONE
    return Disposition.QUARANTINE if medicine else Disposition.RESTOCK


def check_disposition(chosen: Disposition, *, medicine: bool, may_restock: bool) -> None:
    """Refuse to put medicine back on the shelf without the right to (R5, K4)."""
    if chosen == Disposition.RESTOCK and medicine and not may_restock:
        raise Forbidden(
            "Medicine that was handed out is not sold again.",
            "Choose quarantine or scrap, or ask somebody who may restock it.",
            rule="R5",
        )
