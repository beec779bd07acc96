"""The demo clinic at a fixed moment, before a terminal that takes everything: what each key sends."""

from __future__ import annotations

import asyncio
import os
from collections.abc import AsyncIterator, Callable
from contextlib import asynccontextmanager
from dataclasses import dataclass, replace
from datetime import datetime
from typing import Any
from unittest import mock

from textual.drivers import headless_driver
from textual.drivers.headless_driver import HeadlessDriver

from pim_tui.domain.moments import resolve
from pim_tui.tui.app import PimApp
from pim_tui.tui.terminal.driver import CellDriver
from tests.readme.picture import SETTINGS, demo
from tests.tui.stage import Player

WEEK = tuple(resolve(datetime(2026, 11, day, 10, 20), SETTINGS.zone) for day in range(23, 28))
"""When the demo clinic is opened, Monday to Friday: what a key sends depends on the day that is shown, and
each is full in its own way."""


class Line:
    """In the place of an outlet: keeps what it is given, and is always free."""

    waiting, last_at = False, 0.0

    def __init__(self, ready: Callable[[], object]) -> None:
        self.taken = bytearray()
        self.frames: list[int] = []
        self._ready, self._wanted, self._held = ready, False, False

    @property
    def count(self) -> int:
        return len(self.taken)

    @property
    def idle(self) -> bool:
        return not self._wanted

    def write(self, data: bytes) -> None:
        self.taken += data

    def want(self) -> None:
        if not self._wanted:
            self._wanted = True
            asyncio.get_running_loop().call_soon(self._picture)

    def hold(self, seconds: float) -> None:
        """However long it takes: figures do not depend on how fast a machine is."""
        self._held = True

    def let_go(self, *, all_of_it: bool) -> None:
        if self._wanted or all_of_it:
            self._held = False
            self._picture()

    def _picture(self) -> None:
        if self._held or not self._wanted:
            return
        self._wanted = False
        before = self.count
        self._ready()
        if self.count > before:
            self.frames.append(self.count - before)


class Recorded(CellDriver, HeadlessDriver):
    """The driver as it is, but for the terminal."""

    is_headless = True

    def __init__(self, *args: Any, **options: Any) -> None:
        with mock.patch("signal.signal"):
            super().__init__(*args, **options)
        self.outlet = Line(self.flush_frame)  # type: ignore[assignment]

    def start_application_mode(self) -> None:
        HeadlessDriver.start_application_mode(self)

    def stop_application_mode(self) -> None:
        HeadlessDriver.stop_application_mode(self)

    def disable_input(self) -> None:
        HeadlessDriver.disable_input(self)

    def close(self) -> None:
        HeadlessDriver.close(self)

    def _get_terminal_size(self) -> tuple[int, int]:
        return HeadlessDriver._get_terminal_size(self)


@dataclass
class Clerk(Player):
    """Somebody at the keyboard who counts bytes."""

    @property
    def line(self) -> Line:
        return self.app._driver.outlet  # type: ignore[union-attr, return-value]

    async def cost(self, *keys: str) -> int:
        """Bytes that these keys send, all together."""
        before = self.line.count
        await self.press(*keys)
        await self.quiet()
        return self.line.count - before

    async def quiet(self) -> None:
        """Wait until the last picture is sent."""
        for _ in range(3):
            await self.pilot.pause()
            while not self.line.idle:
                await asyncio.sleep(0)


@asynccontextmanager
async def counting(
    term: str = "xterm-256color", size: tuple[int, int] = (80, 24), at: int = WEEK[0], **settings: str
) -> AsyncIterator[Clerk]:
    """The app on the demo clinic of a moment, settled on its first screen, on a terminal of this kind."""
    kept = {name: os.environ[name] for name in ("HOME", "PATH", "TMPDIR") if name in os.environ}
    env = {**kept, "TERM": term, "LANG": "C.UTF-8"}
    with demo(at) as made, mock.patch.dict(os.environ, env, clear=True):
        app = PimApp(replace(made, settings=replace(made.settings, symbols="unicode", **settings)))
        with mock.patch.object(headless_driver, "HeadlessDriver", Recorded):
            async with app.run_test(size=size) as pilot:
                clerk = Clerk(app, pilot)
                await clerk.press()
                await clerk.quiet()
                yield clerk
