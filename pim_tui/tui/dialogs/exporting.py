"""Which kind of file a list is written to."""

from __future__ import annotations

from collections.abc import Mapping
from typing import ClassVar

from textual.app import ComposeResult
from textual.binding import BindingType
from textual.containers import Vertical
from textual.widgets import Static

from ..base import PimDialog
from ..textsafe import show
from ..widgets.choice import Choice
from ..widgets.labelled import labelled


class ExportDialog(PimDialog[str]):
    """Enter writes as shown; Left, Right or a letter changes the kind. Returns the ending of the file."""

    BINDINGS: ClassVar[list[BindingType]] = [("escape", "dismiss_none", "Back"), ("enter", "done", "Write")]

    def __init__(self, what: str, kinds: Mapping[str, str]) -> None:
        super().__init__()
        self._what, self._kinds = what, kinds

    def compose(self) -> ComposeResult:
        """What it is, and one choice."""
        kinds = [(ending, f"{name} (.{ending})") for ending, name in self._kinds.items()]
        with Vertical(classes="panel"):
            yield Static(show(f"Export {self._what}   (Enter writes, Esc leaves)"), classes="heading")
            yield from labelled("As", Choice(kinds, kinds[0][0], id="kind"))
            yield Static(show("The file goes into your outbox."), classes="reading")

    def on_mount(self) -> None:
        """The choice has the keys."""
        self.pim.dress(self)

    def on_choice_taken(self, event: Choice.Taken) -> None:
        """Enter in the choice writes."""
        self.action_done()

    def action_done(self) -> None:
        """Return the kind."""
        self.dismiss(str(self.query_one("#kind", Choice).value))
