"""Tables of appointments: layouts, mappings, dates by the whole file, times, and rows that do not fit."""

from __future__ import annotations

from collections.abc import Mapping
from pathlib import Path
from typing import Any

import pytest

from pim_tui.domain.dates import Order
from pim_tui.domain.moments import wall
from pim_tui.errors import FileProblem, UsageError
from pim_tui.imports.events import EventRow, Who
from pim_tui.imports.mapping import Survey
from pim_tui.imports.report import Refusal
from pim_tui.imports.visits_csv import open_visits, survey_visits
from pim_tui.imports.zonenames import zone_called
from tests.safety.readers import read_visits

BERLIN = "Europe/Berlin"
GOOGLE = "Subject,Start Date,Start Time,End Date,End Time,All Day Event,Description,Location,Private"
CALENDLY = (
    "User Name,Invitee Name,Invitee First Name,Invitee Last Name,Invitee Email,Invitee Time Zone,"
    "Event Type Name,Start Date & Time,End Date & Time,Canceled,Canceled By,Cancellation reason,"
    "Marked as No-Show,Event UUID"
)


class Table:
    """A table in a file of its own."""

    def __init__(self, folder: Path) -> None:
        self.path = folder / "visits.csv"

    def read(
        self, text: str, choices: Mapping[str, str] | None = None, order: Order = "dmy", zone: str = BERLIN
    ) -> list[EventRow | Refusal]:
        self.path.write_text(text, "utf-8")
        with open_visits(self.path, zone, order, choices or {}) as opened:
            return list(opened.rows())

    def rows(self, text: str, **more: Any) -> list[EventRow]:
        found = self.read(text, **more)
        assert not [row for row in found if isinstance(row, Refusal)]
        return [row for row in found if isinstance(row, EventRow)]

    def row(self, text: str, **more: Any) -> EventRow:
        (found,) = self.rows(text, **more)
        return found

    def reason(self, text: str, **more: Any) -> str:
        (found,) = self.read(text, **more)
        assert isinstance(found, Refusal)
        return found.reason

    def survey(self, text: str, choices: Mapping[str, str] | None = None) -> Survey:
        self.path.write_text(text, "utf-8")
        return survey_visits(self.path, BERLIN, "dmy", choices or {})


@pytest.fixture
def table(tmp_path: Path) -> Table:
    return Table(tmp_path)


def told(row: EventRow) -> tuple[str, int | None]:
    return f"{wall(row.starts_at, BERLIN):%Y-%m-%d %H:%M}", row.minutes


# --- layouts --------------------------------------------------------------------------------------------


def test_a_google_calendar_is_read_on_the_clinic_s_clock(table: Table) -> None:
    text = f"{GOOGLE}\nJane Doe - Check up,07/18/2019,07:21 AM,07/18/2019,01:36 PM,False,knee,Room 1,False\n"
    row = table.row(text)
    assert told(row) == ("2019-07-18 07:21", 375)
    assert (row.summary, row.description, row.location) == ("Jane Doe - Check up", "knee", "Room 1")


def test_an_all_day_entry_says_so(table: Table) -> None:
    rows = table.rows(
        f"{GOOGLE}\nLeave,07/18/2019,,07/19/2019,,True,,,\nLeave,07/18/2019,,,,False,,,\n", order="mdy"
    )
    assert [row.all_day for row in rows] == [True, True]
    assert [row.minutes for row in rows] == [2880, None]


