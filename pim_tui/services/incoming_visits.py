"""Sites, providers and encounters of a Synthea folder becoming staff, appointment types and appointments."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from ..db.connection import select
from ..domain.moments import MINUTE
from ..domain.states import Status
from ..domain.text import fold, tidy
from ..imports.customers_csv import SYNTHEA
from ..imports.report import ADDED, ALREADY
from ..imports.synthea import ORGANIZATIONS, PATIENTS, PROVIDERS, Encounter, Provider, Site
from ..models import AppointmentType, Staff
from ..queries import known
from ..queries.equipment import rooms_of_several
from .incoming import APPOINTMENTS, SITES, STAFF, TYPES, Run
from .setup import NewType, initials
from .visit_rows import KnownType, Visit, columns, insert_visits, overbook, spans
from .visit_things import without_place

OVERBOOKED = "imported: overlapped in the source"
"""The reason given for overbooking by an import (T9)."""

CLASSES = {
    "ambulatory": NewType("Ambulatory visit", "amb", 60, "blue"),
    "emergency": NewType("Emergency", "er", 60, "red"),
    "home": NewType("Home visit", "home", 15, "magenta"),
    "hospice": NewType("Hospice stay", "hosp", 1440, "white"),
    "inpatient": NewType("Inpatient stay", "inp", 1440, "magenta"),
    "outpatient": NewType("Outpatient visit", "out", 15, "cyan"),
    "snf": NewType("Nursing facility stay", "snf", 1440, "white"),
    "urgentcare": NewType("Urgent care", "uc", 30, "yellow"),
    "virtual": NewType("Virtual visit", "virt", 30, "yellow", mode="virtual"),
    "wellness": NewType("Wellness visit", "well", 45, "green"),
}
"""The appointment type of each ENCOUNTERCLASS, as it is made when the clinic has none of that name."""


def external_key(id_: str) -> str:
    """What staff and appointments keep as their external id: the system, then its id."""
    return f"{SYNTHEA}:{id_}"


class SiteIntake:
    """Organizations: nothing of their own is stored, their names are kept for those who refer to them."""

    kind = SITES

    def __init__(self, run: Run) -> None:
        self._run = run

    def take(self, rows: Sequence[Site], file: str) -> None:
        """Remember the names."""
        for site in rows:
            if before := self._run.scratch.met("site", site.id):
                self._run.refuse(SITES, file, site.line, f"has the Id of line {before.line} again")
            else:
                self._run.scratch.meet("site", site.id, site.line)
                self._run.scratch.name("site", site.id, site.name)


class StaffIntake:
    """Providers: staff members that appointments are made with."""

    kind = STAFF

    def __init__(self, run: Run) -> None:
        self._run = run

    def take(self, rows: Sequence[Provider], file: str) -> None:
        """Store those who are new."""
        here = known.staff_by_external_id(external_key(row.id) for row in rows)
        for row in rows:
            self._decide(row, here.get(external_key(row.id)), file)

    def _decide(self, row: Provider, id_: int | None, file: str) -> None:
        run = self._run
        if before := run.scratch.met("staff", row.id):
            run.refuse(STAFF, file, row.line, f"has the Id of line {before.line} again")
            return
        run.tally.count(STAFF, ADDED if id_ is None else ALREADY)
        if id_ is None:
            if row.site and not run.scratch.named("site", row.site):
                run.notice(
                    STAFF,
                    file,
                    row.line,
                    f"its organization {tidy(row.site, limit=40)} is not in {ORGANIZATIONS}",
                )
            id_ = run.scratch.stand_in() if run.dry else self._store(row)
        run.scratch.meet("staff", row.id, row.line, id_)
        run.scratch.name("works at", row.id, row.site)

    def _store(self, row: Provider) -> int:
        place = select("select coalesce(max(position), -1) + 1 from staff")[0][0]
        about = ", ".join(filter(None, (row.speciality, self._run.scratch.named("site", row.site))))
        values: dict[str, Any] = {
            "name": row.name,
            "initials": initials(row.name),
            "speciality": tidy(about, limit=120),
            "external_id": external_key(row.id),
            "position": place,
            "books": True,
            "active": True,
            "role": "clinician",
        }
        id_ = int(Staff.insert(values).execute())
        self._run.stored("staff", id_, values)
        return id_


class VisitIntake:
    """Encounters: appointments that have happened, or will."""

    kind = APPOINTMENTS

    def __init__(self, run: Run) -> None:
        self._run = run
        self._file = ""
        self._types: dict[str, KnownType] = {}

    def take(self, rows: Sequence[Encounter], file: str) -> None:
        """Decide about every row in order, then store those that are new."""
        self._file = file
        here = known.appointments_by_external_id(external_key(row.id) for row in rows)
        new = [row for row in rows if self._is_new(row, external_key(row.id) in here)]
        placed = self._placed(new)
        busy = known.taken([spans(values)[0] for _, values in placed])
        full = without_place([values for _, values in placed], rooms_of_several())
        for place, ((row, values), taken) in enumerate(zip(placed, busy, strict=True)):
            self._occupy(row, values, taken or place in full)
        if placed and not self._run.dry:
            self._store([values for _, values in placed])

    def _is_new(self, row: Encounter, is_here: bool) -> bool:
        run = self._run
        if before := run.scratch.met("visit", row.id):
            run.refuse(APPOINTMENTS, self._file, row.line, f"has the Id of line {before.line} again")
            return False
        run.scratch.meet("visit", row.id, row.line)
        if is_here:
            run.tally.count(APPOINTMENTS, ALREADY)
        return not is_here

    def _placed(self, rows: Sequence[Encounter]) -> list[tuple[Encounter, dict[str, Any]]]:
        """The rows whose customer and staff member are known, each with its columns."""
        customers = self._customers(rows)
        staff = self._staff(rows)
        placed = []
        for row in rows:
            customer_id, staff_id = customers.get(row.patient), staff.get(row.provider)
            if customer_id is None or staff_id is None:
                whom = ("patient", row.patient, PATIENTS) if customer_id is None else None
                what, id_, where = whom or ("provider", row.provider, PROVIDERS)
                reason = f"its {what} {id_} is not in {where}, or was refused there"
                self._run.refuse(APPOINTMENTS, self._file, row.line, reason)
            else:
                placed.append((row, self._columns(row, customer_id, staff_id)))
        return placed

    def _customers(self, rows: Sequence[Encounter]) -> dict[str, int]:
        met = {row.patient: self._run.scratch.met(f"customer {SYNTHEA}", row.patient) for row in rows}
        unmet = [id_ for id_, found in met.items() if found is None]
        stored = known.customers_by_external_id(SYNTHEA, unmet)
        return {id_: found.id for id_, found in met.items() if found} | stored

    def _staff(self, rows: Sequence[Encounter]) -> dict[str, int]:
        met = {row.provider: self._run.scratch.met("staff", row.provider) for row in rows}
        unmet = {external_key(id_): id_ for id_, found in met.items() if found is None}
        stored = known.staff_by_external_id(unmet)
        return {id_: found.id for id_, found in met.items() if found} | {
            unmet[key]: id_ for key, id_ in stored.items()
        }

    def _columns(self, row: Encounter, customer_id: int, staff_id: int) -> dict[str, Any]:
        """The columns of the appointment (T2); whether it is overbooked is decided later."""
        run, type_ = self._run, self._type_of(row)
        past = row.starts_at + row.minutes * MINUTE <= run.now
        visit = Visit(
            external_key(row.id),
            customer_id,
            staff_id,
            row.starts_at,
            row.minutes,
            Status.COMPLETED if past else Status.SCHEDULED,
            type_,
            mode=type_.mode if type_ else "in_person",
            reason=row.reason,
            note=self._note(row),
        )
        return columns(visit, run.session, run.now)

    def _note(self, row: Encounter) -> str:
        """Where it was, if not where the provider works."""
        scratch = self._run.scratch
        if not row.site or row.site == scratch.named("works at", row.provider):
            return ""
        site = scratch.named("site", row.site)
        return f"At {site}." if site else ""

    def _occupy(self, row: Encounter, values: dict[str, Any], taken: bool) -> None:
        """Count the visit, and mark it as overbooked where its provider has another one (T7, T9)."""
        run, (what, id_, start, end) = self._run, spans(values)[0]
        whose = f"{what} {id_}"
        run.tally.count(APPOINTMENTS, ADDED)
        if taken or run.scratch.occupied(whose, start, end):
            overbook(values, run.session, OVERBOOKED)
            says = "overlaps another visit of the same provider; kept, and marked as overbooked"
            run.notice(APPOINTMENTS, self._file, row.line, says)
        run.scratch.occupy(whose, start, end)

    def _store(self, rows: Sequence[dict[str, Any]]) -> None:
        for id_, values in zip(insert_visits(rows), rows, strict=True):
            self._run.stored("appointment", id_, {"id": id_, **values})

    # --- types -----------------------------------------------------------------------------------

    def _type_of(self, row: Encounter) -> KnownType | None:
        if row.kind not in CLASSES:
            says = f"class “{tidy(row.kind, limit=30)}” is not known; kept without a type" if row.kind else ""
            self._run.notice(APPOINTMENTS, self._file, row.line, says or "has no class; kept without a type")
            return None
        if row.kind not in self._types:
            self._types[row.kind] = self._found(CLASSES[row.kind]) or self._made(CLASSES[row.kind])
        return self._types[row.kind]

    def _found(self, wanted: NewType) -> KnownType | None:
        """The clinic's own type of that name."""
        rows = select(
            "select id, name, mode, buffer_before, buffer_after from appointment_type where active = 1"
        )
        for id_, name, mode, before, after in rows:
            if fold(name) == fold(wanted.name):
                self._run.tally.count(TYPES, ALREADY)
                return KnownType(id_, "virtual" if wanted.mode == "virtual" else mode, before, after)
        return None

    def _made(self, wanted: NewType) -> KnownType:
        run = self._run
        run.tally.count(TYPES, ADDED)
        if run.dry:
            return KnownType(run.scratch.stand_in(), wanted.mode)
        place = select("select coalesce(max(position), -1) + 1 from appointment_type")[0][0]
        values: dict[str, Any] = {
            "name": wanted.name,
            "alias": wanted.alias,
            "minutes": wanted.minutes,
            "colour": wanted.colour,
            "mode": wanted.mode,
            "position": place,
            "active": True,
        }
        id_ = int(AppointmentType.insert(values).execute())
        run.stored("appointment_type", id_, values)
        return KnownType(id_, wanted.mode)
