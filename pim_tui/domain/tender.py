"""What is handed over for an amount due: split over methods, change, cash rounding, credit (M7).

Amounts are whole minor units. Cash comes last whatever the order in which it is typed: only what nothing
else pays is paid in cash, change comes out of it alone, and only it is rounded to the smallest coin.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass

from ..errors import Fault, Invalid, Refused
from .money import MOST, figures
from .pricing import Terms, cash_due

METHODS = ("cash", "card", "transfer", "cheque", "other")
"""How money comes in; the accounts of the ledger have the same names."""
ROUNDING = "rounding"
"""The account that takes what cash rounding gives or keeps."""


@dataclass(frozen=True, slots=True)
class Tender:
    """One thing handed over: ``amount`` is meant for what is due, by one of :data:`METHODS`.

    ``tendered`` is the cash that was given, when it is more than ``amount``. ``reference`` is the number on
    a slip or cheque.
    """

    method: str
    amount: int
    tendered: int | None = None
    reference: str = ""

    @property
    def given(self) -> int:
        """What the clinic has in hand before it gives change."""
        return self.amount if self.tendered is None else self.tendered


@dataclass(frozen=True, slots=True)
class Part:
    """What one account gains: that of a method, or :data:`ROUNDING`, which may lose as well."""

    method: str
    amount: int
    tendered: int
    change: int = 0
    reference: str = ""


@dataclass(frozen=True, slots=True)
class Settled:
    """How an amount due was paid. The parts add up to ``paid + credit``, and ``paid + left`` is what was due.

    ``rounding`` is what cash rounding added to the amount due, as :func:`~.pricing.cash_due` tells it and the
    receipt shows it; its part has the opposite sign, being what the clinic lost by it. ``credit`` is what
    was paid too much other than in cash; ``change`` goes back over the counter.
    """

    parts: tuple[Part, ...]
    paid: int
    change: int
    rounding: int
    left: int
    credit: int


def settle(due: int, tenders: Sequence[Tender], terms: Terms, *, keep: bool = False) -> Settled:
    """How ``tenders`` pay ``due`` (not below zero); a payment on account is due at its own amount.

    With ``keep`` no change is given: what is too much in cash becomes credit as well.

    Raises :class:`Invalid` with every fault of the tenders by themselves, and :class:`Refused` where they
    do not fit together (M7).
    """
    if found := [fault for tender in tenders for fault in _faults(tender, terms)]:
        raise Invalid(found, "Correct the payment.")
    other = [_whole(tender) for tender in tenders if tender.method != "cash"]
    cash = [tender for tender in tenders if tender.method == "cash"]
    over = max(0, sum(tender.amount for tender in tenders) - due) if keep else 0
    left = due + over - sum(part.amount for part in other)
    if cash and left <= 0:
        raise _unneeded(cash, -left, terms)
    in_cash, still = _in_cash(left, cash, terms)
    still -= over
    kept = sum(part.amount for part in in_cash if part.method == "cash")
    return Settled(
        parts=(*other, *in_cash),
        paid=due - max(0, still),
        change=sum(tender.given for tender in cash) - kept,
        rounding=sum(-part.amount for part in in_cash if part.method == ROUNDING),
        left=max(0, still),
        credit=max(0, -still),
    )


def _in_cash(left: int, cash: Sequence[Tender], terms: Terms) -> tuple[list[Part], int]:
    """What cash pays of ``left``, and what is left then."""
    parts: list[Part] = []
    for tender in cash:
        due, rounding = cash_due(left, terms)
        closes = tender.amount >= min(left, due)
        kept = due if closes else tender.amount
        if not left or (not kept and not closes):
            raise _unneeded([tender], 0, terms)
        if kept % terms.cash_step:
            raise Refused(
                f"{_money(kept, terms)} cannot be paid in cash; the smallest coin is"
                f" {_money(terms.cash_step, terms)}.",
                f"All that is left is {_money(due, terms)} in cash.",
                rule="M7",
            )
        if kept:
            parts.append(Part("cash", kept, tender.given, tender.given - kept, tender.reference))
        if closes and rounding:
            parts.append(Part(ROUNDING, -rounding, -rounding))
        left = 0 if closes else left - kept
    return parts, left


def _whole(tender: Tender) -> Part:
    return Part(tender.method, tender.amount, tender.amount, reference=tender.reference)


def _unneeded(cash: Sequence[Tender], over: int, terms: Terms) -> Refused:
    """Why cash is not taken when ``over`` more than is due has come in without it."""
    given = sum(tender.given for tender in cash)
    if over:
        return Refused(
            f"The change, {_money(over + given, terms)}, would be more than the cash given,"
            f" {_money(given, terms)}.",
            "Change comes out of cash only: lower the other amounts or leave the cash out.",
            rule="M7",
        )
    return Refused(
        f"Nothing is left to pay with {_money(given, terms)} in cash.", "Leave the cash out.", rule="M7"
    )


def _faults(tender: Tender, terms: Terms) -> Iterator[Fault]:
    """What is wrong with one tender by itself."""
    cash = tender.method == "cash"
    if tender.method not in METHODS:
        yield Fault("method", f"is not one of {', '.join(METHODS)}")
    if not (0 if cash else 1) <= tender.amount <= MOST:
        yield Fault("amount", "is larger than any amount" if tender.amount > MOST else "must be above zero")
    if tender.given > MOST:
        yield Fault("tendered", "is larger than any amount")
    elif tender.given < tender.amount:
        yield Fault("tendered", "is less than is paid with it")
    elif not cash and tender.given != tender.amount:
        yield Fault("tendered", "is for cash; change comes out of cash only")
    elif cash and tender.given % terms.cash_step:
        yield Fault("tendered", f"is not payable: the smallest coin is {_money(terms.cash_step, terms)}")


def _money(minor: int, terms: Terms) -> str:
    return f"{figures(minor, terms.currency)} {terms.currency}"
