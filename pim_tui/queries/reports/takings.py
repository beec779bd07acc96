"""What a period came to in money, and each of its taxes: what the X reports of its days told in the end (M9).

As in those, what was voided counts nowhere, a credit note takes off, and everything counts on the day it was
posted on.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Hashable, Sequence
from datetime import date
from typing import Final

from ...db.connection import select
from ...db.many import marks
from ...domain.moments import Zone, short_day
from ...domain.reports import Asked, Figure, Figures, Line, added
from ...domain.rights import Right
from ...domain.taxline import tax_text
from ...errors import Refused
from ..day_figures import COUNTED, SIGN, STANDS, Rests, rests_of
from ..gate import guarded
from ..where import Where
from .reading import Watched, staff_names

_MONEY: Final = (
    ("net", "Net", False), ("tax", "Tax", False), ("billed", "Billed", True), ("received", "Received", True),
    ("back", "Paid back", False), ("written_off", "Written off", False),
)  # fmt: skip
_KINDS: Final = {"payment": "received", "refund": "back", "write_off": "written_off"}
_NOTES: Final = (
    "Billed is net and tax, less credit notes; what was voided counts nowhere. Each is on the day it was"
    " posted, by whoever posted it.",
)
_TAX_NOTES: Final = (
    "Less credit notes; what was voided counts nowhere. A line with two taxes counts for each of them, and is"
    " taken off the bases again.",
)
_HEADING: Final = {"day": "Day", "month": "Month", "staff": "Staff"}
UNTAXED: Final = "untaxed"
AGAIN: Final = "again"
"""The keys of the lines of what has no tax, and of what is in the bases of two."""
_RESTS: Final = {UNTAXED: "No tax", AGAIN: "In two bases"}

Sums = Counter[tuple[Hashable, str]]


def takings(asked: Asked, zone: Zone, watched: Watched) -> Figures:
    """What was billed, received, paid back and written off. Indexes: ``posting (day, kind)``, ``bill_line
    (bill, position)``."""
    currency, found = _currency(asked), Sums()
    for first, last in watched.each(asked):
        for key, net, tax in _billed(asked, first, last):
            for name, amount in (("net", net), ("tax", tax), ("billed", net + tax)):
                found[_key(asked, key), name] += int(amount)
        for key, kind, amount in _moved(asked, first, last):
            found[_key(asked, key), _KINDS[kind]] += int(amount)
    figures = tuple(Figure(key, title, "money", False, drawn, currency) for key, title, drawn in _MONEY)
    lines = tuple(
        Line(key, label, tuple(found[key, one.key] for one in figures))
        for key, label in _names(asked, {key for key, _ in found})
    )
    total = Line(None, "All", added((line.values for line in lines), len(figures)))
    return Figures(asked, _HEADING[asked.by], figures, lines, total, (*_NOTES, *_in(currency)))


def taxes(asked: Asked, zone: Zone, watched: Watched) -> Figures:
    """Each tax by its name and rate, and what was billed without any. Indexes: as :func:`takings`,
    ``line_tax`` primary key."""
    currency, found = _currency(asked), Sums()
    for first, last in watched.each(asked):
        for name, rate, count, base, amount in _taxed(asked, first, last):
            for what, value in (("lines", count), ("base", base), ("tax", amount)):
                found[(name, rate), what] += int(value)
        rests = _rests(asked, first, last)
        found[UNTAXED, "lines"] += rests.lines
        found[UNTAXED, "base"] += rests.untaxed
        found[AGAIN, "base"] += rests.again
    figures = (
        Figure("lines", "Lines", opens=False),
        Figure("base", "Base", "money", False, False, currency),
        Figure("tax", "Tax", "money", False, True, currency),
    )
    taxed = sorted((key for key in {key for key, _ in found} if isinstance(key, tuple)), key=str)
    keys: list[tuple[str, int] | str] = [*taxed, *_RESTS]
    rows = [(key, tuple(found[key, one.key] for one in figures)) for key in keys]
    lines = tuple(_tax_line(key, values) for key, values in rows if isinstance(key, tuple) or any(values))
    total = Line(None, "All", added((line.values for line in lines), len(figures)))
    return Figures(asked, "Tax", figures, lines, total, (*_TAX_NOTES, *_in(currency)))


def _tax_line(key: tuple[str, int] | str, values: tuple[int, ...]) -> Line:
    if isinstance(key, str):
        return Line(key, _RESTS[key], values)
    count, base, amount = values
    return Line(key, tax_text(*key, base, amount, count), values)


def behind(asked: Asked, key: object, figure: str, zone: Zone) -> Where | None:
    """No visits are behind money: its rows are in the ledger and the lists of bills."""
    return None


def _within(asked: Asked, first: date, last: date) -> Where:
    """The postings of a piece of the period that stand, of the staff that is asked for."""
    if asked.type_ids or asked.room_ids:
        raise Refused("Bills have neither a type nor a room.", "Narrow this report by staff and days alone.")
    return Where(STANDS).days("p.day", first, last).among("p.staff_id", asked.staff_ids)


@guarded(Right.SEE_BILL)
def _currency(asked: Asked) -> str:
    """The money of the period; :class:`Refused` where it was of two kinds, which do not add up."""
    rows = _within(asked, asked.first, asked.last)
    found = select(
        f"select distinct p.currency from posting p where {rows.text} order by p.currency", rows.params
    )
    if len(found) > 1:
        both = " and ".join(str(currency) for (currency,) in found)
        raise Refused(f"Bills of that time are in {both}.", "Take a period with one of them.")
    return str(found[0][0]) if found else ""


def _in(currency: str) -> tuple[str, ...]:
    return (f"Amounts in {currency}.",) if currency else ()


def _by(asked: Asked) -> str:
    return "p.staff_id" if asked.by == "staff" else "p.day"


@guarded(Right.SEE_BILL)
def _billed(asked: Asked, first: date, last: date) -> list[tuple[int | str, int, int]]:
    rows = _within(asked, first, last)
    return select(
        f"select {_by(asked)}, sum(l.net * {SIGN}), sum(l.tax * {SIGN}) from posting p"
        f" join bill_line l on l.bill_id = p.id where {rows.text} and p.kind in {COUNTED} group by 1",
        rows.params,
    )


@guarded(Right.SEE_BILL)
def _moved(asked: Asked, first: date, last: date) -> list[tuple[int | str, str, int]]:
    rows = _within(asked, first, last)
    return select(
        f"select {_by(asked)}, p.kind, sum(p.amount) from posting p where {rows.text}"
        f" and p.kind in ({marks(_KINDS)}) group by 1, 2",
        [*rows.params, *_KINDS],
    )


@guarded(Right.SEE_BILL)
def _taxed(asked: Asked, first: date, last: date) -> list[tuple[str, int, int, int, int]]:
    """Name, rate, lines, base and amount of each tax."""
    rows = _within(asked, first, last)
    return select(
        f"select t.name, t.rate, count(*), sum(t.base * {SIGN}), sum(t.amount * {SIGN}) from posting p"
        " join bill_line l on l.bill_id = p.id join line_tax t on t.line_id = l.id"
        f" where {rows.text} and p.kind in {COUNTED} group by 1, 2",
        rows.params,
    )


def _rests(asked: Asked, first: date, last: date) -> Rests:
    """What is in the base of no tax, or of two."""
    rows = _within(asked, first, last)
    return rests_of(rows.text, rows.params)


def _key(asked: Asked, found: int | str) -> Hashable:
    if asked.by == "staff":
        return found
    day = date.fromisoformat(str(found))
    return day.replace(day=1) if asked.by == "month" else day


def _names(asked: Asked, there: set[Hashable]) -> Sequence[tuple[Hashable, str]]:
    """The lines there are, by the clinic's order of its staff or by the calendar."""
    if asked.by == "staff":
        return [(id_, name) for id_, name in staff_names().items() if id_ in there]
    days = sorted(key for key in there if isinstance(key, date))
    if asked.by == "month":
        return [(day, f"{day:%Y-%m}") for day in days]
    return [(day, short_day(day)) for day in days]
