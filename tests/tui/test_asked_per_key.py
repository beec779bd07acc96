"""What keys ask of the book: statements, rows, and work; moving about in what is shown asks nothing.

What a key may ask follows from the screen; that it is no more in an older clinic is tested with the queries.
"""

from __future__ import annotations

from datetime import timedelta
from pathlib import Path
from typing import NamedTuple
from unittest.mock import patch

from pim_tui.db.connection import Book
from pim_tui.models import Leave
from pim_tui.tui.widgets import dayview
from tests.queries import grown
from tests.queries.watched import watched
from tests.tui.stage import playing, staged

DAYS = 90


def clinic(book: Book) -> None:
    """One that has been open for so many days."""
    grown.furnish(book)
    grown.fill(book, DAYS)


class Most(NamedTuple):
    """The most that one key may ask: statements, rows that come back, and steps of the database's machine."""

    statements: int
    rows: int
    steps: int


NOTHING = Most(0, 0, 0)
DAY, WEEK, MONTH, LIST = Most(9, 60, 2_500), Most(9, 60, 4_500), Most(9, 130, 24_000), Most(4, 180, 16_000)
TYPED = Most(6, 210, 25_000)
PROFILE, TAB, ROWS, JOURNAL = (
    Most(20, 60, 5_000),
    Most(6, 110, 16_000),
    Most(6, 260, 40_000),
    Most(5, 130, 30_000),
)

KEYS = (
    *(("right", NOTHING), ("down", NOTHING), ("full_stop", DAY), ("comma", DAY)),
    *(("2", WEEK), ("right", NOTHING), ("down", NOTHING), ("full_stop", WEEK)),
    *(("3", MONTH), ("up", NOTHING), ("left", NOTHING), ("comma", MONTH)),
    *(("t", MONTH), ("4", LIST), ("down", NOTHING), ("pagedown", NOTHING), ("full_stop", LIST)),
    *(("f3", NOTHING), ("a", TYPED), ("n", TYPED), ("down", NOTHING), ("pagedown", NOTHING)),
    *(("enter", PROFILE), ("down", NOTHING), ("shift+tab", TAB), ("shift+tab", TAB), ("l", PROFILE)),
    *(("down", NOTHING), ("escape", NOTHING), ("escape", NOTHING), ("escape", NOTHING)),
    *(("f10", ROWS), ("down", NOTHING), ("pagedown", NOTHING), ("end", ROWS), ("pageup", NOTHING)),
    *(("escape", NOTHING), ("ctrl+d", JOURNAL), ("down", NOTHING), ("end", JOURNAL), ("escape", NOTHING)),
    *(("f5", LIST), ("down", NOTHING), ("escape", NOTHING), ("slash", Most(1, 1, 100)), ("m", TYPED)),
    *(
        ("escape", NOTHING),
        ("escape", NOTHING),
        ("a", PROFILE),
        ("s", TYPED),
        ("a", TYPED),
        ("space", TYPED),
        ("9", TYPED),
    ),
)
"""What somebody presses one after the other: through the calendar, to a customer, the lists, the journal."""


async def test_no_key_asks_more_than_its_screen_shows(tmp_path: Path) -> None:
    stage = staged(tmp_path, clinic)
    over = []
    async with playing(stage) as p:
        for place, (key, most) in enumerate(KEYS):
            with watched(stage.book) as seen:
                await p.press(key)
            asked = Most(len(seen.asked), seen.rows, seen.steps)
            if any(one > many for one, many in zip(asked, most, strict=True)):
                over.append((place, key, asked, most, [sql for sql, _ in seen.asked]))
    stage.book.close()
    assert over == []


def on_leave(book: Book) -> None:
    """The same clinic, in which a doctor is away for a day to come."""
    clinic(book)
    day = grown.TODAY + timedelta(days=2)
    Leave.create(staff=3, first_day=day, last_day=day, reason="", active=True, created_at=0, created_by=1)


async def test_a_start_reads_and_paints_the_day_once_and_of_what_is_to_come_the_edges(tmp_path: Path) -> None:
    """How many need moving is told in the title alone."""
    stage = staged(tmp_path, on_leave)
    with watched(stage.book) as seen, patch.object(dayview, "picture_of", wraps=dayview.picture_of) as paint:
        async with playing(stage) as p:
            await p.until(lambda: "13 to move" in p.screen)
    stage.book.close()
    assert sum("coalesce(t.name, '')" in sql for sql, _ in seen.asked) == 1, "the day is read once"
    assert paint.call_count == 1
    assert (len(seen.asked) <= 24, seen.rows <= 195) == (True, True), (len(seen.asked), seen.rows)
