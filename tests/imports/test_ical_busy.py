"""When an event takes its owner's time, and what its owner has added to one of ours."""

from __future__ import annotations

import pytest

from pim_tui.domain.intervals import Interval
from pim_tui.domain.moments import wall
from pim_tui.domain.recurrence.drawing import Effort
from pim_tui.imports.ical.additions import LARGEST, additions
from pim_tui.imports.ical.busy import LEAST, busy_times, read_resource
from tests.services.clinic import ZONE, at

WINDOW = Interval(at("2026-10-20 00:00"), at("2026-11-05 00:00"))


def times(*lines: str, window: Interval = WINDOW, effort: Effort | None = None) -> list[str]:
    """The stretches of one event, on the clock in Berlin."""
    text = "\r\n".join(("BEGIN:VCALENDAR", "BEGIN:VEVENT", "UID:a", *lines, "END:VEVENT", "END:VCALENDAR"))
    found = read_resource(text.encode(), ZONE)
    return [
        f"{wall(one.start, ZONE):%m-%d %H:%M}-{wall(one.end, ZONE):%m-%d %H:%M}"
        for event in found.events
        for one in busy_times(event, window, effort or Effort())
    ]


@pytest.mark.parametrize(
    ("lines", "found"),
    [
        (("DTSTART:20261021T080000Z", "DTEND:20261021T090000Z"), ["10-21 10:00-10-21 11:00"]),
        (("DTSTART:20261021T080000", "DURATION:PT90M"), ["10-21 08:00-10-21 09:30"]),
        (("DTSTART;VALUE=DATE:20261025",), ["10-25 00:00-10-26 00:00"]),
        (("DTSTART;TZID=Europe/Berlin:20261024T120000", "DURATION:P1D"), ["10-24 12:00-10-25 12:00"]),
        (("DTSTART:20261021T080000Z",), []),
        (("DTSTART:20261021T080000Z", "DURATION:PT1H", "TRANSP:TRANSPARENT"), []),
        (("DTSTART:20261021T080000Z", "DURATION:PT1H", "STATUS:CANCELLED"), []),
        (("DTSTART:20261021T080000Z", "DURATION:PT1H", "X-MICROSOFT-CDO-BUSYSTATUS:FREE"), []),
        (("DTSTART:20260901T080000Z", "DURATION:PT1H"), []),
        (("DTSTART:20261019T080000Z", "DTEND:20261120T080000Z"), ["10-19 10:00-11-20 09:00"]),
    ],
)
def test_a_single_event_takes_its_time(lines: tuple[str, ...], found: list[str]) -> None:
    assert times(*lines) == found


def test_what_repeats_keeps_its_wall_time_and_its_exceptions_theirs() -> None:
    series = (
        "DTSTART;TZID=Europe/Berlin:20260106T090000", "DURATION:PT30M", "RRULE:FREQ=WEEKLY",
        "EXDATE;TZID=Europe/Berlin:20261020T090000", "END:VEVENT",
        "BEGIN:VEVENT", "UID:a", "RECURRENCE-ID;TZID=Europe/Berlin:20261103T090000",
        "DTSTART;TZID=Europe/Berlin:20261104T150000",
    )  # fmt: skip
    assert times(*series) == ["10-27 09:00-10-27 09:30", "11-04 15:00-11-04 15:30"]
    whole = ("DTSTART;VALUE=DATE:20261011", "RRULE:FREQ=WEEKLY")
    assert times(*whole) == ["10-25 00:00-10-26 00:00", "11-01 00:00-11-02 00:00"]
    long = ("DTSTART;TZID=Europe/Berlin:20261001T200000", "DURATION:P5D", "RRULE:FREQ=MONTHLY;BYMONTHDAY=17")
    assert times(*long) == ["10-17 20:00-10-22 20:00"]


def test_hostile_rules_end_and_use_up_what_all_of_them_have() -> None:
    many = ("DTSTART:20200101T000000Z", "DURATION:PT1M", "RRULE:FREQ=SECONDLY")
    assert len(times(*many)) <= 1000
    effort = Effort(left=2 * LEAST)
    assert len(times("DTSTART:20261021T080000Z", "DURATION:PT1H", "RRULE:FREQ=DAILY", effort=effort)) == 15
    assert len(times("DTSTART:20261021T080000Z", "DURATION:PT1H", "RRULE:FREQ=DAILY", effort=effort)) == 15
    assert times("DTSTART:20261021T080000Z", "DURATION:PT1H", "RRULE:FREQ=DAILY", effort=effort) == []
    assert len(times("DTSTART:20261021T080000Z", "DURATION:PT1H", effort=effort)) == 1


@pytest.mark.parametrize("data", [b"", b"\x00\xff" * 50, b"BEGIN:VCARD\r\nEND:VCARD", b"<xml/>"])
def test_what_is_no_calendar_takes_no_time(data: bytes) -> None:
    found = read_resource(data, ZONE)
    assert (found.events, found.odd) == ((), True)


@pytest.mark.parametrize(
    "hidden",
    ["DTS\n TART:20300101T000000Z", "SUM\r\n\tMARY;X=1:other", "summary :other", "X-P\n IM-REASON:other",
     "BEGIN:X", "END:X", "no property", "BEGIN:X\nEND:Y\nEND:X", "BEGIN:VALARM\nBEGIN:X\nEND:VALARM"],
)  # fmt: skip
def test_nothing_that_stays_says_when_or_ends_the_event(hidden: str) -> None:
    text = f"BEGIN:VEVENT\nBEGIN:VALARM\nX:1\nBEGIN:Y\nEND:Y\nEND:VALARM\nCOLOR:red\n{hidden}\nEND:VEVENT\n"
    kept = "BEGIN:VALARM\r\nX:1\r\nBEGIN:Y\r\nEND:Y\r\nEND:VALARM\r\nCOLOR:red\r\n"
    assert "".join(additions(text.encode())) == kept


def test_additions_stay_and_what_we_say_does_not() -> None:
    text = (
        "BEGIN:VCALENDAR\nX-WR-CALNAME:x\nBEGIN:VTIMEZONE\nTZID:y\nEND:VTIMEZONE\nBEGIN:VEVENT\nUID:a\n"
        "DTSTART;VALUE=DATE:20261021\nRRULE:FREQ=DAILY\nDESCRIPTION:bring\n  the keys\nX-PIM-NAME:Jane\n"
        "X-MICROSOFT-CDO-BUSYSTATUS:FREE\nCOLOR:red\nBEGIN:VALARM\nACTION:DISPLAY\nDESCRIPTION:soon\n"
        "END:VALARM\nSUMMARY:other\nEND:VEVENT\nBEGIN:VEVENT\nCOLOR:blue\nEND:VEVENT\nEND:VCALENDAR\n"
    )
    assert "".join(additions(text.encode())) == (
        "DESCRIPTION:bring\r\n  the keys\r\nCOLOR:red\r\n"
        "BEGIN:VALARM\r\nACTION:DISPLAY\r\nDESCRIPTION:soon\r\nEND:VALARM\r\n"
    )
    assert additions(b"BEGIN:VEVENT\nX-BIG:" + b"x" * LARGEST + b"\nEND:VEVENT") == ()
    assert additions(b"BEGIN:VEVENT\nBEGIN:VALARM\nTRIGGER:x\nEND:VEVENT") == ()
