"""A calendar in plain loops beside the one in the book, and the everyday steps that are taken in both.

It knows nothing of tables. It says beforehand what each step has to be answered with; see
:mod:`tests.safety.calendar_year`.
"""

from __future__ import annotations

from collections.abc import Callable, Collection, Iterator, Sequence
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass, field, replace
from datetime import date, timedelta
from random import Random
from typing import Any

from pim_tui.domain.moments import MINUTE, at_minute, day_bounds, day_of, utc_offset, wall
from pim_tui.domain.openings import Opening, Wanted
from pim_tui.domain.session import Session
from pim_tui.domain.states import STEPS, Status
from pim_tui.domain.visit import Answers, Details
from pim_tui.domain.worktime import Absence
from pim_tui.errors import Forbidden, Refused
from pim_tui.models import Customer, Equipment, Room, Staff, WorkingHours
from pim_tui.queries import checks
from pim_tui.queries.moving import ids_to_move
from pim_tui.queries.openings import How, find
from pim_tui.services import booking
from pim_tui.services.equipment_rows import equipment_of
from pim_tui.services.leave import AddLeave, TakeBackLeave, add_leave, take_back_leave
from pim_tui.services.undo import Undo, undo
from tests.services.clinic import BUFFERED, FIRST_VISIT, LEE, PLAIN, SATO, Practice

NIGHT = 4
"""A staff member who works from eight in the evening to six in the morning; Dr Sato works all day."""
HOURS = {
    LEE: dict.fromkeys(range(5), ((480, 1020),)),
    NIGHT: dict.fromkeys(range(7), ((0, 360), (1200, 1440))),
}
BUFFERS = {None: (0, 0), PLAIN: (0, 0), FIRST_VISIT: (0, 0), BUFFERED: (5, 10)}
PLACES = {("room", 1): 1, ("room", 2): 2, ("equipment", 1): 1}
CAP = 4
PEOPLE = 12
UNSEARCHED = ("C11", "C12")
"""Checks of the search, in which these people were never entered."""
EVERY = 100
"""Steps between two complete comparisons."""


@dataclass
class Visit:
    """An appointment in the second calendar; ``taken`` is the time it occupies, if any."""

    details: Details
    buffers: tuple[int, int]
    status: str = "S"
    taken: tuple[int, int] | None = None
    over: bool = False
    steps: tuple[int | None, ...] = (None,) * 4

    @property
    def shown(self) -> tuple[int, int]:
        """Its time without buffers."""
        return self.details.starts_at, self.details.starts_at + self.details.minutes * MINUTE

    @property
    def attended(self) -> tuple[int, int] | None:
        """The time that it takes of its customer."""
        if self.taken is None:
            return None
        return max(self.shown[0], self.taken[0]), min(self.shown[1], self.taken[1])

    @property
    def whole(self) -> tuple[int, int]:
        """Its time with them (T6)."""
        start, end = self.shown
        return start - self.buffers[0] * MINUTE, end + self.buffers[1] * MINUTE


@dataclass
class Away:
    """A leave in the second calendar."""

    id: int
    staff_id: int
    first: date
    last: date


@dataclass
class Held:
    """A hold in the second calendar: whose desk's, until when, for which entry of the waiting list."""

    id: int
    desk: str
    staff_id: int
    room_id: int | None
    span: tuple[int, int]
    until: int
    entry: int | None = None

    @property
    def visit(self) -> Visit:
        """As what is in the way of others."""
        details = Details(0, self.staff_id, self.span[0], 0, None, self.room_id)
        return Visit(details, (0, 0), taken=self.span)


Asked = tuple[Visit, tuple[int, Visit] | None, Session]
"""What somebody wanted, what it was before, and at which desk."""


