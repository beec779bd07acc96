"""What an import leaves of itself: a row about the run, and one for every record that it made.

Both are written in the transactions of the records, so that a run that broke off in the middle, even
with the machine, tells exactly what it stored.
"""

from __future__ import annotations

import hashlib
import json
from collections.abc import Iterator, Mapping, Sequence
from contextlib import contextmanager, suppress
from dataclasses import dataclass, field
from pathlib import Path

from ..db.bulk import insert
from ..db.connection import write_tx
from ..domain.session import Session
from ..domain.text import tidy, visible
from ..errors import FileProblem, Refused
from ..imports.plainfile import LARGEST, opened_file
from ..imports.report import Count, Report, counts_json
from ..imports.synthea import FILES
from ..models import ImportRow, ImportRun
from ..queries.imports import standing

_CHUNK = 1 << 20


@dataclass(slots=True)
class Record:
    """The row of one import, made with the first records: a file that cannot be read leaves none."""

    session: Session
    kind: str
    source: str
    digest: str
    options: Mapping[str, object]
    began_at: int
    number: int | None = None
    made: list[tuple[str, int]] = field(default_factory=list)

    @contextmanager
    def batch(self) -> Iterator[None]:
        """A write transaction in which the row is there; when it fails, a row it made is not."""
        before = self.number
        try:
            with write_tx():
                self._begin()
                yield
        except BaseException:
            self.number = before
            raise

    def keep(self, counts: Sequence[Count]) -> None:
        """Write what was made since the last time, inside the batch's transaction.

        :class:`Refused` when the import was taken back meanwhile: nothing may be added to it any more.
        """
        told = ImportRun.update(counts=json.dumps(counts_json(counts)))
        if not told.where(ImportRun.id == self.number, ImportRun.state == "running").execute():
            raise Refused("This import was taken back while it ran.", "Import the file again.")
        insert(_ROW, ((self.number, kind, id_) for kind, id_ in self.made), derived=True)
        self.made.clear()

    def end(self, state: str, report: Report, now: int) -> None:
        """Write how it ended, inside a transaction of its own."""
        ImportRun.update(
            state=state,
            ended_at=now,
            report=report.kept(ImportRun.report.limit),
            counts=json.dumps(counts_json(report.counts)),
        ).where(ImportRun.id == self.number, ImportRun.state == "running").execute()

    def _begin(self) -> None:
        if self.number is None:
            self.number = int(
                ImportRun.insert(
                    kind=self.kind,
                    source=self.source,
                    digest=self.digest,
                    began_at=self.began_at,
                    options=json.dumps(self.options),
                    staff=self.session.staff_id,
                ).execute()
            )


def named(path: Path) -> str:
    """What an import calls the file or folder it reads."""
    return tidy(visible(path.name), limit=ImportRun.source.limit)


def digest_of(path: Path) -> str:
    """The SHA-256 of the file, or of the files of a Synthea folder in their order.

    Empty when one cannot be read, or is more than an import reads: whoever reads it next says why.
    """
    digest = hashlib.sha256()
    with suppress(OSError, FileProblem):
        for file in [path / name for name in FILES] if path.is_dir() else [path]:
            if not file.is_file() or file.stat().st_size > LARGEST:
                return ""
            _take(digest, file)
        return digest.hexdigest()
    return ""


def _take(digest: hashlib._Hash, file: Path) -> None:
    with opened_file(file) as opened:
        while chunk := opened.read(_CHUNK):
            digest.update(chunk)


def told_before(digest: str, session: Session) -> str:
    """A sentence about the newest import of the same file that stands; empty when there is none."""
    before = standing(digest, session.zone) if digest else None
    if before is None:
        return ""
    how = "imported" if before.state == "done" else "imported in part"
    return (
        f"This very file was {how} on {before.began} by {before.staff} (import {before.number});"
        " only what is missing is added."
    )


_ROW = (ImportRow.run, ImportRow.kind, ImportRow.row_id)
