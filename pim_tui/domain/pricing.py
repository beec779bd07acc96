"""What a basket costs: every figure of the bill, worked out once for screen, paper and ledger (M1, M2).

The order is the clinic's: price times quantity, the line's discount, its part of the bill's discount, tax,
the payer's share. Each step is rounded once and later ones start from the whole cents of the one before, so
that the figures on paper can be checked by hand.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Sequence
from dataclasses import dataclass

from ..errors import Fault, Invalid
from .allocation import rounded_together, share_out
from .basket import Basket, BasketLine, Discount, Share, money_faults
from .money import MOST
from .rounding import Rounding, quotient, rounded, to_step
from .taxes import WHOLE, Worked, work_out


@dataclass(frozen=True, slots=True)
class Terms:
    """How the clinic reckons. ``currency`` is three letters; ``inclusive``: prices contain their tax.

    ``tax_per`` is ``line`` (the tax of each line is rounded) or ``rate`` (the tax of each rate is rounded
    once on the bill). ``cash_step`` is the smallest coin in minor units.
    """

    currency: str
    inclusive: bool
    tax_per: str = "line"
    rounding: Rounding = Rounding.HALF_UP
    cash_step: int = 1


@dataclass(frozen=True, slots=True)
class PricedTax:
    """One tax: ``amount`` on ``base``, minor units. ``rate`` as in :class:`~.taxes.Tax`."""

    name: str
    rate: int
    base: int
    amount: int


@dataclass(frozen=True, slots=True)
class PricedLine:
    """One line, worked out, in minor units; nothing is below zero.

    ``gross`` is price times quantity; ``discount`` the line's own, ``bill_discount`` its part of the bill's.
    ``net`` and ``tax`` add up to ``total``, and so do ``customer`` and ``payer``, who pay it (M6).
    """

    line: BasketLine
    gross: int
    discount: int
    bill_discount: int
    net: int
    tax: int
    total: int
    customer: int
    payer: int
    taxes: tuple[PricedTax, ...]


@dataclass(frozen=True, slots=True)
class PricedBill:
    """The whole bill: every figure is the sum of the lines' (M2).

    ``discount`` is all that was taken off, ``bill_discount`` the part of it that was taken off the bill.
    ``taxes`` has one row per name and rate, in the order in which the lines bring them.
    """

    lines: tuple[PricedLine, ...]
    net: int
    tax: int
    total: int
    customer: int
    payer: int
    discount: int
    taxes: tuple[PricedTax, ...]
    gross: int
    bill_discount: int


def price(basket: Basket, terms: Terms) -> PricedBill:
    """Every figure of the bill that ``basket`` makes. An empty basket costs nothing.

    Raises :class:`Invalid` with all :func:`~.basket.money_faults`, and where the total is beyond any amount.
    """
    if found := money_faults(basket):
        raise Invalid(found, "Correct what is marked.")
    cuts = _cuts(basket, terms)
    worked = [
        work_out(gross - off - bill_off, line.quantity, line.taxes.taxes, inclusive=terms.inclusive)
        for line, (gross, off, bill_off) in zip(basket.lines, cuts, strict=True)
    ]
    amounts = _per_line(worked, terms) if terms.tax_per == "line" else _per_rate(worked, terms)
    bill = _bill([_line(*one, terms) for one in zip(basket.lines, cuts, worked, amounts, strict=True)])
    if bill.total > MOST:
        raise Invalid([Fault("total", "is larger than any amount")], "Make two bills of it.")
    return bill


def cash_due(total: int, terms: Terms) -> tuple[int, int]:
    """What is paid in cash for ``total``, and what that adds to it: (due, due - total)."""
    due = to_step(total, terms.cash_step, terms.rounding)
    return due, due - total


def _cuts(basket: Basket, terms: Terms) -> list[tuple[int, int, int]]:
    """Of every line what it costs, its own discount and its part of the bill's, by what it costs then."""
    grosses = [line.quantity * line.unit_price for line in basket.lines]
    offs = [_off(line.discount, gross, terms) for line, gross in zip(basket.lines, grosses, strict=True)]
    left = [gross - off for gross, off in zip(grosses, offs, strict=True)]
    return list(zip(grosses, offs, share_out(_off(basket.discount, sum(left), terms), left), strict=True))


