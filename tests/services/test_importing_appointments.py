"""Files of appointments imported whole: counts, again, in batches beside other desks, and on screen."""

from __future__ import annotations

from dataclasses import replace
from pathlib import Path

import pytest

from pim_tui.errors import FileProblem
from pim_tui.imports.report import Count, Report
from pim_tui.services.import_kinds import survey_file
from pim_tui.services.importing import import_appointments
from pim_tui.services.incoming import USUAL, ImportOptions
from tests.safety.shelf import TABLE, came
from tests.services.clinic import LEE, Practice, broken_line, overlaps

WITH_LEE = ImportOptions(staff_id=LEE)
CALENDAR = """BEGIN:VCALENDAR
VERSION:2.0
PRODID:-//test//EN
BEGIN:VEVENT
UID:weekly@example.org
DTSTART;TZID=America/New_York:20261124T100000
DURATION:PT45M
RRULE:FREQ=WEEKLY;BYDAY=TU;COUNT=4
EXDATE;TZID=America/New_York:20261201T100000
SUMMARY:Jane Doe - Follow-up
END:VEVENT
BEGIN:VEVENT
UID:weekly@example.org
RECURRENCE-ID;TZID=America/New_York:20261208T100000
DTSTART;TZID=America/New_York:20261209T113000
DURATION:PT45M
SUMMARY:Jane Doe - Follow-up
END:VEVENT
BEGIN:VEVENT
UID:one@example.org
DTSTART:20261125T090000
DTEND:20261125T093000
SUMMARY:John Roe - knee
STATUS:CANCELLED
END:VEVENT
END:VCALENDAR
"""


def imported(clinic: Practice, file: Path, options: ImportOptions = WITH_LEE) -> Report:
    """The real import; the dry run before has told the same."""
    foretold = import_appointments(clinic.session, file, dry_run=True, options=options)
    done = import_appointments(clinic.session, file, dry_run=False, options=options)
    assert replace(foretold, dry_run=False, number=done.number, earlier=done.earlier) == done
    return done


REAL = {
    ("calendly_layout.csv", "keep"): (1, 80, 93),
    ("calendly_layout.csv", "create"): (6, 80, 87),
    ("google_calendar_layout.csv", "keep"): (1, 80, 81),
    ("google_calendar_layout.csv", "create"): (5, 80, 6),
}
"""Of real tables, by what becomes of unknown people: customers and appointments added, and remarks."""


@pytest.mark.parametrize(("name", "unknown"), list(REAL))
def test_real_tables_come_in_whole_and_again_add_nothing(
    clinic: Practice, shared: Path, name: str, unknown: str
) -> None:
    file, options = shared / "data/csv_exports" / name, replace(WITH_LEE, unknown=unknown)
    report = imported(clinic, file, options)
    people, visits, remarks = REAL[name, unknown]
    assert report.count("customers") == Count("customers", added=people)
    assert report.count("appointments") == Count("appointments", added=visits, notices=remarks)
    again = imported(clinic, file, options)
    assert again.counts == (Count("appointments", already_here=visits),)
    assert broken_line(clinic.store) is None
    assert not overlaps(clinic.store)


def test_real_calendar_files_come_in_as_the_table_says(clinic: Practice, shared: Path) -> None:
    found, wrong = came(clinic.session, sorted((shared / "data/ics/khal").iterdir()))
    assert (found, wrong) == (TABLE["khal"], [])


def test_a_calendar_with_a_series_comes_in_with_its_exceptions(clinic: Practice, tmp_path: Path) -> None:
    file = tmp_path / "calendar.ics"
    file.write_text(CALENDAR, "utf-8")
    report = imported(clinic, file)
    assert report.counts == (Count("series", added=1), Count("appointments", added=4))
    rows = clinic.store.select("select day, wall, status, customer_id from appointment order by starts_at")
    assert rows == [
        ("2026-11-24", "16:00", "S", 1),
        ("2026-11-25", "09:00", "X", 2),
        ("2026-12-09", "17:30", "S", 1),
        ("2026-12-15", "16:00", "S", 1),
    ]
    series = clinic.store.select("select rule, zone, wall, minutes, type_id from series")
    assert series == [("FREQ=WEEKLY;COUNT=4;BYDAY=TU", "America/New_York", "2026-11-24T10:00", 45, 1)]
    assert clinic.store.select("select uid from outside_event") == [("one@example.org",)]


def test_a_calendar_is_known_by_how_it_begins_and_told_before_it_is_read(
    clinic: Practice, tmp_path: Path
) -> None:
    file = tmp_path / "export.txt"
    file.write_text(CALENDAR, "utf-8")
    survey = survey_file(clinic.session, "appointments", file, USUAL)
    assert (survey.layout, survey.mapping) == ("iCalendar", None)
    assert dict(survey.facts)["Made by"] == "-//test//EN"
    with pytest.raises(FileProblem):
        import_appointments(clinic.session, tmp_path / "none.ics", dry_run=True)


def test_between_two_batches_another_desk_books(clinic: Practice, tmp_path: Path) -> None:
    file = tmp_path / "visits.csv"
    lines = [f"Jane Doe,2027-01-{1 + n // 20:02} {8 + n % 10}:{n // 10 % 2 * 30:02},30" for n in range(600)]
    file.write_text("\n".join(["Name,Start,Minutes", *lines]), "utf-8")
    booked = list[int]()

    def told(done: int, total: int) -> None:
        if not booked:
            booked.extend(clinic.book("2026-12-01 10:00").ids)

    report = import_appointments(
        clinic.session,
        file,
        dry_run=False,
        options=WITH_LEE,
        progress=told,
        stop=lambda: clinic.count() > 500,
    )
    assert (booked, report.stopped) == ([501], True)
    assert report.count("appointments").added == 500
    again = import_appointments(clinic.session, file, dry_run=False, options=WITH_LEE)
    assert again.count("appointments") == Count("appointments", added=100, already_here=500)
