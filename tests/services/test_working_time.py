"""Weeks, leave, special days and public holidays: written, changed, taken back, refused (T10)."""

from __future__ import annotations

import subprocess
import sys
from dataclasses import replace
from datetime import date, timedelta

import pytest

from pim_tui.domain.calendarrules import CalendarRules
from pim_tui.domain.moments import span
from pim_tui.domain.states import Status
from pim_tui.domain.visit import Answers
from pim_tui.domain.worktime import Absence, Hours, Minutes, Week, week_of
from pim_tui.errors import Invalid, Refused, SettingsError, Stale
from pim_tui.models import Holiday, WorkingHours
from pim_tui.queries import boards, fitting, worktime
from pim_tui.queries.hours import (
    holidays,
    holidays_due,
    hours_of,
    leave,
    leaves_of,
    special_day,
    special_days,
)
from pim_tui.queries.moving import ids_to_move, to_move
from pim_tui.queries.worktime import open_time, work_time
from pim_tui.services.holidays import FillHolidays, fill_holidays
from pim_tui.services.hours import SetWeek, set_week
from pim_tui.services.leave import (
    AddLeave,
    ChangeLeave,
    TakeBackLeave,
    add_leave,
    change_leave,
    take_back_leave,
)
from pim_tui.services.special_days import (
    SetSpecialDays,
    TakeBackSpecialDay,
    set_special_days,
    take_back_special_day,
)
from pim_tui.services.undo import Undo, undo
from pim_tui.services.visit_rows import Visit, columns, insert_visits
from tests.fences.rules import ROOT
from tests.services.clinic import JOHN, LEE, NOW, SATO, ZONE, Practice, at

MON, TUE, WED, SAT = (date(2026, 11, day) for day in (23, 24, 25, 28))
CHRISTMAS = date(2026, 12, 25)
PART: Minutes = ((540, 750), (810, 1020))
SPLIT: Week = (PART,) * 4 + ((), (), ())


def walls(staff_id: int, day: date) -> list[str]:
    """When somebody works on a day, as the wall shows it."""
    return [span(part.start, part.end, ZONE) for part in open_time([staff_id], day, day, ZONE)[staff_id]]


def away(clinic: Practice, first: date, last: date | None = None, *part: int) -> int:
    """Dr Lee goes on leave."""
    return add_leave(clinic.session, AddLeave(LEE, Absence(first, last or first, *part))).ids[0]


def closed(
    clinic: Practice, day: date, name: str = "", minutes: Minutes = (), who: int | None = None
) -> None:
    """Something is said of a day."""
    seen = special_days(who, day)
    set_special_days(clinic.session, SetSpecialDays(day, day, who, minutes, name, seen=seen))


# --- the week ------------------------------------------------------------------------------------


def test_a_new_week_ends_the_old_one_the_day_before(clinic: Practice) -> None:
    done = set_week(clinic.session, SetWeek(LEE, TUE, hours_of(LEE), SPLIT))

    assert done.says == "Dr Lee: new hours from Tue 24 Nov 2026."
    assert walls(LEE, MON) == ["08:00-17:00"]
    assert walls(LEE, TUE) == ["09:00-12:30", "13:30-17:00"]
    assert walls(LEE, date(2026, 11, 27)) == []
    assert {row.until for row in hours_of(LEE)} == {"2026-11-23", None}


def test_what_was_worked_is_not_written_anew(clinic: Practice) -> None:
    with pytest.raises(Invalid, match="has passed"):
        set_week(clinic.session, SetWeek(LEE, date(2026, 11, 22), hours_of(LEE), SPLIT))
    with pytest.raises(Refused, match="Nothing was changed"):
        set_week(clinic.session, SetWeek(LEE, TUE, hours_of(LEE), week_of(hours_of(LEE), TUE)))
    with pytest.raises(Stale) as caught:
        set_week(
            clinic.session,
            SetWeek(LEE, TUE, tuple(Hours(n, *part) for n, day in enumerate(SPLIT) for part in day), SPLIT),
        )
    assert caught.value.differences[0].theirs == "08:00-17:00"


