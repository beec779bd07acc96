"""Importing people: rows a second, and how memory grows with the file."""

from __future__ import annotations

import csv
import json
import resource
import tempfile
import time
from collections.abc import Iterator
from pathlib import Path
from random import Random
from uuid import UUID

from tests.bench.figures import Figure
from tests.safety.alone import alone

HEAD = (
    "Id,BIRTHDATE,DEATHDATE,SSN,DRIVERS,PASSPORT,PREFIX,FIRST,MIDDLE,LAST,SUFFIX,MAIDEN,MARITAL,RACE,ETHNICITY,GENDER,"
    "BIRTHPLACE,ADDRESS,CITY,STATE,COUNTY,FIPS,ZIP,LAT,LON,HEALTHCARE_EXPENSES,HEALTHCARE_COVERAGE,INCOME"
)
FEW, MANY = 8_000, 40_000


def figures() -> Iterator[Figure]:
    """A table of eight thousand people, one five times as long, and eight thousand cards with phones."""
    found = {rows: alone(imported, rows, timeout=600) for rows in (FEW, MANY)}
    cards = alone(imported, -FEW, timeout=600)
    for what, figures_ in (*((f"{rows:,} people", found[rows]) for rows in found), (f"{FEW:,} cards", cards)):
        yield Figure(f"import, {what}, rows a second", figures_["rate"], "/s", goal=2000, at_least=True)
        yield Figure(f"import, {what}, dry run", figures_["dry"], "/s", goal=2000, at_least=True)
    few, many = (found[rows]["peak"] for rows in (FEW, MANY))
    yield Figure("import, peak memory, five times the file", many, "MB", few, 1.1)


def imported(rows: int) -> dict[str, float]:
    """In a process of its own: import a made-up file, dry and in earnest; below zero as many cards."""
    from pim_tui.services.importing import import_customers
    from tests.bench.clinics import new_clinic

    with tempfile.TemporaryDirectory() as name:
        folder = Path(name)
        file = _write(folder / "patients.csv", rows) if rows > 0 else _cards(folder / "people.vcf", -rows)
        book, session = new_clinic(folder)
        took = []
        for dry in (True, False):
            begun = time.perf_counter()
            report = import_customers(session, file, dry_run=dry)
            took.append(time.perf_counter() - begun)
            assert report is not None
        book.close()
    peak = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 1024
    return {"dry": abs(rows) / took[0], "rate": abs(rows) / took[1], "peak": peak}


def _write(file: Path, rows: int) -> Path:
    rng = Random(5)
    syllables = [
        "ma",
        "jo",
        "an",
        "el",
        "ri",
        "lu",
        "be",
        "ka",
        "ton",
        "sen",
        "dra",
        "nia",
        "lis",
        "pe",
        "to",
        "vi",
    ]

    def name() -> str:
        return "".join(rng.choices(syllables, k=3)).title() + str(rng.randint(1, 999))

    with file.open("w", newline="", encoding="utf-8") as target:
        written = csv.writer(target)
        written.writerow(HEAD.split(","))
        for _ in range(rows):
            born = f"{rng.randint(1930, 2020)}-{rng.randint(1, 12):02}-{rng.randint(1, 28):02}"
            sex = rng.choice("MF")
            written.writerow(
                [UUID(int=rng.getrandbits(128)), born, "", "999-31-1198", "S9", "X3", "Mr.", name(), name(),
                 name(), "", "", "M", "white", "nonhispanic", sex, "Weymouth", "604 Leuschke Run", "Amesbury",
                 "Massachusetts", "Essex", "25009", "01913", "42.8", "-70.9", "1", "1", "1"]
            )  # fmt: skip
    return file


def _cards(file: Path, rows: int) -> Path:
    rng = Random(7)

    def phone() -> str:
        return f"+1 {rng.randint(201, 989)} {rng.randint(200, 999)} {rng.randint(0, 9999):04}"

    with file.open("w", newline="", encoding="utf-8") as target:
        for number in range(rows):
            first, last = (f"{rng.choice('BDFGKLMNPRST')}{rng.getrandbits(20):x}".title() for _ in "12")
            born = f"{rng.randint(1930, 2020)}-{rng.randint(1, 12):02}-{rng.randint(1, 28):02}"
            target.write(
                f"BEGIN:VCARD\r\nVERSION:3.0\r\nUID:{number}\r\nN:{last};{first};;;\r\nFN:{first} {last}\r\n"
                f"BDAY:{born}\r\nTEL;TYPE=CELL:{phone()}\r\nTEL;TYPE=HOME:{phone()}\r\n"
                f"EMAIL;TYPE=INTERNET:{first}.{number}@example.org\r\n"
                "ADR;TYPE=HOME:;;604 Leuschke Run;Amesbury;MA;01913;USA\r\nEND:VCARD\r\n"
            )
    return file


if __name__ == "__main__":
    print(json.dumps(imported(FEW)))
