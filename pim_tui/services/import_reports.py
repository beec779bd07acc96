"""The report of an import as a file: the rows it told about for a spreadsheet, or all of it as text."""

from __future__ import annotations

import csv
import io
from dataclasses import dataclass
from pathlib import Path

from ..domain.rights import Right
from ..domain.session import Session
from ..errors import FileProblem, UsageError
from ..imports.report import Report
from .daysheet import write_file
from .usecase import Done, Work, use_case

HEADER = ("What", "File", "Line", "Why")


@dataclass(frozen=True, slots=True)
class KeepReport:
    """Write ``report`` to the file ``to``, which ends in .csv or .txt."""

    report: Report
    to: str
    request: str = ""


def keep_report(session: Session, command: KeepReport) -> Done:
    """Tell the journal that the report leaves the book, then write the file.

    :class:`UsageError` for another ending, :class:`FileProblem` when it cannot be written.
    """
    session.needs(Right.IMPORT)
    path, report = _writable(command.to), command.report
    text = as_csv(report) if path.suffix.lower() == ".csv" else "\n".join((*report.lines(), ""))
    _tell(session, command)
    write_file(path, text.encode())
    return Done("import_run", (), says=f"The report is in {path}.")


@use_case(Right.IMPORT)
def _tell(work: Work, command: KeepReport) -> Done:
    after = {"file": Path(command.to).name}
    work.changed("export report", "import_run", command.report.number, None, after)
    return Done("import_run", ())


def as_csv(report: Report) -> str:
    """A line for every row that was refused or that something was said about, in their order."""
    out = io.StringIO()
    writer = csv.writer(out, quoting=csv.QUOTE_ALL, lineterminator="\r\n")
    writer.writerow(HEADER)
    for what, rows in (("refused", report.refusals), ("remark", report.notices)):
        writer.writerows((what, _harmless(one.file), one.line, _harmless(one.reason)) for one in rows)
    return out.getvalue()


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
