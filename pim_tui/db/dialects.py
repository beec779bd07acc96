"""What SQLite and PostgreSQL do differently, side by side, so that nothing else has to know.

A rule of the book is written once, as a condition over ``new`` and ``old``; each dialect turns it
into its own kind of trigger. The text a trigger raises starts with ``PIM`` and the rule's name, and
:func:`broken_rule` finds it again in whatever error the driver made of it.
"""

from __future__ import annotations

import re
from abc import ABC, abstractmethod
from collections.abc import Sequence
from typing import Any, ClassVar

from peewee import Database, Field, ForeignKeyField, Model, SqliteDatabase

APPLICATION_ID = 0x50494D31
"""Marks a SQLite file as a book of this program ("PIM1")."""

CHANNEL = "pim_tui"
"""Where sessions on a server tell each other that they have committed."""

_WRITER = """
select coalesce(s.name, a.application_name) from pg_locks l
join pg_stat_activity a on a.pid = l.pid and a.datname = current_database()
left join desk_session d on a.application_name = 'pim-tui ' || d.pid || '@' || d.host and d.ended_at is null
left join staff s on s.id = d.staff_id
where l.locktype = 'advisory' and l.granted and l.objid = ? and l.database = a.datid limit 1"""

_RULE = r"PIM (\w+): (.+)"


def broken_rule(error: BaseException) -> tuple[str, str] | None:
    """The rule's name and sentence when ``error`` came from one of our triggers."""
    found = re.match(_RULE, str(error))
    return (found[1], found[2].splitlines()[0]) if found else None


