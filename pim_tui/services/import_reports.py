"""The report of an import as a file: the rows it told about for a spreadsheet, or all of it as text."""

from __future__ import annotations

import io
from dataclasses import dataclass
from pathlib import Path

from ..domain.rights import Right
from ..domain.session import Session
from ..exports import delimited
from ..exports.outfile import writable, write_whole
from ..imports.report import Report
from .usecase import use_case
from .work import Done, Work

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
    path, report = writable(command.to, ".csv", ".txt"), command.report
    text = as_csv(report) if path.suffix.lower() == ".csv" else "\n".join((*report.lines(), ""))
    _tell(session, command)
    write_whole(path, text.encode())
    return Done("import_run", (), says=f"The report is in {path}.")


@use_case(Right.IMPORT)
def _tell(work: Work, command: KeepReport) -> Done:
    after = {"file": Path(command.to).name}
    work.changed("export report", "import_run", command.report.number, None, after)
    return Done("import_run", ())


def as_csv(report: Report) -> str:
    """A line for every row that was refused or that something was said about, in their order."""
    out = io.StringIO()
    rows = [("refused", one.file, one.line, one.reason) for one in report.refusals]
    rows += [("remark", one.file, one.line, one.reason) for one in report.notices]
    delimited.write(out, [HEADER, *rows])
    return out.getvalue()
