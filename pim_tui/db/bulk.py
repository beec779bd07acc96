"""Rows of one table written in one prepared statement, without building the statement anew each time."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from itertools import islice
from typing import Any

from peewee import Field, ForeignKeyField

from ..models.base import LineField, WholeField
from .connection import current
from .faults import driver_errors


def insert(columns: Sequence[Field[Any]], rows: Iterable[tuple[Any, ...]], *, derived: bool = False) -> None:
    """Insert *rows* of one table with one prepared statement, each value through its field.

    ``derived``: the values were folded from cleaned ones and need no second cleaning, which for
    search rows would cost more than writing them.
    """
    names = [column.column_name for column in columns]
    insert_as_is(columns[0].model._meta.table_name, names, rows if derived else _adapted(columns, rows))


def insert_as_is(table: str, names: Sequence[str], rows: Iterable[tuple[Any, ...]]) -> None:
    """Insert rows of whole numbers and cleaned texts, whose columns have these names: no model is loaded."""
    with driver_errors:
        current().db.cursor().executemany(_into(table, names), rows)


def insert_one(columns: Sequence[Field[Any]], row: tuple[Any, ...]) -> int:
    """Insert one row, each value through its field; its id."""
    ready = [
        value if type(value) in _PLAIN else column.db_value(value)
        for column, value in zip(columns, row, strict=True)
    ]
    return int(current().db.execute_sql(f"{_statement(columns)} returning id", ready).fetchone()[0])


def update(sql: str, params: Sequence[object]) -> list[tuple[Any, ...]]:
    """Run a hand-written ``update``, ``insert`` or ``delete ... returning``; what it returned.

    Parameters are ``?`` on every engine, and texts among them are clean.
    """
    return current().select(sql, params)


def _statement(columns: Sequence[Field[Any]]) -> str:
    return _into(columns[0].model._meta.table_name, [column.column_name for column in columns])


def _into(table: str, names: Sequence[str]) -> str:
    marks = ", ".join([current().db.param] * len(names))
    return f"insert into {table} ({', '.join(names)}) values ({marks})"


def _adapted(columns: Sequence[Field[Any]], rows: Iterable[tuple[Any, ...]]) -> Iterator[tuple[Any, ...]]:
    """The rows as their fields store them, some at a time, column by column."""
    left = iter(rows)
    while some := list(islice(left, _AT_ONCE)):
        stored = [
            _stored(column, values) for column, values in zip(columns, zip(*some, strict=True), strict=True)
        ]
        yield from zip(*stored, strict=True)


def _stored(column: Field[Any], values: tuple[Any, ...]) -> Iterable[Any]:
    """What a field makes of its values; whole numbers and empty texts it would hand back as they are."""
    if isinstance(column, WholeField | ForeignKeyField) and _PLAIN.issuperset(map(type, values)):
        return values
    if isinstance(column, LineField) and _are_clean(values, column.limit):
        return values
    return map(column.db_value, values)


def _are_clean(texts: tuple[Any, ...], limit: int) -> bool:
    """Whether a field would hand them back as they are: texts of plain letters that fit. Looked at together,
    for that takes as long as looking at two of them."""
    if not _TEXTS.issuperset(map(type, texts)):
        return False
    whole = "".join(texts)
    return whole.isascii() and whole.isprintable() and max(map(len, texts), default=0) <= limit


_AT_ONCE = 500
_PLAIN = frozenset({int, type(None)})
_TEXTS = frozenset({str})
