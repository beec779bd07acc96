"""Seals over rows of money, stock and PINs: their digests, and whether they are still the sealed ones (A1).

What a use case adds to these tables is sealed by the line of the journal that tells of it: for each table the
ids it got and one digest of their columns. So a row that is changed, taken away or slipped in past the rules
no longer fits the journal, and the journal fits its chain. A customer's id is left out, which goes along when
two records become one; whose a document is, the line tells as well.
"""

from __future__ import annotations

import hashlib
import json
from collections.abc import Iterator, Mapping
from typing import Any, Final

from ..db.connection import select
from ..domain.bills import code

KEYED: Final = {"line_tax": "line_id", "staff_pin": "staff_id"}
"""Tables whose rows have no id of their own, and what they are told apart by instead."""
COLUMNS: Final = {
    "posting": "id, kind, year, number, state, at, day, staff_id, payer_id, appointment_id, currency, amount,"
    " inclusive, corrects_id, reason, note",
    "entry": "id, posting_id, account, amount, payer_id, day",
    "bill_line": "id, bill_id, position, product_id, code, description, unit, quantity, unit_price,"
    " list_price, discount, bill_discount, net, tax, total, customer_share, payer_share, lot_id,"
    " lot_reason, directions, returns_id",
    "line_tax": "line_id, position, name, rate, base, amount",
    "payment_part": "id, payment_id, position, method, amount, tendered, reference, drawer_id, refunds_id",
    "allocation": "id, credit_id, debit_id, account, amount, at, day, staff_id",
    "drawer_move": "id, drawer_id, kind, amount, reason, at, staff_id",
    "day_close": "id, day, number, at, staff_id, report",
    "return_line": "id, request_id, line_id, quantity, disposition",
    "loan": "id, line_id, quantity, due_on, condition, at, staff_id",
    "loan_event": "id, loan_id, kind, quantity, due_on, condition, disposition, reason, posting_id, at,"
    " day, staff_id",
    "stock_movement": "id, lot_id, place, kind, quantity, on_hand, below_zero, cost, line_id, reason, at,"
    " day, staff_id, witness_id",
    "paper": "id, kind, posting_id, line_id, file_id, about, issued_at, staff_id",
    "paper_print": "id, paper_id, copy, goes_to, where_to, at, staff_id",
}
"""What is only ever added to, and the columns that are sealed."""
CHANGING: Final = {
    "drawer": "id, version, name, opened_at, opened_by_id, day, float_amount, closed_at, closed_by_id,"
    " counted, expected",
    "return_request": "id, version, kind, bill_id, payer_id, state, value, payer_value, method, reason,"
    " digest, requested_at, requested_by_id, decided_at, decided_by_id, decision, by_rule,"
    " credit_note_id, refund_id",
    "staff_pin": "staff_id, hash, set_at, given",
}
"""What goes from state to state: its last seal holds."""
_SEALED, _SOME = '%"sealed":{%', 2_000

Marks = tuple[int, ...]


def _key(table: str) -> str:
    return KEYED.get(table, "id")


_MARKS = "select " + ", ".join(f"(select coalesce(max({_key(table)}), 0) from {table})" for table in COLUMNS)


def marks() -> Marks:
    """The highest id of every table of :data:`COLUMNS`, in their order. Indexes: primary keys."""
    return tuple(select(_MARKS)[0])


def sealed_since(before: Marks) -> dict[str, tuple[int, int, str]]:
    """What was added since, sealed. Indexes: primary keys."""
    now = marks()
    return {
        table: (first + 1, last, digest(table, first + 1, last))
        for table, first, last in zip(COLUMNS, before, now, strict=True)
        if last > first
    }


def digest(table: str, first: int, last: int) -> str:
    """The digest of the rows with these ids, both included. Index: primary key."""
    columns, key = COLUMNS.get(table) or CHANGING[table], _key(table)
    order = f"{key}, position" if table == "line_tax" else key
    rows = select(
        f"select {columns} from {table} where {key} between ? and ? order by {order}", [first, last]
    )
    text = json.dumps([list(row) for row in rows], ensure_ascii=False, separators=(",", ":"))
    return hashlib.sha256(text.encode()).hexdigest()


# --- looking again --------------------------------------------------------------------------------------

Found = Iterator[tuple[str, int | None, str]]


