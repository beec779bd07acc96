"""Messages, their words and the fee of a visit that was not kept, by key at 80x24."""

from __future__ import annotations

import json
from dataclasses import dataclass, field, replace
from pathlib import Path
from threading import Event
from typing import Any

import pytest

from pim_tui.domain.delivery import Trouble, Undelivered
from pim_tui.domain.states import Status
from pim_tui.models import Consent, Email, Outbox, Service
from pim_tui.queries.delivery import Taken
from pim_tui.services.booking import MarkAppointment, mark
from pim_tui.services.couriers import Handed
from pim_tui.services.resending import RetryMessage, retry_message
from pim_tui.services.work import Work
from pim_tui.tui.screens.profile import ProfileScreen
from pim_tui.tui.screens.till import TillScreen
from tests.tui.stage import NOW, Player, Stage, playing, set_up
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
        assert "The reminder is withdrawn; u lets it wait again." in p.screen
        assert "reminder 2d" not in p.screen
        await p.press("f")
        await p.type("withdrawn")
        await p.press("enter", "up")
        assert "withdrawn: by Anna Berg" in " ".join(p.screen.split())
        await p.press("escape", "u")
        assert "Taken back: the reminder waits again. · u again: booking of Jane Doe" in " ".join(
            p.screen.split()
        )
        await p.press("G")
        assert "▶reminder 2d   email  Fri 27 Nov 2026 10:30  Wed 25 Nov 2026 10:30  waiting" in p.screen


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
        await p.press("r")
        assert "The reminder is sent again." in p.screen
        assert "waiting" in p.screen
        await p.press("r")
        assert "is waiting and stays as it is" in " ".join(p.screen.split())


@pytest.mark.walk
async def test_words_are_changed_with_a_preview_and_wrong_fields_are_told_in_place(stage: Stage) -> None:
    async with playing(stage) as p:
        await p.press("G", "t", "down", "down", "enter")
        assert "75 of 160, 1 part" in p.screen
        await p.press("ctrl+home")
        await p.type("{reason} ")
        assert "! Text: {reason} is no field, line 1, character 1" in p.screen
        await p.press("ctrl+s")
        assert stage.rows("select count(*) from message_template") == [(0,)]
        await p.press(*["backspace"] * 9, *"{owed}")
        assert "! Text: {owed} (what is left to pay" in p.screen
        assert "{pay_by}" not in p.screen
        await p.press(*["backspace"] * 6, *"Hello ", "ctrl+s")
        assert stage.rows("select kind, channel, language, version from message_template") == [
            ("reminder", "sms", "en", 1)
        ]
        assert "reminder        sms    en        the clinic's  Hello {clinic}" in p.screen
        await p.press("a", "enter", *"de", "enter")
        assert "Reminder by SMS, de" in p.screen
        await p.press(*"Hallo ", "ctrl+s")
        assert stage.rows("select language, substr(body, 1, 6) from message_template order by id") == [
            ("en", "Hello "),
            ("de", "Hallo "),
        ]


@pytest.mark.walk
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
        p.app.seat.desk = replace(p.app.desk, session=stage.session)
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


def queued(stage: Stage, state: str, whose: str, **columns: Any) -> int:
    """A message as it lies in the outbox."""
    row = {"channel": "sms", "kind": "reminder", "window": "2d", "created_at": NOW, "due_at": NOW, **columns}
    payload = json.dumps({"to": "+14155550101", "text": f"To {whose}"})
    with stage.book.write_tx():
        return int(
            Outbox.insert(state=state, customer=stage.customers[whose], payload=payload, **row).execute()
        )


