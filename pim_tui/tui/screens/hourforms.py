"""What is changed about working time by key: the week, leave, single days; each with its draft."""

from __future__ import annotations

from abc import abstractmethod
from collections.abc import Callable
from dataclasses import dataclass
from datetime import date
from typing import TYPE_CHECKING, Any

from ...db.drafts import OVER, Draft
from ...domain.worktime import Hours, week_of
from ...errors import PimError, Stale
from ...queries.hours import DayRow, LeaveRow, hours_of, leave, special_days
from ...queries.moving import ids_to_move
from ...queries.staff import staff_record
from ...services.hours import SetWeek, set_week
from ...services.leave import AddLeave, ChangeLeave, TakeBackLeave, add_leave, change_leave, take_back_leave
from ...services.special_days import (
    SetSpecialDays,
    TakeBackSpecialDay,
    set_special_days,
    take_back_special_day,
)
from ...services.work import Done
from ..base import PimScreen
from ..dialogs import hours as forms
from ..dialogs.fields import Answer, DraftName, FieldForm, Values
from ..requests import new_request
from .formkeys import ask

if TYPE_CHECKING:
    _Base = PimScreen
else:
    _Base = object

CLINIC = 0
"""Stands for the whole clinic where staff ids are."""


@dataclass(frozen=True, slots=True)
class Reach:
    """Whom and which days a change touches: there it is looked for what needs moving."""

    staff_id: int | None
    first: date
    last: date | None = None


