"""The print menu: which paper, on what size, where to; and a look at it first."""

from __future__ import annotations

from collections.abc import Sequence
from typing import ClassVar, NamedTuple

from textual.app import ComposeResult
from textual.binding import Binding, BindingType
from textual.containers import Horizontal, Vertical
from textual.widgets import Static

from ..base import PimDialog
from ..textsafe import show
from ..widgets.choice import Choice

SIZES = (("a4", "A4"), ("a5", "A5"), ("letter", "Letter"))
PLACES = (("", "the printer"), ("pdf", "a PDF file in the outbox"), ("txt", "a text file in the outbox"))


class Chosen(NamedTuple):
    """``at`` is the place of the paper in the menu; ``kind`` is empty for the printer, else ``pdf`` or
    ``txt``; ``look`` shows it first."""

    at: int
    size: str
    kind: str
    look: bool


class PrintMenu(PimDialog[Chosen]):
    """Up and Down choose the field, Left and Right what is in it; Enter prints, V shows it as text."""

    BINDINGS: ClassVar[list[BindingType]] = [
        ("escape", "dismiss_none", "Back"),
        ("enter", "done(False)", "Print"),
        Binding("v", "done(True)", "Look", priority=True),  # before a name that begins so is gone to
        ("up", "app.focus_previous", "Field above"),
        ("down", "app.focus_next", "Field below"),
    ]

    def __init__(self, papers: Sequence[str], size: str, can_print: bool) -> None:
        """``papers`` are the names of what can be printed here, the likeliest first."""
        super().__init__()
        self._papers, self._usual, self._can_print = papers, size, can_print

    def compose(self) -> ComposeResult:
        """Three choices."""
        with Vertical(classes="panel"):
            yield Static(show("Print   (Enter prints, V shows it first, Esc leaves)"), classes="heading")
            for label, field in (
                ("What", Choice(tuple(enumerate(self._papers)), 0, id="what")),
                ("Paper", Choice(SIZES, self._usual, id="size")),
                ("Where to", Choice(PLACES, "" if self._can_print else "pdf", id="where")),
            ):
                with Horizontal(classes="row"):
                    yield Static(show(label), classes="label")
                    yield field

    def on_mount(self) -> None:
        """The first choice has the keys."""
        self.pim.dress(self)

    def on_choice_taken(self, event: Choice.Taken) -> None:
        """Enter in any choice prints."""
        self.action_done(False)

    def action_done(self, look: bool) -> None:
        """Return what is wanted."""
        what, size, where = (
            str(self.query_one(f"#{name}", Choice).value) for name in ("what", "size", "where")
        )
        self.dismiss(Chosen(int(what), size, where, look))
