"""Start `terminal_demo` in a terminal."""

from __future__ import annotations

import os
import sys
from pathlib import Path
from typing import Any

from tests.tui.ptyterm import PtyTerm

ROOT = Path(__file__).resolve().parents[2]
PROGRAM = Path(__file__).with_name("terminal_demo.py")


def environment(**extra: str) -> dict[str, str]:
    """The environment in which the project can be imported from this checkout."""
    paths = [str(ROOT), os.environ.get("PYTHONPATH", "")]
    return {**os.environ, "PYTHONPATH": os.pathsep.join(filter(None, paths)), **extra}


def argv(mode: str, folder: Path) -> list[str]:
    """The command line of the demo program."""
    return [sys.executable, str(PROGRAM), mode, str(folder)]


def start(mode: str, folder: Path, *, env: dict[str, str] | None = None, **options: Any) -> PtyTerm:
    """The demo program in a pty of its own."""
    return PtyTerm(argv(mode, folder), env=environment(**(env or {})), **options)
