"""Textual repaints a changed stretch from the left edge of its widget; this repaints the stretch.

``ChopsUpdate.render_segments`` (Textual 8.2) cuts off what lies right of a dirty span but not what
lies left of it: a cursor in the last column of a grid sends the whole row. The class is replaced by
one that cuts both sides. The names are private: Textual is pinned, and the byte tests of the grid
notice when the replacement is no longer in use.
"""

from __future__ import annotations

from rich.console import Console
from rich.control import Control
from textual import _compositor


class SpanUpdate(_compositor.ChopsUpdate):
    """A partial update of exactly the dirty spans."""

    def render_segments(self, console: Console) -> str:
        """The characters for the terminal: for each span a cursor address and its cells."""
        sequences: list[str] = []
        for y, x1, x2 in self.spans:
            for end, (x, strip) in zip(self.chop_ends[y], self.chops[y].items(), strict=False):
                start, stop = max(x, x1), min(end, x2)
                if strip is not None and start < stop:
                    sequences.append(Control.move_to(start, y).segment.text)
                    sequences.append(strip.crop(start - x, stop - x).render(console))
        return "".join(sequences)


def install() -> None:
    """Make Textual use it; a second time changes nothing."""
    setattr(_compositor, "ChopsUpdate", SpanUpdate)  # noqa: B010 - mypy forbids assigning to a class
