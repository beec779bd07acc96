"""The manual on the screens: from the help and the palette, by keys alone."""

from __future__ import annotations

import pytest

from pim_tui.manual.blocks import Code, Heading, Prose, Table
from pim_tui.manual.subjects import Subject
from pim_tui.tui.dialogs.help import HelpDialog
from pim_tui.tui.dialogs.manual import ManualDialog
from pim_tui.tui.keycaps import caps_of
from pim_tui.tui.screens.calendar import CalendarScreen
from pim_tui.tui.screens.manual import ManualScreen
from tests.tui.stage import Stage, playing


async def test_the_help_leads_to_it_and_escape_back_to_where_one_was(stage: Stage) -> None:
    async with playing(stage) as p:
        await p.press("f1")
        assert "m opens the manual" in p.screen
        await p.press("m")
        assert isinstance(p.app.screen, ManualDialog)
        assert "The manual: words of a subject" in p.screen
        assert "Bringing records in" in p.screen
        await p.press("escape")
        assert isinstance(p.app.screen, CalendarScreen)
        await p.press("f1", "escape")
        assert not isinstance(p.app.screen, HelpDialog | ManualDialog)


async def test_the_palette_opens_a_subject_that_is_scrolled_to_both_its_ends(stage: Stage) -> None:
    async with playing(stage) as p:
        await p.press("ctrl+p")
        await p.type("manual")
        await p.press("enter")
        await p.type("waiting")
        await p.press("enter")
        assert isinstance(p.app.screen, ManualScreen)
        first = p.screen
        assert "Waiting list and held times · lines 1-21 of" in first
        assert '"H" in the calendar holds the time under the cursor' in first
        await p.press("pagedown", "end")
        assert p.screen != first
        await p.press("home")
        assert p.screen == first
        await p.press("escape")
        assert isinstance(p.app.screen, ManualDialog)
        await p.press("down", "enter")
        assert "The front desk · lines 1-" in p.screen


async def test_words_find_titles_first_and_then_what_speaks_of_them(stage: Stage) -> None:
    async with playing(stage) as p:
        p.app.action_manual()
        await p.press()
        await p.type("line")
        titles = [line[2:].partition("   ")[0].strip() for line in p.screen.splitlines()]
        at = titles.index("Line mode")
        assert titles[at : at + 3] == ["Line mode", "Slow lines", "Bringing records in"]
        await p.press("ctrl+u")
        await p.type("pinboard")
        assert "The front desk" in p.screen
        await p.press("ctrl+u")
        await p.type("xyzzy")
        assert "The manual speaks of nothing like that." in p.screen
        await p.press("enter")
        assert isinstance(p.app.screen, ManualDialog)


async def test_keys_are_called_as_on_the_keyboard_and_code_is_cut_nowhere(
    stage: Stage, monkeypatch: pytest.MonkeyPatch
) -> None:
    async with playing(stage) as p:
        monkeypatch.setattr(p.app, "caps", caps_of("vt100"))
        code = "pim-tui " + "x" * 90 + " last"
        hostile = Prose("\x1b]0;owned\x07[b]F5 lists[/b]\u202e", True)
        blocks = Heading("Below\x9b2J", 3), hostile, Code((code,)), Table(("a", "b"), (("c", "d" * 90),))
        p.app.push_screen(ManualScreen(Subject("A \x1b[2Jsubject", "", "", blocks), lambda: None))
        await p.press()
        flat = "".join(p.screen.split())
        assert "[b]Esc5lists[/b]" in flat
        assert code.replace(" ", "") in flat
        assert not any(sign in p.screen for sign in "\x1b\x07\x9b\u202e")


@pytest.mark.parametrize("size", [(80, 24), (132, 40)])
async def test_lines_are_no_longer_than_one_reads(stage: Stage, size: tuple[int, int]) -> None:
    async with playing(stage, size) as p:
        p.app.action_manual("Signing in")
        await p.press("enter")
        assert "Signing in · lines 1-" in p.screen
        text = p.screen.splitlines()[1 : size[1] - 2]
        assert max(len(line.rstrip()) for line in text) <= 80
