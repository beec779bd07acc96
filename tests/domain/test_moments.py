"""Wall times, instants and clock changes (T2-T4)."""

from __future__ import annotations

import json
import subprocess
import sys
from datetime import UTC, date, datetime, timedelta
from pathlib import Path
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from pim_tui.domain import moments
from pim_tui.errors import Invalid, NeedsAnswer, Refused

BERLIN = "Europe/Berlin"
ZONES = (
    BERLIN,
    "UTC",
    "America/New_York",
    "America/Sao_Paulo",
    "Asia/Kathmandu",
    "Australia/Lord_Howe",
    "Africa/Cairo",
    "America/Havana",
    "Pacific/Apia",
    "Antarctica/Troll",
    "Europe/Dublin",
)
zones = st.sampled_from(ZONES)
instants = st.integers(int(datetime(1995, 1, 1, tzinfo=UTC).timestamp()), 4_000_000_000)
dates = st.dates(date(1995, 1, 1), date(2090, 1, 1))


def _utc(text: str) -> int:
    return int(datetime.strptime(text, "%Y%m%dT%H%M%SZ").replace(tzinfo=UTC).timestamp())


@pytest.fixture(scope="module")
def changes(shared: Path) -> list[dict[str, Any]]:
    cases: list[dict[str, Any]] = json.loads((shared / "data/timezones/transitions.json").read_text())[
        "cases"
    ]
    return cases


def test_every_skipped_time_is_refused_and_the_end_of_the_gap_is_offered(
    changes: list[dict[str, Any]],
) -> None:
    gaps = [case for case in changes if case["kind"] == "gap"]
    assert gaps
    for case in gaps:
        for text in (case["probe_local"], case["local_from"]):
            with pytest.raises(Refused, match="does not exist on") as refused:
                moments.resolve(datetime.fromisoformat(text), case["zone"], fold=1)
            assert refused.value.rule == "T3", case
            assert refused.value.offers == (_utc(case["utc"]),), case
        ends = datetime.fromisoformat(case["local_to"])
        assert moments.wall(_utc(case["utc"]), case["zone"]) == ends
        assert moments.resolve(ends, case["zone"]) == _utc(case["utc"])


def test_every_doubled_time_is_asked_and_resolves_both_ways(changes: list[dict[str, Any]]) -> None:
    overlaps = [case for case in changes if case["kind"] == "overlap"]
    assert overlaps
    for case in overlaps:
        probe, zone = datetime.fromisoformat(case["probe_local"]), case["zone"]
        both = (_utc(case["probe_utc_first"]), _utc(case["probe_utc_second"]))
        with pytest.raises(NeedsAnswer, match="comes twice on") as asked:
            moments.resolve(probe, zone)
        assert (asked.value.question, asked.value.rule, asked.value.offers) == ("fold", "T3", both)
        assert (moments.resolve(probe, zone, 0), moments.resolve(probe, zone, 1)) == both, case
        assert [moments.fold_of(instant, zone) for instant in both] == [0, 1], case


def test_times_that_others_wrote_are_read_over_every_clock_change(changes: list[dict[str, Any]]) -> None:
    for case in changes:
        told = case["probe_utc_using_offset_before" if case["kind"] == "gap" else "probe_utc_first"]
        found = moments.as_written(datetime.fromisoformat(case["probe_local"]), case["zone"])
        assert found == _utc(told), case
        if case["kind"] == "gap":
            assert moments.wall(found, case["zone"]) == datetime.fromisoformat(case["probe_shown_as"])


def test_every_day_with_a_change_has_its_length(changes: list[dict[str, Any]]) -> None:
    for case in changes:
        start, end = moments.day_bounds(date.fromisoformat(case["local_date"]), case["zone"])
        assert (end - start) / 3600 == case["hours_in_local_date"], case


def test_a_gap_is_refused_in_words() -> None:
    with pytest.raises(Refused) as refused:
        moments.resolve(datetime(2026, 3, 29, 2, 30), BERLIN)
    assert refused.value.message == (
        "02:30 does not exist on 29 Mar 2026 in Europe/Berlin: the clocks go forward; next is 03:00."
    )
    assert refused.value.hint == "Take 03:00 or another time."


def test_an_overlap_is_asked_in_words() -> None:
    with pytest.raises(NeedsAnswer) as asked:
        moments.resolve(datetime(2026, 10, 25, 2, 30), BERLIN)
    assert asked.value.message == "02:30 comes twice on 25 Oct 2026 in Europe/Berlin: the clocks go back."
    assert asked.value.hint == "Say which: the first (UTC+02:00) or the second (UTC+01:00)."


def test_a_date_that_was_jumped_over_is_empty_and_offers_the_next_one() -> None:
    start, end = moments.day_bounds(date(2011, 12, 30), "Pacific/Apia")
    assert start == end
    with pytest.raises(Refused, match=r"next is 00:00 on 31 Dec 2011"):
        moments.resolve(datetime(2011, 12, 30, 12), "Pacific/Apia")


