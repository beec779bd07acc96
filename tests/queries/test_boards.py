"""What each view gets in one go: who is there, what is booked, what is free."""

from __future__ import annotations

from datetime import date, timedelta

import pytest

from pim_tui.domain.states import Status
from pim_tui.models import WorkingHours
from pim_tui.queries import boards
from pim_tui.queries.calendar import Filter
from tests.services.clinic import JOHN, LEE, SATO, ZONE, Practice, at

MON, SUN = date(2026, 11, 23), date(2026, 11, 29)


def columns(board: boards.DayBoard | boards.WeekBoard) -> list[int]:
    return [column.id for column in board.columns]


def test_a_day_shows_who_works_or_has_appointments(clinic: Practice) -> None:
    assert columns(boards.day_board(MON, ZONE)) == [LEE]
    clinic.book("10:00", staff_id=SATO)
    board = boards.day_board(MON, ZONE)
    assert columns(board) == [LEE, SATO]
    assert [block.id for block in board.blocks] == [1]
    assert board.open_hours == {LEE: [(at("08:00"), at("17:00"))]}


def test_a_day_nobody_works_shows_everybody_and_no_hours(clinic: Practice) -> None:
    board = boards.day_board(SUN, ZONE)
    assert columns(board) == [LEE, SATO]
    assert board.open_hours == {LEE: []}


def test_a_clinic_without_hours_leaves_them_open(clinic: Practice) -> None:
    with clinic.store.write_tx():
        WorkingHours.delete().execute()
    board = boards.day_board(MON, ZONE)
    assert (columns(board), board.open_hours) == ([LEE, SATO], None)


def test_a_day_by_room_has_a_column_for_what_has_none(clinic: Practice) -> None:
    board = boards.day_board(MON, ZONE, by_room=True)
    assert columns(board) == [1, 2, 0]
    assert columns(boards.day_board(MON, ZONE, True, Filter(room_ids=(2,)))) == [2]


def test_the_filter_narrows_the_columns_too(clinic: Practice) -> None:
    clinic.book("10:00", staff_id=SATO)
    board = boards.day_board(MON, ZONE, shown=Filter(staff_ids=(SATO,)))
    assert (columns(board), len(board.blocks)) == ([SATO], 1)


@pytest.mark.parametrize(("day", "hours"), [(date(2027, 3, 28), 8), (date(2027, 10, 31), 10)])
def test_hours_over_a_clock_change_are_instants(clinic: Practice, day: date, hours: int) -> None:
    with clinic.store.write_tx():
        WorkingHours.create(staff=SATO, weekday=6, starts=0, ends=540)
    board = boards.day_board(day, ZONE)
    assert board.open_hours
    ((start, end),) = board.open_hours[SATO]
    assert (end - start) // 3600 == hours


def test_a_week_has_every_day_of_every_column(clinic: Practice) -> None:
    clinic.book("2026-11-24 10:00", 60)
    clinic.book("2026-11-24 11:00", 60, customer_id=JOHN)
    clinic.mark(2, Status.CANCELED, "ill", "clinic")
    board = boards.week_board(MON)

    assert (len(board.days), columns(board), len(board.loads)) == (7, [LEE, SATO], 14)
    tuesday = next(one for one in board.loads if one.column_id == LEE and one.day == MON + timedelta(days=1))
    assert (tuesday.count, tuesday.booked_minutes, tuesday.free_minutes) == (1, 60, 480)
    assert {one.open_minutes for one in board.loads if one.column_id == SATO} == {0}


def test_a_week_by_room_counts_without_hours(clinic: Practice) -> None:
    clinic.book("10:00", room_id=1)
    clinic.book("11:00")
    board = boards.week_board(MON, by_room=True)
    assert [(one.day, one.column_id, one.count) for one in board.loads if one.count] == [
        (MON, 1, 1),
        (MON, 0, 1),
    ]
    assert (len(board.loads), {one.open_minutes for one in board.loads}) == (21, {0})


def test_a_month_has_a_load_for_every_day_and_its_first_appointments(clinic: Practice) -> None:
    for number, when in enumerate(("10:00", "11:00", "12:00")):
        clinic.book(when, customer_id=1 + number)
    days = [MON + timedelta(days=n) for n in range(7)]
    board = boards.month_board(days, 2)

    assert [load.day for load in board.loads] == days
    assert [load.open_minutes for load in board.loads] == [540] * 5 + [0, 0]
    assert (board.loads[0].count, board.loads[0].free_minutes) == (3, 450)
    assert [block.id for block in board.entries] == [1, 2]
    assert boards.month_board(days, 0).entries == ()


def test_a_filtered_month_counts_the_hours_of_who_is_shown(clinic: Practice) -> None:
    board = boards.month_board([MON], 2, Filter(staff_ids=(SATO,)))
    assert board.loads[0].open_minutes == 0


def test_a_list_comes_with_names(clinic: Practice) -> None:
    clinic.book("10:00", room_id=2)
    board = boards.list_board(MON, SUN, ZONE)
    assert [block.id for block in board.blocks] == [1]
    assert (board.staff[LEE], board.rooms) == ("Dr Lee", {1: "Room 1", 2: "Room 2"})


def test_hours_that_change_within_a_week_are_counted_by_their_dates(clinic: Practice) -> None:
    with clinic.store.write_tx():
        WorkingHours.delete().execute()
        for first, last, ends in ((None, MON, 540), (MON + timedelta(days=1), None, 600)):
            for weekday in (0, 1):
                WorkingHours.create(
                    staff=LEE, weekday=weekday, starts=480, ends=ends, effective_from=first, effective_to=last
                )
    loads = {one.day: one.open_minutes for one in boards.week_board(MON).loads if one.column_id == LEE}
    assert (loads[MON], loads[MON + timedelta(days=1)]) == (60, 120)
