"""What is said at the line to what is typed there: booking, finding, days, appointments by number."""

from __future__ import annotations

from pathlib import Path

import pytest

from pim_tui.domain.rights import Right
from pim_tui.domain.states import Status
from pim_tui.line.commands import SUBJECTS, TABLE
from pim_tui.line.paper import Paper
from pim_tui.services.customer_rows import insert_customers
from pim_tui.services.notes import AddNote, add_note
from tests.line.talking import Line, line, person
from tests.services.clinic import JANE, JOHN, LEE, SATO, at

DIFFERENT = "Answer yes or no, or say what is different; Enter is no."


def booked(here: Line) -> list[tuple[object, ...]]:
    return here.clinic.store.select(
        "select customer_id, staff_id, starts_at, status, overbook_reason from appointment order by id"
    )


# --- booking -------------------------------------------------------------------------------------------


def test_a_booking_is_read_back_and_written_after_a_yes_alone(here: Line) -> None:
    said = here.say("book jane doe tomorrow 10:30 dr lee follow-up - sore throat")
    assert said.splitlines() == [
        "Book Jane Doe, born 1 March 1984, Tuesday 24 November 10:30 to 11:00,",
        "  Follow-up, with Dr Lee?",
        "Reason: sore throat.",
        DIFFERENT,
    ]
    assert (here.answer.prompt, booked(here)) == ("? ", [])
    assert here.say("perhaps") == f"That is no answer.\n{DIFFERENT}"
    assert here.say("yes").startswith("Booked: Jane Doe, Tuesday 24 November 10:30 to 11:00, Dr Lee.")
    assert booked(here) == [(JANE, LEE, at("2026-11-24 10:30"), "S", "")]


def test_a_yes_that_is_sent_again_books_nothing_and_so_does_the_line(here: Line) -> None:
    here.say("book jane doe tomorrow 10:30 dr lee", "yes")
    assert "Nothing is being asked." in here.say("yes")
    assert here.say("") == ""
    assert "Dr Lee is busy" in here.say("book jane doe tomorrow 10:30 dr lee")
    assert here.say("") == "Nothing was booked."
    assert len(booked(here)) == 1


def test_a_day_that_is_over_is_said_before_the_one_question(here: Line) -> None:
    said = here.told("book jane doe friday 20 november 10:30 dr lee")
    assert said.startswith(
        "Friday 20 November 2026 was 3 days ago. Book Jane Doe, born 1 March 1984, Friday 20 November 2026"
    )
    assert "all the same?" in said
    assert here.say("no") == "Nothing was booked."
    assert here.told("book jane doe today 8:00 dr lee").startswith("Book Jane Doe")
    assert "08:00 today has passed, it is 09:20." in here.flat
    here.say("no", "book jane doe friday 20 november 10:30 dr lee", "yes")
    assert booked(here) == [(JANE, LEE, at("2026-11-20 10:30"), "S", "")]


def test_of_a_taken_time_on_a_day_that_is_over_both_are_said_and_both_asked(here: Line) -> None:
    here.say("book john roe friday 20 november 10:30 dr lee", "yes")
    said = here.told("book jane doe friday 20 november 10:30 dr lee")
    told = "Friday 20 November 2026 was 3 days ago. Dr Lee is busy 10:30 to 11:00 (John Roe)."
    assert said.startswith(f"{told} 1, Overbook, with a reason")
    here.say("1", "she waits")
    assert here.flat.startswith("Friday 20 November 2026 was 3 days ago. Book Jane Doe")
    here.say("yes")
    assert len(booked(here)) == 2


def test_a_canceled_visit_is_not_moved_and_nobody_is_asked_where_to(here: Line) -> None:
    id_ = here.clinic.book("2026-11-23 10:30").ids[0]
    here.clinic.mark(id_, Status.CANCELED, "ill", "customer")
    here.say("day")
    told = here.told("move 1")
    assert told.startswith("It is Canceled and no longer changes. Set it back to Scheduled first (reopen).")
    assert here.answer.prompt == "> "


