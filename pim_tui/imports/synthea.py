"""A folder written by Synthea, the synthetic patient generator: who treats whom, where and when.

Four of its files are read; their columns are those of Synthea's CSV exporter.

- ``organizations.csv``: sites. A site is neither a room nor somebody who works here, so it gets no record
  of its own: its name stands behind the speciality of the staff who work there, and in the
  note of a visit that took place at another one.
- ``providers.csv``: staff members. ``patients.csv``: customers, see :mod:`.customers_csv`.
- ``encounters.csv``: appointments. START and STOP are UTC; both are cut to the whole minute, so that
  visits which touch do not begin to overlap, and a visit lasts at least one minute (T2).
  ENCOUNTERCLASS becomes the type.
"""

from __future__ import annotations

import re
from collections.abc import Callable
from dataclasses import dataclass
from datetime import UTC, date, datetime
from pathlib import Path
from typing import Any, TypeVar

from ..domain.moments import MINUTE
from ..domain.names import strip_glued_digits
from ..domain.text import ELLIPSIS, tidy, visible
from ..errors import Fault, FileProblem
from .csvfile import CsvFile
from .customers_csv import SYNTHEA_PATIENTS, Row, open_customers
from .rows import Cells, Faults, RowFile, columns_of, id_faults

ORGANIZATIONS, PROVIDERS, PATIENTS, ENCOUNTERS = (
    "organizations.csv", "providers.csv", "patients.csv", "encounters.csv",
)  # fmt: skip
FILES = (ORGANIZATIONS, PROVIDERS, PATIENTS, ENCOUNTERS)
"""The files read, in the order in which each can refer to those before it."""

YEARS = range(1900, 2200)
"""A visit outside these is a slip of the pen."""

_NAME, _SITE, _REASON = 120, 120, 200
"""Characters of a name, a site or speciality, and a reason."""

_COLUMNS = {
    ORGANIZATIONS: ("Id", "NAME"),
    PROVIDERS: ("Id", "ORGANIZATION", "NAME"),
    ENCOUNTERS: ("Id", "START", "STOP", "PATIENT", "PROVIDER", "ENCOUNTERCLASS"),
}


@dataclass(frozen=True, slots=True)
class Site:
    """An organization."""

    line: int
    id: str
    name: str


@dataclass(frozen=True, slots=True)
class Provider:
    """Somebody who treats people. ``site`` is the id of the organization they work for, or empty."""

    line: int
    id: str
    name: str
    speciality: str
    site: str


@dataclass(frozen=True, slots=True)
class Encounter:
    """A visit: ``starts_at`` UTC seconds on a whole minute, ``minutes`` elapsed, the others by their ids.

    ``kind`` is Synthea's class, lower case.
    """

    line: int
    id: str
    starts_at: int
    minutes: int
    patient: str
    provider: str
    site: str
    kind: str
    reason: str


ROW = TypeVar("ROW", Site, Provider, Encounter)


class SyntheaFolder:
    """A folder with all of :data:`FILES`; :class:`FileProblem` names what is missing."""

    def __init__(self, folder: Path, today: date) -> None:
        self.folder = folder
        self.name = visible(folder.name or str(folder))
        self._today = today
        self._require()

    def _require(self) -> None:
        shown = visible(str(self.folder))
        try:
            present = {entry.name for entry in self.folder.iterdir()}
        except FileNotFoundError:
            raise FileProblem(f"There is no folder {shown}.", "Check the path.") from None
        except NotADirectoryError:
            raise FileProblem(
                f"{shown} is a file, not a Synthea folder.", "Name the folder, or use import customers."
            ) from None
        except PermissionError:
            raise FileProblem(f"You may not read {shown}.", "Ask its owner, or copy it.") from None
        except (OSError, ValueError) as error:
            reason = error.strerror if isinstance(error, OSError) else "this is no path"
            raise FileProblem(f"{shown} cannot be opened: {reason}.", "Check the path.") from None
        if missing := [name for name in FILES if name not in present]:
            raise FileProblem(
                f"{shown} is not a Synthea folder: {', '.join(missing)} missing.",
                "Name the folder that holds patients.csv and the others.",
            )

    def check(self) -> int:
        """Open every file and look at its header; the sum of their sizes in bytes."""
        total = 0
        files: tuple[Callable[[], RowFile[Any]], ...]
        files = self.organizations, self.providers, self.patients, self.encounters
        for file in files:
            with file() as opened:
                total += opened.csv.size
        return total

    def organizations(self) -> RowFile[Site]:
        """The sites."""
        return self._open(ORGANIZATIONS, _site)

    def providers(self) -> RowFile[Provider]:
        """The staff."""
        return self._open(PROVIDERS, _provider)

    def patients(self) -> RowFile[Row]:
        """The customers."""
        return open_customers(self.folder / PATIENTS, self._today, (SYNTHEA_PATIENTS,))

    def encounters(self) -> RowFile[Encounter]:
        """The visits."""
        return self._open(ENCOUNTERS, _encounter)

    def _open(self, name: str, read: Callable[[int, Cells], ROW | Faults]) -> RowFile[ROW]:
        csv = CsvFile(self.folder / name)
        present = columns_of(csv.header)
        if missing := [column for column in _COLUMNS[name] if column.casefold() not in present]:
            csv.close()
            raise FileProblem(
                f"{name} has no column {', '.join(missing)}.", "Export it again with Synthea's CSV exporter."
            )
        return RowFile(csv, read)


