"""A whole clinic moved from a file to a real PostgreSQL server and back: every row, or nothing."""

from __future__ import annotations

import subprocess
import sys
from pathlib import Path

import pytest

from pim_tui.db import schema
from pim_tui.db.connection import Book, open_book
from pim_tui.db.filestore import store_of
from pim_tui.db.moving import copy_book, copy_files
from pim_tui.db.newfile import new_book
from pim_tui.errors import Refused, StoreError
from pim_tui.models import Room
from pim_tui.queries.checks import faults
from pim_tui.services import demo
from tests.peers import postgres
from tests.peers.program import command

pytestmark = [pytest.mark.peer, pytest.mark.timeout(120)]


@pytest.fixture(scope="session")
def whole(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A believable clinic in a file: bills, returns, loans, series, messages, files."""
    file = tmp_path_factory.mktemp("whole") / "clinic.db"
    new_book(str(file), lambda book: demo.furnish(book, "Europe/Berlin", lambda: 1_795_500_000, "anna", "DE"))
    return file


@pytest.fixture(autouse=True)
def _home(tmp_path_factory: pytest.TempPathFactory, monkeypatch: pytest.MonkeyPatch) -> None:
    """What is no row lies in a folder of the test's own."""
    monkeypatch.setenv("PIM_HOME", str(tmp_path_factory.mktemp("home")))


def rows(book: Book) -> dict[str, list[tuple[object, ...]]]:
    """Everything in it."""
    names = sorted(name for name in book.db.get_tables() if name != "schema_migration")
    columns = {name: ", ".join(f'"{one.name}"' for one in book.db.get_columns(name)) for name in names}
    return {name: sorted(book.select(f"select {columns[name]} from {name}"), key=repr) for name in names}


def test_a_clinic_goes_to_a_server_and_back_and_nothing_is_different(
    server: str, whole: Path, tmp_path: Path
) -> None:
    url, back = postgres.new_database(server), tmp_path / "back.db"
    old = open_book(str(whole))
    before = rows(old)
    told: list[tuple[int, int]] = []

    moved = copy_book(old, url, lambda done, total: told.append((done, total)))
    assert moved.rows == {name: len(found) for name, found in before.items()}
    assert moved.rows["posting"] > 10
    assert told[-1][0] == told[-1][1] == 2 * sum(moved.rows.values())
    there = open_book(url, beside=tmp_path)
    assert rows(there) == before
    assert [fault for fault in faults() if fault.code != "F02" and "files" not in fault.says] == []
    with there.undone():
        free = Room.create(name="x", initials="x", active=True).id
    assert free == max(row[0] for row in before["room"]) + 1

    copy_book(there, str(back), alone=False)
    again = open_book(str(back))
    assert rows(again) == before
    assert list(again.select("pragma foreign_key_check")) == []
    again.close()
    there.close()
    postgres.drop_database(url)


@pytest.mark.parametrize("after", [1, 50, 99])
def test_a_copy_that_is_stopped_leaves_nothing_and_may_begin_again(
    server: str, whole: Path, tmp_path: Path, after: int
) -> None:
    url = postgres.new_database(server)
    for target in (url, str(tmp_path / "copy.db")):
        seen = []

        def stop(done: int = 0, total: int = 0, seen: list[int] = seen) -> None:
            seen.append(done * 100 // max(total, 1))

        old = open_book(str(whole))
        with pytest.raises(Refused, match="stopped"):
            copy_book(old, target, stop, lambda seen=seen: seen[-1] >= after)
        old.close()
    assert postgres.run(url, "select count(*) from pg_tables where schemaname = 'public'") == [(0,)]
    assert list(tmp_path.iterdir()) == []
    postgres.drop_database(url)


def test_a_book_that_would_not_pass_is_not_kept(server: str, whole: Path) -> None:
    url = postgres.new_database(server)

    def verify(book: Book) -> None:
        raise StoreError("No.")

    old = open_book(str(whole))
    with pytest.raises(StoreError, match="No"):
        copy_book(old, url, verify=verify)
    old.close()
    assert postgres.run(url, "select count(*) from pg_tables where schemaname = 'public'") == [(0,)]
    postgres.drop_database(url)


def test_a_copy_that_died_half_way_is_begun_anew_and_what_is_in_use_is_left_alone(
    server: str, whole: Path, tmp_path: Path
) -> None:
    url = postgres.new_database(server)
    made = open_book(url, create=True, beside=tmp_path)
    schema.create(made)
    made.close()
    old = open_book(str(whole))
    copy_book(old, url)
    with pytest.raises(Refused, match="were not touched"):
        copy_book(old, url)
    old.close()
    postgres.drop_database(url)


def test_nobody_writes_in_the_old_book_while_it_is_moved(server: str, whole: Path) -> None:
    url, said = postgres.new_database(server), list[str]()

    def write(done: int, total: int) -> None:
        # By another process: SQLite's locks are a process's.
        if not said:
            begin = "import sqlite3, sys; sqlite3.connect(sys.argv[1], timeout=0).execute('begin immediate')"
            tried = [sys.executable, "-c", begin, str(whole)]
            said.append(subprocess.run(tried, capture_output=True, text=True, check=False).stderr)

    old = open_book(str(whole))
    copy_book(old, url, write)
    old.close()
    assert "database is locked" in said[0]
    postgres.drop_database(url)


def test_stored_files_go_along_once(whole: Path, tmp_path: Path) -> None:
    old = open_book(str(whole))
    digest = store_of(old).put(b"a scan")
    assert copy_files(old, tmp_path / "files") >= 1
    assert copy_files(old, tmp_path / "files") == 0
    assert type(store_of(old))(tmp_path / "files").read(digest) == b"a scan"
    old.close()


def test_one_command_moves_a_clinic_and_says_what_to_do_next(server: str, tmp_path: Path) -> None:
    url, home = postgres.new_database(server), tmp_path / "home"
    old = home / "data" / "clinic.db"
    made = command(home, "", "init", "--clinic", "Harbour", "--zone", "Europe/Dublin", "--name", "Ann Bo")
    assert made.returncode == 0, made.stderr

    moved = command(home, "", "migrate", "--to", url)
    assert moved.returncode == 0, moved.stderr
    assert "every check passed there" in moved.stdout
    assert f"Put {old} away" in moved.stdout
    assert command(home, url, "check").returncode == 0
    again = command(home, "", "migrate", "--to", url)
    assert (again.returncode, "were not touched" in again.stderr) == (1, True)

    back = command(home, url, "migrate", "--to", str(tmp_path / "back.db"))
    assert back.returncode == 0, back.stderr
    assert command(home, str(tmp_path / "back.db"), "check").returncode == 0
    postgres.drop_database(url)
