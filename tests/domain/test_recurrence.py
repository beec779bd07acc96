"""Recurrence rules: reading, the normal form, the dates (T4, T11, T12) and the bounds."""

from __future__ import annotations

import json
from datetime import UTC, datetime, timedelta
from itertools import islice
from pathlib import Path
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from pim_tui.domain.recurrence import BadRule, end_of, occurrences, one_end, read_rule, starts
from tests.domain.recurrence_decisions import CONTESTED, RULES

BERLIN = "Europe/Berlin"


def at(text: str) -> datetime:
    """``20260301T1030`` or ``20260301``."""
    text = text.rstrip("Z")
    return datetime.strptime(text.ljust(15, "0") if "T" in text else f"{text}T000000", "%Y%m%dT%H%M%S")


def utc(text: str) -> int:
    return int(at(text).replace(tzinfo=UTC).timestamp())


def days(rule: str, start: str, **bounds: Any) -> list[str]:
    return [wall.strftime("%Y%m%d") for wall in occurrences(read_rule(rule), at(start), **bounds).walls]


# --- recorded answers ----------------------------------------------------------------------------


def _agrees(case: dict[str, Any]) -> bool:
    """Whether our answer to a recorded case is the expected one."""
    wanted = [at(text) for text in case["instances"]]
    try:
        rule = read_rule(case["rrule"])
    except BadRule:
        return case["expect"] == "error"
    assert read_rule(str(rule)) == rule, case
    if case["expect"] == "error":
        # Where other programs give up in the middle, ours says that its answer is not the whole. What they
        # refuse to read at all is another matter.
        gives_up = case["error_stage"] == "enumerate" and "outside-rfc5545" not in case["tags"]
        return gives_up and occurrences(rule, at(case["dtstart"])).cut
    first, last = case.get("window") or (case.get("from"), None)
    found = occurrences(
        rule,
        at(case["dtstart"]),
        first=first and at(first),
        last=last and at(last) + timedelta(seconds=1),
        most=len(wanted) + bool(case["complete"]),
    )
    return list(found.walls) == wanted and not (case["complete"] and found.cut)


def test_every_recorded_rule_gives_the_recorded_dates(shared: Path) -> None:
    cases = json.loads((shared / "data/rrule/rrule_cases.json").read_text())["cases"]
    assert len(cases) == 229
    assert sorted(case["id"] for case in cases if not _agrees(case)) == sorted(RULES)
    assert set(CONTESTED) <= {case["id"] for case in cases}


@pytest.mark.parametrize(
    ("rule", "start", "expected"),
    [
        ("FREQ=MONTHLY;COUNT=3", "20260131", ["20260131", "20260331", "20260531"]),
        ("FREQ=YEARLY;COUNT=2", "20240229", ["20240229", "20280229"]),
        ("FREQ=MONTHLY;BYDAY=MO,1TU;COUNT=3", "20260601", ["20260601", "20260602", "20260608"]),
        ("FREQ=WEEKLY;BYDAY=MO,TU,WE;BYSETPOS=1,2;COUNT=3", "20260106", ["20260106", "20260112", "20260113"]),
        ("FREQ=YEARLY;BYWEEKNO=53;COUNT=1", "20230101", ["20270103"]),
        ("FREQ=YEARLY;BYMONTHDAY=2,-1", "20110101", ["20110102", "20110131", "20120102"]),
        ("FREQ=WEEKLY;BYDAY=MO,FR", "20120101", ["20120102", "20120106", "20120109"]),
    ],
)
def test_what_other_programs_get_wrong(rule: str, start: str, expected: list[str]) -> None:
    assert days(rule, start, most=3)[: len(expected)] == expected


