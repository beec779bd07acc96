"""An amount shared out so that the parts add up to it again, always (M2)."""

from __future__ import annotations

from collections.abc import Sequence
from enum import StrEnum
from fractions import Fraction
from math import gcd, lcm

from ..errors import Refused
from .rounding import Rounding, rounded


class Spare(StrEnum):
    """Where the cents go that an exact division leaves over, one each to as many parts as there are cents."""

    LARGEST = "largest"
    """To the largest parts, of equal ones to the first (M2)."""
    FIRST = "first"
    """To the first parts."""
    FRACTION = "fraction"
    """To the parts that lost most, of equal ones to the first."""
    APART = "apart"
    """To nobody: they come back as one more part at the end."""
    BLOCKS = "blocks"
    """As ``APART``, and the others keep their ratio exactly."""


def share_out(
    total: int,
    weights: Sequence[int | Fraction],
    spare: Spare = Spare.LARGEST,
    *,
    step: int = 1,
) -> tuple[int, ...]:
    """``total`` minor units in parts by ``weights`` (none below zero), in their order.

    The parts add up to ``total`` and mirror for an amount below zero; a weight of zero gets nothing.
    Every part is a multiple of ``step``. Raises :class:`Refused` where nothing has any weight, or where
    ``total`` is no multiple of ``step`` (M2).
    """
    whole, bent = divmod(abs(total), step)
    sum_ = sum(weights)
    if bent or (whole and not sum_):
        raise Refused("This amount cannot be shared out.", "Check the amounts it is shared over.", rule="M2")
    divided = [divmod(whole * weight, sum_ or 1) for weight in weights]
    parts = [int(part) for part, _ in divided]
    if spare == Spare.BLOCKS and whole:
        parts = _blocks(whole, weights)
    left = whole - sum(parts)
    if spare in (Spare.APART, Spare.BLOCKS):
        parts.append(left)
    else:
        for index in _in_line(spare, weights, [rest for _, rest in divided])[:left]:
            parts[index] += 1
    sign = -step if total < 0 else step
    return tuple(sign * part for part in parts)


def rounded_together(exact: Sequence[Fraction], rounding: Rounding) -> list[int]:
    """Each of ``exact`` (none below zero) in whole minor units, so that they add up to their rounded sum.

    Where they would not by themselves, the largest give or take a cent each, of equal ones the first (M2).
    """
    parts = [rounded(one, rounding) for one in exact]
    missing = rounded(sum(exact, Fraction()), rounding) - sum(parts)
    largest = sorted(range(len(exact)), key=lambda index: -exact[index])
    for index in largest[: abs(missing)]:
        parts[index] += 1 if missing > 0 else -1
    return parts


def _in_line(spare: Spare, weights: Sequence[int | Fraction], lost: Sequence[int | Fraction]) -> list[int]:
    """The parts that may get a spare cent, by index, the first to get one first.

    ``lost`` is what each part lost, all in one unit.
    """
    some = [index for index, weight in enumerate(weights) if weight]
    if spare == Spare.LARGEST:
        some.sort(key=lambda index: -weights[index])
    elif spare == Spare.FRACTION:
        some.sort(key=lambda index: -lost[index])
    return some


def _blocks(whole: int, weights: Sequence[int | Fraction]) -> list[int]:
    """Parts in exactly the ratio of ``weights``, as many of the smallest such set as fit."""
    scale = lcm(*(Fraction(weight).denominator for weight in weights))
    ratio = [int(weight * scale) for weight in weights]
    smallest = [one // gcd(*ratio) for one in ratio]
    return [one * (whole // sum(smallest)) for one in smallest]
