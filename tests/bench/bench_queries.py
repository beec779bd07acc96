"""The calendar's queries beside hand-written SQL for the same rows, in a small and in a large book."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from datetime import date, timedelta

from pysqlite3 import dbapi2 as sqlite3

from pim_tui.domain.moments import day_of
from pim_tui.queries import boards, calendar
from tests.bench.clinics import BIG, SMALL, ZONE, clinic, opened
from tests.bench.figures import Figure, cpu_ms

BLOCK = (
    "select a.id, a.version, a.customer_id, c.first_name, c.last_name, a.staff_id, a.room_id, a.type_id,"
    " t.name, a.starts_at, a.ends_at, a.status, a.mode, a.reason, a.arrived_at, a.overbooked_by_id"
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
HOURS = "select staff_id, weekday, starts, ends from working_hours"


def figures() -> Iterator[Figure]:
    """Each query against raw SQL, then large against small."""
    taken: dict[tuple[str, str], float] = {}
    for size, label in ((SMALL, "10 k"), (BIG, "1 M")):
        book, session = opened(size)
        raw = sqlite3.connect(f"file:{clinic(size)}?mode=ro", uri=True)
        for name, ours, theirs in _pairs(day_of(session.clock(), ZONE), raw):
            value, baseline = cpu_ms(ours, theirs)
            taken[name, label] = value
            yield Figure(f"{name}, {label}", value, "ms", baseline, 1.5)
        raw.close()
        book.close()
    for name, label in taken:
        if label == "1 M":
            yield Figure(f"{name}, 1 M against 10 k", taken[name, label], "ms", taken[name, "10 k"], 1.1)


Pair = tuple[str, Callable[[], object], Callable[[], object]]


def _pairs(today: date, raw: sqlite3.Connection) -> Iterator[Pair]:
    day = today - timedelta(days=3)
    first, last = today - timedelta(days=21), today + timedelta(days=6)
    week = today - timedelta(days=14)
    monday = week - timedelta(days=week.weekday())
    month = [first + timedelta(days=n) for n in range(28)]

    def rows(*asked: tuple[str, tuple[str, ...]]) -> Callable[[], object]:
        return lambda: [raw.execute(sql, params).fetchall() for sql, params in asked]

    span = (first.isoformat(), last.isoformat())
    isos = tuple(one.isoformat() for one in month)
    firsts = f"with shown(day) as (values {', '.join(['(?)'] * len(isos))}) {FIRSTS}"
    seven = (monday.isoformat(), (monday + timedelta(days=6)).isoformat())
    yield "blocks_of a day", lambda: calendar.blocks_of(day, day, ZONE), rows((DAY_ROWS, (day.isoformat(),)))
    yield "load_rows, 28 days", lambda: calendar.load_rows(first, last), rows((LOADS, span))
    yield "first_of_days, 28 days", lambda: calendar.first_of_days(first, last, 3), rows((firsts, isos))
    yield (
        "day_board", lambda: boards.day_board(day, ZONE),
        rows((DAY_ROWS, (day.isoformat(),)), (STAFF, ()), (HOURS, ())),
    )  # fmt: skip
    yield (
        "week_board",
        lambda: boards.week_board(monday),
        rows((LOADS_BY_STAFF, seven), (STAFF, ()), (HOURS, ())),
    )
    yield (
        "month_board",
        lambda: boards.month_board(month, 3),
        rows((LOADS, span), (firsts, isos), (HOURS, ())),
    )
