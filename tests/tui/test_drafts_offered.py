"""What was typed and never saved is offered at the next start, to whoever typed it, every field of it."""

from __future__ import annotations

from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from dataclasses import replace
from importlib import import_module
from pkgutil import iter_modules
from types import ModuleType

import pytest
from textual.widgets import Input, TextArea

from pim_tui.db.drafts import Draft, DraftStore
from pim_tui.domain.payer import PayerFields
from pim_tui.domain.states import Status
from pim_tui.line.clerk import LINE_FORM
from pim_tui.queries.calendar import visit
from pim_tui.services.booking import ChangeAppointment, MarkAppointment, change, mark
from pim_tui.services.payers import AddPayer, add_payer
from pim_tui.tui import dialogs, screens
from pim_tui.tui.dialogs.drafts import FORMS
from pim_tui.tui.screens.calendar import CalendarScreen
from pim_tui.tui.screens.reopening import WAYS
from pim_tui.tui.widgets.choice import Choice
from tests.tui.stage import Player, Stage, at, on, playing
from tests.walks import some

OFFER = "Typed and not saved"
FIELDS = ("customer", "day", "time", "minutes", "reason", "note", "overbook")
CHOICES = ("type", "staff", "room", "mode")


def left(stage: Stage, staff_id: int = 1) -> list[Draft]:
    """What lies in the drafts file."""
    store = DraftStore(stage.places.drafts_file, clock=stage.session.clock)
    found = store.latest(staff_id)
    store.close()
    return found


def form(player: Player) -> dict[str, object]:
    """Every field of the open form."""
    screen = player.app.screen
    typed: dict[str, object] = {name: screen.query_one(f"#{name}", Input).value for name in FIELDS}
    return typed | {name: screen.query_one(f"#{name}", Choice).value for name in CHOICES}


def line(player: Player) -> str:
    return player.app.screen.query_one(Input).value


@asynccontextmanager
async def lost(stage: Stage, *, size: tuple[int, int] = (80, 24)) -> AsyncIterator[Player]:
    """A session that ends while something is being typed: nothing is saved or given up."""
    async with playing(stage, size) as p:
        yield p
        p.app.save_drafts()
    assert left(stage), "nothing was kept"


async def fill_form(player: Player) -> None:
    """Every field of the form, in order."""
    await player.type("jane")
    await player.press("enter", "enter", "ctrl+u")
    await player.type("in 7d")
    await player.press("tab", "ctrl+u")
    await player.type("10.3")
    await player.press(
        "tab", "ctrl+u", "tab", "right", "tab", "right", "tab", "right", "right", "tab", "right", "tab"
    )
    await player.type("blood pressure: high?")
    await player.press("tab")
    await player.type("brings her mother")
    await player.press("tab")
    await player.type("in pain")
    await player.press(
        "shift+tab", "shift+tab", "shift+tab", "shift+tab", "shift+tab", "shift+tab", "shift+tab"
    )
    await player.type("4")


# --- the quick line -----------------------------------------------------------------------------------


async def test_half_a_quick_line_is_offered_and_comes_back_to_be_finished(stage: Stage) -> None:
    async with lost(stage) as p:
        await p.press("a")
        await p.type("jane doe 7d 10:3")
    async with playing(stage) as p:
        assert OFFER in p.screen
        assert "jane doe 7d 10:3" in p.screen
        await p.press("enter")
        assert line(p) == "jane doe 7d 10:3"
        await p.type("0")
        await p.press("enter")
        assert "Booked: Jane Doe, Mon 30 Nov 2026 10:30-11:00" in p.screen
    assert left(stage) == []


async def test_a_restored_line_books_with_whom_it_would_have(stage: Stage) -> None:
    """The column the line was opened in is part of what was typed."""
    async with lost(stage) as p:
        await p.press("right", "a")
        await p.type("jane doe 7d 10:30")
        assert "Dr Sato" in p.screen
    async with playing(stage) as p:
        await p.press("enter", "enter")
        assert "Booked: Jane Doe, Mon 30 Nov 2026 10:30-11:00, Dr Sato" in p.screen


@pytest.mark.walk
async def test_a_line_typed_in_a_profile_stays_that_customers(stage: Stage) -> None:
    async with lost(stage) as p:
        await p.press("slash")
        await p.type("doe")
        await p.press("enter", "a")
        await p.type("7d 10:30 with dr sato")
    async with playing(stage) as p:
        await p.press("enter")
        assert "Book for Jane Doe" in p.screen
        await p.press("enter")
        assert "Booked: Jane Doe, Mon 30 Nov 2026 10:30-11:00, Dr Sato" in p.screen


