"""Wrong input loses nothing of what was typed: what is wrong of a line is said again, and nothing else."""

from __future__ import annotations

from datetime import date, datetime

import pytest

from pim_tui.domain.quickline import Reader
from pim_tui.domain.quickline.shapes import Named, Names
from pim_tui.line.amending import amended
from tests.line.talking import Line
from tests.services.clinic import JOHN, at

BOOK = "book jane doe tomorrow 10:30 dr lee - sore throat"
READ = "Book Jane Doe, born 1 March 1984, Tuesday 24 November"


READER = Reader(Names(
    "UTC", date(2026, 11, 23), datetime(2026, 11, 23, 9), staff=(Named(1, "Dr Lee"), Named(2, "Dr Sato")),
))  # fmt: skip
CHANGED = (
    ("jane doe tue 10:30", "11:00", "jane doe tue 11:00"),
    ("jane doe tue 10:30 dr lee", "dr sato", "jane doe tue 10:30 dr sato"),
    ("jane doe tue 10:30 - sore throat", "wed 9", "jane doe wed 9 - sore throat"),
    ("jane doe tue 10:30 - sore throat", "- a cold", "jane doe tue 10:30 - a cold"),
    ("jane doe tue 10:30", "- a cold", "jane doe tue 10:30 - a cold"),
    ("jane doe tue 25:30", "10", "jane doe tue 10"),
    ("jane doe", "tue 10:30", "tue 10:30 jane doe"),
    ("jane doe tue 10:30", "45m", "45m jane doe tue 10:30"),
)


@pytest.mark.parametrize(("text", "more", "then"), CHANGED)
def test_words_take_the_place_of_what_is_said_of_the_same(text: str, more: str, then: str) -> None:
    assert amended(READER, text, more) == then


@pytest.mark.parametrize("more", ["jones", "find jones", "25:30", "31 feb", "11:00 jones", "7"])
def test_whoever_is_meant_is_never_another_by_a_slip(more: str) -> None:
    assert amended(READER, "jane doe tue 10:30", more) is None
    assert amended(READER, "jane deo tue 10:30", "jane doe", customer=True) == "jane doe tue 10:30"


@pytest.mark.parametrize(("wrong", "said", "mended"), [
    ("book jane doe tomorrow 25:30 dr lee - sore throat", "There is no time “25:30”.", "10:30"),
    ("book qqqq xyzzy tomorrow 10:30 dr lee - sore throat", "Nobody is called 'qqqq xyzzy'.", "jane doe"),
    ("book jane doe tomorrow 10:30 with max - sore throat", "There is no staff member “max”.", "dr lee"),
])  # fmt: skip
def test_what_is_wrong_is_asked_for_until_it_is_right(here: Line, wrong: str, said: str, mended: str) -> None:
    assert here.told(wrong).startswith(said)
    assert here.answer.prompt == "? "
    assert here.told("25:99").startswith(f"“25:99” was not understood. {said}")
    assert here.told(mended).startswith(
        "Book Jane Doe, born 1 March 1984, Tuesday 24 November 10:30 to 11:00"
    )
    assert "Reason: sore throat." in here.text
    here.say("yes")
    assert here.clinic.count() == 1


@pytest.mark.parametrize("slip", ["hlep", "find jones", "owes", "zzz qqq"])
def test_a_slip_where_a_name_is_asked_leaves_the_one_that_was_given(here: Line, slip: str) -> None:
    here.say("book qqqq xyzzy tomorrow 10:30 dr lee - sore throat")
    assert here.told(slip).startswith(f"“{slip}” finds nobody either. Nobody is called 'qqqq xyzzy'.")
    assert here.told("11:00").startswith("Nobody is called 'qqqq xyzzy'.")
    assert here.told("john roe").startswith(
        "Book John Roe, born 15 July 1990, Tuesday 24 November 11:00 to 11:30"
    )


@pytest.mark.parametrize("slip", ["hlep", "find jones", "3", "0"])
def test_a_slip_where_one_of_several_is_asked_for_leaves_them_to_choose_from(here: Line, slip: str) -> None:
    here.say("book j tomorrow 10:30 dr lee - sore throat")
    assert here.told("again").startswith("Which one? 1, Jane Doe")
    assert here.told(slip).startswith("That is no answer.")
    assert here.told("again").startswith("Which one? 1, Jane Doe")
    assert here.told("2").startswith("Book John Roe")
    here.say("", "book j tomorrow 10:30 dr lee - sore throat")
    assert here.told("aaron").startswith("Book Aaron Smith")


def test_who_only_sounds_so_is_told_as_such(here: Line) -> None:
    said = here.told("book jane deo tomorrow 10:30 dr lee")
    assert said.startswith("Nobody is called 'jane deo'. Who is meant, of those that sound alike? 1,")
    assert here.told("1").startswith("Book Jane Doe, born 1 March 1984")


def test_a_weekday_that_does_not_fit_is_told_where_it_was_taken_for_a_name(here: Line) -> None:
    said = here.told("book jane doe wednesday 24 november 9:00 dr lee")
    assert said.startswith(
        "Nobody is called 'jane doe wednesday'. “wednesday” was taken as a name: the day is"
    )
    assert here.told("jane doe").startswith("Book Jane Doe, born 1 March 1984, Tuesday 24 November 09:00")


def test_what_was_read_back_is_changed_before_it_is_booked(here: Line) -> None:
    here.say(BOOK)
    assert "10:30 to 11:15" in here.told("45m")
    assert here.say("find john roe").startswith("That is no answer.")
    assert "with Dr Sato" in here.told("11:00 dr sato")
    assert "Reason: a cold." in here.told("- a cold")
    here.say("yes")
    assert here.clinic.count() == 1
    row = here.clinic.row(1)
    assert (row["starts_at"], row["minutes"], row["reason"]) == (at("2026-11-24 11:00"), 45, "a cold")


def test_another_time_is_said_where_something_is_in_the_way(here: Line) -> None:
    here.clinic.book("2026-11-24 10:30", customer_id=JOHN)
    assert "Overbook" in here.say(BOOK)
    assert here.say("blah").startswith("That is no answer.")
    assert here.told("14:15").startswith(
        "Book Jane Doe, born 1 March 1984, Tuesday 24 November 14:15 to 14:45"
    )
    assert here.told("tomorrow 23:00").startswith("23:00 to 23:30 is outside")
    assert here.told("16:00").startswith(
        "Book Jane Doe, born 1 March 1984, Tuesday 24 November 16:00 to 16:30"
    )
    here.say("yes")
    assert here.clinic.count() == 2


def test_a_move_that_was_not_understood_is_asked_for_again(here: Line) -> None:
    here.clinic.book("10:00")
    here.say("day")
    assert here.told("move 1 blah").startswith("“blah” was not understood. Move Jane Doe")
    assert here.told("neither").startswith("“neither” was not understood.")
    assert "to Monday 23 November 11:00?" in here.told("11:00")
    assert "to Tuesday 24 November 10:00?" in here.told("tomorrow")
    here.say("yes")
    assert here.clinic.row(1)["starts_at"] == at("2026-11-24 10:00")
