"""The calls to make today, as a list (C8)."""

from __future__ import annotations

from datetime import date
from typing import Final

from ..domain.rights import Right
from ..queries.calls import CallRow, calls_to_make
from ..queries.page import Page
from .spec import Choice, Chosen, Column, Filter, ListSpec, Metric, Scope


def _calls(scope: Scope, chosen: Chosen, limit: int, offset: int) -> Page[CallRow]:
    today = scope.today or date.min
    return calls_to_make(today, scope.zone, tuple(chosen.get("reason", ())), limit, offset)


CALLS: Final = ListSpec(
    key="calls",
    title="Calls to make",
    row=CallRow,
    query=_calls,
    columns=(
        Column("Customer", "customer", width=16, rank=10),
        Column("Phone", "phone", width=16, rank=9),
        Column("Why", "why", width=11, rank=8),
        Column("About", "about", width=20, rank=7, grow=True),
        Column("Since", "since", "date", 11, rank=6),
    ),
    filters=(
        Filter(
            "reason", "Why", "choice",
            (Choice("agreed", "Call back"), Choice("message", "Not arrived"), Choice("unpaid", "Unpaid")),
        ),
    ),
    metrics=(Metric("Call back", "agreed"), Metric("Not arrived", "message"), Metric("Unpaid", "unpaid")),
    empty="Nobody is to be called.",
    right=Right.CALL,
)  # fmt: skip
