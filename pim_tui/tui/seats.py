"""Who is signed in at this terminal, and whose turn it is: lock, unlock, sign in on top, leave.

Each person's screens are a stack of their own, kept in memory while they are away. The door stands between
two people: a stack of its own, under which nothing of anybody's stays painted. Whose session it is changes
only when somebody has come in by the door, and by then nothing of the one before is under way on the screen.
"""

from __future__ import annotations

import asyncio
from collections.abc import Callable, Coroutine
from contextlib import suppress
from dataclasses import dataclass, replace
from typing import TYPE_CHECKING, Any

from textual import events

from ..domain.rights import Right, may_now
from ..domain.text import fold
from ..errors import PimError, Refused
from ..queries.changes import last_line
from ..queries.standing import Known, Standing, known_as
from .idling import Idling
from .limits import Limits
from .requests import new_request
from .seat import Locked, Seat
from .stacks import FIRST, Stacks
from .turns import Turns

if TYPE_CHECKING:
    from ..domain.session import Session
    from ..services.signing import Door
    from .app import PimApp
    from .desk import Desk


MOST = 4
"""People signed in at one terminal at a time."""
PATIENCE = 1.0
"""Seconds that the lock key waits for what was typed before it."""
ENDED = 1
"""Exit code when the program has ended the last session by itself."""

_NEVER_ASKED = Known(has_pin=False, called=frozenset())


@dataclass(frozen=True, slots=True)
class Chooser:
    """Somebody who came in with a given PIN and has to choose one; ``since`` in seconds of the machine."""

    session: Session
    since: float


