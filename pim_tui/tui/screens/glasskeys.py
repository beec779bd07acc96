"""What a profile offers where a part of the record is closed: opening it for a reason, and saying so."""

from __future__ import annotations

from abc import abstractmethod
from typing import TYPE_CHECKING

from ...domain.glass import SHORTEST_REASON, is_closed_to
from ...domain.moments import clock
from ...domain.rights import Right
from ...errors import Forbidden, PimError
from ...queries.glass import OpenGlass, open_glass
from ...services.glass import BreakGlass, break_glass
from ..base import PimScreen
from ..dialogs.pin import PinDialog, Said
from ..messages import Changed
from ..requests import new_request
from ..widgets.facts import Fact
from ..widgets.listpane import ListPane

if TYPE_CHECKING:
    from .listhost import ListHost

    class _Base(ListHost, PimScreen):
        """What the profile is besides."""
else:
    _Base = object

CLOSED = "Closed to you. {} opens it, for a reason."
CLOSED_FOR_GOOD = "Closed to you: your role does not read this."


class GlassKeys(_Base):
    """Breaks the glass of one customer's record."""

    customer_id: int
    _glass: OpenGlass | None = None

    @property
    def may_break_glass(self) -> bool:
        """Whether something is closed here that this person may open for a reason."""
        rights = self.pim.desk.session.rights
        return is_closed_to(rights) and Right.BREAK_GLASS in rights

    @property
    @abstractmethod
    def full_name(self) -> str:
        """The customer's name."""

    def action_break_glass(self) -> None:
        """Open the record for a reason, with one's own PIN."""
        if not is_closed_to(self.pim.desk.session.rights):
            self.pim.say("Nothing of this record is closed to you.")
        elif self._glass is not None:
            self.pim.say(f"It is open to you until {self._until(self._glass)}.")
        elif self.allowed(Right.BREAK_GLASS):
            self._ask_reason(new_request())

    def _ask_reason(self, request: str, why: str = "", refusal: PimError | None = None) -> None:
        session = self.pim.desk.session
        me = (session.staff_id, session.name)

        def answered(said: Said | None) -> None:
            if said is not None:
                command = BreakGlass(self.customer_id, said.reason, said.pin, request)
                self.pim.submit(
                    break_glass,
                    command,
                    self.pim.said,
                    lambda error: self._ask_reason(request, said.reason, error),
                )

        title = f"Open the closed record of {self.full_name}"
        about = "It is written down, told to who reviews it, and ends after half an hour."
        was = (session.staff_id, why) if why else None
        dialog = PinDialog(
            title, [me], about=about, reason=True, refusal=refusal, was=was, shortest=SHORTEST_REASON
        )
        self.app.push_screen(dialog, answered)

    # --- what is shown of it ----------------------------------------------------------------------

    async def _read_glass(self) -> tuple[Fact, ...]:
        """Whether the record is open for a reason now, as a fact to stand above the others."""
        session, before = self.pim.desk.session, self._glass
        self._glass = None
        if self.may_break_glass:
            self._glass = await self.fetch(open_glass, session.staff_id, self.customer_id, self.pim.now)
        if self._glass is None:
            return ()
        if self._glass != before:
            self.set_timer(max(1, self._glass.until_at - self.pim.now), self._glass_ended)
        return (Fact(f"! OPENED until {self._until(self._glass)}: {self._glass.reason}", "", "alert", 30),)

    def _until(self, glass: OpenGlass) -> str:
        return clock(glass.until_at, self.pim.desk.session.zone)

    def _glass_ended(self) -> None:
        """The time is over: what is on the screen goes with it."""
        self.post_message(Changed("break_glass", (), ()))

    async def _read_rows(self, pane: ListPane, offset: int, again: bool, quiet: bool) -> None:
        """A list that is closed says how it is opened."""
        try:
            await super()._read_rows(pane, offset, again, quiet)
        except Forbidden:
            key = next(one.shown for one in self.pim.keys.of("profile") if one.action == "break_glass")
            pane.show((), empty=CLOSED.format(key) if self.may_break_glass else CLOSED_FOR_GOOD)
