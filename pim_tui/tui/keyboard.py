"""Bytes from the keyboard: whatever arrives, no byte ends the program or locks the keys.

Textual 8.2 dies of one byte that is not UTF-8 (PuTTY in Latin-1, "é"), of a key code outside Unicode
(``ESC[99999999u``), and swallows every later key when the end mark of a paste is lost. `install` gives
its Linux driver a forgiving decoder and the parser below.
"""

from __future__ import annotations

import codecs
import time
from collections.abc import Callable, Generator, Iterable, Iterator
from functools import partial
from typing import Any, Final

from textual import events
from textual._xterm_parser import BRACKETED_PASTE_END, BRACKETED_PASTE_START, XTermParser
from textual.drivers import linux_driver
from textual.keys import Keys
from textual.message import Message

from pim_tui.domain.text import visible
from pim_tui.tui.textsafe import private

PASTE_LIMIT: Final = 100_000
"""Characters of one paste that are kept; no field takes more."""

PASTE_SILENCE: Final = 2.0
"""Seconds without pasted text after which a paste counts as ended, its end mark lost."""

_ANSWER: Final = "\x1b[0n"
"""The terminal has come to a question that it was asked."""

_STREAM_GAP: Final = 0.05
"""Seconds: single characters further apart than this are typed, not pasted."""

_ALT_KEYS: Final = frozenset("\t\x7f\x08bf[O]P_^X")
"""What after Escape is a key of its own, Shift+Tab on a console, a word back, forward or taken away, or
opens a sequence. Everything else is Escape and then that key, typed before the program could read both."""

_LARGEST_TERMINAL: Final = 2_000
"""Columns or rows; a larger size or place is noise, and obeying it would take all memory."""


class Answered(events.Key):
    """No key: the terminal has come to the question that the pace of the line had asked."""

    def __init__(self) -> None:
        super().__init__("<answered>", None)


class KeyboardParser(XTermParser):
    """Textual's parser of terminal input with pastes of its own and no way to die of nonsense."""

    def __init__(self, debug: bool = False, now: Callable[[], float] = time.monotonic) -> None:
        self._now = now
        self._recent = ""  # the last characters fed: a paste mark may be split between two reads
        self._paste: str | None = None
        self._paste_seen = 0.0
        self._read_at = 0.0
        super().__init__(debug)

    def feed(self, data: str) -> Iterator[Message]:
        """Messages for ``data``; the empty string is the end of the input."""
        if not data:
            yield from super().feed(data)
            return
        while data:
            if self._paste is None:
                window = self._recent + data
                mark = window.find(BRACKETED_PASTE_START)
                if mark < 0:
                    self._recent = window[1 - len(BRACKETED_PASTE_START) :]
                    yield from self._keys(data)
                    return
                start = mark + len(BRACKETED_PASTE_START) - len(self._recent)
                yield from self._keys(data[:start], BRACKETED_PASTE_END)
                self._paste, self._recent, data = "", "", data[start:]
                self._paste_seen = self._read_at = self._now()
            else:
                data = yield from self._pasted(data)

    def tick(self) -> Iterator[Message]:
        """Messages due without input: a lone Escape, and a paste whose end mark never came."""
        if self._paste is not None and self._now() - self._paste_seen >= PASTE_SILENCE:
            yield from self._paste_ends(self._paste)
        yield from super().tick()

    def _keys(self, data: str, after: str = "") -> Iterator[Message]:
        """Textual's own reading of ``data``. ``after`` closes the paste that Textual has just seen
        begin, because the text of it is kept here; the empty paste this makes is dropped."""
        for message in super().feed(data + after):
            if _sane(message) and not (after and isinstance(message, events.Paste)):
                yield message

    def _pasted(self, data: str) -> Generator[Message, None, str]:
        """Take pasted text; the value of this generator is what follows the end mark."""
        now = self._now()
        if len(data) > len(BRACKETED_PASTE_END) or now - self._read_at < _STREAM_GAP:
            self._paste_seen = now
        self._read_at = now
        held = self._paste or ""
        joined = held + data
        end = joined.find(BRACKETED_PASTE_END, max(0, len(held) - len(BRACKETED_PASTE_END)))
        if end >= 0:
            yield from self._paste_ends(joined[:end])
            return joined[end + len(BRACKETED_PASTE_END) :]
        if len(joined) > PASTE_LIMIT:  # keep the tail: it may hold half an end mark
            joined = joined[:PASTE_LIMIT] + joined[-len(BRACKETED_PASTE_END) :]
        self._paste = joined
        return ""

    def _paste_ends(self, text: str) -> Iterator[Message]:
        self._paste = None
        # A terminal may answer in the midst of what it pastes.
        yield from (Answered() for _ in range(text.count(_ANSWER)))
        text = text.replace(_ANSWER, "")[:PASTE_LIMIT].replace("\r\n", "\n").replace("\r", "\n")
        if text:
            yield events.Paste(visible(text))

    def _sequence_to_key_events(self, sequence: str, alt: bool = False) -> Iterable[events.Key]:
        if sequence == _ANSWER:
            return [Answered()]
        # Typed before the terminal was taken over, Enter arrives as the line end it was then.
        sequence = "\r" if sequence == "\n" else sequence
        if len(sequence) == 2 and sequence[0] == "\x1b" and sequence[1] not in _ALT_KEYS:
            return [events.Key("escape", "\x1b"), *self._sequence_to_key_events(sequence[1])]
        try:
            return list(super()._sequence_to_key_events(sequence, alt))
        except (ValueError, OverflowError):
            return [events.Key(Keys.Ignore, sequence)]  # a key number outside Unicode

    def parse_mouse_code(self, code: str) -> Message | None:
        """The mouse event for ``code``, or None when its numbers make no sense."""
        try:
            return super().parse_mouse_code(code)
        except (ValueError, OverflowError, ZeroDivisionError):
            return None


def install() -> None:
    """Give Textual's driver the forgiving decoder and parser. Raises TextualChanged when it cannot."""
    for name in ("getincrementaldecoder", "XTermParser"):
        private(linux_driver, name)
    for name in ("feed", "tick", "_sequence_to_key_events", "parse_mouse_code"):
        private(XTermParser, name)
    linux_driver.getincrementaldecoder = _forgiving_decoder  # type: ignore[attr-defined]
    linux_driver.XTermParser = KeyboardParser  # type: ignore[attr-defined]


def _forgiving_decoder(encoding: str) -> Any:
    """A decoder class for ``encoding`` that shows what it cannot read as U+FFFD."""
    return partial(codecs.getincrementaldecoder(encoding), errors="replace")


def _sane(message: Message) -> bool:
    """Whether the program can act on the message: no giant terminal, no place outside it, no half of
    a character."""
    if isinstance(message, events.Resize):
        return max(message.size) <= _LARGEST_TERMINAL
    if isinstance(message, events.MouseEvent):
        return max(message.x, message.y) <= _LARGEST_TERMINAL
    if isinstance(message, events.Key) and message.character:
        return not any("\ud800" <= character <= "\udfff" for character in message.character)
    return True
