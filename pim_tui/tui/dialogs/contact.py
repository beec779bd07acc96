"""How a customer is reached: each way with what it would use, what they said about it and what it lacks."""

from __future__ import annotations

from collections.abc import Sequence
from typing import ClassVar

from textual.app import ComposeResult
from textual.binding import BindingType
from textual.containers import Vertical
from textual.widgets import Static

from ...domain.contact import Way
from ..base import PimDialog
from ..stylesheets import sheet
from ..textsafe import show
from ..widgets.linetable import LineTable, TableColumn, TableRow
from ..widgets.linkline import LinkLine

COLUMNS = (
    TableColumn("Key", 3, rank=9),
    TableColumn("By", 8, rank=10),
    TableColumn("With", 28, rank=8, grow=3),
    TableColumn("", 30, rank=7, grow=2),
)
LETTERS = {"email": "e", "sms": "s", "call": "c", "video": "v", "copy": "y", "messages": "G", "profile": "o"}
BY = {"email": "Email", "sms": "SMS", "call": "Call", "video": "Video"}
LINK = "link"
"""The answer of the key that shows a way's link and code; the way follows behind a blank."""


class ContactDialog(PimDialog[str]):
    """A letter, or Enter on its row, returns the way; what cannot be used says why and stays here."""

    CSS_PATH = sheet("contact")
    BINDINGS: ClassVar[list[BindingType]] = [
        ("escape,at,ctrl+e", "dismiss_none", "Back"),
        *((letter, f"take('{key}')", key) for key, letter in LETTERS.items()),
        ("l", "link", "Link"),
    ]

    def __init__(self, title: str, about: str, ways: Sequence[Way], told: str) -> None:
        """``about`` tells the visit, ``told`` how many messages wait and have failed."""
        super().__init__()
        self._title, self._about, self._told = title, about, told
        self._ways = {way.key: way for way in ways}

    def compose(self) -> ComposeResult:
        """Who, about which visit, the ways, the link of the one under the cursor."""
        with Vertical(classes="panel"):
            told = f"{self._title}   (letter or Enter, l its link, Esc leaves)"
            yield Static(show(told), classes="heading")
            yield Static(show(self._about), classes="reading")
            yield LineTable(COLUMNS)
            yield LinkLine(opens=self.pim.opens_links)
            yield Static("", classes="warning")

    def on_mount(self) -> None:
        """The cursor is on the first way that can be used."""
        self.pim.dress(self)
        self.query_one(".reading").display = bool(self._about)
        self.query_one(".warning").display = False
        table = self.query_one(LineTable)
        table.show([*map(_row, self._ways.values()), *self._more()])
        usable = next((way.key for way in self._ways.values() if not way.lacks), None)
        table.go_to(usable or "copy")
        table.focus()
        self._show_link()

    def _more(self) -> list[TableRow]:
        return [
            TableRow("copy", (LETTERS["copy"], "Copy", "number, address, link ...", "to your terminal")),
            TableRow("messages", (LETTERS["messages"], "Messages", self._told, "")),
            TableRow("profile", (LETTERS["profile"], "Profile", "", "")),
        ]

    def on_line_table_row_highlighted(self, event: LineTable.RowHighlighted) -> None:
        """Show the link of that way."""
        self._show_link()

    def _show_link(self) -> None:
        way = self._ways.get(str(self.query_one(LineTable).cursor_key))
        link = way.link if way else ""
        self.query_one(LinkLine).show(link, link)

    def on_line_table_row_chosen(self, event: LineTable.RowChosen) -> None:
        """Enter takes the row."""
        self.action_take(str(event.key))

    def action_take(self, key: str) -> None:
        """Return the way, or say what it lacks."""
        way = self._ways.get(key)
        if way is not None and way.lacks:
            self.warn(f"{BY[key]}: {way.lacks}.")
        else:
            self.dismiss(key)

    def action_link(self) -> None:
        """Return that the link of the way under the cursor is wanted."""
        way = self._ways.get(str(self.query_one(LineTable).cursor_key))
        if way is None or not way.link:
            self.warn("There is no link for this.")
        else:
            self.dismiss(f"{LINK} {way.key}")


def _row(way: Way) -> TableRow:
    """A way that cannot be used says why in the place of what they said."""
    cells = (LETTERS[way.key], BY[way.key], way.uses or "-", way.lacks or way.says)
    return TableRow(way.key, cells, "dim" if way.lacks else "", ("", "strong", "", ""))
