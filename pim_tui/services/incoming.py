"""What the parts of an import share: the run they belong to, and what each of them is."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from contextlib import AbstractContextManager, nullcontext
from dataclasses import dataclass, field
from typing import Literal, Protocol, TypeVar

from ..db.connection import write_tx
from ..domain.session import Session
from ..imports.report import Notice, Refusal, Tally
from ..imports.scratch import Scratch
from . import audit
from .audit import Change

CUSTOMERS, STAFF, TYPES, APPOINTMENTS, SITES = (
    "customers", "staff members", "appointment types", "appointments", "organizations",
)  # fmt: skip
"""The kinds a report counts."""

Unknown = Literal["keep", "create", "refuse"]
"""What becomes of an appointment with somebody the book does not know."""

T_contra = TypeVar("T_contra", contravariant=True)


@dataclass(frozen=True, slots=True)
class ImportOptions:
    """What the person who imports has decided; an importer takes what concerns it.

    ``choices`` gives targets other columns, as :func:`~..imports.mapping.read_choices` reads them.
    ``staff_id`` is whom appointments are with that name nobody. ``unknown`` people are kept by name
    alone, created, or their rows refused. ``all_day``: whether entries without a time are taken.
    """

    choices: Mapping[str, str] = field(default_factory=dict)
    staff_id: int | None = None
    unknown: Unknown = "keep"
    all_day: bool = False


class Intake(Protocol[T_contra]):
    """Decides about the good rows of one kind, a batch at a time, and stores them unless the run is dry."""

    kind: str

    def take(self, rows: Sequence[T_contra], file: str) -> None:
        """Called inside the batch's transaction; ``file`` is what the report calls the file."""


@dataclass(slots=True)
class Run:
    """An import under way. ``now`` is UTC seconds and stays what it was at the beginning."""

    session: Session
    dry: bool
    scratch: Scratch
    now: int
    tally: Tally = field(default_factory=Tally)
    changes: list[Change] = field(default_factory=list)

    def stored(self, kind: str, row_id: int, after: Mapping[str, object], action: str = "import") -> None:
        """Note a new record, or what was added to one, for the journal."""
        self.changes.append(Change(action, kind, row_id, None, after))

    def notice(self, kind: str, file: str, line: int, says: str) -> None:
        """Note something about a row that is kept, or was here already."""
        self.tally.notice(kind, Notice(file, line, says))

    def refuse(self, kind: str, file: str, line: int, reason: str) -> None:
        """Note a row that is not imported."""
        self.tally.refuse(kind, Refusal(file, line, reason))

    def transaction(self) -> AbstractContextManager[None]:
        """The batch's: a write transaction, or nothing at all in a dry run."""
        return nullcontext() if self.dry else write_tx()

    def journal(self) -> None:
        """Write the batch's audit lines (A1)."""
        if self.changes:
            audit.append(self.session, self.changes)
            self.changes.clear()
