"""A restore that is only tried: is the newest backup one, how long would it take, how much would be lost?"""

from __future__ import annotations

import time
from collections.abc import Callable
from dataclasses import dataclass, field
from pathlib import Path

from ..db.connection import current, opened_beside
from ..db.parcel import UNPACKED
from ..db.workroom import workroom
from ..domain.keeping import GOOD, instant_of
from ..domain.rights import Right
from ..domain.session import Session
from ..errors import FileProblem, Refused
from ..queries.backups import Head, grown_to, head, sealed_as, told_until
from ..queries.checks import faults
from .backups import backups_in
from .restoring import opened
from .usecase import use_case
from .work import Done, Work


@dataclass(frozen=True, slots=True)
class Drill:
    """Try the newest good backup in ``folder``; ``identity`` is the secret key, where they are encrypted, and
    ``passphrase`` is asked where one opens it and there is no key.
    """

    folder: Path
    identity: str = field(default="", repr=False)
    passphrase: Callable[[], str] | None = field(default=None, repr=False)


@dataclass(frozen=True, slots=True)
class Drilled:
    """How it went. ``seconds`` is how long a restore takes, ``age`` the seconds since the copy was made:
    what would be lost. ``differences`` are sentences; none: it is the book as it was.
    """

    file: Path
    seconds: float
    age: int
    head: Head
    differences: tuple[str, ...]
    request: str = ""


def drill(session: Session, command: Drill) -> Drilled:
    """Restore the newest backup into a private folder, check it, and hold it against the book that is open.

    For a command of its own, as making a backup is. Raises :class:`Refused` when there is none.
    """
    session.needs(Right.BACK_UP)
    book = current()
    found = [one for one in backups_in(command.folder, book.place.stem) if one.worth == GOOD]
    if not found:
        raise Refused(f"There is no good backup in {command.folder}.", "Make one: pim-tui backup")
    file, began = command.folder / str(found[0]), time.monotonic()
    differences = list[str]()
    with workroom(book.place) as room:
        try:
            opened(file, room, command.identity, command.passphrase)
        except FileProblem as problem:
            done = Drilled(file, time.monotonic() - began, 0, Head(0, "0"), (problem.message,))
            note_drill(session, done)
            return done
        with opened_beside(room / UNPACKED):
            last, ends = head(), grown_to()
            told = told_until(ends)
            differences += map(str, faults())
    if sealed_as(last.seq) != last.hash:
        differences.append(f"line {last.seq} of the journal is another one in the book")
    for table, figures in told_until(ends).items():
        if figures != told[table]:
            differences.append(f"{table}: {told[table]} in the backup, {figures} in the book")
    seconds = time.monotonic() - began
    done = Drilled(file, seconds, session.clock() - instant_of(found[0].stamp), last, tuple(differences))
    note_drill(session, done)
    return done


@use_case(Right.BACK_UP)
def note_drill(work: Work, done: Drilled) -> Done:
    """The journal's line: which backup was tried, and what came of it."""
    told = {
        "file": str(done.file),
        "seconds": round(done.seconds),
        "age": done.age,
        "head_seq": done.head.seq,
    }
    work.changed("drill", "backup", None, None, told, "; ".join(done.differences))
    return Done("backup", ())
