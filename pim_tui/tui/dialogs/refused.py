"""A change that collides: what is in the way, and the ways out."""

from __future__ import annotations

from typing import ClassVar, NamedTuple, cast

from textual.app import ComposeResult
from textual.binding import BindingType
from textual.containers import Vertical
from textual.widgets import Input, Static

from ...domain.moments import Zone, moment_label
from ...domain.rights import Right
from ...domain.visit import YES_QUESTIONS, Answers
from ...errors import NeedsAnswer, Refused
from ...queries.roles import roles_with
from ..base import PimDialog
from ..textsafe import show
from ..widgets.linetable import LineTable, TableColumn, TableRow

_OVERBOOK = ("overbook", 0)
"""The key of the row that overbooks."""
_NEEDS_A_RIGHT = "Overbooking needs a right that you do not have."


class Way(NamedTuple):
    """The way out that was taken: another start, a yes to the question called so, or a reason to overbook."""

    start: int | None = None
    yes: str = ""
    overbook: str = ""

    def answers(self, earlier: Answers) -> Answers:
        """What is said to what is in the way, besides what was said before."""
        said = Answers.yes(self.yes) if self.yes else Answers(overbook=self.overbook)
        return said.besides(earlier)


class Choose(PimDialog[Way]):
    """Enter takes the way under the cursor; overbooking is last and wants a reason. Esc changes nothing.

    Esc in the line of the reason goes back to the list.
    """

    BINDINGS: ClassVar[list[BindingType]] = [("escape", "back", "Back")]

    def __init__(self, error: Refused, zone: Zone, *, overbook: bool = False) -> None:
        """``overbook`` is for somebody who has chosen that already: the reason is asked at once."""
        super().__init__()
        self._error, self._zone, self._overbook = error, zone, overbook

    def compose(self) -> ComposeResult:
        """The refusal and the list."""
        with Vertical(classes="panel"):
            yield Static(show(self._error.message), classes="warning")
            if self._error.rule == "T7" and not self._may_overbook:
                yield Static(show(_NEEDS_A_RIGHT), classes="reading")
            yield LineTable((TableColumn("What to do (Esc: nothing)", 40, rank=1, grow=1),))
            yield Input(placeholder="reason for overbooking", compact=True, max_length=200)

    def on_mount(self) -> None:
        """List the ways."""
        self.pim.dress(self)
        rows = []
        if self._question in YES_QUESTIONS:
            rows.append(TableRow(("yes", 0), ("Do it all the same",)))
        rows += [TableRow(("start", start), (f"Take {self._told(start)}",)) for start in self._error.offers]
        if self._error.rule == "T7" and self._may_overbook:
            rows.append(TableRow(_OVERBOOK, ("Overbook, with a reason",)))
        if self._error.rule == "T7" and not self._may_overbook:
            self.load(self._tell_who_may)
        self.query_one(Input).display = False
        table = self.query_one(LineTable)
        table.show(rows)
        table.focus()
        if self._overbook and any(row.key == _OVERBOOK for row in rows):
            table.go_to(_OVERBOOK)
            self._ask_reason()

    async def _tell_who_may(self) -> None:
        who = ", ".join(await self.fetch(roles_with, Right.OVERBOOK)) or "nobody"
        self.query_one(".reading", Static).update(show(f"{_NEEDS_A_RIGHT} Who may: {who}."))

    @property
    def _question(self) -> str:
        return self._error.question if isinstance(self._error, NeedsAnswer) else ""

    @property
    def _may_overbook(self) -> bool:
        return Right.OVERBOOK in self.pim.desk.session.rights

    def _told(self, start: int) -> str:
        return moment_label(start, self._zone)

    def on_line_table_row_chosen(self, event: LineTable.RowChosen) -> None:
        """Take a way; overbooking asks for its reason first."""
        kind, value = cast("tuple[str, int]", event.key)
        if kind == "start":
            self.dismiss(Way(start=value))
        elif kind == "yes":
            self.dismiss(Way(yes=self._question))
        else:
            self._ask_reason()

    def _ask_reason(self) -> None:
        self.query_one(Input).display = True
        self.query_one(Input).focus()

    def action_back(self) -> None:
        """From the reason to the list, else out."""
        if self.query_one(Input).has_focus:
            self.query_one(LineTable).focus()
        else:
            self.dismiss(None)

    def on_input_submitted(self, event: Input.Submitted) -> None:
        """A reason makes it an overbooking (T9)."""
        if event.value.strip():
            self.dismiss(Way(overbook=event.value.strip()))
