"""The made-up clinic: believable, the same each time, and sound by every check of the book."""

from __future__ import annotations

import shutil
import unicodedata
from collections import Counter
from collections.abc import Iterator
from datetime import UTC, datetime
from pathlib import Path
from random import Random

import pytest

from pim_tui.db.connection import Book, open_book
from pim_tui.db.newfile import new_book
from pim_tui.domain import demodata
from pim_tui.domain.moments import day_of
from pim_tui.domain.quickline import Named, Names, Reader, TypeNamed
from pim_tui.domain.rights import Right
from pim_tui.queries.catalogue import catalogue
from pim_tui.queries.checks import faults
from pim_tui.queries.proposals import Context, propose
from pim_tui.services.demo import furnish
from pim_tui.services.independence import require_independent
from tests.walks import some

ZONE = "Europe/London"
WEDNESDAY = int(datetime(2026, 11, 25, 11, 5, tzinfo=UTC).timestamp())


def opened(folder: Path, now: int) -> Book:
    """A made-up clinic as it stands at ``now``."""

    def fill(book: Book) -> None:
        furnish(book, ZONE, lambda: now, "robin", "US")

    return open_book(str(new_book(str(folder / f"{now}.db"), fill)))


@pytest.fixture(scope="module")
def _made(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The file of the small clinic, made once; nobody has it open."""
    folder = tmp_path_factory.mktemp("made")
    opened(folder, WEDNESDAY).close()
    return folder / f"{WEDNESDAY}.db"


@pytest.fixture
def clinic(_made: Path, tmp_path: Path) -> Iterator[Book]:
    """The small clinic on a Wednesday at five past eleven: a copy of its own."""
    shutil.copyfile(_made, tmp_path / "clinic.db")
    (tmp_path / "clinic.db").chmod(0o600)
    book = open_book(str(tmp_path / "clinic.db"))
    yield book
    book.close()


def test_every_check_passes(clinic: Book) -> None:
    assert [str(fault) for fault in faults()] == []


@pytest.mark.walk
def test_the_same_moment_makes_the_same_clinic(clinic: Book, tmp_path: Path) -> None:
    tables = ("customer", "appointment", "phone", "note", "search_word", "working_hours")
    before = [clinic.select(f"select * from {table} order by 1, 2") for table in tables]
    (tmp_path / "again").mkdir()
    again = opened(tmp_path / "again", WEDNESDAY)
    assert [again.select(f"select * from {table} order by 1, 2") for table in tables] == before
    again.close()


def test_today_is_full_and_every_status_is_there(clinic: Book) -> None:
    today = clinic.select("select status, starts_at, ends_at from appointment where day = '2026-11-25'")
    assert len(today) > 50
    assert {status for status, _, _ in today} == set("SCMX")
    booked = clinic.select(
        "select sum(minutes) from appointment where day = '2026-11-25' and overbooked_by_id is null"
    )[0][0]
    opened_for = clinic.select("select sum(ends - starts) from working_hours where weekday = 2")[0][0]
    assert booked > 0.75 * opened_for


def test_what_has_ended_is_completed_or_missed_and_nothing_ahead_is(clinic: Book) -> None:
    assert (
        clinic.select("select 1 from appointment where status in ('C', 'M') and ends_at > ?", [WEDNESDAY])
        == []
    )
    left = clinic.select(
        "select count(*) from appointment where status = 'S' and ends_at < ?", [WEDNESDAY - 900]
    )
    assert left == [(0,)]
    for time in ("confirmed_at", "arrived_at", "seated_at", "left_at"):
        assert clinic.select(f"select 1 from appointment where {time} > ?", [WEDNESDAY]) == []


def test_somebody_waits_here_for_a_time_and_for_a_message(clinic: Book) -> None:
    here = "arrived_at is not null and seated_at is null and status = 'S'"
    assert clinic.select(f"select count(*) from appointment where {here}")[0][0] >= 3
    waiting = clinic.select("select urgency, count(*), count(appointment_id) from waiting_entry group by 1")
    assert waiting == [(0, 1, 0), (1, 2, 1), (2, 2, 0)]
    kinds = clinic.select("select distinct kind from outbox where state = 'waiting' order by 1")
    assert kinds == [("invitation",), ("reminder",)]


def test_urgent_cases_overlap_by_right_with_a_reason(clinic: Book) -> None:
    rows = clinic.select(
        "select a.overbook_reason, a.day from appointment a where a.overbooked_by_id is not null and exists"
        " (select 1 from appointment b where b.staff_id = a.staff_id and b.id <> a.id"
        " and b.occupied_from < a.occupied_to and b.occupied_to > a.occupied_from)"
    )
    assert [day for _, day in rows].count("2026-11-25") == 2
    assert all(reason for reason, _ in rows)


def test_visits_in_the_room_by_video_and_by_phone(clinic: Book) -> None:
    modes = dict(clinic.select("select mode, count(*) from appointment group by mode"))
    assert set(modes) == {"in_person", "virtual", "phone"}
    assert clinic.select("select 1 from appointment where mode <> 'in_person' and room_id is not null") == []


def test_whoever_does_the_work_of_a_role_at_the_desk_is_on_the_staff_list(clinic: Book) -> None:
    roles = {role for (role,) in clinic.select("select role from staff where active = 1")}
    assert roles == {"owner", "supervisor", "receptionist", "clinician", "cashier"}


def test_staff_work_different_hours_in_rooms_of_their_own(clinic: Book) -> None:
    hours = clinic.select(
        "select staff_id, group_concat(weekday || starts || ends) from working_hours group by 1"
    )
    assert len({pattern for _, pattern in hours}) == len(hours) == 6
    assert clinic.select("select count(*) from room")[0][0] >= 4
    assert clinic.select("select name, minutes, alias from appointment_type where is_default = 1") == [
        ("Follow-up", 30, "fu")
    ]


@pytest.mark.parametrize("weekday", some((0, 6, 1, 2, 3, 4, 5), 2))
@pytest.mark.walk
def test_any_weekday_and_hour_makes_a_full_today(weekday: int, tmp_path: Path) -> None:
    now = WEDNESDAY + weekday * 86_400 + 9 * 3600
    book = opened(tmp_path, now)
    day = day_of(now, ZONE).isoformat()
    assert book.select("select count(*) from appointment where day = ?", [day])[0][0] >= 10
    book.close()


@pytest.mark.walk
def test_the_week_of_a_clock_change_is_sound(tmp_path: Path) -> None:
    now = int(datetime(2026, 10, 25, 0, 30, tzinfo=UTC).timestamp())
    book = opened(tmp_path, now)
    assert [str(fault) for fault in faults()] == []
    book.close()


def test_the_line_of_every_example_can_be_booked(clinic: Book) -> None:
    names = catalogue()
    today = day_of(WEDNESDAY, ZONE)
    known = Names(
        ZONE,
        today,
        datetime(2026, 11, 25, 11, 5),
        staff=tuple(Named(one.id, one.name) for one in names.staff),
        types=tuple(TypeNamed(one.id, one.name, (one.alias,), one.minutes, one.mode) for one in names.types),
    )
    reading = Reader(known).read("jane doe 7d 10:30 30m follow-up - blood pressure review")
    proposal = propose(reading, names, Context(ZONE, today, WEDNESDAY))
    assert proposal.asks == ()
    assert proposal.clashes == ()
    assert proposal.person is not None
    assert proposal.person.full == "Mrs. Jane Doe"
    assert proposal.person.last_visit is not None


def test_names_come_from_many_countries_and_scripts() -> None:
    people = list(demodata.people(Random(1), 300, datetime(2026, 11, 25).date()))
    scripts = Counter(
        unicodedata.name(char).partition(" ")[0] for one in people for char in one.name.full if char.isalpha()
    )
    assert {"LATIN", "GREEK", "CYRILLIC", "ARABIC", "HEBREW", "CJK", "HANGUL", "THAI", "DEVANAGARI"} <= set(
        scripts
    )
    assert scripts["LATIN"] > 0.8 * scripts.total()
    for one in people:
        if not any("LATIN" in unicodedata.name(char) for char in one.name.last if char.isalpha()):
            assert one.former_names, "a name in another script is found by its Latin spelling, too"


def test_near_twins_are_among_them() -> None:
    people = list(demodata.people(Random(1), 300, datetime(2026, 11, 25).date()))
    names = Counter((one.name.first, one.name.last) for one in people)
    births = Counter((one.name.last, one.birth_date) for one in people if one.birth_date)
    assert max(names.values()) > 1
    assert max(births.values()) > 1
    assert names["Jane", "Doe"] == 1


def test_somebody_else_may_approve_what_the_demos_person_asks_for(clinic: Book) -> None:
    """Nobody of the demo has been given their PIN just now by whoever tries it."""
    ((robin,), (lee,)) = clinic.select("select id from staff order by id limit 2")
    require_independent(WEDNESDAY, lee, [robin], Right.APPROVE_RETURN)
