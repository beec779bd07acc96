"""Every real calendar file through the whole import, dry, in earnest and again.

Run it as ``python -m tests.safety.shelf``.
The table of what came in and what was refused is kept here; a difference, a difference between the dry
run and the real one, or anything that is added the second time makes the command fail.
"""

from __future__ import annotations

import sys
import tempfile
import time
from collections import Counter
from collections.abc import Iterable, Iterator
from dataclasses import dataclass, replace
from pathlib import Path

from pim_tui.domain.session import Session
from pim_tui.errors import FileProblem
from pim_tui.imports.report import Report
from pim_tui.services.importing import import_appointments
from pim_tui.services.incoming import ImportOptions
from tests.safety.reader import SHARED
from tests.services.clinic import LEE, broken_line, overlaps, practice

SECONDS = 2.0
"""Processor time that one import of one file may take."""
OPTIONS = ImportOptions(staff_id=LEE)


@dataclass(frozen=True, slots=True)
class Came:
    """What became of a folder: files, series and appointments that came in, and all that was refused."""

    files: int
    series: int
    appointments: int
    refused: int


TABLE = {
    "ical.net": Came(files=70, series=7, appointments=3813, refused=77),
    "ical4j": Came(files=54, series=12, appointments=1405, refused=2207),
    "icalendar-py": Came(files=79, series=10, appointments=499, refused=67),
    "khal": Came(files=28, series=5, appointments=71, refused=2),
    "libical": Came(files=16, series=3, appointments=1018, refused=89),
    "node-ical": Came(files=27, series=15, appointments=3334, refused=27),
    "synthetic": Came(files=1, series=0, appointments=1, refused=0),
}
"""By folder, with nobody known and everything with one staff member."""


def imported(session: Session, files: Iterable[Path]) -> Iterator[tuple[Path, Report | None, float]]:
    """The report of each file, and the processor seconds of its import; None where it is no calendar."""
    for file in files:
        begun = time.process_time()
        try:
            report = import_appointments(session, file, dry_run=False, options=OPTIONS)
        except FileProblem:
            report = None
        yield file, report, time.process_time() - begun


def came(session: Session, files: Iterable[Path]) -> tuple[Came, list[str]]:
    """What became of ``files``, and everything that is wrong with it."""
    counts, wrong = Counter[str](), list[str]()
    for file in files:
        foretold = _dry(session, file)
        for _, report, took in imported(session, [file]):
            counts["files"] += 1
            if took > SECONDS:
                wrong.append(f"{file.name} took {took:.1f} s")
            if report is None or foretold is None:
                continue
            if replace(foretold, dry_run=False, number=report.number, earlier=report.earlier) != report:
                wrong.append(f"{file.name}: the dry run told something else")
            counts["series"] += report.count("series").added
            counts["appointments"] += report.count("appointments").added
            counts["refused"] += sum(count.refused for count in report.counts)
            again = import_appointments(session, file, dry_run=False, options=OPTIONS)
            if added := sum(count.added for count in again.counts):
                wrong.append(f"{file.name}: {added} added the second time")
    return Came(*(counts[key] for key in ("files", "series", "appointments", "refused"))), wrong


def _dry(session: Session, file: Path) -> Report | None:
    try:
        return import_appointments(session, file, dry_run=True, options=OPTIONS)
    except FileProblem:
        return None


def main() -> int:
    """1 when a folder gives something else than the table says, or anything is wrong."""
    wrong = []
    for folder in sorted(path for path in (SHARED / "ics").iterdir() if path.is_dir()):
        with tempfile.TemporaryDirectory() as name:
            clinic = practice(Path(name))
            found, faults = came(clinic.session, sorted(folder.iterdir()))
            wrong += faults
            if broken_line(clinic.store) or overlaps(clinic.store):
                wrong.append(f"{folder.name}: the book is not whole")
            clinic.store.close()
        print(f"    {folder.name!r}: {found},", flush=True)
        if found != TABLE.get(folder.name):
            wrong.append(f"{folder.name}: the table says {TABLE.get(folder.name)}")
    print("\n".join(wrong), file=sys.stderr)
    return 1 if wrong else 0


if __name__ == "__main__":
    sys.exit(main())
