"""Records that were opened for a reason, as a list for whoever looks into it."""

from __future__ import annotations

from typing import Final

from ..domain.rights import Right
from ..queries.glass import GlassRow, glass_uses
from ..queries.page import Page
from .spec import Chosen, Column, Filter, ListSpec, Metric, Scope


def _page(scope: Scope, chosen: Chosen, limit: int, offset: int) -> Page[GlassRow]:
    return glass_uses(bool(chosen.get("all", False)), limit, offset)


GLASS: Final = ListSpec(
    key="glass",
    title="Opened records",
    row=GlassRow,
    query=_page,
    columns=(
        Column("Opened", "began_at", "moment", 21, rank=8),
        Column("By", "staff", width=12, rank=9),
        Column("Customer", "customer", width=14, rank=10),
        Column("Why", "reason", width=14, rank=10, grow=True),
        Column("Review", "state", width=14, rank=7),
        Column("By whom", "reviewer", width=12, rank=4),
        Column("Remark", "remark", width=20, rank=3),
    ),
    filters=(Filter("all", "All", "yes"),),
    metrics=(Metric("To be reviewed", "waiting"),),
    empty="Every opened record was looked into.",
    page_size=50,
    right=Right.REVIEW_GLASS,
)
