"""Twenty desks at once: nobody is booked twice, nobody is left without an answer, nothing typed is lost."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path

import pytest

from tests.safety import race
from tests.safety.alone import alone

pytestmark = pytest.mark.timeout(120)


def seen(act: Callable[..., int], folder: Path, *how: int) -> bool:
    """Whether a careless way goes wrong in one of a few rounds: chance may be kind to it once."""
    for round_ in range(6):
        there = folder / str(round_)
        there.mkdir()
        if alone(act, there, *how):
            return True
    return False


@pytest.mark.walk
def test_twenty_desks_book_fifty_slots_once(tmp_path: Path) -> None:
    found = alone(race.booking, tmp_path, 20, 50)

    assert (found["booked"], found["overlaps"], found["broken"], found["lines"]) == (50, [], None, 50)
    assert [sum(said.values()) for said in found["answers"]] == [50] * 20
    assert {word for said in found["answers"] for word in said} == {"done", "refused T7"}


@pytest.mark.walk
def test_the_last_place_is_taken_once_however_many_want_it(tmp_path: Path) -> None:
    found = alone(race.last_places, tmp_path, 3, 5, 2)

    assert found["taken"] == [2] * 5
    assert {word for said in found["answers"] for word in said} == {"done", "refused T7"}
    assert sum(said["done"] for said in found["answers"]) == 10
    assert found["broken"] is None


@pytest.mark.walk
def test_looking_before_booking_is_not_enough(tmp_path: Path) -> None:
    assert seen(race.naive_booking, tmp_path, 20, 50)


@pytest.mark.walk
def test_an_ordinary_transaction_tells_people_that_the_database_is_locked(tmp_path: Path) -> None:
    assert seen(race.deferred_booking, tmp_path, 20, 50)


@pytest.mark.walk
def test_a_request_sent_by_several_at_once_is_carried_out_once(tmp_path: Path) -> None:
    found = alone(race.same_request, tmp_path, 4, 12)

    assert (found["booked"], found["lines"]) == (12, 12)
    assert found["answers"] == [[[place] for place in range(1, 13)]] * 4


@pytest.mark.walk
def test_nobodys_edit_is_lost(tmp_path: Path) -> None:
    found = alone(race.lost_updates, tmp_path, 6, 10)

    assert found["marks"] == 60
    assert found["version"] == 61
    assert found["stale"] > 0


@pytest.mark.walk
def test_reading_changing_and_writing_back_loses_edits(tmp_path: Path) -> None:
    assert seen(race.naive_updates, tmp_path, 6, 50)


@pytest.mark.walk
def test_a_journal_without_the_queue_forks(tmp_path: Path) -> None:
    assert seen(race.naive_chain, tmp_path, 6, 50)


@pytest.mark.walk
def test_one_of_several_gets_a_hold_and_the_others_are_told_whose_it_is(tmp_path: Path) -> None:
    found = alone(race.holding_the_same, tmp_path, 3, 6)

    assert (found["kept"], found["different"], found["broken"]) == (6, 6, None)
    assert sum(one.get("done", 0) for one in found["answers"]) == 6
    assert sum(one.get("held by", 0) for one in found["answers"]) == 12


@pytest.mark.walk
def test_who_waits_is_offered_one_time_by_one_desk_and_booked_once(tmp_path: Path) -> None:
    found = alone(race.offering_the_same, tmp_path, 3, 3)

    assert (found["booked"], found["states"], found["overlaps"]) == (2, {"accepted": 2}, [])
    assert (found["holds"], found["broken"]) == (0, None)
    assert {word for said in found["answers"] for word in said} <= {"offered", "accepted", "told"}
    assert sum(one.get("told", 0) for one in found["answers"]) == 3 * 3 * 2 - 2


@pytest.mark.walk
def test_no_more_is_taken_than_there_was_however_many_take_at_once(tmp_path: Path) -> None:
    found = alone(race.taking_the_last, tmp_path, 4, 12, 5)

    said = found["answers"]
    assert (found["moved"], found["left"], found["broken"]) == (0, 0, None)
    assert sum(one.get("done", 0) for one in said) == 12
    assert sum(one.get("refused K1", 0) for one in said) == 8
