"""Time that somebody is busy elsewhere: written down, let go, and told to the journal as one change (A1).

What has passed stays as it was: it is part of what the clinic's days looked like.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field

from ..db.bulk import insert, update
from ..db.connection import write_tx
from ..db.many import marks, pieces
from ..domain.calendars import Item, Window
from ..models import BlockedTime
from ..queries.calendars import Stretch, stretches
from . import audit
from .audit import Change
from .calendar_rows import Whose, drop_item
from .work import Work

Stretches = Sequence[tuple[int, int, str]]
"""Beginning and end, UTC seconds, and what it is about where that may be known."""
_TOLD = 40
"""Stretches that the journal tells one by one."""


@dataclass(slots=True)
class Blocked:
    """What is changed of somebody's blocked time within one transaction."""

    whose: Whose
    window: Window
    added: list[tuple[int, int]] = field(default_factory=list)
    gone: list[tuple[int, int]] = field(default_factory=list)

    @property
    def count(self) -> int:
        """How many stretches are different now."""
        return len(set(self.added) ^ set(self.gone))

    def take(self, item_id: int, times: Stretches) -> None:
        """The time of a member as it is now, in the place of what was still to come of it."""
        was = stretches(item_id, self.window.first)
        stays = {one[1:] for one in was}.intersection(times)
        self._free([one for one in was if one[1:] not in stays])
        new = [one for one in dict.fromkeys(times) if one not in stays]
        insert(
            [
                BlockedTime.item,
                BlockedTime.staff,
                BlockedTime.starts_at,
                BlockedTime.ends_at,
                BlockedTime.text,
            ],
            [(item_id, self.whose.staff_id, *one) for one in new],
        )
        self.added += [one[:2] for one in new]

    def let_go(self, item: Item) -> None:
        """A member is not in the calendar any more. A visit is put there again; other time is free."""
        if item.appointment_id is not None:
            update("update calendar_item set etag = '', sent = '' where id = ? returning id", [item.id])
            return
        self._free(stretches(item.id, self.window.first))
        if stretches(item.id, 0):
            update("update calendar_item set etag = '' where id = ? returning id", [item.id])
        else:
            drop_item(item.id)

    def _free(self, rows: Sequence[Stretch]) -> None:
        for some in pieces([one.id for one in rows]):
            update(f"delete from blocked_time where id in ({marks(some)}) returning id", some)
        self.gone += [(one.starts_at, one.ends_at) for one in rows]

    def tell(self, work: Work) -> None:
        """The line of the journal, where anything is different now."""
        if not self.count:
            return
        both = [*self.added, *self.gone]
        about = {"staff_id": self.whose.staff_id, "name": self.whose.name}
        span = {"starts_at": min(one[0] for one in both), "ends_at": max(one[1] for one in both)}
        before = {**about, "count": len(self.gone), "stretches": sorted(self.gone)[:_TOLD]}
        after = {**about, **span, "count": len(self.added), "stretches": sorted(self.added)[:_TOLD]}
        audit.append(work.session, [Change("sync", "blocked_time", None, before, after)])


def forget_words(whose: Whose) -> None:
    """What keeps somebody busy is not to be told here any more."""
    with write_tx():
        update("update blocked_time set text = '' where staff_id = ? returning id", [whose.staff_id])


def forget(work: Work, whose: Whose, items: Iterable[Item], window: Window) -> None:
    """Forget members whose calendar is not kept alike any more."""
    blocked = Blocked(whose, window)
    with write_tx():
        for item in items:
            if item.appointment_id is None:
                blocked.let_go(item)
            else:
                drop_item(item.id)
        blocked.tell(work)
