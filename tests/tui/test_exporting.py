"""F9: what a screen shows is what it writes."""

from __future__ import annotations

import csv
from pathlib import Path

import pytest
from icalendar import Calendar

from pim_tui.domain.states import Status
from pim_tui.services.booking import MarkAppointment, mark
from pim_tui.tui.screens.profile import ProfileScreen
from tests.tui.stage import Player, Stage, playing, set_up


@pytest.fixture
def stage(tmp_path: Path) -> Stage:
    """Appointments on a Monday, its Tuesday and the week after."""
    made = set_up(tmp_path)
    made.booked("Jane Doe", "2026-11-23 10:30", reason="Knee")
    made.booked("John Roe", "2026-11-23 11:30", staff="Dr Sato")
    made.booked("Jane Doe", "2026-11-24 10:30")
    made.booked("Aaron Smith", "2026-11-30 10:30")
    return made


def written(stage: Stage) -> list[str]:
    """The names of the files in the outbox."""
    return sorted(path.name for path in stage.places.outbox.iterdir()) if stage.places.outbox.exists() else []


async def finished(p: Player) -> None:
    """Wait until the file is there."""
    await p.app.outside(lambda: None)
    await p.press()


def rows(stage: Stage, name: str) -> list[dict[str, str]]:
    with (stage.places.outbox / name).open(encoding="utf-8-sig", newline="") as file:
        return list(csv.DictReader(file))


@pytest.mark.parametrize(
    ("view", "customers"),
    [
        ("1", ["Jane Doe", "John Roe"]),
        ("2", ["Jane Doe", "John Roe", "Jane Doe"]),
        ("3", ["Jane Doe", "John Roe", "Jane Doe", "Aaron Smith"]),
        ("4", ["Jane Doe", "John Roe", "Jane Doe"]),
    ],
)
async def test_the_calendar_writes_the_days_it_shows(stage: Stage, view: str, customers: list[str]) -> None:
    async with playing(stage) as p:
        await p.press(view, "f9", "enter")
        await finished(p)
        (name,) = written(stage)
        assert [row["customer"] for row in rows(stage, name)] == customers
        assert f"{len(customers)} appointments are in" in p.screen


async def test_the_calendar_writes_what_its_filter_lets_through_as_often_as_it_is_asked(stage: Stage) -> None:
    async with playing(stage) as p:
        await p.press("f", "space", "enter", "f9", "enter")
        await finished(p)
        assert [row["staff"] for row in rows(stage, "appointments-2026-11-23.csv")] == ["Dr Lee"]
        await p.press("f9", "escape", "f9", "enter")
        await finished(p)
        assert written(stage) == ["appointments-2026-11-23-2.csv", "appointments-2026-11-23.csv"]


async def test_the_list_of_customers_writes_who_is_listed(stage: Stage) -> None:
    async with playing(stage) as p:
        await p.press("f3", "f9")
        assert "Nobody is listed" in p.screen
        await p.type("doe")
        await p.press("f9")
        assert "Export the customer listed" in p.screen
        await p.press("v", "enter")
        await finished(p)
        (name,) = written(stage)
        assert name.endswith(".vcf")
        assert (stage.places.outbox / name).read_text("utf-8").count("FN:Jane Doe\n") == 1


async def test_a_tab_writes_all_columns_of_what_it_lists(stage: Stage) -> None:
    async with playing(stage) as p:
        await p.app.push_screen(ProfileScreen(stage.customers["Jane Doe"]))
        await p.press("f")
        await p.type("knee")
        await p.press("enter", "f9", "enter")
        await finished(p)
        (row,) = rows(stage, "appointments-2026-11-23.csv")
        assert (row["day"], row["mode"], row["reason"]) == ("2026-11-23", "in_person", "Knee")
        assert "mode" not in p.screen
        await p.press("f9", "i", "enter")
        await finished(p)
        (event,) = Calendar.from_ical(
            (stage.places.outbox / "appointments-2026-11-23.ics").read_bytes()
        ).walk("VEVENT")
        assert str(event["X-PIM-REASON"]) == "Knee"
        await p.press("f9", "p", "enter")
        await finished(p)
        assert (stage.places.outbox / "appointments-2026-11-23.pdf").read_bytes().startswith(b"%PDF")


async def test_what_is_written_is_counted_as_the_title_counts_it_and_canceled_ones_are_said_besides(
    stage: Stage,
) -> None:
    gone = stage.booked("Aaron Smith", "2026-11-23 14:00")
    command = MarkAppointment(gone, 1, Status.CANCELED, "ill", "customer")
    mark(stage.session, command)
    async with playing(stage) as p:
        assert "Mon 23 Nov 2026 · 2 appointments" in p.screen
        await p.press("f9", "enter")
        await finished(p)
        assert "2 appointments and 1 canceled are in" in p.screen
        assert len(rows(stage, "appointments-2026-11-23.csv")) == 3
        await p.press("f9", "i", "enter")
        await finished(p)
        assert "2 appointments and 1 canceled are in" in p.screen
