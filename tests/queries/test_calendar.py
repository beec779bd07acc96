"""What the calendar reads: the right rows of the right days, in order, and never a whole table."""

from __future__ import annotations

from collections.abc import Callable
from datetime import date
from typing import Any

import pytest

from pim_tui.db.connection import Book
from pim_tui.domain.intervals import Interval
from pim_tui.domain.openings import Wanted
from pim_tui.domain.states import Status
from pim_tui.domain.visit import Answers
from pim_tui.errors import NotFound
from pim_tui.models import Staff
from pim_tui.queries import boards, calendar, fitting
from pim_tui.queries.calendar import Filter
from pim_tui.queries.openings import find
from tests.services.clinic import AARON, BUFFERED, JANE, JOHN, LEE, NOW, SATO, ZONE, Practice, at

MON, TUE, WED, SUN = (date(2026, 11, day) for day in (23, 24, 25, 29))


def ids(first: date, last: date | None = None, shown: Filter = calendar.EVERYTHING) -> list[int]:
    return [block.id for block in calendar.blocks_of(first, last or first, ZONE, shown)]


def test_a_day_holds_what_touches_it_by_start(clinic: Practice) -> None:
    clinic.open_always()
    clinic.book("2026-11-24 00:00", customer_id=JOHN)
    clinic.book("2026-11-24 10:00")
    clinic.book("2026-11-24 08:00", staff_id=SATO)
    clinic.book("2026-11-23 23:30", 30, staff_id=SATO, customer_id=AARON)
    clinic.book("2026-11-25 00:00", customer_id=AARON)

    assert ids(TUE) == [1, 3, 2]
    assert ids(MON) == [4]
    assert ids(MON, WED) == [4, 1, 3, 2, 5]
    assert ids(date(2026, 12, 1)) == []


def test_a_block_is_told_with_names_and_times(clinic: Practice) -> None:
    clinic.book("2026-11-24 10:00", 45, room_id=1, type_id=BUFFERED, reason="Sore knee", mode="virtual")
    (block,) = calendar.blocks_of(TUE, TUE, ZONE)

    assert (block.customer, block.type_name, block.reason, block.mode) == (
        "Jane Doe",
        "Treatment",
        "Sore knee",
        "virtual",
    )
    assert (block.starts_at, block.minutes, block.status) == (at("2026-11-24 10:00"), 45, "S")
    assert (block.staff_id, block.room_id, block.overbooked, block.version) == (LEE, 1, 0, 1)


def test_what_lasts_beyond_midnight_is_on_every_day_it_touches(clinic: Practice) -> None:
    clinic.open_always()
    clinic.book("2026-11-22 23:00", 26 * 60, Answers(past=True))  # ends on Tuesday at 01:00
    clinic.book("2026-11-23 23:00", 60, staff_id=SATO, customer_id=JOHN)  # ends at midnight

    assert ids(date(2026, 11, 22)) == [1]
    assert ids(MON) == [1, 2]
    assert ids(TUE) == [1]
    assert ids(WED) == []
    assert ids(MON, TUE) == [1, 2]


@pytest.mark.parametrize(
    ("day", "walls"),
    [
        ("2027-03-28", ("00:00", "01:45", "03:00", "23:30")),
        ("2027-10-31", ("00:00", "01:30", "03:00", "23:30")),
    ],
)
def test_days_of_23_and_25_hours_are_whole_days(clinic: Practice, day: str, walls: tuple[str, ...]) -> None:
    clinic.open_always()
    for number, wall in enumerate(walls):
        clinic.book(f"{day} {wall}", 15, customer_id=1 + number % 3)
    assert ids(date.fromisoformat(day)) == [1, 2, 3, 4]


def test_both_readings_of_an_hour_are_drawn_in_their_order(clinic: Practice) -> None:
    clinic.open_always()
    clinic.book(at("2027-10-31 02:30", 1))
    clinic.book(at("2027-10-31 02:30", 0), customer_id=JOHN)
    assert ids(date(2027, 10, 31)) == [2, 1]


