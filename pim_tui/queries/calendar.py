"""What the calendar reads: only the days and columns on screen, straight into frozen rows.

The selects are written by hand: a day of 320 rows through Peewee's builder costs four times as much.
"""

from __future__ import annotations

from collections.abc import Collection, Sequence
from datetime import date, timedelta
from typing import NamedTuple

from ..db.connection import select
from ..db.many import marks
from ..domain.agenda import Block, Column
from ..domain.moments import Zone, day_bounds
from ..domain.rights import Right
from ..domain.visit import Details
from ..errors import NotFound
from .equipment import taken_by
from .gate import guarded

_BLOCK_COLUMNS = (
    "select a.id, a.version, a.customer_id, trim(c.first_name || ' ' || c.last_name), a.staff_id, a.room_id,"
    " a.type_id, coalesce(t.name, ''), a.starts_at, a.ends_at, a.status, a.mode, a.reason, a.arrived_at,"
    " a.overbooked_by_id is not null, a.confirmed_at, a.seated_at, a.left_at, a.late_cancel"
)
_BLOCK_JOINS = (
    " join customer c on c.id = a.customer_id left join appointment_type t on t.id = a.type_id where "
)
_BLOCK = f"{_BLOCK_COLUMNS} from appointment a{_BLOCK_JOINS}"


class Filter(NamedTuple):
    """What the calendar shows; an empty tuple lets everything through. ``statuses`` are letters."""

    staff_ids: tuple[int, ...] = ()
    room_ids: tuple[int, ...] = ()
    type_ids: tuple[int, ...] = ()
    statuses: tuple[str, ...] = ()

    def where(self) -> tuple[str, list[object]]:
        """The condition on appointment ``a`` and its parameters; empty when nothing is filtered.

        The plus keeps the indexes of staff and room out: they know no days, and hold all that somebody ever
        had.
        """
        text, params = "", list[object]()
        for column, wanted in (
            ("+a.staff_id", self.staff_ids),
            ("+a.room_id", self.room_ids),
            ("a.type_id", self.type_ids),
            ("a.status", self.statuses),
        ):
            if wanted:
                text += f" and {column} in ({marks(wanted)})"
                params += wanted
        return text, params

    def counts(self, status: str) -> bool:
        """Whether one of this status is an appointment to count: a canceled one where they are asked for."""
        return status != "X" or "X" in self.statuses


EVERYTHING = Filter()


@guarded(Right.SEE_APPOINTMENT)
def blocks_of(first: date, last: date, zone: Zone, shown: Filter = EVERYTHING) -> tuple[Block, ...]:
    """Every appointment that touches the days ``first`` to ``last``, by start.

    Indexes: ``appointment (day, ...)`` for what starts then, ``appointment_over_midnight`` for what
    reaches in from before.
    """
    start, end = day_bounds(first, zone)[0], day_bounds(last, zone)[1]
    extra, params = shown.where()
    rows = select(
        f"{_BLOCK} a.day between ? and ?{extra} union all {_BLOCK}"
        f" a.crosses_midnight = 1 and a.ends_at > ? and a.starts_at < ? and a.day < ?{extra} order by 9, 1",
        [first.isoformat(), last.isoformat(), *params, start, end, first.isoformat(), *params],
    )
    return tuple(map(Block._make, rows))


@guarded(Right.SEE_APPOINTMENT)
def blocks_named(ids: Collection[int]) -> tuple[Block, ...]:
    """Those of the appointments that there are, by start. Index: primary key."""
    if not ids:
        return ()
    return tuple(map(Block._make, select(f"{_BLOCK} a.id in ({marks(ids)}) order by 9, 1", [*ids])))


class LoadRow(NamedTuple):
    """What one day holds, of one column where they are told apart (else 0); ``day`` is ISO text."""

    day: str
    column_id: int
    visits: int
    minutes: int


@guarded(Right.SEE_APPOINTMENT)
def load_rows(first: date, last: date, shown: Filter = EVERYTHING, *, by: str = "") -> list[LoadRow]:
    """Count and booked minutes per day, and per ``by`` (``staff`` or ``room``) when given.

    Canceled ones count where they are asked for, as in :meth:`Filter.counts`. Days without any are left out.
    Minutes count what occupies time on the day it starts (T5), at most the whole day.
    Index: ``appointment (day, staff, room, type, status, minutes)``, covering.
    """
    column = {"staff": "a.staff_id", "room": "coalesce(a.room_id, 0)"}.get(by, "0")
    grouped = f"a.day, {column}" if by else "a.day"
    extra, params = shown.where()
    extra += "" if shown.statuses else " and a.status <> 'X'"
    rows = select(
        f"select a.day, {column}, count(*), sum(case when a.status in ('S', 'C')"
        " then (case when a.minutes > 1440 then 1440 else a.minutes end) else 0 end)"
        f" from appointment a where a.day between ? and ?{extra} group by {grouped} order by a.day, 2",
        [first.isoformat(), last.isoformat(), *params],
    )
    return list(map(LoadRow._make, rows))


