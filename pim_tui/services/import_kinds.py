"""One door for everything that can be imported, for the screen and the command line alike."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Protocol

from ..domain.rights import Right
from ..domain.session import Session
from ..errors import Refused
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
    """Tells what a file is taken for, with the choices made so far; raises :class:`FileProblem`."""

    def __call__(self, session: Session, file: Path, choices: Mapping[str, str], /) -> Survey: ...


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
    """Something that can be imported. ``endings`` are those of its files, in lower case.

    ``touches`` are the tables whose lists are to be read again afterwards; ``asks`` the options that
    concern it.
    """

    key: str
    title: str
    endings: tuple[str, ...]
    survey: Surveys
    take: Takes
    touches: tuple[str, ...]
    asks: tuple[str, ...] = ()


KINDS = {
    kind.key: kind
    for kind in (
        Kind(
            "customers", "Customers", (".csv", ".tsv", ".txt"), survey_customers, import_customers,
            ("customer", "note"),
        ),
        Kind(
            "appointments", "Appointments", (".ics", ".csv", ".tsv", ".txt"), survey_appointments,
            import_appointments, ("appointment", "series", "customer"), ("staff", "unknown", "all_day"),
        ),
        Kind(
            "products", "Products and services", (".csv", ".tsv", ".txt"), survey_products, import_products,
            ("product",),
        ),
        Kind(
            "synthea", "Synthea folder", (), survey_synthea, import_synthea,
            ("customer", "appointment", "staff"),
        ),
    )
}  # fmt: skip
"""Every kind by its key, in the order in which they are offered."""


def survey_file(session: Session, kind: str, file: Path, choices: Mapping[str, str]) -> Survey:
    """What ``file`` is taken for: see :class:`Surveys`."""
    session.needs(Right.IMPORT)
    return KINDS[kind].survey(session, file, choices)


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
    """Import ``file``, once what must be chosen was chosen; :class:`Refused` says what is missing."""
    session.needs(Right.IMPORT)
    survey = survey_file(session, kind, file, options.choices)
    if survey.problems:
        raise Refused(" ".join(survey.problems), "Choose the columns first.")
    return KINDS[kind].take(session, file, dry_run=dry_run, options=options, progress=progress, stop=stop)
