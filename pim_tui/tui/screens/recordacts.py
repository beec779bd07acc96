"""What is done to a customer's record and notes, the same from the list and from the profile.

Every way out of a form keeps what was typed: a refusal brings the form back, a duplicate can be looked
at, and where somebody else was quicker both values are shown.
"""

from __future__ import annotations

from collections.abc import Callable
from typing import TYPE_CHECKING

from ...db.drafts import Draft
from ...domain.customer import FIELD_TITLES, CustomerFields, field_text
from ...errors import Difference, PimError, Stale
from ...queries.customers import Editable, editable
from ...queries.notes import NoteRow, note
from ...services.customers import ChangeCustomer, change_customer
from ...services.notes import AddNote, ChangeNote, WithdrawNote, add_note, change_note, withdraw_note
from ...services.work import Done
from ..base import PimScreen
from ..dialogs.customer import CustomerAnswer, CustomerForm, fields_of_draft
from ..dialogs.duplicates import Decision
from ..dialogs.newcomer import NEW, Newcomer, ask_about_duplicates, asks_about_duplicates
from ..dialogs.note import NoteDialog
from ..dialogs.prompt import Prompt
from ..dialogs.stale import Kept, merged
from ..requests import new_request
from .comparing import compare, refused_over, take_up

if TYPE_CHECKING:
    from ..app import PimApp

NOTE_TITLES = {"text": "Note"}


