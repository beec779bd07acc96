"""Events of other calendars becoming appointments and series.

- **Who, with whom, what**: :mod:`.event_people`, :mod:`.event_places`, :mod:`.event_words`.
- **State**: what is over is Completed, the rest Scheduled; canceled and no-shows stay what they were.
- **Time**: a visit is at most :data:`LONGEST` long; one without a length takes its type's or the
  clinic's, with a notice. All-day entries are refused unless they are asked for. What overlaps comes in
  all the same, marked as overbooked by the importer, with a notice (T9).
- **Again**: an event is known by its UID and, within a series, by where the rule puts it; without a UID by
  its values. One that is here already stays as it is here; when the file says something else, or that it
  was canceled, there is a notice and nothing more.
- **Series** stay series (T11), see :mod:`.event_series`; an import that broke off in the middle of one adds
  the visits that are missing when the same file is imported again.
"""

from __future__ import annotations

import hashlib
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field, replace
from typing import Any

from ..domain.states import Status
from ..imports.events import EventRow
from ..imports.report import ADDED, ALREADY
from ..queries import known
from .event_people import Found, People
from .event_places import SAY_WITH_WHOM, places
from .event_series import Item, SeriesPart, SeriesStart
from .event_storing import Coming, NewSeries, Settled, placed, store
from .event_words import cancelation_of, mode_of, note_of, reason_of, state_of
from .incoming import APPOINTMENTS, SERIES, ImportOptions, Run
from .visit_rows import KnownType, Visit

LONGEST = 31 * 24 * 60
"""Minutes; what lasts longer is no visit."""
EARLIEST, LATEST = -2_208_988_800, 7_258_118_400
"""UTC seconds: the years 1900 to 2199; anything outside is a slip of the pen."""


@dataclass(frozen=True, slots=True)
class _Place:
    """Whose visit it is and with whom; the customer may be a stand-in until the batch is stored."""

    found: Found
    customer_id: int
    staff_id: int
    staff_name: str


@dataclass(frozen=True, slots=True)
class _Open:
    """The series whose visits come next. ``id`` and the customer may be stand-ins.

    ``made`` are its visits that are here, by where its rule puts them.
    """

    uid: str
    id: int
    place: _Place
    pattern: Visit
    made: Mapping[int, known.Here] = field(default_factory=dict)

    def settled(self, settled: Settled) -> _Open:
        """The same with what has been stored meanwhile in place of stand-ins."""
        place = replace(self.place, customer_id=settled.customer(self.place.customer_id))
        pattern = replace(self.pattern, customer_id=place.customer_id)
        return replace(self, id=settled.series.get(self.id, self.id), place=place, pattern=pattern)


