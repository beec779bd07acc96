"""The waiting list, and who of it would take a time that has become free."""

from __future__ import annotations

import json
from collections.abc import Iterator
from dataclasses import replace
from datetime import date
from itertools import islice
from typing import Any, NamedTuple

from ..db.connection import select
from ..domain.intervals import Interval
from ..domain.moments import MINUTE, Zone, day_of, near_moment, wall
from ..domain.people import Answer, may_write
from ..domain.rights import Right
from ..domain.visit import Details
from ..domain.waiting import LETTERS, Slot, Wish, fits, moved_to
from ..domain.wishes import as_line
from ..errors import NotFound
from .calendar import TypeRow, visit
from .catalogue import usual_type
from .equipment import usual_equipment
from .fitting import collisions, occupied_around
from .gate import guarded
from .holds import Asker
from .matching import matcher
from .page import Page, Totals
from .texting import texting

FITS = 3
"""How many are named when a time becomes free."""


class Waiting(NamedTuple):
    """One entry of the list.

    ``appointment_at`` is the start of the later visit that the customer has already, while that is
    Scheduled; ``offer_id``, ``offered_at`` (its start) and ``offered_with`` tell of an offer that is
    open. ``reached`` is the first telephone number. Instants are UTC seconds.
    """

    id: int
    version: int
    customer_id: int
    customer: str
    reached: str
    urgency: int
    type_id: int | None
    type_name: str
    mode: str
    minutes: int
    staff_id: int | None
    staff: str
    first_day: date | None
    last_day: date | None
    weekdays: str
    from_minute: int | None
    to_minute: int | None
    note: str
    appointment_id: int | None
    appointment_at: int | None
    state: str
    closed_reason: str
    since: int
    offer_id: int | None
    offered_at: int | None
    offered_with: str
    zone: Zone

    @property
    def wish(self) -> Wish:
        """What is wished, by itself."""
        return Wish(
            self.minutes,
            self.urgency,
            self.type_id,
            self.staff_id,
            self.first_day,
            self.last_day,
            self.weekdays,
            self.from_minute,
            self.to_minute,
        )

    @property
    def moves(self) -> int | None:
        """The later visit, which is moved to the earlier time; None where none is Scheduled any more."""
        return self.appointment_id if self.appointment_at is not None else None

    @property
    def line(self) -> str:
        """The wishes as they are typed."""
        return as_line(self.wish, self.staff, self.type_name)

    @property
    def wishes(self) -> str:
        """The same without how urgent it is, which has a column of its own."""
        return as_line(replace(self.wish, urgency=0), self.staff, self.type_name)

    @property
    def letter(self) -> str:
        """How urgent it is."""
        return LETTERS[self.urgency]

    @property
    def withdrawn(self) -> bool:
        """Whether nobody waits any more."""
        return self.state != "waiting"

    @property
    def since_day(self) -> date:
        """The day since when somebody waits."""
        return day_of(self.since, self.zone)

    @property
    def standing_visit(self) -> str:
        """The later visit there is, in words."""
        return f"has {near_moment(self.appointment_at, self.zone)}" if self.appointment_at is not None else ""

    @property
    def standing(self) -> str:
        """What has come of it so far: an offer, a later visit, or how it ended."""
        if self.state != "waiting":
            return f"{self.state}: {self.closed_reason}".removesuffix(": ")
        if self.offered_at is not None:
            return f"offered {near_moment(self.offered_at, self.zone)} {self.offered_with}"
        return self.standing_visit


_ENTRY = (
    "select w.id, w.version, w.customer_id, trim(c.first_name || ' ' || c.last_name),"
    " coalesce((select p.number from phone p where p.customer_id = c.id order by p.position, p.id limit 1),"
    " ''),"
    " w.urgency, w.type_id, coalesce(t.name, ''), coalesce(t.mode, 'in_person'), w.minutes, w.staff_id,"
    " coalesce(s.name, ''), w.first_day, w.last_day, w.weekdays, w.from_minute, w.to_minute, w.note,"
    " w.appointment_id, case when a.status = 'S' then a.starts_at end, w.state, w.closed_reason,"
    " w.created_at, o.id, o.starts_at, coalesce(x.name, '') from waiting_entry w"
    " join customer c on c.id = w.customer_id left join appointment_type t on t.id = w.type_id"
    " left join staff s on s.id = w.staff_id left join appointment a on a.id = w.appointment_id"
    " left join waiting_offer o on o.entry_id = w.id and o.state = 'offered'"
    " left join staff x on x.id = o.staff_id"
)
_IN_TURN = " order by w.urgency desc, w.created_at, w.id"


@guarded(Right.SEE_APPOINTMENT)
def entry(id_: int, zone: Zone) -> Waiting:
    """One entry; :class:`NotFound` when there is none. Indexes: primary keys, ``waiting_offer (entry)``."""
    rows = select(f"{_ENTRY} where w.id = ?", [id_])
    if not rows:
        raise NotFound("That entry of the waiting list does not exist.", "Open the waiting list again.")
    return _waiting(rows[0], zone)


