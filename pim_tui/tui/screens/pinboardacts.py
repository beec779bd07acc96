"""What the keys of the pinboard do. Loaded with the first of them, as :mod:`.acts` is."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from typing import TYPE_CHECKING

from ...domain.agenda import Block
from ...domain.moments import moment_label
from ...domain.states import Status
from ...queries.calendar import Visit, blocks_named, visit
from ...queries.freed import visits_of
from ...queries.pinboard import Wish
from ...services.pinboard import MOST, Move, MoveAll, move_all
from ...services.work import Done
from ..dialogs.putdown import PutDown
from ..requests import new_request
from .acts import AppointmentActs
from .freed import FreedTime

if TYPE_CHECKING:
    from .pinboardkeys import PinboardKeys


class PinboardActs(AppointmentActs):
    """Carries out the keys of the pinboard on ``board``."""

    def __init__(self, board: PinboardKeys) -> None:
        super().__init__(board)
        self.board = board

    @property
    def _pins(self) -> dict[int, Block]:
        return self.app.pinboard

    def pick_up(self) -> None:
        """Pick up the appointment under the cursor; one that is picked up is put back."""
        block = self._chosen()
        if block is None:
            return
        if self._pins.pop(block.id, None) is not None:
            self.app.say(f"Put back: {block.customer}")
        elif block.status != Status.SCHEDULED:
            self.app.say(f"It is {Status(block.status).word} and no longer moves.")
        elif len(self._pins) >= MOST:
            self.app.say(f"The pinboard holds {MOST}: put some of them down first.")
        else:
            self._pins[block.id] = block
            self.app.say(f"Picked up: {block.customer}. It stays booked until V puts it down.")
        self.board.pins_changed()

    def put_down(self) -> None:
        """One goes to the cursor, several go one after another from there."""
        blocks = list(self._pins.values())
        if not blocks:
            self.app.say("Nothing is on the pinboard: v picks up the appointment under the cursor.")
            return
        place = self.board.target(blocks[0])
        if place is None:
            self.app.say("Show the day (1) and put the cursor on the time where it goes.")
        elif len(blocks) == 1:
            self.screen.load(self._put_one, blocks[0], place, group="edit")
        else:
            self.screen.load(self._put_several, blocks, place[0], group="edit")

    async def _put_one(self, block: Block, place: tuple[int, int, int | None]) -> None:
        seen = await self.screen.fetch(visit, block.id)
        if not self._as_picked_up([block], await self.screen.fetch(blocks_named, [block.id])):
            return
        if place == (seen.starts_at, seen.staff_id, seen.room_id):
            self.app.say(f"{seen.customer} is there already.")
            return
        starts_at, staff_id, room_id = place
        self._change_one(seen, "move", starts_at=starts_at, staff_id=staff_id, room_id=room_id)

    async def _put_several(self, blocks: Sequence[Block], starts_at: int) -> None:
        if not self._as_picked_up(blocks, await self.screen.fetch(blocks_named, [one.id for one in blocks])):
            return
        seen = await self.screen.fetch(visits_of, [block.id for block in blocks])
        places = [self.board.target(block) for block in blocks]
        wishes = [
            Wish(block.id, place[1], place[2], None if at else starts_at)
            for at, (block, place) in enumerate(zip(blocks, places, strict=True))
            if place is not None
        ]

        def answered(moves: tuple[Move, ...] | None) -> None:
            if moves is not None:
                self.app.submit(move_all, MoveAll(moves, new_request()), self._all_moved(seen))

        self.app.push_screen(PutDown(wishes), answered)

    def _as_picked_up(self, blocks: Sequence[Block], now: Sequence[Block]) -> bool:
        """Whether they are where they were; what another desk has changed is told, and kept as it is now."""
        fresh = {block.id: block for block in now}
        told = [_change_of(block, fresh.get(block.id), self._zone) for block in blocks]
        for block in blocks:
            if (one := fresh.get(block.id)) is None or one.status != Status.SCHEDULED:
                del self._pins[block.id]
            else:
                self._pins[block.id] = one
        if changed := ". ".join(filter(None, told)):
            self.board.pins_changed()
            self.app.say(f"{changed}. V again puts down what is on the pinboard.")
        return not changed

    def _all_moved(self, seen: Sequence[Visit]) -> Callable[[Done], None]:
        """After several were moved from where they are ``seen``: that may be somebody's who waits."""
        booked = self._booked("")

        def moved(done: Done) -> None:
            booked(done)
            FreedTime(self.screen, self.screen.landed).look(done, seen)

        return moved

    def _booked(self, form: str, record: str = "") -> Callable[[Done], None]:
        booked = super()._booked(form, record)

        def put(done: Done) -> None:
            for id_ in done.ids:
                self._pins.pop(id_, None)
            booked(done)
            self.board.pins_changed()

        return put


def _change_of(was: Block, now: Block | None, zone: str) -> str:
    """What somebody did to an appointment since it was picked up; empty where it is the same."""
    if now is None or now.status != Status.SCHEDULED:
        return f"{was.customer} is {Status(now.status).word if now else 'gone'} by now"
    if was.place == now.place:
        return ""
    when = moment_label(now.starts_at, zone)
    return f"{was.customer} was changed meanwhile: {when}"
