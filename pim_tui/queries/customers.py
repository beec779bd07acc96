"""What is read about one customer: profile, form, appointments, and who is easily mistaken for them."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import date
from typing import Any, NamedTuple

from ..db.connection import select
from ..db.many import marks
from ..domain.customer import ConsentEntry, CustomerFields, EmailEntry, NewCustomer, PhoneEntry, as_fields
from ..domain.names import PersonName
from ..domain.people import age, likely_same, namesakes
from ..domain.phones import display
from ..domain.rights import Right
from ..domain.text import fold
from ..errors import NotFound
from .gate import guarded
from .matching import MOST_READ, matcher, require_few
from .page import Page, Totals
from .paging import behind
from .texting import Way, texting
from .where import Where

# --- one record ------------------------------------------------------------------------------------


@dataclass(frozen=True, slots=True)
class Record:
    """A customer as stored, with the version a change must name."""

    id: int
    number: int
    version: int
    customer: NewCustomer
    alerts_since: tuple[tuple[str, date | None], ...]
    active: bool


@dataclass(frozen=True, slots=True)
class Editable:
    """A customer as the edit form takes it; the form gives ``version`` and ``fields`` back as what it was."""

    id: int
    number: int
    version: int
    fields: CustomerFields


@dataclass(frozen=True, slots=True)
class Profile:
    """Everything the left panel of a customer's screen tells.

    ``age`` is in completed years, at death if there was one. ``phones`` and ``emails`` are (label, shown)
    in the order of importance; ``next_visit`` and ``last_visit`` are local days, ``next_at`` and ``last_at``
    UTC seconds. ``texting`` is the number that texts go to, None for who has not agreed to any.
    """

    id: int
    number: int
    version: int
    name: PersonName
    former_names: tuple[str, ...]
    sex: str
    birth_date: date | None
    death_date: date | None
    age: int | None
    phones: tuple[PhoneEntry, ...]
    emails: tuple[EmailEntry, ...]
    address_lines: tuple[str, ...]
    consents: tuple[ConsentEntry, ...]
    alerts: tuple[str, ...]
    external_ids: tuple[tuple[str, str], ...]
    active: bool
    appointments: int
    missed: int
    canceled: int
    next_visit: date | None
    next_at: int | None
    last_visit: date | None
    last_at: int | None
    notes: int
    texting: Way | None


_RECORD = (
    "select id, number, version, prefix, first_name, middle_name, last_name, suffix, sex, birth_date,"
    " death_date, address, city, region, postal_code, country, active from customer where id = ?"
)
# One statement for all that hangs on a customer: kind, place, and up to four values.
_HANGING = (
    "select 1, position, label, number, '', '' from phone where customer_id = ?"
    " union all select 2, position, label, address, '', '' from email where customer_id = ?"
    " union all select 3, id, name, '', '', '' from former_name where customer_id = ?"
    " union all select 4, id, system, value, '', '' from external_id where customer_id = ?"
    " union all select 5, id, channel, answer, coalesce(given_on, ''), source from consent"
    " where customer_id = ?"
    " union all select 6, id, text, coalesce(since, ''), '', '' from alert where customer_id = ?"
    " order by 1, 2"
)


@guarded(Right.SEE_CUSTOMER)
def record(customer_id: int) -> Record:
    """The customer with this id; :class:`NotFound` when there is none.

    Indexes: primary key; ``phone (customer)``, ``email (customer)``, ``former_name (customer)``,
    ``external_id (customer)``, ``consent (customer, channel)``, ``alert (customer)``.
    """
    rows = select(_RECORD, [customer_id])
    if not rows:
        raise NotFound("That customer does not exist.", "Search again.")
    (id_, number, version, prefix, first, middle, last, suffix, sex, born, died,
     address, city, region, postal_code, country, active) = rows[0]  # fmt: skip
    hanging: dict[int, list[tuple[Any, ...]]] = {kind: [] for kind in range(1, 7)}
    for kind, _, *values in select(_HANGING, [customer_id] * 6):
        hanging[kind].append(tuple(values))
    customer = NewCustomer(
        PersonName(prefix, first, middle, last, suffix),
        sex,
        _date(born),
        _date(died),
        address,
        city,
        region,
        postal_code,
        country,
        phones=tuple(PhoneEntry(*row[:2]) for row in hanging[1]),
        emails=tuple(EmailEntry(*row[:2]) for row in hanging[2]),
        former_names=tuple(row[0] for row in hanging[3]),
        external_ids=tuple((row[0], row[1]) for row in hanging[4]),
        consents=tuple(ConsentEntry(row[0], row[1], _date(row[2]), row[3]) for row in hanging[5]),
        alerts=tuple(row[0] for row in hanging[6]),
    )
    since = tuple((row[0], _date(row[1])) for row in hanging[6])
    return Record(id_, number, version, customer, since, bool(active))


@guarded(Right.SEE_CUSTOMER)
def editable(customer_id: int) -> Editable:
    """The customer as the edit form takes it; raises and reads as :func:`record` does."""
    found = record(customer_id)
    return Editable(found.id, found.number, found.version, as_fields(found.customer))


# A visit that was canceled or missed did not take place; one left Scheduled in the past is not resolved yet.
_VISITS = (
    "select (select count(*) from appointment where customer_id = ?),"
    " (select count(*) from appointment where customer_id = ? and status = 'M'),"
    " (select count(*) from appointment where customer_id = ? and status = 'X'),"
    " (select min(starts_at) from appointment where customer_id = ? and status = 'S' and day >= ?),"
    " (select max(starts_at) from appointment where customer_id = ? and status = 'C' and day <= ?),"
    " (select min(day) from appointment where customer_id = ? and status = 'S' and day >= ?),"
    " (select max(day) from appointment where customer_id = ? and status = 'C' and day <= ?),"
    " (select count(*) from note where customer_id = ? and withdrawn = 0)"
)


@guarded(Right.SEE_CUSTOMER)
def profile(customer_id: int, today: date) -> Profile:
    """The left panel of the customer's screen; :class:`NotFound` when there is none.

    Indexes: as :func:`record`; ``appointment (customer, starts_at)``; ``note (customer, written_at)``; for
    who has agreed to texts those of :func:`texting`.
    """
    found = record(customer_id)
    customer, id_, day = found.customer, customer_id, today.isoformat()
    counts = select(_VISITS, [id_, id_, id_, id_, day, id_, day, id_, day, id_, day, id_])[0]
    appointments, missed, canceled, next_at, last_at, next_visit, last_visit, notes = counts
    born, died = customer.birth_date, customer.death_date
    return Profile(
        found.id, found.number, found.version, customer.name, customer.former_names, customer.sex, born, died,
        age(born, died or today) if born else None,
        tuple(PhoneEntry(label, display(number)) for label, number in customer.phones),
        tuple(EmailEntry(*email) for email in customer.emails),
        address_lines(customer), customer.consents, customer.alerts, customer.external_ids, found.active,
        appointments, missed, canceled, _date(next_visit), next_at, _date(last_visit), last_at, notes,
        _texting(found),
    )  # fmt: skip


def _texting(found: Record) -> Way | None:
    """The library that knows all numbers is loaded for nobody who has not agreed."""
    agreed = any((one.channel, one.answer) == ("sms", "yes") for one in found.customer.consents)
    return texting([found.id])[found.id] if agreed else None


def address_lines(customer: NewCustomer) -> tuple[str, ...]:
    """The address as written on an envelope, without the name; empty lines left out."""
    town = " ".join(part for part in (customer.postal_code, customer.city) if part)
    place = ", ".join(part for part in (town, customer.region) if part)
    return tuple(line for line in (*customer.address.split("\n"), place, customer.country) if line)


def _date(text: str | None) -> date | None:
    return date.fromisoformat(text) if text else None


# --- others like them ------------------------------------------------------------------------------


class LookAlike(NamedTuple):
    """Another customer who may be the same person, and why (P3). ``strong``: ask before saving."""

    id: int
    number: int
    listed: str
    birth_date: date | None
    why: str
    strong: bool


_ALIKE = 40
"""The most records compared for one of the reasons to compare them at all."""


@guarded(Right.SEE_CUSTOMER)
def look_alikes(
    customer: NewCustomer, e164s: Iterable[str] = (), *, besides: int | None = None
) -> tuple[LookAlike, ...]:
    """Customers who may be the same person as *customer* (P3), the likeliest first.

    ``e164s`` are the phones in E.164. ``besides`` is the customer's own id when it is stored already.
    Indexes: ``customer (sort_name)``, ``customer (birth_date)``, ``phone (e164)``, ``email (folded)``.
    """
    me = customer.identity
    alike: list[LookAlike] = []
    for found in map(record, sorted(_perhaps_alike(customer, e164s) - {besides or 0})):
        other = found.customer.identity
        if reason := likely_same(me, other) or namesakes(me, other):
            name = found.customer.name.listed
            alike.append(
                LookAlike(found.id, found.number, name, other.birth_date, reason.text, reason.strong)
            )
    return tuple(sorted(alike, key=lambda one: (not one.strong, one.listed, one.id)))


def _perhaps_alike(customer: NewCustomer, e164s: Iterable[str]) -> set[int]:
    """Ids worth comparing: by name, birth date, phone or email."""
    wanted: list[tuple[str, object]] = [
        ("select id from customer where sort_name = ?", fold(customer.name.listed))
    ]
    if customer.birth_date:
        wanted.append(("select id from customer where birth_date = ?", customer.birth_date.isoformat()))
    wanted += [("select customer_id from phone where e164 = ?", number) for number in e164s if number]
    wanted += [
        ("select customer_id from email where folded = ?", address.strip().casefold())
        for _, address in customer.emails
    ]
    found = {id_ for sql, value in wanted for (id_,) in select(f"{sql} limit {_ALIKE}", [value])}
    return found - _gone(found)


def _gone(ids: Iterable[int]) -> set[int]:
    """Those who became part of another record. Index: ``customer_merge_once``."""
    wanted = sorted(ids)
    rows = select(
        f"select loser_id from customer_merge where loser_id in ({marks(wanted)})"
        " and state in ('moving', 'merged', 'undoing') and state = 'merged'",
        wanted,
    )
    return {int(id_) for (id_,) in rows}


# --- appointments ----------------------------------------------------------------------------------


@dataclass(frozen=True, slots=True)
class AppointmentFilter:
    """Which appointments; empty lets everything through.

    ``statuses`` are letters, ``first`` and ``last`` local days, both included; ``text`` is looked for in
    the type, the staff, the reason and the room, and of the whole clinic in the customer's name.
    """

    statuses: tuple[str, ...] = ()
    first: date | None = None
    last: date | None = None
    type_ids: tuple[int, ...] = ()
    text: str = ""
    staff_ids: tuple[int, ...] = ()


class AppointmentRow(NamedTuple):
    """One appointment. ``starts_at`` is UTC seconds, ``day`` and ``wall`` the clinic's clock."""

    id: int
    version: int
    starts_at: int
    day: date
    wall: str
    minutes: int
    type_name: str
    staff: str
    room: str
    mode: str
    status: str
    reason: str
    cancel_reason: str
    note: str
    customer_id: int
    customer: str
    late_cancel: int = 0

    @property
    def late(self) -> str:
        """``late`` where the customer canceled within the notice that the clinic asks for (S5)."""
        return "late" if self.late_cancel else ""


