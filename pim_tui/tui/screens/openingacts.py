"""What is done with the next opening: it is booked by the form, or an appointment is moved there."""

from __future__ import annotations

from datetime import date
from typing import TYPE_CHECKING

from ...domain.moments import clock, day_label, day_of
from ...domain.states import Status
from ...queries.calendar import Visit
from ..dialogs.form import FormText
from ..dialogs.openings import Known, OpeningsDialog, Taken

if TYPE_CHECKING:
    from .acts import AppointmentActs


def look(acts: AppointmentActs) -> None:
    """Search from where the cursor is: for its appointment's customer, or in its column."""
    if acts.screen.chosen is not None:
        acts.with_chosen(lambda seen: _from_visit(acts, seen))
        return
    start = acts.screen.start()
    starts_at, staff_id, room_id = acts.screen.slot
    day = day_of(starts_at, acts.app.desk.session.zone)
    # A customer's own page is about no day: what can be had today is of interest there, too.
    first = _not_today(day, acts) if start.customer_id is None else None
    known = Known(start.customer, start.customer_id, staff_id, room_id, first=first)

    def taken(answer: Taken | None) -> None:
        if answer is not None:
            acts.book_form("New appointment", _form(acts, answer, start.customer))

    acts.app.push_screen(OpeningsDialog(known), taken)


def _from_visit(acts: AppointmentActs, seen: Visit) -> None:
    """Move it while it is Scheduled; of one that is over or canceled another one is booked."""
    zone = acts.app.desk.session.zone
    movable = seen.status == Status.SCHEDULED
    when = f"{day_label(seen.day)} {clock(seen.starts_at, zone)}"
    known = Known(
        f"{seen.customer}, {when}" if movable else seen.customer,
        seen.customer_id,
        seen.staff_id,
        seen.room_id,
        seen.type_id,
        seen.minutes,
        _not_today(seen.day, acts),
        seen.equipment_ids,
        seen.id if movable else None,
    )

    def taken(answer: Taken | None) -> None:
        if answer is None:
            return
        if not answer.moves:
            acts.book_form("New appointment", _form(acts, answer, seen.customer, rebooked_from=seen.id))
            return
        found, wanted = answer.opening, answer.wanted
        acts.moved_to(
            seen,
            starts_at=found.starts_at,
            staff_id=found.staff_id,
            minutes=wanted.minutes,
            type_id=wanted.type_id,
            room_id=wanted.room_id,
            equipment_ids=wanted.equipment_ids,
        )

    acts.app.push_screen(OpeningsDialog(known), taken)


def _not_today(day: date, acts: AppointmentActs) -> date | None:
    """The day the cursor is on, where it lies ahead."""
    return day if day > acts.app.today else None


def _form(
    acts: AppointmentActs, answer: Taken, customer: str, *, rebooked_from: int | None = None
) -> FormText:
    """The booking form with everything the search has settled."""
    zone, found, wanted = acts.app.desk.session.zone, answer.opening, answer.wanted
    return FormText(
        wanted.customer_id, customer, day_label(day_of(found.starts_at, zone)), clock(found.starts_at, zone),
        str(wanted.minutes), wanted.type_id, found.staff_id, wanted.room_id, answer.mode,
        rebooked_from=rebooked_from, equipment=answer.equipment, wished=answer.wished.isoformat(),
    )  # fmt: skip
