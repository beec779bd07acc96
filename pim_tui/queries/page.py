"""One screenful of a list; what its whole filtered set adds up to is told when it is asked for."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from typing import Generic, TypeVar

R = TypeVar("R")


@dataclass(frozen=True, slots=True)
class Totals:
    """How many rows the filters let through, and what all of them add up to.

    ``currency`` is that of the sums that are money.
    """

    total: int
    sums: Mapping[str, int] = field(default_factory=dict)
    currency: str = ""


class Page(Generic[R]):
    """``rows`` from ``offset`` on, and the :class:`Totals` of everything that the filters let through.

    The rows cost a screenful; adding up costs as much as the book is long. So ``totals`` may be a function:
    it reads when ``total``, ``sums`` or ``currency`` is asked for, once, and only where one may read. A
    screen shows the rows first and asks with :func:`told`; of further rows of the same list it never asks.
    """

    def __init__(self, rows: tuple[R, ...], totals: Totals | Callable[[], Totals], offset: int = 0) -> None:
        self.rows = rows
        self.offset = offset
        self._totals = totals

    @property
    def totals(self) -> Totals:
        """Everything added up."""
        if not isinstance(self._totals, Totals):
            self._totals = self._totals()
        return self._totals

    @property
    def total(self) -> int:
        """How many rows there are in all."""
        return self.totals.total

    @property
    def sums(self) -> Mapping[str, int]:
        """What all of them add up to."""
        return self.totals.sums

    @property
    def currency(self) -> str:
        """That of the sums."""
        return self.totals.currency


def told(page: Page[R]) -> Page[R]:
    """The page with its totals read, for those who may not read where they need them."""
    return Page(page.rows, page.totals, page.offset)
