"""Calendar files: salvage, zones, lengths, people, series with their exceptions, refusals with a reason."""

from __future__ import annotations

from collections.abc import Callable
from datetime import UTC, datetime
from pathlib import Path
from zoneinfo import ZoneInfo

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from pim_tui.domain.moments import Zone, zone_info
from pim_tui.errors import FileProblem
from pim_tui.imports.events import EventRow, Who
from pim_tui.imports.ical import open_events, series, zones
from pim_tui.imports.report import Refusal
from pim_tui.imports.zonenames import common_zones, every_zone
from tests.safety.fuzzed import READERS

BERLIN = "Europe/Berlin"
Read = Callable[..., list[EventRow | Refusal]]

BERLIN_ZONE = """BEGIN:VTIMEZONE
TZID:{name}
BEGIN:STANDARD
DTSTART:16010101T030000
TZOFFSETFROM:+0200
TZOFFSETTO:+0100
RRULE:FREQ=YEARLY;BYDAY=-1SU;BYMONTH=10
END:STANDARD
BEGIN:DAYLIGHT
DTSTART:16010101T020000
TZOFFSETFROM:+0100
TZOFFSETTO:+0200
RRULE:FREQ=YEARLY;BYDAY=-1SU;BYMONTH=3
END:DAYLIGHT
END:VTIMEZONE
"""
FIXED_ZONE = """BEGIN:VTIMEZONE
TZID:{name}
BEGIN:STANDARD
DTSTART:19700101T000000
TZOFFSETFROM:{offset}
TZOFFSETTO:{offset}
END:STANDARD
END:VTIMEZONE
"""


@pytest.fixture
def read(tmp_path: Path) -> Read:
    """The rows of a calendar with that content; bytes are taken as the whole file."""

    def rows(content: str | bytes, zone: str = BERLIN) -> list[EventRow | Refusal]:
        path = tmp_path / "test.ics"
        path.write_bytes(content if isinstance(content, bytes) else calendar(content).encode())
        with open_events(path, zone) as file:
            return list(file.rows())

    return rows


def calendar(content: str) -> str:
    return f"BEGIN:VCALENDAR\nVERSION:2.0\n{content}\nEND:VCALENDAR\n"


def event(*lines: str) -> str:
    return "\n".join(("BEGIN:VEVENT", *lines, "END:VEVENT"))


def utc(text: str) -> int:
    """``2026-03-02 09:30`` in UTC seconds."""
    return int(datetime.fromisoformat(text).replace(tzinfo=UTC).timestamp())


def only(rows: list[EventRow | Refusal]) -> EventRow:
    (row,) = rows
    assert isinstance(row, EventRow), row
    return row


START = "DTSTART:20260302T103000"


# --- when ------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("lines", "starts", "minutes", "zone"),
    [
        ((START,), "2026-03-02 09:30", None, BERLIN),
        ((START, "DTEND:20260302T110059"), "2026-03-02 09:30", 30, BERLIN),
        (("DTSTART:20260302T093059Z", "DURATION:PT45M"), "2026-03-02 09:30", 45, BERLIN),
        (("dtstart;tzid=America/New_York:20260302t103000", "dtend:20260302t120000"), "2026-03-02 15:30", 90,
         "America/New_York"),
        (("DTSTART;TZID=Asia/Tokyo:20260302T103000", "DTEND:20260302T023000Z"), "2026-03-02 01:30", 60,
         "Asia/Tokyo"),
        (("DTSTART:2026-03-02T10:30:00", "DURATION:PT1W"), "2026-03-02 09:30", 10_080, BERLIN),
        (("DTSTART:20260328T120000", "DURATION:P1D"), "2026-03-28 11:00", 23 * 60, BERLIN),
        (("DTSTART:20260328T120000", "DURATION:PT24H"), "2026-03-28 11:00", 24 * 60, BERLIN),
        (("DTSTART:20260329T023000", "DURATION:PT1H"), "2026-03-29 01:30", 60, BERLIN),
        ((START, "DTEND:20260302T103000"), "2026-03-02 09:30", None, BERLIN),
        (("DTSTART:20260302T103000-0500", "DURATION:PT30M15.5S"), "2026-03-02 15:30", 30, BERLIN),
        (("DTSTART:2026-03-02T10:30:00+01:00", "DTEND:20260302T100000Z"), "2026-03-02 09:30", 30, BERLIN),
        (("DTSTART:20260302 1030", "DTEND:2026-03-02 11:00:00"), "2026-03-02 09:30", 30, BERLIN),
        (("DTSTART:20260302T220000", "DTEND:20260302T240000"), "2026-03-02 21:00", 120, BERLIN),
    ],
)  # fmt: skip
def test_start_and_length_in_every_form(
    read: Read, lines: tuple[str, ...], starts: str, minutes: int | None, zone: str
) -> None:
    row = only(read(event(*lines)))
    assert (row.starts_at, row.minutes, row.zone) == (utc(starts), minutes, zone)
    assert not row.all_day
    assert not row.remarks


