"""Real calendar files: each goes through, with the counts of the table; recorded visits are ours."""

from __future__ import annotations

import json
import re
import resource
import time
from collections import Counter
from collections.abc import Iterable
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import pytest

from pim_tui.domain.moments import MINUTE, as_written, zone_info
from pim_tui.domain.recurrence import end_of, read_rule, starts
from pim_tui.errors import FileProblem
from pim_tui.imports.events import EventRow
from pim_tui.imports.ical import open_events
from pim_tui.imports.report import Refusal
from tests.domain.recurrence_decisions import EVENTS, FILES
from tests.imports.ical_table import CLINIC, ELSEWHERE, FOLDERS, NO_CALENDARS, REASONS

Visit = tuple[int, EventRow]
SECONDS, MEGABYTES = 2, 200
QUOTED = re.compile("“.*”|[A-Z][A-Z0-9=:␕-]+|[0-9]+")
"""What a reason quotes of the file."""


def read(path: Path, zone: str = CLINIC) -> list[EventRow | Refusal]:
    with open_events(path, zone) as file:
        return list(file.rows())


def at(text: str, zone: str) -> int:
    """The instant of ``20260301T103000``, ``20260301`` or, whatever the zone, ``20260301T093000Z``."""
    wall = datetime.strptime(text.rstrip("Z"), "%Y%m%dT%H%M%S" if "T" in text else "%Y%m%d")
    return int(wall.replace(tzinfo=UTC).timestamp()) if text.endswith("Z") else as_written(wall, zone)


def visits(row: EventRow, first: int | None = None, last: int | None = None) -> list[Visit]:
    """The starts of one row and the row that each is of, as a calendar shows them."""
    if row.repeats is None:
        found = [(row.starts_at, row)]
    else:
        rule = read_rule(row.repeats.rule) if row.repeats.rule else None
        out = {*row.repeats.out, *(change.recurrence_at for change in row.repeats.changed)} - {None}
        given = starts(
            rule, datetime.fromisoformat(row.wall), row.zone, first=first, last=last,
            out=out, added=row.repeats.added,
        )  # fmt: skip
        changed = [(change.starts_at, change) for change in row.repeats.changed if not change.canceled]
        found = [(instant, row) for instant in given.at] + changed
    return [
        (instant, of)
        for instant, of in found
        if (first is None or instant >= first) and (last is None or instant < last)
    ]


def all_visits(
    rows: Iterable[EventRow | Refusal], first: int | None = None, last: int | None = None
) -> list[Visit]:
    found = [visit for row in rows if isinstance(row, EventRow) for visit in visits(row, first, last)]
    return sorted(found, key=lambda visit: visit[0])


# --- every file ------------------------------------------------------------------------------------


@pytest.mark.walk
def test_every_file_goes_through_with_the_counts_of_the_table(shared: Path) -> None:
    counts: dict[str, list[int]] = {}
    reasons: Counter[str] = Counter()
    no_calendars = []
    before = _megabytes()
    for path in sorted((shared / "data/ics").rglob("*.ics")):
        count = counts.setdefault(path.parent.name, [0, 0, 0])
        count[0] += 1
        begun = time.process_time()
        try:
            rows = read(path)
        except FileProblem:
            no_calendars.append(path.name)
            continue
        assert time.process_time() - begun < SECONDS, path
        for row in rows:
            if isinstance(row, EventRow):
                count[1] += 1
                zone_info(row.zone)
                assert datetime.fromisoformat(row.wall)
            else:
                count[2] += 1
                reasons[re.sub(QUOTED, "*", row.reason)] += 1
    assert {folder: tuple(count) for folder, count in counts.items()} == FOLDERS
    assert dict(reasons) == REASONS
    assert tuple(no_calendars) == NO_CALENDARS
    assert _megabytes() - before < MEGABYTES


def _megabytes() -> float:
    """The most memory this process has had."""
    return resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 1024


# --- recorded visits -------------------------------------------------------------------------------


def _event_agrees(case: dict[str, Any], path: Path) -> bool:
    """Whether a recorded calendar shows the recorded visits."""
    path.write_text(case["ics"], newline="")
    zone = case["evaluate_in_zone"] or CLINIC
    rows = read(path, zone)
    if case.get("expect") == "clean-error":
        return all(isinstance(row, Refusal) for row in rows)
    first, last = (at(text, zone) for text in case["window"]) if case["window"] else (None, None)
    found = all_visits(rows, first, last)
    shown = [instant for instant, _ in found]
    wanted = case.get("occurrences")
    if wanted is not None:
        return shown == [_instant(one, zone) for one in wanted] and all(
            _lasts(visit, one.get("duration")) for visit, one in zip(found, wanted, strict=True)
        )
    assert case.get("count", len(shown)) == len(shown)
    return {at(text, zone) for text in case["must_contain"]} <= set(shown) and not (
        {at(text, zone) for text in case.get("must_not_contain", ())} & set(shown)
    )


def _instant(told: dict[str, str], zone: str) -> int:
    if "utc_start" in told:
        return at(told["utc_start"], zone)
    return at(told["start"], _named(told.get("tz"), zone))


