"""What of a bill no note has credited yet, and a return that takes no more than that of any tax (R2).

A note about a whole bill takes off all of its taxes alike, and a return those of its lines. Where both come
together, more of one tax would be given back than was charged, or more of what is without any.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, replace

from .pricing import PricedTax, tax_totals
from .returns import Quote, QuotedLine

_Key = tuple[str, int]
_Taxes = dict[_Key, PricedTax]


@dataclass(frozen=True, slots=True)
class Left:
    """Minor units. ``net`` and the amounts of ``taxes`` are what is left of the bill, ``untaxed`` what of the
    net amount is in the base of no tax; None where a line is in the bases of two, which add up to nothing.
    """

    net: int
    untaxed: int | None
    taxes: tuple[PricedTax, ...]

    @property
    def tax(self) -> int:
        """All taxes together."""
        return sum(tax.amount for tax in self.taxes)


def within(worth: Quote, left: Left) -> Quote:
    """The same value, of each tax and of the net amount no more than is ``left``: what is too much of one is
    taken off another that has room. As it was where nothing is too much.

    ``left`` must come to the value at least.
    """
    lines = []
    for line in worth.lines:
        fitted = _fitted(line, left)
        left = _less(left, fitted)
        lines.append(fitted)
    return replace(
        worth,
        lines=tuple(lines),
        net=sum(line.net for line in lines),
        tax=sum(line.tax for line in lines),
        taxes=tax_totals(tax for line in lines for tax in line.taxes),
    )


def fit(parts: Sequence[int], room: Sequence[int]) -> list[int]:
    """``parts`` with the same sum, none more than its ``room`` as long as all of it is enough.

    What is too much goes where most is left, of equal ones to the first. None of either is below zero.
    """
    kept = [min(part, most) for part, most in zip(parts, room, strict=True)]
    over = sum(parts) - sum(kept)
    for at in sorted(range(len(kept)), key=lambda one: kept[one] - room[one]):
        more = min(over, room[at] - kept[at])
        kept[at] += more
        over -= more
    kept[0] += over
    return kept


def _fitted(line: QuotedLine, left: Left) -> QuotedLine:
    """A line within what is left; a tax that it did not have has no base in it."""
    had = {(tax.name, tax.rate): tax for tax in tax_totals(line.taxes)}
    room = {(tax.name, tax.rate): tax for tax in left.taxes}
    keys = list(dict.fromkeys((*had, *room)))
    amounts = fit(
        [line.net, *(had[key].amount if key in had else 0 for key in keys)],
        [max(0, left.net), *(max(0, room[key].amount) if key in room else 0 for key in keys)],
    )
    bases = _bases(amounts[0], keys, had, room, left.untaxed)
    taxes = tuple(
        PricedTax(*key, base, amount)
        for key, base, amount in zip(keys, bases, amounts[1:], strict=True)
        if key in had or base or amount
    )
    if taxes == tuple(had.values()):
        return line
    return replace(line, net=amounts[0], tax=sum(amounts[1:]), taxes=taxes)


def _bases(
    net: int,
    keys: Sequence[_Key],
    had: dict[_Key, PricedTax],
    room: dict[_Key, PricedTax],
    untaxed: int | None,
) -> list[int]:
    """The bases of a line; with what is untaxed they come to ``net``, unless some line is in two of them."""
    bases = [had[key].base if key in had else 0 for key in keys]
    most = [max(0, room[key].base) if key in room else 0 for key in keys]
    if untaxed is None or (rest := net - sum(bases)) < 0:
        return [min(base, one) for base, one in zip(bases, most, strict=True)]
    return fit([rest, *bases], [max(0, untaxed), *most])[1:]


def _less(left: Left, line: QuotedLine) -> Left:
    """What is left after a line."""
    gone = {(tax.name, tax.rate): tax for tax in line.taxes}
    taxes = tuple(
        replace(tax, base=tax.base - gone[key].base, amount=tax.amount - gone[key].amount)
        if (key := (tax.name, tax.rate)) in gone
        else tax
        for tax in left.taxes
    )
    untaxed = line.net - sum(tax.base for tax in line.taxes)
    return Left(left.net - line.net, None if left.untaxed is None else left.untaxed - untaxed, taxes)
