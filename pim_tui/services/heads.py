"""Writing the journal's head down outside of the book, by the worker and by hand (A1)."""

from __future__ import annotations

from dataclasses import dataclass
from pathlib import Path

from ..domain.delivery import Trouble, Undelivered
from ..domain.heads import Head
from ..domain.rights import Right
from ..domain.session import Session
from ..errors import FileProblem, Invalid
from ..exports.heads import add_head, last_of
from ..queries.heads import head
from .chores import Stop


@dataclass(frozen=True, slots=True)
class WriteHead:
    """The chore: a line more in ``file`` every quarter of an hour in which something happened."""

    file: Path
    name: str = "journal_head"
    every: int = 900

    def run(self, session: Session, stop: Stop) -> str:
        """Add the head; see :class:`~pim_tui.services.chores.Chore`."""
        session.needs(Right.DELIVER)
        try:
            return f"line {told.seq} is written down." if (told := _add(session, self.file)) else ""
        except (FileProblem, Invalid) as problem:
            raise Undelivered(Trouble.SETTINGS, str(problem)) from problem


def write_head(session: Session, file: Path) -> Head:
    """Add the head to the file, unless it is the last line there; the head as it is now.

    Raises :class:`FileProblem`, and Invalid for a file of something else.
    """
    session.needs(Right.CHECK)
    return _add(session, file) or head(session.clock())


def _add(session: Session, file: Path) -> Head | None:
    """The head that was added; None where it was there already."""
    now = head(session.clock())
    last = last_of(file)
    if not now.seq or (last is not None and (last.seq, last.hash) == (now.seq, now.hash)):
        return None
    add_head(file, now)
    return now
