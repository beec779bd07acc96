"""A widget that draws itself line by line, and again only the lines that changed.

A subclass says what every line looks like; this module compares that with what was drawn before
and asks Textual to repaint the lines that differ. One rule then serves a cursor step, new rows,
the next month and a colleague's booking alike: nothing changed, nothing painted. Which cells of a
line are sent is found by the terminal's driver.
"""

from __future__ import annotations

from abc import abstractmethod
from collections.abc import Sequence
from typing import ClassVar

from rich.segment import Segment
from rich.style import Style
from textual import events
from textual.geometry import Region, Size
from textual.reactive import reactive
from textual.strip import Strip
from textual.widget import Widget

from .cells import ASCII, SPARE, UNICODE, Glyphs, Line, joined


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

    @abstractmethod
    def paint(self, width: int, height: int) -> Sequence[Line]:
        """Every line as it should look now: at most ``height`` lines of at most ``width`` cells."""

    def redraw(self) -> None:
        """Draw again, and have the lines painted that differ from what was drawn before."""
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
                self._strips[y] = self._strip(new)
                dirty.append(Region(0, y, width, 1))
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

    def watch_spare(self, spare: bool) -> None:
        """The sheet may leave out a style, too."""
        self.set_class(spare, "-spare")
        self.notify_style_update()
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
            self._strips = [self._strip(line) for line in self._lines]

    def _painted(self, width: int, height: int) -> list[Line]:
        before, self._paint = self._paint, self.paint(width, height)[:height]
        lines = [
            # The grid keeps the lines that the cursor is not on.
            self._lines[y] if y < len(before) and line is before[y] else joined(line)
            for y, line in enumerate(self._paint)
        ]
        return lines + [()] * (height - len(lines))

    def _strip(self, line: Line) -> Strip:
        segments = [Segment(text, self._style(names)) for text, names in line]
        return Strip(segments).adjust_cell_length(self.size.width, self._style(""))

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
