"""Many rows of one table in one prepared statement."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator, Sequence
from typing import Any

from peewee import Field

from .connection import current


def insert(columns: Sequence[Field[Any]], rows: Iterable[tuple[Any, ...]], *, derived: bool = False) -> None:
    """Insert *rows* of one table with one prepared statement, each value through its field.

    ``derived``: the values were folded from cleaned ones and need no second cleaning, which for
    search rows would cost more than writing them.
    """
    db = current().db
    names, marks = ", ".join(column.column_name for column in columns), ", ".join([db.param] * len(columns))
    table = columns[0].model._meta.table_name
    ready = rows if derived else _adapted([column.db_value for column in columns], rows)
    db.cursor().executemany(f"insert into {table} ({names}) values ({marks})", ready)


def _adapted(
    adapters: Sequence[Callable[[Any], Any]], rows: Iterable[tuple[Any, ...]]
) -> Iterator[tuple[Any, ...]]:
    for row in rows:
        yield tuple([adapt(value) for adapt, value in zip(adapters, row, strict=True)])
