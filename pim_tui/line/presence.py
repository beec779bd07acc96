"""Whether whoever came in at the line is there still, and may be: locks, ends, what the staff list says."""

from __future__ import annotations

from collections.abc import Callable
from contextlib import suppress
from dataclasses import dataclass, replace

from ..domain.rights import Right, may_now
from ..errors import PimError
from ..queries.standing import known_as, standing
from ..services.signing import Door, lock, renewed
from .answers import Say
from .clerk import Clerk
from .stay import Due, Stay


@dataclass(frozen=True, slots=True)
class Over:
    """The session has to end: ``why``, for the journal, and what is said of it."""

    why: str
    said: Say


class Presence:
    """One person's time at the line; ``counted`` counts the machine's seconds."""

    def __init__(self, clerk: Clerk, door: Door, counted: Callable[[], float]) -> None:
        self._clerk, self._door = clerk, door
        self._stay = Stay(clerk.settings.lock_minutes, counted, self.has_pin)
        self.locked = False

    @property
    def has_pin(self) -> bool:
        """Whether they could unlock."""
        return known_as(self._clerk.session.staff_id).has_pin

    def stir(self) -> None:
        """Somebody has typed."""
        self._stay.stir()

    def seconds(self) -> float | None:
        """In how many seconds something is due, None for never."""
        return self._stay.seconds()

    def due(self) -> Due | None:
        """What is due now; a warning is told once."""
        return self._stay.due()

    # --- locking ----------------------------------------------------------------------------------

    def lock(self, why: str) -> None:
        """Nothing but the PIN is taken from now on; ``why`` is ``key`` or ``idle``."""
        self.locked = True
        self._stay.lock()
        self._clerk.drafts.save_now()
        with suppress(PimError):
            lock(self._clerk.session, why)

    def unlock(self, secret: str) -> None:
        """Go on, with what the person may do by now. Raises as the door does."""
        self._door.unlock(self._clerk.session, secret)
        self._clerk.session = renewed(self._clerk.session)
        self.locked = False
        self._stay.unlock()

    # --- how long, and whether at all -------------------------------------------------------------

    def stands(self) -> Over | Say | None:
        """What has changed since the last line by the staff list, or because somebody ends the session."""
        session = self._clerk.session
        how = standing(session.key, session.staff_id)
        self._stay.may_lock = how.has_pin
        if not (how.works_here and Right.WORK in how.rights):
            told = f"{session.name} no longer works here: the session has ended."
            return Over("locked out", Say(told))
        if how.asked_by:
            told = f"{how.asked_by} has ended your session."
            return Over("asked", Say(told, details=(how.reason, "Drafts are kept.")))
        if how.rights == session.rights or self.locked:
            return None
        self._clerk.session = replace(session, rights=how.rights)
        return Say(may_now(session.rights, how.rights), details=("Nothing else was done: say it again.",))

    def carry_out(self, due: Due) -> Over | Say:
        """Lock, warn, or end what has lasted too long."""
        name, minutes = self._clerk.session.name, self._clerk.settings.lock_minutes
        idle = "a minute" if minutes == 1 else f"{minutes} minutes"
        if due is Due.LOCK:
            self.lock("idle")
            return Say(f"Locked: nothing was typed for {idle}. The PIN of {name} opens it.")
        if due is Due.WARN:
            return Say(f"Nothing was typed for {idle}: you are signed out in one more. Any line stays.")
        if due is Due.LAST_WORD:
            return Say("This session ends in five minutes: it is twelve hours old. Drafts are kept.")
        return Over("idle", Say(f"{name} was signed out: {_OUT[due]}. Drafts are kept."))


_OUT = {
    Due.OUT_IDLE: "nothing was typed",
    Due.OUT_LOCKED: "an hour has passed since the lock",
    Due.OUT_LATE: "the session was twelve hours old",
}
