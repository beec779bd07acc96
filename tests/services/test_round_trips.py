"""Exported here and imported elsewhere, it is the same clinic: exported again, the files are the same."""

from __future__ import annotations

import re
from collections.abc import Callable
from datetime import date
from pathlib import Path
from typing import Any

import pytest

from pim_tui.db.connection import write_tx
from pim_tui.domain.customer import ConsentEntry, NewCustomer
from pim_tui.domain.handout import CustomersWanted, VisitsWanted
from pim_tui.domain.names import PersonName
from pim_tui.domain.rights import rights_of
from pim_tui.domain.session import Session
from pim_tui.domain.states import Status
from pim_tui.models import Clinic, Note, Series, SeriesDate, SeriesVisit, Staff
from pim_tui.services.customer_rows import insert_customers
from pim_tui.services.exporting import (
    ExportAppointments,
    ExportCustomers,
    export_appointments,
    export_customers,
)
from pim_tui.services.importing import import_appointments, import_customers
from pim_tui.services.leaving import Form
from tests.db.book import new_book
from tests.services.clinic import (
    BUFFERED,
    FIRST_VISIT,
    JANE,
    JOHN,
    LEE,
    NOW,
    PLAIN,
    SATO,
    ZONE,
    Practice,
    at,
    practice,
)
from tests.services.paper import PAPER

HOUR = 3_600
PEOPLE = (
    ("さくら", "田中"), ("محمد", "العلي"), ("Zoë-Anne", "O'Connor; Smith, \\Jr"), ("สมชาย", "วงศ์สว่าง"),
    ("=cmd", "@SUM"), ("\x1b[31m", "a\u202eb"),
)  # fmt: skip

HARD = 'Knee;left,\\n"quoted":日本' + "é" * 120


def folder(parent: Path, name: str) -> Path:
    made = parent / name
    made.mkdir()
    return made


def opened(place: Path) -> Practice:
    """A clinic with customers of many scripts."""
    made = practice(place)
    made.open_always()
    with write_tx():
        insert_customers(
            made.session, [NewCustomer(PersonName("", first, "", last, "")) for first, last in PEOPLE]
        )
    return made


def furnish(clinic: Practice) -> None:
    """Visits in every state, of everybody, and with all that a visit can have."""
    clinic.clock[0] = at("2026-10-20 08:00")
    for place in range(len(PEOPLE)):
        clinic.book(
            at("2026-10-25 00:30") + place * HOUR,
            customer_id=4 + place,
            type_id=PLAIN,
            reason=HARD[place:60],
            note=f"{HARD}\n\nsecond line {HARD[place:]}",
        )
    missed = clinic.book("2026-10-21 10:30", staff_id=SATO, type_id=FIRST_VISIT, room_id=1).ids[0]
    completed = clinic.book("2026-10-21 11:30", customer_id=JOHN, mode="virtual").ids[0]
    canceled = clinic.book("2026-12-21 11:30", customer_id=JOHN, mode="phone", reason="=1+1").ids[0]
    clinic.book("2026-12-22 23:30", 90, customer_id=JOHN, room_id=2, type_id=BUFFERED)
    clinic.mark(canceled, Status.CANCELED, "ill; at home", "customer")
    clinic.clock[0] = at("2026-11-23 09:20")
    clinic.mark(missed, Status.MISSED)
    clinic.mark(completed, Status.COMPLETED)
    for id_ in range(1, 1 + len(PEOPLE)):
        clinic.mark(id_, Status.COMPLETED)


def repeat(clinic: Practice) -> None:
    """Jane each Tuesday at 10:30 until spring: one left out, one added, one moved, one canceled."""
    first = at("2026-12-01 10:30")
    columns: dict[str, Any] = {
        "uid": "tuesdays@elsewhere", "sequence": 3, "rule": "FREQ=WEEKLY;COUNT=20", "zone": ZONE,
        "wall": "2026-12-01T10:30", "starts_at": first, "minutes": 30, "customer": JANE, "staff": LEE,
        "type": PLAIN, "room": 1, "reason": "Physio", "note": "", "created_at": 0, "created_by": 1,
    }  # fmt: skip
    out, added = at("2026-12-15 10:30"), at("2026-12-17 09:00")
    ruled = [at(f"{day} 10:30") for day in TUESDAYS]
    made: dict[int, int] = {}
    for start in (*ruled, added):
        if start != out:
            moved = start + 2 * HOUR if start == ruled[3] else start
            made[start] = clinic.book(moved, type_id=PLAIN, room_id=1, reason="Physio").ids[0]
    clinic.mark(made[ruled[5]], Status.CANCELED, "on holiday", "customer")
    with write_tx():
        series = Series.insert(**columns).execute()
        SeriesDate.insert(series=series, at=out, kind="out").execute()
        SeriesDate.insert(series=series, at=added, kind="in").execute()
        for start, id_ in made.items():
            SeriesVisit.insert(appointment=id_, series=series, recurrence_at=start).execute()


