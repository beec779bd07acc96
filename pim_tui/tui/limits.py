"""How long a screen stays open when nobody types, and how long a session lasts."""

from __future__ import annotations

from typing import TYPE_CHECKING

from ..domain.moments import clock
from ..domain.staying import AT_MOST, CHOOSING, FIRST_WORD, LOCKED, WARNED

if TYPE_CHECKING:
    from .app import PimApp
    from .seat import Seat
    from .seats import Seats


class Limits:
    """Looks at the people of ``seats``: locks, warns and ends what has lasted too long.

    All times are seconds of the machine, as :mod:`.idling` counts them. Without a door there are no limits.
    """

    def __init__(self, app: PimApp, seats: Seats) -> None:
        self._app, self._seats = app, seats
        self._said_at = -1.0

    def too_late(self) -> bool:
        """Whether a key comes after the time at which the screen had to be locked: then it is locked now."""
        seats = self._seats
        if seats.at_door or not self._minutes or self._idle < self._minutes * 60:
            return False
        if seats.now.known.has_pin:
            seats.lock("idle")
        return seats.at_door

    def look(self) -> float | None:
        """Do what is due; the seconds until something is due next."""
        for seat in tuple(self._seats.people):
            self._look_at(seat)
        chooser = self._seats.chooser
        if chooser is not None and self._now >= chooser.since + CHOOSING:
            self._seats.give_up_choosing()
        if not self._seats.at_door:
            self._look_at_present(self._seats.now)
        dues = [due for seat in self._seats.people for due in self._dues(seat)]
        dues += [self._seats.chooser.since + CHOOSING] if self._seats.chooser else []
        return min(dues) - self._now if dues else None

    @property
    def _now(self) -> float:
        return self._seats.idling.clock()

    @property
    def _idle(self) -> float:
        return self._now - self._seats.idling.stirred

    @property
    def _minutes(self) -> int:
        """After how many without a key whoever is present is locked out; 0 for never."""
        desk = self._seats.now.desk
        return desk.settings.lock_minutes if desk.door is not None else 0

    def _dues(self, seat: Seat) -> list[float]:
        """When something becomes due for one person."""
        if seat.desk.door is None:
            return []
        last, now = seat.since + AT_MOST, self._now
        if seat.locked is not None:
            over = seat.locked.counted + LOCKED
            return [min(last, over if over > now else now + WARNED)]
        idle = self._seats.idling.stirred + self._minutes * 60
        found = [one for one in (last - FIRST_WORD, last) if one > now]
        return [*found, *([idle if idle > now else idle + WARNED] if self._minutes else [])]

    def _look_at(self, seat: Seat) -> None:
        """End what has been locked too long, or has lasted too long; long work is let come to its end."""
        name, at = seat.desk.session.name, clock(self._app.now, seat.desk.session.zone)
        if seat.desk.door is None or (seat.work.running and seat.locked):
            return
        if self._now >= seat.since + AT_MOST:
            hours = AT_MOST // 3600
            self._seats.leave(seat, "idle", f"{name} was signed out after {hours} hours; drafts are kept.")
        elif seat.locked and self._now >= seat.locked.counted + LOCKED:
            told = f"{name} was signed out at {at}, an hour after the lock; drafts are kept."
            self._seats.leave(seat, "idle", told)

    def _look_at_present(self, seat: Seat) -> None:
        """Lock, or say what will happen, or end the session of somebody who cannot lock."""
        minutes = self._minutes
        if seat.desk.door is None or seat not in self._seats.people:
            return
        if not minutes or self._idle < minutes * 60:
            if seat.since + AT_MOST - self._now <= FIRST_WORD:
                self._say_once("This session ends in five minutes: it is twelve hours old. Drafts are kept.")
        elif seat.known.has_pin:
            self._seats.lock("idle")
        elif self._idle < minutes * 60 + WARNED:
            self._say_once(
                f"Nobody has typed for {minutes} minutes: you are signed out in one. Any key stays."
            )
        else:
            at = clock(self._app.now, seat.desk.session.zone)
            told = f"{seat.desk.session.name} was signed out at {at}: nobody had typed. Drafts are kept."
            self._seats.leave(seat, "idle", told)

    def _say_once(self, says: str) -> None:
        """Until somebody has typed again."""
        if self._said_at != self._seats.idling.stirred:
            self._said_at = self._seats.idling.stirred
            self._app.say(says, timeout=WARNED)
