"""Real servers and programs on the other side: mail, calendars, printers, a telephone, terminals.

``python -m tests.safety.peers`` starts each from Python or Debian packages and takes some minutes. What is
not installed is told and skipped; with ``--all`` it is an error, for machines that are to have everything.
"""

from __future__ import annotations

import os
import subprocess
import sys
from pathlib import Path

ROOT = Path(__file__).resolve().parents[2]


def main(arguments: list[str]) -> int:
    """The exit code of the tests."""
    command = [sys.executable, "-m", "pytest", "-m", "peer", "--timeout", "300", "-rs"]
    # By files: what one has started serves all its tests.
    command += ["-n", "2", "--dist", "loadfile"]
    wanted = {"TESTS_PEERS": "all"} if arguments == ["--all"] else {}
    return subprocess.run(command, cwd=ROOT, env={**os.environ, **wanted}, check=False).returncode


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
