"""Printing (M10): a paper is put together, told to the journal, then sent to the printer or to a file."""

from __future__ import annotations

import hashlib
import os
import stat
import tempfile
from dataclasses import dataclass, replace
from datetime import datetime
from pathlib import Path

from ..config import Settings
from ..documents.blocks import Letterhead
from ..documents.ink import Picture
from ..domain.moments import zone_info
from ..domain.rights import Right
from ..domain.session import Session
from ..errors import FileProblem, UsageError
from ..exports.outfile import write_whole
from ..integrations import pictures, printer
from .papers import make
from .usecase import Done, Work, use_case
from .wanted import Made, Wanted

LOGO = (900, 400)
"""Pixels at most: twice what a printer shows in the box a logo has."""


@dataclass(frozen=True, slots=True)
class Stationery:
    """What every paper of the clinic carries, its size, and the print queue (empty: the system's own).

    ``logo`` is the file of the settings; it is read when something is printed.
    """

    clinic: Letterhead
    size: str = "a4"
    queue: str = ""
    logo: str = ""


def stationery(settings: Settings) -> Stationery:
    """The clinic's paper as the settings have it."""
    address = tuple(settings.clinic_address.replace("\\n", "\n").splitlines())
    clinic = Letterhead(settings.clinic_name, address, settings.clinic_phone)
    return Stationery(clinic, settings.paper, settings.printer, settings.clinic_logo)


@dataclass(frozen=True, slots=True)
class PrintPaper:
    """Print what is ``wanted``: into the file ``to`` (.pdf or .txt), or without one on the printer."""

    wanted: Wanted
    paper: Stationery
    to: str = ""
    request: str = ""


def print_paper(session: Session, command: PrintPaper) -> Done:
    """Make the paper, write the journal's line, then deliver.

    Raises :class:`UsageError` for a file of another kind, :class:`FileProblem` when it cannot be
    written, :class:`Refused` when the printer does not take it. A logo that cannot be read stops
    nothing: the paper comes without it, and the answer says why.
    """
    session.needs(Right.PRINT)
    where = _writable(command.to) if command.to else None
    data, made, note = _rendered(session, command, as_text=command.to.lower().endswith(".txt"))
    told = _tell(session, _Printed(command, made, hashlib.sha256(data).hexdigest(), command.request))
    if where:
        write_whole(where, data)
        says = f"{made.name} is in {where}."
    else:
        _send(data, command.paper, made.document.title)
        says = f"{made.name} was sent to the printer."
    return Done(told.kind, told.ids, told.days, says=f"{says} {note}".strip())


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
    document = make(session, wanted, paper.clinic).document
    return Preview(document.title, tuple(document.text(width=width, ascii_only=ascii_only).splitlines()))


def _rendered(session: Session, command: PrintPaper, *, as_text: bool) -> tuple[bytes, Made, str]:
    """The document's bytes, the paper, and what the person should know about it."""
    paper = command.paper
    if as_text:
        made = make(session, command.wanted, paper.clinic)
        return made.document.text().encode(), made, ""
    picture, missed = logo_of(paper.logo)
    made = make(session, command.wanted, replace(paper.clinic, logo=picture))
    created = datetime.fromtimestamp(session.clock(), zone_info(session.zone))
    printed = made.document.pdf(created, size=paper.size)
    return printed.data, made, " ".join(filter(None, (printed.note, missed)))


def logo_of(file: str) -> tuple[Picture | None, str]:
    """The picture, or why there is none; neither when the settings name no file."""
    if not file:
        return None, ""
    try:
        small = pictures.thumbnail(_read(Path(file).expanduser()), *LOGO, whole=True)
    except FileProblem as error:
        return None, f"Without the logo {file}: {error.message}"
    return Picture(small.rgb, small.width, small.height), ""


def _read(path: Path) -> bytes:
    """The start of a regular file, as much as a logo may have; a pipe does not hold the printing up."""
    try:
        handle = os.open(path, os.O_RDONLY | os.O_NONBLOCK | os.O_CLOEXEC)
        with os.fdopen(handle, "rb") as file:
            if not stat.S_ISREG(os.fstat(handle).st_mode):
                raise FileProblem("It is not a file.", "Name a PNG or JPEG file.")
            return file.read(pictures.MOST + 1)
    except (OSError, ValueError) as error:
        why = getattr(error, "strerror", None) or "It cannot be read"
        raise FileProblem(f"{why}.", "Look at the setting clinic_logo.") from error


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


def _send(data: bytes, paper: Stationery, title: str) -> None:
    with tempfile.TemporaryDirectory(prefix="pim-tui-print-") as folder:
        file = Path(folder) / "paper.pdf"
        file.write_bytes(data)
        printer.send(file, queue=paper.queue, title=title, paper=paper.size)