class EventIntake:
    """Events, a batch at a time; ``system`` names whose ids they carry."""

    kind = APPOINTMENTS

    def __init__(self, run: Run, options: ImportOptions, system: str) -> None:
        self._run, self._options, self._system = run, options, system
        self._places = places(run.session, options.staff_id)
        self._people = People(run, options.unknown, frozenset(self._places.staff))
        self._file = ""
        self._open: _Open | None = None
        self._new_series: list[NewSeries] = []

    def take(self, rows: Sequence[Item], file: str) -> None:
        """Decide about every event in order, then store those that are new."""
        self._file = file
        self._people.look_up([item.row for item in rows])
        here = known.visits_by_external_id(key for item in rows if (key := self._key(item)))
        here = self._of_this_book(rows) | here
        series = known.series_by_uid(self._uid(one.row) for one in rows if isinstance(one, SeriesStart))
        coming = [found for item in rows if (found := self._decided(item, here, series))]
        new, self._new_series = self._new_series, []
        if self._run.dry:
            placed(self._run, coming, file)
            return
        settled = store(self._run, file, coming, new, self._people.store(), self._system)
        if self._open is not None:
            self._open = self._open.settled(settled)

    def _of_this_book(self, rows: Sequence[Item]) -> dict[str, known.Here]:
        """Visits that came back from an export of this very book, by their key."""
        ours = known.ours("visit", (item.row.uid for item in rows))
        here = known.visits_here(ours.values())
        known_as = {uid: here[id_] for uid, id_ in ours.items() if id_ in here}
        return {self._key(item): known_as[item.row.uid] for item in rows if item.row.uid in known_as}

    def _decided(
        self, item: Item, here: dict[str, known.Here], series: dict[str, known.SeriesHere]
    ) -> Coming | None:
        if isinstance(item, SeriesStart):
            self._open = self._begun(item, series.get(self._uid(item.row)))
            return None
        if isinstance(item, SeriesPart):
            return self._part(item, here)
        self._open = None
        return self._single(item, here)

    # --- one event --------------------------------------------------------------------------------

    def _single(self, item: Item, here: dict[str, known.Here]) -> Coming | None:
        run, row, key = self._run, item.row, self._key(item)
        if before := run.scratch.met("event", key):
            self._again(row, before.line)
            return None
        run.scratch.meet("event", key, row.line)
        if found := here.get(key):
            run.tally.count(APPOINTMENTS, ALREADY)
            self._differs(row, found)
            return None
        place = self._placed_with(row)
        visit = self._visit(row, place, key) if place else None
        return Coming(row, visit) if visit else None

    def _again(self, row: EventRow, line: int) -> None:
        """The same event twice in one file: by its id a fault of the file, by its values a repetition."""
        if row.uid:
            self._run.refuse(APPOINTMENTS, self._file, row.line, f"has the id of line {line} again")
        else:
            self._run.tally.count(APPOINTMENTS, ALREADY)

    def _differs(self, row: EventRow, here: known.Here) -> None:
        """Tell what the file says otherwise about a visit that is here; nothing is changed by itself."""
        says = ""
        if row.canceled and here.status != Status.CANCELED:
            says = "is canceled there; here it still stands"
        elif here.starts_at != row.starts_at or (row.minutes and here.minutes != row.minutes):
            says = "is here at another time, or for longer or shorter, and stays so"
        if says:
            self._run.notice(APPOINTMENTS, self._file, row.line, says)

    def _placed_with(self, row: EventRow) -> _Place | None:
        """Whose visit, and with whom; None, and refused, when that cannot be said."""
        staff_id, staff_name = self._places.staff_of(row)
        reason = SAY_WITH_WHOM if staff_id is None else self._unfit(row)
        found = Found(None, "") if reason else self._people.of(row)
        if staff_id is None or found.id is None:
            self._run.refuse(APPOINTMENTS, self._file, row.line, reason or found.says)
            return None
        if staff_name:
            self._tell_once(row, f"with {staff_name}", f"“{staff_name}” takes no appointments here")
        if found.says:
            self._run.notice(APPOINTMENTS, self._file, row.line, self._kept(found))
        return _Place(found, found.id, staff_id, staff_name)

    def _kept(self, found: Found) -> str:
        return f"{found.says}; kept under “To be linked”" if found.kept else found.says

    def _tell_once(self, row: EventRow, key: str, says: str) -> None:
        if not self._run.scratch.met("told", key):
            self._run.scratch.meet("told", key, row.line)
            self._run.notice(APPOINTMENTS, self._file, row.line, f"{says}; told once for all its rows")

    def _unfit(self, row: EventRow) -> str:
        """Why an event can be no appointment; empty when it can."""
        if row.all_day and not self._options.all_day:
            return "is all day, which is no visit"
        if row.minutes is not None and row.minutes > LONGEST:
            return f"lasts {row.minutes // 1440} days, which no visit does"
        if not EARLIEST <= row.starts_at < LATEST:
            return "its year cannot be right"
        return ""

    def _visit(self, row: EventRow, place: _Place, key: str) -> Visit:
        found, run = place.found, self._run
        names = (row.own.get("type", ""), row.kind, *row.kind.split(","), found.rest)
        type_ = self._places.type_of(*names)
        minutes, room = self._minutes(row, type_), self._places.room_of(row)
        state = state_of(row, minutes, run.now)
        for says in (state.says, *row.remarks):
            if says:
                run.notice(APPOINTMENTS, self._file, row.line, says)
        reason, by = cancelation_of(row) if state.status == Status.CANCELED else ("", "")
        return Visit(
            key, place.customer_id, place.staff_id, row.starts_at, minutes, state.status, type_, room,
            mode_of(row, type_), reason_of(row, found, type_, self._places.types),
            note_of(row, found, place.staff_name, room=room is not None), reason, by,
        )  # fmt: skip

    def _minutes(self, row: EventRow, type_: KnownType | None) -> int:
        if row.minutes:
            return row.minutes
        if row.all_day:
            return 24 * 60
        minutes = type_.minutes if type_ else self._options.default_minutes
        self._run.notice(APPOINTMENTS, self._file, row.line, f"has no length; {minutes} minutes were taken")
        return minutes

    # --- series -----------------------------------------------------------------------------------

    def _begun(self, item: SeriesStart, here: known.SeriesHere | None) -> _Open | None:
        """The series that is here, or a new one; None when its visits are not to be made."""
        run, row, uid = self._run, item.row, self._uid(item.row)
        if before := run.scratch.met("series", uid):
            run.refuse(SERIES, self._file, row.line, f"has the id of line {before.line} again")
            return None
        run.scratch.meet("series", uid, row.line)
        if here is not None:
            return self._gone_on(item, here, uid)
        place = self._placed_with(row)
        if place is None:
            return None
        run.tally.count(SERIES, ADDED)
        for says in filter(None, (item.says, *row.remarks)):
            run.notice(SERIES, self._file, row.line, says)
        id_, pattern = run.scratch.stand_in(), self._pattern(row, place)
        self._new_series.append(NewSeries(id_, self._series_columns(item, pattern, uid), row))
        return _Open(uid, id_, place, pattern)

    def _pattern(self, row: EventRow, place: _Place) -> Visit:
        """What all visits of a series have in common."""
        return self._visit(replace(row, remarks=()), place, "")

    def _gone_on(self, item: SeriesStart, here: known.SeriesHere, uid: str) -> _Open | None:
        """A series that is here: the visits that a broken-off import did not make are added."""
        run, row = self._run, item.row
        run.tally.count(SERIES, ALREADY)
        if (here.rule, here.zone, here.wall) != (item.rule, row.zone, row.wall):
            run.notice(SERIES, self._file, row.line, "is here with another rule, and stays so")
            return None
        place = _Place(Found(here.customer_id, row.summary), here.customer_id, here.staff_id, "")
        return _Open(uid, here.id, place, self._pattern(row, place), known.visits_of_series(here.id))

    def _series_columns(self, item: SeriesStart, visit: Visit, uid: str) -> dict[str, Any]:
        run, row = self._run, item.row
        return {
            "uid": uid, "sequence": max(0, row.sequence), "rule": item.rule, "zone": row.zone,
            "wall": row.wall, "starts_at": row.starts_at, "minutes": visit.minutes,
            "customer_id": visit.customer_id, "staff_id": visit.staff_id, "room_id": visit.room_id,
            "type_id": visit.type_.id if visit.type_ else None, "mode": visit.mode, "reason": visit.reason,
            "note": visit.note, "drawn_to": item.drawn_to, "created_at": run.now,
            "created_by_id": run.session.staff_id, "version": 1,
        }  # fmt: skip

    def _part(self, item: SeriesPart, here: dict[str, known.Here]) -> Coming | None:
        """One visit of the open series; its own words and people where the file gives it some."""
        if self._open is None:
            return None
        run, key, opened = self._run, self._key(item), self._open
        run.scratch.meet("event", key, item.row.line)
        if found := here.get(key) or opened.made.get(item.recurrence_at):
            run.tally.count(APPOINTMENTS, ALREADY)
            if item.changed:
                self._differs(item.row, found)
            return None
        if item.changed and (reason := self._unfit(item.row)):
            run.refuse(APPOINTMENTS, self._file, item.row.line, reason)
            return None
        if item.changed:
            visit = self._visit(item.row, self._exception_place(item.row, opened.place), key)
        else:
            visit = self._repeated(item.row, opened.pattern, key)
        return Coming(item.row, visit, opened.id, item.recurrence_at)

    def _repeated(self, row: EventRow, pattern: Visit, key: str) -> Visit:
        """A visit like all of its series; only whether it is over is its own."""
        minutes = row.minutes or pattern.minutes
        status = state_of(row, minutes, self._run.now).status
        return replace(pattern, external_id=key, starts_at=row.starts_at, minutes=minutes, status=status)

    def _exception_place(self, row: EventRow, place: _Place) -> _Place:
        """An exception may be with somebody else; whom it does not name is as in the series."""
        staff_id, _ = self._places.staff_of(row)
        named = any((row.own.get("staff"), row.staff.name)) and staff_id is not None
        return replace(place, staff_id=staff_id) if named and staff_id is not None else place

    # --- ids --------------------------------------------------------------------------------------

    def _uid(self, row: EventRow) -> str:
        """The UID, as long as a table keeps it; of an event without one a digest of its values."""
        return row.uid if 0 < len(row.uid) <= 255 else _digest(row.uid or _values(row))

    def _key(self, item: Item) -> str:
        """The external id of a visit; empty for a series, which has none."""
        if isinstance(item, SeriesStart):
            return ""
        row = item.row
        at = item.recurrence_at if isinstance(item, SeriesPart) else row.recurrence_at
        told = (self._uid(row) if isinstance(item, SeriesPart) else row.uid) or _values(row)
        return visit_key(self._system, told, at)


def visit_key(system: str, told: str, recurrence_at: int | None = None) -> str:
    """The external id of a visit: of the event's id or values, and of where its series puts it."""
    return f"{system}:{_digest(told if recurrence_at is None else f'{told} {recurrence_at}')}"


def _values(row: EventRow) -> str:
    """What tells an event without an id from others: when, who, with whom and what."""
    told: Iterable[object] = (
        row.starts_at, row.minutes, row.summary, row.kind, row.customer.name, row.customer.email,
        row.customer.phone, row.customer.number, row.staff.name, row.own.get("reason", ""), row.location,
        row.description,
    )  # fmt: skip
    return "\x1f".join(map(str, told))


def _digest(text: str) -> str:
    return hashlib.sha256(text.encode("utf-8", "replace")).hexdigest()