def test_an_empty_week_means_that_nobody_is_booked_with_them(clinic: Practice) -> None:
    set_week(clinic.session, SetWeek(LEE, MON, hours_of(LEE), SPLIT))
    set_week(clinic.session, SetWeek(LEE, MON, hours_of(LEE), ((),) * 7))
    assert (walls(LEE, MON), walls(LEE, TUE)) == ([], [])
    with pytest.raises(Refused, match="is outside Dr Lee's hours: none on Tue 24 Nov 2026"):
        clinic.book("2026-11-24 10:00")


def test_a_week_that_somebody_planned_meanwhile_is_not_replaced_unseen(clinic: Practice) -> None:
    began, later = hours_of(LEE), date(2026, 12, 7)
    set_week(clinic.session, SetWeek(LEE, later, began, SPLIT))
    with pytest.raises(Stale) as caught:
        set_week(clinic.session, SetWeek(LEE, TUE, began, ((),) * 7))
    first = caught.value.differences[0]
    assert (first.field, first.was, first.theirs) == (
        "Mon from Mon 7 Dec 2026",
        "08:00-17:00",
        "09:00-12:30, 13:30-17:00",
    )
    set_week(clinic.session, SetWeek(LEE, TUE, hours_of(LEE), ((),) * 7))
    assert walls(LEE, later) == []


def test_a_day_that_somebody_closed_meanwhile_is_not_replaced_unseen(clinic: Practice) -> None:
    closed(clinic, CHRISTMAS, "Eve is enough")
    days = SetSpecialDays(WED, CHRISTMAS, None, ((540, 720),), "Short days")
    with pytest.raises(Stale) as caught:
        set_special_days(clinic.session, days)
    (found,) = caught.value.differences
    assert (found.field, found.was, found.theirs, found.yours) == (
        "Fri 25 Dec 2026",
        "as usual",
        "closed: Eve is enough",
        "09:00-12:00: Short days",
    )
    set_special_days(clinic.session, replace(days, seen=special_days(None, WED)))
    with pytest.raises(Stale, match="while you were editing"):
        set_special_days(clinic.session, replace(days, name="Long days"))


# --- booking -------------------------------------------------------------------------------------


def test_the_refusal_says_which_hours_leave_or_closed_day_it_is(clinic: Practice) -> None:
    away(clinic, WED, date(2026, 12, 4))
    away(clinic, date(2026, 12, 7), None, 600, 720)
    closed(clinic, date(2026, 12, 8), "Staff outing")
    for when, told in (
        ("2026-11-24 17:00", r"17:00-17:30 is outside Dr Lee's hours \(08:00-17:00\). Nearest free: 16:30"),
        ("2026-11-25 10:00", r"Dr Lee is on leave until 4 Dec 2026. Nearest free: Mon 7 Dec 2026 08:00"),
        ("2026-12-07 11:45", r"Dr Lee is on leave 10:00-12:00. Nearest free: 12:00"),
        ("2026-12-08 10:00", r"Closed: Staff outing. Nearest free: Wed 9 Dec 2026 08:00"),
    ):
        for answers in (Answers(), Answers(overbook="urgent")):
            with pytest.raises(Refused, match=told) as caught:
                clinic.book(when, answers=answers)
            assert caught.value.rule == "T9"
        clinic.book(caught.value.offers[0])
        clash, offers = fitting.collisions(clinic.details(when, customer_id=JOHN), ZONE, NOW)
        assert clash[0].kind == "closed"
        assert offers
    with pytest.raises(Refused, match="Closed: Staff outing"):
        clinic.book("2026-12-08 10:00", staff_id=SATO)


def test_an_appointment_that_lies_in_leave_stays_until_it_is_moved(clinic: Practice) -> None:
    id_ = clinic.book("2026-11-25 10:00").ids[0]
    away(clinic, WED)

    clinic.change(id_, reason="knee")
    clinic.change(id_, room_id=1)
    clinic.change(id_, minutes=15)
    with pytest.raises(Refused, match="on leave"):
        clinic.change(id_, minutes=45)
    with pytest.raises(Refused, match="on leave"):
        clinic.change(id_, starts_at=at("2026-11-25 11:00"))
    clinic.change(id_, starts_at=at("2026-11-26 11:00"))
    with pytest.raises(Refused, match="on leave"):
        undo(clinic.session, Undo())


def test_reopening_into_leave_is_refused(clinic: Practice) -> None:
    id_ = clinic.book("2026-11-25 10:00").ids[0]
    clinic.mark(id_, Status.CANCELED, "ill", "customer")
    away(clinic, WED)
    with pytest.raises(Refused, match="on leave"):
        clinic.mark(id_, Status.SCHEDULED)


