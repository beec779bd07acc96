"""What every screen and dialog shares: its scope in the key table, and its way to the data."""

from __future__ import annotations

import asyncio
from abc import abstractmethod
from collections.abc import Callable, Coroutine, Iterable
from contextvars import copy_context
from functools import partial
from typing import TYPE_CHECKING, Any, ClassVar, ParamSpec, TypeVar, cast
from weakref import WeakSet

from textual import events
from textual.binding import BindingType
from textual.css.query import NoMatches
from textual.geometry import Size
from textual.message import Message
from textual.screen import ModalScreen, Screen
from textual.widgets import Static

from ..domain.news import News, summed
from ..domain.rights import TITLES, Right
from ..errors import Forbidden, PimError
from .keyrights import needed
from .keys import OF_SCREENS, Key
from .messages import Changed
from .textsafe import show
from .turns import ASIDE, HOLDS
from .widgets.bars import KeyBar

if TYPE_CHECKING:
    from ..domain.quickline import Names
    from ..queries.catalogue import Catalogue
    from ..queries.holds import Asker
    from ..queries.journal import JournalWanted
    from ..services.work import Done
    from .app import PimApp

    _Base = Screen[Any]
else:
    _Base = object

P = ParamSpec("P")
R = TypeVar("R")
Result = TypeVar("Result")

TELLING: WeakSet[asyncio.Task[Any]] = WeakSet()
"""The tasks begun by :meth:`Reads.load`, which tells when something cannot be read."""


