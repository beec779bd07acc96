"""Messages that travel between the app and its screens."""

from __future__ import annotations

from textual.message import Message


class Changed(Message, bubble=False):
    """A write was committed: whoever shows one of these records or days reads just that again.

    ``days`` are ISO dates; ``kind`` is the table's name.
    """

    def __init__(self, kind: str, ids: tuple[int, ...], days: tuple[str, ...]) -> None:
        super().__init__()
        self.kind = kind
        self.ids = ids
        self.days = days
