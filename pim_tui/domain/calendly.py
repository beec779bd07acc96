"""Calendly, as far as the book has to know of it: its name, when to ask again, how often to book there."""

from __future__ import annotations

from collections.abc import Sequence

CALENDLY = "calendly"
"""How the service is named in the tables."""
BOOKED = "booked through Calendly"
"""Why a visit is overbooked that came in where its time was taken."""
LOOKS = (3600, 86_400)
"""Seconds after its end at which an event is read once more: marks of no-shows may not change the event."""


def look_again(seen_at: int, ends_at: int, now: int) -> bool:
    """Whether an event that was read at ``seen_at`` is to be read once more; UTC seconds all."""
    return any(seen_at < ends_at + after <= now for after in LOOKS)


LIMITS = ((60, 10), (3600, 50), (86_400, 100))
"""Calendly's own limits of bookings by programs: seconds, and how many in that time."""


def patient_until(now: int, made: Sequence[int]) -> int | None:
    """When the next booking may be made after those ``made``, UTC seconds all; None where it may be now."""
    waits = []
    for seconds, most in LIMITS:
        recent = sorted(at for at in made if at > now - seconds)
        if len(recent) >= most:
            waits.append(recent[-most] + seconds)
    return max(waits, default=None)
