"""What SQLite and PostgreSQL do differently, side by side, so that nothing else has to know.

A rule of the book is written once, as a condition over ``new`` and ``old``; each dialect turns it
into its own kind of trigger. The text a trigger raises starts with ``PIM`` and the rule's name, and
:func:`broken_rule` finds it again in whatever error the driver made of it.
"""

from __future__ import annotations

import re
from abc import ABC, abstractmethod
from collections.abc import Sequence
from typing import ClassVar

from peewee import Database, Model, SqliteDatabase

APPLICATION_ID = 0x50494D31
"""Marks a SQLite file as a book of this program ("PIM1")."""

_RULE = re.compile(r"PIM (\w+): (.+)")


def broken_rule(error: BaseException) -> tuple[str, str] | None:
    """The rule's name and sentence when ``error`` came from one of our triggers."""
    found = _RULE.search(str(error))
    return (found[1], found[2].splitlines()[0]) if found else None


class Dialect(ABC):
    """The differences between the engines."""

    begin_mode: str | None
    table_options: ClassVar[dict[str, bool]]
    """Peewee ``Meta`` options of a newly created table."""

    same: str
    """The operator that holds two values for equal even where both are null."""

    @abstractmethod
    def refusal(
        self, name: str, table: str, event: str, condition: str, rule: str, says: str, lock: str = ""
    ) -> Sequence[str]:
        """Statements that make ``event`` on ``table`` fail while ``condition`` holds.

        ``event`` is ``insert``, ``update``, ``update of a, b`` or ``delete``. ``lock`` names rows
        that must be locked first where writers run side by side: ``staff:staff_id,room:room_id``.
        """

    @abstractmethod
    def lifted(self, name: str, table: str) -> Sequence[str]:
        """Statements that take the :meth:`refusal` ``name`` off ``table``, for one that replaces it."""

    @abstractmethod
    def consequence(self, name: str, table: str, event: str, statement: str) -> Sequence[str]:
        """Statements that make ``statement`` follow every ``event`` on ``table``; it may speak of ``new``."""

    @abstractmethod
    def widen(self, db: Database, table: type[Model]) -> None:
        """Give a table that is there the columns it lacks, its rows their defaults.

        Its triggers and the indexes beyond the model's stay.
        """

    @abstractmethod
    def partial_index(self, name: str, table: str, columns: str, where: str) -> str:
        """An index over the rows that satisfy ``where``."""

    @abstractmethod
    def serialise_writers(self, db: Database) -> None:
        """Called first in a write transaction: from here on, one writer at a time."""

    @abstractmethod
    def changes_seen(self, db: Database) -> int:
        """A number that differs after another session has committed."""

    @abstractmethod
    def changes_made(self, db: Database) -> int:
        """A number that differs after this connection itself has written."""

    @abstractmethod
    def schema_number(self, db: Database) -> int:
        """The number of the newest migration in the database; 0 when it is empty."""

    @abstractmethod
    def stamp(self, db: Database, number: int) -> None:
        """Record ``number`` as the newest migration, inside the running transaction."""


class Sqlite(Dialect):
    """One file, one writer at a time by IMMEDIATE transactions."""

    begin_mode = "IMMEDIATE"
    same = "is"
    table_options: ClassVar[dict[str, bool]] = {"strict_tables": True}

    def refusal(
        self, name: str, table: str, event: str, condition: str, rule: str, says: str, lock: str = ""
    ) -> Sequence[str]:
        return (
            f"create trigger {name} before {event} on {table} begin "
            f"select raise(abort, 'PIM {rule}: {says}') where {condition}; end",
        )

    def lifted(self, name: str, table: str) -> Sequence[str]:
        return (f"drop trigger {name}",)

    def consequence(self, name: str, table: str, event: str, statement: str) -> Sequence[str]:
        return (f"create trigger {name} after {event} on {table} begin {statement}; end",)

    def widen(self, db: Database, table: type[Model]) -> None:
        """Made anew: a column that is added later could not have its constraints."""
        name = table._meta.table_name
        stay = _made_on(db, name)
        kept = ", ".join(column.name for column in db.get_columns(name))
        db.execute_sql(f"create temporary table kept as select * from {name}")
        db.execute_sql(f"drop table {name}")
        db.create_tables([table], safe=False)
        added = [field for field in table._meta.sorted_fields if field.column_name not in kept.split(", ")]
        # New columns that may not be null take the default of the model.
        told = [(field.column_name, field.db_value(field.default)) for field in added if not field.null]
        names, marks = "".join(f", {column}" for column, _ in told), ", ?" * len(told)
        db.execute_sql(
            f"insert into {name} ({kept}{names}) select {kept}{marks} from temp.kept",
            [value for _, value in told],
        )
        db.execute_sql("drop table temp.kept")
        there = _made_on(db, name)
        for statement in [sql for other, sql in stay.items() if other not in there]:
            db.execute_sql(statement)

    def partial_index(self, name: str, table: str, columns: str, where: str) -> str:
        return f"create index {name} on {table} ({columns}) where {where}"

    def serialise_writers(self, db: Database) -> None:
        """Nothing to do: IMMEDIATE has taken the only write lock there is."""

    def changes_seen(self, db: Database) -> int:
        return int(db.execute_sql("pragma data_version").fetchone()[0])

    def changes_made(self, db: Database) -> int:
        return int(db.execute_sql("select total_changes()").fetchone()[0])

    def schema_number(self, db: Database) -> int:
        return int(db.execute_sql("pragma user_version").fetchone()[0])

    def stamp(self, db: Database, number: int) -> None:
        db.execute_sql(f"pragma application_id = {APPLICATION_ID}")
        db.execute_sql(f"pragma user_version = {int(number)}")


