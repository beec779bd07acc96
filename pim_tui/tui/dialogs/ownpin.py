"""Whoever works here types their own PIN once more. What is typed here is kept nowhere."""

from __future__ import annotations

from typing import ClassVar

from textual.app import ComposeResult
from textual.binding import BindingType
from textual.containers import Vertical
from textual.widgets import Input, Static

from ...domain.pins import LONGEST
from ...errors import PimError
from ..base import PimDialog
from ..textsafe import show
from ..widgets.labelled import labelled


class OwnPinDialog(PimDialog[str]):
    """Enter goes on with the PIN, Esc leaves everything as it is."""

    BINDINGS: ClassVar[list[BindingType]] = [("escape", "dismiss_none", "Back")]

    def __init__(self, name: str, why: PimError) -> None:
        """``name`` is whose PIN it is, ``why`` what the service said without it."""
        super().__init__()
        self._whose, self._why = name, why

    def compose(self) -> ComposeResult:
        """Whose PIN, why, and the field."""
        with Vertical(classes="panel"):
            yield Static(show(f"PIN of {self._whose}   (Enter goes on, Esc leaves)"), classes="heading")
            yield from labelled("PIN", Input(compact=True, password=True, max_length=4 * LONGEST, id="pin"))
            yield Static(show(str(self._why)), classes="warning")

    def on_mount(self) -> None:
        """The field has the keys."""
        self.pim.dress(self)
        self.query_one("#pin").focus()

    def on_input_submitted(self, event: Input.Submitted) -> None:
        """Go on with what was typed."""
        if event.value:
            self.dismiss(event.value)
