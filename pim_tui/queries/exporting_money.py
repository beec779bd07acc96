"""What exports read of money: entries, bills, lines, one customer's account, and the sealed journal.

A chunk at a time, as in :mod:`~pim_tui.queries.exporting`: days are counted first, then read in pieces.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from typing import Any

from ..db.connection import select
from ..db.many import marks
from ..domain.bills import BILLS, code
from ..domain.handout import AccountOut, BillOut, EntryOut, LineOut, MoneyWanted, SealedOut
from ..domain.moments import Zone
from ..domain.rights import Right
from .billlists import BillRow, bills_with_ids
from .exporting import CHUNK, batches, spans
from .gate import guarded
from .where import Where

_NAME = "coalesce(trim(c.first_name || ' ' || c.last_name), '')"
_ABOUT = (
    " join staff s on s.id = p.staff_id left join customer c on c.id = p.customer_id"
    " left join payer y on y.id = p.payer_id left join posting o on o.id = p.corrects_id"
)
MONEY_KINDS = (
    "posting", "payment_part", "draft_bill", "return_request", "loan", "drawer", "day_close",
    "stock_movement",
)  # fmt: skip
"""Journal lines whose values an auditor of the money reads."""


def _where(wanted: MoneyWanted, kinds: Sequence[str] = ()) -> Where:
    """The condition on posting ``p``, its days included."""
    where = Where() if wanted.customer_id is None else Where("p.customer_id = ?", (wanted.customer_id,))
    where = where.among("p.kind", wanted.kinds or kinds).among("p.staff_id", wanted.staff_ids)
    return where.days("p.day", wanted.first, wanted.last)


def _by_days(
    counted: str, wanted: MoneyWanted, kinds: Sequence[str] = ()
) -> Iterator[tuple[str, list[object]]]:
    """The condition of each piece of at most about :data:`CHUNK` rows; ``counted`` is what is counted from.

    Kinds and staff are left out of the counting: an index then has the days in order, and nothing is sorted.
    """
    where, params = _where(MoneyWanted(wanted.customer_id, first=wanted.first, last=wanted.last))
    each = f"from {counted} where {where} group by p.day order by p.day"
    days = select(f"select p.day, count(*) {each}", params)
    where, params = _where(wanted, kinds)
    for first, last in spans(days):
        yield f"{where} and p.day between ? and ?", [*params, first, last]


# --- the ledger ------------------------------------------------------------------------------------

_ENTRIES = "posting p join entry e on e.posting_id = p.id"


@guarded(Right.SEE_BILL)
def people_among(wanted: MoneyWanted, most: int) -> int:
    """How many customers the postings are of, counted up to ``most``; index: ``posting (day)``."""
    where, params = _where(wanted)
    some = f"select distinct p.customer_id from posting p where p.customer_id is not null and {where} limit ?"
    return int(select(f"select count(*) from ({some}) as c", [*params, most])[0][0])


@guarded(Right.SEE_BILL)
def count_entries(wanted: MoneyWanted) -> int:
    """How many entries there are; indexes as :func:`entries`."""
    where, params = _where(wanted)
    return int(select(f"select count(*) from {_ENTRIES} where {where}", params)[0][0])


@guarded(Right.SEE_BILL)
def entries(wanted: MoneyWanted) -> Iterator[list[EntryOut]]:
    """Every side of every posting, in the order of posting.

    Indexes: ``posting (day, kind)`` or ``(customer, day)``, ``entry (posting, account, amount)``.
    """
    for piece, values in _by_days(_ENTRIES, wanted):
        rows = select(
            "select p.kind, p.year, p.number, p.day, p.at, e.account, e.amount, p.currency, c.number,"
            f" {_NAME}, coalesce(y.name, ''), s.name, p.reason, o.kind, o.year, o.number"
            f" from {_ENTRIES}{_ABOUT} where {piece} order by p.day, p.id, e.id",
            values,
        )
        yield list(map(_entry, rows))


def _entry(row: tuple[Any, ...]) -> EntryOut:
    kind, year, number, *told, reason, of_kind, of_year, of_number = row
    corrects = code(of_kind, of_year, of_number) if of_kind else ""
    return EntryOut._make((code(kind, year, number), kind, *told, corrects, reason))


# --- bills -----------------------------------------------------------------------------------------


@guarded(Right.SEE_BILL)
def count_bills(wanted: MoneyWanted) -> int:
    """How many bills there are. Index: ``posting (day, kind)`` or ``(customer, kind, day)``."""
    where, params = _where(wanted, BILLS)
    return int(select(f"select count(*) from posting p where {where}", params)[0][0])


@guarded(Right.SEE_BILL)
def bills(wanted: MoneyWanted) -> Iterator[list[BillOut]]:
    """Every bill with what it comes to, in the order of posting.

    Indexes: ``posting (day, kind)`` or ``(customer, kind, day)``; for each bill those of
    :func:`~pim_tui.queries.billlists.bills_of`.
    """
    for piece, values in _by_days("posting p", wanted, BILLS):
        ids = [
            row[0] for row in select(f"select p.id from posting p where {piece} order by p.day, p.id", values)
        ]
        for some in batches(ids):
            more = _more_of(some)
            rows = {row.id: row for row in bills_with_ids(some)}
            yield [_bill(rows[id_], *more[id_]) for id_ in some]


def _bill(row: BillRow, customer_number: int | None, payer: str, net: int, tax: int) -> BillOut:
    return BillOut(
        row.code, row.kind, row.day.isoformat(), customer_number, row.customer, payer, row.items,
        row.currency, net, tax, row.total, row.payer_share, row.paid, row.off, row.left, row.payer_left,
        row.status.value, row.staff,
    )  # fmt: skip


def _more_of(ids: Sequence[int]) -> dict[int, tuple[Any, ...]]:
    """Customer's number, payer, net and tax of each bill. Index: ``bill_line (bill, position)``."""
    return {
        row[0]: row[1:]
        for row in select(
            "select p.id, c.number, coalesce(y.name, ''),"
            " (select coalesce(sum(l.net), 0) from bill_line l where l.bill_id = p.id),"
            " (select coalesce(sum(l.tax), 0) from bill_line l where l.bill_id = p.id) from posting p"
            " left join customer c on c.id = p.customer_id left join payer y on y.id = p.payer_id"
            f" where p.id in ({marks(ids)})",
            ids,
        )
    }


