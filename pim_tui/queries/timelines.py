"""Everything that happened to a posted document: who, when, how much (M3, R4, M10)."""

from __future__ import annotations

import json
from collections.abc import Iterator
from typing import Any, NamedTuple

from ..db.connection import select
from ..domain.bills import code
from ..domain.rights import Right
from .gate import guarded
from .papers import NOT_TAKEN


class Event(NamedTuple):
    """One thing that happened. ``at`` is UTC seconds, ``what`` a word for people, ``amount`` minor units.

    ``other_id`` and ``other`` are the document that it made, settled or voided, where it is another one.
    """

    at: int
    who: str
    what: str
    amount: int | None
    other_id: int | None
    other: str
    note: str


@guarded(Right.SEE_BILL)
def timeline(posting_id: int) -> tuple[Event, ...]:
    """Posted, agreed to, paid, corrected, returned, printed, emailed, handed back: the oldest first, in one
    select.

    Indexes: primary keys, ``posting_corrected``, ``posting_void_once``, ``allocation (debit, ...)`` and
    ``(credit, ...)``,
    ``return_request (bill)``, ``journal (kind, row_id)``, ``paper (posting, kind)``,
    ``paper_print (paper, copy)``, ``bill_line (bill, position)``, ``loan (line)``, ``loan_event (loan)``.
    """
    rows = select(f"{' union all '.join(_PARTS)} order by 1, 2, 3", [posting_id] * len(_PARTS))
    return tuple(event for row in rows for event in _events(*row))


def _events(
    at: int, _place: int, _row: int, who: str, what: str, amount: int | None, other_id: int | None,
    kind: str | None, year: int | None, number: int | None, note: str,
) -> Iterator[Event]:  # fmt: skip
    """What a row of the select tells: one thing, or what the journal keeps of who agreed to what."""
    if what != _JOURNAL:
        other = code(kind, year, number) if kind and year and number else ""
        yield Event(at, who, _WORDS.get(what, what), amount, other_id, other, note)
        return
    kept: dict[str, Any] = json.loads(note or "{}")
    for key, what in _AGREED.items():
        if key in kept:
            yield Event(at, kept["agreed_by_name"], what, None, None, "", str(kept[key]))


_WORDS = {
    "credit_note": "credited", "debit_note": "charged", "write_off": "written off", "void": "voided",
    "payment": "paid", "requested": "return asked for", "refund": "paid back", "screen": "shown",
    "approve again": "approved once more", "credit": "not paid back", "withdraw": "withdrawn",
    "file": "saved", "printer": "printed", "email": "emailed", "hand_back": "handed back",
    "extended": "given more time", "not printer": "not printed", "not file": "not saved",
}  # fmt: skip

_AGREED = {"discount": "discount agreed to", "own_prices": "prices in no catalogue agreed to"}

_JOURNAL = "journal"
"""What happened is told by what the journal keeps of it, which is the note."""

_PARTS = (
    # Time, place among what happened at once, the row, who, what, how much, the other document, a note.
    "select p.at, 0, p.id, s.name, 'posted', p.amount, p.corrects_id, o.kind, o.year, o.number, p.reason"
    " from posting p join staff s on s.id = p.staff_id left join posting o on o.id = p.corrects_id"
    " where p.id = ?",
    # Before everything else that happened at once, but after the posting: no other row has the number 0.
    "select p.at, 1, 0, s.name, 'journal', null, null, null, null, null, v.after from posting p"
    " join journal j on j.kind = 'posting' and j.row_id = p.id and j.action = 'post'"
    " join journal_values v on v.seq_id = j.seq join staff s on s.id = p.staff_id where p.id = ?",
    "select p.at, 2, p.id, s.name, p.kind, p.amount, p.id, p.kind, p.year, p.number, p.reason"
    " from posting p join staff s on s.id = p.staff_id where p.corrects_id = ?",
    # A note or write-off of it that was voided itself.
    "select v.at, 2, v.id, s.name, 'void', v.amount, c.id, c.kind, c.year, c.number, v.reason"
    " from posting c join posting v on v.corrects_id = c.id and v.kind = 'void'"
    " join staff s on s.id = v.staff_id where c.corrects_id = ? and c.kind <> 'void'",
    # What settles it, and what was taken back again; its own corrections have been told.
    "select a.at, 1, a.id, s.name, case when a.amount < 0 then 'no longer paid' when p.kind = 'payment'"
    " then 'payment' else 'settled' end, abs(a.amount), p.id, p.kind, p.year, p.number, ''"
    " from allocation a join posting p on p.id = a.credit_id join staff s on s.id = a.staff_id"
    " where a.debit_id = ? and coalesce(p.corrects_id, 0) <> a.debit_id",
    "select a.at, 1, a.id, s.name, case when a.amount < 0 then 'settles no longer' else 'settles' end,"
    " abs(a.amount), p.id, p.kind, p.year, p.number, ''"
    " from allocation a join posting p on p.id = a.debit_id join staff s on s.id = a.staff_id"
    " where a.credit_id = ? and p.kind <> 'void'",
    "select q.requested_at, 1, q.id, s.name, 'requested', q.value + q.payer_value, null, null, null, null,"
    " q.reason from return_request q join staff s on s.id = q.requested_by_id where q.bill_id = ?",
    "select q.decided_at, 1, q.id, coalesce(s.name, ''), case when q.state = 'rejected' then 'rejected'"
    " when q.state = 'withdrawn' then 'withdrawn' else 'approved' end, q.value + q.payer_value, null, null,"
    " null, null, case when q.decided_by_id is null then q.by_rule else q.decision end from return_request q"
    " left join staff s on s.id = q.decided_by_id where q.bill_id = ? and q.decided_at is not null",
    # Steps of a request that leave no other trace. The requests first: the journal has all there ever were.
    "select j.at_ms / 1000, 2, j.seq, s.name, j.action, null, null, null, null, null, j.reason"
    " from return_request q cross join journal j join staff s on s.id = j.staff_id where q.bill_id = ?"
    " and j.kind = 'return_request' and j.row_id = q.id"
    " and j.action in ('approve again', 'credit', 'withdraw')",
    "select p.at, 2, p.id, s.name, p.kind, p.amount, p.id, p.kind, p.year, p.number, '' from return_request q"
    " join posting p on p.id = q.refund_id join staff s on s.id = p.staff_id where q.bill_id = ?",
    f"select r.at, 3, r.id, s.name, case when {NOT_TAKEN} then 'not ' || r.goes_to else r.goes_to end, null,"
    " null, null, null, null, case when r.copy > 0"
    " then p.kind || ', COPY ' || r.copy else p.kind end || case when length(r.where_to) > 0"
    " then ', ' || r.where_to else '' end from paper p join paper_print r on r.paper_id = p.id"
    " join staff s on s.id = r.staff_id where p.posting_id = ?",
    "select e.at, 1, e.id, s.name, e.kind, null, p.id, p.kind, p.year, p.number, case"
    " when e.kind = 'extended' then l.description || ' until ' || e.due_on"
    " else e.quantity || ' ' || l.description end"
    " || case when length(e.condition) > 0 then ', ' || e.condition else '' end"
    " || case when length(e.reason) > 0 then ': ' || e.reason else '' end from bill_line l"
    " join loan n on n.line_id = l.id join loan_event e on e.loan_id = n.id join staff s on s.id = e.staff_id"
    " left join posting p on p.id = e.posting_id where l.bill_id = ?",
)
