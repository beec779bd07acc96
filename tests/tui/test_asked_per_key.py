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
    """The most that one key may ask: statements and rows that come back, to the one as many as it needs, and
    steps of the database's machine, with some room for another version of it."""

    statements: int
    rows: int
    steps: int


NOTHING = Most(0, 0, 0)
DAY, WEEK, MONTH, LIST = Most(9, 46, 2_500), Most(8, 46, 4_000), Most(9, 109, 24_000), Most(4, 150, 13_000)
TYPED, ADDED = Most(3, 151, 7_000), Most(3, 107, 2_500)

KEYS = (
    *(("right", NOTHING), ("down", NOTHING), ("full_stop", DAY), ("comma", DAY)),
    *(("2", WEEK), ("right", NOTHING), ("down", NOTHING), ("full_stop", WEEK)),
    *(("3", MONTH), ("up", NOTHING), ("left", NOTHING), ("comma", MONTH), ("t", MONTH)),
    *(("4", LIST), ("down", NOTHING), ("pagedown", NOTHING), ("full_stop", LIST)),
    *(("f3", NOTHING), ("a", TYPED), ("n", TYPED), ("down", NOTHING), ("pagedown", NOTHING)),
    *(("enter", Most(20, 18, 1_700)), ("down", NOTHING)),
    *(("shift+tab", Most(3, 2, 500)), ("shift+tab", Most(6, 5, 1_200)), ("l", Most(11, 9, 500))),
    *(("down", NOTHING), ("escape", NOTHING), ("escape", NOTHING), ("escape", NOTHING)),
    *(("f10", Most(6, 202, 36_000)), ("down", NOTHING), ("pagedown", NOTHING)),
    *(("end", Most(5, 201, 18_000)), ("pageup", NOTHING), ("escape", NOTHING)),
    *(("ctrl+d", Most(5, 104, 17_000)), ("down", NOTHING), ("end", Most(4, 103, 7_000)), ("escape", NOTHING)),
    *(("f5", Most(2, 1, 100)), ("down", NOTHING), ("escape", NOTHING), ("slash", Most(1, 1, 100))),
    *(("m", TYPED), ("escape", NOTHING), ("escape", NOTHING), ("a", Most(5, 6, 400))),
    *(("s", ADDED), ("a", ADDED), ("space", ADDED), ("9", ADDED)),
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
    assert (len(seen.asked) <= 24, seen.rows <= 191) == (True, True), (len(seen.asked), seen.rows)
