"""What is looked at when somebody opens the program: the clock, the room on the disk, the file's pages."""

from __future__ import annotations

from dataclasses import dataclass

from ..db.connection import current, select
from ..db.disk import little_left
from ..db.soundness import damaged_pages, looked_at, note_look
from ..domain.moments import day_of, moment_label
from ..domain.rights import Right
from ..domain.session import Session
from ..errors import StoreUnfit
from .usecase import use_case
from .work import Done, Work

BEHIND = 2
"""Seconds that the clock may be behind the last line of the journal before anybody is told."""


@dataclass(frozen=True, slots=True)
class NoteClock:
    """The clock is behind the journal's last line, by so many seconds."""

    seconds: int
    request: str = ""


def look_around(session: Session) -> tuple[str, ...]:
    """What whoever comes in should know, a sentence for each; usually nothing.

    Raises :class:`StoreUnfit` when a page of the book is damaged, which is looked for once a day.
    """
    session.needs(Right.WORK)
    _look_at_pages(session)
    return tuple(filter(None, (_clock(session), little_left(current().place))))


def pages_due(today: str) -> bool:
    """Whether :func:`look_around` will read the whole file on that ISO day, which in a large book takes
    seconds.
    """
    return current().file is not None and looked_at(current()) != today


def _today(session: Session) -> str:
    return day_of(session.clock(), session.zone).isoformat()


def _look_at_pages(session: Session) -> None:
    """Pages only; what stands in them is what ``check`` reads."""
    if not pages_due(_today(session)):
        return
    book = current()
    if damaged_pages(book):
        raise StoreUnfit(
            f"{book.name} is damaged.",
            "Let nobody work in it, restore the newest backup, and run pim-tui check on that.",
        )
    note_look(book, _today(session))


def _clock(session: Session) -> str:
    """Index: primary key."""
    last = select("select at_ms from journal order by seq desc limit 1")
    behind = last[0][0] // 1000 - session.clock() if last else 0
    if behind <= BEHIND:
        return ""
    note_clock(session, NoteClock(behind))
    last_at = last[0][0] // 1000
    was = moment_label(last_at, session.zone)
    return (
        f"It is earlier than when this book was last written in ({was}): the clock of this machine was set"
        " back. Put it right before you go on; the order of what is written does not depend on it."
    )


@use_case(Right.WORK)
def note_clock(work: Work, command: NoteClock) -> Done:
    """The journal tells that its times go back from here on; its order is that of its numbers."""
    work.changed("clock back", "clinic", 1, None, {"seconds": command.seconds})
    return Done("clinic", (1,))
