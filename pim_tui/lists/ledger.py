"""The running ledger of a customer as a list."""

from __future__ import annotations

from typing import Final

from ..domain.bills import PostingKind
from ..domain.rights import Right
from ..queries.ledger import LedgerFilter, LedgerRow, ledger_of
from ..queries.page import Page
from .periods import ANY, Period
from .spec import AFTER, Choice, Chosen, Column, Filter, ListSpec, Metric, Scope


def _page(scope: Scope, chosen: Chosen, limit: int, offset: int) -> Page[LedgerRow]:
    period: Period = chosen.get("days") or ANY
    shown = LedgerFilter(tuple(chosen.get("kind", ())), period.first, period.last)
    return ledger_of(scope.whose, shown, limit, offset, after=chosen.get(AFTER))


LEDGER: Final = ListSpec(
    key="ledger",
    title="Ledger",
    row=LedgerRow,
    query=_page,
    columns=(
        Column("Date", "day", "date", 11, rank=9),
        Column("Number", "code", width=14, rank=8),
        Column("What", "what", width=14, rank=6, grow=True),
        Column("Charged", "charged", "side", 10, rank=7),
        Column("Credited", "credited", "side", 10, rank=7),
        Column("Balance", "balance", "money", 10, rank=10),
        Column("Staff", "staff", width=12, rank=3),
    ),
    filters=(
        Filter("kind", "Kind", "choice", tuple(Choice(one.value, one.word) for one in PostingKind)),
        Filter("days", "Dates", "days"),
    ),
    metrics=(
        Metric("Charged", "charged", "money"),
        Metric("Credited", "credited", "money"),
        Metric("Balance", "closing", "money"),
    ),
    empty="Nothing was posted yet.",
    page_size=100,
    right=Right.SEE_BILL,
)
