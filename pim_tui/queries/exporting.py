"""What an export reads: a chunk at a time, so that memory stays level and no read is ever left half-way.

A cursor left open would keep the write-ahead log from being shortened while a long export writes; so days
(or ids) are counted first, and then read in pieces of about :data:`CHUNK` rows.
"""

from __future__ import annotations

import hashlib
from collections.abc import Iterator, Sequence
from datetime import date
from itertools import islice

from ..db.connection import select
from ..db.many import marks
from ..domain.handout import SeriesOut, VisitOut, VisitsWanted, ZoneUse
from ..domain.moments import Zone, day_bounds
from ..domain.rights import Right
from .gate import guarded
from .where import Where

CHUNK = 5_000
"""About how many rows are held at once."""
_FEW = 500
"""How many ids one select names."""


def clinic_key() -> str:
    """What no other book has, and what never changes in this one: from the first line of its journal."""
    found = select("select hash from journal where seq = 1") or select("select created_at, zone from clinic")
    return hashlib.sha256(repr(found).encode()).hexdigest()[:16]


# --- appointments ----------------------------------------------------------------------------------

_NAME = "trim(c.first_name || ' ' || c.last_name)"
_VISIT = (
    "select a.id, a.version, case when exists (select 1 from outside_event p where p.uid = o.uid"
    " and p.appointment_id < a.id) then null else o.uid end, o.sequence, coalesce(s.uid, ''), a.day, a.wall,"
    f" a.zone, a.starts_at, a.minutes, a.status, c.number, {_NAME}, w.name, coalesce(r.name, ''),"
    " coalesce(t.name, ''), a.mode, a.reason, a.note, a.cancel_reason, a.cancelled_by, a.confirmed_at,"
    " a.arrived_at, a.seated_at, a.left_at"
)
# Of appointments that share a uid, as guests of one event do, the first keeps it.
_JOINS = (
    " join customer c on c.id = a.customer_id join staff w on w.id = a.staff_id"
    " left join room r on r.id = a.room_id left join appointment_type t on t.id = a.type_id"
    " left join outside_event o on o.appointment_id = a.id"
    " left join series_visit v on v.appointment_id = a.id left join series s on s.id = v.series_id"
)
_ORDER = " order by a.starts_at, a.id"


@guarded(Right.SEE_APPOINTMENT)
def count_visits(wanted: VisitsWanted) -> int:
    """How many appointments there are to export; indexes as :func:`visits`."""
    where, params = _where(wanted)
    days = select(
        f"select count(*) from appointment a where {where}{_days(wanted)}", [*params, *_span(wanted)]
    )
    return int(days[0][0])


@guarded(Right.SEE_APPOINTMENT)
def people_among(wanted: VisitsWanted, most: int) -> int:
    """How many customers they are with, counted up to ``most``; indexes as :func:`visits`."""
    where, params = _where(wanted)
    some = f"select distinct a.customer_id from appointment a where {where}{_days(wanted)} limit ?"
    counted = select(f"select count(*) from ({some}) as c", [*params, *_span(wanted), most])
    return int(counted[0][0])


@guarded(Right.SEE_APPOINTMENT)
def visits(wanted: VisitsWanted, zone: Zone, *, besides_series: bool = False) -> Iterator[list[VisitOut]]:
    """The appointments by start, in chunks of whole days; ``besides_series``: none that :func:`series` has.

    Indexes: ``appointment (day, staff, room, type, status, minutes)`` to count, covering; ``appointment
    (day, starts_at)``, ``(customer, starts_at)`` or the primary key to read; ``appointment_over_midnight``.
    """
    where, params = _where(wanted)
    if besides_series:
        of_series, more = _series_where(wanted)
        where += (
            " and not exists (select 1 from series_visit v join series s on s.id = v.series_id"
            f" where v.appointment_id = a.id and {of_series})"
        )
        params += more
    if wanted.first:
        yield _read(*_reaching_in(wanted.first, zone, where, params))
    counted = select(
        f"select a.day, count(*) from appointment a where {where}{_days(wanted)}"
        " group by a.day order by a.day",
        [*params, *_span(wanted)],
    )
    for first, last in spans(counted):
        yield _read(f"{where} and a.day between ? and ?", [*params, first, last])


def _read(where: str, params: Sequence[object]) -> list[VisitOut]:
    return list(
        map(VisitOut._make, select(f"{_VISIT} from appointment a{_JOINS} where {where}{_ORDER}", params))
    )


@guarded(Right.SEE_APPOINTMENT)
def visit_named(id_: int) -> VisitOut | None:
    """One appointment; None where there is none. Index: primary key."""
    return next(iter(_read("a.id = ?", [id_])), None)


def _reaching_in(first: date, zone: Zone, where: str, params: Sequence[object]) -> tuple[str, list[object]]:
    """Those that began the day before and go on into ``first``."""
    start, iso = day_bounds(first, zone)[0], first.isoformat()
    return f"{where} and a.crosses_midnight = 1 and a.ends_at > ? and a.day < ?", [*params, start, iso]


def spans(counted: Sequence[tuple[str, int]]) -> Iterator[tuple[str, str]]:
    """First and last of as many days as make a chunk."""
    days: list[str] = []
    rows = 0
    for day, count in counted:
        days.append(day)
        rows += count
        if rows >= CHUNK:
            yield days[0], days[-1]
            days, rows = [], 0
    if days:
        yield days[0], days[-1]


