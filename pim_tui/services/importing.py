"""Importing other programs' files: a dry run first, then batches, each a transaction with its audit lines.

A dry run takes the same decisions by the same code and writes nothing. What a stopped or failed
import has stored stays; the same import again recognises it by its external ids and goes on.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator, Sequence
from dataclasses import dataclass
from datetime import date
from pathlib import Path
from typing import TypeVar

from ..domain.moments import day_of
from ..domain.rights import Right
from ..domain.session import Session
from ..domain.text import visible
from ..imports.mapping import Survey
from ..imports.peoplefile import open_people, survey_people
from ..imports.products_csv import open_products, survey_table
from ..imports.report import Refusal, Report
from ..imports.rows import Rows
from ..imports.synthea import FILES, SyntheaFolder
from .event_files import open_events
from .event_series import Item
from .incoming import CUSTOMERS, USUAL, ImportOptions, Intake, Run, begun
from .incoming_customers import CustomerIntake
from .incoming_events import EventIntake
from .incoming_products import ProductIntake
from .incoming_visits import SiteIntake, StaffIntake, VisitIntake

BATCH = 1_250
"""Rows per transaction: the desks that wait for the lock get it in between.

A batch of people touches nearly every page of a large book's search index: fewer batches write less.
"""

PRODUCTS = 1_000
"""Products per transaction: little of one is known before it."""

VISITS = 500
"""Appointments per transaction: each of them is checked against what is there."""

HEAVY = 16 << 20
"""Bytes of photos that are held at once."""

Progress = Callable[[int, int], object]
"""Told (bytes done, bytes in all) after every batch."""

T = TypeVar("T")


def import_customers(
    session: Session,
    file: Path,
    *,
    dry_run: bool,
    options: ImportOptions = USUAL,
    progress: Progress | None = None,
    stop: Callable[[], bool] | None = None,
) -> Report:
    """Import people from vCards (see :mod:`..imports.vcard`) or a table (:mod:`..imports.customers_csv`).

    Raises :class:`FileProblem` when the file cannot be read at all, :class:`Forbidden` without the right.
    ``stop`` is asked before every batch.
    """
    with (
        begun("customers", session, file, dry_run, options) as run,
        open_people(file, _today(session), options.order, options.choices) as opened,
    ):
        control, intake = _Control(progress, stop, opened.size), CustomerIntake(run)
        for remark in opened.remarks:
            run.notice(CUSTOMERS, opened.name, 1, remark)
        control.feed(run, opened, intake, before=intake.look_ahead)
        return run.finished(opened.name, stopped=control.stopped)


def survey_customers(session: Session, file: Path, options: ImportOptions) -> Survey:
    """What a file of people is taken for; raises as :func:`import_customers`, and tells what is lacking."""
    session.needs(Right.IMPORT)
    return survey_people(file, _today(session), options.order, options.choices)


def survey_synthea(session: Session, folder: Path, options: ImportOptions) -> Survey:
    """What a Synthea folder holds; its files say themselves what is what."""
    session.needs(Right.IMPORT)
    size = SyntheaFolder(folder, _today(session)).check()
    return Survey("synthea", "Synthea folder", facts=(("files", ", ".join(FILES)), ("bytes", str(size))))


def import_appointments(
    session: Session,
    file: Path,
    *,
    dry_run: bool,
    options: ImportOptions = USUAL,
    progress: Progress | None = None,
    stop: Callable[[], bool] | None = None,
) -> Report:
    """Import appointments from a table (:mod:`..imports.visits_csv`); rules: :mod:`.incoming_events`.

    Raises as :func:`import_customers`, and :class:`UsageError` for a mapping that cannot be.
    """
    with (
        begun("appointments", session, file, dry_run, options) as run,
        open_events(file, session, options) as opened,
    ):
        control = _Control(progress, stop, opened.size)
        intake: Intake[Item] = EventIntake(run, options, opened.system)
        control.feed(run, opened, intake, most=VISITS)
        return run.finished(opened.name, stopped=control.stopped)


def import_products(
    session: Session,
    file: Path,
    *,
    dry_run: bool,
    options: ImportOptions = USUAL,
    progress: Progress | None = None,
    stop: Callable[[], bool] | None = None,
) -> Report:
    """Import products and services from a table (:mod:`..imports.products_csv`).

    Raises as :func:`import_customers`, and :class:`UsageError` for a mapping that cannot be.
    """
    with (
        begun("products", session, file, dry_run, options) as run,
        open_products(file, session.currency, options.choices, options.order) as opened,
    ):
        control = _Control(progress, stop, opened.size)
        control.feed(run, opened, ProductIntake(run), most=PRODUCTS)
        return run.finished(opened.name, stopped=control.stopped)


def survey_products(session: Session, file: Path, options: ImportOptions) -> Survey:
    """What a table of products is taken for; raises as :func:`import_products`."""
    session.needs(Right.IMPORT)
    return survey_table(file, session.currency, options.choices)


def import_synthea(
    session: Session,
    folder: Path,
    *,
    dry_run: bool,
    options: ImportOptions = USUAL,
    progress: Progress | None = None,
    stop: Callable[[], bool] | None = None,
) -> Report:
    """Import a Synthea folder (see :mod:`..imports.synthea`): staff, customers, types and appointments.

    What ended before now is Completed, the rest Scheduled. A visit that overlaps another one of the
    same provider happened all the same: it is stored as overbooked by the importing person, with a
    notice (T9). Raises as :func:`import_customers`.
    """
    with begun("synthea", session, folder, dry_run, options) as run:
        source = SyntheaFolder(folder, _today(session))
        control = _Control(progress, stop, source.check())
        control.feed(run, source.organizations(), SiteIntake(run))
        control.feed(run, source.providers(), StaffIntake(run))
        patients = CustomerIntake(run)
        control.feed(run, source.patients(), patients, before=patients.look_ahead)
        control.feed(run, source.encounters(), VisitIntake(run), most=VISITS)
        return run.finished(visible(str(folder)), stopped=control.stopped)


def _today(session: Session) -> date:
    return day_of(session.clock(), session.zone)


@dataclass(slots=True)
class _Control:
    """Feeds files to intakes in batches, tells how far it is, and stops between two batches when asked."""

    progress: Progress | None
    stop: Callable[[], bool] | None
    total: int
    before: int = 0
    stopped: bool = False

    def feed(
        self,
        run: Run,
        file: Rows[T],
        intake: Intake[T],
        before: Callable[[Sequence[T]], object] | None = None,
        most: int | None = None,
    ) -> None:
        """Every row of ``file``: refusals to the report, the others to ``intake``, ``most`` at once.

        ``before`` gets the good rows of a batch ahead of its transaction, for what takes long.
        """
        with file as opened:
            for batch in _batches(opened.rows(), min(most or BATCH, BATCH)):
                if self.stopped or (self.stop is not None and self.stop()):
                    self.stopped = True
                    return
                _take(run, batch, opened.name, intake, before)
                self._tell(opened.position)
            self.before += opened.size
            self._tell(0)

    def _tell(self, position: int) -> None:
        if self.progress is not None:
            self.progress(min(self.before + position, self.total), self.total)


def _take(
    run: Run,
    batch: list[T | Refusal],
    file: str,
    intake: Intake[T],
    before: Callable[[Sequence[T]], object] | None,
) -> None:
    named = len(run.tally.refusals)
    good = [row for row in batch if not isinstance(row, Refusal)]
    for refusal in batch:
        if isinstance(refusal, Refusal):
            run.tally.refuse(intake.kind, refusal)
    if good and before:
        before(good)
    if good:
        with run.transaction():
            intake.take(good, file)
            run.journal()
    run.tally.sort_refusals(named)


def _batches(rows: Iterable[T], most: int) -> Iterator[list[T]]:
    """``rows`` in lists of ``most``, or fewer when they are heavy with photos; the last one shorter."""
    batch: list[T] = []
    weight = 0
    for row in rows:
        batch.append(row)
        weight += len(getattr(row, "photo", b""))
        if len(batch) == most or weight > HEAVY:
            yield batch
            batch, weight = [], 0
    if batch:
        yield batch
