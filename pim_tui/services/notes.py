"""Notes about a customer: written, corrected, withdrawn; never deleted (A1)."""

from __future__ import annotations

from dataclasses import dataclass

from ..db.connection import select
from ..domain.moments import day_of
from ..domain.rights import Right
from ..domain.text import clean
from ..errors import Difference, Fault, Invalid, NotFound, Refused, Stale
from ..models import Note
from .reasons import NOT_HERE, reason_for
from .usecase import use_case
from .work import Done, Work

LONGEST = 8000
"""The most characters one note holds."""


@dataclass(frozen=True, slots=True)
class AddNote:
    """Write a note about a customer."""

    customer_id: int
    text: str
    request: str = ""


@dataclass(frozen=True, slots=True)
class ChangeNote:
    """Correct a note. ``was`` is the text the change was made from, at ``version``."""

    id: int
    version: int
    was: str
    text: str
    request: str = ""


@dataclass(frozen=True, slots=True)
class WithdrawNote:
    """Take a note out of the record, with the reason; it stays readable as withdrawn."""

    id: int
    version: int
    reason: str
    request: str = ""


@use_case(Right.WRITE_NOTE)
def add_note(work: Work, command: AddNote) -> Done:
    """Add a note by the person of the session. Raises Invalid, NotFound."""
    text = _text(command.text)
    if not select("select 1 from customer where id = ?", [command.customer_id]):
        raise NotFound("That customer does not exist.", "Search again.")
    values = {"customer_id": command.customer_id, "text": text}
    note_id = Note.insert(
        customer=command.customer_id, author=work.session.staff_id, text=text, written_at=work.now
    ).execute()
    work.changed("write", "note", note_id, None, values)
    return _done(work, note_id, work.now, 1, "Note saved.")


@use_case(Right.WRITE_NOTE)
def change_note(work: Work, command: ChangeNote) -> Done:
    """Correct a note; the journal keeps what it said before. Raises Invalid, NotFound, Refused, Stale."""
    text = _text(command.text)
    note = _standing(command.id)
    if note.version != command.version:
        raise Stale("This note", [Difference("text", command.was, note.text, text)], note.version)
    if text == note.text:
        raise Refused("Nothing was changed.", "Change the text, or press Escape.")
    _update(note, text=text)
    work.changed("change", "note", note.id, {"text": note.text}, {"text": text})
    return _done(work, note.id, note.written_at, note.version + 1, "Note changed.")


@use_case(Right.WRITE_NOTE)
def withdraw_note(work: Work, command: WithdrawNote) -> Done:
    """Withdraw a note with a reason. Raises NotFound, Refused (A1), Stale."""
    reason = reason_for("Withdrawing a note", command.reason, rule="A1", hint=NOT_HERE)
    note = _standing(command.id)
    if note.version != command.version:
        raise Stale("This note", [Difference("text", "", note.text, "(withdrawn)")], note.version)
    _update(note, withdrawn=True)
    work.changed("withdraw", "note", note.id, {"withdrawn": False}, {"withdrawn": True}, reason)
    return _done(work, note.id, note.written_at, note.version + 1, "Note withdrawn.")


@dataclass(frozen=True, slots=True)
class _Stored:
    id: int
    version: int
    text: str
    written_at: int


def _standing(note_id: int) -> _Stored:
    """The note as it stands under the write lock; refused when it was withdrawn."""
    rows = select("select id, version, text, written_at, withdrawn from note where id = ?", [note_id])
    if not rows:
        raise NotFound("That note does not exist.", "Go back to the customer and choose another.")
    *kept, withdrawn = rows[0]
    if withdrawn:
        raise Refused("This note was withdrawn and stays as it is.", "Write a new one.", rule="A1")
    return _Stored(*kept)


def _update(note: _Stored, **changed: object) -> None:
    Note.update(version=note.version + 1, **changed).where(
        Note.id == note.id, Note.version == note.version
    ).execute()


def _text(text: str) -> str:
    whole = clean(text, limit=10 * LONGEST, lines=True).strip()
    if not whole:
        raise Invalid([Fault("text", "is empty")], "Write something, or press Escape.")
    if len(whole) > LONGEST:
        raise Invalid(
            [Fault("text", f"takes at most {LONGEST} characters, and this has {len(whole)}")],
            "Shorten it, or write two notes.",
        )
    return whole


def _done(work: Work, note_id: int, written_at: int, version: int, says: str) -> Done:
    day = day_of(written_at, work.session.zone).isoformat()
    return Done("note", (note_id,), (day,), version, says)
