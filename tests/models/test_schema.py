"""The models, the frozen tables of the migrations and what the migrations make of them are one schema."""

from __future__ import annotations

import re
from collections.abc import Iterator
from importlib import import_module
from pathlib import Path

import pytest
from peewee import Database, Model, SqliteDatabase

from pim_tui.db.connection import SCHEMA, Book
from pim_tui.db.schema import FOLDER
from pim_tui.models import TABLES
from tests.db.book import new_book

FROZEN = [import_module(f"pim_tui.db.migrations.{file.stem}") for file in sorted(FOLDER.glob("[0-9]*.py"))]


@pytest.fixture
def migrated(tmp_path: Path) -> Iterator[Book]:
    """A new book, made by the migrations."""
    book = new_book(tmp_path)
    yield book
    book.close()


def made_by(tables: tuple[type[Model], ...]) -> dict[str, str]:
    """What Peewee would create for these models: statement by name."""
    database = SqliteDatabase(":memory:")
    with database.bind_ctx(tables), database:
        database.create_tables(tables, safe=False)
        return statements(database)


def statements(database: Database) -> dict[str, str]:
    """The statements of all tables and indexes, without the options that only the migration sets."""
    rows = database.execute_sql(
        "select name, sql from sqlite_schema where sql is not null and type in ('table', 'index')"
    )
    return {
        name: re.sub(r"\)[^)]*\Z", ")", sql)
        for name, sql in rows.fetchall()
        if not name.startswith("sqlite_")
    }


@pytest.mark.sqlite
def test_the_migrations_make_what_the_models_say(migrated: Book) -> None:
    made, wanted = statements(migrated.db), made_by(TABLES)
    assert {name: made.get(name) for name in wanted} == wanted


def test_the_migrations_make_no_table_that_no_model_knows(migrated: Book) -> None:
    assert set(migrated.db.get_tables()) - {"schema_migration"} == {
        table._meta.table_name for table in TABLES
    }


@pytest.mark.sqlite
def test_the_indexes_beyond_the_models_are_the_ones_that_queries_name(migrated: Book) -> None:
    extra = set(statements(migrated.db)) - set(made_by(TABLES)) - {"schema_migration"}
    assert {name for name in extra if not name.startswith("schema_migration")} == {
        "appointment_over_midnight", "appointment_long_staff_id", "appointment_long_room_id",
        "search_word_of", "search_digits_of", "search_sound_of", "attachment_one_photo", "import_row_of",
        "appointment_rebooked", "appointment_wished", "bill_line_returned", "posting_corrected",
        "posting_of_visit",
        "stock_movement_of_line", "paper_of_line", "payment_part_of_drawer", "posting_void_once",
        "drawer_open_once",
        "customer_merge_once", "note_written", "attachment_added",
        "appointment_equipment_long", "waiting_offer_once", "waiting_offer_slot",
        "outbox_open", "outbox_failed", "outbox_look", "outbox_unsure", "outbox_drafts",
        "booking_ahead", "booking_told", "desk_session_open", "desk_session_of",
        "break_glass_open", "break_glass_of",
        "journal_of_staff", "journal_of_action", "journal_of_kind", "journal_at",
    }  # fmt: skip


def test_columns_types_and_nulls_agree_with_the_models(migrated: Book) -> None:
    for table in TABLES:
        columns = {column.name: column for column in migrated.db.get_columns(table._meta.table_name)}
        assert set(columns) == set(table._meta.columns)
        for name, field in table._meta.columns.items():
            assert columns[name].null == field.null, f"{table.__name__}.{name}"
            assert columns[name].data_type.upper() in ("INTEGER", "BIGINT", "TEXT"), (
                f"{table.__name__}.{name}"
            )


@pytest.mark.sqlite
def test_the_frozen_copies_are_what_each_version_added() -> None:
    added = [made_by(module.TABLES) for module in FROZEN]
    assert sum(map(len, added)) == len(set().union(*added))
    widened = [made_by(getattr(module, "WIDENED", ())) for module in FROZEN]
    known = {name: sql for part in added for name, sql in part.items()}
    tables = {name for part in widened for name, sql in part.items() if sql.startswith("CREATE TABLE")}
    assert tables <= set(known)
    assert {**known, **{name: sql for part in widened for name, sql in part.items()}} == made_by(TABLES)


def test_the_newest_migration_is_the_schema_this_program_knows() -> None:
    numbers = sorted(int(file.name[:4]) for file in FOLDER.glob("[0-9]*.py"))
    assert numbers == list(range(1, SCHEMA + 1))


@pytest.mark.sqlite
def test_every_select_of_the_calendar_finds_its_index(migrated: Book) -> None:
    plans = {
        "select count(*) from appointment where day between '2026-01-01' and '2026-01-31'": "COVERING INDEX",
        "select id from appointment where crosses_midnight = 1 and ends_at > 5 and starts_at < 9":
            "appointment_over_midnight",
        "select id from appointment where staff_id = 1 and occupied_from between 2 and 8": "(staff_id=?",
        "select id from appointment where room_id = 1 and occupied_from between 2 and 8": "(room_id=?",
        "select id from appointment where customer_id = 1 and starts_at < 9": "(customer_id=?",
        "select id from appointment where staff_id = 1 and occupied_to - occupied_from > 86400"
        " and occupied_to > 1": "appointment_long_staff_id",
        "select id from appointment where rebooked_from_id = 1": "appointment_rebooked",
    }  # fmt: skip
    for sql, wanted in plans.items():
        plan = " ".join(row[3] for row in migrated.select(f"explain query plan {sql}"))
        assert wanted in plan, plan
