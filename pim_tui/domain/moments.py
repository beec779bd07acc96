"""Instants, wall times and the clock changes between them (T2, T3, T4).

An *instant* is an int of UTC seconds. A *wall time* is a naive :class:`datetime.datetime` as the
clock on the clinic's wall shows it; its zone, an IANA name, travels beside it. All arithmetic on
durations happens on instants; only dates are stepped on the wall. ``datetime`` would accept 02:30
in the night it is skipped and would call 02:45 plus 30 elapsed minutes 03:15 in the night it comes
twice, so nothing here adds a duration to a wall time.
"""

from __future__ import annotations

from datetime import date, datetime, timedelta
from functools import lru_cache
from zoneinfo import ZoneInfo

from ..errors import Fault, Invalid, NeedsAnswer, Refused

Zone = str
"""An IANA zone name, such as ``Europe/Berlin``."""

MINUTE = 60
"""Seconds in a minute: durations are whole minutes, instants are seconds."""
MIDNIGHT = 24 * 60
"""Where a day ends, in minutes after the midnight with which it begins."""
DAY_NAMES = ("Monday", "Tuesday", "Wednesday", "Thursday", "Friday", "Saturday", "Sunday")
"""The weekdays as ``date.weekday`` counts them."""
WEEKDAYS = ("Mon", "Tue", "Wed", "Thu", "Fri", "Sat", "Sun")
"""The same for narrow places."""

FIRST_INSTANT, LAST_INSTANT = -62_135_424_000, 253_402_128_000
"""Two days after the beginning of the year 1 and before the end of 9999, UTC seconds: a date in any zone."""
_EPOCH = datetime(1970, 1, 1)
_SECOND = timedelta(seconds=1)
_MONTHS = ("Jan", "Feb", "Mar", "Apr", "May", "Jun", "Jul", "Aug", "Sep", "Oct", "Nov", "Dec")


@lru_cache(maxsize=64)
def zone_info(name: Zone) -> ZoneInfo:
    """The rules of an IANA zone; :class:`Invalid` where the name is unknown or is a path."""
    try:
        return ZoneInfo(name)
    except (KeyError, ValueError, OSError):
        fault = Fault("zone", f"{name!r} is not a time zone")
        raise Invalid((fault,), "Use an IANA name, such as Europe/Berlin or America/New_York.") from None


def utc_offset(instant: int, zone: Zone) -> int:
    """Seconds the wall clock is ahead of UTC at this instant."""
    return _seconds(datetime.fromtimestamp(instant, zone_info(zone)).utcoffset())


def wall(instant: int, zone: Zone) -> datetime:
    """What the clock on the wall shows. Two instants share one wall time in autumn: see :func:`fold_of`."""
    return datetime.fromtimestamp(instant, zone_info(zone)).replace(tzinfo=None, fold=0)


def fold_of(instant: int, zone: Zone) -> int:
    """1 for the second of two equal wall times, else 0: what :func:`resolve` needs to come back here."""
    return datetime.fromtimestamp(instant, zone_info(zone)).fold


@lru_cache(maxsize=512)
def day_of(instant: int, zone: Zone) -> date:
    """The date on the wall."""
    return datetime.fromtimestamp(instant, zone_info(zone)).date()


def readings(wall_time: datetime, zone: Zone) -> tuple[int, ...]:
    """Every instant at which the wall shows this time, earliest first: none, one or two."""
    first, second = _offsets(wall_time, zone)
    stamp = _stamp(wall_time)
    if first == second:
        return (stamp - first,)
    return (stamp - first, stamp - second) if first > second else ()


def resolve(wall_time: datetime, zone: Zone, fold: int | None = None) -> int:
    """The instant of a wall time (T3).

    ``fold`` picks the first (0) or second (1) of two equal wall times and is ignored elsewhere.
    Raises :class:`Refused` in a gap, offering the next instant that exists, and
    :class:`NeedsAnswer` (``question="fold"``, ``offers`` both instants) in an overlap without ``fold``.
    """
    found = readings(wall_time, zone)
    if len(found) == 1:
        return found[0]
    if not found:
        raise _in_a_gap(wall_time, zone)
    if fold is None:
        raise _twice(wall_time, zone, found)
    return found[1 if fold else 0]


def as_written(wall_time: datetime, zone: Zone) -> int:
    """The instant of a wall time that another program wrote, so that nobody can be asked (RFC 5545 3.3.5).

    Of two equal times it is the first; in a gap it is counted with the offset before the change, so
    that 02:30 is shown as 03:30.
    """
    return _stamp(wall_time) - _offsets(wall_time, zone)[0]


@lru_cache(maxsize=512)
def day_bounds(day: date, zone: Zone) -> tuple[int, int]:
    """The half-open instants of a civil day (T4): mostly 24 h long, sometimes 23 or 25.

    Consecutive days are contiguous. A midnight that is skipped gives way to the first instant after
    it, one that comes twice counts as the first; a date the zone jumped over is empty.
    """
    midnight = datetime(day.year, day.month, day.day)
    return _first_instant(midnight, zone), _first_instant(add_days(midnight, 1), zone)


def days_touched(start: int, end: int, zone: Zone) -> tuple[str, ...]:
    """The local days, ISO, that the half-open ``[start, end)`` touches (T1)."""
    first, last = day_of(start, zone), day_of(max(start, end - 1), zone)
    return tuple((first + timedelta(days=n)).isoformat() for n in range((last - first).days + 1))


