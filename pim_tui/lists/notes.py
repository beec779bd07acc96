"""The notes about a customer, and clinic-wide, as lists."""

from __future__ import annotations

from dataclasses import replace

from ..domain.rights import Right
from ..queries.notes import NoteFilter, NoteRow, notes_of
from ..queries.page import Page
from .periods import ANY, Period
from .spec import AFTER, Chosen, Column, Filter, ListSpec, Metric, Scope
from .wide import CUSTOMER, staff_filter


def _page(scope: Scope, chosen: Chosen, limit: int, offset: int) -> Page[NoteRow]:
    period: Period = chosen.get("days") or ANY
    wanted = NoteFilter(
        text=str(chosen.get("text", "")),
        first=period.first,
        last=period.last,
        withdrawn=bool(chosen.get("withdrawn", False)),
        author_ids=tuple(map(int, chosen.get("staff", ()))),
    )
    last = chosen.get(AFTER)
    return notes_of(scope.customer_id, wanted, limit, offset, zone=scope.zone, after=last)


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
    empty="No notes yet. Press a to write one.",
    right=Right.SEE_CUSTOMER,
)

_WRITTEN, _BY, _NOTE, _WITHDRAWN = NOTES.columns
CLINIC_NOTES = replace(
    NOTES,
    key="all-notes",
    columns=(_WRITTEN, CUSTOMER, _BY, replace(_NOTE, width=20), _WITHDRAWN),
    filters=(NOTES.filters[0], staff_filter("By"), *NOTES.filters[1:]),
    empty="No notes in this time; f changes the filter.",
    page_size=50,
    usual="this month",
    right=Right.SEE_NOTE,
)
"""About everybody."""
