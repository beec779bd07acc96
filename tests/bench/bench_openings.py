"""The search for the next opening in a full year of thirty people, and where nothing is found at all.

The baseline is the bare select of the same rows; what is kept between two searches is what beats it.
"""

from __future__ import annotations

import random
import time
from collections.abc import Callable, Iterator, Sequence
from datetime import date, timedelta
from functools import partial
from pathlib import Path

from pysqlite3 import dbapi2 as sqlite3

from pim_tui.db.bulk import insert
from pim_tui.db.connection import Book, open_book
from pim_tui.db.newfile import new_book
from pim_tui.domain.moments import MINUTE, at_minute
from pim_tui.domain.openings import Wanted
from pim_tui.models import Appointment, Customer
from pim_tui.queries import freetime
from pim_tui.queries.openings import find
from pim_tui.services.setup import NewStaff, SetUp, write_clinic
from tests.bench.clinics import FOLDER, ZONE
from tests.bench.figures import Figure, cpu_ms, percentile

STAFF, OPENS, CLOSES, DAYS = 30, 480, 1150, 382
FIRST = date(2027, 1, 4)
NOW = at_minute(FIRST, 540, ZONE)
LEFT_OUT = 0.01
"""How many appointments in all are missing, which leaves a gap of 10 to 25 minutes."""
SOON, NEVER = 20, 60
"""Minutes of which there is something every week or so, and of which there is nothing all year."""
GOAL = 50


def book_file() -> Path:
    """The book; it is made when it is not there yet."""
    FOLDER.mkdir(exist_ok=True)
    file = FOLDER / "openings-300000.db"
    if not file.exists():
        new_book(str(file), _furnish)
    return file


def _furnish(book: Book) -> None:
    week = tuple((weekday, OPENS, CLOSES) for weekday in range(5))
    staff = [NewStaff(f"Dr {number}", hours=week) for number in range(1, STAFF + 1)]
    with book.write_tx():
        session = write_clinic(
            SetUp("Full Clinic", ZONE, (NewStaff("bench", "bench", books=False), *staff), ("Room 1",)),
            lambda: NOW,
            "US",
        )
        Customer.create(number=1, first_name="Jane", last_name="Doe", sort_name="doe jane", created_at=NOW)
        ids = [id_ for (id_,) in book.select("select id from staff where books = 1")]
        insert(_COLUMNS, _rows(ids, session.staff_id), derived=True)


_COLUMNS = tuple(field for field in Appointment._meta.sorted_fields if field.name != "id")
_PLAIN = {field.column_name: field.default for field in _COLUMNS}


def _rows(staff: Sequence[int], clerk: int) -> Iterator[tuple[object, ...]]:
    chance = random.Random(7)
    for day in (FIRST + timedelta(days=n) for n in range(DAYS)):
        midnight = at_minute(day, 0, ZONE)
        for staff_id in staff if day.weekday() < 5 else ():
            minute = OPENS
            while (ends := minute + chance.choice((10, 15, 15, 20))) <= CLOSES:
                if chance.random() > LEFT_OUT:
                    at, until = midnight + minute * MINUTE, midnight + ends * MINUTE
                    wall = f"{minute // 60:02}:{minute % 60:02}"
                    row = _PLAIN | {
                        "customer_id": 1, "staff_id": staff_id, "starts_at": at, "ends_at": until,
                        "minutes": ends - minute, "day": day.isoformat(), "wall": wall, "zone": ZONE,
                        "crosses_midnight": 0, "occupied_from": at, "occupied_to": until, "created_at": NOW,
                        "created_by_id": clerk, "late_cancel": 0, "version": 1,
                    }  # fmt: skip
                    yield tuple(row.values())
                minute = ends + chance.choice((0, 0, 0, 5, 10))


def figures() -> Iterator[Figure]:
    """Searches that find something, that find nothing, and that have to read everything anew."""
    file = book_file()
    book, raw = open_book(str(file)), sqlite3.connect(f"file:{file}?mode=ro", uri=True)
    chance = random.Random(11)
    staff = [id_ for (id_,) in book.select("select id from staff where books = 1 order by id")]
    visits = [id_ for (id_,) in book.select("select id from appointment where id % 1500 = 0 order by id")]
    ((count,),) = book.select("select count(*) from appointment")
    bare = cpu_ms(lambda: _bare(raw, staff), rounds=3)[0]
    first = min(_ms(lambda: find(Wanted(NEVER), ZONE, NOW), forget=True) for _ in range(3))
    yield Figure(f"the bare selects of {count:,} appointments", bare, "ms")
    yield Figure("the first search of a session, nothing in a year", first, "ms", bare)
    for name, asked, found in (
        ("something is found", [_wish(chance, staff, SOON) for _ in range(150)], True),
        ("nothing in a year", [_wish(chance, staff, NEVER) for _ in range(150)], False),
        ("nothing to move to in a year", [Wanted(NEVER, ignore_id=id_) for id_ in visits], False),
    ):
        times = [_ms(partial(_find, wanted, found)) for wanted in asked]
        yield Figure(f"{name}, p50", percentile(times, 0.5), "ms")
        yield Figure(f"{name}, p95", percentile(times, 0.95), "ms", goal=GOAL)
    raw.close()
    book.close()


def _find(wanted: Wanted, found: bool) -> None:
    answer = find(wanted, ZONE, NOW)
    assert bool(answer.openings) is found, (wanted, answer)


def _wish(chance: random.Random, staff: Sequence[int], minutes: int) -> Wanted:
    """What somebody may ask for: with anybody, some or one, on some days, in some part of the day."""
    whom = tuple(chance.sample(staff, chance.choice((0, 0, 1, 5))))
    days = frozenset(chance.sample(range(5), chance.choice((0, 0, 2, 3))))
    part = chance.choice(((0, 1440), (0, 1440), (0, 720), (720, 1020)))
    first = FIRST + timedelta(days=chance.choice((0, 0, 7, 14)))
    return Wanted(minutes, whom, weekdays=days, from_minute=part[0], to_minute=part[1], first=first)


def _ms(act: Callable[[], object], *, forget: bool = False) -> float:
    """CPU milliseconds of one call, perhaps with nothing kept from before."""
    if forget:
        vars(freetime._of_thread).clear()
    begun = time.process_time()
    act()
    return (time.process_time() - begun) * 1000


def _bare(raw: sqlite3.Connection, staff: Sequence[int]) -> None:
    """Every occupied time of the year, person by person."""
    for staff_id in staff:
        raw.execute(
            "select occupied_from, occupied_to from appointment where staff_id = ? and occupied_from > ?"
            " order by occupied_from",
            (staff_id, NOW),
        ).fetchall()