# By day first, as the clinic's index is; instants go the same way.
_LATEST = "order by a.day desc, a.starts_at desc, a.id desc"
_APPOINTMENT = (
    "select a.id, a.version, a.starts_at, a.day, a.wall, a.minutes, coalesce(t.name, ''), s.name,"
    " coalesce(r.name, ''), a.mode, a.status, a.reason, a.cancel_reason, a.note, a.customer_id,"
    " trim(c.first_name || ' ' || c.last_name), a.late_cancel"
    f" from (select * from appointment a where {{where}} {_LATEST} limit ? offset ?) a"
    " join customer c on c.id = a.customer_id join staff s on s.id = a.staff_id"
    f" left join room r on r.id = a.room_id left join appointment_type t on t.id = a.type_id {_LATEST}"
)


@guarded(Right.SEE_APPOINTMENT)
def appointments_of(
    customer_id: int | None,
    shown: AppointmentFilter | None = None,
    limit: int = 200,
    offset: int = 0,
    *,
    after: int | None = None,
) -> Page[AppointmentRow]:
    """The appointments of a customer, or of the whole clinic, the latest first, from ``offset`` on or those
    behind the one with the id ``after``; sums: ``S`` ``C`` ``M`` ``X`` counted, and ``minutes``.

    Minutes leave out what was missed or canceled. Raises :class:`Refused` for a text to be looked for in
    too many. Indexes: ``appointment (customer, starts_at)``; of the
    clinic ``appointment (day, starts_at)``, and for its sums ``(day, staff, room, type, status, minutes)``.
    """
    shown = shown or AppointmentFilter()
    where, params = _appointment_where(customer_id, shown)
    if not shown.text.strip():
        return appointments_where(where, params, limit, offset, after=after)
    require_few(_added_up(where, params).total)
    rows = _appointments_with(customer_id, shown.text, where, params)
    return Page(rows[offset : offset + limit], _totals((row.status, 1, row.minutes) for row in rows), offset)


