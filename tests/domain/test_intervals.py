"""Sets of half-open intervals against a set of minutes (T1)."""

from __future__ import annotations

import json
from collections.abc import Iterable
from datetime import UTC, datetime, timedelta
from itertools import pairwise
from pathlib import Path
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from pim_tui.domain.intervals import Interval, intersect, lanes, subtract, union
from pim_tui.errors import Invalid

_OUT_OF_SCOPE = {
    "take_hours_backward": "spreads work backwards over free time; no rule of a clinic asks for it"
}
_WEEKDAYS = ("MO", "TU", "WE", "TH", "FR", "SA", "SU")

intervals = st.builds(
    lambda start, length: Interval(start, start + length), st.integers(0, 60), st.integers(0, 15)
)
some = st.lists(intervals, max_size=12)


def _minutes(many: Iterable[Interval]) -> set[int]:
    return {at for one in many for at in range(one.start, one.end)}


def _is_tidy(many: list[Interval]) -> bool:
    """Sorted, without empty members, and never touching."""
    return all(many) and all(one.end < then.start for one, then in pairwise(many))


def _instant(text: str) -> int:
    moment = datetime.fromisoformat(text)
    return int((moment if moment.tzinfo else moment.replace(tzinfo=UTC)).timestamp())


def _read(pairs: Iterable[Iterable[str]]) -> list[Interval]:
    return [Interval(*map(_instant, pair)) for pair in pairs]


def _working_day(case: dict[str, Any]) -> list[Interval]:
    """The asked day's hours, cut to the window and without leave."""
    begins = datetime.fromisoformat(case["from"])
    hours = [
        [f"{begins.date()}T{at}" for at in pair]
        for pair in case["weekly"].get(_WEEKDAYS[begins.weekday()], [])
    ]
    ends = case["to"] or f"{begins.date() + timedelta(days=1)}T00:00"
    window = Interval(_instant(case["from"]), _instant(ends))
    return subtract(intersect(_read(hours), [window]), _read(case["leaves"]))


def test_the_published_cases(shared: Path) -> None:
    cases = json.loads((shared / "data/scheduling/intervals.json").read_text())["cases"]
    run = 0
    for case in cases:
        if case["op"] in _OUT_OF_SCOPE:
            continue
        if case["op"] == "subtract":
            got = subtract(_read(case["source"]), _read(case["minus"]))
        elif case["op"] == "intersect":
            got = intersect(*map(_read, case["sets"]))
        else:
            assert case["op"] == "working_intervals_of_day"
            got = _working_day(case)
        assert got == _read(case["expect"]), case["id"]
        run += 1
    assert run == len(cases) - 1


@given(some)
def test_union_covers_the_same_minutes(many: list[Interval]) -> None:
    assert _minutes(union(many)) == _minutes(many)
    assert _is_tidy(union(many))


@given(some, some)
def test_subtract_leaves_exactly_the_other_minutes(many: list[Interval], minus: list[Interval]) -> None:
    left = subtract(many, minus)
    assert _minutes(left) == _minutes(many) - _minutes(minus)
    assert _is_tidy(left)


@given(st.lists(some, min_size=1, max_size=4))
def test_intersect_keeps_exactly_the_common_minutes(sets: list[list[Interval]]) -> None:
    common = intersect(*sets)
    assert _minutes(common) == set.intersection(*map(_minutes, sets))
    assert _is_tidy(common)


@given(intervals, some)
def test_what_is_left_and_what_is_taken_make_the_whole(within: Interval, taken: list[Interval]) -> None:
    assert _minutes(subtract((within,), taken)) == _minutes([within]) - _minutes(taken)


@given(intervals, intervals)
def test_overlapping_is_sharing_a_minute(one: Interval, other: Interval) -> None:
    shared_minutes = _minutes([one]) & _minutes([other])
    assert one.overlaps(other) == other.overlaps(one) == bool(shared_minutes)
    assert _minutes(filter(None, [one.common(other)])) == shared_minutes


def test_touching_intervals_do_not_overlap() -> None:
    assert not Interval(600, 630).overlaps(Interval(630, 660))
    assert lanes([Interval(600, 630), Interval(630, 660)]) == [(0, 1), (0, 1)]


def test_an_interval_contains_itself_and_not_a_longer_one() -> None:
    hours = Interval(600, 660)
    assert hours.contains(hours)
    assert not hours.contains(Interval(600, 661))


def test_an_end_before_the_start_is_a_fault() -> None:
    with pytest.raises(Invalid, match="before the start"):
        Interval(2, 1)


filled = st.lists(intervals.filter(bool), max_size=14)


def _groups(many: list[Interval]) -> list[set[int]]:
    """The indexes tied together by overlaps, found the slow way."""
    groups: list[set[int]] = []
    for index, interval in enumerate(many):
        tied = [group for group in groups if any(many[other].overlaps(interval) for other in group)]
        groups = [group for group in groups if group not in tied] + [{index}.union(*tied)]
    return groups


@given(filled)
def test_a_group_gets_as_few_lanes_as_its_busiest_minute(many: list[Interval]) -> None:
    laid = lanes(many)
    for group in _groups(many):
        depth = max(
            sum(many[i].start <= at < many[i].end for i in group) for at in _minutes(many[i] for i in group)
        )
        assert {laid[index][1] for index in group} == {depth}
        assert {laid[index][0] for index in group} == set(range(depth))


@given(filled)
def test_nothing_is_drawn_over_something_else(many: list[Interval]) -> None:
    laid = lanes(many)
    for one, (lane, _) in enumerate(laid):
        for other in range(one):
            assert not (many[one].overlaps(many[other]) and lane == laid[other][0])


def test_lanes_keep_the_given_order_of_equal_starts() -> None:
    assert lanes([Interval(10, 20), Interval(10, 40), Interval(5, 15)]) == [(1, 3), (2, 3), (0, 3)]
    assert lanes([Interval(10, 40), Interval(20, 30), Interval(50, 60)]) == [(0, 2), (1, 2), (0, 1)]
    assert lanes([]) == []


@given(filled)
def test_a_later_neighbour_moves_nobody_to_another_lane(many: list[Interval]) -> None:
    latest = max((one.start for one in many), default=0)
    after = lanes([*many, Interval(latest, latest + 5)])
    assert [lane for lane, _ in after[:-1]] == [lane for lane, _ in lanes(many)]
