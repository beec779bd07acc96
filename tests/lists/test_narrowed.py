"""What a list was narrowed by, in words."""

from __future__ import annotations

from datetime import date
from typing import Any

import pytest

from pim_tui.lists.appointments import APPOINTMENTS
from pim_tui.lists.narrowed import narrowed
from pim_tui.lists.notes import NOTES
from pim_tui.lists.periods import ANY, custom


@pytest.mark.parametrize(
    ("chosen", "told"),
    [
        ({}, ""),
        ({"status": (), "days": ANY, "text": ""}, ""),
        ({"status": ("M", "X")}, "Status: Missed, Canceled"),
        ({"days": custom(date(2026, 11, 1), None)}, "Dates: from 1 Nov 2026"),
        ({"days": custom(date(2026, 11, 1), date(2026, 11, 30))}, "Dates: from 1 Nov 2026 to 30 Nov 2026"),
        ({"text": "knee", "status": ("S",)}, "Status: Scheduled; Containing: knee"),
    ],
)
def test_only_what_narrows_is_told(chosen: dict[str, Any], told: str) -> None:
    assert narrowed(APPOINTMENTS, chosen) == told


def test_a_choice_of_yes_or_no() -> None:
    assert narrowed(NOTES, {"withdrawn": True}) == "Withdrawn too: yes"
    assert narrowed(NOTES, {"withdrawn": False}) == ""
