"""One door for everything that can be imported, for the screen and the command line alike."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path
from typing import Protocol

from ..domain.rights import Right
from ..domain.session import Session
from ..imports.mapping import Survey
from ..imports.report import Report
from .event_files import survey_appointments
from .importing import (
    Progress,
    import_appointments,
    import_customers,
    import_products,
    import_synthea,
    survey_customers,
    survey_products,
    survey_synthea,
)
from .incoming import ImportOptions

Stop = Callable[[], bool]


class Surveys(Protocol):
    """Tells what a file is taken for, with what was decided so far; raises :class:`FileProblem`."""

    def __call__(self, session: Session, file: Path, options: ImportOptions, /) -> Survey: ...


class Takes(Protocol):
    """Imports a file, or tells what that would do."""

    def __call__(
        self,
        session: Session,
        file: Path,
        /,
        *,
        dry_run: bool,
        options: ImportOptions,
        progress: Progress | None,
        stop: Stop | None,
    ) -> Report: ...


@dataclass(frozen=True, slots=True)
class Kind:
    """Something that can be imported. ``endings`` are those of its files; ``asks`` the options it knows."""

    key: str
    title: str
    endings: tuple[str, ...]
    survey: Surveys
    take: Takes
    asks: tuple[str, ...] = ()


TABLES = (".csv", ".tsv", ".txt")

KINDS = {
    kind.key: kind
    for kind in (
        Kind(
            "customers", "Customers", (".vcf", ".vcard", *TABLES), survey_customers, import_customers
        ),
        Kind(
            "appointments", "Appointments", (".ics", *TABLES), survey_appointments, import_appointments,
            ("staff", "unknown", "all_day"),
        ),
        Kind("products", "Products and services", TABLES, survey_products, import_products),
        Kind("synthea", "Synthea folder", (), survey_synthea, import_synthea),
    )
}  # fmt: skip
"""Every kind by its key, in the order in which they are offered."""


def survey_file(session: Session, kind: str, file: Path, options: ImportOptions) -> Survey:
    """What ``file`` is taken for: see :class:`Surveys`."""
    session.needs(Right.IMPORT)
    return KINDS[kind].survey(session, file, options)


def import_file(
    session: Session,
    kind: str,
    file: Path,
    *,
    dry_run: bool,
    options: ImportOptions,
    progress: Progress | None = None,
    stop: Stop | None = None,
) -> Report:
    """Import ``file``; :class:`FileProblem` says what must be chosen first."""
    session.needs(Right.IMPORT)
    return KINDS[kind].take(session, file, dry_run=dry_run, options=options, progress=progress, stop=stop)
