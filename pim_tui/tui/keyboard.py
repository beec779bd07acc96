"""Bytes from the keyboard: whatever arrives, no byte ends the program or locks the keys.

Textual 8.2 dies of one byte that is not UTF-8 (PuTTY in Latin-1, "é"), of a key code outside Unicode
(``ESC[99999999u``), swallows every later key when the end mark of a paste is lost, and types the code of a
key that it does not know. `install` gives its Linux driver a forgiving decoder and the parser below.
"""

from __future__ import annotations

import codecs
import re
import termios
import time
from collections.abc import Callable, Generator, Iterable, Iterator
from functools import partial
from typing import Any, Final

from textual import _parser, constants, events, messages
from textual._keyboard_protocol import FUNCTIONAL_KEYS
from textual._parser import ParseEOF, ParseTimeout, Peek1, Read1, TokenCallback
from textual._xterm_parser import XTermParser
from textual.drivers import linux_driver
from textual.geometry import Size
from textual.keys import Keys
from textual.message import Message

from ..domain.text import visible
from . import keycodes
from .keycaps import EVERY, Keycaps
from .keycodes import ESC
from .lineend import NO_LINE, LineEnd
from .looks import written_in
from .textsafe import private, put_for

PASTE_BEGINS: Final = "\x1b[200~"
PASTE_ENDS: Final = "\x1b[201~"

PASTE_LIMIT: Final = 100_000
"""Characters of one paste that are kept; no field takes more."""

PASTE_SILENCE: Final = 2.0
"""Seconds without pasted text after which a paste counts as ended, its end mark lost."""

DIGIT_WAIT: Final = 0.6
"""Seconds in which a figure after Escape makes a function key, at a keyboard that has too few of them."""

_STREAM_GAP: Final = 0.05
"""Seconds: single characters further apart than this are typed, not pasted."""

_LARGEST_TERMINAL: Final = 2_000
"""Columns or rows; a larger size or place is noise, and obeying it would take all memory."""

_SIZE: Final = re.compile(r"\x1b\[48;(\d+)(?::[^;]*)?;(\d+)(?::[^;]*)?;(\d+)(?::[^;]*)?;(\d+)(?::[^;]*)?t")
_PLACE: Final = re.compile(r"\x1b\[(\d+);(\d+)R")
_KITTY: Final = re.compile(r"\x1b\[(\d*)[\d:;]*([u~A-S])")
_MODE: Final = re.compile(r"\x1b\[\?(\d+);(\d)\$y")
_ANSWER: Final = "\x1b[0n"

_EIGHT_BITS: Final = "pim_tui.keys"
"""How our decoder of UTF-8 takes what is none, by its name among Python's."""

_plain_modes: Callable[[int], int] = private(linux_driver.LinuxDriver, "_patch_iflag")


class Answered(Message):
    """The terminal has come to a question that it was asked, ``ESC[5n``."""


