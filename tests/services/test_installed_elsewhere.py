"""Installed for one user only, or found by PYTHONPATH: the processes that it starts find it there as well.

What lies where one happens to be is imported by none of them.
"""

from __future__ import annotations

import io
import os
import subprocess
import sys
from collections.abc import Callable
from pathlib import Path
from types import SimpleNamespace

import pytest
from PIL import Image

from pim_tui import paths
from pim_tui.paths import import_folders
from pim_tui.services.backups import backups_in
from tests.services.shop import shop

ROOT = Path(__file__).resolve().parents[2]
PYTHON = str(Path(sys.base_exec_prefix) / "bin" / f"python3.{sys.version_info.minor}")
"""The one that the environment of the tests was made from: it knows neither the program nor what it needs."""
NEEDED = [str(ROOT), *(one for one in sys.path if one.endswith("site-packages"))]

BACKUP = """
import os, sys
os.chdir(sys.argv[3])
from pathlib import Path
from pim_tui.apart import Order, made_apart
from pim_tui.services.backups import TakeBackup
order = Order(sys.argv[1], Path(sys.argv[2]), "", TakeBackup(Path(sys.argv[2], "backups")), 1_800_000_000)
print(made_apart(order, lambda done, total: None, lambda: False).verified)
"""
PICTURE = """
import os, sys
os.chdir(sys.argv[1])
from pim_tui.integrations.pictures import photo
print(photo(sys.stdin.buffer.read())[:3] == b"\\xff\\xd8\\xff")
"""


def by_path(base: Path) -> dict[str, str]:
    """Found by PYTHONPATH."""
    return {"PYTHONPATH": os.pathsep.join(NEEDED), "PYTHONNOUSERSITE": "1"}


def for_one_user(base: Path) -> dict[str, str]:
    """As ``pip install --user`` has it, where ``base`` is the user's folder."""
    site = base / "lib" / f"python3.{sys.version_info.minor}" / "site-packages"
    site.mkdir(parents=True)
    (site / "program.pth").write_text("\n".join(NEEDED), "utf-8")
    return {"PYTHONUSERBASE": str(base)}


def said(program: str, *args: str, env: dict[str, str], given: bytes = b"") -> str:
    """What a program says that a bare Python runs."""
    kept = {name: value for name, value in os.environ.items() if not name.startswith("PYTHON")}
    ended = subprocess.run(
        [PYTHON, "-P", "-c", program, *args],
        input=given,
        capture_output=True,
        env=kept | env,
        timeout=100,
        check=False,
    )
    assert not ended.returncode, ended.stderr.decode()
    return ended.stdout.decode().strip()


@pytest.fixture
def trap(tmp_path: Path) -> Path:
    """A folder where modules lie that nobody may import."""
    folder = tmp_path / "trap"
    folder.mkdir()
    for name in ("peewee", "PIL", "arrow", "json"):
        (folder / f"{name}.py").write_text("raise SystemExit('imported from where one is')\n")
    return folder


@pytest.mark.parametrize("installed", [by_path, for_one_user])
def test_a_backup_from_the_screens_is_made(
    tmp_path: Path, trap: Path, installed: Callable[[Path], dict[str, str]]
) -> None:
    clinic = shop(tmp_path)
    args = (clinic.store.name, str(tmp_path), str(trap))
    assert said(BACKUP, *args, env=installed(tmp_path / "user")) == "True"
    assert len(backups_in(tmp_path / "backups", "clinic")) == 1
    clinic.store.close()


@pytest.mark.parametrize("installed", [by_path, for_one_user])
def test_a_picture_is_read(tmp_path: Path, trap: Path, installed: Callable[[Path], dict[str, str]]) -> None:
    file = io.BytesIO()
    Image.new("RGB", (60, 40)).save(file, "PNG")
    assert said(PICTURE, str(trap), env=installed(tmp_path / "user"), given=file.getvalue()) == "True"


def test_a_python_that_was_told_of_nothing_finds_nothing() -> None:
    """Else the tests above would show nothing."""
    with pytest.raises(AssertionError, match="No module named 'pim_tui'"):
        said("import pim_tui", env={"PYTHONNOUSERSITE": "1"})


@pytest.mark.parametrize(("safe", "first"), [(False, []), (True, ["/home/me/bin"])])
def test_neither_the_folder_of_the_script_nor_where_one_is_goes_along(
    monkeypatch: pytest.MonkeyPatch, safe: bool, first: list[str]
) -> None:
    home, lib = str(ROOT), "/usr/lib/python3.11"
    seen = ["/home/me/bin", "", "here", home, lib]
    monkeypatch.setattr(paths, "sys", SimpleNamespace(path=seen, flags=SimpleNamespace(safe_path=safe)))
    assert import_folders() == [*first, home, lib]
    monkeypatch.setattr(
        paths, "sys", SimpleNamespace(path=[home, lib], flags=SimpleNamespace(safe_path=False))
    )
    assert import_folders() == [home, lib], "the program itself is where Python was started"
