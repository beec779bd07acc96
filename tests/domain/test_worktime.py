"""Working time against a clock that is read minute by minute, and against recorded cases (T10)."""

from __future__ import annotations

import json
from collections.abc import Iterable, Iterator
from datetime import UTC, date, datetime, timedelta
from pathlib import Path
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from pim_tui.domain.intervals import Interval, union
from pim_tui.domain.moments import MINUTE, at_minute, fold_of, wall
from pim_tui.domain.worktime import (
    Absence,
    ClinicDays,
    Feast,
    Hours,
    Minutes,
    Special,
    Worker,
    busy_elsewhere,
    minutes_on,
    open_between,
    tidy,
    week_of,
    why_closed,
)
from tests.domain.scheduling_decisions import AVAILABILITY, OPENING_HOURS

NO_DAYS = ClinicDays({}, {})
MON = date(2026, 11, 23)
WEEKDAYS = ("MO", "TU", "WE", "TH", "FR", "SA", "SU")
CHANGES = (
    ("Europe/Berlin", date(2026, 10, 25)),
    ("America/New_York", date(2027, 3, 14)),
    ("Australia/Lord_Howe", date(2027, 4, 4)),  # half an hour
    ("America/Asuncion", date(2023, 10, 1)),  # midnight is skipped
    ("Antarctica/Troll", date(2027, 3, 28)),  # two hours
    ("America/Santiago", date(2027, 4, 3)),  # midnight comes after an hour that comes twice
)
"""Zones and days on which their clocks change."""

minutes = st.lists(
    st.tuples(st.integers(0, 95), st.integers(1, 24)).map(
        lambda part: (part[0] * 15, min(1440, (part[0] + part[1]) * 15))
    ),
    max_size=3,
).map(tidy)
offsets = st.integers(-2, 3)
dates = st.none() | offsets


@st.composite
def hours(draw: st.DrawFn, day: date) -> Hours:
    starts = draw(st.integers(0, 94)) * 15
    since, until = (draw(dates) for _ in range(2))
    return Hours(
        draw(st.integers(0, 6)),
        starts,
        min(1440, starts + draw(st.integers(1, 40)) * 15),
        None if since is None else (day + timedelta(days=since)).isoformat(),
        None if until is None else (day + timedelta(days=until)).isoformat(),
    )


@st.composite
def absences(draw: st.DrawFn, day: date) -> Absence:
    first = day + timedelta(days=draw(offsets))
    if draw(st.booleans()):
        return Absence(first, first + timedelta(days=draw(st.integers(0, 2))))
    starts = draw(st.integers(0, 94)) * 15
    return Absence(first, first, starts, min(1440, starts + draw(st.integers(1, 40)) * 15))


@st.composite
def situations(draw: st.DrawFn) -> tuple[str, date, Worker, ClinicDays]:
    zone, day = draw(st.sampled_from(CHANGES))
    days = offsets.map(lambda n: day + timedelta(days=n))
    special = st.dictionaries(days, minutes.map(Special), max_size=2)
    feasts = st.dictionaries(days, st.booleans().map(lambda closes: Feast("Day", closes)), max_size=1)
    worker = Worker(
        draw(st.lists(hours(day), max_size=6)), draw(st.lists(absences(day), max_size=2)), draw(special)
    )
    return zone, day, worker, ClinicDays(draw(special), draw(feasts))


@given(situation=st.sampled_from(CHANGES), begins=st.integers(-300, 1700), minutes=st.integers(1, 3000))
@settings(max_examples=60)
def test_time_that_is_taken_elsewhere_is_never_worked_whatever_the_clocks_do(
    situation: tuple[str, date], begins: int, minutes: int
) -> None:
    zone, day = situation
    start = at_minute(day, 0, zone) + begins * MINUTE
    end = start + minutes * MINUTE
    days = [day + timedelta(days=n) for n in range(-1, 4)]
    elsewhere = {one.first: [one] for one in busy_elsewhere(start, end, "", zone)}
    open_ = open_between(Worker(elsewhere=elsewhere), NO_DAYS, days[0], days[-1], zone)
    assert not any(part.overlaps(Interval(start, end)) for part in open_)
    whole = at_minute(days[0], 0, zone), at_minute(days[-1], 1440, zone)
    taken = whole[1] - whole[0] - sum(part.seconds for part in open_)
    spare = any(fold_of(at, zone) for at in (start, end - 1, end))
    assert taken == end - start or (spare and taken <= end - start + 2 * 3600)


