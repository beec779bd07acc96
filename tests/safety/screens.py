"""The screens' tests at length, a quarter of an hour: ``python -m tests.safety.screens``.

Every hostile text through every screen at two sizes, and many more scripts typed ahead.
"""

from __future__ import annotations

import os
import subprocess
import sys
from pathlib import Path

ROOT = Path(__file__).resolve().parents[2]
FILES = ("tests/tui/test_hostile_screens.py", "tests/tui/test_turns.py")


def main() -> int:
    """The exit code of the tests."""
    command = [sys.executable, "-m", "pytest", "--timeout", "600", *FILES]
    return subprocess.run(
        command, cwd=ROOT, env={**os.environ, "PIM_TESTS_LONG": "1"}, check=False
    ).returncode


if __name__ == "__main__":
    sys.exit(main())
