"""Whether the database itself is whole: its pages, references, tables and triggers."""

from __future__ import annotations

import os
import re
from collections.abc import Iterator
from contextlib import suppress
from functools import cache
from pathlib import Path

from peewee import SqliteDatabase

from .connection import SCHEMA, Book
from .dialects import Sqlite

SHOWN = 50
"""Faults of one kind that are told; a broken file can have millions."""

_SCHEMA = "select type, name, sql from sqlite_master where sql is not null and name not like 'sqlite_%'"

_SCHEMA_ON_SERVER = """
select kind, name, replace(made, current_schema() || '.', '') from (
  select 'column' as kind, c.relname || '.' || a.attname as name, concat_ws(' ',
    format_type(a.atttypid, a.atttypmod), a.attcollation, a.attnotnull,
    pg_get_expr(d.adbin, d.adrelid)) as made, c.relnamespace as space
  from pg_attribute a join pg_class c on c.oid = a.attrelid and c.relkind = 'r'
  left join pg_attrdef d on d.adrelid = c.oid and d.adnum = a.attnum
  where a.attnum > 0 and not a.attisdropped
  union all
  select 'constraint', conname, pg_get_constraintdef(oid), connamespace from pg_constraint
  where contype <> 'n'
  union all
  select 'index', relname, pg_get_indexdef(oid), relnamespace from pg_class where relkind = 'i'
  union all
  select 'trigger', t.tgname, concat_ws(' ', pg_get_triggerdef(t.oid), t.tgenabled, p.prosrc), c.relnamespace
  from pg_trigger t join pg_proc p on p.oid = t.tgfoid join pg_class c on c.oid = t.tgrelid
  where not t.tgisinternal
  union all
  select 'rule', r.rulename, pg_get_ruledef(r.oid), c.relnamespace
  from pg_rewrite r join pg_class c on c.oid = r.ev_class where c.relkind = 'r'
) as everything where space = current_schema()::regnamespace"""


def page_faults(book: Book) -> Iterator[str]:
    """Damaged pages, indexes that disagree with their tables, values that break a constraint.

    A PostgreSQL server watches over its own pages.
    """
    if isinstance(book.dialect, Sqlite):
        for (verdict,) in book.select(f"pragma integrity_check({SHOWN})"):
            if verdict != "ok":
                yield str(verdict)


def damaged_pages(book: Book) -> bool:
    """Whether a page of the file is damaged: the quick look, a tenth of the time of :func:`page_faults`."""
    return book.select("pragma quick_check(1)") != [("ok",)]


def looked_at(book: Book) -> str:
    """The day on which the pages were last found whole, as it was given to :func:`note_look`."""
    try:
        return _look_file(book).read_text("ascii")
    except (OSError, UnicodeDecodeError):
        return ""


def note_look(book: Book, day: str) -> None:
    """Remember ``day``; where that cannot be written, the next start looks again."""
    with suppress(OSError):
        handle = os.open(_look_file(book), os.O_WRONLY | os.O_CREAT | os.O_TRUNC | os.O_CLOEXEC, 0o600)
        with os.fdopen(handle, "w", encoding="ascii") as file:
            file.write(day)


def _look_file(book: Book) -> Path:
    return book.place.with_name(f"{book.place.name}.looked")


def lost_references(book: Book) -> Iterator[tuple[str, int | None, str]]:
    """(table, row, table it points into) of rows whose other end is missing.

    PostgreSQL never lets one come to be: nothing there switches its foreign keys off.
    """
    if isinstance(book.dialect, Sqlite):
        yield from ((row[0], row[1], row[2]) for row in book.select("pragma foreign_key_check")[:SHOWN])


def schema_faults(book: Book) -> Iterator[tuple[str, str]]:
    """(name, what is wrong) of every table, index and trigger that is not as the migrations make it.

    A missing trigger is a rule nobody keeps any more, and nothing else would tell; one too many may do
    anything to what is written, and drop lines of the journal. A role that may not make tables on a server
    cannot look how these are made, nor which there may be besides those of a file: it sees whether those are
    there.
    """
    number = book.dialect.schema_number(book.db)
    if number != SCHEMA:
        yield "schema", f"its number is {number}, this version's is {SCHEMA}"
        return
    if isinstance(book.dialect, Sqlite):
        knows, found, meant = True, _objects(book.select(_SCHEMA)), _as_migrated()
    else:
        knows, found = _may_create(book), _objects(book.select(_SCHEMA_ON_SERVER))
        meant = _as_migrated_on_server(book) if knows else _rules_by_name(found)
    for name in sorted(meant.keys() - found.keys()):
        yield name, f"the {meant[name][0]} is missing"
    for name in sorted(found.keys() & meant.keys()):
        if found[name] != meant[name]:
            yield name, f"the {meant[name][0]} is not as this version makes it"
    for name in sorted(found.keys() - meant.keys()):
        if knows and (kind := found[name][0]) in _ACTING:
            yield name, f"the {kind} is none of this version's"


_ACTING = ("trigger", "rule")
"""What does something by itself when rows are written. A table or an index of somebody's own does not."""


@cache
def _as_migrated() -> dict[str, tuple[str, str]]:
    """What the migrations make of an empty database."""
    from .schema import runner

    db = SqliteDatabase(":memory:")
    with db.connection_context():
        runner(db).up()
        return _objects(db.execute_sql(_SCHEMA).fetchall())


def _may_create(book: Book) -> bool:
    ((may,),) = book.select("select has_database_privilege(current_database(), 'create')")
    return bool(may)


def _rules_by_name(found: dict[str, tuple[str, str]]) -> dict[str, tuple[str, str]]:
    """The triggers and indexes that a file would have, which a server has by the same names."""
    made = _as_migrated().items()
    return {name: found.get(name, one) for name, one in made if one[0] in ("trigger", "index")}


def _as_migrated_on_server(book: Book) -> dict[str, tuple[str, str]]:
    """The same in a schema of its own, which goes again before anybody else has seen it."""
    from .schema import runner

    with book.undone():
        book.db.execute_sql("create schema pim_meant")
        book.db.execute_sql("set local search_path to pim_meant")
        runner(book.db).up()
        return _objects(book.select(_SCHEMA_ON_SERVER))


def _objects(rows: list[tuple[str, str, str]]) -> dict[str, tuple[str, str]]:
    return {name: (kind, re.sub(r"\s+", " ", sql)) for kind, name, sql in rows}