async def test_all_that_goes_out_is_listed_with_how_each_channel_stands(stage: Stage) -> None:
    queued(stage, "sent", "Jane Doe", sent_at=NOW)
    queued(stage, "failed", "John Roe", why="There is no such number.")
    queued(stage, "waiting", "Aaron Smith", channel="email")
    with stage.book.write_tx():
        Service.insert(
            name="channel email", trouble="login", why="It does not take the password.", troubled_since=NOW
        ).execute()
        Service.insert(name="calendly", good_at=NOW, trouble="", why="").execute()
    async with playing(stage) as p:
        await p.press("G")
        shown = " ".join(p.screen.split())
        assert "Email: 1 waiting, held since 09:20: It does not take the password." in shown
        assert "SMS: nothing waits, 1 failed since 09:20." in shown
        assert "calendly: last read 09:20." in shown
        assert "3 rows: Waiting 1 · Failed 1 · Sent 1" in shown
        for line, whose in (("failed", "John Roe"), ("email", "Aaron Smith"), ("jan", "Jane Doe")):
            await p.press("f", "ctrl+u")
            await p.type(line)
            await p.press("enter")
            assert "1 row" in p.screen
            assert whose in p.screen
        await p.press("o")
        assert isinstance(p.app.screen, ProfileScreen)


async def test_one_is_opened_with_its_words_and_its_story(stage: Stage) -> None:
    id_ = queued(stage, "failed", "Jane Doe", tries=3, why="It is busy.", service="twilio", key="SM12")
    retry_message(stage.session, RetryMessage(id_))
    async with playing(stage) as p:
        await p.press("f10", "m", "end", "enter", "enter", "enter")
        shown = " ".join(p.screen.replace("│", " ").split())
        assert "Reminder 2d to +14155550101: waiting" in shown
        assert "queued 09:20 · tried anew 09:20 by Anna Berg · goes 09:20 · twilio calls it SM12" in shown
        assert "To Jane Doe" in shown


async def test_a_person_decides_whether_an_unknown_one_went(stage: Stage) -> None:
    went = queued(stage, "unknown", "Jane Doe", why="The line broke.")
    again = queued(stage, "unknown", "John Roe", why="The line broke.", due_at=NOW - 60)
    async with playing(stage) as p:
        await p.press("G", "d")
        assert "Did it go?" in p.screen
        assert "The line broke." in p.screen
        await p.press("enter")
        assert "The reminder counts as sent." in p.screen
        await p.press("d")
        assert "Only what is unknown" in p.screen
        await p.press("down", "d", "down", "enter")
        assert "The reminder is sent again." in p.screen
    found = dict(stage.rows("select id, state from outbox"))
    assert (found[went], found[again]) == ("sent", "waiting")


@dataclass
class Courier:
    """Takes everything, once it is let."""

    channel: str = "sms"
    may: Event = field(default_factory=Event)
    trouble: Undelivered | None = None
    went: list[int] = field(default_factory=list)

    def carry(self, work: Work, row: Taken) -> Handed:
        assert self.may.wait(20)
        if self.trouble:
            raise self.trouble
        self.went.append(row.id)
        return Handed()

    def close(self) -> None:
        """There is no line."""


async def test_a_session_sends_what_it_asked_for_itself_and_no_key_waits_for_it(stage: Stage) -> None:
    id_ = queued(stage, "failed", "Jane Doe", why="It was busy.")
    courier = Courier()
    async with playing(stage, couriers=lambda _: {"sms": courier}) as p:
        await p.press("G", "r")
        assert "The reminder is sent again." in p.screen
        await p.press("enter")
        assert "Reminder 2d" in p.screen
        courier.may.set()
        await p.until(lambda: stage.rows("select state from outbox") == [("sent",)])
        assert courier.went == [id_]
        await p.press("escape")
        assert "The message was sent." in p.screen
        assert "  sent" in p.screen


async def test_what_a_session_may_not_read_is_left_to_the_worker_and_the_footer_says_why(
    stage: Stage,
) -> None:
    queued(stage, "failed", "Jane Doe", why="It was busy.")
    courier = Courier(trouble=Undelivered(Trouble.SETTINGS, "The secret cannot be read."))
    courier.may.set()
    async with playing(stage, couriers=lambda _: {"sms": courier}) as p:
        await p.press("G", "r")
        await p.until(lambda: stage.rows("select leased_by, state from outbox") == [("", "waiting")])
        assert stage.rows("select trouble, why from outbox") == [("", "")]
        assert stage.rows("select name from service") == [("video",)]
        await p.until(lambda: "Left to the worker. The secret cannot be read." in p.screen)