def test_calendly_is_read_in_the_one_zone_it_names(table: Table) -> None:
    line = (
        "Dr Lee,Kim Mo,Kim,Mo,kim@example.org,{},Check up,2025-03-03 11:00 am,2025-03-03 11:30 am,"
        "true,invitee,ill,No,uuid-1\n"
    )
    new_york = line.format("Eastern Time - US & Canada")
    row = table.row(f"{CALENDLY}\n{new_york}")
    assert (told(row), row.zone, row.uid) == (("2025-03-03 17:00", 30), "America/New_York", "uuid-1")
    assert (row.canceled, row.cancel_reason, row.missed) == (True, "ill", False)
    assert row.own == {"first": "Kim", "last": "Mo", "canceled-by": "customer"}
    assert (row.customer, row.staff, row.kind) == (
        Who("Kim Mo", "kim@example.org"),
        Who("Dr Lee"),
        "Check up",
    )
    both = table.rows(f"{CALENDLY}\n{new_york}{line.format('Pacific Time - US & Canada')}")
    assert [row.zone for row in both] == [BERLIN, BERLIN]
    facts = dict(table.survey(f"{CALENDLY}\n{line.format('CST')}").facts)
    assert facts["times"] == "in the clinic's zone, Europe/Berlin: which zone “CST” is cannot be told"
    facts = dict(table.survey(f"{CALENDLY}\n{new_york}{line.format('Tokyo')}").facts)
    assert facts["times"] == "in the clinic's zone, Europe/Berlin: the zones named are the invitees'"


def test_any_table_is_read_by_the_names_of_its_columns_or_by_choice(table: Table) -> None:
    text = (
        "Patient;Begin;Duration;Provider;Visit type;Status;Notes;Row\n"
        "Jane Doe;3.3.2026 14:30;45;Dr Lee;Follow-up;No show;brings letter;7\n"
    )
    row = table.row(text)
    assert told(row) == ("2026-03-03 14:30", 45)
    assert (row.customer.name, row.staff.name, row.kind, row.missed) == (
        "Jane Doe",
        "Dr Lee",
        "Follow-up",
        True,
    )
    assert row.description == "brings letter"
    chosen = table.row(text, choices={"id": "row", "note": ""})
    assert (chosen.uid, chosen.description) == ("7", "")
    survey = table.survey(text)
    assert survey.mapping is not None
    assert survey.mapping.places() == {
        "customer": 0, "start": 1, "minutes": 2, "staff": 3, "type": 4, "status": 5, "note": 6,
    }  # fmt: skip
    assert dict(survey.facts)["columns parted by"] == "semicolon"


@pytest.mark.parametrize(
    "text",
    [
        "Betreff,Beginnt am,Beginnt um,Endet am,Endet um,Ganztägiges Ereignis\n"
        "Jane Doe,25.3.2026,10:00:00,25.3.2026,10:30:00,Aus\n",
        "Objet,Début,Début,Fin,Fin,Journée entière\nJane Doe,25/03/2026,10:00:00,25/03/2026,10:30:00,Faux\n",
        "Datum;Uhrzeit;Dauer;Betreff\n25.03.26;10 Uhr;30;Jane Doe\n",
        'Start Time,End Time,Subject\n"March 25, 2026 10:00 am","March 25, 2026 10:30 am",Jane Doe\n',
        'Scheduled date,Duration (mins),Subject\n"25 Mar 2026, 10:00am",30,Jane Doe\n',
        "Start At,End At,Subject\n2026-03-25 10:00:00 +0100,2026-03-25 10:30:00 +0100,Jane Doe\n",
        "Date,Time,End Date,End Time,Title\n2026-03-25 00:00:00,10:00,2026-03-25 00:00:00,10:30,Jane Doe\n",
        "Date du RDV;Heure du RDV;Durée;Objet\n25/03/2026;10h00;30 min;Jane Doe\n",
    ],
)
def test_columns_are_known_in_other_languages_and_by_twos(table: Table, text: str) -> None:
    row = table.row(text)
    assert (*told(row), row.summary, row.all_day) == ("2026-03-25 10:00", 30, "Jane Doe", False)
    assert not row.remarks


@pytest.mark.parametrize(
    ("status", "canceled", "missed", "said"),
    [
        ("Cancelled by patient", True, False, False),
        ("storniert", True, False, False),
        ("No-show, called", False, True, False),
        ("Confirmed", False, False, False),
        ("X-ray", False, False, True),
    ],
)
def test_a_status_is_understood_or_told(
    table: Table, status: str, canceled: bool, missed: bool, said: bool
) -> None:
    row = table.row(f'Name,Start,Status\nJane,2026-03-03 11:00,"{status}"\n')
    assert (row.canceled, row.missed) == (canceled, missed)
    assert any("is not understood; the visit stands" in one for one in row.remarks) == said


