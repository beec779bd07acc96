"""The running program: one session, two doors to the data, and the screens over them."""

from __future__ import annotations

import asyncio
import gc
import os
import sys
from collections.abc import Callable, Mapping, Sequence
from concurrent.futures import ThreadPoolExecutor
from contextlib import suppress
from dataclasses import dataclass, replace
from datetime import date
from functools import partial
from typing import TYPE_CHECKING, Any, ParamSpec, TypeVar, cast

from textual import events
from textual._context import active_message_pump
from textual.actions import ActionParseResult
from textual.await_complete import AwaitComplete
from textual.dom import DOMNode
from textual.geometry import Size
from textual.notifications import SeverityLevel
from textual.screen import Screen
from textual.widget import Widget

from ..config import Settings
from ..db.connection import Book
from ..db.drafts import Draft, DraftStore
from ..domain.moments import day_of
from ..domain.news import NEEDED, News
from ..domain.rights import Right
from ..domain.session import Session
from ..errors import PimError, ProgramReplaced, SettingsError, StoreAway, StoreError
from ..paths import Places, private_folder
from ..queries.gate import on_behalf_of
from ..queries.standing import known_as
from ..services.views import WITHIN, Views
from . import notices, stylesheets
from .base import TELLING, PimScreen, Reads
from .errands import Couriers, Errands
from .keys import Key, Keys
from .leaving import Left
from .live import EVERY, SELDOM, Live
from .longwork import LongWork
from .looks import line_speed, pictures
from .messages import Changed
from .metering import Metering
from .printing import Printing
from .requests import new_request
from .safeapp import SafeApp
from .seat import Seat
from .seats import PATIENCE, Seats
from .sizes import fits, is_for_looking_up
from .stacks import DOOR, FIRST
from .stylesheets import sheet
from .terminal import profile as profiles
from .turns import ASIDE, HOLDS, Turns
from .unsaved import Unsaved
from .widgets.bars import KeyBar
from .widgets.linedrawn import LineDrawn

if TYPE_CHECKING:
    from ..domain.agenda import Block
    from ..domain.dates import Order
    from ..domain.halfblocks import Depth
    from ..services.signing import Door
    from ..services.usecase import Command, Done
    from .screens.importwork import Plan
    from .terminal.meter import Sending

P = ParamSpec("P")
R = TypeVar("R")
C = TypeVar("C", bound="Command")

APPOINTMENT_FORMS = ("quick", "appointment", "series")
HOURS_FORMS = ("working_hours", "leave", "special_hours")
WAITING_FORM = "waiting_entry"
LETTER_FORM = "money_letter"
MESSAGE_FORM = "message"
CALL_FORM = "call"
GOODS_FORMS = ("product", "payer", "delivery", "count", "message_template")
KEYBACK_FORM = "keyback"
ROLE_FORM = "role"
RESOURCE_FORMS = ("room", "equipment", "appointment_type")
_OFFERED = "what you typed is offered to you."

LATER = ("bars", "lists", "dialogs")
"""Sheets of what stands on no first screen."""

_AWAY = "The database server is away: nothing can be saved until it is back; what is typed stays."
_BACK = "The database server is back."

AGAIN = 1.0
"""Seconds until a server that is away is asked again for what a screen cannot do without."""


@dataclass(frozen=True, slots=True)
class Desk:
    """Everything a session is wired from: who, which book, which settings, where drafts go.

    ``couriers`` makes what takes a message out of the house for a session; None where none does. ``door`` is
    where people sign in; without one nobody locks. Before anybody has, ``session`` is nobody's
    (:meth:`~pim_tui.services.signing.Door.nobody`).
    ``account`` is whose account of the operating system this is, None where that does not matter: everybody
    else who works in it has an inbox and an outbox of their own.
    """

    session: Session
    book: Book
    settings: Settings
    places: Places
    drafts: DraftStore
    couriers: Couriers | None = None
    door: Door | None = None
    account: int | None = None

    @property
    def own(self) -> Places:
        """The folders of whoever works here now."""
        if self.account in (None, self.session.staff_id):
            return self.places
        return self.places.of(self.session.staff_id)

    def outbox_file(self, name: str) -> str:
        """Where a file for this person goes; the folder is made when first needed."""
        return str(private_folder(self.own.outbox) / name)

    def new_outbox_file(self, name: str, ending: str) -> str:
        """The same, and no file of that name is there yet."""
        from ..exports.outfile import fresh

        return str(fresh(private_folder(self.own.outbox), name, ending))


