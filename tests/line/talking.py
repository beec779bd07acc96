"""Somebody at the line of a small clinic: what they type, and what is said to them."""

from __future__ import annotations

from dataclasses import dataclass, field, replace
from datetime import date
from pathlib import Path
from typing import Any

from pim_tui.config import Settings
from pim_tui.db.connection import Book
from pim_tui.db.drafts import DraftStore
from pim_tui.domain.customer import NewCustomer
from pim_tui.domain.names import PersonName
from pim_tui.domain.people import Sex
from pim_tui.domain.rights import Right, rights_of
from pim_tui.domain.session import Session
from pim_tui.line.clerk import Clerk
from pim_tui.line.conversation import Conversation
from pim_tui.line.desk import Answer, Desk
from pim_tui.line.paper import Paper
from pim_tui.services.customer_rows import insert_customers
from pim_tui.services.pins import SetPin, set_pin
from pim_tui.services.signing import Door
from tests.services.clinic import ANNA, NOW, ZONE, Practice, furnish_house, practice

PIN = "harbour-71"


PEOPLE = (
    ("Jane", "Doe", "1984-03-01", "030 5550101"),
    ("John", "Roe", "1990-07-15", "030 5550102"),
    ("Aaron", "Smith", "1975-01-30", "030 5550103"),
)


def furnish(book: Book) -> None:
    """The staff, the types and the rooms of the usual clinic, and its people so that they are found."""
    furnish_house(book)
    nobody = Session(ANNA, "Anna Berg", ZONE, lambda: NOW, rights_of("owner"), "desk-1", "DE")
    insert_customers(nobody, [person(*one) for one in PEOPLE])


def person(first: str, last: str, born: str, phone: str, **more: Any) -> NewCustomer:
    """Somebody new."""
    return NewCustomer(
        PersonName("", first, "", last, ""),
        Sex.F if first == "Jane" else Sex.M,
        birth_date=date.fromisoformat(born) if born else None,
        phones=(("mobile", phone),),
        **more,
    )


@dataclass
class Line:
    """The clinic, the conversation, and the seconds that the machine has counted."""

    clinic: Practice
    door: Door
    talk: Conversation
    counted: list[float]
    answer: Answer = field(default_factory=lambda: Answer((), ""))

    def say(self, *lines: str) -> str:
        """Type lines one after the other; what was said to the last one."""
        for line in lines:
            self.answer = self.talk.hear(line)
        return self.text

    @property
    def text(self) -> str:
        """The lines of the last answer."""
        return "\n".join(self.answer.lines)

    def told(self, *lines: str) -> str:
        """The same, folded nowhere."""
        self.say(*lines)
        return self.flat

    @property
    def flat(self) -> str:
        """The same, folded nowhere."""
        return " ".join(self.text.split())

    def wait(self, seconds: float) -> str | None:
        """Nobody types for so long; what is said then, None for nothing."""
        self.counted[0] += seconds
        self.clinic.clock[0] += int(seconds)
        told = self.talk.tick()
        if told is not None:
            self.answer = told
        return None if told is None else self.flat

    @property
    def clerk(self) -> Clerk:
        """Whoever is at the line."""
        assert self.talk.seat is not None
        return self.talk.seat.clerk

    def journal(self, *actions: str) -> list[str]:
        """What the journal has, of these actions or of all."""
        return [one for one in self.clinic.actions() if not actions or one in actions]


def line(
    folder: Path,
    *,
    pin: bool = False,
    comes_in: bool = True,
    rights: frozenset[Right] | None = None,
    paper: Paper | None = None,
    settings: Settings | None = None,
    clinic: Practice | None = None,
    began: list[float] | None = None,
) -> Line:
    """The usual clinic with Anna Berg at the line, ``pin``: who has one; or nobody yet."""
    made = clinic or practice(folder, furnish)
    if pin and clinic is None:
        set_pin(made.session, SetPin(ANNA, PIN))

    def session(staff_id: int, name: str, allowed: frozenset[Right], key: str) -> Session:
        return replace(made.session, staff_id=staff_id, name=name, rights=allowed, key=key)

    door = Door("tty1", lambda: made.clock[0], session)
    here = door.come_in(ANNA) if comes_in else door.nobody()
    if rights is not None:
        here = replace(here, rights=rights)
    counted = began or [1000.0]
    drafts = DraftStore(folder / "state" / "drafts.db", clock=lambda: made.clock[0])
    desk = Desk(
        here, settings or Settings(clinic_name="Harbour Clinic", country="DE"), door, drafts,
        made.store.connect, lambda: counted[0], lambda: paper or Paper(),
    )  # fmt: skip
    found = Line(made, door, Conversation(desk), counted)
    found.answer = found.talk.begin()
    return found


def become(clinic: Practice, role: str, staff_id: int = ANNA) -> None:
    """Somebody has another role from now on."""
    with clinic.store.write_tx():
        clinic.store.db.execute_sql(
            "update staff set role = ?, version = version + 1 where id = ?", (role, staff_id)
        )


def of_role(folder: Path, role: str, clinic: Practice) -> Line:
    """Anna Berg at the line with what a role of a new book may do."""
    become(clinic, role)
    return line(folder, clinic=clinic, rights=rights_of(role))


def row(clinic: Practice, id_: int) -> dict[str, Any]:
    """One appointment."""
    return clinic.row(id_)
