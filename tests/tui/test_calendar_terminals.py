"""The screens of the calendar on poor, small and large terminals, and for somebody with few rights."""

from __future__ import annotations

from dataclasses import replace
from pathlib import Path

import pytest

from pim_tui.config import Settings
from pim_tui.domain.rights import Right
from pim_tui.tui.screens.toosmall import Cover
from tests.tui.clinicstage import MISSED, busy
from tests.tui.hostile import LONG
from tests.tui.stage import Stage, playing
from tests.tui.test_till_terminals import SPELLED, resized

SCREENS = {
    "hours": (("E", "down", "down"), "Working time"),
    "week": (("w",), "Week of Dr Lee"),
    "leave": (("escape", "l"), "Leave of Dr Lee"),
    "days": (("escape", "d"), "First day"),
    "to move": (("escape", "M"), "Needs moving"),
    "rooms": (("f2", "T"), "Room 1"),
    "equipment": (("tab",), "Laser"),
    "type": (("tab", "e"), "Usual type"),
    "openings": (("escape", "f2", "N"), "Dr Lee"),
    "waiting list": (("escape", "W"), "John Roe"),
    "wishes": (("e",), "waits for"),
    "offer": (("escape", "down", "enter"), "Jane Doe"),
    "waiting room": (("escape", "f2", "f5"), "Jane Doe"),
    "templates": (("f2", "G", "t"), "reminder"),
    "words": (("e",), "characters"),
    "reports": (("escape", "f2", "Y"), "No-shows"),
    "use": (("tab",), "Use of working time"),
    "map": (("tab",), "Mon"),
    "behind": (("f2", "Y", "right", "enter"), "Aaron Smith"),
    "key back": (("f2", "K"), "Key back"),
    "series": (("f2", "R"), "Repeat"),
    "its preview": (("ctrl+s",), "Ctrl+S writes"),
}
"""How each is reached from the one before, and what is to be seen on it."""
SIZES = ((40, 12), (200, 60), (80, 24)) if LONG else ((40, 12), (80, 24))


@pytest.fixture
def stage(tmp_path: Path) -> Stage:
    return busy(tmp_path)


@pytest.mark.walk
async def test_every_screen_is_whole_in_plain_characters_and_comes_through_any_size(stage: Stage) -> None:
    plain = Settings(clinic_name="Harbour Clinic", country="DE", colour="none", symbols="ascii")
    async with playing(stage, settings=plain) as p:
        for name, (keys, told) in SCREENS.items():
            await p.press(*keys)
            assert told in p.screen, (name, p.screen)
            odd = {one for one in p.screen.translate(SPELLED).replace("García", "") if not one.isascii()}
            assert not odd, (name, odd)
            at = p.app.screen
            for columns, rows in SIZES:
                await resized(p, columns, rows)
                assert (p.app.screen is at) is (columns > 40), name
                assert isinstance(p.app.screen, Cover) or told in p.screen, name


REFUSED = {
    Right.HOLD: (("H",), "hold a time"),
    Right.WAIVE_FEE: (("F", "down", "enter"), "waive fees for late or missed visits"),
    Right.WAITING_LIST: (("W", "e"), "change the waiting list"),
    Right.CHANGE_HOURS: (("f2", "E", "l"), "change hours, leave and holidays"),
    Right.CHANGE_RESOURCES: (("f2", "T", "a"), "change rooms, equipment and types"),
    Right.CHANGE_TEMPLATE: (("f2", "G", "t", "e"), "change the words of messages"),
    Right.SEE_REPORT: (("f2", "Y"), "see reports"),
}


async def test_who_lacks_a_right_is_told_so_before_anything_is_typed(stage: Stage) -> None:
    stage.session = replace(stage.session, rights=stage.session.rights - set(REFUSED))
    async with playing(stage) as p:
        for right, (keys, what) in REFUSED.items():
            if right is Right.WAIVE_FEE:
                p.app.screen.grid.go_to(block_id=MISSED)  # type: ignore[attr-defined]
            await p.press(*keys)
            assert f"You do not have the right to {what}. Who may:" in p.screen, right
            assert not p.app.screen.is_modal, right
