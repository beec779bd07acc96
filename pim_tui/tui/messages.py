"""Messages that travel between the app and its screens."""

from __future__ import annotations

from collections.abc import Sequence

from textual.message import Message

from ..domain.news import News


class Changed(Message, bubble=False):
    """A write was committed: whoever shows one of these records or days reads just that again.

    ``days`` are ISO dates; ``kind`` is the table's name, empty when anything may have changed. ``news``
    is what other desks did, in words; there is none of one's own change.
    """

    def __init__(
        self, kind: str, ids: tuple[int, ...], days: tuple[str, ...], news: Sequence[News] = ()
    ) -> None:
        super().__init__()
        self.kind = kind
        self.ids = ids
        self.days = days
        self.news = tuple(news)
