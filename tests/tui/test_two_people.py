"""Two people at one terminal: what is read is read for the right one, and nobody loses what holds for all."""

from __future__ import annotations

import asyncio
from pathlib import Path

import pytest

from pim_tui.domain.rights import Right
from pim_tui.models import Staff
from pim_tui.queries import series
from pim_tui.queries.gate import reader_may
from pim_tui.tui.dialogs.pin import NewPinDialog
from tests.tui.lockstage import ANNA, LEE, PIN, SATO, at_work, given, lines, unlock, with_door
from tests.tui.stage import Player, Stage, playing

NEWER = "A newer version is here: leave, and start it again."


def has_role(stage: Stage, staff_id: int, role: str) -> None:
    with stage.book.write_tx():
        Staff.update(role=role, version=Staff.version + 1).where(Staff.id == staff_id).execute()


def notices(p: Player) -> list[str]:
    return [one.message for one in p.app._notifications]


async def test_a_screen_reads_for_its_own_person_and_what_holds_for_all_is_told_to_each(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    stage, door = at_work(tmp_path, monkeypatch)
    has_role(stage, LEE, "clinician")
    async with playing(stage, door=door) as p:
        of_anna = p.app.screen
        p.app.overtaken(NEWER)
        await p.press("ctrl+k")
        assert NEWER not in notices(p)
        await unlock(p, PIN[LEE], "dl")
        assert NEWER in notices(p)
        reading = asyncio.create_task(of_anna.fetch(reader_may, Right.CHANGE_ROLES))  # type: ignore[attr-defined]
        assert not await p.app.fetch(reader_may, Right.CHANGE_ROLES)
        await p.press()
        assert not reading.done()
        await p.press("ctrl+k")
        await unlock(p, PIN[ANNA], "ab")
        assert await reading
        assert NEWER in notices(p)


@pytest.mark.walk
async def test_what_is_done_once_a_start_is_done_by_the_first_who_may(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    asked: list[str] = []
    stage, door = with_door(tmp_path, monkeypatch)
    has_role(stage, LEE, "administrator")
    stage.session = door.nobody()
    async with playing(stage, door=door) as p:
        monkeypatch.setattr(series, "any_due", lambda now: asked.append(p.app.desk.session.name))
        for who, after in (("dl", []), ("ab", ["Anna Berg"]), ("dl", ["Anna Berg"])):
            await unlock(p, PIN[LEE if who == "dl" else ANNA], who)
            assert asked == after
            await p.press("ctrl+k")
    assert not lines(stage, "refused")


async def test_whoever_has_yet_to_choose_a_pin_does_not_end_the_work_of_whoever_has_locked(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    stage, door = at_work(tmp_path, monkeypatch)
    given(stage, SATO, "given-to-you-1")
    async with playing(stage, door=door) as p:
        await p.press("ctrl+k")
        await unlock(p, "given-to-you-1", "dr sato")
        assert isinstance(p.app.screen, NewPinDialog)
        await p.press("ctrl+q")
        assert p.app.return_code is None
        await p.press("escape")
        await p.app.seats.settled()
        await unlock(p, PIN[ANNA], "ab")
        assert p.app.desk.session.name == "Anna Berg"
    assert lines(stage, "sign out")[-1] == ("sign out", ANNA, "left")
