"""One person at this terminal: who, with which screens, and what goes on for them.

Several people may be signed in at one terminal, one of them present. Nothing of somebody who is away goes
on: their keys, what was read or written for them, and what they are to be told wait until they are back.
So whatever code of a screen runs, it runs for whoever is present.
"""

from __future__ import annotations

import asyncio
from collections import deque
from collections.abc import Awaitable, Callable
from dataclasses import dataclass
from typing import TYPE_CHECKING, TypeVar

from ..errors import PimError
from .errands import Errands
from .leaving import Left
from .longwork import LongWork
from .printing import Printing
from .turns import Turns

if TYPE_CHECKING:
    from textual.widget import Widget

    from ..domain.agenda import Block
    from ..queries.standing import Known
    from .app import PimApp
    from .desk import Desk
    from .screens.importwork import Plan

R = TypeVar("R")

REMEMBERED = 50
"""How many sentences somebody can read again."""


@dataclass(frozen=True, slots=True)
class Locked:
    """Since when somebody is away, and why: UTC seconds for people, seconds of the machine for counting."""

    at: int
    counted: float
    why: str


class Seat:
    """``mode`` names the stack of this person's screens; ``since`` is when they came, in seconds of the
    machine. ``known`` is what the lock asks about them.
    """

    def __init__(self, app: PimApp, desk: Desk, mode: str, known: Known, since: float) -> None:
        self.desk, self.mode, self.known, self.since = desk, mode, known, since
        self.here, self.over = asyncio.Event(), False
        self.locked: Locked | None = None
        self.turns = Turns(app, app.deliver, self.here)
        self.work = LongWork(app, self)
        self.errands = Errands(app, self)
        self.printing = Printing(app, self)
        self.plans: dict[tuple[str, str], Plan] = {}
        self.pinboard: dict[int, Block] = {}
        self.told: deque[tuple[int, str]] = deque(maxlen=REMEMBERED)
        """What this person was told and when, UTC seconds; the newest last."""
        self.holds = False
        self.focused: Widget | None = None
        self.writes: set[asyncio.Task[None]] = set()
        """The answers that are waited for: tasks that nobody else holds."""
        self._late: list[Callable[[], object]] = []

    @property
    def somebody(self) -> bool:
        """False for the seat of a terminal at which nobody has signed in yet."""
        return self.desk.session.is_somebody

    @property
    def is_here(self) -> bool:
        """Whether this person is present."""
        return self.here.is_set() and not self.over

    async def back(self, coming: Awaitable[R]) -> R:
        """What ``coming`` answers or raises, once this person is present."""
        try:
            found = await coming
        except PimError:
            await self.present()
            raise
        await self.present()
        return found

    async def present(self) -> None:
        """Wait until this person is present. Raises :class:`Left` once their session is over."""
        await self.here.wait()
        if self.over:
            raise Left

    def when_here(self, act: Callable[[], object]) -> None:
        """Do it now, or as soon as this person is back."""
        if self.is_here:
            act()
        else:
            self._late.append(act)

    def come(self) -> None:
        """This person is present from now on."""
        self.locked = None
        self.here.set()
        late, self._late = self._late, []
        for act in late:
            act()

    def go(self, locked: Locked) -> None:
        """This person is away from now on."""
        self.locked = locked
        self.here.clear()

    def pass_on(self, other: Seat) -> None:
        """What nobody was here to be told is told to somebody else."""
        late, self._late = self._late, []
        for act in late:
            other.when_here(act)

    def release(self) -> None:
        """This person does not come back: nothing waits for them any more."""
        self.turns.cut()
        self._late.clear()
        self.over = True
        self.here.set()

    def close(self) -> None:
        """This person's session is over."""
        self.release()
        self.work.stop()
        self.printing.close()
