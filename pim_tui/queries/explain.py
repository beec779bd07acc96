"""Explain this number: the rows that make an amount, and nothing else (C7).

Whatever is asked for, the amounts of the parts add up to the number that the screens show; where they do
not, something is wrong with the book and ``pim-tui check`` says what.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass, replace
from datetime import date
from typing import Any, Final, NamedTuple

from ..db.connection import select
from ..domain.bills import code
from ..domain.dues import AGES, age_of
from ..domain.rights import Right
from .balances import Due, credits_of, dues
from .gate import guarded
from .ledger import aged, ledger_rows


class Part(NamedTuple):
    """A row that the number is made of.

    ``posting_id`` is the document it stands in; it and ``day`` are None where a row has none.
    """

    posting_id: int | None
    day: date | None
    code: str
    what: str
    amount: int


@dataclass(frozen=True, slots=True)
class Explained:
    """What a number is made of. ``currency`` is empty where items are counted instead of money."""

    title: str
    parts: tuple[Part, ...]
    currency: str = ""

    @property
    def total(self) -> int:
        """What the parts come to."""
        return sum(part.amount for part in self.parts)


@guarded(Right.SEE_BILL)
def explain(kind: str, id_: int, as_of: date | None = None) -> Explained:
    """The rows behind a number; ``kind`` is a key of :data:`KINDS`.

    ``id_`` is the customer's of a balance, owed, credit and ages, the posting's of what is told of a bill,
    the product's of its stock, the lot's of a lot. Ages are told ``as_of`` a day. Indexes: those of the
    queries that tell the number; ``stock_movement (lot, place, id, on_hand)``.
    """
    return KINDS[kind](id_, as_of or date.max)


# --- what a customer owes ------------------------------------------------------------------------------


def _balance(customer_id: int, as_of: date) -> Explained:
    rows = [row for chunk in ledger_rows(customer_id) for row in chunk]
    parts = tuple(Part(row.id, row.day, row.code, row.what, row.charged - row.credited) for row in rows)
    return Explained("Balance", parts, rows[0].currency if rows else "")


@guarded(Right.SEE_BILL)
def balance_behind(customer_id: int, posting_id: int) -> Explained:
    """The rows of the ledger up to the one of a posting: what its balance is made of."""
    found = _balance(customer_id, date.max)
    last = max((at for at, part in enumerate(found.parts) if part.posting_id == posting_id), default=-1)
    return replace(found, parts=found.parts[: last + 1])


def _owed(customer_id: int, as_of: date) -> Explained:
    return Explained("Owed on open bills", _open(dues(customer_id), 1), _currency(customer_id))


def _credit(customer_id: int, as_of: date) -> Explained:
    return Explained("Credit", _open(credits_of(customer_id), 1), _currency(customer_id))


def _open(found: Sequence[Due], sign: int) -> tuple[Part, ...]:
    return tuple(Part(one.id, one.day, one.code, "", sign * one.left) for one in found)


def _currency(customer_id: int) -> str:
    """Index: ``posting (customer, day)``."""
    rows = select("select currency from posting where customer_id = ? limit 1", [customer_id])
    return str(rows[0][0]) if rows else ""


def _age(at: int) -> Callable[[int, date], Explained]:
    def told(customer_id: int, as_of: date) -> Explained:
        found = [one for one in aged(customer_id, as_of) if age_of((as_of - one.day).days) == at]
        parts = tuple(Part(one.id, one.day, one.code, "", one.left) for one in found)
        return Explained(f"Balance of {AGES[at]} days", parts, found[0].currency if found else "")

    return told


# --- what is told of a bill ----------------------------------------------------------------------------

_ENTRIES = (
    "select p.id, p.day, p.kind, p.year, p.number, 'charged', e.amount, p.currency from entry e"
    " join posting p on p.id = e.posting_id where e.posting_id = ? and e.account = ? order by e.id"
)
_SETTLING = (
    "select c.id, a.day, c.kind, c.year, c.number, case when a.amount < 0 then 'taken back' else '' end,"
    " {sign}a.amount, c.currency from allocation a join posting c on c.id = a.credit_id"
    " where a.debit_id = ? and a.account = ?{which} order by a.id"
)
_USED = (
    "select d.id, a.day, d.kind, d.year, d.number, 'settled', a.amount, d.currency from allocation a"
    " join posting d on d.id = a.debit_id where a.credit_id = ? and a.account = ? order by a.id"
)
_CORRECTING = " and c.corrects_id = a.debit_id"
_PAYING = " and (c.corrects_id is null or c.corrects_id <> a.debit_id)"


def _left(account: str, title: str) -> Callable[[int, date], Explained]:
    """What was charged, less what settled it; of a payment what it settled."""

    def told(posting_id: int, as_of: date) -> Explained:
        params = [posting_id, account]
        taken = _SETTLING.format(sign="-", which="")
        return _of(title, [*select(_ENTRIES, params), *select(taken, params), *select(_USED, params)])

    return told


def _settled(title: str, which: str) -> Callable[[int, date], Explained]:
    def told(posting_id: int, as_of: date) -> Explained:
        return _of(title, select(_SETTLING.format(sign="", which=which), [posting_id, "receivable"]))

    return told


def _lines(title: str, column: str) -> Callable[[int, date], Explained]:
    def told(posting_id: int, as_of: date) -> Explained:
        rows = select(
            f"select p.id, p.day, p.kind, p.year, p.number, l.description, l.{column}, p.currency"
            " from bill_line l join posting p on p.id = l.bill_id where l.bill_id = ? order by l.position",
            [posting_id],
        )
        return _of(title, [row for row in rows if row[6]])

    return told


def _of(title: str, rows: Sequence[tuple[Any, ...]]) -> Explained:
    return Explained(title, parts_of(rows), rows[0][7] if rows else "")


def parts_of(rows: Sequence[tuple[Any, ...]]) -> tuple[Part, ...]:
    """Rows of id, day, kind, year and number of a posting, a word, an amount, and the currency."""
    return tuple(
        Part(id_, date.fromisoformat(day), code(kind, year, number), what, amount)
        for id_, day, kind, year, number, what, amount, _ in rows
    )


# --- what there is -------------------------------------------------------------------------------------

_MOVES = (
    "select m.day, m.kind, t.code, t.serial, m.reason, p.id, p.kind, p.year, p.number, m.quantity"
    " from lot t join stock_movement m on m.lot_id = t.id left join bill_line l on l.id = m.line_id"
    " left join posting p on p.id = l.bill_id where {} = ? and m.place = 'shelf' order by m.id"
)


def _stock(column: str, title: str) -> Callable[[int, date], Explained]:
    def told(id_: int, as_of: date) -> Explained:
        parts = []
        for day, kind, lot, serial, reason, bill_id, *bill, quantity in select(_MOVES.format(column), [id_]):
            what = ", ".join(part for part in (kind.replace("_", " "), lot, serial, reason) if part)
            number = code(*bill) if bill_id else ""
            parts.append(Part(bill_id, date.fromisoformat(day), number, what, quantity))
        return Explained(title, tuple(parts))

    return told


KINDS: Final[dict[str, Callable[[int, date], Explained]]] = {
    "balance": _balance,
    "owed": _owed,
    "credit": _credit,
    **{f"age-{at}": _age(at) for at in range(len(AGES))},
    "total": _lines("Total", "total"),
    "payer_share": _lines("Payer's share", "payer_share"),
    "left": _left("receivable", "Left to pay"),
    "payer_left": _left("payer", "Owed by the payer"),
    "paid": _settled("Paid", _PAYING),
    "off": _settled("Taken off", _CORRECTING),
    "stock": _stock("t.product_id", "On the shelf"),
    "lot": _stock("t.id", "On the shelf"),
}
"""What can be explained."""
OF_POSTING: Final = ("total", "payer_share", "left", "payer_left", "paid", "off")
"""The keys that are about a posting."""
