"""What an approved return posts: a credit note, what it takes off the bill, and the goods (R2, R3, R5)."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

from ..domain.bills import PostingKind
from ..domain.returns import Quote, QuotedLine
from ..queries.balances import left_on
from ..queries.returns import Returnable, ReturnableLine
from .bill_lines import NewLine, write_lines
from .posting import NewPosting, Opened, Side, allocate, begin, enter, finish
from .stockroom import put_back, scrap, still_out
from .work import Work


@dataclass(frozen=True, slots=True)
class Approved:
    """A return somebody said yes to: what it is worth, and what becomes of the goods by line id.

    ``witness_id`` is a second person who saw goods thrown away (K5), None where a rule approved.
    """

    request_id: int
    bill: Returnable
    quote: Quote
    dispositions: Mapping[int, str]
    reason: str
    witness_id: int | None = None


def credit(work: Work, approved: Approved) -> Opened:
    """Post the credit note, let it reduce what is owed on the bill, and move the goods."""
    bill, quote = approved.bill, approved.quote
    note = begin(
        work,
        NewPosting(
            PostingKind.CREDIT_NOTE,
            quote.total,
            bill.customer_id,
            bill.payer_id,
            corrects_id=bill.id,
            reason=approved.reason,
            inclusive=bill.inclusive,
        ),
    )
    write_lines(note.id, [_line(bill, one) for one in quote.lines])
    enter(note, _sides(bill, quote))
    finish(work, note, {"returns": bill.code, "request_id": approved.request_id}, "return")
    settle_bill(work, note.id, bill.id)
    _move_goods(work, approved)
    return note


def settle_bill(work: Work, note_id: int, bill_id: int) -> None:
    """Let a credit note reduce what is owed on its bill, each share by itself (R3, M6)."""
    for account in ("receivable", "payer"):
        part = min(-left_on(note_id, account), left_on(bill_id, account))
        if part > 0:
            allocate(work, note_id, bill_id, part, account)


def _sides(bill: Returnable, quote: Quote) -> list[Side]:
    """The bill's entries with the sign turned; the payer's share stays the payer's."""
    return [
        Side("receivable", -quote.customer, bill.customer_id),
        Side("payer", -quote.payer, None, bill.payer_id),
        Side("income", quote.net),
        Side("tax", quote.tax),
    ]


def _line(bill: Returnable, quoted: QuotedLine) -> NewLine:
    line = _known(bill, quoted.line_id)
    gross = quoted.quantity * line.unit_price
    return NewLine(
        line.sold.description, quoted.quantity, line.unit_price, quoted.net, quoted.tax, quoted.total,
        quoted.customer, quoted.payer, quoted.taxes, line.product_id, line.code, line.unit,
        discount=max(0, gross - (quoted.total if bill.inclusive else quoted.net)), lot_id=line.lot_id,
        returns_id=quoted.line_id,
    )  # fmt: skip


def _known(bill: Returnable, line_id: int) -> ReturnableLine:
    line = bill.line(line_id)
    if line is None:
        raise AssertionError(f"line {line_id} was quoted and is not on {bill.code}")
    return line


# --- the goods -----------------------------------------------------------------------------------------


def _move_goods(work: Work, approved: Approved) -> None:
    """Each line's goods go where was said: the shelf of their own lot, apart, or away (R5)."""
    moving = [one for one in approved.quote.lines if approved.dispositions.get(one.line_id, "none") != "none"]
    out = still_out([one.line_id for one in moving])
    for one in moving:
        disposition = approved.dispositions[one.line_id]
        for lot_id, quantity in _from_lots(out.get(one.line_id, ()), one.quantity):
            place = "shelf" if disposition == "restock" else "quarantine"
            put_back(work, lot_id, quantity, "return", one.line_id, place)
            if disposition == "scrap":
                scrap(work, lot_id, quantity, one.line_id, approved.reason, place, approved.witness_id)


def _from_lots(lots: Sequence[tuple[int, int]], quantity: int) -> list[tuple[int, int]]:
    found = []
    for lot_id, out in lots:
        if (part := min(out, quantity)) > 0:
            found.append((lot_id, part))
            quantity -= part
    return found
