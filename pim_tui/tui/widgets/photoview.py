"""One picture on its own, or a sentence in its place."""

from __future__ import annotations

from collections.abc import Sequence
from typing import ClassVar

from ...domain.halfblocks import HalfBlocks
from .cells import Line
from .facts import flowed
from .photo import PhotoDrawn, drawn


class PhotoView(PhotoDrawn, can_focus=False):
    """Shows a picture from its top left corner; it does not change its size."""

    STYLE_PREFIX = "photo--"
    COMPONENT_CLASSES: ClassVar[set[str]] = {"photo--text"}

    def __init__(self, *, id: str | None = None) -> None:
        super().__init__(id=id)
        self._picture: HalfBlocks | None = None
        self._text = ""

    def show(self, picture: HalfBlocks | None, text: str = "") -> None:
        """Another picture, or without one ``text``."""
        self._picture, self._text = picture, text
        self.redraw()

    def paint(self, width: int, height: int) -> Sequence[Line]:
        """The picture, else the text in lines."""
        if self._picture is not None:
            return drawn(self._picture)
        return [((line, "text"),) for line in flowed(self._text, lambda _: max(1, width))]
