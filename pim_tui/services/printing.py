"""Printing (M10): a paper is put together, told to the journal, then carried to a printer or into a file."""

from __future__ import annotations

import hashlib
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path

from ..destinations import Destination
from ..documents.billpaper import BillPaper
from ..documents.watch import UNWATCHED, Watch
from ..domain.rights import Right
from ..domain.session import Session
from ..errors import FileProblem, NotTaken
from ..exports.outfile import writable, write_whole
from .carrying import NO_WAYS, Load, Ways, carry, reachable
from .issuing import GoesTo, HandOut, hand_out
from .papers import make
from .stationery import Stationery, logo_of, render, stationery
from .usecase import answered, use_case
from .wanted import KEPT, Made, Wanted
from .work import Done, Work

__all__ = ["Preview", "PrintPaper", "Stationery", "Ways", "logo_of", "preview", "print_paper", "stationery"]


@dataclass(frozen=True, slots=True)
class PrintPaper:
    """Print what is ``wanted``: into the file ``to`` (.pdf or .txt), or without one where ``paper`` says."""

    wanted: Wanted
    paper: Stationery
    to: str = ""
    request: str = ""


@dataclass(frozen=True, slots=True)
class Printed(Done):
    """The answer of a print. ``name`` begins a sentence about the paper; ``job`` is what CUPS calls it, where
    it took it: that is not yet on paper."""

    name: str = ""
    job: str = ""


def print_paper(
    session: Session, command: PrintPaper, watch: Watch = UNWATCHED, ways: Ways = NO_WAYS
) -> Printed:
    """Make the paper, write the journal's line, then deliver, once.

    A bill, a label, a statement or a Z report is kept as it is first issued; what is printed then is exactly
    that file, or a reprint that says COPY n (M10), see :func:`~pim_tui.services.issuing.hand_out`.

    Raises :class:`UsageError` for a file of another kind, :class:`FileProblem` when it cannot be
    written, :class:`Refused` when the printer does not take it or ``watch`` stops it. A logo that cannot
    be read stops nothing: the paper comes without it, and the answer says why.
    """
    session.needs(Right.PRINT)
    if earlier := answered(command.request):
        says = "That was asked for already; nothing is printed a second time by itself."
        return Printed(earlier.kind, earlier.ids, earlier.days, says=says)
    if command.to:
        return _into_file(session, command, writable(command.to, ".pdf", ".txt"), watch)
    to = _destination(session, command)
    reachable(to, ways)
    goes_to: GoesTo = "file" if to.kind == "file" else "printer"
    paper, done = _told(session, command, goes_to, to.name, watch)
    made = paper.made
    size = "" if made.label else command.paper.size_of(made)
    with _owning_up(session, paper):
        carried = carry(to, Load(made.document, paper.data, _stem(command.wanted, made), size), ways)
    return _answer(done, paper, carried.says, carried.job)


def _into_file(session: Session, command: PrintPaper, where: Path, watch: Watch) -> Printed:
    paper, done = _told(session, command, "file", command.to, watch)
    with _owning_up(session, paper):
        write_whole(where, paper.data)
    return _answer(done, paper, f"is in {where}")


@contextmanager
def _owning_up(session: Session, paper: _Paper) -> Iterator[None]:
    """What the journal has and nobody took is told to be nowhere: the next one is no copy of it (M10)."""
    try:
        yield
    except (NotTaken, FileProblem) as error:
        _not_taken(session, _NotTaken(paper, error.message))
        raise


def _destination(session: Session, command: PrintPaper) -> Destination:
    """Where the paper goes; which kind it is, only the paper itself tells."""
    paper = command.paper
    if paper.receipt_queue or paper.label_queue:
        return paper.destination(paper.queue_of(make(session, command.wanted, paper.clinic)))
    return paper.destination(paper.queue)


@dataclass(frozen=True, slots=True)
class _Paper:
    """What leaves the book, and what the person should know about it."""

    data: bytes
    made: Made
    note: str = ""
    print_id: int | None = None


def _told(
    session: Session, command: PrintPaper, goes_to: GoesTo, where_to: str, watch: Watch
) -> tuple[_Paper, Done]:
    """The paper, after the journal's line about it was written."""
    if isinstance(command.wanted, KEPT) and not command.to.lower().endswith(".txt"):
        told = HandOut(command.wanted, command.paper, goes_to, where_to, command.request)
        handed = hand_out(session, told, watch)
        return _Paper(handed.data, handed.made, handed.note, handed.print_id), handed.done
    paper = _paper(session, command, watch)
    digest = hashlib.sha256(paper.data).hexdigest()
    return paper, _tell(session, _Leaving(command, goes_to, where_to, paper.made, digest))


def _paper(session: Session, command: PrintPaper, watch: Watch) -> _Paper:
    if command.to.lower().endswith(".txt"):
        made = make(session, command.wanted, command.paper.head(command.wanted))
        return _Paper(made.document.text().encode(), made)
    found = render(session, command.wanted, command.paper, watch)
    return _Paper(found.data, found.made, found.note)


def _stem(wanted: Wanted, made: Made) -> str:
    """What a file of it is called: by its number, where it has one."""
    bill = made.document.bill if isinstance(made.document, BillPaper) else None
    if bill is None or not bill.number:
        return wanted.stem
    return f"{bill.number}-copy-{bill.copy}" if bill.copy else bill.number


def _answer(done: Done, paper: _Paper, carried: str, job: str = "") -> Printed:
    says = f"{paper.made.name} {carried}. {paper.note}".strip()
    return Printed(done.kind, done.ids, done.days, says=says, name=paper.made.name, job=job)


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
class _Leaving:
    command: PrintPaper
    goes_to: GoesTo
    where_to: str
    made: Made
    sha256: str

    @property
    def request(self) -> str:
        return self.command.request


@use_case(Right.PRINT)
def _tell(work: Work, leaving: _Leaving) -> Done:
    """The journal's line: whose paper left the book, and exactly which."""
    made = leaving.made
    after = {"to": leaving.goes_to, "sha256": leaving.sha256}
    if leaving.where_to:
        # Of a file only its name: the journal is no list of folders.
        after |= {"where": Path(leaving.command.to).name or leaving.where_to}
    if made.days:
        after |= (
            {"day": made.days[0]} if len(made.days) == 1 else {"first": made.days[0], "last": made.days[-1]}
        )
    work.changed("print", made.kind, made.row_id, None, after)
    return Done(made.kind, (), made.days)


@dataclass(frozen=True, slots=True)
class _NotTaken:
    paper: _Paper
    why: str
    request: str = ""


@use_case(Right.PRINT)
def _not_taken(work: Work, refused: _NotTaken) -> Done:
    """The line that takes back what the one before it says: nothing has left the book."""
    made, print_id = refused.paper.made, refused.paper.print_id
    kind, row_id = (made.kind, made.row_id) if print_id is None else ("paper_print", print_id)
    work.changed("not printed", kind, row_id, None, {"why": refused.why})
    return Done(made.kind, (), made.days)