@pytest.mark.parametrize(
    ("end", "days"),
    [
        ("DTEND;VALUE=DATE:20260305", 3),
        ("DTEND;VALUE=DATE:20260302", 1),
        ("DTEND:20260302T000000", 1),
        ("DTEND:20260303T180000", 2),
        ("DURATION:P2D", 2),
        ("DURATION:PT36H", 2),
        ("SUMMARY:no end", 1),
    ],
)
def test_whole_days_are_whole_days(read: Read, end: str, days: int) -> None:
    row = only(read(event("DTSTART;VALUE=DATE:20260302", end)))
    assert (row.all_day, row.minutes, row.days) == (True, days * 1440, days)
    assert row.wall == "2026-03-02T00:00"


def test_outlooks_day_from_midnight_to_midnight_is_a_whole_day(read: Read) -> None:
    lines = (f"DTSTART;TZID={BERLIN}:20260302T000000", f"DTEND;TZID={BERLIN}:20260304T000000")
    flagged = only(read(event(*lines, "X-MICROSOFT-CDO-ALLDAYEVENT:TRUE")))
    assert (flagged.all_day, flagged.days) == (True, 2)
    assert not only(read(event(*lines, "X-MICROSOFT-CDO-ALLDAYEVENT:FALSE"))).all_day


def test_an_end_before_the_start_costs_the_length_only(read: Read) -> None:
    row = only(read(event(START, "DTEND:20260302T100000")))
    assert row.minutes is None
    assert row.remarks == ("it ends before it begins; its length is not known",)


@pytest.mark.parametrize(
    ("line", "says"),
    [
        ("SUMMARY:x", "does not say when it starts"),
        ("DTSTART:Next Year", "DTSTART “Next Year” is no date or time"),
        ("DTSTART:20260231T100000", "is no date or time"),
        ("DTSTART:", "DTSTART is empty"),
        ("DTSTART:99991231T220000", "the year 9999 cannot be right"),
        (f"{START}\nRRULE:FREQ=SOMETIMES", "RRULE: FREQ=SOMETIMES is no frequency"),
        (f"{START}\nRECURRENCE-ID:never", "RECURRENCE-ID “never” is no date"),
    ],
)
def test_what_is_no_appointment_is_refused_by_line_and_reason(read: Read, line: str, says: str) -> None:
    (refusal,) = read(event(line))
    assert isinstance(refusal, Refusal)
    assert (refusal.file, refusal.line) == ("test.ics", 3)
    assert says in refusal.reason


@pytest.mark.parametrize(
    ("kind", "says"),
    [("VTODO", "a task"), ("VJOURNAL", "a journal entry"), ("VFREEBUSY", "free and busy times")],
)
def test_other_components_are_refused_by_what_they_are(read: Read, kind: str, says: str) -> None:
    (refusal,) = read(f"BEGIN:{kind}\n{START}\nEND:{kind}")
    assert isinstance(refusal, Refusal)
    assert says in refusal.reason
    assert "not an appointment" in refusal.reason


@pytest.mark.parametrize("method", ["REPLY", "COUNTER", "REFRESH", "DECLINECOUNTER"])
def test_an_answer_is_no_appointment(read: Read, method: str) -> None:
    (refusal,) = read(f"{event(START)}\nMETHOD:{method}")
    assert isinstance(refusal, Refusal)
    assert "an answer to an invitation" in refusal.reason


def test_a_cancellation_by_method_or_status_is_canceled(read: Read) -> None:
    assert only(read(f"METHOD:CANCEL\n{event(START)}")).canceled
    assert only(read(event(START, "STATUS:cancelled"))).canceled
    assert not only(read(f"METHOD:REQUEST\n{event(START, 'STATUS:TENTATIVE')}")).canceled


# --- what and who ----------------------------------------------------------------------------------


def test_words_people_and_links_are_read(read: Read) -> None:
    row = only(
        read(
            "X-WR-CALNAME:Front desk\nMETHOD:REQUEST\n"
            + event(
                START, "UID: a@b ", "SEQUENCE:3", "SUMMARY:Check\\, up\\; teeth", "DESCRIPTION:One\\nTwo",
                "LOCATION:Room 1 https://example.zoom.us/j/12?pwd=x", "CATEGORIES:Follow-up,Blue",
                "ORGANIZER;CN=\"Dr. A; B\":MAILTO:dr@clinic.example", "ATTENDEE:invalid",
                "ATTENDEE;CN=Jane Doe:mailto:jane@x.example", "ATTENDEE;CN=Max:tel:+49-30-1234",
                "X-PIM-Reason:control", "URL:https://clinic.example/1",
                "BEGIN:VALARM", "TRIGGER:-PT5M", "DESCRIPTION:ring", "END:VALARM",
            )
        )
    )  # fmt: skip
    assert (row.uid, row.sequence, row.method, row.calendar) == ("a@b", 3, "REQUEST", "Front desk")
    assert (row.summary, row.description, row.kind) == ("Check, up; teeth", "One\nTwo", "Follow-up")
    assert row.link == "https://example.zoom.us/j/12?pwd=x"
    assert row.staff == Who("Dr. A; B", "dr@clinic.example")
    assert row.attendees == (Who("Jane Doe", "jane@x.example"), Who("Max", phone="+49-30-1234"))
    assert row.own == {"reason": "control"}


