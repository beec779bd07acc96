"""The day sheet: put together from the book, told to the journal, then printed or written to a file (M10)."""

from __future__ import annotations

import hashlib
import os
import tempfile
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, datetime
from pathlib import Path

from ..config import Settings
from ..db.connection import select
from ..documents import plaintext
from ..documents.blocks import Letterhead
from ..documents.daysheet import DaySheet, Row, Section, day_sheet
from ..domain.moments import clock, day_label, day_of, short_day, span, zone_info
from ..domain.people import age
from ..domain.rights import Right
from ..domain.session import Session
from ..errors import FileProblem, UsageError
from ..integrations import printer
from ..queries import calendar
from ..queries.daysheets import SheetRow, sheet_rows
from .usecase import Done, Work, use_case

MODES = {"in_person": "in person", "virtual": "video", "phone": "by phone"}
"""How a visit takes place, as papers say it."""


@dataclass(frozen=True, slots=True)
class Stationery:
    """What every paper of the clinic carries, its size, and the print queue (empty: the system's own)."""

    clinic: Letterhead
    size: str = "a4"
    queue: str = ""


def stationery(settings: Settings) -> Stationery:
    """The clinic's paper as the settings have it."""
    address = tuple(settings.clinic_address.replace("\\n", "\n").splitlines())
    clinic = Letterhead(settings.clinic_name, address, settings.clinic_phone)
    return Stationery(clinic, settings.paper, settings.printer)


@dataclass(frozen=True, slots=True)
class PrintDay:
    """Print the sheet of ``day``: everybody's, or one staff member's.

    ``each``: everybody begins on a page of their own. ``to`` is a file ending in .pdf or .txt; without
    one the sheet goes to the printer.
    """

    day: date
    paper: Stationery
    staff_id: int | None = None
    each: bool = False
    to: str = ""
    request: str = ""


def print_day(session: Session, command: PrintDay) -> Done:
    """Make the sheet, write the journal's line, then deliver.

    Raises :class:`UsageError` for a file of another kind, :class:`FileProblem` when it cannot be
    written, :class:`Refused` when the printer does not take it.
    """
    session.needs(Right.PRINT)
    where = _writable(command.to) if command.to else None
    sheet = assemble(session, command.day, command.paper.clinic, command.staff_id)
    data, note = _rendered(
        session, command, sheet, ".txt" if where and where.suffix.lower() == ".txt" else ".pdf"
    )
    told = _tell(session, _Printed(command, hashlib.sha256(data).hexdigest(), command.request))
    if where:
        write_file(where, data)
        says = f"The day sheet of {sheet.day} is in {where}."
    else:
        _print(data, command.paper.queue)
        says = f"The day sheet of {sheet.day} was sent to the printer."
    return Done(told.kind, told.ids, told.days, says=f"{says} {note}".strip())


def assemble(session: Session, day: date, clinic: Letterhead, staff_id: int | None = None) -> DaySheet:
    """The sheet as plain data: a section for everybody who takes appointments or has one that day."""
    session.needs(Right.PRINT)
    rows = sheet_rows(day, session.zone, staff_id)
    now = session.clock()
    sections = tuple(
        Section(name, tuple(_row(row, session.zone, day) for row in rows if row.staff_id == id_))
        for id_, name in _staff(rows, staff_id)
    )
    printed = f"{day_label(day_of(now, session.zone))} {clock(now, session.zone)}"
    return DaySheet(clinic, day_label(day), printed, session.zone, sections)


def _staff(rows: Sequence[SheetRow], staff_id: int | None) -> list[tuple[int, str]]:
    """Ids and names, in the clinic's order; those who have left come last."""
    known = {column.id: column.name for column in calendar.staff_columns()}
    others = sorted({row.staff_id for row in rows} - set(known))
    if others:
        marks = ", ".join("?" * len(others))
        known |= dict(select(f"select id, name from staff where id in ({marks}) order by id", others))
    return [(id_, name) for id_, name in known.items() if staff_id in (None, id_)]


def _row(row: SheetRow, zone: str, day: date) -> Row:
    birth = f"{age(row.birth_date, day)} y, {short_day(row.birth_date)}" if row.birth_date else ""
    return Row(
        span(row.starts_at, row.ends_at, zone), row.minutes, row.customer.listed, birth, row.phone,
        " - ".join(part for part in (row.type, row.reason) if part), row.room, MODES[row.mode], row.status,
        row.alerts, row.note, row.arrived_at is not None,
    )  # fmt: skip


def _rendered(session: Session, command: PrintDay, sheet: DaySheet, kind: str) -> tuple[bytes, str]:
    """The document's bytes, and what the person should know about it."""
    if kind == ".txt":
        return plaintext.day_sheet(sheet, per_staff=command.each).encode(), ""
    created = datetime.fromtimestamp(session.clock(), zone_info(session.zone))
    printed = day_sheet(sheet, created, size=command.paper.size, per_staff=command.each)
    return printed.data, printed.note


@dataclass(frozen=True, slots=True)
class _Printed:
    command: PrintDay
    sha256: str
    request: str


@use_case(Right.PRINT)
def _tell(work: Work, printed: _Printed) -> Done:
    """The journal's line: whose sheet left the book, and exactly which."""
    command, day = printed.command, printed.command.day.isoformat()
    after = {"day": day, "to": "file" if command.to else "printer", "sha256": printed.sha256}
    work.changed("print", "day_sheet", command.staff_id, None, after)
    return Done("day_sheet", (), (day,))


def _writable(to: str) -> Path:
    """The file to write, looked at before any work is done."""
    path = Path(to).expanduser()
    if path.suffix.lower() not in (".pdf", ".txt"):
        raise UsageError(
            f"{path.name} must end in .pdf or .txt.", "The ending says which of the two is written."
        )
    if path.is_dir() or not path.parent.is_dir():
        raise FileProblem(
            f"{path} cannot be written: there is no such folder.", "Name a file in a folder that exists."
        )
    return path


def write_file(path: Path, data: bytes) -> None:
    """Write a private file as a whole or not at all; one of the same name is replaced."""
    try:
        handle, name = tempfile.mkstemp(dir=path.parent, prefix=f".{path.name}.")
        try:
            with os.fdopen(handle, "wb") as file:
                file.write(data)
                file.flush()
                os.fsync(file.fileno())
            os.replace(name, path)
        except BaseException:
            Path(name).unlink(missing_ok=True)
            raise
    except OSError as error:
        says = f"{path} cannot be written: {error.strerror}."
        raise FileProblem(says, "Check the folder's permissions and free space.") from error


def _print(data: bytes, queue: str) -> None:
    with tempfile.TemporaryDirectory(prefix="pim-tui-print-") as folder:
        file = Path(folder) / "day-sheet.pdf"
        file.write_bytes(data)
        printer.send(file, queue=queue, title="Day sheet")
