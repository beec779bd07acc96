"""A machine that has never seen the program, except that nothing is fetched from the network.

The packages the program depends on are those of the Python that runs the tests.
"""

from __future__ import annotations

import os
import shutil
import subprocess
import sys
import sysconfig
from collections.abc import Sequence
from pathlib import Path

from tests.fences.rules import ROOT
from tests.tui.ptyterm import PtyTerm

OFFLINE = ("--no-index", "--no-deps", "--no-build-isolation", "--disable-pip-version-check")
"""What pip is told on top: take nothing from elsewhere."""

_LEFT_BEHIND = shutil.ignore_patterns(".*", "__pycache__", "*.egg-info", "build", "dist")


def _left_behind(folder: str, names: list[str]) -> set[str]:
    """What is no part of the project, among the names in a folder."""
    return _LEFT_BEHIND(folder, names) - {".ci"}


def checkout(folder: Path) -> Path:
    """The files of this project in a folder of their own."""
    shutil.copytree(ROOT, folder, ignore=_left_behind)
    return folder


def lend_packages(venv: Path) -> None:
    """Let ``venv`` see the packages of this Python behind its own."""
    (site,) = venv.glob("lib/python*/site-packages")
    places = sysconfig.get_paths()
    lines = sorted({places["purelib"], places["platlib"]})
    (site / "zz-lent.pth").write_text("".join(f"{line}\n" for line in lines), "utf-8")


def environment(home: Path, **more: str) -> dict[str, str]:
    """An environment in which ``python3`` is this Python and the program's files are below ``home``.

    Public holidays are only shown: the Tuesday that is booked may be one.
    """
    foreign = ("PIM_", "PYTHON", "PYTEST", "TERM")
    ours = {name: value for name, value in os.environ.items() if not name.startswith(foreign)}
    path = os.pathsep.join((str(Path(sys.executable).parent), os.environ.get("PATH", os.defpath)))
    return {**ours, "PATH": path, "PIM_HOME": str(home), "HOME": str(home), "PIM_HOLIDAYS": "shown", **more}


def run(
    command: str | Sequence[str], env: dict[str, str], cwd: Path = ROOT, timeout: int = 60
) -> subprocess.CompletedProcess[str]:
    """Run a command, or a line as a shell reads it, and wait for its answer."""
    argv = ["sh", "-c", command] if isinstance(command, str) else list(command)
    return subprocess.run(
        argv, env=env, cwd=cwd, timeout=timeout, stdin=subprocess.DEVNULL, capture_output=True, text=True
    )


def said(done: subprocess.CompletedProcess[str]) -> str:
    """What a command that must succeed answered."""
    assert done.returncode == 0, f"{done.args}: {done.stdout}{done.stderr}"
    return done.stdout


def opens_and_quits(terminal: PtyTerm, sight: str) -> None:
    """See ``sight`` on the calendar's screen, leave with Ctrl+Q, and have it end well."""
    terminal.wait_for(sight, 30)
    terminal.feed(b"\x11")
    assert terminal.wait_exit() == 0