class Dialect(ABC):
    """The differences between the engines."""

    begin_mode: str | None
    table_options: ClassVar[dict[str, bool]]
    """Peewee ``Meta`` options of a newly created table."""

    same: str
    """The operator that holds two values for equal even where both are null."""

    still: str | None
    """How a transaction begins whose selects all see the same moment."""

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
    def never_at_once(
        self, name: str, table: str, resource: str, begins: str, ends: str, where: str
    ) -> Sequence[str]:
        """Statements that let no two rows have the same ``resource`` at the same time, where the engine
        can do so by itself: a net below the :meth:`refusal` that tells why. Half-open; rows ``where``.
        """

    @abstractmethod
    def partial_index(self, name: str, table: str, columns: str, where: str) -> str:
        """An index over the rows that satisfy ``where``."""

    @abstractmethod
    def clear(self, db: Database) -> None:
        """Take away every table and rule, of a book that did not come to be."""

    @abstractmethod
    def lost(self, db: Database) -> bool:
        """Whether the connection of the calling thread is of no use any more."""

    @abstractmethod
    def serialise_writers(self, db: Database) -> None:
        """Called first in a write transaction: from here on, one writer at a time."""

    @abstractmethod
    def in_the_way(self, db: Database) -> str:
        """The name of whoever has been writing for too long; empty where nobody can tell."""

    @abstractmethod
    def tell_others(self, db: Database) -> None:
        """Wake the sessions that wait for changes once the running transaction is committed."""

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
    still = None
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

    def never_at_once(
        self, name: str, table: str, resource: str, begins: str, ends: str, where: str
    ) -> Sequence[str]:
        return ()

    def partial_index(self, name: str, table: str, columns: str, where: str) -> str:
        return f"create index {name} on {table} ({columns}) where {where}"

    def clear(self, db: Database) -> None:
        """Nothing to do: the unfinished file is deleted."""

    def lost(self, db: Database) -> bool:
        return False

    def serialise_writers(self, db: Database) -> None:
        """Nothing to do: IMMEDIATE has taken the only write lock there is."""

    def in_the_way(self, db: Database) -> str:
        return ""

    def tell_others(self, db: Database) -> None:
        """Nothing to do: they look by themselves."""

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
    still = "REPEATABLE READ"
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
        # As SQLite's triggers do it: the driver calls it an error of integrity.
        refuse = f"raise exception using message = 'PIM {rule}: {says}', errcode = '23000'"
        per_row = f"create trigger {name} before {event} on {table} for each row execute function {name}()"
        begin = f"create function {name}() returns trigger language plpgsql as $$ begin"
        if event != "delete":
            return f"{begin} {locks}if {condition} then {refuse}; end if; return new; end $$", per_row
        # Nor is the table emptied at a stroke, which asks no trigger of single rows.
        return (
            f"{begin} if tg_op = 'TRUNCATE' then {refuse}; end if; "
            f"if {condition} then {refuse}; end if; return old; end $$",
            per_row,
            f"create trigger {name}_whole before truncate on {table} execute function {name}()",
        )

    def lifted(self, name: str, table: str) -> Sequence[str]:
        return (f"drop function {name}() cascade",)

    def consequence(self, name: str, table: str, event: str, statement: str) -> Sequence[str]:
        return (
            f"create function {name}() returns trigger language plpgsql as"
            f" $$ begin {statement}; return null; end $$",
            f"create trigger {name} after {event} on {table} for each row execute function {name}()",
        )

    def widen(self, db: Database, table: type[Model]) -> None:
        """Its checks are made anew, those of old columns too: they may allow more now."""
        name = table._meta.table_name
        there = {column.name for column in db.get_columns(name)}
        checks = db.execute_sql(
            "select conname from pg_constraint where conrelid = cast(? as regclass) and contype = 'c'", [name]
        )
        for (check,) in checks.fetchall():
            db.execute_sql(f'alter table {name} drop constraint "{check}"')
        stay = [field for field in table._meta.sorted_fields if field.column_name in there]
        for field in table._meta.sorted_fields:
            if field.column_name not in there:
                _add_column(db, name, field)
        for rule in (*(table._meta.constraints or ()), *(one for f in stay for one in f.constraints or ())):
            if rule.sql.startswith("CHECK"):
                db.execute_sql(f"alter table {name} add {rule.sql}")
        table._schema.create_indexes(safe=True)  # type: ignore[attr-defined]  # no type tells of it

    def never_at_once(
        self, name: str, table: str, resource: str, begins: str, ends: str, where: str
    ) -> Sequence[str]:
        # The resource as a range of one: equality would need an extension of the server.
        return (
            f"alter table {table} add constraint {name} exclude using gist"
            f" (int4range({resource}, {resource}, '[]') with &&, int8range({begins}, {ends}) with &&)"
            f" where ({begins} is not null and {where})",
        )

    def partial_index(self, name: str, table: str, columns: str, where: str) -> str:
        return f"create index {name} on {table} ({columns}) where {where}"

    def clear(self, db: Database) -> None:
        triggers = "select oid::regprocedure from pg_proc where prorettype = 'trigger'::regtype"
        mine = f"{triggers} and pronamespace = current_schema()::regnamespace"
        for (function,) in db.execute_sql(mine).fetchall():
            db.execute_sql(f"drop function {function} cascade")
        for table in db.get_tables():
            db.execute_sql(f'drop table "{table}" cascade')

    def lost(self, db: Database) -> bool:
        return bool(db.connection().closed)

    def serialise_writers(self, db: Database) -> None:
        db.execute_sql(f"select pg_advisory_xact_lock({self.writer_lock})")

    def in_the_way(self, db: Database) -> str:
        found = db.execute_sql(_WRITER, [self.writer_lock]).fetchone()
        return str(found[0]) if found else ""

    def tell_others(self, db: Database) -> None:
        # No payload: whoever wakes reads the journal, and many in one transaction are one.
        db.execute_sql("select pg_notify(?, '')", [CHANNEL])

    def changes_seen(self, db: Database) -> int:
        """Which transactions are over, in a number."""
        seen = db.execute_sql("select hashtextextended(cast(pg_current_snapshot() as text), 0)")
        return int(seen.fetchone()[0])

    def changes_made(self, db: Database) -> int:
        return int(db.connection().changes_made)

    def schema_number(self, db: Database) -> int:
        if db.execute_sql("select to_regclass('schema_migration')").fetchone()[0] is None:
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


def _add_column(db: Database, table: str, field: Field[Any]) -> None:
    """A new column of a table of PostgreSQL; where it may not be null, its rows take the model's default."""
    context = db.get_sql_context()
    told = any(rule.sql.startswith("default") for rule in field.constraints or ())
    sql, _ = context.literal(f"alter table {table} add column ").sql(field.ddl(context)).query()
    value = "" if field.null or told else f" default {_literal(field.db_value(field.default))}"
    db.execute_sql(sql + value)
    if value:
        db.execute_sql(f"alter table {table} alter column {field.column_name} drop default")
    if isinstance(field, ForeignKeyField):
        into = f"{field.rel_model._meta.table_name} ({field.rel_field.column_name})"
        db.execute_sql(
            f"alter table {table} add foreign key ({field.column_name}) references {into}"
            f" on delete {field.on_delete}"
        )


def _literal(value: int | str) -> str:
    return str(value) if isinstance(value, int) else "'" + value.replace("'", "''") + "'"


def dialect_of(db: Database) -> Dialect:
    """The dialect that ``db`` speaks."""
    return Sqlite() if isinstance(db, SqliteDatabase) else Postgres()