@pytest.mark.parametrize(
    ("shown", "wanted"),
    [
        (Filter(), [1, 2, 3]),
        (Filter(staff_ids=(LEE,)), [1, 3]),
        (Filter(staff_ids=(LEE, SATO)), [1, 2, 3]),
        (Filter(room_ids=(2,)), [2]),
        (Filter(type_ids=(BUFFERED,)), [3]),
        (Filter(statuses=("X",)), [1]),
        (Filter(staff_ids=(LEE,), statuses=("S",)), [3]),
        (Filter(staff_ids=(99,)), []),
    ],
)
def test_the_filter_narrows_blocks_loads_and_firsts_alike(
    clinic: Practice, shown: Filter, wanted: list[int]
) -> None:
    clinic.open_always()
    clinic.book("2026-11-24 08:00", room_id=1, type_id=1)
    clinic.book("2026-11-24 09:00", room_id=2, type_id=1, staff_id=SATO)
    clinic.book("2026-11-24 23:30", 60, type_id=BUFFERED)
    clinic.mark(1, Status.CANCELED, "ill", "customer")

    assert ids(TUE, TUE, shown) == wanted
    counted = [id_ for id_ in wanted if id_ != 1 or shown.statuses]
    assert sum(load.visits for load in calendar.load_rows(TUE, TUE, shown)) == len(counted)
    firsts = [block.id for block in calendar.first_of_days(TUE, TUE, 9, shown)]
    assert firsts == [id_ for id_ in wanted if id_ != 1]
    assert ids(WED, WED, shown) == [id_ for id_ in wanted if id_ == 3]


# --- loads -----------------------------------------------------------------------------------------


def test_loads_count_what_is_not_canceled_and_add_what_takes_time(clinic: Practice) -> None:
    for when in ("2026-11-23 08:00", "2026-11-23 08:30", "2026-11-23 09:00"):
        clinic.book(when, type_id=BUFFERED if when.endswith("09:00") else 1, answers=Answers(overbook="x"))
    clinic.book("2026-11-24 08:00", 60)
    clinic.mark(1, Status.COMPLETED)
    clinic.mark(2, Status.MISSED)
    clinic.mark(4, Status.CANCELED, "ill", "clinic")

    assert calendar.load_rows(MON, WED) == [("2026-11-23", 0, 3, 60)]
    canceled = calendar.Filter(statuses=("X",))
    assert calendar.load_rows(MON, WED, canceled) == [("2026-11-24", 0, 1, 0)]


def test_loads_are_told_per_column(clinic: Practice) -> None:
    clinic.book("2026-11-24 08:00", room_id=1)
    clinic.book("2026-11-24 09:00", staff_id=SATO)
    clinic.book("2026-11-24 10:00", 3000, staff_id=SATO, customer_id=JOHN)

    by_staff = calendar.load_rows(TUE, TUE, by="staff")
    assert [row[1:] for row in by_staff] == [(LEE, 1, 30), (SATO, 2, 30 + 1440)]
    by_room = calendar.load_rows(TUE, TUE, by="room")
    assert [(row.column_id, row.visits) for row in by_room] == [(0, 2), (1, 1)]


def test_the_first_of_each_day(clinic: Practice) -> None:
    for day in ("2026-11-24", "2026-11-25"):
        for number, when in enumerate(("11:00", "08:00", "09:00", "10:00")):
            clinic.book(f"{day} {when}", customer_id=1 + number % 3)
    clinic.mark(2, Status.CANCELED, "ill", "clinic")

    assert [block.id for block in calendar.first_of_days(MON, WED, 2)] == [3, 4, 6, 7]
    assert calendar.first_of_days(MON, WED, 0) == ()


# --- columns, types, hours -------------------------------------------------------------------------


def test_columns_are_who_takes_appointments_in_the_clinics_order(clinic: Practice) -> None:
    assert [column.id for column in calendar.staff_columns()] == [LEE, SATO]
    with clinic.store.write_tx():
        Staff.update(position=0, version=2).where(Staff.id == SATO).execute()
        Staff.update(active=False, version=2).where(Staff.id == LEE).execute()
    assert [column.name for column in calendar.staff_columns()] == ["Dr Sato"]
    assert [(column.id, column.name) for column in calendar.room_columns()] == [
        (1, "Room 1"),
        (2, "Room 2"),
        (0, "No room"),
    ]


def test_types_come_with_their_buffers(clinic: Practice) -> None:
    assert [(one.name, one.minutes, one.buffer_before, one.buffer_after) for one in calendar.types()] == [
        ("First visit", 60, 0, 0),
        ("Follow-up", 30, 0, 0),
        ("Treatment", 30, 5, 10),
    ]


def test_one_appointment_whole(clinic: Practice) -> None:
    clinic.book("2026-11-24 10:00", room_id=2, type_id=BUFFERED, note="two\nlines")
    seen = calendar.visit(1)
    assert (seen.customer, seen.staff, seen.room, seen.type_name) == (
        "Jane Doe",
        "Dr Lee",
        "Room 2",
        "Treatment",
    )
    assert (seen.day, seen.note, seen.buffer_before, seen.buffer_after) == (TUE, "two\nlines", 5, 10)
    with pytest.raises(NotFound):
        calendar.visit(2)


# --- what is around --------------------------------------------------------------------------------