def test_a_conference_goes_before_a_page_and_only_web_addresses_are_links(read: Read) -> None:
    meeting = "CONFERENCE;VALUE=URI:https://meet.example/1"
    assert only(read(event(START, "URL:https://x.example", meeting))).link == "https://meet.example/1"
    assert only(read(event(START, "URL:https://x.example"))).link == "https://x.example"
    assert only(read(event(START, "URL:javascript:alert(1)", "CONFERENCE:file:///etc/passwd"))).link == ""


# --- zones -----------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("tzid", "zone"),
    [
        ("Europe/Vienna", "Europe/Vienna"),
        ("/freeassociation.sourceforge.net/Tzfile/Europe/Vienna", "Europe/Vienna"),
        ("/mozilla.org/20050126_1/America/Boise", "America/Boise"),
        ("America_New_York", "America/New_York"),
        ("America/Argentina/Buenos Aires", "America/Argentina/Buenos_Aires"),
        ("europe/paris", "Europe/Paris"),
        ("W. Europe Standard Time", "Europe/Berlin"),
        ("eastern standard time", "America/New_York"),
        ('"(GMT+02:00) Nowhere"', "Etc/GMT-2"),
        ("(GMT+05:30) India", "Asia/Calcutta"),
        ('"(UTC+01:00) Amsterdam, Berlin, Bern, Rome"', "Europe/Berlin"),
        ('"(UTC-05:00) Eastern Time (US & Canada)"', "America/New_York"),
        ('"(GMT-07.00) Arizona"', "America/Phoenix"),
        ('"(UTC+08:00) Beijing, Urumqi, Nowhere"', "Asia/Shanghai"),
        ('"(UTC+02:00) , Berlin, Nowhere"', "Europe/Berlin"),
        ('"(UTC+09:00) Berlin"', "Etc/GMT-9"),
        ('"(UTC-06:00) Central Time (US and Canada)"', "America/Chicago"),
        ('"(UTC-08:00) Hora del Pacífico (EE. UU. y Canadá)"', "America/Los_Angeles"),
        ('"(UTC) Coordinated Universal Time"', "Etc/UTC"),
        ('"(UTC+02:00) Amman"', "Asia/Amman"),
        ('"(UTC-03:00) Greenland"', "America/Nuuk"),
        ('"Rome, Vienna, Zurich"', "Europe/Rome"),
        ("Central Time (US & Canada)", "America/Chicago"),
        ("London", "Europe/London"),
        ("Romance Standard Time 1", "Europe/Paris"),
        ("Pacific Daylight Time", "America/Los_Angeles"),
        ("UTC-3", "Etc/GMT+3"),
        ("", BERLIN),
    ],
)
def test_a_zone_is_found_by_any_dress_of_its_name(read: Read, tzid: str, zone: str) -> None:
    row = only(read(event(f"DTSTART;TZID={tzid}:20260302T103000")))
    assert (row.zone, row.wall) == (zone, "2026-03-02T10:30")


def test_an_abbreviation_is_the_clinics_where_its_clock_is_called_so_and_is_told_as_a_guess(
    read: Read,
) -> None:
    content = event("DTSTART;TZID=CST:20260302T103000")
    row = only(read(content))
    assert (row.zone, row.starts_at) == ("America/Chicago", utc("2026-03-02 16:30"))
    assert row.remarks == ("its time zone CST was read as America/Chicago: by its abbreviation",)
    assert only(read(content, "Asia/Shanghai")).zone == "Asia/Shanghai"


def test_times_without_a_zone_are_in_that_of_their_calendar(read: Read, tmp_path: Path) -> None:
    content = f"X-WR-TIMEZONE:US/Eastern\n{event(START)}"
    row = only(read(content))
    assert (row.zone, row.starts_at) == ("US/Eastern", utc("2026-03-02 15:30"))
    assert only(read(content.replace("US/Eastern", "nowhere"))).zone == BERLIN
    both = calendar(f"X-WR-TIMEZONE:Asia/Tokyo\n{event(START)}")
    assert {row.zone for row in read((calendar(content) + both).encode()) if isinstance(row, EventRow)} == {
        BERLIN
    }
    (tmp_path / "told.ics").write_text(calendar(content))
    with open_events(tmp_path / "told.ics", BERLIN) as file:
        assert dict(file.facts)["Times without a zone"] == "are read in US/Eastern"


def test_whole_days_are_the_clinics_whatever_the_zone_of_their_calendar(read: Read) -> None:
    row = only(read(f"X-WR-TIMEZONE:US/Eastern\n{event('DTSTART;VALUE=DATE:20260302')}"))
    assert (row.zone, row.wall) == (BERLIN, "2026-03-02T00:00")


