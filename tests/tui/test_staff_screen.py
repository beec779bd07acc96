"""The staff list by keys: roles of the clinic, PINs, and who is at work."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import replace
from pathlib import Path

import pytest

from pim_tui.domain.rights import Right
from pim_tui.models import DeskSession, Role
from pim_tui.queries.staff import staff_record
from pim_tui.services.pins import SetPin, set_pin
from pim_tui.services.staff import ChangeStaff, change_staff
from pim_tui.tui.dialogs.pick import Pick
from pim_tui.tui.dialogs.pin import NewPinDialog
from pim_tui.tui.dialogs.staff import StaffForm
from pim_tui.tui.dialogs.stale import StaleDialog
from tests.tui.stage import NOW, Stage, playing, set_up

PIN, OTHER = "lantern-2", "heron on 1 leg"


@pytest.fixture
def stage(tmp_path: Path) -> Iterator[Stage]:
    """Anna Berg has a PIN of her own, Dr Lee one that she has given him; two sessions of his are open."""
    made = set_up(tmp_path)
    for staff_id in (1, 2):
        set_pin(made.session, SetPin(staff_id, PIN))
    with made.book.write_tx():
        Role.create(name="trainee", position=9)
        for key, origin in (("k1", "tty1"), ("k2", "ssh \x1b[2J\u202ekey lee")):
            DeskSession.create(key=key, staff=2, began_at=NOW - 600, origin=origin, host="elsewhere", pid=7)
    yield made
    made.book.close()


def line_of(screen: str, name: str) -> str:
    (line,) = [line for line in screen.splitlines() if name in line and "·" not in line]
    return line


async def test_the_list_says_who_has_a_pin_who_was_given_one_and_who_is_at_work(stage: Stage) -> None:
    async with playing(stage) as p:
        await p.press("ctrl+l")
        assert line_of(p.screen, "Anna Berg").split()[-3:] == ["23", "Nov", "2026"]
        assert line_of(p.screen, "Dr Lee").split()[-3:] == ["09:10", "+1", "given"]
        assert line_of(p.screen, "Dr Sato").split() == ["Dr", "Sato", "owner"]
        assert max(map(len, p.screen.splitlines())) <= 80


async def test_a_letter_that_is_typed_again_goes_on_to_the_next_role_that_begins_so(stage: Stage) -> None:
    async with playing(stage) as p:
        await p.press("ctrl+l", "down", "down", "e", *["tab"] * 5)
        for keys, role in (("c", "clinician"), ("c", "cashier"), ("c", "clinician"), ("o", "owner")):
            await p.press(*keys)
            assert f"{role} < >" in p.screen
        await p.press("c", "a")
        assert "cashier < >" in p.screen


async def test_the_roles_to_choose_from_are_those_of_the_clinic(stage: Stage) -> None:
    async with playing(stage) as p:
        await p.press("ctrl+l", "down", "down", "e", *["tab"] * 5, "left")
        assert "trainee" in p.screen
        await p.press("ctrl+s")
        assert "Dr Sato: role changed." in p.screen
    assert stage.rows("select role from staff where id = 3") == [("trainee",)]


async def test_what_somebody_else_changed_meanwhile_stays_where_it_was_not_touched(stage: Stage) -> None:
    async with playing(stage) as p:
        await p.press("ctrl+l", "down", "down", "e", "end")
        await p.type(" jun")
        seen = staff_record(3)
        theirs = replace(seen.fields, books=False, role="receptionist")
        change_staff(stage.session, ChangeStaff(3, seen.version, seen.fields, theirs))
        await p.press("ctrl+s")
        assert isinstance(p.app.screen, StaleDialog)
        assert "takes app" in p.screen
        await p.press("enter")
        assert "Dr Sato jun: name changed." in p.screen
    assert staff_record(3).fields == replace(theirs, name="Dr Sato jun")


async def test_a_form_that_was_not_saved_is_gone_on_with_and_compared(stage: Stage) -> None:
    async with playing(stage) as p:
        await p.press("ctrl+l", "down", "down", "e", "end")
        await p.type(" jun")
        p.app.save_drafts()
    seen = staff_record(3)
    theirs = replace(seen.fields, speciality="Eyes")
    change_staff(stage.session, ChangeStaff(3, seen.version, seen.fields, theirs))
    async with playing(stage) as p:
        await p.press("enter")
        assert isinstance(p.app.screen, StaleDialog)
        await p.press("down", "left", "enter")
        assert isinstance(p.app.screen, StaffForm)
        await p.press("ctrl+s")
        assert "Dr Sato jun: name changed." in p.screen
    assert staff_record(3).fields == replace(theirs, name="Dr Sato jun")


@pytest.mark.walk
async def test_the_own_pin_asks_for_the_one_before_wherever_the_cursor_is(stage: Stage) -> None:
    async with playing(stage) as p:
        await p.press("ctrl+l", "down", "o")
        assert isinstance(p.app.screen, NewPinDialog)
        assert "PIN of Anna Berg" in p.screen
        for typed in ("guessed", OTHER, OTHER):
            await p.type(typed)
            await p.press("enter")
        assert "That is not the PIN of Anna Berg." in p.screen
        for typed in (PIN, "annaberg-1", "annaberg-1"):
            await p.type(typed)
            await p.press("enter")
        assert "the person's own name" in p.screen
        for typed in (OTHER, OTHER):
            await p.type(typed)
            await p.press("enter")
        assert "Anna Berg has a new PIN." in p.screen
    assert stage.rows("select given from staff_pin order by staff_id") == [(0,), (1,)]


async def test_somebody_elses_pin_is_given_by_right(stage: Stage) -> None:
    async with playing(stage) as p:
        await p.press("ctrl+l", "down", "p")
        assert "PIN now" not in p.screen
        for _ in range(2):
            await p.type(OTHER)
            await p.press("enter")
        assert "Dr Lee has a new PIN. They choose another when they sign in." in p.screen
    stage.session = replace(stage.session, rights=stage.session.rights - {Right.CHANGE_STAFF})
    async with playing(stage) as p:
        await p.press("ctrl+l", "down", "p")
        assert not isinstance(p.app.screen, NewPinDialog)


async def test_a_session_is_ended_with_a_reason_and_nothing_in_its_origin_reaches_the_terminal(
    stage: Stage,
) -> None:
    async with playing(stage) as p:
        await p.press("ctrl+l", "s")
        assert isinstance(p.app.screen, Pick)
        assert "Dr Lee · since 23 Nov 2026 09:10 · tty1" in p.screen
        assert "ssh ␛[2J\ufffdkey lee" in p.screen
        await p.press("enter")
        await p.type("left it open")
        await p.press("enter")
        assert "The session of Dr Lee ends." in p.screen
        await p.press("s")
        assert "tty1 · Anna Berg wants it ended" in p.screen
    assert stage.rows("select reason from journal where action = 'end session'") == [("left it open",)]


async def test_without_the_right_no_session_is_ended(stage: Stage) -> None:
    stage.session = replace(stage.session, rights=stage.session.rights - {Right.END_SESSION})
    async with playing(stage) as p:
        await p.press("ctrl+l", "s", "enter")
        assert "right to end somebody else's session. Who may: owner," in p.screen
    assert stage.rows("select 1 from desk_session where end_asked_by_id is not null") == []
