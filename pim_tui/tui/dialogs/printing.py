"""Printing the day sheet: whose, and where to."""

from __future__ import annotations

from typing import ClassVar, NamedTuple

from textual.app import ComposeResult
from textual.binding import BindingType
from textual.containers import Horizontal, Vertical
from textual.widgets import Static

from ..base import PimDialog
from ..textsafe import show
from ..widgets.choice import Choice


class Wanted(NamedTuple):
    """``staff_id`` None is the whole team; ``kind`` is empty for the printer, else ``pdf`` or ``txt``."""

    staff_id: int | None
    each: bool
    kind: str


class PrintDaySheet(PimDialog[Wanted]):
    """Enter prints as shown; Tab and Left/Right change what and where."""

    BINDINGS: ClassVar[list[BindingType]] = [("escape", "dismiss_none", "Back"), ("enter", "done", "Print")]

    def __init__(self, day: str, staff: tuple[int, str] | None, can_print: bool) -> None:
        super().__init__()
        self._day, self._staff, self._can_print = day, staff, can_print

    def compose(self) -> ComposeResult:
        """Two choices."""
        whose: list[tuple[str, str]] = [("all", "everybody"), ("each", "everybody, a page each")]
        if self._staff:
            whose.append(("one", f"only {self._staff[1]}"))
        where = [
            ("", "the printer"),
            ("pdf", "a PDF file in the outbox"),
            ("txt", "a text file in the outbox"),
        ]
        with Vertical(classes="panel"):
            yield Static(show(f"Day sheet of {self._day}   (Enter prints, Esc leaves)"), classes="heading")
            with Horizontal(classes="row"):
                yield Static(show("Whose"), classes="label")
                yield Choice(whose, "all", id="whose")
            with Horizontal(classes="row"):
                yield Static(show("Where to"), classes="label")
                yield Choice(where, "" if self._can_print else "pdf", id="where")

    def on_mount(self) -> None:
        """The first choice has the keys."""
        self.pim.dress(self)

    def on_choice_taken(self, event: Choice.Taken) -> None:
        """Enter in either choice prints."""
        self.action_done()

    def action_done(self) -> None:
        """Return what is wanted."""
        whose = self.query_one("#whose", Choice).value
        staff_id = self._staff[0] if self._staff and whose == "one" else None
        self.dismiss(Wanted(staff_id, whose == "each", str(self.query_one("#where", Choice).value)))
