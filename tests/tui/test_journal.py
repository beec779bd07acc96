"""The journal on the screen, and the glass: broken, told of, looked into."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import replace
from pathlib import Path

import pytest

from pim_tui.config import Settings
from pim_tui.domain.news import JournalLine, news_of
from pim_tui.domain.rights import Right, rights_of
from pim_tui.services.glass import BreakGlass, break_glass
from pim_tui.services.notes import AddNote, add_note
from pim_tui.services.pins import SetPin, set_pin
from tests.tui.stage import Stage, playing, set_up

pytestmark = pytest.mark.asyncio

PIN, WHY = "lantern-2", "Unconscious, her allergies"


@pytest.fixture
def stage(tmp_path: Path) -> Iterator[Stage]:
    """Jane has a visit and a note; Anna has a PIN."""
    made = set_up(tmp_path)
    made.booked("Jane Doe", "2026-11-24 10:30")
    set_pin(made.session, SetPin(1, PIN))
    add_note(replace(made.session, staff_id=2), AddNote(made.customers["Jane Doe"], "Allergic to nuts"))
    yield made
    made.book.close()


def as_(stage: Stage, role: str) -> None:
    """Anna has this role from now on."""
    stage.session = replace(stage.session, rights=rights_of(role))
    with stage.book.write_tx():
        stage.book.db.execute_sql("update staff set role = ?, version = version + 1 where id = 1", (role,))


async def test_the_journal_is_searched_and_a_line_is_shown_whole(stage: Stage) -> None:
    async with playing(stage) as player:
        await player.press("ctrl+d")
        assert "Journal" in player.screen
        assert "write" in player.screen
        assert "note 1" in player.screen
        await player.press("f")
        await player.type("book")
        await player.press("down")
        assert "note 1" not in player.screen
        await player.press("enter")
        await player.until(lambda: "* customer id: 1" in player.screen)
        await player.press(*["pagedown"] * 5)
        assert "Seals (SHA-256)" in player.screen
        await player.press("escape", "escape")
        assert "Journal" not in player.screen


async def test_whoever_may_not_see_notes_sees_that_one_was_written(stage: Stage) -> None:
    as_(stage, "administrator")
    async with playing(stage) as player:
        await player.press("ctrl+d", "f")
        await player.type("write")
        await player.press("down", "enter")
        await player.until(lambda: "What they were is for those who may read notes." in player.screen)
        assert "nuts" not in player.screen


@pytest.mark.walk
async def test_from_a_profile_it_is_about_that_record_and_tells_who_saw_it(stage: Stage) -> None:
    async with playing(stage, settings=Settings(clinic_name="Harbour Clinic", journal_views="all")) as player:
        await player.press("slash")
        await player.type("jane")
        await player.press("enter", "6")
        await player.until(lambda: not player.app.views.waiting)
        await player.press("ctrl+d")
        assert "Journal · customer 1" in player.screen
        await player.press("w")
        await player.until(lambda: len(stage.rows("select 1 from journal where action = 'see'")) > 0)
        await player.press("r")
        assert "Who saw it · customer 1" in player.screen
        assert "see" in player.screen
        assert "note 1" not in player.screen
        await player.press("w", "a")
        assert "customer #1" in player.screen


async def test_it_is_exported_as_it_is_narrowed(stage: Stage) -> None:
    async with playing(stage) as player:
        await player.press("ctrl+d", "f9", "enter")
        await player.until(lambda: "lines are in" in player.screen)
    (file,) = stage.places.outbox.glob("journal-*.csv")
    header, *rows = file.read_text("utf-8-sig").splitlines()
    assert header.startswith('"prev","seq","at_ms"')
    assert len(rows) == stage.rows("select count(*) from journal")[0][0] - 1
    assert "nuts" not in file.read_text()


@pytest.mark.walk
async def test_a_closed_tab_offers_the_key_and_the_glass_opens_it_for_a_while(stage: Stage) -> None:
    as_(stage, "receptionist")
    async with playing(stage) as player:
        await player.press("slash")
        await player.type("jane")
        await player.press("enter")
        while "Closed to you" not in player.screen:
            await player.press("tab")
        assert "nuts" not in player.screen
        await player.press("K")
        await player.type("because")
        await player.press("enter")
        assert "in 10 characters at least" in player.screen
        await player.type(WHY)
        await player.press("enter")
        await player.type(PIN)
        await player.press("enter")
        await player.press("r" if "nuts" not in player.screen else "f1", "escape")
        assert "Allergic to nuts" in player.screen
        assert "OPENED until 09:50" in player.screen
        stage.clock[0] += 1800
        player.app.screen._glass_ended()  # type: ignore[attr-defined]
        await player.press()
        assert "nuts" not in player.screen
        assert "OPENED" not in player.screen
    lines = stage.rows("select action from journal where action in ('break glass', 'see') order by seq")
    assert lines == [("break glass",), ("see",)]


@pytest.mark.walk
async def test_whoever_reviews_is_told_and_looks_into_it_from_the_day_close(stage: Stage) -> None:
    as_(stage, "receptionist")
    break_glass(stage.session, BreakGlass(stage.customers["Jane Doe"], WHY, PIN))
    stage.session = replace(stage.session, staff_id=2, name="Dr Lee", rights=rights_of("owner"))
    async with playing(stage) as player:
        told = JournalLine(
            "Anna Berg", "break glass", "break_glass", 1, {}, {"customer_id": 1}, 1, "Jane Doe"
        )
        player.app.heard([news_of(told, "Europe/Berlin")])
        await player.press()
        (notice,) = player.app._notifications
        assert notice.message == "Anna Berg opened the closed record of Jane Doe."
        await player.press("f12")
        assert "Opened 1" in player.screen
        while "Was that in order?" not in player.screen and "Opened records" not in player.screen:
            await player.press("tab")
            if "Unconscious" in player.screen and player.app.screen._at[0] == "glass":  # type: ignore[attr-defined]
                await player.press("enter")
        await player.press("enter", "down", "enter")
        await player.type("Was at lunch")
        await player.press("enter")
        assert "Reviewed: not in order." in player.screen
        await player.press("escape")
        assert "Opened 1" not in player.screen
    assert stage.rows("select verdict, remark, reviewed_by_id from break_glass") == [
        ("not in order", "Was at lunch", 2)
    ]


async def test_without_the_rights_neither_opens(stage: Stage) -> None:
    as_(stage, "cashier")
    assert not {Right.SEE_JOURNAL, Right.REVIEW_GLASS, Right.BREAK_GLASS} & stage.session.rights
    async with playing(stage) as player:
        await player.press("ctrl+d")
        assert "do not have the right to read the journal" in player.screen
        await player.press("ctrl+x")
        assert "closed records. Who may:" in player.screen
        await player.press("f3")
        await player.type("jane")
        await player.press("ctrl+d")
        assert "do not have the right to read the journal" in player.screen
