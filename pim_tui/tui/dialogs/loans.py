"""The forms about loans, told as data: back, more time, lost."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import date

from ...domain.dates import Order, read_day
from ...domain.moments import day_label, short_day
from ...domain.money import read_amount, shown
from ...domain.productfields import whole
from ...errors import Fault, Invalid
from ...queries.loans import LoanRecord
from .fields import Field, FormSpec, Values

Staff = Sequence[tuple[int, str]]
"""Id and name of those who may look on."""

_PLACES = {"restock": "the shelf", "quarantine": "set aside", "scrap": "thrown away"}


def back_form(loan: LoanRecord, staff: Staff) -> FormSpec:
    """How many are back, how they look, and where they go."""
    order = ("quarantine", "restock", "scrap") if loan.medicine else tuple(_PLACES)
    places = tuple((key, _PLACES[key]) for key in order)
    where = ((Field("disposition", "They go to", places),),) if loan.tracked else ()

    def reads(values: Values) -> tuple[str, Sequence[Fault]]:
        faults = list[Fault]()
        quantity = quantity_of(values, loan, faults)
        left = loan.out - quantity
        return (
            f"{quantity} of {loan.out} back, {f'{left} still out' if left else 'nothing is out then'}.",
            faults,
        )

    lines = (
        (Field("quantity", "How many", limit=20),),
        (Field("condition", "Condition", limit=200),),
        *where,
        *(_witness(loan, staff) if loan.tracked else ()),
    )
    out = f" Out: {loan.condition}." if loan.condition else ""
    back = "it is" if loan.out == 1 else f"all {loan.out} are"
    note = f"{loan.customer}, due {short_day(loan.due_on)}.{out} Left empty, {back} back."
    return FormSpec(f"Hand back: {loan.called}", lines, reads, note=note)


def time_form(loan: LoanRecord, today: date, order: Order) -> FormSpec:
    """Until when, and why."""

    def reads(values: Values) -> tuple[str, Sequence[Fault]]:
        faults = list[Fault]()
        day = due_of(values, today, order, faults)
        return (f"Due {day_label(day)}" if day else ""), faults

    lines = ((Field("due_on", "Until", limit=40),), (Field("reason", "Reason"),))
    note = f"{loan.customer}, due {short_day(loan.due_on)}. A date, or +14d, next fri."
    return FormSpec(f"More time: {loan.called}", lines, reads, note=note)


def lost_form(loan: LoanRecord, currency: str, staff: Staff) -> FormSpec:
    """How many are lost, what one is charged with, and why."""

    def reads(values: Values) -> tuple[str, Sequence[Fault]]:
        faults = list[Fault]()
        quantity = quantity_of(values, loan, faults)
        price = price_of(values, currency, faults)
        if price is None:
            return "", faults
        if not price:
            return f"{quantity} of {loan.out} lost, nothing is charged.", faults
        return f"{quantity} of {loan.out} lost: {shown(quantity * price, currency)} is charged.", faults

    lines = (
        (Field("quantity", "How many", limit=20), Field("price", "Price of one", limit=40)),
        (Field("reason", "Reason"),),
        *_witness(loan, staff),
    )
    note = f"{loan.customer} is charged with a bill. Left empty, all {loan.out} are lost; 0 charges nothing."
    return FormSpec(f"Lost: {loan.called}", lines, reads, note=note)


def quantity_of(values: Values, loan: LoanRecord, faults: list[Fault]) -> int:
    """How many as typed; all that is out where nothing was."""
    number = whole(str(values["quantity"]), "quantity", faults, least=1, most=loan.out)
    return loan.out if number is None else number


def price_of(values: Values, currency: str, faults: list[Fault]) -> int | None:
    """The price of one as typed, minor units; None goes with a fault."""
    try:
        return read_amount(str(values["price"]), currency, field="price")
    except Invalid as error:
        faults.extend(error.faults)
        return None


def due_of(values: Values, today: date, order: Order, faults: list[Fault]) -> date | None:
    """The day as typed; None goes with a fault."""
    typed = str(values["due_on"]).strip()
    day = read_day(typed, today, order) if typed else None
    if day is None:
        faults.append(Fault("due_on", f"“{typed}” is no day" if typed else "is empty"))
    return day


def _witness(loan: LoanRecord, staff: Staff) -> tuple[tuple[Field, ...], ...]:
    """Who else looks on, for a controlled product (K5)."""
    if not loan.controlled:
        return ()
    return (
        (Field("witness", "Second person", ((None, "choose"), *staff)),),
        (Field("pin", "Their PIN", secret=True, limit=64),),
    )