@pytest.mark.parametrize("clinic", ["Europe/Berlin", "Europe/Madrid", "America/New_York"])
def test_a_made_up_zone_is_found_by_its_offsets_the_clinics_first(read: Read, clinic: str) -> None:
    content = event("DTSTART;TZID=Our time:20260702T103000") + "\n" + BERLIN_ZONE.format(name="Our time")
    row = only(read(content, clinic))
    assert row.starts_at == utc("2026-07-02 08:30")
    assert row.wall == "2026-07-02T10:30"
    assert row.zone.startswith("Europe/")
    assert clinic in (row.zone, "America/New_York")
    assert not row.remarks


ENDED_ZONE = """BEGIN:VTIMEZONE
TZID:Ours
BEGIN:DAYLIGHT
DTSTART:20080601T000000
RDATE:20090415T000000
TZOFFSETFROM:+0500
TZOFFSETTO:+0600
END:DAYLIGHT
BEGIN:STANDARD
DTSTART:20070101T000000
RRULE:FREQ=YEARLY;BYMONTH=1;UNTIL=20080101T000000Z
TZOFFSETFROM:+0500
TZOFFSETTO:+0500
END:STANDARD
BEGIN:STANDARD
DTSTART:20081101T000000
RRULE:FREQ=YEARLY;UNTIL=20091031T180000Z
TZOFFSETFROM:+0600
TZOFFSETTO:+0500
END:STANDARD
END:VTIMEZONE
"""


def test_summer_time_that_was_given_up_long_ago_holds_no_longer(read: Read) -> None:
    row = only(read(ENDED_ZONE + event("DTSTART;TZID=Ours:20260702T103000")))
    assert (row.starts_at, row.remarks) == (utc("2026-07-02 05:30"), ())
    row = only(read(ENDED_ZONE + event("DTSTART;TZID=Ours:20080702T103000")))
    assert row.starts_at == utc("2008-07-02 04:30")


@pytest.mark.parametrize("until", ["99991231T235959Z", "00010101T000000Z"])
@pytest.mark.parametrize("offset", ["+0500", "-0500"])
def test_a_clock_rule_may_end_where_time_does(read: Read, until: str, offset: str) -> None:
    rule = f"RRULE:FREQ=YEARLY;UNTIL={until}\nTZOFFSETFROM:{offset}"
    fixed = FIXED_ZONE.format(name="Ours", offset=offset).replace(f"TZOFFSETFROM:{offset}", rule)
    row = only(read(fixed + event("DTSTART;TZID=Ours:20260702T103000")))
    assert row.starts_at == utc("2026-07-02 10:30") - int(offset[:3]) * 3600


def test_a_clock_that_stands_still_is_not_one_that_pauses_for_ramadan(read: Read) -> None:
    lines = FIXED_ZONE.format(name="Ours", offset="+0100").replace("TZOFFSETFROM:+0100", "TZOFFSETFROM:+0000")
    moved = lines.replace(
        "END:VTIMEZONE",
        "BEGIN:DAYLIGHT\nDTSTART:19800425T000000\nTZOFFSETFROM:+0000\nTZOFFSETTO:+0200\nEND:DAYLIGHT\n"
        "BEGIN:STANDARD\nDTSTART:19801031T020000\nTZOFFSETFROM:+0200\nTZOFFSETTO:+0100\nEND:STANDARD\n"
        "END:VTIMEZONE",
    )
    for day, at in (("20250315", "2025-03-15 09:30"), ("20250715", "2025-07-15 09:30")):
        row = only(read(moved + event(f"DTSTART;TZID=Ours:{day}T103000")))
        assert row.starts_at == utc(at)


def test_the_zones_of_the_world_are_read_once_for_all_definitions(
    read: Read, monkeypatch: pytest.MonkeyPatch
) -> None:
    found: list[Zone] = []

    def looked(zone: Zone) -> ZoneInfo:
        found.append(zone)
        return zone_info(zone)

    monkeypatch.setattr(zones, "zone_info", looked)
    odd = [FIXED_ZONE.format(name=f"Odd {n}", offset=f"+00{n}") for n in range(11, 15)]
    events = [event(f"DTSTART;TZID=Odd {n}:20260302T103000") for n in range(11, 15)]
    rows = [row for row in read("\n".join((*odd, *events))) if isinstance(row, EventRow)]
    assert [row.starts_at for row in rows] == [utc("2026-03-02 10:30") - n * 60 for n in range(11, 15)]
    assert len(found) == len((*common_zones(), *every_zone()))


def test_the_place_a_definition_names_is_asked_first(read: Read) -> None:
    named = BERLIN_ZONE.format(name="x").replace("TZID:x", "TZID:x\nX-LIC-LOCATION:Europe/Rome")
    assert only(read(f"{named}{event('DTSTART;TZID=x:20260702T103000')}")).zone == "Europe/Rome"