@guarded(Right.SEE_APPOINTMENT)
def first_of_days(first: date, last: date, count: int, shown: Filter = EVERYTHING) -> tuple[Block, ...]:
    """The first ``count`` appointments of each day that are not canceled, by start.

    A search for each day costs a third of ranking all their rows at once, and a quarter less with the count
    written out.
    Index: ``appointment (day, ...)``.
    """
    days = [(first + timedelta(days=n)).isoformat() for n in range((last - first).days + 1)]
    extra, params = shown.where()
    rows = select(
        f"with shown(day) as (values {', '.join(['(?)'] * len(days))}) {_BLOCK_COLUMNS}"
        f" from shown cross join appointment a{_BLOCK_JOINS} a.id in (select a.id from appointment a"
        f" where a.day = shown.day and a.status <> 'X'{extra} order by a.starts_at, a.id limit {int(count)})"
        " order by 9, 1",
        [*days, *params],
    )
    return tuple(map(Block._make, rows))


def staff_columns() -> tuple[Column, ...]:
    """Everybody who takes appointments, in the clinic's order."""
    rows = select(
        "select id, name, initials from staff where active = 1 and books = 1 order by position, name, id"
    )
    return tuple(map(Column._make, rows))


def staff_name(staff_id: int) -> str | None:
    """Whoever has this id, whether they still work here or not. Index: primary key."""
    rows = select("select name from staff where id = ?", [staff_id])
    return rows[0][0] if rows else None


def staff_names(staff_ids: Sequence[int]) -> dict[int, str]:
    """Names by id, of those who left as well. Index: primary key."""
    return dict(select(f"select id, name from staff where id in ({marks(staff_ids) or 'null'})", staff_ids))


def room_columns() -> tuple[Column, ...]:
    """Every room, and the column of what has none."""
    rows = select("select id, name, initials from room where active = 1 order by position, name, id")
    return (*map(Column._make, rows), Column(0, "No room", "-"))


class TypeRow(NamedTuple):
    """An appointment type as forms and the quick line need it; minutes throughout."""

    id: int
    name: str
    alias: str
    minutes: int
    colour: str
    buffer_before: int
    buffer_after: int
    mode: str
    is_default: int


def types() -> tuple[TypeRow, ...]:
    """The appointment types in use, in the clinic's order."""
    rows = select(
        "select id, name, alias, minutes, colour, buffer_before, buffer_after, mode, is_default"
        " from appointment_type where active = 1 order by position, name, id"
    )
    return tuple(map(TypeRow._make, rows))


class Visit(NamedTuple):
    """One appointment with everything a form edits or a profile tells.

    ``series_rule`` is the rule of its series, empty for listed dates, None where it is of none;
    ``series_zone`` is where its days are counted. ``equipment`` names what it takes: "Laser, Scales".
    """

    id: int
    version: int
    customer_id: int
    customer: str
    staff_id: int
    staff: str
    room_id: int | None
    room: str
    type_id: int | None
    type_name: str
    mode: str
    starts_at: int
    ends_at: int
    minutes: int
    day: date
    status: str
    reason: str
    note: str
    cancel_reason: str
    cancelled_by: str
    confirmed_at: int | None
    arrived_at: int | None
    seated_at: int | None
    left_at: int | None
    buffer_before: int
    buffer_after: int
    series_rule: str | None
    series_zone: Zone
    equipment_ids: tuple[int, ...] = ()
    equipment: str = ""

    @property
    def details(self) -> Details:
        """What a form decides about it, as it stands."""
        return Details(
            self.customer_id, self.staff_id, self.starts_at, self.minutes, self.type_id, self.room_id,
            self.mode, self.reason, self.note, self.equipment_ids,
        )  # fmt: skip


@guarded(Right.SEE_APPOINTMENT)
def visit(appointment_id: int) -> Visit:
    """The appointment with this id; :class:`NotFound` when there is none. Indexes: primary keys."""
    rows = select(
        "select a.id, a.version, a.customer_id, trim(c.first_name || ' ' || c.last_name), a.staff_id, s.name,"
        " a.room_id, coalesce(r.name, ''), a.type_id, coalesce(t.name, ''), a.mode, a.starts_at, a.ends_at,"
        " a.minutes, a.day, a.status, a.reason, a.note, a.cancel_reason, a.cancelled_by, a.confirmed_at,"
        " a.arrived_at, a.seated_at, a.left_at,"
        " coalesce(t.buffer_before, 0), coalesce(t.buffer_after, 0), g.rule, coalesce(g.zone, '')"
        " from appointment a"
        " join customer c on c.id = a.customer_id join staff s on s.id = a.staff_id"
        " left join room r on r.id = a.room_id left join appointment_type t on t.id = a.type_id"
        " left join series_visit v on v.appointment_id = a.id left join series g on g.id = v.series_id"
        " where a.id = ?",
        [appointment_id],
    )
    if not rows:
        raise NotFound("That appointment does not exist.", "Go back to the calendar and choose another.")
    found = Visit(*rows[0])
    taken = taken_by(appointment_id)
    return found._replace(
        day=date.fromisoformat(str(found.day)),
        equipment_ids=tuple(id_ for id_, _ in taken),
        equipment=", ".join(name for _, name in taken),
    )