# --- leave and special days ----------------------------------------------------------------------


def test_leave_tells_what_lies_in_it_and_moves_nothing(clinic: Practice) -> None:
    for when in ("2026-11-25 10:00", "2026-11-26 10:00", "2026-11-30 10:00"):
        clinic.book(when)
    done = add_leave(clinic.session, AddLeave(LEE, Absence(WED, date(2026, 11, 27))))

    assert done.says == "Dr Lee: Leave until 27 Nov 2026. 2 appointments need moving."
    assert [(row.block.id, row.staff, row.why) for row in to_move(NOW, ZONE)] == [
        (1, "Dr Lee", "Leave until 27 Nov 2026"),
        (2, "Dr Lee", "Leave until 27 Nov 2026"),
    ]
    clinic.change(1, starts_at=at("2026-11-30 09:00"))
    clinic.mark(2, Status.CANCELED, "leave", "clinic")
    assert ids_to_move(NOW, ZONE) == ()


def test_what_comes_in_or_repeats_is_taken_as_it_is_and_needs_moving(clinic: Practice) -> None:
    away(clinic, WED, date(2028, 11, 25))
    starts = (at("2026-11-24 18:00"), at("2026-11-25 10:00"), at("2028-11-24 10:00"), at("2028-11-27 10:00"))
    visits = [Visit(f"in-{start}", JOHN, LEE, start, 30, Status.SCHEDULED) for start in starts]
    with clinic.store.write_tx():
        ids = insert_visits([columns(one, clinic.session, NOW) for one in visits])

    assert ids_to_move(NOW, ZONE) == tuple(ids[:3])
    assert ids_to_move(NOW, ZONE, LEE, WED, WED) == (ids[1],)
    assert ids_to_move(NOW, ZONE, SATO) == ()
    assert [row.why for row in to_move(NOW, ZONE)] == [
        "Hours 08:00-17:00",
        "Leave until 25 Nov 2028",
        "Leave until 25 Nov 2028",
    ]


def test_leave_is_changed_and_taken_back(clinic: Practice) -> None:
    id_ = away(clinic, WED)
    seen = leave(id_)
    part = Absence(WED, WED, 540, 720, "training")
    change_leave(clinic.session, ChangeLeave(id_, 1, (seen.absence, ""), part, "Ultrasound"))
    assert walls(LEE, WED) == ["08:00-09:00", "12:00-17:00"]
    assert work_time([LEE, SATO], WED, WED).why(WED) == {LEE: "Training 09:00-12:00"}
    with pytest.raises(Stale, match="leave"):
        change_leave(clinic.session, ChangeLeave(id_, 1, (seen.absence, ""), Absence(WED, WED)))
    with pytest.raises(Invalid, match="before the first"):
        away(clinic, WED, TUE)
    take_back_leave(clinic.session, TakeBackLeave(id_, 2))
    assert (leaves_of(LEE, MON), walls(LEE, WED)) == ((), ["08:00-17:00"])
    with pytest.raises(Refused, match="taken back"):
        take_back_leave(clinic.session, TakeBackLeave(id_, 3))


def test_a_day_is_said_something_of_and_is_like_any_other_again(clinic: Practice) -> None:
    closed(clinic, SAT, "Flu shots", ((540, 720),), LEE)
    closed(clinic, WED, "Staff outing")
    assert (walls(LEE, SAT), walls(LEE, WED), walls(SATO, WED)) == (["09:00-12:00"], [], [])

    closed(clinic, WED, "Half day", PART)
    assert walls(LEE, WED) == ["09:00-12:30", "13:30-17:00"]
    row = special_day(None, WED)
    assert row is not None
    take_back_special_day(clinic.session, TakeBackSpecialDay(WED, None, row.ids))
    assert walls(LEE, WED) == ["08:00-17:00"]
    with pytest.raises(Refused, match="meanwhile"):
        take_back_special_day(clinic.session, TakeBackSpecialDay(WED, None, row.ids))
    with pytest.raises(Invalid, match="has passed"):
        closed(clinic, date(2026, 11, 20))


# --- public holidays -----------------------------------------------------------------------------


