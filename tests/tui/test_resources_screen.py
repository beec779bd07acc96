"""Rooms, equipment and types by key; the form takes what the type takes; several share a room."""

from __future__ import annotations

from dataclasses import replace
from pathlib import Path

import pytest

from pim_tui.domain.resourcefields import ThingFields
from pim_tui.domain.rights import Right
from pim_tui.queries.resources import resource
from pim_tui.services.resources import ChangeResource, change_resource
from tests.tui.stage import at, playing, set_up


@pytest.mark.walk
async def test_equipment_is_added_given_to_a_type_and_booked_with_it(tmp_path: Path) -> None:
    stage = set_up(tmp_path)
    async with playing(stage) as p:
        await p.press("T", "tab", "a")
        await p.type("Laser")
        await p.press("enter", "enter", "ctrl+s")
        assert "Laser is added." in p.screen
        await p.press("tab", "enter")
        assert "Change First visit" in p.screen
        await p.press(*["tab"] * 7)
        await p.type("x-ray")
        await p.press("ctrl+s")
        assert "Equipment: “x ray” is no equipment; there is: Laser" in p.screen
        await p.press("ctrl+u")
        await p.type("las")
        assert "takes Laser" in p.screen
        await p.press("ctrl+s")
        assert "First visit: equipment changed." in p.screen
        await p.press("escape", "a")
        await p.type("jane doe today 10:30 fv lee")
        await p.press("enter", "a")
        await p.type("john roe today 11:00 fv sato")
        assert "Laser is taken" in p.screen
        await p.press("escape")
        p.app.screen.grid.go_to(block_id=1)  # type: ignore[attr-defined]
        await p.press("e")
        assert "Equipment  Laser" in p.screen
    assert stage.rows("select appointment_id, equipment_id from appointment_equipment") == [(1, 1)]


async def test_a_room_of_several_shows_them_side_by_side_and_how_full_it_gets(tmp_path: Path) -> None:
    stage = set_up(tmp_path)
    seen = resource("room", 1)
    to = ThingFields("Gym", "G", "3")
    change_resource(stage.session, ChangeResource("room", 1, seen.version, seen.fields, to))
    for customer, staff in (("Jane Doe", "Dr Lee"), ("John Roe", "Dr Sato")):
        stage.booked(customer, "2026-11-23 10:00", staff=staff, room_id=1)
    async with playing(stage, (100, 24)) as p:
        await p.press("s")
        assert "Gym 2/3" in p.screen
        line = next(line for line in p.screen.splitlines() if "Jane" in line)
        assert "John" in line


async def test_without_the_right_nothing_can_be_changed_or_overbooked(tmp_path: Path) -> None:
    stage = set_up(tmp_path)
    stage.booked("Jane Doe", "2026-11-23 10:00")
    stage.booked("John Roe", "2026-11-23 10:30")
    rights = stage.session.rights - {Right.OVERBOOK, Right.CHANGE_RESOURCES}
    stage.session = replace(stage.session, rights=rights)
    async with playing(stage) as p:
        await p.press("T", "a")
        assert "You do not have the right to change rooms, equipment and types. Who may:" in p.screen
        await p.press("escape")
        p.app.screen.grid.go_to(block_id=1)  # type: ignore[attr-defined]
        await p.press("plus")
        assert "Overbooking needs a right that you do not have. Who may: owner," in p.screen
        assert "Overbook, with a reason" not in p.screen
    assert stage.rows("select max(ends_at) from appointment where id = 1") == [(at("2026-11-23 10:30"),)]


async def test_a_form_that_was_not_saved_is_gone_on_with(tmp_path: Path) -> None:
    stage = set_up(tmp_path)
    async with playing(stage) as p:
        await p.press("T", "enter", "end")
        await p.type(" (quiet)")
        await p.press("ctrl+q")
    async with playing(stage) as p:
        await p.press("enter")
        assert "Room 1 (quiet)" in p.screen
        await p.press("ctrl+s")
        assert "Room 1 (quiet): name changed." in p.screen
