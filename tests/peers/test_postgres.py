"""A book on a real PostgreSQL server: opened by one setting, sound, and with writers side by side."""

from __future__ import annotations

import json
import os
import threading
from collections import Counter
from collections.abc import Iterator
from dataclasses import replace
from pathlib import Path
from random import Random

import pytest
from peewee import IntegrityError

from pim_tui.db.connection import begun_again, open_book, select
from pim_tui.db.newfile import begin
from pim_tui.db.soundness import schema_faults
from pim_tui.domain.visit import Answers, Details
from pim_tui.errors import Refused, StoreAway, StoreBusy, StoreCollided, StoreUnfit
from pim_tui.models import DeskSession, Room
from pim_tui.services.booking import BookAppointment, book
from tests.db.book import drop_databases
from tests.db.walls import take_away
from tests.peers import postgres
from tests.peers.program import command
from tests.services.clinic import LEE, Practice, at, broken_line, overlaps, practice

pytestmark = pytest.mark.peer


@pytest.fixture
def clinic(server: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Iterator[Practice]:
    """A small clinic on the server, open at any hour."""
    monkeypatch.setenv(postgres.VARIABLE, server)
    made = practice(tmp_path)
    made.open_always()
    yield made
    made.store.close()
    drop_databases()


def test_one_setting_puts_the_book_on_a_server(server: str, tmp_path: Path) -> None:
    url = postgres.new_database(server)
    missing = command(tmp_path, url, "check")
    assert missing.returncode == 1
    assert "There is no clinic's book" in missing.stderr

    made = command(tmp_path, url, "init", "--clinic", "Harbour", "--zone", "Europe/Dublin")
    assert "Harbour is ready in postgresql://" in made.stdout, made.stderr
    again = command(tmp_path, url, "init")
    assert again.returncode == 1
    assert "were not touched" in again.stderr
    found = command(tmp_path, url, "check")
    assert (found.returncode, found.stdout[-15:]) == (0, "checks passed.\n"), found.stdout
    postgres.drop_database(url)


def test_a_book_on_a_server_is_backed_up_and_restored_to_a_file(server: str, tmp_path: Path) -> None:
    url = postgres.new_database(server)
    assert command(tmp_path, url, "init", "--clinic", "Harbour", "--zone", "Europe/Dublin").returncode == 0
    made = command(tmp_path, url, "backup", "--json")
    told = json.loads(made.stdout)
    assert (made.returncode, told["ok"], told["verified"]) == (0, True, True), made.stderr
    tried = command(tmp_path, url, "drill")
    assert (tried.returncode, "is the book as it was" in tried.stdout) == (0, True), tried.stdout

    file = tmp_path / "elsewhere.db"
    back = command(tmp_path, url, "restore", told["file"], "--to", str(file))
    assert back.returncode == 0, back.stderr
    checked = command(tmp_path, str(file), "check")
    assert (checked.returncode, checked.stdout[-15:]) == (0, "checks passed.\n"), checked.stdout
    postgres.drop_database(url)


def test_a_rule_that_was_taken_away_is_told(clinic: Practice) -> None:
    assert list(schema_faults(clinic.store)) == []
    take_away(clinic.store, "note_stays")
    clinic.store.db.execute_sql("alter table customer drop constraint customer_sex_check")
    told = dict(schema_faults(clinic.store))
    assert told == {
        "note_stays": "the trigger is missing",
        "note_stays_whole": "the trigger is missing",
        "customer_sex_check": "the constraint is missing",
    }


def test_what_acts_by_itself_and_is_somebody_elses_is_told(clinic: Practice) -> None:
    for statement in (
        "create schema elsewhere",
        "create function elsewhere.quiet() returns trigger language plpgsql as 'begin return null; end'",
        "create trigger quiet before insert on journal for each row execute function elsewhere.quiet()",
        "create rule quieter as on insert to journal where new.action = 'print' do instead nothing",
        "create view told as select reason from journal",
    ):
        clinic.store.db.execute_sql(statement)
    assert dict(schema_faults(clinic.store)) == {
        "quiet": "the trigger is none of this version's",
        "quieter": "the rule is none of this version's",
    }


@pytest.mark.parametrize("table", ["journal", "posting", "entry", "customer"])
def test_no_table_is_emptied_at_a_stroke(clinic: Practice, table: str) -> None:
    with pytest.raises(IntegrityError, match="PIM A1"):
        clinic.store.db.execute_sql(f"truncate {table} cascade")


def test_the_server_itself_lets_nobody_be_booked_twice(clinic: Practice) -> None:
    """The net below the trigger, which tells more; without both the control gets through."""
    clinic.book("10:00", 30)
    double = "insert into appointment select (jsonb_populate_record(a, '{\"id\": 900}')).* from appointment a"
    with pytest.raises(IntegrityError, match="PIM T7"):
        clinic.store.db.execute_sql(double)
    clinic.store.db.execute_sql("drop function appointment_staff_free() cascade")
    with pytest.raises(IntegrityError, match="appointment_staff_alone"):
        clinic.store.db.execute_sql(double)
    take_away(clinic.store, "appointment_staff_still_free")
    clinic.store.db.execute_sql(double)
    assert clinic.count() == 2


def test_desks_side_by_side_book_each_time_once_and_keep_the_journal_whole(clinic: Practice) -> None:
    said: list[Counter[str]] = []

    def desk(number: int) -> None:
        session, mine = replace(clinic.session, key=f"desk-{number}"), Counter[str]()
        for slot in Random(number).sample(range(12), 12):
            details = Details(1 + number % 3, LEE, at("2026-11-24 08:00") + slot * 1800, 30)
            try:
                book(session, BookAppointment(details, f"{number}-{slot}", Answers(same_customer=True)))
                mine["done"] += 1
            except Refused as error:
                mine[error.rule] += 1
        clinic.store.close()
        said.append(mine)

    desks = [threading.Thread(target=desk, args=(number,)) for number in range(4)]
    for one in desks:
        one.start()
    for one in desks:
        one.join(60)
    assert sum(said, Counter()) == {"done": 12, "T7": 36}
    assert overlaps(clinic.store) == []
    assert broken_line(clinic.store) is None


_COLLIDE = """do $$ begin raise exception 'could not serialize access' using errcode = '40001'; end $$"""


@pytest.mark.parametrize(("times", "written"), [(1, True), (3, True), (4, False)])
def test_a_transaction_that_collided_is_begun_again_three_times_and_then_told(
    clinic: Practice, times: int, written: bool
) -> None:
    begun: list[int] = []

    @begun_again
    def add_a_room() -> None:
        with clinic.store.write_tx():
            Room.create(name="Attic", initials="A", active=True)
            begun.append(1)
            if len(begun) <= times:
                clinic.store.db.execute_sql(_COLLIDE)

    if written:
        add_a_room()
    else:
        with pytest.raises(StoreCollided):
            add_a_room()
    assert select("select count(*) from room where name = 'Attic'") == [(int(written),)]
    assert len(begun) == min(times, 3) + 1


def test_whoever_writes_for_too_long_is_named(clinic: Practice) -> None:
    with clinic.store.write_tx():
        DeskSession.create(
            key="k", staff=LEE, began_at=0, origin="", host=os.uname().nodename, pid=os.getpid()
        )
    clinic.store.db.execute_sql("set lock_timeout = '50ms'")
    writing, done = threading.Event(), threading.Event()

    def long() -> None:
        with clinic.store.write_tx():
            writing.set()
            done.wait(20)
        clinic.store.close()

    other = threading.Thread(target=long)
    other.start()
    writing.wait(20)
    with pytest.raises(StoreBusy, match="Dr Lee has been writing for too long; nothing was saved"):
        clinic.book("10:00", 30)
    done.set()
    other.join(20)
    clinic.book("10:00", 30)


def cut(clinic: Practice) -> None:
    """Every line to the server is cut, from the other end."""
    postgres.run(
        str(clinic.store.db.database),
        "select pg_terminate_backend(pid) from pg_stat_activity where datname = current_database()"
        " and pid <> pg_backend_pid()",
    )


def test_a_lost_connection_is_told_where_something_was_under_way_and_the_next_try_has_another(
    clinic: Practice,
) -> None:
    cut(clinic)
    assert select("select 1") == [(1,)]
    cut(clinic)
    clinic.book("10:00", 30)

    def add_a_room_while_the_line_is_cut() -> None:
        with clinic.store.write_tx():
            Room.create(name="Attic", initials="A", active=True)
            cut(clinic)
            select("select 1")

    with pytest.raises(StoreAway, match="went away"):
        add_a_room_while_the_line_is_cut()
    clinic.store.connect()
    assert select("select count(*) from room where name = 'Attic'") == [(0,)]
    assert clinic.count() == 1


def test_words_marks_and_numbers_are_as_on_sqlite(clinic: Practice) -> None:
    with clinic.store.write_tx():
        for name in ("b", "A", "a", "Ä", "?%"):
            Room.create(name=name, initials="R", active=True)
    rows = select(
        "select name from room where id > (select min(id) from room) and name <> ? order by name", ["x"]
    )
    assert [row[0] for row in rows if row[0] in ("b", "A", "a", "Ä", "?%")] == ["?%", "A", "a", "b", "Ä"]
    assert select("select '?' , 7 % ?, 7 / ?, ? in (), ? not in (), 1 = ?", [4, 2, 1, 1, 1]) == [
        ("?", 3, 3, 0, 1, 1)
    ]
    ((total,),) = select("select sum(starts_at) from appointment where id < ?", [0])
    assert total is None
    ((total,),) = select("select sum(version) from room")
    assert type(total) is int


def test_a_book_that_cannot_be_filled_leaves_nothing_on_the_server(server: str) -> None:
    url = postgres.new_database(server)

    def fill(_: object) -> None:
        raise Refused("No.")

    with pytest.raises(Refused, match="No"):
        begin(url, fill)
    assert postgres.run(url, "select count(*) from pg_tables where schemaname = 'public'") == [(0,)]
    assert begin(url, lambda _: None).startswith("postgresql://")
    postgres.drop_database(url)


def test_a_server_without_a_book_is_refused(server: str, tmp_path: Path) -> None:
    url = postgres.new_database(server)
    with pytest.raises(StoreUnfit, match="no clinic's book"):
        open_book(url, beside=tmp_path)
    postgres.drop_database(url)