@pytest.mark.parametrize(
    "place", ["X-LIC-LOCATION:America/New_York", "TZURL:http://tzurl.org/zoneinfo/America/New_York.ics"]
)
def test_a_definition_without_times_still_names_its_place(read: Read, place: str) -> None:
    named = f"BEGIN:VTIMEZONE\nTZID:Ours\n{place}\nEND:VTIMEZONE\n"
    row = only(read(named + event("DTSTART;TZID=Ours:20260702T103000")))
    assert (row.zone, row.remarks) == ("America/New_York", ())


def test_the_letters_of_a_zone_count_less_than_its_definition(read: Read) -> None:
    lines = BERLIN_ZONE.format(name="EST").replace("+0100", "-0500").replace("+0200", "-0400")
    row = only(read(lines + event("DTSTART;TZID=EST:20260702T103000")))
    assert (row.zone, row.starts_at) == ("America/New_York", utc("2026-07-02 14:30"))
    assert only(read(event("DTSTART;TZID=EST:20260702T103000"))).zone == "EST"


def test_two_calendars_of_a_file_may_mean_different_zones_by_one_name(read: Read) -> None:
    tokyo = FIXED_ZONE.format(name="Custom", offset="+0900")
    berlin = BERLIN_ZONE.format(name="Custom")
    starts = [event(f"UID:{uid}", "DTSTART;TZID=Custom:20260702T103000") for uid in "ab"]
    rows = read((calendar(tokyo + starts[0]) + calendar(berlin + starts[1])).encode())
    assert [row.starts_at for row in rows if isinstance(row, EventRow)] == [
        utc("2026-07-02 01:30"),
        utc("2026-07-02 08:30"),
    ]


def test_a_fixed_definition_is_a_fixed_zone(read: Read) -> None:
    content = FIXED_ZONE.format(name="Ours", offset="+1100") + event("DTSTART;TZID=Ours:20260302T103000")
    assert only(read(content)).zone == "Etc/GMT-11"


def test_a_definition_like_no_zone_keeps_its_instants_and_says_so(read: Read) -> None:
    content = FIXED_ZONE.format(name="Odd", offset="+0017") + event("DTSTART;TZID=Odd:20260302T103000")
    row = only(read(content))
    assert (row.starts_at, row.zone, row.wall) == (utc("2026-03-02 10:13"), BERLIN, "2026-03-02T11:13")
    assert "no zone is like it" in row.remarks[0]


def test_a_well_known_name_is_believed_more_than_a_lying_definition(read: Read) -> None:
    lie = FIXED_ZONE.format(name=BERLIN, offset="+0100")
    row = only(read(lie + event(f"DTSTART;TZID={BERLIN}:20260702T103000")))
    assert row.starts_at == utc("2026-07-02 08:30")
    assert row.remarks == ("the file's own definition of Europe/Berlin is +60 minutes off",)
    assert not only(read(lie + event(f"DTSTART;TZID={BERLIN}:20260302T103000"))).remarks


def test_an_unknown_zone_is_the_clinics_and_that_is_said(read: Read, tmp_path: Path) -> None:
    row = only(read(event("DTSTART;TZID=Nowhere:20260302T103000")))
    assert row.zone == BERLIN
    assert row.remarks == ("its time zone Nowhere was read as Europe/Berlin: the name is not known",)
    with open_events(tmp_path / "test.ics", BERLIN) as file:
        assert ("Zones", "Nowhere: Europe/Berlin (the name is not known)") in file.facts
        assert ("Times without a zone", "are read in Europe/Berlin") in file.facts


# --- series ----------------------------------------------------------------------------------------


def test_a_series_keeps_its_rule_and_every_kind_of_date_left_out_or_added(read: Read) -> None:
    row = only(
        read(
            event(
                f"DTSTART;TZID={BERLIN}:20260302T103000", "RRULE:freq=daily;count=20;",
                f"EXDATE;TZID={BERLIN}:20260303T103000,20260304T103000", "EXDATE:20260305T093000Z",
                "EXDATE;VALUE=DATE:20260306", "EXDATE:20260307T103000", "EXDATE:nonsense",
                "RDATE;VALUE=PERIOD:20260401T083000Z/PT1H", "RDATE;VALUE=DATE:20260402",
            )
        )
    )  # fmt: skip
    assert row.repeats is not None
    assert row.repeats.rule == "FREQ=DAILY;COUNT=20"
    assert row.repeats.out == tuple(utc(f"2026-03-0{day} 09:30") for day in range(3, 8))
    assert row.repeats.added == (utc("2026-04-01 08:30"), utc("2026-04-02 08:30"))
    assert row.remarks == ("EXDATE “nonsense” is no date or time and was passed over",)


