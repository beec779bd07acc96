"""The driver between Textual and the terminal: it holds the picture that is wanted and the one that is shown.

The seam, for what builds on it:

- `CellDriver.paint` takes what the compositor painted into the picture that is wanted; nothing is encoded.
- `CellDriver.flush_frame` encodes the way from what is shown to what is wanted and sends it. The `Outlet`
  calls it, on the event loop, when the line is free: pictures that it has not taken thereby merge into one.
- `CellDriver.send` is the one place where bytes go to the outlet. Anything else that is written (the
  clipboard, papers for a printer at the terminal) goes through `write`, in its order, between two pictures.
- `CellDriver.forget` is for whoever knows that the screen is not what was sent: all of it is sent anew;
  `CellDriver.take_again` also where the modes may be others.

The modes of the terminal are those of its `Profile`, taken and given back as a whole; whatever Textual would
switch on by itself is left out.
"""

from __future__ import annotations

import os
import selectors
import sys
import termios
import time
import tty
from contextlib import suppress
from functools import partial
from typing import Any, Final, cast

from textual._compositor import ChopsUpdate, CompositorUpdate, LayoutUpdate
from textual.app import App
from textual.drivers import linux_driver
from textual.drivers.linux_driver import LinuxDriver
from textual.message import Message
from textual.strip import Strip

from ..keyboard import Answered
from ..lent import may_use_terminal
from ..lineend import number_of
from ..looks import bytes_a_second, line_speed
from ..textsafe import put_for
from .cells import Cells, Frame
from .difference import Shown, between
from .outlet import Outlet
from .pace import Pace
from .profile import Profile

_MOMENT: Final = 0.1
"""Seconds at most that what a key has begun is waited for, so that it is one picture: nobody notices them."""
_WORTH_WAITING: Final = 0.5
"""The same on a slow line, which would be twice as long busy with a picture that is out of date."""
_ASSUMED: Final = 960.0
"""Bytes a second of a line that is said to be slow, until the terminal's answers tell more: 9600 baud."""
_ASIDE: Final = 0.2
"""Seconds between two looks whether the terminal is ours again."""
_AWAKE: Final = 2.0
"""Seconds after a key in which more of it may come, however slow the line."""
_LEAVE: Final = 1.0
"""Seconds for what is still to be written, or heard, when the program leaves."""


