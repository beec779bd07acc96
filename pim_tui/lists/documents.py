"""The documents of a customer, and clinic-wide, as lists."""

from __future__ import annotations

from dataclasses import replace

from ..domain.documentkinds import SUBJECTS
from ..domain.rights import Right
from ..queries.files import DocumentFilter, DocumentRow, documents_of
from ..queries.page import Page
from .periods import ANY, Period
from .spec import AFTER, Choice, Chosen, Column, Filter, ListSpec, Metric, Scope
from .wide import CUSTOMER, staff_filter


def _page(scope: Scope, chosen: Chosen, limit: int, offset: int) -> Page[DocumentRow]:
    period: Period = chosen.get("days") or ANY
    wanted = DocumentFilter(
        text=str(chosen.get("text", "")),
        first=period.first,
        last=period.last,
        removed=bool(chosen.get("removed", False)),
        subjects=tuple(chosen.get("kinds", ())),
        expiring=bool(chosen.get("expiring", False)),
        adder_ids=tuple(map(int, chosen.get("staff", ()))),
    )
    return documents_of(
        scope.customer_id, wanted, limit, offset, zone=scope.zone, today=scope.today, after=chosen.get(AFTER)
    )


DOCUMENTS = ListSpec(
    key="documents",
    title="Documents",
    tab="Document",
    row=DocumentRow,
    query=_page,
    columns=(
        Column("Name", "name", "file", width=14, rank=10, grow=True),
        Column("Kind", "what", width=9, rank=8),
        Column("Good until", "until", width=19, rank=9),
        Column("Type", "kind", width=5, rank=6),
        Column("Size", "size", "size", 8, rank=5),
        Column("Added", "added_at", "moment", 21, rank=4),
        Column("By", "added_by", width=14, rank=2),
        Column("Removed", "removed_reason", width=14, rank=3),
    ),
    filters=(
        Filter(
            "kinds", "Kind", "choice", tuple(Choice(one, title) for one, title in SUBJECTS.items() if one)
        ),
        Filter("expiring", "Expired or soon", "yes"),
        Filter("days", "Dates", "days"),
        Filter("text", "Containing", "text"),
        Filter("removed", "Removed too", "yes"),
    ),
    metrics=(
        Metric("Documents", "documents"),
        Metric("EXPIRED or soon", "expired"),
        Metric("Removed", "removed"),
        Metric("Together", "bytes", "size"),
    ),
    empty="No documents yet. Press a to attach one from your inbox.",
    right=Right.SEE_CUSTOMER,
)

CLINIC_DOCUMENTS = replace(
    DOCUMENTS,
    key="all-documents",
    columns=(DOCUMENTS.columns[0], CUSTOMER, *DOCUMENTS.columns[1:]),
    filters=(*DOCUMENTS.filters[:3], staff_filter("By"), *DOCUMENTS.filters[3:]),
    empty="No documents yet.",
    page_size=50,
)
"""Of everybody, whenever added: what runs out was added long ago."""
