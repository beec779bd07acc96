"""The journal as people search it: page by page backwards from its newest line, by its numbers (A1)."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from datetime import date
from typing import Any, NamedTuple

from ..db.connection import select
from ..db.many import marks
from ..domain.bills import code
from ..domain.moments import Zone
from ..domain.rights import Right
from .gate import guarded, reader_may, require_reader
from .page import Page, Totals
from .where import Where

COUNTED = 10_000
"""Lines that are counted; of more it is said that there are so many."""
SEARCHED = 200_000
"""The newest lines whose reasons are looked through for words; further back a span of days is needed."""

OF_CUSTOMER = (
    *("note", "attachment", "appointment", "series", "waiting_entry", "coverage", "outbox", "inbound_text"),
    *("posting", "draft_bill", "return_request", "loan", "booking", "break_glass"),
)
"""Tables whose rows belong to a customer, and whose lines tell what happened to that record."""


@dataclass(frozen=True, slots=True)
class JournalWanted:
    """Which lines; empty lets everything through. ``first`` and ``last`` are local days, both included.

    ``customer_id`` is whom the record is about, ``kind`` and ``row_id`` one record.
    """

    staff_ids: tuple[int, ...] = ()
    actions: tuple[str, ...] = ()
    kinds: tuple[str, ...] = ()
    customer_id: int | None = None
    row_id: int | None = None
    first: date | None = None
    last: date | None = None
    words: str = ""


class JournalRow(NamedTuple):
    """One line. ``id`` is its number, ``at`` UTC seconds; ``number`` the customer's where it is about one,
    ``code`` that of what was posted (``S-2026-000012``) where it is about that."""

    id: int
    at: int
    who: str
    action: str
    kind: str
    row_id: int | None
    reason: str
    session: str
    number: int | None
    code: str = ""

    @property
    def what(self) -> str:
        """The record, by its number: the journal names nobody."""
        if self.number is not None:
            return f"customer #{self.number}"
        if self.code:
            return self.code
        kind = self.kind.replace("_", " ")
        return kind if self.row_id is None else f"{kind} {self.row_id}"


_ROW = (
    "select j.seq, j.at_ms / 1000, coalesce(s.name, ''), j.action, j.kind, j.row_id, j.reason, j.session,"
    " c.number, p.kind, p.year, p.number from journal j left join staff s on s.id = j.staff_id"
    " left join customer c on j.kind = 'customer' and c.id = j.row_id"
    " left join posting p on j.kind = 'posting' and p.id = j.row_id"
)


def row_of(found: Sequence[Any]) -> JournalRow:
    """A row of what is read of a line: its nine columns, then kind, year and number of what was posted."""
    *line, kind, year, number = found
    return JournalRow._make((*line, code(kind, year, number) if number is not None else ""))


OF_THE_HOUSE = (
    "clinic", "desk_session", "message_template", "role", "room", "service", "session", "staff", "staff_pin",
    "tax_class",
)  # fmt: skip
"""Tables whose lines tell of nobody but those who work here: their reasons are for all who read the journal,
all others for those who may see customers."""


def with_reasons(rows: Iterable[JournalRow]) -> tuple[JournalRow, ...]:
    """The lines as whoever asks may read them: why somebody did something tells of customers, too."""
    if reader_may(Right.SEE_CUSTOMER):
        return tuple(rows)
    return tuple(row if row.kind in OF_THE_HOUSE else row._replace(reason="") for row in rows)


def journal_page(
    wanted: JournalWanted, limit: int, before: int | None = None, *, zone: Zone
) -> Page[JournalRow]:
    """The newest ``limit`` lines wanted, or those before line ``before``; see :func:`with_reasons`. They are
    counted up to :data:`COUNTED`.

    Words are looked for by those who may see customers: whether they are found tells as much as reading them.
    """
    if wanted.words:
        require_reader(Right.SEE_CUSTOMER)
    page = _page(wanted, limit, before, zone)
    return Page(with_reasons(page.rows), lambda: page.totals)


@guarded(Right.SEE_JOURNAL)
def _page(wanted: JournalWanted, limit: int, before: int | None, zone: Zone) -> Page[JournalRow]:
    """Those lines, whoever asks.

    Indexes: primary key; ``journal_of_action``, ``journal_of_staff``, ``journal_of_kind`` for what narrows,
    in this order; ``journal (kind, row_id)`` for a record and for those of a customer, which the indexes by
    customer of their tables tell; ``journal_at`` for days.
    """
    first, last = _span(wanted, zone)
    upper = last if before is None else min(last, before - 1)
    sql, params = _seqs(wanted, first, upper, limit)
    rows = select(
        f"{_ROW} where j.seq in (select seq from ({sql}) found) order by j.seq desc limit ?", [*params, limit]
    )
    return Page(tuple(map(row_of, rows)), lambda: _counted(wanted, first, last))


def _counted(wanted: JournalWanted, first: int, last: int) -> Totals:
    sql, params = _seqs(wanted, first, last, COUNTED)
    ((total,),) = select(f"select count(*) from ({sql}) counted", params)
    return Totals(min(COUNTED, total))


def _span(wanted: JournalWanted, zone: Zone) -> tuple[int, int]:
    """First and last number of the lines of the days, and of those that are looked through. Index:
    ``journal_at``."""
    ((last,),) = select("select coalesce(max(seq), 0) from journal")
    first = 1
    if wanted.first or wanted.last:
        text, params = Where().moments("at_ms", wanted.first, wanted.last, zone, unit=1000)
        ((first, last),) = select(f"select min(seq), max(seq) from journal where {text}", params)
        first, last = first or 1, last or 0
    if wanted.words and wanted.customer_id is None and wanted.row_id is None:
        first = max(first, last - SEARCHED + 1)
    return first, last


def _seqs(wanted: JournalWanted, first: int, last: int, limit: int) -> tuple[str, list[object]]:
    """A select of the newest numbers wanted: for each value of what narrows most one that ends early."""
    also, more = _conditions(wanted)
    if wanted.customer_id is not None:
        return _of_customer(wanted.customer_id, also, [first, last, *more, limit])
    column, values = _leading(wanted)
    if not values:
        sql = f"select j.seq from journal j where j.seq between ? and ?{also} order by j.seq desc limit ?"
        return sql, [first, last, *more, limit]
    one = (
        f"select seq from (select j.seq from journal j where j.{column} = ? and j.seq between ? and ?{also}"
        " order by j.seq desc limit ?) part{place}"
    )
    parts = [one.replace("{place}", str(place)) for place in range(len(values))]
    params = [given for value in values for given in (value, first, last, *more, limit)]
    return f"select seq from ({' union all '.join(parts)}) parts order by seq desc limit ?", [*params, limit]


def _leading(wanted: JournalWanted) -> tuple[str, Sequence[object]]:
    """The column that narrows most, and its values."""
    if wanted.row_id is not None:
        return "kind", wanted.kinds
    for column, values in (("action", wanted.actions), ("staff_id", wanted.staff_ids)):
        if values:
            return column, values
    return "kind", wanted.kinds


def _conditions(wanted: JournalWanted) -> tuple[str, list[object]]:
    """Everything but the numbers, as conditions on the journal ``j``."""
    text, params = "", list[object]()
    # Written so that no index answers them: the leading one must be the one that is gone along.
    for column, values in (
        ("j.action || ''", wanted.actions),
        ("j.staff_id + 0", wanted.staff_ids),
        ("j.kind || ''", wanted.kinds),
    ):
        if values:
            text += f" and {column} in ({marks(values)})"
            params += values
    if wanted.row_id is not None:
        text += " and j.row_id = ?"
        params.append(wanted.row_id)
    for word in wanted.words.lower().split():
        text += " and lower(j.reason) like ? escape '!'"
        params.append("%" + word.replace("!", "!!").replace("%", "!%").replace("_", "!_") + "%")
    return text, params


def _of_customer(customer_id: int, also: str, rest: list[object]) -> tuple[str, list[object]]:
    mine = "".join(
        f" union all select k.seq from {table} t join journal k on k.kind = ? and k.row_id = t.id"
        " where t.customer_id = ?"
        for table in OF_CUSTOMER
    )
    sql = (
        "select j.seq from journal j where j.seq in (select k.seq from journal k where k.kind = 'customer'"
        f" and k.row_id = ?{mine}) and j.seq between ? and ?{also} order by j.seq desc limit ?"
    )
    whose = [given for table in OF_CUSTOMER for given in (table, customer_id)]
    return sql, [customer_id, *whose, *rest]


# --- handing them out -----------------------------------------------------------------------------------

SEALED_COLUMNS = (
    "prev", "seq", "at_ms", "staff_id", "session", "action", "kind", "row_id", "reason", "request",
    "before_hash", "after_hash", "hash", "staff",
)  # fmt: skip
"""``hash`` seals the twelve columns before it."""
CHUNK = 500


@guarded(Right.SEE_JOURNAL)
def numbers(wanted: JournalWanted, *, zone: Zone) -> list[int]:
    """The numbers of all lines wanted, the oldest first. Indexes as of :func:`journal_page`."""
    first, last = _span(wanted, zone)
    sql, params = _seqs(wanted, first, last, last)
    return sorted(seq for (seq,) in select(sql, params))


@guarded(Right.SEE_JOURNAL)
def sealed_numbered(found: Sequence[int]) -> Iterator[list[tuple[Any, ...]]]:
    """These lines as they were sealed, :data:`SEALED_COLUMNS`, a chunk at a time. Index: primary key."""
    columns = ", ".join(f"j.{name}" for name in SEALED_COLUMNS[:-1])
    for some in _chunks(found):
        yield select(
            f"select {columns}, coalesce(s.name, '') from journal j left join staff s on s.id = j.staff_id"
            f" where j.seq in ({marks(some)}) order by j.seq",
            some,
        )


@guarded(Right.SEE_JOURNAL)
def rows_numbered(found: Sequence[int]) -> Iterator[list[JournalRow]]:
    """The same as rows of the list."""
    for some in _chunks(found):
        yield list(map(row_of, select(f"{_ROW} where j.seq in ({marks(some)}) order by j.seq", some)))


def _chunks(found: Sequence[int]) -> Iterator[Sequence[int]]:
    return (found[start : start + CHUNK] for start in range(0, len(found), CHUNK))


# --- what a search may ask for ------------------------------------------------------------------------


@guarded(Right.SEE_JOURNAL)
def words_used(column: str) -> tuple[str, ...]:
    """The actions or kinds that the journal has, in order; ``column`` is ``action`` or ``kind``.

    From one to the next by the index ``journal_of_action`` or ``journal_of_kind``.
    """
    assert column in ("action", "kind")
    rows = select(
        f"with recursive used(word) as (select min({column}) from journal union all select"
        f" (select min({column}) from journal where {column} > used.word) from used where used.word is not"
        " null) select word from used where word is not null"
    )
    return tuple(word for (word,) in rows)


@guarded(Right.SEE_JOURNAL)
def customer_numbered(text: str) -> int | None:
    """The customer with this number (``#12`` or ``12``), None where there is none. Index: ``customer
    (number)``."""
    number = text.strip().removeprefix("#")
    if not (number.isascii() and number.isdigit() and len(number) < 10):
        return None
    rows = select("select id from customer where number = ?", [int(number)])
    return int(rows[0][0]) if rows else None
