"""Messages, their words and the fee of a visit that was not kept, by key at 80x24."""

from __future__ import annotations

from dataclasses import replace
from pathlib import Path
from typing import Any

import pytest

from pim_tui.domain.states import Status
from pim_tui.models import Consent, Email, Outbox
from pim_tui.services.booking import MarkAppointment, mark
from pim_tui.tui.screens.profile import ProfileScreen
from pim_tui.tui.screens.till import TillScreen
from tests.tui.stage import Player, Stage, playing, set_up
from tests.tui.tillstage import with_till


@pytest.fixture
def stage(tmp_path: Path) -> Stage:
    """Jane agreed to email."""
    made = set_up(tmp_path)
    agreed(made)
    return made


def agreed(stage: Stage) -> None:
    jane = stage.customers["Jane Doe"]
    with stage.book.write_tx():
        Email.create(customer=jane, address="jane@example.org", folded="jane@example.org")
        Consent.create(customer=jane, channel="email", answer="yes")


def rules(stage: Stage, **changes: Any) -> None:
    stage.session = replace(stage.session, calendar=replace(stage.session.calendar, **changes))


def marked(stage: Stage, id_: int, status: Status, by: str = "") -> None:
    version = stage.rows("select version from appointment where id = ?", id_)[0][0]
    mark(stage.session, MarkAppointment(id_, version, status, "ill" if by else "", by))


async def on(p: Player, id_: int) -> None:
    """Put the calendar's cursor on an appointment."""
    p.app.screen.grid.go_to(block_id=id_)  # type: ignore[attr-defined]
    await p.press()


async def test_a_customers_messages_are_read_and_withdrawn(stage: Stage) -> None:
    stage.booked("Jane Doe", "2026-11-27 10:30", reason="HIV test")
    async with playing(stage) as p:
        await p.app.push_screen(ProfileScreen(stage.customers["Jane Doe"]))
        await p.press("G")
        assert "Messages to Jane Doe" in p.screen
        assert "▶reminder 2d   email  Fri 27 Nov 2026 10:30  Wed 25 Nov 2026 10:30  waiting" in p.screen
        await p.press("enter")
        assert "Reminder 2d to jane@example.org: waiting" in p.screen
        assert "When: Fri 27 Nov 2026 at 10:30" in p.screen
        assert "HIV" not in p.screen
        await p.press("escape", "x")
        assert "The reminder is withdrawn." in p.screen
        assert "reminder 2d" not in p.screen
        await p.press("f")
        await p.type("withdrawn")
        await p.press("enter", "up")
        assert "withdrawn: by Anna Berg" in " ".join(p.screen.split())


async def test_what_failed_says_why_and_is_tried_again(stage: Stage) -> None:
    rules(stage, invitations=False)
    stage.booked("Jane Doe", "2026-11-27 10:30")
    with stage.book.write_tx():
        Outbox.update(state="failed", why="The mail server does not know this address.").execute()
    async with playing(stage) as p:
        await p.app.push_screen(ProfileScreen(stage.customers["Jane Doe"]))
        await p.press("G")
        assert "failed: The mail" in p.screen
        assert "Failed 1" in " ".join(p.screen.split())
        await p.press("t")
        assert "The reminder is sent again." in p.screen
        assert "waiting" in p.screen
        await p.press("t")
        assert "is waiting and stays as it is" in " ".join(p.screen.split())


async def test_words_are_changed_with_a_preview_and_wrong_fields_are_told_in_place(stage: Stage) -> None:
    async with playing(stage) as p:
        await p.press("G", "down", "down", "enter")
        assert "75 of 160, 1 part" in p.screen
        await p.press("ctrl+home")
        await p.type("{reason} ")
        assert "! Text: {reason} is no field, line 1, character 1" in p.screen
        await p.press("ctrl+s")
        assert stage.rows("select count(*) from message_template") == [(0,)]
        await p.press(*["backspace"] * 9, *"Hello ", "ctrl+s")
        assert stage.rows("select kind, channel, language, version from message_template") == [
            ("reminder", "sms", "en", 1)
        ]
        assert "reminder      sms    en        the clinic's  Hello {clinic}" in p.screen
        await p.press("a", "enter", *"de", "enter")
        assert "Reminder by SMS, de" in p.screen
        await p.press(*"Hallo ", "ctrl+s")
        assert stage.rows("select language, substr(body, 1, 6) from message_template order by id") == [
            ("en", "Hello "), ("de", "Hallo "),
        ]  # fmt: skip


async def test_what_was_not_kept_is_told_while_the_next_visit_is_booked(stage: Stage) -> None:
    first = stage.booked("Jane Doe", "2026-11-23 08:00")
    second = stage.booked("Jane Doe", "2026-11-23 14:00")
    marked(stage, first, Status.MISSED)
    marked(stage, second, Status.CANCELED, "customer")
    async with playing(stage) as p:
        await p.press("a")
        await p.type("jane doe 7d 10:30")
        assert "1 missed, 1 late cancel in 12 months" in " ".join(p.screen.split())
        await p.press("escape", "A")
        await p.type("jane doe")
        await p.press("enter", "enter")
        assert "1 missed, 1 late cancel in 12 months" in p.screen


async def test_a_late_cancelation_is_marked_and_its_fee_charged_at_the_till(tmp_path: Path) -> None:
    stage = with_till(tmp_path)
    id_ = stage.booked("Jane Doe", "2026-11-23 14:00")
    async with playing(stage) as p:
        await on(p, id_)
        await p.press("F")
        assert "Nothing is charged for this visit of Jane Doe." in p.screen
        await p.press("x", *"ill", "enter")
        assert "Canceled late: Jane Doe" in p.screen
        await on(p, id_)
        assert "late" in p.screen.split("14:00")[1]
        await p.press("F")
        assert "the setting late_fee is empty" in p.screen
        rules(stage, late_fee="PHY")
        p.app.desk = replace(p.app.desk, session=stage.session)
        await p.press("F")
        assert "charge Physiotherapy 30 min 35.00" in p.screen
        await p.press("enter")
        assert isinstance(p.app.screen, TillScreen)
        assert p.app.screen.basket.appointment_id == id_
        assert "Till · Income · Jane Doe" in p.screen
        assert "Physiotherapy 30 min" in p.screen
        assert "Mon 23 Nov 2026 14:00" in p.screen


async def test_a_fee_is_in_the_close_of_the_day_once_until_it_is_waived(tmp_path: Path) -> None:
    stage = with_till(tmp_path)
    rules(stage, missed_fee="PHY")
    missed, other = (stage.booked("Jane Doe", f"2026-11-23 08:{minute}") for minute in ("00", "30"))
    marked(stage, missed, Status.MISSED)
    marked(stage, other, Status.CANCELED, "customer")
    async with playing(stage) as p:
        await p.press("f12")
        assert p.screen.count("Jane Doe") == 1
        assert "missed" in next(line for line in p.screen.split("\n") if "Jane Doe" in line)
        assert p.screen.split("\n")[-1].startswith("F Fee")
        await p.press("F", "down", "enter", *"kind", "enter")
        assert "Nothing is charged for the missed appointment: Jane Doe" in p.screen
        assert stage.rows("select fee_waived, status from appointment where id = ?", missed) == [
            ("kind", "M")
        ]
        assert "no bill" not in p.screen
