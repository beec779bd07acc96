"""An iCalendar file: looked through once for its calendars and zones, then read one appointment at a time."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Iterator
from dataclasses import dataclass, field
from pathlib import Path

from ...domain.moments import Zone
from ...domain.text import tidy
from ...errors import FileProblem
from ..events import EventRow
from ..plainfile import Opened
from ..report import Refusal
from .events import Event, Unreadable, first_year, read_event, uid_of
from .parts import KINDS, Calendar, Part, is_looked_at, is_wanted, parted
from .series import Allowance, alone, assemble
from .text import TextFile
from .timezone import Allowance as ZoneAllowance
from .zones import Zones

_MOST_ZONES = 500
_MOST_AT_ODDS = 8
_SHOWN = 10
_MOST_CALENDARS = 10_000


@dataclass(slots=True)
class _Survey:
    """What has to be known of a whole file before its first appointment can be read.

    ``parted`` are the UIDs that stand at several components: they are put together when all was read.
    """

    calendars: list[Calendar] = field(default_factory=list)
    zones: list[Part] = field(default_factory=list)
    years: dict[str, range] = field(default_factory=dict)
    parted: set[str] = field(default_factory=set)
    met: set[int] = field(default_factory=set)
    kinds: Counter[str] = field(default_factory=Counter)

    def look(self, part: Part) -> None:
        self.kinds[part.kind] += 1
        if part.kind == "VTIMEZONE" and len(self.zones) < _MOST_ZONES:
            self.zones.append(part)
        if part.kind != "VEVENT":
            return
        start = part.first("DTSTART")
        if uid := uid_of(part):
            if hash(uid) in self.met:
                self.parted.add(uid)
            self.met.add(hash(uid))
        tzid = start.parameters.get("TZID", "").strip() if start else ""
        if start and tzid and (year := first_year(start)) and len(self.years) < _MOST_ZONES:
            known = self.years.get(tzid, range(year, year + 1))
            self.years[tzid] = range(min(known.start, year), max(known.stop, year + 1))

    def at_odds(self) -> list[int]:
        """The calendars, few of them, that define a zone otherwise than one before them does."""
        first: dict[str, Part] = {}
        found: dict[int, None] = {}
        for part in self.zones:
            tzid = part.first("TZID")
            before = first.setdefault(tzid.text.strip(), part) if tzid else part
            if before.calendar != part.calendar and _said(before) != _said(part):
                found[part.calendar] = None
        return list(found)[:_MOST_AT_ODDS]

    def zones_for(self, number: int) -> list[Part]:
        """Every definition, those of one calendar before the others."""
        return sorted(self.zones, key=lambda part: part.calendar != number)


def _said(part: Part) -> list[object]:
    """What a component says, whatever line it stands in."""
    lines = sorted((name, line.raw) for name, found in part.lines.items() for line in found)
    return [part.kind, lines, [_said(one) for one in part.parts]]


class EventFile(Opened):
    """An open iCalendar file; use ``with``. :class:`FileProblem` when it holds no calendar.

    ``zone`` is the clinic's: times without a zone are read in it, unless the calendar names its own.
    ``data`` is as for :class:`TextFile`.
    """

    def __init__(self, path: Path, zone: Zone, data: bytes | None = None) -> None:
        self._text = TextFile(path, data)
        try:
            self._survey = self._look_through()
            told = {found for one in self._survey.calendars if (found := one.text("X-WR-TIMEZONE"))}
            own = told.pop() if len(told) == 1 else ""
            work = ZoneAllowance()
            self._zones = Zones(zone, self._survey.zones, own, self._survey.years, work)
            self._own_zones = {
                number: Zones(zone, self._survey.zones_for(number), own, self._survey.years, work)
                for number in self._survey.at_odds()
            }
            for tzid in self._survey.years:
                self._zones.of(tzid)
        except BaseException:
            self._text.close()
            raise

    @property
    def name(self) -> str:
        """The name of the file, harmless to display."""
        return self._text.name

    @property
    def size(self) -> int:
        """Bytes."""
        return self._text.size

    @property
    def position(self) -> int:
        """Bytes read so far, a little ahead of the last row."""
        return self._text.position

    @property
    def facts(self) -> tuple[tuple[str, str], ...]:
        """What was found out about the file as a whole, as (title, value)."""
        survey = self._survey
        legacy = self._text.encoding == "utf-8" and self._text.legacy
        listed = {
            "Calendars": (one.text("X-WR-CALNAME") for one in survey.calendars),
            "Methods": (one.method for one in survey.calendars),
            "Made by": (one.text("PRODID") for one in survey.calendars),
            "Encoding": ["UTF-8 and Windows-1252" if legacy else self._text.encoding.upper()],
            "Zones": self._zones.facts(),
            "Times without a zone": [f"are read in {self._zones.of('').zone}"],
        }
        return tuple((title, text) for title, values in listed.items() if (text := _listed(values)))

    def close(self) -> None:
        """Close the file."""
        self._text.close()

    def rows(self) -> Iterator[EventRow | Refusal]:
        """Every appointment once, in order; what stands in several components comes last, in one."""
        allowance = Allowance(self.size)
        held: dict[str, list[Event]] = {}
        for part in parted(self._text.lines(is_wanted)):
            if isinstance(part, Calendar) or part.kind == "VTIMEZONE":
                continue
            try:
                event = read_event(part, self._calendar(part), self._zones_of(part))
                if event.row.uid in self._survey.parted:
                    held.setdefault(event.row.uid, []).append(event)
                elif event.exception is not None:
                    yield alone(event, self._zones_of(part))
                else:
                    yield assemble(event, (), self._zones_of(part), allowance)
            except Unreadable as error:
                yield Refusal(self.name, part.line, str(error))
        for events in held.values():
            yield from self._together(events, allowance)

    def _together(self, events: list[Event], allowance: Allowance) -> Iterator[EventRow | Refusal]:
        """The events of one UID: its latest version with the changed visits, or those by themselves."""
        masters = [event for event in events if event.exception is None]
        changes = [event for event in events if event.exception is not None]
        masters.sort(key=lambda event: event.row.sequence)
        for older in masters[:-1]:
            stands = f"the appointment in line {masters[-1].row.line}"
            says = f"an older version of {stands}"
            if older.row.sequence == masters[-1].row.sequence:
                says = f"has the UID of {stands} and no other version: only that one is taken"
            yield Refusal(self.name, older.row.line, says)
        try:
            if masters:
                yield assemble(masters[-1], changes, self._zones_of(masters[-1].part), allowance)
                return
        except Unreadable as error:
            yield Refusal(self.name, masters[-1].row.line, str(error))
        yield from (alone(change, self._zones_of(change.part)) for change in changes)

    def _zones_of(self, part: Part) -> Zones:
        """What zones mean in the calendar that a component stands in."""
        return self._own_zones.get(part.calendar, self._zones)

    def _calendar(self, part: Part) -> Calendar:
        calendars = self._survey.calendars
        return calendars[part.calendar] if part.calendar < len(calendars) else calendars[0]

    def _look_through(self) -> _Survey:
        survey = _Survey()
        for part in parted(self._text.lines(is_looked_at)):
            if isinstance(part, Part):
                survey.look(part)
            elif len(survey.calendars) < _MOST_CALENDARS:
                survey.calendars.append(part)
        if len(survey.calendars) == 1 and not any(survey.kinds[kind] for kind in KINDS):
            self._refuse(survey)
        return survey

    def _refuse(self, survey: _Survey) -> None:
        if survey.kinds["VCARD"]:
            raise FileProblem(
                f"{self.name} holds contacts, not a calendar.", "Use pim-tui import customers for it."
            )
        raise FileProblem(
            f"{self.name} is no iCalendar file.", "Export the calendar again as iCalendar (.ics)."
        )


def _listed(values: Iterable[str]) -> str:
    """The different ones of these, with a count of those beyond the first few."""
    found = [tidy(value, limit=120) for value in dict.fromkeys(values) if value]
    more = len(found) - _SHOWN
    return "; ".join([*found[:_SHOWN], f"and {more} more"] if more > 0 else found)
