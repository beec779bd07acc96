"""What is in a drawer by the book, move by move (M9)."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class Moved:
    """Cash that came into a drawer (above zero) or went out, minor units, at UTC seconds; by whom and why."""

    at: int
    amount: int
    staff: str
    why: str


def overdrawn(opening: int, moves: Iterable[Moved]) -> Iterator[tuple[Moved, int]]:
    """Each time that more went out than the float and the moves before it had left, and what was left then,
    below zero.

    It is no fault of the book: cash that was put in and not noted, or a float that was counted wrongly. Of
    what was noted within one second, what came in was there first.
    """
    left = opening
    for move in sorted(moves, key=lambda move: (move.at, -move.amount)):
        left += move.amount
        if move.amount < 0 and left < 0:
            yield move, left
