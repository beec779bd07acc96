"""The lines at the top and the bottom of every screen: where one is, and what the keys do."""

from __future__ import annotations

from collections.abc import Sequence
from typing import ClassVar

from rich.cells import cell_len

from ..keys import Key
from .cells import Line, aside, fit, shown, wrapped
from .linedrawn import LineDrawn

_WHO = 20
"""Cells for a name beside the keys."""


class TitleBar(LineDrawn, can_focus=False):
    """One line: what is shown on the left, whose book it is and who works in it on the right."""

    STYLE_PREFIX = "bar--"
    COMPONENT_CLASSES: ClassVar[set[str]] = {"bar--title", "bar--side"}

    def __init__(self, *side: str) -> None:
        """``side`` stands on the right; where it is narrow, the last of it alone."""
        super().__init__()
        self._title = ""
        self._side = side

    def show(self, title: str) -> None:
        """Change the left part."""
        self._title = shown(title)
        self.redraw()

    def paint(self, width: int, height: int) -> Sequence[Line]:
        """The right part gives way when the line is narrow."""
        side = aside(self._side, width - cell_len(self._title) - 3, self.glyphs)
        left = fit(f" {self._title}", max(0, width - cell_len(side) - 1), self.glyphs)
        return [((left, "title"), (f"{side} ", "side"))]


class KeyBar(LineDrawn, can_focus=False):
    """The last thing that happened, and under it the keys that work now.

    What is said takes as many lines as it needs, up to three, and what was refused up to four, until the next
    sentence.
    """

    STYLE_PREFIX = "bar--"
    COMPONENT_CLASSES: ClassVar[set[str]] = {"bar--key", "bar--label", "bar--says", "bar--refused"}

    def __init__(self, keys: Sequence[Key]) -> None:
        super().__init__(id="says")
        self._keys = keys
        self._says: tuple[str, ...] = ("",)
        self._own = ""
        self._refused = False
        self._who = ""
        self._measured = ""

    def belongs_to(self, who: str) -> None:
        """Show whose screen it is at the end of the line of keys; empty where there is no doubt."""
        if who != self._who:
            self._who = who
            self.redraw()

    def measured(self, text: str) -> None:
        """Show what the last key cost, right of the last thing that happened; empty where nobody asks."""
        if text != self._measured:
            self._measured = text
            self.redraw()

    def say(self, text: str) -> None:
        """Show a sentence until the next one."""
        self._own = text
        self._tell(self._in_lines(text)[:3], refused=False)

    def unsay(self, text: str) -> None:
        """Take a sentence away if it is still the last one said."""
        if text and self._own == text:
            self.say("")

    def tell(self, text: str) -> None:
        """Show what somebody else did: behind one's own last sentence or below it, until the person has
        gone on, and never in place of what was refused."""
        if not self._refused:
            lines = self._in_lines(" · ".join(filter(None, (self._own, text))))
            apart = (*self._in_lines(self._own)[:1], shown(text)) if self._own else (shown(text),)
            self._tell(lines if len(lines) == 1 else apart, refused=False)

    def refuse(self, text: str) -> None:
        """Show what was refused and what to do, whole."""
        self._own = ""
        self._tell(self._in_lines(text)[:4], refused=True)

    def clear_refusal(self) -> None:
        """The person went on: what was refused is no longer of interest, and what was said was read."""
        self._own = ""
        if self._refused:
            self._tell(("",), refused=False)

    def _in_lines(self, text: str) -> tuple[str, ...]:
        return tuple(wrapped(shown(text), max(20, self.size.width - 2 - len(self._measured))))

    def _tell(self, lines: tuple[str, ...], *, refused: bool) -> None:
        self._says, self._refused = lines, refused
        self.styles.height = len(lines) + 1
        self.redraw()

    def offer(self, keys: Sequence[Key]) -> None:
        """Show other keys."""
        self._keys = keys
        self.redraw()

    def paint(self, width: int, height: int) -> Sequence[Line]:
        """As many keys as fit, the most useful ones, in that order; the rest is behind F1."""
        line: list[tuple[str, str]] = []
        who = fit(shown(self._who), min(_WHO, cell_len(shown(self._who))), self.glyphs)
        used, room = 0, width - cell_len(who)
        for key in self._keys:
            size = len(key.shown) + len(key.label) + 2
            if used + size > room:
                break
            used += size
            line += [(key.shown, "key"), (f" {key.label} ", "label")]
        line.append((" " * (room - used) + who, "label"))
        style = "refused" if self._refused else "says"
        left = max(0, width - len(self._measured))
        said: list[Line] = [((fit(f" {text}", width, self.glyphs), style),) for text in self._says]
        said[-1] = ((fit(f" {self._says[-1]}", left, self.glyphs), style), (self._measured, "label"))
        return [*said, tuple(line)]
