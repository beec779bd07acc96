"""Who was refused what stays in the journal, although nothing else of the attempt does (A1).

A refusal for want of a right is noted after what was begun is rolled back, once, wherever it comes up first:
by the use case, by the app's two doors or by the command line. A screen that reads again and again something
it may not read makes one line in :data:`QUIET` seconds, which tells how many went before it unsaid.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator
from contextlib import contextmanager, suppress
from threading import Lock
from typing import Any

from ..db.connection import write_tx
from ..domain.rights import Right
from ..domain.session import ASK, Session
from ..errors import Forbidden, StoreError
from ..queries.roles import roles_with
from . import audit

QUIET = 300
"""Seconds in which the same right, refused to one session by the same service, is told once."""
_MOST = 500


@contextmanager
def refusals_told(session: Session, service: str, *, rules: bool = False) -> Iterator[None]:
    """What is refused inside for want of a right, or of a second person, is noted and raised again.

    Only outside of transactions. ``service`` is what was asked, in the words of the program. ``rules``: one
    that names no right but a rule of the clinic is noted, too; a form that only asks gets many of those.
    """
    try:
        yield
    except Forbidden as error:
        if not error.told and (error.right or rules):
            error.told = True
            _note(session, error, service)
            if error.right and error.hint == ASK:
                error.hint = _who_may(error.right)
        raise


def called(act: Callable[..., Any]) -> str:
    """What a service or query is called in the journal: its module and name."""
    named = getattr(act, "func", act)
    module = str(getattr(named, "__module__", "")).rpartition(".")[2]
    return ".".join(filter(None, (module, getattr(named, "__qualname__", ""))))


def _who_may(right: str) -> str:
    """The roles that have the right, as what to do next; somebody to ask where the book does not answer."""
    try:
        return f"Who may: {', '.join(roles_with(Right(right))) or 'nobody'}."
    except StoreError:
        return ASK


def _note(session: Session, error: Forbidden, service: str) -> None:
    what = error.right or error.rule
    if not (times := _repeats.count((session.key, what, service), session.clock())):
        return
    told = {"service": service, **({"times": times} if times > 1 else {})}
    line = audit.Change("refused", error.right.partition(".")[0] or "rule", None, None, told, what)
    # Where nothing can be written, the refusal still stands.
    with suppress(StoreError), write_tx():
        audit.append(session, [line])


class _Repeats:
    """How often each refusal came since it was told last; forgotten ones are told anew."""

    def __init__(self) -> None:
        self._since: dict[tuple[str, str, str], tuple[int, int]] = {}
        self._lock = Lock()

    def count(self, key: tuple[str, str, str], now: int) -> int:
        """How many times this line stands for; 0 where it is not its turn yet."""
        with self._lock:
            told_at, times = self._since.get(key, (now - QUIET, 0))
            # A clock that was set back must not silence anybody.
            if 0 <= now - told_at < QUIET:
                self._since[key] = (told_at, times + 1)
                return 0
            if len(self._since) >= _MOST:
                self._since.clear()
            self._since[key] = (now, 0)
            return times + 1


_repeats = _Repeats()
