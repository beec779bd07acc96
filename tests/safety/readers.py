"""What the fuzzers feed: for each importer one callable that reads bytes and checks what comes out."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime

from pim_tui.domain.barcodes import LENGTHS
from pim_tui.domain.customer import as_fields, read_fields
from pim_tui.domain.moments import zone_info
from pim_tui.domain.money import MOST
from pim_tui.domain.product import LIMITS
from pim_tui.domain.recurrence import read_rule, starts
from pim_tui.errors import FileProblem, UsageError
from pim_tui.imports.cardvalues import LARGEST_PHOTO
from pim_tui.imports.customers_csv import open_customers, survey_table
from pim_tui.imports.events import EventRow
from pim_tui.imports.ical import open_events
from pim_tui.imports.people import LONGEST_NOTE
from pim_tui.imports.people import Row as PersonRow
from pim_tui.imports.products_csv import open_products
from pim_tui.imports.report import Refusal
from pim_tui.imports.vcard import open_cards
from pim_tui.imports.visits_csv import open_visits as open_table_of_visits
from tests.safety.reader import TODAY, Reader, file_of, harmless


def read_ical(data: bytes) -> int:
    """How many appointments and refusals a calendar file gives; each is looked at."""
    with file_of(data, "fuzzed.ics") as path:
        try:
            with open_events(path, "Europe/Berlin") as file:
                rows = list(file.rows())
                assert all(title and harmless(text) for title, text in file.facts)
        except FileProblem:
            return 0
    for row in rows:
        if isinstance(row, Refusal):
            assert row.line >= 1, row
            assert harmless(row.reason), row
        else:
            check_event(row)
    return len(rows)


def check_event(row: EventRow) -> None:
    """Whether an appointment as read could be stored: its times, its words, its series."""
    zone_info(row.zone)
    wall = datetime.fromisoformat(row.wall)
    assert row.starts_at % 60 == 0, row
    assert row.minutes is None or row.minutes > 0, row
    assert all(map(harmless, row.remarks)), row
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
        check_event(change)


def read_products(data: bytes) -> int:
    """How many products and refusals a table gives; each could be stored."""
    with file_of(data, "fuzzed.csv") as path:
        try:
            with open_products(path, "USD", {}) as file:
                rows = list(file.rows())
        except FileProblem:
            return 0
    for row in rows:
        if isinstance(row, Refusal):
            assert row.reason, row
        else:
            product = row.product
            assert 0 < len(product.name) <= LIMITS["name"], row
            assert 0 < len(row.key) <= 160, row
            assert product.price is None or 0 <= product.price <= MOST, row
            assert not product.barcode or len(product.barcode) in LENGTHS, row
    return len(rows)


def read_visits(data: bytes) -> int:
    """How many appointments and refusals a table of appointments gives."""
    with file_of(data, "fuzzed.csv") as path:
        try:
            with open_table_of_visits(path, "Europe/Berlin", "dmy", {}) as file:
                rows = list(file.rows())
                assert all(title and harmless(text) for title, text in file.mapping.facts.told)
        except FileProblem:
            return 0
    for row in rows:
        if isinstance(row, Refusal):
            assert row.line >= 1, row
            assert harmless(row.reason), row
        else:
            check_event(row)
    return len(rows)


def read_cards(data: bytes) -> int:
    """How many people and refusals a file of vCards gives; each could be stored."""
    with file_of(data, "fuzzed.vcf") as path:
        try:
            with open_cards(path, TODAY) as file:
                rows = list(file.rows())
        except FileProblem:
            return 0
    return _checked_people(rows)


def read_people(data: bytes) -> int:
    """How many people and refusals a table gives, whatever its columns are called; each could be stored."""
    with file_of(data, "fuzzed.csv") as path:
        try:
            survey = survey_table(path, "dmy", {})
            columns = survey.mapping.columns if survey.mapping else ()
            choices = {"last": columns[0].column} if survey.problems and columns else {}
            with open_customers(path, TODAY, order="dmy", choices=choices) as file:
                rows = list(file.rows())
        except (FileProblem, UsageError):
            return 0
    return _checked_people(rows)


def _checked_people(rows: Sequence[PersonRow | Refusal]) -> int:
    for row in rows:
        if isinstance(row, Refusal):
            assert row.line >= 1, row
            assert harmless(row.reason), row
        else:
            customer = row.customer
            assert all(map(harmless, row.remarks)), row
            assert customer.name.first or customer.name.last, row
            assert all(row.key), row
            assert len(row.key[1]) <= 120, row
            assert len(row.note) <= LONGEST_NOTE, row
            assert len(row.photo) <= LARGEST_PHOTO, row
            again, faults = read_fields(as_fields(customer), today=TODAY, order="ymd")
            assert not faults, (row, faults)
            assert again == customer, row
    return len(rows)


FILES: dict[str, Reader] = {
    "visits": Reader(
        read_visits,
        ("csv_exports", ".csv"),
        (
            "Subject,Start Date,Start Time,End Date,End Time,All Day Event\n", "Invitee Name", "Name",
            "Event Type Name", "Start Date & Time", "Invitee Time Zone", "Eastern Time - US & Canada",
            "Start", "End", "Duration", "03/04/2026", "14.3.2026", "2026-03-03T10:00Z", "02:30 am",
            "29.3.2026 02:30", "25.10.2026 02:30", "9999-12-31", "1:30", "true", "No", "canceled", ",", ";",
            "\t", "\n", '"',
        ),
    ),
    "vcard": Reader(
        read_cards,
        ("vcard", ".vcf"),
        (
            "BEGIN:VCARD\n", "END:VCARD\n", "VERSION:2.1\n", "VERSION:3.0\n", "VERSION:4.0\n",
            "N:Doe;Jane\n", "FN:Jane Doe\n", "TEL;TYPE=CELL:", "tel:+1;ext=2", "EMAIL:", "mailto:",
            "ADR;TYPE=HOME:;;", "BDAY:", "--0415", "19900514", "DEATHDATE:", "GENDER:M;", "NOTE:", "ORG:",
            "UID:", "ALTID=1", "LANGUAGE=ja", "AGENT:\n", "item1.", "X-ABLABEL:_$!<Home>!$_",
            "PHOTO;ENCODING=b:", "data:image/png;base64,", ";ENCODING=QUOTED-PRINTABLE:", ";BASE64:",
            "CHARSET=utf-8", "CHARSET=iso-2022-jp", "=\n", "=C3=B6", "\n ", "\r\n", "\\n", "\\,", "\\;",
            "X-PIM-CONSENT:", "X-PIM-NUMBER:1", "X-PIM-ID:a;b", "PREF=1",
        ),
    ),
    "people": Reader(
        read_people,
        ("csv_exports", ".csv"),
        (
            "First Name", "Last Name", "Name Prefix", "name", "birthday", "died", "sex", "phone",
            "Phone 1 - Value", "Phone 1 - Label", "E-mail Address", "Home Street", "Business City", "id",
            "notes", "alerts", "zip", "Customer Number", "Former Names", "Uid", "Other Ids", "Consents",
            "Id,BIRTHDATE,FIRST,LAST\n", ":::", ",", ";", "\t", '"', '""', "\n", "\r\n", "sep=;\n",
            "31/12/90", "0/0/00", "--05-14", "1990-05-14", "m", "x: y", "email yes 2026-01-02 desk",
            "\ufeff", "'=",
        ),
    ),
    "products": Reader(
        read_products,
        ("products", ".csv"),
        (
            "name", "name:en", "code", "code_system", "price", "barcode", "options", "optionValues:en", "sku",
            "facets", "category:a|brand:b", "trackInventory", " , ", ";", "\t", '"', '""', "\n", "\r\n",
            "sep=;\n", "4014400400007", "1.299,00", "12.50", "(5)", "USD", "true", "\ufeff",
        ),
    ),
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
