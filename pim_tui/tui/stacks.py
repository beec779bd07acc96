"""The stacks of screens: one for each person at the terminal, and one for the door between them."""

from __future__ import annotations

from typing import TYPE_CHECKING

from ..errors import PimError, Refused

if TYPE_CHECKING:
    from ..domain.session import Session
    from .app import PimApp
    from .dialogs.pin import NewPin
    from .seat import Seat

FIRST = "seat-1"
"""The stack of whoever has the terminal first."""
DOOR = "door"
"""The stack of the screen that lets people in."""


class Stacks:
    """What ``app`` shows: the screens of one person, or the door, under which nothing stays painted."""

    def __init__(self, app: PimApp) -> None:
        self._app = app

    def show_door(self) -> None:
        """The door instead of everything; what could be pasted or was told goes as well."""
        from .screens.door import DoorScreen

        app = self._app
        app.read_sheets()
        app.live.rest()
        app.clear_notifications()
        app.call_later(self._tell_nobody)
        app.forget_clipboard()
        app.expect_key(None)
        app.add_mode(DOOR, DoorScreen)
        app.switch_mode(DOOR)
        app.cover_if_small(app.size)

    def _tell_nobody(self) -> None:
        """What was told at the last moment and was still on its way goes as well."""
        if self._app.seats.at_door:
            self._app.clear_notifications()

    def tell_door(self) -> None:
        """Others are away than the door has told."""
        from .screens.door import DoorScreen

        for screen in self._app.screen_stack:
            if isinstance(screen, DoorScreen) and screen.is_mounted:
                screen.renew()

    def show(self, seat: Seat, *, new: bool) -> None:
        """Somebody's screens instead of the door: as they have left them, or a calendar."""
        from .screens.calendar import CalendarScreen

        app = self._app
        if new:
            app.add_mode(seat.mode, CalendarScreen)
        app.switch_mode(seat.mode)
        app.remove_mode(DOOR)
        self._give_focus_back(seat)
        app.cover_if_small(app.size)
        app.remind()
        if new:
            app.welcome(seat)

    def _give_focus_back(self, seat: Seat) -> None:
        """Who has locked while the window was left finds the cursor where it was."""
        left, seat.focused = seat.focused, None
        if self._app.focused is None and left is not None and left.screen is self._app.screen:
            self._app.screen.set_focus(left)

    def name(self) -> None:
        """Others have come or gone: tell whose the screens are, if it is not plain."""
        if not self._app.seats.at_door:
            for screen in self._app.screen_stack:
                self._app.name_on(screen)

    def forget(self, seat: Seat) -> None:
        """Take away the screens of somebody who has left."""
        self._app.remove_mode(seat.mode)

    def ask_own_pin(self, session: Session, given: str) -> None:
        """Somebody has come in with a PIN that was given to them: they set their own first, or leave."""
        from .dialogs.pin import NewPinDialog

        app = self._app

        def answered(answer: NewPin | None) -> None:
            app.seats.own_pin(session, given, answer.pin if answer else "", ask)

        def ask(error: PimError) -> None:
            asked = NewPinDialog(session.name, old=False, called=(session.name,), refusal=error)
            app.push_screen(asked, answered, mode=DOOR)

        ask(Refused("Somebody else has given you this PIN.", "Set one of your own that nobody knows."))

    def close_own_pin(self) -> None:
        """Back to the door, which tells why."""
        from .dialogs.pin import NewPinDialog

        if isinstance(dialog := self._app.screen, NewPinDialog):
            dialog.dismiss(None)
        self.tell_door()