def test_a_day_without_midnight_begins_at_its_first_instant() -> None:
    start, end = moments.day_bounds(date(2018, 11, 4), "America/Sao_Paulo")
    assert moments.clock(start, "America/Sao_Paulo") == "01:00"
    assert end - start == 23 * 3600


@given(instants, zones)
def test_wall_and_resolve_are_inverse(instant: int, zone: str) -> None:
    assert moments.resolve(moments.wall(instant, zone), zone, moments.fold_of(instant, zone)) == instant


@given(st.datetimes(datetime(1995, 1, 1), datetime(2090, 1, 1)), zones)
def test_readings_are_exactly_the_instants_that_show_the_time(naive: datetime, zone: str) -> None:
    naive = naive.replace(microsecond=0)
    for instant in moments.readings(naive, zone):
        assert moments.wall(instant, zone) == naive


@given(instants, zones, st.integers(-800, 800))
def test_so_many_days_on_keeps_the_wall_time(instant: int, zone: str, days: int) -> None:
    expected = moments.wall(instant, zone) + timedelta(days=days)
    if days and not moments.readings(expected, zone):
        with pytest.raises(Refused, match="does not exist"):
            moments.same_wall(instant, zone, days, fold=0)
    else:
        assert moments.wall(moments.same_wall(instant, zone, days, fold=0), zone) == expected


def test_a_week_on_is_an_hour_shorter_across_spring() -> None:
    before = moments.resolve(datetime(2026, 3, 26, 10, 30), BERLIN)
    after = moments.same_wall(before, BERLIN, 7)
    assert moments.clock(after, BERLIN) == "10:30"
    assert after - before == 7 * 86400 - 3600


def test_no_days_on_is_the_same_instant_even_in_an_overlap() -> None:
    second = moments.resolve(datetime(2026, 10, 25, 2, 30), BERLIN, 1)
    assert moments.same_wall(second, BERLIN, 0) == second


def test_a_week_on_into_an_overlap_is_asked() -> None:
    before = moments.resolve(datetime(2026, 10, 18, 2, 30), BERLIN)
    with pytest.raises(NeedsAnswer):
        moments.same_wall(before, BERLIN, 7)


def test_thirty_minutes_across_autumn_are_thirty_minutes() -> None:
    start = moments.resolve(datetime(2026, 10, 25, 2, 45), BERLIN, 0)
    assert moments.clock(start + 30 * 60, BERLIN) == "02:15"  # wall-clock arithmetic would say 03:15


@given(dates, zones)
def test_consecutive_days_are_contiguous_and_never_negative(day: date, zone: str) -> None:
    start, end = moments.day_bounds(day, zone)
    assert start <= end
    assert end == moments.day_bounds(day + timedelta(days=1), zone)[0]


@given(instants, zones)
def test_an_instant_lies_within_the_day_on_its_wall(instant: int, zone: str) -> None:
    start, end = moments.day_bounds(moments.day_of(instant, zone), zone)
    assert start <= instant < end


@pytest.mark.parametrize("name", ["", "Mars/Base", "../../etc/passwd", "/etc/passwd", "Europe", "a\0b", "é"])
def test_an_unknown_zone_is_a_fault_and_never_a_path(name: str) -> None:
    with pytest.raises(Invalid, match="is not a time zone"):
        moments.zone_info(name)


def test_a_date_beyond_the_calendar_is_refused() -> None:
    with pytest.raises(Refused, match="beyond the calendar"):
        moments.add_days(datetime(2026, 1, 1), 9_999_999)
    with pytest.raises(Refused, match="beyond the calendar"):
        moments.day_bounds(date.max, BERLIN)


@pytest.mark.parametrize(("hour", "told"), [(0, "00:05"), (9, "09:05"), (12, "12:05"), (23, "23:05")])
def test_the_time_of_day_has_two_figures_each(hour: int, told: str) -> None:
    instant = moments.resolve(datetime(2026, 11, 24, hour, 5), BERLIN)
    assert moments.clock(instant, BERLIN) == told


def test_dates_are_english_and_unmistakable() -> None:
    assert moments.day_label(date(2026, 11, 24)) == "Tue 24 Nov 2026"
    assert moments.short_day(date(2026, 3, 9)) == "9 Mar 2026"


@pytest.mark.parametrize(
    ("zone", "label"),
    [("America/St_Johns", "UTC-03:30"), ("Asia/Kathmandu", "UTC+05:45"), ("UTC", "UTC+00:00")],
)
def test_the_offset_is_told_with_its_minutes(zone: str, label: str) -> None:
    assert moments.offset_label(_utc("20260101T120000Z"), zone) == label


def test_time_rules_load_without_slow_libraries() -> None:
    code = (
        "import sys, pim_tui.domain.scheduling, pim_tui.domain.states;"
        "sys.exit(bool({'arrow', 'dateutil', 'peewee', 'textual'} & set(sys.modules)))"
    )
    assert subprocess.run([sys.executable, "-c", code], check=False).returncode == 0