def test_holidays_of_the_place_are_filled_in_for_three_years(clinic: Practice) -> None:
    assert holidays_due("DE", "closed", MON)
    done = fill_holidays(clinic.session, FillHolidays())

    assert done.says.endswith("public holidays of DE are in the calendar.")
    assert not holidays_due("DE", "closed", MON)
    assert {row.day.year for row in holidays(MON, date(2029, 1, 1))} == {2026, 2027, 2028}
    with pytest.raises(Refused, match="Closed: Christmas Day"):
        clinic.book("2026-12-25 10:00")
    with pytest.raises(Refused, match="Nothing is to be done"):
        fill_holidays(clinic.session, FillHolidays())
    closed(clinic, CHRISTMAS, "Emergencies", ((600, 720),), LEE)
    clinic.book("2026-12-25 10:00")


def test_another_place_replaces_what_is_to_come_and_keeps_the_past(clinic: Practice) -> None:
    fill_holidays(clinic.session, FillHolidays())
    past = holidays(date(2026, 1, 1), MON)
    bavaria = replace(clinic.session, calendar=CalendarRules(region="bayern", holidays="shown"))
    fill_holidays(bavaria, FillHolidays())

    assert holidays(date(2026, 1, 1), MON) == past
    epiphany = [row.day for row in holidays(MON, date(2027, 12, 31)) if row.name == "Epiphany"]
    assert epiphany == [date(2027, 1, 6)]
    clinic.book("2026-12-25 10:00")
    fill_holidays(replace(clinic.session, calendar=CalendarRules(holidays="off")), FillHolidays())
    assert holidays(MON, date(2028, 12, 31)) == ()


def test_a_place_nobody_knows_is_told_with_those_that_come_near(clinic: Practice) -> None:
    for session, told in (
        (replace(clinic.session, calendar=CalendarRules(region="BYY")), "region BYY of DE. Set .* BY"),
        (replace(clinic.session, country="XQ"), "country XQ"),
    ):
        with pytest.raises(SettingsError, match=told):
            fill_holidays(session, FillHolidays())


# --- what is read --------------------------------------------------------------------------------


def test_a_board_counts_what_is_free_and_tells_why_it_is_not(clinic: Practice) -> None:
    away(clinic, WED)
    closed(clinic, date(2026, 11, 26), "Staff outing")
    with clinic.store.write_tx():
        Holiday.create(day="2026-11-27", name="Founders' Day", place="DE", closes=False)
    loads = {(load.day, load.column_id): load.open_minutes for load in boards.week_board(MON).loads}
    assert [loads[MON + timedelta(days=n), LEE] for n in range(7)] == [540, 540, 0, 0, 540, 0, 0]
    month = boards.month_board([MON, WED, date(2026, 11, 26)], 0)
    assert [load.open_minutes for load in month.loads] == [540, 0, 0]

    wednesday, outing = boards.day_board(WED, ZONE), boards.day_board(date(2026, 11, 26), ZONE, True)
    assert [column.id for column in wednesday.columns] == [LEE]
    assert [(mark.letter, mark.text) for mark in wednesday.marks[LEE]] == [("L", "Leave to 25 Nov")]
    assert outing.note == "Closed: Staff outing"
    assert boards.day_board(date(2026, 11, 27), ZONE).note == "Founders' Day"


def test_a_year_of_thirty_people_is_read_with_five_selects(
    clinic: Practice, monkeypatch: pytest.MonkeyPatch
) -> None:
    with clinic.store.write_tx():
        for weekday in range(5):
            WorkingHours.create(staff=SATO, weekday=weekday, starts=540 + weekday, ends=900)
    asked: list[str] = []
    real = worktime.select
    monkeypatch.setattr(worktime, "select", lambda sql, params=(): asked.append(sql) or real(sql, params))
    found = open_time([LEE, SATO], MON, MON + timedelta(days=364), ZONE)
    assert len(asked) == 5
    assert sum(map(len, found.values())) == 2 * 261


def test_of_all_countries_one_is_loaded() -> None:
    """In a process of its own: here others may have been loaded before."""
    asked = (
        "import sys; from pim_tui.services.holidays import _known; found = _known('DE-BY', [2026], 'en');"
        " print(len(found), *[name for name in sys.modules if name.startswith('holidays.countries.')])"
    )
    told = subprocess.run([sys.executable, "-c", asked], capture_output=True, text=True, check=True, cwd=ROOT)
    assert told.stdout.split() == ["12", "holidays.countries.germany"]
