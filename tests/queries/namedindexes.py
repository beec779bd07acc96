"""The indexes that docstrings name: ``appointment (day, starts_at)``, or one with a name of its own."""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator
from functools import cache
from importlib import import_module
from typing import Any

from pim_tui.db.connection import Book

_NAMED = re.compile(r"``(?:(\w+) )?\(([a-z_0-9, .]+)\)``|``(\w+_\w+)``")
_REFERRED = re.compile(r":func:`~?([\w.]+)`")


class Indexes:
    """All indexes of a book: their tables and columns, without the ``_id`` of keys."""

    def __init__(self, book: Book) -> None:
        self._all: dict[str, tuple[str, tuple[str, ...]]] = {}
        for (table,) in book.select("select name from sqlite_schema where type = 'table'"):
            for _, name, *_ in book.select(f"pragma index_list({table})"):
                columns = book.select(f"pragma index_info({name})")
                self._all[name] = (table, tuple(str(row[2]).removesuffix("_id") for row in columns))

    def called(self, name: str) -> str | None:
        """The table of an index."""
        return self._all[name][0] if name in self._all else None

    def over(self, table: str, columns: list[str]) -> set[str]:
        """Those of a table that are over exactly these columns, or begin with them where dots follow."""
        more = columns[-1] == "..."
        wanted = tuple(one.removesuffix("_id") for one in columns if one != "...")
        return {
            name
            for name, (of, over) in self._all.items()
            if of == table and (over[: len(wanted)] if more and over != wanted else over) == wanted
        }

    def has(self, table: str) -> bool:
        """Whether there is such a table."""
        return any(of == table for of, _ in self._all.values())


def told_of(query: Callable[..., Any]) -> str:
    """What the docstring says of indexes."""
    told = " ".join((query.__doc__ or "").split())
    at = re.search(r"\bIndex(es)?\b", told)
    return told[at.start() :] if at else ""


def named(told: str, indexes: Indexes) -> tuple[list[set[str]], list[str]]:
    """What is named, each with the indexes that it may be, and names of none."""
    found, wrong, table = list[set[str]](), list[str](), ""
    for first, inside, alone in _NAMED.findall(told):
        table = table if alone else first or table
        over = {alone} if alone else indexes.over(table, [one.strip() for one in inside.split(",")])
        if (alone and indexes.called(alone)) or (inside and over):
            found.append(over)
        elif not indexes.has(alone):
            wrong.append(alone or f"{table} ({inside})")
    return found, wrong


def with_those_of(query: Callable[..., Any], seen: frozenset[str] = frozenset()) -> Iterator[str]:
    """What the docstring says of indexes, and those of the queries that it refers to for more."""
    told = told_of(query)
    yield told
    for name in set(_REFERRED.findall(told)) - seen:
        yield from with_those_of(_function(name, query.__module__), seen | {name})


@cache
def _function(name: str, module: str) -> Callable[..., Any]:
    home, _, short = name.rpartition(".")
    found: Callable[..., Any] = getattr(import_module(home or module), short)
    return found
