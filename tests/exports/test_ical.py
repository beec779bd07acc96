"""Calendars: other readers see the same visits, on the nights of the clock changes too."""

from __future__ import annotations

import subprocess
import sys
from collections.abc import Iterable
from datetime import UTC, date, datetime, timedelta
from pathlib import Path

import pytest
import recurring_ical_events
from icalendar import Calendar

from pim_tui.domain.handout import SeriesOut, VisitOut, ZoneUse
from pim_tui.domain.moments import utc_offset
from pim_tui.exports import ical
from pim_tui.exports.vtimezone import vtimezone
from tests.exports.samples import BERLIN, KEY, STAMP, at, repeated, visit

NEW_YORK = "America/New_York"


def written(visits: Iterable[VisitOut] = (), series: Iterable[SeriesOut] = ()) -> str:
    """A whole calendar."""
    found = list(series)
    zones = {one.zone: ZoneUse(one.zone, one.starts_at, one.drawn_to or one.starts_at) for one in found}
    return "".join(
        (
            *ical.opening("Harbour Clinic", zones.values()),
            *(ical.series(one, STAMP) for one in found),
            *(ical.event(one, STAMP, KEY) for one in visits),
            ical.closing(),
        )
    )


def seen(text: str, first: date, last: date) -> list[tuple[int, int, str]]:
    """(start, minutes, summary) of every visit another reader finds in these days."""
    found = recurring_ical_events.of(Calendar.from_ical(text)).between(first, last + timedelta(days=1))
    return sorted(
        (int(one.start.timestamp()), (one.end - one.start).seconds // 60, str(one["SUMMARY"]))
        for one in found
    )


def test_a_visit_is_in_utc_with_its_length_and_what_only_we_know() -> None:
    known = visit(
        at("2026-11-23 10:30"), room="Room 1", reason="Knee; left, \\again", note="two\nlines", minutes=90,
        status="M", uid="abc@elsewhere", sequence=4, version=2,
    )  # fmt: skip
    text = written([known])
    assert "DTSTART:20261123T093000Z\r\nDURATION:PT1H30M\r\n" in text
    assert "VTIMEZONE" not in text
    (event,) = Calendar.from_ical(text).walk("VEVENT")
    assert str(event["UID"]) == "abc@elsewhere"
    assert event["SEQUENCE"] == 5
    assert str(event["DESCRIPTION"]) == "two\nlines"
    assert str(event["STATUS"]) == "CONFIRMED"
    # This reader leaves the escapes of properties it does not know.
    own = {name[6:].lower(): str(value) for name, value in event.items() if name.startswith("X-PIM-")}
    assert own == {
        "customer": "1", "name": "Jane Doe", "staff": "Dr Lee", "mode": "in_person", "type": "Follow-up",
        "room": "Room 1", "reason": "Knee\\; left\\, \\\\again", "status": "missed",
    }  # fmt: skip


def test_a_canceled_visit_says_so_and_takes_no_time() -> None:
    gone = visit(at("2026-11-23 10:30"), status="X", cancel_reason="ill", cancelled_by="customer")
    (event,) = Calendar.from_ical(written([gone])).walk("VEVENT")
    assert (str(event["STATUS"]), str(event["TRANSP"])) == ("CANCELLED", "TRANSPARENT")
    assert (str(event["X-PIM-CANCEL-REASON"]), str(event["X-PIM-CANCELED-BY"])) == ("ill", "customer")


def changing() -> SeriesOut:
    """Each Tuesday at 10:30 through October and November: one left out, one added, one moved, one missed."""
    moved = visit(at("2026-10-28 15:00"), series="series-3@x", reason="moved", minutes=45)
    missed = visit(at("2026-11-03 10:30"), series="series-3@x", status="M")
    return repeated(
        "2026-10-13T10:30",
        "FREQ=WEEKLY;COUNT=6;BYDAY=TU",
        out=(at("2026-11-10 10:30"),),
        added=(at("2026-11-12 08:00"),),
        drawn_to=at("2026-12-31 00:00"),
        changed=((at("2026-10-27 10:30"), moved), (at("2026-11-03 10:30"), missed)),
    )


EXPECTED = [
    ("2026-10-13 10:30", 30), ("2026-10-20 10:30", 30), ("2026-10-28 15:00", 45), ("2026-11-03 10:30", 30),
    ("2026-11-12 08:00", 30), ("2026-11-17 10:30", 30),
]  # fmt: skip


def test_a_series_keeps_its_rule_its_local_time_and_its_exceptions() -> None:
    text = written(series=[changing()])
    found = seen(text, date(2026, 10, 1), date(2026, 12, 31))
    assert [(start, minutes) for start, minutes, _ in found] == [(at(wall), m) for wall, m in EXPECTED]
    assert "EXDATE;TZID=Europe/Berlin:20261110T103000\r\n" in text
    assert "RECURRENCE-ID;TZID=Europe/Berlin:20261027T103000\r\n" in text
    events = Calendar.from_ical(text).walk("VEVENT")
    assert [str(one.get("X-PIM-STATUS", "")) for one in events] == ["", "scheduled", "missed"]
    assert len({str(one["UID"]) for one in events}) == 1


def test_a_start_that_the_rule_does_not_give_is_no_visit_to_others_either() -> None:
    text = written(series=[repeated("2026-11-23T10:30", "FREQ=WEEKLY;COUNT=2;BYDAY=TU,TH")])
    found = seen(text, date(2026, 11, 1), date(2026, 12, 31))
    assert [start for start, *_ in found] == [at("2026-11-24 10:30"), at("2026-11-26 10:30")]
    assert "EXDATE" not in written(series=[repeated("2026-11-24T10:30", "FREQ=WEEKLY;BYDAY=TU,TH")])


@pytest.mark.parametrize(
    ("wall", "rule", "days", "starts"),
    [
        # The clocks go back at 03:00 on 25 October; the first of the two half past twos is meant.
        ("2026-10-24T02:30", "FREQ=DAILY;COUNT=3", 3,
         [("2026-10-24 02:30", None), ("2026-10-25 02:30", 0), ("2026-10-26 02:30", None)]),
        # They go forward at 02:00 on 29 March: half past two is half past three that night.
        ("2026-03-28T02:30", "FREQ=DAILY;COUNT=3", 3,
         [("2026-03-28 02:30", None), ("2026-03-29 03:30", None), ("2026-03-30 02:30", None)]),
    ],
)  # fmt: skip
def test_on_the_nights_of_the_clock_changes(
    wall: str, rule: str, days: int, starts: list[tuple[str, int | None]]
) -> None:
    first = date.fromisoformat(wall[:10])
    found = seen(written(series=[repeated(wall, rule)]), first, first + timedelta(days=days))
    assert [start for start, *_ in found] == [at(text, fold=fold) for text, fold in starts]


def test_an_exception_in_the_skipped_and_in_the_repeated_hour_is_found_by_its_reader() -> None:
    spring = repeated(
        "2026-03-28T02:30",
        "FREQ=DAILY;COUNT=3",
        changed=((at("2026-03-29 03:30"), visit(at("2026-03-29 12:00"), reason="moved")),),
    )
    found = seen(written(series=[spring]), date(2026, 3, 28), date(2026, 3, 31))
    assert [start for start, *_ in found] == [
        at("2026-03-28 02:30"),
        at("2026-03-29 12:00"),
        at("2026-03-30 02:30"),
    ]
    added = repeated("2026-10-24T02:30", "", added=(at("2026-10-25 02:30", fold=1),))
    text = written(series=[added])
    assert "RDATE:20261025T013000Z\r\n" in text
    found = seen(text, date(2026, 10, 24), date(2026, 10, 26))
    assert [start for start, *_ in found] == [at("2026-10-24 02:30"), at("2026-10-25 02:30", fold=1)]


@pytest.mark.parametrize(
    "zone",
    [BERLIN, NEW_YORK, "Asia/Tokyo", "Australia/Lord_Howe", "Africa/Casablanca", "Asia/Kathmandu",
     "America/Sao_Paulo", "Pacific/Apia", "Africa/Monrovia", "Etc/UTC"],
)  # fmt: skip
def test_the_zone_written_is_the_zone_meant(zone: str) -> None:
    """Read under a name that no reader knows, so that only what is written can tell."""
    first, last = at("2018-06-01 12:00", "UTC"), at("2021-06-01 12:00", "UTC")
    text = "".join(vtimezone(ZoneUse(zone, first, last)))
    assert len(text) < 2_500
    named = text.replace(f"TZID:{zone}", f"TZID:X-{zone.replace('/', '-')}")
    (read,) = Calendar.from_ical(f"BEGIN:VCALENDAR\r\n{named}END:VCALENDAR\r\n").walk("VTIMEZONE")
    rules = read.to_tz()
    for instant in range(first, last, 86_400 * 3 + 3_600):
        local = datetime.fromtimestamp(instant + utc_offset(instant, zone), UTC).replace(tzinfo=None)
        assert local.replace(tzinfo=rules).utcoffset() == timedelta(seconds=utc_offset(instant, zone)), local


# --- another calendar program ------------------------------------------------------------------------


def khal(home: Path, *arguments: str) -> str:
    """What khal, with a configuration of its own, answers."""
    ended = subprocess.run(
        [Path(sys.executable).with_name("khal"), "-c", str(home / "config"), *arguments],
        capture_output=True,
        text=True,
        timeout=60,
        check=False,
        env={"HOME": str(home), "PATH": "/usr/bin:/bin", "LC_ALL": "C.UTF-8", "TZ": BERLIN},
    )
    assert ended.returncode == 0, ended.stderr
    return ended.stdout


CONFIG = """\
[calendars]
[[clinic]]
path = {home}/clinic
[locale]
local_timezone = Europe/Berlin
default_timezone = Europe/Berlin
timeformat = %H:%M
dateformat = %Y-%m-%d
longdateformat = %Y-%m-%d
datetimeformat = %Y-%m-%d %H:%M
longdatetimeformat = %Y-%m-%d %H:%M
[sqlite]
path = {home}/khal.db
"""


@pytest.mark.peer
def test_khal_shows_the_same_visits(tmp_path: Path) -> None:
    (tmp_path / "config").write_text(CONFIG.format(home=tmp_path), "utf-8")
    (tmp_path / "clinic").mkdir()
    singles = [
        visit(at("2026-10-25 02:30", fold=1), id=1, reason="second half past two"),
        visit(at("2026-10-25 23:30"), id=2, minutes=60, customer="山田 太郎"),
    ]
    text = written(singles, [changing()])
    for number, event in enumerate(("".join(parts) for parts in parted(text)), 1):
        (tmp_path / "clinic" / f"{number}.ics").write_text(event, "utf-8", newline="")
    shown = khal(tmp_path, "list", "--format", "{start-long}|{end-long}|{title}", "--day-format", "",
                 "2026-10-01", "2026-12-31")  # fmt: skip
    found = [tuple(line.split("|")) for line in shown.splitlines() if line.strip()]
    wanted = seen(text, date(2026, 10, 1), date(2026, 12, 31))
    assert [line[:2] for line in sorted(set(found))] == sorted(
        (stated(start), stated(start + minutes * 60)) for start, minutes, _ in wanted
    )
    assert any("山田 太郎" in title for *_, title in found)


def stated(instant: int) -> str:
    return f"{datetime.fromtimestamp(instant + utc_offset(instant, BERLIN), UTC):%Y-%m-%d %H:%M}"


def parted(text: str) -> list[list[str]]:
    """The calendar with one UID a file, as a folder of a calendar program has it."""
    head, _, body = text.partition("BEGIN:VEVENT")
    events = [f"BEGIN:VEVENT{part}" for part in body.removesuffix("END:VCALENDAR\r\n").split("BEGIN:VEVENT")]
    groups: dict[str, list[str]] = {}
    for event in events:
        groups.setdefault(event.partition("UID:")[2].partition("\r\n")[0], []).append(event)
    return [[head, *group, "END:VCALENDAR\r\n"] for group in groups.values()]
