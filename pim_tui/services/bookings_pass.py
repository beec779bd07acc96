"""The pass over everything that is booked at a service outside.

There is no feed of changes, so all of the time ahead is listed again. Whom an event is for is asked only
where its mark differs from the one that was kept. Each event is written down as soon as it was read, so what
a torn pass has done is done, and the next one goes on from there. Only a pass that saw everything counts
what was missing: what two of those in a row did not have is asked for by its key, and that answer believed.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import asdict, dataclass, field, replace
from functools import partial
from typing import TYPE_CHECKING

from ..db.bulk import update
from ..db.connection import write_tx
from ..db.many import marks, pieces
from ..domain.bookings import AHEAD, BACK, DAY, BookingService, Event, Invitee, Tally
from ..domain.calendly import CALENDLY
from ..domain.rights import Right
from ..errors import Refused
from ..queries import bookings
from .bookings_in import Heard, lost, settle, take_in
from .bookings_visits import Desk, desk

if TYPE_CHECKING:
    from ..domain.session import Session

PASSES = 2
"""So many complete passes in a row without it, and it is asked for."""
CHAIN = 20
"""Moves of one booking that are followed back."""


@dataclass(slots=True)
class CalendlyPass:
    """A :class:`~pim_tui.services.chores.Chore`: what is new at Calendly comes in.

    ``ahead`` is in days; ``default_staff`` takes what is with nobody here. ``tally`` is of the last run.
    """

    service: BookingService
    ahead: int = AHEAD
    default_staff: str = ""
    tally: Tally = field(default_factory=Tally)
    name: str = CALENDLY
    every: int = 300

    @property
    def counts(self) -> dict[str, int]:
        """What the last run did, in visits."""
        return asdict(self.tally)

    def run(self, session: Session, stop: Callable[[], bool]) -> str:
        """See :class:`~pim_tui.services.chores.Chore`."""
        session.needs(Right.DELIVER)
        self.tally = Tally()
        try:
            self._run(session, stop)
        finally:
            self.service.close()
        return self.tally.says

    def _run(self, session: Session, stop: Callable[[], bool]) -> None:
        now, names = session.clock(), desk(self.default_staff, session.staff_id)
        since, until = now - BACK * DAY, now + self.ahead * DAY
        events = self.service.events(since, until)
        listed = {one.key for one in events}
        kept = bookings.marks_of(CALENDLY, tuple(listed), now)
        for event in events:
            if stop():
                return
            if kept.get(event.key) != event.changed:
                self._take(session, names, event, listed)
        if stop():
            return
        _count(since, until, listed)
        for key in bookings.gone(CALENDLY, PASSES):
            self._missing(session, names, key, listed)
        for one in bookings.unsettled(CALENDLY, since, now):
            self._add(_tried(partial(settle, session, names, one)))

    def _add(self, tally: Tally) -> None:
        self.tally = self.tally.plus(tally)

    def _take(self, session: Session, names: Desk, event: Event, listed: set[str]) -> None:
        """One event and all who booked it; before it what they were moved to, where no list has that."""
        invitees = self.service.invitees(event.key)
        known = [self._moved_on(session, names, one, listed) for one in invitees]
        origins = {one.key: key for one in known if (key := self._origin(one))}
        heard = Heard(self.service.with_hosts(event), tuple(known), origins)
        self._add(_tried(partial(take_in, session, names, heard)))

    def _moved_on(self, session: Session, names: Desk, one: Invitee, listed: set[str]) -> Invitee:
        """Whoever was moved to a time that the list does not reach: that comes in first.

        Where it is gone, they have canceled.
        """
        there = one.new.partition("/invitees/")[0]
        if not (one.canceled and one.moved) or there in listed or bookings.by_key(CALENDLY, one.new):
            return one
        event = self.service.event(there) if there else None
        if event is None:
            return replace(one, moved=False)
        listed.add(there)
        self._take(session, names, event, listed)
        return one

    def _origin(self, one: Invitee) -> str:
        """The booking whose visit this one's is, by its key, however often it was moved meanwhile."""
        if not one.old or _has_visit(one.key):
            return ""
        key = one.old
        for _ in range(CHAIN):
            if _has_visit(key):
                return key
            before = self.service.invitee(key)
            if before is None or not before.old:
                return ""
            key = before.old
        return ""

    def _missing(self, session: Session, names: Desk, key: str, listed: set[str]) -> None:
        event = self.service.event(key)
        if event is None:
            self._add(_tried(partial(lost, session, key)))
        else:
            self._take(session, names, event, listed)


def _has_visit(key: str) -> bool:
    found = bookings.by_key(CALENDLY, key)
    return found is not None and found.appointment_id is not None


def _tried(act: Callable[[], Tally]) -> Tally:
    """One event that a rule of the clinic does not let in keeps no other one out."""
    try:
        return act()
    except Refused:
        return Tally(unplaced=1)


def _count(since: int, until: int, listed: set[str]) -> None:
    """What stands and was not in this complete pass is missing once more; what was is not missing."""
    here = bookings.ahead(CALENDLY, since, until)
    with write_tx():
        _missed([id_ for id_, event in here if event not in listed], "missed + 1")
        _missed([id_ for id_, event in here if event in listed], "0")


def _missed(ids: Sequence[int], value: str) -> None:
    for some in pieces(ids):
        update(
            f"update booking set missed = {value} where id in ({marks(some)})"
            f" and missed <> {value} returning id",
            some,
        )
