"""One long piece of work at a time, on a thread and a connection of its own.

No screen owns it: whoever leaves the screen that started it goes on working, and hears when it ends.
"""

from __future__ import annotations

import asyncio
import threading
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from contextlib import suppress
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any

from textual.message import Message

from ..errors import PimError, Refused
from .leaving import Left

if TYPE_CHECKING:
    from .app import PimApp
    from .seat import Seat

Progress = Callable[[int, int], object]
Stop = Callable[[], bool]


@dataclass(eq=False, slots=True)
class Job:
    """A piece of work. ``act`` is told how to report progress and how to see whether to stop.

    ``about`` is what the screen that shows it needs to know; ``seen`` once somebody has looked at what
    came of it. ``percent`` is how far it is.
    """

    title: str
    act: Callable[[Progress, Stop], Any]
    about: Any = None
    percent: int = 0
    result: Any = None
    error: PimError | None = None
    ended: bool = False
    seen: bool = False
    stopping: threading.Event = field(default_factory=threading.Event)

    @property
    def says(self) -> str:
        """How far it is, as a sentence."""
        way = "Stopping after the batch under way." if self.stopping.is_set() else "Esc stops it."
        return f"{self.title}: {self.percent} %. {way}"


class Moved(Message, bubble=False):
    """The work under way has come further, or has ended."""

    def __init__(self, job: Job) -> None:
        super().__init__()
        self.job = job


class LongWork:
    """What somebody at this terminal has under way, or had last."""

    def __init__(self, app: PimApp, seat: Seat) -> None:
        self._app, self._seat = app, seat
        self._pool: ThreadPoolExecutor | None = None
        self._task: asyncio.Task[None] | None = None
        self.job: Job | None = None

    @property
    def running(self) -> Job | None:
        """The work under way."""
        return self.job if self.job is not None and not self.job.ended else None

    def start(self, job: Job, on_end: Callable[[Job], None]) -> None:
        """Begin; ``on_end`` is called when it has ended. :class:`Refused` while other work is under way."""
        if (other := self.running) is not None:
            raise Refused(f"{other.title} is still under way.", "Wait until it has ended, or stop it.")
        self._pool = self._pool or ThreadPoolExecutor(1, thread_name_prefix="long")
        self.job = job
        self._task = asyncio.create_task(self._carried_out(self._pool, job, on_end))

    async def ended(self) -> None:
        """Wait until nothing is under way."""
        if self._task is not None:
            await self._task

    def stop(self) -> None:
        """Stop after the batch under way; the connection is given back then."""
        if self._pool is not None:
            if self.job is not None:
                self.job.stopping.set()
            self._pool.submit(self._app.desk.book.close)
            self._pool.shutdown(wait=False)

    def close(self) -> None:
        """Stop, and wait until it has ended."""
        if self._pool is not None:
            self.stop()
            self._pool.shutdown(wait=True)

    async def _carried_out(self, pool: ThreadPoolExecutor, job: Job, on_end: Callable[[Job], None]) -> None:
        loop = asyncio.get_running_loop()

        def progress(done: int, total: int) -> None:
            percent = done * 100 // max(1, total)
            if percent != job.percent:
                job.percent = percent
                loop.call_soon_threadsafe(self._tell, job)

        try:
            job.result = await loop.run_in_executor(pool, self._act, job, progress)
        except PimError as error:
            job.error = error
        except Exception as error:
            self._app.crashed(error)
            return
        finally:
            job.ended = True
        with suppress(Left):
            await self._seat.present()
            on_end(job)
            self._tell(job)

    def _act(self, job: Job, progress: Progress) -> Any:
        self._app.desk.book.connect()
        return job.act(progress, job.stopping.is_set)

    def _tell(self, job: Job) -> None:
        if self._seat.is_here:
            for screen in self._app.screen_stack:
                screen.post_message(Moved(job))
