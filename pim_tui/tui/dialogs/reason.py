"""Why an appointment is canceled, and who asked for it (S2)."""

from __future__ import annotations

from typing import ClassVar, NamedTuple

from textual.app import ComposeResult
from textual.binding import BindingType
from textual.containers import Vertical
from textual.widgets import Input, Static

from ..base import PimDialog
from ..textsafe import show
from ..widgets.choice import Choice


class Cancellation(NamedTuple):
    """What a canceled appointment has to say."""

    cancelled_by: str
    reason: str


class CancelReason(PimDialog[Cancellation]):
    """Asks who asked and why; Enter in the reason cancels the appointment, Esc leaves it."""

    BINDINGS: ClassVar[list[BindingType]] = [("escape", "dismiss_none", "Back")]

    def __init__(self, what: str, reason: str = "") -> None:
        super().__init__()
        self._what, self._reason = what, reason

    def compose(self) -> ComposeResult:
        """What is canceled, the reason, who asked."""
        with Vertical(classes="panel"):
            yield Static(show(f"Cancel {self._what}"), classes="heading")
            yield Static(show("Reason (Enter cancels the appointment):"))
            yield Input(self._reason, compact=True, max_length=200, id="reason")
            yield Static(show("Asked for by (Tab, then Left/Right):"))
            yield Choice((("customer", "the customer"), ("clinic", "the clinic")), id="by")
            yield Static("", classes="reading")

    def on_input_submitted(self, event: Input.Submitted) -> None:
        """A reason is needed."""
        self._answer()

    def on_choice_taken(self, event: Choice.Taken) -> None:
        """Enter on the choice is as good."""
        self._answer()

    def _answer(self) -> None:
        reason = self.query_one("#reason", Input).value.strip()
        if not reason:
            self.query_one(".reading", Static).update(show("Type the reason first."))
            self.query_one("#reason", Input).focus()
            return
        self.dismiss(Cancellation(str(self.query_one(Choice).value), reason))
