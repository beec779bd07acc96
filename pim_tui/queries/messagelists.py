"""Everything that goes out of the house as one list, and what became of one of it (C8)."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date
from typing import NamedTuple

from ..db.connection import select
from ..db.many import marks
from ..domain.delivery import FATES
from ..domain.moments import Zone, at_minute
from ..domain.rights import Right
from ..domain.text import fold
from .gate import guarded
from .page import Page, Totals
from .paging import behind


@dataclass(frozen=True, slots=True)
class OutFilter:
    """Which rows; an empty part lets everything through but what was withdrawn. ``fates`` are of
    :data:`~pim_tui.domain.delivery.FATES`; days are both included, by when a row goes or was to go;
    ``words`` are of the customer's name.
    """

    fates: tuple[str, ...] = ()
    channels: tuple[str, ...] = ()
    first: date | None = None
    last: date | None = None
    words: str = ""


class OutRow(NamedTuple):
    """A row of the outbox and its fate. ``due_at`` is when it goes or was to go, ``sent_at`` when it was
    taken, UTC seconds. ``customer`` is empty where it is about nobody.
    """

    id: int
    kind: str
    window: str
    channel: str
    state: str
    due_at: int
    sent_at: int | None
    why: str
    customer_id: int | None
    customer: str

    @property
    def withdrawn(self) -> bool:
        """Whether it will not be sent."""
        return self.state == "withdrawn"

    @property
    def about(self) -> str:
        """Its kind, and which of its kind it is."""
        return f"{self.kind} {self.window}".strip().replace("_", " ")

    @property
    def at(self) -> int:
        """When it went, else when it is or was to go."""
        return self.due_at if self.sent_at is None else self.sent_at

    @property
    def fate(self) -> str:
        """What became of it, and why."""
        return f"{self.state}: {self.why}" if self.why else self.state


# What a service is told of a visit is no message to its customer, and is about them all the same.
_WHOSE = "coalesce(o.customer_id, a.customer_id)"
_FROM = "from outbox o left join appointment a on a.id = o.appointment_id"
_ROWS = (
    f'select o.id, o.kind, o."window", o.channel, o.state, o.due_at, o.sent_at, o.why, {_WHOSE},'
    f" coalesce(trim(c.first_name || ' ' || c.last_name), '') {_FROM}"
    f" left join customer c on c.id = {_WHOSE} where {{}} order by o.due_at desc, o.id desc"
    " limit ? offset ?"
)
_COUNTS = f"select o.state, count(*) {_FROM} where {{}} group by o.state"


@guarded(Right.SEE_CUSTOMER)
def outgoing(
    shown: OutFilter, zone: Zone, limit: int = 50, offset: int = 0, *, after: int | None = None
) -> Page[OutRow]:
    """The rows, the latest first, from ``offset`` on or those behind the one with the id ``after``; sums:
    each of :data:`~pim_tui.domain.delivery.FATES`.

    Indexes: ``outbox (due_at)``, primary key of ``customer``; each word of a name by ``search_word``.
    """
    where, params = _where(shown, zone)
    further, last = behind(after, "outbox", "o", "due_at", "id")
    found = select(_ROWS.format(where + further), [*params, *last, limit, 0 if last else offset])
    return Page(tuple(map(OutRow._make, found)), lambda: _added_up(where, params), offset)


def _added_up(where: str, params: list[object]) -> Totals:
    states = dict(select(_COUNTS.format(where), params))
    sums = {fate: sum(states.get(one, 0) for one in of) for fate, of in FATES.items()}
    return Totals(sum(states.values()), sums)


def _where(shown: OutFilter, zone: Zone) -> tuple[str, list[object]]:
    states = [state for fate in shown.fates for state in FATES[fate]]
    parts = [f"o.state in ({marks(states)})"] if states else ["o.state <> 'withdrawn'"]
    found: list[object] = [*states]
    if shown.channels:
        parts.append(f"o.channel in ({marks(shown.channels)})")
        found += shown.channels
    if shown.first:
        parts.append("o.due_at >= ?")
        found.append(at_minute(shown.first, 0, zone))
    if shown.last:
        parts.append("o.due_at < ?")
        found.append(at_minute(shown.last, 1440, zone))
    for word in fold(shown.words).split():
        parts.append(f"{_WHOSE} in (select customer_id from search_word where word >= ? and word < ?)")
        found += (word, f"{word}\U0010ffff")
    return " and ".join(parts), found


class Tried(NamedTuple):
    """How a row was tried. ``service`` and ``key`` are what it is called there; instants are UTC seconds."""

    tries: int
    created_at: int
    due_at: int
    sent_at: int | None
    look_at: int | None
    troubled_since: int | None
    service: str
    key: str


class Step(NamedTuple):
    """Something that was done to a row, by whom, and when: UTC seconds."""

    at: int
    who: str
    action: str


@guarded(Right.SEE_CUSTOMER)
def tried(message_id: int) -> Tried:
    """How one row was tried; it must be there. Index: primary key."""
    (found,) = select(
        "select tries, created_at, due_at, sent_at, look_at, troubled_since, service, key from outbox"
        " where id = ?",
        [message_id],
    )
    return Tried._make(found)


@guarded(Right.SEE_CUSTOMER)
def steps(message_id: int) -> list[Step]:
    """What the journal tells of one row, the oldest first. Index: journal (kind, row_id)."""
    rows = select(
        "select j.at_ms / 1000, coalesce(s.name, ''), j.action from journal j left join staff s"
        " on s.id = j.staff_id where j.kind = 'outbox' and j.row_id = ? order by j.seq",
        [message_id],
    )
    return [Step._make(row) for row in rows]
