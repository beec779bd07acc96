"""The app as far as it knows who is present: what they work with, what they see, what they are told."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import replace
from datetime import date
from functools import partial
from typing import TYPE_CHECKING, Any, cast
from weakref import ref

from textual.notifications import Notification, SeverityLevel
from textual.screen import Screen

from ..domain.moments import day_of
from ..domain.news import NEEDED, News
from ..domain.text import visible
from ..errors import PimError
from . import notices
from .errands import Errands
from .longwork import LongWork
from .looks import line_speed, pictures
from .messages import Changed
from .printing import Printing
from .safeapp import SafeApp
from .seat import Seat
from .seats import Seats
from .terminal import profile as profiles
from .turns import Turns
from .widgets.bars import KeyBar
from .widgets.linedrawn import LineDrawn

if TYPE_CHECKING:
    from ..domain.agenda import Block
    from ..domain.dates import Order
    from ..domain.halfblocks import Depth
    from ..services.work import Done
    from .app import PimApp
    from .desk import Desk
    from .screens.importwork import Plan
    from .terminal.meter import Sending

READ_A_SECOND = 15
"""Characters that somebody at a desk reads in a second, with half an eye."""
_AWAY = "The database server is away: nothing can be saved until it is back; what is typed stays."
_BACK = "The database server is back."


def _nothing() -> None:
    """No notice."""


class SeatedApp(SafeApp[None]):
    """The lowest part of :class:`~pim_tui.tui.app.PimApp`. Of those who are signed in one is present."""

    def __init__(self, desk: Desk) -> None:
        line = line_speed()
        profile = profiles.of(desk.settings, line_speed=line)
        self.mono, self.ascii_only, self.opens_links = profile.mono, profile.ascii_only, profile.links
        self.slow = profile.slow
        self.photos = pictures(desk.settings, self.slow) and not self.mono and not self.ascii_only
        self.sends_clipboard = desk.settings.clipboard == "on"
        super().__init__(crash_folder=desk.places.crash_folder, profile=profile, ansi_color=True)
        self.seats = Seats(cast("PimApp", self), desk)
        self._away, self._newer = False, ""
        self._over: Callable[[], Notification | None] = _nothing
        """What was told last over a dialog; nothing is kept of it once it is not shown any more."""

    # --- whoever is present ------------------------------------------------------------------------

    @property
    def seat(self) -> Seat:
        """Whoever is present, or was last: what a screen does, it does for them."""
        return self.seats.now

    @property
    def desk(self) -> Desk:
        """What they work with."""
        return self.seats.now.desk

    @property
    def turns(self) -> Turns:
        """The keys that are typed now."""
        return self.seats.turns

    @property
    def work(self) -> LongWork:
        """What they have under way."""
        return self.seat.work

    @property
    def errands(self) -> Errands:
        """What their session carries out of the house by itself."""
        return self.seat.errands

    @property
    def printing(self) -> Printing:
        """Their prints."""
        return self.seat.printing

    @property
    def plans(self) -> dict[tuple[str, str], Plan]:
        """What they have chosen for files that are to be imported."""
        return self.seat.plans

    @property
    def pinboard(self) -> dict[int, Block]:
        """What they have picked up."""
        return self.seat.pinboard

    # --- time -------------------------------------------------------------------------------------

    @property
    def now(self) -> int:
        """The present, UTC seconds."""
        return self.desk.session.clock()

    @property
    def order(self) -> Order:
        """How a date such as 3/4/2026 is read."""
        return self.desk.settings.date_order

    @property
    def today(self) -> date:
        """The date on the clinic's wall."""
        return day_of(self.now, self.desk.session.zone)

    # --- what this terminal can show --------------------------------------------------------------

    @property
    def plain(self) -> bool:
        """Whether signs are drawn in ASCII: where there is nothing else, or where each is three bytes of a
        slow line."""
        return self.ascii_only or self.slow

    def dress(self, screen: Screen[Any]) -> None:
        """Draw without colour or with ASCII only where the terminal or the settings ask for it."""
        for widget in screen.query():
            if isinstance(widget, LineDrawn):
                widget.mono, widget.ascii_only, widget.spare = self.mono, self.plain, self.slow
        self.name_on(screen)

    def name_on(self, screen: Screen[Any]) -> None:
        """Tell in the footer whose screen it is, where more than one person is signed in."""
        who = self.desk.session.name if len(self.seats.people) > 1 else ""
        for bar in screen.query(KeyBar):
            bar.belongs_to(who)

    @property
    def depth(self) -> Depth:
        """How many colours the terminal tells apart."""
        colours = self.profile.colours
        return "truecolor" if colours > 256 else "256" if colours == 256 else "16"

    @property
    def sending(self) -> Sending | None:
        """What counts the bytes to the terminal; None where there is no terminal."""
        return getattr(self._driver, "outlet", None)

    def write_through(self, text: str) -> None:
        """Hand text to the terminal as it is, in one piece between two pictures; from any thread."""
        if self._driver is not None:
            self._driver.write(text)

    # --- what they are told -----------------------------------------------------------------------

    def announce(self, done: Done) -> None:
        """Tell every screen what was changed, once."""
        for screen in self.screen_stack:
            screen.post_message(Changed(done.kind, done.ids, done.days))

    def heard(self, news: Sequence[News]) -> None:
        """Tell every screen what other desks changed: once for each kind of record."""
        kinds: dict[str, list[News]] = {}
        for one in news:
            kinds.setdefault(one.kind, []).append(self._for_this_person(one))
        for kind, ones in kinds.items():
            ids = tuple(dict.fromkeys(one.id for one in ones if one.id is not None))
            days = tuple(dict.fromkeys(day for one in ones for day in one.days))
            for screen in self.screen_stack:
                screen.post_message(Changed(kind, ids, days, ones))

    def _for_this_person(self, one: News) -> News:
        """Without its words, which may name somebody, where the record is none of theirs to see.

        That a closed record was opened is told at once to whoever may look into it.
        """
        needed = NEEDED.get(one.kind)
        if needed is not None and needed not in self.desk.session.rights:
            return replace(one, says="")
        if one.kind != "break_glass":
            return one
        if one.says:
            self.notify(one.says, severity="warning", timeout=20)
        return replace(one, says="")

    def server_away(self, away: bool) -> None:
        """Say once that the server went away, and that it is back, when everything was read again."""
        if self._away == away:
            return
        self._away, text = away, _AWAY if away else _BACK
        for bar in (bar for screen in self.screen_stack for bar in screen.query(KeyBar)):
            bar.say(text)
        if self.screen.query(KeyBar):
            self.remember(text)
        else:
            self.notify(text, severity="warning" if away else "information", timeout=10)

    def tell(self, error: PimError) -> None:
        """Show a refusal."""
        if self.seats.at_door:
            self.seat.when_here(partial(self.tell, error))
        else:
            notices.tell(self, error)

    def say(self, text: str, timeout: float = 4) -> None:
        """Show a short sentence in the footer of the screen, or as a notice where there is none, for so many
        seconds."""
        if self.seats.at_door:
            self.seat.when_here(partial(self.say, text, timeout))
        elif bars := self.screen.query(KeyBar):
            bars.first().say(text)
            self.remember(text)
        else:
            self.say_over(text, timeout=timeout)

    def say_over(self, text: str, *, severity: SeverityLevel = "information", timeout: float) -> None:
        """A notice over a dialog, in place of the one before that was told this way.

        It stands in the footer of the screen below as well, where it is read when the dialog is gone.
        """
        text = visible(text)
        self.notify(text, severity=severity, timeout=timeout)
        self.call_later(self._last_only, text)
        below = next((bar for screen in reversed(self.screen_stack) for bar in screen.query(KeyBar)), None)
        if below is not None and severity == "information":
            below.say(text)
        elif below is not None:
            below.refuse(text)

    def back_on_screen(self) -> None:
        """A dialog is gone: what was told over it stands in the footer."""
        self.call_later(self._last_only, "")

    def remember(self, text: str) -> None:
        """It stands in the footer: it can be read again, and overtakes what was told over a dialog."""
        if text:
            self.seat.told.append((self.now, text))
        self.call_later(self._last_only, "")

    def _last_only(self, text: str) -> None:
        """Of what was told over dialogs ``text`` stays alone, or nothing where it is empty."""
        before, now = self._over(), [one for one in self._notifications if text and one.message == text]
        if before is not None and before in self._notifications:
            self._unnotify(before)
        self._over = ref(now[-1]) if now else _nothing

    def said(self, done: Done) -> None:
        """Say what was done, the same way."""
        self.say(done.says)

    def notify(
        self,
        message: str,
        *,
        title: str = "",
        severity: SeverityLevel = "information",
        timeout: float | None = None,
        markup: bool = False,
    ) -> None:
        """Show a notice to whoever it is for, for as long as it takes to read it: never on the door."""
        if self.seats.at_door:
            tell = partial(self.notify, message, title=title, severity=severity, timeout=timeout)
            self.seat.when_here(tell)
            return
        seconds = max(timeout or self.NOTIFICATION_TIMEOUT, len(message) / READ_A_SECOND)
        self.seat.told.append((self.now, " ".join(filter(None, (title, message)))))
        super().notify(message, title=title, severity=severity, timeout=seconds)

    def told_of_clipboard(self, says: str) -> None:
        """In the footer, where there is one."""
        self.say(says)

    def overtaken(self, says: str) -> None:
        """A newer version is here: it stays on the screen until somebody leaves."""
        self._newer = says
        if not self.seats.at_door:
            self.remind()

    def remind(self) -> None:
        """Tell whoever has just come in by the door what the door has taken away and holds still."""
        if self._newer:
            self.notify(self._newer, severity="error", timeout=12 * 3600)
