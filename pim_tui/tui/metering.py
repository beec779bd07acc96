"""The meter in the footer: what the last key cost on the line. Off until somebody asks for it."""

from __future__ import annotations

from typing import TYPE_CHECKING

from textual.timer import Timer

from .terminal.meter import QUIET, Meter
from .widgets.bars import KeyBar

if TYPE_CHECKING:
    from .app import PimApp


class Metering:
    """Shows the figures of `Meter` in the footers of ``app``. While it is off, keys pass without a count."""

    def __init__(self, app: PimApp) -> None:
        self._app = app
        self._meter: Meter | None = None
        self._timer: Timer | None = None

    def toggle(self) -> None:
        """Begin or end; where there is no terminal, such as in a test, there is nothing to measure."""
        sending = self._app.sending
        if self._meter is not None or sending is None:
            self._meter = None
            self._show("")
        else:
            self._meter = Meter(sending)
            self._show("- B - ms ")

    def key(self) -> None:
        """A key arrived: count from here on."""
        if self._meter is not None:
            self._meter.key()
            if self._timer is None:
                self._timer = self._app.set_interval(QUIET / 2, self._look)

    def _look(self) -> None:
        """Show what the key cost when it is answered; then nothing ticks any more."""
        reading = self._meter.reading() if self._meter is not None else ""
        if reading is None:
            return
        if self._timer is not None:
            self._timer.stop()
            self._timer = None
        if reading:
            self._show(f"{reading} ")

    def _show(self, text: str) -> None:
        for bar in (bar for screen in self._app.screen_stack for bar in screen.query(KeyBar)):
            bar.measured(text)
