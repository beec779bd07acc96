"""In which order a whole column writes its dates: 3/4/2026 alone does not tell, 14/4/2026 does.

One program wrote the column, so one order holds for all of it. A date that only one order can read
speaks for it; where none does, the clinic's own order is taken and said so. A cell that does not fit
the order of its column is nobody's guess: whoever reads the row refuses it.
"""

from __future__ import annotations

import re
from collections import Counter
from dataclasses import dataclass, field
from datetime import date
from functools import lru_cache

from .dates import MONTHS, WEEKDAYS, Order

EXAMPLES: dict[Order, str] = {"dmy": "31/12/2026", "mdy": "12/31/2026", "ymd": "26/12/31"}
"""New Year's Eve in each order."""

_LONGEST = 60
_CALLED: dict[Order, str] = {"dmy": "day first", "mdy": "month first", "ymd": "year first"}
_ORDERS: tuple[Order, ...] = ("dmy", "mdy", "ymd")
_TRIPLE = r"([0-9]{1,2}|[0-9]{4})(?:[./-] ?)([0-9]{1,2})(?:[./-] ?)([0-9]{4}|[0-9]{1,2})"
_NUMBERS = re.compile(_TRIPLE)
_BEGINNING = re.compile(rf"(?:[^\W\d_]{{2,9}}\.?,? )?{_TRIPLE}(?![0-9./-])")
_COMPACT = re.compile("([0-9]{4})([0-9]{2})([0-9]{2})")
_WORDED = re.compile(
    "(?:(?P<d1>[0-9]{1,2})(?:st|nd|rd|th)?[-. ]+(?P<m1>[a-z]{3,9})[.]?"
    "|(?P<m2>[a-z]{3,9})[.]?[ -]+(?P<d2>[0-9]{1,2})(?:st|nd|rd|th)?),?[- ]+(?P<y>[0-9]{4})"
)


@dataclass(frozen=True, slots=True)
class ColumnOrder:
    """The order a column is read by.

    ``speaking`` dates can be read in this order and not in the next best one; ``against`` dates
    only in another. ``seen`` counts the dates of numbers: the others need no order.
    """

    order: Order
    speaking: int = 0
    against: int = 0
    seen: int = field(default=0, compare=False)

    def told(self) -> str:
        """For a person: ``month first (12/31/2026), as 43 dates show``."""
        says = f"{_CALLED[self.order]} ({EXAMPLES[self.order]})"
        if not self.seen:
            return "each tells year, month and day by itself"
        if not self.speaking:
            return f"{says}, as the clinic writes dates: the column does not tell"
        says += f", as {self.speaking} {'date shows' if self.speaking == 1 else 'dates show'}"
        return f"{says}; {self.against} cannot be read so" if self.against else says


@dataclass(slots=True)
class DateColumn:
    """A column being looked through; its size does not grow with the column's."""

    votes: Counter[tuple[Order, ...]] = field(default_factory=Counter)

    def see(self, cell: str) -> None:
        """Look at one cell; one that is no date of numbers, or has its year first, says nothing."""
        if fitting := _fitting(cell[:_LONGEST].strip()):
            self.votes[fitting] += 1

    def order(self, default: Order) -> ColumnOrder:
        """The order that most dates fit, ``default`` among equals."""
        fits = {order: self._fit(order) for order in _ORDERS}
        best = max(_ORDERS, key=lambda order: (fits[order], order == default))
        speaking = min(fits[best] - self._fit(best, rival) for rival in _ORDERS if rival != best)
        if fits[best] in (fits[rival] for rival in _ORDERS if rival != best):
            speaking = 0
        total = self.votes.total()
        return ColumnOrder(best, speaking, total - fits[best], total)

    def _fit(self, *orders: Order) -> int:
        """How many dates can be read in every one of ``orders``."""
        return sum(count for fitting, count in self.votes.items() if set(orders) <= set(fitting))


@lru_cache(maxsize=4096)
def read_date(text: str, order: Order) -> date | None:
    """The one day that ``text`` means in a column of ``order``; None when it is no date or does not fit.

    ``14.3.2026``, ``3/14/26``, ``2026-03-14`` (whatever the order), ``20260314``, ``14 Mar 2026``,
    ``March 14, 2026``, each perhaps behind a weekday. Two-digit years are of this century.
    """
    plain = " ".join(text[:_LONGEST].casefold().split())
    weekday, _, rest = plain.partition(" ")
    if rest and weekday.rstrip(".,") in WEEKDAYS:
        plain = rest
    if found := _NUMBERS.fullmatch(plain) or _COMPACT.fullmatch(plain):
        return _by_numbers(found[1], found[2], found[3], order)
    found = _WORDED.fullmatch(plain)
    month = MONTHS.get(found["m1"] or found["m2"]) if found else None
    return _made(found["y"], str(month), found["d1"] or found["d2"]) if found and month else None


def _by_numbers(one: str, two: str, three: str, order: Order) -> date | None:
    if len(one) == 4:
        return _made(one, two, three)
    if len(three) not in (2, 4) or (len(three) == 4 and order == "ymd"):
        return None
    year, month, day = {"dmy": (three, two, one), "mdy": (three, one, two), "ymd": (one, two, three)}[order]
    return _made(year, month, day)


def _made(year: str, month: str, day: str) -> date | None:
    try:
        return date(int(year) + (2000 if len(year) < 4 else 0), int(month), int(day))
    except ValueError:
        return None


@lru_cache(maxsize=4096)
def _fitting(cell: str) -> tuple[Order, ...]:
    """The orders that can read the date a cell begins with; none for one that tells nothing."""
    found = _BEGINNING.match(cell)
    if not found or len(found[1]) > 2:
        return ()
    return tuple(order for order in _ORDERS if _by_numbers(found[1], found[2], found[3], order))
