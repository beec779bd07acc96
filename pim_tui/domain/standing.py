"""How a channel or a service stands, in half a sentence: what waits, what is in the way, since when."""

from __future__ import annotations

from collections.abc import Sequence

from .delivery import CHANNELS
from .moments import Zone, clock, day_of, short_day


def channel_words(
    channel: str,
    waiting: int,
    failed: int,
    unknown: int,
    failed_since: int | None,
    why: str,
    since: int | None,
    good_at: int | None,
    now: int,
    zone: Zone,
) -> str:
    """``Email: 3 waiting since 10:42: the mail server was not reached.`` Instants are UTC seconds."""
    parts = [f"{waiting} waiting" if waiting else "nothing waits"]
    if failed:
        first = f" since {moment(failed_since, now, zone)}" if failed_since is not None else ""
        parts.append(f"{failed} failed{first}")
    if unknown:
        parts.append(f"{unknown} to be decided")
    if why:
        parts.append(f"held since {moment(since or now, now, zone)}: {why}")
    elif good_at is not None:
        parts.append(f"last gone {moment(good_at, now, zone)}")
    return f"{CHANNELS.get(channel, channel)}: {', '.join(parts)}".rstrip(".") + "."


def service_words(name: str, why: str, since: int | None, good_at: int | None, now: int, zone: Zone) -> str:
    """``calendly: read 10:42.`` Instants are UTC seconds."""
    read = f"last read {moment(good_at, now, zone)}" if good_at is not None else "never read yet"
    wrong = f"in trouble since {moment(since or now, now, zone)}: {why}" if why else ""
    return f"{name}: {', '.join(filter(None, (read, wrong)))}".rstrip(".") + "."


def unplaced_words(found: Sequence[tuple[str, int]], now: int, zone: Zone) -> str:
    """``Calendly: 2 bookings are not in the book (Jane Doe 10:30 ...``; who booked, and when it begins."""
    (name, starts_at), more = found[0], len(found) - 1
    first = f"{name or 'somebody'} {moment(starts_at, now, zone)}{f' and {more} more' if more else ''}"
    return (
        f"Calendly: {'bookings are' if more else 'a booking is'} not in the book ({first}), with nobody who"
        " takes appointments here: give its host's email in the staff list, or set calendly_default_staff."
    )


def moment(instant: int, now: int, zone: Zone) -> str:
    """The time, and the day where it is not today."""
    day, time = day_of(instant, zone), clock(instant, zone)
    return time if day == day_of(now, zone) else f"{short_day(day)} {time}"
