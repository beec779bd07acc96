"""What is done to series by key, the same in the calendar and in the profile.

Loaded with the first such key, as :mod:`.acts` is.
"""

from __future__ import annotations

from collections.abc import Callable, Hashable, Mapping, Sequence
from dataclasses import replace
from functools import partial
from typing import TYPE_CHECKING, Any, TypeVar

from ...domain.moments import day_of, moment_label, wall
from ...domain.series import Asked, Change, Reach
from ...domain.seriesplan import Choice
from ...domain.session import Session
from ...domain.states import Status
from ...domain.visit import Details
from ...errors import NeedsAnswer, PimError
from ...queries.calendar import Visit, visit
from ...queries.catalogue import catalogue, usual_staff
from ...queries.freed import MOST, visits_of
from ...queries.series_members import series_of
from ...queries.series_plan import Page, change_preview, page, preview
from ...services.series_editing import ChangeSeries, EndSeries, change_series, end_series
from ...services.series_making import MakeSeries, make_series
from ...services.work import Command, Done
from ..dialogs.fields import NO_DRAFT, DraftName
from ..dialogs.find import FindDialog, Person
from ..dialogs.form import AppointmentForm
from ..dialogs.pick import Pick
from ..dialogs.reason import Cancellation, CancelReason
from ..dialogs.refused import Choose
from ..dialogs.series import SERIES, SeriesForm, of_draft
from ..dialogs.seriespage import Asked as PageAsked
from ..dialogs.seriespage import SeriesPage
from ..dialogs.seriespreview import Decided, Look, SeriesPreview
from ..requests import new_request
from .comparing import ask_which_stays
from .daydoor import show_in_calendar
from .freed import FreedTime

if TYPE_CHECKING:
    from ...db.drafts import Draft
    from .appointments import AppointmentKeys

ONE = "one"
NEW = "new"
HOW_FAR = ((ONE, "this visit only"), ("later", "this visit and later ones"), ("all", "all that are not over"))

C = TypeVar("C", bound=Command)

Again = Callable[[], None]
"""Opens a form again as it was filled."""
Values = Mapping[str, Hashable]
Then = Callable[[str, Asked, DraftName, Again, Values], None]
"""Goes on with what a form asks for: under which title, with which draft, and as it was filled."""


