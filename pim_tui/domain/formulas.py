"""Cells that a spreadsheet would carry out, made harmless when they leave and put right when they come back.

A text that begins, after spaces, with one of ``= + - @ |`` (or their wide forms) gets an apostrophe
before it. So that reading it back gives the same text again, one that begins with apostrophes before
such a character gets one more.
"""

from __future__ import annotations

import re

_SPACES = "".join(char for char in map(chr, range(0x3001)) if char.isspace())
_SIGNS = "=+-@|\uff1d\uff0b\uff0d\uff20"
_RISKY = re.compile(rf"[{_SPACES}']*(?:[{re.escape(_SIGNS)}]|[\t\r\n])")

SUSPECT = frozenset(f"{_SPACES}{_SIGNS}'")
"""What a risky text can begin with: anything else needs no second look."""


def defused(text: str) -> str:
    """*text* as a cell that no spreadsheet takes for a formula."""
    return f"'{text}" if text[:1] in SUSPECT and _RISKY.match(text) else text


def restored(cell: str) -> str:
    """The text that :func:`defused` was given; other cells stay as they are."""
    return cell[1:] if cell[:1] == "'" and _RISKY.match(cell[1:]) else cell
