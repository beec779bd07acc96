"""A widget that draws itself line by line and sends only the cells that changed.

A subclass says what every line looks like; this module compares that with what was drawn before
and asks Textual to repaint the differing stretches. One rule then serves a cursor step, new rows,
the next month and a colleague's booking alike: nothing changed, nothing sent.
"""

from __future__ import annotations

from collections.abc import Sequence
from itertools import pairwise
from typing import ClassVar

from rich.cells import cell_len
from rich.segment import Segment
from rich.style import Style
from textual import events
from textual.geometry import Region, Size
from textual.reactive import reactive
from textual.strip import Strip
from textual.widget import Widget

from . import repaint
from .cells import ASCII, SPARE, UNICODE, Glyphs, Line, joined, plain

repaint.install()

_WORTH_A_JUMP = 8
"""Moving the cursor and setting a style again costs about as much as this many unchanged cells."""

_Cell = tuple[str, str, int]


class LineDrawn(Widget, can_focus=True):
    """Base of the grid and of the tables.

    ``mono`` draws with bold, reverse and underline only; ``ascii_only`` with ASCII characters only, besides
    the letters of names; ``spare`` in the fewest bytes.
    """

    STYLE_PREFIX: ClassVar[str] = ""
    """Component classes are this and a name that painters use, as in ``grid--now``."""

    mono: reactive[bool] = reactive(False, repaint=False)
    ascii_only: reactive[bool] = reactive(False, repaint=False)
    spare: reactive[bool] = reactive(False, repaint=False)

    def __init__(self, *, name: str | None = None, id: str | None = None, classes: str | None = None) -> None:
        super().__init__(name=name, id=id, classes=classes)
        self._lines: list[Line] = []
        self._paint: Sequence[Line] = ()
        """The lines as they were painted, before their pieces were joined."""
        self._strips: list[Strip] = []
        self._drawn_for = Size(0, 0)
        self._drawn_by_layout = False
        self._styles_by_name: dict[str, Style] = {}

    @property
    def glyphs(self) -> Glyphs:
        """The characters this terminal can draw."""
        if self.spare:
            return SPARE
        return ASCII if self.ascii_only else UNICODE

    def paint(self, width: int, height: int) -> Sequence[Line]:
        """Every line as it should look now: at most ``height`` lines of at most ``width`` cells."""
        raise NotImplementedError

    def redraw(self) -> None:
        """Draw again and send what differs from what the terminal shows."""
        width, height = self.size
        if not self.is_mounted or not width or not height:
            return
        if self._is_stale:
            self._draw_afresh()
            self.refresh()
            return
        before, self._lines = self._lines, self._painted(width, height)
        dirty = []
        for y, (old, new) in enumerate(zip(before, self._lines, strict=True)):
            if old != new:
                runs = _differing(_cells(old, width), _cells(new, width))
                self._strips[y] = self._strip(new, runs)
                dirty += [Region(x1, y, x2 - x1, 1) for x1, x2 in runs]
        if dirty:
            self.refresh(*dirty)

    def render_line(self, y: int) -> Strip:
        """One line of the picture, for Textual."""
        if self._is_stale:
            self._draw_afresh()
            self._drawn_by_layout = True
        return self._strips[y] if y < len(self._strips) else Strip.blank(self.size.width, self.rich_style)

    def watch_mono(self, mono: bool) -> None:
        """The sheet has its own rules for a terminal without colour."""
        self.set_class(mono, "-mono")
        self.notify_style_update()
        self.redraw()

    def watch_ascii_only(self) -> None:
        """Characters changed: most lines will differ."""
        self.redraw()

    def watch_spare(self) -> None:
        """The same."""
        self.redraw()

    def watch_has_focus(self, _has_focus: bool) -> None:
        """Keep the styles: no sheet gives drawn lines other colours with the focus, and Textual would
        look all component classes up again."""

    def notify_style_update(self) -> None:
        """Colours changed: every strip has to be made again."""
        super().notify_style_update()
        self._styles_by_name.clear()
        self._strips = []

    def on_resize(self, event: events.Resize) -> None:
        """All lines have another width, or are back in sight. What the layout just drew is not sent twice."""
        if not self._drawn_by_layout:
            self._draw_afresh()
            self.refresh()
        self._drawn_by_layout = False

    @property
    def _is_stale(self) -> bool:
        """Whether no strip can be kept: none was made, or for another size or other colours."""
        return not self._strips or self._drawn_for != self.size

    def _draw_afresh(self) -> None:
        width, height = self._drawn_for = self.size
        if width and height:
            self._lines = self._painted(width, height)
            self._strips = [self._strip(line, ()) for line in self._lines]

    def _painted(self, width: int, height: int) -> list[Line]:
        before, self._paint = self._paint, self.paint(width, height)[:height]
        lines = [
            # The grid keeps the lines that the cursor is not on.
            self._lines[y] if y < len(before) and line is before[y] else joined(line)
            for y, line in enumerate(self._paint)
        ]
        return lines + [()] * (height - len(lines))

    def _strip(self, line: Line, runs: Sequence[tuple[int, int]]) -> Strip:
        """A line as Textual wants it, cut where a repaint will begin and end.

        Textual repaints whole segments: without the cuts a step of the cursor would send the rest
        of the row along.
        """
        segments = [Segment(text, self._style(names)) for text, names in line]
        strip = Strip(segments).adjust_cell_length(self.size.width, self._style(""))
        cuts = [x for run in runs for x in run if 0 < x < self.size.width]
        if not cuts:
            return strip
        return Strip.join(strip.divide([*cuts, self.size.width]))

    def _style(self, names: str) -> Style:
        style = self._styles_by_name.get(names)
        if style is None:
            style = self._styles_by_name[names] = self._combined(names)
        return style

    def _combined(self, names: str) -> Style:
        style = self.rich_style
        for name in names.split():
            style += self.get_component_rich_style(f"{self.STYLE_PREFIX}{name}", partial=True)
        if self.mono:
            return style.without_color
        return _undefaulted(style) if self.app.native_ansi_color else style


def _undefaulted(style: Style) -> Style:
    """The same style without saying that the terminal's own colours are to be used."""
    colour, background = style.color, style.bgcolor
    return style.without_color + Style(
        color=None if colour is None or colour.is_default else colour,
        bgcolor=None if background is None or background.is_default else background,
    )


def _cells(line: Line, width: int) -> list[_Cell]:
    """A line cell by cell. A piece whose characters are not all one cell wide stays whole."""
    cells: list[_Cell] = []
    for text, style in line:
        if plain(text):
            cells += [(char, style, 0) for char in text]
        else:
            cells += [(text, style, i) for i in range(cell_len(text))]
    return (cells + [(" ", "", 0)] * (width - len(cells)))[:width]


def _differing(old: Sequence[_Cell], new: Sequence[_Cell]) -> list[tuple[int, int]]:
    """Half-open stretches that differ, near ones joined."""
    changed = [x for x, (a, b) in enumerate(zip(old, new, strict=True)) if a != b]
    if not changed:
        return []
    starts = [changed[0]] + [b for a, b in pairwise(changed) if b - a > _WORTH_A_JUMP]
    ends = [a for a, b in pairwise(changed) if b - a > _WORTH_A_JUMP] + [changed[-1]]
    return [(start, end + 1) for start, end in zip(starts, ends, strict=True)]
