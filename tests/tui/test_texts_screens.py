"""Text messages that came in, and numbers that take none, by key at 80x24."""

from __future__ import annotations

import json
from pathlib import Path

from pim_tui.domain.texts import Came
from pim_tui.models import Consent, Outbox, Phone
from pim_tui.services.sms_inbound import taken_in
from pim_tui.services.work import Work
from pim_tui.tui.screens.profile import ProfileScreen
from tests.tui.stage import NOW, Stage, playing, set_up

NUMBER = "+4915112345678"


def arrives(stage: Stage, key: str, sender: str, text: str) -> None:
    assert taken_in(Work(stage.session, NOW), "twilio", Came(key, sender, text, NOW - 60))


def reachable(tmp_path: Path) -> Stage:
    """Jane has a mobile and agreed to SMS."""
    stage = set_up(tmp_path)
    jane = stage.customers["Jane Doe"]
    with stage.book.write_tx():
        Phone.delete().where(Phone.customer == jane).execute()
        Phone.create(customer=jane, number=NUMBER, e164=NUMBER)
        Consent.create(customer=jane, channel="sms", answer="yes")
    return stage


async def test_a_text_stands_among_the_customers_messages_and_in_a_list_of_the_clinic(tmp_path: Path) -> None:
    stage = reachable(tmp_path)
    arrives(stage, "I1", NUMBER, "I am late [b]\nsorry")
    arrives(stage, "I2", "+4917099999999", "Stop")
    async with playing(stage) as p:
        await p.app.push_screen(ProfileScreen(stage.customers["Jane Doe"]))
        await p.press("G")
        assert "came in: I am late [b]" in p.screen
        await p.press("x")
        assert "This text came in: there is nothing to be done with it." in p.screen
        await p.press("enter")
        shown = " ".join(p.screen.replace("│", " ").split())
        assert f"Text from {NUMBER}: came in 09:19" in shown
        assert "I am late [b] sorry" in shown
        await p.press("escape", "escape", "escape", "f10", "m", "end", "up", "enter")
        shown = " ".join(p.screen.split())
        assert "2 rows: Texts 2 · STOP 1 · Of nobody 1" in shown
        await p.press("enter")
        assert "Nobody has +4917099999999" in p.screen
        await p.press("down", "enter")
        assert "Messages to Jane Doe" in p.screen


async def test_the_profile_tells_of_a_number_that_takes_no_texts(tmp_path: Path) -> None:
    stage = reachable(tmp_path)
    jane = stage.customers["Jane Doe"]
    why = "There is no telephone with this number."
    with stage.book.write_tx():
        Outbox.create(
            kind="reminder", channel="sms", customer=jane, state="failed", trouble="address", why=why,
            payload=json.dumps({"to": NUMBER}), due_at=NOW, created_at=NOW,
        )  # fmt: skip
    async with playing(stage, size=(120, 40)) as p:
        await p.app.push_screen(ProfileScreen(jane))
        await p.press()
        assert f"no SMS to {NUMBER}" in " ".join(p.screen.split())
    with stage.book.write_tx():
        Phone.update(number="030 5550101", e164="+49305550101").where(Phone.customer == jane).execute()
    async with playing(stage, size=(120, 40)) as p:
        await p.app.push_screen(ProfileScreen(jane))
        await p.press()
        assert "SMS: no number takes text" in " ".join(p.screen.split())
