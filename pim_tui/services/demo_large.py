"""Made-up clinics to measure with: as many customers, visits and lines of bills as one asks for."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from itertools import islice
from random import Random

from ..db.connection import Book, select
from ..domain import demodata
from ..domain.moments import MINUTE, day_of, readings
from ..domain.session import Session
from . import audit
from .audit import Change
from .customer_rows import insert_customers
from .demo_ledger import Ledger
from .demo_visits import SEED, Visit, write_visits
from .setup import STANDARD_TYPES, NewStaff, SetUp, write_clinic


@dataclass(frozen=True, slots=True)
class Size:
    """How large: the days follow from a constant density of :data:`PER_DAY` appointments.

    ``lines`` are those of all bills.
    """

    customers: int
    appointments: int
    lines: int = 0


STAFF, PER_DAY = 30, 320
ELEVEN = 20
"""Staff members with eleven visits a day; the others have ten, which makes :data:`PER_DAY`."""
PAST = 0.75
"""Share of the days before today."""
OPENS, STEP = 8 * 60, 45
"""Visits of one staff member begin from eight on, one in each :data:`STEP` minutes."""
PEOPLE_AT_ONCE, VISITS_AT_ONCE = 5_000, 50_000


def furnish_large(
    book: Book,
    size: Size,
    zone: str,
    clock: Callable[[], int],
    login: str,
    country: str,
    progress: Callable[[int, int], object] = lambda done, total: None,
    seed: int = SEED,
) -> Session:
    """Fill a new book with as many customers and appointments as ``size`` says, around the present.

    ``progress`` is called with rows made and rows in all. One journal line tells of all of it.
    """
    now = clock()
    rng, total = Random(seed), size.customers + size.appointments + size.lines
    with book.write_tx():
        session = write_clinic(_large_clinic(login, zone), lambda: now, country)
        people = demodata.people(rng, size.customers, day_of(now, zone))
        customers: list[int] = []
        while batch := list(islice(people, PEOPLE_AT_ONCE)):
            customers += insert_customers(session, batch)
            progress(len(customers), total)
        visits, made = _spread(rng, session, customers, size.appointments), 0
        while rows := list(islice(visits, VISITS_AT_ONCE)):
            write_visits(rows)
            made += len(rows)
            progress(size.customers + made, total)
        if size.lines:
            before = size.customers + made
            Ledger(rng, session, customers, size.lines).fill(lambda lines: progress(before + lines, total))
        counts = {"customers": size.customers, "appointments": size.appointments, "seed": seed}
        counts |= {"lines": size.lines} if size.lines else {}
        audit.append(session, [Change("demo", "clinic", 1, None, counts)])
    return session


def _large_clinic(login: str, zone: str) -> SetUp:
    rng = Random(SEED)
    every_day = tuple((weekday, OPENS, OPENS + 600) for weekday in range(7))
    doctors = demodata.people(rng, STAFF + 1, date(2026, 1, 1))
    names = [f"Dr {one.name.first} {one.name.last}" for one in doctors][1:]
    staff = [NewStaff(name, hours=every_day, role="clinician") for name in names]
    return SetUp(
        "Large Clinic",
        zone,
        (NewStaff(login, login, books=False), *staff),
        tuple(f"Room {number}" for number in range(1, STAFF + 1)),
    )


def _spread(rng: Random, session: Session, customers: Sequence[int], count: int) -> Iterator[Visit]:
    """``count`` visits, day by day, no two of a staff member or a room at once."""
    staff = [row[0] for row in select("select id from staff where books = 1 order by position")]
    rooms = [row[0] for row in select("select id from room order by position")]
    types = [row[0] for row in select("select id from appointment_type order by position")]
    slots = [(place, OPENS + 15 * (place % 3) + STEP * turn) for turn in range(11) for place in range(STAFF)]
    slots = [
        slot
        for slot in slots
        if slot[1] < OPENS + 15 * (slot[0] % 3) + STEP * (11 if slot[0] < ELEVEN else 10)
    ]
    first = day_of(session.clock(), session.zone) - timedelta(days=int(-(-count // PER_DAY) * PAST))
    for number in range(count):
        if number % PER_DAY == 0:
            day = first + timedelta(days=number // PER_DAY)
            eight = readings(datetime(day.year, day.month, day.day, OPENS // 60), session.zone)[0]
            iso = day.isoformat()
        place, minute = slots[number % PER_DAY]
        yield _routine(
            rng.getrandbits(40),
            session,
            customers,
            staff[place],
            rooms[place],
            types,
            iso,
            minute,
            eight + (minute - OPENS) * MINUTE,
        )


_ROUTINE = ((0, 30), (0, 30), (0, 30), (1, 45), (2, 30), (2, 30), (4, 20), (5, 10))
"""Types by place, and their minutes; none has a buffer."""
_WHY = tuple(demodata.REASONS[kind.alias] for kind in STANDARD_TYPES)


def _routine(
    drawn: int,
    session: Session,
    customers: Sequence[int],
    staff: int,
    room: int,
    types: Sequence[int],
    iso: str,
    minute: int,
    starts: int,
) -> Visit:
    """One visit of a large clinic; everything by chance comes out of the 40 bits of ``drawn``."""
    kind, minutes = _ROUTINE[drawn & 7]
    mode, why = STANDARD_TYPES[kind].mode, _WHY[kind]
    ends, chance = starts + minutes * MINUTE, drawn >> 3 & 127
    now, customer = session.clock(), customers[(drawn >> 10) % len(customers)]
    booked = min(now, starts) - 864_000
    there = room if mode == "in_person" else None
    when = starts, ends, minutes, iso, _WALLS[minute], session.zone
    place = customer, staff, there, types[kind], mode, *when
    reason = why[drawn % len(why)]
    if chance < 6:
        return Visit(
            *place, None, None, "X", reason, booked, booked, session.staff_id, "No longer needed", "customer"
        )
    if ends > now:
        return Visit(*place, starts, ends, "S", reason, None, booked, session.staff_id)
    if chance < 14:
        return Visit(*place, starts, ends, "M", reason, ends, booked, session.staff_id)
    if not there:
        return Visit(*place, starts, ends, "C", reason, ends, booked, session.staff_id)
    came = (None, starts - 300, starts, ends)
    return Visit(*place, starts, ends, "C", reason, ends, booked, session.staff_id, "", "", *came)


_WALLS = tuple(f"{minute // 60:02}:{minute % 60:02}" for minute in range(24 * 60))
