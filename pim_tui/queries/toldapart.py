"""Customers whose names a terminal cannot write: their number goes before the name, wherever that stands.

In ASCII the letters of other scripts are hinted at or lost, and two people look alike. What is read for such
a terminal passes here, whatever it is: rows, pages of rows, and what has rows in it.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping
from dataclasses import fields, is_dataclass, replace
from typing import Any, TypeVar, cast

from ..db.connection import select
from ..db.many import marks, pieces
from ..domain.text import has_other_letters
from .page import Page
from .search import Found

T = TypeVar("T")

_DEEP = 4
"""How far rows may lie within what is read."""


def told_apart(found: T) -> T:
    """The same, with ``#12`` before every such name of a customer. Index: primary key."""
    ids = sorted({id_ for id_, name in _people(found, _DEEP) if has_other_letters(name)})
    if not ids:
        return found
    numbers: dict[int, int] = {}
    for some in pieces(ids):
        numbers |= select(f"select id, number from customer where id in ({marks(some)})", some)
    return cast("T", _numbered(found, numbers, _DEEP))


def _people(found: object, deep: int) -> Iterator[tuple[int, str]]:
    """Ids and names of all customers in it."""
    if isinstance(found, Page):
        found = found.rows
    facts = _facts(found)
    if (named := _named(found, facts)) is not None:
        yield named
    for one in _parts(found, facts) if deep else ():
        yield from _people(one, deep - 1)


def _numbered(found: Any, numbers: Mapping[int, int], deep: int) -> Any:
    """It with the numbers before the names; what has none in it stays as it is."""
    if not deep + 1:
        return found
    if isinstance(found, Page):
        rows = _numbered(found.rows, numbers, deep)
        return Page(rows, lambda: found.totals, found.offset)
    if type(found) in (tuple, list):
        return type(found)(_numbered(one, numbers, deep - 1) for one in found)
    if type(found) is dict:
        return {key: _numbered(one, numbers, deep - 1) for key, one in found.items()}
    facts = _facts(found)
    changed = {name: _numbered(value, numbers, deep - 1) for name, value in facts.items()}
    named = _named(found, facts)
    if named is not None and named[0] in numbers and has_other_letters(named[1]):
        keys = ("listed", "full") if isinstance(found, Found) else ("customer",)
        changed |= {key: f"#{numbers[named[0]]} {facts[key]}" for key in keys}
    anew = {name: value for name, value in changed.items() if value is not facts[name]}
    if not anew:
        return found
    return found._replace(**anew) if hasattr(found, "_replace") else replace(found, **anew)


def _named(found: object, facts: Mapping[str, Any]) -> tuple[int, str] | None:
    """Whose row it is, and what they are called there."""
    if isinstance(found, Found):
        return found.id, found.full
    id_, name = facts.get("customer_id"), facts.get("customer")
    return (id_, name) if isinstance(id_, int) and isinstance(name, str) else None


def _parts(found: object, facts: Mapping[str, Any]) -> Iterable[object]:
    """What rows may lie in."""
    if type(found) in (tuple, list):
        return cast("list[object]", found)
    return (found if type(found) is dict else facts).values()


def _facts(found: object) -> Mapping[str, Any]:
    """The fields of a row; none of anything else."""
    if isinstance(found, tuple) and hasattr(found, "_asdict"):
        return cast("dict[str, Any]", found._asdict())
    if is_dataclass(found) and not isinstance(found, type):
        return {one.name: getattr(found, one.name) for one in fields(found)}
    return {}
