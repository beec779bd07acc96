"""What was promised survives kill -9, power cuts and full disks; the careless ways beside it do not."""

from __future__ import annotations

from pathlib import Path

import pytest

from tests.safety import full, kill, kill_import, power
from tests.safety.alone import alone

pytestmark = pytest.mark.timeout(120)


@pytest.mark.walk
def test_writers_killed_at_any_moment_lose_nothing(tmp_path: Path) -> None:
    found = alone(kill.rounds, tmp_path, 20, 1)

    assert found["faults"] == []
    assert found["promised"] >= 60


@pytest.mark.walk
def test_an_import_and_its_undo_killed_at_any_moment_go_on_and_leave_nothing(tmp_path: Path) -> None:
    found = alone(kill_import.rounds, tmp_path, 1)

    assert found["wrong"] == []
    assert found["imports"] > 2
    assert found["undos"] > 2
    assert found["same"]


@pytest.mark.walk
def test_promising_before_writing_loses(tmp_path: Path) -> None:
    assert alone(kill.careless_rounds, tmp_path, 40) > 0


@pytest.mark.walk
def test_a_power_cut_loses_nothing(tmp_path: Path) -> None:
    found = alone(power.cuts, tmp_path, "full", 25, 1)

    assert found["promised"] > 100
    assert (found["lost"], found["broken"]) == (0, 0)


@pytest.mark.walk
def test_a_power_cut_loses_bookings_when_commits_are_not_synced(tmp_path: Path) -> None:
    found = alone(power.cuts, tmp_path, "normal", 8, 1)

    assert found["lost"] > 0
    assert found["broken"] == 0


@pytest.mark.walk
def test_a_power_cut_damages_the_book_when_nothing_is_synced(tmp_path: Path) -> None:
    assert alone(power.cuts, tmp_path, "off", 8, 1)["broken"] > 0


@pytest.mark.walk
@pytest.mark.parametrize("what", ["booking", "posting"])
@pytest.mark.parametrize(("kind", "words"), [("FullError", " is full"), ("IOError", " could not be written")])
def test_whichever_write_fails_the_person_is_told_and_may_try_again(
    tmp_path: Path, kind: str, words: str, what: str
) -> None:
    found = alone(power.failures, tmp_path, kind, what)

    assert found["writes"] >= 5
    assert found["faults"] == []
    assert all("StoreFull" in said and words in said for said in found["said"]), found["said"]


@pytest.mark.walk
def test_rows_written_one_by_one_are_kept_by_half(tmp_path: Path) -> None:
    assert alone(power.half_kept, tmp_path) > 0


def test_a_full_disk_is_told_in_words_and_work_goes_on_once_there_is_room(tmp_path: Path) -> None:
    found = alone(full.full_and_free_again, tmp_path)

    assert "it may be full" in found["said"]
    assert "Free some space" in found["said"]
    assert found["during"] == [found["told"] - 1, False]
    assert found["told"] > 5
    assert found["faults"] == []


@pytest.mark.walk
def test_the_program_never_opens_the_live_book_by_its_own_hand(tmp_path: Path) -> None:
    found = alone(full.opened_by_python, tmp_path)

    assert found == {"live": [], "queue": True, "control": True}
