"""No email is lost and nothing else is done twice when a worker is killed; several do each row once."""

from __future__ import annotations

from pathlib import Path

import pytest

from tests.safety import adapters, channels, deliver
from tests.safety.alone import alone


@pytest.mark.walk
def test_workers_killed_at_any_moment_lose_no_email(tmp_path: Path) -> None:
    found = alone(deliver.killed, tmp_path, 24, 6, 1)

    assert (found["sent"], found["lost"], found["unknown"], found["broken"]) == (24, 0, 0, None)
    assert found["again"] <= 6


@pytest.mark.walk
def test_writing_down_first_and_sending_then_loses_emails(tmp_path: Path) -> None:
    assert alone(deliver.careless, tmp_path, 6, 3) > 0


@pytest.mark.walk
def test_four_workers_on_one_book_send_each_email_once(tmp_path: Path) -> None:
    found = alone(deliver.together, tmp_path, 60, 4)

    assert (sum(found["sent"]), found["arrived"], found["again"]) == (60, 60, 0)
    assert found["states"] == {"sent": 60}
    assert sum(map(bool, found["sent"])) > 1


@pytest.mark.walk
@pytest.mark.parametrize("kind", ["looking", "blind"])
def test_workers_killed_at_any_moment_do_nothing_twice_and_lose_no_email(tmp_path: Path, kind: str) -> None:
    found = alone(channels.killed, tmp_path, 40, 12, 1, kind)

    assert found["broken"] is None
    assert (found["email"]["sent"], found["email"]["lost"]) == (40, 0)
    assert found["meeting"] == {"sent": 40, "lost": 0, "twice": 0}
    unknown = found["sms"].get("unknown", 0)
    assert (found["sms"]["sent"] + unknown, found["sms"]["lost"], found["sms"]["twice"]) == (40, 0, 0)
    assert (unknown > 0) == (kind == "blind")


@pytest.mark.walk
def test_a_worker_that_does_again_what_was_begun_does_it_twice(tmp_path: Path) -> None:
    found = alone(channels.killed, tmp_path, 40, 12, 1, "careless")

    assert found["sms"]["twice"] + found["meeting"]["twice"] > 0


@pytest.mark.walk
def test_an_hour_offline_loses_nothing_spins_nothing_and_is_told_once(tmp_path: Path) -> None:
    found = alone(channels.offline, tmp_path, 30)

    assert (found["notices"], found["waiting"], found["counted"]) == (1, 30, 0)
    assert 10 <= found["tries"] <= 40
    assert (found["sent"], found["in order"]) == (30, True)


@pytest.mark.walk
def test_the_couriers_of_texts_and_meetings_do_nothing_twice_when_they_are_killed(tmp_path: Path) -> None:
    found = alone(adapters.killed, tmp_path, 20, 8, 1)

    assert (found["texts"] + found["texts unknown"], found["texts lost"], found["texts twice"]) == (20, 0, 0)
    assert (found["meetings"], found["meetings there"], found["meetings twice"]) == (20, 20, 0)
    assert (found["wrong"], found["broken"]) == ([], None)