def test_changed_visits_belong_to_their_series_wherever_they_stand(read: Read) -> None:
    moved = event("UID:s", "RECURRENCE-ID:20260309T093000Z", "DTSTART:20260310T103000", "SUMMARY:moved")
    newer = event("UID:s", "SEQUENCE:2", "RECURRENCE-ID:20260316T103000", "DTSTART:20260316T110000")
    older = event("UID:s", "RECURRENCE-ID;VALUE=DATE:20260316", "DTSTART:20260316T120000")
    gone = event("UID:s", "RECURRENCE-ID:20260323T103000", "STATUS:CANCELLED")
    master = event("UID:s", START, "RRULE:FREQ=WEEKLY;COUNT=5")
    row = only(read("\n".join((moved, newer, older, gone, master))))
    assert row.repeats is not None
    told = [(change.recurrence_at, change.starts_at, change.canceled) for change in row.repeats.changed]
    assert told == [
        (utc("2026-03-09 09:30"), utc("2026-03-10 09:30"), False),
        (utc("2026-03-16 09:30"), utc("2026-03-16 10:00"), False),
        (utc("2026-03-23 09:30"), utc("2026-03-23 09:30"), True),
    ]


def test_added_periods_keep_their_own_lengths(read: Read) -> None:
    row = only(
        read(
            event(
                START,
                "DURATION:PT30M",
                "EXDATE:20260305T103000",
                "RDATE;VALUE=PERIOD:20260303T103000/20260303T120000,20260304T103000/PT15M",
                "RDATE;VALUE=PERIOD:20260305T103000/PT2H,20260306T103000/PT30M",
            )
        )
    )
    assert row.repeats is not None
    assert [(one.wall, one.minutes) for one in row.repeats.changed] == [
        ("2026-03-03T10:30", 90),
        ("2026-03-04T10:30", 15),
    ]
    assert len(row.repeats.added) == 4


def test_a_period_without_a_readable_end_is_told(read: Read) -> None:
    row = only(read(event(START, "RDATE;VALUE=PERIOD:20260303T103000/Plenty")))
    assert row.repeats is not None
    assert row.repeats.added == (utc("2026-03-03 09:30"),)
    assert "is no length; the visits of that line are as long as the others" in row.remarks[0]


def test_dates_left_out_may_be_parted_as_the_old_format_does(read: Read) -> None:
    row = only(read(event(START, "RRULE:FREQ=DAILY", "EXDATE:20260303T093000Z;20260304T093000Z")))
    assert row.repeats is not None
    assert row.repeats.out == (utc("2026-03-03 09:30"), utc("2026-03-04 09:30"))


@pytest.mark.parametrize(
    ("old", "new"),
    [
        ("W2 MO TH #6", "FREQ=WEEKLY;COUNT=6;INTERVAL=2;BYDAY=MO,TH"),
        ("D1 20260315T235900Z", "FREQ=DAILY;UNTIL=20260315T235900Z"),
        ("MP1 1+ TU 2- FR #0", "FREQ=MONTHLY;BYDAY=1TU,-2FR"),
        ("MD1 2 LD #4", "FREQ=MONTHLY;COUNT=4;BYMONTHDAY=-1,2"),
        ("YM1 3", "FREQ=YEARLY;COUNT=2;BYMONTH=3"),
    ],
)
def test_a_rule_of_the_old_format_is_read(read: Read, old: str, new: str) -> None:
    row = only(read(event("DTSTART:20260302T103000Z", f"RRULE:{old}")))
    assert row.repeats is not None
    assert row.repeats.rule == new


@pytest.mark.parametrize("old", ["W1 MO 1030 #6", "MP1 1+ TU 1030 #6"])
def test_a_rule_of_the_old_format_with_times_is_refused(read: Read, old: str) -> None:
    (refusal,) = read(event(START, f"RRULE:{old}"))
    assert isinstance(refusal, Refusal)
    assert "RRULE" in refusal.reason


def test_an_empty_rule_is_none(read: Read) -> None:
    assert only(read(event(START, "RRULE:"))).repeats is None


def test_a_change_without_its_series_is_an_appointment(read: Read) -> None:
    row = only(read(event("UID:s", "RECURRENCE-ID:20260309T103000", "DTSTART:20260310T103000")))
    assert (row.recurrence_at, row.starts_at) == (utc("2026-03-09 09:30"), utc("2026-03-10 09:30"))


def test_a_change_of_all_later_visits_changes_each_of_a_series_that_ends(read: Read) -> None:
    change = event(
        "UID:s",
        "RECURRENCE-ID;RANGE=THISANDFUTURE:20260316T103000",
        "DTSTART:20260317T120000",
        "DURATION:PT1H",
    )
    single = event("UID:s", "RECURRENCE-ID:20260323T103000", "DTSTART:20260323T080000")
    lines = ("UID:s", START, "RRULE:FREQ=WEEKLY;COUNT=6", "EXDATE:20260406T103000")
    row = only(read(f"{event(*lines)}\n{change}\n{single}"))
    assert row.repeats is not None
    assert [(one.wall, one.minutes) for one in row.repeats.changed] == [
        ("2026-03-17T12:00", 60),
        ("2026-03-23T08:00", None),
        ("2026-03-31T12:00", 60),
    ]
    assert not row.remarks


def test_a_change_of_all_later_visits_of_an_endless_series_changes_one_and_says_so(read: Read) -> None:
    change = event("UID:s", "RECURRENCE-ID;RANGE=THISANDFUTURE:20260309T103000", "DTSTART:20260310T103000")
    row = only(read(f"{event('UID:s', START, 'RRULE:FREQ=WEEKLY')}\n{change}"))
    assert "the change of 2026-03-09 was meant for all later visits" in row.remarks[0]


