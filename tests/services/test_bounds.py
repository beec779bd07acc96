"""What is absurd is refused at once with a sentence: no hang, no number out of range, no page of faults."""

from __future__ import annotations

from collections.abc import Callable
from datetime import date
from pathlib import Path

import pytest

from pim_tui.domain.messages import BUILT_IN, Words
from pim_tui.domain.reports import Asked as ReportAsked
from pim_tui.domain.resourcefields import ThingFields, TypeFields
from pim_tui.domain.series import Asked
from pim_tui.domain.waiting import Wish
from pim_tui.domain.worktime import Absence
from pim_tui.errors import PimError
from pim_tui.models import Customer, Room, Staff
from pim_tui.queries.hours import hours_of
from pim_tui.services.arrivals import TakeStep, take_step
from pim_tui.services.holds import HoldTime, hold_time
from pim_tui.services.hours import SetWeek, set_week
from pim_tui.services.leave import AddLeave, add_leave
from pim_tui.services.report_papers import make_report
from pim_tui.services.resources import AddResource, add_resource
from pim_tui.services.series_making import MakeSeries, make_series
from pim_tui.services.special_days import SetSpecialDays, set_special_days
from pim_tui.services.templates import SaveTemplate, save_template
from pim_tui.services.waiting import AddWaiting, add_waiting
from tests.services.clinic import JOHN, LEE, ZONE, Practice, at, practice

DAY = date(2026, 12, 1)
SOON = at("2026-11-24 10:00")
FIVE_HUNDRED = tuple((2 * n, 2 * n + 1) for n in range(500))


def leave(clinic: Practice, first: date, last: date, *part: int) -> object:
    return add_leave(clinic.session, AddLeave(LEE, Absence(first, last, *part)))


def days(clinic: Practice, first: date, last: date, *stretches: tuple[int, int]) -> object:
    return set_special_days(clinic.session, SetSpecialDays(first, last, None, stretches))


def week(clinic: Practice, *days: tuple[tuple[int, int], ...]) -> object:
    return set_week(clinic.session, SetWeek(LEE, DAY, hours_of(LEE), days))


def series(clinic: Practice, rule: str) -> object:
    return make_series(clinic.session, MakeSeries(Asked(clinic.details(SOON), rule, ZONE)))


def words(clinic: Practice, body: str) -> object:
    was = BUILT_IN["reminder", "email"]
    return save_template(clinic.session, SaveTemplate("reminder", "email", "en", 0, was, Words("Soon", body)))


def wish(clinic: Practice, **more: object) -> object:
    return add_waiting(clinic.session, AddWaiting(JOHN, Wish(**{"minutes": 30, **more})))  # type: ignore[arg-type]


def hold(clinic: Practice, starts_at: int, minutes: int) -> object:
    return hold_time(clinic.session, HoldTime(LEE, None, starts_at, minutes))


def thing(clinic: Practice, **fields: str) -> object:
    kind, made = ("room", ThingFields) if "capacity" in fields else ("appointment_type", TypeFields)
    return add_resource(clinic.session, AddResource(kind, made(name="Big", **fields)))  # type: ignore[arg-type]


def step(clinic: Practice, when: int) -> object:
    return take_step(clinic.session, TakeStep(1, 1, "arrived", at=when))


ABSURD: dict[str, tuple[Callable[[Practice], object], str]] = {
    "leave of 9999 years": (lambda c: leave(c, date.min, date.max), "more than ten years"),
    "leave of no part of a day": (lambda c: leave(c, DAY, DAY, 600, 500), "one stretch of the day"),
    "10 000 days": (lambda c: days(c, DAY, date(2054, 4, 18)), "at most 100 days"),
    "a day of 500 stretches": (lambda c: days(c, DAY, DAY, *FIVE_HUNDRED), "at most 12 stretches"),
    "a day of 1000 hours": (lambda c: days(c, DAY, DAY, (0, 60_000)), "stretches of the day"),
    "a week of 500 stretches": (lambda c: week(c, *[FIVE_HUNDRED] * 7), "at most 12 stretches"),
    "a week of three days": (lambda c: week(c, (), (), ()), "seven days"),
    "over each other": (lambda c: week(c, ((0, 90), (60, 99)), *[()] * 6), "one after the other"),
    "a million visits": (lambda c: series(c, "FREQ=DAILY;COUNT=1000000"), "more than 20000 visits"),
    "each second": (lambda c: series(c, "FREQ=SECONDLY"), "within 1 day, which"),
    "no date at all": (lambda c: series(c, "FREQ=YEARLY;BYMONTH=2;BYMONTHDAY=30"), "no date at all"),
    "a rule of 100 kB": (lambda c: series(c, "FREQ=DAILY;" * 10_000), "longer than 1000"),
    "2 000 fields": (lambda c: words(c, "{date}" * 2_000), "at most 2000 characters"),
    "400 wrong fields": (lambda c: words(c, "{dat}" * 400), "did you mean"),
    "200 kB of braces": (lambda c: words(c, "{dat" * 50_000), "a brace without"),
    "a wish of years": (lambda c: wish(c, minutes=10**9), "a day"),
    "a wish for no day": (lambda c: wish(c, first_day=date.max, last_day=date.min), "before the first"),
    "a wish for day nine": (lambda c: wish(c, weekdays="9" * 500), "days of the week"),
    "a wish for no hour": (lambda c: wish(c, from_minute=700, to_minute=600), "a time of the day"),
    "more than urgent": (lambda c: wish(c, urgency=9), "whenever, soon, urgent"),
    "hold for ever": (lambda c: hold(c, SOON, 10**12), "No appointment lasts"),
    "hold beyond all years": (lambda c: hold(c, 60 * 10**15, 30), "beyond the calendar"),
    "book for ever": (lambda c: c.book(SOON, 10**9), "No appointment lasts 694444 days"),
    "book beyond all years": (lambda c: c.book(-60 * 10**15), "beyond the calendar"),
    "come beyond all years": (lambda c: step(c, 10**15), "has not come yet"),
    "5000 digits of places": (lambda c: thing(c, capacity="9" * 5000), "from 1 to 100"),
    "100 000 names": (lambda c: thing(c, equipment="x," * 100_000), "at most 400 characters"),
    "a report of all years": (
        lambda c: make_report(c.session, ReportAsked("use", date.min, date.max, "day")),
        "longer than 20 years",
    ),
}


def test_what_is_absurd_is_refused_with_a_sentence(tmp_path: Path) -> None:
    clinic = practice(tmp_path)
    clinic.book("10:00")
    for what, (act, says) in ABSURD.items():
        with pytest.raises(PimError, match=says) as refused:
            act(clinic)
        assert len(str(refused.value)) < 1000, what
    assert clinic.actions() == ["book"]


@pytest.mark.walk
def test_a_room_for_a_hundred_holds_a_hundred_and_not_one_more(tmp_path: Path) -> None:
    clinic = practice(tmp_path)
    with clinic.store.write_tx():
        Room.update(capacity=100, version=Room.version + 1).where(Room.id == 1).execute()
        for n in range(4, 105):
            Staff.create(name=f"Dr {n}", initials="D", position=n, active=True, books=True, role="owner")
            Customer.create(
                number=n, first_name="A", last_name=f"B{n}", sort_name=f"b{n}", created_at=1, active=True
            )
    for n in range(4, 104):
        clinic.book(SOON, staff_id=n, customer_id=n, room_id=1)
    with pytest.raises(PimError, match="And 97 more") as refused:
        clinic.book(SOON, staff_id=104, customer_id=104, room_id=1)
    assert len(str(refused.value)) < 1000
