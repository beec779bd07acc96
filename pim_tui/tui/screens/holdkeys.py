"""Holding the time under the cursor: one key holds it, the same key or Esc lets it go."""

from __future__ import annotations

from abc import abstractmethod
from collections.abc import Iterator, Sequence
from typing import TYPE_CHECKING

from textual.timer import Timer

from ...domain.agenda import Block
from ...domain.moments import MINUTE
from ...domain.rights import Right
from ...domain.states import Status
from ..requests import new_request
from .appointments import AppointmentKeys

if TYPE_CHECKING:
    from ...domain.quickline import Start
    from ...errors import PimError
    from ...queries.holds import Held
    from ...services.work import Done


class HoldKeys(AppointmentKeys):
    """Draws what is held, and lets it go on the screen when it ends: one timer for the next end."""

    _blocks: dict[int, Block]
    """What the screen shows, by id."""
    _holds: Sequence[Held] = ()
    _held: int | None = None
    """The hold that the key of this screen has placed."""
    _next_end: Timer | None = None

    def held_blocks(self, holds: Sequence[Held]) -> list[Block]:
        """The holds of the day as blocks; when the first of them ends, the day is drawn anew."""
        self._holds = holds
        if self._next_end is not None:
            self._next_end.stop()
            self._next_end = None
        if holds:
            left = min(one.expires_at for one in holds) - self.pim.now
            self._next_end = self.set_timer(max(1, left), self.hold_ended)
        return [one.block(self.pim.desk.session.zone) for one in holds]

    @abstractmethod
    def hold_ended(self) -> None:
        """One of the holds that are drawn has come to its end."""

    @property
    def own_hold(self) -> Held | None:
        """What this session holds under the cursor."""
        starts_at, staff_id, room_id = self.slot
        return next(
            (
                one
                for one in self._holds
                if one.session == self.pim.desk.session.key
                and one.starts_at <= starts_at < one.ends_at
                and (staff_id == one.staff_id or (room_id is not None and room_id == one.room_id))
            ),
            None,
        )

    def start(self) -> Start:
        """On a held time the quick line knows when."""
        from ...domain.quickline import Start

        held = self.own_hold if self._holds else None
        if held is None:
            return super().start()
        return Start(staff_id=held.staff_id, room_id=held.room_id, starts_at=held.starts_at)

    def action_hold(self) -> None:
        """Hold the time under the cursor, for the length of the usual type or up to what comes next; or let
        it go."""
        starts_at, staff_id, room_id = self.slot
        if (held := self.own_hold) is not None:
            self._release(held.id)
        elif staff_id is None:
            self.pim.say("Put the cursor on a free time of somebody's day first.")
        elif self.allowed(Right.HOLD):
            self.load(self._hold, staff_id, room_id, starts_at, group="hold")

    async def _hold(self, staff_id: int, room_id: int | None, starts_at: int) -> None:
        from ...queries.catalogue import catalogue
        from ...services.holds import HoldTime, hold_time

        usual = (await self.fetch(catalogue)).default_type
        minutes = usual.minutes if usual else self.pim.desk.settings.default_minutes
        next_start = min(self._taken_after(starts_at, staff_id), default=None)
        if next_start is not None:
            minutes = min(minutes, (next_start - starts_at) // MINUTE)
        command = HoldTime(staff_id, room_id, starts_at, minutes, request=new_request())
        self.pim.submit(hold_time, command, self._is_held)

    def _taken_after(self, starts_at: int, staff_id: int) -> Iterator[int]:
        """When what is shown of the staff member's time begins, after the cursor."""
        taken = [
            (block.staff_id, block.starts_at)
            for block in self._blocks.values()
            if block.status != Status.CANCELED
        ]
        taken += [(held.staff_id, held.starts_at) for held in self._holds]
        return (start for whose, start in taken if whose == staff_id and start > starts_at)

    def _is_held(self, done: Done) -> None:
        self._held = done.ids[0]
        self.pim.let_go_at_end()
        self.pim.say(done.says)

    def action_let_go(self) -> None:
        """Let go what was held by key."""
        if self._held is not None:
            self._release(self._held)

    def _release(self, id_: int) -> None:
        from ...services.holds import ReleaseHold, release

        def refused(error: PimError) -> None:
            # It has ended meanwhile: that is what was wanted.
            self.hold_ended()

        self._held = None
        self.pim.submit(release, ReleaseHold(id_, new_request()), self.pim.said, refused)
