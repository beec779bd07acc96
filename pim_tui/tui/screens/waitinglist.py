"""The waiting list: who would like an earlier time, in the order in which one is offered."""

from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING, ClassVar, NamedTuple

from ...db.drafts import Draft
from ...domain.rights import Right
from ...domain.waiting import Slot
from ...domain.wishes import as_line, read_wishes
from ...errors import PimError, Stale
from ...lists.waiting import WAITING as LISTED
from ...queries import waiting
from ...queries.catalogue import catalogue
from ...queries.waiting import Waiting
from ...services.waiting import (
    AddWaiting,
    ChangeWaiting,
    WithdrawWaiting,
    add_waiting,
    change_waiting,
    withdraw_waiting,
)
from ..dialogs import waiting as forms
from ..dialogs.fields import Answer, DraftName, FieldForm
from ..dialogs.find import FindDialog, Person
from ..dialogs.openings import Known as Search
from ..dialogs.openings import OpeningsDialog, Taken
from ..dialogs.prompt import Prompt
from ..requests import new_request
from ..widgets.bars import TitleBar
from ..widgets.listpane import ListPane
from .contactkeys import ContactKeys
from .formkeys import ask
from .listscreen import ListScreen
from .offering import Offering

if TYPE_CHECKING:
    from ..app import PimApp


class Known(NamedTuple):
    """Whom the list was opened for: a customer, and the later visit they have, with what it is."""

    customer_id: int
    customer: str
    appointment_id: int | None = None
    wishes: str = ""