@pytest.mark.walk
async def test_keys_typed_ahead_of_the_restored_line_land_in_it(stage: Stage) -> None:
    async with lost(stage) as p:
        await p.press("a")
        await p.type("jane doe 7d")
    async with playing(stage) as p:
        await p.press("enter", "space", "9", "enter")
        assert "Booked: Jane Doe, Mon 30 Nov 2026 09:00-09:30" in p.screen


@pytest.mark.walk
async def test_a_new_series_comes_back_with_its_rule(stage: Stage) -> None:
    async with lost(stage) as p:
        await p.press("R")
        await p.type("doe")
        await p.press("enter", "tab", "tab", "tab", "tab", "tab")
        await p.type("6 times")
    async with playing(stage) as p:
        await p.press("enter")
        assert "New series: Jane Doe" in p.screen
        await p.press("ctrl+s", "ctrl+s")
        assert "Series booked: every week on Mon, 6 times" in p.screen
    assert left(stage) == []


@pytest.mark.walk
async def test_a_line_that_was_keyed_back_comes_back_with_its_day(stage: Stage) -> None:
    async with lost(stage) as p:
        await p.press("K", "pageup")
        await p.type("9:30 came")
    async with playing(stage) as p:
        await p.press("enter")
        assert "by hand: Sun 22 Nov 2026" in p.screen
        assert line(p) == "9:30 came"
        await p.press("escape")
    assert left(stage) == []


# --- the form -----------------------------------------------------------------------------------------


@pytest.mark.parametrize("size", some([(80, 24), (120, 40)]))
@pytest.mark.walk
async def test_a_form_comes_back_with_every_field_as_typed(stage: Stage, size: tuple[int, int]) -> None:
    async with lost(stage, size=size) as p:
        await p.press("A")
        await fill_form(p)
        typed = form(p)
    assert (typed["day"], typed["time"], typed["minutes"]) == ("in 7d", "10.3", "4")
    assert (typed["type"], typed["staff"], typed["room"], typed["mode"]) == (3, 3, 2, "virtual")
    async with playing(stage, size) as p:
        await p.press("enter")
        assert form(p) == typed
        assert p.app.screen._customer_id == stage.customers["Jane Doe"]  # type: ignore[attr-defined]


@pytest.mark.walk
async def test_a_name_not_looked_up_yet_comes_back_as_typed(stage: Stage) -> None:
    async with lost(stage) as p:
        await p.press("A")
        await p.type("jane d")
    async with playing(stage) as p:
        await p.press("enter")
        assert form(p)["customer"] == "jane d"
        await p.press("enter", "enter", "ctrl+s")
        assert "Booked: Jane Doe" in p.screen


@pytest.mark.walk
async def test_an_edit_of_an_appointment_comes_back_over_that_appointment(stage: Stage) -> None:
    mine = stage.booked("Jane Doe", "2026-11-23 10:00", reason="cough")
    async with lost(stage) as p:
        await on(p, mine)
        await p.press("e", "tab", "tab", "tab", "tab", "tab", "tab", "tab")
        await p.press("end")
        await p.type(" and fever")
        typed = form(p)
    async with playing(stage) as p:
        await p.press("enter")
        assert form(p) == typed
        assert "Jane Doe · Scheduled" in p.screen
        assert "somebody else" not in p.screen
        await p.press("ctrl+s")
        assert "Saved: Jane Doe" in p.screen
    assert stage.rows("select reason, version from appointment") == [("cough and fever", 2)]
    assert left(stage) == []


async def half_an_edit(stage: Stage) -> int:
    """The reason of an appointment is being changed when the session is lost."""
    mine = stage.booked("Jane Doe", "2026-11-23 10:00", reason="cough")
    async with lost(stage) as p:
        await on(p, mine)
        await p.press("e", "tab", "tab", "tab", "tab", "tab", "tab", "tab", "end")
        await p.type(" and fever")
    return mine


@pytest.mark.walk
async def test_a_draft_of_an_appointment_that_changed_meanwhile_shows_both_values(stage: Stage) -> None:
    mine = await half_an_edit(stage)
    was = visit(mine).details
    change(stage.session, ChangeAppointment(mine, 1, was, replace(was, reason="flu", room_id=2)))
    async with playing(stage) as p:
        await p.press("enter")
        told = " ".join(p.screen.split())
        assert "changed by somebody else" in told
        assert "flu" in told
        assert "cough and fever" in told
        await p.press("enter")
        assert form(p)["reason"] == "cough and fever"
        await p.press("ctrl+s")
        assert "Saved: Jane Doe" in p.screen
    assert stage.rows("select reason from appointment") == [("cough and fever",)]
    assert left(stage) == []


