"""Which subject of the manual is meant by some words."""

from __future__ import annotations

import pytest

from pim_tui.errors import Refused
from pim_tui.manual.subjects import speaking_of, subject, subjects

PERSON = "Two records of one person, and a person's own rights"


@pytest.mark.parametrize(
    ("said", "title"),
    [
        ("The till", "The till"), ("TILL", "The till"), ("tíll", "The till"), ("slow", "Slow lines"),
        ("bill page", "The page of a bill"), ("line", "Line mode"), ("calendly", "Calendly"),
        ("wait hel", "Waiting list and held times"), ("persons rights", PERSON),
        ("locking", "Locking the screen"), ("calendar", "Calendar files of the staff"),
    ],
)  # fmt: skip
def test_a_subject_is_meant_by_words_of_its_title_or_how_they_begin(said: str, title: str) -> None:
    assert subject(said).title == title


def test_several_none_and_nothing_are_refused_with_what_is_near() -> None:
    with pytest.raises(Refused, match="records could be several subjects") as several:
        subject("records")
    assert several.value.hint == f"Say which: Bringing records in, Handing records out, {PERSON}."
    with pytest.raises(Refused, match="No subject of the manual is called retruns") as slip:
        subject("retruns")
    assert slip.value.hint == "Near it: Returns and refunds."
    with pytest.raises(Refused) as spoken_of:
        subject("pinboard")
    assert spoken_of.value.hint == "Near it: Waiting list and held times, The front desk."
    for nothing in ("???", "xyzzy"):
        with pytest.raises(Refused) as unknown:
            subject(nothing)
        assert unknown.value.hint == "The manual without a subject lists all of them."


def test_a_section_is_a_part_of_its_subject_and_one_by_itself() -> None:
    signing, locking = subject("signing in"), subject("locking the screen")
    assert (signing.of, locking.of, locking.part) == ("", "Signing in", "At the desk")
    assert set(locking.blocks) < set(signing.blocks)


def test_titles_come_before_those_that_only_speak_of_it() -> None:
    found = [one.title for one in speaking_of("line", subjects())]
    assert found[:2] == ["Line mode", "Slow lines"]
    assert "The front desk" in found
    assert speaking_of("", subjects()) == list(subjects())
    assert speaking_of("xyzzy", subjects()) == []