class Reads(_Base):
    """The way to the data that screens and dialogs share."""

    def __init__(self, *args: Any, **options: Any) -> None:
        super().__init__(*args, **options)
        self._seat = self.pim.seat
        self._loading: dict[str, asyncio.Task[None]] = {}
        self._again: set[str] = set()
        self._shown_before = False

    @property
    def pim(self) -> PimApp:
        """The app, by its own type."""
        return cast("PimApp", self.app)

    @property
    def asker(self) -> Asker:
        """Who asks what is in the way: what this session holds is not (T8)."""
        from ..queries.holds import Asker

        session = self.pim.desk.session
        return Asker(session.key, self.pim.now, session.zone)

    def spoken(self, known: Catalogue, customer: tuple[int, str] | None = None) -> Names:
        """The clinic's names as a typed line is read by; ``customer`` is somebody who is chosen already."""
        settings = self.pim.desk.settings
        return known.names(
            self.pim.desk.session.zone,
            self.pim.now,
            self.pim.order,
            settings.default_minutes,
            settings.opens_at,
            settings.closes_at,
            customer,
        )

    def keyed(self, about: str, keys: str) -> str:
        """A sentence of ours: ``about`` as it is, and what ``keys`` do by what they are called here."""
        return about + self.pim.caps.told(keys)

    def allowed(self, right: Right) -> bool:
        """Whether whoever works here has the right; else it is said with who has it, before one types."""
        if right in self.pim.desk.session.rights:
            return True
        self.load(self._tell_lacking, right, group="lacking")
        return False

    async def _tell_lacking(self, right: Right) -> None:
        from ..queries.roles import roles_with

        who = ", ".join(await self.fetch(roles_with, right)) or "nobody"
        self.pim.say(f"You do not have the right to {TITLES[right]}. Who may: {who}.")

    async def fetch(self, query: Callable[P, R], *args: P.args, **kwargs: P.kwargs) -> R:
        """Read: frozen rows come back from the reading connection."""
        return await self.pim.fetch_for(self._seat, query, *args, **kwargs)

    def load(
        self,
        reading: Callable[..., Coroutine[Any, Any, None]],
        *args: Any,
        group: str = "load",
        waits: bool = True,
    ) -> None:
        """Start a coroutine that reads and shows; a newer one of the same group replaces it.

        Keys that act on what it shows wait for it, except with ``waits`` False: for what no key needs. While
        whoever it is for is away, it waits for them.
        """
        if not self._seat.is_here:
            self._seat.when_here(partial(self.load, reading, *args, group=group, waits=waits))
            return
        self._seat.turns.reading(+waits)
        if (older := self._loading.get(group)) is not None:
            older.cancel()
        task = self._loading[group] = asyncio.create_task(self._told_of(reading, args))
        task.add_done_callback(lambda done: self._loaded(done, waits))

    def load_aside(self, reading: Callable[..., Coroutine[Any, Any, None]], *args: Any, group: str) -> None:
        """Start a coroutine that reads what may take long, on a connection of its own: neither keys nor other
        reading waits for it. A newer one of the same group replaces it.
        """
        if (older := self._loading.get(group)) is not None:
            older.cancel()
        context = copy_context()
        context.run(HOLDS.set, False)
        context.run(ASIDE.set, True)
        task = asyncio.create_task(self._told_of(reading, args), context=context)
        self._loading[group] = task
        self.pim.asides.add(task)
        task.add_done_callback(self.pim.asides.discard)
        task.add_done_callback(self._reloaded)

    def reload(
        self, reading: Callable[..., Coroutine[Any, Any, None]], *args: Any, group: str = "load"
    ) -> None:
        """Read and show again because somebody else changed something; no key waits for it.

        What the person asked for comes first: while that is being read, this waits, and it is read once
        however often it was asked for.
        """
        if not self._seat.is_here:
            self._seat.when_here(partial(self.reload, reading, *args, group=group))
        elif (under_way := self._loading.get(group)) is None or under_way.done():
            context = copy_context()
            context.run(HOLDS.set, False)
            task = asyncio.create_task(self._told_of(reading, args), context=context)
            self._loading[group] = task
            task.add_done_callback(self._reloaded)
        elif group not in self._again:
            self._again.add(group)
            under_way.add_done_callback(lambda _: self._reload_now(reading, args, group))

    def _reload_now(
        self, reading: Callable[..., Coroutine[Any, Any, None]], args: tuple[Any, ...], group: str
    ) -> None:
        self._again.discard(group)
        if self.is_attached:
            self.reload(reading, *args, group=group)

    async def _told_of(
        self, reading: Callable[..., Coroutine[Any, Any, None]], args: tuple[Any, ...]
    ) -> None:
        TELLING.add(cast("asyncio.Task[None]", asyncio.current_task()))
        try:
            await reading(*args)
        except PimError as error:
            self.pim.tell(error)

    def _loaded(self, task: asyncio.Task[None], waits: bool) -> None:
        self._seat.turns.reading(-waits)
        self._reloaded(task)

    def _reloaded(self, task: asyncio.Task[None]) -> None:
        if task.cancelled() or (error := task.exception()) is None:
            return
        # What a screen was left with is taken apart before its reading is ended: nobody is left to see it.
        shown: list[object] = [*self.pim.screen_stack]
        if not isinstance(error, NoMatches) or (self in shown and self.pim.is_running):
            self.pim.crashed(error)

    def _on_screen_resume(self, event: events.ScreenResume) -> None:
        """Its widgets were styled as they were mounted: a new screen need not be styled again."""
        event.refresh_styles = event.refresh_styles and self._shown_before
        self._shown_before = True
        self.pim.name_on(self)
        if self.query(KeyBar):
            self.pim.back_on_screen()

    async def _dispatch_message(self, message: Message) -> None:
        """What is refused while a screen reads by itself is told; a dialog that cannot begin goes again."""
        try:
            await super()._dispatch_message(message)
        except Forbidden as error:
            self.pim.tell(error)
            if isinstance(self, PimDialog) and isinstance(message, events.Mount):
                self.call_later(self.action_dismiss_none)

    def on_unmount(self) -> None:
        """Nobody is left to show it to."""
        for task in self._loading.values():
            task.cancel()