def seals() -> Found:
    """Every row of money and stock, and every PIN, against its seal. Those from before there were seals are
    not looked at.

    Goes through the journal's values once, in pages; indexes: primary keys.
    """
    last: dict[str, int] = {}
    newest: dict[tuple[str, int], str] = {}
    owners = _Owners()
    for kind, row_id, told in _told():
        for table, (first, upto, kept) in _ranges(told, COLUMNS).items():
            yield from _unsealed(table, last.get(table), first - 1)
            if digest(table, first, upto) != kept:
                yield table, first, f"rows {first} to {upto} are not as they were written"
            last[table] = max(upto, last.get(table, 0))
        for table, (id_, _, kept) in _ranges(told, CHANGING).items():
            newest[table, id_] = kept
        if kind == "posting" and row_id is not None and _wrote(told, row_id):
            yield from owners.looked_at(row_id, told.get("customer_id"))
    for table, upto in last.items():
        yield from _unsealed(table, upto, None)
    for (table, id_), kept in sorted(newest.items()):
        if digest(table, id_, id_) != kept:
            yield table, id_, "it is not as it was written last"
    for table in sorted({table for table, _ in newest}):
        yield from _untold(table)
    yield from _strangers()


def _told() -> Iterator[tuple[str, int | None, dict[str, Any]]]:
    """Kind, row and values after of every line that seals something, in order."""
    seq = 0
    while rows := select(
        "select j.seq, j.kind, j.row_id, v.after from journal j join journal_values v on v.seq_id = j.seq"
        " where j.seq > ? and v.after like ? order by j.seq limit ?",
        [seq, _SEALED, _SOME],
    ):
        seq = rows[-1][0]
        for _, kind, row_id, after in rows:
            # Values that were tampered with are told of by another check.
            try:
                told = json.loads(after)
            except ValueError:
                continue
            if isinstance(told, dict):
                yield kind, row_id, told


def _wrote(told: dict[str, Any], posting_id: int) -> bool:
    """Whether the line is the one that the document was posted by; later ones tell whose it was then."""
    first, last, _ = _ranges(told, COLUMNS).get("posting", (0, -1, ""))
    return first <= posting_id <= last and "customer_id" in told


def _ranges(told: dict[str, Any], known: Mapping[str, str]) -> dict[str, tuple[int, int, str]]:
    sealed = told.get("sealed")
    if not isinstance(sealed, dict):
        return {}
    return {table: tuple(value) for table, value in sealed.items() if table in known and len(value) == 3}


def _unsealed(table: str, after: int | None, upto: int | None) -> Found:
    """Rows between two seals, or behind the last: no use case wrote them."""
    if after is None:
        return
    key = _key(table)
    text, params = f"{key} > ?", [after]
    if upto is not None:
        text, params = f"{text} and {key} <= ?", [after, upto]
    for (id_,) in select(f"select min({key}) from {table} where {text}", params):
        if id_ is not None:
            yield table, id_, "the journal does not know who wrote it"


def _untold(table: str) -> Found:
    """Rows of a table of :data:`CHANGING` of which no line tells. Index: ``journal (kind, row_id)``."""
    key = _key(table)
    for (id_,) in select(
        f"select t.{key} from {table} t where not exists (select 1 from journal j where j.kind = ?"
        f" and j.row_id = t.{key}) order by t.{key} limit 51",
        [table],
    ):
        yield table, id_, "the journal does not know who wrote it"


def _strangers() -> Found:
    """Entries of somebody else than their document: what is owed is the customer's, all else is nobody's.
    Goes through the entries once."""
    for (id_,) in select(
        "select e.id from entry e join posting p on p.id = e.posting_id where coalesce(e.customer_id, 0) <>"
        " case when e.account = 'receivable' then coalesce(p.customer_id, 0) else 0 end"
        " order by e.id limit 51"
    ):
        yield "entry", id_, "it is of another customer than its document"


class _Owners:
    """Whose a document is: the customer that its line tells, or whoever that record became part of."""

    def __init__(self) -> None:
        rows = select("select loser_id, survivor_id from customer_merge where state = 'merged'")
        self._became = dict(rows)

    def looked_at(self, posting_id: int, customer_id: Any) -> Found:
        """The fault of one document, if any."""
        rows = select("select customer_id, kind, year, number from posting where id = ?", [posting_id])
        if rows and rows[0][0] not in self._line_of(customer_id):
            yield "posting", posting_id, f"{code(*rows[0][1:])} was of another customer"

    def _line_of(self, customer_id: Any) -> set[Any]:
        found = {customer_id}
        while (customer_id := self._became.get(customer_id)) is not None and customer_id not in found:
            found.add(customer_id)
        return found
