"""Picking appointments up and putting them down elsewhere; Esc gives them back."""

from __future__ import annotations

from abc import abstractmethod
from functools import cached_property
from typing import TYPE_CHECKING

from ...domain.agenda import Block
from ...domain.states import Status
from ..messages import Changed
from .appointments import AppointmentKeys

if TYPE_CHECKING:
    from ..widgets.pinstrip import PinStrip
    from .pinboardacts import PinboardActs

    class _Base(AppointmentKeys):
        """Whatever else has something to let go of."""

        def action_let_go(self) -> None:
            """Let it go."""
else:
    _Base = AppointmentKeys


class PinboardKeys(_Base):
    """The pinboard belongs to the session: it stays while screens come and go.

    What is on it stays booked where it is until it is put down.
    """

    _strip: PinStrip | None = None

    @abstractmethod
    def target(self, block: Block) -> tuple[int, int, int | None] | None:
        """Start (UTC seconds), staff and room that an appointment gets at the cursor; None without a time."""

    @abstractmethod
    def show_lifted(self) -> None:
        """Draw what was picked up as such."""

    @cached_property
    def pinboard_acts(self) -> PinboardActs:
        """What the keys do."""
        from .pinboardacts import PinboardActs

        return PinboardActs(self)

    def action_pick_up(self) -> None:
        """Pick up the appointment, or put it back."""
        self.pinboard_acts.pick_up()

    def action_put_down(self) -> None:
        """Put down what was picked up, at the cursor."""
        self.pinboard_acts.put_down()

    def action_let_go(self) -> None:
        """Give back what was picked up: nothing was changed."""
        if self.pim.pinboard:
            self.pim.pinboard.clear()
            self.pins_changed()
            self.pim.say("Given back: nothing was moved.")
        else:
            super().action_let_go()

    def pins_changed(self) -> None:
        """Draw the strip and the marks."""
        from ..widgets.pinstrip import PinStrip

        if self._strip is None:
            self.pim.read_sheets()
            self._strip = PinStrip()
            self.mount(self._strip, before=self.query_one("#says"))
            self.pim.dress(self)
        self._strip.show(self.pim.pinboard.values())
        self.show_lifted()

    def refresh_pins(self, event: Changed) -> None:
        """What is on the pinboard was changed: read it afresh."""
        pins = self.pim.pinboard
        if pins and event.kind in ("", "appointment") and (not event.ids or pins.keys() & set(event.ids)):
            self.reload(self._read_pins, bool(event.news), group="pins")

    async def _read_pins(self, by_others: bool) -> None:
        from ...queries.calendar import blocks_named

        pins = self.pim.pinboard
        fresh = {block.id: block for block in await self.fetch(blocks_named, list(pins))}
        told = []
        for id_, was in list(pins.items()):
            now = fresh.get(id_)
            if now is None or now.status != Status.SCHEDULED:
                del pins[id_]
                state = Status(now.status).word if now else "gone"
                told.append(f"{was.customer} is {state} and no longer on the pinboard")
                continue
            if was.place != now.place:
                told.append(f"{was.customer} on the pinboard was changed")
            pins[id_] = now
        self.pins_changed()
        if told and by_others:
            self.pim.say(". ".join(told) + ".")
