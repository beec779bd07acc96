"""How records leave: written beside their place, told to the journal, then put there.

The journal knows of every export who made it, what was asked for, how many rows left and the digest of the
file, before anybody can open the file.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import datetime
from itertools import chain
from pathlib import Path
from typing import Any, BinaryIO, Protocol

from ..db.connection import current
from ..db.disk import require_room
from ..documents.blocks import Letterhead
from ..documents.listreport import ListReport
from ..documents.paper import Printed
from ..domain.handout import CustomersWanted, MoneyWanted, VisitsWanted
from ..domain.moments import moment_label, zone_info
from ..domain.rights import Right
from ..domain.session import Session
from ..errors import Refused, UsageError
from ..exports import delimited
from ..exports.outfile import PIPE, OutFile
from ..lists.spec import Table
from .printing import Stationery, logo_of
from .usecase import use_case
from .work import Done, Work

PAPER_ROWS = 20_000
"""More than this nobody reads on paper."""

LIST_KINDS = {"csv": "CSV table", "jsonl": "JSON Lines", "pdf": "PDF", "txt": "text"}
"""What rows can be written as: the ending of the file, and what people call it."""

Progress = Callable[[int, int], object]
"""Called with rows written and rows in all."""


@dataclass(frozen=True, slots=True)
class Form:
    """How and where to: ``kind`` is a file's ending, ``to`` a file or ``-`` for a pipe.

    ``force`` writes over a file of the same name. ``paper`` is for PDF and text.
    """

    kind: str
    to: str
    paper: Stationery
    force: bool = False


@dataclass(frozen=True, slots=True)
class Exported(Done):
    """What left: the file's path (``-``: a pipe), how many rows, and its SHA-256."""

    file: str = ""
    rows: int = 0
    sha256: str = ""


class Counting:
    """Rows as they pass: told to whoever looks, and stopped when asked to."""

    def __init__(
        self,
        total: int,
        progress: Progress = lambda done, total: None,
        stop: Callable[[], bool] = lambda: False,
    ) -> None:
        self.total, self.done, self.canceled = total, 0, 0
        self._progress, self._stop = progress, stop

    def each(
        self, chunks: Iterator[list[Any]], canceled: Callable[[Any], bool] = lambda row: False
    ) -> Iterator[Any]:
        """The rows of the chunks; those that are ``canceled`` are counted apart as well."""
        return chain.from_iterable(self._passed(chunks, canceled))

    def _passed(self, chunks: Iterator[list[Any]], canceled: Callable[[Any], bool]) -> Iterator[list[Any]]:
        for chunk in chunks:
            if self._stop():
                raise Refused("The export was stopped.", "Nothing was written.")
            yield chunk
            self.done += len(chunk)
            self.canceled += sum(map(canceled, chunk))
            self._progress(self.done, self.total)

    def says(self, word: str) -> str:
        """How many rows passed, as the title of a calendar counts them: canceled ones besides."""
        held = self.done - self.canceled
        if self.canceled and held:
            return f"{held:,} {word}{'' if held == 1 else 's'} and {self.canceled:,} canceled are"
        called = f"canceled {word}" if self.canceled else word
        return f"1 {called} is" if self.done == 1 else f"{self.done:,} {called}s are"


@dataclass(frozen=True, slots=True)
class Leaving:
    """What the journal is told before its digest is known; ``word`` is what people call one of its rows."""

    form: Form
    kind: str
    asked: Mapping[str, object]
    request: str
    word: str = ""


@dataclass(frozen=True, slots=True)
class _Left:
    leaving: Leaving
    rows: int
    sha256: str
    request: str