# --- reading and writing -------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("text", "normal"),
    [
        ("freq=weekly; byday = fr,mo,fr ;", "FREQ=WEEKLY;BYDAY=MO,FR"),
        ("INTERVAL=1;WKST=MO;FREQ=DAILY;X-GOOGLE=1", "FREQ=DAILY"),
        ("UNTIL=2024-01-17T22:00:00Z;FREQ=DAILY", "FREQ=DAILY;UNTIL=20240117T220000Z"),
        ("FREQ=DAILY;UNTIL=20240117T2200", "FREQ=DAILY;UNTIL=20240117T220000"),
        ("RSCALE=GREGORIAN;FREQ=YEARLY;SKIP=OMIT;UNTIL=20240117", "FREQ=YEARLY;UNTIL=20240117"),
        ("FREQ=MONTHLY;BYDAY=+2TU,0WE,-1MO", "FREQ=MONTHLY;BYDAY=-1MO,2TU"),
        ("FREQ=DAILY;BYSECOND=60,0", "FREQ=DAILY;BYSECOND=0"),
        ("FREQ=DAILY\\;COUNT=10", "FREQ=DAILY;COUNT=10"),
        ("FREQ=WEEKLY;UNTIL=20260401;COUNT=-1;BYDAY=MO", "FREQ=WEEKLY;UNTIL=20260401;BYDAY=MO"),
    ],
)
def test_rules_as_files_hold_them_are_read_and_written_in_one_form(text: str, normal: str) -> None:
    assert str(read_rule(text)) == normal
    assert str(read_rule(normal)) == normal


@pytest.mark.parametrize(
    ("text", "says"),
    [
        ("", "has no FREQ"),
        ("FREQ=SOMETIMES", "SOMETIMES is no frequency"),
        ("FREQ=DAILY;INTERVAL=0", "INTERVAL cannot be 0"),
        ("FREQ=DAILY;COUNT=-2", "COUNT=-2 is no number"),
        ("FREQ=DAILY;COUNT=" + "9" * 500, "is no number"),
        ("FREQ=DAILY;BYMONTH=13", "BYMONTH cannot be 13"),
        ("FREQ=DAILY;BYMONTHDAY=0", "BYMONTHDAY cannot be 0"),
        ("FREQ=DAILY;BYDAY=1MO", "belongs to monthly and yearly"),
        ("FREQ=MONTHLY;BYDAY=6MO", "at most five times"),
        ("FREQ=YEARLY;BYWEEKNO=2;BYDAY=1MO", "beside BYWEEKNO"),
        ("FREQ=WEEKLY;BYDAY=0MO", "names nothing"),
        ("FREQ=WEEKLY;BYDAY=MON", "MON is no weekday"),
        ("FREQ=WEEKLY;UNTIL=20260231", "is no date"),
        ("FREQ=WEEKLY;UNTIL=123456T123456", "is no date"),
        ("FREQ=WEEKLY;UNTIL=", "says nothing"),
        ("FREQ=WEEKLY;BYDAY", "says nothing"),
        ("FREQ=WEEKLY;FREQ=DAILY", "twice"),
        ("FREQ=YEARLY;BYEASTER=1", "no part of a rule"),
        ("FREQ=MONTHLY;SKIP=FORWARD", "no part of a rule"),
        ("FREQ=DAILY;BYHOUR=" + "1," * 600 + "1", "longer than"),
    ],
)
def test_nonsense_is_refused_with_the_part_that_is_wrong(text: str, says: str) -> None:
    with pytest.raises(BadRule, match=says) as caught:
        read_rule(text)
    assert caught.value.hint


# --- on the wall and in UTC ----------------------------------------------------------------------


def test_a_series_keeps_its_wall_time_over_a_clock_change_and_its_gap() -> None:
    found = starts(read_rule("FREQ=WEEKLY;COUNT=3"), at("20250316T0230"), BERLIN).at
    assert found == (utc("20250316T0130"), utc("20250323T0130"), utc("20250330T0130"))


def test_a_time_that_comes_twice_is_the_first_and_still_before_until() -> None:
    rule = read_rule("FREQ=DAILY;UNTIL=20201025T010000Z")
    found = starts(rule, at("20201024T0230"), "Europe/Amsterdam").at
    assert found == (utc("20201024T0030"), utc("20201025T0030"))


@pytest.mark.parametrize(("until", "count"), [("20240117", 3), ("20240117T210000Z", 3), ("20240117T2159", 2)])
def test_until_in_any_form_is_inclusive(until: str, count: int) -> None:
    rule = read_rule(f"FREQ=DAILY;UNTIL={until}")
    assert len(starts(rule, at("20240115T2200"), BERLIN).at) == count


def test_every_hour_of_a_long_and_of_a_short_day_comes_once() -> None:
    rule = read_rule("FREQ=HOURLY")
    for day, hours in (("20251026", 25), ("20250330", 23), ("20250401", 24)):
        begin = utc(day) - starts_offset(day)
        found = starts(rule, at("20250101"), BERLIN, first=begin, last=begin + hours * 3600).at
        assert found == tuple(range(begin, begin + hours * 3600, 3600))


