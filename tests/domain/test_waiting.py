"""What somebody who waits would take, who comes first, and the line in which wishes are typed."""

from __future__ import annotations

from datetime import date, datetime, time
from zoneinfo import ZoneInfo

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from pim_tui.domain.quickline import Named, Names, TypeNamed
from pim_tui.domain.waiting import Slot, Wish, fits, left_of
from pim_tui.domain.wishes import as_line, read_wishes

ZONE = "Europe/Berlin"
NAMES = Names(
    zone=ZONE, today=date(2026, 11, 23), now=datetime(2026, 11, 23, 9, 20),
    staff=(Named(2, "Dr Lee", ("DL",)), Named(3, "Dr Sato", ("DS",)), Named(4, "Nurse Ito", ("NI",))),
    rooms=(Named(1, "Room 1"),), types=(TypeNamed(1, "Follow-up", ("fu",), 30, "in_person"),
                     TypeNamed(2, "First visit", ("fv",), 60, "in_person")),
    order="dmy", default_minutes=30,
)  # fmt: skip

DAYS = st.dates(date(2026, 3, 20), date(2026, 11, 10))
MINUTES = st.integers(0, 1439)


def optional(values: st.SearchStrategy[object]) -> st.SearchStrategy[object]:
    return st.none() | values


@st.composite
def wishes(draw: st.DrawFn) -> Wish:
    first, last = sorted((draw(DAYS), draw(DAYS)))
    low, high = sorted((draw(MINUTES), draw(MINUTES)))
    return Wish(
        draw(st.integers(1, 600)),
        draw(st.integers(0, 2)),
        draw(st.sampled_from((None, 1, 2))),
        draw(st.sampled_from((None, 2, 3))),
        draw(st.sampled_from((None, first))),
        draw(st.sampled_from((None, last))),
        "".join(sorted(draw(st.sets(st.sampled_from("0123456"))))),
        draw(st.sampled_from((None, low or None))),
        draw(st.sampled_from((None, high + 1 if high < 1439 else None))),
    )


@st.composite
def slots(draw: st.DrawFn) -> Slot:
    noon = datetime.combine(draw(DAYS), time(12), ZoneInfo("UTC"))
    start = int(noon.timestamp()) + 60 * draw(st.integers(-720, 719))
    return Slot(draw(st.sampled_from((2, 3))), None, start, draw(st.integers(1, 600)))


def naive(wish: Wish, slot: Slot) -> bool:
    """Minute by minute on the wall, as a person would go through the list."""
    if wish.staff_id is not None and wish.staff_id != slot.staff_id:
        return False
    if slot.minutes < wish.minutes:
        return False
    begins = datetime.fromtimestamp(slot.starts_at, ZoneInfo(ZONE))
    if wish.first_day is not None and begins.date() < wish.first_day:
        return False
    if wish.last_day is not None and begins.date() > wish.last_day:
        return False
    if wish.weekdays and begins.weekday() not in {int(digit) for digit in wish.weekdays}:
        return False
    for passed in (0, wish.minutes):
        here = datetime.fromtimestamp(slot.starts_at + 60 * passed, ZoneInfo(ZONE))
        over = (here.date() - begins.date()).days
        minute = 24 * 60 * over + 60 * here.hour + here.minute
        if passed == 0 and wish.from_minute is not None and minute < wish.from_minute:
            return False
        if passed and wish.to_minute is not None and minute > wish.to_minute:
            return False
    return True


@given(wishes(), slots())
@settings(max_examples=60, deadline=None)
def test_a_time_fits_a_wish_as_a_person_would_read_it(wish: Wish, slot: Slot) -> None:
    assert fits(wish, slot, ZONE) == naive(wish, slot)


@given(wishes())
@settings(max_examples=50, deadline=None)
def test_the_line_that_is_shown_is_read_back_as_the_same_wish(wish: Wish) -> None:
    staff = {2: "Dr Lee", 3: "Dr Sato"}.get(wish.staff_id or 0, "")
    kind = {1: "Follow-up", 2: "First visit"}.get(wish.type_id or 0, "")
    read, faults = read_wishes(as_line(wish, staff, kind), NAMES)
    assert (read, faults) == (wish, [])


@given(st.text(max_size=80) | st.lists(st.sampled_from(
    ("from", "until", "with", "mon", "9-12", "30m", "urgent", "dr", "lee", "next", "week", "14", "dec", "-")
), max_size=12).map(" ".join))  # fmt: skip
@settings(max_examples=60, deadline=None)
def test_no_line_is_too_odd_to_be_read(line: str) -> None:
    wish, _ = read_wishes(line, NAMES)
    assert wish.minutes >= 1


@pytest.mark.parametrize(
    ("line", "wish"),
    [
        ("mon,thu mornings dr lee 30m urgent", Wish(30, 2, None, 2, None, None, "03", None, 720)),
        ("fv with sato tue-thu from 14:00", Wish(60, 0, 2, 3, None, None, "123", 840, None)),
        ("first visit soon next week", Wish(60, 1, 2, None, date(2026, 11, 30), date(2026, 12, 6))),
        (
            "9-12:30 from 1 dec until 20 dec 45 min",
            Wish(45, 0, None, None, date(2026, 12, 1), date(2026, 12, 20), "", 540, 750),
        ),
        ("fridays after 3 nurse ito", Wish(30, 0, None, 4, None, None, "4", 900, None)),
        ("until noon", Wish(30, 0, None, None, None, None, "", None, 720)),
        ("evenings any asap", Wish(30, 2, None, None, None, None, "", 1020, None)),
        ("by fri", Wish(30, 0, None, None, None, date(2026, 11, 27))),
        ("", Wish(30)),
    ],
)
def test_wishes_are_read_in_any_order(line: str, wish: Wish) -> None:
    assert read_wishes(line, NAMES) == (wish, [])


@pytest.mark.parametrize(
    ("line", "says"),
    [
        ("mon mroning", "“mroning” was not understood"),
        ("lee or sato", "one can be waited for"),
        ("in room 1", "nobody waits for a room"),
        ("from 1 dec until 25 nov", "last day comes before"),
        ("12-9", "No time of the day is left"),
    ],
)
def test_what_was_not_understood_is_named(line: str, says: str) -> None:
    faults = read_wishes(line, NAMES)[1]
    assert says in " ".join(fault.message for fault in faults)


def test_of_a_freed_time_what_has_passed_is_not_offered() -> None:
    assert left_of(600, 2400, 0) == (600, 30)
    assert left_of(600, 2400, 1201) == (1260, 19)
    assert left_of(600, 2400, 2400) is None
