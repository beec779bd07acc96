"""The tests of the database, the reading and the writing side once more, on a real PostgreSQL server.

``python -m tests.safety.postgres`` runs all of them, ``--short`` those in which the two engines could differ
most: the rules in the tables, the journal, bookings side by side, money, stock. The server comes from a
Python package and is started in a folder of its own. Other arguments go to pytest.
"""

from __future__ import annotations

import os
import subprocess
import sys
from pathlib import Path

from tests.peers import postgres

ROOT = Path(__file__).resolve().parents[2]

ROOMS = ("tests/db", "tests/models", "tests/queries", "tests/services")


def main(arguments: list[str]) -> int:
    """The exit code of the tests."""
    chosen = [one for one in arguments if one != "--short"]
    wanted = [one for one in chosen if not one.startswith("-")] or list(ROOMS)
    options = [one for one in chosen if one.startswith("-")]
    command = [sys.executable, "-m", "pytest", "-n", "2", "--timeout", "120", *options, *wanted]
    with postgres.server() as url:
        env = {**os.environ, postgres.VARIABLE: url}
        return subprocess.run(command, cwd=ROOT, env=env, check=False).returncode


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
