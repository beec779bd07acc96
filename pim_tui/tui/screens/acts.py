"""What is done to an appointment by key, the same in the calendar and in the profile.

Loaded with the first such key: forms and services are not needed to look at a calendar.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import replace
from datetime import date
from functools import partial
from typing import TYPE_CHECKING, Any, TypeGuard

from ...db.drafts import Draft
from ...domain import dates
from ...domain.agenda import Block
from ...domain.moments import (
    MINUTE,
    Zone,
    clock,
    day_label,
    day_of,
    moment_label,
    resolve,
    same_wall,
    utc_offset,
    wall,
)
from ...domain.quickline import Start
from ...domain.rights import Right
from ...domain.states import Status, back_first, check_changes
from ...domain.visit import NO_ANSWERS, Answers, Details
from ...errors import NeedsAnswer, PimError, Refused
from ...queries.calendar import Visit, visit
from ...queries.catalogue import Catalogue, catalogue
from ...queries.openings import next_free
from ...queries.series_members import series_at
from ...services import booking
from ...services.work import Done
from ..dialogs.form import AppointmentForm, FormAnswer, FormText
from ..dialogs.prompt import Prompt
from ..dialogs.quick import Booking, QuickLine
from ..dialogs.reason import Cancellation, CancelReason
from ..dialogs.refused import Choose, Way
from ..dialogs.stale import Kept, merged
from ..requests import new_request
from .comparing import refused_over, take_up

if TYPE_CHECKING:
    from .appointments import AppointmentKeys

Back = Callable[[PimError], None] | None
"""The way to what was typed, for a refusal with no other that is wanted; None where nothing was typed."""


class AppointmentActs:
    """Carries out what the keys of ``screen`` ask for, on the appointment under its cursor."""

    def __init__(self, screen: AppointmentKeys) -> None:
        self.screen = screen
        self.app = screen.pim
        self._zone = screen.pim.desk.session.zone

    # --- booking ----------------------------------------------------------------------------------

    def add(self) -> None:
        """Book by the quick line."""
        self.quick(self.screen.start())

    def quick(self, start: Start, refusal: PimError | None = None) -> None:
        """Open the quick line, perhaps again with what was refused; a walk-in begins with the slot that is
        under way (S6)."""
        request = new_request()
        if start.walk_in and start.starts_at is None:
            slot, now = self.app.desk.settings.slot_minutes * MINUTE, self.app.now
            start = replace(start, starts_at=now - (now + utc_offset(now, self._zone)) % slot)

        def answered(answer: Booking | None) -> None:
            if answer is None:
                self.app.leave_draft(QuickLine.FORM)
            else:
                self._book_line(answer, request)

        self.app.push_screen(QuickLine(start, refusal), answered)

    def _book_line(self, answer: Booking, request: str, answers: Answers = NO_ANSWERS) -> None:
        """Book what a quick line said; a refusal gives the line back as it was."""
        walk_in, again = answer.start.walk_in, replace(answer.start, text=answer.text)
        command = booking.BookAppointment(answer.details, request, answers, arrived=walk_in)

        def taken(way: Way | None, error: PimError) -> None:
            if way is None:
                self.quick(again, error)
            elif way.start is not None:
                details = replace(answer.details, starts_at=way.start)
                self._book_line(replace(answer, details=details), request)
            else:
                self._book_line(answer, request, way.answers(answers))

        def refused(error: PimError) -> None:
            asks_about_the_day = isinstance(error, NeedsAnswer) and error.question == "past"
            if (walk_in or answer.anyway or asks_about_the_day) and self._has_ways_out(error):
                overbook = answer.anyway and not isinstance(error, NeedsAnswer)  # A yes needs no reason.
                choose = Choose(error, self._zone, overbook=overbook)
                self.app.push_screen(choose, lambda way: taken(way, error))
            else:
                self.quick(again, error)

        self.app.submit(booking.book, command, self._booked(QuickLine.FORM), refused)

    def _booked(self, form: str, record: str = "") -> Callable[[Done], None]:
        def booked(done: Done) -> None:
            if form:
                self.app.drop_draft(form, record)
            self.app.say(done.says)
            self.screen.landed(done)

        return booked

    def add_form(self) -> None:
        """Book by the form, at the cursor."""
        starts_at, staff_id, room_id = self.screen.slot
        zone, start = self.app.desk.session.zone, self.screen.start()
        text = FormText(
            start.customer_id,
            start.customer,
            day_label(day_of(starts_at, zone)),
            clock(starts_at, zone),
            staff_id=staff_id,
            room_id=room_id,
        )
        self.book_form("New appointment", text)

    def book_form(
        self,
        title: str,
        text: FormText,
        refusal: PimError | None = None,
        before: FormAnswer | None = None,
    ) -> None:
        """Open the form for a new appointment, perhaps again with what was refused, ``before``."""
        request = new_request()

        def answered(answer: FormAnswer | None) -> None:
            if answer is None:
                self.app.leave_draft(AppointmentForm.FORM)
                return
            wished = date.fromisoformat(answer.text.wished) if answer.text.wished else None
            command = booking.BookAppointment(
                answer.details, request, answer.answers, text.rebooked_from, wished
            )
            self.app.submit(
                booking.book,
                command,
                self._booked(AppointmentForm.FORM),
                lambda error: self.book_form(title, answer.text, error, answer),
            )

        self.app.push_screen(AppointmentForm(title, text, refusal, before=before), answered)

    def again(self) -> None:
        """Book again like this one, a week on; the form only wants what is to differ."""

        def opened(seen: Visit) -> None:
            zone = self.app.desk.session.zone
            details = replace(seen.details, starts_at=same_wall(seen.starts_at, zone, 7, 0), note="")
            text = replace(FormText.of(details, seen.customer, zone, seen.equipment), rebooked_from=seen.id)
            self.book_form("Book again", text)

        self.with_chosen(opened)

    # --- drafts -----------------------------------------------------------------------------------

    def restore(self, draft: Draft) -> None:
        """Open the form that a draft was typed in, as it was."""
        if draft.form == QuickLine.FORM:
            self.quick(Start.of_draft(draft.fields))
        elif draft.form == "series":
            self.screen.series.restore(draft)
        elif draft.record:
            self.screen.load(self._restore_edit, draft, group="edit")
        else:
            self.book_form("New appointment", FormText.of_draft(draft.fields))

    async def _restore_edit(self, draft: Draft) -> None:
        seen = await self.screen.fetch(visit, int(draft.record))
        names = await self.screen.fetch(catalogue)
        typed = FormText.of_draft(draft.fields)
        customers = {typed.customer_id: typed.customer, seen.customer_id: seen.customer}
        # A customer is told by the number: names may be the same. What no record holds was typed, and stays.
        now = replace(
            FormText.of(seen.details, seen.customer, self._zone, seen.equipment),
            customer=typed.customer,
            overbook=typed.overbook,
            rebooked_from=typed.rebooked_from,
            wished=typed.wished,
        )
        take_up(
            self.screen,
            "This appointment",
            (draft.version, seen.version),
            now,
            typed,
            TITLES,
            lambda kept: self._edit(seen, replace(kept, customer=customers[kept.customer_id])),
            in_words(names, customers),
        )

    # --- changing ---------------------------------------------------------------------------------

    def edit(self) -> None:
        """Change everything about the appointment."""

        def opened(seen: Visit) -> None:
            zone = self.app.desk.session.zone
            self._edit(seen, FormText.of(seen.details, seen.customer, zone, seen.equipment))

        self.with_chosen(opened)

    def _edit(
        self,
        seen: Visit,
        text: FormText,
        refusal: PimError | None = None,
        before: FormAnswer | None = None,
    ) -> None:
        def answered(answer: FormAnswer | None) -> None:
            if answer is None:
                self.app.leave_draft(AppointmentForm.FORM, str(seen.id))
            else:
                self._save(seen, answer)

        title = f"{seen.customer} · {Status(seen.status).word}{_repeating(seen)}"
        form = AppointmentForm(title, text, refusal, record=str(seen.id), version=seen.version, before=before)
        self.app.push_screen(form, answered)

    def _save(self, seen: Visit, answer: FormAnswer) -> None:
        """Save the form; after a refusal it is given back as it was typed."""

        def back(error: PimError | None) -> None:
            self._edit(seen, answer.text, error, None if error is None else answer)

        refused = refused_over(
            self.screen,
            TITLES,
            lambda: self.screen.fetch(visit, seen.id),
            save=lambda now, choice: self._save(now, kept_of(answer, now, choice, self._zone)),
            anew=lambda: self._save(seen, answer),
            back=back,
        )
        command = booking.ChangeAppointment(
            seen.id, seen.version, seen.details, answer.details, new_request(), answer.answers
        )
        booked = self._moved(seen, AppointmentForm.FORM)
        self._how_far(seen, answer.details, lambda: self.app.submit(booking.change, command, booked, refused))

    def move(self) -> None:
        """Move to a day, a time or both, as typed."""

        def opened(seen: Visit) -> None:
            check_changes(Status(seen.status))  # Nobody types a time for nothing.
            self._ask_where(seen)

        self.with_chosen(opened)

    def _ask_where(self, seen: Visit, typed: str = "", refusal: PimError | None = None) -> None:
        """Ask for the new time; after a refusal with what was ``typed``."""

        def told(text: str) -> str:
            starts = self._moved_to(text, seen)
            return moment_label(starts, self._zone)

        def moved(text: str | None) -> None:
            if text is not None:
                back = partial(self._ask_where, seen, text)
                self._change(seen, "move", back, starts_at=self._moved_to(text, seen))

        title, hint = f"Move {seen.customer} to", "+7d · next tue · 11:15 · thu 9:30"
        self.app.push_screen(Prompt(title, told, hint=hint, text=typed, refusal=refusal), moved)

    def _moved_to(self, text: str, seen: Visit) -> int:
        """The start that ``text`` asks for: a day keeps the time, a time keeps the day."""
        order = self.app.order
        current = wall(seen.starts_at, self._zone)
        starts = dates.read_start(text, self.app.today, current, order)
        if starts is None:
            raise Refused(dates.explain(text))
        return resolve(starts, self._zone)

    def later(self) -> None:
        """One slot later."""
        self._shift(self.app.desk.settings.slot_minutes)

    def earlier(self) -> None:
        """One slot earlier."""
        self._shift(-self.app.desk.settings.slot_minutes)

    def _shift(self, minutes: int) -> None:
        self.with_chosen(lambda seen: self._change(seen, "move", starts_at=seen.starts_at + minutes * MINUTE))

    def longer(self) -> None:
        """One slot longer."""
        self._stretch(self.app.desk.settings.slot_minutes)

    def shorter(self) -> None:
        """One slot shorter."""
        self._stretch(-self.app.desk.settings.slot_minutes)

    def _stretch(self, minutes: int) -> None:
        self.with_chosen(lambda seen: self._change(seen, "stretch", minutes=seen.minutes + minutes))

    def next_free(self) -> None:
        """Move to the next time at which nothing is in the way."""

        def opened(seen: Visit) -> None:
            self.screen.load(self._to_next_free, seen, group="edit")

        self.with_chosen(opened)

    async def _to_next_free(self, seen: Visit) -> None:
        session = self.app.desk.session
        starts_at = await self.screen.fetch(
            next_free, seen, self._zone, self.app.now, session.calendar.step, session.key
        )
        self._change(seen, "move", starts_at=starts_at)

    def openings(self) -> None:
        """Look for the next opening."""
        from .openingacts import look

        look(self)

    def moved_to(self, seen: Visit, **fields: Any) -> None:
        """Move it to a time that was chosen, perhaps with somebody else; ``fields`` are of the details."""
        self._change(seen, "move", **fields)

    def _change(self, seen: Visit, action: str, back: Back = None, **fields: Any) -> None:
        """Move or stretch; of a series it is asked how far that goes."""
        details = replace(seen.details, **fields)
        self._how_far(seen, details, lambda: self._change_one(seen, action, back, **fields))

    def _how_far(self, seen: Visit, details: Details, one_only: Callable[[], None]) -> None:
        """Change this one; of a series it is asked first how far that goes (T11)."""
        if seen.series_rule is None:
            one_only()
        else:
            self.screen.series.asked(seen, details, one_only)

    def _change_one(
        self,
        seen: Visit,
        action: str,
        back: Back = None,
        answers: Answers = NO_ANSWERS,
        **fields: Any,
    ) -> None:
        """Move or stretch this one; where that collides, offer the ways out."""
        details = replace(seen.details, **fields)
        command = booking.ChangeAppointment(
            seen.id, seen.version, seen.details, details, new_request(), answers, action
        )

        def refused(error: PimError) -> None:
            if not self._has_ways_out(error):
                (back or self.app.tell)(error)
                return

            def taken(way: Way | None) -> None:
                if way is not None and way.start is not None:
                    self._change_one(seen, action, back, **{**fields, "starts_at": way.start})
                elif way is not None:
                    self._change_one(seen, action, back, way.answers(answers), **fields)
                elif back is not None:
                    back(error)

            self.app.push_screen(Choose(error, self._zone), taken)

        self.app.submit(booking.change, command, self._moved(seen), refused)

    def _has_ways_out(self, error: PimError) -> TypeGuard[Refused]:
        """Whether there is something to choose instead of what was refused: on a full day the overbooking."""
        if not isinstance(error, Refused):
            return False
        may_overbook = error.rule == "T7" and Right.OVERBOOK in self.app.desk.session.rights
        return bool(error.offers) or isinstance(error, NeedsAnswer) or may_overbook

    def _moved(self, seen: Visit, form: str = "") -> Callable[[Done], None]:
        """After a change of ``seen``: what it has left free may be somebody's who waits."""

        def moved(done: Done) -> None:
            self._booked(form, str(seen.id))(done)
            self._freed(done, seen)

        return moved

    def _freed(self, done: Done, was: Visit | None = None) -> None:
        from .freed import FreedTime

        FreedTime(self.screen, self.screen.landed).look(done, [was] if was else [])

    # --- marking ----------------------------------------------------------------------------------

    def complete(self) -> None:
        """Completed."""
        self._mark(Status.COMPLETED)

    def missed(self) -> None:
        """Missed."""
        self._mark(Status.MISSED)

    def reopen(self) -> None:
        """Back to Scheduled; somebody else's needs a reason."""
        if self._chosen() is None:
            return

        def refused(error: PimError) -> None:
            if not (isinstance(error, Refused) and error.rule == "S3"):
                self.app.tell(error)
                return
            prompt = Prompt("Why is it set back to Scheduled?", lambda text: text, hint=error.message)

            def given(reason: str | None) -> None:
                if reason:
                    self._mark(Status.SCHEDULED, reason)

            self.app.push_screen(prompt, given)

        self._mark(Status.SCHEDULED, on_refused=refused)

    def cancel(self) -> None:
        """Cancel, with a reason and who asked."""
        block = self._chosen()
        if block is None:
            return
        if block.status != Status.SCHEDULED:
            # Nobody types a reason for nothing.
            self.app.tell(back_first(f"It is {Status(block.status).word} and cannot be canceled."))
            return
        when = moment_label(block.starts_at, self._zone)

        def answered(answer: Cancellation | None) -> None:
            if answer is not None:
                self.screen.load(self._cancel, block.id, answer, group="edit")

        self.app.push_screen(CancelReason(f"{block.customer}, {when}"), answered)

    async def _cancel(self, appointment_id: int, answer: Cancellation) -> None:
        """Cancel this one; of a series it is asked first how far that goes (T11)."""

        def one_only() -> None:
            self._mark(Status.CANCELED, answer.reason, answer.cancelled_by)

        if await self.screen.fetch(series_at, appointment_id) is None:
            one_only()
        else:
            await self.screen.series.canceled(appointment_id, answer, one_only)

    def _mark(
        self,
        status: Status,
        reason: str = "",
        by: str = "",
        on_refused: Callable[[PimError], None] | None = None,
    ) -> None:
        block = self._chosen()
        if block is None:
            return
        command = booking.MarkAppointment(block.id, block.version, status, reason, by, new_request())

        def marked(done: Done) -> None:
            self._booked("")(done)
            if status in (Status.MISSED, Status.CANCELED):
                self._freed(done)

        self.app.submit(booking.mark, command, marked, on_refused)

    def fee(self) -> None:
        """Charge or waive the fee of one that was canceled late or missed."""
        if (block := self._chosen()) is not None:
            from .fees import Fees

            Fees(self.screen).ask(block.id)

    # --- the rest ---------------------------------------------------------------------------------

    def book_there(self) -> None:
        """Book it in Calendly as well; this session does it at once where it may."""
        from ...services.bookings_there import BookThere, book_there

        if not self.app.desk.settings.calendly_token:
            self.app.say("Calendly is not set up: the setting calendly_token is missing.")
        elif (block := self._chosen()) is not None:

            def queued(done: Done) -> None:
                self.app.say(done.says)
                self.app.errands.carry(done.ids[0])

            self.app.submit(book_there, BookThere(block.id, block.version, new_request()), queued)

    def profile(self) -> None:
        """Open the customer's profile."""
        from .profile import ProfileScreen

        if (block := self._chosen()) is not None:
            self.app.push_screen(ProfileScreen(block.customer_id))

    def contact(self) -> None:
        """The ways to reach the customer, about the visit under the cursor."""
        from .contacting import Contacting

        if (block := self._chosen()) is not None:
            Contacting(self.screen).open(block.customer_id, block.id)

    def waiting_list(self) -> None:
        """Open the waiting list; a visit that lies ahead may come earlier."""
        from .waitinglist import Known, WaitingScreen

        block, start = self.screen.chosen, self.screen.start()
        if block is None:
            known = Known(start.customer_id, start.customer) if start.customer_id is not None else None
        else:
            ahead = block.status == Status.SCHEDULED and block.starts_at > self.app.now
            wishes = f"{block.minutes}m {block.type_name}".strip() + " " if ahead else ""
            known = Known(block.customer_id, block.customer, block.id if ahead else None, wishes)
        self.app.push_screen(WaitingScreen(known))

    def with_chosen(self, opened: Callable[[Visit], None]) -> None:
        """Read the whole appointment under the cursor, then go on."""
        block = self._chosen()
        if block is None:
            return

        async def read() -> None:
            opened(await self.screen.fetch(visit, block.id))

        self.screen.load(read, group="edit")

    def _chosen(self) -> Block | None:
        """The appointment under the cursor, unless another desk has just put it there."""
        block, swapped = self.screen.chosen, self.screen.swapped
        self.screen.swapped = None
        if block is None:
            self.app.say("Put the cursor on an appointment first; a books a new one.")
        elif block.id == swapped:
            self.app.say(f"It is {block.customer} under the cursor now. Press the key again to go on.")
            return None
        return block


