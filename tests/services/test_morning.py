"""Whoever opens the program is told once what is wrong with the clock, the pages and the disk."""

from __future__ import annotations

import sqlite3
from contextlib import closing
from pathlib import Path

import pytest

from pim_tui.db import disk
from pim_tui.domain.tender import Tender
from pim_tui.errors import Refused, StoreUnfit
from pim_tui.queries.checks import faults
from pim_tui.services.holds import HoldTime, hold_time
from pim_tui.services.morning import look_around
from pim_tui.services.undo import Undo, undo
from tests.services.clinic import JANE, LEE, SATO, Practice, at
from tests.services.shop import CONSULTATION, line, shop

HOUR = 3600


@pytest.fixture
def clinic(clinic: Practice) -> Practice:
    """A small clinic that has worked already."""
    clinic.book("10:00")
    return clinic


def test_usually_there_is_nothing_to_tell(clinic: Practice) -> None:
    assert look_around(clinic.session) == ()
    clinic.clock[0] -= 2
    assert look_around(clinic.session) == ()


def test_a_clock_that_was_set_back_is_told_and_journalled_once(clinic: Practice) -> None:
    clinic.clock[0] -= HOUR
    (said,) = look_around(clinic.session)
    assert "earlier than when this book was last written in (Mon 23 Nov 2026 09:20)" in said
    assert clinic.actions() == ["book", "clock back"]
    assert look_around(clinic.session) == ()


def test_a_clock_that_was_set_back_breaks_nothing(tmp_path: Path) -> None:
    made = shop(tmp_path)
    made.open_always()
    first = made.post(line(CONSULTATION)).ids[0]
    hold_time(made.as_(SATO), HoldTime(LEE, None, at("12:00"), 30))
    made.clock[0] -= HOUR
    second = made.post(line(CONSULTATION)).ids[0]
    numbers = made.store.select("select number from posting where id in (?, ?) order by id", [first, second])
    assert numbers[1][0] == numbers[0][0] + 1
    made.pay([Tender("cash", 1000)], JANE)
    with pytest.raises(Refused, match="held"):
        made.book("12:00")
    made.book("11:00")
    undo(made.session, Undo())
    made.clock[0] += HOUR + 6 * 60
    made.book("12:00")
    assert [str(fault) for fault in faults() if fault.code not in ("C11", "C12")] == []


@pytest.mark.sqlite
def test_pages_are_looked_at_once_a_day_and_damage_is_told(clinic: Practice) -> None:
    assert look_around(clinic.session) == ()
    _damage(clinic)
    assert look_around(clinic.session) == ()
    clinic.clock[0] += 86_400
    with pytest.raises(StoreUnfit, match="is damaged") as caught:
        look_around(clinic.session)
    assert "restore the newest backup" in caught.value.hint
    with pytest.raises(StoreUnfit):
        look_around(clinic.session)


def _damage(clinic: Practice) -> None:
    """Overwrite the end of a page that nothing reads at the start, behind the program's back."""
    clinic.store.db.execute_sql("pragma wal_checkpoint(truncate)")
    with closing(sqlite3.connect(f"file:{clinic.store.file}?mode=ro", uri=True)) as db, db:
        page = db.execute("select rootpage from sqlite_master where name = 'journal_kind_row_id'").fetchone()[
            0
        ]
        size = db.execute("pragma page_size").fetchone()[0]
    clinic.store.close()
    with open(str(clinic.store.file), "r+b") as file:
        file.seek((page - 1) * size + size - 40)
        file.write(b"\xff" * 40)
    clinic.store.connect()


def test_a_disk_with_little_room_is_told(clinic: Practice, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(disk, "room_left", lambda path: 40 << 20)
    (said,) = look_around(clinic.session)
    assert "has only 40 MB left" in said
    assert "when it is full nothing can be saved" in said
