"""A clinic on a stage: a small book with a fixed clock, and the real app on it, driven by keys."""

from __future__ import annotations

import asyncio
import unicodedata
from collections.abc import AsyncIterator, Callable
from contextlib import asynccontextmanager
from dataclasses import dataclass, field
from datetime import date, datetime
from pathlib import Path
from typing import Any

from textual import events
from textual.keys import REPLACED_KEYS, _get_unicode_name_from_key
from textual.pilot import Pilot

from pim_tui.config import Settings
from pim_tui.db.connection import Book
from pim_tui.db.drafts import DraftStore
from pim_tui.domain.calendarrules import CalendarRules
from pim_tui.domain.customer import NewCustomer
from pim_tui.domain.moments import resolve
from pim_tui.domain.names import PersonName
from pim_tui.domain.people import Sex
from pim_tui.domain.rights import rights_of
from pim_tui.domain.session import Session
from pim_tui.domain.visit import Answers, Details
from pim_tui.errors import PimError, StoreError
from pim_tui.models import AppointmentType, Clinic, Room, Staff, WorkingHours
from pim_tui.paths import Places
from pim_tui.services.backups import Copier
from pim_tui.services.booking import BookAppointment, book
from pim_tui.services.customer_rows import insert_customers
from pim_tui.services.signing import Door
from pim_tui.tui.app import PimApp
from pim_tui.tui.desk import Desk
from pim_tui.tui.errands import Couriers
from tests.db.book import new_book
from tests.tui.screentext import screen_lines

ZONE = "Europe/Berlin"
TODAY = date(2026, 11, 23)
NOW = resolve(datetime(2026, 11, 23, 9, 20), ZONE)


def at(text: str) -> int:
    """The instant of a wall time such as ``2026-11-23 10:30``."""
    return resolve(datetime.fromisoformat(text), ZONE)


@dataclass
class Stage:
    """The book, the person working in it, and a clock that can be set."""

    book: Book
    session: Session
    places: Places
    clock: list[int]
    customers: dict[str, int] = field(default_factory=dict)
    staff: dict[str, int] = field(default_factory=dict)

    def booked(self, customer: str, when: str, minutes: int = 30, staff: str = "Dr Lee", **more: Any) -> int:
        """Book by the service, also what has been; the id of the appointment."""
        who = self.customers[customer], self.staff[staff]
        details = Details(*who, at(when), minutes, **{"type_id": 1, **more})
        return book(self.session, BookAppointment(details, answers=Answers(past=True))).ids[0]

    def open_always(self) -> None:
        """From now on everybody works day and night."""
        with self.book.write_tx():
            WorkingHours.update(starts=0, ends=1440).execute()
            for staff_id in (2, 3, 4):
                for weekday in (5, 6):
                    WorkingHours.create(staff=staff_id, weekday=weekday, starts=0, ends=1440)

    def rows(self, sql: str, *params: object) -> list[tuple[Any, ...]]:
        """What the database holds."""
        return self.book.select(sql, params)


def furnish(book: Book) -> None:
    """Two doctors, a nurse, two rooms, three types."""
    Clinic.create(id=1, name="Harbour Clinic", zone=ZONE, created_at=NOW)
    names = ("Anna Berg", "Dr Lee", "Dr Sato", "Nurse Ito")
    for position, name in enumerate(names):
        initials = "".join(word[0] for word in name.split())
        Staff.create(
            name=name, initials=initials, position=position, active=True, books=position > 0, role="owner"
        )
    for staff_id in (2, 3, 4):
        for weekday in range(5):
            WorkingHours.create(staff=staff_id, weekday=weekday, starts=480, ends=1020)
    for name, alias, minutes, default in (
        ("Follow-up", "fu", 30, True),
        ("First visit", "fv", 60, False),
        ("Phone call", "pc", 15, False),
    ):
        AppointmentType.create(name=name, alias=alias, minutes=minutes, is_default=default, active=True)
    for name in ("Room 1", "Room 2"):
        Room.create(name=name, initials=name[-1], active=True)


def furnish_whole(book: Book) -> None:
    """The same with the usual customers."""
    furnish(book)
    _add_people(_session([NOW]), PEOPLE)


def set_up(folder: Path, *, people: tuple[tuple[str, str, str, str], ...] = ()) -> Stage:
    """A book with two doctors, a nurse, two rooms, three types and a few customers."""
    return staged(folder, furnish if people else furnish_whole, people)


def staged(
    folder: Path, rows: Callable[[Book], None], people: tuple[tuple[str, str, str, str], ...] = ()
) -> Stage:
    """The stage with ``rows`` in its book, and ``people`` besides."""
    opened = new_book(folder, rows)
    clock = [NOW]
    stage = Stage(opened, _session(clock), Places(folder, folder, folder / "state"), clock)
    stage.staff = {name: id_ for id_, name in opened.select("select id, name from staff")}
    add_people(stage, people)
    return stage


