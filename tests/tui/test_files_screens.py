"""The photo in the profile, and documents: chosen in the inbox, shown, saved, removed."""

from __future__ import annotations

import os
from dataclasses import replace
from datetime import date
from pathlib import Path

import pytest

from pim_tui.config import Settings
from pim_tui.domain.halfblocks import Depth, half_blocks
from pim_tui.integrations.inbox import Inbox
from pim_tui.queries.files import photo_of
from pim_tui.services.files import AttachFile, attach_document, attach_photo
from pim_tui.tui.looks import pictures
from pim_tui.tui.screens.profile import ProfileScreen
from tests.integrations.pictures import as_file, face
from tests.tui.stage import Player, Stage, playing, set_up
from tests.tui.test_profile import left, opened, right

WITH = Settings(clinic_name="Harbour Clinic", country="DE", photos="on")
WITHOUT = Settings(clinic_name="Harbour Clinic", country="DE", photos="off")


@pytest.fixture
def stage(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Stage:
    """Jane's clinic on a terminal of many colours, with three files in the inbox, the photo first."""
    monkeypatch.setenv("TERM", "xterm-256color")
    monkeypatch.setenv("COLORTERM", "truecolor")
    made, inbox = set_up(tmp_path), tmp_path / "inbox"
    inbox.mkdir()
    for name, data in (
        ("letter.pdf", b"%PDF-1.4 letter"),
        ("jane.jpg", as_file(face())),
        ("broken.png", b"\x89PNG\r\n\x1a\nx"),
    ):
        (inbox / name).write_bytes(data)
    os.utime(inbox / "jane.jpg", (1_900_000_000, 1_900_000_000))
    os.utime(inbox / "letter.pdf", (1_900_000_001, 1_900_000_001))
    return made


def attached(stage: Stage, name: str = "jane.jpg") -> int:
    act = attach_photo if name == "jane.jpg" else attach_document
    return act(stage.session, AttachFile(1, Inbox(stage.places.inbox), name)).ids[0]


async def looked(p: Player, group: str = "photo") -> None:
    """Wait for a picture, which no key waits for."""
    await p.app.screen._loading[group]  # type: ignore[attr-defined]
    await p.press()


def drawn(p: Player) -> list[str]:
    """The cells of a photo at the top left, each line of them."""
    return [line[1:13] for line in p.screen.split("\n")[1:7]]


async def test_i_attaches_a_photo_of_the_inbox_and_it_stands_where_the_avatar_was(stage: Stage) -> None:
    async with playing(stage, settings=WITH) as p:
        await opened(p)
        await p.press("i")
        assert "Photo of Jane Doe   (Enter attaches, Esc leaves)" in p.screen
        assert "▶jane.jpg" in p.screen
        assert "letter.pdf" not in p.screen
        assert "Inbox:" in p.screen
        assert str(stage.places.inbox)[:40] in p.screen
        await looked(p, "look")
        assert "▀▀▀▀▀▀▀▀▀▀▀▀" in p.screen
        await p.press("enter")
        await looked(p)
        assert "Photo attached." in p.screen
        assert all("▀" in line for line in drawn(p)[1:5])
        assert left(p)[0].endswith("Jane Doe")
        assert p.keys == 2


async def test_where_there_is_room_the_photo_is_large_and_above_the_name(stage: Stage) -> None:
    attached(stage)
    async with playing(stage, settings=WITH) as p:
        await opened(p)
        await looked(p)
        await p.pilot.resize_terminal(120, 40)
        await p.press()
        await looked(p)
        assert left(p)[12:14] == [" Jane Doe", " female, 42 years"]
        assert any("▀" in line for line in left(p)[:12])


@pytest.mark.walk
@pytest.mark.parametrize(
    "settings",
    [
        WITHOUT,
        Settings(clinic_name="Harbour Clinic", country="DE", photos="on", colour="none"),
        Settings(clinic_name="Harbour Clinic", country="DE", photos="on", symbols="ascii"),
    ],
    ids=["switched off", "without colour", "ascii"],
)
async def test_where_it_cannot_or_shall_not_be_drawn_the_avatar_stays(
    stage: Stage, settings: Settings
) -> None:
    attached(stage)
    async with playing(stage, settings=settings) as p:
        await opened(p)
        assert "photo" not in p.app.screen._loading  # type: ignore[attr-defined]
        assert "▀▀▀▀▀▀▀" not in p.screen
        await p.press("i")
        assert "now: jane.jpg" in p.screen


async def test_a_photo_is_drawn_once_and_again_only_when_it_is_another_one(
    stage: Stage, monkeypatch: pytest.MonkeyPatch
) -> None:
    attached(stage)
    painted = list[str]()
    async with playing(stage, settings=WITH) as p:
        await opened(p)
        await looked(p)
        before = drawn(p)
        sent = p.app.screen.query_one("FactSheet")
        monkeypatch.setattr(sent, "refresh", lambda *regions, **more: painted.append(str(regions)))
        p.app.screen.load(p.app.screen._read_person, group="person")
        await p.press()
        assert painted == [], "nothing changed, nothing is sent"
        assert drawn(p) == before


async def test_a_damaged_photo_gives_way_to_the_avatar_and_is_told(stage: Stage) -> None:
    attached(stage)
    photo = photo_of(1)
    assert photo is not None
    file = stage.places.data / "files" / photo.sha256[:2] / photo.sha256[2:]
    file.chmod(0o600)
    file.write_bytes(b"something else")
    async with playing(stage, settings=WITH) as p:
        await opened(p)
        await looked(p)
        assert "damaged since it was stored" in p.screen
        assert left(p)[0] == "  ▟█▙  Jane Doe"


@pytest.mark.walk
async def test_a_photo_is_removed_with_a_reason(stage: Stage) -> None:
    attached(stage)
    async with playing(stage, settings=WITHOUT) as p:
        await opened(p)
        await p.press("i", "x")
        await p.type("asked for it")
        await p.press("enter")
        assert "Photo removed." in p.screen
    assert photo_of(1) is None
    assert stage.rows("select reason from journal where action = 'remove'") == [("asked for it",)]


async def test_what_is_no_picture_is_told_before_and_after(stage: Stage) -> None:
    async with playing(stage, settings=WITH) as p:
        await opened(p)
        await p.press("i", "down")
        await looked(p, "look")
        assert "not a picture that can" in p.screen
        await p.press("enter")
        assert "It is not a picture that can be read." in p.screen
    assert stage.rows("select count(*) from attachment") == [(0,)]


async def test_documents_are_attached_looked_at_saved_and_removed(stage: Stage) -> None:
    async with playing(stage, settings=WITHOUT) as p:
        await opened(p)
        await p.press("tab", "tab")
        assert right(p)[0].endswith("Note[Document]")
        assert "No documents yet." in p.screen
        await p.press("a", "enter")
        assert "What is letter.pdf?" in p.screen
        await p.press("right", "enter")
        await p.type("2026-12-01")
        assert "Good until SOON 1 Dec 2026." in p.screen
        await p.press("enter")
        assert "Document attached." in p.screen
        assert right(p)[2].split()[:5] == ["▶letter.pdf", "Consent", "SOON", "1", "Dec"]
        assert "! Consent expires 1" in p.screen
        await p.press("t", "right", "enter")
        for _ in range(10):
            await p.press("backspace")
        await p.press("enter")
        assert "Document changed." in p.screen
        assert right(p)[2].split()[:3] == ["▶letter.pdf", "Insuranc…", "PDF"]
        await p.press("enter")
        assert "PDF, never opened here" in p.screen
        assert "Checked now: it is as it was stored." in p.screen
        await p.press("s")
        assert "A copy is in" in p.screen
        assert (stage.places.outbox / "letter-1.pdf").read_bytes() == b"%PDF-1.4 letter"
        assert (stage.places.outbox / "letter-1.pdf").stat().st_mode & 0o777 == 0o600
        await p.press("x")
        assert "Why is letter.pdf removed?" in p.screen
        await p.type("wrong person")
        await p.press("enter")
        assert "Document removed." in p.screen
        assert "No documents yet." in p.screen
        await p.press("f")
        await p.type("removed")
        await p.press("enter")
        assert "letter.pdf" in p.screen
        await p.press("x")
        assert "This document was removed already." in p.screen


async def test_a_text_is_read_as_text_and_nothing_in_it_steers_the_screen(stage: Stage) -> None:
    lines = ["[@click=app.leave]press[/] \u202eme", *(f"line {n}" for n in range(60))]
    (stage.places.inbox / "report.txt").write_text("\n".join(lines), "utf-8")
    attached(stage, "report.txt")
    async with playing(stage, settings=WITHOUT) as p:
        await opened(p)
        await p.press("tab", "tab", "enter")
        assert "[@click=app.leave]press[/] \ufffdme" in p.screen
        assert "line 59" not in p.screen
        await p.press(*["pagedown"] * 8)
        assert "line 59" in p.screen
        await p.press("t")
        assert "What is report.txt?" in p.screen


async def test_what_has_run_out_is_said_loudly_until_there_is_a_newer_one(stage: Stage) -> None:
    inbox = Inbox(stage.places.inbox)
    old = AttachFile(1, inbox, "letter.pdf", "consent", date(2026, 11, 3))
    attach_document(stage.session, old)
    async with playing(stage, settings=WITHOUT) as p:
        await opened(p)
        assert "! Consent expired 3 Nov" in p.screen
        await p.press("tab", "tab")
        assert "EXPIRED 3 Nov 2026" in p.screen
        await p.press("f")
        await p.type("referral")
        assert "EXPIRED 3 Nov 2026" not in p.screen
        await p.press("escape")
        stage.clock[0] += 60
        attach_document(stage.session, replace(old, name="jane.jpg", expires_on=date(2028, 1, 1)))
        await opened(p)
        assert "Consent expired" not in p.screen


@pytest.mark.walk
async def test_the_cursor_goes_to_what_was_attached(stage: Stage) -> None:
    attached(stage, "letter.pdf")
    async with playing(stage, settings=WITHOUT) as p:
        await opened(p)
        await p.press("tab", "tab", "a", "down", "enter", "enter", "enter")
        assert right(p)[2].startswith("▶jane.jpg")


async def test_an_empty_inbox_says_where_to_put_files(tmp_path: Path) -> None:
    async with playing(set_up(tmp_path), settings=WITHOUT) as p:
        await opened(p)
        await p.press("i", "enter")
        assert "No files here." in p.screen
        assert "Inbox:" in p.screen
        await p.press("escape")
        assert isinstance(p.app.screen, ProfileScreen)


# --- how it is drawn ------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("depth", "cell"),
    [("truecolor", (0xFF0000, 0x0000FF)), ("256", (196, 21)), ("16", (8, 0))],
)
def test_a_cell_holds_two_pixels_in_the_colours_the_terminal_has(depth: Depth, cell: tuple[int, int]) -> None:
    assert half_blocks(bytes((255, 0, 0, 0, 0, 255)), 1, 2, depth).lines == ((cell,),)
    assert half_blocks(bytes(range(27)), 3, 3, depth).width == 3


def test_greys_stay_grey_in_256_colours() -> None:
    drawn = half_blocks(bytes(value for level in range(0, 256, 5) for value in (level,) * 3), 52, 1, "256")
    assert {number >= 232 or number in (16, 59, 102, 145, 188, 231) for number, _ in drawn.lines[0]} == {True}


@pytest.mark.parametrize(
    ("setting", "term", "slow", "drawn"),
    [
        ("auto", "xterm-256color", False, True),
        ("auto", "xterm-256color", True, False),
        ("auto", "linux", False, False),
        ("auto", "vt220", False, False),
        ("off", "xterm-256color", False, False),
        ("on", "linux", True, True),
    ],
)
def test_photos_are_off_on_old_terminals_and_slow_lines_unless_asked_for(
    setting: str, term: str, slow: bool, drawn: bool
) -> None:
    assert pictures(Settings(photos=setting), slow, {"TERM": term}) is drawn
