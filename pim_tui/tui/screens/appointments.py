"""The keys that work on an appointment, for every screen that shows some."""

from __future__ import annotations

from abc import abstractmethod
from functools import cached_property
from typing import TYPE_CHECKING

from ...domain.agenda import Block
from ..base import PimScreen

if TYPE_CHECKING:
    from ...db.drafts import Draft
    from ...domain.quickline import Start
    from ...services.work import Done
    from .acts import AppointmentActs
    from .seriesacts import SeriesActs

    _Base = PimScreen
else:
    _Base = object


class AppointmentKeys(_Base):
    """A screen says which appointment is chosen and where a new one would start."""

    @property
    @abstractmethod
    def chosen(self) -> Block | None:
        """The appointment under the cursor."""

    @property
    @abstractmethod
    def slot(self) -> tuple[int, int | None, int | None]:
        """Where a new one would start (UTC seconds), with whom, in which room."""

    def start(self) -> Start:
        """What a quick line opened here knows without being told."""
        from ...domain.quickline import Start

        _, staff_id, room_id = self.slot
        return Start(staff_id=staff_id, room_id=room_id)

    swapped: int | None = None
    """An appointment that came under the cursor because another desk took away the one before it."""

    def changed_under_cursor(self, was: Block | None) -> None:
        """Others changed what is shown, and the cursor was on ``was``: a key that is on its way already
        was not meant for what is there now."""
        now = self.chosen
        if was is not None and now is not None and now.id != was.id:
            self.swapped = now.id

    def landed(self, done: Done) -> None:
        """A change was made; a screen may follow it."""

    def restore(self, draft: Draft) -> None:
        """Open the form that a draft was typed in, as it was."""
        if draft.form == "series":
            self.series.restore(draft)
        else:
            self.acts.restore(draft)

    @cached_property
    def acts(self) -> AppointmentActs:
        """What the keys do."""
        from .acts import AppointmentActs

        return AppointmentActs(self)

    @cached_property
    def series(self) -> SeriesActs:
        """What is done to series."""
        from .seriesacts import SeriesActs

        return SeriesActs(self)

    def action_repeat(self) -> None:
        """A new series, or the one of the appointment under the cursor."""
        self.series.repeat()

    def action_add(self) -> None:
        """Book by the quick line."""
        self.acts.add()

    def action_add_form(self) -> None:
        """Book by the form, at the cursor."""
        self.acts.add_form()

    def action_again(self) -> None:
        """Book again like this one, a week on; the form only wants what is to differ."""
        self.acts.again()

    def action_edit(self) -> None:
        """Change everything about the appointment."""
        self.acts.edit()

    def action_move(self) -> None:
        """Move to a day, a time or both, as typed."""
        self.acts.move()

    def action_later(self) -> None:
        """One slot later."""
        self.acts.later()

    def action_earlier(self) -> None:
        """One slot earlier."""
        self.acts.earlier()

    def action_longer(self) -> None:
        """One slot longer."""
        self.acts.longer()

    def action_shorter(self) -> None:
        """One slot shorter."""
        self.acts.shorter()

    def action_next_free(self) -> None:
        """Move to the next time at which nothing is in the way."""
        self.acts.next_free()

    def action_openings(self) -> None:
        """Look for the next opening; Enter on one books it, or moves the appointment there."""
        self.acts.openings()

    def action_complete(self) -> None:
        """Completed."""
        self.acts.complete()

    def action_missed(self) -> None:
        """Missed."""
        self.acts.missed()

    def action_reopen(self) -> None:
        """Back to Scheduled; somebody else's needs a reason."""
        self.acts.reopen()

    def action_cancel(self) -> None:
        """Cancel, with a reason and who asked."""
        self.acts.cancel()

    def action_fee(self) -> None:
        """Charge or waive the fee of one that was not kept."""
        self.acts.fee()

    def action_book_there(self) -> None:
        """Book it in Calendly as well."""
        self.acts.book_there()

    def action_profile(self) -> None:
        """Open the customer's profile."""
        self.acts.profile()

    def action_contact(self) -> None:
        """Write to the customer, call, copy how they are reached."""
        self.acts.contact()

    def action_waiting_list(self) -> None:
        """Open the waiting list, for the customer under the cursor."""
        self.acts.waiting_list()
