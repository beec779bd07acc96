"""Visits that somebody booked at a service outside: they come in whatever is there, and say so (T7, T9).

It has been agreed with the customer already. Where its time is taken the visit is marked as overbooked by
whoever does the pass, and says why; outside working time it is on the list of what needs moving.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, replace
from typing import Any

from ..db.connection import select
from ..domain.bookings import Event, Invitee
from ..domain.calendly import BOOKED
from ..domain.names import fits
from ..domain.scheduling import OVERBOOKABLE, Candidate, clashes
from ..domain.states import Status
from ..domain.text import fold
from ..domain.visit import Answers, Details
from ..errors import SettingsError
from ..models import Appointment
from ..queries.equipment import usual_equipment
from ..queries.fitting import candidate_of, ground
from ..queries.known import sort_names
from .appointment_rows import stored, write_visit
from .booking import MarkAppointment, columns_of, marked
from .equipment_rows import take_equipment
from .event_places import types_by_name, with_whom
from .messages import ELSEWHERE
from .visit_rows import KnownType
from .work import Work

NO_SHOW = "no-show in Calendly"
NO_REASON = "canceled in Calendly"


@dataclass(frozen=True, slots=True)
class Desk:
    """The clinic's names as a pass began: staff ids by email address, types by folded name.

    ``usual`` is with whom a booking is whose host nobody here is; ``fallback`` the type of one whose title no
    type is called by.
    """

    staff: Mapping[str, int]
    usual: int | None
    types: Mapping[str, KnownType | None]
    fallback: KnownType | None

    def staff_of(self, hosts: tuple[str, ...]) -> int | None:
        """With whom a booking is: the first of its hosts who is here."""
        return next((id_ for one in hosts if (id_ := self.staff.get(one.casefold()))), self.usual)


def desk(default_staff: str, worker: int) -> Desk:
    """Read the names. ``default_staff`` is a name or initials, ``worker`` who does the pass, by id.

    Raises :class:`SettingsError` for a default who is nobody here.
    """
    rows = select("select id, name, initials, email from staff where active = 1 and books = 1 order by id")
    wished = fold(default_staff)
    chosen = next((row[0] for row in rows if wished and wished in (fold(row[1]), fold(row[2]))), None)
    if wished and chosen is None:
        raise SettingsError(
            "calendly_default_staff names nobody who takes appointments.",
            "Give a name or initials from the staff list.",
        )
    staff = {email.casefold(): id_ for id_, _, _, email in reversed(rows) if email}
    types = types_by_name()
    default = select("select name from appointment_type where is_default = 1 and active = 1 limit 1")
    fallback = types.get(fold(default[0][0])) if default else None
    return Desk(staff, with_whom([row[0] for row in rows], chosen, worker), types, fallback)


def details_of(
    desk: Desk, event: Event, invitee: Invitee, staff_id: int, customer_id: int, *, known: bool
) -> Details:
    """The appointment that a booking is; ``known`` is whether it is for that customer, or to be linked."""
    named = desk.types.get(fold(event.title))
    type_ = named or desk.fallback
    return Details(
        customer_id,
        staff_id,
        event.starts_at,
        event.minutes,
        type_.id if type_ else None,
        None,
        event.mode or (type_.mode if type_ else "in_person"),
        "" if named else event.title,
        _note(event, invitee, customer_id, known=known),
        usual_equipment(type_.id if type_ else None),
    )


def _note(event: Event, invitee: Invitee, customer_id: int, *, known: bool) -> str:
    """Whatever else was said; whom it is for, where that is not plain."""
    lines = [invitee.told]
    lines += [f"Place: {event.place}"] if event.place else []
    lines += [f"Link: {event.join_url}"] if event.join_url else []
    if not known:
        lines.append("Customer: " + ", ".join(filter(None, (invitee.name, invitee.email, invitee.phone))))
    elif invitee.name and not fits(invitee.name, sort_names([customer_id])[customer_id]):
        lines.append(f"Booked as: {invitee.name}")
    return "\n".join(filter(None, lines))


def come_in(work: Work, details: Details, rebooked_from: int | None = None) -> tuple[int, bool]:
    """The visit in the book: its id, and whether its time was taken."""
    candidate = candidate_of(details)
    over = _over(work, candidate, None)
    created = Appointment.insert(
        **columns_of(details, candidate, work.session.zone),
        **_marks(work, over=over),
        status="S",
        created_at=work.now,
        created_by_id=work.session.staff_id,
        rebooked_from_id=rebooked_from,
    )
    id_ = int(created.execute())
    take_equipment(id_, details.equipment_ids)
    work.changed(ELSEWHERE, "appointment", id_, None, stored(id_), BOOKED)
    return id_, over


def move(work: Work, before: Mapping[str, Any], starts_at: int, minutes: int, staff_id: int) -> bool:
    """The same visit at another time, with all that belongs to it; whether that time was taken."""
    details = replace(Details.of(before), starts_at=starts_at, minutes=minutes, staff_id=staff_id)
    candidate = candidate_of(details, before["id"])
    over = _over(work, candidate, before)
    columns = {**columns_of(details, candidate, work.session.zone), **_marks(work, over=over)}
    dirty = {name: value for name, value in columns.items() if before[name] != value}
    write_visit(before["id"], before["version"], dirty, details.equipment_ids)
    work.changed(ELSEWHERE, "appointment", before["id"], before, stored(before["id"]), BOOKED)
    return over


def mark(work: Work, before: Mapping[str, Any], status: Status, reason: str, by: str = "") -> None:
    """Cancel, miss or reopen it; raises as :func:`~pim_tui.services.booking.mark` does."""
    answers = Answers(same_customer=True, overbook=BOOKED)
    command = MarkAppointment(before["id"], before["version"], status, reason, by, answers=answers)
    marked(work, command)


def missed_before(appointment_id: int) -> str | None:
    """Why it was marked as missed last; None where it never was. Index: ``journal (kind, row_id)``."""
    rows = select(
        "select reason from journal where kind = 'appointment' and row_id = ? and action = 'miss'"
        " order by seq desc limit 1",
        [appointment_id],
    )
    return str(rows[0][0]) if rows else None


def _over(work: Work, candidate: Candidate, before: Mapping[str, Any] | None) -> bool:
    """Whether it takes what is taken (T7)."""
    existing, open_, closed = ground(candidate, work.session.zone, before, work.asker)
    found = clashes(candidate, existing, zone=work.session.zone, open_=open_, closed=closed)
    return any(clash.kind in OVERBOOKABLE for clash in found)


def _marks(work: Work, *, over: bool) -> dict[str, Any]:
    return {
        "overbooked_by_id": work.session.staff_id if over else None,
        "overbook_reason": BOOKED if over else "",
    }