class SeriesActs:
    """Carries out what the keys of ``screen`` ask for, on the series of the appointment under its cursor."""

    def __init__(self, screen: AppointmentKeys) -> None:
        self.screen = screen
        self.app = screen.pim
        self._zone = screen.pim.desk.session.zone

    # --- new ones ---------------------------------------------------------------------------------

    def repeat(self) -> None:
        """A new series on free time; on an appointment its series, or one like it."""
        block, start = self.screen.chosen, self.screen.start()
        if block is not None:
            self.screen.load(self._repeat, block.id, group="series")
        elif start.customer_id is not None:
            self._begin(Person(start.customer_id, start.customer))
        else:
            self.app.push_screen(FindDialog(), self._begin)

    def _begin(self, person: Person | None) -> None:
        if person is not None:
            self.screen.load(self._new, person, group="series")

    async def _repeat(self, appointment_id: int) -> None:
        seen = await self.screen.fetch(visit, appointment_id)
        if seen.series_rule is not None:
            self._look(await self.screen.fetch(page, seen.id), seen.id)
            return
        form = await self._form(Person(seen.customer_id, seen.customer))
        details = seen.details
        values = form.begun(details, wall(seen.starts_at + 7 * 86_400, self._zone))
        self._ask_new(form, "Repeat", values)

    async def _new(self, person: Person) -> None:
        starts_at, staff_id, room_id = self.screen.slot
        form = await self._form(person)
        kind = form.names.default_type
        staff_id = staff_id or await self.screen.fetch(usual_staff, person.id) or form.names.staff[0].id
        details = Details(person.id, staff_id, starts_at, 0, kind.id if kind else None, room_id)
        self._ask_new(form, "New series", form.begun(details, wall(starts_at, self._zone)))

    async def _form(self, person: Person, rule: str = "") -> SeriesForm:
        names = await self.screen.fetch(catalogue)
        opens_at = self.app.desk.settings.opens_at
        return SeriesForm(
            person.id, person.name, names, self._zone, self.app.today, self.app.order, opens_at, rule
        )

    def _ask(
        self,
        form: SeriesForm,
        title: str,
        values: Values,
        then: Then,
        draft: DraftName,
    ) -> None:
        """Open the form; what it asks for is previewed, and its draft is kept until that is written.

        Esc in the preview comes back to the form as it was filled.
        """

        def answered(answer: dict[str, Hashable] | None) -> None:
            if answer is None:
                self._drop(draft)
            else:
                again = partial(self._ask, form, title, answer, then, draft)
                then(f"{title}, {form.customer}", form.read(answer), draft, again, answer)

        self.app.push_screen(form.dialog(title, values, draft=draft), answered)

    def _ask_new(self, form: SeriesForm, title: str, values: Values) -> None:
        draft = DraftName(SERIES, f"{NEW} {form.customer_id} {form.customer}")
        self._ask(form, title, values, self._make, draft)

    def _drop(self, draft: DraftName) -> None:
        if draft.form:
            self.app.drop_draft(draft.form, draft.record)

    def _make(self, title: str, asked: Asked, draft: DraftName, again: Again, typed: Values) -> None:
        request = new_request()
        self._preview(
            title,
            partial(preview, asked),
            make_series,
            lambda choices, past: MakeSeries(asked, choices, request, past),
            draft=draft,
            again=again,
        )

    # --- drafts -----------------------------------------------------------------------------------

    def restore(self, draft: Draft) -> None:
        """Open the form that a draft was typed in, as it was."""
        self.screen.load(self._restore, draft, group="series")

    async def _restore(self, draft: Draft) -> None:
        what, which, *customer = draft.record.split(" ", 2)
        values = of_draft(draft.fields)
        if what == NEW:
            self._ask_new(await self._form(Person(int(which), *customer)), "New series", values)
            return
        found = await self.screen.fetch(page, int(what))
        seen = next(one for one in found.visits if one.id == int(what))
        await self._other_rule(
            found, PageAsked("all" if which == "all" else "later", seen), values, draft.version
        )

    # --- the preview ------------------------------------------------------------------------------

    def _preview(
        self,
        title: str,
        look: Look,
        service: Callable[[Session, C], Done],
        command: Callable[[Mapping[int, Choice], bool], C],
        choices: Mapping[int, Choice] | None = None,
        refusal: str = "",
        draft: DraftName = NO_DRAFT,
        was: Sequence[Visit] = (),
        again: Again | None = None,
    ) -> None:
        """Show every visit; what was refused meanwhile brings it back with what was decided.

        Where it is stopped, ``again`` opens the form that it came from.
        """

        def decided(answer: Decided | None) -> None:
            if answer is None:
                self.app.say("Stopped: nothing was written.")
                (again or partial(self._drop, draft))()
                return

            def back(error: PimError) -> None:
                self._preview(title, look, service, command, answer.choices, str(error), draft, was, again)

            def refused(error: PimError) -> None:
                if isinstance(error, NeedsAnswer) and error.question == "past":
                    asked = Choose(error, self._zone)
                    self.app.push_screen(asked, lambda way: back(error) if way is None else write(past=True))
                else:
                    back(error)

            def write(*, past: bool) -> None:
                written = self._written(draft, was)
                self.app.submit(service, command(answer.choices, past), written, refused)

            write(past=False)

        self.app.push_screen(SeriesPreview(title, look, choices, refusal), decided)

    def _written(self, draft: DraftName = NO_DRAFT, was: Sequence[Visit] = ()) -> Callable[[Done], None]:
        """Tell what was done; the form with that draft has served its purpose.

        ``was`` are visits before they were moved: what they leave free may be somebody's who waits.
        """

        def written(done: Done) -> None:
            self._drop(draft)
            self.app.say(done.says)
            self.screen.landed(done)
            if was:
                FreedTime(self.screen, self.screen.landed).look(done, was)

        return written

    # --- changing ---------------------------------------------------------------------------------

    def asked(self, seen: Visit, details: Details, one_only: Callable[[], None]) -> None:
        """Ask how far a change of an appointment of a series goes."""
        if seen.status != Status.SCHEDULED:
            one_only()
            return

        def answered(answer: tuple[Hashable] | None) -> None:
            if answer == (ONE,):
                one_only()
            elif answer is not None:
                change = Change(seen.id, _reach(answer[0]), details)
                draft = DraftName(AppointmentForm.FORM, str(seen.id))
                self.screen.load(self._change, seen.customer, change, draft, group="series")

        self.app.push_screen(Pick(f"{seen.customer} comes by a series: change", HOW_FAR), answered)

    async def _change(
        self, customer: str, change: Change, draft: DraftName, again: Again | None = None
    ) -> None:
        here = await self.screen.fetch(series_of, change.appointment_id)
        found = await self.screen.fetch(change_preview, change, self.screen.asker, {})
        moving = [one.wanted.id for one in found.visits if one.wanted.id is not None]
        was = await self.screen.fetch(visits_of, [*moving, *(one.id for one in found.dropped)][:MOST])
        request = new_request()

        def command(choices: Mapping[int, Choice], past: bool = False) -> ChangeSeries:
            return ChangeSeries(change, here.version, choices, request, past)

        if found.visits or found.dropped:
            look = partial(change_preview, change)
            title = f"Change, {customer}"
            self._preview(title, look, change_series, command, draft=draft, was=was, again=again)
        else:
            self.app.submit(change_series, command({}), self._written(draft))

    # --- the series itself ------------------------------------------------------------------------

    def _look(self, found: Page, appointment_id: int) -> None:
        """Show a series with its visits; what is asked for there is carried out."""

        def answered(answer: PageAsked | None) -> None:
            if answer is None:
                return
            if answer.act == "go":
                day = day_of(answer.visit.details.starts_at, self._zone)
                show_in_calendar(self.app, answer.visit.id, day)
            elif answer.act == "end":
                self._end(found, answer.visit.id, moment_label(answer.visit.details.starts_at, self._zone))
            else:
                self.screen.load(self._other_rule, found, answer, group="series")

        self.app.push_screen(SeriesPage(found, appointment_id, self.app.now), answered)

    async def _other_rule(
        self, found: Page, answer: PageAsked, typed: Values | None = None, version: int | None = None
    ) -> None:
        """The form, filled with what was ``typed`` or the series as it is from where the change begins.

        Where it was typed over another ``version`` of the series, it is asked first what stays.
        """
        here = found.here
        rule, begin = found.rest(answer.visit.id, _reach(answer.act), self.app.now)
        form = await self._form(Person(here.customer_id, here.customer), str(rule))
        now, ask = form.filled(here.details, str(rule), begin), partial(self._ask_rule, found, answer, form)
        if typed is None:
            ask(now)
        elif version == here.version or not (apart := form.differences(now, typed)):
            ask(typed)
        else:
            ask_which_stays(
                self.screen,
                "This series",
                here.version,
                apart,
                {},
                lambda choice: ask(form.kept(now, typed, choice.theirs)),
            )

    def _ask_rule(self, found: Page, answer: PageAsked, form: SeriesForm, values: Values) -> None:
        draft = DraftName(SERIES, f"{answer.visit.id} {answer.act}", found.here.version)
        self._ask(form, "Change series", values, partial(self._rule_asked, found, answer), draft)

    def _rule_asked(
        self,
        found: Page,
        answer: PageAsked,
        title: str,
        asked: Asked,
        draft: DraftName,
        again: Again,
        typed: Values,
    ) -> None:
        """Preview another rule, unless somebody changed the series while the form was filled."""
        here = found.here
        mode = here.mode if asked.details.type_id == here.type_id else asked.details.mode
        details = replace(asked.details, note=here.note, mode=mode)
        change = Change(answer.visit.id, _reach(answer.act), details, asked.rule)

        async def look() -> None:
            later = await self.screen.fetch(page, answer.visit.id)
            if later.here.version == here.version:
                await self._change(here.customer, change, draft, again)
            else:
                await self._other_rule(later, answer, typed, here.version)

        self.screen.load(look, group="series")

    def _end(self, found: Page, appointment_id: int, from_: str) -> None:
        def answered(answer: Cancellation | None) -> None:
            if answer is not None:
                self._cancel_from(found, appointment_id, answer)

        what = f"the visits of {found.here.customer} from {from_} on"
        self.app.push_screen(CancelReason(what), answered)

    def _cancel_from(self, found: Page, appointment_id: int, answer: Cancellation) -> None:
        command = EndSeries(
            appointment_id, found.here.version, answer.reason, answer.cancelled_by, new_request()
        )

        def ended(done: Done) -> None:
            self._written()(done)
            FreedTime(self.screen, self.screen.landed).look(done)

        self.app.submit(end_series, command, ended)

    async def canceled(self, appointment_id: int, answer: Cancellation, one_only: Callable[[], None]) -> None:
        """Ask how far a cancelation of an appointment of a series goes."""
        found = await self.screen.fetch(page, appointment_id)

        def chosen(how_far: tuple[Any] | None) -> None:
            if how_far == (ONE,):
                one_only()
            elif how_far is not None:
                open_ = (one.id for one in found.visits if not one.settled(self.app.now))
                first = next(open_, appointment_id) if how_far[0] == "all" else appointment_id
                self._cancel_from(found, first, answer)

        self.app.push_screen(Pick(f"{found.here.customer} comes by a series: cancel", HOW_FAR), chosen)


def _reach(answer: Hashable) -> Reach:
    return "all" if answer == "all" else "later"
