"""Papers that are kept as they were first issued; what is printed or sent later is exactly that file (M10).

The first time, the PDF is put into the file store and known by its hash. A reprint is a new PDF that says
COPY n and tells what the first one told. Every print is a row: who, when, where to.
"""

from __future__ import annotations

import hashlib
from collections.abc import Callable
from dataclasses import dataclass, field, replace
from pathlib import Path
from typing import Literal, cast

from ..db.connection import current
from ..db.filestore import store_of
from ..documents.watch import UNWATCHED, Watch
from ..domain.rights import Right
from ..domain.session import Session
from ..errors import Refused
from ..models import Paper, PaperPrint
from ..queries import papers as kept
from ..queries.bills import bill_page
from ..queries.papers import IssuedRow
from .bill_papers import void_in
from .files import PreparedFile, file_row
from .papers import make
from .stationery import Stationery, render
from .usecase import use_case
from .wanted import ClosePaper, Kept, LabelPaper, Made, PostingPaper
from .work import Done, Work

GoesTo = Literal["printer", "file", "email", "screen"]
_TRIES = 5
_PDF = "application/pdf"


Also = Callable[[Work, str], None]
"""What is written together with a paper's way out; it gets the digest of the file."""


@dataclass(frozen=True, slots=True)
class HandOut:
    """Hand out a paper that is kept; ``where_to`` is the file, the address or the queue.

    With ``also`` a reprint is kept as a file, too: something refers to it.
    """

    wanted: Kept
    paper: Stationery
    goes_to: GoesTo
    where_to: str = ""
    request: str = ""
    also: Also | None = None


@dataclass(frozen=True, slots=True)
class HandedOut:
    """The PDF that leaves the book, told to the journal already. ``copy`` is 0 for what was issued,
    ``print_id`` the row that says that it left, of a paper that is kept."""

    data: bytes
    made: Made
    copy: int
    done: Done
    note: str = ""
    print_id: int | None = None

    @property
    def sha256(self) -> str:
        """The digest of exactly these bytes."""
        return hashlib.sha256(self.data).hexdigest()


def hand_out(session: Session, command: HandOut, watch: Watch = UNWATCHED) -> HandedOut:
    """The paper as it was issued, issued now if it never was; or a reprint that says COPY n (M10).

    It is a reprint when the paper asks for one (``again``), when the original has gone to a printer and
    this goes to one too, and when the bill was voided since: the copy says so. Nothing is delivered here:
    the rows are committed, and the caller prints or sends the bytes.

    Raises as :func:`~pim_tui.services.papers.make`; :class:`FileProblem` when the stored file is missing or
    damaged, :class:`Refused` when others print the same paper all the time.
    """
    session.needs(Right.PRINT)
    for _ in range(_TRIES):
        ready = _ready(session, command, watch)
        try:
            done = _tell(session, ready)
        except _Overtaken:
            continue
        print_id = next(iter(ready.prints), None)
        return HandedOut(ready.data, ready.made, ready.copy, done, ready.note, print_id)
    raise _Overtaken("This paper is being printed elsewhere.", "Wait a moment and print it again.")


class _Overtaken(Refused):
    """Somebody else issued or copied the paper meanwhile."""


@dataclass(frozen=True, slots=True)
class _Ready:
    """A paper about to leave: ``before`` is what was known of it when it was made, ``prints`` the row that
    was written then, if one was."""

    command: HandOut
    before: IssuedRow | None
    data: bytes
    made: Made
    copy: int
    note: str
    prints: list[int] = field(default_factory=list)

    @property
    def request(self) -> str:
        return self.command.request


def _ready(session: Session, command: HandOut, watch: Watch) -> _Ready:
    """The original, made now or as it was kept, or a copy of it."""
    wanted, paper, before = command.wanted, command.paper, _kept(command.wanted)
    if before is not None and not _is_reprint(command, before):
        told = _as_copy(wanted, 0, before.issued_at)
        made = make(session, told, paper.head(told))
        return _Ready(command, before, store_of(current()).read(before.sha256), made, 0, "")
    copy = before.copies + 1 if before else 0
    found = render(session, _as_copy(wanted, copy, before.issued_at if before else None), paper, watch)
    if command.also is not None or (before is None and found.made.issue):
        store_of(current()).put(found.data)
    return _Ready(command, before, found.data, found.made, copy, found.note)


def _is_reprint(command: HandOut, before: IssuedRow) -> bool:
    """Whether what was issued may not go out as it is."""
    wanted = command.wanted
    if getattr(wanted, "again", False) or (before.printed and command.goes_to == "printer"):
        return True
    void = void_in(bill_page(wanted.posting_id)) if isinstance(wanted, PostingPaper) else None
    return void is not None and void.at >= before.issued_at


def _as_copy(wanted: Kept, copy: int, as_of: int | None) -> Kept:
    """The same paper as copy ``copy``, telling what was so at ``as_of``."""
    if isinstance(wanted, PostingPaper):
        return replace(wanted, copy=copy, as_of=as_of)
    if isinstance(wanted, LabelPaper | ClosePaper):
        return replace(wanted, copy=copy)
    return wanted


def _kept(wanted: Kept) -> IssuedRow | None:
    """The paper, if it was issued before; a statement is a new one every time."""
    if isinstance(wanted, PostingPaper):
        return kept.of_posting(wanted.posting_id)
    if isinstance(wanted, LabelPaper):
        return kept.of_line(wanted.line_id)
    return kept.of_close(wanted.day) if isinstance(wanted, ClosePaper) else None


@use_case(Right.PRINT)
def _tell(work: Work, ready: _Ready) -> Done:
    """The rows and the journal's line: whose paper left the book, and exactly which."""
    command, made = ready.command, ready.made
    if _kept(command.wanted) != ready.before:
        raise _Overtaken("Somebody else prints this now.", "Print it again.")
    digest = hashlib.sha256(ready.data).hexdigest()
    told = {"to": command.goes_to, "sha256": digest, "copy": ready.copy}
    if command.goes_to != "email":
        # An address is the person's: it goes with them, and the journal of papers stays.
        told["where"] = Path(command.where_to).name if command.goes_to == "file" else command.where_to
    paper_id = ready.before.id if ready.before else _issued(work, ready, digest)
    if paper_id is not None:
        row_id = PaperPrint.insert(
            paper=paper_id,
            copy=ready.copy,
            goes_to=command.goes_to,
            where_to=command.where_to[: PaperPrint.where_to.limit],
            at=work.now,
            staff=work.session.staff_id,
        ).execute()
        ready.prints[:] = [cast(int, row_id)]
        told["paper"] = paper_id
    if command.also is not None:
        file_row(PreparedFile(digest, len(ready.data), _PDF), work.now)
        command.also(work, digest)
    work.changed("email" if command.goes_to == "email" else "print", made.kind, made.row_id, None, told)
    return Done(made.kind, (), made.days)


def _issued(work: Work, ready: _Ready, digest: str) -> int | None:
    """The row of a paper that is issued now; None for one that is not kept, as an X report."""
    issue = ready.made.issue
    if issue is None:
        return None
    file = file_row(PreparedFile(digest, len(ready.data), _PDF), work.now)
    return int(
        cast(
            int,
            Paper.insert(
                kind=issue.kind,
                posting=issue.posting_id,
                customer=issue.customer_id,
                line=issue.line_id,
                file=file,
                about=issue.about[: Paper.about.limit],
                issued_at=work.now,
                staff=work.session.staff_id,
            ).execute(),
        )
    )
