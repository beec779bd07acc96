"""Where blocks go: rows, lanes, what is clipped and what is counted."""

from __future__ import annotations

from datetime import date

import pytest
from hypothesis import given
from hypothesis import strategies as st

from pim_tui.domain import moments
from pim_tui.domain.agenda import Block, DayLoad
from pim_tui.domain.layout import (
    LANE_CELLS,
    Layout,
    Rows,
    filled,
    lay_out,
    month_days,
    page_of,
    scrolled,
    shared_out,
    span_of,
    spelled,
)

ZONE = "Europe/Berlin"
SLOT = 900
DAY = Rows(0, 86_400, SLOT)


def block(id: int, start: int, minutes: int, status: str = "S") -> Block:
    return Block(id, 1, 1, "Jane Doe", 1, None, 1, "Check", start, start + minutes * 60, status, "phone", "")


def rows_of(day: date) -> Rows:
    return Rows(*moments.day_bounds(day, ZONE), SLOT)


@pytest.mark.parametrize(
    ("day", "hours"), [(date(2026, 3, 29), 23), (date(2026, 10, 25), 25), (date(2026, 11, 24), 24)]
)
def test_a_day_has_as_many_rows_as_it_has_slots(day: date, hours: int) -> None:
    assert rows_of(day).count == hours * 4


def test_rows_are_elapsed_slots_across_a_clock_change() -> None:
    rows = rows_of(date(2026, 10, 25))
    labels = [moments.clock(rows.instant(row), ZONE) for row in (8, 11, 12, 16)]
    assert labels == ["02:00", "02:45", "02:00", "03:00"]


def test_touching_blocks_keep_the_whole_width() -> None:
    layout = lay_out((block(1, 36_000, 30), block(2, 37_800, 30)), DAY, 20)
    assert [(p.x, p.width) for p in layout.placed] == [(0, 20), (0, 20)]


def test_overlapping_blocks_stand_side_by_side() -> None:
    layout = lay_out((block(1, 36_000, 60), block(2, 37_800, 30)), DAY, 20)
    assert [(p.block.id, p.x, p.width) for p in layout.placed] == [(1, 0, 10), (2, 10, 10)]


def test_two_short_blocks_in_one_row_do_not_cover_each_other() -> None:
    layout = lay_out((block(1, 36_000, 5), block(2, 36_300, 5)), DAY, 20)
    assert sorted(p.x for p in layout.placed) == [0, 10]


def test_lanes_too_narrow_to_read_are_counted() -> None:
    layout = lay_out(tuple(block(i, 36_000, 30) for i in range(4)), DAY, 18)
    assert len(layout.placed) == 1
    assert [len(heap.blocks) for heap in layout.counted] == [3]


def test_a_canceled_block_has_the_column_while_nobody_took_its_time() -> None:
    layout = lay_out((block(1, 36_000, 30, "X"),), DAY, 18)
    assert [(p.x, p.width) for p in layout.placed] == [(0, 18)]


def test_a_canceled_block_stands_aside_when_its_time_is_taken() -> None:
    layout = lay_out((block(1, 36_000, 30, "X"), block(2, 36_000, 30)), DAY, 18)
    assert [(p.block.id, p.width) for p in layout.placed] == [(2, 15)]
    assert [(heap.canceled, heap.x, heap.width) for heap in layout.counted] == [(True, 15, 3)]


def test_what_reaches_over_midnight_is_cut_and_marked() -> None:
    over = lay_out((block(1, -1800, 60), block(2, 86_400 - 900, 60)), DAY, 18).placed
    assert [(p.top, p.bottom, p.before, p.after) for p in over] == [
        (0, 2, True, False),
        (95, 96, False, True),
    ]


def test_what_ends_at_midnight_is_not_of_the_next_day() -> None:
    assert lay_out((block(1, -1800, 30),), DAY, 18) == Layout((), ())


@given(
    st.lists(st.tuples(st.integers(0, 90), st.integers(1, 300), st.sampled_from("SCMX")), max_size=14),
    st.integers(12, 60),
)
def test_every_block_is_shown_or_counted_once_and_none_covers_another(
    drawn: list[tuple[int, int, str]], width: int
) -> None:
    blocks = tuple(block(i, row * SLOT, minutes, status) for i, (row, minutes, status) in enumerate(drawn))
    layout = lay_out(blocks, DAY, width)
    told = [p.block.id for p in layout.placed] + [b.id for heap in layout.counted for b in heap.blocks]
    assert sorted(told) == list(range(len(blocks)))
    taken: set[tuple[int, int]] = set()
    for thing in (*layout.placed, *layout.counted):
        cells = {
            (y, x) for y in range(thing.top, thing.bottom) for x in range(thing.x, thing.x + thing.width)
        }
        assert cells.isdisjoint(taken)
        assert thing.x + thing.width <= width
        taken |= cells
    for row in range(DAY.count):
        under = {b.id for b in layout.at(row, DAY)}
        assert under == {b.id for b in blocks if span_of(b, DAY)[0] <= row < span_of(b, DAY)[1]}
    if width >= 2 * LANE_CELLS + 3:
        assert all(p.width >= LANE_CELLS for p in layout.placed)


@given(st.integers(1, 40), st.integers(1, 200), st.integers(0, 39), st.integers(0, 39))
def test_the_page_always_holds_the_cursor(total: int, width: int, first: int, cursor: int) -> None:
    cursor = min(cursor, total - 1)
    page = page_of(total, width, 18, first, cursor)
    assert page.first <= cursor < page.last <= total
    assert sum(page.widths) == width


def test_the_page_says_what_is_beyond_it() -> None:
    assert page_of(9, 54, 18, 1, 2).label == "< 2-4 of 9 >"
    assert page_of(9, 54, 18, 0, 0).label == "1-3 of 9 >"
    assert page_of(3, 54, 18, 0, 0).label == ""


@given(st.integers(0, 99), st.integers(0, 99), st.integers(1, 30))
def test_scrolling_moves_just_far_enough(top: int, cursor: int, shown: int) -> None:
    new = scrolled(top, cursor, shown, 100)
    assert new <= cursor < new + shown
    if top <= cursor < top + shown and top + shown <= 100:
        assert new == top


def test_a_month_is_six_weeks_that_hold_it() -> None:
    days = month_days(date(2026, 11, 24))
    assert (days[0], days[-1], len(days)) == (date(2026, 10, 26), date(2026, 12, 6), 42)
    assert month_days(date(2026, 11, 1), first_weekday=6)[0] == date(2026, 11, 1)


@pytest.mark.parametrize(("booked", "steps"), [(0, 0), (1, 1), (240, 4), (479, 7), (480, 8), (600, 8)])
def test_a_bar_is_full_only_when_nothing_is_free(booked: int, steps: int) -> None:
    assert filled(DayLoad(date(2026, 11, 24), 1, 1, booked, 480), 8) == steps


def test_widths_add_up() -> None:
    assert shared_out(80, 7) == (11, 11, 12, 11, 12, 11, 12)


@pytest.mark.parametrize(("minutes", "text"), [(0, "0m"), (45, "45m"), (60, "1h"), (390, "6h30")])
def test_minutes_are_spelled_as_people_say_them(minutes: int, text: str) -> None:
    assert spelled(minutes) == text
