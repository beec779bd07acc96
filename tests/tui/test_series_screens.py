"""Series and visits kept for somebody unknown, on the real screens."""

from __future__ import annotations

import asyncio
from pathlib import Path

import pytest

from pim_tui.services.importing import import_appointments
from pim_tui.services.incoming import ImportOptions
from tests.tui.stage import Stage, at, playing, set_up
from tests.tui.test_booking_screens import on, row

WEEKLY = """BEGIN:VCALENDAR
BEGIN:VEVENT
UID:1
DTSTART;TZID=Europe/Berlin:20261123T100000
DURATION:PT30M
RRULE:FREQ=WEEKLY;BYDAY=MO
SUMMARY:{}
END:VEVENT
END:VCALENDAR
"""


@pytest.fixture
def stage(tmp_path: Path) -> Stage:
    return set_up(tmp_path)


def come_in(stage: Stage, who: str, tmp_path: Path) -> None:
    file = tmp_path / "calendar.ics"
    file.write_text(WEEKLY.format(who), "utf-8")
    options = ImportOptions(staff_id=stage.staff["Dr Lee"])
    import_appointments(stage.session, file, dry_run=False, options=options)


async def test_the_form_says_how_the_series_goes(stage: Stage, tmp_path: Path) -> None:
    come_in(stage, "Jane Doe", tmp_path)
    async with playing(stage) as p:
        await on(p, 1)
        await p.press("e")
        assert "Jane Doe · Scheduled · every week on Mon" in p.screen


async def test_a_visit_kept_for_somebody_unknown_is_given_its_customer_in_the_form(
    stage: Stage, tmp_path: Path
) -> None:
    come_in(stage, "Zoe Quin - knee", tmp_path)
    async with playing(stage) as p:
        await on(p, 1)
        assert "To be linked" in p.screen
        await p.press("e", "shift+tab", "ctrl+u")
        await p.type("jane doe")
        await p.press("enter", "enter", "ctrl+s")
        assert "Saved: Jane Doe, Mon 23 Nov 2026 10:00-10:30" in p.screen
    assert row(stage, 1, "customer_id, reason") == (stage.customers["Jane Doe"], "Zoe Quin - knee")


async def test_a_series_goes_on_behind_the_first_screen_and_what_overlaps_is_told(
    stage: Stage, tmp_path: Path
) -> None:
    come_in(stage, "Jane Doe", tmp_path)
    (before,) = stage.rows("select count(*) from appointment")[0]
    stage.clock[0] = at("2028-03-01 09:00")
    stage.booked("John Roe", "2028-12-04 10:00")
    async with playing(stage) as p:
        while p.app._writes:
            await asyncio.gather(*p.app._writes)
        (told,) = [notice.message for notice in p.app._notifications]
    assert told == "66 further visits of series made; 1 overlap and are marked as overbooked: Mon 4 Dec 2028"
    assert stage.rows("select count(*) from appointment")[0][0] > before + 52
    assert row(stage, before + 1, "overbooked_by_id") == (None,)