class Seats:
    """The people at the terminal of ``app``, the first of whom sits at ``desk``: perhaps nobody yet."""

    def __init__(self, app: PimApp, desk: Desk) -> None:
        self._app, self._stacks, self._count = app, Stacks(app), 1
        self.limits = Limits(app, self)
        self.idling = Idling(self.limits.look)
        self.now = Seat(app, desk, FIRST, _NEVER_ASKED, self.idling.clock())
        self.people = [self.now] if self.now.somebody else []
        self.at_door = not self.now.somebody
        if self.people:
            self.now.here.set()
        self._door_open = asyncio.Event()
        self._door_open.set()
        self._door_turns = Turns(app, app.deliver, self._door_open)
        self._tasks: set[asyncio.Task[None]] = set()
        self.chooser: Chooser | None = None
        self.told = ""
        """What the door says first: why somebody is not there any more."""

    @property
    def turns(self) -> Turns:
        """The queue of keys: of whoever is present, or of the door."""
        return self._door_turns if self.at_door else self.now.turns

    @property
    def away(self) -> list[Seat]:
        """Who is signed in and not present, whoever left last first."""
        gone = [one for one in self.people if one.locked is not None]
        return sorted(gone, key=lambda one: -one.locked.counted if one.locked else 0.0)

    # --- locking ----------------------------------------------------------------------------------

    def lock(self, why: str = "key") -> None:
        """Put the door in front of the screens: at once, and whatever is under way goes on behind it."""
        seat = self.now
        if self.at_door:
            return
        behind = seat.turns.cut() or [] if why == "key" else []
        self._stand_up(seat, why)
        self._door_turns.take_all(behind)
        self._app.save_aside()
        self.begin_task(self._write_down(seat.desk.session, why))

    def lock_anyway(self, event: events.Key) -> None:
        """The key that locks has waited long enough for its turn; what was typed before it waits further."""
        seat = self.now
        if self.at_door or seat.desk.door is None or not seat.known.has_pin:
            return
        if (behind := seat.turns.cut(event)) is not None:
            self.lock("busy")
            self._door_turns.take_all(behind)

    def _stand_up(self, seat: Seat, why: str) -> None:
        seat.go(Locked(self._app.now, self.idling.clock(), why))
        self.at_door, self.told = True, ""
        self._stacks.show_door()
        self.idling.set()

    async def _write_down(self, session: Session, why: str) -> None:
        from ..services.signing import lock

        with suppress(PimError):
            await self._app.behind(lock, session, "idle" if why == "idle" else "key")

    # --- coming in --------------------------------------------------------------------------------

    def come_in(self, name: str, secret: str, refused: Callable[[PimError], object]) -> None:
        """Somebody at the door: whoever is signed in here comes back, anybody else comes in on top.

        ``refused`` gets why not. Keys wait until it is known.
        """

        async def tried() -> None:
            try:
                await self._let_in(name, secret)
            except PimError as error:
                refused(error)
            finally:
                self._door_turns.reading(-1)

        self._door_turns.reading(+1)
        self.begin_task(tried())

    async def _let_in(self, name: str, secret: str) -> None:
        from ..services.signing import SignIn, must_change, renewed

        called, door = fold(name), self._app.desk.door
        if door is None:
            raise Refused("Nobody can sign in here.", "Leave, and start the program again.")
        known = next((seat for seat in self.away if called in seat.known.called), None)
        if known and not await self._app.behind(must_change, known.desk.session):
            await self._app.behind(door.unlock, known.desk.session, secret)
            self._sit(known, await self._app.behind(renewed, known.desk.session))
            return
        if known is None and len(self.people) >= MOST:
            raise Refused(f"{MOST} people are signed in here already.", "One of them has to leave first.")
        session = await self._app.behind(door.sign_in, SignIn(name, secret, door.origin))
        if await self._app.behind(must_change, session):
            self.chooser = Chooser(session, self.idling.clock())
            self.idling.set()
            self._stacks.ask_own_pin(session, secret)
        else:
            await self._come(session, door)

    async def _come(self, session: Session, door: Door) -> None:
        """Somebody has come in: back to their own screens, where they have some here."""
        from ..services.signing import renewed

        for seat in self.away:
            if seat.desk.session.staff_id == session.staff_id:
                await self._app.behind(door.leave, session, "left")
                self._sit(seat, await self._app.behind(renewed, seat.desk.session))
                return
        await self.begin(session)

    def own_pin(self, session: Session, given: str, pin: str, refused: Callable[[PimError], object]) -> None:
        """Set the PIN of somebody who has come in with a given one, and go on; without one they go again."""
        from ..services.pins import SetPin, set_pin
        from ..services.signing import renewed

        door = self._app.desk.door

        async def set_it() -> None:
            try:
                if door is None or self.chooser is None or self.chooser.session is not session:
                    return
                if pin:
                    await self._app.behind(
                        set_pin, session, SetPin(session.staff_id, pin, given, new_request())
                    )
                    self.chooser = None
                    await self._come(await self._app.behind(renewed, session), door)
                else:
                    self.chooser = None
                    await self._app.behind(door.leave, session, "left")
            except PimError as error:
                refused(error)
            finally:
                self._door_turns.reading(-1)

        self._door_turns.reading(+1)
        self.begin_task(set_it())

    def give_up_choosing(self) -> None:
        """Whoever had to choose a PIN has taken too long: they are not in any more."""
        chooser, self.chooser = self.chooser, None
        door = self._app.desk.door
        if chooser is None or door is None:
            return
        self.told = f"{chooser.session.name} has chosen no PIN: sign in anew."
        self._stacks.close_own_pin()
        self.begin_task(self._write_end(door, chooser.session))

    async def _write_end(self, door: Door, session: Session) -> None:
        with suppress(PimError):
            await self._app.behind(door.leave, session, "idle")

    async def begin(self, session: Session) -> None:
        """A new person sits down: an own calendar, and nothing of anybody else's."""
        line = await self._app.behind(last_line)
        known = await self._app.behind(known_as, session.staff_id)
        self._count += 1
        desk = replace(self._app.desk, session=session)
        seat = Seat(self._app, desk, f"seat-{self._count}", known, self.idling.clock())
        self.people.append(seat)
        self._app.live.follow(session, line)
        self._sit(seat, session, new=True)

    def _sit(self, seat: Seat, session: Session, *, new: bool = False) -> None:
        if seat.over:
            raise Refused(f"The session of {session.name} has just ended.", "Sign in anew.")
        seat.desk = replace(seat.desk, session=session)
        if not self.now.somebody:
            self.now.pass_on(seat)
        self.now, self.at_door = seat, False
        seat.turns.take_all(self._door_turns.cut() or [])
        self.idling.stir()
        self._stacks.show(seat, new=new)
        seat.come()
        self._app.live.follow(session)
        self.watch()
        self.idling.set()

    def watch(self) -> None:
        """How everybody who is signed in here stands is watched from now on; and it is shown who it is."""
        self._app.live.watch([one.desk.session for one in self.people])
        self._stacks.name()

    # --- leaving ----------------------------------------------------------------------------------

    def leave(self, seat: Seat, why: str, told: str) -> None:
        """Somebody's session ends, what was typed kept as drafts; with the last one the program ends.

        ``why`` is for the journal, ``told`` a sentence for whoever comes to the terminal next.
        """
        self._app.save_aside()
        if len(self.people) == 1:
            self._app.end(why, 0 if why == "left" else ENDED, told)
            return
        self.people.remove(seat)
        if not self.at_door and seat is self.now:
            self._stand_up(seat, why)
        seat.close()
        if seat is self.now:
            self.now = self._empty(seat)
        if self.at_door:
            self.told = told
            self._stacks.tell_door()
        self._stacks.forget(seat)
        self.watch()
        self.begin_task(self.sign_out(seat, why))

    def _empty(self, seat: Seat) -> Seat:
        """Nobody, until the next person comes in by the door."""
        assert seat.desk.door is not None
        desk = replace(seat.desk, session=seat.desk.door.nobody())
        return Seat(self._app, desk, "", _NEVER_ASKED, self.idling.clock())

    async def sign_out(self, seat: Seat, why: str) -> None:
        """Let go of what the session holds, and write down that it is over; whatever hinders that, it is."""
        session, door = seat.desk.session, seat.desk.door
        if seat.holds:
            with suppress(PimError):
                from ..services.holds import ReleaseOwn, release_own

                await self._app.behind(release_own, session, ReleaseOwn())
        if door is not None:
            with suppress(PimError):
                await self._app.behind(door.leave, session, why)

    # --- how somebody stands ----------------------------------------------------------------------

    def stands(self, key: str, how: Standing) -> None:
        """Somebody who is signed in here may do something else from now on, or has to go."""
        seat = next((one for one in self.people if one.desk.session.key == key), None)
        if seat is None:
            return
        session = seat.desk.session
        seat.known = seat.known._replace(has_pin=how.has_pin)
        if not (how.works_here and Right.WORK in how.rights):
            self.leave(seat, "locked out", f"{session.name} no longer works here: the session has ended.")
        elif how.asked_by:
            why = f": {how.reason.rstrip('.')}" if how.reason else ""
            told = f"{how.asked_by} has ended the session of {session.name}{why}. What was typed is kept."
            self.leave(seat, "asked", told)
        elif how.rights != session.rights:
            seat.desk = replace(seat.desk, session=replace(session, rights=how.rights))
            told = may_now(session.rights, how.rights)
            seat.when_here(lambda: self._app.say(told))

    # --- the people's tasks -----------------------------------------------------------------------

    def begin_task(self, doing: Coroutine[Any, Any, None]) -> None:
        """Carry out what no screen owns; what nobody foresaw in it is told like any other error."""
        task = asyncio.create_task(doing)
        self._tasks.add(task)
        task.add_done_callback(self._ended)

    def _ended(self, task: asyncio.Task[None]) -> None:
        self._tasks.discard(task)
        if not task.cancelled() and (error := task.exception()) is not None:
            self._app.crashed(error)

    def release(self) -> None:
        """The program leaves: whoever is away does not come back."""
        for seat in self.away:
            seat.release()

    async def settled(self) -> None:
        """Wait until what was begun here has ended."""
        while self._tasks:
            await asyncio.gather(*self._tasks, return_exceptions=True)
