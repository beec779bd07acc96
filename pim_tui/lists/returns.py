"""Refunds and payouts that wait to be approved or paid, as a list (R4)."""

from __future__ import annotations

from typing import Final

from ..domain.rights import Right
from ..queries.page import Page
from ..queries.returns import RequestRow, waiting
from .spec import Choice, Chosen, Column, Filter, ListSpec, Metric, Scope

WAITING = ("requested", "approved")


def _page(scope: Scope, chosen: Chosen, limit: int, offset: int) -> Page[RequestRow]:
    return waiting(tuple(chosen.get("state", ())) or WAITING, limit, offset)


REFUNDS: Final = ListSpec(
    key="refunds",
    title="Waiting refunds",
    row=RequestRow,
    query=_page,
    columns=(
        Column("Next", "next_step", width=9, rank=9),
        Column("Value", "value", "money", 10, rank=10),
        Column("Bill", "bill", width=13, rank=8),
        Column("For", "whose", width=14, rank=9),
        Column("Asked by", "asked_by", width=11, rank=7),
        Column("Reason", "reason", width=8, rank=6, grow=True),
        Column("Asked", "asked_at", "moment", 21, rank=4),
        Column("By way", "way", width=14, rank=3),
        Column("Approved by", "decided_by", width=11, rank=2),
    ),
    filters=(
        Filter(
            "state", "State", "choice",
            (Choice("requested", "To approve"), Choice("approved", "To pay out"),
             Choice("rejected", "Rejected"), Choice("paid", "Paid"), Choice("credited", "Credited"),
             Choice("withdrawn", "Withdrawn")),
        ),
    ),
    metrics=(Metric("Together", "value", "money"),),
    empty="Nothing waits to be approved or paid out.",
    page_size=100,
    right=Right.SEE_BILL,
)  # fmt: skip
