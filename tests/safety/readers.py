"""What the fuzzers feed: for each importer one callable that reads bytes and checks what comes out."""

from __future__ import annotations

import os
import tempfile
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import datetime
from pathlib import Path

from pim_tui.domain.moments import zone_info
from pim_tui.domain.recurrence import read_rule, starts
from pim_tui.domain.text import visible
from pim_tui.errors import FileProblem
from pim_tui.imports.events import EventRow
from pim_tui.imports.ical import open_events
from pim_tui.imports.report import Refusal

SHARED = Path(__file__).resolve().parents[3] / "shared" / "data"


@dataclass(frozen=True, slots=True)
class Reader:
    """``read`` takes a whole file; any error but the program's own leaves it. ``seeds``: folder and ending
    of real files to begin with; ``words`` are what such files are made of."""

    read: Callable[[bytes], object]
    seeds: tuple[str, str] = ("", "")
    words: tuple[str, ...] = ()


@contextmanager
def file_of(data: bytes, name: str) -> Iterator[Path]:
    """A file with that content, in memory where the machine has room there."""
    with tempfile.TemporaryDirectory(dir="/dev/shm" if os.path.isdir("/dev/shm") else None) as folder:
        path = Path(folder) / name
        path.write_bytes(data)
        yield path


def read_ical(data: bytes) -> int:
    """How many appointments and refusals a calendar file gives; each is looked at."""
    with file_of(data, "fuzzed.ics") as path:
        try:
            with open_events(path, "Europe/Berlin") as file:
                rows = list(file.rows())
                assert all(title and _harmless(text) for title, text in file.facts)
        except FileProblem:
            return 0
    for row in rows:
        if isinstance(row, Refusal):
            assert row.line >= 1, row
            assert _harmless(row.reason), row
        else:
            _check_event(row)
    return len(rows)


def _harmless(text: str) -> bool:
    """Whether there is something to read, in one line that a terminal can be given."""
    return bool(text) and "\n" not in text and visible(text) == text


def _check_event(row: EventRow) -> None:
    zone_info(row.zone)
    wall = datetime.fromisoformat(row.wall)
    assert row.starts_at % 60 == 0, row
    assert row.minutes is None or row.minutes > 0, row
    assert all(map(_harmless, row.remarks)), row
    if row.repeats is None:
        return
    rule = read_rule(row.repeats.rule) if row.repeats.rule else None
    assert rule is None or str(rule) == row.repeats.rule, row
    found = starts(
        rule, wall, row.zone, out=row.repeats.out, added=row.repeats.added, most=50, patience=2_000
    )
    assert list(found.at) == sorted(set(found.at)), row
    for change in row.repeats.changed:
        assert change.recurrence_at is not None, row
        assert change.repeats is None, row
        _check_event(change)


READERS: dict[str, Reader] = {
    "ical": Reader(
        read_ical,
        ("ics", ".ics"),
        (
            "BEGIN:VCALENDAR\n", "END:VCALENDAR\n", "BEGIN:VEVENT\n", "END:VEVENT\n", "BEGIN:VTIMEZONE\n",
            "END:VTIMEZONE\n", "BEGIN:STANDARD\n", "END:STANDARD\n", "BEGIN:DAYLIGHT\n", "END:DAYLIGHT\n",
            "DTSTART:20260301T103000\n", "DTSTART;VALUE=DATE:20260301\n", "DTSTART;TZID=X:20260301T103000\n",
            "DTEND:20260301T113000Z\n", "DURATION:P1DT2H\n", "RRULE:FREQ=", "EXDATE:", "RDATE:", "EXRULE:",
            "RECURRENCE-ID:20260301T103000\n", "UID:1\n", "SEQUENCE:2\n", "METHOD:REQUEST\n", "TZID:X\n",
            "TZOFFSETFROM:+0100\n", "TZOFFSETTO:+0200\n", "X-LIC-LOCATION:", "STATUS:CANCELLED\n",
            "RANGE=THISANDFUTURE", "ENCODING=BASE64", "ENCODING=QUOTED-PRINTABLE", "X-PIM-REASON:",
            "ATTENDEE;CN=A:mailto:a@b\n", "CATEGORIES:", "URL:https://zoom.us/j/1\n", "COUNT=", "UNTIL=",
            "YEARLY", "MONTHLY", "WEEKLY", "DAILY", "HOURLY", "SECONDLY", ";BYDAY=", ";BYMONTH=",
            ";INTERVAL=", ";BYSETPOS=", ";BYWEEKNO=", "-1MO", "20260101", "T000000", "Z", "\\n", "=\n", "\n ",
            "\r\n",
        ),
    ),
}  # fmt: skip
"""Every importer, by its name on the command line: one entry each."""
