"""Shares, quartiles, hours and months of reports, as properties."""

from __future__ import annotations

from collections import Counter
from datetime import date, datetime, timedelta
from zoneinfo import ZoneInfo

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from pim_tui.domain.reports import (
    Asked,
    Quartiles,
    cells,
    cells_between,
    days_of,
    months,
    quartiles,
    share,
)
from pim_tui.errors import Refused, UsageError

ZONES = ("Europe/Berlin", "Australia/Lord_Howe", "Asia/Kathmandu", "America/Santiago", "Africa/Casablanca")
DAYS = st.dates(date(2024, 1, 1), date(2027, 12, 31))


@given(st.integers(0, 10**9), st.integers(0, 10**9))
def test_a_share_is_in_thousandths_half_up_and_none_of_nothing(part: int, whole: int) -> None:
    found = share(part, whole)
    if not whole:
        assert found is None
    else:
        assert found is not None
        assert (2 * found - 1) * whole <= 2_000 * part < (2 * found + 1) * whole


@given(st.lists(st.integers(-30, 400), max_size=60))
def test_a_quartile_is_a_value_that_occurred_and_enough_are_no_greater(values: list[int]) -> None:
    found = quartiles(Counter(values))
    if not values:
        assert found == Quartiles(None, None, None)
        return
    for quarter, value in enumerate(found, 1):
        assert value in values
        assert 4 * sum(one <= value for one in values) >= quarter * len(values)
        assert 4 * sum(one < value for one in values) < quarter * len(values)


@settings(max_examples=40)
@given(st.integers(0, 6), st.integers(0, 1439), st.integers(1, 2_000))
def test_the_hours_of_a_stretch_hold_each_minute_once(weekday: int, starts: int, minutes: int) -> None:
    told = Counter[tuple[int, int]]()
    for minute in range(starts, starts + minutes):
        told[(weekday + minute // 1440) % 7, minute % 1440 // 60] += 1
    found = Counter[tuple[int, int]]()
    for cell, part in cells(weekday, starts, minutes):
        found[cell] += part
    assert found == told


@settings(max_examples=40, deadline=None)
@given(DAYS, st.integers(0, 1439), st.integers(1, 600), st.sampled_from(ZONES))
def test_the_hours_of_instants_are_what_the_wall_clock_shows(
    day: date, minute: int, minutes: int, zone: str
) -> None:
    start = int(datetime(day.year, day.month, day.day, tzinfo=ZoneInfo("UTC")).timestamp()) + minute * 60
    told = Counter[tuple[int, int]]()
    for at in range(start, start + minutes * 60, 60):
        shown = datetime.fromtimestamp(at, ZoneInfo(zone))
        told[shown.weekday(), shown.hour] += 1
    found = Counter[tuple[int, int]]()
    for cell, part in cells_between(start, start + minutes * 60, zone):
        found[cell] += part
    assert found == told


@given(DAYS, st.integers(0, 900))
def test_months_cut_a_period_into_its_days(first: date, length: int) -> None:
    last = first + timedelta(days=length)
    pieces = list(months(first, last))
    assert [day for piece in pieces for day in days_of(*piece)] == list(days_of(first, last))
    assert all(one[0].month == one[1].month and one[0].year == one[1].year for one in pieces)


def test_what_cannot_be_asked_for_is_refused() -> None:
    day = date(2026, 11, 1)
    with pytest.raises(UsageError, match="no report"):
        Asked("profits", day, day, "staff")
    with pytest.raises(UsageError, match="not divided by hour"):
        Asked("use", day, day, "hour")
    with pytest.raises(Refused, match="ends before"):
        Asked("use", day, day - timedelta(days=1), "staff")
    with pytest.raises(Refused, match="longer than"):
        Asked("use", date(1900, 1, 1), day, "staff")
