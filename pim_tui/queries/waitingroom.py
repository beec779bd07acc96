"""What the waiting room reads: its day once, then only the appointments that were changed."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import date

from ..domain.agenda import Block
from ..domain.moments import Zone, day_bounds
from ..domain.rights import Right
from . import calendar
from .boards import ListBoard, list_board
from .gate import guarded


@guarded(Right.SEE_APPOINTMENT)
def waiting_room(day: date, zone: Zone) -> ListBoard:
    """Every appointment that touches the day, with the names behind its ids."""
    return list_board(day, day, zone)


@guarded(Right.SEE_APPOINTMENT)
def visits_now(ids: Sequence[int], day: date, zone: Zone) -> tuple[Block, ...]:
    """Those of the appointments that (still) touch the day, as they are now. Index: primary key."""
    start, end = day_bounds(day, zone)
    return tuple(
        block for block in calendar.blocks_named(ids) if block.starts_at < end and block.ends_at > start
    )
