"""What other sessions have written in the journal since somebody last looked."""

from __future__ import annotations

import json
from collections.abc import Sequence
from typing import Any

from ..db.connection import select
from ..db.many import marks
from ..domain.news import CHANGE_NOTHING, JournalLine, Values

_NAMED = "select id, trim(first_name || ' ' || last_name) from customer where id in ({})"


def last_line() -> int:
    """The number of the newest line; 0 when there is none. Index: primary key."""
    return int(select("select coalesce(max(seq), 0) from journal")[0][0])


def lines_between(after: int, last: int, besides: str, limit: int) -> tuple[JournalLine, ...]:
    """The newest ``limit`` changes behind ``after`` up to ``last`` that are not of session ``besides``,
    the oldest first. Index: primary key, so the whole journal is never looked at.
    """
    rows = select(
        "select coalesce(s.name, ''), j.action, j.kind, j.row_id, v.before, v.after from journal j"
        " left join staff s on s.id = j.staff_id left join journal_values v on v.seq_id = j.seq"
        f" where j.seq > ? and j.seq <= ? and j.session <> ? and j.action not in ({marks(CHANGE_NOTHING)})"
        " order by j.seq desc limit ?",
        [after, last, besides, *CHANGE_NOTHING, limit],
    )
    lines = [
        JournalLine(who, action, kind, row_id, _values(before), _values(after_))
        for who, action, kind, row_id, before, after_ in reversed(rows)
    ]
    return _about(lines)


def lines_of(session: str, first: int, kind: str) -> list[tuple[int, str, str, str]]:
    """What one use case noted of a kind of record: id, verb, values before and after as JSON, in order.

    ``first`` is the number of its first line, the only one with a request; nobody writes between its lines.
    Index: ``journal (session, seq)``.
    """
    return select(
        "select j.row_id, j.action, v.before, v.after from journal j"
        " join journal_values v on v.seq_id = j.seq"
        " where j.session = ? and j.seq >= ? and j.kind = ? and v.after <> ''"
        " and j.seq < coalesce((select min(n.seq) from journal n where n.session = j.session"
        " and n.seq > ? and n.request is not null), j.seq + 1) order by j.seq",
        [session, first, kind, first],
    )


def _values(text: str | None) -> Values:
    """What the journal kept; nothing where it was erased."""
    try:
        found = json.loads(text or "{}")
    except ValueError:
        return {}
    return found if isinstance(found, dict) else {}


def _about(lines: Sequence[JournalLine]) -> tuple[JournalLine, ...]:
    """The lines with the customers they are about. Indexes: primary keys of note and customer."""
    notes = [line.row_id for line in lines if line.kind == "note"]
    of_note = dict(_of_ids("select id, customer_id from note where id in ({})", notes))
    whose = [_customer_id(line, of_note) for line in lines]
    names = dict(_of_ids(_NAMED, whose))
    return tuple(
        JournalLine(
            line.who, line.action, line.kind, line.row_id, line.before, line.after, id_, names.get(id_, "")
        )
        for line, id_ in zip(lines, whose, strict=True)
    )


def _customer_id(line: JournalLine, of_note: dict[Any, Any]) -> int | None:
    if line.kind == "customer":
        return line.row_id
    if line.kind == "note":
        return of_note.get(line.row_id)
    id_ = line.after.get("customer_id", line.before.get("customer_id"))
    return id_ if type(id_) is int else None


def _of_ids(sql: str, ids: Sequence[int | None]) -> list[tuple[Any, ...]]:
    wanted = sorted({id_ for id_ in ids if id_ is not None})
    return select(sql.format(marks(wanted)), wanted) if wanted else []
