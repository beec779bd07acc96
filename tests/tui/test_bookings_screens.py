"""What is booked in Calendly and what is not yet, by key at 80x24."""

from __future__ import annotations

from dataclasses import dataclass, field
from pathlib import Path

import pytest

from pim_tui.config import Settings
from pim_tui.domain.bookings import Event, Invitee
from pim_tui.models import Email
from pim_tui.queries.delivery import Taken
from pim_tui.services.bookings_in import Heard, take_in
from pim_tui.services.bookings_visits import desk
from pim_tui.services.couriers import Handed
from pim_tui.services.work import Work
from tests.tui.stage import Stage, at, playing, set_up

THERE = Settings(clinic_name="Harbour Clinic", country="DE", calendly_token="env:SHARED")


@dataclass
class Courier:
    """Takes everything."""

    channel: str = "booking"
    went: list[int] = field(default_factory=list)

    def carry(self, work: Work, row: Taken) -> Handed:
        self.went.append(row.id)
        return Handed()

    def close(self) -> None:
        """There is no line."""


@pytest.fixture
def stage(tmp_path: Path) -> Stage:
    """Jane has an address, John has none."""
    made = set_up(tmp_path)
    with made.book.write_tx():
        Email.create(
            customer=made.customers["Jane Doe"], address="jane@mail.example", folded="jane@mail.example"
        )
    return made


async def test_a_visit_is_booked_in_calendly_by_one_key_that_says_what_is_missing(stage: Stage) -> None:
    stage.booked("John Roe", "2026-11-23 10:30")
    stage.booked("Jane Doe", "2026-11-23 11:30")
    async with playing(stage) as p:
        await p.press("4", "O")
        assert "the setting calendly_token is missing" in p.screen
    courier = Courier()
    async with playing(stage, settings=THERE, couriers=lambda _: {"booking": courier}) as p:
        await p.press("4", "O")
        assert "The customer has no email address." in p.screen
        await p.press("escape", "down", "O")
        await p.until(lambda: stage.rows("select kind, state from outbox") == [("booking there", "sent")])
        await p.press("G")
        assert "booking there" in p.screen
        await p.press("enter")
        assert "Being booked in Calendly: Jane Doe" in p.screen


async def test_a_booking_that_collides_is_marked_and_stands_under_to_move(stage: Stage) -> None:
    stage.booked("John Roe", "2026-11-23 10:30")
    event = Event("https://x/scheduled_events/E", "Talk", at("2026-11-23 10:30"), 30, "1")
    invitee = Invitee("https://x/scheduled_events/E/invitees/I", event.key, "Jane Doe", "jane@mail.example")
    take_in(stage.session, desk("Dr Lee", 1), Heard(event, (invitee,)))
    async with playing(stage) as p:
        assert "1 to move" in p.screen
        assert "S! Jane Doe" in p.screen
        await p.press("M")
        assert "Over another: Calendly" in p.screen
        assert "Jane Doe" in p.screen


async def test_a_booking_that_is_with_nobody_here_is_told_above_the_messages(stage: Stage) -> None:
    for key, name in (("E", "Jane Doe"), ("F", "John Roe")):
        there = f"https://x/scheduled_events/{key}"
        event = Event(there, "Talk", at("2026-11-24 10:30"), 30, "1", hosts=("who@clinic.example",))
        invitee = Invitee(f"{there}/invitees/I", there, name, "jane@mail.example")
        take_in(stage.session, desk("", 1), Heard(event, (invitee,)))
    assert stage.rows("select count(*) from appointment") == [(0,)]
    async with playing(stage) as p:
        await p.press("G")
        shown = " ".join(p.screen.split())
        assert (
            "Calendly: bookings are not in the book (Jane Doe 24 Nov 2026 10:30 and 1 more), with nobody"
            " who takes appointments here: give its host's email in the staff list, or set"
            " calendly_default_staff."
        ) in shown
