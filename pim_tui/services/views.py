"""Who looked at whose record: noted behind what is shown, in one transaction for all that waits (A1).

One line for each person, session, customer and part of the record in :data:`ANEW` seconds; a list that is
read again and again is seen once. Where a record was opened for a reason, the line is there before anything
of it is.
"""

from __future__ import annotations

from threading import Lock
from typing import Final

from ..db.connection import write_tx
from ..domain.rights import Right
from ..domain.session import Session
from . import audit

ANEW: Final = 600
"""Seconds after which looking at the same is told again."""
WITHIN: Final = 0.5
"""Seconds that a look waits for others before all are written."""
NOTES, DOCUMENTS, PROFILE = "notes", "documents", "profile"
_PARTS: Final = {Right.SEE_NOTE: NOTES, Right.SEE_FILE: DOCUMENTS}
_MOST = 2_000

Look = tuple[Session, int, str]


class Views:
    """What the people of one process have looked at; from any thread."""

    def __init__(self, kept: str) -> None:
        """``kept`` is what the journal has of looks: ``off`` none, ``notes`` those at notes and documents,
        ``all`` those at profiles as well. A record that was opened for a reason is told of in any case.
        """
        self._kept = kept
        self._lock = Lock()
        self._told: dict[tuple[str, int, str], int] = {}
        self._waiting: list[Look] = []

    @property
    def waiting(self) -> bool:
        """Whether there is something to write."""
        return bool(self._waiting)

    def read(self, right: Right, customers: frozenset[int], opened: bool, *, session: Session) -> None:
        """Something that needs ``right`` was read; ``opened``: is about to be, of a record opened for a
        reason. Raises the :class:`StoreError` family where that cannot be written: then it is not shown."""
        part = _PARTS.get(right)
        if part is None or (self._kept == "off" and not opened):
            return
        for customer_id in sorted(customers):
            self._see(session, customer_id, part)
        if opened:
            self.flush()

    def opened(self, session: Session, customer_id: int) -> None:
        """Somebody opened a profile."""
        session.needs(Right.SEE_CUSTOMER)
        if self._kept == "all":
            self._see(session, customer_id, PROFILE)

    def _see(self, session: Session, customer_id: int, part: str) -> None:
        look, now = (session.key, customer_id, part), session.clock()
        with self._lock:
            if 0 <= now - self._told.get(look, now - ANEW) < ANEW:
                return
            if len(self._told) >= _MOST:
                self._told.clear()
            self._told[look] = now
            self._waiting.append((session, customer_id, part))

    def flush(self) -> None:
        """Write all that waits, in one transaction of the calling thread."""
        with self._lock:
            looks, self._waiting = self._waiting, []
        if not looks:
            return
        try:
            with write_tx():
                for session, lines in _by_session(looks):
                    audit.append(session, lines)
        except BaseException:
            with self._lock:
                self._waiting = [*looks, *self._waiting]
            raise


def _by_session(looks: list[Look]) -> list[tuple[Session, list[audit.Change]]]:
    sessions = {session.key: session for session, _, _ in looks}
    return [
        (session, [_line(customer, part) for one, customer, part in looks if one.key == key])
        for key, session in sessions.items()
    ]


def _line(customer_id: int, part: str) -> audit.Change:
    return audit.Change("see", "customer", customer_id, None, {"part": part})
