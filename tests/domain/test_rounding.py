"""One way to round (M1), and parts that add up again (M2)."""

from __future__ import annotations

import json
from decimal import ROUND_DOWN, ROUND_HALF_DOWN, ROUND_HALF_EVEN, ROUND_HALF_UP, ROUND_UP, Decimal
from fractions import Fraction
from pathlib import Path
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from pim_tui.domain.allocation import Spare, rounded_together, share_out
from pim_tui.domain.money import digits_of, read_amount, written
from pim_tui.domain.rounding import Rounding, rounded, to_step
from pim_tui.errors import Invalid, Refused

AMOUNTS = st.integers(-(10**13), 10**13)
WEIGHTS = st.lists(st.integers(0, 10**9), min_size=1, max_size=12).filter(any)
DECIMALS = {
    Rounding.HALF_UP: ROUND_HALF_UP,
    Rounding.HALF_DOWN: ROUND_HALF_DOWN,
    Rounding.HALF_EVEN: ROUND_HALF_EVEN,
    Rounding.UP: ROUND_UP,
    Rounding.DOWN: ROUND_DOWN,
}
MODES = {
    "remainder_to_first": Spare.FIRST,
    "remainder_to_largest_fraction": Spare.FRACTION,
    "remainder_to_largest_ratio": Spare.LARGEST,
    "remainder_separate_last": Spare.APART,
    "whole_blocks_remainder_last": Spare.BLOCKS,
}


@pytest.mark.parametrize(
    ("mode", "expected"),
    [
        ("half_up", [-3, -2, -1, 0, 1, 1, 2, 3]),
        ("half_down", [-2, -1, -1, 0, 0, 1, 1, 2]),
        ("half_even", [-2, -2, -1, 0, 0, 1, 2, 2]),
        ("half_odd", [-3, -1, -1, 0, 1, 1, 1, 3]),
        ("up", [-3, -2, -1, 0, 1, 1, 2, 3]),
        ("down", [-2, -1, 0, 0, 0, 0, 1, 2]),
    ],
)
def test_each_mode_rounds_by_its_name_and_mirrors_below_zero(mode: str, expected: list[int]) -> None:
    tenths = (-25, -15, -6, 0, 5, 6, 15, 25)
    assert [rounded(Fraction(one, 10), Rounding(mode)) for one in tenths] == expected


def test_nothing_is_lost_where_nothing_may_be_lost() -> None:
    assert rounded(Fraction(6, 3), Rounding.EXACT) == 2
    with pytest.raises(Refused) as caught:
        rounded(Fraction(1, 3), Rounding.EXACT)
    assert caught.value.rule == "M1"


@settings(max_examples=150, deadline=None)
@given(st.integers(-(10**15), 10**15), st.sampled_from(sorted(DECIMALS)))
def test_rounding_agrees_with_decimal_arithmetic(thousandths: int, mode: Rounding) -> None:
    expected = Decimal(thousandths).scaleb(-3).quantize(Decimal(1), rounding=DECIMALS[mode])
    assert rounded(Fraction(thousandths, 1000), mode) == expected


@settings(max_examples=100, deadline=None)
@given(AMOUNTS, st.sampled_from([1, 5, 10, 50, 100]))
def test_cash_is_the_nearest_multiple_of_the_smallest_coin(minor: int, step: int) -> None:
    due = to_step(minor, step)
    assert due % step == 0
    assert 2 * abs(due - minor) <= step
    assert to_step(-minor, step) == -due


@settings(max_examples=150, deadline=None)
@given(AMOUNTS, WEIGHTS, st.sampled_from(sorted(Spare)))
def test_parts_add_up_and_no_part_is_off_by_more_than_a_cent(
    total: int, weights: list[int], spare: Spare
) -> None:
    parts = share_out(total, weights, spare)
    assert sum(parts) == total
    assert share_out(-total, weights, spare) == tuple(-part for part in parts)
    if spare != Spare.BLOCKS:
        for part, weight in zip(parts, weights, strict=False):
            assert abs(part - Fraction(total * weight, sum(weights))) <= 1
            assert weight or part == 0


