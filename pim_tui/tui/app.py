"""The running program: one session, and the screens over it."""

from __future__ import annotations

import asyncio
import gc
import os
import sys
from collections.abc import Callable, Mapping
from functools import partial
from pathlib import Path
from typing import TYPE_CHECKING, Any

from textual import events
from textual.await_complete import AwaitComplete
from textual.geometry import Size
from textual.screen import Screen

from .. import quickpatterns
from ..db.drafts import Draft
from ..queries.standing import known_as
from . import stylesheets
from .base import PimScreen
from .desk import Desk
from .keys import Keys
from .lineend import number_of
from .metering import Metering
from .pages import PagesApp
from .requests import new_request
from .seat import Seat
from .seats import PATIENCE
from .sizes import fits, is_for_looking_up
from .stacks import DOOR, FIRST
from .stylesheets import sheet
from .unsaved import Unsaved
from .upkeep import Upkeep

if TYPE_CHECKING:
    from ..services.work import Done

LATER = ("bars", "lists", "dialogs")
"""Sheets of what stands on no first screen."""


class PimApp(PagesApp):
    """The appointment book on a terminal.

    Below it :class:`~pim_tui.tui.pages.PagesApp` opens pages, :class:`~pim_tui.tui.dealing.DealingApp` reads
    and writes, :class:`~pim_tui.tui.seated.SeatedApp` knows who is present, and
    :class:`~pim_tui.tui.safeapp.SafeApp` guards the terminal.
    """

    TITLE = "pim_tui"

    def __init__(self, desk: Desk) -> None:
        # Textual (8.2) reads no sheet of the screen that comes first. What it has for every app of a class is
        # another for each session here.
        sheets = ("app", "grid") if desk.session.is_somebody else ("app", "grid", *LATER, "door")
        self.CSS_PATH = [sheet(name) for name in sheets]  # type: ignore[misc]
        self.DEFAULT_MODE = FIRST if desk.session.is_somebody else DOOR  # type: ignore[misc]
        super().__init__(desk)
        if self.mono:
            self.css_path.append(Path(sheet("mono")))
        self.keys = Keys(desk.settings.keys, self.caps)
        for binding in self.keys.bindings("app"):
            self._bindings.bind(
                binding.key, binding.action, binding.description, show=False, priority=binding.priority
            )
        self._lock_keys, self._redraw_keys = self.keys.named("app.lock"), self.keys.named("app.redraw")
        self._leaving = {name for key in self.keys.of("app") if key.action == "leave" for name in key.keys}
        self.metering, self.upkeep, self._unsaved = Metering(self), Upkeep(self), Unsaved()
        self._once: Callable[[str], bool] | None = None
        self._why, self._was_small = "", False
        self.turns.reading(+1)  # until drafts were offered

    def read_sheets(self) -> None:
        """Read the sheets that the first screen does without, before anything is shown that they are for."""
        missing = [place for place in map(sheet, LATER) if not self.stylesheet.has_source(place)]
        for place in missing:
            self.stylesheet.read(place)
        if missing:
            self.stylesheet.reparse()

    def get_css_variables(self) -> dict[str, str]:
        """Textual's variables and ours: a sheet sees only its own, and colours live in one file."""
        return {**super().get_css_variables(), **stylesheets.colours()}

    # --- drafts -----------------------------------------------------------------------------------

    def keep_draft(self, form: str, fields: Mapping[str, str], record: str = "", version: int = 0) -> None:
        """Keep what is typed; it is on disk within a second."""
        person = self.desk.session.staff_id
        self._unsaved.typed(Draft(person, form, record, version, dict(fields), self.now))
        self.desk.drafts.put(person, form, record, version, fields)

    def drop_draft(self, form: str, record: str = "") -> None:
        """Forget a draft that was saved or given up."""
        self._unsaved.saved(self.desk.session.staff_id, form, record)
        discard = partial(self.desk.drafts.discard, self.desk.session.staff_id, form, record)
        self._outside.submit(discard)

    def leave_draft(self, form: str, record: str = "") -> None:
        """A form was left with Esc: it is no draft any more, but one key takes it up again."""
        typed = self._unsaved.left(self.desk.session.staff_id, form, record)
        self.drop_draft(form, record)
        if typed and isinstance(self.screen, PimScreen):
            key = next(map(self.caps.printed, self.keys.named("app.take_up")), "")
            self.say(f"Not saved; {key} takes it up again." if key else "Not saved.")

    def action_take_up(self) -> None:
        """Open the form that was left last with Esc, as it was typed."""
        from .screens.appointments import AppointmentKeys
        from .screens.reopening import APPOINTMENT_FORMS, reopen

        draft = self._unsaved.take_up(self.desk.session.staff_id)
        if draft is None:
            self.say("Nothing that was typed was left unsaved.")
            return
        self.keep_draft(draft.form, draft.fields, draft.record, draft.version)
        if draft.form in APPOINTMENT_FORMS and not isinstance(self.screen, AppointmentKeys):
            self.action_calendar()
        reopen(self, draft)

    def save_drafts(self) -> None:
        """Write every draft now; called from the guard of the terminal as well."""
        self.desk.drafts.save_now()

    def save_aside(self) -> None:
        """The same, without waiting for it."""
        self._outside.submit(self.desk.drafts.save_now)

    def _offer_drafts(self, drafts: list[Draft]) -> None:
        if not drafts:
            return
        from .dialogs.drafts import DraftOffer
        from .screens.reopening import reopen

        def answered(choice: tuple[Draft, bool] | None) -> None:
            if choice is None:
                return
            draft, wanted = choice
            if wanted:
                self._outside.submit(self.desk.drafts.take_up, draft)
                reopen(self, draft)
            else:
                self._outside.submit(self.desk.drafts.give_up, draft)
                self._offer_drafts([other for other in drafts if other is not draft])

        self.push_screen(DraftOffer(drafts), answered)

    # --- keys -------------------------------------------------------------------------------------

    def offer_next(self, taken: Callable[[str], bool]) -> bool:
        """Give the next key to ``taken``, which tells whether it was meant; any other key does what it
        always does, and ends the offer. False while keys are waiting: they were typed before it was seen.
        """
        if self.turns.typed_ahead:
            return False
        self._once = taken
        return True

    def expect_key(self, taken: Callable[[str], bool] | None) -> None:
        """The next key is offered to ``taken`` first."""
        self._once = taken

    async def deliver(self, event: events.Event) -> None:
        """A key goes to what the footer has offered for it, or to the screens."""
        once, self._once = self._once, None
        if once is None or not isinstance(event, events.Key) or not once(event.key):
            await super().on_event(event)

    async def on_event(self, event: events.Event) -> None:
        """Keys and pastes wait their turn; everything else passes."""
        if isinstance(event, _AT_WORK) and not event.is_forwarded:
            if self.seats.limits.too_late():
                return
            self.seats.idling.stir()
        if self._away and isinstance(event, events.Key) and event.key in self._leaving:
            # What is being opened waits for the server, and keys for that.
            self.action_leave()
            return
        if isinstance(event, events.Key) and event.key in self._redraw_keys:
            self.action_redraw()  # whatever is open, and whatever is under way
            return
        if isinstance(event, events.Key | events.Paste) and not event.is_forwarded:
            self.metering.key()
            self.turns.take(event)
            if isinstance(event, events.Key) and event.key in self._lock_keys:
                self.set_timer(PATIENCE, partial(self.seats.lock_anyway, event))
            return
        if isinstance(event, events.Resize) and not self.is_headless:
            event.size = event.virtual_size = event.container_size = terminal_size(event.size)
        await super().on_event(event)

    # --- the size of the terminal -----------------------------------------------------------------

    def on_resize(self, event: events.Resize) -> None:
        """Cover the screen while the terminal is too small for it; what is open stays as it is."""
        self.cover_if_small(event.size)

    def cover_if_small(self, size: Size) -> None:
        """Lay what such a terminal has room for over the screens, or take it away: below a certain size a
        sentence, above it something to look things up in. The door needs no more room than that."""
        if fits(size) and not self._was_small:
            return
        from .screens.toosmall import Cover, TooSmall

        self._was_small = True
        roomy = is_for_looking_up(size)
        gone = Cover if fits(size) else TooSmall
        while roomy and isinstance(self.screen, gone):
            self.pop_screen()
        if not roomy and not isinstance(self.screen, TooSmall):
            self.push_screen(TooSmall(), mode=self.current_mode)
        elif roomy and not fits(size) and not self.seats.at_door and not isinstance(self.screen, Cover):
            from .screens.lookup import LookUp

            self.push_screen(LookUp(), mode=self.current_mode)

    @property
    def _covered(self) -> bool:
        """Whether the terminal is too small, and something lies over the screens for that."""
        if not self._was_small:
            return False
        from .screens.toosmall import Cover

        return bool(self.screen_stack) and isinstance(self.screen, Cover)

    # --- life -------------------------------------------------------------------------------------

    def get_default_screen(self) -> Screen[Any]:
        """The calendar lies below everything: no empty screen is made and painted before it."""
        self._own_task = asyncio.current_task()
        self.live.begin()
        return self._first_screen()()

    def _first_screen(self) -> type[Screen[None]]:
        """The door where nobody has come in yet; only that of the two is loaded."""
        if self.seats.at_door:
            from .screens.door import DoorScreen

            return DoorScreen
        from .screens.calendar import CalendarScreen

        return CalendarScreen

    async def on_ready(self) -> None:
        """The first screen stands: offer what was typed and not saved, before any key is taken."""
        _collect_again()
        first = self.seat
        self.desk.drafts.listen(lambda text: self.call_from_thread(self.notify, text, severity="warning"))
        self.add_mode(self.DEFAULT_MODE, self._first_screen())
        self.cover_if_small(self.size)
        self._outside.submit(self.desk.drafts.purge, self.now)
        if not self.is_headless:
            self._outside.submit(quickpatterns.keep)
            self.live.start()
        if first.somebody:
            await self._welcome(first)
        else:
            self.turns.reading(-1)

    def welcome(self, seat: Seat) -> None:
        """Somebody's first screen is shown: offer them what they had typed and not saved."""
        seat.turns.reading(+1)
        self.seats.begin_task(self._welcome(seat))

    async def _welcome(self, seat: Seat) -> None:
        """Somebody's first screen stands."""
        try:
            if left := await self.outside(self.desk.drafts.latest, seat.desk.session.staff_id):
                from .screens.reopening import WAYS

                self._offer_drafts([draft for draft in left if draft.form in WAYS])
        finally:
            seat.turns.reading(-1)
        if seat.desk.door is not None:
            seat.known = await self.fetch(known_as, seat.desk.session.staff_id)
            self.seats.watch()
            self.seats.idling.set()
            if not seat.known.has_pin and len(self.screen_stack) == 1:
                self.say(
                    f"You have no PIN: set one, and {self._lock_key} locks the screen while you are away."
                )
        await self.upkeep.look_after()

    def leaving(self) -> None:
        """Nobody who is away comes back."""
        self.seats.release()

    async def on_unmount(self) -> None:
        """Let writes that were begun end, then close the connections."""
        self.leaving()
        self.seats.idling.stop()
        self.live.stop()
        await self.seats.settled()
        for seat in self.seats.people:
            seat.work.close()
            seat.printing.close()
            await self.seats.sign_out(seat, self._why or ("lost" if self.return_code else "left"))
        self.close_connections()

    def end(self, why: str, code: int, told: str) -> None:
        """The last session is over."""
        self._why = why
        self.exit(return_code=code, message=told or None)

    def let_go_at_end(self) -> None:
        """This session holds a time: it goes with the session."""
        self.seat.holds = True

    # --- the door ---------------------------------------------------------------------------------

    if not TYPE_CHECKING:

        def push_screen(self, *args, mode=None, **options):
            """What somebody's work opens while they are away lies among their own screens."""
            self.read_sheets()
            aside = self.seats.at_door and self.seat.somebody
            below = self._covered and mode is None and not aside
            pushed = super().push_screen(*args, mode=mode or (self.seat.mode if aside else None), **options)
            if below:
                self.cover_if_small(self.size)
            return pushed

    def pop_screen(self) -> AwaitComplete:
        """What somebody's work closes while they are away is closed when they are back."""
        if self.seats.at_door and len(self.screen_stack) == 1:
            self.seat.when_here(super().pop_screen)
            return AwaitComplete()
        return super().pop_screen()

    def on_app_blur(self) -> None:
        """The window of the terminal is left: Textual takes the focus away until somebody looks again."""
        if not self.seats.at_door:
            self.seat.focused = self.focused

    def forget_clipboard(self) -> None:
        """What was copied is not pasted by somebody else."""
        self._clipboard = ""

    # --- what a key does to the session -----------------------------------------------------------

    def action_undo(self) -> None:
        """Take back the last change of this session."""
        from ..services.undo import Undo, undo

        screen = self.screen

        def done(result: Done) -> None:
            self.say(result.says)
            if isinstance(screen, PimScreen):
                screen.taken_back(result)

        self.submit(undo, Undo(new_request()), done)

    def action_leave(self) -> None:
        """Leave; what was typed stays as a draft, and whoever is signed in below comes to the door."""
        from .screens.door import DoorScreen

        if doors := [screen for screen in self.screen_stack if isinstance(screen, DoorScreen)]:
            doors[0].leave()
        elif len(self.seats.people) > 1:
            self.seats.leave(self.seat, "left", f"{self.desk.session.name} has left.")
        else:
            self.save_drafts()
            self.exit()

    def action_meter(self) -> None:
        """Show in the footer what each key costs on the line, or no longer."""
        self.metering.toggle()

    def action_redraw(self) -> None:
        """A message of the machine or noise on the line has written over the screen: send all of it."""
        self.show_anew()

    def action_lock(self) -> None:
        """Lock the screen; whoever has no PIN to open it again is asked whether they want to leave."""
        seat = self.seat
        if self.seats.at_door or seat.desk.door is None:
            return
        if seat.known.has_pin:
            self.seats.lock()
        elif not self._lock_keys:
            self.say("You have no PIN to unlock with: set one first.")
        elif self.offer_next(self._leave_instead):
            self.say(
                f"You have no PIN to unlock with. {self._lock_key} again signs you out; drafts are kept."
            )

    def _leave_instead(self, key: str) -> bool:
        if key in self._lock_keys:
            self.action_leave()
        return key in self._lock_keys

    @property
    def _lock_key(self) -> str:
        return next(map(self.caps.printed, self._lock_keys), "Lock, by its name,")


_AT_WORK = (events.Key, events.Paste, events.MouseDown, events.MouseScrollDown, events.MouseScrollUp)
"""What somebody at the terminal does; a mouse that is only pushed aside is nobody."""


def terminal_size(told: Size) -> Size:
    """The size the terminal has now; ``told`` where it cannot be asked.

    While a window is dragged, signals interrupt each other's handler, and the sizes they read arrive
    in the wrong order: the last one told may be an old one.
    """
    try:
        asked = os.get_terminal_size(number_of(sys.__stderr__))
    except (OSError, ValueError):
        return told
    return Size(*asked) if all(asked) else told


def _collect_again() -> None:
    """Garbage was not collected while starting; what was made lives as long as the process, so it is
    never searched."""
    gc.freeze()
    gc.enable()
