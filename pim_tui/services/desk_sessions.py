"""Who is at work: a row for each session, from its beginning to its end, whoever or whatever ended it.

Why it ended is told in a word: somebody ``left``, may no longer work here (``locked out``), did nothing for
long (``idle``), its process died (``lost``), or somebody else ``asked`` for it.
"""

from __future__ import annotations

import os
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from typing import NamedTuple

from .. import models
from ..db.bulk import update
from ..db.connection import select
from ..db.processes import runs
from ..domain.rights import Right
from ..domain.text import clean, tidy
from ..errors import NotFound, Refused
from . import audit
from .audit import Change
from .reasons import typed_reason
from .usecase import use_case
from .work import Done, Work

ORIGIN = 120
"""Characters of where somebody came in from that are kept."""


@dataclass(frozen=True, slots=True)
class EndSession:
    """Ask that somebody's session ends, for a reason that they read."""

    id: int
    reason: str
    request: str = ""


@use_case(Right.END_SESSION)
def end_session(work: Work, command: EndSession) -> Done:
    """Ask for it; the session's own process hears it and ends it. Raises Invalid, NotFound, Refused.

    One whose process on this machine is gone ends at once.
    """
    reason = typed_reason(command.reason, "Say why.")
    rows = select(
        "select d.key, d.began_at, d.ended_at, d.host, d.pid, s.name from desk_session d join staff s"
        " on s.id = d.staff_id where d.id = ?",
        [command.id],
    )
    if not rows:
        raise NotFound("That session does not exist.", "Look at the list again.")
    key, began_at, ended_at, host, pid, name = rows[0]
    if ended_at is not None:
        raise Refused(f"The session of {name} has ended already.", "Look at the list again.")
    if key == work.session.key:
        raise Refused("That is the session you are working in.", "Leave the program, or lock it.")
    asked: dict[str, object] = {"end_asked_by": work.session.staff_id}
    now = max(work.now, began_at)
    gone = host == this_host() and not runs(pid, now - began_at)
    if gone:
        asked |= {"ended_at": now, "ended_why": "lost"}
    models.DeskSession.update(**asked).where(models.DeskSession.id == command.id).execute()
    work.changed("end session", "desk_session", command.id, None, {"name": name, **asked}, reason)
    says = f"The session of {name} {'is ended' if gone else 'ends'}."
    return Done("desk_session", (command.id,), says=says)


# --- inside a write transaction of whoever comes or goes -----------------------------------------------


def begin(session: audit.Acting, origin: str) -> None:
    """Write down that somebody is at work from now on."""
    told = {"origin": clean(origin, limit=ORIGIN), "host": this_host()}
    ((id_,),) = update(
        "insert into desk_session (key, staff_id, began_at, origin, host, pid, ended_why)"
        " values (?, ?, ?, ?, ?, ?, '') returning id",
        [session.key, session.staff_id, session.clock(), *told.values(), os.getpid()],
    )
    audit.append(session, [Change("sign in", "desk_session", int(id_), None, told)])


def end(session: audit.Acting, why: str) -> None:
    """Write down that the session has ended; nothing for one that has ended before.

    Where the clock was set back it ends when it began. Index: ``desk_session (key)``.
    """
    rows = select("select id, began_at from desk_session where key = ? and ended_at is null", [session.key])
    for id_, began_at in rows:
        update(
            "update desk_session set ended_at = ?, ended_why = ? where id = ? returning id",
            [max(session.clock(), began_at), why, id_],
        )
        audit.append(session, [Change("sign out", "desk_session", id_, None, None, why)])


def id_of(key: str) -> int | None:
    """The row of the session, if it has one. Index: ``desk_session (key)``."""
    rows = select("select id from desk_session where key = ?", [key])
    return int(rows[0][0]) if rows else None


def end_lost(clock: Callable[[], int]) -> None:
    """End what processes of this machine left open when they died. Index: partial ``desk_session_open``."""
    for gone, pid, began_at in _open_here(clock):
        if not runs(pid, clock() - began_at):
            end(gone, "lost")


def end_all_here(clock: Callable[[], int]) -> None:
    """End what is open in this process, which goes. Index: partial ``desk_session_open``."""
    for gone, pid, _ in _open_here(clock):
        if pid == os.getpid():
            end(gone, "left")


class _Gone(NamedTuple):
    """Whoever was at work in a process."""

    clock: Callable[[], int]
    staff_id: int
    key: str


def anybody_here(clock: Callable[[], int]) -> bool:
    """Whether somebody is at work in this process."""
    return any(pid == os.getpid() for _, pid, _ in _open_here(clock))


def _open_here(clock: Callable[[], int]) -> Iterator[tuple[_Gone, int, int]]:
    rows = select(
        "select staff_id, key, pid, began_at from desk_session where ended_at is null and host = ?",
        [this_host()],
    )
    for staff_id, key, pid, began_at in rows:
        yield _Gone(clock, staff_id, key), pid, began_at


def this_host() -> str:
    """The name of this machine."""
    return tidy(os.uname().nodename, limit=120)
