"""Hostile texts, and how to tell that nothing on the screen obeys them."""

from __future__ import annotations

import os
import re
from collections.abc import Iterator
from dataclasses import dataclass
from itertools import chain
from typing import Any

from rich.segment import Segment
from textual import events
from textual.app import App

from pim_tui.domain.text import visible
from pim_tui.tui.base import PimDialog
from tests.tui.stage import Player

GUARDS = "select name from sqlite_master where type = 'trigger' and name <> 'journal_ends'"
"""What keeps a book from holding such texts. The one that is left refuses nothing: it counts the journal's
lines, which go on being written."""

MARKUP = (
    "[@click=app.leave]Quit[/]",
    "[/foo] [b]bold",
    "[red on blue]red[/] [link=x]",
    "[type=x, v={'a[0]'}]",
    "[@click=app.simulate_key('u')]x",
    "$name {0} %s \\[b]",
)
CONTROLS = (
    "A\x1b]0;owned\x07Z",
    "A\x1b]52;c;b3duZWQ=\x07Z",
    "A\x1b]8;;http://x\x1b\\Z",
    "A\x1b[2J\x1b[31;5mZ",
    "A\x9b2J\x9d0;x\x9cZ",
    "A\x00\x07\x08\x7f\r\n\tZ",
)
UNICODE = (
    "A\u202eevil\u2066\u061cZ",
    "A\u200b\ufeff\u2060\u2028Z",
    "Z" + "\u0301\u0323" * 60,
    "漢字かな한국어",
    "العربية שלום สวัสดี",
    "👩\u200d👩\u200d👧 1\ufe0f\u20e3 ❤\ufe0f" + "x" * 100,
)
MIXED = tuple(chain.from_iterable(zip(MARKUP, CONTROLS, UNICODE, strict=True)))
GROUPS = {"one": MIXED[:9], "other": MIXED[9:]}
"""Every fourth of a group is of another kind."""
TEXTS = tuple(
    "".join((*parts[n % 3 :], *parts[: n % 3]))
    for n, parts in enumerate(zip(MARKUP, CONTROLS, UNICODE, strict=True))
)
"""Something of each kind in every text; each kind comes first in some, where columns are narrow."""
FORMULAS = ("=HYPERLINK('http://x','a')", "+1+cmd|' /C calc'!A0", "-2+3", "@SUM(A1)", "  =1+1", "|x", "＝1")
AMOUNT = re.compile(r"-?[0-9]+([.][0-9]+)?")
"""A number below zero is a number to a spreadsheet, too."""
LONG = "PIM_TESTS_LONG" in os.environ
"""Whether the tests take as long as they like: ``python -m tests.safety.screens``."""
FEW = list(GROUPS) if LONG else ["one"]

FORBIDDEN = re.compile(
    "[\x00-\x1f\x7f-\x9f\u061c\u200b\u200e\u200f\u2028-\u202e\u2060-\u2069\ufeff\ud800-\udfff]"
)
"""What no line may hold when it goes to the terminal, colours aside."""
SCROLLBAR = {"grab", "release", "scroll_up", "scroll_down"}
"""What a click on a scrollbar carries out; no text can ask for that."""
COLOURS = re.compile("\x1b\\[[0-9;]*m")

OWN = re.compile(
    rb"\x1b\[[0-9;:?<>=!$]*[A-Za-z]|\x1b]22;[a-z-]*(\x07|\x1b\\)|\x1b[()][A-Z0-9]|\x1b[=>DM]|\x08"
    rb"|\x1b]8;;\x1b\\"
)
"""The sequences of the program itself, the end of a link among them; what is left must be text."""


def painted(app: App[Any]) -> Iterator[Segment]:
    for strip in app.screen._compositor.render_strips():
        yield from strip


def assert_harmless(player: Player, where: str) -> None:
    """Nothing the terminal obeys or hides, and nothing that a click would carry out."""
    console = player.app.console
    strips = player.app.screen._compositor.render_strips()
    for strip in strips:
        written = COLOURS.sub("", strip.render(console))
        assert not FORBIDDEN.search(written), (where, written)
    for segment in chain.from_iterable(strips):
        meta = segment.style.meta if segment.style else {}
        obeyed = {act for event, act in meta.items() if event.startswith("@")} - SCROLLBAR
        assert not obeyed, (where, obeyed)
        assert not (segment.style and segment.style.link), (where, segment.style)
    assert player.app.is_running, where


async def press(player: Player, *keys: str, pasted: str = "") -> None:
    """All keys at once, then ``pasted`` as it is, past the parser of the terminal's input."""
    assert player.app._driver is not None
    for name in keys:
        event = events.Key(name, name if len(name) == 1 else "\r" if name == "enter" else None)
        event.set_sender(player.app)
        player.app._driver.send_message(event)
    if pasted:
        player.app._driver.send_message(events.Paste(pasted))
    await player.pilot.pause()
    await player.app.turns.settled()
    await player.press()  # until everything that is added up aside is shown


async def paste(player: Player, text: str) -> None:
    """Paste ``text`` as it is."""
    await press(player, pasted=text)


def found(player: Player) -> set[str]:
    """Which of the texts can be read on the screen, at least as they begin."""
    screen = player.screen
    return {text for text in TEXTS if visible(text).split("\n")[0][:4] in screen}


@dataclass
class Walk:
    """Somebody who presses keys and looks; ``text`` is pasted where one types."""

    p: Player
    text: str

    async def screen(self, where: str, *keys: str, typed: str = "") -> None:
        """Press, paste, look: one of the texts is there to be read, and nothing obeys it."""
        await press(self.p, *keys, pasted=typed)
        assert_harmless(self.p, where)
        assert found(self.p) or " 0 rows" in self.p.screen, (where, self.p.screen)

    async def dialog(self, where: str, *keys: str, typed: str = "") -> None:
        """The same, over a dialog."""
        await self.screen(where, *keys, typed=typed)
        assert isinstance(self.p.app.screen, PimDialog), (where, self.p.screen)

    async def back(self) -> None:
        """Leave all dialogs."""
        while isinstance(self.p.app.screen, PimDialog):
            await press(self.p, "escape")

    async def asked(self, where: str, *keys: str, typed: str | None = None) -> None:
        """A dialog that is opened, filled with the text, and left."""
        await self.dialog(where, *keys, typed=self.text if typed is None else typed)
        await self.back()
