"""Every screen and dialog is opened full of hostile text, whatever keys lead to it."""

from __future__ import annotations

from itertools import cycle
from pathlib import Path

import pytest

from tests.safety.hostile_gallery import ONLY_WALKED, kinds, shown
from tests.safety.hostile_screens import look, poison
from tests.safety.hostiletext import texts
from tests.tui.hostile import TEXTS
from tests.tui.stage import playing
from tests.tui.test_roles_walk import clinic_with_everything


@pytest.mark.walk
@pytest.mark.sqlite
@pytest.mark.timeout(300)
async def test_no_screen_or_dialog_obeys_what_it_is_made_of(tmp_path: Path) -> None:
    stage = clinic_with_everything(tmp_path)
    poison(stage, cycle(TEXTS))
    async with playing(stage) as p:
        opened = await shown(p, look, cycle((*TEXTS, *texts(400, 1))))
    unseen = {kind.__name__ for kind in kinds() if kind not in opened}
    assert unseen <= ONLY_WALKED, "made of words that it does not take: say in MEANT which it does"