@dataclass
class Year:
    """One clinic's year, in the book and in plain sight."""

    clinic: Practice
    zone: str
    chance: Random
    first: date
    visits: dict[int, Visit] = field(default_factory=dict)
    leaves: list[Away] = field(default_factory=list)
    holds: list[Held] = field(default_factory=list)
    talking: int = 0
    """Steps that follow at once, while somebody holds a time."""
    seen: dict[int, list[tuple[Any, ...]]] = field(default_factory=dict)
    answers: dict[str, int] = field(default_factory=dict)

    def __post_init__(self) -> None:
        self.clinic.store.db.execute_sql("pragma synchronous = off")
        self.desks = [replace(self.clinic.session, zone=self.zone, key=f"desk-{n}") for n in (1, 2)]
        self.clinic.clock[0] = at_minute(self.first, 540, self.zone)
        days = [self.first + timedelta(days=n) for n in range(380)]
        self.changes = [day for day in days if _length(day, self.zone) not in (0, 86_400)]
        with self.clinic.store.write_tx():
            Staff.create(name="Nurse Ito", initials="NI", position=4, active=True, books=True, role="owner")
            for day, parts in HOURS[NIGHT].items():
                for starts, ends in parts:
                    WorkingHours.create(staff=NIGHT, weekday=day, starts=starts, ends=ends)
            Room.update(capacity=2, version=Room.version + 1).where(Room.id == 2).execute()
            Equipment.create(name="Laser", initials="L", active=True)
            for number in range(4, PEOPLE + 1):
                Customer.create(
                    number=number,
                    first_name="P",
                    last_name=f"Q{number}",
                    sort_name=f"q{number}",
                    created_at=0,
                    active=True,
                )

    @property
    def now(self) -> int:
        """The clinic's clock."""
        return self.clinic.clock[0]

    def run(self, steps: int) -> None:
        """So many steps, spread over the year; raises AssertionError where the two calendars differ."""
        ways = self.ways()
        with ThreadPoolExecutor(1) as self.reader:
            for step in range(1, steps + 1):
                self.talking -= self.talking > 0
                most = 90 if self.talking else 2 * 366 * 86_400 // steps
                self.clinic.clock[0] += self.chance.randrange(most) + 1
                self.holds = [one for one in self.holds if one.until > self.now]
                act = self.chance.choices([way for way, _ in ways], [often for _, often in ways])[0]
                act(self.chance.choice(self.desks))
                if step % EVERY == 0 or step == steps:
                    self.compare()
            self.reader.submit(self.clinic.store.close).result()

    def ways(self) -> list[tuple[Callable[[Session], None], int]]:
        """Every step, and how often it is taken."""
        return [
            (self.book, 40), (self.move, 22), (self.cancel, 8), (self.mark, 12), (self.reopen, 5),
            (self.take_back, 7), (self.leave, 3), (self.look, 3),
        ]  # fmt: skip

    # --- steps ------------------------------------------------------------------------------------

    def book(self, desk: Session) -> None:
        """A new appointment, at an opening or anywhere."""
        details = self._details(self._start())
        if self.chance.random() < 0.4 and (found := self._opening(details)):
            details = replace(details, starts_at=found.starts_at, staff_id=found.staff_id)
        visit = Visit(details, BUFFERS[details.type_id])
        answers = self._answers()
        done = self._try(
            "book",
            lambda: booking.book(desk, booking.BookAppointment(details, "", answers)),
            self._may(visit, None, answers, desk),
            (visit, None, desk),
        )
        if done is not None:
            self._stands(done.ids[0], visit, self._overbooks(visit, None, desk))
            self._booked_over(desk, visit)

    def move(self, desk: Session) -> None:
        """Another time, length, person or place for an appointment that is still to come or not marked."""
        found = self._some("S")
        if found is None:
            return
        id_, old = found
        other = self._details(self._start())
        changes = self.chance.choice(
            (
                {"starts_at": other.starts_at},
                {"starts_at": old.details.starts_at + self._near()},
                {"minutes": max(5, old.details.minutes + self.chance.choice((-15, 15, 30)))},
                {"staff_id": other.staff_id},
                {"room_id": other.room_id},
                {"equipment_ids": other.equipment_ids, "starts_at": other.starts_at},
            )
        )
        details = replace(old.details, **changes)
        keeps = (details.type_id, details.room_id) == (old.details.type_id, old.details.room_id)
        buffers = old.buffers if keeps else BUFFERS[details.type_id]
        new = Visit(details, buffers, over=old.over, steps=old.steps)
        answers, version = self._answers(), self.clinic.row(id_)["version"]
        command = booking.ChangeAppointment(id_, version, old.details, details, "", answers, "move")
        freely = self._inside(new, old)
        may = freely or self._may(new, (id_, old), answers, desk)
        asked = new, (id_, old), desk
        done = self._try("move", lambda: booking.change(desk, command), may, asked)
        if done is not None:
            self._stands(id_, new, old.over if freely else self._overbooks(new, (id_, old), desk))
            self._booked_over(desk, new)

    def cancel(self, desk: Session) -> None:
        """The customer does not come."""
        if found := self._some("S"):
            self._marked(found[0], desk, Status.CANCELED)

    def mark(self, desk: Session) -> None:
        """What has begun is completed or missed; whoever came has missed nothing (S1)."""
        if found := self._some("S", begun=True):
            id_, visit = found
            status = self.chance.choice((Status.COMPLETED, Status.MISSED))
            if status == Status.MISSED and any(visit.steps[1:]):
                self._try("miss", lambda: self.clinic.mark(id_, status, session=desk), False)
            else:
                self._marked(id_, desk, status)

    def reopen(self, desk: Session) -> None:
        """Back to Scheduled, if its time is still free."""
        found = self._some("CMX")
        if found is None:
            return
        id_, old = found
        answers, version = self._answers(), self.clinic.row(id_)["version"]
        command = booking.MarkAppointment(id_, version, Status.SCHEDULED, "came after all", "", "", answers)
        buffers = old.buffers if old.status == "C" else BUFFERS[old.details.type_id]
        new = Visit(old.details, buffers, over=old.over, steps=old.steps)
        freely = old.status == "C" or self._inside(new, old)
        done = self._try(
            "reopen", lambda: booking.mark(desk, command), freely or self._may(new, (id_, old), answers, desk)
        )
        if done is not None:
            self._stands(id_, new, old.over if freely else self._overbooks(new, (id_, old), desk))

    def take_back(self, desk: Session) -> None:
        """A desk undoes its last change: the appointment is again what it once was, or canceled."""
        try:
            done = undo(desk, Undo())
        except Refused:
            self._count("undo refused")
            return
        self._count("undo done")
        for id_ in done.ids:
            row = self._row(id_)
            assert row[6] == "X" or row[:7] in [one[:7] for one in self.seen[id_]], (id_, row)
            self.visits[id_] = self._from_book(id_)
            self._remember(id_)

    def leave(self, desk: Session) -> None:
        """Somebody is away for some days, or works after all; no appointment changes by it (T10)."""
        before = self._rows()
        if self.leaves and self.chance.random() < 0.4:
            away = self.leaves.pop(self.chance.randrange(len(self.leaves)))
            take_back_leave(desk, TakeBackLeave(away.id, 1))
        else:
            first = self._day()
            away = Away(
                0,
                self.chance.choice((LEE, SATO, NIGHT)),
                first,
                first + timedelta(days=self.chance.randrange(4)),
            )
            away.id = add_leave(desk, AddLeave(away.staff_id, Absence(away.first, away.last))).ids[0]
            self.leaves.append(away)
        self._count("leave")
        assert before == self._rows()

    def look(self, desk: Session) -> None:
        """The next opening is the first quarter of an hour at which nothing is in the way.

        Perhaps for an appointment that is to be moved: it is not in its own way, and its time is no longer
        its own. Perhaps only what is later than it is now: its next free time.
        """
        found = self._some("S") if self.chance.random() < 0.5 else None
        wanted, was, buffers = self._wanted(self._details(self.now)), None, None
        if found is not None:
            id_, visit = found
            wanted, buffers = replace(self._wanted(visit.details), ignore_id=id_), visit.buffers
            was = id_, replace(visit, taken=None)
        after = was[1].details.starts_at + MINUTE if was and self.chance.random() < 0.5 else 0
        openings = self._find(wanted, How(limit=1, every=True, days=3, after=after, holder=desk.key))
        tried = self._tried(wanted, buffers, max(self.now, after))
        first = next((one for one in tried if not self._in_the_way(one, was, desk)), None)
        told = [(first.details.starts_at, first.details.staff_id)] if first else []
        assert list(map(tuple, openings)) == told, (wanted, openings, told)
        self._count("looked")

    # --- what the steps are made of ---------------------------------------------------------------

    def _details(self, start: int) -> Details:
        """Anything; while somebody talks, often what touches a time that is held."""
        pick = self.chance.choice
        details = Details(
            self.chance.randrange(1, PEOPLE + 1),
            pick((LEE, LEE, SATO, NIGHT)),
            start,
            pick((10, 15, 30, 30, 45, 90)),
            pick((None, PLAIN, FIRST_VISIT, BUFFERED)),
            pick((None, None, 1, 2)),
            equipment_ids=pick(((), (), (), (1,))),
        )
        if self.holds and self.chance.random() < 0.6:
            near = pick(self.holds)
            starts_at = near.span[0] + pick((-30, -10, 0, 0, 15, 30)) * MINUTE
            return replace(details, staff_id=pick((near.staff_id, details.staff_id)), starts_at=starts_at)
        return details

    def _answers(self) -> Answers:
        """What was said to the customer's question and to the staff's; a day that is over is always meant."""
        return Answers(self.chance.random() < 0.3, "acute" if self.chance.random() < 0.1 else "", True)

    def _day(self) -> date:
        """Some day of the next weeks; one on which the clocks change more often than others."""
        today = day_of(self.now, self.zone)
        near = [day for day in self.changes if today <= day <= today + timedelta(days=40)]
        if near and self.chance.random() < 0.3:
            return near[0]
        return today + timedelta(days=self.chance.randrange(8))

    def _start(self) -> int:
        start, end = day_bounds(self._day(), self.zone)
        if start == end:
            return self.now // MINUTE * MINUTE
        return self.chance.randrange(start, end, 5 * MINUTE)

    def _near(self) -> int:
        return self.chance.choice((-15, -5, 5, 15, 60)) * MINUTE

    def _some(self, states: str, *, begun: bool = False) -> tuple[int, Visit] | None:
        """One of the newest appointments in one of these states."""
        newest = list(self.visits.items())[-40:]
        fitting = [
            (id_, one)
            for id_, one in newest
            if one.status in states and (not begun or one.details.starts_at < self.now)
        ]
        return self.chance.choice(fitting) if fitting else None

    def _wanted(self, details: Details) -> Wanted:
        return Wanted(
            details.minutes,
            (details.staff_id,) if self.chance.random() < 0.5 else (),
            details.type_id,
            details.customer_id,
            details.room_id,
            details.equipment_ids,
        )

    def _opening(self, details: Details) -> Opening | None:
        found = self._find(self._wanted(details), How(limit=6, days=14))
        return self.chance.choice(found) if found else None

    def _find(self, wanted: Wanted, how: How) -> tuple[Opening, ...]:
        """As another desk finds it, which reads over a connection of its own."""

        def read() -> tuple[Opening, ...]:
            self.clinic.store.connect()
            return find(wanted, self.zone, self.now, how).openings

        return self.reader.submit(read).result()

    def _marked(self, id_: int, desk: Session, status: Status) -> None:
        visit, by = self.visits[id_], "customer" if status == Status.CANCELED else ""
        self.clinic.mark(id_, status, "ill", by, desk)
        kept = None
        if status == Status.COMPLETED:
            kept = visit.whole
        elif status == Status.MISSED:
            kept = (visit.whole[0], min(visit.whole[1], max(self.now, visit.shown[0])))
        self.visits[id_] = replace(
            visit,
            status=str(status),
            taken=kept if kept and kept[0] < kept[1] else None,
            steps=visit.steps if status == Status.COMPLETED else (None,) * 4,
        )
        self._remember(id_)
        self._count(status.word)

    def _booked_over(self, desk: Session, visit: Visit) -> None:
        """What a desk holds of a time that it takes is held no more."""
        self.holds = [
            one
            for one in self.holds
            if one.desk != desk.key
            or one.staff_id != visit.details.staff_id
            or not meet(one.span, visit.shown)
        ]

    def _stands(self, id_: int, visit: Visit, over: bool) -> None:
        """It has its time now."""
        self.visits.pop(id_, None)
        self.visits[id_] = replace(visit, status="S", taken=visit.whole, over=over)
        self._remember(id_)

    def _try(self, what: str, act: Callable[[], Any], may: bool, asked: Asked | None = None) -> Any:
        """The book has to answer as the second calendar says; for what was ``asked`` its offers, too."""
        try:
            done = act()
        except Forbidden:
            self._count(f"{what} beyond the cap")
            return None
        except Refused as error:
            if may:
                raise AssertionError(f"{what} was refused though nothing is in the way: {error}") from error
            self._count(f"{what} refused")
            if asked and error.rule in ("T7", "T9"):
                self._nearest(error.offers, *asked)
            return None
        assert may, f"{what} went through though something is in the way"
        self._count(f"{what} done")
        return done

    def _nearest(
        self, offers: Sequence[int], visit: Visit, was: tuple[int, Visit] | None, desk: Session
    ) -> None:
        """What is offered instead is free, and nothing that is free on that day is nearer (T7).

        Where it stands already is no offer to what would only move.
        """

        def at(start: int) -> Visit:
            return replace(visit, details=replace(visit.details, starts_at=start))

        for start in offers:
            assert not self._in_the_way(at(start), was, desk), (visit, start)
        around, end = visit.shown
        day = day_bounds(day_of(around, self.zone), self.zone)
        first, last = max(day[0], self.now), max(day[1], end) - (end - around)
        grid = range(first + (-first - utc_offset(around, self.zone)) % (15 * MINUTE), last + 1, 15 * MINUTE)
        stands = was and was[1].details
        free = [
            start
            for start in grid
            if at(start).details != stands and not self._in_the_way(at(start), was, desk)
        ]
        free.sort(key=lambda start: (abs(start - around), -start))
        assert not free or tuple(free[:3]) == tuple(offers), (visit, free, offers)
        self._count("nearest" if free else "nothing near")

    def _count(self, what: str) -> None:
        self.answers[what] = self.answers.get(what, 0) + 1

    # --- the second calendar ----------------------------------------------------------------------

    def _may(self, visit: Visit, was: tuple[int, Visit] | None, answers: Answers, desk: Session) -> bool:
        passed = {"customer"} if answers.same_customer else set()
        passed |= {"staff", "room", "equipment"} if answers.overbook else set()
        return not self._in_the_way(visit, was, desk) - passed

    def _overbooks(self, visit: Visit, was: tuple[int, Visit] | None, desk: Session) -> bool:
        return bool(self._in_the_way(visit, was, desk) & {"staff", "room", "equipment"})

    def _inside(self, new: Visit, old: Visit) -> bool:
        """Whether it takes nothing that it did not take before."""
        one, other = new.details, old.details
        same = (one.staff_id, one.room_id, one.customer_id) == (
            other.staff_id,
            other.room_id,
            other.customer_id,
        )
        if not same or not set(one.equipment_ids) <= set(other.equipment_ids) or old.taken is None:
            return False
        return old.taken[0] <= new.whole[0] and new.whole[1] <= old.taken[1]

    def _in_the_way(
        self, visit: Visit, was: tuple[int, Visit] | None, desk: Session, besides: Collection[int] = ()
    ) -> set[str]:
        """Every kind of thing that is, looked at one by one (T1, T5, T6, T7, T8, T10).

        The appointments ``besides`` do not count, nor what the desk holds itself.
        """
        out = {*besides, *([was[0]] if was else [])}
        others = [one for id_, one in self.visits.items() if one.taken and id_ not in out]
        others += [one.visit for one in self.holds if one.desk != desk.key]
        return self._meets(visit, others, was[1] if was else None)

    def _meets(self, visit: Visit, others: list[Visit], old: Visit | None) -> set[str]:
        """Whom it meets among the others, and whether it is closed then."""
        mine, found = visit.details, set()
        if any(one.details.staff_id == mine.staff_id and meet(one.taken, visit.whole) for one in others):
            found.add("staff")
        if mine.room_id and self._full("room", mine.room_id, visit, others):
            found.add("room")
        if any(self._full("equipment", id_, visit, others) for id_ in mine.equipment_ids):
            found.add("equipment")
        own = [one for one in others if one.details.customer_id == mine.customer_id]
        if any(meet(one.attended, visit.shown) for one in own):
            found.add("customer")
        if not self._works(visit, old):
            found.add("closed")
        return found

    def _full(self, kind: str, id_: int, visit: Visit, others: list[Visit]) -> bool:
        """Whether at some moment every place is taken."""
        there = [
            one.taken
            for one in others
            if one.taken
            and (one.details.room_id == id_ if kind == "room" else id_ in one.details.equipment_ids)
        ]
        start, end = visit.whole
        moments = [start, *(since for since, _ in there if start < since < end)]
        return any(sum(a <= at < b for a, b in there) >= PLACES[kind, id_] for at in moments)

    def _works(self, visit: Visit, old: Visit | None) -> bool:
        """Minute by minute by the clock on the wall; the time it has already stays its own."""
        staff_id, (start, end) = visit.details.staff_id, visit.shown
        own = old.taken if old and old.details.staff_id == staff_id and old.taken else (0, 0)
        own = (max(own[0], old.shown[0]), min(own[1], old.shown[1])) if old else own
        return all(own[0] <= at < own[1] or self._open(staff_id, at) for at in range(start, end, MINUTE))

    def _open(self, staff_id: int, at: int) -> bool:
        local = wall(at, self.zone)
        day, minute = local.date(), local.hour * 60 + local.minute
        if any(one.staff_id == staff_id and one.first <= day <= one.last for one in self.leaves):
            return False
        if staff_id not in HOURS:
            return True
        return any(a <= minute < b for a, b in HOURS[staff_id].get(day.weekday(), ()))

    def _tried(self, wanted: Wanted, buffers: tuple[int, int] | None, since: int) -> Iterator[Visit]:
        """Every start on the clock's quarters of three days from an instant on, with everybody."""
        first = day_of(since, self.zone)
        end = day_bounds(first + timedelta(days=2), self.zone)[1]
        for start in range(-(-since // MINUTE) * MINUTE, end, MINUTE):
            if (start + utc_offset(start, self.zone)) % (15 * MINUTE):
                continue
            for staff_id in wanted.staff_ids or (LEE, SATO, NIGHT):
                details = Details(
                    wanted.customer_id or 0, staff_id, start, wanted.minutes, wanted.type_id, wanted.room_id,
                    equipment_ids=wanted.equipment_ids,
                )  # fmt: skip
                yield Visit(details, buffers or BUFFERS[wanted.type_id])

    # --- both of them -----------------------------------------------------------------------------

    def compare(self) -> None:
        """Every rule holds, and both calendars say the same."""
        assert [str(one) for one in checks.faults() if one.code not in UNSEARCHED] == []
        for id_, row in self._rows().items():
            visit = self.visits[id_]
            told = (
                visit.details.staff_id,
                visit.details.room_id,
                *visit.shown,
                *(visit.taken or (None, None)),
            )
            assert row[:6] == told, (id_, row, told)
            assert (row[6], bool(row[7])) == (visit.status, visit.over), (id_, row, visit)
            assert row[8:] == visit.steps, (id_, row, visit)
        late = [
            id_
            for id_, one in self.visits.items()
            if one.status == "S" and one.details.starts_at >= self.now and not self._works(one, None)
        ]
        assert sorted(ids_to_move(self.now, self.zone)) == sorted(late)

    def _rows(self) -> dict[int, tuple[Any, ...]]:
        return {id_: tuple(rest) for id_, *rest in self.clinic.store.select(_ROWS)}

    def _row(self, id_: int) -> tuple[Any, ...]:
        return tuple(self.clinic.store.select(f"{_ROWS} where id = ?", [id_])[0][1:])

    def _remember(self, id_: int) -> None:
        self.seen.setdefault(id_, []).append(self._row(id_))

    def _from_book(self, id_: int) -> Visit:
        row = self.clinic.row(id_)
        details = Details.of({**row, "equipment_ids": equipment_of(id_)})
        taken = (row["occupied_from"], row["occupied_to"]) if row["occupied_from"] is not None else None
        buffers = BUFFERS[details.type_id]
        steps = tuple(row[f"{step}_at"] for step in STEPS)
        return Visit(details, buffers, row["status"], taken, row["overbooked_by_id"] is not None, steps)


_ROWS = (
    "select id, staff_id, room_id, starts_at, ends_at, occupied_from, occupied_to, status,"
    " overbooked_by_id is not null, confirmed_at, arrived_at, seated_at, left_at from appointment"
)


def meet(one: tuple[int, int] | None, other: tuple[int, int]) -> bool:
    """Whether two stretches share a second (T1)."""
    return one is not None and max(one[0], other[0]) < min(one[1], other[1])


def _length(day: date, zone: str) -> int:
    start, end = day_bounds(day, zone)
    return end - start