class PimScreen(Reads, Screen[None]):
    """A whole screen. ``scope`` names its rows in the key table."""

    scope: ClassVar[str] = "app"
    exports: ClassVar[bool] = False
    """Whether what it shows can be written to a file."""
    customer_shown: int | None = None
    """The customer that all of it is about: the till opens for them."""

    def __init__(self) -> None:
        super().__init__()
        for binding in self.pim.keys.bindings(self.scope):
            self._bindings.bind(
                binding.key, binding.action, binding.description, show=False, priority=binding.priority
            )
        for binding in self.pim.keys.bindings("app"):
            if binding.id in OF_SCREENS:
                self._bindings.bind(binding.key, f"app.{binding.action}", show=False, priority=True)

    def offered(self) -> list[Key]:
        """The keys for the footer: its own, and of those that work everywhere what does something here;
        none that would be refused to whoever works here."""
        keys, rights = self.pim.keys.footer(self.scope), self.pim.desk.session.rights
        return [
            key
            for key in keys
            if (key.id != "app.export" or self.exports)
            and ((right := self.needed(key.action, key.scope)) is None or right in rights)
        ]

    @property
    def journal_about(self) -> tuple[JournalWanted, str] | None:
        """What the journal's key shows lines about here, and that in words; None for all of it."""
        return None

    def _compositor_refresh(self) -> None:
        """What changes below another screen is drawn when that one is gone; only a dialog lets see it.

        Textual (8.2) takes the screen below for visible, and sends all of the one above for each change.
        """
        if self.app.screen is self or self.app.screen.is_modal:
            # All of it is about to be drawn: what has changed of it until then would be drawn twice.
            if not self._repaint_required:
                super()._compositor_refresh()
        else:
            self._compositor._dirty_regions.clear()
            self._dirty_widgets.clear()

    def action_back(self) -> None:
        """Back to where one came from."""
        self.app.pop_screen()

    def opens_with(self, says: str) -> None:
        """Why it was opened, in its own footer, whatever lies over it by now."""
        self.query_one(KeyBar).say(says)
        self.pim.remember(says)

    def taken_back(self, done: Done) -> None:
        """The last change was taken back from here; a screen may go to where it is now."""

    def _screen_resized(self, size: Size) -> None:
        """Lay out for another size; Textual (8.2) tells a new screen of its size again and again."""
        if size != self._compositor.size:
            super()._screen_resized(size)

    def lacks(self, action: str, scope: str) -> bool:
        """Whether a key of ``scope`` needs a right that whoever works here does not have; then it says so."""
        right = self.needed(action, scope)
        return right is not None and not self.allowed(right)

    def needed(self, action: str, scope: str) -> Right | None:
        """The right that a key of ``scope`` needs here."""
        return needed(scope, action)

    def elsewhere(self, action: str) -> str:
        """Where a key of this screen works, when it does nothing with what is shown; else empty."""
        return ""

    def tell_news(self, news: Iterable[News]) -> None:
        """Say in the footer what others did to what is shown here; a screen below another one is silent."""
        says = summed(list(news))
        seen = [screen for screen in self.app.screen_stack if isinstance(screen, PimScreen)]
        if says and seen[-1:] == [self]:
            self.query_one(KeyBar).tell(says)


def stay(done: Done) -> None:
    """What a screen does after a change that it need not follow."""


WIDEST = 110
"""Cells of the widest dialog, as its sheet has it."""


class PimDialog(Reads, ModalScreen[Result]):
    """A question: it returns a value, or None when it is left with Esc, and writes nothing."""

    scope: ClassVar[str] = "dialog"

    def __init__(self) -> None:
        super().__init__()
        self.set_class(self.pim.plain, "-ascii")
        self._fit(self.app.size.width)
        # Textual hides the app's keys behind a dialog; leaving has to work from everywhere.
        for binding in self.pim.keys.bindings("app"):
            if binding.action == "leave":
                self._bindings.bind(binding.key, "app.leave", binding.description, show=False)

    def headed(self, about: str, keys: str) -> Static:
        """The first line: what is asked, and what ``keys`` do, by what they are called here."""
        return Static(show(self.keyed(f"{about}   ", f"({keys})")), classes="heading")

    def warn(self, text: str) -> None:
        """Say what is wrong, or with an empty text that nothing is any more."""
        warning = self.query_one(".warning", Static)
        warning.update(show(text))
        warning.display = bool(text)

    def on_resize(self, event: events.Resize) -> None:
        """The frame is that of the new width."""
        self._fit(event.size.width)

    def _fit(self, width: int) -> None:
        """A dialog as wide as the screen needs no sides. Known before it is drawn, or it were drawn twice."""
        self.set_class(width <= WIDEST, "-whole")

    def action_dismiss_none(self) -> None:
        """Leave without an answer."""
        self.dismiss(None)


class RecordDialog(PimDialog[Result]):
    """A form over one record: it tells when somebody else changes that record meanwhile.

    ``FORM`` is the record's table as well as the name of its drafts.
    """

    BINDINGS: ClassVar[list[BindingType]] = [
        ("escape", "dismiss_none", "Back"),
        ("ctrl+s,f9", "save", "Save"),
    ]
    FORM: str
    _title: str
    _record: str

    def on_changed(self, event: Changed) -> None:
        """A word beside the title; what is typed stays, and saving shows both values."""
        for one in event.news:
            if one.kind == self.FORM and str(one.id) == self._record:
                told = f"{self._title}   changed meanwhile by {one.who or 'somebody'}: saving will compare"
                self.query_one(".heading", Static).update(show(told))

    @abstractmethod
    def action_save(self) -> None:
        """Return what was typed, or show what is wrong with it."""
