"""Writing the journal: one line for every change, sealed to the line before (A1)."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from typing import Protocol

from ..db.bulk import insert_as_is
from ..db.connection import select
from ..domain import chain
from ..domain.text import clean

Values = Mapping[str, object]


@dataclass(frozen=True, slots=True)
class Change:
    """What happened to one record: its values before and after, and why.

    ``action`` is a verb in the journal's words (``book``, ``move``, ``complete``), ``kind`` the table.
    """

    action: str
    kind: str
    row_id: int | None
    before: Values | None = None
    after: Values | None = None
    reason: str = ""


class Acting(Protocol):
    """Who a line is of: a session, or somebody who tries to begin one and may be nobody on the list."""

    @property
    def clock(self) -> Callable[[], int]: ...
    @property
    def staff_id(self) -> int | None: ...
    @property
    def key(self) -> str: ...


def append(session: Acting, changes: list[Change], request: str | None = None, answer: str = "") -> int:
    """Add one line per change inside the running write transaction; the last one's number is returned.

    The request id and its answer stay with the first line. A command without one is given one, so that
    the lines of one use case can be told from those of the next: the first of them has a request.
    """
    last = select("select seq, hash from journal_head")
    seq, prev = last[0] if last else (0, chain.FIRST)
    at_ms = session.clock() * 1000
    lines, values = [], []
    asked: str | None = request or f"line {seq + 1}"
    for change in changes:
        seq += 1
        before, after = _kept(change.before), _kept(change.after)
        reason = clean(change.reason, limit=chain.REASON)
        line = chain.Line(
            seq, at_ms, session.staff_id, session.key, change.action, change.kind, change.row_id,
            reason, asked, chain.digest(before), chain.digest(after),
        )  # fmt: skip
        hash_ = chain.seal(prev, line)
        lines.append((seq, at_ms, session.staff_id, session.key, change.action, change.kind, change.row_id,
                      reason, asked, line.before_hash, line.after_hash, prev, hash_))  # fmt: skip
        values.append((seq, before, after, answer))
        prev, asked, answer = hash_, None, ""
    insert_as_is("journal", _LINE, lines)
    insert_as_is("journal_values", _VALUES, values)
    return seq


def _kept(values: Values | None) -> str:
    """The values as the journal keeps them: cleaned before they are sealed, so that both agree."""
    return clean(chain.canonical(values), limit=chain.VALUES, lines=True)


_LINE = (
    "seq", "at_ms", "staff_id", "session", "action", "kind", "row_id", "reason", "request", "before_hash",
    "after_hash", "prev", "hash",
)  # fmt: skip
_VALUES = ("seq_id", "before", "after", "answer")
