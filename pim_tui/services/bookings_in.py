"""What was booked at a service outside becomes visits here, moves with them and ends with them.

Each event comes in one transaction with all who booked it, so that its mark of what was changed last is
kept only when all of them are. A booking is known by what the service calls it: however often it is heard,
and by however many workers, it is one row and one visit. What is older than what was heard before counts
for nothing.

Staff have the last word: a visit that was moved, completed or canceled here since it came is left as it is,
and what the service says otherwise is told on the list of what needs moving.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass, field, replace
from typing import Any

from peewee import IntegrityError

from ..db.connection import write_tx
from ..domain.bookings import Event, Invitee, Tally
from ..domain.calendly import BOOKED, CALENDLY
from ..domain.moments import clock, day_of, short_day
from ..domain.rights import Right
from ..domain.session import Session
from ..domain.states import Status
from ..errors import Refused
from ..models import Booking
from ..queries import bookings
from ..queries.bookings import Kept
from ..queries.known import kept_for_linking
from . import audit
from . import bookings_visits as visits
from .appointment_rows import set_columns, stored
from .bookings_kept import as_heard, detach, keep
from .bookings_visits import Desk
from .bookings_who import customer_of, same_visit
from .linking import keeper
from .usecase import as_refusal, follow
from .work import Work


@dataclass(frozen=True, slots=True)
class Heard:
    """An event and those who booked it, as the service has them now.

    ``origins`` says, by their keys, from which booking of the book an invitee was moved.
    """

    event: Event
    invitees: tuple[Invitee, ...]
    origins: Mapping[str, str] = field(default_factory=dict)


def take_in(session: Session, desk: Desk, heard: Heard) -> Tally:
    """Bring the book to what was heard of one event; what became of its visits."""
    session.needs(Right.DELIVER)
    with _written(session) as work:
        tally = Tally()
        for invitee in heard.invitees:
            tally = tally.plus(_one(work, desk, heard, invitee))
    return tally


def settle(session: Session, desk: Desk, kept: Kept) -> Tally:
    """What could not be done when a booking came in, and perhaps can by now: see ``bookings.unsettled``."""
    session.needs(Right.DELIVER)
    if not _may_settle(session, desk, kept):
        return Tally()
    with _written(session) as work:
        now = bookings.by_key(kept.service, kept.key)
        tally = _settled(work, desk, now) if now and now.active else Tally()
    return replace(tally, unplaced=0)


def lost(session: Session, event: str) -> Tally:
    """The service does not know an event any more: its visits are canceled, as far as they stand."""
    session.needs(Right.DELIVER)
    with _written(session) as work:
        tally = Tally()
        for here in bookings.of_event(CALENDLY, event):
            if here.active:
                tally = tally.plus(_cancel(work, here, "clinic", "no longer in Calendly"))
    return tally


@contextmanager
def _written(session: Session) -> Iterator[Work]:
    """One transaction; a rule of the tables that was broken all the same is a :class:`Refused`."""
    try:
        with write_tx():
            work = Work(session, session.clock())
            yield work
            follow(work)
            if work.changes:
                audit.append(session, work.changes)
    except IntegrityError as error:
        raise as_refusal(error) from error


def _one(work: Work, desk: Desk, heard: Heard, invitee: Invitee) -> Tally:
    event, here = heard.event, bookings.by_key(CALENDLY, invitee.key)
    if here is not None and here.changed > event.changed:
        return Tally()
    origin = bookings.by_key(CALENDLY, heard.origins.get(invitee.key, ""))
    if event.canceled or invitee.canceled:
        return _ended(work, event, invitee, here or origin, here)
    if here is None or not here.active or here.appointment_id is None:
        return _begun(work, desk, event, invitee, here, origin)
    tally, why = _followed(work, desk, here, event)
    keep(work, event, invitee, here, why=why, appointment_id=here.appointment_id)
    return tally.plus(_no_show(work, here, invitee.no_show))


# --- it stands there -----------------------------------------------------------------------------


def _begun(
    work: Work, desk: Desk, event: Event, invitee: Invitee, here: Kept | None, origin: Kept | None
) -> Tally:
    """A booking without a visit: that of what it was moved from, one that was made here, or a new one."""
    if origin is not None and _stands(origin):
        tally, why = _followed(work, desk, origin, event)
        detach(origin)
        more = {"appointment_id": origin.appointment_id, "customer_id": origin.customer_id}
        kept = keep(work, event, invitee, here, why=why, **more)
        return tally.plus(_no_show(work, kept, invitee.no_show))
    customer_id = customer_of(invitee, work.session.country)
    if (same := same_visit(event, invitee, customer_id, desk.staff_of(event.hosts))) is not None:
        keep(work, event, invitee, here, customer_id=customer_id, appointment_id=same)
        return Tally()
    return _new(work, desk, event, invitee, here, customer_id, origin)


def _stands(origin: Kept) -> bool:
    """Whether the visit of what was moved is there to be moved."""
    return origin.appointment_id is not None and stored(origin.appointment_id)["status"] != Status.CANCELED


def _new(
    work: Work,
    desk: Desk,
    event: Event,
    invitee: Invitee,
    here: Kept | None,
    customer_id: int | None,
    origin: Kept | None,
) -> Tally:
    if (staff_id := desk.staff_of(event.hosts)) is None:
        why = "It is with nobody who takes appointments here"
        keep(work, event, invitee, here, why=why, customer_id=customer_id)
        return Tally(unplaced=1)
    whose = keeper(work) if customer_id is None else customer_id
    details = visits.details_of(desk, event, invitee, staff_id, whose, known=customer_id is not None)
    id_, over = visits.come_in(work, details, origin.appointment_id if origin else None)
    kept = keep(work, event, invitee, here, customer_id=customer_id, appointment_id=id_)
    came = Tally(came=1, linking=int(customer_id is None), colliding=int(over))
    return came.plus(_no_show(work, kept, invitee.no_show))


def _followed(work: Work, desk: Desk, was: Kept, event: Event) -> tuple[Tally, str]:
    """The visit goes where its booking went, unless staff have moved it since; and why it did not."""
    assert was.appointment_id is not None
    before, hosts = stored(was.appointment_id), " ".join(event.hosts)[: Booking.host.limit]
    there, heard = (event.starts_at, event.minutes), (was.starts_at, was.minutes)
    here = before["starts_at"], before["minutes"]
    if here == there and was.host == hosts:
        return Tally(), ""
    if heard == there and was.host == hosts:
        return Tally(), was.why
    if before["status"] != Status.SCHEDULED or here not in (heard, there):
        zone = work.session.zone
        day = short_day(day_of(event.starts_at, zone)).rpartition(" ")[0]
        return Tally(differing=1), f"Calendly: {day} {clock(event.starts_at, zone)}"
    as_it_was = desk.staff_of(tuple(was.host.split()))
    is_with = desk.staff_of(event.hosts) if before["staff_id"] == as_it_was else before["staff_id"]
    staff_id = before["staff_id"] if is_with is None else is_with
    if (*there, staff_id) == (*here, before["staff_id"]):
        return Tally(), was.why
    over = visits.move(work, before, event.starts_at, event.minutes, staff_id)
    return Tally(moved=1, colliding=int(over)), ""


def _no_show(work: Work, was: Kept, mark: str) -> Tally:
    """Nobody came, says the service, or takes that back; ``was`` is the booking as it was heard before."""
    if mark == was.no_show or was.appointment_id is None:
        return Tally()
    before = stored(was.appointment_id)
    if mark:
        return _missed(work, was, before)
    if before["status"] == Status.MISSED and visits.missed_before(before["id"]) == visits.NO_SHOW:
        return _tried(work, was, before, Status.SCHEDULED, "no-show taken back in Calendly", Tally())
    return Tally()


def _missed(work: Work, was: Kept, before: Mapping[str, Any]) -> Tally:
    """Missed, once its time has begun (S2); before that the mark waits."""
    if before["status"] != Status.SCHEDULED or before["starts_at"] > work.now:
        return Tally()
    return _tried(work, was, before, Status.MISSED, visits.NO_SHOW, Tally(missed=1))


def _tried(
    work: Work, was: Kept, before: Mapping[str, Any], status: Status, reason: str, tally: Tally
) -> Tally:
    """Mark it; where a rule of the clinic says no, the visit stays and that is told."""
    try:
        visits.mark(work, before, status, reason)
    except Refused as refused:
        Booking.update(why=f"{reason[0].upper()}{reason[1:]}: {refused.message}").where(
            Booking.service == was.service, Booking.key == was.key
        ).execute()
        return Tally(differing=1)
    return tally


# --- it has ended there --------------------------------------------------------------------------


def _ended(work: Work, event: Event, invitee: Invitee, was: Kept | None, here: Kept | None) -> Tally:
    """Canceled there: so is the visit. What only was moved keeps it for the booking that it became; what
    was moved on before it was heard of never had it.
    """
    if was is None or (invitee.moved and was is not here):
        keep(work, event, invitee, here)
        return Tally()
    if was is here and not here.active:
        keep(work, event, invitee, here, appointment_id=here.appointment_id, why=here.why)
        return Tally()
    tally, why = Tally(), ""
    if not invitee.moved:
        reason = invitee.why or visits.NO_REASON
        tally, why = _visit_canceled(work, was, invitee.canceled_by, reason)
    if was is not here:
        detach(was)
    keep(work, event, invitee, here, why=why, appointment_id=was.appointment_id, customer_id=was.customer_id)
    return tally


def _cancel(work: Work, here: Kept, by: str, reason: str) -> Tally:
    tally, why = _visit_canceled(work, here, by, reason)
    Booking.update(state="canceled", why=why).where(Booking.id == here.id).execute()
    return tally


def _visit_canceled(work: Work, was: Kept, by: str, reason: str) -> tuple[Tally, str]:
    if was.appointment_id is None:
        return Tally(), ""
    before = stored(was.appointment_id)
    if before["status"] != Status.SCHEDULED:
        return Tally(), ""
    if before["starts_at"] != was.starts_at:
        return Tally(differing=1), "Canceled in Calendly"
    visits.mark(work, before, Status.CANCELED, reason, by)
    return Tally(canceled=1), ""


# --- what was left open --------------------------------------------------------------------------


def _may_settle(session: Session, desk: Desk, kept: Kept) -> bool:
    """Asked before anybody's writing is held up."""
    event, invitee = as_heard(kept)
    if kept.appointment_id is None:
        return desk.staff_of(event.hosts) is not None
    return bool(kept.no_show) or customer_of(invitee, session.country) is not None


def _settled(work: Work, desk: Desk, kept: Kept) -> Tally:
    event, invitee = as_heard(kept)
    if kept.appointment_id is None:
        return _begun(work, desk, event, invitee, kept, None)
    if kept.customer_id is None:
        _link(work, kept, invitee)
    if not kept.no_show or visits.missed_before(kept.appointment_id) is not None:
        return Tally()
    return _missed(work, kept, stored(kept.appointment_id))


def _link(work: Work, kept: Kept, invitee: Invitee) -> None:
    """Whoever was unknown is in the book by now: the visit becomes theirs, if nobody has given it away."""
    assert kept.appointment_id is not None
    before, whose = stored(kept.appointment_id), customer_of(invitee, work.session.country)
    if whose is not None and before["customer_id"] == kept_for_linking():
        set_columns(work, "link", before, {"customer_id": whose}, BOOKED)
        Booking.update(customer=whose).where(Booking.id == kept.id).execute()
