"""A terminal smaller than 80x24: what can be looked up in it, and that what it covers is left alone."""

from __future__ import annotations

import re
from dataclasses import replace
from pathlib import Path

import pytest

from pim_tui.config import Settings
from pim_tui.domain.rights import ROLES, Right
from pim_tui.domain.text import cell_width
from pim_tui.services.customer_rows import insert_customers
from pim_tui.tui.dialogs.quick import QuickLine
from pim_tui.tui.screens.calendar import CalendarScreen
from pim_tui.tui.screens.lookup import LookUp
from pim_tui.tui.screens.toosmall import TooSmall
from tests.line.talking import person
from tests.tui.lockstage import ANNA, PIN, at_work, unlock
from tests.tui.stage import Stage, playing, resized, set_up

SMALL = (40, 12)


@pytest.fixture
def stage(tmp_path: Path) -> Stage:
    made = set_up(tmp_path)
    made.booked("Jane Doe", "2026-11-23 10:30", reason="sore throat")
    made.booked("John Roe", "2026-11-23 09:00", staff="Dr Sato")
    made.booked("Aaron Smith", "2026-11-30 11:00")
    return made


async def test_today_somebody_and_the_next_free_times_are_looked_up_in_forty_columns(stage: Stage) -> None:
    async with playing(stage, size=SMALL) as p:
        assert isinstance(p.app.screen, LookUp)
        lines = p.screen.splitlines()
        assert (len(lines), max(map(cell_width, lines))) == (12, 40)
        assert lines[0].startswith(" Mon 23 Nov 2026, all")
        told = zip(("09:00", "now", "10:30"), lines[3:6], strict=True)
        assert all(when in line for when, line in told)
        assert "Enter Card" in lines[-1]
        await p.type("aaron")
        assert "Smith, Aaron" in p.screen
        assert "30 Jan 1975" in p.screen
        await p.press("enter")
        for told in ("Aaron Smith #3", "born 30 Jan 1975", "Next: Mon 30 Nov 11:00"):
            assert told in p.screen
        await p.press("pagedown", "pagedown")
        assert "oS Mon 30 Nov 2026" in p.screen
        await p.press("escape", "escape", "tab")
        assert "Free, 30 min" in p.screen
        assert "Mon 23 Nov  09:30-10:00  Dr Lee" in p.screen.splitlines()[3]


async def test_what_is_covered_comes_back_as_it_was_and_no_key_reaches_it(stage: Stage) -> None:
    async with playing(stage) as p:
        await p.press("a")
        await p.type("jane doe 7d")
        form = p.app.screen
        await resized(p, *SMALL)
        assert isinstance(p.app.screen, LookUp)
        await p.type("roe")
        await p.press("enter", "down", "escape", "f2", "f3", "u", "tab")
        assert isinstance(p.app.screen, LookUp)
        await resized(p, 30, 10)
        assert isinstance(p.app.screen, TooSmall)
        assert p.screen.split()[:4] == ["This", "terminal", "is", "30x10;"]
        await resized(p, 60, 15)
        assert isinstance(p.app.screen, LookUp)
        await resized(p, 80, 24)
        assert p.app.screen is form
        assert isinstance(form, QuickLine)
        assert "jane doe 7d" in p.screen
        await p.press("escape")
        assert isinstance(p.app.screen, CalendarScreen)
        assert len(stage.rows("select 1 from appointment")) == 3


async def test_what_opens_meanwhile_waits_below(stage: Stage) -> None:
    async with playing(stage, size=SMALL) as p:
        p.app.action_customers()
        await p.press()
        assert isinstance(p.app.screen, LookUp)
        await resized(p, 80, 24)
        assert "Customers" in p.screen
        await p.press("escape")
        assert isinstance(p.app.screen, CalendarScreen)


async def test_it_locks_and_the_door_stands_in_forty_columns(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    stage, door = at_work(tmp_path, monkeypatch)
    async with playing(stage, size=SMALL, door=door) as p:
        await p.type("jane")
        await p.press("ctrl+k")
        assert p.app.seats.at_door
        assert "Jane" not in p.screen
        assert "PIN" in p.screen
        await unlock(p, PIN[ANNA])
        assert isinstance(p.app.screen, LookUp)
        assert "Doe, Jane" in p.screen


async def test_who_may_not_see_something_is_told_and_plain_characters_are_enough(stage: Stage) -> None:
    insert_customers(stage.session, [person("伟" * 6, "李", "1990-01-02", "030 5550199")])
    stage.session = replace(stage.session, rights=stage.session.rights - {Right.SEE_BILL})
    plain = Settings(clinic_name="Harbour Clinic", country="DE", colour="none", symbols="ascii")
    async with playing(stage, size=SMALL, settings=plain) as p:
        assert p.screen.isascii()
        await p.type("jane")
        await p.press("enter")
        assert "Owes: closed to you" in p.screen
        await p.press("escape", "escape")
        await p.type("0305550")
        born = [re.split(r"\d+ \w{3} \d{4}", line)[0] for line in p.screen.splitlines()[3:8]]
        assert {cell_width(before) for before in born} == {cell_width(born[0])}
    looks = stage.rows("select action from journal where action = 'see'")
    assert looks == []


async def test_who_sees_no_customer_is_told_so_and_finds_none(stage: Stage) -> None:
    with stage.book.write_tx():
        stage.book.db.execute_sql("update staff set role = 'administrator', version = 2 where id = 1")
    stage.session = replace(stage.session, rights=ROLES["administrator"])
    async with playing(stage, size=SMALL) as p:
        assert "does not have the right to see the calendar" in " ".join(p.screen.split())
        await p.type("jane")
        assert "does not have the right to see customers" in " ".join(p.screen.split())
        assert "Doe" not in p.screen


async def test_who_comes_in_is_marked_as_arrived_from_list_name_or_card(
    stage: Stage,
) -> None:
    arrived = "select arrived_at is not null from appointment where customer_id = ?"
    jane, john = stage.customers["Jane Doe"], stage.customers["John Roe"]
    async with playing(stage, size=SMALL) as p:
        await p.press("down", "ctrl+a")
        assert "Arrived: Jane Doe" in p.screen
        assert stage.rows(arrived, jane) == [(1,)]
        await p.type("roe")
        await p.press("ctrl+a")
        assert stage.rows(arrived, john) == [(1,)]
        await p.press("enter", "ctrl+a")
        assert "No longer arrived: John Roe" in " ".join(p.screen.split())
        assert stage.rows(arrived, john) == [(0,)]
        await p.press("escape", "escape")
        await p.type("aaron")
        await p.press("ctrl+a")
        assert "No visit today." in p.screen
        await p.press("escape")
        assert "No visit today." not in p.screen


async def test_whose_birth_date_is_unknown_has_their_number_beside_the_name(stage: Stage) -> None:
    insert_customers(stage.session, [person("伟" * 2, "李", "", "030 5550199")])
    plain = Settings(clinic_name="Harbour Clinic", country="DE", colour="none", symbols="ascii")
    async with playing(stage, size=SMALL, settings=plain) as p:
        await p.type("伟")
        assert "#5" in p.screen.splitlines()[3]


async def test_without_the_right_nobody_is_marked_from_a_small_terminal(stage: Stage) -> None:
    stage.session = replace(stage.session, rights=stage.session.rights - {Right.MARK_APPOINTMENT})
    async with playing(stage, size=SMALL) as p:
        await p.press("down", "ctrl+a")
        assert "You do not have the right" in p.screen
    assert stage.rows("select count(*) from appointment where arrived_at is not null") == [(0,)]
