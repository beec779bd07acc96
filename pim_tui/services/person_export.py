"""Everything about one person in one archive, as they may ask for it (P5)."""

from __future__ import annotations

import json
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from datetime import datetime
from typing import Any, BinaryIO, Final

from ..db.connection import current
from ..db.filestore import store_of
from ..domain.filekinds import copy_name
from ..domain.moments import zone_info
from ..domain.rights import Right
from ..domain.session import Session
from ..errors import FileProblem, Refused
from ..exports import archive
from ..exports.outfile import OutFile
from ..queries import person
from ..queries.balances import balance
from ..queries.customers import record
from ..queries.gate import for_reader
from .customers import values_of
from .leaving import Counting, Exported, Form, Leaving, Progress, hand_out, require_kind
from .stationery import render
from .wanted import RecordPaper

KINDS: Final = {"zip": "ZIP archive"}
_ALL: Final = (
    Right.EXPORT, Right.SEE_CUSTOMER, Right.SEE_APPOINTMENT, Right.SEE_BILL, Right.SEE_NOTE, Right.SEE_FILE,
    Right.PRINT,
)  # fmt: skip
ABOUT: Final = (
    "Everything the clinic's book has of this person. 'rows' are the tables as they are kept: amounts are"
    " whole minor units of the currency, moments UTC seconds, 'names' tell what ids stand for. record.pdf is"
    " the same to read; files and papers are beside it, and 'missing' names those that could not be read."
)


@dataclass(frozen=True, slots=True)
class ExportPerson:
    """Hand out all that is known of a customer."""

    customer_id: int
    form: Form
    request: str = ""


@for_reader
def export_person(
    session: Session,
    command: ExportPerson,
    *,
    progress: Progress = lambda done, total: None,
    stop: Callable[[], bool] = lambda: False,
    out: BinaryIO | None = None,
) -> Exported:
    """Write ``person.json``, ``record.pdf``, the photo, documents and papers into one archive.

    The journal is told before the file is in its place. A stored file that is missing or damaged is named
    in the archive and stops nothing. Needs the rights to see what is in it, and to print the record. Raises
    NotFound, Refused when it was stopped, :class:`FileProblem` when it cannot be written.
    """
    for right in _ALL:
        session.needs(right)
    require_kind(command.form.kind, KINDS)
    number = record(command.customer_id).number
    asked = {"customer_id": command.customer_id, "number": number}
    count, missing = Counting(1), list[str]()

    def write(file: OutFile) -> str:
        at = datetime.fromtimestamp(session.clock(), zone_info(session.zone))
        entries = _entries(session, command, missing, progress, stop)
        archive.write(file.raw, entries, at)
        count.done = 1
        return f"{len(missing)} files could not be read; the archive names them." if missing else ""

    return hand_out(session, Leaving(command.form, "person", asked, command.request), write, count, out)


def _entries(
    session: Session,
    command: ExportPerson,
    missing: list[str],
    progress: Progress,
    stop: Callable[[], bool],
) -> Iterator[tuple[str, bytes]]:
    """The parts of the archive; the JSON comes last, when it is known what is missing."""
    files = person.files_of(command.customer_id)
    yield "record.pdf", render(session, RecordPaper(command.customer_id), command.form.paper).data
    store = store_of(current())
    for place, file in enumerate(files, 1):
        if stop():
            raise Refused("The export was stopped.", "Nothing was written.")
        name = f"{file.folder}/{copy_name(file.name, file.id, file.media_type)}"
        try:
            yield name, store.read(file.sha256)
        except FileProblem as error:
            missing.append(f"{name}: {error.message}")
        progress(place, len(files))
    yield "person.json", _told(session, command.customer_id, missing)


def _told(session: Session, customer_id: int, missing: list[str]) -> bytes:
    found, account = record(customer_id), balance(customer_id)
    told: dict[str, Any] = {
        "about": ABOUT,
        "format": 1,
        "number": found.number,
        "currency": session.currency,
        "person": values_of(found.customer),
        "balance": {"balance": account.balance, "owed": account.owed, "credit": account.credit},
        "missing": missing,
        "names": person.names(),
        "rows": person.rows_of(customer_id),
    }
    return json.dumps(told, ensure_ascii=False, indent=1).encode()
