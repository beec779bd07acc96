"""Confirmed, arrived, seated, left: times that are set and taken back by one key each."""

from __future__ import annotations

import pytest

from pim_tui.domain.news import JournalLine, news_of
from pim_tui.domain.states import STEPS, Arrival, Status, arrival_mark
from pim_tui.errors import Invalid, Refused
from pim_tui.services.arrivals import TakeStep, take_step
from pim_tui.services.booking import BookAppointment, book
from pim_tui.services.undo import Undo, undo
from pim_tui.services.work import Done
from tests.services.clinic import LEE, NOW, ZONE, Practice, at

S, C, M, X = Status


@pytest.fixture
def clinic(clinic: Practice) -> Practice:
    clinic.book("09:15")
    return clinic


def step(clinic: Practice, name: str, when: int | None = None, id_: int = 1) -> Done:
    return take_step(clinic.session, TakeStep(id_, clinic.row(id_)["version"], name, at=when))


def times(clinic: Practice) -> list[int | None]:
    return [clinic.row(1)[f"{name}_at"] for name in STEPS]


def test_each_step_gets_its_time_and_the_state_stays(clinic: Practice) -> None:
    for minute, name in enumerate(STEPS):
        clinic.clock[0] = NOW + minute * 60
        step(clinic, name)
    assert times(clinic) == [NOW, NOW + 60, NOW + 120, NOW + 180]
    assert clinic.row(1)["status"] == "S"
    assert clinic.actions() == ["book", "confirm", "arrive", "seat", "leave"]


def test_the_same_step_again_takes_only_its_own_time_back(clinic: Practice) -> None:
    step(clinic, "confirmed")
    assert step(clinic, "arrived").says.startswith("Arrived: Jane Doe")
    assert step(clinic, "arrived").says.startswith("No longer arrived: Jane Doe")
    assert times(clinic) == [NOW, None, None, None]


def test_what_a_desk_wants_to_hear_is_said_with_it(clinic: Practice) -> None:
    step(clinic, "arrived")
    clinic.clock[0] += 12 * 60
    assert step(clinic, "seated").says.startswith("Seated after 12 min: Jane Doe")
    assert step(clinic, "left").says.startswith("Left, still Scheduled: c marks it Completed: Jane Doe")


def test_a_step_may_be_skipped_but_not_put_before_an_earlier_one(clinic: Practice) -> None:
    step(clinic, "seated")
    clinic.clock[0] += 60
    with pytest.raises(Refused, match=r"Seated already at .* so not arrived only now") as caught:
        step(clinic, "arrived")
    assert caught.value.rule == "S1"
    step(clinic, "arrived", NOW - 300)
    assert times(clinic) == [None, NOW - 300, NOW, None]


def test_a_wrong_minute_is_put_right(clinic: Practice) -> None:
    step(clinic, "arrived")
    assert step(clinic, "arrived", at("09:05")).says.startswith("Arrived at 09:05: Jane Doe")
    assert times(clinic)[1] == at("09:05")
    with pytest.raises(Refused, match="09:30 has not come yet"):
        step(clinic, "arrived", at("09:30"))


def test_who_is_here_has_not_missed_the_visit(clinic: Practice) -> None:
    step(clinic, "confirmed")
    step(clinic, "arrived")
    with pytest.raises(Refused, match="so the visit is not Missed") as told:
        clinic.mark(1, M)
    assert told.value.step == "calendar.arrive", "the same key takes it back"
    step(clinic, "arrived")
    clinic.mark(1, M)


@pytest.mark.parametrize("status", [M, X])
def test_nobody_arrives_for_what_is_missed_or_canceled(clinic: Practice, status: Status) -> None:
    clinic.mark(1, status, "ill", "customer")
    with pytest.raises(Refused, match="no arrival times"):
        step(clinic, "arrived")


