"""Customers who may be in the book twice, as a list."""

from __future__ import annotations

from typing import Final

from ..domain.rights import Right
from ..queries.duplicates import DuplicateFilter, DuplicateRow, duplicates
from ..queries.page import Page
from .spec import Chosen, Column, Filter, ListSpec, Metric, Scope


def _page(scope: Scope, chosen: Chosen, limit: int, offset: int) -> Page[DuplicateRow]:
    return duplicates(DuplicateFilter(str(chosen.get("text", "")), bool(chosen.get("sure"))), limit, offset)


DUPLICATES: Final = ListSpec(
    key="duplicates",
    title="Perhaps twice in the book",
    row=DuplicateRow,
    query=_page,
    columns=(
        Column("Customer", "customer", width=16, rank=10),
        Column("No.", "number", "number", 6, rank=7),
        Column("Other record", "other", width=16, rank=10),
        Column("No.", "other_number", "number", 6, rank=7),
        Column("Born", "born", "date", 11, rank=6),
        Column("They have", "why", width=20, rank=8, grow=True),
        Column("Last visit", "last_day", "date", 11, rank=3),
        Column("Other's", "other_last_day", "date", 11, rank=3),
    ),
    filters=(Filter("sure", "Sure ones", "yes"), Filter("text", "Containing", "text")),
    metrics=(Metric("Pairs", "pairs"), Metric("Sure", "sure")),
    empty="Nobody seems to be in the book twice.",
    page_size=50,
    right=Right.SEE_CUSTOMER,
)
