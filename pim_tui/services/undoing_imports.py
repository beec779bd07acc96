"""Taking back a whole import: every record it made goes again, while nothing depends on any of them.

It is decided once, then done in batches, each a transaction with its journal lines. The run stays
``undoing`` meanwhile, which is what the database's own rule asks of whoever deletes; the same call
goes on where a broken off one stopped.
"""

from __future__ import annotations

import json
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any

from peewee import IntegrityError

from ..db.connection import current, select, write_tx
from ..db.many import marks
from ..domain.rights import Right
from ..domain.session import Session
from ..errors import Refused
from ..models import ImportRun
from ..queries.import_ties import VERSIONED, Tied, made_by, ties
from ..queries.imports import Imported, imported
from . import audit
from .audit import Change
from .incoming import LINK
from .usecase import use_case
from .work import Done, Work

BATCH = 250
"""Records per transaction: the desks that wait for the lock get it in between."""
FEW = 5
"""The same of staff and types: who is pointed at from the journal is looked for in all of it."""

Progress = Callable[[int, int], object]
"""Told (records taken back, records in all) after every batch."""

ORDER = (LINK, *VERSIONED)
"""What goes first: nothing goes before what points at it."""

HANGS_ON = {
    "appointment": (
        ("series_visit", "appointment_id"), ("outside_event", "appointment_id"),
        ("appointment_equipment", "appointment_id"),
    ),
    "series": (("series_date", "series_id"),),
    "customer": (
        ("former_name", "customer_id"), ("phone", "customer_id"), ("email", "customer_id"),
        ("external_id", "customer_id"), ("consent", "customer_id"), ("alert", "customer_id"),
    ),
}  # fmt: skip
"""What belongs to a record and goes with it; the journal keeps it."""

FOUND_BY = {"customer": ("search_word", "search_digits", "search_sound")}
"""What a record is found by, made from it and kept nowhere."""

_HINT = "See to what is listed, or correct the records one by one."


class Held(Refused):
    """An import that must stay; ``ties`` say which record and why."""

    def __init__(self, run: Imported, tied: Sequence[Tied]) -> None:
        names = "; ".join(f"{one.name} {one.why}" for one in tied[:3])
        more = f"; and {len(tied) - 3} more" if len(tied) > 3 else ""
        message = f"Import {run.number} ({run.source}) cannot be taken back: {names}{more}."
        super().__init__(message, _HINT, rule="A1")
        self.ties = tuple(tied)


@dataclass(frozen=True, slots=True)
class UndoImport:
    """Take back the import of that ``number``."""

    number: int
    request: str = ""


@dataclass(frozen=True, slots=True)
class TakenBack:
    """What came of it: records taken back by kind, and whether it was ``stopped`` before the end."""

    number: int
    source: str
    kinds: Mapping[str, int] = field(default_factory=dict)
    stopped: bool = False

    @property
    def says(self) -> str:
        """A sentence about it."""
        count = sum(self.kinds.values())
        gone = f"{count} {'record' if count == 1 else 'records'}"
        if self.stopped:
            return f"Import {self.number} is partly taken back, {gone}; the same again goes on."
        return f"Import {self.number} ({self.source}) is taken back: {gone}."


def undo_import(
    session: Session,
    number: int,
    *,
    progress: Progress | None = None,
    stop: Callable[[], bool] | None = None,
) -> TakenBack:
    """Take back the import ``number``.

    Raises :class:`Held` with the list while anything depends on what it made, :class:`Refused` when it
    was taken back before or meanwhile, :class:`NotFound`, and :class:`Forbidden`. ``stop`` is asked
    before every batch.
    """
    session.needs(Right.UNDO_IMPORT)
    current().connect()
    begin_undo(session, UndoImport(number))
    run = imported(number, session.zone)
    total, done = sum(made_by(number).values()), dict[str, int]()
    for kind in ORDER:
        while _next(number, kind):
            if stop is not None and stop():
                return TakenBack(number, run.source, done, stopped=True)
            done[kind] = done.get(kind, 0) + _take_back(session, run, kind)
            if progress is not None:
                progress(sum(done.values()), total)
    end_undo(session, UndoImport(number))
    return TakenBack(number, run.source, done)


@use_case(Right.UNDO_IMPORT)
def begin_undo(work: Work, command: UndoImport) -> Done:
    """Decide that the import is taken back: from here on its records may be deleted, and no others added."""
    run = imported(command.number, work.session.zone)
    if run.state == "undone":
        raise Refused(f"Import {run.number} was taken back before.", "There is nothing of it left.")
    if tied := ties(run.number):
        raise Held(run, tied)
    return _become(work, run, "undoing")


