"""How a found customer stands in a pick list: enough to tell two of one name apart (P2)."""

from __future__ import annotations

from ...queries.search import Found
from ..widgets.linetable import TableColumn, TableRow

PHONE = 15
"""Cells of a telephone number: that of most countries, with its blanks."""
COLUMNS = (
    TableColumn("Name", 18, rank=9, grow=2),
    TableColumn("Born", 10, rank=8),
    TableColumn("Age", 3, "number", rank=6),
    TableColumn("Phone", PHONE, rank=7),
    TableColumn("Last visit", 10, rank=5),
    TableColumn("", 11, rank=4, grow=1),
)
NEWCOMER = "newcomer"
"""The key of the line that enters somebody new."""


NEWCOMER_ROW = TableRow(NEWCOMER, ("New customer", "", "", "", "", ""))
"""The line below those who were found, for somebody who is none of them."""


def row_of(found: Found) -> TableRow:
    """One line of the list; its key is the customer's id."""
    cells = (
        found.listed,
        found.birth_date.isoformat() if found.birth_date else "?",
        "" if found.age is None else str(found.age),
        whole(found.phone),
        found.last_visit.isoformat() if found.last_visit else "",
        remark(found),
    )
    return TableRow(found.id, cells, "dim" if found.sounds else "")


def whole(phone: str) -> str:
    """A number as it fits: closed up where it is long, for it is by its last digits that people are told."""
    if len(phone) <= PHONE:
        return phone
    closed = "".join(phone.split())
    return closed if len(closed) <= PHONE else f"…{closed[1 - PHONE :]}"


def remark(found: Found) -> str:
    """Why somebody is in the list although the name is another, or must be told from another."""
    if found.former:
        return f"was {found.former}"
    return "sound-alike" if found.sounds else "near twin" if found.twin else ""