class PimApp(SafeApp[None]):
    """The appointment book on a terminal."""

    TITLE = "pim_tui"

    def __init__(self, desk: Desk) -> None:
        line = line_speed()
        profile = profiles.of(desk.settings, line_speed=line)
        self.mono, self.ascii_only, self.opens_links = profile.mono, profile.ascii_only, profile.links
        self.slow = profile.slow
        self.photos = pictures(desk.settings, self.slow) and not self.mono and not self.ascii_only
        self.sends_clipboard = desk.settings.clipboard == "on"
        # Textual (8.2) reads no sheet of the screen that comes first.
        sheets = ["app", "grid", *(["mono"] if self.mono else [])]
        sheets += [] if desk.session.is_somebody else [*LATER, "door"]
        self.CSS_PATH = [sheet(name) for name in sheets]  # type: ignore[misc]
        self.DEFAULT_MODE = FIRST if desk.session.is_somebody else DOOR  # type: ignore[misc]
        super().__init__(crash_folder=desk.places.crash_folder, profile=profile, ansi_color=True)
        self.keys = Keys(desk.settings.keys, self.caps)
        for binding in self.keys.bindings("app"):
            self._bindings.bind(
                binding.key, binding.action, binding.description, show=False, priority=binding.priority
            )
        self._lock_keys = self.keys.named("app.lock")
        self.seats = Seats(self, desk)
        self.metering = Metering(self)
        self._once: Callable[[str], bool] | None = None
        self.turns.reading(+1)  # until drafts were offered
        self._readers = ThreadPoolExecutor(1, thread_name_prefix="read")
        self._adders = ThreadPoolExecutor(1, thread_name_prefix="add")
        self.asides: set[asyncio.Task[None]] = set()
        self._writer = ThreadPoolExecutor(1, thread_name_prefix="write")
        self._outside = ThreadPoolExecutor(1, thread_name_prefix="outside")
        self.views = Views(desk.settings.journal_views)
        self.live = Live(
            desk.book, desk.session, self.heard, self.server_away, overtaken=self._overtaken,
            stood=self.seats.stands, every=SELDOM if self.slow else EVERY,
        )  # fmt: skip
        self._away, self._newer, self._was_small = False, "", False
        self._unsaved = Unsaved()
        self._why, self._looked_around, self._kept_up, self._ended = "", False, False, False
        self._own_task: asyncio.Task[Any] | None = None
        self._leaving = {name for key in self.keys.of("app") if key.action == "leave" for name in key.keys}

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

    # --- the two doors ----------------------------------------------------------------------------

    async def fetch(self, query: Callable[P, R], *args: P.args, **kwargs: P.kwargs) -> R:
        """Run a query on the reading connection; keys that act on its result wait for it.

        While the database server is away it waits until that is back: what is being opened then opens, and
        one may leave meanwhile. Raises :class:`StoreAway` only to what tells of it, see :data:`TELLING`.
        """
        return await self.fetch_for(self.seat, query, *args, **kwargs)

    async def fetch_for(self, seat: Seat, query: Callable[P, R], *args: P.args, **kwargs: P.kwargs) -> R:
        """The same for ``seat``, whoever is present: what a screen reads, it reads for its own person."""
        while True:
            try:
                found = await self._fetched(seat, query, args, kwargs)
            except StoreAway:
                self.server_away(True)
                if self._exit or asyncio.current_task() in TELLING:
                    raise
            else:
                # Only this one connection may have been broken: then nobody else notices that it is back.
                if self._away and not self.live.away:
                    self.server_away(False)
                return found
            await asyncio.sleep(AGAIN)
            if asyncio.current_task() is not self._own_task:
                await seat.present()

    async def _fetched(
        self, seat: Seat, query: Callable[..., R], args: tuple[Any, ...], kwargs: dict[str, Any]
    ) -> R:
        held = HOLDS.get()
        seat.turns.reading(+held)
        try:
            loop, pool = asyncio.get_running_loop(), self._adders if ASIDE.get() else self._readers
            reading = loop.run_in_executor(pool, self._read, seat.desk.session, query, args, kwargs)
            return await (reading if self._stands_still() else seat.back(reading))
        finally:
            seat.turns.reading(-held)
            self._keep_views()

    def _keep_views(self) -> None:
        """What was looked at is told to the journal soon, behind everything else."""
        if self.views.waiting:
            self.set_timer(WITHIN, self._write_views_aside)

    def _write_views_aside(self) -> None:
        """Not once the app has ended: it has written them then, and its threads are gone."""
        if not self._ended:
            self._outside.submit(self._write_views)

    def _write_views(self) -> None:
        """On a worker thread. What cannot be written now is written with the next look."""
        with suppress(StoreError):
            self.desk.book.connect()
            self.views.flush()

    def _stands_still(self) -> bool:
        """Whether no key is taken while the running task waits: it is the app's own, or makes a new screen.

        So nobody can come in by the door meanwhile, and it may go on for whoever is away.
        """
        task, pump = asyncio.current_task(), active_message_pump.get(None)
        return task is self._own_task or (
            isinstance(pump, Widget) and not pump.is_mounted and pump.task is task
        )

    def fetch_at_once(self, query: Callable[P, R], *args: P.args, **kwargs: P.kwargs) -> R:
        """Run a query on this thread's connection, while there is no picture yet that it could hold up; later
        ones run on the same connection, in the thread that reads."""
        found = self._read(self.desk.session, query, args, kwargs)
        if not self.is_headless:
            self._readers.submit(self.desk.book.take_over, self.desk.book.hand_over())
        return found

    def submit(
        self,
        service: Callable[[Session, C], Done],
        command: C,
        on_done: Callable[[Done], object] | None = None,
        on_refused: Callable[[PimError], object] | None = None,
        *,
        waits: bool = True,
    ) -> None:
        """Carry out a write of whoever is present. The app owns it: no screen that closes meanwhile loses its
        answer, and whoever is away hears it when they are back.

        ``on_refused`` gets what was refused; without it a notice tells. Keys wait for the answer,
        except with ``waits`` False: for what takes long outside, such as a printer.
        """
        pool, seat = self._writer if waits else self._outside, self.seat
        loop = asyncio.get_running_loop()
        session = seat.desk.session
        doing = loop.run_in_executor(pool, self._on_connection, session, service, (session, command), {})
        seat.turns.writing(+waits)
        task = asyncio.create_task(self._answer(seat, doing, on_done, on_refused))
        seat.writes.add(task)
        task.add_done_callback(seat.writes.discard)
        task.add_done_callback(lambda _: seat.turns.writing(-waits))

    async def _answer(
        self,
        seat: Seat,
        doing: asyncio.Future[Done],
        on_done: Callable[[Done], object] | None,
        on_refused: Callable[[PimError], object] | None,
    ) -> None:
        try:
            done = await seat.back(doing)
        except PimError as error:
            (on_refused or self.tell)(error)
        except Exception as error:
            self._handle_exception(error)
        else:
            self.announce(done)
            if on_done:
                on_done(done)

    async def behind(self, act: Callable[P, R], *args: P.args, **kwargs: P.kwargs) -> R:
        """Run on the writing connection, after the writes under way, what no screen waits for: on behalf of
        the session it is given first, if it is given one."""
        loop = asyncio.get_running_loop()
        session = args[0] if args and isinstance(args[0], Session) else self.desk.session
        return await loop.run_in_executor(self._writer, self._on_connection, session, act, args, kwargs)

    def _aside(
        self, session: Session, act: Callable[..., R], args: tuple[Any, ...], kwargs: dict[str, Any]
    ) -> R:
        """The same, without the book for what is not done on behalf of a session."""
        if args and isinstance(args[0], Session):
            return self._on_connection(session, act, args, kwargs)
        return act(*args, **kwargs)

    def _on_connection(
        self, session: Session, act: Callable[..., R], args: tuple[Any, ...], kwargs: dict[str, Any]
    ) -> R:
        """On a worker thread: use the connection that thread keeps. What is refused to whoever asks for want
        of a right stays in the journal."""
        from ..services.refusals import called, refusals_told

        self.desk.book.connect()
        with refusals_told(session, called(act)):
            return act(*args, **kwargs)

    def _read(
        self, session: Session, query: Callable[..., R], args: tuple[Any, ...], kwargs: dict[str, Any]
    ) -> R:
        """The same on behalf of whoever asks, who may not read everything."""
        with on_behalf_of(session, partial(self.views.read, session=session)):
            return self._on_connection(session, query, args, kwargs)

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
        if not self.screen.query(KeyBar):
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
        else:
            self.notify(text, timeout=timeout)

    def notify(
        self,
        message: str,
        *,
        title: str = "",
        severity: SeverityLevel = "information",
        timeout: float | None = None,
        markup: bool = False,
    ) -> None:
        """Show a notice to whoever it is for: never on the door."""
        tell = partial(super().notify, message, title=title, severity=severity, timeout=timeout)
        if self.seats.at_door:
            self.seat.when_here(tell)
        else:
            tell()

    def _allowed(self, right: Right) -> bool:
        """Whether whoever works here has the right; else the screen says who has it."""
        screen = self.screen
        return right in self.desk.session.rights or (isinstance(screen, Reads) and screen.allowed(right))

    def told_of_clipboard(self, says: str) -> None:
        """In the footer, where there is one."""
        self.say(says)

    @property
    def sending(self) -> Sending | None:
        """What counts the bytes to the terminal; None where there is no terminal."""
        return getattr(self._driver, "outlet", None)

    def write_through(self, text: str) -> None:
        """Hand text to the terminal as it is, in one piece between two pictures; from any thread."""
        if self._driver is not None:
            self._driver.write(text)

    def _handle_exception(self, error: Exception) -> None:
        """A module that may not be loaded any more is no crash: leave in order and say why. Nor is what was
        under way for somebody who has left, and what waited for a server when the app ends: it ends where it
        is.
        """
        if isinstance(error, ProgramReplaced):
            self.save_drafts()
            self.exit(return_code=error.exit_code, message=f"{error.message} Start it again: {_OFFERED}")
        elif not isinstance(error, Left) and not (self._exit and isinstance(error, StoreAway)):
            super()._handle_exception(error)

    def crashed(self, error: BaseException) -> None:
        """An error nobody foresaw, from a task of a screen."""
        if isinstance(error, Exception):
            self._handle_exception(error)

    # --- what this terminal can show --------------------------------------------------------------

    @property
    def plain(self) -> bool:
        """Whether signs are drawn in ASCII: where there is nothing else, or where each is three bytes of a
        slow line."""
        return self.ascii_only or self.slow

    def dress(self, screen: Screen[Any]) -> None:
        """Draw without colour or with ASCII only where the terminal or the settings ask for it."""
        for widget in screen.query(LineDrawn):  # type: ignore[type-abstract]
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

        draft = self._unsaved.take_up(self.desk.session.staff_id)
        if draft is None:
            self.say("Nothing that was typed was left unsaved.")
            return
        self.keep_draft(draft.form, draft.fields, draft.record, draft.version)
        if draft.form in APPOINTMENT_FORMS and not isinstance(self.screen, AppointmentKeys):
            self.action_calendar()
        self._restore(draft)

    async def outside(self, act: Callable[P, R], *args: P.args, **kwargs: P.kwargs) -> R:
        """Run what is neither a query nor a write of the book off the event loop."""
        loop, seat = asyncio.get_running_loop(), self.seat
        doing = loop.run_in_executor(self._outside, self._aside, seat.desk.session, act, args, kwargs)
        return await (doing if self._stands_still() else seat.back(doing))

    # --- time -------------------------------------------------------------------------------------

    @property
    def now(self) -> int:
        """The present, UTC seconds."""
        return self.desk.session.clock()

    @property
    def order(self) -> Order:
        """How a date such as 3/4/2026 is read."""
        return cast("Order", self.desk.settings.date_order)

    @property
    def today(self) -> date:
        """The date on the clinic's wall."""
        return day_of(self.now, self.desk.session.zone)

    # --- life -------------------------------------------------------------------------------------

    def offer_next(self, taken: Callable[[str], bool]) -> bool:
        """Give the next key to ``taken``, which tells whether it was meant; any other key does what it
        always does, and ends the offer. False while keys are waiting: they were typed before it was seen.
        """
        if self.turns.typed_ahead:
            return False
        self._once = taken
        return True

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
        if isinstance(event, events.Key | events.Paste) and not event.is_forwarded:
            self.metering.key()
            self.turns.take(event)
            if isinstance(event, events.Key) and event.key in self._lock_keys:
                self.set_timer(PATIENCE, partial(self.seats.lock_anyway, event))
            return
        if isinstance(event, events.Resize) and not self.is_headless:
            event.size = event.virtual_size = event.container_size = terminal_size(event.size)
        await super().on_event(event)

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

    def save_drafts(self) -> None:
        """Write every draft now; called from the guard of the terminal as well."""
        self.desk.drafts.save_now()

    def leaving(self) -> None:
        """Nobody who is away comes back."""
        self.seats.release()

    def save_aside(self) -> None:
        """The same, without waiting for it."""
        self._outside.submit(self.desk.drafts.save_now)

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
        self._outside.submit(self._write_views)
        self._ended = True
        for pool in (self._writer, self._readers, self._adders, self._outside):
            pool.submit(self.desk.book.close)
            pool.shutdown(wait=True)

    def let_go_at_end(self) -> None:
        """This session holds a time: it goes with the session."""
        self.seat.holds = True

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
            self.live.start()
        if first.somebody:
            await self._welcome(first)
        else:
            self.turns.reading(-1)

    async def _welcome(self, seat: Seat) -> None:
        """Somebody's first screen stands."""
        try:
            self._offer_drafts(await self.outside(self.desk.drafts.latest, seat.desk.session.staff_id))
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
        await self._look_after()

    async def _look_after(self) -> None:
        """What is done once a start, behind everything else: by whoever comes first, and what changes the
        calendar by the first who may."""
        from ..queries.series import any_due

        if not self._looked_around and not self.is_headless:
            self._looked_around = True
            await self.look_around()
        if not self._kept_up and Right.BOOK in self.desk.session.rights:
            self._kept_up = True
            if await self.fetch(any_due, self.now):
                self._make_further_visits()
            await self._fill_holidays()

    async def look_around(self) -> None:
        """Tell whoever has just come what is wrong with the book, its disk or the clock."""
        from ..services.morning import look_around, pages_due

        session = self.desk.session
        apart = self.outside if pages_due(self.today.isoformat()) else self.fetch
        try:
            found = await apart(look_around, session)
        except PimError as error:
            self.tell(error)
        else:
            for text in found:
                self.notify(text, severity="warning", timeout=60)

    def _overtaken(self, says: str) -> None:
        """A newer version is here: it stays on the screen until somebody leaves."""
        self._newer = says
        if not self.seats.at_door:
            self.remind()

    def remind(self) -> None:
        """Tell whoever has just come in by the door what the door has taken away and holds still."""
        if self._newer:
            self.notify(self._newer, severity="error", timeout=12 * 3600)

    async def _fill_holidays(self) -> None:
        """Once a year, or when the settings name another place: behind everything else."""
        from ..domain.worktime import place_code
        from ..queries.hours import holidays_due

        session = self.desk.session
        place, kept = place_code(session.country, session.calendar.region), session.calendar.holidays
        if await self.fetch(holidays_due, place, kept, self.today):
            from ..services.holidays import FillHolidays, fill_holidays

            self.submit(fill_holidays, FillHolidays(), None, self._not_filled, waits=False)

    def _not_filled(self, error: PimError) -> None:
        """A place that nobody knows is told; that another desk was faster is not."""
        if isinstance(error, SettingsError):
            self.notify(str(error), severity="warning", timeout=20)

    def _make_further_visits(self) -> None:
        """Series go on by themselves: a batch at a time, behind everything else, until none needs any."""
        from ..services.series import ExtendSeries, extend_series

        def made(done: Done) -> None:
            if done.says:
                self.notify(done.says, severity="warning", timeout=20)
            self._make_further_visits()

        self.submit(extend_series, ExtendSeries(), made, lambda error: None, waits=False)

    def _offer_drafts(self, drafts: list[Draft]) -> None:
        if not drafts:
            return
        from .dialogs.drafts import DraftOffer

        def answered(choice: tuple[Draft, bool] | None) -> None:
            if choice is None:
                return
            draft, wanted = choice
            if wanted:
                self._outside.submit(self.desk.drafts.take_up, draft)
                self._restore(draft)
            else:
                self._outside.submit(self.desk.drafts.give_up, draft)
                self._offer_drafts([other for other in drafts if other is not draft])

        self.push_screen(DraftOffer(drafts), answered)

    def _restore(self, draft: Draft) -> None:
        """Give a draft to the screen whose form it is."""
        from .screens.appointments import AppointmentKeys
        from .screens.records import FORMS, reopen

        if draft.form == "till":
            from .screens.till import TillScreen

            self.push_screen(TillScreen(draft=draft))
        elif draft.form == "bill":
            from .screens.bill import BillScreen

            self.push_screen(BillScreen(int(draft.record), draft=draft))
        elif draft.form == LETTER_FORM:
            from .screens.moneyletters import reopen_letter

            reopen_letter(self, draft)
        elif draft.form == MESSAGE_FORM:
            from .screens.writing import reopen_message

            reopen_message(self, draft)
        elif draft.form == CALL_FORM:
            from .screens.calling import reopen_call

            reopen_call(self, draft)
        elif draft.form == WAITING_FORM:
            from .screens.waitinglist import reopen_waiting

            reopen_waiting(self, draft)
        elif draft.form in GOODS_FORMS:
            from .screens.goodsdrafts import reopen_goods

            reopen_goods(self, draft)
        elif draft.form in RESOURCE_FORMS:
            from .screens.resources import ResourcesScreen

            self.push_screen(ResourcesScreen(draft))
        elif draft.form == ROLE_FORM:
            from .screens.roles import RolesScreen

            self.push_screen(RolesScreen(draft))
        elif draft.form == KEYBACK_FORM:
            from .screens.keyback import KeybackScreen

            self.push_screen(KeybackScreen(date.fromisoformat(draft.record), draft.fields["line"]))
        elif draft.form in HOURS_FORMS:
            from .screens.hours import reopen_hours

            reopen_hours(self, draft)
        elif draft.form in FORMS:
            reopen(self, draft)
        elif draft.form in APPOINTMENT_FORMS and isinstance(self.screen, AppointmentKeys):
            self.screen.restore(draft)

    def push_then(self, screen: PimScreen, act: Callable[[], object]) -> None:
        """Show a screen and open something there; keys typed meanwhile are meant for that."""

        def opened() -> None:
            act()
            self.turns.reading(-1)

        self.turns.reading(+1)
        self.push_screen(screen)
        screen.call_after_refresh(opened)

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

    def expect_key(self, taken: Callable[[str], bool] | None) -> None:
        """The next key is offered to ``taken`` first."""
        self._once = taken

    def welcome(self, seat: Seat) -> None:
        """Somebody's first screen is shown: offer them what they had typed and not saved."""
        seat.turns.reading(+1)
        self.seats.begin_task(self._welcome(seat))

    def end(self, why: str, code: int, told: str) -> None:
        """The last session is over."""
        self._why = why
        self.exit(return_code=code, message=told or None)

    # --- keys that work everywhere ----------------------------------------------------------------

    async def run_action(
        self,
        action: str | ActionParseResult,
        default_namespace: DOMNode | None = None,
        namespaces: Mapping[str, DOMNode] | None = None,
    ) -> bool:
        """Carry out what a key stands for, unless it needs a right that is missing: then that is said."""
        screen, asked = self.screen, default_namespace
        scope = "app" if asked is self else asked.scope if isinstance(asked, PimScreen) else ""
        if isinstance(action, str) and isinstance(screen, PimScreen) and screen.lacks(action, scope):
            return True
        return await super().run_action(action, default_namespace, namespaces)

    def action_export(self) -> None:
        """Write what the screen shows to a file."""
        from .screens.handing import Exports

        if isinstance(self.screen, Exports):
            self.screen.export()
        else:
            self.say("There is nothing here that could be exported.")

    def action_undo(self) -> None:
        """Take back the last change of this session."""
        from ..services.undo import Undo, undo

        self.submit(undo, Undo(new_request()), lambda done: self.say(done.says))

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

    def action_lock(self) -> None:
        """Lock the screen; whoever has no PIN to open it again is asked whether they want to leave."""
        seat = self.seat
        if self.seats.at_door or seat.desk.door is None:
            return
        if seat.known.has_pin:
            self.seats.lock()
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
        return self.caps.printed(next(iter(self._lock_keys), ""))

    def action_help(self) -> None:
        """Show the keys of the screen below."""
        from .dialogs.help import HelpDialog

        if isinstance(self.screen, PimScreen):
            self.push_screen(HelpDialog(self.screen.scope))

    def action_palette(self) -> None:
        """Find a command of the screen below by its name, and carry it out."""
        from .dialogs.palette import Palette

        screen = self.screen
        if not isinstance(screen, PimScreen):
            return

        async def chosen(key: Key | None) -> None:
            if key is not None:
                await self.run_action(key.action, self if key.scope == "app" else screen)

        keys = [key for key in self.keys.of(screen.scope) if key.action != "palette"]
        self.push_screen(Palette(keys), chosen)

    def action_calendar(self) -> None:
        """Go back to the calendar."""
        while len(self.screen_stack) > 1:
            self.pop_screen()

    def action_customers(self) -> None:
        """Open the list of customers."""
        from .screens.customers import CustomersScreen

        if not isinstance(self.screen, CustomersScreen):
            self.push_screen(CustomersScreen())

    def action_imports(self) -> None:
        """Open the list of files and imports, and what is under way or was not looked at yet."""
        from .screens.imports import open_imports

        if self._allowed(Right.IMPORT):
            open_imports(self)

    def action_till(self) -> None:
        """Open the till; there, go to the next kind of bill."""
        from .screens.till import TillScreen

        if not self._allowed(Right.POST_BILL):
            return
        if isinstance(self.screen, TillScreen):
            self.screen.next_kind()
        elif any(isinstance(screen, TillScreen) for screen in self.screen_stack):
            while not isinstance(self.screen, TillScreen):
                self.pop_screen()
        else:
            self.push_screen(TillScreen())

    def action_refunds(self) -> None:
        """Open the list of what waits to be approved or paid back."""
        from .screens.refunds import RefundsScreen

        if self._allowed(Right.SEE_BILL) and not isinstance(self.screen, RefundsScreen):
            self.push_screen(RefundsScreen())

    def action_staff(self) -> None:
        """Open the staff list."""
        from .screens.staff import StaffScreen

        if not isinstance(self.screen, StaffScreen):
            self.push_screen(StaffScreen())

    def action_roles(self) -> None:
        """Open the table of roles and rights."""
        from .screens.roles import RolesScreen

        if not isinstance(self.screen, RolesScreen):
            self.push_screen(RolesScreen())

    def action_products(self) -> None:
        """Open the list of products."""
        from .screens.products import ProductsScreen

        if self._allowed(Right.SEE_PRODUCT) and not isinstance(self.screen, ProductsScreen):
            self.push_screen(ProductsScreen())

    def action_day_close(self) -> None:
        """Open the close of the day."""
        from .screens.dayclose import DayCloseScreen

        if self._allowed(Right.SEE_BILL) and not isinstance(self.screen, DayCloseScreen):
            self.push_screen(DayCloseScreen())

    def action_lists(self) -> None:
        """Open the lists of the whole clinic."""
        from .screens.cliniclists import ListsScreen

        if self._allowed(Right.SEE_BILL) and not isinstance(self.screen, ListsScreen):
            self.push_screen(ListsScreen())

    def action_journal(self) -> None:
        """Open the journal: of what the screen shows, where it is one record; there, all of it."""
        from .screens.journal import JournalScreen

        if not self._allowed(Right.SEE_JOURNAL):
            return
        if isinstance(self.screen, JournalScreen):
            self.screen.action_whole()
        elif isinstance(self.screen, PimScreen):
            self.push_screen(JournalScreen(*(self.screen.journal_about or ())))

    def action_glass(self) -> None:
        """Open the list of records that were opened for a reason."""
        from .screens.glass import GlassScreen

        if self._allowed(Right.REVIEW_GLASS) and not isinstance(self.screen, GlassScreen):
            self.push_screen(GlassScreen())

    def action_find(self) -> None:
        """Find a customer and open the profile."""
        from .dialogs.find import FindDialog, Person
        from .screens.profile import ProfileScreen

        def found(person: Person | None) -> None:
            if person is not None:
                self.push_screen(ProfileScreen(person.id))

        self.push_screen(FindDialog(), found)


_AT_WORK = (events.Key, events.Paste, events.MouseDown, events.MouseScrollDown, events.MouseScrollUp)
"""What somebody at the terminal does; a mouse that is only pushed aside is nobody."""


def terminal_size(told: Size) -> Size:
    """The size the terminal has now; ``told`` where it cannot be asked.

    While a window is dragged, signals interrupt each other's handler, and the sizes they read arrive
    in the wrong order: the last one told may be an old one.
    """
    try:
        asked = os.get_terminal_size(sys.__stderr__.fileno())  # type: ignore[union-attr]
    except (AttributeError, OSError, ValueError):
        return told
    return Size(*asked) if all(asked) else told


def _collect_again() -> None:
    """Garbage was not collected while starting; what was made lives as long as the process, so it is
    never searched."""
    gc.freeze()
    gc.enable()
