"""What is owed: oldest first, how far a bill is paid, how old a balance is (M7, M11)."""

from __future__ import annotations

from datetime import date, timedelta

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from pim_tui.domain.dues import AGES, Due, Paid, ageing, oldest_first, status

TODAY = date(2026, 6, 30)


def ago(days: int) -> date:
    return TODAY - timedelta(days=days)


def test_the_oldest_bill_is_paid_first() -> None:
    dues = [Due(3, ago(1), 500), Due(2, ago(9), 300), Due(1, ago(1), 200)]
    assert oldest_first(600, dues) == (((2, 300), (1, 200), (3, 100)), 0)


def test_what_no_bill_takes_is_over() -> None:
    assert oldest_first(600, [Due(2, ago(9), 300)]) == (((2, 300),), 300)
    assert oldest_first(1, [Due(2, ago(9), 300)]) == (((2, 1),), 0)
    assert oldest_first(600, []) == ((), 600)
    assert oldest_first(0, [Due(2, ago(9), 300)]) == ((), 0)


@settings(max_examples=80, deadline=None)
@given(st.integers(0, 5000), st.lists(st.tuples(st.integers(0, 400), st.integers(1, 900)), max_size=8))
def test_a_payment_is_spread_without_loss_and_over_no_bill_twice(
    amount: int, bills: list[tuple[int, int]]
) -> None:
    dues = [Due(id_, ago(days), left) for id_, (days, left) in enumerate(bills)]
    parts, over = oldest_first(amount, dues)
    assert sum(part for _, part in parts) + over == amount
    left = {due.id: due.left for due in dues}
    assert all(0 < part <= left[id_] for id_, part in parts)
    assert len(dict(parts)) == len(parts)
    assert over == max(0, amount - sum(left.values()))
    # At most the last one is settled in part.
    assert all(part == left[id_] for id_, part in parts[:-1])


@pytest.mark.parametrize(
    ("total", "left", "more", "word"),
    [
        (1000, 0, {}, "Paid"),
        (1000, 1000, {}, "Unpaid"),
        (1000, 1, {}, "Part paid"),
        (1000, 400, {"returned": 600}, "Unpaid"),
        (1000, 300, {"returned": 600}, "Part paid"),
        (1000, 0, {"returned": 1000}, "Paid"),
        (0, 0, {}, "Paid"),
        (1000, 1000, {"voided": True}, "Void"),
    ],
)
def test_how_far_a_bill_is_paid(total: int, left: int, more: dict[str, int], word: str) -> None:
    assert status(total, left, **more).word == word  # type: ignore[arg-type]


def test_every_status_has_a_letter_of_its_own() -> None:
    assert sorted(one.letter for one in Paid) == ["H", "P", "U", "V"]


def test_the_ages_begin_on_their_days() -> None:
    days = (0, 30, 31, 60, 61, 90, 91, 4000)
    rows = [(ago(day), 10**place) for place, day in enumerate(days)]
    assert ageing(rows, TODAY) == (11, 1100, 110_000, 11_000_000)
    assert len(AGES) == 4


@settings(max_examples=80, deadline=None)
@given(st.lists(st.tuples(st.integers(-30, 400), st.integers(-5000, 5000)), max_size=12))
def test_the_ages_add_up_to_the_balance_of_that_day(rows: list[tuple[int, int]]) -> None:
    dated = [(ago(days), amount) for days, amount in rows]
    assert sum(ageing(dated, TODAY)) == sum(amount for day, amount in dated if day <= TODAY)
    assert ageing(dated, TODAY) == ageing([row for row in dated if row[0] <= TODAY], TODAY)
