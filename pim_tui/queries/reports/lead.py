"""How long before a visit it was booked, and how long after the wished day it takes place, by type."""

from __future__ import annotations

from collections import Counter, defaultdict
from collections.abc import Iterable, Iterator
from datetime import date
from functools import lru_cache
from typing import Final, NamedTuple

from ...db.connection import select
from ...db.many import marks, pieces
from ...domain.moments import Zone
from ...domain.reports import Asked, Figure, Figures, Line, quartiles
from ..where import Where
from .reading import Watched, counted, narrowed, type_names, within

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
_LINK = "p.id, p.rebooked_from_id, p.created_at, p.wished_day, p.status in ('M', 'X')"


class _Link(NamedTuple):
    """A visit as a link of its chain; ``lost`` is that it was missed or canceled."""

    id: int
    before: int | None
    created_at: int
    wished: str | None
    lost: bool


class _Chained(NamedTuple):
    """A visit with a story: what its own row says, and when it was first booked and the wish, if there
    was one."""

    id: int
    type_id: int
    day: str
    starts_at: int
    created_at: int
    own_wish: str | None
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
    """The visits that follow from another one. Indexes: ``appointment_rebooked``, primary key.

    The empty text keeps the index of days out: it is longer.
    """
    days = asked.first.isoformat(), asked.last.isoformat()
    rows = Where("a.rebooked_from_id is not null and a.day || '' between ? and ?", days)
    found = narrowed(asked, rows).also(_STANDS)
    visits = select(
        "select a.id, coalesce(a.type_id, 0), a.day, a.starts_at, a.created_at, a.wished_day,"
        f" {_LINK} from appointment a join appointment p on p.id = a.rebooked_from_id where {found.text}",
        found.params,
    )
    links = _with_those_before({row[6]: _Link._make(row[6:]) for row in visits})
    for row in visits:
        booked_at, wish, seen = row[4], row[5], {row[0]}
        at = links.get(row[6])
        while at is not None and at.lost and at.id not in seen:
            seen.add(at.id)
            booked_at, wish = min(booked_at, at.created_at), wish or at.wished
            at = links.get(at.before or 0)
        yield _Chained._make((*row[:6], booked_at, wish))


def _with_those_before(links: dict[int, _Link]) -> dict[int, _Link]:
    """The links, and before the lost ones among them all that led there, by id."""
    wanted = _before(links.values()) - links.keys()
    while wanted:
        found = dict[int, _Link]()
        for piece in pieces(sorted(wanted)):
            rows = select(f"select {_LINK} from appointment p where p.id in ({marks(piece)})", piece)
            found.update((row[0], _Link._make(row)) for row in rows)
        links |= found
        wanted = _before(found.values()) - links.keys()
    return links


def _before(links: Iterable[_Link]) -> set[int]:
    return {one.before for one in links if one.lost and one.before is not None}


def behind(asked: Asked, key: object, figure: str, zone: Zone) -> Where | None:
    """The visits that were counted; a quartile is of all of them and has none of its own.

    Of visits with a story those are named whose own row does not tell that they count.
    """
    if figure == "visits":
        told = _BOOKED_BEFORE
        others = [one.id for one in _chained(asked) if one.booked_at <= one.starts_at < one.created_at]
    elif figure == "wished":
        told = "a.wished_day is not null"
        others = [one.id for one in _chained(asked) if one.wished and not one.own_wish]
    else:
        return None
    named = f" or a.id in ({marks(others)})" if others else ""
    rows = within(asked).also(_STANDS).also(f"({told}{named})", *others)
    return rows if key is None else rows.also("coalesce(a.type_id, 0) = ?", key)