def starts_offset(day: str) -> int:
    """Seconds that midnight in Berlin is ahead of UTC."""
    return 7200 if day in ("20251026", "20250401") else 3600


def test_dates_left_out_and_added_are_instants() -> None:
    rule = read_rule("FREQ=DAILY;COUNT=3")
    found = starts(rule, at("20260101T10"), "UTC", out=(utc("20260102T10"),), added=(utc("20260102T12"),))
    assert found.at == (utc("20260101T10"), utc("20260102T12"), utc("20260103T10"))
    assert not found.cut


def test_days_are_calendar_days_and_minutes_are_elapsed() -> None:
    night = utc("20241026T2300")
    assert end_of(night, BERLIN, 0, 24 * 60) - night == 86_400
    assert end_of(night, BERLIN, 1, 0) - night == 90_000


@pytest.mark.parametrize(
    ("rule", "kept"),
    [
        ("FREQ=DAILY;COUNT=3;UNTIL=20270101", "FREQ=DAILY;COUNT=3"),
        ("FREQ=DAILY;COUNT=999999999;UNTIL=20270101", "FREQ=DAILY;UNTIL=20270101"),
        ("FREQ=DAILY;COUNT=3", "FREQ=DAILY;COUNT=3"),
    ],
)
def test_of_two_ends_the_first_stays(rule: str, kept: str) -> None:
    assert str(one_end(read_rule(rule), at("20260101T10"), BERLIN, patience=2_000)) == kept


# --- bounds --------------------------------------------------------------------------------------

HOSTILE = (
    "FREQ=SECONDLY;BYMONTH=2;BYMONTHDAY=30",
    "FREQ=MINUTELY;INTERVAL=2;BYMINUTE=1",
    "FREQ=SECONDLY;COUNT=999999999",
    "FREQ=WEEKLY;BYMONTHDAY=30;BYMONTH=2",
    "FREQ=YEARLY;BYDAY=MO,TU;BYHOUR=1,2,3;BYSETPOS=-1,1",
    "FREQ=DAILY;BYHOUR=0,1,2,3,4;BYMINUTE=" + ",".join(map(str, range(60))),
)


@pytest.mark.parametrize("rule", HOSTILE)
def test_a_hostile_rule_ends_after_the_same_little_work_everywhere(rule: str) -> None:
    far = {"first": at("99000101"), "last": at("99010101")}
    for bounds in ({}, far):
        found = occurrences(read_rule(rule), at("19700101"), most=100, patience=5_000, **bounds)
        again = occurrences(read_rule(rule), at("19700101"), most=100, patience=5_000, **bounds)
        assert found == again
        assert found.cut or found.walls or bounds


def test_a_window_far_away_is_reached_in_one_step() -> None:
    for rule in (
        "FREQ=SECONDLY;INTERVAL=7",
        "FREQ=DAILY",
        "FREQ=WEEKLY;INTERVAL=3",
        "FREQ=MONTHLY",
        "FREQ=YEARLY",
    ):
        found = occurrences(read_rule(rule), at("00010101T10"), first=at("99000101"), most=2, patience=500)
        assert len(found.walls) == 2, rule


@pytest.mark.parametrize("rule", ["FREQ=DAILY;INTERVAL=9999999999", "FREQ=YEARLY;INTERVAL=9000000000"])
def test_a_step_of_billions_leaves_the_first_date(rule: str) -> None:
    assert days(rule, "20260101", last=datetime.max) == ["20260101"]


def test_the_last_year_cuts_an_endless_rule_and_not_one_that_ends() -> None:
    assert occurrences(read_rule("FREQ=YEARLY"), at("99980101")).cut
    assert occurrences(read_rule("FREQ=YEARLY;COUNT=3"), at("99980101")).cut
    assert not occurrences(read_rule("FREQ=YEARLY;COUNT=2"), at("99980101")).cut
    assert not occurrences(read_rule("FREQ=YEARLY;UNTIL=99990101"), at("99980101")).cut


def _lists(low: int, high: int) -> st.SearchStrategy[str]:
    numbers = st.integers(low, high).filter(lambda number: number or not low < 0)
    return st.lists(numbers, min_size=1, max_size=3).map(lambda found: ",".join(map(str, found)))


