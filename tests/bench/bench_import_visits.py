"""Importing appointments from a table and from a calendar file: rows a second, and how memory grows.

A second is one of the processor: what else the machine does is not counted.
"""

from __future__ import annotations

import csv
import json
import resource
import tempfile
import time
from collections.abc import Iterator
from datetime import datetime, timedelta
from pathlib import Path
from random import Random
from typing import Literal

from pim_tui.domain.session import Session
from tests.bench.figures import Figure
from tests.safety.alone import alone

FEW, MANY = 8_000, 40_000
GOAL = 2_000
PEOPLE = 500
Form = Literal["csv", "ics"]


def figures() -> Iterator[Figure]:
    """A file of eight thousand visits, and one five times as long, in each form."""
    forms: tuple[Form, ...] = ("csv", "ics")
    for form in forms:
        found = {rows: alone(imported, rows, form, timeout=600) for rows in (FEW, MANY)}
        for rows in found:
            told = f"import, {rows:,} visits from {form}"
            yield Figure(f"{told}, rows a second", found[rows]["rate"], "/s", goal=GOAL, at_least=True)
            yield Figure(f"{told}, dry run", found[rows]["dry"], "/s", goal=GOAL, at_least=True)
        few, many = (found[rows]["peak"] for rows in (FEW, MANY))
        yield Figure(f"import from {form}, peak memory, five times the file", many, "MB", few, 1.1)


def imported(rows: int, form: Form) -> dict[str, float]:
    """In a process of its own: import a made-up file, dry and in earnest."""
    from pim_tui.db.connection import select
    from pim_tui.services.importing import import_appointments
    from pim_tui.services.incoming import ImportOptions
    from tests.bench.clinics import new_clinic

    with tempfile.TemporaryDirectory() as name:
        folder = Path(name)
        file = folder / f"visits.{form}"
        (_write_table if form == "csv" else _write_calendar)(file, rows)
        book, session = new_clinic(folder)
        _people(session)
        staff = select("select min(id) from staff where books = 1")[0][0]
        took = []
        for dry in (True, False):
            begun = time.process_time()
            report = import_appointments(session, file, dry_run=dry, options=ImportOptions(staff_id=staff))
            took.append(time.process_time() - begun)
            assert report.count("appointments").added == rows, report.lines()[:5]
        book.close()
    peak = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 1024
    return {"dry": rows / took[0], "rate": rows / took[1], "peak": peak}


def _people(session: Session) -> None:
    from pim_tui.db.connection import write_tx
    from pim_tui.domain.customer import NewCustomer
    from pim_tui.domain.names import PersonName
    from pim_tui.services.customer_rows import insert_customers

    with write_tx():
        insert_customers(
            session, [NewCustomer(PersonName(first=f"Jo{n}", last="Doe")) for n in range(PEOPLE)]
        )


def _visits(rows: int) -> Iterator[tuple[datetime, int, str]]:
    """Start, minutes and customer; one after the other, with gaps."""
    rng, begin = Random(5), datetime(2016, 1, 4, 8)
    for number in range(rows):
        start = begin + timedelta(days=number // 10, hours=number % 10)
        yield start, rng.choice((15, 30, 45)), f"Jo{rng.randrange(PEOPLE)} Doe"


def _write_table(file: Path, rows: int) -> None:
    with file.open("w", newline="", encoding="utf-8") as target:
        written = csv.writer(target)
        written.writerow(["Subject", "Start Date", "Start Time", "End Date", "End Time", "Description"])
        for start, minutes, who in _visits(rows):
            end = start + timedelta(minutes=minutes)
            written.writerow(
                [f"{who} - follow-up", f"{start:%m/%d/%Y}", f"{start:%I:%M %p}", f"{end:%m/%d/%Y}",
                 f"{end:%I:%M %p}", "blood pressure review, brings the letter of the ward"]
            )  # fmt: skip


def _write_calendar(file: Path, rows: int) -> None:
    with file.open("w", newline="", encoding="utf-8") as target:
        target.write("BEGIN:VCALENDAR\r\nVERSION:2.0\r\nPRODID:-//x//y//EN\r\n")
        for n, (start, minutes, who) in enumerate(_visits(rows)):
            target.write(
                f"BEGIN:VEVENT\r\nUID:{n}@bench\r\nDTSTAMP:20200101T000000Z\r\nDTSTART:{start:%Y%m%dT%H%M%S}Z\r\n"
                f"DURATION:PT{minutes}M\r\nSUMMARY:{who} - follow-up\r\nSEQUENCE:0\r\n"
                "DESCRIPTION:blood pressure review\\, brings the letter of the ward\r\n"
                "STATUS:CONFIRMED\r\nTRANSP:OPAQUE\r\nEND:VEVENT\r\n"
            )
        target.write("END:VCALENDAR\r\n")


if __name__ == "__main__":
    print(json.dumps({form: imported(FEW, form) for form in ("csv", "ics")}))
