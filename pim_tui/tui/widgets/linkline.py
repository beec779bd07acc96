"""An address that the terminal may open by itself (OSC 8): the address is there to be read as well."""

from __future__ import annotations

from collections.abc import Sequence
from typing import ClassVar

from rich.style import Style
from textual.geometry import Size

from ...domain.links import is_link
from .cells import Line, shown
from .linedrawn import LineDrawn

_MARK = "link:"
MOST = 14
"""Lines that a long address is shown in: one of 1000 characters, at 80 columns."""


class LinkLine(LineDrawn, can_focus=False):
    """``text`` over as many lines as it needs; where the terminal takes links, all of it is one link."""

    STYLE_PREFIX = "link--"
    COMPONENT_CLASSES: ClassVar[set[str]] = {"link--text"}

    def __init__(self, *, opens: bool, id: str | None = None) -> None:
        """``opens``: whether the terminal takes links."""
        super().__init__(id=id)
        self._opens = opens
        self._text, self._link = "", ""

    def show(self, text: str, link: str) -> None:
        """Another address; ``link`` is empty, or as :mod:`~pim_tui.domain.links` makes it."""
        self._text, self._link = shown(text), link
        self.refresh(layout=True)
        self.redraw()

    def get_content_height(self, container: Size, viewport: Size, width: int) -> int:
        """As many lines as the address needs."""
        return max(1, len(self._parts(width)))

    def _parts(self, width: int) -> list[str]:
        wide = max(1, width)
        return [self._text[at : at + wide] for at in range(0, len(self._text), wide)][:MOST]

    def paint(self, width: int, height: int) -> Sequence[Line]:
        """The address, a line at a time."""
        mark = f" {_MARK}{self._link}" if self._opens and is_link(self._link) else ""
        return [((part, f"text{mark}"),) for part in self._parts(width)]

    def _combined(self, names: str) -> Style:
        name, _, link = names.partition(f" {_MARK}")
        style = super()._combined(name)
        return style + Style(link=link) if is_link(link) else style
