"""What may lie outside working time: whatever is passed over lies inside, and most is passed over (T10)."""

from __future__ import annotations

from datetime import date

from hypothesis import given, settings
from hypothesis import strategies as st

from pim_tui.domain.intervals import Interval
from pim_tui.domain.moments import MINUTE, at_minute
from pim_tui.domain.outlying import starts_in_doubt
from pim_tui.domain.worktime import Minutes, instants
from tests.domain.test_worktime import CHANGES, minutes


@given(
    change=st.sampled_from(CHANGES),
    worked=st.lists(minutes, min_size=1, max_size=3),
    begins=st.integers(-20, 120),
    length=st.integers(1, 12),
    more=st.integers(0, 4),
)
@settings(max_examples=150)
def test_what_is_passed_over_lies_in_the_time_of_all(
    change: tuple[str, date], worked: list[Minutes], begins: int, length: int, more: int
) -> None:
    zone, day = change
    start = at_minute(day, 0, zone) + begins * 15 * MINUTE
    visit = Interval(start, start + length * 15 * MINUTE)
    doubts = starts_in_doubt(day, worked, (length + more) * 15, zone)
    if not any(one.since <= start < one.until for one in doubts):
        assert all(any(part.contains(visit) for part in instants(own, day, zone)) for own in worked)


def test_only_the_edges_of_what_all_work_are_in_doubt() -> None:
    day, zone = date(2026, 11, 25), "Europe/Berlin"
    worked = (((480, 750), (810, 1020)), ((540, 1080),))
    found = starts_in_doubt(day, worked, 30, zone)
    edges = [at_minute(day, minute, zone) for minute in (540, 720, 810, 990)]
    assert {one.day for one in found} == {"2026-11-25"}
    assert [one.until for one in found][:2] == [edges[0], edges[2]]
    assert [one.since for one in found][1:] == [edges[1] + 1, edges[3] + 1]