class HourForms(_Base):
    """A screen says whose hours are shown and what is under its cursor."""

    @property
    @abstractmethod
    def whose(self) -> int:
        """The staff member, or :data:`CLINIC`."""

    @property
    @abstractmethod
    def whose_name(self) -> str:
        """Their name."""

    @property
    @abstractmethod
    def behind(self) -> LeaveRow | DayRow | None:
        """The leave or day under the cursor."""

    @property
    @abstractmethod
    def holiday_here(self) -> date | None:
        """The public holiday under the cursor."""

    @abstractmethod
    def may(self) -> bool:
        """Whether hours may be changed here."""

    # --- the week ---------------------------------------------------------------------------------

    def action_week(self) -> None:
        """Another week from a day on."""
        if not self.may():
            return
        if self.whose == CLINIC:
            self.pim.say("The week is each one's own: choose somebody on the left.")
        else:
            self.load(self._open_week, self.whose, self.whose_name, None, group="record")

    async def _open_week(
        self,
        staff_id: int,
        name: str,
        typed: Values | None,
        refusal: PimError | None = None,
        seen: tuple[Hours, ...] | None = None,
    ) -> None:
        """The form over every week of somebody: as ``seen`` when its draft was begun, or as they are."""
        if seen is None:
            seen = await self.fetch(hours_of, staff_id)
        today = self.pim.today
        self._week(staff_id, name, seen, typed or forms.week_values(week_of(seen, today), today), refusal)

    def _week(
        self,
        staff_id: int,
        name: str,
        seen: tuple[Hours, ...],
        typed: Values,
        refusal: PimError | None = None,
    ) -> None:
        draft = DraftName(forms.WEEK, str(staff_id), over=forms.weeks_over(seen))
        spec = forms.week_form(name, self.pim.today, self.pim.order)
        form = FieldForm(spec, typed, refusal, draft)
        ask(self, form, lambda answer: self._set_week(staff_id, name, seen, answer))

    def _set_week(self, staff_id: int, name: str, seen: tuple[Hours, ...], answer: Answer) -> None:
        def refused(error: PimError) -> None:
            if isinstance(error, Stale):
                self.load(self._open_week, staff_id, name, answer, error, group="record")
            else:
                self._week(staff_id, name, seen, answer, error)

        since, week = forms.read_week(answer, self.pim.today, self.pim.order)
        command = SetWeek(staff_id, since, seen, week, new_request())
        done = self._saved(forms.WEEK, str(staff_id), Reach(staff_id, since))
        self.pim.submit(set_week, command, done, refused)

    # --- leave ------------------------------------------------------------------------------------

    def action_leave(self) -> None:
        """Leave of the one under the cursor."""
        if not self.may():
            return
        if self.whose == CLINIC:
            self.pim.say("Leave is one person's: choose somebody on the left. d closes the clinic.")
        else:
            typed = forms.leave_values(None, "", self.pim.today)
            self._new_leave(self.whose, self.whose_name, typed)

    def _new_leave(self, staff_id: int, name: str, typed: Values, refusal: PimError | None = None) -> None:
        record = f"of {staff_id}"

        def add(answer: Answer) -> None:
            absence, reason = forms.read_leave(answer, self.pim.today, self.pim.order)
            self.pim.submit(
                add_leave,
                AddLeave(staff_id, absence, reason, new_request()),
                self._saved(forms.LEAVE, record, Reach(staff_id, absence.first, absence.last)),
                lambda error: self._new_leave(staff_id, name, answer, error),
            )

        spec = forms.leave_form(f"Leave of {name}", self.pim.today, self.pim.order)
        ask(self, FieldForm(spec, typed, refusal, DraftName(forms.LEAVE, record)), add)

    def _change_leave(self, seen: LeaveRow, typed: Values, refusal: PimError | None = None) -> None:
        record = str(seen.id)

        def change(answer: Answer) -> None:
            absence, reason = forms.read_leave(answer, self.pim.today, self.pim.order)
            command = ChangeLeave(
                seen.id, seen.version, (seen.absence, seen.reason), absence, reason, new_request()
            )
            reach = Reach(seen.staff_id, absence.first, absence.last)
            self.pim.submit(
                change_leave,
                command,
                self._saved(forms.LEAVE, record, reach),
                lambda error: self.load(self._leave_again, seen, answer, error, group="record"),
            )

        spec = forms.leave_form(f"Leave of {seen.staff}", self.pim.today, self.pim.order)
        draft = DraftName(forms.LEAVE, record, seen.version)
        ask(self, FieldForm(spec, typed, refusal, draft), change)

    async def _leave_again(self, seen: LeaveRow, typed: Answer, error: PimError) -> None:
        """The form as it was typed; where somebody was quicker, over the leave as it is now."""
        now = await self.fetch(leave, seen.id) if isinstance(error, Stale) else seen
        self._change_leave(now, typed, error)

    # --- single days ------------------------------------------------------------------------------

    def action_day(self) -> None:
        """Closed, or other hours, on single days."""
        if self.may():
            first = max(self.pim.today, self.holiday_here or self.pim.today)
            typed = forms.days_values(first)
            self.load(self._open_days, self.whose, self.whose_name, typed, group="record")

    async def _open_days(self, whose: int, name: str, typed: Values, refusal: PimError | None = None) -> None:
        """The form over what is said of single days now."""
        seen = await self.fetch(special_days, whose or None, self.pim.today)
        self._days(whose, name, seen, typed, refusal)

    def _days(
        self,
        whose: int,
        name: str,
        seen: tuple[DayRow, ...],
        typed: Values,
        refusal: PimError | None = None,
    ) -> None:
        draft = DraftName(forms.DAYS, str(whose), over=forms.days_over(seen))
        spec = forms.days_form(name, self.pim.today, self.pim.order)
        form = FieldForm(spec, typed, refusal, draft)
        ask(self, form, lambda answer: self._set_days(whose, name, seen, answer))

    def _set_days(self, whose: int, name: str, seen: tuple[DayRow, ...], answer: Answer) -> None:
        def refused(error: PimError) -> None:
            if isinstance(error, Stale):
                self.load(self._open_days, whose, name, answer, error, group="record")
            else:
                self._days(whose, name, seen, answer, error)

        first, last, minutes, why = forms.read_days(answer, self.pim.today, self.pim.order)
        command = SetSpecialDays(first, last, whose or None, minutes, why, new_request(), seen)
        done = self._saved(forms.DAYS, str(whose), Reach(whose or None, first, last))
        self.pim.submit(set_special_days, command, done, refused)

    # --- changing and taking back -----------------------------------------------------------------

    def action_change(self) -> None:
        """Change what is under the cursor: a leave, a day, else the week."""
        row = self.behind
        if row is None and self.whose == CLINIC:
            self.pim.say("A public holiday comes with the clinic's place: d says other hours for its day.")
        elif row is None:
            self.action_week()
        elif self.may() and isinstance(row, LeaveRow):
            self._change_leave(row, forms.leave_values(row.absence, row.reason, self.pim.today))
        elif self.may() and isinstance(row, DayRow):
            typed = forms.days_values(row.day, row.special.minutes, row.special.name)
            self.load(self._open_days, self.whose, self.whose_name, typed, group="record")

    def action_take_back(self) -> None:
        """Take back the leave or the day under the cursor."""
        row = self.behind
        if row is None:
            self.pim.say("Only leave and single days are taken back: put the cursor on one.")
        elif self.may() and isinstance(row, LeaveRow):
            command = TakeBackLeave(row.id, row.version, new_request())
            self.pim.submit(take_back_leave, command, self.pim.said)
        elif self.may() and isinstance(row, DayRow):
            taken = TakeBackSpecialDay(row.day, row.staff_id, row.ids, new_request())
            self.pim.submit(take_back_special_day, taken, self.pim.said)

    # --- what comes of it -------------------------------------------------------------------------

    def _saved(self, form: str, record: str, reach: Reach) -> Callable[[Done], None]:
        """Forget the draft, say it, and show what needs moving now."""

        def saved(done: Done) -> None:
            self.pim.drop_draft(form, record)
            self.pim.say(done.says)
            self.load(self._show_what_lies_there, reach, done.says, group="moving")

        return saved

    async def _show_what_lies_there(self, reach: Reach, says: str) -> None:
        zone = self.pim.desk.session.zone
        ids = await self.fetch(ids_to_move, self.pim.now, zone, reach.staff_id, reach.first, reach.last)
        if ids:
            self.open_moving(says, ids[0])

    def open_moving(self, says: str = "", first: int | None = None) -> None:
        """The list of what needs moving, with a sentence to begin with and the cursor on ``first``."""
        from .moving import MovingScreen

        self.app.push_screen(MovingScreen(says, first))

    # --- drafts -----------------------------------------------------------------------------------

    def restore_draft(self, draft: Draft) -> None:
        """Open the form that a draft was typed in, as it was."""
        self.load(self._restore, draft, group="record")

    async def _restore(self, draft: Draft) -> None:
        today, record = self.pim.today, draft.record
        if draft.form == forms.WEEK:
            name, empty = await self._name_of(record), forms.week_values(((),) * 7, today)
            seen = forms.over_weeks(draft.fields[OVER]) if OVER in draft.fields else None
            await self._open_week(int(record), name, forms.of_draft(draft.fields, empty), seen=seen)
        elif draft.form == forms.DAYS:
            typed = forms.of_draft(draft.fields, forms.days_values(today))
            name = await self._name_of(record)
            if OVER in draft.fields:
                self._days(int(record), name, forms.over_days(draft.fields[OVER]), typed)
            else:
                await self._open_days(int(record), name, typed)
        elif record.startswith("of "):
            whose = record.removeprefix("of ")
            typed = forms.of_draft(draft.fields, forms.leave_values(None, "", today))
            self._new_leave(int(whose), await self._name_of(whose), typed)
        else:
            there: Any = await self.fetch(leave, int(record))
            typed = forms.of_draft(draft.fields, forms.leave_values(there.absence, there.reason, today))
            # As it was when the draft was begun: saving tells what was changed since.
            self._change_leave(there._replace(version=draft.version), typed)

    async def _name_of(self, record: str) -> str:
        return (await self.fetch(staff_record, int(record))).name if int(record) else "the clinic"
