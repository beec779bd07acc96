"""A column of facts beside a picture: what has to be in sight about one record.

Lines are wrapped, never cut. Where they do not all fit, the least important facts go and a last line
says so.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from typing import ClassVar

from rich.cells import cell_len, chop_cells
from textual import events
from textual.message import Message

from ...domain.halfblocks import HalfBlocks
from .avatar import avatar
from .cells import Line, Piece, fit, shown, width_of
from .photo import PhotoDrawn, drawn

JOINT = "\N{NO-BREAK SPACE}"
"""Stands for a blank at which a fact must not be broken."""
LABEL = 6
"""Cells of a label with the blank behind it."""
ROOMY = 32
"""From this width on the picture is big and stands above the name."""
TALL = 30
"""From this height on a photo is as large as the column takes."""
SMALL_PHOTO, LARGE_PHOTO = (12, 6), (24, 12)
"""Cells of a photo beside the name, and above it: columns, lines."""


@dataclass(frozen=True, slots=True)
class Fact:
    """One fact. ``style`` is one of dim, strong, alert, owes, name or empty; high ``rank`` stays longest."""

    text: str
    label: str = ""
    style: str = ""
    rank: int = 5


class FactSheet(PhotoDrawn, can_focus=False):
    """A picture, the head beside it, the facts below.

    The picture is a photo once there is one, and until then its place; else an avatar.
    """

    STYLE_PREFIX = "facts--"
    COMPONENT_CLASSES: ClassVar[set[str]] = {
        f"facts--{name}" for name in ("picture", "label", "dim", "strong", "alert", "owes", "name", "rule")
    }

    class PhotoWanted(Message):
        """The photo is needed in ``columns`` x ``lines`` cells."""

        def __init__(self, columns: int, lines: int) -> None:
            super().__init__()
            self.columns, self.lines = columns, lines

    def __init__(self, more: str = "") -> None:
        """``more`` says where the facts are that find no room."""
        super().__init__()
        self._more = more
        self._sex = ""
        self._head: tuple[Fact, ...] = ()
        self._facts: tuple[Fact, ...] = ()
        self._photo: HalfBlocks | None = None
        self._awaited = ""

    def show(self, sex: str, head: Sequence[Fact], facts: Sequence[Fact], *, photo: str = "") -> None:
        """Other facts: ``head`` stands beside the picture and always stays.

        ``photo`` tells one photo from another; with one, its place is kept and it is asked for.
        """
        self._sex, self._head, self._facts = sex, tuple(head), tuple(facts)
        if photo != self._awaited:
            self._awaited, self._photo = photo, None
        self.redraw()
        self._want_photo()

    def show_photo(self, photo: HalfBlocks | None) -> None:
        """The photo that was asked for; None when it cannot be shown after all."""
        self._photo = photo
        if photo is None:
            self._awaited = ""
        self.redraw()

    def on_resize(self, event: events.Resize) -> None:
        """There may be room for more, or less."""
        self._want_photo()

    def _want_photo(self) -> None:
        if self._awaited and self.size and not self._fits(self._photo):
            self.post_message(self.PhotoWanted(*self.photo_size))

    def _fits(self, photo: HalfBlocks | None) -> bool:
        return photo is not None and (photo.width, len(photo.lines)) == self.photo_size

    @property
    def photo_size(self) -> tuple[int, int]:
        """Columns and lines of a photo."""
        roomy = self.size.width - 2 >= ROOMY and self.size.height >= TALL
        return LARGE_PHOTO if roomy else SMALL_PHOTO

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
        picture = self._picture(inner)
        above = self.photo_size == LARGE_PHOTO if self._awaited else inner >= ROOMY
        if above:
            return [*picture, *self._beside([], inner)]
        return self._beside(picture, inner)

    def _picture(self, inner: int) -> list[Line]:
        """The photo, its place, or the avatar."""
        if not self._awaited:
            lines = avatar(self._sex, big=inner >= ROOMY, ascii_only=self.ascii_only).lines
            return [((text, "picture"),) for text in lines]
        if self._photo is not None and self._fits(self._photo):
            return drawn(self._photo)
        columns, rows = self.photo_size
        return [((" " * columns, ""),)] * rows

    def _beside(self, picture: list[Line], inner: int) -> list[Line]:
        margin = width_of(picture[0]) + 1 if picture else 0
        told: list[Piece] = []
        for fact in self._head:
            room = _narrower(inner, margin, len(picture) - len(told))
            told += [(text, fact.style) for text in flowed(fact.text, room)]
        lines = []
        for at in range(max(len(told), len(picture))):
            text = (told[at],) if at < len(told) else ()
            left = (*picture[at], (" ", "")) if at < len(picture) else ()
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


_BREAKS = f"@._-/{JOINT}"
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