def clock_of(day: date, zone: str) -> Iterator[tuple[int, int]]:
    """Each minute of a day, and the latest minute that the wall clock has shown by then."""
    latest = 0
    for instant in range(at_minute(day, 0, zone), at_minute(day, 1440, zone), MINUTE):
        shown = wall(instant, zone)
        latest = max(latest, shown.hour * 60 + shown.minute)
        yield instant, latest


def works(worker: Worker, clinic: ClinicDays, day: date, minute: int) -> bool:
    """Whether somebody works at a minute of a day, told in the words of the rule."""

    def inside(parts: Minutes) -> bool:
        return any(starts <= minute < ends for starts, ends in parts)

    for one in worker.absences:
        if one.first <= day <= one.last and inside(one.minutes):
            return False
    house, own, feast = clinic.special.get(day), (worker.special or {}).get(day), clinic.feasts.get(day)
    if house and house.minutes == ():
        return False
    if own:
        return inside(own.minutes)
    text = day.isoformat()
    kept = any(row.since is None or row.since <= text for row in worker.hours)
    week = not kept or any(
        row.weekday == day.weekday()
        and (row.since is None or row.since <= text)
        and (row.until is None or text <= row.until)
        and row.starts <= minute < row.ends
        for row in worker.hours
    )
    if house:
        return week and inside(house.minutes)
    return week and not (feast and feast.closes)


@settings(max_examples=25)
@given(situations())
def test_working_time_is_what_the_wall_clock_shows(
    situation: tuple[str, date, Worker, ClinicDays],
) -> None:
    zone, day, worker, clinic = situation
    first, last = day - timedelta(days=1), day + timedelta(days=1)
    open_ = open_between(worker, clinic, first, last, zone)
    assert list(open_) == union(open_)
    expected = [
        Interval(instant, instant + MINUTE)
        for one in (first, day, last)
        for instant, minute in clock_of(one, zone)
        if works(worker, clinic, one, minute)
    ]
    assert list(open_) == union(expected)


def test_a_break_and_a_new_week_from_a_date() -> None:
    rows = (
        Hours(0, 540, 750, None, "2026-11-29"),
        Hours(0, 810, 1020, None, "2026-11-29"),
        Hours(0, 600, 900, "2026-11-30"),
    )
    worker = Worker(rows)
    assert minutes_on(worker, NO_DAYS, MON) == ((540, 750), (810, 1020))
    assert minutes_on(worker, NO_DAYS, MON + timedelta(days=7)) == ((600, 900),)
    assert week_of(rows, MON + timedelta(days=7))[1] == ()


def test_who_keeps_no_hours_works_all_day_and_who_ended_them_never() -> None:
    assert minutes_on(Worker(), NO_DAYS, MON) == ((0, 1440),)
    ended = Worker((Hours(0, 540, 1020, None, "2026-11-22"),))
    begins = Worker((Hours(0, 540, 1020, "2026-11-24"),))
    assert minutes_on(ended, NO_DAYS, MON) == ()
    assert minutes_on(begins, NO_DAYS, MON) == ((0, 1440),)


@pytest.mark.parametrize(
    ("own", "house", "feast", "expected", "said"),
    [
        (None, None, Feast("Founders' Day"), (), "Closed: Founders' Day"),
        (None, None, Feast("Founders' Day", closes=False), ((540, 1020),), ""),
        (None, Special(((480, 720),)), Feast("Founders' Day"), ((540, 720),), "Hours: 08:00-12:00"),
        (Special(((600, 660),), "audit"), Special(((480, 720),)), None, ((600, 660),), "Hours: audit"),
        (Special(((600, 660),)), Special((), "Move"), None, (), "Closed: Move"),
        (Special(()), None, None, (), "Off"),
    ],
)
def test_what_is_said_of_a_day_replaces_the_week(
    own: Special | None, house: Special | None, feast: Feast | None, expected: Minutes, said: str
) -> None:
    worker = Worker((Hours(0, 540, 1020),), (), {MON: own} if own else None)
    clinic = ClinicDays({MON: house} if house else {}, {MON: feast} if feast else {})
    assert minutes_on(worker, clinic, MON) == expected
    assert why_closed(worker, clinic, MON) == said