def _off(discount: Discount, amount: int, terms: Terms) -> int:
    """What a discount takes off ``amount``; rounding at an odd cent may not take more than there is."""
    return min(amount, discount.amount + quotient(amount * discount.percent, WHOLE, terms.rounding))


def _per_line(worked: Sequence[Worked], terms: Terms) -> list[list[int]]:
    """The tax amounts of every line, each rounded by itself."""
    return [[rounded(part.amount, terms.rounding) for part in one.parts] for one in worked]


def _per_rate(worked: Sequence[Worked], terms: Terms) -> list[list[int]]:
    """The tax amounts of every line, so that those of one name and rate add up to its tax, rounded once."""
    places = defaultdict(list)
    for line, one in enumerate(worked):
        for index, part in enumerate(one.parts):
            places[part.tax.name, part.tax.rate].append((line, index, part.amount))
    amounts = [[0] * len(one.parts) for one in worked]
    for found in places.values():
        together = rounded_together([amount for _, _, amount in found], terms.rounding)
        for (line, index, _), amount in zip(found, together, strict=True):
            amounts[line][index] = amount
    return amounts


def _line(
    line: BasketLine, cuts: tuple[int, int, int], worked: Worked, amounts: Sequence[int], terms: Terms
) -> PricedLine:
    gross, off, bill_off = cuts
    net, amounts = _within(gross - off - bill_off, worked, amounts)
    tax = sum(amounts)
    total = net + tax
    payer = _paid_for(line.payer, total, terms)
    taxes = _taxes(worked, net, amounts)
    return PricedLine(line, gross, off, bill_off, net, tax, total, total - payer, payer, taxes)


def _within(price: int, worked: Worked, amounts: Sequence[int]) -> tuple[int, list[int]]:
    """The net amount of a line that costs ``price``, and its taxes, cut where they would be more than it.

    That happens to prices of a few cents with several taxes that all round up, and to a fixed levy on
    what is given away.
    """
    net = price
    kept = []
    for part, amount in zip(worked.parts, amounts, strict=True):
        kept.append(min(amount, net) if part.included else amount)
        net -= kept[-1] if part.included else 0
    return net, kept


def _paid_for(share: Share, total: int, terms: Terms) -> int:
    """The payer's part of a line: never more than the line."""
    return min(total, share.amount + quotient(total * share.percent, WHOLE, terms.rounding))


def _taxes(worked: Worked, net: int, amounts: Sequence[int]) -> tuple[PricedTax, ...]:
    """The taxes of a line on bases of whole cents: the net amount and the taxes before that count."""
    found = []
    carried = 0
    for part, amount in zip(worked.parts, amounts, strict=True):
        base = net if part.tax.ignores_previous else net + carried
        found.append(PricedTax(part.tax.name, part.tax.rate, base, amount))
        carried += amount if part.tax.in_next_base else 0
    return tuple(found)


def _bill(lines: Sequence[PricedLine]) -> PricedBill:
    return PricedBill(
        lines=tuple(lines),
        net=sum(line.net for line in lines),
        tax=sum(line.tax for line in lines),
        total=sum(line.total for line in lines),
        customer=sum(line.customer for line in lines),
        payer=sum(line.payer for line in lines),
        discount=sum(line.discount + line.bill_discount for line in lines),
        taxes=tax_totals(tax for line in lines for tax in line.taxes),
        gross=sum(line.gross for line in lines),
        bill_discount=sum(line.bill_discount for line in lines),
    )


def untaxed(lines: Iterable[tuple[int, Sequence[int]]]) -> int:
    """What no tax was taken of, from the net amount of each line and the bases of its taxes.

    With it the bases add up to the net amount where no line has more than one tax. Of a line with taxes it is
    what their bases leave, as in a charge in the proportion of a bill; a cent a tax is rounding.
    """
    left = [(net - sum(bases), len(bases)) for net, bases in lines]
    return sum(rest for rest, taxes in left if rest > taxes)


def tax_totals(taxes: Iterable[PricedTax]) -> tuple[PricedTax, ...]:
    """One row per name and rate, in the order of their first, bases and amounts added up."""
    bases: dict[tuple[str, int], int] = {}
    amounts: dict[tuple[str, int], int] = {}
    for tax in taxes:
        key = (tax.name, tax.rate)
        bases[key] = bases.get(key, 0) + tax.base
        amounts[key] = amounts.get(key, 0) + tax.amount
    return tuple(PricedTax(*key, bases[key], amounts[key]) for key in bases)
