"""Going through a whole table page by page, so that the memory does not grow with the book; and going on in
a long list from the last row that was read, instead of counting those before it.
"""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

from ..db.connection import current, select
from ..errors import StoreUnfit

PAGE = 20_000


def paged(sql: str, key: int = 0) -> Iterator[tuple[Any, ...]]:
    """All rows of ``sql``, which ends in ``> ? order by`` the column at ``key`` ``limit ?``, page by page.

    In a damaged file the order may lead back to where it came from: raises :class:`StoreUnfit` then.
    """
    last = 0
    while rows := select(sql, [last, PAGE]):
        yield from rows
        if rows[-1][key] <= last:
            raise StoreUnfit(f"{current().name} is damaged.", "Restore the newest backup.")
        last = rows[-1][key]


def behind(after: int | None, table: str, alias: str, *columns: str) -> tuple[str, list[object]]:
    """The condition on ``alias``, a row of ``table``, that it follows the row with the id ``after`` in an
    order that goes down each of ``columns``, with its parameters; nothing for None, the beginning of a list.
    """
    if after is None:
        return "", []
    mine, its = (", ".join(f"{name}.{column}" for column in columns) for name in (alias, "was"))
    return f" and ({mine}) < (select {its} from {table} was where was.id = ?)", [after]