def test_a_move_to_a_day_that_is_over_is_said_before_the_one_question(here: Line) -> None:
    here.clinic.book("2026-11-23 10:30")
    here.say("day")
    said = here.told("move 1 fri 20 nov 2026")
    assert said.startswith("Friday 20 November 2026 was 3 days ago. Move Jane Doe")
    assert here.told("thursday").startswith("Move Jane Doe"), "another time is asked about anew"
    here.say("no", "day", "move 1 fri 20 nov 2026", "yes")
    assert [start for _, _, start, *_ in booked(here)] == [at("2026-11-20 10:30")]


@pytest.mark.parametrize("left", ["", "no", "N"])
def test_enter_and_no_book_nothing(here: Line, left: str) -> None:
    here.say("book jane doe tomorrow 10:30 dr lee")
    assert (here.say(left), booked(here), here.answer.prompt) == ("Nothing was booked.", [], "> ")


@pytest.mark.parametrize("left", ["", "no", "None"])
def test_enter_and_no_leave_a_choice_as_well(here: Line, left: str) -> None:
    here.clinic.book("2026-11-24 10:30", customer_id=JOHN)
    assert "Answer a number" in here.say("book jane doe tomorrow 10:30 dr lee")
    assert (here.say(left), len(booked(here)), here.answer.prompt) == ("Nothing was booked.", 1, "> ")


def test_what_is_in_the_way_is_told_with_the_nearest_free_times_by_number(here: Line) -> None:
    here.clinic.book("2026-11-24 10:30", customer_id=JOHN)
    said = here.say("book jane doe tomorrow 10:30 dr lee")
    assert said.splitlines()[0].startswith("Dr Lee is busy 10:30 to 11:00 (John Roe)")
    assert "2, Take 10:00" in said
    assert "Overbook, with a reason" in said
    assert "Understood: Jane Doe" in here.flat
    assert "10:00 to 10:30" in here.say("2")
    assert here.say("y").startswith("Booked: Jane Doe, Tuesday 24 November 10:00 to 10:30")


def test_overbooking_takes_a_right_and_a_reason(here: Line) -> None:
    here.clinic.book("2026-11-24 10:30", customer_id=JOHN)
    said = here.say("book jane doe tomorrow 10:30 dr lee")
    number = next(one.partition(",")[0] for one in said.splitlines() if "Overbook" in one)
    assert here.say(number).startswith("Why is it overbooked?")
    assert here.say("she fainted").startswith("Book Jane Doe")
    here.say("yes")
    assert booked(here)[-1][-1] == "she fainted"


def test_whoever_is_elsewhere_and_is_overbooked_besides_is_asked_about_both_once(here: Line) -> None:
    here.clinic.book("2026-11-24 10:30", customer_id=JOHN)
    here.say("book jane doe tomorrow 10:30 dr sato", "yes")

    def takes(what: str) -> str:
        return here.say(next(one.partition(",")[0] for one in here.text.splitlines() if what in one))

    here.say("book jane doe tomorrow 10:30 dr lee")
    takes("Overbook")
    here.say("she fainted")
    assert here.told("yes").startswith("The customer is already booked 10:30 to 11:00")
    takes("Do it all the same")
    assert here.say("yes").startswith("Booked: Jane Doe")
    assert booked(here)[-1][-1] == "she fainted"


def test_somebody_faster_is_told_when_the_yes_comes_too_late(here: Line) -> None:
    here.say("book jane doe tomorrow 10:30 dr lee")
    here.clinic.book("2026-11-24 10:30", customer_id=JOHN)
    said = here.say("yes")
    assert "Dr Lee is busy 10:30 to 11:00 (John Roe)" in said
    assert "2, Take Tuesday 24 November 10:00" in said
    here.say("2", "yes")
    assert booked(here)[-1][:3] == (JANE, LEE, at("2026-11-24 10:00"))


def test_what_is_missing_is_asked_for_piece_by_piece(here: Line) -> None:
    assert here.say("book").startswith("Who, when, how long, what?")
    assert here.say("jane doe").startswith("On which day? At what time?")
    assert here.say("tomorrow 10:30").splitlines()[:3] == ["With whom?", "1, Dr Lee", "2, Dr Sato"]
    assert "with Dr Lee?" in here.told("1")
    here.say("yes")
    assert len(booked(here)) == 1


