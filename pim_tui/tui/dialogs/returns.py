"""Taking items of a bill back: how many, where the goods go, why, and live what it is worth (R1-R5)."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import ClassVar

from textual import events
from textual.app import ComposeResult
from textual.binding import BindingType
from textual.containers import Vertical
from textual.widgets import Input, Static

from ...domain.money import figures, shown
from ...domain.returns import Disposition, Quote, quote
from ...domain.rounding import Rounding
from ...errors import PimError
from ...queries.returns import Returnable, ReturnableLine
from ...services.returns import ReturnOf
from ..base import PimDialog
from ..stylesheets import sheet
from ..textsafe import show
from ..widgets.choice import Choice
from ..widgets.labelled import labelled
from ..widgets.linetable import LineTable, TableColumn, TableRow

REASONS = ("not needed", "wrong item", "faulty", "charged by mistake", "did not help", "complaint")
"""What a figure in the reason stands for."""
WAYS = {
    "original": "as it was paid", "credit": "kept as credit", "cash": "cash only", "card": "card only",
    "transfer": "transfer only", "cheque": "cheque only", "other": "other only",
}  # fmt: skip
COLUMNS = (
    TableColumn("Item", 20, rank=9, grow=1),
    TableColumn("Sold", 5, "number", rank=5),
    TableColumn("Left", 5, "number", rank=7),
    TableColumn("Back", 5, "number", rank=10),
    TableColumn("Goods", 10, rank=8),
    TableColumn("Lot", 8, rank=2),
    TableColumn("Value", 10, "number", rank=9),
)
KEYS = "0-9 + -: how many · a: all · g: where the goods go · Enter: on · Tab: fields"


@dataclass(frozen=True, slots=True)
class ReturnAnswer:
    """What the dialog returns: the lines that come back, why, and how the money goes back."""

    lines: tuple[ReturnOf, ...]
    reason: str
    method: str


class ReturnDialog(PimDialog[ReturnAnswer]):
    """Figures say how many of the line under the cursor come back; one as reason stands for a usual one."""

    CSS_PATH = sheet("refunds")
    BINDINGS: ClassVar[list[BindingType]] = [("escape", "dismiss_none", "Back")]

    def __init__(
        self,
        bill: Returnable,
        rounding: Rounding,
        typed: ReturnAnswer | None = None,
        refusal: PimError | None = None,
    ) -> None:
        """``typed`` and ``refusal`` are of a return that was refused."""
        super().__init__()
        self._bill, self._rounding, self._refusal = bill, rounding, refusal
        self._reason = typed.reason if typed else ""
        self._method = typed.method if typed else "original"
        self._back: dict[int, int] = _wanted(bill, typed)
        self._goods = {line.sold.id: line.usual for line in bill.lines}
        self._goods |= {one.line_id: one.disposition for one in typed.lines} if typed else {}
        self._fresh = True

    def compose(self) -> ComposeResult:
        """The lines, what they are worth, why, by which way."""
        bill = self._bill
        who = bill.customer or "no customer"
        with Vertical(classes="panel tall"):
            yield Static(show(f"Return of {bill.code}, {who}   (Esc leaves)"), classes="heading")
            yield LineTable(COLUMNS)
            yield Static("", classes="worth")
            yield from labelled("Reason", Input(self._reason, compact=True, max_length=300, id="reason"))
            yield Static(show(_numbered()), classes="reading")
            yield from labelled("Money", Choice(self._ways(), self._method, id="method"))
            yield Static(show(KEYS), classes="keys")
            yield Static("", classes="warning")

    def on_mount(self) -> None:
        """The cursor is on the first line of which something is left."""
        self.pim.dress(self)
        self._draw()
        table = self.query_one(LineTable)
        table.focus()
        if first := next((line for line in self._bill.lines if line.left), None):
            table.go_to(first.sold.id)
        self.warn(str(self._refusal) if self._refusal else "")

    def _ways(self) -> tuple[tuple[str, str], ...]:
        nobody = self._bill.customer_id is None
        return tuple((key, told) for key, told in WAYS.items() if not (nobody and key == "credit"))

    # --- how many ---------------------------------------------------------------------------------

    def on_key(self, event: events.Key) -> None:
        """Figures and letters act on the line under the cursor."""
        line = self._here()
        if line is None or not self.query_one(LineTable).has_focus:
            return
        if (character := event.character or "").isdecimal() and character.isascii():
            before = 0 if self._fresh else self._back.get(line.sold.id, 0)
            self._take(line, before * 10 + int(character))
            self._fresh = False
        elif event.key in ("plus", "minus", "backspace"):
            now = self._back.get(line.sold.id, 0)
            self._take(line, {"plus": now + 1, "minus": now - 1, "backspace": now // 10}[event.key])
        elif event.key == "a":
            self._take_all()
        elif event.key == "g":
            self._turn(line)
        else:
            return
        event.stop()

    def _take(self, line: ReturnableLine, units: int) -> None:
        """So many come back; never more than are left (R1)."""
        self._back[line.sold.id] = max(0, min(units, line.left))
        over = units > line.left
        self.warn(f"{line.left} of {line.sold.quantity} can still come back." if over else "")
        self._draw()

    def _take_all(self) -> None:
        every = {line.sold.id: line.left for line in self._bill.lines}
        self._back = {} if self._back == every else every
        self._draw()

    def _turn(self, line: ReturnableLine) -> None:
        """Where the goods go: the next of the ways (R5)."""
        if not line.goods:
            self.warn("Nothing of this line left the stock.")
            return
        ways = [str(one) for one in Disposition]
        self._goods[line.sold.id] = ways[(ways.index(self._goods[line.sold.id]) + 1) % len(ways)]
        self._draw()

    def on_line_table_row_highlighted(self, event: LineTable.RowHighlighted) -> None:
        """On another line the next figure begins anew."""
        self._fresh = True

    def on_line_table_row_chosen(self, event: LineTable.RowChosen) -> None:
        """Enter: on to the reason, one of the line when nothing was chosen."""
        line = self._here()
        if not any(self._back.values()) and line is not None:
            self._take(line, 1)
        if any(self._back.values()):
            self.query_one("#reason").focus()

    # --- answering --------------------------------------------------------------------------------

    def on_input_submitted(self, event: Input.Submitted) -> None:
        """Enter in the reason asks for the return."""
        self._answer()

    def on_choice_taken(self, event: Choice.Taken) -> None:
        """Enter on the way as well."""
        self._answer()

    def _answer(self) -> None:
        reason = _meant(self.query_one("#reason", Input).value)
        lines = tuple(ReturnOf(id_, units, self._goods[id_]) for id_, units in self._back.items() if units)
        if not lines:
            self.warn("Say how many come back: a figure on the line.")
            self.query_one(LineTable).focus()
        elif not reason:
            self.warn("Type the reason, or the figure of one.")
            self.query_one("#reason").focus()
        else:
            self.dismiss(ReturnAnswer(lines, reason, str(self.query_one("#method", Choice).value)))

    # --- drawing ----------------------------------------------------------------------------------

    def _here(self) -> ReturnableLine | None:
        key = self.query_one(LineTable).cursor_key
        return self._bill.line(key) if isinstance(key, int) else None

    def _draw(self) -> None:
        worth = self._worth()
        values = {one.line_id: one.total for one in worth.lines} if worth else {}
        self.query_one(LineTable).show([self._line(line, values) for line in self._bill.lines])
        self.query_one(".worth", Static).update(show(_told(self._bill, worth)))

    def _worth(self) -> Quote | None:
        wanted = [(line.sold, self._back.get(line.sold.id, 0)) for line in self._bill.lines]
        chosen = [(sold, units) for sold, units in wanted if units]
        return quote(chosen, self._rounding) if chosen else None

    def _line(self, line: ReturnableLine, values: Mapping[int, int]) -> TableRow:
        id_ = line.sold.id
        back = self._back.get(id_, 0)
        value = figures(values[id_], self._bill.currency) if id_ in values else ""
        goods = self._goods[id_] if line.goods else "-"
        cells = (
            line.sold.description,
            str(line.sold.quantity),
            str(line.left),
            str(back) if back else "",
            goods,
            line.lots,
            value,
        )
        return TableRow(id_, cells, "" if line.left else "dim", ("", "", "", "strong"))


def _wanted(bill: Returnable, typed: ReturnAnswer | None) -> dict[int, int]:
    """What comes back at first: what was typed before, as far as it is still there, or the only item."""
    left = {line.sold.id: line.left for line in bill.lines if line.left}
    if typed is not None:
        return {one.line_id: min(one.quantity, left.get(one.line_id, 0)) for one in typed.lines}
    return left if sum(left.values()) == 1 else {}


def _told(bill: Returnable, worth: Quote | None) -> str:
    """What it is worth, and where that goes first (R3, M6)."""
    if worth is None:
        return "Nothing comes back yet."
    off = min(worth.customer, max(0, bill.owed))
    told = [f"Worth {shown(worth.total, bill.currency)}, tax {figures(worth.tax, bill.currency)}"]
    told += [f"the payer's {figures(worth.payer, bill.currency)}"] if worth.payer else []
    told += [f"{figures(off, bill.currency)} off what is owed"] if off else []
    told += [f"{figures(worth.customer - off, bill.currency)} back"] if worth.customer > off else []
    return " · ".join(told)


def _numbered() -> str:
    return " · ".join(f"{number} {reason}" for number, reason in enumerate(REASONS, 1))


def _meant(typed: str) -> str:
    """A figure alone is one of :data:`REASONS`."""
    text = typed.strip()
    chosen = text.isdecimal() and text.isascii() and 1 <= int(text[:4]) <= len(REASONS)
    return REASONS[int(text) - 1] if chosen else text