def _where(wanted: VisitsWanted) -> Where:
    """The condition on appointment ``a``, but for its day; never empty.

    The plus keeps the indexes of staff and rooms out: through them every chunk would look at all the
    visits of somebody, instead of those of its days.
    """
    where = Where() if wanted.customer_id is None else Where("a.customer_id = ?", (wanted.customer_id,))
    if wanted.ids is not None:
        where = where.also(f"a.id in ({marks(wanted.ids) or 'null'})", *wanted.ids)
    where = where.among("+a.staff_id", wanted.staff_ids).among("+a.room_id", wanted.room_ids)
    return where.among("a.type_id", wanted.type_ids).among("a.status", wanted.statuses)


def _days(wanted: VisitsWanted) -> str:
    return (" and a.day >= ?" if wanted.first else "") + (" and a.day <= ?" if wanted.last else "")


def _span(wanted: VisitsWanted) -> list[object]:
    return [day.isoformat() for day in (wanted.first, wanted.last) if day]


# --- series ----------------------------------------------------------------------------------------

_SERIES = (
    f"select s.id, s.version, s.uid, s.sequence, s.rule, s.zone, s.wall, s.starts_at, s.minutes, c.number,"
    f" {_NAME}, w.name, coalesce(r.name, ''), coalesce(t.name, ''), s.mode, s.reason, s.note, s.drawn_to"
    " from series s join customer c on c.id = s.customer_id join staff w on w.id = s.staff_id"
    " left join room r on r.id = s.room_id left join appointment_type t on t.id = s.type_id where"
)
_DIFFERS = (
    "(a.starts_at <> v.recurrence_at or a.minutes <> s.minutes or a.status <> 'S'"
    " or a.customer_id <> s.customer_id or a.staff_id <> s.staff_id or a.mode <> s.mode"
    " or a.reason <> s.reason or a.note <> s.note or coalesce(a.room_id, 0) <> coalesce(s.room_id, 0)"
    " or coalesce(a.type_id, 0) <> coalesce(s.type_id, 0))"
)


def _series_where(wanted: VisitsWanted) -> Where:
    """The condition on series ``s``; never empty."""
    where = Where() if wanted.customer_id is None else Where("s.customer_id = ?", (wanted.customer_id,))
    where = where.among("s.staff_id", wanted.staff_ids).among("s.room_id", wanted.room_ids)
    return where.among("s.type_id", wanted.type_ids)


@guarded(Right.SEE_APPOINTMENT)
def zones_of_series(wanted: VisitsWanted) -> tuple[ZoneUse, ...]:
    """The zones of the series wanted, and from when to when each is needed. Series are few: all are read."""
    where, params = _series_where(wanted)
    rows = select(
        f"select s.zone, min(s.starts_at), max(coalesce(s.drawn_to, (select max(v.recurrence_at)"
        f" from series_visit v where v.series_id = s.id), s.starts_at)) from series s where {where}"
        " group by s.zone order by s.zone",
        params,
    )
    return tuple(map(ZoneUse._make, rows))


@guarded(Right.SEE_APPOINTMENT)
def series(wanted: VisitsWanted) -> Iterator[list[SeriesOut]]:
    """The series by id, in chunks, each with its dates and the visits that differ from it.

    Only for what does not cut series (:attr:`VisitsWanted.cuts_series`). Indexes: primary keys,
    ``series_date (series, at)``, ``series_visit (series, recurrence_at)``.
    """
    where, params = _series_where(wanted)
    ids = [row[0] for row in select(f"select s.id from series s where {where} order by s.id", params)]
    for some in batches(ids):
        yield series_named(some)


@guarded(Right.SEE_APPOINTMENT)
def series_named(some: Sequence[int]) -> list[SeriesOut]:
    """Those few series, by id; indexes as :func:`series`."""
    dates: dict[tuple[int, str], list[int]] = {}
    for id_, at, kind in select(
        f"select series_id, at, kind from series_date where series_id in ({marks(some)}) order by at", some
    ):
        dates.setdefault((id_, kind), []).append(at)
    changed = _changed(some)
    return [
        SeriesOut._make(
            (
                *row,
                tuple(dates.get((row[0], "out"), ())),
                tuple(dates.get((row[0], "in"), ())),
                tuple(changed.get(row[0], ())),
            )
        )
        for row in select(f"{_SERIES} s.id in ({marks(some)}) order by s.id", some)
    ]


def _changed(ids: Sequence[int]) -> dict[int, list[tuple[int, VisitOut]]]:
    """The visits that differ from their series, by its id, each with the start its rule gave it."""
    found: dict[int, list[tuple[int, VisitOut]]] = {}
    for *visit, id_, at in select(
        f"{_VISIT}, v.series_id, v.recurrence_at from appointment a{_JOINS}"
        f" where v.series_id in ({marks(ids)}) and {_DIFFERS} order by v.recurrence_at",
        ids,
    ):
        found.setdefault(id_, []).append((at, VisitOut._make(visit)))
    return found


# --- whom a name means -----------------------------------------------------------------------------


def staff_names() -> list[tuple[int, str]]:
    """Everybody who works or has worked here."""
    return _named("staff")


def type_names() -> list[tuple[int, str]]:
    """Every appointment type, in use or not."""
    return _named("appointment_type")


def _named(table: str) -> list[tuple[int, str]]:
    return [(id_, name) for id_, name in select(f"select id, name from {table} order by position, id")]


def batches(ids: Sequence[int]) -> Iterator[list[int]]:
    """``ids`` in lists that are short enough for one select."""
    left = iter(ids)
    while some := list(islice(left, _FEW)):
        yield some