def test_people_of_one_name_are_told_apart_before_anything_is_asked(here: Line) -> None:
    with here.clinic.store.write_tx():
        insert_customers(here.clinic.session, [person("Jane", "Doe", "2001-02-03", "030 5550199")])
    said = here.say("book jane doe tomorrow 10:30 dr lee - jane doe is in pain")
    assert said.splitlines()[0] == "Which one?"
    number = next(one.partition(",")[0] for one in said.splitlines() if "2001" in one)
    assert "Book Jane Doe, born 3 February 2001, Tuesday 24 November" in here.say(number)
    assert "Reason: jane doe is in pain." in here.text


def test_a_free_time_that_was_listed_is_booked_by_its_number(here: Line) -> None:
    first = here.say("openings lee 30m").splitlines()
    assert first[0] == "The next is Monday 23 November 09:30 to 10:00 with Dr Lee."
    assert here.say("take 2 jane doe").startswith("Book Jane Doe")
    assert here.say("yes").startswith("Booked: Jane Doe, Monday 23 November 10:00 to 10:30, Dr Lee")


def test_nothing_is_asked_of_who_may_not_book(tmp_path: Path) -> None:
    here = line(tmp_path, rights=frozenset(Right) - {Right.BOOK})
    here.clinic.store.db.execute_sql("delete from role_right where name = 'appointment.book'")
    assert "does not have the right to book appointments" in here.told("book jane doe tomorrow 10:30")
    assert here.answer.prompt == "> "
    here.clinic.store.close()


# --- days and appointments -----------------------------------------------------------------------------


def test_the_day_of_everybody_or_of_one_and_what_is_done_by_number(here: Line) -> None:
    mine = here.clinic.book("09:00", minutes=20).ids[0]
    here.clinic.book("10:00", customer_id=JOHN, staff_id=SATO)
    assert here.say("day").splitlines() == [
        "Monday 23 November: 2 appointments, the next 10:00 John Roe.",
        "1, 09:00 to 09:20, Jane Doe, Scheduled, Dr Lee",
        "2, 10:00 to 10:30, John Roe, Scheduled, Dr Sato",
    ]
    assert here.say("day sato").splitlines()[0].startswith("Monday 23 November of Dr Sato: 1 appointment,")
    assert here.say("day lee next tue") == here.say("day next tue lee")
    assert here.text == "Tuesday 1 December of Dr Lee: 0 appointments."
    here.say("day")
    assert here.say("arrived 1 9:05").startswith("Arrived at 09:05: Jane Doe")
    assert "is arrived already, since 09:05" in here.told("arrived 1")
    assert here.say("arrived 1 back").startswith("No longer arrived")
    assert here.say("I 1").startswith("Arrived: Jane Doe")
    assert here.say("room").startswith(
        "Waiting room: 1 waiting, 0 seated, 1 expected, 0 left.\n1, Jane Doe, waits 0"
    )
    assert here.say("seated 1").startswith("Seated after 0 minutes: Jane Doe")
    assert here.say("left 1").startswith("Left")
    assert here.say("completed 1").startswith("Completed: Jane Doe")
    assert here.clinic.row(mine)["status"] == "C"
    assert here.say("undo").startswith("Mark as Completed taken back")
    assert here.say("missed 2").startswith("It cannot be Missed before it has started")


def test_a_number_means_what_was_read_out_and_what_changed_since_is_told_first(here: Line) -> None:
    id_ = here.clinic.book("10:00").ids[0]
    here.say("day")
    here.clinic.change(id_, starts_at=at("11:00"))
    assert "was changed meanwhile: Scheduled, Monday 23 November 11:00" in here.told("arrived 1")
    assert here.clinic.row(id_)["arrived_at"] is None
    assert here.say("arrived 1").startswith("Arrived: Jane Doe, Monday 23 November 11:00")
    assert "There is no number 7." in here.say("arrived 7")
    assert here.say("find smith").startswith("1 person.")
    assert "Number 1 is no appointment." in here.say("arrived 1")