PARTS = st.fixed_dictionaries(
    {"FREQ": st.sampled_from(["SECONDLY", "MINUTELY", "HOURLY", "DAILY", "WEEKLY", "MONTHLY", "YEARLY"])},
    optional={
        "INTERVAL": st.integers(1, 2_000_000_000).map(str) | st.integers(1, 9).map(str),
        "COUNT": st.integers(1, 20).map(str) | st.just("999999999"),
        "UNTIL": st.sampled_from(["20300101", "99991231T235959Z", "19000101T000000"]),
        "BYMONTH": _lists(1, 12),
        "BYMONTHDAY": _lists(-31, 31),
        "BYYEARDAY": _lists(-366, 366),
        "BYWEEKNO": _lists(-53, 53),
        "BYDAY": st.sampled_from(["MO", "SU,WE", "TU,TH,SA"]),
        "BYHOUR": _lists(0, 23),
        "BYMINUTE": _lists(0, 59),
        "BYSECOND": _lists(0, 60),
        "BYSETPOS": _lists(-9, 9),
        "WKST": st.sampled_from(["SU", "TH"]),
    },
)
WALLS = st.datetimes(datetime(1, 1, 1), datetime(9999, 12, 31)).map(lambda wall: wall.replace(microsecond=0))


@given(PARTS, WALLS, WALLS, st.timedeltas(timedelta(0), timedelta(days=4000)))
@settings(max_examples=100, deadline=None)
def test_any_rule_ends_sorted_unique_and_within_its_window(
    parts: dict[str, str], start: datetime, first: datetime, length: timedelta
) -> None:
    try:
        rule = read_rule(";".join(f"{name}={value}" for name, value in parts.items()))
    except BadRule:
        return
    assert read_rule(str(rule)) == rule
    last = first + min(length, datetime.max - first)
    found = occurrences(rule, start, first=first, last=last, most=50, patience=3_000)
    assert len(found.walls) <= 50
    assert list(found.walls) == sorted(set(found.walls))
    assert all(max(first, start) <= wall < last for wall in found.walls)


WEEKDAYS = ("MO", "TU", "WE", "TH", "FR", "SA", "SU")
PLAIN = st.fixed_dictionaries(
    {"FREQ": st.sampled_from(["HOURLY", "DAILY", "WEEKLY", "MONTHLY", "YEARLY"])},
    optional={
        "INTERVAL": st.integers(1, 5).map(str),
        "COUNT": st.integers(1, 20).map(str),
        "BYMONTH": _lists(1, 12),
        "BYDAY": st.lists(st.sampled_from(WEEKDAYS), min_size=1, max_size=3).map(",".join),
        "BYHOUR": _lists(0, 23),
        "WKST": st.sampled_from(WEEKDAYS),
    },
)
"""Rules about which no two programs differ."""


@given(PLAIN, st.datetimes(datetime(2000, 1, 1), datetime(2030, 1, 1)))
@settings(max_examples=60, deadline=None)
def test_plain_rules_give_what_another_library_gives(parts: dict[str, str], start: datetime) -> None:
    from dateutil.rrule import rrulestr

    text = ";".join(f"{name}={value}" for name, value in parts.items())
    start = start.replace(microsecond=0)
    found = occurrences(read_rule(text), start, most=12, patience=20_000)
    try:
        theirs = rrulestr(text, dtstart=start)
    except ValueError:
        # It refuses hours that the interval never meets; ours looks for them and finds none.
        assert not found.walls
        return
    assert list(found.walls) == list(islice(theirs, len(found.walls)))
    assert found.cut or len(list(islice(theirs, 13))) == len(found.walls)


@given(
    PARTS,
    st.datetimes(datetime(2000, 1, 1), datetime(2030, 1, 1)),
    st.sampled_from([BERLIN, "Asia/Kathmandu"]),
)
@settings(max_examples=60, deadline=None)
def test_the_instants_of_a_window_are_those_of_the_whole_in_it(
    parts: dict[str, str], start: datetime, zone: str
) -> None:
    try:
        rule = read_rule(";".join(f"{name}={value}" for name, value in parts.items()))
    except BadRule:
        return
    start = start.replace(microsecond=0)
    first, last = utc("20260101"), utc("20260201")
    whole = starts(rule, start, zone, last=last, most=3_000, patience=6_000)
    part = starts(rule, start, zone, first=first, last=last, most=3_000, patience=6_000)
    if not whole.cut and not part.cut:
        assert part.at == tuple(instant for instant in whole.at if instant >= first)