@guarded(Right.SEE_APPOINTMENT)
def appointments_where(
    where: str, params: Sequence[object], limit: int = 200, offset: int = 0, *, after: int | None = None
) -> Page[AppointmentRow]:
    """The appointments ``a`` that a condition of another query lets through, the latest first, with the sums
    of :func:`appointments_of`. Indexes: those of the condition."""
    further, more = behind(after, "appointment", "a", "day", "starts_at", "id")
    rows = _appointment_rows(where + further, [*params, *more, limit, 0 if more else offset])
    return Page(rows, lambda: _added_up(where, params), offset)


def _appointments_with(
    customer_id: int | None, text: str, where: str, params: Sequence[object]
) -> tuple[AppointmentRow, ...]:
    """All with the words in them."""
    matches = matcher(text)
    return tuple(
        row
        for row in _appointment_rows(where, [*params, MOST_READ, 0])
        if matches(
            row.type_name,
            row.staff,
            row.room,
            row.reason,
            row.cancel_reason,
            row.note,
            row.customer if customer_id is None else "",
        )
    )


def _appointment_rows(where: str, params: Sequence[object]) -> tuple[AppointmentRow, ...]:
    made = map(AppointmentRow._make, select(_APPOINTMENT.format(where=where), params))
    return tuple(row._replace(day=date.fromisoformat(str(row.day))) for row in made)


def _added_up(where: str, params: Sequence[object]) -> Totals:
    return _totals(
        (status, int(count), int(minutes))
        for status, count, minutes in select(
            f"select a.status, count(*), sum(a.minutes) from appointment a where {where} group by a.status",
            params,
        )
    )


def _totals(counted: Iterable[tuple[str, int, int]]) -> Totals:
    """(status, count, minutes) added up."""
    sums = dict.fromkeys(("S", "C", "M", "X", "minutes"), 0)
    for status, count, minutes in counted:
        sums[status] += count
        sums["minutes"] += minutes if status in ("S", "C") else 0
    return Totals(sum(sums[letter] for letter in "SCMX"), sums)


def _appointment_where(customer_id: int | None, shown: AppointmentFilter) -> Where:
    """The condition on appointment ``a``; the plus keeps the index of staff out, which knows no days."""
    where = Where() if customer_id is None else Where("a.customer_id = ?", (customer_id,))
    where = where.among("a.status", shown.statuses).among("a.type_id", shown.type_ids)
    return where.among("+a.staff_id", shown.staff_ids).days("a.day", shown.first, shown.last)
