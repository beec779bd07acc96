"""Who is where in the waiting room, in the order in which a desk looks at it."""

from __future__ import annotations

import pytest

from pim_tui.domain.agenda import Block
from pim_tui.domain.waitingroom import Place, guests

NOW = 1_800_000_000
MINUTE = 60


def block(id_: int, start: int, **more: object) -> Block:
    """An appointment that starts ``start`` minutes from now."""
    starts = NOW + start * MINUTE
    who, ends = f"Guest {id_}", starts + 1800
    made = Block(id_, 1, id_, who, 1, None, 1, "Check", starts, ends, "S", "in_person", "")
    return made._replace(**more)  # type: ignore[arg-type]


def ago(minutes: int) -> int:
    return NOW - minutes * MINUTE


def test_who_waits_longest_comes_first_then_the_seated_the_expected_and_who_left() -> None:
    found = guests(
        (
            block(1, 30),
            block(2, -10),
            block(3, 0, arrived_at=ago(5)),
            block(4, 15, arrived_at=ago(12)),
            block(5, -30, arrived_at=ago(40), seated_at=ago(25)),
            block(6, -60, arrived_at=ago(70), left_at=ago(3)),
            block(7, 40, confirmed_at=ago(999)),
        ),
        NOW,
    )
    assert [(guest.block.id, guest.told) for guest in found] == [
        (4, "waits 12"), (3, "waits 5"), (5, "seated 25"), (2, "late 10"), (1, "due 30"), (7, "due 40 y"),
        (6, "left 3"),
    ]  # fmt: skip
    assert [guest.late for guest in found] == [False, False, False, True, False, False, False]


@pytest.mark.parametrize(
    "other",
    [
        block(1, 61),
        block(1, 5, mode="phone"),
        block(1, 5, mode="virtual"),
        block(1, -5, status="C"),
        block(1, 5, status="X", arrived_at=ago(5)),
    ],
)
def test_nobody_else_is_there(other: Block) -> None:
    assert guests((other,), NOW) == ()


def test_a_call_whose_customer_came_all_the_same_waits() -> None:
    assert guests((block(1, 5, mode="phone", arrived_at=ago(1)),), NOW)[0].place == Place.WAITING
