"""What is told by itself: it lies over nothing that is worked on, stays until it was read, and can be read
again."""

from __future__ import annotations

from collections.abc import Iterator
from itertools import cycle
from pathlib import Path

import pytest
from textual.geometry import Region
from textual.widget import Widget
from textual.widgets._toast import Toast, ToastRack

from pim_tui.errors import Refused
from pim_tui.tui.screens.moving import MovingScreen
from pim_tui.tui.screens.profile import ProfileScreen
from pim_tui.tui.screens.toosmall import Cover
from pim_tui.tui.widgets.bars import KeyBar
from tests.safety.hostile_gallery import ONLY_WALKED, kinds, made
from tests.tui.stage import Player, Stage, playing
from tests.tui.test_roles_walk import clinic_with_everything

OLD = "The last good backup is 12 days old. Run pim-tui backup, or ask whoever looks after the machine."
LONG = f"{OLD} {OLD}"


async def told(p: Player, text: str) -> None:
    """Something tells it behind everything else."""
    p.app.notify(text, severity="warning", timeout=60)
    await p.press()
    await p.press()


def rack(p: Player) -> Region:
    """Where notices are now."""
    return Region.from_union([one.region for one in p.app.screen.query(Toast)])


def on_screen(p: Player) -> str:
    """What is on the screen, in one line."""
    return " ".join(p.screen.split())


@pytest.mark.parametrize("opens", ["a", "A", "g", "slash", "R", "f8", "f1"])
async def test_a_notice_has_lines_of_its_own_beside_a_dialog(stage: Stage, opens: str) -> None:
    async with playing(stage, notices=True) as p:
        await p.press(opens)
        await told(p, OLD)
        (panel,) = p.app.screen.query(".panel")
        assert OLD in on_screen(p)
        assert rack(p).height == 2
        assert not rack(p).overlaps(panel.region)
        assert p.app.screen.size.region.contains_region(panel.region)


@pytest.mark.parametrize("opens", ["f2", "f3", "f4", "f10", "f12"])
async def test_a_notice_stands_above_the_keys_and_takes_their_place_from_nothing(
    stage: Stage, opens: str
) -> None:
    async with playing(stage, notices=True) as p:
        await p.press(opens)
        keys = p.screen.splitlines()[-1]
        await told(p, OLD)
        assert OLD in on_screen(p)
        assert p.screen.splitlines()[-1] == keys
        assert rack(p).bottom == p.app.screen.query_one(KeyBar).region.y
        assert not [one for one in _drawn(p) if one.region.overlaps(rack(p))]


@pytest.mark.parametrize("size", [(40, 12), (79, 24)])
async def test_a_small_terminal_shows_the_whole_of_a_notice(stage: Stage, size: tuple[int, int]) -> None:
    async with playing(stage, size, notices=True) as p:
        await told(p, OLD)
        assert OLD in on_screen(p)
        assert "Mon 23 Nov 2026" in p.screen
        assert "now" in p.screen
        assert rack(p).bottom == p.app.screen.query_one(KeyBar).region.y
        assert not [one for one in _drawn(p) if one.region.overlaps(rack(p))]


@pytest.mark.walk
@pytest.mark.sqlite
@pytest.mark.timeout(300)
async def test_no_screen_or_dialog_is_covered_or_cut_by_a_notice(tmp_path: Path) -> None:
    stage = clinic_with_everything(tmp_path)
    async with playing(stage, notices=True) as p:
        for kind in kinds():
            if kind.__name__ in ONLY_WALKED or issubclass(kind, Cover):
                continue
            p.app.push_screen(made(kind, cycle(("Jane Doe", "12", "an answer"))))
            await p.press()
            whole = {one for one in _drawn(p) if _in_sight(p, one)}
            await told(p, LONG)
            lost = [one for one in _drawn(p) if one in whole and not _in_sight(p, one)]
            assert not lost, (kind.__name__, lost, p.screen)
            p.app.clear_notifications()
            while len(p.app.screen_stack) > 1:
                p.app.pop_screen()
            await p.press()


def _drawn(p: Player) -> Iterator[Widget]:
    """What has something to show, but for notices and what is scrolled into sight."""
    notices = p.app.screen.get_child_by_type(ToastRack)
    for one in p.app.screen.query("*"):
        scrolls = any(isinstance(above, Widget) and above.max_scroll_y for above in one.ancestors)
        inside = one is notices or notices in one.ancestors
        if one.display and one.region.height and not one.children and not inside and not scrolls:
            yield one


