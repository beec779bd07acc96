"""Printing the day sheet: whose, and where to."""

from __future__ import annotations

from typing import ClassVar, NamedTuple

from textual.app import ComposeResult
from textual.binding import BindingType
from textual.containers import Vertical

from ..base import PimDialog
from ..widgets.choice import Choice
from ..widgets.labelled import labelled
from .whereto import WhereTo, WithPrinters


class Wanted(NamedTuple):
    """``staff_id`` None is the whole team; ``kind`` is where it goes, as in
    :class:`~pim_tui.tui.dialogs.whereto.WhereTo`."""

    staff_id: int | None
    each: bool
    kind: str


class PrintDaySheet(WithPrinters, PimDialog[Wanted]):
    """Enter prints as shown; Tab and Left/Right change what and where, F2 lists the printers."""

    BINDINGS: ClassVar[list[BindingType]] = [
        ("escape", "dismiss_none", "Back"),
        ("enter", "done", "Print"),
        ("f2", "printers", "Printers"),
    ]

    def __init__(self, day: str, staff: tuple[int, str] | None, place: str) -> None:
        super().__init__()
        self._day, self._staff, self._place = day, staff, place

    def compose(self) -> ComposeResult:
        """Two choices."""
        whose: list[tuple[str, str]] = [("all", "everybody"), ("each", "everybody, a page each")]
        if self._staff:
            whose.append(("one", f"only {self._staff[1]}"))
        with Vertical(classes="panel"):
            yield self.headed(f"Day sheet of {self._day}", "Enter prints, F2 printers, Esc leaves")
            yield from labelled("Whose", Choice(whose, "all", id="whose"))
            yield from labelled("Where to", WhereTo(self.pim.desk.settings, self._place))

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
