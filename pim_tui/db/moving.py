"""A whole book copied from one engine to another: every row as it is, or nothing at all.

Ids, numbers and the journal's seals stay what they are, so nothing needs to be translated. The rules of the
new tables stand aside while the rows come in, and are back, references and all, before anything is kept.
Meant for a process of its own: while it lasts, the book that is made is the current one.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager, nullcontext
from dataclasses import dataclass, field
from hashlib import blake2b
from pathlib import Path
from typing import Any

from ..errors import Refused, StoreError
from .connection import Book
from .ends import End, end_of
from .filestore import store_of
from .newfile import begin

AT_ONCE = 2_000
"""Rows on their way at a time."""

Progress = Callable[[int, int], object]


@dataclass(slots=True)
class Sum:
    """How many rows, and the sum of their digests: equal wherever the same rows are, in whatever order."""

    rows: int = 0
    digest: int = 0

    def add(self, row: Sequence[object]) -> None:
        """Count a row in."""
        seen = blake2b(repr(tuple(row)).encode("utf-8", "surrogatepass"), digest_size=8)
        self.rows, self.digest = self.rows + 1, (self.digest + int.from_bytes(seen.digest())) % 2**64


@dataclass(frozen=True, slots=True)
class Moved:
    """What was copied: the new book's name, and how many rows of each table."""

    name: str
    rows: dict[str, int]


@dataclass(slots=True)
class _Way:
    """How far a copy is, and whether it is to be given up."""

    progress: Progress
    stopped: Callable[[], bool]
    total: int
    done: int = 0
    sums: dict[str, Sum] = field(default_factory=dict)

    def come(self, rows: int) -> None:
        self.done += rows
        self.progress(self.done, self.total)
        if self.stopped():
            raise Refused("It was stopped; nothing was copied.", "Begin again at any time.")


def copy_book(
    source: Book,
    url: str,
    progress: Progress = lambda done, total: None,
    stopped: Callable[[], bool] = lambda: False,
    verify: Callable[[Book], object] = lambda book: None,
    *,
    alone: bool = True,
    key: str = "",
) -> Moved:
    """Make a book at ``url``, a new file or an empty database, of the schema of ``source`` and with every row
    of it; a file is encrypted by ``key``, if any.

    One moment of ``source`` is copied, which is not changed: the running transaction's, if there is one. With
    ``alone`` nobody else can write in it until the copy stands, so that no change is left behind. Every row
    is read back and compared, then ``verify`` looks at the new book and may raise. Whatever fails, or is
    stopped, leaves nothing at ``url``. Memory does not grow with the book. Raises :class:`Refused` and the
    :class:`StoreError` family.
    """
    source.connect()
    number = source.dialect.schema_number(source.db)
    sums: dict[str, Sum] = {}

    def fill(target: Book) -> None:
        ends = end_of(source), end_of(target)
        with nullcontext() if source.db.in_transaction() else held(source, alone=alone):
            sums.update(_copied(*ends, _Way(progress, stopped, ends[0].size() * 2)))
        verify(target)

    name = begin(url, fill, key, number)
    return Moved(name, {table: one.rows for table, one in sums.items()})


def copy_files(source: Book, target: Path) -> int:
    """Copy what is stored beside ``source`` into the folder ``target``; how many files were not there yet.

    Each is read against its digest and written as the store writes it.
    """
    from_, into = store_of(source), type(store_of(source))(target)
    if from_.folder.resolve() == into.folder.resolve():
        return 0
    new = [digest for digest in from_.digests() if not into.has(digest)]
    for digest in new:
        into.put(from_.read(digest))
    return len(new)


@contextmanager
def held(book: Book, *, alone: bool) -> Iterator[None]:
    """One moment of ``book`` for as long as this lasts; with ``alone`` nobody writes in it meanwhile."""
    with book.write_tx() if alone else book.one_moment():
        end_of(book).stay()
        yield


def _copied(source: End, target: End, way: _Way) -> dict[str, Sum]:
    """Copy every table, and compare; what each held."""
    tables = target.tables()
    if any(_columns_of(source, one) != _columns_of(target, one) for one in {*source.tables(), *tables}):
        raise StoreError("The two books do not have the same tables.", "Run pim-tui check on the old one.")
    with target.taking():
        for table in tables:
            target.empty(table)
        for table in tables:
            columns = target.columns(table)
            target.take(table, columns, _summed(source.rows(table, columns, AT_ONCE), table, way))
        target.count_on(tables)
    with held(target.book, alone=True):
        for table in tables:
            there = Sum()
            for row in _told(target.rows(table, target.columns(table), AT_ONCE), way):
                there.add(row)
            if there != way.sums[table]:
                raise StoreError(f"The rows of {table} did not arrive as they were.", "Please report it.")
    return way.sums


def _columns_of(end: End, table: str) -> list[str]:
    return sorted(end.columns(table))


def _summed(rows: Iterator[tuple[Any, ...]], table: str, way: _Way) -> Iterator[tuple[Any, ...]]:
    way.sums[table] = seen = Sum()
    for row in _told(rows, way):
        seen.add(row)
        yield row


def _told(rows: Iterator[tuple[Any, ...]], way: _Way) -> Iterator[tuple[Any, ...]]:
    """The rows, telling now and then how many there were."""
    since = 0
    for row in rows:
        yield row
        since += 1
        if since == AT_ONCE:
            way.come(since)
            since = 0
    way.come(since)