class RecordActs:
    """Creates and changes customers and their notes over ``screen``."""

    def __init__(self, screen: PimScreen) -> None:
        self.screen, self.pim = screen, screen.pim

    # --- a new customer ---------------------------------------------------------------------------

    def new_customer(self, typed: CustomerFields = NEW, refusal: PimError | None = None) -> None:
        """Open the form, perhaps with what was refused; then the profile."""
        Newcomer(self.screen, self.open_profile).ask(typed, refusal)

    def open_profile(self, customer_id: int, says: str = "") -> None:
        """Show a customer, and a sentence in the footer."""
        from .profile import ProfileScreen

        self.pim.push_screen(ProfileScreen(customer_id, says))

    # --- a customer there is ----------------------------------------------------------------------

    def edit_customer(self, customer_id: int) -> None:
        """Read the record and open the form."""

        async def read() -> None:
            seen = await self.screen.fetch(editable, customer_id)
            self._edit_record(seen, seen.fields)

        self.screen.load(read, group="record")

    def _edit_record(self, seen: Editable, typed: CustomerFields, refusal: PimError | None = None) -> None:
        def answered(answer: CustomerAnswer | None) -> None:
            if answer is None:
                self.pim.leave_draft(CustomerForm.FORM, str(seen.id))
            else:
                self._change_record(seen, answer)

        title = f"Change customer {seen.number}"
        form = CustomerForm(title, typed, seen.fields, refusal, record=str(seen.id), version=seen.version)
        self.pim.push_screen(form, answered)

    def _change_record(self, seen: Editable, answer: CustomerAnswer, checked: bool = False) -> None:
        def done(result: Done) -> None:
            self.pim.drop_draft(CustomerForm.FORM, str(seen.id))
            self.pim.say(result.says)

        def decided(decision: Decision | None) -> None:
            if decision is None:
                self._edit_record(seen, answer.fields)
            elif decision.customer_id is None:
                self._change_record(seen, answer, checked=True)
            else:
                self.open_profile(decision.customer_id)

        def refused(error: PimError) -> None:
            if isinstance(error, Stale):
                self._compare_record(seen, answer, error)
            elif asks_about_duplicates(error):
                ask_about_duplicates(self.screen, answer.fields, seen.id, "Save anyway", decided)
            else:
                self._edit_record(seen, answer.fields, error)

        command = ChangeCustomer(
            seen.id,
            seen.version,
            seen.fields,
            answer.fields,
            checked,
            answer.keep_former,
            self.pim.order,
            new_request(),
        )
        self.pim.submit(change_customer, command, done, refused)

    def _compare_record(self, seen: Editable, answer: CustomerAnswer, error: Stale) -> None:
        def kept(now: Editable, choice: Kept) -> None:
            fields = merged(answer.fields, now.fields, choice)
            if fields == now.fields:
                self.pim.drop_draft(CustomerForm.FORM, str(seen.id))
                self.pim.say("Nothing was left to save: the record stays as it is.")
                return
            self._change_record(now, CustomerAnswer(fields, answer.keep_former))

        compare(
            self.screen,
            error,
            FIELD_TITLES,
            lambda: self.screen.fetch(editable, seen.id),
            save=kept,
            anew=lambda: self._change_record(seen, answer),
            back=lambda: self._edit_record(seen, answer.fields),
        )

    # --- notes ------------------------------------------------------------------------------------

    def write_note(
        self, customer_id: int, name: str, text: str = "", refusal: PimError | None = None
    ) -> None:
        """Write a note about a customer."""
        draft = {"customer_id": str(customer_id), "name": name}
        record = f"new {customer_id}"

        def answered(typed: str | None) -> None:
            if typed is None:
                self.pim.leave_draft(NoteDialog.FORM, record)
                return
            self.pim.submit(
                add_note,
                AddNote(customer_id, typed, new_request()),
                self._noted(record),
                lambda error: self.write_note(customer_id, name, typed, error),
            )

        dialog = NoteDialog(f"Note about {name}", text, refusal, record=record, draft=draft)
        self.pim.push_screen(dialog, answered)

    def open_standing_note(self, seen: NoteRow, name: str) -> None:
        """Open a note for change, unless it was withdrawn."""
        if seen.withdrawn:
            self.pim.say("This note was withdrawn and stays as it is.")
        else:
            self.open_note(seen, name)

    def open_note(
        self, seen: NoteRow, name: str, text: str | None = None, refusal: PimError | None = None
    ) -> None:
        """Open a note for change; ``text`` is what was typed before, if anything."""
        record = str(seen.id)
        draft = {"customer_id": str(seen.customer_id), "name": name}

        def answered(typed: str | None) -> None:
            if typed is None or typed == seen.text:
                self.pim.drop_draft(NoteDialog.FORM, record)
            else:
                self._save_note(seen, name, typed)

        title = f"Note about {name}, by {seen.author}"
        shown = seen.text if text is None else text
        dialog = NoteDialog(title, shown, refusal, record=record, version=seen.version, draft=draft)
        self.pim.push_screen(dialog, answered)

    def _save_note(self, seen: NoteRow, name: str, typed: str) -> None:
        command = ChangeNote(seen.id, seen.version, seen.text, typed, new_request())
        refused = self._note_refused(seen, name, typed)
        self.pim.submit(change_note, command, self._noted(str(seen.id)), refused)

    def _note_refused(self, seen: NoteRow, name: str, typed: str) -> Callable[[PimError], None]:
        def kept(now: NoteRow, choice: Kept) -> None:
            if choice.theirs:
                self.pim.drop_draft(NoteDialog.FORM, str(seen.id))
                self.pim.say("The note stays as the other person wrote it.")
            else:
                self._save_note(now, name, typed)

        return refused_over(
            self.screen,
            NOTE_TITLES,
            lambda: self.screen.fetch(note, seen.id, zone=self.pim.desk.session.zone),
            save=kept,
            anew=lambda: self._save_note(seen, name, typed),
            back=lambda error: self.open_note(seen, name, typed, error),
        )

    def ask_withdrawal(self, seen: NoteRow) -> None:
        """Take a note out of the record, with a reason; it stays readable."""

        def answered(reason: str | None) -> None:
            if reason is not None:
                command = WithdrawNote(seen.id, seen.version, reason, new_request())
                self.pim.submit(withdraw_note, command, self.pim.said)

        hint = "Enter withdraws it; it stays readable as withdrawn."
        self.pim.push_screen(Prompt("Why is this note withdrawn?", lambda text: hint, hint=hint), answered)

    def _noted(self, record: str) -> Callable[[Done], None]:
        def noted(done: Done) -> None:
            self.pim.drop_draft(NoteDialog.FORM, record)
            self.pim.say(done.says)

        return noted

    # --- drafts -----------------------------------------------------------------------------------

    def restore(self, draft: Draft) -> None:
        """Open the form that a draft was typed in, as it was."""
        restore = self._restore_note if draft.form == NoteDialog.FORM else self._restore_customer
        self.screen.load(restore, draft, group="record")

    async def _restore_customer(self, draft: Draft) -> None:
        if not draft.record:
            self.new_customer(fields_of_draft(draft.fields, NEW, self.pim.today))
            return
        now = await self.screen.fetch(editable, int(draft.record))
        typed = fields_of_draft(draft.fields, now.fields, self.pim.today)
        versions = draft.version, now.version
        take_up(
            self.screen,
            "This record",
            versions,
            now.fields,
            typed,
            FIELD_TITLES,
            lambda kept: self._edit_record(now, kept),
            field_text,
        )

    async def _restore_note(self, draft: Draft) -> None:
        name, text = draft.fields.get("name", ""), draft.fields.get("text", "")
        if draft.record.startswith("new "):
            self.write_note(int(draft.fields["customer_id"]), name, text)
            return
        seen = await self.screen.fetch(note, int(draft.record), zone=self.pim.desk.session.zone)
        if seen.version == draft.version:
            self.open_note(seen, name, text)
        else:
            error = Stale("This note", [Difference("text", "", seen.text, text)], seen.version)
            self._note_refused(seen, name, text)(error)


def reopen_record(pim: PimApp, draft: Draft) -> None:
    """Go to the screen that a draft of a customer or a note belongs to, and open it there."""
    from .customers import CustomersScreen
    from .profile import ProfileScreen

    id_ = draft.fields.get("customer_id", "") or draft.record
    screen = ProfileScreen(int(id_)) if id_.isdigit() else CustomersScreen()
    pim.push_then(screen, lambda: screen.records.restore(draft))
