"""What is typed beside the methods of payment, read: tenders, credit used, and what follows from them (M7).

An empty field with the cursor in it stands for all that is left, so that an exact payment needs no figures.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field

from ..errors import Fault, Invalid, Refused
from .barcodes import read_barcode
from .filling import is_scan
from .money import digits_of, figures, read_amount
from .pricing import Terms, cash_due
from .tender import METHODS, Settled, Tender, settle

CREDIT = "credit"
"""The field of the customer's credit, beside those of the methods."""
_UNLIKELY = 10
"""A scanned number is taken for one only where it is this many times what is due."""


@dataclass(frozen=True, slots=True)
class Bill:
    """What is to be paid: ``due`` in minor units, and ``credit`` that the customer has (not below zero).

    ``in_full``: nothing may stay unpaid and nothing be paid too much, for there is nobody to owe it.
    ``keep``: no change is given, what is too much becomes credit whatever it was paid with.
    """

    due: int
    terms: Terms
    credit: int = 0
    in_full: bool = False
    keep: bool = False


@dataclass(frozen=True, slots=True)
class Payment:
    """How it is paid. ``typed`` are the fields as they were, should the payment be refused.

    Of a payment on account ``bills`` are ((id, amount), ...) to settle in this order, and ``keep`` is as in
    :class:`Bill`.
    """

    tenders: tuple[Tender, ...]
    use_credit: int = 0
    typed: Mapping[str, str] = field(default_factory=dict)
    bills: tuple[tuple[int, int], ...] = ()
    keep: bool = False


@dataclass(frozen=True, slots=True)
class Paying:
    """What the fields come to: the payment, and what it does to the amount due."""

    payment: Payment
    settled: Settled


def read_payment(bill: Bill, typed: Mapping[str, str], at: str = "", *, reference: str = "") -> Paying:
    """The payment that ``typed`` (texts by method, and :data:`CREDIT`) means, the cursor in ``at``.

    The ``reference`` goes with the first tender that is not cash, or else with the cash. Raises
    :class:`Invalid` for what is no amount, :class:`Refused` for what does not fit together.
    """
    amounts = _amounts(bill, typed)
    credit = amounts.pop(CREDIT, 0)
    if credit > min(bill.credit, bill.due):
        raise _too_much_credit(bill)
    due = bill.due - credit
    tenders = [Tender(method, amount) for method, amount in amounts.items() if amount]
    left = due - sum(amounts.values())
    if at in METHODS and left > 0 and not typed.get(at, "").strip():
        tenders.append(Tender(at, cash_due(left, bill.terms)[0] if at == "cash" else left))
    tenders = _with_reference(tenders, reference)
    settled = settle(due, tenders, bill.terms, keep=bill.keep)
    if bill.in_full and settled.credit:
        raise _over(settled.credit, bill.terms)
    kept = {**typed, "reference": reference}
    return Paying(Payment(tuple(tenders), credit, kept), settled)


def without_change(payment: Payment, due: int, terms: Terms) -> tuple[Tender, ...]:
    """What of a payment stays with the clinic, without the change: one that no bill is behind is due at
    its own amount. Raises as :func:`~.tender.settle` does."""
    parts = settle(due, payment.tenders, terms).parts
    return tuple(
        Tender(part.method, part.amount, part.tendered if part.change else None, part.reference)
        for part in parts
        if part.method in METHODS
    )


def told(bill: Bill, paying: Paying) -> list[tuple[str, int]]:
    """What follows, a title and an amount each: the parts, cash rounding by itself, change, what is left."""
    settled = paying.settled
    rows = [("Credit used", paying.payment.use_credit)]
    rows += [(part.method.capitalize(), part.amount) for part in settled.parts if part.method in METHODS]
    rows += [
        ("Cash rounding", settled.rounding),
        ("Change", settled.change),
        ("Becomes credit", settled.credit),
        ("Is missing" if bill.in_full else "Stays on account", settled.left),
    ]
    return [(title, amount) for title, amount in rows if amount]


def _amounts(bill: Bill, typed: Mapping[str, str]) -> dict[str, int]:
    """The amounts of the fields that are not empty. Raises :class:`Invalid` with all faults at once."""
    found: dict[str, int] = {}
    faults: list[Fault] = []
    for name in (*METHODS, CREDIT):
        text = typed.get(name, "").strip()
        try:
            if text:
                _require_no_scan(name, text, bill)
                found[name] = read_amount(text, bill.terms.currency, field=name)
        except Invalid as error:
            faults += error.faults
    if faults:
        raise Invalid(faults, "Type an amount, or leave the field empty.")
    return found


def _require_no_scan(name: str, text: str, bill: Bill) -> None:
    """A scanner types into whatever has the cursor: thirteen digits are no payment."""
    code = read_barcode(text) if is_scan(text) else None
    likely = _UNLIKELY * bill.due // 10 ** digits_of(bill.terms.currency)
    if code is not None and code.kind and code.right and int(text) > likely:
        raise Invalid([Fault(name, "is a barcode: Esc goes back to the lines, scan it there")])


def _with_reference(tenders: list[Tender], reference: str) -> list[Tender]:
    place = next((at for at, one in enumerate(tenders) if one.method != "cash"), 0)
    if tenders and reference.strip():
        one = tenders[place]
        tenders[place] = Tender(one.method, one.amount, one.tendered, reference.strip())
    return tenders


def _too_much_credit(bill: Bill) -> Refused:
    most = min(bill.credit, bill.due)
    money = f"{figures(most, bill.terms.currency)} {bill.terms.currency}"
    return Refused(f"At most {money} of credit can be used here.", "Lower the credit.", rule="M7")


def _over(amount: int, terms: Terms) -> Refused:
    return Refused(
        f"{figures(amount, terms.currency)} {terms.currency} too much, and nobody to keep it for.",
        "Lower the amount, or say who the customer is.",
        rule="M7",
    )
