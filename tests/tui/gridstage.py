"""A bare app around one widget, with the project's own sheets and an ear for what is sent."""

from __future__ import annotations

from datetime import date, datetime
from pathlib import Path
from typing import Any

from textual.app import App, ComposeResult
from textual.message import Message
from textual.widget import Widget

from pim_tui.domain import moments
from pim_tui.domain.agenda import Block

ZONE = "Europe/Berlin"
DAY = date(2026, 11, 24)
SHEETS = Path(__file__).resolve().parents[2] / "styles"
SYNC_BYTES = len("\x1b[?2026h\x1b[?2026l")


def sheets() -> str:
    """Variables first: Textual knows them only within one text."""
    return "".join((SHEETS / name).read_text() for name in ("app.tcss", "grid.tcss", "lists.tcss"))


class Stage(App[None]):
    """Shows one widget; keeps its messages and counts the characters for the terminal."""

    CSS = sheets()
    ENABLE_COMMAND_PALETTE = False

    def __init__(self, widget: Widget) -> None:
        super().__init__(ansi_color=True)
        self.widget = widget
        self.heard: list[Message] = []
        self.sent = ""

    def compose(self) -> ComposeResult:
        yield self.widget

    def on_mount(self) -> None:
        self.widget.focus()

    async def _on_message(self, message: Message) -> None:
        if type(message).__module__.startswith("pim_tui."):
            self.heard.append(message)
        await super()._on_message(message)

    def _display(self, screen: Any, renderable: Any) -> None:
        if hasattr(renderable, "render_segments"):
            self.sent += renderable.render_segments(self.console)
        super()._display(screen, renderable)

    def bytes_sent(self) -> int:
        """Bytes since the last call, with the frame marks of a terminal that knows them."""
        sent, self.sent = self.sent, ""
        return len(sent.encode()) + SYNC_BYTES + len("\x1b[1;1H") if sent else 0

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