class CellDriver(LinuxDriver):
    """Textual's driver of a terminal, which sends the cells that differ. The app has a ``profile``."""

    def __init__(
        self, app: App[Any], *, debug: bool = False, mouse: bool = True, size: tuple[int, int] | None = None
    ) -> None:
        self.profile: Profile = app.profile  # type: ignore[attr-defined]  # ours has one
        super().__init__(app, debug=debug, mouse=mouse and self.profile.mouse, size=size)
        self._cells = Cells(self.profile)
        self._wanted = Frame(0, 0, self._cells.blank)
        self._cursor: tuple[int, int] | None = None
        self._shown = Shown()
        self._modes_are_ours = True
        self.outlet: Outlet | None = None
        """The way to the terminal, while the program has it."""
        self._ends = -1

    @property
    def waiting(self) -> bool:
        """Whether bytes wait for the terminal to take them; from any thread."""
        return self.outlet is not None and self.outlet.waiting

    # --- pictures ---------------------------------------------------------------------------------

    def paint(self, update: CompositorUpdate, cursor: tuple[int, int] | None) -> None:
        """Take a picture, or parts of one, and where the cursor belongs, None for nowhere; it is sent when
        the line is free."""
        if isinstance(update, LayoutUpdate):
            self._lay_out(update)
        elif isinstance(update, ChopsUpdate):
            self._patch(update)
        self._cursor = cursor
        self._want()

    def flush_frame(self) -> None:
        """Send what differs; nothing where nothing does."""
        if not self._wanted.rows:
            return
        data = between(self._shown, self._wanted, self.profile, self._cells, self._cursor)
        if data:
            self.write(data)

    def forget(self) -> None:
        """The terminal may show anything: send the whole picture."""
        self._shown.forget()
        self._want()

    def take_again(self) -> None:
        """Somebody else had the terminal: set its modes once more, and send the whole picture."""
        self.write(self.profile.again)
        self.forget()

    def resized(self, width: int, height: int) -> None:
        """The window has this size. What is new is laid out anew; where it is that of the picture again,
        nothing is, and the window shows what it has made of the picture meanwhile."""
        if (width, height) == (self._wanted.width, self._wanted.height):
            self.forget()

    def hold(self) -> None:
        """A key is being carried out: wait a moment for all that it changes, and send one picture."""
        if self.outlet is not None:
            self.outlet.hold(_WORTH_WAITING if self.profile.slow else _MOMENT)

    def let_go(self, *, all_of_it: bool) -> None:
        """It is carried out; not ``all_of_it`` where another key has followed."""
        if self.outlet is not None:
            self.outlet.let_go(all_of_it=all_of_it)

    def _want(self) -> None:
        if self.outlet is not None:
            self.outlet.want()

    def _lay_out(self, update: LayoutUpdate) -> None:
        region = update.region
        if not region.x and not region.y and region.size != (self._wanted.width, self._wanted.height):
            self._wanted = Frame(region.width, region.height, self._cells.blank)
            self._shown.forget()
        for y, strips in enumerate(update.strips, region.y):
            row = self._cells.of(segment for strip in strips for segment in strip)
            self._wanted.place(region.x, y, row)

    def _patch(self, update: ChopsUpdate) -> None:
        """Each piece that a span touches, whole: Textual has painted all of it."""
        of, place = self._cells.of, self._wanted.place
        for y, left, right in update.spans:
            pieces = cast("dict[int, Strip | None]", update.chops[y])
            for end, (x, strip) in zip(update.chop_ends[y], pieces.items(), strict=False):
                if strip is not None and x < right and end > left:
                    place(x, y, of(strip))

    # --- bytes ------------------------------------------------------------------------------------

    def write(self, data: str) -> None:
        """Send text as it is, between two pictures; from any thread. Where there is only ASCII, a question
        mark stands for anything else."""
        if self._modes_are_ours:
            self.send(data.encode("ascii" if self.profile.ascii_only else "utf-8", "replace"))

    def send(self, data: bytes) -> None:
        """Hand bytes to the line, behind those that it was handed before."""
        if self.outlet is not None:
            self.outlet.write(data)

    def process_message(self, message: Message) -> None:
        """On the thread that reads keys: what the terminal answers is no key."""
        if not isinstance(message, Answered):
            super().process_message(message)
        elif self.outlet is not None:
            self.outlet.heard()

    # --- the terminal's modes ---------------------------------------------------------------------

    def start_application_mode(self) -> None:
        """Take the terminal over."""
        put_for(linux_driver, "WriterThread", _NoThread)
        self._let_go()
        ends, self._ends = os.pipe()
        put_for(linux_driver, "selectors", _Keys(ends))
        asks = self.profile.status_reports and (self.profile.slow or self.profile.far)
        told = bytes_a_second(line_speed())
        pace = Pace(_ASSUMED if told is None and self.profile.slow else told, asks=asks)
        self.outlet = Outlet(number_of(sys.__stderr__), pace, self.flush_frame)
        self._modes_are_ours = False
        super().start_application_mode()  # type: ignore[no-untyped-call]  # Textual names no types there
        self._modes_are_ours = True
        self._feed_lines_only()
        self._shown.forget()
        self.write(self.profile.enter)

    def _feed_lines_only(self) -> None:
        """A line feed is sent as it is, without a carriage return to it. Either way the picture is right."""
        with suppress(termios.error):
            modes = termios.tcgetattr(self.fileno)
            modes[tty.OFLAG] &= ~termios.OPOST
            termios.tcsetattr(self.fileno, termios.TCSANOW, modes)

    def stop_application_mode(self) -> None:
        """Give the terminal back as it was."""
        self._modes_are_ours = False
        super().stop_application_mode()
        self._modes_are_ours = True
        if self.outlet is not None:
            self.outlet.show_no_more()
            self.write(self.profile.leave)
            self.outlet.finish(_LEAVE)

    def disable_input(self) -> None:
        """Take no more keys; the mouse is silenced with the other modes. An answer of the terminal that came
        afterwards would be typed into the shell."""
        if self.outlet is not None:
            self.outlet.hear_out(_LEAVE)
        mine, self._modes_are_ours = self._modes_are_ours, False
        self._let_go()
        super().disable_input()
        self._modes_are_ours = mine

    def _let_go(self) -> None:
        """Whoever waits for keys is to look whether this is the end."""
        if self._ends >= 0:
            os.close(self._ends)
            self._ends = -1

    def close(self) -> None:
        """The program is over."""
        if self.outlet is not None:
            self.outlet.close()
            self.outlet = None


class _NoThread:
    """In the place of the thread that Textual would write with."""

    def __init__(self, file: object) -> None:
        """Nothing is written to it."""

    def start(self) -> None:
        """It need not run."""


class _Selector(selectors.SelectSelector):
    """Keys that are typed while the terminal is somebody else's are left to them.

    Textual looks ten times a second whether the bytes of a key have all come. Where none has come for a while
    there is nothing to look for: it sleeps until one does, or until the other end of the pipe ``ends`` is
    closed.
    """

    def __init__(self, ends: int) -> None:
        super().__init__()
        self._ends = ends
        self._awake = time.monotonic() + _AWAKE
        self.register(ends, selectors.EVENT_READ)

    def select(self, timeout: float | None = None) -> list[tuple[selectors.SelectorKey, int]]:
        come = super().select(timeout if time.monotonic() < self._awake else None)
        found = [one for one in come if one[0].fd != self._ends]
        if len(found) < len(come):
            # It is about to end.
            time.sleep(_MOMENT / 100)
        elif found and not may_use_terminal():
            time.sleep(_ASIDE)
            return []
        if found:
            self._awake = time.monotonic() + _AWAKE
        return found

    def close(self) -> None:
        super().close()
        os.close(self._ends)


class _Keys:
    """In the place of the module that Textual waits for keys with."""

    EVENT_READ = selectors.EVENT_READ

    def __init__(self, ends: int) -> None:
        """``ends`` as for the selector that is made by it."""
        self.SelectSelector = partial(_Selector, ends)
