"""The program itself, on a book wherever it is."""

from __future__ import annotations

import os
import subprocess
import sys
from pathlib import Path

from tests.peers import postgres

ROOT = Path(__file__).resolve().parents[2]


def command(home: Path, url: str, *words: str) -> subprocess.CompletedProcess[str]:
    """What a command of the program says on the book at ``url``, or on the one in ``home`` without one."""
    env = {name: value for name, value in os.environ.items() if name != postgres.VARIABLE}
    env |= {"PIM_HOME": str(home), **({"PIM_DATABASE": url} if url else {})}
    return subprocess.run(
        [sys.executable, "-m", "pim_tui", *words], cwd=ROOT, env=env, capture_output=True, text=True,
        timeout=60, check=False,
    )  # fmt: skip
