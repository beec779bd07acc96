"""ESC/POS, the language of receipt printers: lines, one QR code or barcode, the cut, the cash drawer.

These hundred lines stand in place of the package python-escpos (3.1, of December 2023, and none since): it
brings five packages along and chooses code pages by a table of printers' models, while all that is needed
here are eight commands that every such printer has, and a say in which letters it can print.
"""

from __future__ import annotations

import unicodedata
from collections.abc import Iterable, Sequence
from functools import lru_cache
from typing import Final

from ..domain.text import has_other_letters, to_ascii
from .dots import dots
from .slip import SlipLine

_RESET: Final = b"\x1b@"
_CUT: Final = b"\x1dV\x42\x03"
_KICK: Final = b"\x1bp\x00\x19\xfa"
_MIDDLE: Final = b"\x1ba\x01"
_LEFT: Final = b"\x1ba\x00"
_ROLL_ON: Final = b"\n" * 3
_NUMBERS: Final = {437: 0, 850: 2, 1252: 16, 866: 17, 852: 18, 858: 19}
"""Code pages as the printers count them."""
_NO_CONTROLS: Final = dict.fromkeys((*range(0x20), *range(0x7F, 0xA0)))


def receipt(
    lines: Iterable[SlipLine],
    *,
    pages: Sequence[int] = (858,),
    columns: int = 48,
    cut: bool = True,
    kick: bool = False,
    below: bytes = b"",
) -> bytes:
    """The lines as a printer takes them, at once; ``kick`` opens the drawer, ``below`` follows the lines.

    What none of the code ``pages`` has is written in ASCII, as near as it comes; a line with letters of
    which ASCII has nothing near becomes a picture, as wide as ``columns`` letters.
    """
    letters = _Letters(pages)
    body = b"".join(
        _line(line, letters) if letters.can_write(line.text) else dots(line, columns) for line in lines
    )
    return b"".join((_RESET, _KICK if kick else b"", body, below, _ROLL_ON, _CUT if cut else b""))


def _line(line: SlipLine, letters: _Letters) -> bytes:
    """A line that leaves the printer as it found it."""
    before = [b"\x1bE\x01"] * line.bold + [b"\x1d!\x11"] * line.large
    before += [b"\x1bM\x01"] * line.small + [_MIDDLE] * line.middle
    after = [b"\x1bE\x00"] * line.bold + [b"\x1d!\x00"] * line.large
    after += [b"\x1bM\x00"] * line.small + [_LEFT] * line.middle
    return b"".join((*before, letters.encoded(line.text), b"\n", *after))


class _Letters:
    """Writes text in the code pages of a printer, and remembers which one is set."""

    def __init__(self, pages: Sequence[int]) -> None:
        self._pages, self._set = tuple(pages), 0

    def can_write(self, text: str) -> bool:
        """Whether each letter is in a code page, or has something near it in ASCII."""
        return all(self._page_of(char) or not _is_other(char) for char in _plain(text))

    def encoded(self, text: str) -> bytes:
        """The text, with a change of page wherever a letter needs one; no control character passes."""
        return b"".join(map(self._letter, _plain(text)))

    def _letter(self, char: str) -> bytes:
        page = 0 if char.isascii() else self._page_of(char)
        if not page:
            return _near(char).encode()
        change = b"" if page == self._set else b"\x1bt" + bytes([_NUMBERS[page]])
        self._set = page
        return change + char.encode(f"cp{page}")

    def _page_of(self, char: str) -> int:
        """A code page that has the letter, the one that is set if it does; 0 where none has."""
        if self._set and _has(self._set, char):
            return self._set
        return next((page for page in self._pages if _has(page, char)), 0)


_near = lru_cache(maxsize=4_096)(to_ascii)
"""A letter in ASCII: a receipt asks for the same ones again and again."""
_is_other = lru_cache(maxsize=4_096)(has_other_letters)
"""Whether ASCII only hints at a letter, which a picture shows as it is written."""


@lru_cache(maxsize=4_096)
def _has(page: int, char: str) -> bool:
    try:
        return bool(char.encode(f"cp{page}"))
    except UnicodeEncodeError:
        return False


def _plain(text: str) -> str:
    """The text with its accents on its letters, without control characters."""
    return unicodedata.normalize("NFC", text).translate(_NO_CONTROLS)


def qr_code(text: str) -> bytes:
    """The commands for a QR code that the printer draws itself; ASCII of at most 300 letters."""
    data = to_ascii(text)[:300].encode()
    kept = b"\x1d(k" + (len(data) + 3).to_bytes(2, "little") + b"1P0" + data
    model, dots, safety = b"\x1d(k\x04\x001A2\x00", b"\x1d(k\x03\x001C\x06", b"\x1d(k\x03\x001E1"
    draw = b"\x1d(k\x03\x001Q0"
    return b"".join((_MIDDLE, model, dots, safety, kept, draw, b"\n", _LEFT))


def barcode(text: str) -> bytes:
    """The commands for a bar code 39: capital letters and digits, readable below it."""
    data = "".join(char for char in to_ascii(text).upper() if char.isalnum() or char == "-")[:20].encode()
    return _MIDDLE + b"\x1dH\x02\x1dh\x50\x1dw\x02\x1dk\x04" + data + b"\x00\n" + _LEFT
