"""A video visit from the desk: how it is joined stands in sight, and it is started from the contact key."""

from __future__ import annotations

import json
from collections.abc import Iterator
from pathlib import Path

import pytest

from pim_tui.config import Settings
from pim_tui.models import Meeting, Service
from tests.peers.zoom import ACCOUNT, CLIENT, FakeSignIn, FakeZoom
from tests.tui.stage import NOW, Player, Stage, at, playing, set_up

JOIN = "https://zoom.example/j/90000000001?pwd=door-key"
LONG = "https://zoom.example/s/90000000001?zak=" + "eyJ0eXAi" * 70
"""As long as the real ones."""
SETTINGS = Settings(
    clinic_name="Harbour Clinic", country="DE", video_service="zoom", zoom_account=ACCOUNT,
    zoom_client=CLIENT, zoom_secret="env:NOT_FOR_A_DESK",
)  # fmt: skip


@pytest.fixture
def stage(tmp_path: Path) -> Iterator[Stage]:
    made = set_up(tmp_path)
    made.booked("Jane Doe", "2026-11-23 10:30", mode="virtual")
    yield made
    made.book.close()


@pytest.fixture
def zoom(stage: Stage) -> Iterator[FakeZoom]:
    """Zoom has the visit's meeting, and the worker has a pass."""
    sign_in = FakeSignIn()
    sign_in.issued = 1
    fake = FakeZoom(sign_in, NOW, "lee@clinic.example")
    told = {"start_time": "2026-11-23T09:30:00Z", "duration": 30, "agenda": "", "topic": ""}
    fake.meetings[90_000_000_001] = {**told, "id": 90_000_000_001, "join_url": JOIN, "start_url": LONG}
    with fake.serving() as url:
        with stage.book.write_tx():
            Meeting.create(
                appointment=1, service="zoom", key="90000000001", host="lee@clinic.example", join_url=JOIN,
                passcode="pw", starts_at=at("2026-11-23 10:30"), minutes=30, made_at=NOW,
            )  # fmt: skip
            memory = json.dumps({"base": url})
            Service.create(name="zoom", token=sign_in.good, token_ends=NOW + 3000, memory=memory)
        yield fake


async def contacted(p: Player) -> None:
    """The contact key on the visit."""
    await p.press("slash")
    await p.type("jane doe")
    await p.press("enter", "at")


async def test_it_is_started_from_the_contact_key_with_all_of_its_link_in_sight(
    stage: Stage, zoom: FakeZoom
) -> None:
    async with playing(stage, settings=SETTINGS) as p:
        await contacted(p)
        await p.press("v")
        assert "zoom.example/j/90000000001" in p.screen
        assert "s starts it as host" in p.screen
        await p.press("s")
        await p.until(lambda: "Whoever opens it is the host" in p.screen)
        words = "".join(line.strip(" │▌") for line in p.screen.splitlines())
        assert LONG in words
        await p.press("escape")
        assert "zak=" not in p.screen
    assert stage.rows("select action, kind from journal order by seq desc limit 1") == [("start", "meeting")]
    assert "zak" not in str(stage.rows("select before, after, answer from journal_values"))


async def test_where_the_pass_has_run_out_who_renews_it_is_said(stage: Stage, zoom: FakeZoom) -> None:
    stage.clock[0] += 3000
    async with playing(stage, settings=SETTINGS) as p:
        await contacted(p)
        await p.press("v", "s")
        await p.until(lambda: "has to sign in first" in p.screen)
    assert zoom.asked == []


async def test_the_form_of_a_visit_shows_how_it_is_joined(stage: Stage, zoom: FakeZoom) -> None:
    async with playing(stage, settings=SETTINGS) as p:
        await p.press("slash")
        await p.type("jane doe")
        await p.press("enter", "enter")
        assert "zoom.example/j/90000000001" in p.screen


async def test_what_is_not_set_up_is_named(stage: Stage) -> None:
    async with playing(stage, settings=Settings(video_service="zoom")) as p:
        await contacted(p)
        assert "zoom_account" in p.screen
