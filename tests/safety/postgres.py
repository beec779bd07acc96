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

ROOMS = ["tests/db", "tests/models", "tests/queries", "tests/services"]
SHORT = [
    "tests/db/test_places.py", "tests/db/test_walls.py", "tests/db/test_write_queue.py",
    "tests/models", "tests/queries/test_bills.py", "tests/queries/test_reports.py",
    "tests/services/test_booking.py", "tests/services/test_holds.py", "tests/services/test_merging.py",
    "tests/services/test_payments.py", "tests/services/test_returns.py", "tests/services/test_series.py",
    "tests/services/test_stock.py", "tests/services/test_till.py", "tests/services/test_waiting.py",
]  # fmt: skip


def main(arguments: list[str]) -> int:
    """The exit code of the tests."""
    short = "--short" in arguments
    options = [one for one in arguments if one != "--short"]
    few = ["-k", "not longer_than_its_limit", *SHORT]
    chosen = ["-m", "not walk and not peer and not sqlite", *(few if short else ROOMS)]
    command = [sys.executable, "-m", "pytest", "-n", "2", *options, *chosen]
    with postgres.server() as url:
        env = {**os.environ, postgres.VARIABLE: url}
        return subprocess.run(command, cwd=ROOT, env=env, check=False).returncode


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
