"""A bare app around one widget, with the project's own sheets and an ear for what is sent."""

from __future__ import annotations

from datetime import date, datetime
from pathlib import Path
from typing import Any

from textual._compositor import CompositorUpdate
from textual.app import App, ComposeResult
from textual.message import Message
from textual.widget import Widget

from pim_tui.config import Settings
from pim_tui.domain import moments
from pim_tui.domain.agenda import Block
from pim_tui.tui.terminal import profile
from tests.tui.linestage import Recorded

ZONE = "Europe/Berlin"
DAY = date(2026, 11, 24)
SHEETS = Path(__file__).resolve().parents[2] / "styles"


def sheets() -> str:
    """Variables first: Textual knows them only within one text."""
    return "".join(
        (SHEETS / name).read_text()
        for name in ("app.tcss", "grid.tcss", "mono.tcss", "bars.tcss", "lists.tcss")
    )


class Stage(App[None]):
    """Shows one widget; keeps its messages, and what the driver sends for it."""

    CSS = sheets()
    ENABLE_COMMAND_PALETTE = False

    def __init__(self, widget: Widget) -> None:
        super().__init__(ansi_color=True)
        self.widget = widget
        self.heard: list[Message] = []
        self.profile = profile.of(Settings(symbols="unicode"), {"TERM": "xterm-256color"})

    def _build_driver(
        self, headless: bool, inline: bool, mouse: bool, size: tuple[int, int] | None
    ) -> Recorded:
        self._driver = self._terminal = Recorded(self, mouse=mouse, size=size)
        return self._terminal

    def compose(self) -> ComposeResult:
        yield self.widget

    def on_mount(self) -> None:
        self.widget.focus()

    async def _on_message(self, message: Message) -> None:
        if type(message).__module__.startswith("pim_tui."):
            self.heard.append(message)
        await super()._on_message(message)

    def _display(self, screen: Any, renderable: Any) -> None:
        if isinstance(renderable, CompositorUpdate):
            self._terminal.paint(renderable, None)

    def sent(self) -> bytes:
        """What was sent since the last call; what waits for the next tick of Textual is painted first."""
        self.screen._on_timer_update()
        self._terminal.flush_frame()
        taken: bytearray = self._terminal.outlet.taken  # type: ignore[union-attr, attr-defined]
        sent = bytes(taken)
        taken.clear()
        return sent

    def last(self, kind: type[Message]) -> Any:
        """The newest message of a kind, or None."""
        return next((m for m in reversed(self.heard) if isinstance(m, kind)), None)


def at(hour: int, minute: int = 0, day: date = DAY, fold: int = 0) -> int:
    """UTC seconds of a wall time."""
    return moments.resolve(datetime(day.year, day.month, day.day, hour, minute), ZONE, fold)


def block(
    id: int,
    start: int,
    minutes: int,
    customer: str = "Jane Doe",
    *,
    staff: int = 1,
    status: str = "S",
    mode: str = "in_person",
    type_name: str = "Follow-up",
    reason: str = "",
    room: int | None = None,
    arrived_at: int | None = None,
    overbooked: bool = False,
) -> Block:
    """An appointment with everything a test does not care about filled in."""
    end = start + minutes * 60
    return Block(
        id,
        1,
        id,
        customer,
        staff,
        room,
        1,
        type_name,
        start,
        end,
        status,
        mode,
        reason,
        arrived_at,
        overbooked,
    )
