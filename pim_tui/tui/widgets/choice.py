"""One line that is one of several: Left and Right turn it over, letters jump to it."""

from __future__ import annotations

from collections.abc import Hashable, Sequence
from typing import ClassVar

from rich.cells import cell_len
from textual import events
from textual.binding import BindingType
from textual.message import Message

from ...domain.text import fold
from .cells import Line, fit, shown
from .linedrawn import LineDrawn


class Choice(LineDrawn):
    """A field with fixed answers, drawn as ``Dr Lee < >`` while it has the keys."""

    STYLE_PREFIX = "choice--"
    COMPONENT_CLASSES: ClassVar[set[str]] = {"choice--value", "choice--focused"}
    BINDINGS: ClassVar[list[BindingType]] = [
        ("left", "turn(-1)", "Before"),
        ("right", "turn(1)", "Next"),
        ("space", "turn(1)", "Next"),
        ("enter", "take", "Take"),
    ]

    class Changed(Message):
        """Another answer is shown."""

        def __init__(self, choice: Choice) -> None:
            super().__init__()
            self.choice = choice

        @property
        def control(self) -> Choice:
            """The field that sent it."""
            return self.choice

    class Taken(Message):
        """Enter was pressed in the field."""

        def __init__(self, choice: Choice) -> None:
            super().__init__()
            self.choice = choice

        @property
        def control(self) -> Choice:
            """The field that sent it."""
            return self.choice

    def __init__(
        self, options: Sequence[tuple[Hashable, str]], value: Hashable = None, *, id: str | None = None
    ) -> None:
        super().__init__(id=id)
        self._options = tuple(options)
        self._typed = ""
        self._at = next((i for i, (key, _) in enumerate(self._options) if key == value), 0)

    @property
    def value(self) -> Hashable:
        """The answer shown; None when there are no answers."""
        return self._options[self._at][0] if self._options else None

    @value.setter
    def value(self, wanted: Hashable) -> None:
        self._go(next((i for i, (key, _) in enumerate(self._options) if key == wanted), self._at))

    def offer(self, options: Sequence[tuple[Hashable, str]], value: Hashable = None) -> None:
        """Other answers; the first one where ``value`` is none of them."""
        self._options = tuple(options)
        self._at = next((i for i, (key, _) in enumerate(self._options) if key == value), 0)
        self.redraw()

    def action_turn(self, step: int) -> None:
        """The next or the last answer, round and round."""
        if self._options:
            self._typed = ""
            self._go((self._at + step) % len(self._options))

    def action_take(self) -> None:
        """Enter."""
        self.post_message(self.Taken(self))

    def on_key(self, event: events.Key) -> None:
        """Letters go to the first answer with a word that begins so; one letter again and again goes on."""
        if not (event.character and event.character.isalnum()):
            return
        letter, count = fold(event.character), len(self._options)
        first = (self._at + 1) if self._typed == letter else 0
        for typed, begin in ((self._typed + letter, 0), (letter, first)):
            for at in (place % count for place in range(begin, begin + count)):
                if any(word.startswith(typed) for word in fold(self._options[at][1]).split()):
                    self._typed = typed
                    self._go(at)
                    event.stop()
                    return

    def on_focus(self) -> None:
        """Letters typed before mean nothing now."""
        self._typed = ""

    def watch_has_focus(self, _has_focus: bool) -> None:
        """Show the arrows while it has the keys, and hide them afterwards."""
        self.redraw()

    def paint(self, width: int, height: int) -> Sequence[Line]:
        """The answer, where what is typed stands in other fields; behind it arrows when it can be turned."""
        label = shown(self._options[self._at][1]) if self._options else "-"
        text = f"{label} < >" if self.has_focus else label
        style = "focused" if self.has_focus else "value"
        return [((fit(text, min(width, cell_len(text)), self.glyphs), style),)]

    def _go(self, at: int) -> None:
        if at != self._at:
            self._at = at
            self.redraw()
            self.post_message(self.Changed(self))
