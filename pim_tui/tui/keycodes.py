"""What terminals send for their keys: where a sequence ends, and those that Textual (8.2) does not know.

A sequence begins with Escape. What a terminal sends is told from what a person types by its form alone
(ECMA-48), so that an unknown key does nothing at all instead of typing its own code into the screen.
"""

from __future__ import annotations

import re
from collections.abc import Mapping
from typing import Final

ESC: Final = "\x1b"
C1: Final[Mapping[str, str]] = {"\x9b": "\x1b[", "\x8f": "\x1bO"}
"""What opens a sequence in one byte, on lines of eight bits."""

ALT: Final = frozenset("\t\x7f\x08bf")
"""What right after Escape is a key of its own: Shift+Tab on a console, a word taken away, a word back or on.
Any other letter is Escape and then that letter, typed before the program could read both."""

STRINGS: Final = frozenset("]P_^X")
"""What opens a text for the program, up to ``ESC \\`` or a bell: an answer that nobody here has asked for."""

LONGEST: Final = {"[": 64, "O": 6}
"""Characters of a sequence; one that is longer is noise. The texts of :data:`STRINGS` may have
:data:`LONGEST_TEXT`."""
LONGEST_TEXT: Final = 8_192

_CONTROL: Final = re.compile(r"\x1b\[(?:\[|M.{0,2}|[0-?]*[ -/]*)", re.DOTALL)
"""``ESC [`` that is not over yet: a console's ``ESC [[``, an old mouse's three bytes, figures and signs."""
_RXVT: Final = re.compile(r"\x1b\[\d+\$")
"""A key of rxvt with Shift, which ends with what elsewhere stands before the end."""

_F1_TO_F12: Final = (11, 12, 13, 14, 15, 17, 18, 19, 20, 21, 23, 24)
_SAME: Final[Mapping[str, str]] = {
    **{f"\x1bO{key}": typed for key, typed in zip("jklmnopqrstuvwxy", "*+,-./0123456789", strict=True)},
    **{f"\x1bO{key}": f"\x1b[{n}~" for key, n in zip("TUVWXYZ", (15, 17, 18, 19, 20, 21, 23), strict=True)},
    **{f"\x1b[{key}": f"\x1b[{n}~" for key, n in zip("TUVWX", (19, 20, 21, 23, 24), strict=True)},
    **{f"\x1b[{n}z": f"\x1b[{to}~" for n, to in zip(range(224, 236), _F1_TO_F12, strict=True)},
    **{
        f"\x1b[{n}z": f"\x1b[{to}~"
        for n, to in ((192, 23), (193, 24), (214, 1), (216, 5), (220, 4), (222, 6), (247, 2))
    },
    "\x1bO[": "\x1b[24~",
    "\x1b[N": "\x1bOQ",
    "\x1b[L": "\x1b[2~",
    "\x1b[28~": "\x1bOP",
    "\x1b[29~": "\r",
    "\x1b\x08": "\x1b\x7f",
    "\x1bOb": "\x1b[1;5B",
    "\x1b[7^": "\x1b[1;5H",
    "\x1b[8^": "\x1b[1;5F",
}
"""What a terminal sends, and what a terminal of today sends for the same key: the keypad of a vt100 in
application mode; F5 to F12 of PuTTY as a VT100+; Sun's; those of SCO that nobody else uses; Help and Do of a
vt220; Backspace with Alt where it is Ctrl+H; Ctrl+Down, Ctrl+Home and Ctrl+End of rxvt."""

_SCO: Final[Mapping[str, str]] = {
    **{f"\x1b[{key}": f"\x1b[{to}~" for key, to in zip("MNOPQRSTUVWX", _F1_TO_F12, strict=True)},
    "\x1b[I": "\x1b[5~",
    "\x1b[G": "\x1b[6~",
    "\x1b[L": "\x1b[2~",
}
"""What is something else everywhere else: a mouse, another function key, a window that comes to the front."""

_WITH_SHIFT: Final = re.compile(r"\x1bO(?:1;)?([2-8])([A-HP-S])")
"""A key with Shift, Alt or Ctrl as xterm sent it once, and GNOME's terminal."""


def ends(sequence: str, *, sco: bool = False) -> bool:
    """Whether ``sequence``, which begins with Escape, is whole; ``sco``: the keyboard is one of SCO."""
    if len(sequence) < 2:
        return False
    if sco and sequence in _SCO:
        return True
    opener = sequence[1]
    if opener in STRINGS:
        return len(sequence) > 2 and sequence.endswith(("\x07", "\x1b\\"))
    if opener == "O":
        return len(sequence) > 2 and sequence[-1] not in "0123456789;"
    if opener == "[":
        return bool(_RXVT.fullmatch(sequence)) or not _CONTROL.fullmatch(sequence)
    return True


def goes_on(sequence: str, character: str) -> bool:
    """Whether ``character`` can belong to ``sequence``, which is not whole; else that has broken off."""
    if len(sequence) == 1:
        return character in ALT or character in STRINGS or character in "[O"
    opener = sequence[1]
    if opener in STRINGS:
        return len(sequence) < LONGEST_TEXT and (
            character == "\\" or sequence[-1] != ESC or len(sequence) == 2
        )
    if sequence.startswith("\x1b[M"):
        return True
    return " " <= character <= "~" and len(sequence) < LONGEST[opener]


def modern(sequence: str, *, sco: bool = False) -> str:
    """``sequence`` as a terminal of today sends that key."""
    if sco and sequence in _SCO:
        return _SCO[sequence]
    if found := _WITH_SHIFT.fullmatch(sequence):
        return f"\x1b[1;{found[1]}{found[2]}"
    return _SAME.get(sequence, sequence)