def test_all_later_visits_canceled_end_the_series(read: Read) -> None:
    gone = event("UID:s", "RECURRENCE-ID;RANGE=THISANDFUTURE:20260309T103000", "STATUS:CANCELLED")
    row = only(read(f"{event('UID:s', START, 'RRULE:FREQ=WEEKLY;COUNT=9')}\n{gone}"))
    assert row.repeats is not None
    assert row.repeats.rule == "FREQ=WEEKLY;UNTIL=20260309T092959Z"
    assert not row.remarks


def test_of_two_versions_the_later_counts_and_the_other_is_named(read: Read) -> None:
    newer, older = (event("UID:s", START, f"SEQUENCE:{number}") for number in (2, 1))
    refusal, row = read(f"{newer}\n{older}")
    assert isinstance(refusal, Refusal)
    assert (refusal.line, refusal.reason) == (8, "an older version of the appointment in line 3")
    assert isinstance(row, EventRow)
    assert row.sequence == 2


def test_of_two_with_one_uid_and_version_the_last_counts_and_the_other_is_told(read: Read) -> None:
    refusal, row = read(f"{event('UID:s', START)}\n{event('UID:s', 'DTSTART:20260305T103000')}")
    assert isinstance(refusal, Refusal)
    assert refusal.reason.startswith("has the UID of the appointment in line 7 and no other version")
    assert isinstance(row, EventRow)
    assert row.wall == "2026-03-05T10:30"


def test_a_series_in_utc_is_stepped_in_utc(read: Read) -> None:
    assert only(read(event("DTSTART:20260302T093000Z", "RRULE:FREQ=DAILY"))).zone == "UTC"
    assert only(read(event("DTSTART:20260302T093000Z"))).zone == BERLIN


def test_further_rules_become_dates_where_they_end(read: Read) -> None:
    row = only(read(event(START, "RRULE:FREQ=DAILY;COUNT=3", "RRULE:FREQ=WEEKLY;COUNT=2",
                          "EXRULE:FREQ=DAILY;INTERVAL=2")))  # fmt: skip
    assert row.repeats is not None
    assert row.repeats.added == (utc("2026-03-02 09:30"), utc("2026-03-09 09:30"))
    assert row.repeats.out == (utc("2026-03-02 09:30"), utc("2026-03-04 09:30"))
    for further in ("RRULE:FREQ=WEEKLY", "EXRULE:FREQ=WEEKLY"):
        (refusal,) = read(event(START, "RRULE:FREQ=DAILY", further))
        assert isinstance(refusal, Refusal)


def test_a_rule_that_gives_no_date_leaves_one_appointment(read: Read) -> None:
    for rule in ("FREQ=DAILY;UNTIL=20200101", "FREQ=YEARLY;BYMONTH=2;BYMONTHDAY=30"):
        row = only(read(event(START, f"RRULE:{rule}")))
        assert row.repeats is None
        assert "gives no date" in row.remarks[0]


