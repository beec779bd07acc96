"""Everything that goes out of the house as a list: what waits, what failed and why, what went (C8)."""

from __future__ import annotations

from typing import Final

from ..domain.delivery import CHANNELS, FATES
from ..domain.rights import Right
from ..queries.messagelists import OutFilter, OutRow, outgoing
from ..queries.page import Page
from .periods import ANY, Period
from .spec import AFTER, Choice, Chosen, Column, Filter, ListSpec, Metric, Scope


def _page(scope: Scope, chosen: Chosen, limit: int, offset: int) -> Page[OutRow]:
    period: Period = chosen.get("days") or ANY
    shown = OutFilter(
        tuple(chosen.get("fate", ())),
        tuple(chosen.get("channel", ())),
        period.first,
        period.last,
        str(chosen.get("customer", "")),
    )
    return outgoing(shown, scope.zone, limit, offset, after=chosen.get(AFTER))


OUTGOING: Final = ListSpec(
    key="outgoing",
    title="Messages",
    row=OutRow,
    query=_page,
    columns=(
        Column("Message", "about", width=14, rank=9),
        Column("By", "channel", width=8, rank=7),
        Column("To", "customer", width=16, rank=10),
        Column("Goes, went", "at", "moment", 21, rank=6),
        Column("Fate", "fate", width=12, rank=8, grow=True),
    ),
    filters=(
        Filter("fate", "Fate", "choice", tuple(Choice(fate, fate.capitalize()) for fate in FATES)),
        Filter("channel", "By", "choice", tuple(Choice(key, title) for key, title in CHANNELS.items())),
        Filter("days", "Dates", "days", prefer="nearest"),
        Filter("customer", "Customer", "text"),
    ),
    metrics=(
        Metric("Waiting", "waiting"),
        Metric("Failed", "failed"),
        Metric("Unknown", "unknown"),
        Metric("Sent", "sent"),
    ),
    empty="Nothing of this kind goes out; f changes the filter.",
    page_size=50,
    right=Right.SEE_CUSTOMER,
)