def add_days(wall_time: datetime, days: int) -> datetime:
    """The same time of day, so many dates on (T4); :class:`Refused` beyond the calendar's ends."""
    try:
        return wall_time + timedelta(days=days)
    except OverflowError:
        raise Refused(
            f"{days} {'day' if days == 1 else 'days'} from {short_day(wall_time.date())} is beyond the"
            " calendar.",
            "Use a date between the years 1 and 9999.",
            rule="T4",
        ) from None


def same_wall(instant: int, zone: Zone, days: int, fold: int | None = None) -> int:
    """The instant with the same wall time so many dates on (T4); raises as :func:`resolve` does."""
    if days == 0:
        return instant
    return resolve(add_days(wall(instant, zone), days), zone, fold)


def at_minute(day: date, minute: int, zone: Zone) -> int:
    """The instant at which a day's wall clock shows ``minute`` after midnight (0 to 1440).

    For what is drawn or looked up, not booked: in a gap it is the next valid instant, of two equal
    wall times the first.
    """
    wall_time = datetime(day.year, day.month, day.day) + timedelta(minutes=minute)
    found = readings(wall_time, zone)
    return found[0] if found else _end_of_gap(wall_time, zone)


def clock(instant: int, zone: Zone) -> str:
    """The local time of day: ``10:30``."""
    return _clock(wall(instant, zone))


def span(start: int, end: int, zone: Zone) -> str:
    """Two local times of day: ``10:30-11:00``."""
    return f"{clock(start, zone)}-{clock(end, zone)}"


def minute_text(minute: int) -> str:
    """Minutes after midnight as a time of day: ``09:30``; the end of a day is ``24:00``."""
    return f"{minute // 60:02}:{minute % 60:02}"


def day_label(day: date) -> str:
    """A date with its weekday, in English whatever the locale: ``Tue 24 Nov 2026``."""
    return f"{WEEKDAYS[day.weekday()]} {short_day(day)}"


def moment_label(instant: int, zone: Zone) -> str:
    """``Mon 23 Nov 2026 10:30``: the local day and time."""
    return f"{day_label(day_of(instant, zone))} {clock(instant, zone)}"


def near_moment(instant: int, zone: Zone) -> str:
    """``Mon 23 Nov 10:30``: the same without the year."""
    return f"{day_label(day_of(instant, zone)).rpartition(' ')[0]} {clock(instant, zone)}"


def short_day(day: date) -> str:
    """A date nobody can misread: ``24 Nov 2026``."""
    return f"{day.day} {_MONTHS[day.month - 1]} {day.year}"


def offset_label(instant: int, zone: Zone) -> str:
    """The distance from UTC, which tells two equal wall times apart: ``UTC+02:00``."""
    minutes = utc_offset(instant, zone) // MINUTE
    hours, rest = divmod(abs(minutes), 60)
    return f"UTC{'-' if minutes < 0 else '+'}{hours:02}:{rest:02}"


def _clock(wall_time: datetime) -> str:
    return minute_text(wall_time.hour * 60 + wall_time.minute)


def _seconds(offset: timedelta | None) -> int:
    return (offset or timedelta()) // _SECOND


def _stamp(wall_time: datetime) -> int:
    """The wall time read as if it were UTC, in seconds."""
    return (wall_time.replace(tzinfo=None) - _EPOCH) // _SECOND


def _offsets(wall_time: datetime, zone: Zone) -> tuple[int, int]:
    """The offset before and after a change that touches this wall time; equal on ordinary times."""
    rules = zone_info(zone)
    first, second = (wall_time.replace(tzinfo=rules, fold=fold).utcoffset() for fold in (0, 1))
    return _seconds(first), _seconds(second)


def _first_instant(wall_time: datetime, zone: Zone) -> int:
    """The first instant at which the wall shows this time or, in a gap, a later one."""
    found = readings(wall_time, zone)
    return found[0] if found else _end_of_gap(wall_time, zone)


def _end_of_gap(wall_time: datetime, zone: Zone) -> int:
    """The instant of the clock change that skips this wall time.

    Read with the offset after the change, a skipped time falls before it; read with the offset
    before, it falls at or after it: so the change is found by halving the distance.
    """
    before, after = _offsets(wall_time, zone)
    low, high = _stamp(wall_time) - after, _stamp(wall_time) - before
    while high - low > 1:
        middle = (low + high) // 2
        low, high = (middle, high) if utc_offset(middle, zone) == before else (low, middle)
    return high


def _in_a_gap(wall_time: datetime, zone: Zone) -> Refused:
    offer = _end_of_gap(wall_time, zone)
    following = wall(offer, zone)
    next_text = _clock(following)
    if following.date() != wall_time.date():
        next_text += f" on {short_day(following.date())}"
    return Refused(
        f"{_clock(wall_time)} does not exist on {short_day(wall_time.date())} in {zone}: "
        f"the clocks go forward; next is {next_text}.",
        f"Take {next_text} or another time.",
        rule="T3",
        offers=(offer,),
    )


def _twice(wall_time: datetime, zone: Zone, found: tuple[int, ...]) -> NeedsAnswer:
    first, second = (offset_label(instant, zone) for instant in found)
    asked = NeedsAnswer(
        f"{_clock(wall_time)} comes twice on {short_day(wall_time.date())} in {zone}: the clocks go back.",
        f"Say which: the first ({first}) or the second ({second}).",
        question="fold",
        rule="T3",
    )
    asked.offers = found
    return asked