def _named(tz: str | None, zone: str) -> str:
    return "US/Eastern" if tz == "US-Eastern" else tz or zone


def _lasts(visit: Visit, told: str | None) -> bool:
    """Whether a visit ends when a recorded duration (``P7DT3H``) does."""
    if told is None:
        return True
    instant, row = visit
    days, hours, minutes = (
        int(found[1]) if (found := re.search(rf"(\d+){unit}", told)) else 0 for unit in "DHM"
    )
    assert row.minutes is not None
    whole = end_of(row.starts_at, row.zone, row.days, 0) - row.starts_at
    elapsed = row.minutes - whole // MINUTE if row.days and not row.all_day else row.minutes
    ends = end_of(instant, row.zone, row.days, 0 if row.all_day else elapsed)
    return ends == end_of(instant, row.zone, days, hours * 60 + minutes)


def test_recorded_calendars_show_the_recorded_visits(shared: Path, tmp_path: Path) -> None:
    cases = json.loads((shared / "data/rrule/dst_and_override_cases.json").read_text())["cases"]
    assert len(cases) == 25
    differ = [case["id"] for case in cases if not _event_agrees(case, tmp_path / "case.ics")]
    assert differ == list(EVENTS)


def _file_agrees(case: dict[str, Any], folder: Path) -> bool:
    rows = read(folder / case["file"])
    row = sorted((row for row in rows if isinstance(row, EventRow)), key=lambda row: row.line)[
        case["event_index"]
    ]
    first, last = (at(case[f"window_{end}"], row.zone) for end in ("from", "to"))
    # What began before the window and has not ended is shown as well.
    reach = (row.minutes or 0) * MINUTE
    found = [
        visit
        for visit in visits(row, first - reach, last)
        if visit[0] >= first or end_of(visit[0], row.zone, 0, row.minutes or 0) > first
    ]
    wanted = case["occurrences"]
    return [instant for instant, _ in found] == [_instant(one, row.zone) for one in wanted] and all(
        _lasts(visit, one["duration"]) for visit, one in zip(found, wanted, strict=True)
    )


def test_recorded_files_show_the_recorded_visits(shared: Path) -> None:
    cases = json.loads((shared / "data/rrule/ics_file_occurrences.json").read_text())["cases"]
    assert len(cases) == 32
    assert [case["id"] for case in cases if not _file_agrees(case, shared / "data/ics")] == list(FILES)


# --- zones -----------------------------------------------------------------------------------------


def test_a_zone_without_its_name_is_found_by_its_definition(shared: Path, tmp_path: Path) -> None:
    months = [f"2024{month:02}15T1030" for month in range(1, 13)]
    events = "".join(f"BEGIN:VEVENT\nDTSTART;TZID=x:{wall}\nEND:VEVENT\n" for wall in months)
    for path in sorted((shared / "data/timezones/vtimezone").glob("*.ics")):
        told = re.sub("(?m)^(X-LIC-LOCATION:.*|TZID:.*)$", "TZID:x", path.read_text("utf-8"))
        (tmp_path / path.name).write_text(told.replace("END:VCALENDAR", f"{events}END:VCALENDAR"))
        rows = [row for row in read(tmp_path / path.name, "Asia/Tokyo") if isinstance(row, EventRow)]
        zone = path.stem.replace("_", "/", 1)
        assert [row.starts_at for row in rows] == [at(f"{wall}00", zone) for wall in months], zone
        assert not any(row.remarks for row in rows), zone


# --- a second opinion ------------------------------------------------------------------------------


def _theirs(path: Path, first: int, last: int) -> list[int]:
    """The starts that another library finds in a file."""
    import icalendar
    import recurring_ical_events

    window = [datetime.fromtimestamp(instant, UTC) for instant in (first, last)]
    found = []
    for calendar in icalendar.Calendar.from_ical(path.read_bytes(), multiple=True):
        for event in recurring_ical_events.of(calendar).between(*window):
            start = event["DTSTART"].dt
            if isinstance(start, datetime) and start.tzinfo:
                found.append(int(start.timestamp()) // MINUTE * MINUTE)
            else:
                found.append(at(f"{start:%Y%m%dT%H%M}00", CLINIC))
    return sorted(instant for instant in found if first <= instant < last)


@pytest.mark.filterwarnings("ignore")
def test_another_library_sees_the_same_visits_in_the_files_it_can_read(shared: Path) -> None:
    differ = []
    for folder in ("khal", "node-ical"):
        for path in sorted((shared / "data/ics" / folder).glob("*.ics")):
            rows = [row for row in read(path) if isinstance(row, EventRow)]
            first = min((row.starts_at for row in rows), default=0)
            last = first + 200 * 86_400
            ours = [instant for instant, _ in all_visits(rows, first, last)]
            try:
                same = ours == _theirs(path, first, last)
            except (ValueError, KeyError, AttributeError):
                same = False
            differ += [] if same else [path.name]
    assert differ == list(ELSEWHERE)