class Postgres(Dialect):
    """A server with writers side by side: one advisory lock each keeps the journal in order."""

    begin_mode = None
    same = "is not distinct from"
    table_options: ClassVar[dict[str, bool]] = {}
    writer_lock = APPLICATION_ID

    def refusal(
        self, name: str, table: str, event: str, condition: str, rule: str, says: str, lock: str = ""
    ) -> Sequence[str]:
        locks = "".join(
            f"perform 1 from {other} where id = new.{column} for update; "
            for other, column in (pair.split(":") for pair in lock.split(",") if pair)
        )
        answer = "old" if event == "delete" else "new"
        return (
            f"create function {name}() returns trigger language plpgsql as $$ begin {locks}"
            f"if {condition} then raise exception 'PIM {rule}: {says}'; end if; return {answer}; end $$",
            f"create trigger {name} before {event} on {table} for each row execute function {name}()",
        )

    def lifted(self, name: str, table: str) -> Sequence[str]:
        return (f"drop trigger {name} on {table}", f"drop function {name}()")

    def consequence(self, name: str, table: str, event: str, statement: str) -> Sequence[str]:
        return (
            f"create function {name}() returns trigger language plpgsql as"
            f" $$ begin {statement}; return null; end $$",
            f"create trigger {name} after {event} on {table} for each row execute function {name}()",
        )

    def widen(self, db: Database, table: type[Model]) -> None:
        from playhouse.migrate import SchemaMigrator, migrate

        name, migrator = table._meta.table_name, SchemaMigrator.from_database(db)
        there = {column.name for column in db.get_columns(name)}
        for field in table._meta.sorted_fields:
            if field.column_name not in there:
                migrate(migrator.add_column(name, field.column_name, field))

    def partial_index(self, name: str, table: str, columns: str, where: str) -> str:
        return f"create index {name} on {table} ({columns}) where {where}"

    def serialise_writers(self, db: Database) -> None:
        db.execute_sql(f"select pg_advisory_xact_lock({self.writer_lock})")

    def changes_seen(self, db: Database) -> int:
        return int(db.execute_sql("select coalesce(max(seq), 0) from journal").fetchone()[0])

    def changes_made(self, db: Database) -> int:
        return self.changes_seen(db)

    def schema_number(self, db: Database) -> int:
        if not db.table_exists("schema_migration"):
            return 0
        newest = db.execute_sql("select max(name) from schema_migration").fetchone()[0]
        return int(newest[:4]) if newest else 0

    def stamp(self, db: Database, number: int) -> None:
        """Nothing to do: the runner's own history is the record."""


def _made_on(db: Database, table: str) -> dict[str, str]:
    """The triggers and indexes of a table of SQLite: statement by name."""
    rows = db.execute_sql(
        "select name, sql from sqlite_master where tbl_name = ? and sql is not null"
        " and type in ('trigger', 'index')",
        [table],
    )
    return dict(rows.fetchall())


def dialect_of(db: Database) -> Dialect:
    """The dialect that ``db`` speaks."""
    return Sqlite() if isinstance(db, SqliteDatabase) else Postgres()
