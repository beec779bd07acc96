"""A believable made-up clinic to look around in. Those to measure with are made by :mod:`.demo_large`."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass, replace
from datetime import date, datetime, timedelta
from random import Random
from typing import Any

from ..db.bulk import insert
from ..db.connection import Book, select
from ..domain import demodata
from ..domain.moments import MINUTE, day_of, readings
from ..domain.scheduling import occupied_interval
from ..domain.session import Session
from ..models import Leave, Note, SpecialHours
from . import audit
from .audit import Change
from .customer_rows import insert_customers
from .demo_desk import lay_out
from .demo_returns import ask_back
from .demo_things import equip
from .demo_till import fill_shelves, sell
from .demo_visits import SEED, Visit, write_visits
from .setup import STANDARD_TYPES, NewStaff, NewType, SetUp, write_clinic

CUSTOMERS = 300
WEEKS_BACK, WEEKS_AHEAD = 8, 5
ROOMS = ("Room 1", "Room 2", "Room 3", "Treatment", "Physio", "Lab")
OPENED = 4 * 86_400
"""Seconds since the staff list was made: whoever is on it may say yes to what the others do (R4)."""
NOTICE = 86_400
"""Seconds before a visit after which canceling it is late."""
EARLY = 35
"""Minutes before its start in which somebody is here already for a visit."""
WAITING = 3
"""So many of them wait."""
GRID = 15  # minutes between the starts of two bookings

_NOTE = (Note.version, Note.customer, Note.author, Note.text, Note.written_at, Note.withdrawn)


@dataclass(frozen=True, slots=True)
class Slot:
    """A stretch of one working day to be booked: minutes after midnight, and the place of a type."""

    staff: int
    day: date
    starts: int
    type: int


def furnish(
    book: Book,
    zone: str,
    clock: Callable[[], int],
    login: str,
    country: str,
    seed: int = SEED,
    currency: str = "USD",
) -> Session:
    """Fill a new book with a clinic as it stands right now: a full today, a past and a future.

    ``login`` becomes the owner, at the front desk. The same seed and time of ``clock`` make the same clinic.
    """
    with book.write_tx():
        now = clock()
        session = write_clinic(_small_clinic(login, day_of(now, zone), zone), lambda: now - OPENED, country)
        session = replace(session, currency=currency, clock=lambda: now)
        rng = Random(seed)
        made = list(demodata.people(rng, CUSTOMERS, day_of(now, zone)))
        customers = insert_customers(session, made)
        clinic = _Clinic(rng, session, now, customers)
        clinic.fill()
        write_visits(clinic.visits)
        equip()
        insert(_NOTE, clinic.notes())
        clinic.absences()
        lay_out(session, now, day_of(now, zone), customers[0])
        fill_shelves(now, day_of(now, zone), session.staff_id, currency, customers[0])
        counts = {"customers": len(customers), "appointments": len(clinic.visits), "seed": seed}
        audit.append(session, [Change("demo", "clinic", 1, None, counts)])
    sell(session, customers[0], customers[1:8])
    ask_back(session, customers[0])
    return session


def _small_clinic(login: str, today: date, zone: str) -> SetUp:
    def hours(*rows: tuple[range | tuple[int, ...], int, int]) -> tuple[tuple[int, int, int], ...]:
        found = [(day, 60 * starts, 60 * ends) for which, starts, ends in rows for day in which]
        # A demo opened at a weekend shows a full day all the same: it is worked like a Friday.
        if today.weekday() not in {day for day, _, _ in found}:
            found += [(today.weekday(), starts, ends) for day, starts, ends in found if day == max(days)]
        return tuple(found)

    week, days = range(5), range(5)
    staff = (
        NewStaff("Robin Park", login, "Front desk", books=False),
        NewStaff("Dr Hannah Lee", None, "General practice", hours=hours((week, 8, 12), (week, 13, 17))),
        _clinician("Dr Amara Okafor", "General practice", hours((week, 9, 13), (week, 14, 18))),
        _clinician("Dr Luis Moreno", "Paediatrics", hours(((0, 1, 3, 4), 8, 14))),
        _clinician("Priya Nair", "Nurse", hours((week, 8, 16), ((5,), 9, 12))),
        _clinician("Tomasz Kowalski", "Physiotherapy", hours(((0, 2, 4), 10, 18))),
        _clinician("Dr Ruth Cohen", "Dermatology", hours(((1, 2, 3, 4), 9, 15))),
        NewStaff("Jamie Torres", None, "Front desk", False, "receptionist"),
        NewStaff("Elena Rossi", None, "Practice manager", False, "supervisor"),
        NewStaff("Sam Novak", None, "Till", False, "cashier"),
    )
    return SetUp("Riverside Clinic", zone, staff, ROOMS)


def _clinician(name: str, speciality: str, hours: tuple[tuple[int, int, int], ...]) -> NewStaff:
    return NewStaff(name, None, speciality, True, "clinician", hours)


def _wished(day: date, starts: int) -> str | None:
    """Every fifth would have liked to come some days earlier."""
    number = starts // (30 * MINUTE)
    return (day - timedelta(days=1 + number % 6)).isoformat() if number % 5 == 0 else None


class _Clinic:
    """Books the small clinic's weeks, staff member by staff member."""

    def __init__(self, rng: Random, session: Session, now: int, customers: Sequence[int]) -> None:
        self.rng, self.session, self.now = rng, session, now
        self.customers, self.jane = customers[1:], customers[0]
        self.today = day_of(now, session.zone)
        self.visits: list[Visit] = []
        self._staff = [row[0] for row in select("select id from staff where books = 1 order by position")]
        self._rooms = [row[0] for row in select("select id from room order by position")]
        self._types = [row[0] for row in select("select id from appointment_type order by position")]
        self._hours = select("select staff_id, weekday, starts, ends from working_hours order by 1, 2, 3")

    def fill(self) -> None:
        """Every day from :data:`WEEKS_BACK` weeks ago to :data:`WEEKS_AHEAD` weeks on."""
        for offset in range(-7 * WEEKS_BACK, 7 * WEEKS_AHEAD + 1):
            day = self.today + timedelta(days=offset)
            for place, staff_id in enumerate(self._staff):
                for _, _, starts, ends in (
                    h for h in self._hours if h[0] == staff_id and h[1] == day.weekday()
                ):
                    self._book_stretch(place, day, starts, ends, _fullness(offset))
        self._book_jane()
        self._overbook()
        self._come_early()
        self.visits = [visit for visit in self.visits if visit.day != self.closed_day.isoformat()]

    @property
    def closed_day(self) -> date:
        """A Wednesday in a while on which the clinic is closed, known long before."""
        return self.today + timedelta(days=21 + (2 - self.today.weekday()) % 7)

    def absences(self) -> None:
        """The closed day, and leave next week that came up after its days were booked."""
        SpecialHours.insert(day=self.closed_day, name="Staff training", active=True).execute()
        tuesday = self.today + timedelta(days=8 - self.today.weekday())
        Leave.insert(
            staff=self._staff[-1],
            kind="leave",
            first_day=tuesday,
            last_day=tuesday + timedelta(days=1),
            reason="Family",
            active=True,
            created_at=self.now,
            created_by=self.session.staff_id,
        ).execute()

    def _book_stretch(self, place: int, day: date, starts: int, ends: int, full: float) -> None:
        """Book a stretch of working time from its start; ``full`` is the chance of every slot."""
        at = starts
        while at < ends:
            kind = self.rng.choices(range(len(STANDARD_TYPES)), (40, 12, 22, 10, 8, 8))[0]
            minutes = STANDARD_TYPES[kind].minutes
            taken = minutes + STANDARD_TYPES[kind].buffer_after
            free = self._kept_for_jane(place, day, at, taken)
            if self.rng.random() < full and at + taken <= ends and not free:
                self.visits.append(self._visit(Slot(place, day, at, kind), self.rng.choice(self.customers)))
            at += -(-taken // GRID) * GRID if not free else GRID

    def _kept_for_jane(self, place: int, day: date, at: int, minutes: int) -> bool:
        """Mrs. Doe's own doctor is free at half past ten a week from today: the first thing people try."""
        return place == 0 and day == self.today + timedelta(days=7) and at < 11 * 60 and at + minutes > 630

    def _book_jane(self) -> None:
        """Mrs. Doe has been here before, with the doctor she always sees."""
        for visit in [v for v in self.visits if v.staff_id == self._staff[0] and v.status == "C"][::23][:4]:
            self.visits[self.visits.index(visit)] = visit._replace(customer_id=self.jane)

    def _come_early(self) -> None:
        """Some of those whose visit is next are here already, and wait."""
        soon = [
            (at, visit)
            for at, visit in enumerate(self.visits)
            if 0 < visit.starts_at - self.now <= EARLY * MINUTE
            and visit.status == "S"
            and visit.mode == "in_person"
            and visit.arrived_at is None
        ]
        for turn, (at, visit) in enumerate(soon[:WAITING]):
            self.visits[at] = visit._replace(arrived_at=self.now - (2 + 5 * turn) * MINUTE)

    def _overbook(self) -> None:
        """Urgent cases put on top of a full day, by right and with a reason (T9)."""
        for offset, count in ((-6, 1), (-1, 1), (0, 2), (1, 1)):
            day = (self.today + timedelta(days=offset)).isoformat()
            taken = [v for v in self.visits if v.day == day and v.status in "SC" and v.minutes >= 30]
            for under in self.rng.sample(taken, min(count, len(taken))):
                slot = Slot(
                    self._staff.index(under.staff_id), date.fromisoformat(day), _minute(under.wall) + 15, 0
                )
                visit = self._visit(slot, self.rng.choice(self.customers), minutes=15, status="SC")
                why = self.rng.choice(demodata.OVERBOOKING_REASONS)
                came = visit.starts_at - 10 * MINUTE
                self.visits.append(
                    visit._replace(
                        reason=why,
                        overbook_reason=why,
                        overbooked_by_id=self.session.staff_id,
                        note="Walk-in",
                        created_at=came,
                        confirmed_at=None,
                        arrived_at=self._so_far(came),
                    )
                )

    def _visit(self, slot: Slot, customer_id: int, minutes: int = 0, status: str = "") -> Visit:
        kind, zone = STANDARD_TYPES[slot.type], self.session.zone
        length = minutes or kind.minutes
        wall = datetime.combine(slot.day, datetime.min.time()) + timedelta(minutes=slot.starts)
        # Nobody works in the hour that the clocks skip; in the one that comes twice the first is meant.
        starts = readings(wall, zone)[0]
        ends = starts + length * MINUTE
        letter, marked = self._state(starts, ends, status)
        occupied = occupied_interval(starts, ends, letter, kind.buffer_before, kind.buffer_after, marked)
        asked, why = self.rng.choice(demodata.CANCEL_REASONS) if letter == "X" else ("", "")
        created = min(self.now, starts) - self.rng.randint(1, 30) * 86_400
        confirmed, arrived, seated, left = self._arrival(starts, ends, letter, kind)
        return Visit(
            customer_id=customer_id,
            staff_id=self._staff[slot.staff],
            room_id=self._rooms[slot.staff] if kind.mode == "in_person" else None,
            type_id=self._types[slot.type],
            mode=kind.mode,
            starts_at=starts,
            ends_at=ends,
            minutes=length,
            day=slot.day.isoformat(),
            wall=f"{wall:%H:%M}",
            zone=zone,
            occupied_from=occupied.start if occupied else None,
            occupied_to=occupied.end if occupied else None,
            status=letter,
            reason=demodata.reason(self.rng, kind.alias),
            marked_at=marked,
            cancel_reason=why,
            cancelled_by=asked,
            confirmed_at=confirmed,
            arrived_at=arrived,
            seated_at=seated,
            left_at=left,
            created_at=created,
            created_by_id=self.session.staff_id,
            late_cancel=int(asked == "customer" and starts - (marked or 0) < NOTICE),
            wished_day=_wished(slot.day, starts) if letter in "SC" else None,
        )

    def _state(self, starts: int, ends: int, only: str) -> tuple[str, int | None]:
        """A status that fits the time, and when it was set."""
        drawn = self.rng.random()
        if drawn < 0.06 and not only:
            return "X", min(self.now, starts) - self.rng.randint(1, 72) * 3600
        if ends + 10 * MINUTE > self.now:
            return "S", None
        if drawn < 0.12 and not only:
            return "M", starts + 20 * MINUTE
        return "C", ends + self.rng.randint(0, 5) * MINUTE

    def _arrival(
        self, starts: int, ends: int, letter: str, kind: NewType
    ) -> tuple[int | None, int | None, int | None, int | None]:
        """Confirmed, arrived, seated, left (S1): in order, none of them in the future."""
        if letter in "MX" or kind.mode != "in_person":
            return None, None, None, None
        confirmed = starts - 86_400 if self.rng.random() < 0.6 else None
        arrived = starts - self.rng.randint(2, 14) * MINUTE
        seated = max(arrived, starts) + self.rng.randint(0, 8) * MINUTE
        left = max(ends, seated) if letter == "C" else None
        return self._so_far(confirmed), self._so_far(arrived), self._so_far(seated), self._so_far(left)

    def _so_far(self, at: int | None) -> int | None:
        return at if at is not None and at <= self.now else None

    def notes(self) -> Iterator[tuple[Any, ...]]:
        """Something written about every third completed visit."""
        for visit in [v for v in self.visits if v.status == "C"][::3]:
            yield 1, visit.customer_id, visit.staff_id, demodata.note(self.rng), visit.ends_at, False


def _fullness(offset: int) -> float:
    """How much of the day so many days from today is booked."""
    if offset == 0:
        return 1.0
    return 0.8 if offset < 0 else max(0.2, 0.9 - offset / 50)


def _minute(wall: str) -> int:
    return int(wall[:2]) * 60 + int(wall[3:])
