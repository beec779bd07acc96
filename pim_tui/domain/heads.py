"""The head of the journal as it is written down outside of the book: what the book said, and when (A1).

Whoever can write in the database's file could make the whole chain anew. Heads that lie elsewhere show it:
the journal must go on from each of them.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from datetime import UTC, datetime
from typing import NamedTuple

from ..errors import Fault, Invalid


class Head(NamedTuple):
    """The number and digest of the journal's last line, and when it was the last, UTC seconds."""

    seq: int
    hash: str
    at: int

    def line(self) -> str:
        """``2026-11-23T08:20:00Z 1234 3f2a...``"""
        return f"{datetime.fromtimestamp(self.at, UTC):%Y-%m-%dT%H:%M:%SZ} {self.seq} {self.hash}"


def read_heads(lines: Iterable[str]) -> Iterator[Head]:
    """The heads of a file, in order; blank lines are nothing.

    Raises :class:`Invalid` for a line that is none: somebody has changed the file, or it is another one.
    """
    for place, line in enumerate(lines, 1):
        if line.strip():
            yield _read(line.split(), place)


def _read(parts: list[str], place: int) -> Head:
    try:
        moment, seq, hash_ = parts
        at = datetime.strptime(moment, "%Y-%m-%dT%H:%M:%SZ").replace(tzinfo=UTC)
        if not (seq.isascii() and seq.isdigit() and len(hash_) == 64 and int(hash_, 16) >= 0):
            raise ValueError(hash_)
        return Head(int(seq), hash_, int(at.timestamp()))
    except ValueError:
        raise Invalid([Fault(f"line {place}", "is no head of a journal")]) from None
