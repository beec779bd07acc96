"""The components of a file: parted before anything is understood, so that what is broken costs itself only.

Calendars may be several, nested by mistake, or missing around the events; a component whose END is
missing ends where the next one begins.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from dataclasses import dataclass, field

from .text import Line

KINDS = ("VEVENT", "VTODO", "VJOURNAL", "VFREEBUSY", "VTIMEZONE")
MOST_LINES = 5_000
"""Content lines kept of one component."""
DEEPEST = 8

WHOLE_DAY = "X-MICROSOFT-CDO-ALLDAYEVENT"
SHOWN_AS = "X-MICROSOFT-CDO-BUSYSTATUS"

_WANTED = frozenset((
    "UID", "DTSTART", "DTEND", "DURATION", "RRULE", "EXRULE", "RDATE", "EXDATE", "RECURRENCE-ID", "SUMMARY",
    "DESCRIPTION", "LOCATION", "URL", "CONFERENCE", "X-GOOGLE-CONFERENCE", "X-MICROSOFT-SKYPETEAMSMEETINGURL",
    "ORGANIZER", "ATTENDEE", "STATUS", "SEQUENCE", "CATEGORIES", "TZID", "X-LIC-LOCATION", "TZOFFSETFROM",
    "TZOFFSETTO", "TZURL", "DUE", "TRANSP", WHOLE_DAY, SHOWN_AS,
))  # fmt: skip
_CALENDARS = ("METHOD", "PRODID", "X-WR-CALNAME", "X-WR-TIMEZONE")
_FRAME = frozenset(("BEGIN", "END", *_CALENDARS))
_ZONES = frozenset(("TZID", "TZURL", "X-LIC-LOCATION", "TZOFFSETFROM", "TZOFFSETTO", "RDATE"))
OWN = "X-PIM-"
"""How the names of our own properties begin."""


def is_wanted(name: str) -> bool:
    """Whether a line of that name tells something of appointments."""
    return name in _WANTED or name in _FRAME or name.startswith(OWN)


def is_looked_at(name: str) -> bool:
    """Whether it tells something that has to be known of the whole file first."""
    return name in _FRAME or name in _ZONES or name in ("UID", "DTSTART", "RRULE")


@dataclass(slots=True)
class Calendar:
    """One VCALENDAR: its number in the file and its own lines by name; 0 is what stands outside of all."""

    number: int
    lines: dict[str, Line] = field(default_factory=dict)

    def text(self, name: str) -> str:
        """A property of the calendar as text, without outer blanks; empty when it has none."""
        return self.lines[name].text.strip() if name in self.lines else ""

    @property
    def method(self) -> str:
        """METHOD in upper case, or empty."""
        return self.lines["METHOD"].token if "METHOD" in self.lines else ""


@dataclass(slots=True)
class Part:
    """One component: kind in upper case, the line of its BEGIN, the lines and parts in it that matter here.

    ``odd`` are the numbers of lines that are no properties; ``ended``: its END was there.
    """

    kind: str
    line: int
    calendar: int
    lines: dict[str, list[Line]] = field(default_factory=dict)
    parts: list[Part] = field(default_factory=list)
    odd: list[int] = field(default_factory=list)
    kept: int = 0
    ended: bool = False
    overfull: bool = False

    def all(self, name: str) -> list[Line]:
        """Every line of that name, in order."""
        return self.lines.get(name, [])

    def first(self, name: str) -> Line | None:
        """The first line of that name that says something, else the first."""
        found = self.lines.get(name)
        if not found:
            return None
        return found[0] if len(found) == 1 else next((line for line in found if line.raw.strip()), found[0])

    def take(self, line: Line) -> None:
        """Keep a line, if it matters."""
        self.kept += 1
        if self.kept > MOST_LINES:
            self.overfull = True
        else:
            self.lines.setdefault(line.name, []).append(line)


def parted(lines: Iterable[Line | int]) -> Iterator[Calendar | Part]:
    """Each component when it ends, and each calendar when it begins; its lines come to it later."""
    return _Parting().run(lines)


class _Parting:
    def __init__(self) -> None:
        self._calendar = Calendar(0)
        self._calendars = 0
        self._open: list[Part] = []

    def run(self, lines: Iterable[Line | int]) -> Iterator[Calendar | Part]:
        yield self._calendar
        for line in lines:
            if isinstance(line, int):
                if self._open and len(self._open[0].odd) < MOST_LINES:
                    self._open[0].odd.append(line)
            elif line.name == "BEGIN":
                yield from self._begin(line)
            elif line.name == "END":
                yield from self._end(line)
            elif self._open:
                self._open[-1].take(line)
            elif line.name in _CALENDARS:
                self._calendar.lines.setdefault(line.name, line)
        yield from self._close()

    def _begin(self, line: Line) -> Iterator[Calendar | Part]:
        kind = line.token[:60]
        if kind == "VCALENDAR":
            yield from self._close()
            self._calendars += 1
            self._calendar = Calendar(self._calendars)
            yield self._calendar
        elif self._open and kind not in KINDS:
            part = Part(kind, line.number, self._calendar.number)
            if self._open[0].kind == "VTIMEZONE" and len(self._open[0].parts) < MOST_LINES:
                self._open[0].parts.append(part)
            if len(self._open) < DEEPEST:
                self._open.append(part)
        else:
            yield from self._close()
            self._open = [Part(kind, line.number, self._calendar.number)]

    def _end(self, line: Line) -> Iterator[Part]:
        kind = line.token
        if kind == "VCALENDAR":
            yield from self._close()
            self._calendar = Calendar(0)
            return
        for depth in range(len(self._open) - 1, -1, -1):
            if self._open[depth].kind == kind:
                self._open[depth].ended = True
                if depth == 0:
                    yield from self._close()
                del self._open[depth:]
                return

    def _close(self) -> Iterator[Part]:
        """The component under way is over, with or without its END."""
        if self._open:
            yield self._open[0]
        self._open = []
