"""The program behind a real SSH server, as the README says to set it up: every way out is tried and refused.

``python -m tests.safety.kiosk`` needs OpenSSH, sudo and root; a minute. ``tests.safety.peers`` runs the same.
"""

from __future__ import annotations

import os
import subprocess
import sys
from pathlib import Path

ROOT = Path(__file__).resolve().parents[2]


def main() -> int:
    """The exit code of the tests; what is missing on this machine is an error."""
    files = ["tests/safety/test_kiosk.py", "tests/safety/test_sudo.py"]
    command = [sys.executable, "-m", "pytest", "-m", "peer", "-n", "0", "-v", *files]
    return subprocess.run(command, cwd=ROOT, env={**os.environ, "TESTS_PEERS": "all"}, check=False).returncode


if __name__ == "__main__":
    sys.exit(main())
