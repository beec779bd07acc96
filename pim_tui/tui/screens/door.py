"""The door: whoever comes to the terminal says who they are. It lies over nothing and stands still.

It is what is shown before anybody has signed in and while somebody has locked. It tells who has locked since
when, and nothing else of the clinic's: no list of names, no record, no clock that goes on.
"""

from __future__ import annotations

from collections.abc import Sequence
from typing import TYPE_CHECKING, ClassVar

from textual.app import ComposeResult
from textual.binding import BindingType
from textual.containers import Vertical
from textual.widgets import Input, Static

from ...domain.moments import clock
from ...domain.pins import LONGEST
from ...errors import PimError
from ..base import PimDialog
from ..stylesheets import sheet
from ..textsafe import show
from ..widgets.labelled import labelled

if TYPE_CHECKING:
    from ..seat import Seat

_WHY = {
    "key": "Locked by {name} at {at}.",
    "busy": "Locked by {name} at {at}. What was typed before that goes on when they are back.",
    "idle": "Locked at {at}: {name} had typed nothing for {minutes} minutes.",
}
_BACK = "Enter: unlock. Another name (Up): sign in on top; what is locked stays as it is."
_IN = "Your name, initials or login, then the PIN or passphrase. Ctrl+Q leaves."


class DoorScreen(PimDialog[None]):
    """Name, PIN, Enter. A name that is signed in here unlocks; any other one signs in on top."""

    CSS_PATH = sheet("door")
    BINDINGS: ClassVar[list[BindingType]] = [
        ("escape", "clear", "Clear"),
        ("up", "go('name')", "Name"),
        ("down", "go('pin')", "PIN"),
    ]

    def compose(self) -> ComposeResult:
        """Who is away, the two fields, what to do, and what went wrong."""
        with Vertical(classes="panel door"):
            yield Static(show(self.pim.desk.settings.clinic_name), classes="heading")
            yield Static("", classes="told")
            yield from labelled("Name", Input(compact=True, max_length=120, id="name"))
            yield from labelled("PIN", Input(compact=True, password=True, max_length=4 * LONGEST, id="pin"))
            yield Static("", classes="reading")
            yield Static("", classes="warning")

    def on_mount(self) -> None:
        """The PIN of whoever has locked, or first the name."""
        self.pim.dress(self)
        self.renew()

    def on_screen_resume(self) -> None:
        """Nobody has come in who had to choose a PIN first."""
        self.warn("")

    def renew(self) -> None:
        """Tell who is away by now."""
        away = self.pim.seats.away
        self.query_one(".told", Static).update(show("\n".join(self._told(away))))
        self.query_one(".reading", Static).update(show(_BACK if away else self.keyed("", _IN)))
        self.query_one("#name", Input).value = self._usual
        self.query_one("#pin" if self._usual else "#name", Input).focus()

    @property
    def _usual(self) -> str:
        """Who has locked last, or whose key has opened the line."""
        door, away = self.pim.desk.door, self.pim.seats.away
        return away[0].desk.session.name if away else (door.person if door else "")

    def _told(self, away: Sequence[Seat]) -> list[str]:
        told = [self.pim.seats.told] if self.pim.seats.told else []
        for seat in away:
            if seat.locked is not None:
                session = seat.desk.session
                says = _WHY.get(seat.locked.why, _WHY["key"])
                at, minutes = clock(seat.locked.at, session.zone), seat.desk.settings.lock_minutes
                told.append(says.format(name=session.name, at=at, minutes=minutes))
        return told or ["Sign in."]

    # --- keys -------------------------------------------------------------------------------------

    def on_input_submitted(self, event: Input.Submitted) -> None:
        """From the name to the PIN; there the door is tried."""
        name, pin = self.query_one("#name", Input), self.query_one("#pin", Input)
        if event.input is name:
            pin.focus()
        elif not name.value.strip():
            self.warn("Type your name first.")
            name.focus()
        elif not pin.value:
            self.warn("Type the PIN.")
        else:
            secret, pin.value = pin.value, ""
            self.warn("Looking …")
            self.pim.seats.come_in(name.value, secret, self.refuse)

    def action_go(self, field: str) -> None:
        """To the name or the PIN."""
        self.query_one(f"#{field}", Input).focus()

    def action_clear(self) -> None:
        """Empty the PIN; then go back to whoever has locked."""
        pin, name = self.query_one("#pin", Input), self.query_one("#name", Input)
        if not pin.value:
            name.value = self._usual
        pin.value = ""
        self.warn("")

    def leave(self) -> None:
        """Leave, if nobody's work lies behind the door."""
        if self.pim.seats.people:
            self.warn("Somebody is signed in here: only they can leave. Their work is kept.")
        else:
            self.pim.exit()

    # --- what became of it ------------------------------------------------------------------------

    def refuse(self, error: PimError) -> None:
        """Not with that PIN, or not now; with the time, because the screen has no clock to wait by."""
        now = clock(self.pim.now, self.pim.desk.session.zone)
        self.warn(f"{now}  {error}")
