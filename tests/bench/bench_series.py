"""The preview of a series of two hundred visits in a busy clinic, beside the bare selects."""

from __future__ import annotations

import time
from collections.abc import Callable, Iterator
from statistics import quantiles

from pim_tui.db.connection import select
from pim_tui.domain.moments import MINUTE, at_minute, day_of
from pim_tui.domain.series import Asked
from pim_tui.domain.seriesplan import Planned
from pim_tui.domain.visit import Details
from pim_tui.queries.holds import Asker
from pim_tui.queries.series_plan import preview
from tests.bench.clinics import BIG, ZONE, opened
from tests.bench.figures import Figure, cpu_ms

VISITS = 200
GOAL_MS = 30
DAY = 86_400


def figures() -> Iterator[Figure]:
    """Wall time at the median and the 95th percentile; CPU time beside the bare selects."""
    book, session = opened(BIG)
    asked = _asked(session.clock())
    asker = Asker(session.key, session.clock(), ZONE)
    seen = preview(asked, asker, {}).visits

    def look() -> None:
        preview(asked, asker, {})

    clashing = sum(visit.open_ for visit in seen)
    walls = sorted(_wall_ms(look) for _ in range(60))
    name = f"preview of {len(seen)} visits, {clashing} of them colliding"
    yield Figure(f"{name}, p50", quantiles(walls, n=20)[9], "ms", goal=GOAL_MS)
    yield Figure(f"{name}, p95", quantiles(walls, n=20)[18], "ms", goal=GOAL_MS)
    value, baseline = cpu_ms(look, _bare(seen))
    yield Figure(f"{name}, CPU beside the bare selects", value, "ms", baseline)
    book.close()


def _asked(now: int) -> Asked:
    """Two days a week for two years, with the busiest staff member, at ten, in the busiest room."""
    staff_id = select(
        "select staff_id from appointment where starts_at > ? group by 1 order by count(*) desc limit 1",
        [now - 30 * DAY],
    )[0][0]
    tomorrow = day_of(now + DAY, ZONE)
    details = Details(1, staff_id, at_minute(tomorrow, 600, ZONE), 30, 1, 1)
    return Asked(details, f"FREQ=WEEKLY;BYDAY=TU,TH;COUNT={VISITS}", ZONE)


def _bare(visits: tuple[Planned, ...]) -> Callable[[], None]:
    """What is there at each visit, visit by visit, as a program does that asks for one booking at a time."""
    spans = [visit.details for visit in visits]

    def act() -> None:
        for one in spans:
            end = one.starts_at + one.minutes * MINUTE
            for column, value in (("staff_id", one.staff_id), ("room_id", one.room_id)):
                select(
                    f"select a.id, a.occupied_from, a.occupied_to, a.starts_at, a.ends_at, c.first_name,"
                    f" c.last_name from appointment a join customer c on c.id = a.customer_id where"
                    f" a.{column} = ? and a.occupied_from > ? and a.occupied_from < ? and a.occupied_to > ?",
                    [value, one.starts_at - DAY, end, one.starts_at],
                )

    return act


def _wall_ms(act: Callable[[], None]) -> float:
    start = time.perf_counter()
    act()
    return (time.perf_counter() - start) * 1_000
