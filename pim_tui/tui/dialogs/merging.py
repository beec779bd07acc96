"""Two records side by side before one of them becomes part of the other (P4)."""

from __future__ import annotations

from collections.abc import Iterator
from typing import ClassVar, NamedTuple

from textual.app import ComposeResult
from textual.binding import BindingType
from textual.containers import Vertical
from textual.widgets import Static

from ...domain.moments import short_day
from ...domain.money import shown
from ...domain.phones import display
from ...queries.customers import address_lines
from ...queries.merging import MergePreview, Side, merge_preview
from ..base import PimDialog
from ..textsafe import show
from ..widgets.linetable import LineTable, TableColumn, TableRow


class MergeAnswer(NamedTuple):
    """Which record is to stay and which becomes part of it, as they were seen."""

    survivor_id: int
    loser_id: int
    survivor_version: int
    loser_version: int


class MergeDialog(PimDialog[MergeAnswer]):
    """m merges, x lets the other record stay, Esc leaves."""

    BINDINGS: ClassVar[list[BindingType]] = [
        ("escape", "dismiss_none", "Back"),
        ("m", "merge", "Merge"),
        ("x", "swap", "Swap"),
    ]

    def __init__(self, survivor_id: int, loser_id: int) -> None:
        super().__init__()
        self._ids = survivor_id, loser_id
        self._seen: MergePreview | None = None

    def compose(self) -> ComposeResult:
        """Both records, and what would move."""
        columns = (
            TableColumn("", 10, rank=3),
            TableColumn("Stays", 20, rank=2, grow=1),
            TableColumn("Becomes part of it", 20, rank=1, grow=1),
        )
        with Vertical(classes="panel tall"):
            yield Static(
                show("One person, two records   (m merges, x swaps them, Esc leaves)"), classes="heading"
            )
            yield LineTable(columns)
            yield Static("", classes="reading")

    def on_mount(self) -> None:
        """Read both."""
        self.pim.dress(self)
        self.query_one(LineTable).focus()
        self.load(self._read)

    async def _read(self) -> None:
        seen = self._seen = await self.fetch(merge_preview, *self._ids)
        currency = self.pim.desk.session.currency
        rows = zip(_facts(seen.survivor, currency), _facts(seen.loser, currency), strict=True)
        self.query_one(LineTable).show(
            [
                TableRow(title, (title, mine, theirs), "strong" if mine != theirs else "")
                for (title, mine), (_, theirs) in rows
                if mine or theirs
            ]
        )
        self.query_one(".reading", Static).update(show("\n".join(told_of(seen))))

    def action_swap(self) -> None:
        """Let the other record stay."""
        self._ids = self._ids[1], self._ids[0]
        self.load(self._read)

    def action_merge(self) -> None:
        """Return both as they were seen."""
        if (seen := self._seen) is not None:
            survivor, loser = seen.survivor.record, seen.loser.record
            self.dismiss(MergeAnswer(survivor.id, loser.id, survivor.version, loser.version))


def told_of(seen: MergePreview) -> Iterator[str]:
    """What would happen, in lines."""
    born = {side.record.customer.birth_date for side in (seen.survivor, seen.loser)} - {None}
    if len(born) > 1:
        yield "They were born on different days: look twice before you merge them."
    yield f"Moves: {counted(seen.moves) or 'nothing'}."
    if seen.fills:
        yield f"Fills: {', '.join(f'{field} {value}' for field, value in seen.fills)}."
    if seen.stays:
        yield f"Known already, stays behind: {counted(seen.stays)}."
    if seen.photo_stays:
        yield "Both have a photo: the one of the record that stays is kept."


def counted(rows: tuple[tuple[str, int], ...]) -> str:
    """``3 appointments, 1 note``."""
    return ", ".join(f"{count} {word}{'' if count == 1 else 's'}" for word, count in rows)


def _facts(side: Side, currency: str) -> list[tuple[str, str]]:
    record, customer = side.record, side.record.customer
    return [
        ("Number", str(record.number)),
        ("Name", side.name),
        ("Formerly", ", ".join(customer.former_names)),
        ("Born", short_day(customer.birth_date) if customer.birth_date else ""),
        ("Sex", customer.sex),
        ("Address", ", ".join(address_lines(customer))),
        ("Phone", ", ".join(display(number) for _, number in customer.phones)),
        ("Email", ", ".join(address for _, address in customer.emails)),
        ("Consent", ", ".join(f"{one.channel} {one.answer}" for one in customer.consents)),
        ("Alerts", ", ".join(customer.alerts)),
        ("Balance", shown(side.balance.balance, currency)),
        ("Holds", counted(side.rows)),
    ]
