"""A clinic and its Calendly do what they like, in any order, while passes are torn and answers get lost.

``python -m tests.safety.bookings [STEPS] [WALKS]`` is the long form. When all has come to rest, whoever
stands in Calendly stands in the book with one visit, at the time it says, and nobody else does but where
staff have moved a visit of theirs. The control forgets before each pass what it has taken in.
"""

from __future__ import annotations

import sys
from collections import Counter
from contextlib import suppress
from dataclasses import dataclass, field
from pathlib import Path
from random import Random
from tempfile import TemporaryDirectory

from pim_tui.db.connection import select
from pim_tui.domain.bookings import Tally
from pim_tui.domain.delivery import Undelivered
from pim_tui.domain.states import Status
from pim_tui.errors import PimError
from pim_tui.services.delivery import Round
from tests.peers.calendly import Booked
from tests.peers.fakeweb import Said, Trick
from tests.services.bookedclinic import Both, calendly_clinic
from tests.services.clinic import at, broken_line

EMAILS = ("jane@mail.example", "john@mail.example", "nora@mail.example", "omar@mail.example")
TORN = (
    Trick(cut=True), Trick(cut=True, done=True), Trick(Said(500, {}), done=True), Trick(Said(401, {})),
    Trick(Said(429, {}, {"X-RateLimit-Reset": "30"})),
)  # fmt: skip
RESTS = 12
"""Passes and rounds without trouble, hours apart, in which all has to come to rest."""


@dataclass
class Walk:
    """One walk; ``ours`` are the visits that staff have touched."""

    both: Both
    rng: Random
    forgets: bool = False
    booked: list[Booked] = field(default_factory=list)
    ours: set[int] = field(default_factory=set)

    def step(self) -> None:
        """One of them does something."""
        there = (self.book, self.book, self.join, self.move, self.cancel)
        self.rng.choice((*there, self.staff, self.passes, self.deliver))()

    def book(self) -> None:
        """Somebody books there."""
        email, host = self.rng.choice(EMAILS), self.rng.choice(("LEE", "SATO"))
        self.booked.append(self.both.web.book(self.when(), email, email.title(), host=host))

    def join(self) -> None:
        """Somebody joins the event of another."""
        if one := self.somebody():
            email = self.rng.choice(EMAILS)
            self.booked.append(self.both.web.join(one.event, email, email.title()))

    def move(self) -> None:
        """Somebody moves their booking there."""
        if one := self.somebody():
            self.booked.append(self.both.web.move(one, self.when()))

    def cancel(self) -> None:
        """Somebody cancels there."""
        if one := self.somebody():
            self.both.web.cancel(one)

    def staff(self) -> None:
        """Staff cancel a visit here, or move it."""
        rows = select("select id from appointment where status = 'S' order by id")
        if not rows:
            return
        id_ = self.rng.choice(rows)[0]
        with suppress(PimError):
            if self.rng.random() < 0.5:
                self.both.clinic.mark(id_, Status.CANCELED, "ill", "clinic")
            else:
                self.both.clinic.change(id_, starts_at=self.when(), action="move")
            self.ours.add(id_)

    def passes(self) -> None:
        """A worker reads what is there, and is torn now and then."""
        self.tear()
        with suppress(Undelivered):
            self.sync()

    def deliver(self) -> None:
        """A worker tells what is to be told, and the answer gets lost now and then."""
        self.tear()
        self.both.deliver(self.rng.choice((60, 300, 3600)))

    def sync(self) -> Tally:
        if self.forgets:
            with self.both.clinic.store.write_tx():
                self.both.clinic.store.db.execute_sql("delete from booking")
        return self.both.sync(f"worker-{self.rng.randrange(2)}")

    def tear(self) -> None:
        """Something goes wrong at one of the next questions."""
        if self.rng.random() < 0.4:
            torn = self.rng.choice(TORN)
            self.both.web.tricks.append(Trick(torn.said, torn.done, torn.cut, after=self.rng.randrange(6)))

    def when(self) -> int:
        """Some time of the next days on which somebody works."""
        return at(f"2026-12-{self.rng.randrange(1, 5):02} {self.rng.randrange(9, 16):02}:00")

    def somebody(self) -> Booked | None:
        """One who stands there."""
        standing = [one for one in self.booked if not one.canceled]
        return self.rng.choice(standing) if standing else None

    def rest(self) -> bool:
        """Let all come to rest; whether it did."""
        self.both.web.tricks.clear()
        return any((self.both.deliver(7200), self.sync()) == (Round(), Tally()) for _ in range(RESTS))

    def found(self) -> dict[str, int]:
        """What is wrong at the end."""
        there = {one.uri: self.both.web.times[one.event] for one in self.booked if not one.canceled}
        rows = select("select key, appointment_id from booking where state = 'active'")
        visits = {id_: (starts, status) for id_, _, starts, status in self._visits()}
        tied = [id_ for _, id_ in rows if id_ is not None]
        elsewhere = sum(
            id_ not in self.ours and visits.get(id_) != (there[key].starts, "S")
            for key, id_ in rows
            if key in there
        )
        loose = sum(status == "S" and id_ not in tied for id_, (_, status) in visits.items())
        return {
            "lost": len(there.keys() - {key for key, _ in rows}),
            "kept": len({key for key, _ in rows} - there.keys()),
            "doubled": sum(count - 1 for count in Counter(tied).values()),
            "elsewhere": elsewhere,
            "loose": loose - sum(visits[id_][1] == "S" and id_ not in tied for id_ in self.ours),
            "broken": int(broken_line(self.both.clinic.store) is not None),
            "wrong": len(self.both.web.wrong),
        }

    def _visits(self) -> list[tuple[int, int, int, str]]:
        return select("select id, customer_id, starts_at, status from appointment")


def walked(folder: str, steps: int, seed: int, forgets: bool = False) -> dict[str, int]:
    """One walk of so many steps, in that folder: how many of each fault there are at its end."""
    with calendly_clinic(Path(folder)) as both:
        walk = Walk(both, Random(seed), forgets)
        for _ in range(steps):
            walk.step()
        rests = walk.rest()
        return {**walk.found(), "restless": int(not rests)}


def main(steps: int, walks: int) -> int:
    """The long form; 1 when anything was lost, doubled or left where it was."""
    faults = 0
    for seed in range(walks):
        with TemporaryDirectory() as folder:
            found = walked(folder, steps, seed)
        faults += sum(found.values())
        print(f"walk {seed}: {steps} steps: {found}")
    return int(bool(faults))


if __name__ == "__main__":
    given = [int(word) for word in sys.argv[1:]]
    sys.exit(main(*(*given, *(300, 20)[len(given) :])))
