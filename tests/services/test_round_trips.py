"""Exported here and imported elsewhere, it is the same clinic: exported again, the files are the same."""

from __future__ import annotations

import re
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest

from pim_tui.db.connection import write_tx
from pim_tui.domain.customer import NewCustomer
from pim_tui.domain.handout import VisitsWanted
from pim_tui.domain.names import PersonName
from pim_tui.domain.states import Status
from pim_tui.imports.ical import open_events
from pim_tui.models import Series, SeriesDate, SeriesVisit
from pim_tui.services.customer_rows import insert_customers
from pim_tui.services.exporting import ExportAppointments, export_appointments
from pim_tui.services.leaving import Form
from tests.services.clinic import (
    BUFFERED,
    FIRST_VISIT,
    JANE,
    JOHN,
    LEE,
    PLAIN,
    SATO,
    ZONE,
    Practice,
    at,
    practice,
)
from tests.services.events import come_in
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
            at("2026-10-25 00:30") + place * HOUR, customer_id=4 + place, type_id=PLAIN,
            reason=HARD[place:60], note=f"{HARD}\n\nsecond line {HARD[place:]}",
        )  # fmt: skip
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
    with open_events(tmp_path / "here.ics", ZONE) as file:
        report = come_in(there, list(file.rows()))
    assert not report.refusals
    # What was changed of a visit within its series counts from the series again.
    again = exported(there, tmp_path / "there.ics")
    assert re.sub(r"SEQUENCE:[34]\n", "", again) == re.sub(r"SEQUENCE:[34]\n", "", text)
    there.store.close()
