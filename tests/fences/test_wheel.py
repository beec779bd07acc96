"""The package arrives whole: built, installed where no checkout is near, and opened."""

from __future__ import annotations

import sys
import zipfile
from pathlib import Path

import pytest

from pim_tui.tui.keys import TABLE
from tests.fences.fresh import OFFLINE, checkout, environment, lend_packages, opens_and_quits, run, said
from tests.fences.rules import ROOT
from tests.tui.ptyterm import PtyTerm

SHEETS = {sheet.name for sheet in (ROOT / "styles").glob("*.tcss")}
MODULES = {
    file.relative_to(ROOT).as_posix() for kind in ("*.py", "*.sh") for file in (ROOT / "pim_tui").rglob(kind)
}
MANUAL = "pim_tui/manual/MANUAL.md"

ESC, F2 = b"\x1b", b"\x1bOQ"
OPENS = {
    "app.staff": (b"\x0c", " Staff  ", F2),
    "app.help": (b"\x1bOP", "Esc", ESC),
    "app.customers": (b"\x1bOR", " Customers  ", F2),
    "app.till": (b"\x1bOS", " Till · Sale", F2),
    "app.products": (b"\x1b[17~", " Products · ", F2),
    "app.imports": (b"\x1b[18~", " Imports  ", F2),
    "app.refunds": (b"\x12", " Waiting refunds · ", F2),
    "app.lists": (b"\x14", " Sale bills · list 1", F2),
    "app.find": (b"/", "Find: name", ESC),
    "app.export": (b"\x1b[20~", "Export ", ESC),
    "app.undo": (b"u", "There is nothing of yours to take back.", b""),
    "app.take_up": (b"U", "Nothing that was typed was left unsaved.", b""),
    "app.day_close": (b"\x1b[24~", " Day close · ", F2),
    "app.journal": (b"\x04", " Journal  ", F2),
    "app.glass": (b"\x18", " Opened records  ", F2),
    "app.palette": (b"\x10", "Command: part", ESC),
    "app.told": (b"!", "What you were told", ESC),
    "app.meter": (b"\x16", " ms ", b"\x16"),
    "app.redraw": (b"\x1f", " · Robin Park ", b""),
    "app.lock": (b"\x0b", "Locked by Robin Park", b"demo-pin\r"),
}
"""What is typed for each key that works everywhere, what then stands on the screen, and the way back."""


def built(project: Path, kind: str, folder: Path) -> Path:
    """The one file that hatchling makes of ``project``."""
    hatchling = (sys.executable, "-m", "hatchling", "build", "-t", kind, "-d", str(folder))
    said(run(hatchling, environment(folder), project))
    (made,) = folder.iterdir()
    return made


@pytest.fixture(scope="module")
def wheel(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The wheel, made of the source archive as a packager would make it."""
    folder = tmp_path_factory.mktemp("package")
    archive = built(checkout(folder / "checkout"), "sdist", folder / "sdist")
    unpacked = folder / "unpacked"
    unpacked.mkdir()
    said(run(("tar", "-xf", str(archive), "-C", str(unpacked)), environment(folder)))
    (source,) = (folder / "unpacked").iterdir()
    assert {sheet.name for sheet in (source / "styles").iterdir()} == SHEETS
    # Without these a test of the archive's own would fail.
    assert {file.name for file in (source / ".ci").iterdir()} == {"constraints.txt", "run"}
    return built(source, "wheel", folder / "wheel")


@pytest.mark.walk
def test_the_wheel_has_every_module_the_style_sheets_the_manual_and_nothing_else(wheel: Path) -> None:
    with zipfile.ZipFile(wheel) as content:
        names = {name for name in content.namelist() if ".dist-info/" not in name}
    assert names == MODULES | {f"pim_tui/styles/{sheet}" for sheet in SHEETS} | {MANUAL}


def test_every_key_that_works_everywhere_is_typed_below() -> None:
    there = {key.id for key in TABLE if key.scope == "app" and key.keys}
    assert there - set(OPENS) == {"app.calendar", "app.leave"}


@pytest.mark.walk
def test_the_installed_program_helps_and_each_key_opens_its_screen(wheel: Path, tmp_path: Path) -> None:
    venv, env = tmp_path / "venv", environment(tmp_path / "home")
    said(run((sys.executable, "-m", "venv", "--without-pip", str(venv)), env))
    pip = (sys.executable, "-m", "pip", "--python", str(venv / "bin" / "python"))
    said(run((*pip, "install", *OFFLINE, str(wheel)), env))
    lend_packages(venv)
    program = str(venv / "bin" / "pim-tui")
    assert "--demo" in said(run((program, "--help"), env))
    assert said(run((program, "manual", "till"), env)).startswith("The till\n")
    with PtyTerm([program, "--demo"], env=env) as terminal:
        # At once: what is typed while it starts is done as well, and nothing of it is lost.
        terminal.wait_for("Robin Park", 30)
        for typed, title, back in OPENS.values():
            terminal.feed(typed)
            terminal.wait_for(title)
            terminal.feed(back)
            terminal.wait_for("a Add F1 Help")
        opens_and_quits(terminal, "Robin Park")
