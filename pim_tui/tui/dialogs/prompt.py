"""One line to type, with a live reading of what it means."""

from __future__ import annotations

from collections.abc import Callable
from typing import ClassVar

from textual.app import ComposeResult
from textual.binding import BindingType
from textual.containers import Vertical
from textual.widgets import Input, Static

from ...errors import PimError
from ..base import PimDialog
from ..textsafe import show


class Prompt(PimDialog[str]):
    """Asks for a line; ``told`` says what it would do, or raises what is wrong with it.

    Enter returns the text once ``told`` accepts it.
    """

    BINDINGS: ClassVar[list[BindingType]] = [("escape", "dismiss_none", "Back")]

    def __init__(
        self,
        title: str,
        told: Callable[[str], str],
        *,
        hint: str = "",
        text: str = "",
        limit: int = 200,
        begun: bool = False,
        refusal: PimError | None = None,
    ) -> None:
        """``text`` stands in the line and is typed over; one that was ``begun`` is gone on with.

        ``refusal`` says why it came back; it goes with the first letter.
        """
        super().__init__()
        self._begun, self._refusal = begun, refusal
        self._title, self._told, self._hint, self._text, self._limit = title, told, hint, text, limit

    def compose(self) -> ComposeResult:
        """Title, line, reading."""
        with Vertical(classes="panel"):
            yield Static(show(self._title), classes="heading")
            yield Input(self._text, compact=True, max_length=self._limit, select_on_focus=not self._begun)
            yield Static(show(self._hint), classes="reading")
            if self._refusal is not None:
                yield Static(show(str(self._refusal)), classes="warning")

    def on_input_changed(self, event: Input.Changed) -> None:
        """Say what the line means so far."""
        if event.value != self._text:
            self.query(".warning").remove()
        self._say(event.value)

    def on_input_submitted(self, event: Input.Submitted) -> None:
        """Return the line if it means something."""
        if self._say(event.value):
            self.dismiss(event.value)

    def _say(self, text: str) -> bool:
        reading = self.query_one(".reading", Static)
        if not text.strip():
            reading.update(show(self._hint))
            return False
        try:
            reading.update(show(self._told(text)))
        except PimError as error:
            says = str(error)
            reading.update(show(says[:1].upper() + says[1:]))
            return False
        return True
