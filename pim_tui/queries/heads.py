"""The journal's head now, and whether the journal goes on from heads that were written down before (A1)."""

from __future__ import annotations

from collections.abc import Iterable, Iterator

from ..db.connection import select
from ..domain.chain import FIRST
from ..domain.heads import Head
from ..domain.rights import Right
from .gate import guarded

CODE, HOLDS = "C40", "the journal goes on from every head that was written down outside"


@guarded(Right.CHECK)
def head(now: int) -> Head:
    """The last line's number and digest at ``now``, UTC seconds; 0 for none. Index: primary key."""
    rows = select("select seq, hash from journal order by seq desc limit 1")
    seq, hash_ = rows[0] if rows else (0, FIRST)
    return Head(seq, hash_, now)


@guarded(Right.CHECK)
def departures(heads: Iterable[Head]) -> Iterator[tuple[int, str]]:
    """The number and fault of each line that a head tells otherwise, until the first of either kind.

    After a line that differs all later ones do; after the end nothing is left. Index: primary key.
    """
    ((last,),) = select("select coalesce(max(seq), 0) from journal")
    for one in heads:
        if one.seq > last:
            yield last + 1, f"the journal ends at line {last}; on {_when(one)} it had {one.seq}"
            return
        found = select("select hash from journal where seq = ?", [one.seq])
        if one.seq and (not found or found[0][0] != one.hash):
            yield one.seq, f"line {one.seq} is another one than it was on {_when(one)}"
            return


def _when(one: Head) -> str:
    return one.line().partition(" ")[0]