def test_with_missed_or_canceled_its_times_go_and_the_journal_keeps_them(clinic: Practice) -> None:
    step(clinic, "confirmed", at("09:16"))
    clinic.mark(1, Status.MISSED)
    assert times(clinic) == [None] * 4
    undo(clinic.session, Undo())
    assert times(clinic)[:2] == [at("09:16"), None]
    step(clinic, "arrived", at("09:17"))
    clinic.mark(1, Status.CANCELED, "went home", "customer")
    assert times(clinic) == [None] * 4
    (kept,) = clinic.store.select(
        "select v.before from journal j join journal_values v on v.seq_id = j.seq where j.action = 'cancel'"
    )
    assert f'"arrived_at":{at("09:17")}' in kept[0].replace(" ", "")


def test_nobody_arrives_today_for_another_day_but_it_may_be_confirmed(clinic: Practice) -> None:
    id_ = clinic.book("2026-11-25 10:00").ids[0]
    with pytest.raises(Refused, match="is on Wed 25 Nov 2026"):
        step(clinic, "arrived", id_=id_)
    step(clinic, "confirmed", id_=id_)


def test_a_colleagues_step_is_not_taken_back_by_the_same_key_pressed_a_moment_later(clinic: Practice) -> None:
    command = TakeStep(1, clinic.row(1)["version"], "arrived")
    take_step(clinic.as_(LEE), command)
    with pytest.raises(Refused, match="meanwhile") as caught:
        take_step(clinic.session, command)
    assert caught.value.rule == "V1"
    assert times(clinic)[1] == NOW


def test_a_step_that_there_is_not_is_refused(clinic: Practice) -> None:
    with pytest.raises(Invalid):
        step(clinic, "version")


def test_a_walk_in_has_arrived_with_its_booking_and_goes_with_it(clinic: Practice) -> None:
    done = book(clinic.session, BookAppointment(clinic.details("09:45", customer_id=2), arrived=True))
    assert done.says.startswith("Here now: John Roe")
    assert (clinic.row(2)["arrived_at"], clinic.row(2)["status"]) == (NOW, "S")
    assert clinic.actions()[1:] == ["book"]
    undo(clinic.session, Undo())
    assert (clinic.row(2)["arrived_at"], clinic.row(2)["status"]) == (None, "X")


def test_a_walk_in_whose_time_is_taken_leaves_nothing_behind(clinic: Practice) -> None:
    with pytest.raises(Refused, match="Jane Doe") as caught:
        book(clinic.session, BookAppointment(clinic.details("09:15", customer_id=2), arrived=True))
    assert caught.value.offers[0] == at("09:45")
    assert clinic.count() == 1


@pytest.mark.parametrize(
    ("arrival", "mark"),
    [
        (Arrival(), ""),
        (Arrival(confirmed=1), "y"),
        (Arrival(1, NOW - 719), "w11"),
        (Arrival(None, NOW - 10**6), "w999"),
        (Arrival(1, 2, 3), "h"),
        (Arrival(1, 2, 3, 4), "q"),
    ],
)
def test_a_block_tells_how_far_somebody_has_got(arrival: Arrival, mark: str) -> None:
    assert arrival_mark("S", arrival, NOW) == mark
    assert arrival_mark("C", arrival, NOW) == ""


def test_other_desks_read_what_was_marked(clinic: Practice) -> None:
    before = clinic.row(1)
    step(clinic, "arrived")
    after = clinic.row(1)
    later = {**after, "arrived_at": NOW - 60}

    def told(was: dict[str, object], now: dict[str, object]) -> str:
        line = JournalLine("Dr Lee", "arrive", "appointment", 1, was, now, 1, "Jane Doe")
        return news_of(line, ZONE).says

    assert told(before, after) == "Dr Lee marked Jane Doe 09:15 arrived."
    assert told(after, before) == "Dr Lee marked Jane Doe 09:15 not arrived."
    assert told(after, later) == "Dr Lee put right when Jane Doe 09:15 arrived."
