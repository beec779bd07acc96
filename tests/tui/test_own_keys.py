"""A clinic's own keys, and what has none because of them."""

from __future__ import annotations

import pytest

from pim_tui.config import Settings
from pim_tui.tui.dialogs.choose import ChooseFilter
from pim_tui.tui.dialogs.told import ToldDialog
from tests.tui.stage import Stage, enter, playing


def own(**keys: str) -> Settings:
    """Settings with ``keys``, an underscore twice for the point of their ids."""
    given = {id_.replace("__", "."): names for id_, names in keys.items()}
    return Settings(clinic_name="Harbour Clinic", country="DE", keys=given)


@pytest.mark.parametrize("size", [(80, 24), (120, 40)])
async def test_a_key_that_the_clinic_gave_away_does_that_and_the_row_is_in_the_palette(
    stage: Stage, size: tuple[int, int]
) -> None:
    async with playing(stage, size, own(calendar__goto="exclamation_mark"), notices=True) as p:
        assert "leave none to app.told (!): Ctrl+P" in " ".join(p.screen.split())
        await p.press("exclamation_mark")
        await enter(p, "+1d")
        assert "Tue 24 Nov" in p.screen
        await p.press("ctrl+p")
        await enter(p, "told")
        assert isinstance(p.app.screen, ToldDialog)
        assert "leave none to app.told" in p.screen


async def test_a_key_of_the_whole_program_can_be_one_of_a_screen(stage: Stage) -> None:
    """Some of these come before the screen's own: they are the clinic's all the same."""
    mine = own(calendar__goto="ctrl+k", calendar__today="ctrl+underscore", calendar__filter="ctrl+d")
    async with playing(stage, settings=mine) as p:
        await p.press("ctrl+k")
        await enter(p, "+1d")
        assert "Tue 24 Nov" in p.screen
        await p.press("ctrl+underscore")
        assert "Mon 23 Nov" in p.screen
        await p.press("ctrl+d")
        assert isinstance(p.app.screen, ChooseFilter)
