"""What a session lends to printing, and what it does after a print: ask what became of it, and tell."""

from __future__ import annotations

import asyncio
from collections.abc import Callable
from contextlib import suppress
from functools import partial
from typing import TYPE_CHECKING, ClassVar

from ..errors import PimError
from .leaving import Left
from .requests import new_request
from .widgets.bars import KeyBar

if TYPE_CHECKING:
    from ..services.carrying import Ways
    from ..services.printers import Became
    from ..services.printing import PrintPaper, Stationery
    from ..services.wanted import Wanted
    from ..services.work import Done
    from .app import PimApp
    from .seat import Seat


class Printing:
    """The session's prints. No key waits for any of it."""

    LOOKS: ClassVar[tuple[float, ...]] = (2, 3, 5, 10, 15, 25)
    """Seconds before each look at the queue: a minute in all."""

    def __init__(self, app: PimApp, seat: Seat) -> None:
        self._app, self._seat = app, seat
        self._following: set[asyncio.Task[None]] = set()

    def ways(self) -> Ways:
        """The person's own folder, and the terminal that the session is on."""
        from ..services.carrying import Ways

        app, desk = self._app, self._app.desk
        return Ways(str(desk.own.outbox), app.write_through, desk.settings.media_copy, app.ascii_only)

    def paper(self) -> Stationery:
        """The clinic's paper and printers."""
        from ..services.stationery import stationery

        return stationery(self._app.desk.settings)

    def usual_place(self, wanted: Wanted | None = None) -> str:
        """Empty where such a paper can go to its printer, else ``pdf``."""
        from ..services.printers import can_print
        from ..services.wanted import SLIPS, LabelPaper

        slip, label = isinstance(wanted, SLIPS), isinstance(wanted, LabelPaper)
        return "" if can_print(self.paper(), slip=slip, label=label) else "pdf"

    def send(
        self, command: PrintPaper, also: str = "", refused: Callable[[PimError], object] | None = None
    ) -> None:
        """Print; ``also`` is said of it, ``refused`` hears what was refused in place of the person."""
        from ..services.printing import print_paper

        self._app.say("Printing…")
        service = partial(print_paper, ways=self.ways())
        self._app.submit(service, command, partial(self._sent, also), refused, waits=False)

    def test(self, said: str) -> None:
        """Print a test page on the printer called ``said``."""
        from ..services.printers import PrintTest, print_test

        command = PrintTest(said, self.paper(), new_request())
        service = partial(print_test, ways=self.ways())
        self._app.submit(service, command, partial(self._sent, ""), waits=False)

    def _sent(self, also: str, done: Done) -> None:
        self._app.say(f"{also} {done.says}".strip())
        self.follow(done)

    def follow(self, done: Done) -> None:
        """Ask for a minute what became of a print that CUPS took; accepted is not printed."""
        name, job = getattr(done, "name", ""), getattr(done, "job", "")
        if job:
            task = asyncio.create_task(self._follow(name, job))
            self._following.add(task)
            task.add_done_callback(self._following.discard)

    def close(self) -> None:
        """The session ends; what CUPS has, it prints without us."""
        for task in self._following:
            task.cancel()

    async def _follow(self, name: str, job: str) -> None:
        with suppress(Left):
            await self._asked(name, job)

    async def _asked(self, name: str, job: str) -> None:
        from ..services.printers import became_of

        for seconds in self.LOOKS:
            await asyncio.sleep(seconds)
            await self._seat.present()
            try:
                found = await self._app.outside(became_of, self._app.desk.session, job)
            except PimError as error:
                self._tell(error.message)
                return
            if found.ended:
                break
        self._end(name, found)

    def _end(self, name: str, found: Became) -> None:
        says = f"{name} {found.says}."
        if found.trouble:
            self._app.notify(says, severity="warning", timeout=20)
        else:
            self._tell(says)

    def _tell(self, says: str) -> None:
        """Beside what the person was told last, in whatever they do now."""
        if bars := self._app.screen.query(KeyBar):
            bars.first().tell(says)
            self._app.remember(says)
        else:
            self._app.notify(says, timeout=6)
