"""Wherever the program breaks, a name that is at hand there is neither on the terminal nor in the report."""

from __future__ import annotations

import asyncio
import sys
import threading
import traceback
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest
from textual.app import ComposeResult, RenderResult
from textual.events import Key
from textual.message import Message
from textual.screen import Screen
from textual.widget import Widget
from textual.widgets import Static

from pim_tui.domain.session import Session
from pim_tui.tui import crashes
from tests.tui.stage import Player, playing, set_up

MARK = "Eleonora Quillfeather"


def breaks(*_: Any) -> Any:
    """Fail with a name in the words, in what came before, in a note, and in a local variable."""
    patient = MARK
    try:
        {}[patient]
    except KeyError as missing:
        error = ValueError(f"cannot book {patient}", patient.encode())
        error.add_note(patient)
        raise error from missing


async def breaks_later(*_: Any) -> None:
    """The same on the loop."""
    await asyncio.sleep(0)
    breaks()


class Breaking(Widget):
    """Breaks while it is painted."""

    def render(self) -> RenderResult:
        return str(breaks())


class BreaksAtKey(Static, can_focus=True):
    """Breaks at a key."""

    def on_key(self, event: Key) -> None:
        breaks()


class Told(Message):
    """What a screen is told."""


class BreaksTold(Screen[None]):
    """Breaks when it is told something."""

    def __init__(self, *inside: Widget) -> None:
        super().__init__()
        self._inside = inside

    def compose(self) -> ComposeResult:
        yield from self._inside

    def on_told(self) -> None:
        breaks()


class BreaksAtOnce(Screen[None]):
    """Breaks before there is anything on it."""

    def compose(self) -> ComposeResult:
        yield Static(str(breaks()))


def at_a_key(p: Player) -> None:
    shown = BreaksAtKey("x")
    p.app.push_screen(BreaksTold(shown))
    p.app.call_later(shown.focus)
    p.app.set_timer(0.05, lambda: shown.post_message(Key("x", "x")))


def told(p: Player) -> None:
    screen = BreaksTold()
    p.app.push_screen(screen)
    p.app.call_later(screen.post_message, Told())


def service(session: Session, command: object) -> Any:
    """A use case that breaks."""
    breaks()


PLACES: dict[str, Callable[[Player], object]] = {
    "a call": lambda p: p.app.call_later(breaks),
    "a timer": lambda p: p.app.set_timer(0.01, breaks),
    "a worker": lambda p: p.app.run_worker(breaks_later(), exit_on_error=True),
    "a worker's thread": lambda p: p.app.run_worker(breaks, thread=True),
    "a reading": lambda p: p.app.run_worker(p.app.fetch(breaks)),
    "a write": lambda p: p.app.submit(service, None),
    "painting": lambda p: p.app.push_screen(BreaksTold(Breaking())),
    "making a screen": lambda p: p.app.push_screen(BreaksAtOnce()),
    "a key": at_a_key,
    "a message": told,
}


async def broken(folder: Path, act: Callable[[Player], object]) -> None:
    async with playing(set_up(folder)) as p:
        act(p)
        await p.until(lambda: p.app._exception is not None)


@pytest.mark.walk
@pytest.mark.sqlite
@pytest.mark.parametrize("place", PLACES)
async def test_a_crash_names_nobody(tmp_path: Path, place: str, capfd: pytest.CaptureFixture[str]) -> None:
    with pytest.raises(Exception, match=r"cannot book|Worker"):
        await broken(tmp_path, PLACES[place])
    said = "".join(capfd.readouterr())
    (report,) = (tmp_path / "state" / "crashes").iterdir()
    assert MARK not in said + report.read_text()
    assert "cannot book" not in said + report.read_text()
    assert "ValueError" in report.read_text()
    assert " breaks" in report.read_text()
    assert "Start it again" in said


@pytest.mark.parametrize("uncaught", ["main", "thread"])
def test_nor_does_one_that_no_screen_sees(
    tmp_path: Path, uncaught: str, capfd: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch
) -> None:
    for name in ("sys.excepthook", "threading.excepthook"):
        monkeypatch.setattr(name, lambda *_: None)
    crashes.silence(tmp_path)
    if uncaught == "thread":
        thread = threading.Thread(target=breaks)
        thread.start()
        thread.join()
    else:
        with pytest.raises(ValueError, match="cannot") as broken:
            breaks()
        sys.excepthook(broken.type, broken.value, broken.tb)
    (report,) = tmp_path.iterdir()
    assert MARK not in "".join(capfd.readouterr()) + report.read_text()
    assert report.stat().st_mode & 0o777 == 0o600


def test_the_traceback_of_the_language_would_name_them() -> None:
    with pytest.raises(ValueError, match="cannot") as broken:
        breaks()
    assert MARK in "".join(traceback.format_exception(broken.value))
    assert MARK not in "".join(crashes.describe(broken.value))
