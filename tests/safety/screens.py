"""What the test command leaves out: screen after screen, drafts of every form, plain terminals, controls.

``python -m tests.safety.screens`` takes a quarter of an hour; with ``--short``, which is what the checks run,
some minutes. What follows ``--short`` goes to pytest.
"""

from __future__ import annotations

import os
import subprocess
import sys
from pathlib import Path

ROOT = Path(__file__).resolve().parents[2]
LONG = ["--timeout", "600", "-m", "walk or not walk", "tests/tui/test_hostile_screens.py",
        "tests/tui/test_hostile_till.py", "tests/tui/test_hostile_calendar.py", "tests/tui/test_turns.py",
        "tests/tui/test_till_terminals.py", "tests/tui/test_calendar_terminals.py",
        "tests/tui/test_roles_walk.py", "tests/tui/test_bytes_per_key.py"]  # fmt: skip


def main(arguments: list[str]) -> int:
    """The exit code of the tests."""
    short = arguments[:1] == ["--short"]
    # Many of them wait for a terminal: three keep two cores busy.
    some = ["-n", "3", "-m", "walk", *arguments[1:]]
    command = [sys.executable, "-m", "pytest", *(some if short else LONG)]
    env = os.environ if short else {**os.environ, "PIM_TESTS_LONG": "1"}
    return subprocess.run(command, cwd=ROOT, env=env, check=False).returncode


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
