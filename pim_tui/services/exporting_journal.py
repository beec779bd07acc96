"""Handing out lines of the journal as they were searched for, with their seals; the values stay here.

A part of the journal shows what it shows; that nothing is missing in between, only the whole does.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from typing import BinaryIO

from ..domain.rights import Right
from ..domain.session import Session
from ..exports import jsonlines
from ..exports.outfile import OutFile
from ..lists.journal import JOURNAL
from ..lists.spec import tabulated
from ..queries.journal import SEALED_COLUMNS, JournalWanted, numbers, rows_numbered, sealed_numbered
from .leaving import (
    LIST_KINDS,
    Counting,
    Exported,
    Form,
    Leaving,
    Progress,
    hand_out,
    require_few,
    require_kind,
    write_csv,
    write_paper,
)


@dataclass(frozen=True, slots=True)
class ExportLines:
    """Hand out the lines wanted; ``about`` says in words what they are about."""

    wanted: JournalWanted
    form: Form
    about: str = ""
    request: str = ""


def export_lines(
    session: Session,
    command: ExportLines,
    *,
    progress: Progress = lambda done, total: None,
    stop: Callable[[], bool] = lambda: False,
    out: BinaryIO | None = None,
) -> Exported:
    """Write the lines, the oldest first; papers leave the seals out. Raises and stops as
    :func:`~pim_tui.services.exporting.export_appointments` does."""
    for right in (Right.EXPORT, Right.SEE_JOURNAL, Right.SEE_CUSTOMER):
        session.needs(right)
    require_kind(command.form.kind, LIST_KINDS)
    found = numbers(command.wanted, zone=session.zone)
    count = Counting(len(found), progress, stop)
    what = Leaving(command.form, "journal", _told_of(command.wanted), command.request, "line")
    return hand_out(session, what, lambda file: _write(session, command, found, file, count), count, out)


def _write(session: Session, command: ExportLines, found: list[int], file: OutFile, count: Counting) -> str:
    form = command.form
    if form.kind == "csv":
        write_csv(file, form, SEALED_COLUMNS, count.each(sealed_numbered(found)))
    elif form.kind == "jsonl":
        rows = count.each(sealed_numbered(found))
        jsonlines.write(file.text, jsonlines.documents(SEALED_COLUMNS, rows))
    else:
        require_few(count.total)
        table = tabulated(JOURNAL.title, JOURNAL.columns, count.each(rows_numbered(found)), session.zone)
        return write_paper(session, form, table, file, about=command.about)
    return ""


def _told_of(wanted: JournalWanted) -> dict[str, object]:
    """The parts of a search that narrow, for the journal itself; not its words, which may name somebody."""
    parts = ((name, getattr(wanted, name)) for name in wanted.__slots__ if name != "words")
    return {name: str(value) if name in ("first", "last") else value for name, value in parts if value}
