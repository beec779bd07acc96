"""The two ends of a copy: tables read and written as they are, past the rules, on either engine."""

from __future__ import annotations

from abc import ABC, abstractmethod
from collections.abc import Iterator, Sequence
from contextlib import AbstractContextManager, contextmanager
from typing import Any

from ..errors import StoreError
from .connection import Book
from .dialects import Sqlite
from .faults import driver_errors

HISTORY = "schema_migration"
"""Which migrations were applied: each book has its own."""

_REFERENCES = """
select conrelid::regclass::text, conname, pg_get_constraintdef(oid) from pg_constraint
where contype = 'f' and connamespace = current_schema()::regnamespace"""

_FREE = """
select setval(s, (select coalesce(max(id), 0) + 1 from {}), false)
from pg_get_serial_sequence(?, 'id') s where s is not null"""

Row = tuple[Any, ...]


class End(ABC):
    """One book, table by table."""

    def __init__(self, book: Book) -> None:
        self.book = book

    def tables(self) -> list[str]:
        """Every table of the clinic, by name."""
        found = self.book.db.get_tables()
        return sorted(name for name in found if name != HISTORY and not name.startswith("sqlite_"))

    def columns(self, table: str) -> list[str]:
        """The columns of a table, quoted."""
        return [f'"{column.name}"' for column in self.book.db.get_columns(table)]

    def size(self) -> int:
        """How many rows there are in all."""
        return sum(self.book.select(f"select count(*) from {table}")[0][0] for table in self.tables())

    def empty(self, table: str) -> None:
        """Delete what the migrations have put in."""
        self.book.db.execute_sql(f"delete from {table}")

    @abstractmethod
    def stay(self) -> None:
        """Let the running transaction take its time, though nothing is asked for long."""

    @abstractmethod
    def rows(self, table: str, columns: Sequence[str], some: int) -> Iterator[Row]:
        """Every row, ``some`` at a time."""

    @abstractmethod
    def take(self, table: str, columns: Sequence[str], rows: Iterator[Row]) -> None:
        """Write the rows."""

    @abstractmethod
    def count_on(self, tables: Sequence[str]) -> None:
        """See to it that the next row of each gets an id that is free."""

    @abstractmethod
    def taking(self) -> AbstractContextManager[None]:
        """One write transaction in which no trigger fires and references may dangle; at its end everything
        is in force again, and a reference that leads nowhere is refused."""


class File(End):
    """A SQLite file."""

    def stay(self) -> None:
        """Nothing to do: nobody counts."""

    def rows(self, table: str, columns: Sequence[str], some: int) -> Iterator[Row]:
        found = self.book.db.execute_sql(f"select {', '.join(columns)} from {table}")
        while part := found.fetchmany(some):
            yield from part

    def take(self, table: str, columns: Sequence[str], rows: Iterator[Row]) -> None:
        marks = ", ".join("?" * len(columns))
        with driver_errors:
            self.book.db.cursor().executemany(
                f"insert into {table} ({', '.join(columns)}) values ({marks})", rows
            )

    def count_on(self, tables: Sequence[str]) -> None:
        """Nothing to do: the next id is the highest and one."""

    @contextmanager
    def taking(self) -> Iterator[None]:
        """As :meth:`End.taking`. References can only be switched off outside a transaction."""
        run = self.book.db.execute_sql
        run("pragma foreign_keys = 0")
        with self.book.write_tx():
            rules = self.book.select("select name, sql from sqlite_master where type = 'trigger'")
            for name, _ in rules:
                run(f"drop trigger {name}")
            yield
            for _, made in rules:
                run(made)
            if lost := self.book.select("pragma foreign_key_check"):
                raise StoreError(f"{lost[0][0]} points to what is not there.", "Run pim-tui check.")
        run("pragma foreign_keys = 1")


class OnServer(End):
    """A database on a PostgreSQL server, by its owner."""

    def stay(self) -> None:
        self.book.db.execute_sql("set local idle_in_transaction_session_timeout = 0")

    def rows(self, table: str, columns: Sequence[str], some: int) -> Iterator[Row]:
        with driver_errors, self.book.db.connection().cursor(name="moving") as found:
            found.execute(f"select {', '.join(columns)} from {table}")
            while part := found.fetchmany(some):
                yield from part

    def take(self, table: str, columns: Sequence[str], rows: Iterator[Row]) -> None:
        into = f"copy {table} ({', '.join(columns)}) from stdin"
        with driver_errors, self.book.db.cursor() as cursor, cursor.copy(into) as copy:
            for row in rows:
                copy.write_row(row)
        self.book.db.connection().changes_made += 1

    def count_on(self, tables: Sequence[str]) -> None:
        for table in tables:
            if '"id"' in self.columns(table):
                self.book.select(_FREE.format(table), [table])

    @contextmanager
    def taking(self) -> Iterator[None]:
        """As :meth:`End.taking`. References are made anew, which looks at every row."""
        run = self.book.db.execute_sql
        with self.book.write_tx():
            references = self.book.select(_REFERENCES)
            for table, name, _ in references:
                run(f'alter table {table} drop constraint "{name}"')
            for table in self.tables():
                run(f"alter table {table} disable trigger user")
            yield
            for table in self.tables():
                run(f"alter table {table} enable trigger user")
            for table, name, made in references:
                run(f'alter table {table} add constraint "{name}" {made}')


def end_of(book: Book) -> End:
    """The end that ``book`` is."""
    return File(book) if isinstance(book.dialect, Sqlite) else OnServer(book)