TITLES = {
    "customer_id": "Customer", "staff_id": "Staff", "starts_at": "Start", "day": "Day", "time": "Time",
    "minutes": "Minutes", "type_id": "Type", "room_id": "Room", "mode": "Mode", "reason": "Reason",
    "note": "Notes", "equipment": "Equipment", "equipment_ids": "Equipment",
}  # fmt: skip
"""What the form calls each field."""


def in_words(names: Catalogue, customers: Mapping[int | None, str]) -> Callable[[FormText, str], str]:
    """What tells a field of the form: names for ids, and the id of what is no longer in use."""
    named: dict[str, Callable[[int | None], str]] = {
        "customer_id": lambda id_: customers[id_],
        "staff_id": names.staff_name,
        "room_id": names.room_name,
        "type_id": names.type_name,
    }

    def told(form: FormText, field: str) -> str:
        value = getattr(form, field)
        name = named[field](value) if field in named else ""
        return name or ("" if value is None else str(value))

    return told


def kept_of(answer: FormAnswer, now: Visit, choice: Kept, zone: Zone) -> FormAnswer:
    """The answer with what is kept of the record as it is ``now``, in the details and in the form's text."""
    details = merged(answer.details, now.details, choice)
    mine, theirs = answer.text, now.details
    customer = now.customer if details.customer_id == theirs.customer_id else mine.customer
    equipment = now.equipment if details.equipment_ids == theirs.equipment_ids else mine.equipment
    text = FormText.of(details, customer, zone, equipment)
    return replace(answer, details=details, text=replace(text, overbook=mine.overbook))


def _repeating(seen: Visit) -> str:
    """How the series goes that the appointment belongs to; empty for one of none."""
    if seen.series_rule is None:
        return ""
    from ...domain.recurrence import in_words, read_rule

    if not seen.series_rule:
        return " · on listed dates"
    return f" · {in_words(read_rule(seen.series_rule), seen.series_zone)}"
