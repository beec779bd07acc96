"""The third parties who pay a share, as a list (P6)."""

from __future__ import annotations

from ..domain.rights import Right
from ..queries.page import Page
from ..queries.payers import PayerRow, payers
from .spec import Chosen, Column, Filter, ListSpec, Metric, Scope


def _payers(scope: Scope, chosen: Chosen, limit: int, offset: int) -> Page[PayerRow]:
    retired = bool(chosen.get("retired", False))
    return payers(str(chosen.get("text", "")), limit, offset, retired=retired, currency=scope.currency)


PAYERS = ListSpec(
    key="payers",
    title="Payers",
    row=PayerRow,
    query=_payers,
    columns=(
        Column("Name", "name", width=20, rank=10, grow=True),
        Column("Customers", "customers", "number", 9, rank=7),
        Column("Owes", "owed", "money", 12, rank=9),
        Column("Phone", "phone", width=16, rank=6),
        Column("Email", "email", width=20, rank=5),
        Column("Address", "address", "lines", 20, rank=3),
    ),
    filters=(Filter("text", "Containing", "text"), Filter("retired", "Out of use too", "yes")),
    metrics=(Metric("Owed", "owed", "money"),),
    empty="No payers yet. Press a to add an insurer or another third party.",
    right=Right.SEE_BILL,
)
