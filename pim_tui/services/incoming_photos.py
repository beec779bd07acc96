"""Photos that come with imported people: decoded before the batch's transaction, attached within it."""

from __future__ import annotations

from collections.abc import Iterable

from ..domain.filekinds import picture_kind_of
from ..domain.rights import Right
from ..errors import FileProblem
from ..imports.people import Row
from ..integrations import pictures
from .files import PreparedPhoto, attach_prepared, prepare_photo
from .incoming import Run

_NAME = "from the imported card"


class IncomingPhotos:
    """The photos of one import. A row is known by its line; a dry run decodes as well, and keeps nothing."""

    def __init__(self, run: Run) -> None:
        self._run = run
        self._prepared: dict[int, PreparedPhoto] = {}
        self._remarks: dict[int, str] = {}

    def prepare(self, rows: Iterable[Row]) -> None:
        """Decode and put into the store what ``rows`` carry; what is no picture becomes a remark."""
        self._prepared, self._remarks = {}, {}
        for row in rows:
            if Right.ATTACH not in self._run.session.rights:
                self._remarks[row.line] = "the photo was left out: you may not attach photos"
                continue
            try:
                self._decode(row)
            except FileProblem as error:
                self._remarks[row.line] = f"the photo was left out: {error.message}"

    def _decode(self, row: Row) -> None:
        if self._run.dry:
            picture_kind_of(row.photo)
            pictures.photo(row.photo)
        else:
            self._prepared[row.line] = prepare_photo(row.photo)

    def remarks(self, row: Row) -> tuple[str, ...]:
        """What is to be told about the photo of a row."""
        found = self._remarks.get(row.line)
        return (found,) if found else ()

    def keep(self, customer_id: int, row: Row) -> None:
        """Give a new customer the photo of their row, inside the running write transaction."""
        if prepared := self._prepared.pop(row.line, None):
            run = self._run
            kept = attach_prepared(run.session, customer_id, prepared, _NAME, run.now)
            run.stored("attachment", kept.id, kept.values)
