"""Taking the walls of a book away, on either engine, to see what they keep out."""

from __future__ import annotations

from pim_tui.db.connection import Book, current
from pim_tui.db.dialects import Sqlite

_NET = {"appointment_staff_free", "appointment_staff_still_free"}
"""The rules that have a net below them on PostgreSQL."""


def take_away(store: Book, rule: str) -> None:
    """Drop a trigger, and what else keeps its rule."""
    if isinstance(store.dialect, Sqlite):
        store.db.execute_sql(f"drop trigger {rule}")
        return
    store.db.execute_sql(f"drop function {rule}() cascade")
    if rule in _NET:
        store.db.execute_sql("alter table appointment drop constraint if exists appointment_staff_alone")


def take_away_references(store: Book) -> None:
    """Let rows point to what is not there."""
    _drop(store, "pragma foreign_keys = 0", "f")


def take_away_checks(store: Book) -> None:
    """Let rows contradict themselves."""
    _drop(store, "pragma ignore_check_constraints = 1", "c")


def _drop(store: Book, pragma: str, kind: str) -> None:
    if isinstance(store.dialect, Sqlite):
        store.db.execute_sql(pragma)
        return
    found = store.select(
        "select conrelid::regclass::text, conname from pg_constraint where contype = ?"
        " and connamespace = current_schema()::regnamespace",
        [kind],
    )
    for table, name in found:
        store.db.execute_sql(f'alter table {table} drop constraint "{name}"')


def checks_of(store: Book, table: str) -> str:
    """What the table says about its values, without quotes."""
    if isinstance(store.dialect, Sqlite):
        ((made,),) = store.select("select sql from sqlite_schema where name = ?", [table])
        return str(made).replace('"', "")
    rows = store.select(
        "select pg_get_constraintdef(oid) from pg_constraint where contype = 'c' and conrelid = ?::regclass",
        [table],
    )
    return " ".join(row[0] for row in rows).replace('"', "")


def tables() -> list[str]:
    """The names of all tables of the open book, in order."""
    return sorted(current().db.get_tables())
