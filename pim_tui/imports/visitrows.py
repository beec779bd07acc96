"""One row of a table of appointments: an event, or all that is wrong with it."""

from __future__ import annotations

import re
from dataclasses import dataclass, replace
from datetime import date, datetime, time, timedelta
from functools import lru_cache

from ..domain.datecolumns import EXAMPLES, read_date
from ..domain.dates import Order
from ..domain.hours import read_minutes, read_time
from ..domain.moments import MINUTE, Zone, readings, wall
from ..domain.text import fold, tidy
from ..errors import Fault
from .abbreviations import meant_by
from .events import EventRow, Who
from .rows import Cells, Faults, id_faults
from .zonedtimes import called_so, parted, zone_of
from .zonenames import zone_called

YEARS = range(1900, 2200)
"""A visit outside these is a slip of the pen."""

_SHOWN = 30
_YES = frozenset((
    "yes", "y", "true", "1", "x", "t", "on", "ja", "ein", "wahr", "oui", "vrai", "si", "sim", "verdadero",
    "vero",
))  # fmt: skip
_NO = frozenset(
    ("", "no", "n", "false", "0", "f", "off", "nein", "aus", "falsch", "non", "nao", "faux", "falso")
)
_CANCELED = frozenset(("canceled", "cancelled", "x", "cancel", "declined", "late cancel", "late cancelled",
                       "late canceled", "storniert", "abgesagt", "annule", "annulee", "cancelado",
                       "cancelada", "annullato", "annullata", "geannuleerd"))  # fmt: skip
_MISSED = frozenset(("missed", "no show", "noshow", "dna", "did not attend", "did not arrive", "m", "absent",
                     "nicht erschienen", "non venu", "no asistio", "non presentato"))  # fmt: skip
_WORD = 3
"""Letters of an abbreviation; behind one of those a status does not go on."""
_OTHERS = frozenset((
    "active", "accepted", "approved", "arrived", "attended", "booked", "checked", "closed", "confirmed",
    "done", "finished", "new", "open", "pending", "planned", "rescheduled", "seen", "show", "showed",
    "tentative",
))  # fmt: skip
"""Words a status begins with that leave the visit standing."""
_STATES = {"completed": "C", "c": "C", "scheduled": "S", "s": "S"}
_SECONDS = re.compile(r"(:\d\d):\d\d(?:[.]\d+)?(?!\d)")
_CLOCK = r"\d{1,2}(?:[:.h]\d\d)?(?::\d\d(?:[.]\d+)?)?\s?(?:[ap][.]?m[.]?|uhr)?"
_PARTED = re.compile(rf"(?P<day>.*?)[ ,T]+(?P<time>{_CLOCK})", re.IGNORECASE)
_COUNT = re.compile("[0-9]{1,9}")
_ELAPSED = re.compile(r"(\d{1,2}):(\d\d)(?::\d\d)?")


@dataclass(frozen=True, slots=True)
class _Wall:
    """A date with a time, or without; ``instant`` where the cell gives its own offset from UTC.

    ``named`` is the zone that stands behind the time.
    """

    day: date
    time: time | None = None
    instant: int | None = None
    named: str = ""


@dataclass(frozen=True, slots=True)
class _Time:
    """A time of day, and the zone that stands behind it."""

    time: time
    named: str


@dataclass(frozen=True, slots=True)
class _Clock:
    """Whose times a row's are: those of a zone, or of a zone's abbreviation in a column."""

    zone: Zone
    named: str = ""


