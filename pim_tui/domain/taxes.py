"""Taxes of one line, worked out exactly; what is rounded, and when, is decided in ``pricing``.

A class of tax is a row of taxes, applied in its order. Each is a share of its base, a share of the amount
with tax, or a fixed levy on every unit, inside the price or on top of it. The base of a tax is the net
amount and, with ``in_next_base``, the taxes before it. All amounts are then straight lines over the net
amount, and the net amount follows from the price: price = net + the taxes inside the price.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from fractions import Fraction
from functools import lru_cache
from typing import NamedTuple

from ..errors import Fault
from .money import MOST

WHOLE = 100_000
"""Thousandths of a percent in one: 19 % is 19_000."""


@dataclass(frozen=True, slots=True)
class Tax:
    """One tax. ``rate`` is in thousandths of a percent, of ``per_unit`` in minor units a unit.

    ``percent`` is taken of the base, ``of_total`` of the amount with tax. ``in_next_base``: later taxes
    are taken of this one too, unless they say ``ignores_previous``. ``included``: whether it is in the
    price, None for what the clinic's setting says.
    """

    name: str
    rate: int
    kind: str = "percent"
    in_next_base: bool = False
    ignores_previous: bool = False
    included: bool | None = None


@dataclass(frozen=True, slots=True)
class TaxClass:
    """What a product is taxed with, under the name by which the clinic calls it."""

    name: str
    taxes: tuple[Tax, ...] = ()


UNTAXED = TaxClass("")


class TaxPart(NamedTuple):
    """One tax of one line, exact, in minor units."""

    tax: Tax
    base: Fraction
    amount: Fraction
    included: bool


class Worked(NamedTuple):
    """A price taken apart: ``net`` and all ``parts`` together are what is paid. Exact minor units."""

    net: Fraction
    parts: tuple[TaxPart, ...]


def work_out(price: Fraction | int, quantity: int, taxes: Sequence[Tax], *, inclusive: bool) -> Worked:
    """The taxes of a line that costs ``price`` minor units for all ``quantity`` units, discounts taken off.

    ``inclusive`` holds for taxes that do not say themselves whether they are in the price. The taxes must
    be without :func:`tax_faults`. Where the levies inside the price are more than the price, nothing is
    left for the net amount, and the parts are more than the price.
    """
    return _worked(price, quantity, tuple(taxes), inclusive)


# A till works the whole basket out anew at every key, and sells the same goods all day.
@lru_cache(maxsize=1024)
def _worked(price: Fraction | int, quantity: int, taxes: tuple[Tax, ...], inclusive: bool) -> Worked:
    rows, of_price = _lines(taxes, quantity, inclusive)
    net = of_price.at(price)
    net = net if net.numerator > 0 else Fraction(0)
    return Worked(
        net, tuple(TaxPart(tax, base.at(net), amount.at(net), inside) for tax, base, amount, inside in rows)
    )


def tax_faults(taxes: Sequence[Tax], field: str = "taxes") -> list[Fault]:
    """What no tax may be, all at once."""
    found = []
    for tax in taxes:
        most = {"percent": 100 * WHOLE, "of_total": WHOLE - 1, "per_unit": MOST}.get(tax.kind, -1)
        if most < 0:
            found.append(Fault(field, f"“{tax.kind}” is no kind of tax"))
        elif not 0 <= tax.rate <= most:
            found.append(Fault(field, f"the rate of {tax.name or 'a tax'} is out of bounds"))
    if sum(tax.rate for tax in taxes if tax.kind == "of_total") >= WHOLE:
        found.append(Fault(field, "taxes of the total reach the whole of it and leave nothing"))
    return found


@dataclass(frozen=True, slots=True)
class _Line:
    """An amount that grows with the net one: ``slope * net + fixed``."""

    slope: Fraction = Fraction(0)
    fixed: Fraction = Fraction(0)

    def __add__(self, other: _Line) -> _Line:
        return _Line(self.slope + other.slope, self.fixed + other.fixed)

    def times(self, factor: Fraction) -> _Line:
        return _Line(self.slope * factor, self.fixed * factor)

    def at(self, amount: Fraction | int) -> Fraction:
        return self.slope * amount + self.fixed if self.fixed else self.slope * amount


_NET = _Line(Fraction(1))


# A bill has many lines and few classes of tax.
@lru_cache(maxsize=256)
def _lines(
    taxes: tuple[Tax, ...], quantity: int, inclusive: bool
) -> tuple[tuple[tuple[Tax, _Line, _Line, bool], ...], _Line]:
    """Each tax, its base, its amount, whether it is in the price; and the net amount over the price."""
    found: list[tuple[Tax, _Line, _Line, bool]] = []
    carried = within = _Line()
    for index, tax in enumerate(taxes):
        base = _NET if tax.ignores_previous else _NET + carried
        if tax.kind == "per_unit":
            amount = _Line(fixed=Fraction(tax.rate * quantity))
        elif tax.kind == "of_total":
            amount = base.times(Fraction(tax.rate, WHOLE - _together(taxes, index)))
        else:
            amount = base.times(Fraction(tax.rate, WHOLE))
        inside = inclusive if tax.included is None else tax.included
        found.append((tax, base, amount, inside))
        carried += amount if tax.in_next_base else _Line()
        within += amount if inside else _Line()
    return tuple(found), _Line(1 / (1 + within.slope), -within.fixed / (1 + within.slope))


def _together(taxes: Sequence[Tax], index: int) -> int:
    """The rates of the taxes of the total around ``index`` that share its base: one total holds them all."""
    first = last = index
    while first > 0 and _share_a_base(taxes[first - 1], taxes[first]):
        first -= 1
    while last + 1 < len(taxes) and _share_a_base(taxes[last], taxes[last + 1]):
        last += 1
    return sum(tax.rate for tax in taxes[first : last + 1])


def _share_a_base(one: Tax, following: Tax) -> bool:
    """Whether two neighbours are of the total, alike inside the price or not, and of the same base."""
    alike = one.kind == following.kind == "of_total" and one.included == following.included
    return alike and not one.in_next_base and one.ignores_previous == following.ignores_previous