@guarded(Right.SEE_APPOINTMENT)
def waiting_list(
    text: str, limit: int, offset: int, zone: Zone, *, closed: bool = False, customer_id: int | None = None
) -> Page[Waiting]:
    """Everybody who waits, in the order in which they are offered a time; ``closed`` adds who does not
    any more. ``text`` is looked for in names, wishes and notes.

    Indexes: ``waiting_entry (state, urgency, created_at)``, or that of its customer.
    """
    where = "1 = 1" if closed else "w.state = 'waiting'"
    params: list[object] = []
    if customer_id is not None:
        where, params = f"{where} and w.customer_id = ?", [customer_id]
    matches = matcher(text)
    found = [
        row
        for row in (_waiting(raw, zone) for raw in select(f"{_ENTRY} where {where}{_IN_TURN}", params))
        if matches(row.customer, row.line, row.note)
    ]
    urgent = sum(row.urgency == 2 for row in found)
    return Page(tuple(found[offset : offset + limit]), Totals(len(found), {"urgent": urgent}), offset)


@guarded(Right.SEE_APPOINTMENT)
def fitting(
    slot: Slot, zone: Zone, now: int, limit: int = FITS, *, besides: int | None = None, session: str = ""
) -> tuple[Waiting, ...]:
    """Who would take the free time, in turn: the urgent first, then who has waited longest.

    Nobody who was offered another time just now, has refused this one, is booked elsewhere at that
    time or has an earlier visit already; and nobody, while somebody else was offered it and has not answered.
    Whoever is told of can be offered the time. ``besides`` is a customer who does not count: whose visit it
    was. ``session`` is the key of who asks, whose own hold is not in the way.

    Indexes: ``waiting_entry (state, urgency, created_at)``; of each entry ``waiting_offer (entry)``,
    ``appointment (customer, starts_at)``, ``phone (customer)``; of the time ``waiting_offer_slot`` and those
    of :func:`occupied_around`.
    """
    day = wall(slot.starts_at, zone).date()
    rows = select(
        f"{_ENTRY} where w.state = 'waiting' and w.minutes <= ? and (w.staff_id is null or w.staff_id = ?)"
        " and coalesce(w.first_day, ?) <= ? and coalesce(w.last_day, ?) >= ?"
        " and (w.weekdays = '' or w.weekdays like ?) and c.active = 1 and c.id <> ?"
        " and (o.id is null or o.starts_at <= ?)"
        " and (a.id is null or a.status <> 'S' or a.starts_at > ?)"
        " and not exists (select 1 from waiting_offer d where d.entry_id = w.id and d.state = 'declined'"
        " and d.staff_id = ? and d.starts_at = ?)"
        " and not exists (select 1 from appointment b where b.customer_id = w.customer_id"
        " and b.occupied_to > ? and b.starts_at < ? + w.minutes * 60 and b.ends_at > ?"
        f" and (w.appointment_id is null or b.id <> w.appointment_id)){_IN_TURN}",
        [
            slot.minutes,
            slot.staff_id,
            *[day.isoformat()] * 4,
            f"%{day.weekday()}%",
            besides or 0,
            now,
            slot.starts_at,
            slot.staff_id,
            *[slot.starts_at] * 4,
        ],
    )
    if not rows or _is_taken(slot, Asker(session, now, zone)):
        return ()
    found = (_waiting(row, zone) for row in rows)
    return tuple(islice(_bookable(found, slot, zone, now, session), limit))


def _is_taken(slot: Slot, asker: Asker) -> bool:
    """Whether the time is not free, or of somebody who has left: then nobody needs to be asked about."""
    if select(
        "select 1 from waiting_offer where staff_id = ? and starts_at = ? and state = 'offered'"
        " union all select 1 from staff where id = ? and active <> 1",
        [slot.staff_id, slot.starts_at, slot.staff_id],
    ):
        return True
    first = Interval(slot.starts_at, slot.starts_at + MINUTE)
    return bool(occupied_around(first, staff_id=slot.staff_id, room_id=None, customer_id=None, asker=asker))


def _bookable(
    entries: Iterator[Waiting], slot: Slot, zone: Zone, now: int, session: str
) -> Iterator[Waiting]:
    """Those whom the wishes and, with the buffers of their type, the neighbours of the time let in (T6)."""
    usual = usual_type()
    for one in entries:
        if fits(one.wish, slot, zone):
            clashes, _ = collisions(_details(one, slot, usual), zone, now, one.moves, session)
            if not any(clash.hard for clash in clashes):
                yield one


@guarded(Right.SEE_APPOINTMENT)
def details_for(one: Waiting, slot: Slot) -> Details:
    """The visit that would be booked for an entry at the beginning of the slot, or what the later one would
    be; of no type it is, as by the quick line, of the type that is taken when none is said."""
    return _details(one, slot, usual_type())


