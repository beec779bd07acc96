"""The waiting list, in the order in which a free time is offered."""

from __future__ import annotations

from ..queries.page import Page
from ..queries.waiting import Waiting, waiting_list
from .spec import Chosen, Column, Filter, ListSpec, Metric, Scope


def _waiting(scope: Scope, chosen: Chosen, limit: int, offset: int) -> Page[Waiting]:
    closed = bool(chosen.get("closed", False))
    return waiting_list(str(chosen.get("text", "")), limit, offset, scope.zone, closed=closed)


WAITING = ListSpec(
    key="waiting",
    title="Waiting list",
    row=Waiting,
    query=_waiting,
    columns=(
        Column("U", "letter", width=1, rank=10),
        Column("Customer", "customer", width=16, rank=10),
        Column("Wishes", "wishes", width=22, rank=9, grow=True),
        Column("Since", "since_day", "date", 11, rank=7),
        Column("Standing", "standing", width=25, rank=8),
        Column("Phone", "reached", width=14, rank=4),
        Column("Note", "note", width=16, rank=3),
    ),
    filters=(Filter("text", "Containing", "text"), Filter("closed", "Who waits no more, too", "yes")),
    metrics=(Metric("Urgent", "urgent"),),
    empty="Nobody waits. Press a to put a customer on the list.",
)
