"""Somebody who calls for the first time is entered at the line, and booked."""

from __future__ import annotations

from pathlib import Path

from pim_tui.domain.rights import Right
from pim_tui.queries.customers import record
from tests.line.talking import Line, line

NEUMANN = "Enter Anton Neumann, born 12 March 1980, telephone 030 5550190, as somebody new?"


def test_whoever_is_new_is_entered_in_one_line_and_booked_for(here: Line) -> None:
    assert "new and the name to enter them" in here.told("neumann")
    assert here.told("new anton neumann 12.3.1980 030 5550190").startswith(NEUMANN)
    assert here.told("yes").startswith("Anton Neumann added.")
    assert here.told("for this tomorrow 9:00 dr lee").startswith(
        "Book Anton Neumann, Tuesday 24 November 09:00"
    )
    here.say("yes")
    found = record(here.clinic.row(1)["customer_id"]).customer
    assert (found.name.full, str(found.birth_date)) == ("Anton Neumann", "1980-03-12")
    assert [number for _, number in found.phones] == ["030 5550190"]
    assert here.journal("create") == ["create"]


def test_a_booking_goes_on_with_whoever_was_entered_and_asks_for_each_piece_alone(here: Line) -> None:
    said = here.told("book anton neumann tomorrow 10:30 dr lee - sore throat")
    assert said == (
        "Nobody is called 'anton neumann'. Type the name again, or new to enter them; Enter leaves."
    )
    assert here.told("new").startswith("Enter Anton Neumann, birth date unknown, no telephone, as")
    assert here.told("31.2.1980").startswith("Birth date: “31.2.1980” is not a date;")
    assert here.told("hlep").startswith("“hlep” was not understood. Birth date: “31.2.1980” is not a date;")
    assert here.told("12 march 1980").startswith("Enter Anton Neumann, born 12 March 1980, no telephone, as")
    assert here.told("030 5550190").startswith(NEUMANN)
    assert here.told("yes").startswith("Book Anton Neumann, Tuesday 24 November 10:30 to 11:00")
    assert "Reason: sore throat." in here.text
    here.say("yes")
    assert here.clinic.count() == 1


def test_who_may_be_in_the_book_already_is_told_first(here: Line) -> None:
    here.say("new jane doe 1.3.1984")
    assert here.told("yes").startswith(
        "Jane Doe may be in the book already. Which one is it? 1, Doe, Jane, born 1 March 1984,"
    )
    assert "2, Somebody else: enter them" in here.text
    assert here.told("1").startswith("Doe, Jane was in the book already.")
    assert here.told("for this tomorrow 9:00 dr lee").startswith("Book Doe, Jane")
    here.say("", "new jane doe 1.3.1984", "yes")
    assert here.told("2").startswith("Jane Doe added.")


def test_who_is_asked_for_first_where_only_new_is_said_and_a_no_enters_nobody(here: Line) -> None:
    assert here.told("new").startswith("Who is new? Type the name, with birth date")
    assert here.told("1980-03-12").startswith("Last name: a first or a last name is needed.")
    assert here.told("anton neumann").startswith("Enter Anton Neumann, born 12 March 1980,")
    assert here.told("find doe").startswith("That is no answer.")
    assert here.told("no") == "Nobody was entered."
    assert here.journal("create") == []


def test_somebody_half_entered_is_offered_again(here: Line, tmp_path: Path) -> None:
    here.say("new anton neumann", "12.3.1980")
    here.talk.end("lost")
    again = line(tmp_path, clinic=here.clinic)
    assert "Not finished: new customer Anton Neumann 1980-03-12." in again.flat
    assert again.told("1").startswith("Enter Anton Neumann, born 12 March 1980, no telephone,")
    assert again.told("yes").startswith("Anton Neumann added.")
    again.talk.end("left")
    assert "Not finished" not in line(tmp_path, clinic=here.clinic).flat


def test_nobody_enters_who_may_not(tmp_path: Path) -> None:
    here = line(tmp_path, rights=frozenset(Right) - {Right.CHANGE_CUSTOMER})
    here.clinic.store.db.execute_sql("delete from role_right where name = ?", [Right.CHANGE_CUSTOMER.value])
    assert "does not have the right" in here.told("new anton neumann")
    assert " new " not in here.told("neumann")
    assert " new " not in here.told("book anton neumann tomorrow 10:30 dr lee")
    assert here.told("new").startswith("“new” finds nobody either.")
    here.clinic.store.close()