def test_canceling_asks_who_why_and_for_a_yes(here: Line) -> None:
    id_ = here.clinic.book("10:00").ids[0]
    here.say("day")
    assert here.say("cancel 1").splitlines()[:2] == [
        "Cancel Jane Doe, Monday 23 November 10:00: who asked for it?",
        "1, the customer",
    ]
    assert here.say("1").startswith("Cancel Jane Doe, Monday 23 November 10:00: why?")
    assert "asked by the customer: a cold?" in here.say("a cold")
    assert here.say("no") == "Nothing was canceled."
    here.say("cancel 1 clinic dr lee is ill", "yes")
    row = here.clinic.row(id_)
    assert (row["status"], row["cancelled_by"], row["cancel_reason"]) == ("X", "clinic", "dr lee is ill")


def test_moving_takes_a_yes_and_goes_to_the_next_free_time(here: Line) -> None:
    id_ = here.clinic.book("10:00").ids[0]
    here.clinic.book("10:30", customer_id=JOHN)
    here.say("day")
    assert here.say("move 1 10:30").startswith(
        "Move Jane Doe, Monday 23 November 10:00 to Monday 23 November 10:30?"
    )
    assert "Dr Lee is busy 10:30 to 11:00 (John Roe)" in here.say("yes")
    assert here.say("") == "Nothing was moved."
    assert "to Monday 23 November 11:00?" in here.told("move 1 next")
    assert here.say("yes").startswith("Moved: Jane Doe, Monday 23 November 11:00")
    assert here.clinic.row(id_)["starts_at"] == at("11:00")


# --- finding -------------------------------------------------------------------------------------------


def test_a_card_says_what_to_mind_first_and_a_look_at_notes_is_written_down(here: Line) -> None:
    here.clinic.book("10:00")
    with here.clinic.store.write_tx():
        here.clinic.store.db.execute_sql(
            "insert into alert(customer_id, text) values(1, 'Penicillin allergy')"
        )
    add_note(here.clinic.session, AddNote(JANE, "Needs\x1b[2J a quiet room"))
    assert (
        here.say("find doe")
        .splitlines()[1]
        .startswith("1, Jane Doe, born 1 March 1984, telephone 030 5550101")
    )
    assert here.say("1").splitlines()[:5] == [
        "Jane Doe, number 1, born 1 March 1984, 42 years, female.",
        "Alert: Penicillin allergy.",
        "Telephone mobile 030 5550101.",
        "Owes nothing.",
        "1, Monday 23 November 10:00 to 10:30, Scheduled, Dr Lee",
    ]
    assert here.journal("see") == []
    assert "Anna Berg: Needs␛[2J a quiet room" in here.say("notes")
    assert here.journal("see") == ["see"]


def test_a_name_alone_finds_and_a_day_or_time_books(here: Line) -> None:
    assert "1, Jane Doe" in here.say("JANE DOE")
    assert here.say("JANE DOE TOMORROW 10:30 DR LEE").startswith("Book Jane Doe")
    assert here.say("") == "Nothing was booked."
    assert "Nobody is found by nobody." in here.say("nobody")


def test_for_books_for_somebody_of_the_list_and_the_rest_is_the_reason(here: Line) -> None:
    here.say("find roe")
    assert here.say("for 1 tomorrow 11:00 dr lee sore throat").startswith("Book John Roe")
    assert "Reason: sore throat." in here.text
    here.say("", "1")
    assert here.say("for this tomorrow 11:00 dr lee").startswith("Book John Roe")


# --- more and less -------------------------------------------------------------------------------------