def hand_out(
    session: Session,
    leaving: Leaving,
    write: Callable[[OutFile], str],
    count: Counting,
    out: BinaryIO | None,
) -> Exported:
    """Write, tell the journal, put the file in its place. ``write`` returns what should be known.

    Refused while the disk that it would share with the book has little room.
    """
    session.needs(Right.EXPORT)
    form = leaving.form
    if form.to != PIPE:
        require_room(Path(form.to).expanduser().absolute(), "An export", beside=current().place)
    with OutFile(form.to, force=form.force) as file:
        note = write(file)
        sha256 = file.finish()
        told = _tell(session, _Left(leaving, count.done, sha256, leaving.request))
        if file.path is None:
            assert out is not None
            file.pour(out)
        else:
            file.place()
        where = str(file.path or form.to)
    says = f"{count.says(leaving.word or leaving.kind)} in {where}. {note}".strip()
    return Exported(told.kind, (), says=says, file=where, rows=count.done, sha256=sha256)


@use_case(Right.EXPORT)
def _tell(work: Work, left: _Left) -> Done:
    """The journal's line: what left the book, and exactly which file."""
    leaving = left.leaving
    after = {
        "asked": leaving.asked,
        "format": leaving.form.kind,
        "rows": left.rows,
        "sha256": left.sha256,
        "to": "pipe" if leaving.form.to == PIPE else "file",
    }
    if leaving.form.to != PIPE:
        after["file"] = Path(leaving.form.to).name
    work.changed("export", leaving.kind, None, None, after)
    return Done("export", ())


def told_of(wanted: VisitsWanted | CustomersWanted | MoneyWanted) -> dict[str, object]:
    """The parts of a filter that narrow, for the journal."""
    parts = ((name, getattr(wanted, name)) for name in wanted.__slots__)
    return {name: str(value) if name in ("first", "last") else value for name, value in parts if value}


def require_kind(kind: str, kinds: Mapping[str, str]) -> None:
    """Refuse a kind of file that is none of ``kinds`` with :class:`UsageError`."""
    if kind not in kinds:
        raise UsageError(f"These cannot be written as {kind}.", f"Choose from {', '.join(kinds)}.")


# --- forms -----------------------------------------------------------------------------------------


def write_csv(file: OutFile, form: Form, header: Sequence[str], rows: Iterable[Sequence[object]]) -> None:
    """A table as CSV; a file of its own begins with what tells spreadsheets that it is UTF-8."""
    if form.to != PIPE:
        file.text.write(delimited.MARK)
    delimited.write(file.text, chain([header], rows))


def require_few(total: int) -> None:
    """Refuse a paper of more than :data:`PAPER_ROWS` rows."""
    if total > PAPER_ROWS:
        raise Refused(
            f"{total:,} rows do not go on paper; {PAPER_ROWS:,} do.",
            "Narrow them by dates, or write a table.",
        )


def write_paper(
    session: Session, form: Form, table: Table, file: OutFile, *, about: str = "", narrowed: str = ""
) -> str:
    """The table as PDF or text; what the person should know about it."""
    session.needs(Right.EXPORT)
    printed_at, zone = moment_label(session.clock(), session.zone), session.zone
    return write_sheet(
        session, form, file, lambda clinic: ListReport(clinic, table, printed_at, zone, about, narrowed)
    )


class Sheet(Protocol):
    """A document that goes on sheets."""

    def text(self) -> str: ...
    def pdf(self, created: datetime, *, size: str) -> Printed: ...


def write_sheet(session: Session, form: Form, file: OutFile, sheet_of: Callable[[Letterhead], Sheet]) -> str:
    """A document as PDF or text; what the person should know about it. Only a PDF has the clinic's logo."""
    session.needs(Right.EXPORT)
    picture, missed = logo_of(form.paper.logo) if form.kind == "pdf" else (None, "")
    sheet = sheet_of(replace(form.paper.clinic, logo=picture))
    if form.kind == "txt":
        file.text.write(sheet.text())
        return ""
    made = sheet.pdf(datetime.fromtimestamp(session.clock(), zone_info(session.zone)), size=form.paper.size)
    file.raw.write(made.data)
    return " ".join(filter(None, (made.note, missed)))
