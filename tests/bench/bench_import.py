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
from typing import NamedTuple
from uuid import UUID

from tests.bench.figures import Figure
from tests.safety.alone import alone

HEAD = (
    "Id,BIRTHDATE,DEATHDATE,SSN,DRIVERS,PASSPORT,PREFIX,FIRST,MIDDLE,LAST,SUFFIX,MAIDEN,MARITAL,RACE,ETHNICITY,GENDER,"
    "BIRTHPLACE,ADDRESS,CITY,STATE,COUNTY,FIPS,ZIP,LAT,LON,HEALTHCARE_EXPENSES,HEALTHCARE_COVERAGE,INCOME"
)
FEW, MANY = 8_000, 40_000
PLAIN, REACHED, CARDS = "table", "table with phone and email", "cards with phones and email"


def figures() -> Iterator[Figure]:
    """A bare table, one that says how people are reached, and cards; each of two sizes."""
    plain: dict[int, dict[str, float]] = {}
    for kind in (PLAIN, REACHED, CARDS):
        found = {rows: alone(imported, kind, rows, timeout=900) for rows in (FEW, MANY)}
        plain = plain or found
        for rows, told in found.items():
            what = f"import, {kind}, {rows:,}"
            yield Figure(f"{what}, rows a second", told["rate"], "/s", goal=2000, at_least=True)
            yield Figure(f"{what}, dry run", told["dry"], "/s", goal=2000, at_least=True)
            yield Figure(f"{what}, rows a second of CPU", told["cpu"], "/s", goal=2000, at_least=True)
            if kind != PLAIN:
                base = 1e6 / plain[rows]["cpu"]
                yield Figure(f"{what}, CPU a row beside the bare table", 1e6 / told["cpu"], "us", base)
        few, many = (found[rows]["peak"] for rows in (FEW, MANY))
        yield Figure(f"import, {kind}, peak memory, five times the file", many, "MB", few, 1.1)


def imported(kind: str, rows: int) -> dict[str, float]:
    """In a process of its own: import a made-up file, dry and in earnest; rows a second, and MB at most."""
    from pim_tui.services.importing import import_customers
    from tests.bench.clinics import new_clinic

    with tempfile.TemporaryDirectory() as name:
        folder = Path(name)
        file = _WRITERS[kind](folder / ("people.vcf" if kind == CARDS else "people.csv"), rows)
        book, session = new_clinic(folder)
        took = []
        for dry in (True, False):
            begun, cpu = time.perf_counter(), time.process_time()
            report = import_customers(session, file, dry_run=dry)
            took.append((time.perf_counter() - begun, time.process_time() - cpu))
            assert report.count("customers").added == rows
        book.close()
    peak = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 1024
    return {"dry": rows / took[0][0], "rate": rows / took[1][0], "cpu": rows / took[1][1], "peak": peak}


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


class _Person(NamedTuple):
    first: str
    last: str
    born: str


def _people(rng: Random, rows: int) -> Iterator[_Person]:
    for _ in range(rows):
        first, last = (f"{rng.choice('BDFGKLMNPRST')}{rng.getrandbits(20):x}".title() for _ in "12")
        born = f"{rng.randint(1930, 2020)}-{rng.randint(1, 12):02}-{rng.randint(1, 28):02}"
        yield _Person(first, last, born)


def _near(rng: Random) -> str:
    """A number of the clinic's own country."""
    return f"+1 {rng.randint(201, 989)} {rng.randint(200, 999)} {rng.randint(0, 9999):04}"


def _far(rng: Random) -> str:
    """A number that has to be looked up in the numbering plan of its country."""
    return rng.choice(
        (
            f"+49 30 {rng.randint(10**6, 10**7 - 1)}",
            f"+44 20 {rng.randint(7000, 8999)} {rng.randint(0, 9999):04}",
            f"+33 1 42 {rng.randint(10, 99)} {rng.randint(10, 99)} {rng.randint(10, 99)}",
        )
    )


def _reached(file: Path, rows: int) -> Path:
    rng = Random(11)
    with file.open("w", newline="", encoding="utf-8") as target:
        written = csv.writer(target)
        written.writerow(
            ["First name", "Last name", "Birth date", "Phone", "Email", "Address", "City", "ZIP"]
        )
        for number, (first, last, born) in enumerate(_people(rng, rows)):
            phone = _near(rng) if number % 2 else _far(rng)
            email = f"{first}.{number}@example.org"
            written.writerow([first, last, born, phone, email, "604 Leuschke Run", "Amesbury", "01913"])
    return file


def _cards(file: Path, rows: int) -> Path:
    rng = Random(7)
    with file.open("w", newline="", encoding="utf-8") as target:
        for number, (first, last, born) in enumerate(_people(rng, rows)):
            target.write(
                f"BEGIN:VCARD\r\nVERSION:3.0\r\nUID:{number}\r\nN:{last};{first};;;\r\nFN:{first} {last}\r\n"
                f"BDAY:{born}\r\nTEL;TYPE=CELL:{_near(rng)}\r\nTEL;TYPE=HOME:{_near(rng)}\r\n"
                f"EMAIL;TYPE=INTERNET:{first}.{number}@example.org\r\n"
                "ADR;TYPE=HOME:;;604 Leuschke Run;Amesbury;MA;01913;USA\r\nEND:VCARD\r\n"
            )
    return file


_WRITERS = {PLAIN: _write, REACHED: _reached, CARDS: _cards}

if __name__ == "__main__":
    print(json.dumps({kind: imported(kind, FEW) for kind in _WRITERS}))
