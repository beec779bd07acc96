"""What somebody owes, and a payment that settles it, the oldest bills first (M6)."""

from __future__ import annotations

from ..domain.moments import day_label
from ..domain.money import read_amount, shown
from ..domain.rights import Right
from ..domain.tender import METHODS, Tender
from ..errors import Invalid
from ..queries.balances import Due, credits_of, dues
from ..services.payments import TakePayment, take_payment
from .answers import Besides, Row, Say, Talk, yes_or_no
from .clerk import Clerk
from .ways import said

_HOW = "an amount and cash, card, transfer, cheque or other, such as 12.50 card, or all cash"
_NOTHING = "Nothing was paid."


def owes(clerk: Clerk, text: str) -> Say:
    """``owes NUMBER``, or of the card that was opened last: every open bill, the oldest first."""
    person, currency = clerk.listed.person(text), clerk.session.currency
    owing, credit = clerk.fetch(dues, person.id), clerk.fetch(credits_of, person.id)
    rows = [
        Row(f"{one.code}, {day_label(one.day)}, {shown(one.left, currency)}", _of(one, currency))
        for one in owing
    ]
    if there := sum(one.left for one in credit):
        rows.append(Row(f"To the credit: {shown(there, currency)}."))
    owed = sum(one.left for one in owing)
    many = f" on {len(owing)} bills" if len(owing) > 1 else ""
    what = f"{shown(owed, currency)}{many}" if owing else "nothing"
    return Say(f"{person.name} owes {what}.", tuple(rows))


def _of(one: Due, currency: str) -> str:
    return f"of {shown(one.amount, currency)}" if one.amount != one.left else ""


def pay(clerk: Clerk, text: str) -> Talk:
    """``pay 3 12.50 card``, ``pay this all cash``: after a yes. Of cash beyond what is owed change is given,
    of anything else the rest becomes credit."""
    clerk.require(Right.TAKE_PAYMENT)
    person, words = clerk.listed.whose(text)
    currency, request, label = clerk.session.currency, clerk.request(), f"payment of {person.name}"
    clerk.keep_about(person, label, f"pay 1 {words}", request)
    owed = sum(one.left for one in clerk.fetch(dues, person.id))
    owing = f"{person.name} owes {shown(owed, currency) if owed else 'nothing'}"
    if (tender := _tender(words, owed, currency)) is None:
        slip = f"“{words[:30]}” {_but(words, currency)}." if words and owed else ""
        how = Besides(
            _HOW,
            lambda words: _tender(words, owed, currency) is not None,
            lambda words: _but(words, currency),
        )
        words = yield from said(f"{owing}: how much, and how?", how, (), _NOTHING, slip)
        clerk.keep_about(person, label, f"pay 1 {words}", request)
        tender = _tender(words, owed, currency)
    assert tender is not None
    taken = f"Take {shown(tender.amount, currency)} {_by(tender.method)} from {person.name}"
    if tender.tendered is not None:
        back = shown(tender.tendered - tender.amount, currency)
        taken += f", and give {back} back of {shown(tender.tendered, currency)}"
    over = tender.amount - owed
    details = (f"{owing}.", f"{shown(over, currency)} of it becomes credit." if over > 0 else "")
    yield yes_or_no(f"{taken}?", details, _NOTHING)
    done = clerk.carry_out(take_payment, TakePayment((tender,), person.id, request=request, keep=True))
    return Say(f"Paid: {done.says}")


def _by(method: str) -> str:
    return {"cash": "in cash", "other": "by other means"}.get(method, f"by {method}")


def _parted(text: str) -> tuple[list[str], str]:
    """The ways of paying that are named, and the words besides."""
    words = text.casefold().split()
    named = [word for word in words if word in METHODS]
    return named, " ".join(word for word in words if word not in METHODS)


def _but(text: str, currency: str) -> str:
    """What is said of words that are no payment; where they say how, also what is wrong with the amount."""
    methods, amount = _parted(text)
    if len(methods) == 1 and amount:
        try:
            read_amount(amount, currency)
        except Invalid as error:
            return f"was not understood, for {error.faults[0].message}"
    return "was not understood"


def _tender(text: str, owed: int, currency: str) -> Tender | None:
    """What is handed over; None where it is not said how, or how much."""
    methods, amount = _parted(text)
    if len(methods) != 1:
        return None
    try:
        paid = owed if amount == "all" else read_amount(amount, currency)
    except Invalid:
        return None
    if not paid:
        return None
    if methods == ["cash"] and 0 < owed < paid:
        return Tender("cash", owed, paid)
    return Tender(methods[0], paid)
