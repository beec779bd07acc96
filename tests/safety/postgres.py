"""The tests of the database, of reading, writing and the screens once more, on a real PostgreSQL server.

``python -m tests.safety.postgres`` runs all of them, ``--short`` those in which the two engines could differ
most: the rules in the tables, the journal, bookings side by side, money, stock, and some of the screens over
them. Commands (tests/cli) make a file of their own; those on a server are among the peers. The server comes
from a Python package and is started in a folder of its own. Other arguments go to pytest.
"""

from __future__ import annotations

import os
import subprocess
import sys
from pathlib import Path

from tests.peers import postgres

ROOT = Path(__file__).resolve().parents[2]

ROOMS = [
    "tests/db", "tests/models", "tests/queries", "tests/services", "tests/tui", "tests/imports",
    "tests/exports", "tests/integrations",
]  # fmt: skip
_BOOKING, _TILL = "tests/tui/test_booking_screens.py::test_", "tests/tui/test_till_screen.py::test_"
SCREENS = [
    f"{_BOOKING}the_workflow_of_the_founding_request",
    f"{_BOOKING}losing_the_slot_meanwhile_gives_the_line_back_with_the_nearest_times",
    f"{_TILL}cash_gives_change_and_the_till_is_ready_for_the_next",
    f"{_TILL}what_was_sold_meanwhile_keeps_the_bill_and_points_to_the_line",
    "tests/tui/test_live.py::test_a_colleagues_move_is_drawn_and_told_and_the_cursor_stays",
    "tests/tui/test_live.py::test_its_thread_tells_the_loop_and_ends_with_the_app",
]
"""Some of the screens: booking, till, what others do."""
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
    few = ["-k", "not longer_than_its_limit", *SHORT, *SCREENS]
    chosen = ["-m", "not walk and not peer and not sqlite", *(few if short else ROOMS)]
    command = [sys.executable, "-m", "pytest", "-n", "2", *options, *chosen]
    with postgres.server() as url:
        env = {**os.environ, postgres.VARIABLE: url}
        return subprocess.run(command, cwd=ROOT, env=env, check=False).returncode


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
