"""Series keep their identity through every change, out to other calendars and back (T11)."""

from __future__ import annotations

import json
import re
from collections.abc import Iterator
from dataclasses import replace
from datetime import UTC, date, datetime
from pathlib import Path
from typing import Any

import recurring_ical_events
from icalendar import Calendar

from pim_tui.domain.recurrence import starts
from pim_tui.domain.recurrence.pattern import Pattern, first_day
from pim_tui.domain.series import Asked, Change
from pim_tui.domain.seriesplan import Choice
from pim_tui.domain.states import Status
from pim_tui.domain.visit import Details
from pim_tui.queries.series_members import series_of
from pim_tui.services.appointment_rows import stored
from pim_tui.services.importing import import_appointments
from pim_tui.services.series_editing import ChangeSeries, EndSeries, change_series, end_series
from pim_tui.services.series_making import MakeSeries, make_series
from tests.services.clinic import PLAIN, SATO, ZONE, Practice, at
from tests.services.test_round_trips import exported, folder, opened

TUESDAY = at("2026-12-01 10:00")
WEEK = 7 * 86_400


def changed(practice: Practice, id_: int, reach: Any, **fields: Any) -> None:
    asked = Change(id_, reach, replace(Details.of(stored(id_)), **fields))
    change_series(practice.session, ChangeSeries(asked, series_of(id_).version))


def steps(practice: Practice) -> Iterator[str]:
    """A series through its life; each step is exported. It crosses the clock change in March."""
    practice.store.db.execute_sql("delete from working_hours")
    asked = Asked(practice.details(TUESDAY, type_id=PLAIN), "FREQ=WEEKLY;BYDAY=TU;COUNT=20", ZONE)
    choices = {
        TUESDAY + 2 * WEEK: Choice("skip"),
        TUESDAY + 3 * WEEK: Choice("move", TUESDAY + 3 * WEEK + 7_200),
    }
    make_series(practice.session, MakeSeries(asked, choices))
    yield "made"
    practice.change(6, starts_at=practice.row(6)["starts_at"] + 86_400, staff_id=SATO)
    practice.mark(7, Status.CANCELED, "away", "customer")
    yield "exceptions"
    changed(practice, 5, "all", minutes=45)
    yield "all"
    changed(practice, 10, "later", starts_at=practice.row(10)["starts_at"] + 86_400 + 1_800)
    yield "this and later"
    end_series(practice.session, EndSeries(17, series_of(17).version, "better", "customer"))
    yield "ended"


def shown(text: str) -> list[int]:
    """The starts that another program finds, those of canceled ones left out."""
    found = recurring_ical_events.of(Calendar.from_ical(text)).between(date(2026, 11, 1), date(2027, 12, 1))
    return sorted(
        int(one.start.timestamp()) for one in found if one.get("STATUS", "CONFIRMED") != "CANCELLED"
    )


def sequences(text: str) -> dict[str, int]:
    """The highest SEQUENCE of each UID."""
    found: dict[str, int] = {}
    for event in Calendar.from_ical(text).walk("VEVENT"):
        uid = str(event["UID"])
        found[uid] = max(found.get(uid, 0), int(event["SEQUENCE"]))
    return found


def test_other_programs_see_the_same_visits_after_every_change(tmp_path: Path) -> None:
    practice = opened(folder(tmp_path, "here"))
    before: dict[str, int] = {}
    for step in steps(practice):
        text = exported(practice, tmp_path / f"{step}.ics")
        here = practice.store.select("select starts_at from appointment where status <> 'X' order by 1")
        assert shown(text) == [start for (start,) in here], step
        now = sequences(text)
        assert set(before) <= set(now), step
        assert all(now[uid] >= sequence for uid, sequence in before.items()), step
        assert now != before, step
        before = now
        # What comes back into its own book adds nothing and changes nothing.
        report = import_appointments(practice.session, tmp_path / f"{step}.ics", dry_run=False)
        assert not report.refusals, (step, report.refusals)
        assert practice.store.select("select count(*) from appointment")[0][0] == 19, step
    assert "RECURRENCE-ID;TZID=Europe/Berlin:20261222T100000" in text
    assert "EXDATE;TZID=Europe/Berlin:20261215T100000" in text
    practice.store.close()


def test_a_changed_series_taken_over_elsewhere_goes_out_the_same(tmp_path: Path) -> None:
    here = opened(folder(tmp_path, "here"))
    *_, _ = steps(here)
    text = exported(here, tmp_path / "here.ics")
    here.store.close()
    there = opened(folder(tmp_path, "there"))
    there.store.db.execute_sql("delete from working_hours")
    report = import_appointments(there.session, tmp_path / "here.ics", dry_run=False)
    assert not report.refusals
    again = exported(there, tmp_path / "there.ics")
    # What was changed of a visit within its series counts from the series again.
    assert re.sub(r"SEQUENCE:\d+\n", "", again) == re.sub(r"SEQUENCE:\d+\n", "", text)
    there.store.close()


def test_recorded_recurring_bookings_come_on_the_recorded_days(shared: Path) -> None:
    """Their week is the seven days that begin with the first day: so is the form's, by WKST."""
    cases = json.loads((shared / "data/scheduling/recurring_bookings.json").read_text())["cases"]
    assert len(cases) == 9
    for case in cases:
        begin = datetime.fromisoformat(case["first_start"])
        days = tuple(sorted(DAYS.index(day) for day in case["days"] or ()))
        pattern = Pattern("weeks" if days else "days", case["every"], days, count=case["count"])
        rule = pattern.rule(begin.date(), "UTC")
        last = utc(case["until"]) + 1 if case["until"] else None
        first = first_day(rule, begin)
        assert first is not None
        found = starts(rule, first, "UTC", last=last, most=len(case["expect"]) + 1)
        wanted = [
            int(datetime.fromisoformat(start).replace(tzinfo=UTC).timestamp()) for start, _ in case["expect"]
        ]
        assert list(found.at) == wanted, case["id"]


def utc(text: str) -> int:
    return int(datetime.fromisoformat(text).replace(tzinfo=UTC).timestamp())


DAYS = ("MO", "TU", "WE", "TH", "FR", "SA", "SU")
