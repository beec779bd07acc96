"""The report of an import as a file: the rows it told about for a spreadsheet, or all of it as text."""

from __future__ import annotations

import csv
import io
from dataclasses import dataclass
from pathlib import Path

from ..domain.rights import Right
from ..domain.session import Session
from ..errors import FileProblem, Refused, UsageError
from ..imports.report import Report
from ..queries.imports import Imported, imported, report_of
from .printing import write_file
from .usecase import Done, Work, use_case

HEADER = ("What", "File", "Line", "Why")


@dataclass(frozen=True, slots=True)
class KeepReport:
    """Write the report of import ``number`` to the file ``to``, which ends in .csv or .txt."""

    number: int
    to: str
    request: str = ""


def keep_report(session: Session, command: KeepReport) -> Done:
    """Tell the journal that the report leaves the book, then write the file.

    :class:`UsageError` for another ending, :class:`FileProblem` when it cannot be written,
    :class:`Refused` for an import that broke off before there was a report.
    """
    session.needs(Right.IMPORT)
    path = _writable(command.to)
    run, raw = imported(command.number, session.zone), report_of(command.number)
    if not raw:
        raise Refused(f"Import {run.number} broke off before there was a report.", "Import the file again.")
    report = Report.from_json(raw)
    text = as_csv(report) if path.suffix.lower() == ".csv" else as_text(run, report)
    told = _tell(session, command)
    write_file(path, text.encode())
    return Done(told.kind, told.ids, says=f"The report of import {run.number} is in {path}.")


@use_case(Right.IMPORT)
def _tell(work: Work, command: KeepReport) -> Done:
    work.changed("export", "import_run", command.number, None, {"file": Path(command.to).name})
    return Done("import_run", (command.number,))


def as_csv(report: Report) -> str:
    """A line for every row that was refused or that something was said about, in their order."""
    out = io.StringIO()
    writer = csv.writer(out, quoting=csv.QUOTE_ALL, lineterminator="\r\n")
    writer.writerow(HEADER)
    for what, rows in (("refused", report.refusals), ("remark", report.notices)):
        writer.writerows((what, _harmless(one.file), one.line, _harmless(one.reason)) for one in rows)
    return out.getvalue()


def as_text(run: Imported, report: Report) -> str:
    """All of the report, headed by when and by whom."""
    return "\n".join((f"Import {run.number}, {run.began} by {run.staff}", *report.lines(), ""))


def _harmless(cell: str) -> str:
    """A cell that no spreadsheet takes for a formula."""
    return f"'{cell}" if cell[:1] in "=+-@\t\r" and cell else cell


def _writable(to: str) -> Path:
    path = Path(to).expanduser()
    if path.suffix.lower() not in (".csv", ".txt"):
        raise UsageError(
            f"{path.name} must end in .csv or .txt.", "The ending says which of the two is written."
        )
    if path.is_dir() or not path.parent.is_dir():
        raise FileProblem(
            f"{path} cannot be written: there is no such folder.", "Name a file in a folder that exists."
        )
    return path
