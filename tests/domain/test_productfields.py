"""What is typed for a number of items."""

from __future__ import annotations

import pytest

from pim_tui.domain.productfields import whole
from pim_tui.errors import Fault


@pytest.mark.parametrize(("typed", "number"), [("", None), ("1", 1), ("007", 7), ("٣", 3), (" 12 ", 12)])
def test_a_whole_number_within_the_bounds_is_taken(typed: str, number: int | None) -> None:
    faults: list[Fault] = []
    assert whole(typed, "quantity", faults, least=1, most=12) == number
    assert faults == []


@pytest.mark.parametrize(
    ("typed", "most", "why"),
    [
        ("99", 1, "is 1"),
        ("99", 5, "is a number from 1 to 5"),
        ("9" * 20, 5, "is a number from 1 to 5"),
        ("0", 5, "is a number from 1 to 5"),
        ("1.5", 5, "“1.5” is no whole number"),
        ("-1", 5, "“-1” is no whole number"),
    ],
)
def test_what_is_too_many_is_told_apart_from_what_is_no_number(typed: str, most: int, why: str) -> None:
    faults: list[Fault] = []
    assert whole(typed, "quantity", faults, least=1, most=most) is None
    assert faults == [Fault("quantity", why)]