def test_leave_is_told_with_its_end_or_its_part_of_the_day() -> None:
    whole = Worker((), (Absence(MON, date(2026, 12, 4)),))
    part = Worker((), (Absence(MON, MON, 600, 720, "training"),))
    assert why_closed(whole, NO_DAYS, MON) == "Leave until 4 Dec 2026"
    assert why_closed(part, NO_DAYS, MON) == "Training 10:00-12:00"
    assert minutes_on(part, NO_DAYS, MON) == ((0, 600), (720, 1440))


def _minute(text: str) -> int:
    hour, minute = map(int, text.split(":"))
    return 1440 if text == "23:59" else hour * 60 + minute


def _parts(texts: Iterable[str]) -> Minutes:
    return tidy((_minute(one), _minute(other)) for one, other in (text.split("-") for text in texts))


def _instant(text: str) -> int:
    return int(datetime.fromisoformat(text).replace(tzinfo=UTC).timestamp())


def _available(case: dict[str, Any]) -> list[list[int]]:
    """The working time that reaches into the window, each day in the zone of that day."""
    rows = tuple(
        Hours(WEEKDAYS.index(day), _minute(row["start"]), _minute(row["end"]))
        for row in case["weekly"]
        for day in row["days"]
    ) or (Hours(0, 0, 1, None, "1970-01-01"),)
    special: dict[date, Special] = {}
    for row in case["date_overrides"]:
        day = date.fromisoformat(row["date"])
        told = tidy((*special.get(day, Special(())).minutes, (_minute(row["start"]), _minute(row["end"]))))
        special[day] = Special(told)
    away = [Absence(date.fromisoformat(day), date.fromisoformat(day)) for day in case["out_of_office"]]
    worker, window = Worker(rows, away, special), Interval(*map(_instant, case["window"]))
    first, last = (datetime.fromtimestamp(at, UTC).date() for at in (window.start, window.end))
    found: list[Interval] = []
    for n in range(-1, (last - first).days + 2):
        day = first + timedelta(days=n)
        zone = next(
            (one["zone"] for one in case["travel"] if one["start"] <= day.isoformat() <= one["end"]),
            case["zone"],
        )
        found += open_between(worker, NO_DAYS, day, day, zone)
    return [[one.start, one.end] for one in union(found) if one.overlaps(window)]


def _asked(case: dict[str, Any]) -> bool | str:
    """What a case about opening hours asks, by the open stretches of two weeks around it."""
    at = _instant(case["at"])
    day = date.fromisoformat(case["at"][:10])
    rows = [
        Hours(WEEKDAYS.index(name), *part) for name, texts in case["weekly"].items() for part in _parts(texts)
    ] or [Hours(0, 0, 1, None, "1970-01-01")]
    said = {text: Special(_parts(parts)) for text, parts in case["exceptions"].items()}
    days = [day + timedelta(days=n) for n in range(-14, 15)]
    special = {
        one: told
        for one in days
        if (told := said.get(one.isoformat()) or said.get(one.isoformat()[5:])) is not None
    }
    open_ = open_between(Worker(rows, (), special), NO_DAYS, days[0], days[-1], "UTC")
    starts, ends = [part.start for part in open_], [part.end for part in open_]
    if case["ask"] == "is_open_on":
        return any(part.overlaps(Interval(at, at + 86_400)) for part in open_)
    if case["ask"] == "is_open":
        return any(part.start <= at < part.end for part in open_)
    found = {
        "next_open": lambda: min(one for one in starts if one > at),
        "previous_open": lambda: max(one for one in starts if one < at),
        "next_close": lambda: min(one for one in ends if one > at),
        "previous_close": lambda: max(one for one in ends if one < at),
    }[case["ask"]]()
    return datetime.fromtimestamp(found, UTC).strftime("%Y-%m-%d %H:%M:%S")


def _cases(shared: Path, name: str) -> list[dict[str, Any]]:
    found: list[dict[str, Any]] = json.loads((shared / f"data/scheduling/{name}.json").read_text())["cases"]
    return found


def test_the_recorded_cases_of_availability(shared: Path) -> None:
    cases = _cases(shared, "availability")
    wanted = {one["id"]: [list(map(_instant, pair)) for pair in one["expect_ranges_utc"]] for one in cases}
    differ = {one["id"] for one in cases if _available(one) != wanted[one["id"]]}
    assert differ == set(AVAILABILITY)


def test_the_recorded_cases_of_opening_hours(shared: Path) -> None:
    differ = {one["id"] for one in _cases(shared, "opening_hours") if _asked(one) != one["expect"]}
    assert differ == set(OPENING_HOURS)
