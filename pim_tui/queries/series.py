"""Appointments by rule: which series need further visits, and what one is called."""

from __future__ import annotations

from typing import NamedTuple

from ..db.connection import select

AHEAD = 365 * 86_400
"""Seconds: a series whose visits end sooner than this needs further ones."""


class SeriesRow(NamedTuple):
    """A series as further visits of it are made; ``drawn_to`` is UTC seconds, buffers are minutes.

    ``room_gone`` names its room where that is out of use by now; ``room_id`` is None then.
    """

    id: int
    version: int
    uid: str
    rule: str
    zone: str
    wall: str
    minutes: int
    customer_id: int
    customer: str
    staff_id: int
    room_id: int | None
    type_id: int | None
    type_mode: str
    buffer_before: int
    buffer_after: int
    mode: str
    reason: str
    note: str
    drawn_to: int
    room_gone: str


def any_due(now: int) -> bool:
    """Whether any series needs further visits. Index: ``series (drawn_to)``."""
    return bool(select("select 1 from series where drawn_to < ? limit 1", [now + AHEAD]))


def due(now: int, limit: int) -> list[SeriesRow]:
    """The series that need further visits, the most urgent first. Index: ``series (drawn_to)``."""
    rows = select(
        "select s.id, s.version, s.uid, s.rule, s.zone, s.wall, s.minutes, s.customer_id,"
        " trim(c.first_name || ' ' || c.last_name), s.staff_id, case when r.active = 1 then r.id end,"
        " s.type_id,"
        " coalesce(t.mode, ''), coalesce(t.buffer_before, 0), coalesce(t.buffer_after, 0), s.mode, s.reason,"
        " s.note, s.drawn_to, coalesce(case when r.active = 0 then r.name end, '')"
        " from series s join customer c on c.id = s.customer_id left join room r on r.id = s.room_id"
        " left join appointment_type t on t.id = s.type_id where s.drawn_to < ?"
        " order by s.drawn_to, s.id limit ?",
        [now + AHEAD, limit],
    )
    return [SeriesRow(*row) for row in rows]


def dates(series_id: int) -> tuple[frozenset[int], tuple[int, ...]]:
    """The dates left out, and those added. Index: ``series_date (series, at)``."""
    rows = select("select at, kind from series_date where series_id = ? order by at", [series_id])
    out = frozenset(at for at, kind in rows if kind == "out")
    return out, tuple(at for at, kind in rows if kind == "in")


def made(series_id: int, since: int) -> frozenset[int]:
    """Where the rule put the visits that are made. Index: ``series_visit (series, recurrence_at)``."""
    rows = select(
        "select recurrence_at from series_visit where series_id = ? and recurrence_at >= ?",
        [series_id, since],
    )
    return frozenset(at for (at,) in rows)
