"""What the owner of a calendar has added to an event of ours: reminders, notes, colours."""

from __future__ import annotations

from collections.abc import Iterator

from .parts import OWN
from .text import decoded

LARGEST = 1 << 16
"""Bytes that are carried along."""
_TELLS = frozenset((
    "UID", "DTSTAMP", "SEQUENCE", "DTSTART", "DTEND", "DURATION", "SUMMARY", "LOCATION", "STATUS", "CLASS",
    "TRANSP", "RRULE", "RDATE", "EXDATE", "EXRULE", "RECURRENCE-ID", "LAST-MODIFIED",
))  # fmt: skip
"""What says when, what, where and whether: that is ours to say."""
_TELLS_TIME = "X-MICROSOFT-CDO-"
"""Outlook's way to say so."""


def additions(data: bytes) -> tuple[str, ...]:
    """The content lines of the first event in ``data`` that stay when it is written anew, folded as they are.

    Reminders as a whole, and properties that say nothing of when, what, where or whether. None of them where
    they are too much.
    """
    kept = tuple(_kept(_lines(decoded(data)))) if data else ()
    return kept if sum(map(len, kept)) <= LARGEST else ()


def _lines(text: str) -> Iterator[str]:
    """Content lines with the ends of their lines, folded as they are."""
    line = ""
    for piece in text.replace("\r\n", "\n").replace("\r", "\n").split("\n"):
        if piece[:1] in (" ", "\t") and line:
            line += f"{piece}\r\n"
            continue
        if line:
            yield line
        line = f"{piece}\r\n" if piece.strip() else ""
    if line:
        yield line


def _kept(lines: Iterator[str]) -> Iterator[str]:
    inside, reminder = False, list[str]()
    for line in lines:
        token = line.strip().upper()
        if token == "BEGIN:VEVENT":
            inside = True
        elif not inside:
            continue
        elif token == "END:VEVENT":
            return
        elif token == "BEGIN:VALARM" or reminder:
            reminder.append(line)
            if token == "END:VALARM":
                yield from reminder
                reminder = []
        elif _is_kept(token):
            yield line


def _is_kept(token: str) -> bool:
    name = token.partition(":")[0].partition(";")[0]
    return bool(name) and name not in _TELLS and not name.startswith((OWN, _TELLS_TIME))