def _in_sight(p: Player, one: Widget) -> bool:
    seen = p.app.screen.find_widget(one).visible_region.height == one.region.height
    return seen and not any(notice.region.overlaps(one.region) for notice in p.app.screen.query(Toast))


async def test_the_next_sentence_over_a_dialog_takes_the_place_of_the_last(stage: Stage) -> None:
    async with playing(stage, notices=True) as p:
        await told(p, OLD)
        await p.press("A")
        p.app.say("Printing…")
        p.app.say("Printed: the day sheet.")
        p.app.tell(Refused("The printer is out of paper.", "F8 prints it again."))
        await p.press()
        assert "Print" not in p.screen
        assert "The printer is out of paper." in p.screen
        assert OLD in on_screen(p), "what came by itself stays"
        await p.press("escape")
        await p.press()
        assert p.screen.count("The printer is out of paper. F8 prints it again.") == 1, "in the footer now"
        assert "Print" not in p.screen
        await p.press("m")
        assert "The printer is out of paper." not in p.screen
        assert "Put the cursor on an appointment first" in p.screen


async def test_a_notice_over_a_dialog_is_forgotten_when_its_time_is_over(stage: Stage) -> None:
    async with playing(stage, notices=True) as p:
        await p.press("A")
        p.app.say_over(OLD, timeout=8)
        await p.press()
        p.app.screen.query_one(Toast)._expire()
        await p.press()
        assert OLD not in on_screen(p)
        await told(p, OLD)
        await p.press("escape")
        assert [one.message for one in p.app._notifications] == [OLD], "this one came by itself, and stays"


async def test_a_long_notice_stays_longer(stage: Stage) -> None:
    async with playing(stage) as p:
        p.app.say_over("Short.", timeout=4)
        p.app.notify(LONG, timeout=4)
        await p.press()
        short, long = p.app._notifications
        assert (short.timeout, long.timeout) == (4, len(LONG) / 15)


async def test_what_was_told_can_be_read_again_the_newest_first(stage: Stage) -> None:
    async with playing(stage) as p:
        await told(p, OLD)
        stage.clock[0] += 60
        await p.press("A")
        p.app.say("Printed: the day sheet.")
        await p.press("escape")
        stage.clock[0] += 60
        await p.press("m", "exclamation_mark")
        lines = p.screen.splitlines()
        at = next(number for number, line in enumerate(lines) if "What you were told" in line)
        assert [line.strip() for line in lines[at + 1 : at + 6]] == [
            "09:22  Put the cursor on an appointment first; a books a new one.",
            "09:21  Printed: the day sheet.",
            "09:20  The last good backup is 12 days old. Run pim-tui backup, or ask",
            "whoever looks after the machine.",
            "",
        ]
        await p.press("escape")
        await p.press("exclamation_mark", "exclamation_mark")
        assert "What you were told" not in p.screen


async def test_a_path_longer_than_a_line_can_be_read_to_its_end(stage: Stage) -> None:
    path = f"/home/reception/{'a-folder-of-a-long-name/' * 4}day-sheet.pdf"
    async with playing(stage) as p:
        p.app.say(f"Written: {path} \x1b[2J\x9b\u202e[b]end[/b]")
        await p.press("exclamation_mark")
        assert path in "".join(p.screen.split())
        assert "[b]end[/b]" in p.screen
        assert not any(sign in p.screen for sign in "\x1b\x9b\u202e")


async def test_why_a_screen_was_opened_can_be_read_again(stage: Stage) -> None:
    async with playing(stage) as p:
        for screen in (ProfileScreen(1, "Customer 1 was added."), MovingScreen("Two visits lie in leave.")):
            p.app.push_screen(screen)
            await p.press()
        await p.press("f2", "exclamation_mark")
        told = p.screen.partition("What you were told")[2]
        assert "Two visits lie in leave." in told
        assert "Customer 1 was added." in told


async def test_where_nothing_was_told_that_is_said(stage: Stage) -> None:
    async with playing(stage) as p:
        await p.press("exclamation_mark")
        assert "Nothing yet." in p.screen


async def test_more_than_the_screen_holds_is_scrolled_to(stage: Stage) -> None:
    async with playing(stage) as p:
        for number in range(60):
            p.app.say(f"Sentence {number}.")
        await p.press("exclamation_mark")
        assert "Sentence 59." in p.screen
        await p.press("pagedown", "pagedown", "pagedown")
        assert "Sentence 10." in p.screen, "fifty are kept"
        assert "Sentence 59." not in p.screen
        await p.press("up", "up", "down", "pageup", "pageup", "pageup")
        assert "Sentence 59." in p.screen
