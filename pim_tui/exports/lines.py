"""Content lines of iCalendar and vCard: escaped, folded, ended (RFC 5545 3.1, RFC 2426 2.6)."""

from __future__ import annotations

from ..domain.text import visible

END = "\r\n"
OCTETS = 75
"""The most bytes of a line, its end not counted."""


def escaped(text: str) -> str:
    """*text* as a TEXT value; whatever it holds, nothing in it ends the line or steers a terminal."""
    if not text.isprintable():
        text = visible(text)
    if "\\" in text:
        text = text.replace("\\", "\\\\")
    if ";" in text:
        text = text.replace(";", "\\;")
    if "," in text:
        text = text.replace(",", "\\,")
    return text.replace("\n", "\\n") if "\n" in text else text


def line(name: str, value: str) -> str:
    """One content line with its end, folded where it is too long; ``value`` is escaped already."""
    text = f"{name}:{value}"
    if len(text) <= OCTETS and (text.isascii() or len(text.encode()) <= OCTETS):
        return text + END
    return folded(text)


def text_line(name: str, text: str) -> str:
    """A content line with a TEXT value."""
    return line(name, escaped(text))


def folded(text: str) -> str:
    """A long line in pieces of at most :data:`OCTETS` bytes, none of which cuts a character."""
    pieces, start, room = [], 0, OCTETS
    for at, char in enumerate(text):
        size = len(char.encode())
        if size > room:
            pieces.append(text[start:at])
            start, room = at, OCTETS - 1
        room -= size
    pieces.append(text[start:])
    return f"{END} ".join(pieces) + END
