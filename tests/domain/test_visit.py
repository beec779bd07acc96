"""Visits on days that are over: asked about, and only those."""

from __future__ import annotations

from datetime import date, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from pim_tui.domain.moments import day_bounds, day_of
from pim_tui.domain.visit import NO_ANSWERS, YES_QUESTIONS, Answers, check_day, day_over
from pim_tui.errors import NeedsAnswer

ZONES = st.sampled_from(
    ("Europe/Berlin", "America/New_York", "Pacific/Kiritimati", "Pacific/Pago_Pago", "UTC")
)
INSTANTS = st.integers(1_600_000_000, 2_000_000_000)


def asked(starts_at: int, now: int, zone: str, leaves: int | None = None) -> str:
    """The question that is raised, empty where none is."""
    try:
        check_day(starts_at, now, zone, leaves=leaves)
    except NeedsAnswer as error:
        return error.question
    return ""


@given(INSTANTS, INSTANTS, ZONES)
def test_exactly_what_begins_before_today_in_the_zone_is_asked_about(start: int, now: int, zone: str) -> None:
    before_today = start < day_bounds(day_of(now, zone), zone)[0]
    assert asked(start, now, zone) == ("past" if before_today else "")
    check_day(start, now, zone, yes=True)


@given(INSTANTS, st.integers(0, 400), ZONES)
def test_earlier_today_and_all_that_is_ahead_pass_without_a_question(now: int, days: int, zone: str) -> None:
    first, _ = day_bounds(day_of(now, zone) + timedelta(days=days), zone)
    assert asked(first, now, zone) == ""


@given(INSTANTS, INSTANTS, INSTANTS, ZONES)
def test_a_visit_that_stays_on_its_day_is_not_asked_about(
    start: int, leaves: int, now: int, zone: str
) -> None:
    assert asked(start, now, zone, start) == ""
    if day_of(start, zone) != day_of(leaves, zone):
        assert asked(start, now, zone, leaves) == asked(start, now, zone)


@given(st.dates(), st.dates())
def test_how_long_ago_it_was_is_said_of_no_other_day(day: date, today: date) -> None:
    assert bool(day_over(day, today)) == (day < today)


def test_how_long_ago_it_was_is_said_in_days() -> None:
    today = date(2026, 11, 23)
    assert day_over(date(2026, 11, 22), today) == "Sun 22 Nov 2026 was yesterday"
    assert day_over(date(2025, 11, 24), today) == "Mon 24 Nov 2025 was 364 days ago"


@pytest.mark.parametrize("question", YES_QUESTIONS)
def test_a_yes_answers_its_question_besides_all_that_was_said_before(question: str) -> None:
    said = Answers.yes(question)
    assert said != NO_ANSWERS
    assert getattr(said, question) is True
    before = Answers(overbook="in pain")
    assert said.besides(before) == Answers(said.same_customer, "in pain", said.past)
    assert NO_ANSWERS.besides(said) == said