def test_the_leftover_cent_goes_to_the_largest_line() -> None:
    assert share_out(100, [1, 2, 1, 2, 1]) == (14, 29, 14, 29, 14)
    assert share_out(100, [333, 334, 333]) == (33, 34, 33)
    assert share_out(2, [3, 3, 4]) == (1, 0, 1)
    assert share_out(0, [0, 0]) == (0, 0)
    assert share_out(0, []) == ()


@settings(max_examples=100, deadline=None)
@given(st.lists(st.integers(0, 9_999), max_size=10), st.sampled_from(sorted(DECIMALS)))
def test_amounts_rounded_together_add_up_and_stay_within_a_cent_of_themselves(
    sixtieths: list[int], mode: Rounding
) -> None:
    exact = [Fraction(one, 60) for one in sixtieths]
    parts = rounded_together(exact, mode)
    assert sum(parts) == rounded(sum(exact, Fraction()), mode)
    assert all(
        part >= 0 and abs(part - rounded(one, mode)) <= 1 for part, one in zip(parts, exact, strict=True)
    )


def test_what_cannot_be_shared_out_is_refused() -> None:
    for total, weights, step in ((1, [0, 0], 1), (1, [], 1), (103, [1, 1], 5)):
        with pytest.raises(Refused) as caught:
            share_out(total, weights, step=step)
        assert caught.value.rule == "M2"


# --- recorded answers ----------------------------------------------------------------------------


def _cases(shared: Path, name: str) -> list[dict[str, Any]]:
    found: list[dict[str, Any]] = json.loads((shared / f"data/money/{name}.json").read_text())["cases"]
    return found


def _scaled(text: str, currency: str) -> Fraction:
    return Fraction(text) * 10 ** digits_of(currency)


def _step(case: dict[str, Any]) -> int:
    """The smallest coin of a case, in minor units."""
    return int(_scaled(case["smallest_step"], case["currency"])) if case["smallest_step"] else 1


def test_every_recorded_division_into_parts_comes_out_the_same(shared: Path) -> None:
    cases = _cases(shared, "allocation")
    assert len(cases) == 26
    for case in cases:
        total = int(_scaled(case["amount"], case["currency"]))
        ratios = [Fraction(ratio) for ratio in case["ratios"]]
        parts = share_out(total, ratios, MODES[case["mode"]], step=_step(case))
        assert [written(part, case["currency"]) for part in parts] == case["expect"], case


def _answer(case: dict[str, Any]) -> str:
    """What comes out of one recorded calculation, as the record writes it."""
    currency, step, mode = case["currency"], _step(case), Rounding(case["rounding"])
    if case["op"] == "parse":
        return written(read_amount(case["a"], currency), currency)
    if " " in case["a"]:
        # Two currencies: what the till does with a price that names another one.
        return written(sum(read_amount(case[key], currency) for key in "ab"), currency)
    a, b = _scaled(case["a"], currency), Fraction(case["b"] or 1)
    if case["op"] == "quotient_remainder":
        *parts, left = share_out(int(a), [1] * int(b), Spare.APART, step=step)
        return f"{written(parts[0], currency)} r {written(left, currency)}"
    exact = {
        "plus": lambda: a + _scaled(case["b"], currency),
        "minus": lambda: a - _scaled(case["b"], currency),
        "times": lambda: a * b,
        "divide": lambda: a / b,
        "to_currency_scale": lambda: a,
    }[case["op"]]()
    return written(to_step(exact, step, mode), currency)


REFUSALS = {
    "error: would lose precision": (Refused, "lost"),
    "error: currency mismatch": (Invalid, "prices here are in USD"),
    "error: not a number": (Invalid, "not an amount"),
    "error: division by zero": (ZeroDivisionError, "zero|0"),
}


def test_every_recorded_calculation_comes_out_the_same(shared: Path) -> None:
    cases = _cases(shared, "arithmetic")
    assert len(cases) == 20
    for case in cases:
        if case["expect"] in REFUSALS:
            error, says = REFUSALS[case["expect"]]
            with pytest.raises(error, match=says):
                _answer(case)
        else:
            assert _answer(case) == case["expect"], case