def test_what_cannot_be_left_out_is_named_and_wrong_choices_are_refused(table: Table) -> None:
    text = "Colour,Weight\nred,3\n"
    assert len(table.survey(text).problems) == 2
    with pytest.raises(FileProblem, match=r"no column is known for start or date; .*Colour, Weight"):
        table.read(text)
    with pytest.raises(UsageError, match="no column called Taste"):
        table.read(text, choices={"start": "Taste"})


# --- dates and times ------------------------------------------------------------------------------------

HEAD = "Name,Date,Time,End time\n"


def test_one_date_that_fits_one_order_only_decides_for_the_file(table: Table) -> None:
    rows = table.rows(f"{HEAD}A,03/04/2026,9:00,9:30\nB,03/14/2026,9:00,9:30\n")
    assert [told(row)[0][:10] for row in rows] == ["2026-03-04", "2026-03-14"]
    ambiguous = f"{HEAD}A,03/04/2026,9:00,9:30\n"
    assert told(table.row(ambiguous, order="mdy"))[0] == "2026-03-04 09:00"
    assert told(table.row(ambiguous, order="dmy"))[0] == "2026-04-03 09:00"
    assert "the column does not tell" in dict(table.survey(ambiguous).facts)["dates"]


def test_cells_that_do_not_fit_are_refused_by_row(table: Table) -> None:
    found = table.read(
        f"{HEAD}A,13/01/2026,9:00,9:30\nB,14/01/2026,9:00,9:30\nC,01/15/2026,9:00,9:30\n"
        "D,,9:00,\nE,15/01/2026,25:00,\nF,15/01/1066,9:00,\nG,15/01/2026,9:00,noon\n"
    )
    reasons = {row.line: row.reason for row in found if isinstance(row, Refusal)}
    assert reasons == {
        4: "date: “01/15/2026” is not a date such as 31/12/2026, as the others in this file",
        5: "date: is empty",
        6: "time: “25:00” is not a time such as 14:30 or 2:30 pm",
        7: "date: the year 1066 cannot be right",
    }


@pytest.mark.parametrize(
    ("begin", "end", "expected"),
    [
        ("2026-03-03T14:30", "2026-03-03T15:00", ("2026-03-03 14:30", 30)),
        ("2026-03-03T13:30:00Z", "15:00", ("2026-03-03 14:30", 30)),
        ("2026-03-03T08:30:00-05:00", "2026-03-03T14:00:00Z", ("2026-03-03 14:30", 30)),
        ("Tue 3 Mar 2026 2:30 pm", "3 Mar 2026 3:15 pm", ("2026-03-03 14:30", 45)),
        ("3/3/2026 14:30:59", "15:00:59", ("2026-03-03 14:30", 30)),
        ("3/3/2026 23:30", "0:15", ("2026-03-03 23:30", 45)),
        ("3/3/2026 14:30", "3/3/2026 14:30", ("2026-03-03 14:30", None)),
        ("28/3/2026 23:00", "29/3/2026 5:00", ("2026-03-28 23:00", 300)),
    ],
)
def test_times_are_read_as_programs_write_them(
    table: Table, begin: str, end: str, expected: tuple[str, int | None]
) -> None:
    assert told(table.row(f"Name,Start,End\nA,{begin},{end}\n")) == expected


def test_a_time_the_clocks_skip_is_refused_and_one_that_comes_twice_is_told(table: Table) -> None:
    assert "02:30 does not exist on 2026-03-29" in table.reason("Name,Start\nA,29.3.2026 02:30\n")
    row = table.row("Name,Start\nA,25.10.2026 02:30\n")
    assert row.remarks == ("02:30 comes twice that day; the first one is taken",)
    assert row.starts_at % 86_400 == 1800
    zoned = table.row("Name,Start,Time zone\nA,29.3.2026 02:30,Tokyo\n")
    assert (zoned.zone, told(zoned)[0]) == ("Asia/Tokyo", "2026-03-28 18:30")
    assert "Mordor" in table.reason("Name,Start,Time zone\nA,29.3.2026 02:30,Mordor\n")


