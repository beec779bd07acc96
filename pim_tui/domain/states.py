"""The four states of an appointment, the moves between them, and its arrival times (S1-S6)."""

from __future__ import annotations

from collections.abc import Collection
from dataclasses import dataclass
from enum import StrEnum
from itertools import pairwise

from ..errors import Forbidden, Refused
from .moments import MINUTE

CANCELERS = ("clinic", "customer")
"""Who may have asked for a cancelation (S2)."""
STEPS = ("confirmed", "arrived", "seated", "left")
"""The steps of a visit in the order in which they must happen (S1)."""


class Status(StrEnum):
    """The state of an appointment (S1); the value is the letter that is stored and shown."""

    SCHEDULED = "S"
    COMPLETED = "C"
    MISSED = "M"
    CANCELED = "X"

    @property
    def word(self) -> str:
        """The state as staff read it."""
        return _WORDS[self]

    @property
    def shape(self) -> str:
        """One ASCII character, told apart without colour on any terminal."""
        return _SHAPES[self]

    @property
    def glyph(self) -> str:
        """One Unicode character of one column, for terminals that can show it."""
        return _GLYPHS[self]


_WORDS = {
    Status.SCHEDULED: "Scheduled",
    Status.COMPLETED: "Completed",
    Status.MISSED: "Missed",
    Status.CANCELED: "Canceled",
}
_SHAPES = {Status.SCHEDULED: "o", Status.COMPLETED: "+", Status.MISSED: "!", Status.CANCELED: "-"}
# None of these is of ambiguous width, which East Asian terminals draw over two columns.
_GLYPHS = {Status.SCHEDULED: "◦", Status.COMPLETED: "✓", Status.MISSED: "✗", Status.CANCELED: "⊘"}


def appointments_told(statuses: Collection[str]) -> str:
    """``11 appointments, 1 canceled``: of these letters, the canceled ones are told apart."""
    canceled = sum(status == Status.CANCELED for status in statuses)
    count = len(statuses) - canceled
    told = f"{count} appointment{'' if count == 1 else 's'}"
    return f"{told}, {canceled} canceled" if canceled else told


def check_move(
    old: Status,
    new: Status,
    *,
    now: int,
    starts_at: int,
    own_today: bool = False,
    may_reopen: bool = False,
    reason: str = "",
    cancelled_by: str = "",
) -> None:
    """Refuse a change of state that the rules do not allow (S2, S3).

    ``now`` and ``starts_at`` are UTC seconds. ``own_today`` is whether what is taken back was set by the same
    person on the same local date, ``may_reopen`` the right to reopen anybody's. Raises :class:`Refused`, or
    :class:`Forbidden` where only the right is missing.
    """
    if old == new:
        hint = "Look again: a colleague may have been quicker."
        raise Refused(f"It is already {new.word}.", hint, rule="S2")
    if new == Status.SCHEDULED:
        _check_reopen(old, free=own_today, may_reopen=may_reopen, reason=reason)
    elif old != Status.SCHEDULED:
        raise Refused(
            f"{old.word} cannot become {new.word} directly.",
            f"Set it back to Scheduled first, then to {new.word}.",
            rule="S2",
            step="calendar.reopen",
        )
    elif new == Status.CANCELED:
        _check_cancel(reason, cancelled_by)
    elif now < starts_at:
        raise Refused(
            f"It cannot be {new.word} before it has started; it starts in {_wait(starts_at - now)}.",
            "Wait for the start, move it, or cancel it with a reason.",
            rule="S2",
        )


def check_changes(status: Status) -> None:
    """Raise :class:`Refused` where a visit of this state no longer moves or changes (S2)."""
    if status != Status.SCHEDULED:
        raise back_first(f"It is {status.word} and no longer changes.")


def back_first(message: str, rule: str = "S2") -> Refused:
    """The refusal of what is only done with a Scheduled appointment."""
    return Refused(message, "Set it back to Scheduled first.", rule=rule, step="calendar.reopen")


