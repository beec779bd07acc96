"""What is done again and again with a service outside: asked what is new, told what changed here.

One worker at a time does a chore: it leases the row of its name in ``service``. The row tells when it is due
again, when it was last done whole, and what is in the way. A pass that failed or was stopped leaves all else
as it was, and comes again.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from random import random
from typing import Protocol

from ..db.bulk import update
from ..db.connection import write_tx
from ..domain.delivery import Trouble, Undelivered, held_until
from ..domain.rights import Right
from ..domain.session import Session
from ..domain.text import clean
from ..errors import SettingsError
from ..models import Service
from ..queries.gate import for_program
from ..queries.outside import ServiceRow, service
from .holding import is_news, tell_once
from .work import Work

LEASE, SPARE = 900, 120
"""Seconds: how long a chore is one worker's own, and how long before the end of that it is told to stop."""
JITTER = 0.2
"""By this share a chore comes earlier or later, so that clinics do not all come at once."""
Stop = Callable[[], bool]


class Chore(Protocol):
    """Something to do each ``every`` seconds."""

    @property
    def name(self) -> str:
        """The name of its row, and what ``pim-tui sync`` calls it."""

    @property
    def every(self) -> int:
        """Seconds."""

    def run(self, session: Session, stop: Stop) -> str:
        """Do it, in transactions of its own; a sentence of what happened, empty where nothing did.

        ``stop`` says when to come to an end between two steps. Raises Undelivered, and
        :class:`~pim_tui.errors.SettingsError` for a secret that cannot be had.
        """


@dataclass(frozen=True, slots=True)
class Ran:
    """A chore and what came of it: ``says``, or in ``trouble`` what is in the way, a sentence both.

    ``new`` is whether that was not so before; ``at`` is when it is due again, UTC seconds. ``counts`` are
    what happened in numbers, of a chore that tells them under that name.
    """

    name: str
    says: str = ""
    trouble: str = ""
    new: bool = False
    at: int = 0
    counts: Mapping[str, int] = field(default_factory=dict)


@dataclass(frozen=True, slots=True)
class Turn:
    """How chores are done: ``now`` whether due or not, because somebody says so."""

    stop: Stop = lambda: False
    share: Callable[[], float] = random
    now: bool = False


@for_program
def run_chores(session: Session, chores: Iterable[Chore], turn: Turn) -> list[Ran]:
    """Do those that are due and that nobody else does; what came of each that was done."""
    session.needs(Right.DELIVER)
    done = []
    for chore in chores:
        if turn.stop():
            break
        if ran := _one(session, chore, turn):
            done.append(ran)
    return done


def _one(session: Session, chore: Chore, turn: Turn) -> Ran | None:
    began, found = session.clock(), service(chore.name)
    if found and began < found.due_at <= began + _longest(chore, found) and not turn.now:
        return None
    if found and found.due_at > began and found.trouble == Trouble.LATER:
        # The service itself has said when to come again: nobody comes before that.
        return Ran(chore.name, trouble=found.why, at=found.due_at)
    if not _lease(session, chore, began, turn):
        return Ran(chore.name, "Another worker is at it.") if turn.now else None

    def stop() -> bool:
        return turn.stop() or session.clock() >= began + LEASE - SPARE

    work = Work(session, began)
    done = False
    try:
        says = chore.run(session, stop)
        done = True
    except Undelivered as undelivered:
        done = True
        return _failed(work, chore, undelivered, turn)
    except SettingsError as error:
        done = True
        return _failed(work, chore, Undelivered(Trouble.SETTINGS, str(error)), turn)
    finally:
        if not done:
            _let_go(work, chore)
    if stop():
        _let_go(work, chore)
        return Ran(chore.name, says)
    return _good(work, chore, says, turn)


def _lease(session: Session, chore: Chore, now: int, turn: Turn) -> bool:
    with write_tx():
        if (found := service(chore.name)) is None:
            Service.insert(name=chore.name).execute()
        latest = now + (_longest(chore, found) if found else 0)
        return bool(
            update(
                "update service set leased_by = ?, leased_until = ? where name = ?"
                " and (leased_until is null or leased_until <= ?) and (due_at <= ? or due_at > ?)"
                " returning id",
                [session.key, now + LEASE, chore.name, now, _ALWAYS if turn.now else now, latest],
            )
        )


def _longest(chore: Chore, found: ServiceRow) -> int:
    """Seconds that a chore is left alone at most. What is due later was written while the clock was ahead."""
    return _A_DAY if found.trouble else round(chore.every * (1 + JITTER))


_ALWAYS, _A_DAY = 1 << 60, 86_400


def _good(work: Work, chore: Chore, says: str, turn: Turn) -> Ran:
    """All of it was done."""
    now = work.session.clock()
    at = now + round(chore.every * (1 + JITTER * (2 * turn.share() - 1)))
    columns = "good_at = ?, due_at = ?, trouble = '', why = '', troubled_since = null"
    _write(work, chore, columns, [now, at])
    return Ran(chore.name, says, at=at, counts=getattr(chore, "counts", {}))


def _failed(work: Work, chore: Chore, undelivered: Undelivered, turn: Turn) -> Ran:
    """Something is in the way: told when it begins, and not each time."""
    now, found = work.session.clock(), service(chore.name)
    since = found.troubled_since if found and found.troubled_since is not None else now
    says = clean(undelivered.says, limit=Service.why.limit)
    at = held_until(now, since, undelivered.trouble, undelivered.at, turn.share())
    columns = "due_at = ?, trouble = ?, why = ?, troubled_since = ?"
    fresh, values = is_news(found, undelivered), [at, undelivered.trouble.value, says, since]
    _write(work, chore, columns, values, says if fresh else "")
    return Ran(chore.name, trouble=says, new=fresh, at=at)


def _let_go(work: Work, chore: Chore) -> None:
    """It was not done whole: the next worker begins anew."""
    _write(work, chore, "due_at = due_at", [])


def _write(work: Work, chore: Chore, columns: str, values: Sequence[object], news: str = "") -> None:
    """Write how the service stands, while it is this worker's; ``news`` is told to every desk."""
    with write_tx():
        found = update(
            f"update service set {columns}, leased_by = '', leased_until = null"
            " where name = ? and leased_by = ? returning id",
            [*values, chore.name, work.session.key],
        )
        if found and news:
            tell_once(work, found[0][0], chore.name, news)