_LINES = "posting p join bill_line l on l.bill_id = p.id"
_LINE = (
    f"select p.id, p.kind, p.year, p.number, p.day, c.number, {_NAME}, l.position, l.code, l.description,"
    " l.quantity, l.unit, p.currency, l.unit_price, l.discount + l.bill_discount, l.net, l.tax, l.total,"
    f" l.customer_share, l.payer_share from {_LINES} left join customer c on c.id = p.customer_id"
)


@guarded(Right.SEE_BILL)
def count_lines(wanted: MoneyWanted) -> int:
    """How many lines the bills have; indexes as :func:`lines`."""
    where, params = _where(wanted, BILLS)
    return int(select(f"select count(*) from {_LINES} where {where}", params)[0][0])


@guarded(Right.SEE_BILL)
def lines(wanted: MoneyWanted) -> Iterator[list[LineOut]]:
    """Every line of every bill, in the order of posting.

    Indexes: ``posting (day, kind)`` or ``(customer, kind, day)``, ``bill_line (bill, position)``.
    """
    for piece, values in _by_days(_LINES, wanted, BILLS):
        yield list(map(_line, select(f"{_LINE} where {piece} order by p.day, p.id, l.position", values)))


def _line(row: tuple[Any, ...]) -> LineOut:
    return LineOut(row[0], code(*row[1:4]), *row[4:])


# --- one customer ----------------------------------------------------------------------------------