# --- rows ----------------------------------------------------------------------------------------


def _site(line: int, cells: Cells) -> Site | Faults:
    faults = list(id_faults(cells("id")))
    name = tidy(cells("name"), limit=_SITE)
    if not name:
        faults.append(Fault("NAME", "is empty"))
    return Faults(faults) or Site(line, cells("id"), name)


def _provider(line: int, cells: Cells) -> Provider | Faults:
    faults = list(id_faults(cells("id")))
    name = tidy(strip_glued_digits(cells("name")), limit=_NAME + 1)
    if not name:
        faults.append(Fault("NAME", "is empty"))
    elif len(name) > _NAME:
        faults.append(Fault("NAME", f"is longer than {_NAME} characters"))
    speciality = tidy(cells("speciality", "specialty"), limit=_SITE)
    if speciality.isupper():
        speciality = speciality.capitalize()
    return Faults(faults) or Provider(line, cells("id"), name, speciality, cells("organization"))


def _encounter(line: int, cells: Cells) -> Encounter | Faults:
    faults = list(id_faults(cells("id")))
    starts = _instant(cells("start"), "START", faults)
    stops = _instant(cells("stop"), "STOP", faults)
    for column in ("patient", "provider"):
        faults += id_faults(cells(column), column.upper())
    if starts is not None and stops is not None and stops < starts:
        faults.append(Fault("STOP", "is before START"))
    if starts is None or stops is None or faults:
        return Faults(faults)
    return Encounter(
        line,
        cells("id"),
        starts - starts % MINUTE,
        max(1, stops // MINUTE - starts // MINUTE),
        cells("patient"),
        cells("provider"),
        cells("organization"),
        cells("encounterclass").lower(),
        _reason(cells("description"), cells("reasondescription")),
    )


def _instant(text: str, column: str, faults: list[Fault]) -> int | None:
    """UTC seconds of ``2010-01-23T17:45:28Z``; a time without a zone is UTC, as Synthea writes it."""
    try:
        read = datetime.fromisoformat(text) if len(text) > len("2010-01-23") else None
    except ValueError:
        read = None
    if read is None or read.year not in YEARS:
        says = f"“{tidy(text, limit=30)}” is not a time such as 2010-01-23T17:45:28Z" if text else "is empty"
        faults.append(Fault(column, says))
        return None
    return int((read if read.tzinfo else read.replace(tzinfo=UTC)).timestamp())


# The kinds that SNOMED CT puts in brackets behind a term.
_TAGS = (
    "procedure", "finding", "disorder", "situation", "regime/therapy", "environment", "substance", "event",
    "person", "product", "morphologic abnormality", "observable entity", "qualifier value", "physical object",
    "context-dependent category",
)  # fmt: skip
_TAG = re.compile(rf"\s*\((?:{'|'.join(_TAGS)})\)$")


def _reason(description: str, because: str) -> str:
    """``Check up (procedure)`` because of ``Shellfish (substance)``: ``Check up - Shellfish``."""
    told = [_TAG.sub("", tidy(text, limit=_REASON)) for text in (description, because)]
    whole = " - ".join(text for text in told if text)
    return whole if len(whole) <= _REASON else whole[: _REASON - 1].rstrip() + ELLIPSIS
