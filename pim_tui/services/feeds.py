"""A calendar file for each staff member, kept up to date: what calendar programs subscribe to.

The worker writes a file anew where anything in it is another, as a whole or not at all. What is in a file is
all that decides: nothing has to be remembered of the last time, and a file that was deleted comes back.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import timedelta
from pathlib import Path

from ..domain.delivery import Trouble, Undelivered
from ..domain.handout import VisitOut, VisitsWanted
from ..domain.moments import day_of
from ..domain.rights import Right
from ..domain.session import Session
from ..errors import FileProblem
from ..exports.feeds import STAMP, feed
from ..exports.instants import basic
from ..exports.outfile import write_whole
from ..queries.calendar import staff_columns
from ..queries.exporting import clinic_key, staff_names, visits
from .chores import Stop
from .usecase import use_case
from .work import Done, Work

PAST = timedelta(days=30)
"""How far back a file goes."""
LARGEST = 64 << 20
"""Bytes of a file that is still compared; a larger one is written anew."""


@dataclass(frozen=True, slots=True)
class WriteFeeds:
    """The chore: files ``staff-3.ics`` in ``folder``, with customers' ``names`` or without."""

    folder: Path
    names: bool = False
    name: str = "feeds"
    every: int = 120

    def run(self, session: Session, stop: Stop) -> str:
        """Write what has changed; see :class:`~pim_tui.services.chores.Chore`."""
        session.needs(Right.DELIVER)
        written = [name for id_, name in self._whose() if not stop() and self._one(session, id_, name)]
        return f"{len(written)} written: {', '.join(written)}." if written else ""

    def _whose(self) -> Iterator[tuple[int, str]]:
        """Everybody who takes appointments, and who did as long as there is a file of theirs."""
        here = {column.id for column in staff_columns()}
        return ((id_, name) for id_, name in staff_names() if id_ in here or self._path(id_).exists())

    def _path(self, staff_id: int) -> Path:
        return self.folder / f"staff-{staff_id}.ics"

    def _one(self, session: Session, staff_id: int, name: str) -> bool:
        """Write one file, if it is another than it was; whether it is."""
        path, key = self._path(staff_id), clinic_key()
        found = list(_visits(session, staff_id))
        text = "".join(feed(name, found, basic(session.clock()), key, names=self.names)).encode()
        try:
            before = _content(path)
            if _compared(text) == _compared(before):
                return False
            if not before:
                begun(session, BeginFeed(staff_id, len(found), names=self.names))
            write_whole(path, text)
        except (FileProblem, OSError) as problem:
            says = problem.message if isinstance(problem, FileProblem) else f"{path} cannot be read."
            raise Undelivered(Trouble.SETTINGS, f"{says} See the setting feed_folder.") from problem
        return True


@dataclass(frozen=True, slots=True)
class BeginFeed:
    """A file of somebody's ``rows`` visits leaves the book, and will be kept up to date from now on."""

    staff_id: int
    rows: int
    names: bool
    request: str = ""


@use_case(Right.DELIVER)
def begun(work: Work, command: BeginFeed) -> Done:
    """The journal's line about it: one for each file, not one for each time it is written anew."""
    asked = {"staff_ids": [command.staff_id], "feed": "names" if command.names else "busy"}
    after = {"asked": asked, "format": "ics", "rows": command.rows, "to": "feed"}
    work.changed("export", "appointment", None, None, after)
    return Done("export", ())


def _visits(session: Session, staff_id: int) -> Iterator[VisitOut]:
    """What takes or took place, by start."""
    first = day_of(session.clock(), session.zone) - PAST
    wanted = VisitsWanted(staff_ids=(staff_id,), statuses=("S", "C"), first=first)
    for chunk in visits(wanted, session.zone):
        yield from chunk


def _content(path: Path) -> bytes:
    """What a file holds; empty where there is none, or none that is worth reading."""
    try:
        return path.read_bytes() if path.is_file() and path.stat().st_size <= LARGEST else b""
    except FileNotFoundError:
        return b""


def _compared(text: bytes) -> list[bytes]:
    """The lines of a file without those that say when it was made."""
    return [one for one in text.splitlines() if not one.startswith(STAMP.encode())]