def is_late_cancel(canceled_at: int, starts_at: int, notice_minutes: int) -> bool:
    """Whether a cancelation came within the notice the clinic asks for (S5)."""
    return canceled_at > starts_at - notice_minutes * MINUTE


@dataclass(frozen=True, slots=True)
class Arrival:
    """When each step of a visit happened, UTC seconds, ``None`` where it did not (S1).

    A walk-in has ``arrived`` at once and no ``confirmed`` (S6).
    """

    confirmed: int | None = None
    arrived: int | None = None
    seated: int | None = None
    left: int | None = None

    def given(self) -> list[tuple[str, int]]:
        """The steps that happened, in the order in which they must."""
        steps = ((name, getattr(self, name)) for name in STEPS)
        return [(name, at) for name, at in steps if at is not None]

    @property
    def waits(self) -> bool:
        """Whether somebody is here and nobody has called them in."""
        return self.arrived is not None and self.seated is None and self.left is None

    def waiting_minutes(self, now: int) -> int | None:
        """Whole minutes spent waiting, so far if not yet seated; ``None`` before arrival."""
        if self.arrived is None:
            return None
        ends = (self.seated, self.left, now)
        until = next(at for at in ends if at is not None)
        return max(0, until - self.arrived) // MINUTE


def arrival_mark(status: str, arrival: Arrival, now: int | None) -> str:
    """How far a visit that is still Scheduled has got, in letters for the narrowest column.

    ``y`` confirmed, ``w12`` waiting for 12 minutes, ``h`` seated, ``q`` left: as the keys that say so.
    ``now`` is UTC seconds, ``None`` where nobody counts minutes. Empty for what is over or has not begun.
    """
    given = arrival.given()
    if status != Status.SCHEDULED or not given:
        return ""
    if not arrival.waits:
        return _MARKS[given[-1][0]]
    minutes = arrival.waiting_minutes(now) if now is not None else None
    return f"w{'' if minutes is None else min(minutes, _MOST_WAITED)}"


_MARKS = {"confirmed": "y", "seated": "h", "left": "q"}
_MOST_WAITED = 999


def check_comes(status: Status) -> None:
    """Refuse to ask when somebody came for a visit to which nobody came (S1)."""
    if status not in (Status.SCHEDULED, Status.COMPLETED):
        raise back_first(f"A {status.word} appointment has no arrival times.", "S1")


def check_arrival(status: Status, arrival: Arrival) -> Arrival:
    """The same times, if they are in order and the state may have them; else :class:`Refused` (S1)."""
    given = arrival.given()
    if given:
        check_comes(status)
    for (earlier, at), (later, then) in pairwise(given):
        if then < at:
            raise Refused(
                f"The time for '{later}' is before the time for '{earlier}'.",
                "The order is confirmed, arrived, seated, left. Correct one of them.",
                rule="S1",
            )
    return arrival


def _check_reopen(old: Status, *, free: bool, may_reopen: bool, reason: str) -> None:
    if free:
        return
    if not may_reopen:
        raise Forbidden(
            f"{old.word} may be taken back only by whoever set it, on the same day.",
            "Ask somebody with the right to reopen appointments.",
            rule="S3",
        )
    if not reason.strip():
        raise Refused(
            f"Taking back {old.word} needs a reason: it was set by somebody else or on another day.",
            "Type the reason.",
            rule="S3",
        )


def _check_cancel(reason: str, cancelled_by: str) -> None:
    missing = []
    if not reason.strip():
        missing.append("a reason")
    if cancelled_by not in CANCELERS:
        missing.append("who asked for it")
    if missing:
        raise Refused(
            f"Canceling needs {' and '.join(missing)}.",
            "Give a reason, and say whether the clinic or the customer asked.",
            rule="S2",
        )


def _wait(seconds: int) -> str:
    """A waiting time in the largest unit that fits, minutes rounded up."""
    minutes = -(-seconds // MINUTE)
    for size, unit in ((1440, "day"), (60, "hour")):
        if minutes >= size:
            return _count(minutes // size, unit)
    return _count(minutes, "minute")


def _count(number: int, unit: str) -> str:
    return f"{number} {unit}{'' if number == 1 else 's'}"
