"""Payments and refunds as a list."""

from __future__ import annotations

from typing import Final

from ..domain.rights import Right
from ..queries.page import Page
from ..queries.paymentlists import METHODS, PaymentFilter, PaymentRow, payments_of
from .periods import ANY, Period
from .spec import AFTER, Choice, Chosen, Column, Filter, ListSpec, Metric, Scope


def _page(scope: Scope, chosen: Chosen, limit: int, offset: int) -> Page[PaymentRow]:
    period: Period = chosen.get("days") or ANY
    wanted = PaymentFilter(
        scope.customer_id,
        tuple(chosen.get("kind", ())),
        tuple(chosen.get("method", ())),
        period.first,
        period.last,
    )
    return payments_of(wanted, limit, offset, after=chosen.get(AFTER))


PAYMENTS: Final = ListSpec(
    key="payments",
    title="Payments",
    row=PaymentRow,
    query=_page,
    columns=(
        Column("Number", "code", width=13, rank=8),
        Column("Date", "day", "date", 11, rank=9),
        Column("From", "customer", width=16, rank=9),
        Column("By", "methods", width=14, rank=7, grow=True),
        Column("Amount", "amount", "money", 10, rank=10),
        Column("Not used", "free", "side", 9, rank=4),
        Column("Void", "voided", width=4, rank=6),
        Column("Staff", "staff", width=12, rank=3),
    ),
    filters=(
        Filter("kind", "Kind", "choice", (Choice("payment", "Payment"), Choice("refund", "Refund"))),
        Filter("method", "Method", "choice", tuple(Choice(one, one.capitalize()) for one in METHODS)),
        Filter("days", "Dates", "days"),
    ),
    metrics=(
        Metric("Together", "counted", "money"),
        *(Metric(one.capitalize(), one, "money") for one in METHODS),
        Metric("Void", "void", "money"),
    ),
    empty="Nothing was paid in this time; f changes the filter.",
    page_size=50,
    usual="this month",
    right=Right.SEE_BILL,
)