class KeyboardParser(XTermParser):
    """Textual's parser of terminal input with pastes of its own and no way to die of nonsense.

    ``caps`` says what the keyboard has, ``wait`` after how many seconds a lone Escape is no sequence.
    """

    def __init__(
        self,
        debug: bool = False,
        now: Callable[[], float] = time.monotonic,
        caps: Keycaps = EVERY,
        wait: float = constants.ESCAPE_DELAY,
    ) -> None:
        self._now, self._caps, self._wait = now, caps, wait
        self._recent = ""  # the last characters fed: a paste mark may be split between two reads
        self._ahead = ""  # characters read too far
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
                mark = window.find(PASTE_BEGINS)
                if mark < 0:
                    self._recent = window[1 - len(PASTE_BEGINS) :]
                    yield from self._keys(data)
                    return
                start = mark + len(PASTE_BEGINS) - len(self._recent)
                yield from self._keys(data[:start])
                self._paste, self._recent, data = "", "", data[start:]
                self._paste_seen = self._read_at = self._now()
            else:
                data = yield from self._pasted(data)

    def tick(self) -> Iterator[Message]:
        """Messages due without input: a lone Escape, and a paste whose end mark never came."""
        if self._paste is not None and self._now() - self._paste_seen >= PASTE_SILENCE:
            yield from self._paste_ends(self._paste)
        yield from filter(_sane, super().tick())
        if self._timeout_time is None and self._awaiting.timeout is not None:
            # Textual starts its clock with a character only, not with a second wait for the same one.
            self._timeout_time = private(_parser, "get_time")() + self._awaiting.timeout

    def _keys(self, data: str) -> Iterator[Message]:
        yield from filter(_sane, super().feed(data))

    # --- pastes -----------------------------------------------------------------------------------

    def _pasted(self, data: str) -> Generator[Message, None, str]:
        """Take pasted text; the value of this generator is what follows the end mark."""
        now = self._now()
        if len(data) > len(PASTE_ENDS) or now - self._read_at < _STREAM_GAP:
            self._paste_seen = now
        self._read_at = now
        held = self._paste or ""
        joined = held + data
        end = joined.find(PASTE_ENDS, max(0, len(held) - len(PASTE_ENDS)))
        if end >= 0:
            yield from self._paste_ends(joined[:end])
            return joined[end + len(PASTE_ENDS) :]
        if len(joined) > PASTE_LIMIT:  # keep the tail: it may hold half an end mark
            joined = joined[:PASTE_LIMIT] + joined[-len(PASTE_ENDS) :]
        self._paste = joined
        return ""

    def _paste_ends(self, text: str) -> Iterator[Message]:
        self._paste = None
        # A terminal may answer in the midst of what it pastes.
        yield from (Answered() for _ in range(text.count(_ANSWER)))
        text = text.replace(_ANSWER, "")[:PASTE_LIMIT].replace("\r\n", "\n").replace("\r", "\n")
        if text:
            yield events.Paste(visible(text))

    # --- keys -------------------------------------------------------------------------------------

    def parse(self, token_callback: TokenCallback[Message]) -> Generator[Read1 | Peek1, str, None]:
        """Textual's hook: takes the input character by character, and gives back what it means."""
        try:
            while True:
                character = yield from self._next()
                if character in keycodes.C1:
                    yield from self._sequence(keycodes.C1[character], token_callback)
                elif character == ESC:
                    yield from self._sequence(ESC, token_callback)
                else:
                    self._tell(self._typed(character), token_callback)
        except ParseEOF:
            return

    def _next(self, wait: float | None = None) -> Generator[Read1 | Peek1, str, str]:
        """One more character. Raises ParseTimeout when none comes within ``wait`` seconds."""
        if self._ahead:
            character, self._ahead = self._ahead[0], self._ahead[1:]
            return character
        return (yield self.read1(wait))

    def _sequence(self, sequence: str, tell: TokenCallback[Message]) -> Generator[Read1 | Peek1, str, None]:
        """What begins with Escape: a key, a report of the terminal, or Escape and what was typed after it."""
        while not keycodes.ends(sequence, sco=self._caps.sco):
            try:
                character = yield from self._next(self._wait)
            except (ParseTimeout, ParseEOF):
                if sequence == ESC and self._caps.digits and not self.is_eof:
                    yield from self._digit(tell)
                else:
                    self._broken_off(sequence, tell)
                return
            if sequence == ESC and (key := self._caps.function(character)):
                self._tell([events.Key(key, None)], tell)
                return
            if not keycodes.goes_on(sequence, character):
                if len(sequence) > 2 and sequence[-1] == ESC:  # of a text that was none
                    sequence, character = sequence[:-1], ESC + character
                self._broken_off(sequence, tell)
                self._ahead = character + self._ahead
                return
            sequence += character
        self._tell(self._meant(keycodes.modern(sequence, sco=self._caps.sco)), tell)

    def _digit(self, tell: TokenCallback[Message]) -> Generator[Read1 | Peek1, str, None]:
        """An Escape typed by hand, at a keyboard with few function keys: only a figure belongs to it now."""
        try:
            character = yield from self._next(max(0.0, DIGIT_WAIT - self._wait))
        except (ParseTimeout, ParseEOF):
            character = ""
        if key := self._caps.function(character):
            self._tell([events.Key(key, None)], tell)
        else:
            self._tell([events.Key("escape", ESC)], tell)
            self._ahead = character + self._ahead

    def _broken_off(self, sequence: str, tell: TokenCallback[Message]) -> None:
        """What came of a sequence that has no end: Escape and a key typed by a person, else half a key of the
        terminal, which is nothing."""
        if len(sequence) < 3 or sequence[1] in keycodes.STRINGS:
            self._tell([events.Key("escape", ESC)], tell)
            for character in sequence[1:]:
                self._tell(self._typed(character), tell)

    def _tell(self, found: Iterable[Message], tell: TokenCallback[Message]) -> None:
        for message in found:
            if not isinstance(message, events.Key) or message.key != Keys.Ignore:
                tell(message)

    def _meant(self, sequence: str) -> Iterable[Message]:
        """The messages of a whole sequence; none of one that nobody knows."""
        if sequence in ("\x1b[I", "\x1b[O"):
            return [events.AppFocus() if sequence == "\x1b[I" else events.AppBlur()]
        if sequence == _ANSWER:
            return [Answered()]
        if found := _SIZE.fullmatch(sequence):
            return self._resized(*map(int, found.groups()))
        if found := _PLACE.fullmatch(sequence):
            return [events.CursorPosition(int(found[2]) - 1, int(found[1]) - 1)]
        if found := _MODE.fullmatch(sequence):
            return _mode(found[1], int(found[2]))
        if keys := self._typed(sequence):
            return keys
        clicked = self.parse_mouse_code(sequence)
        return [] if clicked is None else [clicked]

    def _resized(self, rows: int, columns: int, height: int, width: int) -> Iterable[Message]:
        self.terminal_size, self.terminal_pixel_size = Size(columns, rows), Size(width, height)
        self.mouse_pixels = True
        return [events.Resize.from_dimensions((columns, rows), (width, height))]

    def _typed(self, sequence: str) -> list[events.Key]:
        """The keys of one character or one whole sequence."""
        if sequence == "\0":  # Ctrl+Space, or a line that was interrupted
            return []
        # Typed before the terminal was taken over, Enter arrives as the line end it was then.
        sequence = "\r" if sequence == "\n" else sequence
        try:
            return list(self._sequence_to_key_events(sequence))
        except (ValueError, OverflowError):
            return []  # a key number outside Unicode

    def _parse_extended_key(  # type: ignore[override]  # that of Textual remembers what it answered
        self, sequence: str
    ) -> list[events.Key] | None:
        """The keys of a sequence in kitty's way. Textual takes any figure for a character: it would type the
        code of a key it does not know."""
        found = _KITTY.fullmatch(sequence)
        if found is None or not (found[2] == "u" or f"{found[1] or 1}{found[2]}" in FUNCTIONAL_KEYS):
            return None
        return super()._parse_extended_key(sequence)

    def parse_mouse_code(self, code: str) -> Message | None:
        """The mouse event for ``code``, or None when its numbers make no sense."""
        try:
            return super().parse_mouse_code(code)
        except (ValueError, OverflowError, ZeroDivisionError):
            return None


