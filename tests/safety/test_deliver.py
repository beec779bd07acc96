"""No email is lost when a worker is killed, and several workers send each one once."""

from __future__ import annotations

from pathlib import Path

import pytest

from tests.safety import deliver
from tests.safety.alone import alone


def test_workers_killed_at_any_moment_lose_no_email(tmp_path: Path) -> None:
    found = alone(deliver.killed, tmp_path, 24, 6, 1)

    assert (found["sent"], found["lost"], found["unknown"], found["broken"]) == (24, 0, 0, None)
    assert found["again"] <= 6


@pytest.mark.walk
def test_writing_down_first_and_sending_then_loses_emails(tmp_path: Path) -> None:
    assert alone(deliver.careless, tmp_path, 6, 3) > 0


def test_four_workers_on_one_book_send_each_email_once(tmp_path: Path) -> None:
    found = alone(deliver.together, tmp_path, 60, 4)

    assert (sum(found["sent"]), found["arrived"], found["again"]) == (60, 60, 0)
    assert found["states"] == {"sent": 60}
    assert sum(map(bool, found["sent"])) > 1