def test_a_long_answer_comes_in_pages_and_can_be_had_again_with_fewer_words(tmp_path: Path) -> None:
    here = line(tmp_path, paper=Paper(height=5))
    for hour in range(10, 16):
        here.clinic.book(f"{hour}:00")
    assert here.say("day").splitlines()[1:] == [
        "1, 10:00 to 10:30, Jane Doe, Scheduled, Dr Lee",
        "2, 11:00 to 11:30, Jane Doe, Scheduled, Dr Lee",
        "4 lines more: say more.",
    ]
    assert here.say("more").splitlines()[0].startswith("3, 12:00")
    assert "6, 15:00" in here.text
    assert here.say("more") == "That was all."
    here.say("page 0", "day")
    assert here.say("brief").splitlines()[1] == "1, 10:00 to 10:30, Jane Doe, Scheduled"
    assert here.say("full day").splitlines()[1].endswith("Dr Lee")
    assert here.say("again").splitlines()[1] == "1, 10:00 to 10:30, Jane Doe, Scheduled"
    here.clinic.store.close()


def test_a_question_is_repeated_and_explained_without_being_answered(here: Line) -> None:
    question = here.say("book jane doe tomorrow 10:30 dr lee")
    assert here.say("again") == question
    assert "Enter alone leaves the question" in here.say("help")
    assert here.say("who").endswith(DIFFERENT)
    assert here.say("yes").startswith("Booked")
    here.say("cancel 1", "book")
    assert here.say(".again").startswith("Who, when, how long, what?")


def test_a_question_mark_alone_is_help_and_no_answer(here: Line) -> None:
    here.clinic.book("10:00")
    here.say("day", "cancel 1", "1")
    assert here.told("?").endswith("Type the reason; Enter leaves.")
    assert "asked by the customer: a cold?" in here.told("a cold")
    assert here.say("", "who").splitlines()[0] == "Anna Berg, Harbour Clinic."
    assert "book appointments." in here.say("who may").splitlines()


def test_a_day_that_is_none_is_told_as_a_day_as_well(here: Line) -> None:
    assert "“31 feb” is not a day." in here.told("day 31 feb")
    assert "is not a day" not in here.told("day max")


def test_every_command_is_told_by_help_in_lines_that_fit(here: Line) -> None:
    told = " ".join(here.told(f"help {subject}") for subject in SUBJECTS)
    for command in TABLE:
        assert f"{command.shown}: {command.help}." in told
        assert command.shown in here.told(f"HELP {command.names[-1]}")
    assert "There is no help on sailing." in here.say("help sailing")


def test_a_line_that_is_too_long_does_nothing(here: Line) -> None:
    assert "longer than 400 characters" in here.say("book " + "jane doe tomorrow 10:30 " * 30)
    assert booked(here) == []


def test_ctrl_c_gives_a_question_up_and_leaves_nothing(here: Line) -> None:
    here.say("book jane doe tomorrow 10:30 dr lee")
    assert here.talk.break_off().lines == ("Nothing was booked.",)
    assert here.talk.break_off().lines == ("Say quit to leave.",)
    assert booked(here) == []


def test_a_time_that_comes_twice_is_asked_about_and_one_that_is_skipped_is_moved(here: Line) -> None:
    here.clinic.open_always()
    said = here.say("book jane doe 31 oct 2027 02:30 dr lee").splitlines()
    assert said[0].startswith("02:30 comes twice on 31 October 2027")
    assert [one for one in said if one[:2] in ("1,", "2,")] == [
        "1, 02:30 (UTC+02:00)",
        "2, 02:30 (UTC+01:00)",
    ]
    here.say("2", "yes")
    assert booked(here)[-1][2] == at("2027-10-31 02:30", fold=1)
    assert here.say("book john roe 28 mar 2027 02:30 dr lee").startswith("02:30 does not exist")
    assert "Sunday 28 March 03:00 to 03:30" in here.told("1")
    here.say("no", "day 31 oct 2027")
    assert here.say("move 1 28 mar 2027").startswith("02:30 does not exist")
    assert "to Sunday 28 March 03:00?" in here.told("1")


def test_somebody_who_is_here_now_is_booked_at_this_minute_and_waits(here: Line) -> None:
    assert "Monday 23 November 09:20 to 09:35" in here.told("here jane doe 15m dr lee")
    assert here.say("yes").startswith("Here now: Jane Doe")
    assert here.say("room").splitlines()[1].startswith("1, Jane Doe, waits 0 minutes")
