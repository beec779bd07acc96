"""Workers killed at any moment over emails, texts and meetings at once, against services that only count.

What each channel promises is counted at the service: no email is lost, no text and no meeting is made twice.
Where nobody can look whether a text went it is left to a person, and that is counted, too. The control is a
worker that does again whatever it finds begun.
"""

from __future__ import annotations

import os
import signal
from collections import Counter
from collections.abc import Callable, Iterator
from dataclasses import dataclass, replace
from functools import partial
from pathlib import Path
from random import Random
from typing import Any

from pim_tui.db.connection import open_book, select
from pim_tui.domain.delivery import Trouble, Undelivered
from pim_tui.queries.delivery import Taken
from pim_tui.services.couriers import Courier, Handed
from pim_tui.services.delivery import Post, deliver
from pim_tui.services.leasing import LEASE
from pim_tui.services.work import Work
from tests.safety.deliver import Told, clinic
from tests.safety.kill import _killed, _start
from tests.services.clinic import NOW, Practice, broken_line

CHANNELS = ("email", "sms", "meeting")


@dataclass
class Service:
    """Keeps what it did in a file of its own: whoever asked for it may be dead by then."""

    file: Path

    def does(self, name: str) -> None:
        """Do it, whether it was done before or not."""
        descriptor = os.open(self.file, os.O_WRONLY | os.O_APPEND | os.O_CREAT, 0o600)
        os.write(descriptor, f"{name}\n".encode())
        os.close(descriptor)

    def done(self) -> Counter[str]:
        """How often each was done."""
        return Counter(self.file.read_text("ascii").split() if self.file.exists() else ())


@dataclass
class Looks:
    """Looks for what was begun before it does it again."""

    channel: str
    service: Service
    told: Told

    def carry(self, work: Work, row: Taken) -> Handed:
        """Tells before and after, and then of which channel, so that a worker dies on either side of it."""
        name = f"{self.channel}-{row.id}"
        self.told(0)
        if row.state != "sending" or not self.service.done()[name]:
            self.service.does(name)
        self.told(1 + CHANNELS.index(self.channel))
        return Handed("fake", name)

    def close(self) -> None:
        """There is no line."""


@dataclass
class Blind(Looks):
    """A service of texts that cannot be asked."""

    def carry(self, work: Work, row: Taken) -> Handed:
        """What was begun is not done again."""
        if row.state == "sending":
            raise Undelivered(Trouble.UNSURE, "Nobody can tell whether it went.")
        return super().carry(work, row)


@dataclass
class Careless(Looks):
    """The control: does again whatever it finds begun."""

    def carry(self, work: Work, row: Taken) -> Handed:
        """As if it had never been begun."""
        return super().carry(work, row._replace(state="waiting"))


KINDS: dict[str, dict[str, type[Looks]]] = {
    "looking": {"email": Careless, "sms": Looks, "meeting": Looks},
    "blind": {"email": Careless, "sms": Blind, "meeting": Looks},
    "careless": {"email": Careless, "sms": Careless, "meeting": Careless},
}
"""An email that may have gone goes again in all of them: its receiver drops the copy."""


def killed(folder: str, count: int, kills: int, seed: int, kind: str) -> dict[str, Any]:
    """So many rows of each channel and so many workers that die; what each channel came to.

    Every second one stands still when the service has done a text, or a meeting, and it has not been written
    down: by chance alone a quick machine hardly ever kills there.
    """
    made, rng = clinic(Path(folder), count, CHANNELS), Random(seed)
    service = Service(Path(folder) / "done")

    def work(number: int, told: Told) -> None:
        _work(made, kind, service, NOW + number * LEASE, f"worker-{number}", told)

    def stands(number: int, after: int, told: Told) -> None:
        channel = CHANNELS.index(("sms", "meeting")[number // 2 % 2])
        work(number, partial(_still_after, iter(range(1, after)), 1 + channel, told))

    most = max(2, 3 * count * len(CHANNELS) // max(1, kills))
    for number in range(kills):
        after = rng.randint(1, most)
        still = number % 2 == 0
        act = partial(stands, number, after) if still else partial(work, number)
        _killed(*_start(act), 1 if still else after, rng.randint(0, 400))
    for number in range(kills, kills + 2):
        work(number, lambda _: None)
    store, done = open_book(str(made.store.file)), service.done()
    found: dict[str, Any] = {one: dict(_counted(one, done)) for one in CHANNELS}
    return {**found, "broken": broken_line(store)}


def _still_after(left: Iterator[int], awaited: int, told: Told, number: int) -> None:
    """Once none is left, tell of the next ``awaited`` one, and do nothing more."""
    if next(left, None) is None and number == awaited:
        told(number)
        signal.pause()


def _work(made: Practice, kind: str, service: Service, now: int, key: str, told: Told) -> None:
    open_book(str(made.store.file))
    couriers: dict[str, Courier] = {
        channel: courier(channel, service, told) for channel, courier in KINDS[kind].items()
    }
    deliver(replace(made.session, clock=lambda: now, key=key), Post(couriers))


def _counted(channel: str, done: Counter[str]) -> Iterator[tuple[str, int]]:
    """Of a channel: how many are in which state, were lost, or were done twice."""
    rows = select("select id, state from outbox where channel = ?", [channel])
    yield from Counter(state for _, state in rows).items()
    yield "lost", sum(state == "sent" and not done[f"{channel}-{id_}"] for id_, state in rows)
    yield "twice", sum(done[f"{channel}-{id_}"] > 1 for id_, _ in rows)


def offline(folder: str, count: int) -> dict[str, Any]:
    """An hour without the service, by a clock of its own, a worker each minute: tries, notices, what waits;
    then all of it in its order.
    """
    made, service = clinic(Path(folder), count, ("email",)), Service(Path(folder) / "done")
    open_book(str(made.store.file))
    tries = 0

    class Away(Looks):
        def carry(self, work: Work, row: Taken) -> Handed:
            nonlocal tries
            tries += 1
            raise Undelivered(Trouble.LINE, "The mail server was not reached.")

    def come(courier: Callable[[str, Service, Told], Courier], now: int) -> Any:
        post = Post({"email": courier("email", service, lambda _: None)}, patient=True)
        return deliver(replace(made.session, clock=lambda: now), post)

    rounds = [come(Away, NOW + minute * 60) for minute in range(60)]
    waiting = select("select count(*), max(tries) from outbox where state = 'waiting'")[0]
    sent = come(Looks, NOW + 3600 + LEASE).sent
    order = [int(name.removeprefix("email-")) for name in service.file.read_text("ascii").split()]
    return {
        "notices": sum(held.new for one in rounds for held in one.held),
        "tries": tries,
        "waiting": waiting[0],
        "counted": waiting[1],
        "sent": sent,
        "in order": order == sorted(order),
    }