@dataclass(frozen=True, slots=True)
class VisitReader:
    """Reads rows by what the whole table told: the order of its dates, and the zone of its times.

    ``row_zones``: whether the zone that a row names is that of its times.
    """

    order: Order
    zone: Zone
    row_zones: bool = True

    def row(self, line: int, cells: Cells) -> EventRow | Faults:
        """The event of one row; ``cells`` are asked by target."""
        faults = list[Fault]()
        remarks = list[str]()
        clock = self._clock(cells, faults)
        begin = self._begin(cells, faults)
        if begin is None or faults:
            return Faults(faults or [Fault("start", "is empty")])
        all_day = _yes(cells("all_day")) or begin.time is None
        starts = self._instant(begin, clock, "start", faults, remarks)
        minutes = self._minutes(cells, begin, starts, clock, faults, remarks)
        uid = cells("part") or cells("id")
        if uid:
            faults += id_faults(uid, "id")
        own = _own(cells, remarks)
        if faults or starts is None:
            return Faults(faults)
        return EventRow(
            line, uid, starts - starts % MINUTE, minutes,
            f"{wall(starts, clock.zone):%Y-%m-%dT%H:%M}", clock.zone,
            summary=cells("summary"), description=cells("note"), location=cells("location"),
            link=cells("link"), kind=cells("type"), all_day=all_day,
            canceled=_canceled(cells),
            missed=_yes(cells("missed")) or _says(cells("status"), _MISSED),
            cancel_reason=cells("cancel_reason"), customer=_customer(cells), staff=Who(cells("staff")),
            sequence=int(cells("sequence")) if _COUNT.fullmatch(cells("sequence")) else 0,
            own=own, remarks=tuple(remarks),
        )  # fmt: skip

    # --- when -------------------------------------------------------------------------------------

    def _clock(self, cells: Cells, faults: list[Fault]) -> _Clock:
        named = cells("zone") if self.row_zones else ""
        if meant_by(named, self.zone):
            return _Clock(self.zone, named)
        if named and (found := zone_called(named, self.zone)) is None:
            faults.append(Fault("time zone", f"“{tidy(named, limit=_SHOWN)}” is not known"))
        return _Clock((found if named else None) or self.zone)

    def _begin(self, cells: Cells, faults: list[Fault]) -> _Wall | None:
        if text := cells("start"):
            begin = self._whole(text, "start", faults)
            return self._with_clock(begin, cells("time"), "time", faults)
        day = self._whole(cells("date"), "date", faults)
        # The midnight that a spreadsheet puts beside a date is no time.
        if day is not None and day.time == time() and day.instant is None:
            day = _Wall(day.day, named=day.named)
        return self._at(day, self._time(cells("time"), "time", faults))

    def _at(self, when: _Wall | None, clock: _Time | None) -> _Wall | None:
        """A day with the time of another column, in place of one that stands beside it."""
        if when is None or clock is None:
            return when
        return _Wall(when.day, clock.time, named=clock.named or when.named)

    def _with_clock(self, when: _Wall | None, text: str, field: str, faults: list[Fault]) -> _Wall | None:
        """A date without a time takes the one that stands in a column of its own."""
        if when is None or when.time is not None:
            return when
        return self._at(when, self._time(text, field, faults))

    def _whole(self, text: str, field: str, faults: list[Fault]) -> _Wall | None:
        """Date and time in one cell: ``2025-03-03 11:00 am``, ``3/4/2026 14:00 CET``, ``2025-03-03T10Z``."""
        if (exact := _exact(text)) is not None:
            return exact
        bare, named = parted(text, self.zone)
        if named and (exact := _exact(bare)) is not None:
            return replace(exact, named=named)
        halves = _PARTED.fullmatch(bare[:80])
        day = self._day(halves["day"] if halves else bare, field, faults, text)
        clock = self._time(halves["time"], field, faults) if halves and day else None
        if day is None or clock is None:
            return None if day is None else _Wall(day, named=named)
        return _Wall(day, clock.time, named=named)

    def _day(self, text: str, field: str, faults: list[Fault], whole: str = "") -> date | None:
        day = read_date(text, self.order) if text else None
        if day is None:
            shown = tidy(whole or text, limit=_SHOWN)
            says = f"“{shown}” is not a date such as {EXAMPLES[self.order]}, as the others in this file"
            faults.append(Fault(field, says if text else "is empty"))
        elif day.year not in YEARS:
            faults.append(Fault(field, f"the year {day.year} cannot be right"))
        return day

    def _time(self, text: str, field: str, faults: list[Fault]) -> _Time | None:
        if not text:
            return None
        found = self._read_time(text)
        if found is None:
            faults.append(
                Fault(field, f"“{tidy(text, limit=_SHOWN)}” is not a time such as 14:30 or 2:30 pm")
            )
        return found

    def _read_time(self, text: str) -> _Time | None:
        bare, named = parted(text, self.zone)
        found = _read_time(bare)
        return None if found is None else _Time(found, named)

    def _instant(
        self, when: _Wall, clock: _Clock, field: str, faults: list[Fault], remarks: list[str]
    ) -> int | None:
        """UTC seconds; a skipped time is a fault (T3), of one that comes twice the first is taken."""
        if when.instant is not None:
            return when.instant
        told, zone = datetime.combine(when.day, when.time or time(0)), clock.zone
        named = (when.named or clock.named) if when.time else ""
        if named:
            if (meant := zone_of(told, named, zone, faults, remarks)) is None:
                return None
            zone = meant
        found = called_so(readings(told, zone), zone, named)
        if len(found) == 2:
            remarks.append(f"{told:%H:%M} comes twice that day; the first one is taken")
        elif not found:
            faults.append(Fault(field, f"{told:%H:%M} does not exist on {told:%Y-%m-%d} in {zone} (T3)"))
        return found[0] if found else None

    def _minutes(
        self,
        cells: Cells,
        begin: _Wall,
        starts: int | None,
        clock: _Clock,
        faults: list[Fault],
        remarks: list[str],
    ) -> int | None:
        """Elapsed minutes by the length or the end; None where the row tells neither."""
        if text := cells("minutes"):
            return _length(text, faults)
        end = self._end(cells, begin, faults)
        if end is None or starts is None or faults:
            return None
        if not end.named:
            # The zone stands behind the start alone.
            end = replace(end, named=begin.named)
        ends = self._instant(end, clock, "end", faults, remarks)
        if ends is not None and ends < starts:
            faults.append(Fault("end", "is before the start"))
        return max(1, (ends - starts) // MINUTE) if ends is not None and ends > starts else None

    def _end(self, cells: Cells, begin: _Wall, faults: list[Fault]) -> _Wall | None:
        """The end; an end that is a time alone is on the day of the start, or of the next one."""
        text = cells("end")
        if text and (clock := self._read_time(text)) is None:
            return self._with_clock(self._whole(text, "end", faults), cells("end_time"), "end time", faults)
        if not text:
            clock = self._time(cells("end_time"), "end time", faults)
            if (text := cells("end_date")) and (end := self._whole(text, "end date", faults)):
                whole_days = clock is None and end.time is None and begin.time is None
                return self._at(replace(end, day=end.day + timedelta(days=whole_days)), clock)
        if clock is None:
            return None
        over_midnight = begin.time is not None and clock.time < begin.time
        return _Wall(begin.day + timedelta(days=over_midnight), clock.time, named=clock.named)


@lru_cache(maxsize=4096)
def _read_time(text: str) -> time | None:
    """A time of day in a table: 24 hours unless am or pm follows."""
    found = read_time(_SECONDS.sub(r"\1", text[:_SHOWN].casefold().removesuffix("uhr")))
    return found[0] if found else None


def _exact(text: str) -> _Wall | None:
    """ISO 8601 with date and time, perhaps with an offset; None for anything else."""
    try:
        read = datetime.fromisoformat(text) if len(text) > 12 and text[:4].isdecimal() else None
    except ValueError:
        return None
    if read is None or read.year not in YEARS:
        return None
    instant = int(read.timestamp()) if read.tzinfo else None
    return _Wall(read.date(), read.time(), instant)


def _length(text: str, faults: list[Fault]) -> int | None:
    elapsed = _ELAPSED.fullmatch(text)
    minutes = int(elapsed[1]) * 60 + int(elapsed[2]) if elapsed else read_minutes(text)
    if not minutes:
        faults.append(Fault("length", f"“{tidy(text, limit=_SHOWN)}” is not a length such as 30 or 1:30"))
    return minutes


# --- who and what ---------------------------------------------------------------------------------


def _customer(cells: Cells) -> Who:
    name = cells("customer") or " ".join(filter(None, (cells("first"), cells("last"))))
    return Who(name, cells("email"), cells("phone"), cells("number").lstrip("#"))


def _own(cells: Cells, remarks: list[str]) -> dict[str, str]:
    """What an event has no field for, by the name of our own property for it."""
    own = {key: value for key in ("first", "last", "reason", "room", "mode") if (value := cells(key))}
    status = fold(cells("status"))
    if status in _STATES:
        own["status"] = _STATES[status]
    elif status and not (_says(status, _CANCELED | _MISSED) or status.split()[0] in _OTHERS):
        remarks.append(
            f"the status “{tidy(cells('status'), limit=_SHOWN)}” is not understood; the visit stands"
        )
    by = fold(cells("canceled_by"))
    if by:
        own["canceled-by"] = "customer" if _is_theirs(by, cells) else "clinic"
    for key in ("canceled", "missed", "all_day"):
        if fold(cells(key)) not in _YES | _NO:
            remarks.append(f"“{tidy(cells(key), limit=_SHOWN)}” is neither yes nor no and was taken for no")
    return own


def _is_theirs(by: str, cells: Cells) -> bool:
    """Whether the one who canceled is the customer, named as such or by name or address."""
    return by in ("invitee", "customer", "patient", "client") or by in (
        fold(cells("customer")),
        fold(cells("email")),
    )


def _canceled(cells: Cells) -> bool:
    """Whether a column says so, or when it was; ``0000-00-00`` or ``never`` is no time."""
    at = cells("canceled_at")
    told = _yes(at) or not set("123456789").isdisjoint(at)
    return told or _yes(cells("canceled")) or _says(cells("status"), _CANCELED)


def _yes(text: str) -> bool:
    return fold(text) in _YES


def _says(status: str, words: frozenset[str]) -> bool:
    """Whether a status is one of ``words``, or begins with one and goes on: ``cancelled by patient``."""
    plain = fold(status)
    return plain in words or any(len(word) > _WORD and plain.startswith(f"{word} ") for word in words)
