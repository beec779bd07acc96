"""The four kinds of bills as lists, of a customer and clinic-wide."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace

from ..domain.bills import PostingKind
from ..domain.dues import Paid
from ..domain.rights import Right
from ..queries.billlists import LOANS, BillFilter, BillRow, bills_of
from ..queries.page import Page
from .periods import ANY, Period
from .spec import AFTER, Choice, Chosen, Column, Filter, ListSpec, Metric, Scope
from .wide import CUSTOMER

_NUMBER = Column("Number", "code", width=13, rank=7)
_DAY = Column("Date", "day", "date", 11, rank=9)
_ITEMS = Column("Items", "items", width=12, rank=8, grow=True)
_LEFT = Column("Left", "left", "money", 9, rank=10)
_STATUS = Column("Status", "status", "paid", 11, rank=9)
_OTHERS = (
    Column("Total", "total", "money", 9, rank=6),
    Column("Paid", "paid", "money", 9, rank=4),
    _LEFT,
    Column("Payer", "payer_share", "side", 9, rank=2),
    Column("Payer owes", "payer_left", "side", 10, rank=2),
    Column("Taken off", "off", "side", 9, rank=1),
    _STATUS,
    Column("Staff", "staff", width=12, rank=3),
)
_USUAL = (_NUMBER, _DAY, _ITEMS, *_OTHERS)
_BORROW = (
    _NUMBER,
    replace(_DAY, rank=7),
    _ITEMS,
    Column("Due", "due_on", "date", 11, rank=9),
    Column("Loan", "loan", width=14, rank=10),
    Column("Out", "out", "number", 3, rank=5),
    Column("Serial", "lots", width=12, rank=2),
    *(replace(one, rank=6) if one == _STATUS else one for one in _OTHERS),
)
_DISPENSE = (
    _NUMBER,
    _DAY,
    _ITEMS,
    Column("Lot", "lots", width=10, rank=8),
    Column("Directions", "directions", width=14, rank=5),
    *(replace(one, rank=7) if one == _LEFT else one for one in _OTHERS),
)
_FILTERS = (
    Filter("status", "Status", "choice", tuple(Choice(one.value, one.word) for one in Paid)),
    Filter("days", "Dates", "days"),
    Filter("text", "Item", "text"),
)
_LOAN = Filter("loan", "Loan", "choice", tuple(Choice(*one) for one in LOANS.items()))
_METRICS = (
    Metric("Total", "total", "money"),
    Metric("Paid", "paid", "money"),
    Metric("Left", "left", "money"),
    Metric("Payer", "payer_share", "money"),
    Metric("Payer owes", "payer_left", "money"),
    Metric("Taken off", "off", "money"),
)


def _page_of(kind: PostingKind) -> Callable[[Scope, Chosen, int, int], Page[BillRow]]:
    def page(scope: Scope, chosen: Chosen, limit: int, offset: int) -> Page[BillRow]:
        period: Period = chosen.get("days") or ANY
        wanted = BillFilter(
            kind.value,
            scope.customer_id,
            str(chosen.get("text", "")),
            tuple(chosen.get("status", ())),
            tuple(chosen.get("loan", ())),
            period.first,
            period.last,
            scope.today,
        )
        return bills_of(wanted, limit, offset, after=chosen.get(AFTER))

    return page


def _spec(kind: PostingKind, what: str, columns: tuple[Column, ...] = _USUAL) -> ListSpec[BillRow]:
    """The list of one kind of bills; ``what`` is what was done with what is on them."""
    loans = kind == PostingKind.BORROW
    return ListSpec(
        key=kind.value,
        title=f"{kind.word} bills",
        tab=kind.word,
        row=BillRow,
        query=_page_of(kind),
        columns=columns,
        filters=(*_FILTERS[:1], *([_LOAN] if loans else []), *_FILTERS[1:]),
        metrics=(*_METRICS, *([Metric("Items out", "out")] if loans else [])),
        empty=f"Nothing was {what} yet. Press a to begin.",
        page_size=50,
        right=Right.SEE_BILL,
    )


SALE = _spec(PostingKind.SALE, "sold")
INCOME = _spec(PostingKind.INCOME, "charged")
BORROW = _spec(PostingKind.BORROW, "lent", _BORROW)
DISPENSE = _spec(PostingKind.DISPENSE, "dispensed", _DISPENSE)
BILL_TABS = (SALE, INCOME, BORROW, DISPENSE)


def clinic_wide(spec: ListSpec[BillRow]) -> ListSpec[BillRow]:
    """The same list with the customers, of this month until another time is asked for."""
    number, day, *others = spec.columns
    return replace(
        spec,
        key=f"all-{spec.key}",
        columns=(number, day, CUSTOMER, *others),
        empty="Nothing of it in this time; f changes the filter.",
        usual="this month",
    )
