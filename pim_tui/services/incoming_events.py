"""Events of other calendars becoming appointments and series.

- **Who, with whom, what**: :mod:`.event_people`, :mod:`.event_places`, :mod:`.event_words`.
- **State**: what is over is Completed, the rest Scheduled; canceled and no-shows stay what they were.
- **Time**: a visit lasts a month at most; one without a length takes its type's or the clinic's, with a
  notice. All-day entries are refused unless they are asked for. What overlaps comes in
  all the same, marked as overbooked by the importer, with a notice (T9).
- **Again**: an event is known by its UID and, within a series, by where the rule puts it; without a UID by
  its values. One that is here already stays as it is here; when the file says something else, or that it
  was canceled, there is a notice and nothing more.
- **Series** stay series (T11), see :mod:`.event_series`; an import that broke off in the middle of one adds
  the visits that are missing when the same file is imported again.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field, replace
from typing import Any

from ..imports.events import EventRow
from ..imports.report import ADDED, ALREADY
from ..queries import known
from .event_keys import key_of, uid_of
from .event_people import Found, People
from .event_places import places
from .event_placing import Place, Placing
from .event_series import Item, SeriesPart, SeriesStart
from .event_storing import Coming, NewSeries, Settled, placed, store
from .event_words import state_of
from .incoming import APPOINTMENTS, SERIES, ImportOptions, Run
from .visit_rows import Visit


@dataclass(frozen=True, slots=True)
class _Open:
    """The series whose visits come next. ``id`` and the customer may be stand-ins.

    ``made`` are its visits that are here, by where its rule puts them.
    """

    uid: str
    id: int
    place: Place
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
        self._run, self._system, self._file = run, system, ""
        known_places = places(run.session, options.staff_id)
        people = People(run, options.unknown, frozenset(known_places.staff))
        self._placing = Placing(run, options, known_places, people)
        self._open: _Open | None = None
        self._new_series: list[NewSeries] = []

    def take(self, rows: Sequence[Item], file: str) -> None:
        """Decide about every event in order, then store those that are new."""
        self._file = self._placing.file = file
        self._placing.people.look_up([item.row for item in rows])
        here = known.visits_by_external_id(key for item in rows if (key := key_of(self._system, item)))
        here = self._of_this_book(rows) | here
        series = known.series_by_uid(uid_of(one.row) for one in rows if isinstance(one, SeriesStart))
        coming = [found for item in rows if (found := self._decided(item, here, series))]
        new, self._new_series = self._new_series, []
        if self._run.dry:
            placed(self._run, coming, file)
            return
        settled = store(self._run, file, coming, new, self._placing.people.store(), self._system)
        if self._open is not None:
            self._open = self._open.settled(settled)

    def _of_this_book(self, rows: Sequence[Item]) -> dict[str, known.Here]:
        """Visits that came back from an export of this very book, by their key."""
        ours = known.ours("visit", (item.row.uid for item in rows))
        here = known.visits_here(ours.values())
        known_as = {uid: here[id_] for uid, id_ in ours.items() if id_ in here}
        return {
            key_of(self._system, item): known_as[item.row.uid] for item in rows if item.row.uid in known_as
        }

    def _decided(
        self, item: Item, here: dict[str, known.Here], series: dict[str, known.SeriesHere]
    ) -> Coming | None:
        if isinstance(item, SeriesStart):
            self._open = self._begun(item, series.get(uid_of(item.row)))
            return None
        if isinstance(item, SeriesPart):
            return self._part(item, here)
        self._open = None
        return self._single(item, here)

    # --- one event --------------------------------------------------------------------------------

    def _single(self, item: Item, here: dict[str, known.Here]) -> Coming | None:
        run, row, key = self._run, item.row, key_of(self._system, item)
        if before := run.scratch.met("event", key):
            self._again(row, before.line)
            return None
        run.scratch.meet("event", key, row.line)
        if found := here.get(key):
            run.tally.count(APPOINTMENTS, ALREADY)
            self._placing.differs(row, found)
            return None
        place = self._placing.placed_with(row)
        visit = self._placing.visit(row, place, key) if place else None
        return Coming(row, visit) if visit else None

    def _again(self, row: EventRow, line: int) -> None:
        """The same event twice in one file: by its id a fault of the file, by its values a repetition."""
        if row.uid:
            self._run.refuse(APPOINTMENTS, self._file, row.line, f"has the id of line {line} again")
        else:
            self._run.tally.count(APPOINTMENTS, ALREADY)

    # --- series -----------------------------------------------------------------------------------

    def _begun(self, item: SeriesStart, here: known.SeriesHere | None) -> _Open | None:
        """The series that is here, or a new one; None when its visits are not to be made."""
        run, row, uid = self._run, item.row, uid_of(item.row)
        if before := run.scratch.met("series", uid):
            run.refuse(SERIES, self._file, row.line, f"has the id of line {before.line} again")
            return None
        run.scratch.meet("series", uid, row.line)
        if here is not None:
            return self._gone_on(item, here, uid)
        place = self._placing.placed_with(row)
        if place is None:
            return None
        run.tally.count(SERIES, ADDED)
        for says in filter(None, (item.says, *row.remarks)):
            run.notice(SERIES, self._file, row.line, says)
        id_, pattern = run.scratch.stand_in(), self._pattern(row, place)
        self._new_series.append(NewSeries(id_, self._series_columns(item, pattern, uid), row))
        return _Open(uid, id_, place, pattern)

    def _pattern(self, row: EventRow, place: Place) -> Visit:
        """What all visits of a series have in common."""
        return self._placing.visit(replace(row, remarks=()), place, "")

    def _gone_on(self, item: SeriesStart, here: known.SeriesHere, uid: str) -> _Open | None:
        """A series that is here: the visits that a broken-off import did not make are added."""
        run, row = self._run, item.row
        run.tally.count(SERIES, ALREADY)
        if (here.rule, here.zone, here.wall) != (item.rule, row.zone, row.wall):
            run.notice(SERIES, self._file, row.line, "is here with another rule, and stays so")
            return None
        place = Place(Found(here.customer_id, row.summary), here.customer_id, here.staff_id, "")
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
        run, key, opened = self._run, key_of(self._system, item), self._open
        run.scratch.meet("event", key, item.row.line)
        if found := here.get(key) or opened.made.get(item.recurrence_at):
            run.tally.count(APPOINTMENTS, ALREADY)
            if item.changed:
                self._placing.differs(item.row, found)
            return None
        if item.changed and (reason := self._placing.unfit(item.row)):
            run.refuse(APPOINTMENTS, self._file, item.row.line, reason)
            return None
        if item.changed:
            visit = self._placing.visit(item.row, self._placing.exception(item.row, opened.place), key)
        else:
            visit = self._repeated(item.row, opened.pattern, key)
        return Coming(item.row, visit, opened.id, item.recurrence_at)

    def _repeated(self, row: EventRow, pattern: Visit, key: str) -> Visit:
        """A visit like all of its series; only whether it is over is its own."""
        minutes = row.minutes or pattern.minutes
        status = state_of(row, minutes, self._run.now).status
        return replace(pattern, external_id=key, starts_at=row.starts_at, minutes=minutes, status=status)