@use_case(Right.UNDO_IMPORT)
def end_undo(work: Work, command: UndoImport) -> Done:
    """Nothing of the import is left; the same file is a new one from here on."""
    run = imported(command.number, work.session.zone)
    if run.state == "undone":
        raise Refused(f"Import {run.number} was taken back at another desk.", "There is nothing of it left.")
    if run.state != "undoing" or made_by(run.number):
        raise Refused(f"Import {run.number} is not taken back whole.", "Take it back again.")
    return _become(work, run, "undone")


@use_case(Right.UNDO_IMPORT)
def give_up_undo(work: Work, command: UndoImport) -> Done:
    """Something came to depend on a record meanwhile: what is left of the import stays."""
    return _become(work, imported(command.number, work.session.zone), "stopped")


def _become(work: Work, run: Imported, state: str) -> Done:
    ImportRun.update(state=state).where(ImportRun.id == run.number).execute()
    work.changed("undo import", "import_run", run.number, {"state": run.state}, {"state": state})
    return Done("import_run", (run.number,))


def _next(number: int, kind: str) -> list[int]:
    """The records to go next, the newest first: what was made later may point at what was made before."""
    rows = select(
        "select row_id from import_row where run_id = ? and kind = ? order by row_id desc limit ?",
        [number, kind, FEW if kind in ("staff", "appointment_type") else BATCH],
    )
    return [id_ for (id_,) in rows]


def _take_back(session: Session, run: Imported, kind: str) -> int:
    """One batch; how many records it had, none where another desk that takes back the same came first.

    The rules of the tables are the guard: what may not go makes the whole of it stay.
    """
    ids = list[int]()
    try:
        with write_tx():
            if not (ids := _next(run.number, kind)):
                return 0
            if kind == LINK:
                _unlink(session, run, ids)
            else:
                audit.append(session, _gone(run, kind, ids))
            _do(
                f"delete from import_row where run_id = ? and kind = ? and row_id in ({marks(ids)})",
                [run.number, kind, *ids],
            )
    except IntegrityError as error:
        give_up_undo(session, UndoImport(run.number))
        raise Held(run, ties(run.number) or [Tied(kind, ids[0], kind, "is needed by another")]) from error
    return len(ids)


def _gone(run: Imported, kind: str, ids: list[int]) -> list[Change]:
    """Delete records with what hangs on them; a journal line for each holds what it was."""
    before = {row["id"]: row for row in _rows(kind, "id", ids)}
    for table, column in HANGS_ON.get(kind, ()):
        for row in _rows(table, column, ids):
            before[row[column]].setdefault(table, []).append(row)
        _delete(table, column, ids)
    for table in FOUND_BY.get(kind, ()):
        _delete(table, "customer_id", ids)
    _delete(kind, "id", ids)
    reason = f"import {run.number}"
    return [Change("take back", kind, id_, before[id_], None, reason) for id_ in ids]


def _unlink(session: Session, run: Imported, ids: list[int]) -> None:
    """Take the ids off again that the import gave to customers who were here; a change of their records.

    Which ones is what the journal says. What somebody has taken off since is not missed.
    """
    lines, reason = [], f"import {run.number}"
    for id_, system, value in _given(reason, ids):
        key = [id_, system, value]
        if _do("delete from external_id where customer_id = ? and system = ? and value = ?", key).rowcount:
            _do("update customer set version = version + 1 where id = ?", [id_])
            before = {"external_ids": [[system, value]]}
            lines.append(Change("unlink", "customer", id_, before, None, reason))
    if lines:
        audit.append(session, lines)


def _given(reason: str, ids: Sequence[int]) -> list[tuple[int, str, str]]:
    """Customer, system and value of the ids given for that reason. Index: journal (kind, row_id)."""
    rows = select(
        "select j.row_id, v.after from journal j join journal_values v on v.seq_id = j.seq"
        f" where j.kind = ? and j.row_id in ({marks(ids)}) and j.action = ? and j.reason = ?",
        ["customer", *ids, "link", reason],
    )
    return [(id_, *pair) for id_, after in rows if after for pair in json.loads(after)["external_ids"]]


def _rows(table: str, column: str, ids: Sequence[int]) -> list[dict[str, Any]]:
    """Rows of ``table`` by column name, empty columns left out."""
    cursor = _do(f"select * from {table} where {column} in ({marks(ids)})", ids)
    names = [column[0] for column in cursor.description]
    return [
        {name: value for name, value in zip(names, row, strict=True) if value not in (None, "")}
        for row in cursor.fetchall()
    ]


def _delete(table: str, column: str, ids: Sequence[int]) -> None:
    _do(f"delete from {table} where {column} in ({marks(ids)})", ids)


def _do(sql: str, params: Sequence[object]) -> Any:
    return current().db.execute_sql(sql.replace("?", current().db.param), params)
