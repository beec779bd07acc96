"""Times that are held while somebody talks about them (T8).

A hold counts as long as its end lies ahead: whoever reads compares, and nobody waits for the row to go.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, NamedTuple

from ..db.connection import select
from ..domain.agenda import HELD, Block
from ..domain.intervals import Interval
from ..domain.moments import Zone, clock
from ..domain.rights import Right
from .gate import guarded

if TYPE_CHECKING:
    from ..domain.scheduling import Occupied


class Asker(NamedTuple):
    """Who asks what is in the way, and when: what a session holds itself is not in its way.

    ``session`` is the key of :class:`~pim_tui.domain.session.Session`, ``now`` UTC seconds.
    """

    session: str
    now: int
    zone: Zone


class Held(NamedTuple):
    """A hold; ``customer`` is who waits and was offered the time, empty for one held by key.

    Times are UTC seconds, ``ends_at`` and ``expires_at`` exclusive.
    """

    id: int
    staff_id: int
    staff: str
    room_id: int | None
    room: str
    starts_at: int
    ends_at: int
    initials: str
    session: str
    entry_id: int | None
    customer: str
    expires_at: int

    @property
    def interval(self) -> Interval:
        """The time that is held."""
        return Interval(self.starts_at, self.ends_at)

    def says(self, zone: Zone) -> str:
        """Who holds it, and until when."""
        return f"held by {self.initials} until {clock(self.expires_at, zone)}"

    def block(self, zone: Zone) -> Block:
        """As the calendar draws it; its id is that of no appointment."""
        told = f"{self.initials} until {clock(self.expires_at, zone)}"
        return Block(
            -self.id, 0, 0, told, self.staff_id, self.room_id, None, "", self.starts_at, self.ends_at, HELD,
            "in_person", self.customer,
        )  # fmt: skip

    def occupied(self, zone: Zone) -> Occupied:
        """As what is in the way of somebody else's booking."""
        from ..domain.scheduling import Occupied

        return Occupied(
            -self.id,
            self.staff_id,
            self.room_id,
            None,
            self.interval,
            self.interval,
            self.says(zone),
            self.staff,
            room=self.room,
        )


_HELD = (
    "select h.id, h.staff_id, s.name, h.room_id, coalesce(r.name, ''), h.starts_at, h.ends_at,"
    " coalesce(nullif(o.initials, ''), o.name), h.session, h.entry_id,"
    " coalesce(trim(c.first_name || ' ' || c.last_name), ''), h.expires_at from hold h"
    " join staff s on s.id = h.staff_id join staff o on o.id = h.holder_id"
    " left join room r on r.id = h.room_id left join waiting_entry w on w.id = h.entry_id"
    " left join customer c on c.id = w.customer_id where h.expires_at > ?"
)


@guarded(Right.SEE_APPOINTMENT)
def holds_between(first: int, last: int, now: int) -> tuple[Held, ...]:
    """The holds that have not ended and touch the instants from ``first`` to before ``last``, by start.

    There are as many as desks that talk: the table is read whole.
    """
    rows = select(
        f"{_HELD} and h.starts_at < ? and h.ends_at > ? order by h.starts_at, h.id", [now, last, first]
    )
    return tuple(map(Held._make, rows))


@guarded(Right.SEE_APPOINTMENT)
def every_hold(now: int) -> tuple[Held, ...]:
    """All that have not ended, by start."""
    return tuple(map(Held._make, select(f"{_HELD} order by h.starts_at, h.id", [now])))


@guarded(Right.SEE_APPOINTMENT)
def held_by_others(
    window: Interval, asker: Asker, *, staff_id: int | None, room_id: int | None
) -> tuple[Held, ...]:
    """The holds of other sessions within ``window`` that take the staff member's or the room's time."""
    return tuple(
        one
        for one in holds_between(window.start, window.end, asker.now)
        if one.session != asker.session
        and (one.staff_id == staff_id or (room_id is not None and one.room_id == room_id))
    )


@guarded(Right.SEE_APPOINTMENT)
def own_holds(session: str) -> tuple[int, ...]:
    """The ids of what a session holds, ended or not."""
    return tuple(id_ for (id_,) in select("select id from hold where session = ? order by id", [session]))
