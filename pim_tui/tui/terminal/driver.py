"""The driver between Textual and the terminal: it holds the picture that is wanted and the one that is shown.

The seam, for what builds on it:

- `CellDriver.paint` takes what the compositor painted into the picture that is wanted; nothing is encoded.
- `CellDriver.flush_frame` encodes the way from what is shown to what is wanted and sends it, on the event
  loop, when `line_is_free` says so. Pictures that the line has not taken thereby merge into one.
- `CellDriver.send` is the one place where bytes leave. Anything else that is written (the clipboard, papers
  for a printer at the terminal) goes through `write`, in its order, between two pictures.
- `CellDriver.forget` is for whoever knows that the screen is not what was sent: all of it is sent anew.

The modes of the terminal are those of its `Profile`, taken and given back as a whole; whatever Textual would
switch on by itself is left out.
"""

from __future__ import annotations

import os
import select
import sys
import termios
import tty
from contextlib import suppress
from typing import IO, Any, cast

from textual._compositor import ChopsUpdate, CompositorUpdate, LayoutUpdate
from textual.app import App
from textual.drivers.linux_driver import LinuxDriver
from textual.strip import Strip

from .cells import Cells, Frame
from .difference import Shown, between
from .profile import Profile


class CellDriver(LinuxDriver):
    """Textual's driver of a terminal, which sends the cells that differ. The app has a ``profile``."""

    def __init__(
        self, app: App[Any], *, debug: bool = False, mouse: bool = True, size: tuple[int, int] | None = None
    ) -> None:
        self.profile: Profile = app.profile  # type: ignore[attr-defined]
        super().__init__(app, debug=debug, mouse=mouse and self.profile.mouse, size=size)
        self._cells = Cells(self.profile)
        self._wanted = Frame(0, 0, self._cells.blank)
        self._cursor: tuple[int, int] | None = None
        self._shown = Shown()
        self._modes_are_ours = True

    # --- pictures ---------------------------------------------------------------------------------

    def paint(self, update: CompositorUpdate, cursor: tuple[int, int] | None) -> None:
        """Take a picture, or parts of one, and where the cursor belongs, None for nowhere; send what the
        line takes."""
        if isinstance(update, LayoutUpdate):
            self._lay_out(update)
        elif isinstance(update, ChopsUpdate):
            self._patch(update)
        self._cursor = cursor
        self.flush_frame()

    def flush_frame(self) -> None:
        """Send what differs, if the line is free; nothing where nothing differs."""
        if not self._wanted.rows or not self.line_is_free():
            return
        data = between(self._shown, self._wanted, self.profile, self._cells, self._cursor)
        if data:
            self.write(data)

    def forget(self) -> None:
        """The terminal may show anything: send the whole picture."""
        self._shown.forget()
        self.flush_frame()

    def line_is_free(self) -> bool:
        """Whether the terminal takes another picture now."""
        return True

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
        if self._writer_thread is not None:
            cast("Any", self._writer_thread).write(data)

    # --- the terminal's modes ---------------------------------------------------------------------

    def start_application_mode(self) -> None:
        """Take the terminal over."""
        self._file = cast("Any", _Line(cast("IO[str]", sys.__stderr__).fileno()))
        self._modes_are_ours = False
        super().start_application_mode()  # type: ignore[no-untyped-call]
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
        self.write(self.profile.leave)

    def disable_input(self) -> None:
        """Take no more keys; the mouse is silenced with the other modes."""
        mine, self._modes_are_ours = self._modes_are_ours, False
        super().disable_input()
        self._modes_are_ours = mine


class _Line:
    """The terminal's descriptor as what Textual's writing thread calls a file, taking bytes."""

    def __init__(self, descriptor: int) -> None:
        self._descriptor = descriptor

    def write(self, data: bytes) -> None:
        """All of ``data``, however long the terminal takes."""
        left = memoryview(data)
        while left:
            try:
                left = left[os.write(self._descriptor, left) :]
            except BlockingIOError:  # somebody who shares the terminal has made it so
                select.select([], [self._descriptor], [])

    def flush(self) -> None:
        """Nothing is held back."""

    def fileno(self) -> int:
        """The descriptor."""
        return self._descriptor