@pytest.mark.parametrize(
    ("time", "clinic", "expected", "as_in"),
    [
        ("2026-01-13 11:00 CET", BERLIN, "2026-01-13 11:00", "UTC+01:00, as in Europe/Berlin"),
        ("2026-07-13 11:00 CET", BERLIN, "2026-07-13 11:00", "UTC+02:00, as in Europe/Berlin"),
        ("13.7.2026 11:00 Uhr (MESZ)", BERLIN, "2026-07-13 11:00", "UTC+02:00, as in Europe/Berlin"),
        ("2026-10-25 02:30 MEZ", BERLIN, "2026-10-25 02:30", "UTC+01:00, as in Europe/Berlin"),
        ("2026-01-13 05:00 est", BERLIN, "2026-01-13 11:00", "UTC-05:00"),
        ("2026-07-13 5:00 am EDT", BERLIN, "2026-07-13 11:00", "UTC-04:00, as in America/New_York"),
        ("2026-07-13 09:00 GMT", BERLIN, "2026-07-13 11:00", "UTC+00:00"),
        ("2026-07-13 11:00 AM AEST", BERLIN, "2026-07-13 03:00", "UTC+10:00, as in Australia/Sydney"),
        ("2026-07-13 04:00 CST", "America/Chicago", "2026-07-13 11:00", "UTC-05:00, as in America/Chicago"),
        ("2026-07-13 14:30 IST", "Asia/Kolkata", "2026-07-13 11:00", "UTC+05:30, as in Asia/Kolkata"),
        ("2026-07-13 10:00 BST", "Europe/London", "2026-07-13 11:00", "UTC+01:00, as in Europe/London"),
        ("2026-07-13 17:00 SGT", BERLIN, "2026-07-13 11:00", "UTC+08:00, as in Asia/Singapore"),
        ("2026-01-13 04:00 CST", "America/New_York", "2026-01-13 11:00", "UTC-06:00, as in America/Chicago"),
        ("2026-01-13 02:00 PST", "US/Central", "2026-01-13 11:00", "UTC-08:00, as in America/Los_Angeles"),
        ("2026-01-13 06:00 AST", "Pacific/Honolulu", "2026-01-13 11:00", "UTC-04:00, as in America/Halifax"),
    ],
)
def test_what_the_abbreviation_of_a_zone_was_read_as_is_told(
    table: Table, time: str, clinic: str, expected: str, as_in: str
) -> None:
    bare, _, word = time.rpartition(" ")
    for text in (f"Name,Start\nA,{time}\n", f"Name,Start,Time zone\nA,{bare},{word.strip('()')}\n"):
        row = table.row(text, zone=clinic)
        assert (told(row)[0], row.zone) == (expected, clinic)
        assert row.remarks == (f"its time zone {word.strip('()')} was read as {as_in}",)


@pytest.mark.parametrize(
    ("time", "clinic", "why"),
    [
        (
            "2026-01-13 11:00 IST",
            BERLIN,
            "“IST” may be Asia/Kolkata, Europe/Dublin or Asia/Jerusalem: write",
        ),
        ("2026-01-13 11:00 CST", BERLIN, "“CST” may be America/Chicago or Asia/Shanghai: write the one"),
        ("2026-07-13 11:00 am BST", BERLIN, "“BST” may be Europe/London or Asia/Dhaka: write the one"),
        ("2026-07-13 11:00 AM AMT", BERLIN, "“AMT” may be America/Manaus or Asia/Yerevan: write the one"),
        ("2026-01-13 11:00 EST", "Australia/Sydney", "“EST” may be Australia/Sydney or America/New_York: "),
        ("2026-01-13 11:00 WST", "Australia/Perth", "“WST” may be Australia/Perth or Pacific/Apia: write"),
        ("2026-07-13 11:00 MSZ", BERLIN, "“MSZ” is not known"),
        (
            "2026-01-13 11:00 EDT",
            BERLIN,
            "“EDT” is not what the time in America/New_York is called on 2026-01",
        ),
    ],
)
def test_an_abbreviation_that_may_mean_several_times_is_refused_with_what_to_write(
    table: Table, time: str, clinic: str, why: str
) -> None:
    bare, _, word = time.rpartition(" ")
    column = table.reason(f"Name,Start,Time zone\nA,{bare},{word}\n", zone=clinic)
    assert column.startswith(f"time zone: {why}")
    if "known" not in why:
        assert table.reason(f"Name,Start\nA,{time}\n", zone=clinic) == column


