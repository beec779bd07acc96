"""Everything the book has of one person, table by table, for the archive that they may ask for (P5)."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from typing import Any, NamedTuple

from ..db.connection import current, select
from ..db.many import marks
from ..domain.rights import Right
from .erasing import everybody
from .gate import guarded
from .merging import GOING

Rows = list[dict[str, Any]]

_AT_ONCE = 500

PARTS = (
    ("bill_line", "bill_id", "posting"),
    ("payment_part", "payment_id", "posting"),
    ("line_tax", "line_id", "bill_line"),
    ("allocation", "debit_id", "posting"),
    ("return_line", "request_id", "return_request"),
    ("loan_event", "loan_id", "loan"),
    ("series_date", "series_id", "series"),
    ("series_visit", "series_id", "series"),
    ("outside_event", "appointment_id", "appointment"),
    ("paper_print", "paper_id", "paper"),
    ("appointment_equipment", "appointment_id", "appointment"),
    ("waiting_offer", "entry_id", "waiting_entry"),
    ("hold", "entry_id", "waiting_entry"),
    ("meeting", "appointment_id", "appointment"),
    ("calendar_item", "appointment_id", "appointment"),
)
"""What belongs to rows of the person: a table, and the column that names a row of another one."""
NAMES = {"staff": "name", "payer": "name", "appointment_type": "name", "room": "name"}
"""What ids in the rows stand for: tables, and the column with the name."""
JOURNALED = ("customer", "break_glass", *(one.table for one in GOING))


class PersonFile(NamedTuple):
    """A stored file of the person: where it belongs in the archive, and what it is."""

    folder: str
    id: int
    name: str
    sha256: str
    media_type: str


@guarded(Right.SEE_CUSTOMER, Right.SEE_APPOINTMENT, Right.SEE_BILL, Right.SEE_NOTE, Right.SEE_FILE)
def rows_of(customer_id: int) -> dict[str, Rows]:
    """Every row about a customer and the records that became part of this one, by table.

    Indexes: the index by customer of each table, and those of what belongs to its rows.
    """
    ids = everybody(customer_id)
    found = {"customer": _rows("customer", "id", ids)}
    for going in GOING:
        found[going.table] = _rows(going.table, "customer_id", ids)
    found["entry"] = _rows("entry", "posting_id", _ids(found["posting"]))
    for table, column, of in PARTS:
        found[table] = _rows(table, column, _ids(found[of]))
    found["outbox"] += _emails(_ids(found["posting"]))
    files = {row["file_id"] for name in ("attachment", "paper") for row in found[name]}
    found["stored_file"] = _rows("stored_file", "id", sorted(files))
    found["customer_merge"] = _rows("customer_merge", "survivor_id", ids)
    found["erasure"] = _rows("erasure", "customer_id", ids)
    found["break_glass"] = _rows("break_glass", "customer_id", ids)
    found["journal"] = list(_journal(found))
    return found


def names() -> dict[str, dict[int, str]]:
    """What the ids of staff, payers, types and rooms stand for."""
    return {
        table: {int(id_): name for id_, name in select(f"select id, {column} from {table} order by id")}
        for table, column in NAMES.items()
    }


@guarded(Right.SEE_CUSTOMER, Right.SEE_FILE)
def files_of(customer_id: int) -> tuple[PersonFile, ...]:
    """Photo, documents and papers, also those taken out of the record unless they were erased.

    Indexes: ``attachment (customer, ...)``, ``paper (customer)``.
    """
    ids = everybody(customer_id)
    rows = select(
        "select 'files', a.id, a.name, f.sha256, f.media_type from attachment a join stored_file f"
        f" on f.id = a.file_id where a.customer_id in ({marks(ids)}) and a.removed_reason <> 'erased'"
        " union all select 'papers', p.id, p.kind, f.sha256, f.media_type from paper p join stored_file f"
        f" on f.id = p.file_id where p.customer_id in ({marks(ids)}) order by 1, 2",
        [*ids, *ids],
    )
    return tuple(map(PersonFile._make, rows))


def _rows(table: str, column: str, ids: Sequence[int]) -> Rows:
    """Rows whose ``column`` is one of ``ids``, by column name."""
    names_ = [one.name for one in current().db.get_columns(table)]
    found: Rows = []
    for some in _batches(ids):
        sql = f"select {', '.join(names_)} from {table} where {column} in ({marks(some)}) order by 1"
        found += [dict(zip(names_, row, strict=True)) for row in select(sql, some)]
    return found


def _ids(rows: Rows) -> list[int]:
    return [row["id"] for row in rows]


def _batches(ids: Sequence[int]) -> Iterator[Sequence[int]]:
    return (ids[start : start + _AT_ONCE] for start in range(0, len(ids), _AT_ONCE))


def _emails(postings: Iterable[int]) -> Rows:
    """Messages with documents of the person that name nobody: their payload names the posting."""
    mine = {f'"posting_id": {id_},' for id_ in postings}
    found = (
        select("select id, payload from outbox where kind = 'email' and customer_id is null order by id")
        if mine
        else []
    )
    ids = [id_ for id_, payload in found if any(one in payload for one in mine)]
    return _rows("outbox", "id", ids)


def _journal(found: dict[str, Rows]) -> Iterator[dict[str, Any]]:
    """What the journal tells of the person's records, in order. Index: ``journal (kind, row_id)``."""
    lines: Rows = []
    for kind in JOURNALED:
        for some in _batches(_ids(found[kind])):
            lines += [
                dict(zip(_LINE, row, strict=True))
                for row in select(
                    "select j.seq, j.at_ms, coalesce(s.name, ''), j.action, j.kind, j.row_id, j.reason,"
                    " v.before, v.after from journal j left join staff s on s.id = j.staff_id"
                    " left join journal_values v on v.seq_id = j.seq"
                    f" where j.kind = ? and j.row_id in ({marks(some)})",
                    [kind, *some],
                )
            ]
    yield from sorted(lines, key=lambda line: int(line["seq"]))


_LINE = ("seq", "at_ms", "staff", "action", "kind", "row_id", "reason", "before", "after")
