"""The next openings: nothing is offered that a booking refuses, and nothing that it takes is left out."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import suppress
from dataclasses import replace
from datetime import date, timedelta
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import Any, NamedTuple

import pytest
from hypothesis import HealthCheck, Phase, given, settings
from hypothesis import strategies as st

from pim_tui.domain.intervals import Interval
from pim_tui.domain.moments import MINUTE, at_minute, day_of, utc_offset, wall
from pim_tui.domain.openings import Opening, Wanted
from pim_tui.domain.scheduling import check_fit
from pim_tui.domain.states import Status
from pim_tui.domain.visit import Answers, Details
from pim_tui.errors import Refused
from pim_tui.models import Hold, Leave, SpecialHours, WorkingHours
from pim_tui.queries.fitting import candidate_of, occupied_around
from pim_tui.queries.openings import Answer, How, find
from pim_tui.queries.worktime import open_time
from pim_tui.services.booking import BookAppointment, book
from tests.services.clinic import AARON, BUFFERED, JANE, JOHN, LEE, SATO, ZONE, Practice, at, practice

DST_DAYS = (
    ("Europe/Berlin", date(2026, 10, 25)),
    ("America/New_York", date(2027, 3, 14)),
    ("Australia/Lord_Howe", date(2026, 10, 4)),
    ("Asia/Beirut", date(2026, 3, 29)),
    ("Antarctica/Troll", date(2026, 3, 29)),
    ("Pacific/Chatham", date(2027, 4, 4)),
)
"""Clocks that go forward or back by an hour, by half an hour and by two, one of them at midnight."""


def asked(clinic: Practice, minutes: int = 30, how: How | None = None, **more: Any) -> Answer:
    """What is free with Dr Lee, from Monday 23 Nov 2026, 9:20 on."""
    wanted = Wanted(minutes, **{"staff_ids": (LEE,), **more})
    return find(wanted, ZONE, clinic.session.clock(), how)


def shown(answer: Answer) -> list[str]:
    """The openings on the clock, with whom."""
    return [f"{wall(one.starts_at, ZONE):%a %H:%M} {one.staff_id}" for one in answer.openings]


def away(first: str, last: str, staff_id: int = LEE) -> None:
    Leave.create(staff=staff_id, first_day=first, last_day=last, active=True, created_at=0, created_by=1)


def test_the_first_openings_come_one_after_the_other_and_few_of_a_day(clinic: Practice) -> None:
    clinic.book("10:00")
    found = shown(asked(clinic, how=How(limit=5)))
    assert found == ["Mon 09:30 2", "Mon 10:30 2", "Tue 08:00 2", "Tue 08:30 2", "Wed 08:00 2"]


def test_everybody_is_in_one_list_by_time(clinic: Practice) -> None:
    for weekday in range(5):
        WorkingHours.create(staff=SATO, weekday=weekday, starts=570, ends=1020)
    clinic.book("09:30")
    found = shown(asked(clinic, staff_ids=(), how=How(limit=4)))
    assert found == ["Mon 09:30 3", "Mon 10:00 2", "Mon 10:00 3", "Mon 10:30 2"]


def test_days_part_of_the_day_and_the_earliest_day_are_kept_to(clinic: Practice) -> None:
    part = {"weekdays": frozenset((1, 4)), "from_minute": 720, "to_minute": 750}
    first = date(2026, 11, 25)
    assert shown(asked(clinic, first=first, how=How(limit=2), **part)) == ["Fri 12:00 2", "Tue 12:00 2"]
    assert asked(clinic, 45, **part).why.startswith("45 min do not fit on Tue, Fri between 12:00 and 12:30")


@pytest.mark.parametrize("first", [date.min, date(9999, 12, 31)])
def test_the_ends_of_the_calendar_are_no_trap(clinic: Practice, first: date) -> None:
    found = asked(clinic, first=first, how=How(limit=1))
    assert shown(found) == (["Mon 09:30 2"] if first == date.min else [])


def test_a_gap_off_the_grid_is_offered_where_it_is(clinic: Practice) -> None:
    clinic.book("08:00", 125)
    clinic.book("10:27", 393)
    clinic.clock[0] = at("07:00")
    assert shown(asked(clinic, 20, how=How(limit=1))) == ["Mon 10:05 2"]
    assert shown(asked(clinic, 22, how=How(limit=1))) == ["Mon 10:05 2"]
    assert shown(asked(clinic, 23, how=How(limit=1))) == ["Tue 08:00 2"]


def test_what_a_missed_one_frees_is_offered_from_the_next_whole_minute(clinic: Practice) -> None:
    mine = clinic.book("08:00", 540).ids[0]
    clinic.clock[0] = at("09:20") + 17
    clinic.mark(mine, Status.MISSED)
    assert shown(asked(clinic, 458, how=How(limit=1))) == ["Mon 09:21 2"]


def test_buffers_rooms_and_the_customers_own_appointments_count(clinic: Practice) -> None:
    clinic.book("10:00", customer_id=JOHN)
    clinic.book("11:00", staff_id=SATO, room_id=1, customer_id=JANE)
    every = How(limit=3, each=None, every=True)
    assert shown(asked(clinic, type_id=BUFFERED, how=every)) == ["Mon 10:45 2", "Mon 11:00 2", "Mon 11:15 2"]
    assert shown(asked(clinic, customer_id=JANE, how=every)) == ["Mon 09:30 2", "Mon 10:30 2", "Mon 11:30 2"]
    assert shown(asked(clinic, room_id=1, how=every)) == ["Mon 09:30 2", "Mon 10:30 2", "Mon 11:30 2"]


def test_what_another_desk_holds_is_not_offered_and_ones_own_is(clinic: Practice) -> None:
    held = {"holder": 1, "created_at": at("09:00"), "expires_at": at("09:25")}
    Hold.create(staff=LEE, session="desk-2", starts_at=at("09:30"), ends_at=at("10:00"), **held)
    assert shown(asked(clinic, how=How(limit=1, holder="desk-1"))) == ["Mon 10:00 2"]
    assert shown(asked(clinic, how=How(limit=1, holder="desk-2"))) == ["Mon 09:30 2"]
    clinic.clock[0] = at("09:26")
    assert shown(asked(clinic, how=How(limit=1, holder="desk-1"))) == ["Mon 09:30 2"]


def test_what_is_moved_is_not_in_its_own_way(clinic: Practice) -> None:
    mine = clinic.book("10:00", 60).ids[0]
    how = How(limit=2, each=None, every=True)
    assert shown(asked(clinic, 60, ignore_id=mine, first=date(2026, 11, 23), how=how)) == [
        "Mon 09:30 2",
        "Mon 09:45 2",
    ]


def test_what_was_booked_moved_or_canceled_since_is_known_at_once(clinic: Practice) -> None:
    def first() -> list[str]:
        return shown(asked(clinic, how=How(limit=1)))

    assert first() == ["Mon 09:30 2"]
    mine = clinic.book("09:30", customer_id=JOHN).ids[0]
    assert first() == ["Mon 10:00 2"]
    clinic.change(mine, starts_at=at("10:00"))
    assert first() == ["Mon 09:30 2"]
    clinic.change(mine, starts_at=at("09:30"))
    clinic.mark(mine, Status.CANCELED, "ill", "customer")
    assert first() == ["Mon 09:30 2"]
    away("2026-11-23", "2026-11-24")
    assert first() == ["Wed 08:00 2"]


@pytest.mark.parametrize(
    ("facts", "why"),
    [
        ({"staff_ids": (1,)}, "Nobody who is asked for takes appointments."),
        ({"weekdays": frozenset((6,))}, "Dr Lee does not work on Sun until 4 Dec 2026."),
        ({"to_minute": 480}, "Dr Lee does not work between 00:00 and 08:00 until 4 Dec 2026."),
        ({"weekdays": frozenset((3,))}, "Dr Lee does not work on Thu: Leave until 9 Dec 2026."),
        ({"weekdays": frozenset((1,))},
         "Every gap on Tue until 4 Dec 2026 is shorter than 45 min: the longest is 30."),
        ({"weekdays": frozenset((2,))}, "Dr Lee has nothing free on Wed until 4 Dec 2026."),
        ({"weekdays": frozenset((0,)), "customer_id": AARON},
         "Whenever Dr Lee is free on Mon until 4 Dec 2026, the customer is not."),
    ],
)  # fmt: skip
def test_an_empty_answer_says_why(clinic: Practice, facts: dict[str, Any], why: str) -> None:
    away("2026-11-26", "2026-12-09")
    clinic.book("2026-11-24 08:00", 510)
    clinic.book("2026-11-25 08:00", 540)
    clinic.book("2026-11-30 08:00", 540, staff_id=SATO, customer_id=AARON)
    clinic.book("2026-11-23 09:00", 480, staff_id=SATO, customer_id=AARON)
    assert asked(clinic, 45, how=How(days=12), **facts) == Answer((), why)


# --- against the check that a booking makes ---------------------------------------------------------


class Stay(NamedTuple):
    """An appointment to be in the way: minutes after the first midnight, and whose it is."""

    minute: int
    length: int
    staff_id: int
    customer_id: int
    room_id: int | None
    type_id: int | None
    status: str


_stays = st.lists(
    st.builds(
        Stay, st.integers(0, 3 * 1440).map(lambda n: n - n % 5), st.integers(1, 40).map(lambda n: n * 5),
        st.sampled_from((LEE, SATO)), st.sampled_from((JANE, JOHN, AARON)), st.sampled_from((None, 1)),
        st.sampled_from((None, BUFFERED)), st.sampled_from("SSSXM"),
    ),
    max_size=12,
)  # fmt: skip
_hours = st.lists(st.tuples(st.integers(0, 1380), st.integers(30, 600)), max_size=2)
_wanted = st.builds(
    Wanted, st.sampled_from((10, 15, 30, 45, 90)), st.sampled_from(((), (LEE,))),
    st.sampled_from((None, BUFFERED)), st.sampled_from((None, JANE)), st.sampled_from((None, 1)),
    weekdays=st.sampled_from((frozenset(), frozenset((6,)))),
    from_minute=st.sampled_from((0, 0, 90)), to_minute=st.sampled_from((1440, 1440, 720)),
)  # fmt: skip


@pytest.mark.parametrize(("zone", "change"), DST_DAYS, ids=[zone for zone, _ in DST_DAYS])
@given(_stays, _hours, _wanted, st.integers(0, 1380))
@settings(max_examples=3, deadline=None, phases=[Phase.generate], suppress_health_check=list(HealthCheck))
def test_the_list_is_what_the_booking_takes(
    zone: str, change: date, stays: list[Stay], hours: list[tuple[int, int]], wanted: Wanted, minute: int
) -> None:
    """On the three days around a change of the clocks, start by start."""
    first = change - timedelta(days=1)
    with TemporaryDirectory() as folder:
        clinic = practice(Path(folder))
        clinic.session = replace(clinic.session, zone=zone)
        for day in range(3):
            for starts, length in hours:
                SpecialHours.create(
                    day=first + timedelta(days=day),
                    staff=LEE,
                    starts=starts,
                    ends=min(1440, starts + length),
                    active=True,
                )
        for stay in stays:
            _put(clinic, stay, at_minute(first, 0, zone))
        clinic.clock[0] = now = at_minute(first, minute, zone)
        how = How(limit=10_000, each=None, every=True, days=3)
        offered = set(find(wanted, zone, now, how).openings)
        fits = set(_fitting(wanted, zone, now, first))
        assert offered == fits
        for one in sorted(offered)[:: max(1, len(offered) // 3)][:3]:
            _book(clinic, wanted, one)
        clinic.store.close()


def _put(clinic: Practice, stay: Stay, midnight: int) -> None:
    """Book it, and mark it as it is to be; what collides stays out."""
    starts = midnight + stay.minute * MINUTE
    clinic.clock[0] = starts + 5 * MINUTE
    with suppress(Refused):
        id_ = clinic.book(
            starts, stay.length, staff_id=stay.staff_id, customer_id=stay.customer_id, room_id=stay.room_id,
            type_id=stay.type_id,
        ).ids[0]  # fmt: skip
        if stay.status != "S":
            clinic.mark(id_, Status(stay.status), "ill", "customer" if stay.status == "X" else "")


def _fitting(wanted: Wanted, zone: str, now: int, first: date) -> Iterator[Opening]:
    """Every start on the clock's quarters that suits and that the check lets pass, tried one by one."""
    end = at_minute(first + timedelta(days=3), 0, zone)
    for staff_id in wanted.staff_ids or (LEE, SATO):
        hours = open_time([staff_id], first - timedelta(days=1), first + timedelta(days=4), zone)[staff_id]
        asked = candidate_of(_details(wanted, Opening(now, staff_id)))
        existing = occupied_around(
            Interval(now - 86_400, end + 2 * 86_400),
            staff_id=staff_id,
            room_id=wanted.room_id,
            customer_id=wanted.customer_id,
        )
        for start in range(-(-now // MINUTE) * MINUTE, end, MINUTE):
            if (start + utc_offset(start, zone)) % (15 * MINUTE) or not _suits(wanted, start, zone):
                continue
            shown = Interval(start, start + wanted.minutes * MINUTE)
            candidate = replace(asked, customer_id=wanted.customer_id, shown=shown)
            with suppress(Refused):
                check_fit(candidate, existing, zone=zone, open_=hours)
                yield Opening(start, staff_id)


def _suits(wanted: Wanted, start: int, zone: str) -> bool:
    day = day_of(start, zone)
    if wanted.weekdays and day.weekday() not in wanted.weekdays:
        return False
    part = at_minute(day, wanted.from_minute, zone), at_minute(day, wanted.to_minute, zone)
    return wanted.any_time or (part[0] <= start and start + wanted.minutes * MINUTE <= part[1])


def _details(wanted: Wanted, one: Opening) -> Details:
    return Details(
        wanted.customer_id or AARON,
        one.staff_id,
        one.starts_at,
        wanted.minutes,
        wanted.type_id,
        wanted.room_id,
    )


def _book(clinic: Practice, wanted: Wanted, one: Opening) -> None:
    """The service takes it; only the customer that nobody asked for may be elsewhere."""
    answers = Answers(same_customer=wanted.customer_id is None)
    id_ = book(clinic.session, BookAppointment(_details(wanted, one), "", answers)).ids[0]
    clinic.mark(id_, Status.CANCELED, "only tried", "clinic")
