"""On a slow line nothing is sent that only pleases the eye, and every state is told all the same."""

from __future__ import annotations

import termios
from pathlib import Path

import pytest

from pim_tui.bootstrap import office
from pim_tui.cli.parser import parse
from pim_tui.config import Settings
from pim_tui.errors import UsageError
from pim_tui.tui.terminal.profile import of
from pim_tui.tui.widgets.grid import CalendarGrid
from tests.tui.clinicstage import busy
from tests.tui.stage import playing

XTERM = {"TERM": "xterm-256color"}


def test_slow_is_asked_for_by_the_command_or_told_by_the_line(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("PIM_HOME", str(tmp_path))
    assert (office().settings.slow, office(slow=True).settings.slow) == ("auto", "on")
    for line in (["--slow"], ["session", "--slow"], ["--slow", "session"]):
        assert parse(line).slow, line
    assert not parse([]).slow
    assert not parse(["session"]).slow
    with pytest.raises(UsageError, match="goes with opening the book"):
        parse(["--slow", "check"])
    for speed, slow in (
        (termios.B9600, True),
        (termios.B19200, True),
        (termios.B38400, False),
        (None, False),
    ):
        assert of(Settings(), XTERM, speed).slow is slow
    assert not of(Settings(slow="off"), XTERM, termios.B9600).slow


def test_colours_are_left_out_unless_they_are_asked_for() -> None:
    assert of(Settings(slow="on"), XTERM).colours == 0
    assert of(Settings(slow="on", colour="ansi"), XTERM).colours == 16
    assert of(Settings(), XTERM).colours == 256


@pytest.mark.parametrize(("slow", "bold"), [("on", False), ("off", True)])
async def test_visits_to_come_are_bold_only_where_each_change_of_style_costs_nothing(
    tmp_path: Path, slow: str, bold: bool
) -> None:
    plain = Settings(clinic_name="Harbour Clinic", country="DE", slow=slow, colour="none")
    async with playing(busy(tmp_path), settings=plain) as p:
        (grid,) = p.app.screen.query(CalendarGrid)
        visits = [
            segment.style
            for y in range(grid.size.height)
            for segment in grid.render_line(y)
            if segment.text.lstrip("|▌").startswith(("So ", "S◦ "))
        ]
        assert {bool(style and style.bold) for style in visits} == {bold}


async def test_the_screens_keep_letters_and_shapes_and_lose_what_fills(tmp_path: Path) -> None:
    plain = Settings(clinic_name="Harbour Clinic", country="DE", slow="on")
    async with playing(busy(tmp_path), settings=plain) as p:
        assert "|So" in p.screen
        await p.press("end")
        assert " . " in p.screen
        assert not set("│▌·◦…") & set("".join(p.screen.split("\n")[1:]))
        assert " . ." not in p.screen
        await p.press("3")
        assert " free" in p.screen
        assert "Jane" not in p.screen
        await p.press("2")
        assert "##" not in p.screen
        await p.press("A")
        assert "----" in p.screen
        assert not any(line.startswith("|") for line in p.screen.split("\n"))
