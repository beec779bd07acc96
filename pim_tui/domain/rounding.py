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
    return quotient(value.numerator, value.denominator, mode)


def quotient(number: int, by: int, mode: Rounding = Rounding.HALF_UP) -> int:
    """``number / by`` (``by`` > 0) as :func:`rounded` has it: a fraction need not be made for it."""
    whole, rest = divmod(abs(number), by)
    if rest and _goes_up(whole, 2 * rest - by, mode):
        whole += 1
    return -whole if number < 0 else whole


def to_step(minor: Fraction | int, step: int, mode: Rounding = Rounding.HALF_UP) -> int:
    """The multiple of ``step`` minor units that ``minor`` rounds to: cash where the small coins are gone."""
    return quotient(minor.numerator, minor.denominator * step, mode) * step


def _goes_up(whole: int, beyond_half: int, mode: Rounding) -> bool:
    """Whether the size ``whole`` with a rest grows by one; ``beyond_half`` has the sign of rest less half."""
    if mode == Rounding.EXACT:
        raise Refused("A part of a cent would be lost.", "Say how it is to be rounded.", rule="M1")
    if mode in (Rounding.UP, Rounding.DOWN):
        return mode == Rounding.UP
    if beyond_half:
        return beyond_half > 0
    odd = whole % 2 == 1
    return {
        Rounding.HALF_UP: True,
        Rounding.HALF_DOWN: False,
        Rounding.HALF_EVEN: odd,
        Rounding.HALF_ODD: not odd,
    }[mode]
