"""Who may be in the book twice: pairs of customers by name and birth date, telephone, email (P3)."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from datetime import date
from typing import NamedTuple

from ..db.connection import select
from ..db.many import marks
from ..domain.names import PersonName
from ..domain.people import Identity, likely_same
from ..domain.rights import Right
from ..domain.text import fold
from .gate import guarded
from .matching import matcher
from .page import Page, Totals

FAMILY = 8
"""More people than this behind one telephone number or address are a home or a firm, and no duplicates."""
MOST = 5_000
"""The most pairs that are looked at; a book with more needs another way to clean it."""
_AT_ONCE = 500
TWINS = "perhaps twins: the same last name and birth date, another first name"


@dataclass(frozen=True, slots=True)
class DuplicateFilter:
    """Which pairs; ``sure`` only those whom a clinic would take for one person."""

    text: str = ""
    sure: bool = False


class DuplicateRow(NamedTuple):
    """Two customers who may be one person, the older record first. ``why`` completes "They have ..."."""

    id: int
    customer_id: int
    other_id: int
    number: int
    other_number: int
    customer: str
    other: str
    born: date | None
    why: str
    strong: bool
    last_day: date | None
    other_last_day: date | None


_NAMED = (
    "select a.id, b.id from (select sort_name, birth_date from customer where birth_date is not null and"
    " active = 1 group by sort_name, birth_date having count(*) > 1) d join customer a"
    " on a.birth_date = d.birth_date and a.sort_name = d.sort_name join customer b"
    " on b.birth_date = d.birth_date and b.sort_name = d.sort_name and b.id > a.id"
    " order by a.id, b.id limit ?"
)
_SHARED = (
    "select p.customer_id, q.customer_id from (select {value} from {table} where {value} <> '' group by"
    " {value} having count(*) between 2 and ?) d join {table} p on p.{value} = d.{value} join {table} q"
    " on q.{value} = d.{value} and q.customer_id > p.customer_id join customer a on a.id = p.customer_id"
    " join customer b on b.id = q.customer_id where a.active = 1 and b.active = 1 and"
    " (a.birth_date = b.birth_date or a.birth_date is null or b.birth_date is null"
    " or a.sort_name = b.sort_name) limit ?"
)
"""Who shares a telephone or an address and was not plainly born on another day: the rest are families."""


@guarded(Right.SEE_CUSTOMER)
def duplicates(shown: DuplicateFilter | None = None, limit: int = 50, offset: int = 0) -> Page[DuplicateRow]:
    """Pairs of customers in use, the likeliest first; sums: ``pairs`` and how many of them are ``sure``.

    Twins who share a telephone are told as such (P3). Indexes: ``customer (sort_name)``, ``customer
    (birth_date)``, ``phone (e164)``, ``email (folded)``, those of what hangs on a customer, primary keys; for
    the rows shown ``appointment (customer, starts_at)``.
    """
    shown = shown or DuplicateFilter()
    matches = matcher(shown.text)
    found = [
        row
        for row in _judged(sorted(_pairs()))
        if (row.strong or not shown.sure)
        and matches(row.customer, row.other, row.why, str(row.number), str(row.other_number))
    ]
    found.sort(key=lambda row: (not row.strong, fold(row.customer), row.id))
    sums = {"pairs": len(found), "sure": sum(row.strong for row in found)}
    return Page(tuple(_with_days(found[offset : offset + limit])), Totals(len(found), sums), offset)


def _pairs() -> set[tuple[int, int]]:
    """Ids worth comparing, the smaller one first."""
    pairs = {(int(one), int(two)) for one, two in select(_NAMED, [MOST])}
    for table, value in (("phone", "e164"), ("email", "folded")):
        shared = select(_SHARED.format(table=table, value=value), [FAMILY, MOST])
        pairs.update((int(one), int(two)) for one, two in shared)
    return pairs


@dataclass(frozen=True, slots=True)
class _Person:
    """What two records are compared by."""

    id: int
    number: int
    identity: Identity


def _judged(pairs: Sequence[tuple[int, int]]) -> Iterator[DuplicateRow]:
    people = _people(sorted({id_ for pair in pairs for id_ in pair}))
    for one, two in pairs:
        a, b = people.get(one), people.get(two)
        if a is not None and b is not None and (row := _compared(a, b)):
            yield row


def _compared(a: _Person, b: _Person) -> DuplicateRow | None:
    likeness = likely_same(a.identity, b.identity)
    if likeness is None:
        return None
    why = TWINS if _twins(a.identity, b.identity) and not likeness.strong else likeness.text
    return DuplicateRow(
        a.id << 32 | b.id, a.id, b.id, a.number, b.number, a.identity.name.listed, b.identity.name.listed,
        a.identity.birth_date or b.identity.birth_date, why, likeness.strong, None, None,
    )  # fmt: skip


def _twins(a: Identity, b: Identity) -> bool:
    """Born on one day under one last name, and called differently."""
    return (
        a.birth_date is not None
        and a.birth_date == b.birth_date
        and fold(a.name.last) == fold(b.name.last) != ""
        and fold(a.name.first) != fold(b.name.first)
    )


def _people(ids: Sequence[int]) -> dict[int, _Person]:
    """Those in use, with all that tells them apart. Records that became part of another are out of use."""
    found: dict[int, _Person] = {}
    for start in range(0, len(ids), _AT_ONCE):
        some = ids[start : start + _AT_ONCE]
        hanging = {
            table: _texts(
                f"select customer_id, {column} from {table} where customer_id in ({marks(some)})", some
            )
            for table, column in (("phone", "number"), ("email", "address"), ("former_name", "name"))
        }
        for id_, number, first, middle, last, suffix, born in select(
            "select id, number, first_name, middle_name, last_name, suffix, birth_date from customer"
            f" where active = 1 and id in ({marks(some)})",
            some,
        ):
            identity = Identity(
                PersonName("", first, middle, last, suffix),
                hanging["former_name"].get(id_, ()),
                date.fromisoformat(born) if born else None,
                hanging["phone"].get(id_, ()),
                hanging["email"].get(id_, ()),
            )
            found[id_] = _Person(id_, number, identity)
    return found


def _texts(sql: str, ids: Sequence[int]) -> dict[int, tuple[str, ...]]:
    found: dict[int, tuple[str, ...]] = {}
    for customer_id, text in select(sql, ids):
        found[customer_id] = (*found.get(customer_id, ()), text)
    return found


def _with_days(rows: Sequence[DuplicateRow]) -> Iterator[DuplicateRow]:
    """The rows with the last visit of each; the record in use is the one to keep.

    Index: ``appointment (customer, starts_at)``.
    """
    ids = sorted({id_ for row in rows for id_ in (row.customer_id, row.other_id)})
    days = dict(
        select(
            f"select customer_id, max(day) from appointment where customer_id in ({marks(ids) or 'null'})"
            " group by customer_id",
            ids,
        )
    )
    for row in rows:
        yield row._replace(
            last_day=_day(days.get(row.customer_id)), other_last_day=_day(days.get(row.other_id))
        )


def _day(text: str | None) -> date | None:
    return date.fromisoformat(text) if text else None
