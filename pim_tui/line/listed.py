"""What the numbers stand for that were read out last."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, replace
from typing import TypeAlias

from ..domain.openings import Wanted
from ..errors import Refused


@dataclass(frozen=True, slots=True)
class Person:
    """A customer."""

    id: int
    name: str


@dataclass(frozen=True, slots=True)
class Booked:
    """An appointment as it was when it was read out; ``label`` names it in a sentence."""

    id: int
    version: int
    person: Person
    label: str


@dataclass(frozen=True, slots=True)
class Opening:
    """A time that can be had, and what was looked for; ``starts_at`` is UTC seconds."""

    starts_at: int
    staff_id: int
    wanted: Wanted
    label: str


@dataclass(frozen=True, slots=True)
class Waits:
    """Somebody on the waiting list: the entry as it was when it was read out."""

    id: int
    version: int
    person: Person


Item: TypeAlias = Person | Booked | Opening | Waits


class Listed:
    """The last list, by its numbers, and the person whose card was opened last.

    A number means what it meant when it was read out, until another list is.
    """

    def __init__(self) -> None:
        self._items: list[Item] = []
        self._was_shown = False
        self.here: Person | None = None

    def show(self, items: Sequence[Item]) -> None:
        """From now on the numbers stand for these."""
        self._items, self._was_shown = list(items), True

    def __getitem__(self, number: str) -> Item:
        """What a number stands for; raises :class:`Refused`."""
        place = int(number) if number.isascii() and number.isdigit() and len(number) < 6 else 0
        if not 1 <= place <= len(self._items):
            told = f"There is no number {number[:20]}." if number else "Which number?"
            raise Refused(told, self._what_there_is())
        return self._items[place - 1]

    def _what_there_is(self) -> str:
        if not self._items:
            return "The last list is empty." if self._was_shown else _NOTHING
        return f"The last list has 1 to {len(self._items)}."

    def booked(self, number: str) -> Booked:
        """The appointment with this number; raises :class:`Refused`."""
        found = self[number]
        if not isinstance(found, Booked):
            raise Refused(f"Number {number} is no appointment.", "day lists appointments.")
        return found

    def person(self, number: str) -> Person:
        """The person with this number, or of this appointment; for ``this`` and without one, whose card was
        opened last."""
        if number.casefold() in ("", "this"):
            if self.here is None:
                raise Refused("Whose? No card was opened yet.", f"Say a number. {self._what_there_is()}")
            return self.here
        found = self[number]
        if isinstance(found, Opening):
            raise Refused(f"Number {number} is a free time.", "find lists people.")
        return found if isinstance(found, Person) else found.person

    def whose(self, text: str) -> tuple[Person, str]:
        """The person with the number that ``text`` begins with, or for ``this`` and for nothing whose card
        was opened last; and the rest of it. Nobody is guessed from anything else."""
        number, _, rest = text.partition(" ")
        return self.person(number), rest.strip()

    def renew(self, id_: int, version: int) -> None:
        """An appointment was changed from here: its number goes on standing for it."""
        self._items = [
            replace(one, version=version) if isinstance(one, Booked) and one.id == id_ else one
            for one in self._items
        ]


_NOTHING = "Nothing was listed yet: find lists people, day lists appointments."
