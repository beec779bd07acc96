"""Rooms with several places and equipment: the tables' own rules, and that they are what refuses (T6-T9)."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from peewee import IntegrityError

from pim_tui.db.connection import Book
from tests.db.test_walls import DAY, HOUR, TEN, book, put, rule_of, visit
from tests.db.walls import take_away, take_away_checks
from tests.services.clinic import Practice, practice

GYM, LASER = 1, 1
CHANGED = "update appointment set version = version + 1,"
FREED = "occupied_from = null, occupied_to = null"


def prepared(folder: Path) -> Practice:
    """A clinic whose first room has two places, and that has two lasers; nobody is ever busy there."""
    made = practice(folder)
    made.store.db.execute_sql("update room set capacity = 2, version = 2 where id = 1")
    put(made.store, "equipment", name="Laser", initials="L", position=0, active=1, capacity=2, version=1)
    take_away(made.store, "appointment_staff_free")
    take_away(made.store, "appointment_staff_still_free")
    return made


@pytest.fixture
def clinic(tmp_path: Path) -> Iterator[Practice]:
    """Two places in the gym, two lasers."""
    made = prepared(tmp_path)
    yield made
    made.store.close()


def with_laser(store: Book, *when: int, **over: Any) -> int:
    """An appointment with a laser for the time that it occupies, by plain SQL."""
    row = visit(*when, **over)
    id_ = put(store, "appointment", **row)
    times = {name: row[name] for name in ("occupied_from", "occupied_to")}
    put(store, "appointment_equipment", appointment_id=id_, equipment_id=LASER, **times)
    return id_


def taking(thing: str, store: Book, *when: int, **over: Any) -> int:
    """An appointment that takes a place of the gym, or a laser."""
    return book(store, *when, room_id=GYM, **over) if thing == "room" else with_laser(store, *when, **over)


SAYS = {"room": "PIM T7: the room", "equipment": "PIM T7: the equipment"}
WALL = {"room": "appointment_room_free", "equipment": "appointment_equipment_free"}
WALL_OF_CHANGE = {"room": "appointment_room_still_free", "equipment": "appointment_equipment_still_free"}


@pytest.mark.parametrize("thing", SAYS)
def test_what_has_two_places_is_taken_twice_and_not_three_times(clinic: Practice, thing: str) -> None:
    taking(thing, clinic.store)
    taking(thing, clinic.store, TEN + 900)
    with pytest.raises(IntegrityError, match=SAYS[thing]):
        taking(thing, clinic.store, TEN + 600)
    taking(thing, clinic.store, TEN + 1800, 15)
    with pytest.raises(IntegrityError, match=SAYS[thing]):
        taking(thing, clinic.store, TEN + 1200, 60)

    take_away(clinic.store, WALL[thing])
    taking(thing, clinic.store, TEN + 600)


@pytest.mark.parametrize("thing", SAYS)
def test_a_stay_of_days_takes_a_place_all_the_time(clinic: Practice, thing: str) -> None:
    for start in (TEN, TEN + HOUR):
        taking(thing, clinic.store, start, 3 * 1440)
    with pytest.raises(IntegrityError, match=SAYS[thing]):
        taking(thing, clinic.store, TEN + 2 * DAY)
    taking(thing, clinic.store, TEN - 1800)

    take_away(clinic.store, WALL[thing])
    taking(thing, clinic.store, TEN + 2 * DAY)


@pytest.mark.parametrize("thing", SAYS)
def test_whoever_moves_or_comes_back_needs_a_place(clinic: Practice, thing: str) -> None:
    store = clinic.store
    taking(thing, store)
    taking(thing, store)
    later = taking(thing, store, TEN + HOUR)
    longer = f"{CHANGED} occupied_from = occupied_from - 1860 where id = {later}"
    assert rule_of(store, longer) == "T7"
    gone = f"{CHANGED} status = 'M', marked_at = starts_at, {FREED} where id = 2"
    assert rule_of(store, gone) == ""
    assert rule_of(store, longer) == ""
    back = f"{CHANGED} status = 'S', occupied_from = starts_at, occupied_to = ends_at where id = 2"
    assert rule_of(store, back) == "T7"

    take_away(store, WALL_OF_CHANGE[thing])
    assert rule_of(store, back) == ""


@pytest.mark.parametrize("thing", SAYS)
def test_who_overbooks_is_let_in_and_takes_a_place(clinic: Practice, thing: str) -> None:
    by = {"overbooked_by_id": 1, "overbook_reason": "urgent"}
    taking(thing, clinic.store)
    taking(thing, clinic.store, **by)
    taking(thing, clinic.store, **by)
    with pytest.raises(IntegrityError, match=SAYS[thing]):
        taking(thing, clinic.store)


def test_equipment_follows_its_appointment(clinic: Practice) -> None:
    id_ = with_laser(clinic.store)

    def same() -> bool:
        rows = clinic.store.select(
            "select a.occupied_from, a.occupied_to, e.occupied_from, e.occupied_to from appointment a"
            " join appointment_equipment e on e.appointment_id = a.id"
        )
        return [row[:2] for row in rows] == [row[2:] for row in rows]

    moved = f"{CHANGED} occupied_from = occupied_from - 60, occupied_to = occupied_to + 60 where id = {id_}"
    assert rule_of(clinic.store, moved) == ""
    assert same()
    gone = f"{CHANGED} status = 'M', marked_at = starts_at, {FREED} where id = 1"
    assert rule_of(clinic.store, gone) == ""
    assert same()

    take_away(clinic.store, "appointment_equipment_follows")
    back = f"{CHANGED} status = 'S', occupied_from = starts_at, occupied_to = ends_at where id = 1"
    assert rule_of(clinic.store, back) == ""
    assert not same()


@pytest.mark.parametrize("table", ["room", "equipment"])
@pytest.mark.parametrize("places", [0, -1, 101])
def test_a_thing_has_one_to_a_hundred_places(clinic: Practice, table: str, places: int) -> None:
    change = f"update {table} set version = version + 1, capacity = {places}"
    with pytest.raises(IntegrityError, match=r"(?i)check"):
        clinic.store.db.execute_sql(change)
    take_away_checks(clinic.store)
    clinic.store.db.execute_sql(change)


def test_equipment_stays_and_its_version_counts(clinic: Practice) -> None:
    assert rule_of(clinic.store, "delete from equipment") == "A1"
    assert rule_of(clinic.store, "update equipment set version = version") == "V1"
    take_away(clinic.store, "equipment_stays")
    take_away(clinic.store, "equipment_version")
    assert rule_of(clinic.store, "update equipment set version = version") == ""
    assert rule_of(clinic.store, "delete from equipment") == ""


@pytest.fixture(scope="module")
def ground(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Practice]:
    """One clinic for all examples; each takes back what it has booked."""
    made = prepared(tmp_path_factory.mktemp("ground"))
    yield made
    made.store.close()


_ASKED = st.tuples(st.integers(0, 60), st.integers(1, 40), st.sampled_from(sorted(SAYS)))


@given(st.lists(_ASKED, max_size=9))
@settings(max_examples=30, deadline=None)
def test_the_tables_refuse_what_counting_minutes_refuses(
    ground: Practice, asked: list[tuple[int, int, str]]
) -> None:
    used: dict[str, list[range]] = {thing: [] for thing in SAYS}
    ground.store.connect()
    with ground.store.db.atomic() as tries:
        for start, length, thing in asked:
            minutes = range(start, start + length)
            fits = all(sum(minute in one for one in used[thing]) < 2 for minute in minutes)
            try:
                with ground.store.db.atomic():
                    taking(thing, ground.store, TEN + start * 60, length)
            except IntegrityError:
                assert not fits
            else:
                assert fits
                used[thing].append(minutes)
        tries.rollback()
