"""One posted document: everything on its page, and everything that happened to it."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import date
from typing import NamedTuple

from ..db.connection import select
from ..db.many import marks
from ..domain.bills import BILLS, PostingKind, code, read_code
from ..domain.pricing import PricedTax, tax_totals
from ..domain.rights import Right
from ..errors import NotFound
from .balances import left_on
from .bill_rows import BillPage, CorrectionRow, Header, LineRow, LotRow, PartRow, ReturnRow, SettledRow
from .gate import guarded
from .timelines import Event, timeline

__all__ = [
    "BillPage", "CorrectionRow", "Event", "Header", "LineRow", "LotRow", "PartRow", "ReturnRow", "Reversal",
    "SettledRow", "bill_page", "find_posting", "reversal_of_last", "timeline",
]  # fmt: skip


@guarded(Right.SEE_BILL)
def bill_page(posting_id: int) -> BillPage:
    """The page of a document; one select for each part of it. Raises NotFound.

    Indexes: primary keys, ``bill_line (bill, position)``, ``line_tax`` primary key, ``payment_part (payment,
    position)``, ``allocation (debit, ...)`` and ``(credit, ...)``, ``posting_corrected``,
    ``return_request (bill)``, ``stock_movement (line)``, ``entry (posting, account, amount)``,
    ``loan (line)``, ``loan_event (loan)``.
    """
    header = _header(posting_id)
    taxes = select(
        "select t.name, t.rate, t.base, t.amount from line_tax t join bill_line l on l.id = t.line_id"
        " where l.bill_id = ? order by l.position, t.position",
        [posting_id],
    )
    due, payer_due = (left_on(posting_id, account) for account in ("receivable", "payer"))
    return BillPage(
        header,
        _lines(posting_id),
        _lots(posting_id),
        tax_totals(PricedTax(*tax) for tax in taxes),
        _parts([posting_id]),
        _settled(posting_id, "debit", "credit"),
        _settled(posting_id, "credit", "debit"),
        _returns(posting_id),
        _corrections(posting_id),
        due,
        payer_due,
    )


@guarded(Right.SEE_BILL)
def find_posting(text: str) -> int:
    """The id of the document with this number, such as S-2026-000012. Raises Invalid, NotFound.

    Index: ``posting (kind, year, number)``.
    """
    wanted = read_code(text)
    rows = select("select id from posting where kind = ? and year = ? and number = ?", [*wanted])
    if not rows:
        raise NotFound(f"There is no {code(*wanted)}.", "Look at the number again.")
    return int(rows[0][0])


class Reversal(NamedTuple):
    """The newest posting of a session that still stands: the void of it takes it back. ``seq`` is its
    journal line."""

    seq: int
    id: int
    kind: PostingKind
    code: str
    day: date


@guarded(Right.SEE_BILL)
def reversal_of_last(session: str) -> Reversal | None:
    """What the session with this key has posted last and was not voided; of a bill paid at once, the bill.

    Index: ``journal (session, seq)``.
    """
    rows = select(
        "select j.seq, p.id, p.kind, p.year, p.number, p.day from journal j join posting p on p.id = j.row_id"
        " where j.session = ? and j.kind = 'posting' and j.action in ('post', 'pay', 'write off')"
        " and p.kind <> 'refund' and not exists (select 1 from posting v where v.corrects_id = p.id"
        " and v.kind = 'void') order by j.seq desc limit 2",
        [session],
    )
    if not rows:
        return None
    first = rows[-1]
    together = first[0] == rows[0][0] - 1 and rows[0][2] == "payment" and first[2] in BILLS
    seq, id_, kind, year, number, day = first if together else rows[0]
    return Reversal(seq, id_, PostingKind(kind), code(kind, year, number), date.fromisoformat(day))


def _header(posting_id: int) -> Header:
    rows = select(
        "select p.id, p.kind, p.year, p.number, p.at, p.day, p.staff_id, s.name, p.customer_id, c.number,"
        " trim(c.first_name || ' ' || c.last_name), p.payer_id, y.name, p.appointment_id, p.currency,"
        " p.amount, p.inclusive, o.id, o.kind, o.year, o.number, p.reason, p.note, v.id, v.year, v.number"
        " from posting p join staff s on s.id = p.staff_id left join customer c on c.id = p.customer_id"
        " left join payer y on y.id = p.payer_id left join posting o on o.id = p.corrects_id"
        " left join posting v on v.corrects_id = p.id and v.kind = 'void' where p.id = ?",
        [posting_id],
    )
    if not rows:
        raise NotFound("That document does not exist.", "Look for it by its number.")
    row = rows[0]
    corrects = code(*row[18:21]) if row[17] is not None else ""
    void = code("void", *row[24:26]) if row[23] is not None else ""
    return Header._make((
        row[0], PostingKind(row[1]), code(*row[1:4]), row[4], date.fromisoformat(row[5]), *row[6:10],
        row[10] or "", row[11], row[12] or "", *row[13:16], bool(row[16]), row[17], corrects, *row[21:24],
        void,
    ))  # fmt: skip


def _lines(posting_id: int) -> tuple[LineRow, ...]:
    rows = select(
        "select l.id, l.position, l.product_id, l.code, l.description, l.unit, l.quantity, l.unit_price,"
        " l.list_price, l.discount, l.bill_discount, l.net, l.tax, l.total, l.customer_share, l.payer_share,"
        " l.lot_id, coalesce(t.code, ''), coalesce(t.serial, ''), l.lot_reason, l.directions,"
        " (select coalesce(sum(r.quantity), 0) from return_line r join return_request q"
        " on q.id = r.request_id where r.line_id = l.id and q.state not in ('rejected', 'withdrawn')),"
        " n.due_on, coalesce((select v.due_on from loan_event v where v.loan_id = n.id"
        " and v.kind = 'extended' order by v.id desc limit 1), n.due_on), coalesce(n.quantity"
        " - (select coalesce(sum(v.quantity), 0) from loan_event v where v.loan_id = n.id), 0),"
        " (select coalesce(sum(r.quantity), 0) from return_line r join return_request q"
        " on q.id = r.request_id where r.line_id = l.id and q.state = 'requested')"
        " from bill_line l left join lot t on t.id = l.lot_id left join loan n on n.line_id = l.id"
        " where l.bill_id = ? order by l.position",
        [posting_id],
    )
    return tuple(LineRow._make((*row[:22], *map(_day, row[22:24]), *row[24:])) for row in rows)


def _day(text: str | None) -> date | None:
    return date.fromisoformat(text) if text else None


def _lots(posting_id: int) -> tuple[LotRow, ...]:
    return tuple(
        LotRow._make((*row[:4], _day(row[4]), row[5]))
        for row in select(
            "select m.line_id, m.lot_id, t.code, t.serial, t.expires_on, -m.quantity from bill_line l"
            " join stock_movement m on m.line_id = l.id join lot t on t.id = m.lot_id"
            " where l.bill_id = ? and m.kind in ('sale', 'borrow', 'dispense') order by m.id",
            [posting_id],
        )
    )


def _parts(payment_ids: Sequence[int]) -> tuple[PartRow, ...]:
    if not payment_ids:
        return ()
    return tuple(
        PartRow._make(row)
        for row in select(
            "select id, payment_id, method, amount, tendered, reference, drawer_id from payment_part"
            f" where payment_id in ({marks(payment_ids)}) order by payment_id, position",
            payment_ids,
        )
    )


def _settled(posting_id: int, side: str, other: str) -> tuple[SettledRow, ...]:
    rows = select(
        "select p.id, p.kind, p.year, p.number, p.at, p.day, p.staff_id, s.name, a.account, a.amount"
        f" from (select {other}_id as other, account, sum(amount) as amount from allocation"
        f" where {side}_id = ? group by {other}_id, account having sum(amount) <> 0) a"
        " join posting p on p.id = a.other join staff s on s.id = p.staff_id order by p.id, a.account",
        [posting_id],
    )
    by: dict[int, list[tuple[str, int]]] = {}
    for part in _parts(sorted({row[0] for row in rows})):
        by.setdefault(part.payment_id, []).append((part.method, part.amount))
    return tuple(
        SettledRow._make((
            row[0], PostingKind(row[1]), code(*row[1:4]), row[4], date.fromisoformat(row[5]), *row[6:9],
            int(row[9]), tuple(by.get(row[0], ())),
        ))
        for row in rows
    )  # fmt: skip


def _returns(posting_id: int) -> tuple[ReturnRow, ...]:
    return tuple(
        ReturnRow._make(row)
        for row in select(
            "select q.id, q.version, q.state, q.value, q.payer_value, q.method, q.reason, q.requested_at,"
            " a.name, coalesce(b.name, ''), q.credit_note_id from return_request q"
            " join staff a on a.id = q.requested_by_id left join staff b on b.id = q.decided_by_id"
            " where q.bill_id = ? order by q.id",
            [posting_id],
        )
    )


def _corrections(posting_id: int) -> tuple[CorrectionRow, ...]:
    return tuple(
        CorrectionRow._make(
            (
                row[0],
                PostingKind(row[1]),
                code(*row[1:4]),
                row[4],
                date.fromisoformat(row[5]),
                *row[6:9],
                bool(row[9]),
            )
        )
        for row in select(
            "select p.id, p.kind, p.year, p.number, p.at, p.day, s.name, p.amount, p.reason, exists (select 1"
            " from posting v where v.corrects_id = p.id and v.kind = 'void') from posting p"
            " join staff s on s.id = p.staff_id where p.corrects_id = ? order by p.id",
            [posting_id],
        )
    )
