"""What the book already knows about the rows of a file, asked for a batch at a time."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from datetime import date
from typing import Any, Literal, NamedTuple, TypeVar

from ..db.connection import select
from ..db.many import marks
from ..domain.handout import OURS, id_in_clinic
from ..domain.intervals import Interval
from .exporting import clinic_key
from .fitting import DAY

K = TypeVar("K")
V = TypeVar("V")

_ELSEWHERE = "select loser_id from customer_merge where state = 'merged'"
"""Records that became part of another one: the other one is found (P4)."""


class Span(NamedTuple):
    """Time of a staff member or a room, UTC seconds, half-open (T1). ``what`` is ``staff`` or ``room``."""

    what: Literal["staff", "room"]
    id: int
    start: int
    end: int


def customers_by_external_id(system: str, values: Iterable[str]) -> dict[str, int]:
    """Customer ids by what ``system`` calls them. Index: ``external_id (system, value)``."""
    return dict(
        _among("select value, customer_id from external_id where system = ? and value", values, system)
    )


def ours(kind: str, uids: Iterable[str]) -> dict[str, int]:
    """Those of ``uids`` that an export of this very book gave, with the ids of the records they name."""
    if not (wanted := [uid for uid in uids if uid.endswith(OURS)]):
        return {}
    clinic = clinic_key()
    return {uid: id_ for uid in wanted if (id_ := id_in_clinic(kind, uid, clinic)) is not None}


def staff_by_external_id(values: Iterable[str]) -> dict[str, int]:
    """Staff ids by external id. Index: ``staff (external_id)``."""
    return _by_external_id("staff", values)


def appointments_by_external_id(values: Iterable[str]) -> dict[str, int]:
    """Appointment ids by external id. Index: ``appointment (external_id)``."""
    return _by_external_id("appointment", values)


def _by_external_id(table: str, values: Iterable[str]) -> dict[str, int]:
    return dict(_among(f"select external_id, id from {table} where external_id", values))


def _among(
    select_where: str, values: Iterable[object], *before: object, also: str = ""
) -> list[tuple[Any, ...]]:
    """The rows of a select that ends with the column that is one of the values; none for no values.

    ``before`` are the parameters that come first, ``also`` is what else has to hold.
    """
    wanted = list(values)
    if not wanted:
        return []
    return list(map(tuple, select(f"{select_where} in ({marks(wanted)}){also}", [*before, *wanted])))


def _gathered(rows: Iterable[tuple[K, V]]) -> dict[K, list[V]]:
    """The second values of pairs by their first."""
    found: dict[K, list[V]] = {}
    for key, value in rows:
        found.setdefault(key, []).append(value)
    return found


class Here(NamedTuple):
    """An appointment that is here. ``recurrence_at`` is where its series put it, None for one of none."""

    id: int
    starts_at: int
    minutes: int
    status: str
    recurrence_at: int | None


def visits_by_external_id(values: Iterable[str]) -> dict[str, Here]:
    """Appointments by external id. Indexes: ``appointment (external_id)``, ``series_visit`` primary key."""
    rows = _among(
        "select a.external_id, a.id, a.starts_at, a.minutes, a.status, v.recurrence_at from appointment a"
        " left join series_visit v on v.appointment_id = a.id where a.external_id",
        values,
    )
    return {row[0]: Here(*row[1:]) for row in rows}


class SeriesHere(NamedTuple):
    """A series that is here, as other calendars know it; instants are UTC seconds."""

    id: int
    rule: str
    zone: str
    wall: str
    minutes: int
    customer_id: int
    staff_id: int
    drawn_to: int | None


def visits_of_series(series_id: int) -> dict[int, Here]:
    """The visits of a series by where its rule puts them. Index: ``series_visit (series, recurrence_at)``."""
    rows = select(
        "select a.id, a.starts_at, a.minutes, a.status, v.recurrence_at from series_visit v"
        " join appointment a on a.id = v.appointment_id where v.series_id = ?",
        [series_id],
    )
    return {row[4]: Here(*row) for row in rows}


def visits_here(ids: Iterable[int]) -> dict[int, Here]:
    """Appointments by id. Index: primary key."""
    rows = _among(
        "select a.id, a.starts_at, a.minutes, a.status, v.recurrence_at from appointment a"
        " left join series_visit v on v.appointment_id = a.id where a.id",
        ids,
    )
    return {row[0]: Here(*row) for row in rows}


def series_by_uid(uids: Iterable[str]) -> dict[str, SeriesHere]:
    """Series by UID. Index: ``series (uid)``."""
    rows = _among(
        "select uid, id, rule, zone, wall, minutes, customer_id, staff_id, drawn_to from series where uid",
        uids,
    )
    return {row[0]: SeriesHere(*row[1:]) for row in rows}


TO_BE_LINKED = ("pim-tui", "to be linked")
"""The external id of the record under which visits are kept whose customer is not known yet."""


def kept_for_linking() -> int | None:
    """The customer id of that record, None while there is none. Index: ``external_id (system, value)``."""
    system, value = TO_BE_LINKED
    return customers_by_external_id(system, [value]).get(value)


class Called(NamedTuple):
    """A customer by number or name. ``sort_name`` is folded ("doe jane")."""

    id: int
    number: int
    sort_name: str


def customers_numbered(numbers: Iterable[int]) -> dict[int, Called]:
    """Customers in use by number. Index: ``customer (number)``."""
    rows = _among("select id, number, sort_name from customer where active = 1 and number", numbers)
    return {row[1]: Called(*row) for row in rows}


def customers_called(sort_names: Sequence[str], *, longer: bool) -> list[Called]:
    """Customers in use with one of these sort names; with ``longer`` also those with more words behind it.

    Ten at most. Index: ``customer (sort_name)``.
    """
    one = "sort_name = ?" + " or (sort_name > ? and sort_name < ?)" * longer
    params = list[str]()
    for name in sort_names:
        params += [name, f"{name} ", f"{name} \U0010ffff"] if longer else [name]
    rows = select(
        "select id, number, sort_name from customer where active = 1"
        f" and ({' or '.join([one] * len(sort_names))}) limit 10",
        params,
    )
    return [Called(*row) for row in rows]


class Namesake(NamedTuple):
    """A customer who shares something with a row of the file. ``sort_name`` is folded."""

    id: int
    sort_name: str


def born_on(days: Iterable[date]) -> dict[date, list[Namesake]]:
    """Customers by birth date. Index: ``customer (birth_date)``."""
    wanted = sorted({day.isoformat() for day in days})
    rows = _among(
        "select birth_date, id, sort_name from customer where birth_date",
        wanted,
        also=f" and id not in ({_ELSEWHERE})",
    )
    return _gathered((date.fromisoformat(day), Namesake(id_, sort_name)) for day, id_, sort_name in rows)


def called(names: Iterable[str]) -> dict[str, list[int]]:
    """Customer ids by the folded name that they are listed under. Index: ``customer (sort_name)``."""
    also = f" and id not in ({_ELSEWHERE})"
    return _gathered(_among("select sort_name, id from customer where sort_name", set(names), also=also))


def sort_names(ids: Iterable[int]) -> dict[int, str]:
    """The folded names of customers by id. Index: primary key."""
    return dict(_among("select id, sort_name from customer where id", ids))


def reached_by(emails: Iterable[str], phones: Iterable[str]) -> dict[str, list[int]]:
    """Customer ids by folded email address and by E.164 number.

    Indexes: ``email (folded)``, ``phone (e164)``.
    """
    also = f" and customer_id not in ({_ELSEWHERE})"
    by_email = _among("select folded, customer_id from email where folded", filter(None, emails), also=also)
    by_phone = _among("select e164, customer_id from phone where e164", filter(None, phones), also=also)
    return _gathered([*by_email, *by_phone])


def taken(spans: Sequence[Span]) -> list[bool]:
    """For each span, whether any appointment occupies that staff member, or room, then (T5, T6).

    Indexes: ``appointment (staff, occupied_from)``, ``(room, occupied_from)``, and the partial ones of
    stays of over a day.
    """
    busy = set[int]()
    for what in ("staff", "room"):
        wanted = [(place, span) for place, span in enumerate(spans) if span.what == what]
        for start in range(0, len(wanted), _AT_ONCE):
            busy.update(place for (place,) in _busy(what, wanted[start : start + _AT_ONCE]))
    return [place in busy for place in range(len(spans))]


_AT_ONCE = 200


def _busy(what: str, wanted: Sequence[tuple[int, Span]]) -> list[tuple[int, ...]]:
    # Whole numbers are written out: as parameters PostgreSQL would take them for text.
    values = ", ".join(
        f"({place}, {int(span.id)}, {int(span.start)}, {int(span.end)})" for place, span in wanted
    )
    return select(
        f"with wanted (place, whose, starts, ends) as (values {values}) select w.place from wanted w where"
        f" exists (select 1 from appointment a where a.{what}_id = w.whose and a.occupied_from > w.starts"
        f" - {DAY} and a.occupied_from < w.ends and a.occupied_to > w.starts) or exists (select 1 from"
        f" appointment a where a.{what}_id = w.whose and a.occupied_to - a.occupied_from > {DAY}"
        " and a.occupied_to > w.starts and a.occupied_from < w.ends)"
    )


def taking(what: Literal["room", "equipment"], id_: int, span: Interval) -> list[Interval]:
    """When that room, or that equipment, is taken within the span, once for each that takes it.

    Indexes: ``appointment (room, occupied_from)``, ``appointment_equipment (equipment, occupied_from)``,
    and the partial ones of stays of over a day.
    """
    table = "appointment" if what == "room" else "appointment_equipment"
    rows = select(
        f"select occupied_from, occupied_to from {table} where {what}_id = ? and occupied_from > ?"
        f" and occupied_from < ? and occupied_to > ? union all select occupied_from, occupied_to from {table}"
        f" where {what}_id = ? and occupied_to - occupied_from > {DAY} and occupied_from <= ?"
        " and occupied_to > ?",
        [id_, span.start - DAY, span.end, span.start, id_, span.start - DAY, span.start],
    )
    return [Interval(*row) for row in rows]
