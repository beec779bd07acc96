"""One way to write: outermost, at once, in a queue, wholly or not at all."""

from __future__ import annotations

import fcntl
import os
import subprocess
import sys
import threading
from pathlib import Path

import pytest
from peewee import InterfaceError, OperationalError, SqliteDatabase

from pim_tui.db import queue
from pim_tui.db.connection import PRAGMAS, SCHEMA, Book, open_book, require_current_schema
from pim_tui.db.dialects import APPLICATION_ID
from pim_tui.errors import Refused, StoreBusy, StoreUnfit
from pim_tui.models import Customer, Room
from pim_tui.services.usecase import use_case
from pim_tui.services.work import Done, Work
from tests.db.book import as_newer
from tests.services.clinic import Practice, at


def in_thread(act: object) -> list[object]:
    """Run ``act`` on a thread of its own; what it returned or raised."""
    found: list[object] = []

    def run() -> None:
        try:
            found.append(act())  # type: ignore[operator]
        except Exception as error:
            found.append(error)

    thread = threading.Thread(target=run)
    thread.start()
    thread.join(20)
    return found


EXPECTED = {
    "journal_mode": "wal", "synchronous": 2, "foreign_keys": 1, "recursive_triggers": 1,
    "busy_timeout": 10_000, "journal_size_limit": 64 << 20, "cache_size": -250, "cache_spill": 1_000,
    "temp_store": 2, "application_id": APPLICATION_ID, "user_version": SCHEMA,
}  # fmt: skip


def pragmas(book: Book) -> dict[str, object]:
    book.connect()
    found = {name: book.db.execute_sql(f"pragma {name}").fetchone()[0] for name in EXPECTED}
    book.close()
    return found


@pytest.mark.sqlite
def test_the_pragmas_are_in_force_on_every_connection(clinic: Practice) -> None:
    assert set(PRAGMAS) <= set(EXPECTED)
    assert pragmas(clinic.store) == EXPECTED
    assert in_thread(lambda: pragmas(clinic.store)) == [EXPECTED]

    again = open_book(str(clinic.store.file))
    assert pragmas(again) == EXPECTED


@pytest.mark.sqlite
def test_without_asking_for_them_they_are_not_in_force(clinic: Practice) -> None:
    bare = SqliteDatabase(str(clinic.store.file))
    with bare:
        found = {name: bare.execute_sql(f"pragma {name}").fetchone()[0] for name in EXPECTED}
    assert {"foreign_keys", "recursive_triggers"} <= {
        name for name in EXPECTED if found[name] != EXPECTED[name]
    }


@pytest.mark.sqlite
def test_a_book_says_that_it_is_ours_and_how_new(clinic: Practice) -> None:
    clinic.store.db.execute_sql(f"pragma user_version = {SCHEMA + 1}")
    with pytest.raises(StoreUnfit, match="newer version"):
        open_book(str(clinic.store.file))

    clinic.store.db.execute_sql(f"pragma user_version = {SCHEMA - 1}")
    with pytest.raises(StoreUnfit, match="pim-tui migrate"):
        require_current_schema(open_book(str(clinic.store.file)))

    clinic.store.db.execute_sql("pragma application_id = 0")
    with pytest.raises(StoreUnfit, match="not a clinic's book"):
        open_book(str(clinic.store.file))


def test_a_query_on_a_thread_without_a_connection_raises_at_once(clinic: Practice) -> None:
    (error,) = in_thread(lambda: clinic.store.select("select 1"))
    assert isinstance(error, InterfaceError)
    (error,) = in_thread(lambda: list(Room.select()))
    assert isinstance(error, InterfaceError)


@pytest.mark.sqlite
def test_with_autoconnect_such_a_query_would_open_a_file_on_the_spot(tmp_path: Path) -> None:
    lax = SqliteDatabase(str(tmp_path / "lax.db"))
    assert in_thread(lambda: lax.execute_sql("select 1").fetchone()) == [(1,)]


def test_a_write_transaction_is_the_outermost_or_none(clinic: Practice) -> None:
    with clinic.store.write_tx(), pytest.raises(AssertionError, match="outermost"), clinic.store.write_tx():
        pass
    with clinic.store.db.atomic(), pytest.raises(AssertionError, match="outermost"), clinic.store.write_tx():
        pass
    with clinic.store.write_tx():
        assert clinic.store.db.in_transaction()


@pytest.mark.sqlite
def test_an_immediate_transaction_inside_another_would_silently_be_a_savepoint(clinic: Practice) -> None:
    other = open_book(str(clinic.store.file))
    with clinic.store.db.atomic(), clinic.store.db.atomic("IMMEDIATE"):
        # Nobody holds the write lock, whatever was asked for.
        assert other.db.execute_sql("begin immediate") is not None
        other.db.execute_sql("rollback")
    other.close()


@pytest.mark.sqlite
def test_a_write_transaction_holds_the_write_lock_from_its_first_statement_on(clinic: Practice) -> None:
    other = SqliteDatabase(str(clinic.store.file), timeout=0)
    other.connect()
    with clinic.store.write_tx(), pytest.raises(OperationalError, match="locked"):
        other.execute_sql("begin immediate")
    other.execute_sql("begin immediate")
    other.close()


class Command:
    request = ""


def test_a_refusal_leaves_nothing_behind(clinic: Practice) -> None:
    @use_case(next(iter(clinic.session.rights)))
    def half(work: Work, command: Command) -> Done:
        Customer.insert(number=50, first_name="Half", created_at=0, active=True).execute()
        work.changed("half", "customer", 50, None, {"number": 50})
        raise Refused("No.")

    before = clinic.count("customer"), clinic.count("journal")
    with pytest.raises(Refused):
        half(clinic.session, Command())
    assert (clinic.count("customer"), clinic.count("journal")) == before
    assert not clinic.store.db.in_transaction()
    clinic.book("10:00")


