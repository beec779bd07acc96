"""A series as it stands: its row, its visits, the dates left out."""

from __future__ import annotations

from typing import NamedTuple

from ..db.connection import select
from ..domain.moments import Zone
from ..domain.rights import Right
from ..domain.series import Member
from ..domain.visit import Details
from ..errors import NotFound
from .equipment import usual_equipment
from .gate import guarded


class SeriesHere(NamedTuple):
    """A series; ``recurrence_at`` is where its rule put the visit it was found by, UTC seconds."""

    id: int
    version: int
    uid: str
    rule: str
    zone: Zone
    wall: str
    starts_at: int
    minutes: int
    customer_id: int
    customer: str
    staff_id: int
    staff: str
    room_id: int | None
    type_id: int | None
    mode: str
    reason: str
    note: str
    drawn_to: int | None
    recurrence_at: int

    @property
    def details(self) -> Details:
        """What all of its visits have in common."""
        return Details(
            self.customer_id, self.staff_id, self.starts_at, self.minutes, self.type_id, self.room_id,
            self.mode, self.reason, self.note, usual_equipment(self.type_id),
        )  # fmt: skip


@guarded(Right.SEE_APPOINTMENT)
def series_of(appointment_id: int) -> SeriesHere:
    """The series of an appointment; :class:`NotFound` when it belongs to none. Indexes: primary keys."""
    rows = select(
        "select s.id, s.version, s.uid, s.rule, s.zone, s.wall, s.starts_at, s.minutes, s.customer_id,"
        " trim(c.first_name || ' ' || c.last_name), s.staff_id, w.name, s.room_id, s.type_id, s.mode,"
        " s.reason, s.note, s.drawn_to, v.recurrence_at from series_visit v"
        " join series s on s.id = v.series_id join customer c on c.id = s.customer_id"
        " join staff w on w.id = s.staff_id"
        " where v.appointment_id = ?",
        [appointment_id],
    )
    if not rows:
        raise NotFound("That appointment belongs to no series.", "Go back to the calendar.")
    return SeriesHere(*rows[0])


@guarded(Right.SEE_APPOINTMENT)
def members(series_id: int, since: int | None = None) -> list[Member]:
    """The visits of a series by where the rule put them, from ``since`` on (UTC seconds).

    Index: ``series_visit (series, recurrence_at)``.
    """
    rows = select(
        "select a.id, a.version, v.recurrence_at, a.status, a.customer_id, a.staff_id, a.starts_at,"
        " a.minutes, a.type_id, a.room_id, a.mode, a.reason, a.note from series_visit v"
        " join appointment a on a.id = v.appointment_id where v.series_id = ? and v.recurrence_at >= ?"
        " order by v.recurrence_at",
        [series_id, -(2**62) if since is None else since],
    )
    having = _equipment_of(series_id)
    return [
        Member(id_, version, at, status, Details(*(*details, having.get(id_, ()))))
        for id_, version, at, status, *details in rows
    ]


def _equipment_of(series_id: int) -> dict[int, tuple[int, ...]]:
    """What each visit of a series takes. Indexes: ``series_visit (series, recurrence_at)``, primary key."""
    found: dict[int, tuple[int, ...]] = {}
    for id_, equipment_id in select(
        "select e.appointment_id, e.equipment_id from series_visit v join appointment_equipment e"
        " on e.appointment_id = v.appointment_id where v.series_id = ? order by e.equipment_id",
        [series_id],
    ):
        found[id_] = (*found.get(id_, ()), equipment_id)
    return found


@guarded(Right.SEE_APPOINTMENT)
def dates_of(series_id: int) -> dict[int, str]:
    """The dates left out (``out``) and those added (``in``). Index: ``series_date (series, at)``."""
    return dict(select("select at, kind from series_date where series_id = ? order by at", [series_id]))


@guarded(Right.SEE_APPOINTMENT)
def links_of(series_id: int) -> list[tuple[int, int]]:
    """Each appointment of a series, by id, with where the rule put it.

    Index: ``series_visit (series, recurrence_at)``.
    """
    return select(
        "select appointment_id, recurrence_at from series_visit where series_id = ? order by recurrence_at",
        [series_id],
    )


@guarded(Right.SEE_APPOINTMENT)
def series_at(appointment_id: int) -> SeriesHere | None:
    """As :func:`series_of`; None when it belongs to none."""
    try:
        return series_of(appointment_id)
    except NotFound:
        return None
