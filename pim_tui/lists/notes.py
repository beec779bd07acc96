"""The notes about a customer as a list."""

from __future__ import annotations

from ..queries.notes import NoteFilter, NoteRow, notes_of
from ..queries.page import Page
from .periods import ANY, Period
from .spec import Chosen, Column, Filter, ListSpec, Metric, RowAction, Scope


def _page(scope: Scope, chosen: Chosen, limit: int, offset: int) -> Page[NoteRow]:
    period: Period = chosen.get("days") or ANY
    wanted = NoteFilter(
        text=str(chosen.get("text", "")),
        first=period.first,
        last=period.last,
        withdrawn=bool(chosen.get("withdrawn", False)),
    )
    return notes_of(scope.whose, wanted, limit, offset, zone=scope.zone)


NOTES = ListSpec(
    key="notes",
    title="Notes",
    tab="Note",
    row=NoteRow,
    query=_page,
    columns=(
        Column("Written", "written_at", "moment", 21, rank=9),
        Column("By", "author", width=16, rank=6),
        Column("Note", "text", "lines", 30, rank=10, grow=True),
        Column("Withdrawn", "withdrawn", "yes", 9, rank=2),
    ),
    filters=(
        Filter("days", "Dates", "days"),
        Filter("text", "Containing", "text"),
        Filter("withdrawn", "Withdrawn too", "yes"),
    ),
    metrics=(Metric("Notes", "notes"), Metric("Withdrawn", "withdrawn")),
    actions=(
        RowAction("open", "Open", "enter"),
        RowAction("add", "New note", "a", needs_row=False),
        RowAction("change", "Change", "e"),
        RowAction("withdraw", "Withdraw", "x"),
        RowAction("print", "Print", "p", needs_row=False),
    ),
    empty="No notes yet. Press a to write one.",
)