def _details(one: Waiting, slot: Slot, usual: TypeRow | None) -> Details:
    usual = usual if one.type_id is None else None
    type_id, mode = (usual.id, usual.mode) if usual else (one.type_id, one.mode)
    wished = Details(
        one.customer_id,
        slot.staff_id,
        slot.starts_at,
        one.minutes,
        type_id,
        slot.room_id,
        mode,
        equipment_ids=usual_equipment(type_id),
    )
    return wished if one.moves is None else moved_to(visit(one.moves).details, wished, one.type_id)


class Offer(NamedTuple):
    """An offer; ``who`` made it at ``offered_at``, UTC seconds."""

    id: int
    version: int
    entry_id: int
    staff_id: int
    staff: str
    room_id: int | None
    room: str
    starts_at: int
    minutes: int
    state: str
    offered_at: int
    who: str
    customer: str

    @property
    def slot(self) -> Slot:
        """The time that is offered."""
        return Slot(self.staff_id, self.room_id, self.starts_at, self.minutes)


_OFFER = (
    "select o.id, o.version, o.entry_id, o.staff_id, s.name, o.room_id, coalesce(r.name, ''), o.starts_at,"
    " o.minutes, o.state,"
    " o.offered_at, w.name, trim(c.first_name || ' ' || c.last_name) from waiting_offer o"
    " left join room r on r.id = o.room_id join staff s on s.id = o.staff_id"
    " join staff w on w.id = o.offered_by_id"
    " join waiting_entry e on e.id = o.entry_id join customer c on c.id = e.customer_id where "
)


@guarded(Right.SEE_APPOINTMENT)
def offer(id_: int) -> Offer:
    """One offer; :class:`NotFound` when there is none. Index: primary key."""
    rows = select(f"{_OFFER} o.id = ?", [id_])
    if not rows:
        raise NotFound("That offer does not exist.", "Open the waiting list again.")
    return Offer._make(rows[0])


@guarded(Right.SEE_APPOINTMENT)
def open_offers(entry_id: int, staff_id: int, starts_at: int) -> tuple[Offer, ...]:
    """Open offers of the entry, and of the time. Indexes: ``waiting_offer_once``, ``waiting_offer_slot``."""
    rows = select(
        f"{_OFFER} o.state = 'offered' and (o.entry_id = ? or (o.staff_id = ? and o.starts_at = ?))",
        [entry_id, staff_id, starts_at],
    )
    return tuple(map(Offer._make, rows))


@guarded(Right.SEE_CUSTOMER)
def message_of(offer_id: int) -> str:
    """The words that were drafted for an offer; empty when there are none. Index: that of the customer."""
    rows = select(
        "select m.payload from waiting_offer o join waiting_entry e on e.id = o.entry_id"
        " join outbox m on m.customer_id = e.customer_id and m.kind = 'offer' and m.\"window\" = ?"
        " where o.id = ?",
        [f"offer {offer_id}", offer_id],
    )
    return str(json.loads(rows[0][0]).get("text", "")) if rows else ""


class Contact(NamedTuple):
    """How somebody is told of an offer: all telephone numbers, and where a message may go (P5)."""

    phones: tuple[str, ...]
    channel: str
    to: str
    first_name: str
    last_name: str


@guarded(Right.SEE_CUSTOMER)
def contact(customer_id: int, unknown: bool) -> Contact:
    """Telephone numbers, and the channel by which the customer may be written to: SMS before email, else the
    telephone (P5). ``unknown``: whether that is so of who was never asked.

    Indexes: those of phone, email, consent and outbox by customer.
    """
    numbers = select(
        "select number, e164 from phone where customer_id = ? order by position, id", [customer_id]
    )
    phones = tuple(number for number, _ in numbers)
    names = select("select first_name, last_name from customer where id = ?", [customer_id])[0]
    said = dict(select("select channel, answer from consent where customer_id = ?", [customer_id]))
    emails = select(
        "select address from email where customer_id = ? order by position, id limit 1", [customer_id]
    )
    if numbers and may_write(said.get("sms", Answer.UNKNOWN), unknown):
        texted = texting([customer_id])[customer_id].number
        if written := [number for number, e164 in numbers if texted and e164 == texted]:
            return Contact(phones, "sms", written[0], *names)
    if emails and may_write(said.get("email", Answer.UNKNOWN), unknown):
        return Contact(phones, "email", emails[0][0], *names)
    return Contact(phones, "phone", phones[0] if phones else "", *names)


@guarded(Right.SEE_APPOINTMENT)
def waits_for(customer_id: int, zone: Zone) -> tuple[str, ...]:
    """What a customer waits for, in words. Index: that of the entry's customer."""
    rows = waiting_list("", FITS, 0, zone, customer_id=customer_id).rows
    return tuple(f"waits: {row.line}" for row in rows)


def _waiting(row: tuple[Any, ...], zone: Zone) -> Waiting:
    found = Waiting._make((*row, zone))
    first, last = (date.fromisoformat(str(day)) if day else None for day in (found.first_day, found.last_day))
    return found._replace(first_day=first, last_day=last)
