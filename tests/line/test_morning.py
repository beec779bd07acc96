"""What a receptionist who hears stumbled over in a morning at the line."""

from __future__ import annotations

import pytest

from pim_tui.line.spoken import spoken
from tests.line.talking import Line
from tests.services.clinic import JOHN, SATO, at

BOOK = "book jane doe tomorrow 10:30 dr lee - sore throat"


# --- slips ---------------------------------------------------------------------------------------------


@pytest.mark.parametrize("slip", ["pay 1", "pay", "10 card", "owes this", "hlep"])
def test_a_slip_becomes_no_reason_of_somebody_who_was_chosen(here: Line, slip: str) -> None:
    here.say("find roe")
    asked = here.say("for 1 tomorrow 11:00 dr lee sore throat")
    assert here.told(slip).startswith("That is no answer.")
    assert here.say("again") == asked
    assert "Reason: a cold." in here.told("- a cold")
    assert "11:30 to 12:00" in here.told("11:30")


def test_what_is_written_into_the_record_is_read_back_in_few_words_as_well(here: Line) -> None:
    here.say("brief")
    assert here.say(BOOK).splitlines()[-2:] == ["Reason: sore throat.", "Answer yes or no."]
    here.say("yes")
    assert "The customer also comes 10:30 to 11:00 that day" in here.told("jane doe tomorrow 14:00 dr sato")


def test_what_is_said_of_a_slip_is_not_said_of_the_next_one(here: Line) -> None:
    here.clinic.book("10:00")
    here.say("day", "move 1 blah")
    assert here.told("neither").startswith("“neither” was not understood. Move Jane Doe,")
    assert here.told("no") == "Nothing was moved."
    assert here.told("pay 1 blah") == (
        "Jane Doe owes nothing: how much, and how? Type an amount and cash, card, transfer, cheque or other,"
        " such as 12.50 card, or all cash; Enter leaves."
    )
    assert here.told("nine").startswith("“nine” was not understood. Jane Doe owes nothing:")


@pytest.mark.parametrize("asked", ["move 1", "pay 1", "book qqqq xyzzy tomorrow 9:00"])
def test_where_only_certain_words_are_an_answer_help_is_help_and_no_leaves(here: Line, asked: str) -> None:
    here.clinic.book("10:00")
    question = here.say("day", asked)
    assert "Enter alone leaves the question." in here.told("help")
    assert here.say("again") == question
    assert here.told("no") in ("Nothing was moved.", "Nothing was paid.", "Nothing was booked.")
    assert here.answer.prompt == "> "


def test_next_is_the_next_free_time_where_that_is_asked_and_a_no_may_be_a_reason(here: Line) -> None:
    here.clinic.book("10:00")
    here.say("day", "move 1")
    assert "to Monday 23 November 10:15?" in here.told("next")
    here.say("no", "cancel 1 customer")
    assert "asked by the customer: no?" in here.told("no")


def test_a_command_is_told_that_it_waits_for_the_answer(here: Line) -> None:
    here.say(BOOK)
    assert here.told("find roe").startswith(
        "That is no answer. What else you want waits until this is answered or left."
    )
    assert here.told("perhaps").startswith("That is no answer. Answer yes or no")


# --- numbers -------------------------------------------------------------------------------------------


def test_it_is_told_whose_number_is_missing_and_that_a_list_is_empty(here: Line) -> None:
    assert here.told("owes") == (
        "Whose? No card was opened yet. Say a number. Nothing was listed yet: find lists people, day lists"
        " appointments."
    )
    assert here.told("cancel").startswith("Which number?")
    here.say("day next tue")
    assert here.told("move 1 9:00") == "There is no number 1. The last list is empty."


def test_this_is_the_card_that_was_opened_wherever_somebody_is_named(here: Line) -> None:
    here.say("find roe", "1")
    for command in ("owes this", "card this", "notes this"):
        assert "John Roe" in here.told(command), command


# --- times ---------------------------------------------------------------------------------------------


def test_a_staff_name_alone_says_with_whom_instead(here: Line) -> None:
    here.say(BOOK)
    assert "with Dr Sato?" in here.told("sato")
    assert here.told("doe").startswith("That is no answer.")
    here.say("no", "find roe", "for 1 tomorrow 11:00 lee")
    assert "with Dr Sato?" in here.told("sato")


def test_what_is_over_need_not_be_heard(here: Line) -> None:
    here.clinic.book("08:30")
    here.clinic.book("09:00", customer_id=JOHN)
    here.clinic.book("11:00", staff_id=SATO)
    assert here.say("day now").splitlines() == [
        "Monday 23 November from 09:20: 2 appointments, the next 11:00 Jane Doe.",
        "1, 09:00 to 09:30, John Roe, Scheduled, Dr Lee",
        "2, 11:00 to 11:30, Jane Doe, Scheduled, Dr Sato",
    ]
    assert here.say("day lee now") == here.say("day now lee")
    assert here.text.startswith("Monday 23 November of Dr Lee from 09:20: 1 appointment.")


def test_who_alone_was_asked_for_is_not_told_on_every_line(here: Line) -> None:
    assert here.say("openings lee").splitlines()[1] == "1, Monday 23 November 09:30 to 10:00"
    assert here.say("openings").splitlines()[1] == "1, Monday 23 November 09:20 to 09:50 with Dr Sato"


@pytest.mark.parametrize(
    ("to", "start"),
    [("later", "10:15"), ("earlier", "09:45"), ("45m later", "10:45"), ("1h earlier", "09:00")],
)
def test_a_visit_goes_a_slot_later_or_as_much_as_is_said(here: Line, to: str, start: str) -> None:
    id_ = here.clinic.book("10:00").ids[0]
    here.say("day")
    assert f"to Monday 23 November {start}?" in here.told(f"move 1 {to}")
    here.say("yes")
    assert here.clinic.row(id_)["starts_at"] == at(start)


# --- how it is said ------------------------------------------------------------------------------------


def test_the_last_answer_stays_the_last_one_when_it_was_all(here: Line) -> None:
    said = here.say("day")
    assert here.say("more") == "That was all."
    assert here.say("page 0") == "All lines at once."
    assert here.say("again") == said


def test_dots_between_things_are_not_said(here: Line) -> None:
    assert spoken("Taken back · u again: move", here.talk._today()) == "Taken back, u again: move"
    assert "·" not in here.told(BOOK, "yes", "jane doe tomorrow 14:00 dr sato", "yes", "u")
    assert "u again" in here.flat


def test_what_cannot_be_taken_back_speaks_of_no_key_of_a_screen(here: Line) -> None:
    assert "a record is changed where it is." in here.told("u")


def test_the_number_that_opens_the_record_is_said(here: Line) -> None:
    here.clinic.book("10:00")
    here.say("day")
    assert here.told("1").endswith("card 1 opens the record.")
    assert here.told("card 1").startswith("Jane Doe, number 1,")
