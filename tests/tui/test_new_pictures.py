"""A new picture by the camera or a telephone: it lies in the inbox, is looked at, and then attached."""

from __future__ import annotations

from dataclasses import replace
from typing import Any

import pytest

from pim_tui.config import Settings
from pim_tui.services import uploads
from pim_tui.tui.dialogs import phone
from pim_tui.tui.dialogs.phone import PhonePicture
from tests.integrations.pictures import as_file, face
from tests.integrations.test_camera import camera, copies
from tests.tui.stage import Player, Stage, playing
from tests.tui.test_profile import opened

SECRET = "A" * 22


def settings(**more: Any) -> Settings:
    return Settings(clinic_name="Harbour Clinic", country="DE", photos="off", **more)


async def shot(p: Player) -> None:
    """Wait for the camera, which no key waits for."""
    await p.app.screen._loading["camera"]  # type: ignore[attr-defined]
    await p.press()


async def test_c_takes_a_picture_that_enter_attaches_and_it_leaves_the_inbox(stage: Stage) -> None:
    command = copies(stage.places.data, as_file(face()))
    async with playing(stage, settings=settings(camera=command)) as p:
        await opened(p)
        await p.press("i")
        assert "(Enter attaches, c camera, Esc leaves)" in p.screen
        await p.press("c")
        await shot(p)
        assert "▶camera-2" in p.screen
        await p.press("enter")
        assert "Photo attached." in p.screen
    assert stage.rows("select kind, substr(name, 1, 7) from attachment") == [("photo", "camera-")]
    left = [file.name for file in (stage.places.inbox).iterdir()]
    assert left == ["attached"]


async def test_pictures_of_one_day_can_be_told_apart_beside_the_look_at_one(stage: Stage) -> None:
    stage.places.inbox.mkdir(parents=True, exist_ok=True)
    for second in ("00", "07"):
        (stage.places.inbox / f"camera-2026-11-23-1015{second}.jpg").write_bytes(as_file(face()))
    async with playing(stage, settings=replace(settings(), photos="on")) as p:
        await opened(p)
        await p.press("i")
        named = [line.split()[0] for line in p.screen.split("\n") if ".jpg" in line]
        assert [name.rpartition("…")[2] for name in named] == ["01500.jpg", "01507.jpg"]


async def test_what_the_camera_says_is_told(stage: Stage) -> None:
    broken = camera(stage.places.data, "sys.exit('Cannot open video device')")
    async with playing(stage, settings=settings(camera=broken)) as p:
        await opened(p)
        await p.press("i", "c")
        await shot(p)
        assert "Cannot open video device" in p.screen
        await p.press("P")
        assert "The setting upload_address is empty" in p.screen


def with_a_page(monkeypatch: pytest.MonkeyPatch) -> Settings:
    monkeypatch.setattr(phone, "new_secret", lambda: SECRET)
    return settings(upload_address="127.0.0.1:8443", upload_url="https://pictures.clinic.example.org")


async def test_p_shows_a_code_and_the_picture_that_comes_is_under_the_cursor(
    stage: Stage, monkeypatch: pytest.MonkeyPatch
) -> None:
    async with playing(stage, settings=with_a_page(monkeypatch)) as p:
        await opened(p)
        await p.press("i", "p")
        assert isinstance(p.app.screen, PhonePicture)
        assert p.screen.count("█") > 100
        assert "one picture, until" in p.screen
        worker = replace(stage.session, key="worker")
        uploads.take_in(worker, SECRET, as_file(face()))
        p.app.heard(p.app.live.look())
        await p.until(lambda: not isinstance(p.app.screen, PhonePicture))
        await p.press()
        assert "▶phone-2" in p.screen
        await p.press("enter")
        assert "Photo attached." in p.screen


async def test_escape_closes_the_page_and_so_does_its_time(
    stage: Stage, monkeypatch: pytest.MonkeyPatch
) -> None:
    async with playing(stage, settings=with_a_page(monkeypatch)) as p:
        await opened(p)
        await p.press("i", "p", "escape")
        assert stage.rows("select came_of from upload") == [("withdrawn",)]
        assert "Photo of Jane Doe" in p.screen
        monkeypatch.setattr(phone, "new_secret", lambda: "B" * 22)
        await p.press("p")
        p.app.screen._over()  # type: ignore[attr-defined]
        await p.press()
        assert "three minutes are over" in p.screen
        assert "█" not in p.screen


async def test_a_document_is_looked_at_by_its_facts_and_what_is_not_set_up_is_told(stage: Stage) -> None:
    stage.places.inbox.mkdir()
    pdf = b"%PDF-1.4\n<</Type /Page>> <</Type/Page>> <</Type /Pages>>\n%%EOF"
    (stage.places.inbox / "letter.pdf").write_bytes(pdf)
    async with playing(stage, settings=settings()) as p:
        await opened(p)
        await p.press("tab", "tab", "a")
        await p.app.screen._loading["look"]  # type: ignore[attr-defined]
        await p.press()
        assert "▶letter.pdf" in p.screen
        assert "PDF" in p.screen
        assert "2 pages" in p.screen
        await p.press("C")
        assert "The setting camera is empty" in p.screen
