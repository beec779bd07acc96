"""What a key costs stands in the footer when it is asked for, and costs nothing when it is not."""

from __future__ import annotations

from pathlib import Path

import pytest

from pim_tui.tui import metering
from pim_tui.tui.app import PimApp
from pim_tui.tui.terminal import meter
from pim_tui.tui.terminal.meter import QUIET, Meter
from tests.tui.stage import playing, set_up


class Sent:
    """A line that takes what it is told."""

    count, last_at, idle = 0, 0.0, True


def test_a_key_is_charged_with_what_follows_it_until_the_line_is_quiet() -> None:
    now, line = [100.0], Sent()
    measured = Meter(line, lambda: now[0])
    line.count = 500
    measured.key()
    line.count, line.last_at, line.idle, now[0] = 620, 100.05, False, 101.0
    assert measured.reading() is None
    line.idle, now[0] = True, 100.05 + QUIET / 2
    assert measured.reading() is None
    now[0] = 101.0
    assert measured.reading() == "120 B 50 ms"
    measured.key()
    now[0] = 102.0
    assert measured.reading() == "0 B 0 ms"


async def test_the_meter_is_in_the_footer_from_its_key_on_and_then_nothing_ticks(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    line = Sent()
    monkeypatch.setattr(PimApp, "sending", line)
    for module in (metering, meter):
        monkeypatch.setattr(module, "QUIET", 0.01)
    async with playing(set_up(tmp_path)) as p:
        assert " ms" not in p.screen
        await p.press("f11")
        assert "- B - ms" in p.screen
        line.idle = False
        await p.pilot.press("down")
        line.count, line.idle = 77, True
        await p.until(lambda: "77 B" in p.screen)
        assert p.app.metering._timer is None
        await p.press("f11")
        assert " ms" not in p.screen
