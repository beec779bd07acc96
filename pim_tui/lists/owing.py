"""Who owes something as a list: how much, since when, and whether a payment notice may be sent."""

from __future__ import annotations

from datetime import date
from typing import Final

from ..domain.rights import Right
from ..queries.owing import OwingFilter, OwingRow, owing_list
from ..queries.page import Page
from .spec import Chosen, Column, ListSpec, Metric, Scope


def _page(scope: Scope, chosen: Chosen, limit: int, offset: int) -> Page[OwingRow]:
    shown = OwingFilter(scope.today or date.min, scope.zone, scope.unknown, scope.notice_days)
    return owing_list(shown, scope.currency, limit, offset)


OWING: Final = ListSpec(
    key="owing",
    title="Who owes",
    row=OwingRow,
    query=_page,
    columns=(
        Column("Customer", "customer", width=16, rank=10),
        Column("Phone", "phone", width=15, rank=5),
        Column("Owes", "owed", "money", 10, rank=9),
        Column("Since", "since", "date", 11, rank=7),
        Column("Days", "days", "number", 5, rank=6),
        Column("Written to", "told_on", "date", 11, rank=4),
        Column("No notice: the customer", "why", width=23, rank=8, grow=True),
    ),
    metrics=(Metric("Owed", "owed", "money"),),
    empty="Nobody owes anything.",
    page_size=50,
    right=Right.SEE_BILL,
)
