"""Roles and rights in one table, changed by keys, with the own PIN in between."""

from __future__ import annotations

from dataclasses import replace
from pathlib import Path

import pytest

from pim_tui.domain.rights import Right
from pim_tui.domain.roles import RoleFields
from pim_tui.queries.roles import rights_of_role, role_names, roles
from pim_tui.services.roles import ChangeRole, change_role
from pim_tui.tui.dialogs.ownpin import OwnPinDialog
from pim_tui.tui.dialogs.role import RoleForm
from pim_tui.tui.dialogs.stale import StaleDialog
from pim_tui.tui.screens.roles import RolesScreen
from tests.tui.refundstage import PIN, with_refunds
from tests.tui.stage import Player, Stage, playing


@pytest.fixture
def stage(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Stage:
    """Anna, the owner, has a PIN."""
    return with_refunds(tmp_path, monkeypatch)


async def opened(p: Player) -> None:
    await p.press("ctrl+l", "r")
    assert isinstance(p.app.screen, RolesScreen)


async def test_the_table_has_a_letter_for_every_role_and_right_and_goes_sideways(stage: Stage) -> None:
    async with playing(stage) as p:
        await opened(p)
        assert f"owner: {len(Right)} of {len(Right)} rights, 4 people" in p.screen
        assert ">owner  admin" in p.screen
        assert "cash" not in p.screen
        await p.press(*("right",) * 5)
        assert ">cash" in p.screen
        assert "owner  " not in p.screen
        await p.press("down", "down", "down", "down")
        told = "appointment.see: see the calendar and every appointment · owner, supervisor"
        assert told in " ".join(p.screen.split())


async def test_a_right_is_given_with_a_tick_and_the_own_pin(stage: Stage) -> None:
    async with playing(stage) as p:
        await opened(p)
        await p.press(*("right",) * 5, "e")
        assert isinstance(p.app.screen, RoleForm)
        await p.press(*("down",) * 5, "space")
        assert "[x]  book appointments" in p.screen
        await p.press("ctrl+s")
        assert isinstance(p.app.screen, OwnPinDialog)
        await p.type("wrong-1")
        await p.press("enter")
        assert "That is not the PIN of Anna Berg." in p.screen
        await p.type(PIN)
        await p.press("enter")
        assert "The role cashier was changed: 16 of" in p.screen
    assert Right.BOOK in rights_of_role("cashier")


async def test_what_is_refused_anyway_is_refused_before_the_pin_is_asked_for(stage: Stage) -> None:
    async with playing(stage) as p:
        await opened(p)
        await p.press(*("right",) * 5, "e", "ctrl+s")
        assert isinstance(p.app.screen, RoleForm)
        assert "Nothing was changed. Change something, or press Escape." in p.screen
        await p.press("escape", "y")
        await p.type("owner")
        await p.press("ctrl+s")
        assert isinstance(p.app.screen, RoleForm)
        assert "There is a role owner already. Give it another name." in p.screen


@pytest.mark.walk
async def test_without_the_pin_what_was_ticked_is_still_there(stage: Stage) -> None:
    async with playing(stage) as p:
        await opened(p)
        await p.press("y")
        await p.type("helper")
        await p.press("ctrl+s", "escape")
        assert isinstance(p.app.screen, RoleForm)
        assert "helper" in p.screen
        await p.press("ctrl+s")
        await p.type(PIN)
        await p.press("enter")
        assert "The role helper was added" in p.screen
        await p.press("left_square_bracket")
        assert "helper was moved." in p.screen
    assert role_names()[-2:] == ("helper", "cashier")


async def test_a_draft_of_a_role_is_taken_up_again(stage: Stage) -> None:
    async with playing(stage) as p:
        await opened(p)
        await p.press("a")
        await p.type("helper")
        p.app.save_drafts()
    async with playing(stage) as p:
        await p.press("enter")
        assert isinstance(p.app.screen, RoleForm)
        assert "helper" in p.screen


async def test_what_somebody_else_changed_meanwhile_is_compared_right_by_right(stage: Stage) -> None:
    async with playing(stage) as p:
        await opened(p)
        await p.press(*("right",) * 5, "e", *("down",) * 5, "space")
        seen = roles()[-1]
        was = RoleFields(seen.name, seen.rights)
        theirs = RoleFields(seen.name, seen.rights | {Right.HOLD})
        change_role(stage.session, ChangeRole(seen.id, seen.version, was, theirs, pin=PIN))
        await p.press("ctrl+s")
        await p.type(PIN)
        await p.press("enter")
        assert isinstance(p.app.screen, StaleDialog)
        assert "hold a time" in p.screen
        await p.press("enter")
        await p.type(PIN)
        await p.press("enter")
        assert "The role cashier was changed" in p.screen
    assert {Right.BOOK, Right.HOLD} <= rights_of_role("cashier")


async def test_whoever_may_not_change_roles_reads_who_may(stage: Stage) -> None:
    with stage.book.write_tx():
        stage.book.db.execute_sql("update staff set role = 'supervisor', version = version + 1 where id = 1")
    stage.session = replace(stage.session, rights=rights_of_role("supervisor"))
    async with playing(stage) as p:
        await opened(p)
        assert "Change" not in p.screen.split("\n")[-1]
        await p.press("e")
        told = "You do not have the right to change what roles may do. Who may: owner, administrator."
        assert told in " ".join(p.screen.split())