@pytest.mark.walk
async def test_a_draft_of_an_appointment_that_was_canceled_meanwhile_is_not_lost(stage: Stage) -> None:
    mine = await half_an_edit(stage)
    mark(stage.session, MarkAppointment(mine, 1, Status.CANCELED, "has the flu", "customer"))
    async with playing(stage) as p:
        await p.press("enter", "enter")
        assert "Jane Doe · Canceled" in p.screen
        await p.press("ctrl+s")
        assert "It is Canceled and no longer changes" in " ".join(p.screen.split())
        assert form(p)["reason"] == "cough and fever"
    assert left(stage)


# --- records and notes --------------------------------------------------------------------------------


@pytest.mark.walk
async def test_a_note_comes_back_as_typed(stage: Stage) -> None:
    async with lost(stage) as p:
        await p.press("slash")
        await p.type("doe")
        await p.press("enter", "N")
        await p.type("afraid of needles")
        await p.press("enter")
        await p.type("likes cats")
    async with playing(stage) as p:
        await p.press("enter")
        assert p.app.screen.query_one(TextArea).text == "afraid of needles\nlikes cats"
        await p.press("ctrl+s")
    assert stage.rows("select customer_id, text from note") == [
        (stage.customers["Jane Doe"], "afraid of needles\nlikes cats")
    ]
    assert left(stage) == []


@pytest.mark.walk
async def test_a_new_customer_comes_back_as_typed(stage: Stage) -> None:
    async with lost(stage) as p:
        await p.press("f3", "ctrl+n")
        await p.type("Aiko")
        await p.press("tab")
        await p.type("Mor")
    async with playing(stage) as p:
        await p.press("enter")
        screen = p.app.screen
        assert [screen.query_one(f"#{name}", Input).value for name in ("first", "last")] == ["Aiko", "Mor"]


@pytest.mark.walk
async def test_keys_typed_ahead_of_a_restored_record_land_in_it(stage: Stage) -> None:
    async with lost(stage) as p:
        await p.press("f3", "ctrl+n")
        await p.type("Aik")
    async with playing(stage) as p:
        await p.press("enter", "M", "o", "backspace", "tab", "x")
        screen = p.app.screen
        assert [screen.query_one(f"#{name}", Input).value for name in ("first", "last")] == ["Aik", "M"]


# --- whose, and until when ----------------------------------------------------------------------------


async def test_nobody_else_is_offered_it(stage: Stage) -> None:
    async with lost(stage) as p:
        await p.press("a")
        await p.type("jane doe 7d")
    mine, stage.session = stage.session, replace(stage.session, staff_id=2, name="Dr Lee")
    async with playing(stage) as p:
        assert OFFER not in p.screen
        assert "jane doe" not in p.screen
    stage.session = mine
    async with playing(stage) as p:
        assert OFFER in p.screen


async def test_escape_keeps_it_for_the_next_start(stage: Stage) -> None:
    async with lost(stage) as p:
        await p.press("a")
        await p.type("jane doe 7d")
    for _ in range(2):
        async with playing(stage) as p:
            assert OFFER in p.screen
            await p.press("escape")
            assert OFFER not in p.screen
            await p.press("2", "1")
    assert [draft.fields["line"] for draft in left(stage)] == ["jane doe 7d"]


@pytest.mark.walk
@pytest.mark.parametrize("key", ["delete", "backspace"])
async def test_delete_gives_it_up_for_good(stage: Stage, key: str) -> None:
    async with lost(stage) as p:
        await p.press("a")
        await p.type("jane doe 7d")
    async with playing(stage) as p:
        await p.press(key)
        assert OFFER not in p.screen
        assert "Mon 23 Nov 2026" in p.screen
    assert left(stage) == []


@pytest.mark.walk
async def test_of_several_each_can_be_given_up_or_taken(stage: Stage) -> None:
    await half_an_edit(stage)
    stage.clock[0] += 60
    async with playing(stage) as p:
        await p.press("escape", "a")
        await p.type("roe 8d 9:00")
        p.app.save_drafts()
    async with playing(stage) as p:
        assert "roe 8d 9:00" in p.screen
        assert "Jane Doe · Mon 23 Nov" in p.screen
        await p.press("delete")
        assert "roe 8d 9:00" not in p.screen
        await p.press("enter")
        assert form(p)["reason"] == "cough and fever"


