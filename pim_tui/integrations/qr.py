"""A text as a QR code, which a telephone's camera reads off the screen."""

from __future__ import annotations

MOST = 300
"""Characters: of a longer text the code is larger than any screen of 24 lines."""

Squares = tuple[tuple[bool, ...], ...]
"""Rows of a code without its margin; True is dark."""


def squares(text: str) -> Squares:
    """The smallest code of ``text``; () where it is too long for one that a screen could show."""
    if not text or len(text) > MOST:
        return ()
    import segno

    code = segno.make(text, micro=False, error="l", boost_error=True)
    return tuple(tuple(bool(square) for square in row) for row in code.matrix)
