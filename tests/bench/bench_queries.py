"""The calendar's queries beside hand-written SQL for the same rows, in books of up to ten million visits."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from datetime import date, timedelta

from pysqlite3 import dbapi2 as sqlite3

from pim_tui.db.connection import Book, go_back_to, select
from pim_tui.domain.moments import day_of
from pim_tui.lists.appointments import CLINIC_APPOINTMENTS
from pim_tui.lists.spec import AFTER, Chosen, Scope
from pim_tui.queries import boards, calendar
from tests.bench.clinics import AGES, BIG, SMALL, ZONE, clinic, opened
from tests.bench.figures import Figure, cpu_ms
from tests.queries.watched import watched

BLOCK = (
    "select a.id, a.version, a.customer_id, c.first_name, c.last_name, a.staff_id, a.room_id, a.type_id,"
    " t.name, a.starts_at, a.ends_at, a.status, a.mode, a.reason, a.arrived_at, a.overbooked_by_id,"
    " a.confirmed_at, a.seated_at, a.left_at, a.late_cancel"
    " from appointment a join customer c on c.id = a.customer_id"
    " left join appointment_type t on t.id = a.type_id"
)
DAY_ROWS = f"{BLOCK} where a.day = ? order by a.starts_at"
LOADS = (
    "select day, count(*), sum(case when status in ('S', 'C') then minutes else 0 end) from appointment"
    " where day between ? and ? group by day"
)
LOADS_BY_STAFF = LOADS.replace("select day", "select day, staff_id").replace("by day", "by day, staff_id")
FIRSTS = BLOCK.replace(" from appointment a", " from shown cross join appointment a") + (
    " where a.id in (select id from appointment where day = shown.day and status <> 'X'"
    " order by starts_at limit 3) order by a.starts_at"
)
STAFF = "select id, name, initials from staff where active and books order by position"
WORKING = (
    "select staff_id, weekday, starts, ends, effective_from, effective_to from working_hours",
    "select staff_id, first_day, last_day, from_minute, to_minute, kind from leave where last_day >= ? and"
    " first_day <= ? and active = 1",
    "select staff_id, starts_at, ends_at, text from blocked_time where ends_at > 0 and starts_at < 0",
    "select staff_id, day, starts, ends, name from special_hours where day between ? and ? and active = 1",
    "select day, name, closes from holiday where day between ? and ?",
)
"""Who works when between two days: hours, leave, what is in their own calendars, special days, holidays."""


SIZES = {SMALL: "10 k", BIG: "1 M", AGES: "10 M"}
"""Appointments of each clinic; all have as many a day."""


def figures() -> Iterator[Figure]:
    """Each query against raw SQL, then in turns in a large and in a small book."""
    books = {size: opened(size) for size in SIZES}
    today = day_of(books[SMALL][1].clock(), ZONE)
    for size, label in SIZES.items():
        book, raw = books[size][0], sqlite3.connect(f"file:{clinic(size)}?mode=ro", uri=True)
        go_back_to(book)
        for name, ours, theirs in _pairs(today, raw):
            value, asking, baseline = cpu_ms(ours, _asking(book, ours), theirs)
            yield Figure(f"{name}, its queries, {label}", asking, "ms", baseline, 1.5)
            yield Figure(f"{name}, {label}", value, "ms", baseline)
        raw.close()
    apart = [(name, ours) for name, ours, _ in _pairs(today, sqlite3.connect(":memory:"))]
    for name, ours in (*apart, *LISTED):
        for size in (BIG, AGES):
            value, baseline = cpu_ms(_in(books[size][0], ours), _in(books[SMALL][0], ours))
            yield Figure(f"{name}, {SIZES[size]} against 10 k", value, "ms", baseline, 1.2)
    for book, _ in books.values():
        book.close()


def _all_visits(chosen: Chosen) -> object:
    """A page of the list of all appointments there ever were."""
    return CLINIC_APPOINTMENTS.query(Scope(None, ZONE), chosen, CLINIC_APPOINTMENTS.page_size, 0).rows


def _in_the_middle() -> object:
    """The same, behind the appointment that half of all come before."""
    return _all_visits({AFTER: select("select max(id) from appointment")[0][0] // 2})


LISTED = (
    ("list of all appointments, first page", lambda: _all_visits({})),
    ("list of all appointments, a page in the middle", _in_the_middle),
)


def _in(book: Book, question: Callable[[], object]) -> Callable[[], object]:
    """The question, asked of this book."""

    def ask() -> object:
        go_back_to(book)
        return question()

    return ask


def _asking(book: Book, question: Callable[[], object]) -> Callable[[], object]:
    """What it asks of the book, without what it makes of the rows."""
    with watched(book) as seen:
        question()
    return lambda: [book.select(*asked) for asked in seen.asked]


Pair = tuple[str, Callable[[], object], Callable[[], object]]


def _pairs(today: date, raw: sqlite3.Connection) -> Iterator[Pair]:
    day = today - timedelta(days=3)
    first, last = today - timedelta(days=21), today + timedelta(days=6)
    week = today - timedelta(days=14)
    monday = week - timedelta(days=week.weekday())
    month = [first + timedelta(days=n) for n in range(28)]

    def rows(*asked: tuple[str, tuple[str, ...]]) -> Callable[[], object]:
        return lambda: [raw.execute(sql, params).fetchall() for sql, params in asked]

    def working(since: date, until: date) -> Iterator[tuple[str, tuple[str, ...]]]:
        for sql in WORKING:
            yield sql, (since.isoformat(), until.isoformat())[: sql.count("?")]

    span = (first.isoformat(), last.isoformat())
    isos = tuple(one.isoformat() for one in month)
    firsts = f"with shown(day) as (values {', '.join(['(?)'] * len(isos))}) {FIRSTS}"
    seven = (monday.isoformat(), (monday + timedelta(days=6)).isoformat())
    yield "blocks_of a day", lambda: calendar.blocks_of(day, day, ZONE), rows((DAY_ROWS, (day.isoformat(),)))
    yield "load_rows, 28 days", lambda: calendar.load_rows(first, last), rows((LOADS, span))
    yield "first_of_days, 28 days", lambda: calendar.first_of_days(first, last, 3), rows((firsts, isos))
    yield (
        "day_board", lambda: boards.day_board(day, ZONE),
        rows((DAY_ROWS, (day.isoformat(),)), (STAFF, ()), *working(day, day)),
    )  # fmt: skip
    yield (
        "week_board",
        lambda: boards.week_board(monday),
        rows((LOADS_BY_STAFF, seven), (STAFF, ()), *working(monday, monday + timedelta(days=6))),
    )
    yield (
        "month_board",
        lambda: boards.month_board(month, 3),
        rows((LOADS, span), (firsts, isos), (STAFF, ()), *working(first, last)),
    )