@pytest.mark.parametrize(
    "time",
    [
        "2026-07-13 09:00 UTC",
        "2026-07-13 09:00Z",
        "13/7/2026 05:00 America/New_York",
        "13/7/2026 14:30 +05:30",
        "2026-07-13 14:30 +0530 IST",
    ],
)
def test_a_zone_behind_the_time_that_nobody_doubts_needs_no_remark(table: Table, time: str) -> None:
    row = table.row(f"Name,Start\nA,{time}\n")
    assert (told(row)[0], row.zone, row.remarks) == ("2026-07-13 11:00", BERLIN, ())


def test_a_zone_behind_a_day_moves_no_day(table: Table) -> None:
    row = table.row("Name,Date\nA,13.7.2026 UTC\n")
    assert (row.all_day, row.wall, row.remarks) == (True, "2026-07-13T00:00", ())


@pytest.mark.parametrize("day", ["13.7.2026 UTC", "13.7.2026 00:00 UTC", "13.7.2026 18:00 UTC"])
def test_a_zone_behind_a_day_is_that_of_the_time_in_another_column(table: Table, day: str) -> None:
    assert told(table.row(f"Name,Date,Time\nA,{day},09:00\n"))[0] == "2026-07-13 11:00"
    assert told(table.row(f"Name,Date,Time\nA,{day},05:00 EDT\n"))[0] == "2026-07-13 11:00"


@pytest.mark.parametrize("end", ["09:30", "13.7.2026 09:30", "11:30 CEST", "09:30 UTC"])
def test_an_end_without_a_zone_is_in_that_of_its_start(table: Table, end: str) -> None:
    for columns, start in (("Start,End", "13.7.2026 09:00 UTC"), ("Date,Time,End", "13.7.2026,09:00 UTC")):
        assert told(table.row(f"Name,{columns}\nA,{start},{end}\n")) == ("2026-07-13 11:00", 30)


def test_an_end_behind_a_time_is_no_distance_from_utc(table: Table) -> None:
    for when in ("13.7.2026,09:00 -10:00", "13.7.2026,9:00 -10:00"):
        assert "is not a time" in table.reason(f"Name,Date,Time\nA,{when}\n")
    assert "is not a date" in table.reason("Name,Start\nA,13.7.2026 07:30 -08:00\n")
    for when in ("13.7.2026 09:00 -05:00", "13.7.2026 9:00 am -05:00", "13.7.2026 9:00:00 -05:00"):
        assert told(table.row(f"Name,Start\nA,{when}\n"))[0] == "2026-07-13 16:00"
    assert told(table.row("Name,Start\nA,13.7.2026 01:00:00 -08:00\n"))[0] == "2026-07-13 11:00"


def test_begin_and_end_may_stand_in_times_called_differently(table: Table) -> None:
    text = "Name,Date,Time,End time,Zone\nA,25.10.2026,01:30 CEST,03:30 CET,\n"
    assert told(table.row(text)) == ("2026-10-25 01:30", 180)
    row = table.row("Name,Date,Time,End time,Zone\nA,13.7.2026,11:00 CST,11:30 CST,America/Chicago\n")
    assert (told(row), row.zone) == (("2026-07-13 18:00", 30), "America/Chicago")


@pytest.mark.parametrize(
    ("length", "minutes"), [("30", 30), ("1:30", 90), ("0:45:00", 45), ("1h30", 90), ("2 hours", 120)]
)
def test_lengths_are_minutes_or_clock_like(table: Table, length: str, minutes: int) -> None:
    assert table.row(f"Name,Start,Duration\nA,3.3.2026 9:00,{length}\n").minutes == minutes


