"""Printing (M10): a paper is put together, told to the journal, then sent to the printer or to a file."""

from __future__ import annotations

import hashlib
import tempfile
from dataclasses import dataclass
from pathlib import Path

from ..documents.paper import ROLL_SIZE
from ..documents.watch import UNWATCHED, Watch
from ..domain.rights import Right
from ..domain.session import Session
from ..errors import FileProblem, UsageError
from ..exports.outfile import write_whole
from ..integrations import printer
from .issuing import GoesTo, HandOut, hand_out
from .papers import make
from .stationery import Stationery, logo_of, render, stationery
from .usecase import Done, Work, use_case
from .wanted import KEPT, Made, Wanted

__all__ = ["Preview", "PrintPaper", "Stationery", "logo_of", "preview", "print_paper", "stationery"]


@dataclass(frozen=True, slots=True)
class PrintPaper:
    """Print what is ``wanted``: into the file ``to`` (.pdf or .txt), or without one on the printer."""

    wanted: Wanted
    paper: Stationery
    to: str = ""
    request: str = ""


def print_paper(session: Session, command: PrintPaper, watch: Watch = UNWATCHED) -> Done:
    """Make the paper, write the journal's line, then deliver.

    A bill, a label, a statement or a Z report is kept as it is first issued; what is printed then is exactly
    that file, or a reprint that says COPY n (M10), see :func:`~pim_tui.services.issuing.hand_out`.

    Raises :class:`UsageError` for a file of another kind, :class:`FileProblem` when it cannot be
    written, :class:`Refused` when the printer does not take it or ``watch`` stops it. A logo that cannot
    be read stops nothing: the paper comes without it, and the answer says why.
    """
    session.needs(Right.PRINT)
    where = _writable(command.to) if command.to else None
    if isinstance(command.wanted, KEPT) and not command.to.lower().endswith(".txt"):
        goes_to: GoesTo = "file" if where else "printer"
        told = HandOut(command.wanted, command.paper, goes_to, command.to, command.request)
        handed = hand_out(session, told, watch)
        return _delivered(_Paper(handed.data, handed.made, handed.note), where, command.paper, handed.done)
    paper = _paper(session, command, watch)
    digest = hashlib.sha256(paper.data).hexdigest()
    done = _tell(session, _Printed(command, paper.made, digest, command.request))
    return _delivered(paper, where, command.paper, done)


@dataclass(frozen=True, slots=True)
class _Paper:
    """What leaves the book, and what the person should know about it."""

    data: bytes
    made: Made
    note: str = ""


def _paper(session: Session, command: PrintPaper, watch: Watch) -> _Paper:
    if command.to.lower().endswith(".txt"):
        made = make(session, command.wanted, command.paper.head(command.wanted))
        return _Paper(made.document.text().encode(), made)
    found = render(session, command.wanted, command.paper, watch)
    return _Paper(found.data, found.made, found.note)


def _delivered(found: _Paper, where: Path | None, paper: Stationery, done: Done) -> Done:
    """Write it or send it, and say so."""
    if where:
        write_whole(where, found.data)
        says = f"{found.made.name} is in {where}."
    else:
        _send(found, paper)
        says = f"{found.made.name} was sent to the printer."
    return Done(done.kind, done.ids, done.days, says=f"{says} {found.note}".strip())


@dataclass(frozen=True, slots=True)
class Preview:
    """A paper as text, before it is printed: its title and its lines."""

    title: str
    lines: tuple[str, ...]


def preview(
    session: Session, wanted: Wanted, paper: Stationery, width: int = 80, ascii_only: bool = False
) -> Preview:
    """The paper in text of at most ``width`` columns; nothing leaves the book, so no line is written."""
    session.needs(Right.PRINT)
    document = make(session, wanted, paper.head(wanted)).document
    return Preview(document.title, tuple(document.text(width=width, ascii_only=ascii_only).splitlines()))


@dataclass(frozen=True, slots=True)
class _Printed:
    command: PrintPaper
    made: Made
    sha256: str
    request: str


@use_case(Right.PRINT)
def _tell(work: Work, printed: _Printed) -> Done:
    """The journal's line: whose paper left the book, and exactly which."""
    made = printed.made
    after = {"to": "file" if printed.command.to else "printer", "sha256": printed.sha256}
    if made.days:
        after |= (
            {"day": made.days[0]} if len(made.days) == 1 else {"first": made.days[0], "last": made.days[-1]}
        )
    work.changed("print", made.kind, made.row_id, None, after)
    return Done(made.kind, (), made.days)


def _writable(to: str) -> Path:
    """The file to write, looked at before any work is done."""
    path = Path(to).expanduser()
    if path.suffix.lower() not in (".pdf", ".txt"):
        raise UsageError(
            f"{path.name} must end in .pdf or .txt.", "The ending says which of the two is written."
        )
    if path.is_dir() or not path.parent.is_dir():
        raise FileProblem(
            f"{path} cannot be written: there is no such folder.", "Name a file in a folder that exists."
        )
    return path


def _send(found: _Paper, paper: Stationery) -> None:
    made, size = found.made, paper.size_of(found.made)
    with tempfile.TemporaryDirectory(prefix="pim-tui-print-") as folder:
        file = Path(folder) / "paper.pdf"
        file.write_bytes(found.data)
        tray = "" if made.label or size == ROLL_SIZE else size
        printer.send(file, queue=paper.queue_of(made), title=made.document.title, paper=tray)
