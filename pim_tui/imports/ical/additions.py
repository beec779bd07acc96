"""What the owner of a calendar has added to an event of ours: reminders, notes, colours."""

from __future__ import annotations

import re
from collections.abc import Iterator

from .parts import OWN
from .text import decoded

LARGEST = 1 << 16
"""Bytes that are carried along."""
_TELLS = frozenset((
    "UID", "DTSTAMP", "SEQUENCE", "DTSTART", "DTEND", "DURATION", "SUMMARY", "LOCATION", "STATUS", "CLASS",
    "TRANSP", "RRULE", "RDATE", "EXDATE", "EXRULE", "RECURRENCE-ID", "LAST-MODIFIED", "BEGIN", "END",
))  # fmt: skip
"""What says when, what, where and whether: that is ours to say."""
_TELLS_TIME = "X-MICROSOFT-CDO-"
"""Outlook's way to say so."""
_FOLD = re.compile("\r\n[ \t]")
_PROPERTY = re.compile("([A-Z0-9-]+)[;:]")


def additions(data: bytes) -> tuple[str, ...]:
    """The content lines of the first event in ``data`` that stay when it is written anew, folded as they are.

    Reminders and other parts as a whole, and properties that say nothing of when, what, where or whether,
    however they are folded. None of them where they are too much.
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
    inside, part, within = False, list[str](), list[str]()
    for line in lines:
        token = _FOLD.sub("", line).strip().upper()
        what, _, kind = token.partition(":")
        if token == "BEGIN:VEVENT":
            inside, part, within = True, [], []
        elif not inside:
            continue
        elif token == "END:VEVENT":
            return
        elif what == "BEGIN" or within:
            part.append(line)
            if what == "BEGIN":
                within.append(kind)
            elif what == "END" and within.pop() != kind:
                part, within = [], []
            if not within:
                yield from part
                part = []
        elif _is_kept(token):
            yield line


def _is_kept(token: str) -> bool:
    found = _PROPERTY.match(token)
    return found is not None and found[1] not in _TELLS and not found[1].startswith((OWN, _TELLS_TIME))
