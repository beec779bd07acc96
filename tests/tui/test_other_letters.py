"""In a terminal that has only ASCII, two people whose names it cannot write are told apart everywhere."""

from __future__ import annotations

from pathlib import Path

import pytest

from pim_tui.config import Settings
from pim_tui.domain.text import to_ascii
from pim_tui.domain.waiting import Wish
from pim_tui.services.waiting import AddWaiting, add_waiting
from tests.tui.stage import Player, Stage, playing, set_up

PLAIN = Settings(clinic_name="Harbour Clinic", country="DE", symbols="ascii")
PEOPLE = (("太郎", "山田", "1984-03-01", "030 5550101"), ("花子", "鈴木", "1984-03-01", "030 5550102"))


@pytest.fixture
def stage(tmp_path: Path) -> Stage:
    """Two people of whose names nothing is left, with visits side by side."""
    made = set_up(tmp_path, people=PEOPLE)
    made.booked("太郎 山田", "2026-11-23 10:00")
    made.booked("花子 鈴木", "2026-11-23 10:00", staff="Dr Sato")
    return made


def written(p: Player) -> str:
    """What leaves for such a terminal."""
    return "\n".join(map(to_ascii, p.screen.splitlines()))


def rows(p: Player, *numbers: str) -> list[str]:
    """The lines that tell of them, by their numbers."""
    found = [line for line in written(p).splitlines() if any(number in line for number in numbers)]
    assert found, p.screen
    return found


async def test_they_are_told_apart_in_the_day_the_list_and_the_week(stage: Stage) -> None:
    async with playing(stage, settings=PLAIN) as p:
        day = " ".join(rows(p, "#1 ?? ??", "#2 ?? ??"))
        assert "#1 ?? ??" in day
        assert "#2 ?? ??" in day
        await p.press("4")
        one, other = rows(p, "#1", "#2")
        assert "#1 ?? ??" in one
        assert "#2 ?? ??" in other
        await p.press("1")
        p.app.screen.grid.go_to(block_id=2)  # type: ignore[attr-defined]
        await p.press("m")
        assert "Move #2 ?? ??" in written(p)


async def test_they_are_told_apart_where_they_are_found(stage: Stage) -> None:
    async with playing(stage, settings=PLAIN) as p:
        await p.press("f3")
        await p.type("1.3.1984")
        one, other = rows(p, "#1", "#2")
        assert one != other
        assert "5550101" in next(line for line in (one, other) if "#1" in line)
        await p.press("escape", "f2", "slash")
        await p.type("1.3.1984")
        assert len(rows(p, "#1", "#2")) == 2
        await p.press("escape", "a")
        await p.type("01.03.1984 7d 10:30 dr lee")
        assert len(rows(p, "#1 ??, ??", "#2 ??, ??")) == 2


async def test_they_are_told_apart_in_lists(stage: Stage) -> None:
    for name in ("太郎 山田", "花子 鈴木"):
        add_waiting(stage.session, AddWaiting(stage.customers[name], Wish(30)))
    async with playing(stage, settings=PLAIN) as p:
        await p.press("W")
        assert len(rows(p, "#1 ?? ??", "#2 ?? ??")) == 2
        await p.press("escape", "f5")
        assert len(rows(p, "#1 ?? ??", "#2 ?? ??")) >= 1


async def test_what_is_booked_for_one_of_them_is_booked_for_that_one(stage: Stage) -> None:
    async with playing(stage, settings=PLAIN) as p:
        await p.press("A")
        await p.type("030 5550102")
        await p.press("enter", "enter")
        assert "#2 ?? ??" in written(p)
        await p.press("ctrl+u")
        await p.type("7d")
        await p.press("tab", "ctrl+u")
        await p.type("10:30")
        await p.press("ctrl+s")
    assert stage.rows("select customer_id from appointment order by id desc limit 1") == [(2,)]


async def test_no_number_stands_before_a_name_where_it_can_be_written(stage: Stage) -> None:
    async with playing(stage) as p:
        assert "太郎 山田" in p.screen
        assert "#1" not in p.screen


async def test_nor_before_one_in_latin_letters(tmp_path: Path) -> None:
    latin = set_up(tmp_path)
    latin.booked("José García", "2026-11-23 10:00")
    async with playing(latin, settings=PLAIN) as p:
        assert "Jose Garcia" in written(p)
        assert "#4" not in p.screen
