"""When a message goes: so long before the visit, never in quiet hours, never before now (S7).

Instants are UTC seconds; quiet hours are minutes after midnight on the clinic's wall, from when to when,
perhaps over midnight, so that they are kept on the days on which the clock changes.
"""

from __future__ import annotations

from datetime import timedelta

from .moments import MINUTE, Zone, at_minute, day_of

Quiet = tuple[int, int]
LEAD = 30 * MINUTE
"""How long before the quiet begins a message goes that would fall into it: whoever sends may be late."""


def due_of(starts_at: int, window: int, *, now: int, delay: int, quiet: Quiet, zone: Zone) -> int | None:
    """When a reminder goes, ``window`` minutes before ``starts_at``; None where it is dropped.

    One that would fall into quiet hours goes the evening before they begin. Where that has passed, or
    ``delay`` minutes have not, it goes as soon as it may. It is dropped when the visit is nearer than its
    window, so that nobody is reminded of what was said a minute ago, and when only quiet is left.
    """
    wanted = starts_at - window * MINUTE
    if wanted < now:
        return None
    calm = quiet_around(wanted, quiet, zone)
    due = wanted if calm is None else calm[0] - LEAD
    earliest = now + delay * MINUTE
    if due < earliest or quiet_around(due, quiet, zone):
        return soonest(max(due, earliest), starts_at, quiet, zone)
    return due if due < starts_at else None


def soonest(earliest: int, before: int, quiet: Quiet, zone: Zone) -> int | None:
    """The first instant from ``earliest`` on that is not quiet; None where it is not before ``before``."""
    calm = quiet_around(earliest, quiet, zone)
    due = earliest if calm is None else calm[1]
    if due >= before or quiet_around(due, quiet, zone):
        return None
    return due


def quiet_around(instant: int, quiet: Quiet, zone: Zone) -> tuple[int, int] | None:
    """The quiet hours that ``instant`` lies in, half-open; None outside them."""
    begins, ends = quiet
    today = day_of(instant, zone)
    over = int(ends < begins)
    for day in (today - timedelta(days=1), today):
        last = day + timedelta(days=over)
        start, end = at_minute(day, begins, zone), at_minute(last, ends, zone)
        if start <= instant < end:
            return start, end
    return None


def window_name(minutes: int) -> str:
    """How long before the visit, as settings write it: ``7d``, ``48h`` is ``2d``, ``90m``."""
    size, unit = next(
        (size, unit) for size, unit in ((1440, "d"), (60, "h"), (1, "m")) if minutes % size == 0
    )
    return f"{minutes // size}{unit}"