def test_a_rule_of_the_tables_becomes_a_refusal_with_its_name(clinic: Practice) -> None:
    clinic.book("10:00")
    taken = dict(clinic.row(1), version=1)
    taken.pop("id")

    @use_case(next(iter(clinic.session.rights)))
    def careless(work: Work, command: Command) -> Done:
        marks = ", ".join("?" * len(taken))
        clinic.store.db.execute_sql(
            f"insert into appointment ({', '.join(taken)}) values ({marks})", [*taken.values()]
        )
        raise AssertionError("the trigger should have fired")

    with pytest.raises(Refused, match="already booked") as caught:
        careless(clinic.session, Command())
    assert caught.value.rule == "T7"


def test_a_use_case_that_tells_the_journal_nothing_is_rolled_back(clinic: Practice) -> None:
    @use_case(next(iter(clinic.session.rights)))
    def silent(work: Work, command: Command) -> Done:
        Customer.insert(number=51, created_at=0, active=True).execute()
        return Done("customer", (51,))

    with pytest.raises(AssertionError, match="journal"):
        silent(clinic.session, Command())
    assert clinic.store.select("select 1 from customer where number = 51") == []


def test_a_writer_waits_for_the_one_before_and_then_goes_on(clinic: Practice) -> None:
    order: list[str] = []
    begun = threading.Event()

    def second() -> None:
        begun.set()
        with clinic.store.write_tx():
            order.append("second")
        clinic.store.close()

    thread = threading.Thread(target=second)
    with clinic.store.write_tx():
        thread.start()
        assert begun.wait(10)
        clinic.store.db.execute_sql("update clinic set name = 'x'")
        thread.join(0.2)
        order.append("first")
    thread.join(10)
    assert order == ["first", "second"]


@pytest.mark.sqlite
def test_the_queue_moves_on_when_whoever_holds_it_is_killed(clinic: Practice) -> None:
    holding = (
        "import fcntl, sys, signal; queue = open(sys.argv[1], 'a'); fcntl.flock(queue, fcntl.LOCK_EX);"
        " print('held', flush=True); signal.pause()"
    )
    argv = [sys.executable, "-S", "-c", holding, f"{clinic.store.file}.wlock"]
    holder = subprocess.Popen(argv, stdout=subprocess.PIPE, text=True)
    assert holder.stdout is not None
    assert holder.stdout.readline() == "held\n"
    done: list[object] = []
    waiting = threading.Thread(target=lambda: done.extend(in_thread(lambda: _touch(clinic))))
    waiting.start()
    waiting.join(0.2)
    assert done == []

    holder.kill()
    waiting.join(10)
    assert done == [1]
    holder.communicate()


def _touch(clinic: Practice) -> int:
    with clinic.store.write_tx():
        clinic.store.db.execute_sql("update clinic set name = 'y'")
    clinic.store.close()
    return 1


@pytest.mark.sqlite
def test_nobody_waits_for_ever_behind_a_writer_that_was_stopped(
    clinic: Practice, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(queue, "PATIENCE", 0.1)
    stopped = os.open(f"{clinic.store.file}.wlock", os.O_RDWR | os.O_CREAT)
    fcntl.flock(stopped, fcntl.LOCK_EX)
    (error,) = in_thread(lambda: _touch(clinic))
    assert isinstance(error, StoreBusy)
    assert "nothing was saved" in str(error)

    os.close(stopped)
    assert in_thread(lambda: _touch(clinic)) == [1]
    assert in_thread(lambda: _touch(clinic)) == [1]


@pytest.mark.sqlite
def test_another_program_that_holds_the_book_is_told_in_plain_words(clinic: Practice) -> None:
    other = SqliteDatabase(str(clinic.store.file))
    other.connect()
    other.execute_sql("begin immediate")
    clinic.store.db.execute_sql("pragma busy_timeout = 50")
    with pytest.raises(StoreBusy, match="Somebody else has been writing for too long; nothing was saved"):
        clinic.book("10:00")
    other.execute_sql("rollback")
    other.close()
    clinic.book("10:00")
    assert clinic.count() == 1


def test_a_program_that_a_newer_one_has_overtaken_writes_nothing(clinic: Practice) -> None:
    before = clinic.count("journal")
    with clinic.store.write_tx():
        as_newer(clinic.store)
    with pytest.raises(StoreUnfit, match=r"newer version .* nothing was saved") as caught:
        clinic.book("10:00")
    assert "what you typed is kept" in caught.value.hint
    assert (clinic.count(), clinic.count("journal")) == (0, before)
    assert not clinic.store.db.in_transaction()


def test_a_failed_transaction_gives_the_queue_back(clinic: Practice) -> None:
    with pytest.raises(ZeroDivisionError), clinic.store.write_tx():
        raise ZeroDivisionError
    assert in_thread(lambda: _touch(clinic)) == [1]


@pytest.mark.sqlite
def test_the_queue_is_its_owners_alone(clinic: Practice) -> None:
    _touch(clinic)
    assert os.stat(f"{clinic.store.file}.wlock").st_mode & 0o777 == 0o600


def test_reading_does_not_wait_for_a_writer(clinic: Practice) -> None:
    clinic.book("10:00")
    with clinic.store.write_tx():
        clinic.store.db.execute_sql("update clinic set name = 'unseen'")

        def read() -> object:
            clinic.store.connect()
            rows = (
                clinic.store.select("select name from clinic"),
                clinic.store.select("select starts_at from appointment"),
            )
            clinic.store.close()
            return rows

        assert in_thread(read) == [([("Harbour Clinic",)], [(at("10:00"),)])]