def around(first: str, last: str, **who: Any) -> list[int]:
    wanted = {"staff_id": None, "room_id": None, "customer_id": None} | who
    return [one.id for one in fitting.occupied_around(Interval(at(first), at(last)), **wanted)]


def test_what_occupies_staff_room_or_customer(clinic: Practice) -> None:
    clinic.book("10:00", room_id=1)
    clinic.book("10:00", staff_id=SATO, customer_id=JOHN)
    clinic.book("11:00", staff_id=SATO, customer_id=AARON, room_id=1)

    assert around("09:00", "12:00", staff_id=LEE) == [1]
    assert around("09:00", "12:00", room_id=1) == [1, 3]
    assert around("09:00", "12:00", customer_id=JOHN) == [2]
    assert around("09:00", "12:00", staff_id=SATO, customer_id=JANE) == [1, 2, 3]
    assert around("10:30", "11:00", staff_id=LEE, room_id=1) == []
    assert around("09:00", "12:00") == []


def test_stays_of_any_length_are_seen_from_inside(clinic: Practice) -> None:
    clinic.open_always()
    clinic.book("2026-11-30 10:00", 24 * 60)
    clinic.book("2026-12-07 10:00", 10 * 24 * 60)

    assert around("2026-12-01 09:00", "2026-12-01 09:30", staff_id=LEE) == [1]
    assert around("2026-12-01 10:00", "2026-12-01 10:30", staff_id=LEE) == []
    assert around("2026-12-16 09:00", "2026-12-16 09:30", staff_id=LEE) == [2]
    assert around("2026-12-16 09:00", "2026-12-16 09:30", customer_id=JANE) == [2]


def test_canceled_ones_occupy_nobody_and_missed_ones_what_has_passed(clinic: Practice) -> None:
    clinic.book("09:00", 60)
    clinic.mark(1, Status.MISSED)
    clinic.book("11:00", customer_id=JOHN)
    clinic.mark(2, Status.CANCELED, "ill", "clinic")

    (missed,) = fitting.occupied_around(
        Interval(at("08:00"), at("12:00")), staff_id=LEE, room_id=None, customer_id=None
    )
    assert (missed.id, missed.interval.end) == (1, NOW)


def test_collisions_are_told_with_what_is_free(clinic: Practice) -> None:
    clinic.book("10:00")
    found, offers = fitting.collisions(clinic.details("10:15", customer_id=JOHN), ZONE, NOW)
    assert [(clash.kind, clash.other.id) for clash in found if clash.other] == [("staff", 1)]
    assert offers[0] == at("10:30")
    assert fitting.collisions(clinic.details("10:15"), ZONE, NOW, ignore_id=1) == ((), ())


# --- indexes ---------------------------------------------------------------------------------------

READINGS: dict[str, Callable[[], object]] = {
    "blocks_of": lambda: calendar.blocks_of(MON, WED, ZONE, Filter(staff_ids=(LEE,), statuses=("S",))),
    "load_rows": lambda: calendar.load_rows(MON, WED, by="staff"),
    "first_of_days": lambda: calendar.first_of_days(MON, WED, 3),
    "visit": lambda: calendar.visit(1),
    "occupied_around": lambda: around("09:00", "12:00", staff_id=LEE, room_id=1, customer_id=JANE),
    "openings": lambda: find(Wanted(30, room_id=1, customer_id=JANE, ignore_id=1), ZONE, NOW),
    "day_board": lambda: boards.day_board(MON, ZONE),
    "week_board": lambda: boards.week_board(MON),
    "month_board": lambda: boards.month_board([MON, TUE, WED], 3),
}


@pytest.mark.parametrize("name", READINGS)
@pytest.mark.sqlite
def test_no_reading_goes_through_all_appointments_or_customers(
    clinic: Practice, name: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    clinic.book("10:00")
    asked: list[tuple[str, Any]] = []
    plain = Book.select

    def select(self: Book, sql: str, params: Any = ()) -> list[tuple[Any, ...]]:
        asked.append((sql, params))
        return plain(self, sql, params)

    monkeypatch.setattr(Book, "select", select)
    READINGS[name]()
    monkeypatch.undo()
    plans = [
        row[3] for sql, params in asked for row in clinic.store.select(f"explain query plan {sql}", params)
    ]
    assert plans
    assert [
        plan for plan in plans if plan.startswith(("SCAN a", "SCAN c", "SCAN appointment", "SCAN customer"))
    ] == []


@pytest.mark.sqlite
def test_a_missing_index_would_be_seen(clinic: Practice) -> None:
    ((plan,),) = [
        row[3:]
        for row in clinic.store.select("explain query plan select * from appointment a where note = ''")
    ]
    assert plan.startswith("SCAN a")
