"""How the services outside stand: each has a row under its name, and so has each channel of the outbox."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import NamedTuple

from ..db.connection import select
from ..domain.moments import Zone
from ..domain.standing import channel_words, service_words, unplaced_words
from .bookings import unplaced

CHANNEL = "channel "
"""How the name of a row begins that tells how a channel stands."""


class ServiceRow(NamedTuple):
    """How a service stands. ``good_at`` is when it last did all that it was asked, ``due_at`` when it is
    asked again; ``trouble`` and ``why`` are empty, ``troubled_since`` None where nothing is in the way.
    Instants are UTC seconds.
    """

    name: str
    good_at: int | None
    due_at: int
    trouble: str
    why: str
    troubled_since: int | None


class ChannelRow(NamedTuple):
    """What of a channel waits, is due, has failed (since when), and is unknown."""

    channel: str
    waiting: int
    due: int
    failed: int
    unknown: int
    failed_since: int | None


@dataclass(frozen=True, slots=True)
class Standing:
    """How all of it stands: the channels on which something is open, those that have ever gone or are held
    by name, the services that are asked for something, and who has booked there what has no place here, with
    the instant it begins.
    """

    channels: tuple[ChannelRow, ...]
    held: Mapping[str, ServiceRow]
    services: tuple[ServiceRow, ...]
    unplaced: Sequence[tuple[str, int]] = ()

    @property
    def troubled(self) -> bool:
        """Whether something is in the way, has failed, or waits for a person to decide."""
        if self.unplaced:
            return True
        rows = (*self.held.values(), *self.services)
        return any(one.failed or one.unknown for one in self.channels) or any(one.trouble for one in rows)

    def lines(self, now: int, zone: Zone) -> list[str]:
        """A sentence about what has no place, for each channel on which something is open, and for each
        service that is asked.
        """
        lines = [unplaced_words(self.unplaced, now, zone)] if self.unplaced else []
        open_ = {one.channel: one for one in self.channels}
        for name in dict.fromkeys([*open_, *self.held]):
            row, held = open_.get(name), self.held.get(name)
            counts = (row.waiting, row.failed, row.unknown, row.failed_since) if row else (0, 0, 0, None)
            stands = (held.why, held.troubled_since, held.good_at) if held else ("", None, None)
            lines.append(channel_words(name, *counts, *stands, now, zone))
        asked = ((one.name, one.why, one.troubled_since, one.good_at) for one in self.services)
        return [*lines, *(service_words(*one, now, zone) for one in asked)]


_OPEN = (
    "select channel, sum(waiting), sum(due), sum(failed), sum(unknown), min(since) from ("
    "select channel, count(*) as waiting, sum(case when due_at <= ? then 1 else 0 end) as due, 0 as failed,"
    " 0 as unknown, null as since from outbox where state in ('waiting', 'sending') group by channel"
    " union all select channel, 0, 0, count(*), 0, min(coalesce(troubled_since, due_at)) from outbox"
    " where state = 'failed' group by channel"
    " union all select channel, 0, 0, 0, count(*), null from outbox where state = 'unknown' group by channel"
    ") as found group by channel order by channel"
)


def standing(now: int) -> Standing:
    """How all of it stands.

    Indexes: ``outbox_open``, ``outbox_failed``, ``outbox_unsure``; ``service (name)``; ``booking_ahead``.
    """
    channels = tuple(ChannelRow._make(row) for row in select(_OPEN, [now]) if row[0])
    rows = services()
    held = {row.name.removeprefix(CHANNEL): row for row in rows if row.name.startswith(CHANNEL)}
    asked = tuple(row for row in rows if not row.name.startswith(CHANNEL) and (row.good_at or row.trouble))
    return Standing(channels, held, asked, unplaced(now))


def late_since(now: int) -> int | None:
    """When the first of what waits was due and should have gone, UTC seconds; None where nothing is late.

    What is in the way of a channel is told of the channel. Index: outbox_open.
    """
    rows = select(
        "select min(o.due_at) from outbox o left join service s on s.name = ? || o.channel"
        " where o.state = 'waiting' and o.due_at <= ? and coalesce(s.trouble, '') = '' and o.trouble = ''",
        [CHANNEL, now],
    )
    return rows[0][0] if rows else None


_ROW = "select name, good_at, due_at, trouble, why, troubled_since from service"


def service(name: str) -> ServiceRow | None:
    """One service; None where nothing is known of it yet. Index: service (name)."""
    rows = select(f"{_ROW} where name = ?", [name])
    return ServiceRow._make(rows[0]) if rows else None


def services() -> list[ServiceRow]:
    """All of them, by name. Index: service (name)."""
    return [ServiceRow._make(row) for row in select(f"{_ROW} order by name")]
