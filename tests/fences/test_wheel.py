"""The package arrives whole: built, installed where no checkout is near, and opened."""

from __future__ import annotations

import sys
import tarfile
import zipfile
from pathlib import Path

import pytest

from tests.fences.fresh import OFFLINE, checkout, environment, lend_packages, opens_and_quits, run, said
from tests.fences.rules import ROOT
from tests.tui.ptyterm import PtyTerm

SHEETS = {sheet.name for sheet in (ROOT / "styles").glob("*.tcss")}
MODULES = {file.relative_to(ROOT).as_posix() for file in (ROOT / "pim_tui").rglob("*.py")}


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
    with tarfile.open(archive) as content:
        content.extractall(folder / "unpacked", filter="data")
    (source,) = (folder / "unpacked").iterdir()
    assert {sheet.name for sheet in (source / "styles").iterdir()} == SHEETS
    return built(source, "wheel", folder / "wheel")


@pytest.mark.walk
def test_the_wheel_has_every_module_and_style_sheet_and_nothing_else(wheel: Path) -> None:
    with zipfile.ZipFile(wheel) as content:
        names = {name for name in content.namelist() if ".dist-info/" not in name}
    assert names == MODULES | {f"pim_tui/styles/{sheet}" for sheet in SHEETS}


@pytest.mark.walk
def test_the_installed_program_helps_and_opens_the_demo_clinic(wheel: Path, tmp_path: Path) -> None:
    venv, env = tmp_path / "venv", environment(tmp_path / "home")
    said(run((sys.executable, "-m", "venv", "--without-pip", str(venv)), env))
    pip = (sys.executable, "-m", "pip", "--python", str(venv / "bin" / "python"))
    said(run((*pip, "install", *OFFLINE, str(wheel)), env))
    lend_packages(venv)
    program = str(venv / "bin" / "pim-tui")
    assert "--demo" in said(run((program, "--help"), env))
    with PtyTerm([program, "--demo"], env=env) as terminal:
        opens_and_quits(terminal, "Riverside Clinic")
