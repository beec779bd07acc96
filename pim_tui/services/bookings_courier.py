"""The courier that tells Calendly about visits: each row is looked at there before it is done.

Whatever is asked for may have been done by an earlier try whose answer was lost. So the status is read before
a cancelation, the mark before a no-show, and what is booked under the address and start before a booking.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from functools import partial
from typing import Any

from ..db.connection import select
from ..domain.bookings import DAY, BookingService, Event, Invitee, Wanted, chosen
from ..domain.calendly import CALENDLY, patient_until
from ..domain.delivery import Trouble, Undelivered
from ..domain.jsontext import from_json
from ..domain.moments import clock
from ..domain.states import Status
from ..domain.text import fold
from ..models import Booking
from ..queries import bookings
from ..queries.bookings import BOOK, Kept
from ..queries.delivery import Taken
from . import bookings_out
from .appointment_rows import stored
from .audit import Change
from .bookings_out import CAME, CANCEL, NO_SHOW
from .couriers import Handed, NotWanted
from .work import Work

OFFERED = 3
"""Free times near the wished one that are told."""
ALONE = {Trouble.PLAN: Trouble.CONTENT, Trouble.LATER: Trouble.BUSY}
"""Booking has a plan and limits of its own: what is canceled or missed does not wait for them."""


@dataclass(frozen=True, slots=True)
class ToCalendly:
    """The :class:`~pim_tui.services.couriers.Courier` of the channel ``booking``."""

    service: BookingService
    channel: str = "booking"

    def carry(self, work: Work, row: Taken) -> Handed:
        """See :class:`~pim_tui.services.couriers.Courier`."""
        told = from_json(row.payload)
        if not told or row.appointment_id is None:
            raise NotWanted("the customer's record was erased")
        if row.kind == BOOK:
            return self._book(work, row, str(told.get("email", "")))
        acts = {CANCEL: self._cancel, NO_SHOW: self._no_show, CAME: self._came}
        kept = bookings.by_key(CALENDLY, str(told.get("booking", "")))
        if kept is None or not kept.active:
            raise NotWanted("it does not stand in Calendly any more")
        return acts[row.kind](kept, told)

    def close(self) -> None:
        """Let go of the line."""
        self.service.close()

    # --- what was booked there --------------------------------------------------------------------

    def _cancel(self, kept: Kept, told: Mapping[str, Any]) -> Handed:
        """Calendly cancels whole events: one with others in it only when all of them are canceled here."""
        event, asked = self.service.event(kept.event), _asked(kept.event)
        if event is not None and not event.canceled:
            there = {one.key for one in self.service.invitees(event.key) if not one.canceled}
            if kept.key not in there:
                raise NotWanted("it was canceled or moved there meanwhile")
            if there - asked:
                raise Undelivered(
                    Trouble.CONTENT,
                    "Others have booked the same event, and Calendly cancels only all of them: cancel this"
                    " one in Calendly, in the list of its invitees.",
                )
            self.service.cancel(event.key, str(told.get("text", "")))
        return _handed(kept.key, partial(_ended, frozenset((kept.key, *asked))))

    def _no_show(self, kept: Kept, told: Mapping[str, Any]) -> Handed:
        there = self.service.invitee(kept.key)
        mark = there.no_show if there else ""
        if there is not None and not mark:
            mark = self.service.mark_no_show(kept.key)
        return _handed(kept.key, partial(_marked, kept.key, mark))

    def _came(self, kept: Kept, told: Mapping[str, Any]) -> Handed:
        mark = str(told.get("no_show", ""))
        self.service.take_back_no_show(mark)
        return _handed(kept.key, partial(_marked, kept.key, "", only=mark))

    # --- booking there ----------------------------------------------------------------------------

    def _book(self, work: Work, row: Taken, email: str) -> Handed:
        assert row.appointment_id is not None
        visit = stored(row.appointment_id)
        found = self.service.booked(email, visit["starts_at"])
        if found is None:
            if visit["status"] != Status.SCHEDULED or visit["starts_at"] <= work.now:
                raise NotWanted("the visit was changed")
            _patient(work)
            found = self._booked(work, visit, email)
        event, invitee = self.service.with_hosts(found[0]), found[1]
        return _handed(invitee.key, partial(_now_there, event, invitee, visit))

    def _booked(self, work: Work, visit: Mapping[str, Any], email: str) -> tuple[Event, Invitee]:
        names, host, customer = _names(visit)
        offering = chosen(self.service.offerings(), names, host, visit["minutes"])
        if offering is None:
            raise Undelivered(Trouble.CONTENT, "No event type in Calendly has the name of this visit's type.")
        wanted = Wanted(offering.key, visit["starts_at"], customer, email, work.session.zone)
        try:
            invitee = self.service.book(wanted)
        except Undelivered as refused:
            if refused.trouble == Trouble.CONTENT:
                self._explain(work, wanted)
            alone = ALONE.get(refused.trouble, refused.trouble)
            raise Undelivered(alone, refused.says, refused.at) from refused
        hosts = (offering.host,) if offering.host else ()
        return Event(
            invitee.event, offering.name, visit["starts_at"], offering.minutes, "", hosts=hosts
        ), invitee

    def _explain(self, work: Work, wanted: Wanted) -> None:
        """A time that is taken looks like any other mistake: only the free times tell which it was."""
        free = self.service.free(
            wanted.offering, max(wanted.starts_at - DAY, work.now + 60), wanted.starts_at + DAY
        )
        if wanted.starts_at in free:
            return
        free.sort(key=lambda at: abs(at - wanted.starts_at))
        near = ", ".join(clock(at, work.session.zone) for at in sorted(free[:OFFERED]))
        more = f": near it are {near}" if near else ""
        raise Undelivered(Trouble.CONTENT, f"This time is not free in Calendly any more{more}.")


def _asked(event: str) -> set[str]:
    """Whoever booked that event and whose visit is canceled or moved here."""
    ours = {one.appointment_id: one.key for one in bookings.of_event(CALENDLY, event) if one.active}
    asked = bookings.asked_of(id_ for id_ in ours if id_ is not None)
    return {ours[id_] for id_, one in asked if one.kind == CANCEL}


def _patient(work: Work) -> None:
    """Calendly counts bookings by programs: what is too many waits, before it is asked."""
    until = patient_until(work.now, bookings.booked_at(work.now - DAY))
    if until is not None:
        raise Undelivered(Trouble.BUSY, "Calendly takes only so many bookings from the program.", until)


def _names(visit: Mapping[str, Any]) -> tuple[tuple[str, ...], str, str]:
    """What the visit's type is called, folded; the email address of whom it is with; the customer's name."""
    rows = select(
        "select coalesce(t.name, ''), coalesce(t.alias, ''), s.email,"
        " trim(c.first_name || ' ' || c.last_name) from appointment a join staff s on s.id = a.staff_id"
        " join customer c on c.id = a.customer_id left join appointment_type t on t.id = a.type_id"
        " where a.id = ?",
        [visit["id"]],
    )
    name, alias, email, customer = rows[0]
    return tuple(filter(None, (fold(name), fold(alias)))), email, customer


def _handed(key: str, also: Callable[[Work], object]) -> Handed:
    return Handed(CALENDLY, key.rpartition("/")[2], also=also)


def _ended(keys: frozenset[str], work: Work) -> None:
    """Those bookings stand no more. Their mark is later than what was read before this.

    Whoever else had the event canceled it there: what becomes of their visits, the next pass says.
    """
    for key in keys:
        one = bookings.by_key(CALENDLY, key)
        if one is not None and one.active:
            ended = {"state": "canceled", "changed": f"{one.changed} ~", "why": ""}
            Booking.update(**ended).where(Booking.id == one.id).execute()


def _marked(key: str, mark: str, work: Work, only: str | None = None) -> None:
    of = (Booking.service == CALENDLY, Booking.key == key)
    Booking.update(no_show=mark).where(*of, *([Booking.no_show == only] if only else [])).execute()


def _now_there(event: Event, invitee: Invitee, asked: Mapping[str, Any], work: Work) -> None:
    """The visit is booked there. Its mark is empty: the next pass reads the event and finds it known.

    What became of the visit while it was being booked is told like any later change.
    """
    whose: dict[str, Any] = {"appointment": asked["id"], "customer": asked["customer_id"]}
    if bookings.by_key(CALENDLY, invitee.key) is not None:
        Booking.update(**whose).where(Booking.service == CALENDLY, Booking.key == invitee.key).execute()
    else:
        Booking.insert(
            service=CALENDLY, key=invitee.key, event=event.key, changed="", name=invitee.name,
            email=invitee.email, phone=invitee.phone, title=event.title, host=" ".join(event.hosts),
            starts_at=event.starts_at, minutes=event.minutes, join_url=event.join_url,
            cancel_url=invitee.cancel_url, move_url=invitee.move_url, seen_at=work.now, **whose,
        ).execute()  # fmt: skip
    now = stored(asked["id"])
    bookings_out.follow(work, [Change("book there", "appointment", asked["id"], asked, now)])
