"""The manual, read out at the line."""

from __future__ import annotations

from pathlib import Path

from tests.line.talking import Line, line


def test_subjects_are_read_out_and_one_of_them(here: Line) -> None:
    told = here.told("manual")
    assert told.startswith("The manual has ")
    assert "Waiting list and held times." in told
    assert here.told("MANUAL the till").startswith("The till. F4 opens the till, in a profile")


def test_a_table_is_told_and_code_is_read_as_it_is(here: Line) -> None:
    assert "close the day: owner, supervisor, cashier" in here.told("manual roles and rights")
    assert 'pim-tui journal --customer "jane doe" --json' in here.told("manual the journal")


def test_what_is_none_is_told_with_what_is_near(here: Line) -> None:
    assert "No subject of the manual is called tilll. Near it: The till." in here.told("manual tilll")
    assert "Say which: Bringing records in, Handing records out" in here.told("manual rec")


def test_a_long_subject_stops_and_goes_on(tmp_path: Path) -> None:
    here = line(tmp_path)
    here.say("page 10", "manual printing")
    assert here.answer.lines[-1].endswith("lines more: say more.")
    assert "Nothing is printed a second time by itself" not in here.flat
    assert "Nothing is printed a second time by itself" in here.told("page 0", "more")
    here.talk.end("left")
    here.clinic.store.close()