@guarded(Right.SEE_BILL)
def count_account(wanted: MoneyWanted) -> int:
    """How many postings the customer has. Index: ``posting (customer, day)``."""
    where, params = _where(wanted)
    return int(select(f"select count(*) from posting p where {where}", params)[0][0])


@guarded(Right.SEE_BILL)
def account(wanted: MoneyWanted) -> Iterator[list[tuple[AccountOut, list[LineOut]]]]:
    """Every posting of ``wanted.customer_id`` with its lines, the oldest first, and the balance behind it.

    The balance counts what was before ``wanted.first``. Indexes: ``posting (customer, day)``, ``entry
    (posting, account, amount)``, ``bill_line (bill, position)``.
    """
    running = _balance_before(wanted)
    for piece, values in _by_days("posting p", wanted):
        found = select(
            "select p.id, p.kind, p.year, p.number, p.day, p.at, s.name, o.kind, o.year, o.number, p.reason,"
            " p.currency, (select coalesce(sum(e.amount), 0) from entry e where e.posting_id = p.id"
            f" and e.account = 'receivable') from posting p{_ABOUT} where {piece} order by p.day, p.id",
            values,
        )
        of_bill = _lines_of([row[0] for row in found])
        chunk = []
        for id_, kind, year, number, day, at, staff, *of, reason, currency, amount in found:
            running += amount
            told = AccountOut(
                id_, code(kind, year, number), kind, day, at, staff, code(*of) if of[0] else "", reason,
                currency, max(0, amount), max(0, -amount), running,
            )  # fmt: skip
            chunk.append((told, of_bill.get(id_, [])))
        yield chunk


def _balance_before(wanted: MoneyWanted) -> int:
    """Index: ``entry (customer, account, day, amount)``, covering."""
    if wanted.first is None:
        return 0
    rows = select(
        "select coalesce(sum(amount), 0) from entry where customer_id = ? and account = 'receivable'"
        " and day < ?",
        [wanted.customer_id, wanted.first.isoformat()],
    )
    return int(rows[0][0])


def _lines_of(ids: Sequence[int]) -> dict[int, list[LineOut]]:
    found: dict[int, list[LineOut]] = {}
    for some in batches(ids):
        for row in select(f"{_LINE} where l.bill_id in ({marks(some)}) order by l.bill_id, l.position", some):
            found.setdefault(row[0], []).append(_line(row))
    return found


# --- the journal -----------------------------------------------------------------------------------


@guarded(Right.SEE_JOURNAL)
def sealed_span(wanted: MoneyWanted, zone: Zone) -> tuple[int, int]:
    """First and last number of the journal lines written on the days wanted; (1, 0) for none.

    Lines in between belong to it, too: the chain has no gaps. The whole journal is looked at.
    """
    text, params = Where().moments("at_ms", wanted.first, wanted.last, zone, unit=1000)
    first, last = select(f"select min(seq), max(seq) from journal where {text}", params)[0]
    return (first, last) if first is not None else (1, 0)


@guarded(Right.SEE_JOURNAL)
def sealed(first: int, last: int) -> Iterator[list[SealedOut]]:
    """The lines of the journal from number ``first`` to ``last``. Index: primary key."""
    for start in range(first, last + 1, CHUNK):
        rows = select(
            "select j.prev, j.seq, j.at_ms, j.staff_id, j.session, j.action, j.kind, j.row_id, j.reason,"
            " j.request, j.before_hash, j.after_hash, j.hash, coalesce(s.name, ''), coalesce(v.before, ''),"
            " coalesce(v.after, '') from journal j left join staff s on s.id = j.staff_id"
            f" left join journal_values v on v.seq_id = j.seq and j.kind in ({marks(MONEY_KINDS)})"
            " where j.seq between ? and ? order by j.seq",
            [*MONEY_KINDS, start, min(last, start + CHUNK - 1)],
        )
        yield list(map(SealedOut._make, rows))