def test_what_booking_programs_say_of_a_visit_is_known_by_its_column(table: Table) -> None:
    header = "Start At,Patient,Team Member,Treatment,State,Cancelled At,Did not arrive,Appt. ref\n"
    rows = table.rows(
        f"{header}2026-03-25 10:00,Jane Doe,Dr Lee,Physio,no_show,,,A1\n"
        "2026-03-25 11:00,Jane Doe,Dr Lee,Physio,booked,2026-03-20 09:00,,A2\n"
        "2026-03-25 12:00,Jane Doe,Dr Lee,Physio,Late canceled,,,A3\n"
        "2026-03-25 13:00,Jane Doe,Dr Lee,Physio,,,true,A4\n"
    )
    assert [(row.canceled, row.missed) for row in rows] == [
        (False, True),
        (True, False),
        (True, False),
        (False, True),
    ]
    assert [(row.uid, row.staff.name, row.kind) for row in rows][:1] == [("A1", "Dr Lee", "Physio")]
    assert not any(row.remarks for row in rows)


def test_outlooks_calendar_is_googles_with_some_columns_more(table: Table) -> None:
    text = (
        "Subject,Start Date,Start Time,End Date,End Time,All day event,Meeting Organizer,Categories\n"
        "Jane Doe,3/25/2026,10:00:00 AM,3/25/2026,10:30:00 AM,False,Dr Lee,Physio\n"
    )
    assert table.survey(text).layout == "Google Calendar"
    row = table.row(text)
    assert (row.summary, row.staff, row.kind) == ("Jane Doe", Who("Dr Lee"), "Physio")


def test_everything_wrong_with_a_row_is_told_at_once(table: Table) -> None:
    text = "Name,Start,End,Duration\nA,3.3.2026 9:00,2.3.2026 9:00,\nB,3.3.2026 9:00,,ages\n"
    assert [row.reason for row in table.read(text) if isinstance(row, Refusal)] == [
        "end: is before the start",
        "length: “ages” is not a length such as 30 or 1:30",
    ]


@pytest.mark.parametrize(
    "name",
    [
        "Paris, Texas",
        "London, Ontario",
        "Paris, Tokyo",
        "Tower -5",
        "North",
        "West",
        "ACT",
        f"a{' ' * 200_000}b",
    ],
)
def test_what_may_be_another_place_is_no_zone(name: str) -> None:
    assert zone_called(name, "Europe/Paris") is None


def test_the_midnight_beside_a_date_is_no_time(table: Table) -> None:
    rows = table.rows(
        "Date,Time,Patient\n2026-03-25 00:00:00,,Jane Doe\n2026-03-26 00:00:00,10:00,Jane Doe\n"
        "2026-03-27 09:30:00,,Jane Doe\n"
    )
    assert [(row.all_day, row.wall[-5:]) for row in rows] == [
        (True, "00:00"),
        (False, "10:00"),
        (False, "09:30"),
    ]


@pytest.mark.parametrize("never", ["0000-00-00 00:00:00", "never", "-", "NULL"])
def test_no_time_of_a_cancellation_is_none(table: Table, never: str) -> None:
    rows = table.rows(f"Start At,Patient,Cancelled At\n2026-03-25 10:00,Jane Doe,{never}\n")
    assert [row.canceled for row in rows] == [False]


def test_zone_labels_are_known_and_paths_are_not() -> None:
    assert zone_called("Central European Time") == BERLIN
    assert zone_called("America/Halifax") == "America/Halifax"
    assert zone_called("Eastern Standard Time") == "America/New_York"
    assert zone_called("(UTC+01:00) Amsterdam, Berlin, Bern", BERLIN) == BERLIN
    assert zone_called("PST", BERLIN) == "America/Los_Angeles"
    assert zone_called("CET", BERLIN) == "CET"
    assert zone_called("GMT+2") == "Etc/GMT-2"
    assert zone_called("Rome, Vienna, Zurich") == "Europe/Rome"
    assert zone_called("no such place") is None
    assert zone_called("") is None
    assert zone_called("../../etc/passwd") is None


def test_real_exports_are_read_whole(shared: Path) -> None:
    for name, rows in (("calendly_layout.csv", 80), ("google_calendar_layout.csv", 80)):
        assert read_visits((shared / "data/csv_exports" / name).read_bytes()) == rows
