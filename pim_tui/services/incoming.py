"""What the parts of an import share: the run they belong to, and what each of them is."""

from __future__ import annotations

import gc
from collections.abc import Iterator, Mapping, Sequence
from contextlib import contextmanager, suppress
from dataclasses import asdict, dataclass, field, replace
from pathlib import Path
from typing import Literal, Protocol, TypeVar

from ..config import Settings
from ..db.connection import current
from ..db.disk import require_room
from ..domain.dates import Order
from ..domain.rights import Right
from ..domain.session import Session
from ..errors import PimError, StoreError
from ..imports.report import Notice, Refusal, Report, Tally
from ..imports.scratch import Scratch
from ..queries.money_seals import Marks, marks
from . import audit
from .audit import Change
from .recording import Record, digest_of, named, told_before
from .seals import sealed

CUSTOMERS, STAFF, TYPES, APPOINTMENTS, SITES, SERIES, PRODUCTS, LOTS = (
    "customers", "staff members", "appointment types", "appointments", "organizations", "series", "products",
    "lots in stock",
)  # fmt: skip
"""The kinds a report counts."""

LINK = "link"
"""What stands for the kind of record where an import gave an id to a customer who was here."""

Unknown = Literal["keep", "create", "refuse"]
"""What becomes of an appointment with somebody the book does not know."""

T_contra = TypeVar("T_contra", contravariant=True)


@dataclass(frozen=True, slots=True)
class ImportOptions:
    """What the person who imports has decided; an importer takes what concerns it.

    ``choices`` gives targets other columns, as :func:`~..imports.mapping.read_choices` reads them.
    ``staff_id`` is whom appointments are with that name nobody. ``unknown`` people are kept by name
    alone, created, or their rows refused. ``all_day``: whether entries without a time are taken.
    ``order`` is how the clinic writes dates, for columns that fit several orders; ``default_minutes`` how
    long an appointment is when neither its row nor its type says so.
    """

    choices: Mapping[str, str] = field(default_factory=dict)
    staff_id: int | None = None
    unknown: Unknown = "keep"
    all_day: bool = False
    order: Order = "dmy"
    default_minutes: int = 30

    def told(self) -> dict[str, object]:
        """The options as the record of the import keeps them."""
        return {**asdict(self), "choices": dict(self.choices)}


USUAL = ImportOptions()
"""Nothing was decided: what the file itself says, and the usual answers."""


def options_of(settings: Settings) -> ImportOptions:
    """Nothing was decided but what the clinic's settings say."""
    return replace(USUAL, order=settings.date_order, default_minutes=settings.default_minutes)


class Intake(Protocol[T_contra]):
    """Decides about the good rows of one kind, a batch at a time, and stores them unless the run is dry."""

    kind: str

    def take(self, rows: Sequence[T_contra], file: str) -> None:
        """Called inside the batch's transaction; ``file`` is what the report calls the file."""


@dataclass(slots=True)
class Run:
    """An import under way. ``now`` is UTC seconds and stays what it was at the beginning.

    ``record`` is what the real one leaves of itself; a dry run has none.
    """

    session: Session
    dry: bool
    scratch: Scratch
    now: int
    record: Record | None = None
    earlier: str = ""
    tally: Tally = field(default_factory=Tally)
    changes: list[Change] = field(default_factory=list)
    before: Marks = ()

    def stored(self, kind: str, row_id: int, after: Mapping[str, object], action: str = "import") -> None:
        """Note a new record for the journal, and that this import made it: it goes when that is taken back.

        With another ``action``: what was added to a record that was here before, and stays.
        """
        reason = f"import {self.record.number}" if self.record is not None else ""
        self.changes.append(Change(action, kind, row_id, None, after, reason))
        if action == "import" and self.record is not None:
            self.record.made.append((kind, row_id))

    def linked(self, customer_id: int) -> None:
        """Note that a customer who was here was given an id, which is taken off with the import."""
        if self.record is not None and not self.scratch.met(LINK, str(customer_id)):
            self.scratch.meet(LINK, str(customer_id), 0, customer_id)
            self.record.made.append((LINK, customer_id))

    def notice(self, kind: str, file: str, line: int, says: str) -> None:
        """Note something about a row that is kept, or was here already."""
        self.tally.notice(kind, Notice(file, line, says))

    def refuse(self, kind: str, file: str, line: int, reason: str) -> None:
        """Note a row that is not imported."""
        self.tally.refuse(kind, Refusal(file, line, reason))

    @contextmanager
    def transaction(self) -> Iterator[None]:
        """The batch's: a write transaction, or nothing at all in a dry run."""
        if self.record is None:
            yield
            return
        with self.record.batch():
            self.before = marks()
            yield

    def journal(self) -> None:
        """Write the batch's audit lines (A1), and what the import made."""
        if self.changes:
            audit.append(self.session, sealed(self.changes, self.before))
            self.changes.clear()
        if self.record is not None:
            self.record.keep(self.tally.counted())

    def finished(self, source: str, *, stopped: bool) -> Report:
        """The report; of a real import it is kept."""
        report = replace(self.tally.report(source, dry_run=self.dry, stopped=stopped), earlier=self.earlier)
        return report if self.record is None else self._ended(self.record, report)

    def _ended(self, record: Record, report: Report) -> Report:
        with record.batch():
            record.keep(report.counts)
            report = replace(report, number=record.number)
            record.end("stopped" if report.stopped else "done", report, self.session.clock())
        return report

    def broke_off(self) -> None:
        """What was read so far is all there will be: keep it, if anything was stored."""
        if self.record is not None and self.record.number is not None:
            self.record.made.clear()
            self._ended(self.record, self.tally.report(self.record.source, dry_run=False, stopped=True))


_USUAL = gc.get_threshold()
_SELDOM = 100_000
"""New objects after which they are searched for circles: about as many as a batch has at a time."""


@contextmanager
def _seldom_searched() -> Iterator[None]:
    """Rows hold no circles, and go when nobody has them any more: searched as often as usual, they would take
    a twentieth longer for nothing."""
    gc.set_threshold(_SELDOM, *_USUAL[1:])
    try:
        yield
    finally:
        gc.set_threshold(*_USUAL)


@contextmanager
def begun(kind: str, session: Session, source: Path, dry_run: bool, options: ImportOptions) -> Iterator[Run]:
    """An import of ``source`` by ``session``; :class:`Forbidden` without the right, :class:`StoreFull`
    when the disk has little room.

    What makes it impossible to go on ends it as stopped. After a crash it stays as running, and on a
    full disk it may.
    """
    session.needs(Right.IMPORT)
    current().connect()
    digest = digest_of(source)
    earlier = told_before(digest, session)
    began = session.clock()
    if not dry_run:
        require_room(current().place, "An import")
    record = None if dry_run else Record(session, kind, named(source), digest, options.told(), began)
    with Scratch() as scratch, _seldom_searched():
        run = Run(session, dry_run, scratch, began, record, earlier)
        try:
            yield run
        except StoreError as error:
            with suppress(StoreError):
                run.broke_off()
            raise _with_what_stays(run, error) from error
        except (PimError, KeyboardInterrupt):
            run.broke_off()
            raise


def _with_what_stays(run: Run, error: StoreError) -> StoreError:
    """The error, which speaks of one batch, with a word about the batches before."""
    if run.record is None or run.record.number is None:
        return error
    stays = f"What was stored before stays, as import {run.record.number}; the same import again goes on."
    return type(error)(error.message, f"{error.hint} {stays}")