@pytest.mark.walk
@pytest.mark.parametrize(
    "keys",
    [
        ("a", "jane doe 7d 10:30", "enter"),
        ("a", "jane doe 7d", "escape"),
        ("a", "jane doe 10:30", "enter", " 7d", "enter"),
        ("A", "jane", "enter", "enter", "tab", "11:00", "ctrl+s"),
        ("A", "jane", "escape"),
        ("A", "jane", "ctrl+s", "escape"),
        ("e", "tab", "15", "ctrl+s", "escape"),
        ("b", "ctrl+s"),
        ("b", "tab", "tab", "5", "escape"),
    ],
    ids=" ".join,
)
async def test_what_was_saved_or_given_up_leaves_no_draft(stage: Stage, keys: tuple[str, ...]) -> None:
    mine = stage.booked("John Roe", "2026-11-23 10:00")
    named = ("enter", "escape", "tab", "ctrl+s")
    async with playing(stage) as p:
        await on(p, mine)
        for key in keys:
            await (p.press(key) if key in named or len(key) == 1 else p.type(key))
        assert isinstance(p.app.screen, CalendarScreen), p.screen
    assert left(stage) == []


async def test_a_form_of_a_list_that_is_left_loses_its_draft_and_no_other_form_does(stage: Stage) -> None:
    add_payer(stage.session, AddPayer(PayerFields(name="Sea Health")))
    async with lost(stage) as p:
        await p.press("f3", "f5", "e")
        await p.type(" and Life")
    async with playing(stage) as p:
        await p.press("escape", "f3", "f5", "a")
        await p.type("Harbour Fund")
        p.app.save_drafts()
        assert {(draft.form, draft.record) for draft in left(stage)} == {("payer", ""), ("payer", "1")}
        await p.press("escape")
    assert [(draft.form, draft.record) for draft in left(stage)] == [("payer", "1")]
    async with playing(stage) as p:
        await p.press("escape", "f3", "f5", "e", "escape")
    assert left(stage) == []


async def test_leaving_with_a_form_open_keeps_what_is_in_it(stage: Stage) -> None:
    """Ctrl+Q works in a dialog as everywhere."""
    async with playing(stage) as p:
        await p.press("a")
        await p.type("jane doe 7d")
        await p.pilot.press("ctrl+q")
        await p.pilot.pause()
        assert p.app._exit
    assert [draft.fields["line"] for draft in left(stage)] == ["jane doe 7d"]


@pytest.mark.walk
async def test_a_refused_booking_keeps_its_draft_until_it_is_given_up(stage: Stage) -> None:
    async with lost(stage) as p:
        await p.press("a")
        await p.type("jane doe 7d 10:30")
        stage.booked("John Roe", "2026-11-30 10:30")
        await p.press("enter")
        assert line(p) == "jane doe 7d 10:30"
    async with playing(stage) as p:
        await p.press("enter")
        assert "Dr Lee is busy 10:30-11:00 (John Roe, Follow-up)" in p.screen
        await p.press("escape")
    assert left(stage) == []


@pytest.mark.walk
async def test_an_old_draft_says_when_it_was_typed(stage: Stage) -> None:
    async with lost(stage) as p:
        await p.press("a")
        await p.type("jane doe 7d")
    stage.clock[0] = at("2026-11-25 08:00")
    async with playing(stage) as p:
        assert "Mon 23 Nov 2026 09:20" in p.screen
        assert "quick line" in p.screen


async def test_what_the_line_mode_asked_is_left_to_the_line_mode(stage: Stage) -> None:
    store = DraftStore(stage.places.drafts_file, clock=stage.session.clock)
    store.put(1, LINE_FORM, "7", 0, {"what": "cancel", "line": "cancel 1"})
    store.close()
    async with playing(stage) as p:
        assert OFFER not in p.screen
    assert [draft.form for draft in left(stage)] == [LINE_FORM]


def test_every_form_that_keeps_drafts_can_be_gone_on_with() -> None:
    """A form without a way back would be offered, and what was typed in it lost."""
    modules = [
        import_module(f"{folder.__name__}.{one.name}")
        for folder in (dialogs, screens)
        for one in iter_modules(folder.__path__)
    ]
    known = {found for module in modules for found in _forms(module)}
    assert len(known) > 8
    assert known | set(FORMS) <= set(WAYS)


def _forms(module: ModuleType) -> set[str]:
    made = [one for one in vars(module).values() if isinstance(one, type)]
    found = {getattr(one, "FORM", None) for one in (module, *made)}
    return {name for name in found if isinstance(name, str)}
