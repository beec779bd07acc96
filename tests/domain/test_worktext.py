"""Working time as people type it, told back the same by whoever reads it again."""

from __future__ import annotations

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from pim_tui.domain.worktext import read_stretches
from pim_tui.domain.worktime import Minutes, minutes_text, tidy, week_text


@pytest.mark.parametrize(
    ("typed", "meant"),
    [
        ("9-12:30, 13:30-17", ((540, 750), (810, 1020))),
        ("8am to noon and 1-5", ((480, 720), (780, 1020))),
        ("9-5", ((540, 1020),)),
        ("0900–1230; 1330–1700", ((540, 750), (810, 1020))),
        ("13-17 + 8-12", ((480, 720), (780, 1020))),
        ("9-12, 12-17", ((540, 1020),)),
        ("22-24", ((1320, 1440),)),
        ("22 until midnight", ((1320, 1440),)),
        ("midnight to 6", ((0, 360),)),
        ("all day", ((0, 1440),)),
        ("Closed", ()),
        ("", ()),
        ("17-9", None),
        ("9-12, 11-13", None),
        ("9", None),
        ("9-12-15", None),
        ("nine to five", None),
        ("9-12," * 100, None),
    ],
)
def test_what_is_typed_is_read_or_refused(typed: str, meant: Minutes | None) -> None:
    assert read_stretches(typed) == meant


@settings(max_examples=30)
@given(
    st.lists(st.tuples(st.integers(0, 1439), st.integers(1, 1440)), max_size=4).map(
        lambda parts: tidy((a, b) for a, b in parts if a < b)
    )
)
def test_what_is_told_is_read_again_as_the_same(minutes: Minutes) -> None:
    assert read_stretches(minutes_text(minutes)) == minutes


def test_a_week_is_told_with_equal_days_together() -> None:
    usual: Minutes = ((540, 750), (810, 1020))
    week = (usual, usual, usual, (), ((540, 720),), (), ())
    assert week_text(week) == "Mon-Wed 09:00-12:30, 13:30-17:00 · Fri 09:00-12:00"
