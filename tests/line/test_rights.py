"""What each role hears: the same as it would see on the screens, and a refusal names who may."""

from __future__ import annotations

from pathlib import Path

import pytest

from pim_tui.domain.rights import ROLES, TITLES, Right
from pim_tui.line.commands import TABLE
from pim_tui.services.notes import AddNote, add_note
from tests.line.talking import PIN, Line, furnish, line, of_role
from tests.services.clinic import JANE, Practice, practice

NEEDS = {
    "find jane": Right.SEE_CUSTOMER,
    "1": Right.SEE_CUSTOMER,
    "notes 1": Right.SEE_NOTE,
    "day": Right.SEE_APPOINTMENT,
    "room": Right.SEE_APPOINTMENT,
    "openings lee": Right.SEE_APPOINTMENT,
    "book jane doe tomorrow 10:30 dr lee": Right.BOOK,
    "here jane doe dr lee": Right.BOOK,
    "arrived 1": Right.MARK_APPOINTMENT,
    "missed 1": Right.MARK_APPOINTMENT,
    "cancel 1": Right.CANCEL_APPOINTMENT,
    "move 1 11:00": Right.CHANGE_APPOINTMENT,
    "undo": Right.CHANGE_APPOINTMENT,
    "owes 1": Right.SEE_BILL,
    "pay 1 5 cash": Right.TAKE_PAYMENT,
    "note 1 a quiet room": Right.WRITE_NOTE,
}
"""A line, and the right without which nothing of it is heard."""


@pytest.fixture
def clinic(tmp_path: Path) -> Practice:
    made = practice(tmp_path, furnish)
    made.book("09:00")
    add_note(made.session, AddNote(JANE, "Afraid of needles"))
    return made


QUICK = ("administrator", "receptionist", "cashier")
"""Roles that differ most; the long walk goes through the others as well."""


@pytest.mark.parametrize(
    "role", [role if role in QUICK else pytest.param(role, marks=pytest.mark.walk) for role in ROLES]
)
def test_each_role_hears_what_it_may_and_else_who_may(clinic: Practice, tmp_path: Path, role: str) -> None:
    here = of_role(tmp_path, role, clinic)
    rights = ROLES[role]
    for typed, right in NEEDS.items():
        here.say(
            "day"
            if typed[-1:].isdigit() and typed[:3] not in ("fin", "1", "not", "owe", "pay")
            else "find jane"
        )
        heard = here.told(typed)
        lacks = f"does not have the right to {TITLES[right]}" in heard and "Who may: owner" in heard
        closed = "are closed to you" in heard
        known = not here.talk.seat.clerk.listed._items
        assert (lacks or closed or (known and "Nothing was listed" in heard)) is (right not in rights), (
            role,
            typed,
            heard,
        )
        assert (Right.SEE_NOTE in rights) or "needles" not in heard
        here.say("")
    balance = here.told("find jane", "1")
    if Right.SEE_CUSTOMER in rights:
        assert ("Owes nothing." in balance) is (Right.SEE_BILL in rights)
        assert ("What is owed is closed to you" in balance) is (Right.SEE_BILL not in rights)
    here.talk.end("left")
    clinic.store.close()


def test_a_closed_record_is_opened_for_a_reason_with_the_own_pin_and_written_down_first(
    tmp_path: Path,
) -> None:
    here = line(tmp_path, pin=True)
    add_note(here.clinic.session, AddNote(JANE, "Afraid of needles"))
    here.talk.end("left")
    here = of_role(tmp_path, "receptionist", here.clinic)
    assert "The notes of Jane Doe are closed to you." in here.told("find jane", "1", "notes")
    assert "Or say glass: it opens this record to you for 30 minutes, for a reason." in here.flat
    assert "why?" in here.say("glass")
    assert here.say("unconscious at the desk").startswith("Your PIN?")
    assert here.answer.secret
    assert "is not the PIN" in here.told("wrong-one") or "wrong" in here.flat.lower()
    here.say("glass", "unconscious at the desk")
    assert here.told(PIN).startswith("Open until 09:50; somebody else will look into it.")
    assert "Afraid of needles" in here.say("notes")
    assert here.journal("break glass", "see") == ["break glass", "see"]
    assert "OPENED until 09:50: unconscious at the desk." in here.told("card")
    here.talk.end("left")
    here.clinic.store.close()


def test_a_cashier_may_not_open_one(clinic: Practice, tmp_path: Path) -> None:
    here = of_role(tmp_path, "cashier", clinic)
    assert "does not have the right to read notes" in here.told("find jane", "notes 1")
    assert "glass" not in here.flat
    assert "does not have the right to open a closed record" in here.told("1", "glass")
    assert here.journal("refused") == ["refused", "refused"]
    here.talk.end("left")
    clinic.store.close()


def test_every_command_leads_somewhere(clinic: Practice, tmp_path: Path) -> None:
    here: Line = line(tmp_path, clinic=clinic)
    for command in TABLE:
        if command.names[0] in ("quit", "lock"):
            continue
        for name in command.names:
            assert "Nobody is found by" not in here.say(name.upper()), name
            here.say("")
    here.talk.end("left")
    clinic.store.close()