def test_a_file_of_hostile_rules_is_given_so_much_work_and_no_more(
    read: Read, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(series, "_ALLOWANCE", 5 * series._LOOKS)
    hostile = event(START, "RRULE:FREQ=SECONDLY;BYMONTH=2;BYMONTHDAY=30")
    rows = read("\n".join([hostile] * 200))
    assert len(rows) == 200
    told = rows[-1]
    assert isinstance(told, Refusal)
    assert "all the work that is given" in told.reason
    harmless = event(START, "RRULE:FREQ=WEEKLY;COUNT=4", "EXDATE;VALUE=DATE:20260309")
    assert not [row for row in read("\n".join([harmless] * 300)) if isinstance(row, Refusal)]


@pytest.mark.parametrize(
    ("rule", "out", "number"),
    [
        ("FREQ=WEEKLY;COUNT=10;UNTIL=20270101T000000Z", "EXDATE:20260310T100000Z", 150),
        ("FREQ=DAILY;COUNT=700", "EXDATE;VALUE=DATE:20270104,20270105,20270106", 100),
    ],
)
def test_the_work_that_a_file_is_given_grows_with_it(read: Read, rule: str, out: str, number: int) -> None:
    more = "DESCRIPTION:" + "Every week at the same hour. " * 3
    rows = read("\n".join(event(f"UID:{one}", START, f"RRULE:{rule}", out, more) for one in range(number)))
    assert (len(rows), [row for row in rows if isinstance(row, Refusal)]) == (number, [])


# --- salvage ---------------------------------------------------------------------------------------

GOOD = event("UID:1", START, "SUMMARY:Grüße")


@pytest.mark.parametrize(
    "content",
    [
        GOOD.encode(),
        calendar(GOOD).encode("utf-16"),
        calendar(GOOD).encode("utf-16-le"),
        b"\xef\xbb\xbf" + calendar(GOOD).encode(),
        calendar(GOOD).encode("cp1252"),
        calendar(GOOD).replace("\n", "\r\n").encode(),
        calendar(GOOD).replace("\n", "\r\r\n").encode(),
        calendar(GOOD).replace("\n", "\n\n").encode(),
        calendar(GOOD).lower().replace("grüße", "Grüße").replace("begin:vevent", "Begin:vEvent").encode(),
        calendar(GOOD).encode().replace("Grüße".encode(), b"Gr\xc3\r\n \xbc\xc3\x9f\n\te"),
        calendar(GOOD).replace("DTSTART:", "DTSTART\n :").encode(),
        calendar(GOOD).replace("SUMMARY:Grüße", "SUMMARY;ENCODING=BASE64:R3LDvMOfZQ==").encode(),
        calendar(GOOD)
        .replace("Grüße", "")
        .replace("SUMMARY", "SUMMARY;ENCODING=QUOTED-PRINTABLE")
        .replace("PRINTABLE:", "PRINTABLE:Gr=C3=BC=\n=C3=9Fe")
        .encode(),
        f"BEGIN:VCALENDAR\n{calendar(GOOD)}END:VCALENDAR\n".encode(),
    ],
)
def test_text_is_read_however_it_is_written(read: Read, content: bytes) -> None:
    row = only(read(content))
    assert (row.uid, row.summary, row.remarks) == ("1", "Grüße", ())


def test_every_calendar_of_a_file_is_read_with_its_own_method(read: Read) -> None:
    both = calendar(f"METHOD:REQUEST\n{GOOD}") + calendar(GOOD.replace("UID:1", "UID:2") + "\nMETHOD:CANCEL")
    rows = read(both.encode())
    assert [(row.uid, row.method, row.canceled) for row in rows if isinstance(row, EventRow)] == [
        ("1", "REQUEST", False),
        ("2", "CANCEL", True),
    ]


def test_a_broken_component_costs_itself_only(read: Read) -> None:
    rows = read(
        f"X\nBEGIN:VEVENT\nDTSTART:broken\nBEGIN:VALARM\n{GOOD}\nnonsense without a colon\nEND:VTODO\n"
        f"BEGIN:VEVENT\n{START}\nUID:2\nodd line\n\0\0\n{event('UID:3', START)}"
    )
    bad, *good = rows
    assert isinstance(bad, Refusal)
    assert bad.line == 4
    assert [row.uid for row in good if isinstance(row, EventRow)] == ["1", "2", "3"]
    cut = good[1]
    assert isinstance(cut, EventRow)
    assert cut.remarks == ("its end is missing", "line 17 is no property and was passed over")


def test_long_lines_and_attachments_are_passed_over(read: Read) -> None:
    blob = "ATTACH;ENCODING=BASE64;VALUE=BINARY:" + "QUJD" * 100_000
    row = only(read(event(blob, START, "DESCRIPTION:" + "x" * 100_000)))
    assert len(row.description) == 20_000
    assert row.remarks == ("DESCRIPTION is very long and was cut",)


@pytest.mark.parametrize(
    ("content", "says"),
    [
        (b"", "is empty"),
        (b"hello", "no iCalendar file"),
        (b"<html>BEGIN</html>", "no iCalendar file"),
        (b"BEGIN:VCARD\nVERSION:3.0\nFN:Jane\nEND:VCARD\n", "holds contacts"),
        (b"PK\x03\x04" + b"\0" * 100, "no iCalendar file"),
    ],
)
def test_what_is_no_calendar_is_refused_as_a_whole(read: Read, content: bytes, says: str) -> None:
    with pytest.raises(FileProblem, match=says) as caught:
        read(content)
    assert caught.value.hint


def test_rows_can_be_read_again_and_the_position_reaches_the_end(tmp_path: Path) -> None:
    path = tmp_path / "two.ics"
    path.write_text(calendar(f"{GOOD}\n{event('UID:2', START)}"))
    with open_events(path, BERLIN) as file:
        assert list(file.rows()) == list(file.rows())
        assert file.position == file.size == path.stat().st_size
        assert file.name == "two.ics"


LINES = st.sampled_from([word.strip("\n") for word in READERS["ical"].words]) | st.text(max_size=12)


@given(st.lists(st.lists(LINES, min_size=1, max_size=3).map("".join), max_size=30).map("\n".join))
@settings(max_examples=60, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
def test_no_tangle_of_lines_crashes_the_reader(content: str) -> None:
    READERS["ical"].read(calendar(f"{content}\n{GOOD}").encode("utf-8", "replace"))


@given(st.binary(max_size=300), st.integers(0, 2_000))
@settings(max_examples=60, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
def test_no_bytes_anywhere_crash_the_reader(noise: bytes, place: int) -> None:
    whole = calendar(
        BERLIN_ZONE.format(name="x") + event("UID:1", "DTSTART;TZID=x:20260302T103000", "RRULE:FREQ=DAILY")
    )
    data = whole.encode()
    READERS["ical"].read(data[:place] + noise + data[place:])
