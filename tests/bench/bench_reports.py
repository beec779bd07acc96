"""Each report over a million appointments beside plain SQL for its raw numbers, in the same run."""

from __future__ import annotations

import shutil
import sys
from collections.abc import Iterator
from datetime import date
from pathlib import Path

from pysqlite3 import dbapi2 as sqlite3

from pim_tui.db.connection import open_book
from pim_tui.domain.reports import Asked, By
from pim_tui.queries import reports
from tests.bench.clinics import BIG, FOLDER, ZONE, clinic
from tests.bench.figures import Figure, cpu_ms

ROUNDS = 3
DAYS = "day between ? and ?"
AGAIN = "exists (select 1 from appointment n where n.rebooked_from_id = a.id)"
LOST = (
    "select {key}, sum(status = 'C'), sum(status = 'M' and not {again}),"
    " sum(status = 'X' and late_cancel and not {again}),"
    " sum((status = 'M' or (status = 'X' and late_cancel)) and {again}) from appointment a where {days}"
    " group by 1"
).replace("{again}", AGAIN)
STANDING = "status in ('S', 'C', 'M')"
PLAIN: tuple[tuple[str, By, tuple[str, ...]], ...] = (
    ("no-shows", "staff", (LOST.replace("{key}", "staff_id"),)),
    ("no-shows", "weekday", (LOST.replace("{key}", "strftime('%w', day)"),)),
    ("no-shows", "hour", (LOST.replace("{key}", "substr(wall, 1, 2)"),)),
    (
        "use", "staff",
        (f"select staff_id, sum(minutes), sum((status = 'C') * minutes), count(*) from appointment"
         f" where {{days}} and {STANDING} group by 1",),
    ),
    (
        "heat", "cell",
        (f"select strftime('%w', day), wall, minutes, count(*) from appointment where {{days}}"
         f" and {STANDING} group by 1, 2, 3",),
    ),
    (
        "reasons", "reason",
        (f"select cancel_reason, cancelled_by, late_cancel, count(*) from appointment a where {{days}}"
         f" and status = 'X' and not {AGAIN} group by 1, 2, 3",),
    ),
    (
        "lead", "type",
        ("select type_id, (starts_at - created_at) / 86400, count(*) from appointment where {days}"
         " and status in ('S', 'C') group by 1, 2",
         "select type_id, julianday(day) - julianday(wished_day), count(*) from appointment where {days}"
         " and status in ('S', 'C') and wished_day is not null group by 1, 2"),
    ),
    (
        "returning", "month",
        ("select substr(day, 1, 7), count(distinct customer_id) from appointment where {days}"
         " and status = 'C' group by 1",
         "select substr(first, 1, 7), count(*) from (select min(day) as first from appointment"
         " where {days} and status = 'C' group by customer_id) group by 1"),
    ),
)  # fmt: skip
"""Report, what it is divided by, and the plain selects for its numbers."""


def figures() -> Iterator[Figure]:
    """Reports over the whole book."""
    file = _with_stories()
    book = open_book(str(file))
    raw = sqlite3.connect(f"file:{file}?mode=ro", uri=True)
    span = book.select("select min(day), max(day) from appointment")[0]
    first, last = map(date.fromisoformat, span)
    for name, by, selects in PLAIN:
        asked = Asked(name, first, last, by)
        value, baseline = cpu_ms(
            lambda asked=asked: reports.figures(asked, ZONE),  # type: ignore[misc]
            lambda selects=selects: [  # type: ignore[misc]
                raw.execute(sql.replace("{days}", DAYS), span).fetchall() for sql in selects
            ],
            rounds=ROUNDS,
        )
        yield Figure(f"report {name} by {by}, 1 M", value, "ms", baseline, 1.5)
    raw.close()
    book.close()


def _with_stories() -> Path:
    """The large clinic with late cancels, visits that were booked again, and wishes; made once."""
    file = FOLDER / "reports.db"
    if not file.exists():
        large = clinic(BIG)
        print(f"making {file} ...", file=sys.stderr, flush=True)
        shutil.copyfile(large, file)
        book = open_book(str(file))
        with book.write_tx():
            for change, which in (
                ("late_cancel = 1", "status = 'X' and id % 2 = 0"),
                ("wished_day = date(day, '-' || (id % 9) || ' days')", "id % 20 = 0"),
                ("rebooked_from_id = id - 100", "id % 25 = 0 and id > 100"),
            ):
                book.db.execute_sql(f"update appointment set {change}, version = version + 1 where {which}")
        book.close()
    return file
