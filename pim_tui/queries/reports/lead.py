"""How long before a visit it was booked, and how long after the wished day it takes place, by type."""

from __future__ import annotations

from collections import Counter, defaultdict
from collections.abc import Iterator, Sequence
from datetime import date
from functools import lru_cache
from typing import Final, NamedTuple

from ...db.connection import select
from ...domain.moments import Zone
from ...domain.reports import Asked, Figure, Figures, Line, quartiles
from .reading import Rows, Watched, counted, marks, narrowed, type_names, within

FIGURES: Final = (
    Figure("visits", "Visits"),
    Figure("lower", "Lower", "days", opens=False),
    Figure("median", "Median", "days", opens=False, charted=True),
    Figure("upper", "Upper", "days", opens=False),
    Figure("wished", "Wished"),
    Figure("wished_lower", "W lower", "days", opens=False),
    Figure("wished_median", "W median", "days", opens=False),
    Figure("wished_upper", "W upper", "days", opens=False),
)
NOTES: Final = (
    "Days from the booking to the visit, Scheduled or Completed; W: from the day that was wished.",
    "A visit booked again in place of a lost one counts from when that was booked, and from its wish.",
    "Lower, median and upper: a quarter, half, three quarters of the visits waited no longer.",
)
_DAY: Final = 86_400
_STANDS = "a.status in ('S', 'C')"
_AFRESH = "a.rebooked_from_id is null"
_BOOKED_BEFORE = "a.created_at <= a.starts_at"
"""Others were written down afterwards: nobody waited for them."""
_PIECE: Final = 500
"""Ids that go into one select."""


class _Link(NamedTuple):
    """A visit as a link of its chain; ``lost`` is that it was missed or canceled."""

    id: int
    before: int | None
    created_at: int
    wished: str | None
    lost: bool


class _Chained(NamedTuple):
    """A visit with a story: when it was first booked, and the day that was wished, if one was told."""

    id: int
    type_id: int
    day: str
    starts_at: int
    booked_at: int
    wished: str | None


Waits = defaultdict[int, Counter[int]]
"""By type id: how many waited so many days."""


def figures(asked: Asked, zone: Zone, watched: Watched) -> Figures:
    """The report. Indexes: ``appointment (day, ...)``, not covering; for wishes and stories, which are few,
    ``appointment_wished`` and ``appointment_rebooked``."""
    lead, wished = Waits(Counter), Waits(Counter)
    for first, last in watched.each(asked):
        rows = within(asked, first, last).also(_STANDS).also(_AFRESH).also(_BOOKED_BEFORE)
        what = f"coalesce(a.type_id, 0), (a.starts_at - a.created_at) / {_DAY}, count(*)"
        for type_id, days, count in counted(what, rows, "1, 2"):
            lead[type_id][days] += count
    _add_wishes(wished, asked)
    _add_stories(lead, wished, asked)
    lines = tuple(
        Line(id_, name, _values(lead[id_], wished[id_]))
        for id_, name in type_names().items()
        if id_ in lead or id_ in wished
    )
    total = _values(sum(lead.values(), Counter()), sum(wished.values(), Counter()))
    return Figures(asked, "Type", FIGURES, lines, Line(None, "All", total), NOTES)


def _add_wishes(wished: Waits, asked: Asked) -> None:
    """The wishes of visits without a story."""
    rows = within(asked).also(_STANDS).also(_AFRESH).also("a.wished_day is not null")
    what = "coalesce(a.type_id, 0), a.day, a.wished_day, count(*)"
    for type_id, day, wish, count in counted(what, rows, "1, 2, 3"):
        wished[type_id][_apart(wish, day)] += count


def _add_stories(lead: Waits, wished: Waits, asked: Asked) -> None:
    for one in _chained(asked):
        if one.booked_at <= one.starts_at:
            lead[one.type_id][(one.starts_at - one.booked_at) // _DAY] += 1
        if one.wished:
            wished[one.type_id][_apart(one.wished, one.day)] += 1


def _apart(first: str, last: str) -> int:
    """Days between two ISO days."""
    return _number(last) - _number(first)


@lru_cache(maxsize=4_096)
def _number(day: str) -> int:
    return date.fromisoformat(day).toordinal()


def _values(lead: Counter[int], wished: Counter[int]) -> tuple[int | None, ...]:
    return lead.total(), *quartiles(lead), wished.total(), *quartiles(wished)


def _chained(asked: Asked) -> Iterator[_Chained]:
    """The visits that follow from another one. Indexes: ``appointment_rebooked``, primary key."""
    days = asked.first.isoformat(), asked.last.isoformat()
    rows = Rows("a.rebooked_from_id is not null and +a.day between ? and ?", days)
    found = narrowed(asked, rows).also(_STANDS)
    visits = select(
        "select a.id, coalesce(a.type_id, 0), a.day, a.starts_at, a.created_at, a.wished_day,"
        f" a.rebooked_from_id from appointment a where {found.where}",
        found.params,
    )
    links = _links([row[-1] for row in visits])
    for id_, type_id, day, starts_at, created_at, wish, before in visits:
        at, seen = links.get(before), {id_}
        while at is not None and at.lost and at.id not in seen:
            seen.add(at.id)
            created_at, wish = min(created_at, at.created_at), wish or at.wished
            at = links.get(at.before or 0)
        yield _Chained(id_, type_id, day, starts_at, created_at, wish)


def _links(ids: Sequence[int]) -> dict[int, _Link]:
    """Those visits, and before the lost ones among them all that led there, by id."""
    found: dict[int, _Link] = {}
    wanted = sorted(set(ids))
    while wanted:
        before: set[int] = set()
        for piece in (wanted[at : at + _PIECE] for at in range(0, len(wanted), _PIECE)):
            for row in select(
                "select a.id, a.rebooked_from_id, a.created_at, a.wished_day, a.status in ('M', 'X')"
                f" from appointment a where a.id in ({marks(piece)})",
                piece,
            ):
                found[row[0]] = link = _Link._make(row)
                if link.lost and link.before is not None:
                    before.add(link.before)
        wanted = sorted(before - found.keys())
    return found


def behind(asked: Asked, key: object, figure: str, zone: Zone) -> Rows | None:
    """The visits that were counted; a quartile is of all of them and has none of its own."""
    if figure not in ("visits", "wished"):
        return None
    rows = within(asked).also(_STANDS)
    stories = [
        one.id
        for one in _chained(asked)
        if (one.wished if figure == "wished" else one.booked_at <= one.starts_at)
    ]
    told = "a.wished_day is not null" if figure == "wished" else _BOOKED_BEFORE
    chained = f" or a.id in ({marks(stories)})" if stories else ""
    rows = rows.also(f"(({_AFRESH} and {told}){chained})", *stories)
    return rows if key is None else rows.also("coalesce(a.type_id, 0) = ?", key)