TUESDAYS = [
    "2026-12-01", "2026-12-08", "2026-12-15", "2026-12-22", "2026-12-29", "2027-01-05", "2027-01-12",
    "2027-01-19", "2027-01-26", "2027-02-02", "2027-02-09", "2027-02-16", "2027-02-23", "2027-03-02",
    "2027-03-09", "2027-03-16", "2027-03-23", "2027-03-30", "2027-04-06", "2027-04-13",
]  # fmt: skip


def exported(clinic: Practice, file: Path) -> str:
    kind = file.suffix.removeprefix(".")
    export_appointments(clinic.session, ExportAppointments(VisitsWanted(), Form(kind, str(file), PAPER)))
    return file.read_text("utf-8")


@pytest.mark.parametrize("fill", [furnish, repeat])
def test_a_calendar_imported_elsewhere_goes_out_the_same(
    tmp_path: Path, fill: Callable[[Practice], None]
) -> None:
    here = opened(folder(tmp_path, "here"))
    fill(here)
    text = exported(here, tmp_path / "here.ics")
    here.store.close()
    there = opened(folder(tmp_path, "there"))
    report = import_appointments(there.session, tmp_path / "here.ics", dry_run=False)
    assert not report.refusals
    # What was changed of a visit within its series counts from the series again.
    again = exported(there, tmp_path / "there.ics")
    assert re.sub(r"SEQUENCE:[34]\n", "", again) == re.sub(r"SEQUENCE:[34]\n", "", text)
    there.store.close()


def test_a_table_of_appointments_imported_elsewhere_goes_out_the_same(tmp_path: Path) -> None:
    here = opened(folder(tmp_path, "here"))
    furnish(here)
    text = exported(here, tmp_path / "here.csv")
    here.store.close()
    there = opened(folder(tmp_path, "there"))
    report = import_appointments(there.session, tmp_path / "here.csv", dry_run=False)
    assert not report.refusals
    assert exported(there, tmp_path / "there.csv") == text
    there.store.close()


KNOWN = NewCustomer(
    PersonName("Mrs.", "Anne", "Marie", "Doe-Smith", "Jr."), "F", date(1984, 3, 1), date(2020, 1, 2),
    "12 Quay\nFlat 3", "Galway", "Co. Galway", "H91", "Ireland",
    phones=(("mobile", "+353 91 1"), ("Mother; ill", "12 34 567"), ("fax", "=5551234")),
    emails=(("", "anne@example.org"), ("work", "a@b.example")), former_names=("Anne Miller", "Anne O'Hara"),
    external_ids=(("synthea", "a-1"),), alerts=("Penicillin, allergic", "-deaf"),
    consents=(ConsentEntry("email", "yes"), ConsentEntry("sms", "no", date(2026, 1, 2), "form; signed")),
)  # fmt: skip


def with_people(place: Path) -> Practice:
    made = opened(place)
    with write_tx():
        (anne,) = insert_customers(made.session, [KNOWN])
        Note.insert(customer=anne, author=LEE, text=f"first\n{HARD}", written_at=1).execute()
    return made


def empty(place: Path) -> Session:
    """A clinic in which nobody is a customer yet."""
    new_book(place)
    with write_tx():
        Clinic.create(id=1, name="Harbour Clinic", zone=ZONE, created_at=NOW)
        Staff.create(name="Anna Berg", initials="A", active=True, books=True, role="owner")
    return Session(1, "Anna Berg", ZONE, lambda: NOW, rights_of("owner"), "desk-1", "DE")


def people(session: Session, file: Path) -> str:
    form = Form(file.suffix.removeprefix("."), str(file), PAPER)
    export_customers(session, ExportCustomers(CustomersWanted(), form))
    return file.read_text("utf-8")


@pytest.mark.parametrize("kind", ["csv", "vcf"])
def test_customers_imported_elsewhere_go_out_the_same(tmp_path: Path, kind: str) -> None:
    here = with_people(folder(tmp_path, "here"))
    text = people(here.session, tmp_path / f"here.{kind}")
    here.store.close()
    there = empty(folder(tmp_path, "there"))
    report = import_customers(there, tmp_path / f"here.{kind}", dry_run=False)
    assert not report.refusals
    assert not report.notices
    assert people(there, tmp_path / f"there.{kind}") == text


def test_what_comes_back_into_its_own_book_adds_nothing(tmp_path: Path) -> None:
    here = with_people(folder(tmp_path, "here"))
    furnish(here)
    repeat(here)
    counts = {table: here.count(table) for table in ("appointment", "customer", "series", "note", "phone")}
    for kind in ("csv", "vcf"):
        people(here.session, file := tmp_path / f"people.{kind}")
        assert import_customers(here.session, file, dry_run=False).count("customers").added == 0
        exported(here, visits := tmp_path / f"visits.{'ics' if kind == 'vcf' else kind}")
        import_appointments(here.session, visits, dry_run=False)
    assert {table: here.count(table) for table in counts} == counts
    here.store.close()
