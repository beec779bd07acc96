"""One line of the journal, whole: what was there before and after, as far as whoever asks may see it (A1)."""

from __future__ import annotations

import json
from dataclasses import dataclass, replace
from typing import Any, Final, NamedTuple

from ..db.connection import select
from ..domain.rights import Right
from ..errors import NotFound
from .gate import guarded, reader_may
from .journal import JournalRow, with_reasons

_ANYBODY: Final = (
    "break_glass", "clinic", "desk_session", "message_template", "role", "service", "staff", "staff_pin",
    "tax_class",
)  # fmt: skip
_NEEDS: Final = {
    **dict.fromkeys(("note",), Right.SEE_NOTE),
    **dict.fromkeys(("appointment", "series", "hold", "leave", "special_hours"), Right.SEE_APPOINTMENT),
    **dict.fromkeys(("product", "lot", "stock_movement"), Right.SEE_PRODUCT),
    **dict.fromkeys(
        ("posting", "draft_bill", "drawer", "day_close", "payer", "paper", "paper_print", "allocation"),
        Right.SEE_BILL,
    ),
}
"""The right that the values of a kind of record need; those of :data:`_ANYBODY` none besides, and all others
that to see customers."""
_TELL_LITTLE: Final = ("see", "refused", "print", "export", "email", "sign in", "sign out", "lock", "unlock")
"""Actions whose values tell of the act and not of the record."""


class Field(NamedTuple):
    """One value before and after, as text; empty where there was none. Of lists also what they differ in."""

    name: str
    before: str
    after: str
    gone: tuple[str, ...] = ()
    new: tuple[str, ...] = ()

    @property
    def changed(self) -> bool:
        """Whether it is another one afterwards."""
        return self.before != self.after


@dataclass(frozen=True, slots=True)
class JournalLine:
    """A line with its seals; ``fields`` are empty where they were ``erased`` or need the right ``hidden``."""

    row: JournalRow
    request: str
    before_hash: str
    after_hash: str
    prev: str
    hash: str
    fields: tuple[Field, ...]
    erased: bool = False
    hidden: Right | None = None


def journal_line(seq: int) -> JournalLine:
    """The line with this number; :class:`NotFound` when there is none.

    Whoever may read the journal does not therefore see what customers are told apart by, or what notes say.
    Index: primary keys.
    """
    line = _line(seq)
    line = replace(line, row=with_reasons([line.row])[0])
    right = _needed(line.row)
    if right is None or reader_may(right):
        return line
    return replace(line, fields=tuple(Field(one.name, "", "") for one in line.fields), hidden=right)


def _needed(row: JournalRow) -> Right | None:
    if row.action in _TELL_LITTLE or row.kind in _ANYBODY:
        return None
    return _NEEDS.get(row.kind, Right.SEE_CUSTOMER)


@guarded(Right.SEE_JOURNAL)
def _line(seq: int) -> JournalLine:
    rows = select(
        "select j.seq, j.at_ms / 1000, coalesce(s.name, ''), j.action, j.kind, j.row_id, j.reason, j.session,"
        " c.number, coalesce(j.request, ''), j.before_hash, j.after_hash, j.prev, j.hash,"
        " coalesce(v.before, ''), coalesce(v.after, '') from journal j left join staff s on s.id = j.staff_id"
        " left join customer c on j.kind = 'customer' and c.id = j.row_id"
        " left join journal_values v on v.seq_id = j.seq where j.seq = ?",
        [seq],
    )
    if not rows:
        raise NotFound(f"The journal has no line {seq}.", "Go back to the list.")
    *told, before, after = rows[0]
    request, before_hash, after_hash, prev, hash_ = told[9:]
    erased = bool(before_hash or after_hash) and not before and not after
    row, fields = JournalRow._make(told[:9]), _fields(before, after)
    return JournalLine(row, request, before_hash, after_hash, prev, hash_, fields, erased)


def _fields(before: str, after: str) -> tuple[Field, ...]:
    was, is_ = _read(before), _read(after)
    names = dict.fromkeys([*was, *is_])
    return tuple(_field(name, was, is_) for name in names)


def _field(name: str, was: dict[str, Any], is_: dict[str, Any]) -> Field:
    before, after = was.get(name), is_.get(name)
    gone: tuple[str, ...] = ()
    new: tuple[str, ...] = ()
    if isinstance(before, list) and isinstance(after, list):
        gone = tuple(str(one) for one in before if one not in after)
        new = tuple(str(one) for one in after if one not in before)
    return Field(name, _told(was, name), _told(is_, name), gone, new)


def _read(text: str) -> dict[str, Any]:
    try:
        found = json.loads(text or "{}")
    except ValueError:
        return {"value": text}
    return found if isinstance(found, dict) else {"value": found}


def _told(values: dict[str, Any], name: str) -> str:
    value = values.get(name)
    if value is None or isinstance(value, str):
        return value or ""
    return json.dumps(value, ensure_ascii=False)
