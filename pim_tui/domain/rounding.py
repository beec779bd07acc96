"""The one place where an exact amount becomes whole minor units (M1).

Screen, paper, ledger and export all round here, so that none of them can show another cent.
"""

from __future__ import annotations

from enum import StrEnum
from fractions import Fraction

from ..errors import Refused


class Rounding(StrEnum):
    """What becomes of a part of a minor unit. Amounts below zero mirror those above, in every mode."""

    HALF_UP = "half_up"
    HALF_DOWN = "half_down"
    HALF_EVEN = "half_even"
    HALF_ODD = "half_odd"
    UP = "up"
    """Away from zero."""
    DOWN = "down"
    """Towards zero."""
    EXACT = "exact"
    """Nothing may be lost: :class:`Refused` where something would."""


def rounded(value: Fraction | int, mode: Rounding = Rounding.HALF_UP) -> int:
    """``value`` in whole units by ``mode``; a half goes away from zero unless another mode is given."""
    exact = Fraction(value)
    whole, rest = divmod(abs(exact.numerator), exact.denominator)
    if rest and _goes_up(whole, Fraction(2 * rest, exact.denominator), mode):
        whole += 1
    return -whole if exact < 0 else whole


def to_step(minor: Fraction | int, step: int, mode: Rounding = Rounding.HALF_UP) -> int:
    """The multiple of ``step`` minor units that ``minor`` rounds to: cash where the small coins are gone."""
    return rounded(Fraction(minor, step), mode) * step


def _goes_up(whole: int, twice: Fraction, mode: Rounding) -> bool:
    """Whether the size ``whole`` with a rest grows by one; ``twice`` is the rest doubled, 0 < it < 2."""
    if mode == Rounding.EXACT:
        raise Refused("A part of a cent would be lost.", "Say how it is to be rounded.", rule="M1")
    if mode in (Rounding.UP, Rounding.DOWN):
        return mode == Rounding.UP
    if twice != 1:
        return twice > 1
    odd = whole % 2 == 1
    return {
        Rounding.HALF_UP: True,
        Rounding.HALF_DOWN: False,
        Rounding.HALF_EVEN: odd,
        Rounding.HALF_ODD: not odd,
    }[mode]