class WaitingScreen(ContactKeys, ListScreen):
    """a puts somebody on the list, e changes the wishes, x takes one off, Enter finds a time or answers."""

    scope: ClassVar[str] = "waiting_list"
    listed = LISTED
    kinds = frozenset(
        ("waiting_entry", "waiting_offer", "customer", "appointment", "staff", "appointment_type")
    )

    def __init__(self, known: Known | None = None) -> None:
        """``known`` is whom a adds without asking."""
        super().__init__()
        self._known = known

    def list_opened(self) -> None:
        """Say whom a adds."""
        if self._known is not None:
            self.query_one(TitleBar).show(f"{self.spec.title} · a adds {self._known.customer}, A another")

    # --- keys -------------------------------------------------------------------------------------

    def _may(self) -> bool:
        return self.allowed(Right.WAITING_LIST)

    def action_add(self) -> None:
        """Put the customer on the list that it was opened for, or somebody who is found."""
        if not self._may():
            return
        if self._known is not None:
            self._new(self._known)
        else:
            self.action_add_other()

    def action_add_other(self) -> None:
        """Put somebody who is found on the list."""

        def found(person: Person | None) -> None:
            if person is not None:
                self._new(Known(person.id, person.name))

        self.app.push_screen(FindDialog(), found)

    def action_edit(self) -> None:
        """Change what the customer under the cursor wishes."""
        if isinstance(row := self.pane.row, Waiting) and self._may():
            self.load(self._open, row, {"wishes": f"{row.line} ", "note": row.note}, group="record")

    def action_withdraw(self) -> None:
        """Take the customer under the cursor off the list, with a reason."""
        row = self.pane.row
        if not isinstance(row, Waiting) or not self._may():
            return

        def given(reason: str | None) -> None:
            if reason:
                command = WithdrawWaiting(row.id, row.version, reason, new_request())
                self.pim.submit(withdraw_waiting, command, self.pim.said)

        self.app.push_screen(Prompt(f"Take {row.customer} off the list: why?", lambda text: text), given)

    def action_find_time(self) -> None:
        """Write the answer to an open offer down, or find a time to offer."""
        row = self.pane.row
        if not isinstance(row, Waiting) or row.withdrawn or not self._may():
            return
        if row.offer_id is not None:
            Offering(self, lambda done: None).ask(row.offer_id)
            return
        wish = replace(row.wish, urgency=0, last_day=None)
        self._find_time(row, f"{as_line(wish, row.staff, row.type_name)} ")

    def _find_time(self, row: Waiting, line: str, refused: str = "") -> None:
        """Find one by the line; where another desk was faster, the line is given back as it was."""
        wanted = Search(
            row.customer,
            row.customer_id,
            type_id=row.type_id,
            minutes=row.minutes,
            does="Enter offers it",
            line=line,
            refused=refused,
        )

        def taken(found: Taken | None) -> None:
            if found is None:
                return

            def slower(error: PimError) -> None:
                self._find_time(row, found.line, str(error))

            opening, asked = found.opening, found.wanted
            slot = Slot(opening.staff_id, asked.room_id, opening.starts_at, asked.minutes)
            Offering(self, lambda done: None).offer(row, slot, slower)

        self.app.push_screen(OpeningsDialog(wanted), taken)

    def on_list_pane_opened(self, event: ListPane.Opened) -> None:
        """Enter finds a time."""
        self.action_find_time()

    def action_profile(self) -> None:
        """Open the customer's profile."""
        from .profile import ProfileScreen

        if isinstance(row := self.pane.row, Waiting):
            self.app.push_screen(ProfileScreen(row.customer_id))

    @property
    def contacted(self) -> int | None:
        """Who waits."""
        return row.customer_id if isinstance(row := self.pane.row, Waiting) else None

    @property
    def contacted_visit(self) -> int | None:
        """The later visit that they have."""
        return row.appointment_id if isinstance(row := self.pane.row, Waiting) else None

    # --- forms ------------------------------------------------------------------------------------

    def _new(self, known: Known, typed: Answer | None = None, refusal: PimError | None = None) -> None:
        self.load(
            self._open_new, known, typed or {"wishes": known.wishes, "note": ""}, refusal, group="record"
        )

    async def _open_new(self, known: Known, typed: Answer, refusal: PimError | None) -> None:
        names = await self.fetch(catalogue)
        record = f"new {known.customer_id} {known.appointment_id or 0} {known.customer}"

        def add(answer: Answer) -> None:
            wish, _ = read_wishes(str(answer["wishes"]), self.spoken(names))
            command = AddWaiting(
                known.customer_id, wish, str(answer["note"]), known.appointment_id, new_request()
            )
            self.pim.submit(
                add_waiting,
                command,
                self.row_saved(forms.WAITING, record),
                lambda error: self._new(known, answer, error),
            )

        title = f"{known.customer} waits{' for an earlier time' if known.appointment_id else ''}"
        spec = forms.waiting_form(title, self.spoken(names), names)
        ask(self, FieldForm(spec, typed, refusal, DraftName(forms.WAITING, record)), add)

    async def _open(self, seen: Waiting, typed: Answer, refusal: PimError | None = None) -> None:
        names = await self.fetch(catalogue)
        record = str(seen.id)

        def change(answer: Answer) -> None:
            wish, _ = read_wishes(str(answer["wishes"]), self.spoken(names))
            command = ChangeWaiting(
                seen.id, seen.version, seen.line, wish, str(answer["note"]), new_request()
            )
            self.pim.submit(
                change_waiting,
                command,
                self.row_saved(forms.WAITING, record),
                lambda error: self.load(self._refused, seen, answer, error, group="record"),
            )

        spec = forms.waiting_form(f"{seen.customer} waits", self.spoken(names), names)
        draft = DraftName(forms.WAITING, record, seen.version)
        ask(self, FieldForm(spec, typed, refusal, draft), change)

    async def _refused(self, seen: Waiting, answer: Answer, error: PimError) -> None:
        """The form again as it was typed; after somebody else's change over the entry as it is now."""
        now = await self.fetch(waiting.entry, seen.id, self.zone) if isinstance(error, Stale) else seen
        await self._open(now, answer, error)

    # --- drafts -----------------------------------------------------------------------------------

    def restore_draft(self, draft: Draft) -> None:
        """Open the form that a draft was typed in, as it was."""
        typed: Answer = {name: draft.fields.get(name, "") for name in ("wishes", "note")}
        if draft.record.isdigit():
            self.load(self._restore, int(draft.record), draft.version, typed, group="record")
            return
        _, customer_id, appointment_id, name = draft.record.split(" ", 3)
        self._new(Known(int(customer_id), name, int(appointment_id) or None), typed)

    async def _restore(self, id_: int, version: int, typed: Answer) -> None:
        """Over the entry as it was when the draft was begun: saving tells what was changed since."""
        now = await self.fetch(waiting.entry, id_, self.zone)
        await self._open(now._replace(version=version), typed)


def reopen_waiting(pim: PimApp, draft: Draft) -> None:
    """Go to the waiting list and open the form there."""
    screen = WaitingScreen()
    pim.push_then(screen, lambda: screen.restore_draft(draft))
