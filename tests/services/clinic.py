"""A small clinic with a clock that can be set, for tests of services, queries and the walls below."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from dataclasses import dataclass, replace
from datetime import datetime
from pathlib import Path
from typing import Any

import pytest

from pim_tui.db.connection import Book
from pim_tui.domain.chain import Line, first_break
from pim_tui.domain.moments import resolve
from pim_tui.domain.rights import Right, rights_of
from pim_tui.domain.session import Session
from pim_tui.domain.states import Status
from pim_tui.domain.visit import NO_ANSWERS, Answers, Details
from pim_tui.models import AppointmentType, Clinic, Customer, Room, Staff, WorkingHours
from pim_tui.services.booking import BookAppointment, ChangeAppointment, MarkAppointment, book, change, mark
from pim_tui.services.equipment_rows import equipment_of
from pim_tui.services.work import Done
from tests.db.book import new_book

ZONE = "Europe/Berlin"
ANNA, LEE, SATO = 1, 2, 3
"""Staff: Anna Berg at the front desk, Dr Lee and Dr Sato who take appointments."""
JANE, JOHN, AARON = 1, 2, 3
"""Customers."""
PLAIN, FIRST_VISIT, BUFFERED = 1, 2, 3
"""Types: 30 and 60 minutes, and 30 minutes kept free 5 before and 10 after."""


def at(wall: str, fold: int | None = None) -> int:
    """The instant of a wall time such as ``2026-11-23 10:30``; a time alone is on that Monday."""
    text = wall if "-" in wall else f"2026-11-23 {wall}"
    return resolve(datetime.fromisoformat(text), ZONE, fold)


NOW = at("09:20")


@dataclass
class Practice:
    """The book, the person working in it, and the clock, UTC seconds."""

    store: Book
    session: Session
    clock: list[int]

    def details(self, when: str | int, minutes: int = 30, **more: Any) -> Details:
        """Jane with Dr Lee, unless said otherwise."""
        starts = when if isinstance(when, int) else at(when)
        return Details(
            **{"customer_id": JANE, "staff_id": LEE, "starts_at": starts, "minutes": minutes, **more}
        )

    def book(
        self,
        when: str | int,
        minutes: int = 30,
        answers: Answers = NO_ANSWERS,
        request: str = "",
        **more: Any,
    ) -> Done:
        """Book by the service."""
        return book(self.session, BookAppointment(self.details(when, minutes, **more), request, answers))

    def change(self, id_: int, answers: Answers = NO_ANSWERS, action: str = "change", **fields: Any) -> Done:
        """Change some details of appointment ``id_`` as it stands."""
        row = self.row(id_)
        was = Details.of({**row, "equipment_ids": equipment_of(id_)})
        command = ChangeAppointment(id_, row["version"], was, replace(was, **fields), "", answers, action)
        return change(self.session, command)

    def mark(
        self, id_: int, status: Status, reason: str = "", by: str = "", session: Session | None = None
    ) -> Done:
        """Mark appointment ``id_`` as it stands."""
        command = MarkAppointment(id_, self.row(id_)["version"], status, reason, by)
        return mark(session or self.session, command)

    def open_always(self) -> None:
        """From now on Dr Lee works day and night."""
        with self.store.write_tx():
            WorkingHours.delete().execute()
            for weekday in range(7):
                WorkingHours.create(staff=LEE, weekday=weekday, starts=0, ends=1440)

    def as_(self, staff_id: int, *without: Right, key: str = "") -> Session:
        """The session of somebody else, perhaps with fewer rights."""
        rights = rights_of("owner") - set(without)
        return replace(self.session, staff_id=staff_id, rights=rights, key=key or f"desk-{staff_id}")

    def row(self, id_: int) -> dict[str, Any]:
        """All columns of one appointment."""
        cursor = self.store.db.execute_sql("select * from appointment where id = ?", (id_,))
        names = [column[0] for column in cursor.description]
        return dict(zip(names, cursor.fetchone(), strict=True))

    def count(self, table: str = "appointment") -> int:
        """How many rows a table has."""
        return int(self.store.select(f"select count(*) from {table}")[0][0])

    def actions(self) -> list[str]:
        """The journal's verbs in order."""
        return [row[0] for row in self.store.select("select action from journal order by seq")]


def broken_line(store: Book) -> tuple[int, str] | None:
    """The first line of the journal that does not fit, None when the chain is whole."""
    rows = store.select(
        "select seq, at_ms, staff_id, session, action, kind, row_id, reason, request, before_hash,"
        " after_hash, prev, hash from journal order by seq"
    )
    return first_break((Line(*row[:11]), row[11], row[12]) for row in rows)


def overlaps(store: Book) -> list[tuple[int, int]]:
    """Pairs of appointments that occupy one staff member or room at once though neither was overbooked."""
    return store.select(
        "select a.id, b.id from appointment a join appointment b on a.id < b.id"
        " and (a.staff_id = b.staff_id or a.room_id = b.room_id)"
        " and a.occupied_from < b.occupied_to and b.occupied_from < a.occupied_to"
        " where a.overbooked_by_id is null and b.overbooked_by_id is null"
    )


def furnish(book: Book) -> None:
    """The people, hours, types and rooms."""
    furnish_house(book)
    for number, (first, last) in enumerate((("Jane", "Doe"), ("John", "Roe"), ("Aaron", "Smith")), 1):
        Customer.create(
            number=number,
            first_name=first,
            last_name=last,
            sort_name=f"{last} {first}".lower(),
            created_at=NOW,
            active=True,
        )


def furnish_house(book: Book) -> None:
    """The staff, hours, types and rooms."""
    Clinic.create(id=1, name="Harbour Clinic", zone=ZONE, created_at=NOW)
    for position, name in enumerate(("Anna Berg", "Dr Lee", "Dr Sato")):
        Staff.create(
            name=name, initials=name[-1], position=position, active=True, books=position > 0, role="owner"
        )
    for weekday in range(5):
        WorkingHours.create(staff=LEE, weekday=weekday, starts=480, ends=1020)
    for name, minutes, before, after in (
        ("Follow-up", 30, 0, 0),
        ("First visit", 60, 0, 0),
        ("Treatment", 30, 5, 10),
    ):
        AppointmentType.create(
            name=name,
            minutes=minutes,
            buffer_before=before,
            buffer_after=after,
            is_default=False,
            active=True,
        )
    for name in ("Room 1", "Room 2"):
        Room.create(name=name, initials=name[-1], active=True)


def practice(folder: Path, rows: Callable[[Book], None] = furnish) -> Practice:
    """Make the clinic's book with ``rows`` in ``folder`` and open it."""
    store = new_book(folder, rows)
    clock = [NOW]
    session = Session(ANNA, "Anna Berg", ZONE, lambda: clock[0], rights_of("owner"), "desk-1", "DE")
    return Practice(store, session, clock)


@pytest.fixture
def clinic(tmp_path: Path) -> Iterator[Practice]:
    """The clinic, closed again afterwards; whatever was done in it, its journal is whole."""
    made = practice(tmp_path)
    yield made
    assert broken_line(made.store) is None
    made.store.close()
