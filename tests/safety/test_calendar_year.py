"""The quick form of ``python -m tests.safety.calendar_year``."""

from __future__ import annotations

import pytest

from tests.safety.calendar_year import unchecked, year
from tests.walks import some


@pytest.mark.parametrize("zone", some(["Pacific/Apia", "Antarctica/Troll"]))
@pytest.mark.walk
def test_a_year_worked_at_random_keeps_every_rule_and_agrees_with_plain_loops(zone: str) -> None:
    answers = year(zone, steps=150, seed=5)
    assert {"book done", "book refused", "move done", "undo done", "leave", "looked"} <= answers.keys()
    assert {"hold done", "offer done", "fits", "fits nobody", "nearest"} <= answers.keys()
    assert {"series done", "preview", "another time"} <= answers.keys()


def test_a_year_in_which_bookings_are_not_checked_does_not_pass() -> None:
    assert unchecked(steps=150, seed=5)
