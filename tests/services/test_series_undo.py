"""One ``u`` takes back what was done to a series: its visits, its rule, its dates (T11, S3)."""

from __future__ import annotations

from dataclasses import replace
from typing import Any

import pytest

from pim_tui.domain.series import Asked, Change
from pim_tui.domain.seriesplan import Choice
from pim_tui.domain.visit import Details
from pim_tui.errors import Refused
from pim_tui.queries.series import any_due
from pim_tui.queries.series_members import series_of
from pim_tui.services.appointment_rows import stored
from pim_tui.services.booking import BookAppointment, book
from pim_tui.services.series_editing import ChangeSeries, EndSeries, change_series, end_series
from pim_tui.services.series_making import MakeSeries, make_series
from pim_tui.services.series_rows import MOST_TOLD
from pim_tui.services.undo import Undo, undo
from tests.services.clinic import JOHN, ZONE, Practice, at, broken_line

TUESDAY = at("2026-11-24 10:00")
WEEK = 7 * 86_400


def made(clinic: Practice, rule: str = "FREQ=WEEKLY;BYDAY=TU;COUNT=5") -> None:
    choices = {TUESDAY + WEEK: Choice("skip")}
    asked = Asked(clinic.details(TUESDAY), rule, ZONE)
    make_series(clinic.session, MakeSeries(asked, choices, "make"))


def whole(clinic: Practice) -> list[Any]:
    """All that a change of a series may touch; versions only ever rise."""
    return [
        clinic.store.select("select id, starts_at, minutes, status, wall from appointment order by id"),
        clinic.store.select("select series_id, appointment_id, recurrence_at from series_visit order by 2"),
        clinic.store.select("select series_id, at, kind from series_date order by 1, 2"),
        clinic.store.select("select rule, wall, minutes, drawn_to from series order by id limit 1"),
    ]


def test_a_series_that_was_made_by_mistake_is_gone_with_one_key(clinic: Practice) -> None:
    made(clinic, "FREQ=WEEKLY;BYDAY=TU")
    said = undo(clinic.session, Undo("u")).says
    assert said == "104 visits of a series taken back: Jane Doe"
    assert clinic.store.select("select distinct status from appointment") == [("X",)]
    assert clinic.store.select("select rule, drawn_to from series") == [
        ("FREQ=WEEKLY;UNTIL=20261124T085959Z;BYDAY=TU", None)
    ]
    clinic.clock[0] += 700 * 86_400
    assert not any_due(clinic.clock[0])
    assert broken_line(clinic.store) is None


@pytest.mark.parametrize("reach", ["later", "all"])
def test_a_change_goes_back_whole(clinic: Practice, reach: Any) -> None:
    made(clinic)
    before = whole(clinic)
    details = replace(Details.of(stored(3)), starts_at=at("2026-12-16 10:30"), minutes=45)
    change_series(clinic.session, ChangeSeries(Change(3, reach, details), 1, {}, "change"))
    assert whole(clinic) != before
    undo(clinic.session, Undo("u1"))
    assert whole(clinic) == before
    assert series_of(4).id == 1
    undo(clinic.session, Undo("u2"))
    assert clinic.store.select("select distinct status from appointment") == [("X",)]


def test_a_change_of_more_visits_than_can_be_named_goes_back_whole(clinic: Practice) -> None:
    """Two a week for two years: their old days and their new ones were more than an answer holds."""
    asked = Asked(clinic.details(TUESDAY), "FREQ=WEEKLY;BYDAY=TU,TH", ZONE)
    make_series(clinic.session, MakeSeries(asked))
    before = whole(clinic)
    details = replace(Details.of(stored(1)), starts_at=TUESDAY + WEEK)
    change_series(clinic.session, ChangeSeries(Change(1, "all", details), 1, {}))
    done = undo(clinic.session, Undo("u"))
    assert (len(done.ids), done.days) == (MOST_TOLD, ())
    assert done.says.startswith("209 moves taken back: Jane Doe")
    assert whole(clinic) == before
    assert undo(clinic.session, Undo("u")) == done, "a second time it only answers again"


def test_a_series_that_was_ended_goes_on(clinic: Practice) -> None:
    made(clinic)
    before = whole(clinic)
    end_series(clinic.session, EndSeries(2, 1, "better", "customer", "end"))
    undo(clinic.session, Undo("u"))
    assert whole(clinic) == before


def test_what_somebody_changed_since_is_not_taken_back(clinic: Practice) -> None:
    made(clinic)
    other = clinic.as_(2)
    change_series(other, ChangeSeries(Change(1, "all", replace(Details.of(stored(1)), minutes=45)), 1))
    with pytest.raises(Refused, match="changed since"):
        undo(clinic.session, Undo("u"))


def test_a_time_that_is_taken_by_now_keeps_all_of_it_as_it_is(clinic: Practice) -> None:
    made(clinic)
    details = replace(Details.of(stored(1)), starts_at=at("2026-11-24 14:00"))
    change_series(clinic.session, ChangeSeries(Change(1, "all", details), 1, {}, "change"))
    now = whole(clinic)
    taken = BookAppointment(clinic.details("2026-12-15 10:00", customer_id=JOHN))
    book(clinic.as_(2), taken)
    with pytest.raises(Refused, match="John Roe"):
        undo(clinic.session, Undo("u"))
    assert [rows[:4] for rows in whole(clinic)] == [rows[:4] for rows in now]
