"""Who comes in at the line, when it locks, and what becomes of a question when it breaks off."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path

import pytest

from pim_tui.domain.rights import Right
from pim_tui.domain.staying import AT_MOST, CHOOSING, LOCKED, WARNED
from pim_tui.errors import StoreAway
from pim_tui.services.desk_sessions import EndSession, end_session, id_of
from pim_tui.services.pins import SetPin, set_pin
from tests.line.talking import PIN, Line, become, line
from tests.services.clinic import ANNA, JOHN, LEE, at

IDLE = 5 * 60
"""Seconds: the usual ``lock_minutes``."""
BOOK = "book jane doe tomorrow 10:30 dr lee - sore throat"


def closed(here: Line) -> None:
    here.talk.end("left")
    here.clinic.store.close()


# --- coming in -----------------------------------------------------------------------------------------


def test_name_and_pin_are_asked_for_and_a_wrong_one_says_no_more_than_that(tmp_path: Path) -> None:
    here = line(tmp_path, pin=True, comes_in=False)
    assert here.text == "Harbour Clinic. Your name?\nType your name, initials or login."
    for name in ("anna berg", "nobody"):
        assert here.say(name) == "PIN?\nType it; it is not shown."
        assert (here.answer.prompt, here.answer.secret) == ("PIN: ", True)
        assert "That name and that PIN do not belong together." in here.say("wrong-one")
    assert here.journal("sign in", "see") == []
    assert here.told("Anna Berg", PIN).startswith("Harbour Clinic, Anna Berg, Monday 23 November 09:20.")
    here.talk.end("left")
    ways = ("wrong pin", "sign in", "sign out")
    assert here.journal(*ways) == ["wrong pin", "wrong pin", "sign in", "sign out"]
    closed(here)


def test_too_many_wrong_tries_have_to_wait_also_with_the_right_one(tmp_path: Path) -> None:
    here = line(tmp_path, pin=True, comes_in=False)
    for _ in range(6):
        here.say("anna berg", "wrong-one")
    assert "Too many wrong tries: wait" in here.told("anna berg", PIN)
    here.clinic.clock[0] += 60
    assert "Harbour Clinic, Anna Berg" in here.told("anna berg", PIN)
    closed(here)


def test_a_pin_that_somebody_else_gave_opens_nothing_but_the_choice_of_another(tmp_path: Path) -> None:
    here = line(tmp_path, pin=True, comes_in=False)
    set_pin(here.clinic.session, SetPin(LEE, "given-to-you-1"))
    assert "choose your own now" in here.told("dr lee", "given-to-you-1")
    assert "The two are not the same." in here.told("own-lantern-4", "own-lantern-5")
    assert here.told("own-lantern-4", "own-lantern-4").startswith("Harbour Clinic, Dr Lee")
    closed(here)


def test_who_goes_away_while_choosing_a_pin_has_to_begin_again(tmp_path: Path) -> None:
    here = line(tmp_path, pin=True, comes_in=False)
    set_pin(here.clinic.session, SetPin(LEE, "given-to-you-1"))
    assert here.wait(CHOOSING) is None
    here.say("dr lee", "given-to-you-1")
    assert here.talk.seconds() == CHOOSING
    assert here.wait(CHOOSING) == "Harbour Clinic. Your name? Type your name, initials or login."
    assert here.journal("sign in", "sign out") == ["sign in", "sign out"]
    here.say("dr lee", "given-to-you-1")
    here.counted[0] += CHOOSING
    assert here.say("own-lantern-4").startswith("Harbour Clinic. Your name?")
    closed(here)


def test_at_the_door_one_may_leave_and_nothing_else_can_be_asked(tmp_path: Path) -> None:
    here = line(tmp_path, pin=True, comes_in=False)
    assert here.say("find jane").startswith("PIN?")
    assert here.say("") == "PIN?\nType it; it is not shown."
    assert (here.say("quit"), here.talk.over, here.talk.code) == ("Good-bye.", True, 0)
    closed(here)


def test_somebody_else_comes_in_at_the_same_line_and_finds_nothing_of_the_first(tmp_path: Path) -> None:
    here = line(tmp_path, pin=True)
    set_pin(here.clinic.session, SetPin(LEE, "own-lantern-4"))
    here.door.leave(here.door.come_in(LEE), "left")
    with here.clinic.store.write_tx():
        here.clinic.store.db.execute_sql("update staff_pin set given = 0")
    here.say("day", BOOK)
    assert here.say("out") == "Harbour Clinic. Your name?\nType your name, initials or login."
    assert "asked for, one after the other" in here.told("?")
    assert here.told("dr lee", "own-lantern-4").startswith("Harbour Clinic, Dr Lee")
    assert "Not finished" not in here.text
    assert "There is no number 1." in here.say("1")
    here.say("lock")
    assert "out for somebody else" in here.told("?")
    assert here.told("out", "anna berg", PIN).startswith("Harbour Clinic, Anna Berg")
    assert "Not finished: book jane doe" in here.flat
    closed(here)


def test_nobody_signs_out_where_nobody_could_come_in(tmp_path: Path) -> None:
    here = line(tmp_path)
    assert here.told("out") == "Nobody has a PIN to come in with. quit leaves."
    closed(here)


# --- locking -------------------------------------------------------------------------------------------


def test_a_locked_line_takes_nothing_but_the_pin_and_goes_on_where_it_was(tmp_path: Path) -> None:
    here = line(tmp_path, pin=True)
    question = here.say(BOOK)
    assert here.say("lock") == "Locked. The PIN of Anna Berg opens it, quit leaves."
    assert (here.answer.prompt, here.answer.secret) == ("PIN: ", True)
    assert "That is not the PIN of Anna Berg." in here.say("yes")
    assert here.say("") == "Locked. Type the PIN of Anna Berg, or quit, or out for somebody else."
    assert here.clinic.count() == 0
    assert here.say(PIN) == question
    assert here.say("yes").startswith("Booked")
    assert here.journal("lock", "unlock", "wrong pin") == ["lock", "wrong pin", "unlock"]
    closed(here)


def test_a_line_at_which_nobody_types_locks_and_what_comes_too_late_is_not_carried_out(
    tmp_path: Path,
) -> None:
    here = line(tmp_path, pin=True)
    assert here.talk.seconds() == IDLE
    assert here.wait(IDLE - 1) is None
    here.say("")
    assert here.wait(IDLE - 1) is None
    here.counted[0] += 1
    assert here.told("day").startswith(
        "Locked: nothing was typed for 5 minutes. The PIN of Anna Berg opens it."
    )
    assert here.flat.endswith("That line was not carried out.")
    assert here.say(PIN).startswith("Unlocked.")
    assert "Locked: nothing was typed" in (here.wait(IDLE) or "")
    assert "Anna Berg was signed out: an hour has passed" in (here.wait(LOCKED) or "")
    assert (here.talk.over, here.talk.code) == (True, 1)
    closed(here)


def test_who_has_no_pin_is_warned_and_then_signed_out(tmp_path: Path) -> None:
    here = line(tmp_path)
    assert "You have no PIN to unlock with." in here.say("lock")
    assert "you are signed out in one more" in (here.wait(IDLE) or "")
    here.say("")
    assert "you are signed out in one" in (here.wait(IDLE) or "")
    assert "Anna Berg was signed out: nothing was typed." in (here.wait(WARNED) or "")
    closed(here)


def test_who_has_set_a_pin_meanwhile_is_locked_from_then_on(tmp_path: Path) -> None:
    here = line(tmp_path)
    set_pin(here.clinic.session, SetPin(ANNA, PIN))
    here.say("day")
    assert "Locked: nothing was typed" in (here.wait(IDLE) or "")
    assert here.say(PIN).startswith("Unlocked.")
    closed(here)


def test_a_session_ends_after_twelve_hours_whatever_is_typed(tmp_path: Path) -> None:
    here = line(tmp_path, pin=True)
    here.counted[0] += AT_MOST - 200
    here.talk.seat.presence.stir()
    assert "This session ends in five minutes" in (here.wait(0) or "")
    assert here.wait(100) is None
    here.say("who")
    assert "twelve hours old" in (here.wait(100) or "")
    closed(here)


# --- how somebody stands -------------------------------------------------------------------------------


def test_a_session_that_somebody_ends_is_over_with_the_next_line(tmp_path: Path) -> None:
    here = line(tmp_path)
    other = here.door.come_in(LEE)
    end_session(other, EndSession(id_of(here.talk.seat.clerk.session.key) or 0, "the desk is needed"))
    assert here.told("day") == "Dr Lee has ended your session. the desk is needed Drafts are kept."
    assert here.talk.over
    closed(here)


def test_what_one_may_do_is_what_the_staff_list_says_by_now(tmp_path: Path) -> None:
    here = line(tmp_path)
    here.say("find jane")
    become(here.clinic, "cashier")
    assert "What you may do was changed: no longer" in here.told("notes 1")
    assert "does not have the right to read notes" in here.told("notes 1")
    with here.clinic.store.write_tx():
        here.clinic.store.db.execute_sql("update staff set active = 0, version = version + 1 where id = 1")
    assert here.told("day") == "Anna Berg no longer works here: the session has ended."
    closed(here)


# --- breaking off --------------------------------------------------------------------------------------


def again(here: Line, folder: Path) -> Line:
    """The line broke off, and the same person is back; the store of drafts is another one."""
    here.talk.end("lost")
    return line(folder, clinic=here.clinic)


def test_a_booking_under_way_is_kept_and_offered_and_goes_on_without_being_written(tmp_path: Path) -> None:
    here = line(tmp_path)
    here.say(BOOK)
    here = again(here, tmp_path)
    assert here.flat.startswith("Harbour Clinic, Anna Berg, Monday 23 November 09:20. Not finished: book ")
    assert here.say("1").startswith("Book Jane Doe")
    assert here.clinic.count() == 0
    here.say("yes")
    here = again(here, tmp_path)
    assert "Not finished" not in here.text
    closed(here)


def test_it_is_given_up_or_kept_for_later_as_one_says(tmp_path: Path) -> None:
    here = line(tmp_path)
    here.say(BOOK)
    here = again(here, tmp_path)
    assert here.say("") == "It is kept for later."
    here = again(here, tmp_path)
    assert here.say("2").startswith("Given up.")
    assert "Not finished" not in again(here, tmp_path).text
    closed(here)


def test_a_question_about_an_appointment_goes_on_as_far_as_it_was_answered(tmp_path: Path) -> None:
    here = line(tmp_path)
    id_ = here.clinic.book("10:00", customer_id=JOHN).ids[0]
    here.say("day", "cancel 1", "1", "has a cold")
    here = again(here, tmp_path)
    assert "Not finished: cancel John Roe, Monday 23 November 10:00." in here.flat
    assert "asked by the customer: has a cold?" in here.told("1")
    here.say("yes")
    assert here.clinic.row(id_)["status"] == "X"
    here.clinic.book("11:00", customer_id=JOHN)
    here.say("day lee", "move 2 12:00")
    here = again(here, tmp_path)
    here.say("1", "yes")
    assert here.clinic.row(2)["starts_at"] == at("12:00")
    closed(here)


def test_a_quick_line_of_the_screens_goes_on_here(tmp_path: Path) -> None:
    here = line(tmp_path)
    typed = {"line": "tomorrow 11:00 dr lee sore throat", "customer": "John Roe", "customer_id": str(JOHN)}
    here.talk._desk.drafts.put(ANNA, "quick", "", 0, typed)
    here.talk._desk.drafts.put(ANNA, "customer", "", 0, {"first": "Max"})
    here = again(here, tmp_path)
    assert here.say("1").startswith("Book John Roe")
    here.talk.end("lost")
    kept = {draft.form: draft.fields for draft in here.talk._desk.drafts.latest(ANNA)}
    assert {name: kept["quick"][name] for name in typed} == typed
    here = again(here, tmp_path)
    assert "Typed on the screens and kept there: 1." in here.told("2")
    closed(here)


def test_a_server_that_is_away_is_told_and_the_line_goes_on_when_it_is_back(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    here = line(tmp_path)
    here.say(BOOK)
    with monkeypatch.context() as away:
        away.setattr(here.clinic.store.db, "is_closed", lambda: True)
        away.setattr(here.clinic.store.db, "connect", raising(StoreAway("The server is away.", "Wait.")))
        assert here.say("yes").startswith("The server is away.")
    assert here.say("again").startswith("Book Jane Doe")
    assert here.say("yes").startswith("Booked")
    closed(here)


def raising(error: Exception) -> Callable[[], None]:
    def act() -> None:
        raise error

    return act


def test_nobody_without_the_right_to_work_is_let_on(tmp_path: Path) -> None:
    here = line(tmp_path, rights=frozenset(Right) - {Right.SEE_NOTE})
    assert "What you may do was changed: now read notes." in here.told("day")
    closed(here)
