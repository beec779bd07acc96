"""Handing a report out as a file: the numbers of the screen as a table, or as the paper that it prints."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from typing import BinaryIO

from ..domain.reports import Asked, Figures
from ..domain.rights import Right
from ..domain.session import Session
from ..exports import jsonlines
from ..exports.outfile import OutFile
from ..lists.reports import report_rows
from ..queries.gate import for_reader
from ..queries.reports import Watched, figures
from .leaving import (
    LIST_KINDS,
    Counting,
    Exported,
    Form,
    Leaving,
    Progress,
    hand_out,
    require_kind,
    write_csv,
    write_sheet,
)
from .report_papers import sheet_of


@dataclass(frozen=True, slots=True)
class ExportReport:
    """Hand out a report."""

    asked: Asked
    form: Form
    request: str = ""


@for_reader
def export_report(
    session: Session,
    command: ExportReport,
    *,
    progress: Progress = lambda done, total: None,
    stop: Callable[[], bool] = lambda: False,
    out: BinaryIO | None = None,
) -> Exported:
    """Write the report; ``out`` is the pipe. Raises and stops as
    :func:`~pim_tui.services.exporting.export_appointments` does."""
    session.needs(Right.EXPORT)
    session.needs(Right.SEE_REPORT)
    asked, form = command.asked, command.form
    require_kind(form.kind, LIST_KINDS)
    found = figures(asked, session.zone, Watched(progress, stop))
    told = {
        "report": asked.name,
        "first": asked.first.isoformat(),
        "last": asked.last.isoformat(),
        "by": asked.by,
        "staff": asked.staff_ids,
        "types": asked.type_ids,
        "rooms": asked.room_ids,
    }
    count = Counting(len(found.lines) + 1)
    what = Leaving(form, "report", told, command.request, "line")
    return hand_out(session, what, lambda file: _write(session, form, found, file, count), count, out)


def _write(session: Session, form: Form, found: Figures, file: OutFile, count: Counting) -> str:
    keys = ("line", *(one.key for one in found.figures))
    rows = list(count.each(iter([report_rows(found)])))
    if form.kind == "csv":
        write_csv(file, form, keys, rows)
    elif form.kind == "jsonl":
        jsonlines.write(file.text, jsonlines.documents(keys, rows))
    else:
        return write_sheet(session, form, file, lambda clinic: sheet_of(session, found, clinic))
    return ""
