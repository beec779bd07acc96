"""Breaking the glass: a record that somebody may not read is opened for a reason, and looked at later."""

from __future__ import annotations

from typing import Final

from .rights import Right

OPEN_FOR: Final = 30 * 60
"""Seconds that one customer's record stays open."""
MENDED: Final = 60
"""Seconds that a clock is put back by when it is put right; one put back further opens nothing again."""
SHORTEST_REASON: Final = 10
"""Characters of a reason that is one."""
IN_ORDER, NOT_IN_ORDER = "in order", "not in order"
VERDICTS: Final = (IN_ORDER, NOT_IN_ORDER)
"""What whoever reviews it may find."""
BEHIND: Final = frozenset({Right.SEE_NOTE, Right.SEE_FILE})
"""What the glass is before: the text of notes, and documents."""


def open_between(now: int) -> tuple[int, int]:
    """Between which ends, UTC seconds, what was opened for :data:`OPEN_FOR` is open now: one that would be
    open for longer was opened by a clock that was set back since."""
    return now + 1, now + OPEN_FOR + MENDED


def is_closed_to(rights: frozenset[Right]) -> bool:
    """Whether something of a record is closed to somebody with these rights."""
    return not rights >= BEHIND
