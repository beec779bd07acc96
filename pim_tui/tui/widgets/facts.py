"""A column of facts beside a picture: what has to be in sight about one record.

Lines are wrapped, never cut. Where they do not all fit, the least important facts go and a last line
says so.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from typing import ClassVar

from rich.cells import cell_len, chop_cells

from .avatar import Picture, avatar
from .cells import Line, Piece, fit, shown
from .linedrawn import LineDrawn

JOINT = "\N{NO-BREAK SPACE}"
"""Stands for a blank at which a fact must not be broken."""
LABEL = 6
"""Cells of a label with the blank behind it."""
ROOMY = 32
"""From this width on the picture is big and stands above the name."""


@dataclass(frozen=True, slots=True)
class Fact:
    """One fact. ``style`` is one of dim, strong, alert, name or empty; high ``rank`` stays longest."""

    text: str
    label: str = ""
    style: str = ""
    rank: int = 5


class FactSheet(LineDrawn, can_focus=False):
    """A picture, the head beside it, the facts below."""

    STYLE_PREFIX = "facts--"
    COMPONENT_CLASSES: ClassVar[set[str]] = {
        f"facts--{name}" for name in ("picture", "label", "dim", "strong", "alert", "name", "rule")
    }

    def __init__(self, more: str = "") -> None:
        """``more`` says where the facts are that find no room."""
        super().__init__()
        self._more = more
        self._sex = ""
        self._head: tuple[Fact, ...] = ()
        self._facts: tuple[Fact, ...] = ()

    def show(self, sex: str, head: Sequence[Fact], facts: Sequence[Fact]) -> None:
        """Other facts: ``head`` stands beside the picture and always stays."""
        self._sex, self._head, self._facts = sex, tuple(head), tuple(facts)
        self.redraw()

    def paint(self, width: int, height: int) -> Sequence[Line]:
        """One blank cell on the left, a rule on the right."""
        inner = max(1, width - 2)
        lines = self._headed(inner) if self._head else []
        lines += self._fitting(inner, height - len(lines))
        lines += [()] * (height - len(lines))
        return [self._framed(line, inner) for line in lines]

    def _framed(self, line: Line, inner: int) -> Line:
        used = sum(cell_len(text) for text, _ in line)
        return ((" ", ""), *line, (" " * max(0, inner - used), ""), (self.glyphs.bar, "rule"))

    def _headed(self, inner: int) -> list[Line]:
        """The picture, and the head beside or below it."""
        big = inner >= ROOMY
        picture = avatar(self._sex, big=big, ascii_only=self.ascii_only)
        if big:
            lines: list[Line] = [((text, "picture"),) for text in picture.lines]
            return [*lines, *self._beside(Picture(("",)), inner)]
        return self._beside(picture, inner)

    def _beside(self, picture: Picture, inner: int) -> list[Line]:
        drawn = list(picture.lines) if picture.width else []
        margin = picture.width + 1 if drawn else 0
        told: list[Piece] = []
        for fact in self._head:
            room = _narrower(inner, margin, len(drawn) - len(told))
            told += [(text, fact.style) for text in flowed(fact.text, room)]
        lines = []
        for at in range(max(len(told), len(drawn))):
            text = (told[at],) if at < len(told) else ()
            left = ((f"{drawn[at]} ", "picture"),) if at < len(drawn) else ()
            lines.append((*left, *text))
        return lines

    def _fitting(self, inner: int, height: int) -> list[Line]:
        """The facts that find room, in their order."""
        drawn = [(fact, self._drawn_fact(fact, inner)) for fact in self._facts]
        left_out = False
        while drawn and sum(len(lines) for _, lines in drawn) > height - left_out:
            drawn.remove(min(reversed(drawn), key=lambda one: one[0].rank))
            left_out = True
        lines = [line for _, lines in drawn for line in lines]
        if left_out and self._more and height > 0:
            lines.append(((fit(self._more, inner, self.glyphs), "dim"),))
        return lines

    def _drawn_fact(self, fact: Fact, inner: int) -> list[Line]:
        if not fact.label:
            style = fact.style
            pad = inner if style == "alert" else 0
            return [
                ((text + " " * (pad - cell_len(text)), style),) for text in flowed(fact.text, lambda _: inner)
            ]
        texts = flowed(fact.text, lambda _: max(1, inner - LABEL))
        return [
            ((fit(fact.label if at == 0 else "", LABEL), "label"), (text, fact.style))
            for at, text in enumerate(texts)
        ]


def _narrower(inner: int, margin: int, lines: int) -> Callable[[int], int]:
    """The room of line ``at``: less beside the picture, which reaches down for ``lines`` more."""
    return lambda at: max(1, inner - margin) if at < lines else inner


_BREAKS = "@._-/"
"""After these a word that is too long is broken, if that leaves a good part of the line filled."""


def _front(word: str, width: int) -> str:
    """As much of a word as fits into a line."""
    whole = chop_cells(word, width)[0]
    after = max(whole.rfind(mark) for mark in _BREAKS) + 1
    return whole[:after] if after > len(whole) // 2 and len(whole) < len(word) else whole


def flowed(text: str, room: Callable[[int], int]) -> list[str]:
    """``text`` in lines of at most ``room(line)`` cells: broken at blanks, a longer word anywhere."""
    lines = [""]
    for word in shown(text).split(" "):
        left = word
        while left:
            width = room(len(lines) - 1)
            glue = " " if lines[-1] else ""
            if cell_len(lines[-1] + glue + left) <= width:
                lines[-1] += glue + left
                break
            if lines[-1]:
                lines.append("")
                continue
            lines[-1] = _front(left, max(2, width))
            left = left[len(lines[-1]) :]
    return [line.replace(JOINT, " ") for line in lines if line] or [""]
