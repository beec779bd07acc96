"""What is done to a customer's photo and documents."""

from __future__ import annotations

from collections.abc import Callable, Hashable
from datetime import date

from ...domain.filekinds import PICTURE_ENDINGS
from ...domain.text import visible
from ...integrations.inbox import Inbox
from ...queries.files import DocumentRow, Photo
from ...services import files
from ...services.files import AttachFile, ChangeFile, RemoveFile, SaveCopy
from ...services.work import Done
from ..base import PimScreen, stay
from ..dialogs.document import DocumentDialog
from ..dialogs.documentkind import answered_kind, kind_form
from ..dialogs.fields import FieldForm
from ..dialogs.fromfile import FromFile, FromInbox
from ..dialogs.prompt import Prompt
from ..requests import new_request

DOCUMENT_ENDINGS = (".pdf", ".txt", *PICTURE_ENDINGS)


class FileActs:
    """Attaches, replaces, saves and removes over ``screen``; ``attached`` is called when a file was."""

    def __init__(self, screen: PimScreen, attached: Callable[[Done], object] = stay) -> None:
        self.screen, self.pim, self._attached = screen, screen.pim, attached

    @property
    def inbox(self) -> Inbox:
        """The one folder of this person that files come from."""
        return Inbox(self.pim.desk.own.inbox, moves=self.pim.desk.settings.inbox_after == "move")

    def choose_photo(self, customer_id: int, name: str, photo: Photo | None) -> None:
        """Choose a photo from the inbox, or remove the one there is."""

        def answered(answer: FromFile | None) -> None:
            if answer is None:
                return
            if answer.name:
                self._attach(files.attach_photo, customer_id, answer.name)
            elif photo is not None:
                self._ask_removal(f"the photo {photo.name}", photo.id, photo.version)

        title = f"Photo of {name}"
        self.pim.push_screen(FromInbox(title, self.inbox, PICTURE_ENDINGS, photo), answered)

    def choose_document(self, customer_id: int, name: str) -> None:
        """Choose a document from the inbox."""

        def answered(answer: FromFile | None) -> None:
            if answer is not None and answer.name:
                self._ask_kind(customer_id, answer.name)

        if not self.screen.lacks("picture", "profile"):
            dialog = FromInbox(f"Document for {name}", self.inbox, DOCUMENT_ENDINGS)
            self.pim.push_screen(dialog, answered)

    def _ask_kind(self, customer_id: int, name: str) -> None:
        """What kind of document it is, and until when it is good."""
        today, order = self.pim.today, self.pim.order

        def answered(answer: dict[str, Hashable] | None) -> None:
            if answer is not None:
                about = answered_kind(answer, today, order)
                self._attach(files.attach_document, customer_id, name, *about)

        form = FieldForm(kind_form(visible(name), today, order), {"subject": "", "until": ""})
        self.pim.push_screen(form, answered)

    def change_kind(self, row: DocumentRow) -> None:
        """Say anew what kind of document it is."""
        today, order = self.pim.today, self.pim.order

        def answered(answer: dict[str, Hashable] | None) -> None:
            if answer is not None:
                about = answered_kind(answer, today, order)
                command = ChangeFile(row.id, row.version, *about, new_request())
                self.pim.submit(files.change_file, command, self.pim.said)

        if row.withdrawn:
            self.pim.say("This document was removed already.")
            return
        until = row.expires_on.isoformat() if row.expires_on else ""
        form = FieldForm(kind_form(row.name, today, order), {"subject": row.subject, "until": until})
        self.pim.push_screen(form, answered)

    def _attach(
        self,
        act: Callable[..., Done],
        customer_id: int,
        name: str,
        subject: str = "",
        expires_on: date | None = None,
    ) -> None:
        command = AttachFile(customer_id, self.inbox, name, subject, expires_on, new_request())

        def done(result: Done) -> None:
            self.pim.said(result)
            self._attached(result)

        self.pim.submit(act, command, done)

    def open(self, row: DocumentRow) -> None:
        """Show everything about a document."""

        def answered(answer: str | None) -> None:
            if answer == "save":
                self.save_copy(row)
            elif answer == "kind":
                self.change_kind(row)
            elif answer == "remove":
                self.remove(row)

        self.pim.push_screen(DocumentDialog(row), answered)

    def save_copy(self, row: DocumentRow) -> None:
        """Write a copy into the outbox."""
        folder = self.pim.desk.outbox_file("")
        self.pim.submit(files.save_copy, SaveCopy(row.id, folder, new_request()), self.pim.said)

    def remove(self, row: DocumentRow) -> None:
        """Take a document out of the record, with a reason."""
        if row.withdrawn:
            self.pim.say("This document was removed already.")
        else:
            self._ask_removal(row.name, row.id, row.version)

    def _ask_removal(self, what: str, id_: int, version: int) -> None:
        def answered(reason: str | None) -> None:
            if reason is not None:
                command = RemoveFile(id_, version, reason, new_request())
                self.pim.submit(files.remove_file, command, self.pim.said)

        hint = "Enter removes it; that it was there stays known."
        self.pim.push_screen(Prompt(f"Why is {what} removed?", lambda text: hint, hint=hint), answered)
