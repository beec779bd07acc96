"""Whatever comes from outside, the screens show it literally: texts, links, busy times, troubles, printers.

The book is one that another program wrote: its triggers and its limits of length are out of the way.
"""

from __future__ import annotations

from pathlib import Path

import pytest

from pim_tui.config import Settings
from pim_tui.domain.news import JournalLine, news_of
from pim_tui.models import BlockedTime, CalendarItem, InboundText, Meeting, Phone, Service
from pim_tui.tui.screens.profile import ProfileScreen
from tests.integrations.programs import LP, put_program
from tests.tui.clinicstage import COLUMNS, DAY, DUE, HERE, busy, poison
from tests.tui.hostile import LONG, TEXTS, Walk, assert_harmless, press
from tests.tui.stage import NOW, ZONE, Stage, at, playing

OUTSIDE = {
    "blocked_time": "text",
    "calendar_item": "href uid",
    "inbound_text": "sender text",
    "meeting": "topic passcode join_url",
    "phone": "number e164",
    "service": "why name",
}
"""Every column for what comes from outside that holds words."""
SETTINGS = Settings(
    clinic_name="Harbour Clinic", country="DE", smtp_host="localhost", smtp_security="none",
    mail_from="desk@clinic.example", sms_service="gammu", sms_folder="/nowhere", sms_gammu="/nowhere",
)  # fmt: skip


@pytest.fixture
def stage(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Stage:
    """Something from each service, its words replaced; and a CUPS with queues that nobody would name so."""
    monkeypatch.setitem(COLUMNS, "outbox", "window why service key")
    for table, columns in OUTSIDE.items():
        monkeypatch.setitem(COLUMNS, table, columns)
    made = busy(tmp_path)
    jane = made.customers["Jane Doe"]
    with made.book.write_tx():
        for n in range(3):
            InboundText.create(
                service="twilio",
                key=f"I{n}",
                sender=f"+49170{n}",
                text="x",
                at=NOW,
                customer=(jane, None)[n % 2],
            )
            Service.create(name=f"channel {n}", trouble="login", why="x", troubled_since=NOW - 7200)
        Service.create(name="channel email", trouble="login", why="x", troubled_since=NOW - 7200)
        item = CalendarItem.create(staff=3, href="/a", uid="u")
        BlockedTime.create(
            item=item, staff=3, starts_at=at(f"{DAY} 15:00"), ends_at=at(f"{DAY} 16:00"), text="x"
        )
        for visit in (HERE, DUE):
            Meeting.create(
                appointment=visit, service="zoom", key=f"k{visit}", join_url="https://x.example/j", topic="x",
                passcode="x", starts_at=NOW, minutes=30, made_at=NOW,
            )  # fmt: skip
        Phone.create(customer=jane, number="0151 12345678", e164="+4915112345678", position=9)
        virtual = "update appointment set mode = 'virtual', version = version + 1 where id < 3"
        made.book.db.execute_sql(virtual)
        made.book.db.execute_sql("update outbox set state = 'failed', trouble = 'content' where id % 3 = 0")
    lines = "\\n".join(text.replace("\\", "\\\\").replace("'", "").replace("\n", " ") for text in TEXTS)
    said = f"printf '%b' '{lines}'".replace("\x00", "")
    put_program(tmp_path, monkeypatch, "lp", LP)
    put_program(
        tmp_path,
        monkeypatch,
        "lpstat",
        f"{said}; echo; echo Twice; echo Twice; echo 'printer Twice is \x1b[2Jidle'",
    )
    return made


@pytest.mark.walk
@pytest.mark.parametrize("first", range(len(TEXTS) if LONG else 1))
async def test_no_screen_obeys_what_comes_from_outside(stage: Stage, first: int) -> None:
    poison(stage, (*TEXTS[first:], *TEXTS[:first]), most=5000)
    async with playing(stage, settings=SETTINGS) as p:
        p.app.opens_links = True
        walk = Walk(p, TEXTS[first])
        await walk.screen("day with busy time")
        for visit in (HERE, DUE):
            p.app.screen.grid.go_to(block_id=visit)  # type: ignore[attr-defined]
            await walk.screen("visit", "enter")
            await press(p, "escape")
            for keys in (("at",), ("e",), ("escape", "at", "s"), ("escape", "at", "c"), ("escape", "at", "v"),
                         ("escape", "at", "y"), ("y",)):  # fmt: skip
                await press(p, *keys)
                assert_harmless(p, f"contact {keys}")
            await walk.back()
        await walk.screen("messages", "G")
        for _ in range(8):
            await walk.screen("read", "enter")
            await walk.back()
            await press(p, "down")
            assert_harmless(p, "down")
        for key in ("r", "x", "s", "y"):
            await press(p, key)
            assert_harmless(p, key)
        await walk.back()
        await walk.screen("narrowed", "f", typed=walk.text)
        await press(p, "f2")
        p.app.push_screen(ProfileScreen(1))
        await walk.screen("profile")
        await walk.screen("messages of one", "G")
        await walk.screen("text", "enter")
        await walk.back()
        await press(p, "escape", "escape", "f2", "t", "1", "p", "f2")
        for _ in range(4):
            await press(p, "down")
            assert_harmless(p, "printers")


async def test_no_notice_obeys_what_a_service_says(stage: Stage) -> None:
    async with playing(stage) as p:
        for text in TEXTS:
            after = {"name": text, "why": text, "word": text, "customer_id": 1, "starts_at": 1, "ends_at": 2}
            for kind in ("service", "inbound_text", "meeting", "booking", "blocked_time", "outbox"):
                for action in ("hold", "arrive", "make", "remove", "sync", "fail"):
                    line = JournalLine(TEXTS[1], action, kind, 1, {}, after, 1, TEXTS[2])
                    p.app.screen.tell_news([news_of(line, ZONE)])  # type: ignore[attr-defined]
            await press(p)
            assert_harmless(p, f"news {text[:10]}")
