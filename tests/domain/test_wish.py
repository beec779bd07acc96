"""What a line that asks for an opening is understood to say."""

from __future__ import annotations

import datetime as dt
from typing import Any

import pytest

from pim_tui.domain.quickline import Named, Names, TypeNamed
from pim_tui.domain.quickline.wish import Wish, read_wish

TODAY = dt.date(2026, 11, 23)
LEE, SATO, SATORI = 1, 2, 3
NAMES = Names(
    "Europe/Berlin", TODAY, dt.datetime(2026, 11, 23, 9, 20),
    staff=(Named(LEE, "Dr Lee", ("DL",)), Named(SATO, "Dr Sato"), Named(SATORI, "Eva Satori")),
    rooms=(Named(7, "Room 2"),),
    types=(TypeNamed(1, "Follow-up", ("fu",), 30), TypeNamed(2, "First visit", (), 60)),
)  # fmt: skip


@pytest.mark.parametrize(
    ("line", "said"),
    [
        ("lee follow-up 45m mon,thu morning from +2w",
         {"staff": (LEE,), "type": 1, "minutes": 45, "weekdays": {0, 3}, "to_minute": 720,
          "first": dt.date(2026, 12, 7)}),
        ("from +2w thu mon mornings 45 min fu dr lee",
         {"staff": (LEE,), "type": 1, "minutes": 45, "weekdays": {0, 3}, "to_minute": 720,
          "first": dt.date(2026, 12, 7)}),
        ("any mon-fri after 14", {"anybody": True, "weekdays": {0, 1, 2, 3, 4}, "from_minute": 840}),
        ("fri-sun before 11:30", {"weekdays": {4, 5, 6}, "to_minute": 690}),
        ("lee or sato first 9-12", {"staff": (LEE, SATO), "type": 2, "from_minute": 540, "to_minute": 720}),
        ("sat weekend", {"weekdays": {5, 6}}),
        ("sator not before 1 dec in room 2", {"staff": (SATORI,), "first": dt.date(2026, 12, 1), "room": 7}),
        ("with lee afternoon next tue", {"staff": (LEE,), "from_minute": 720, "to_minute": 1020,
                                         "first": dt.date(2026, 12, 1)}),
        ("", {}),
    ],
)  # fmt: skip
def test_a_line_says_with_whom_what_how_long_and_when(line: str, said: dict[str, Any]) -> None:
    assert read_wish(line, NAMES) == Wish(**said)


@pytest.mark.parametrize(
    ("line", "problem"),
    [
        ("lee zzz", "“zzz” was not understood."),
        ("with nobody", "There is no staff member “nobody”."),
        ("31 feb", "There is no day “31 feb”."),
        ("morning after 14", "No time of the day is left."),
        ("fu first visit", "First visit or Follow-up?"),
    ],
)
def test_what_is_not_understood_is_said(line: str, problem: str) -> None:
    assert problem in read_wish(line, NAMES).problem