def add_people(stage: Stage, people: tuple[tuple[str, str, str, str], ...]) -> None:
    """More customers: first and last name, birth date, telephone."""
    if people:
        with stage.book.write_tx():
            _add_people(stage.session, people)
    names = "select id, first_name || ' ' || last_name from customer"
    stage.customers = {name: id_ for id_, name in stage.rows(names)}


def _session(clock: list[int]) -> Session:
    return Session(
        1, "Anna Berg", ZONE, lambda: clock[0], rights_of("owner"), "desk-1", "DE",
        calendar=CalendarRules(holidays="off"),
    )  # fmt: skip


PEOPLE = (
    ("Jane", "Doe", "1984-03-01", "030 5550101"),
    ("John", "Roe", "1990-07-15", "030 5550102"),
    ("Aaron", "Smith", "1975-01-30", "030 5550103"),
    ("José", "García", "2001-12-24", "030 5550104"),
)


def _add_people(session: Session, people: tuple[tuple[str, str, str, str], ...]) -> None:
    rows = [
        NewCustomer(
            PersonName("", first, "", last, ""),
            Sex.F if first == "Jane" else Sex.M,
            birth_date=date.fromisoformat(born),
            phones=(("mobile", phone),),
        )
        for first, last, born, phone in people
    ]
    insert_customers(session, rows)


def key_event(key: str) -> events.Key:
    """What the keyboard sends for a key by Textual's name; the pilot would sleep after each one."""
    try:
        character = unicodedata.lookup(_get_unicode_name_from_key(REPLACED_KEYS.get(key, key)))
    except KeyError:
        character = key if len(key) == 1 else None
    return events.Key(key, character)


@dataclass
class Player:
    """Somebody at the keyboard."""

    app: PimApp
    pilot: Pilot[None]
    keys: int = 0

    async def press(self, *keys: str) -> None:
        """Press keys by Textual's names, then wait until nothing they started is under way."""
        self.keys += len(keys)
        for key in keys:
            self.app.turns.take(key_event(key))
            await self.app.turns.settled()
        if not keys:
            await self.pilot.pause()
            await self.app.turns.settled()
        if self.app.asides:
            await asyncio.wait([*self.app.asides])
        await self.pilot.pause()

    async def type(self, text: str) -> None:
        """Type text, one key per character, as fast as it is taken; then wait as :meth:`press` does."""
        names = {" ": "space", ".": "full_stop", ":": "colon", "-": "minus", "+": "plus", "/": "slash",
                 ",": "comma", "'": "apostrophe", "#": "number_sign", "@": "at"}  # fmt: skip
        self.keys += len(text)
        for character in text:
            self.app.turns.take(key_event(names.get(character, character)))
        await self.press()

    async def until(self, so: Callable[[], bool]) -> None:
        """Let the app go on until something is so that happens behind the keys."""
        for _ in range(2000):
            if so():
                return
            await self.pilot.pause(0.005)
        raise AssertionError("that did not come")

    @property
    def screen(self) -> str:
        """What is on the screen, as text."""
        return "\n".join(screen_lines(self.app))


@asynccontextmanager
async def playing(
    stage: Stage,
    size: tuple[int, int] = (80, 24),
    settings: Settings | None = None,
    couriers: Couriers | None = None,
    door: Door | None = None,
    notices: bool = False,
    copier: Callable[[], Copier] | None = None,
) -> AsyncIterator[Player]:
    """The app on the stage, settled on its first screen; ``couriers`` and so on as :class:`Desk` has them.
    ``notices``: what is told by itself is drawn as well."""
    drafts = DraftStore(stage.places.drafts_file, clock=stage.session.clock)
    usual = Settings(clinic_name="Harbour Clinic", country="DE")
    desk = Desk(
        stage.session, stage.book, settings or usual, stage.places, drafts, couriers, door, copier=copier
    )
    app = PimApp(desk)
    tell = app.tell

    def told(error: PimError) -> None:
        assert not isinstance(error, StoreError), error
        tell(error)

    app.tell = told  # type: ignore[method-assign]
    async with app.run_test(size=size, notifications=notices) as pilot:
        player = Player(app, pilot)
        await pilot.pause()
        await app.turns.settled()
        await pilot.pause()
        yield player
    desk.drafts.close()


async def on(player: Player, id_: int) -> None:
    """Put the cursor of the calendar on an appointment."""
    player.app.screen.grid.go_to(block_id=id_)  # type: ignore[attr-defined]
    await player.press()


def lines(player: Player) -> list[str]:
    """The rows of the screen."""
    return player.screen.split("\n")


def row(stage: Stage, id_: int, columns: str) -> tuple[object, ...]:
    """Columns of one appointment."""
    return stage.rows(f"select {columns} from appointment where id = ?", id_)[0]


async def resized(player: Player, columns: int, rows: int) -> None:
    """The terminal has another size from now on."""
    await player.pilot.resize_terminal(columns, rows)
    await player.press()


async def enter(player: Player, text: str) -> None:
    """Type a line and Enter."""
    await player.type(text)
    await player.press("enter")
