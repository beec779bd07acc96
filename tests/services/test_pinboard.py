"""Several appointments change places together, and go back together."""

from __future__ import annotations

from collections.abc import Iterator

import pytest

from pim_tui.domain.states import Status
from pim_tui.domain.visit import Answers
from pim_tui.errors import Refused
from pim_tui.services.holds import HoldTime, hold_time
from pim_tui.services.pinboard import Move, MoveAll, move_all
from pim_tui.services.undo import Undo, undo
from pim_tui.services.work import Done
from tests.services.clinic import (
    AARON,
    BUFFERED,
    JOHN,
    LEE,
    SATO,
    Practice,
    at,
    overlaps,
)


@pytest.fixture
def clinic(clinic: Practice) -> Iterator[Practice]:
    """Jane at 10:00 and John at 10:30 with Dr Lee."""
    clinic.book("10:00", room_id=1)
    clinic.book(
        "10:30", customer_id=JOHN, type_id=BUFFERED, room_id=1, minutes=25, answers=Answers(overbook="x")
    )
    yield clinic
    assert overlaps(clinic.store) == []


def moved(clinic: Practice, *places: tuple[int, str], staff: int = LEE) -> Done:
    moves = [Move(id_, clinic.row(id_)["version"], at(when), staff, 1) for id_, when in places]
    return move_all(clinic.session, MoveAll(tuple(moves)))


def starts(clinic: Practice) -> list[int]:
    return [row[0] for row in clinic.store.select("select starts_at from appointment order by id")]


def test_two_change_places(clinic: Practice) -> None:
    done = moved(clinic, (1, "10:30"), (2, "09:50"))
    assert starts(clinic) == [at("10:30"), at("09:50")]
    assert clinic.actions()[2:] == ["move", "move"]
    assert done.says == "Moved 2 to Mon 23 Nov 2026, Dr Lee: Jane Doe 10:30, John Roe 09:50"
    row = clinic.row(2)
    assert (row["occupied_from"], row["occupied_to"]) == (at("09:45"), at("10:25")), "buffers come along"


def test_they_go_to_another_day_and_another_person_and_both_days_are_told(clinic: Practice) -> None:
    done = moved(clinic, (1, "2026-11-25 14:00"), (2, "2026-11-25 14:35"), staff=SATO)
    assert set(done.days) == {"2026-11-23", "2026-11-25"}
    assert [clinic.row(id_)["staff_id"] for id_ in (1, 2)] == [SATO, SATO]


def test_one_that_does_not_fit_keeps_all_where_they_were(clinic: Practice) -> None:
    clinic.book("14:00", customer_id=AARON)
    before = [clinic.row(id_) for id_ in (1, 2)]
    with pytest.raises(Refused, match="John Roe: Dr Lee is busy 14:00-14:30") as caught:
        moved(clinic, (1, "13:00"), (2, "14:00"))
    assert caught.value.rule == "T7"
    assert caught.value.offers
    assert [clinic.row(id_) for id_ in (1, 2)] == before


def test_two_of_them_do_not_get_the_same_place(clinic: Practice) -> None:
    with pytest.raises(Refused, match="John Roe: Dr Lee is busy 13:00-13:30"):
        moved(clinic, (1, "13:00"), (2, "13:15"))


def test_a_customer_who_is_elsewhere_is_not_asked_about_in_between(clinic: Practice) -> None:
    clinic.book("13:00", staff_id=SATO)
    with pytest.raises(Refused, match="already booked") as caught:
        moved(clinic, (1, "13:00"), (2, "14:00"))
    assert "Move that one alone" in caught.value.hint


def test_what_was_changed_meanwhile_or_is_over_does_not_move(clinic: Practice) -> None:
    stale = Move(1, 1, at("13:00"), LEE, 1)
    clinic.change(1, reason="other")
    with pytest.raises(Refused, match="changed the appointment of Jane Doe meanwhile"):
        move_all(clinic.session, MoveAll((stale,)))
    clinic.mark(2, Status.CANCELED, "ill", "customer")
    with pytest.raises(Refused, match="John Roe: it is Canceled"):
        moved(clinic, (2, "13:00"))


def test_what_the_desk_held_of_a_new_place_is_held_no_more(clinic: Practice) -> None:
    hold_time(clinic.session, HoldTime(LEE, None, at("13:00"), 30))
    moved(clinic, (1, "13:00"), (2, "14:00"))
    assert clinic.count("hold") == 0


def test_nothing_and_the_same_one_twice_is_refused(clinic: Practice) -> None:
    for places in ((), ((1, "13:00"), (1, "14:00"))):
        with pytest.raises(Refused, match="each once"):
            moved(clinic, *places)


def test_one_undo_takes_them_all_back_even_where_they_changed_places(clinic: Practice) -> None:
    before = [{**clinic.row(id_), "version": 0} for id_ in (1, 2)]
    moved(clinic, (1, "10:30"), (2, "09:50"))
    done = undo(clinic.session, Undo())
    assert [{**clinic.row(id_), "version": 0} for id_ in (1, 2)] == before
    assert (
        done.says
        == "2 moves taken back: Jane Doe, John Roe · u again: booking of John Roe, Mon 23 Nov 2026 10:30"
    )


def test_where_one_of_them_cannot_go_back_none_does(clinic: Practice) -> None:
    moved(clinic, (1, "13:00"), (2, "14:00"))
    clinic.session = clinic.as_(LEE)
    clinic.book("10:00", customer_id=AARON)
    before = [clinic.row(id_) for id_ in (1, 2)]
    clinic.session = clinic.as_(1, key="desk-1")
    with pytest.raises(Refused, match="Aaron Smith"):
        undo(clinic.session, Undo())
    assert [clinic.row(id_) for id_ in (1, 2)] == before
