"""One incoming event decided: whether it can be an appointment, whose, with whom, and how it is kept."""

from __future__ import annotations

from dataclasses import dataclass, replace

from ..domain.scheduling import LONGEST
from ..domain.states import Status
from ..imports.events import EventRow
from ..queries import known
from .event_people import Found, People, beside_name
from .event_places import SAY_WITH_WHOM, Places
from .event_words import cancelation_of, mode_of, note_of, reason_of, state_of
from .incoming import APPOINTMENTS, ImportOptions, Run
from .visit_rows import KnownType, Visit

EARLIEST, LATEST = -2_208_988_800, 7_258_118_400
"""UTC seconds: the years 1900 to 2199; anything outside is a slip of the pen."""


@dataclass(frozen=True, slots=True)
class Place:
    """Whose visit it is and with whom; the customer may be a stand-in until the batch is stored."""

    found: Found
    customer_id: int
    staff_id: int
    staff_name: str


@dataclass(slots=True)
class Placing:
    """Decides for one import; ``file`` is what the report calls the file under way."""

    run: Run
    options: ImportOptions
    places: Places
    people: People
    file: str = ""

    def differs(self, row: EventRow, here: known.Here) -> None:
        """Tell what the file says otherwise about a visit that is here; nothing is changed by itself."""
        says = ""
        if row.canceled and here.status != Status.CANCELED:
            says = "is canceled there; here it still stands"
        elif here.starts_at != row.starts_at or (row.minutes and here.minutes != row.minutes):
            says = "is here at another time, or for longer or shorter, and stays so"
        if says:
            self.run.notice(APPOINTMENTS, self.file, row.line, says)

    def placed_with(self, row: EventRow) -> Place | None:
        """Whose visit, and with whom; None, and refused, when that cannot be said."""
        staff_id, staff_name = self.places.staff_of(row)
        reason = SAY_WITH_WHOM if staff_id is None else self.unfit(row)
        found = Found(None, "") if reason else self.people.of(row)
        if staff_id is None or found.id is None:
            self.run.refuse(APPOINTMENTS, self.file, row.line, reason or found.says)
            return None
        if staff_name:
            says = f"“{staff_name}” takes no appointments here, so this is with {self.places.usual_name}"
            self._tell_once(row, f"with {staff_name}", says)
        if found.says:
            self.run.notice(APPOINTMENTS, self.file, row.line, self._kept(found))
        return Place(found, found.id, staff_id, staff_name)

    def _kept(self, found: Found) -> str:
        return f"{found.says}; kept under “To be linked”" if found.kept else found.says

    def _tell_once(self, row: EventRow, key: str, says: str) -> None:
        if not self.run.scratch.met("told", key):
            self.run.scratch.meet("told", key, row.line)
            self.run.notice(APPOINTMENTS, self.file, row.line, f"{says}; told once for all its rows")

    def unfit(self, row: EventRow) -> str:
        """Why an event can be no appointment; empty when it can."""
        if row.all_day and not self.options.all_day:
            return "is all day, which is no visit"
        if row.minutes is not None and row.minutes > LONGEST:
            return f"lasts {row.minutes // 1440} days, which no visit does"
        if not EARLIEST <= row.starts_at < LATEST:
            return "its year cannot be right"
        return ""

    def visit(self, row: EventRow, place: Place, key: str) -> Visit:
        """The appointment that an event becomes; what there is to say about it is said."""
        found, run = place.found, self.run
        names = (row.own.get("type", ""), row.kind, *row.kind.split(","), found.rest)
        type_ = self.places.type_of(*names)
        minutes, room = self._minutes(row, type_), self.places.room_of(row)
        state = state_of(row, minutes, run.now)
        for says in (state.says, *row.remarks):
            if says:
                run.notice(APPOINTMENTS, self.file, row.line, says)
        reason, by = cancelation_of(row) if state.status == Status.CANCELED else ("", "")
        return Visit(
            key, place.customer_id, place.staff_id, row.starts_at, minutes, state.status, type_, room,
            mode_of(row, type_), reason_of(row, found, type_, self.places.types),
            note_of(row, found, place.staff_name, room=room is not None), reason, by,
        )  # fmt: skip

    def _minutes(self, row: EventRow, type_: KnownType | None) -> int:
        if row.minutes:
            return row.minutes
        if row.all_day:
            return 24 * 60
        minutes = type_.minutes if type_ else self.options.default_minutes
        self.run.notice(APPOINTMENTS, self.file, row.line, f"has no length; {minutes} minutes were taken")
        return minutes

    def exception(self, row: EventRow, place: Place) -> Place:
        """An exception may be with somebody else and for something else; the rest is as in its series."""
        staff_id, _ = self.places.staff_of(row)
        named = bool(row.own.get("staff") or row.staff.name)
        rest = "" if place.found.kept else beside_name(row)
        found = replace(place.found, rest=rest or place.found.rest)
        return replace(place, found=found, staff_id=staff_id if named and staff_id else place.staff_id)
