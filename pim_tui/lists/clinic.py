"""The clinic-wide lists, in the order of their menu: those of a customer's page first."""

from __future__ import annotations

from datetime import date
from typing import Any, Final

from ..domain.rights import Right
from ..queries.loanlists import LoanFilter, LoanRow, loans_out
from ..queries.page import Page
from ..queries.visitlists import UnpaidFilter, UnpaidRow, unpaid_visits
from .appointments import CLINIC_APPOINTMENTS
from .bills import BILL_TABS, clinic_wide
from .calls import CALLS
from .documents import CLINIC_DOCUMENTS
from .duplicates import DUPLICATES
from .notes import CLINIC_NOTES
from .outgoing import OUTGOING
from .owing import OWING
from .payments import PAYMENTS
from .periods import ANY, Period
from .returns import REFUNDS
from .spec import AFTER, Choice, Chosen, Column, Filter, ListSpec, Metric, Scope
from .stock import STOCK_LISTS
from .texts import TEXTS


def _loans(scope: Scope, chosen: Chosen, limit: int, offset: int) -> Page[LoanRow]:
    shown = LoanFilter(scope.today or date.min, not chosen.get("all"), scope.customer_id)
    return loans_out(shown, limit, offset)


OVERDUE: Final = ListSpec(
    key="overdue",
    title="Overdue loans",
    row=LoanRow,
    query=_loans,
    columns=(
        Column("Due", "due_on", "date", 11, rank=9),
        Column("Days late", "late", "number", 9, rank=8),
        Column("Customer", "customer", width=16, rank=10),
        Column("Phone", "phone", width=15, rank=6),
        Column("Item", "item", width=12, rank=9, grow=True),
        Column("Out", "out", "number", 3, rank=7),
        Column("Serial", "lots", width=10, rank=4),
        Column("Number", "code", width=13, rank=3),
    ),
    filters=(Filter("all", "All that is out", "yes"),),
    metrics=(Metric("Items out", "out"), Metric("Overdue", "overdue")),
    empty="Nothing is overdue.",
    page_size=50,
    right=Right.SEE_BILL,
)


def _unpaid(scope: Scope, chosen: Chosen, limit: int, offset: int) -> Page[UnpaidRow]:
    period: Period = chosen.get("days") or ANY
    billed = tuple(chosen.get("billed", ()))
    wanted = UnpaidFilter(scope.customer_id, period.first, period.last, billed)
    return unpaid_visits(wanted, limit, offset, after=chosen.get(AFTER))


UNPAID: Final = ListSpec(
    key="unpaid",
    title="Unpaid visits",
    row=UnpaidRow,
    query=_unpaid,
    columns=(
        Column("Date", "day", "date", 11, rank=9),
        Column("Time", "wall", "time", 5, rank=7),
        Column("Customer", "customer", width=16, rank=10),
        Column("Type", "type_name", width=12, rank=6, grow=True),
        Column("Staff", "staff", width=12, rank=5),
        Column("Bill", "code", width=13, rank=8),
        Column("Left", "left", "side", 9, rank=9),
    ),
    filters=(
        Filter("billed", "Bill", "choice", (Choice("no", "Not billed"), Choice("yes", "Billed"))),
        Filter("days", "Dates", "days"),
    ),
    metrics=(Metric("Not billed", "unbilled"), Metric("Left", "left", "money")),
    empty="Every visit of this time is paid; f changes the filter.",
    page_size=50,
    usual="this month",
    right=Right.SEE_BILL,
)

CLINIC_LISTS: tuple[ListSpec[Any], ...] = (
    *map(clinic_wide, BILL_TABS),
    CLINIC_APPOINTMENTS,
    CLINIC_NOTES,
    CLINIC_DOCUMENTS,
    PAYMENTS,
    REFUNDS,
    OVERDUE,
    UNPAID,
    OWING,
    CALLS,
    *STOCK_LISTS,
    DUPLICATES,
    TEXTS,
    OUTGOING,
)