def install(caps: Keycaps = EVERY, line: LineEnd = NO_LINE) -> None:
    """Give Textual's driver the forgiving decoder and parser, and leave Ctrl+S and Ctrl+Q to a line that
    needs them. Raises TextualChanged when it cannot."""
    for name in ("feed", "tick", "_sequence_to_key_events", "_parse_extended_key", "parse_mouse_code"):
        private(XTermParser, name)
    put_for(linux_driver, "getincrementaldecoder", _forgiving_decoder)
    parser = partial(KeyboardParser, caps=caps, wait=line.wait(constants.ESCAPE_DELAY))
    put_for(linux_driver, "XTermParser", parser)
    modes = staticmethod(partial(_line_modes, line.flow))
    put_for(linux_driver.LinuxDriver, "_patch_iflag", modes)


def _line_modes(flow: bool, modes: int) -> int:
    """The input modes of the terminal while the screen has it; ``flow`` is of :class:`LineEnd`."""
    kept = modes & (termios.IXON | termios.IXOFF) if flow else 0
    return _plain_modes(modes) | kept


def _forgiving_decoder(encoding: str) -> Any:
    """A decoder class that shows what it cannot read as U+FFFD: of ``encoding``, or of the line's own where
    that has eight bits."""
    own = codecs.lookup(written_in()).name
    if own != "ascii" and not own.startswith("utf"):
        return partial(codecs.getincrementaldecoder(own), errors="replace")
    return partial(codecs.getincrementaldecoder(encoding), errors=_EIGHT_BITS)


def _unreadable(error: UnicodeError) -> tuple[str, int]:
    """What opens a sequence in one byte is let through; it is no letter in UTF-8."""
    if not isinstance(error, UnicodeDecodeError):
        raise error
    wrong = error.object[error.start : error.end].decode("latin-1")
    return wrong if wrong in keycodes.C1 else "\ufffd", error.end


codecs.register_error(_EIGHT_BITS, _unreadable)


def _mode(number: str, setting: int) -> Iterable[Message]:
    """What a terminal says of a mode that the driver asked after."""
    if number == "2026" and setting > 0:
        return [messages.TerminalSupportsSynchronizedOutput()]
    if number == "2048":
        return [messages.InBandWindowResize.from_setting_parameter(setting)]
    return []


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
