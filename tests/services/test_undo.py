"""Taking back one's own last change, again and again, unless the world has moved on."""

from __future__ import annotations

from contextlib import suppress
from dataclasses import replace
from datetime import date, timedelta
from itertools import count

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from pim_tui.domain.rights import Right
from pim_tui.domain.session import Session
from pim_tui.domain.states import STEPS, Status
from pim_tui.domain.visit import Answers
from pim_tui.domain.worktime import Absence
from pim_tui.errors import Forbidden, Refused
from pim_tui.services.arrivals import TakeStep, take_step
from pim_tui.services.booking import BookAppointment, ChangeAppointment, book, change
from pim_tui.services.fees import WaiveFee, waive_fee
from pim_tui.services.leave import AddLeave, TakeBackLeave, add_leave, take_back_leave
from pim_tui.services.pinboard import Move, MoveAll, move_all
from pim_tui.services.undo import Undo, undo
from pim_tui.services.work import Done
from tests.services.clinic import BUFFERED, JOHN, LEE, SATO, Practice, at

S, C, M, X = Status
KEPT = ("id", "version", "created_at", "created_by_id")


def back(clinic: Practice, session: Session | None = None, request: str = "") -> Done:
    return undo(session or clinic.session, Undo(request))


def back_to_the_first(clinic: Practice) -> None:
    """Go on until it is refused."""
    while True:
        back(clinic)


def same(one: dict[str, object], other: dict[str, object]) -> bool:
    """Equal but for what no change ever sets back."""
    return {**one, **dict.fromkeys(KEPT)} == {**other, **dict.fromkeys(KEPT)}


CHANGES = {
    "move": lambda clinic: clinic.change(1, action="move", starts_at=at("2026-11-25 11:00")),
    "stretch": lambda clinic: clinic.change(1, action="stretch", minutes=45),
    "change": lambda clinic: clinic.change(1, reason="other", type_id=BUFFERED, room_id=2, customer_id=JOHN),
    "complete": lambda clinic: clinic.mark(1, C),
    "miss": lambda clinic: clinic.mark(1, M),
    "cancel": lambda clinic: clinic.mark(1, X, "ill", "customer"),
}

TOLD = {
    "move": "Move", "stretch": "New length", "change": "Change", "complete": "Mark as Completed",
    "miss": "Mark as Missed", "cancel": "Cancelation",
}  # fmt: skip


@pytest.mark.parametrize("what", CHANGES)
def test_every_change_is_taken_back_exactly(clinic: Practice, what: str) -> None:
    clinic.book("09:00", 30, room_id=1, type_id=1, reason="cough")
    before = clinic.row(1)
    CHANGES[what](clinic)
    assert not same(clinic.row(1), before)

    done = back(clinic)
    assert same(clinic.row(1), before)
    assert (clinic.row(1)["version"], done.version) == (3, 3)
    assert done.says.startswith(f"{TOLD[what]} taken back: Jane Doe, Mon 23 Nov 2026 09:00-09:30")
    assert clinic.actions() == ["book", what, "undo"]


def test_an_overbooked_one_does_not_come_back_into_leave_or_over_the_cap(clinic: Practice) -> None:
    clinic.book("10:30")
    clinic.book("10:30", answers=Answers(overbook="in pain"), customer_id=JOHN)
    clinic.mark(2, X, "ill", "customer")
    away = Absence(date(2026, 11, 23), date(2026, 11, 23))
    leave_id = add_leave(clinic.as_(LEE), AddLeave(LEE, away)).ids[0]

    with pytest.raises(Refused, match="Dr Lee is on leave") as refused:
        back(clinic)
    assert refused.value.rule == "T9"
    take_back_leave(clinic.as_(LEE), TakeBackLeave(leave_id, 1))
    capped = replace(clinic.session, rights=clinic.session.rights - {Right.OVERBOOK})
    with pytest.raises(Forbidden, match="You may not overbook"):
        back(clinic, capped)
    assert back(clinic).says.startswith("Cancelation taken back")
    assert clinic.row(2)["overbook_reason"] == "in pain"


def test_a_booking_taken_back_is_canceled_as_a_mistake(clinic: Practice) -> None:
    clinic.book("10:00")
    assert back(clinic).says.startswith("Booking taken back")
    row = clinic.row(1)
    assert (row["status"], row["cancel_reason"], row["cancelled_by"]) == ("X", "booked by mistake", "clinic")
    clinic.book("10:00", customer_id=JOHN)


def test_changes_are_taken_back_one_by_one(clinic: Practice) -> None:
    clinic.book("09:00", reason="a")
    first = clinic.row(1)
    clinic.change(1, reason="b")
    second = clinic.row(1)
    clinic.change(1, reason="c")

    back(clinic)
    assert same(clinic.row(1), second)
    back(clinic)
    assert same(clinic.row(1), first)
    back(clinic)
    assert clinic.row(1)["status"] == "X"
    with pytest.raises(Refused, match="nothing of yours"):
        back(clinic)


def test_after_an_undo_a_new_change_is_the_next_to_go(clinic: Practice) -> None:
    clinic.book("09:00", reason="a")
    clinic.change(1, reason="b")
    back(clinic)
    clinic.change(1, reason="c")
    back(clinic)
    assert clinic.row(1)["reason"] == "a"


def test_both_days_are_told(clinic: Practice) -> None:
    clinic.book("2026-11-24 10:00")
    clinic.change(1, action="move", starts_at=at("2026-11-25 10:00"))
    assert set(back(clinic).days) == {"2026-11-24", "2026-11-25"}


def test_only_ones_own_session_is_taken_back(clinic: Practice) -> None:
    clinic.book("10:00")
    with pytest.raises(Refused, match="nothing of yours"):
        back(clinic, clinic.as_(LEE))


def test_what_somebody_changed_since_is_left_alone(clinic: Practice) -> None:
    clinic.book("09:00")
    clinic.mark(1, C)
    clinic.mark(1, S, "slip", session=clinic.as_(LEE))
    with pytest.raises(Refused, match="changed since") as caught:
        back(clinic)
    assert caught.value.rule == "V1"
    assert clinic.row(1)["status"] == "S"


def test_an_old_time_that_is_taken_by_now_is_not_taken_again(clinic: Practice) -> None:
    clinic.book("10:00")
    clinic.change(1, action="move", starts_at=at("12:00"))
    book(clinic.as_(LEE), BookAppointment(clinic.details("10:00", customer_id=JOHN)))

    with pytest.raises(Refused, match="John Roe") as caught:
        back(clinic)
    assert caught.value.rule == "T7"
    assert clinic.row(1)["starts_at"] == at("12:00")


def test_a_cancelation_taken_back_needs_its_time_free(clinic: Practice) -> None:
    clinic.book("10:00")
    clinic.mark(1, X, "ill", "customer")
    book(clinic.as_(LEE), BookAppointment(clinic.details("10:00", customer_id=JOHN)))
    with pytest.raises(Refused, match="busy"):
        back(clinic)
    assert clinic.row(1)["status"] == "X"


def test_what_the_next_key_would_take_back_is_told(clinic: Practice) -> None:
    clinic.book("09:00", reason="a")
    clinic.change(1, action="move", starts_at=at("11:00"))
    assert back(clinic).says.endswith(" · u again: booking of Jane Doe, Mon 23 Nov 2026 09:00")
    assert "u again" not in back(clinic).says


def test_the_steps_of_two_desks_do_not_mix(clinic: Practice) -> None:
    """What each of them did lies between what the other one did; each takes back its own."""
    lee = clinic.as_(LEE)
    clinic.book("09:00")
    clinic.book("10:00", customer_id=JOHN)
    clinic.mark(1, C)
    book(lee, BookAppointment(clinic.details("12:00", customer_id=JOHN)))
    take_step(clinic.session, TakeStep(2, clinic.row(2)["version"], "arrived", at=at("09:15")))
    clinic.mark(3, X, "ill", "customer", session=lee)
    move_all(clinic.session, MoveAll((Move(2, clinic.row(2)["version"], at("13:00"), SATO, None),)))

    assert "Cancelation taken back: John Roe" in back(clinic, lee).says
    assert "Move taken back: John Roe" in back(clinic).says
    assert "Arrival taken back: John Roe" in back(clinic).says
    assert "Booking taken back: John Roe" in back(clinic, lee).says
    assert "Mark as Completed taken back: Jane Doe" in back(clinic).says
    assert [clinic.row(id_)["status"] for id_ in (1, 2, 3)] == ["S", "S", "X"]


STEPS_OF_A_DAY = st.lists(
    st.tuples(
        st.sampled_from(("book", "move", "stretch", "reason", "C", "M", "X", "S", *STEPS, "two", "other")),
        st.integers(0, 3),
        st.integers(0, 9),
    ),
    max_size=12,
)


@pytest.mark.walk
def test_everything_undone_is_the_day_before_column_by_column(clinic: Practice) -> None:
    """A desk does what it likes in a day of three visits, another one in between; then it undoes it all."""
    weeks = count()

    @given(STEPS_OF_A_DAY)
    @settings(max_examples=20, deadline=None)
    def undone(steps: list[tuple[str, int, int]]) -> None:
        day = date(2026, 11, 24) + timedelta(weeks=next(weeks))
        clinic.clock[0] = at(f"{day} 12:00")
        clinic.session = clinic.as_(1, key=f"first {day}")
        own = [clinic.book(f"{day} {9 + n:02}:00", customer_id=1 + n).ids[0] for n in range(3)]
        clinic.session = clinic.as_(1, key=f"desk {day}")
        before = [clinic.row(id_) for id_ in own]
        for what, which, slot in steps:
            with suppress(Refused):
                own += _done(clinic, day, what, own[which % len(own)], own[-1 - which % 2], slot)
        with pytest.raises(Refused, match="nothing of yours"):
            back_to_the_first(clinic)
        assert all(map(same, [clinic.row(id_) for id_ in own[:3]], before))
        assert {clinic.row(id_)["occupied_from"] for id_ in own[3:]} <= {None}

    undone()


def _done(clinic: Practice, day: date, what: str, id_: int, other: int, slot: int) -> tuple[int, ...]:
    """Do ``what`` to an appointment; the ids of what was booked."""
    when, row = at(f"{day} {8 + slot // 2:02}:{slot % 2 * 3}0"), clinic.row(id_)
    if what == "book":
        return clinic.book(when, customer_id=JOHN).ids
    if what == "other":
        book(clinic.as_(LEE), BookAppointment(clinic.details(when, staff_id=SATO)))
    elif what in STEPS:
        take_step(clinic.session, TakeStep(id_, row["version"], what))
    elif what == "two":
        places = {id_: when, other: when + 1800}
        moves = (Move(one, clinic.row(one)["version"], start, LEE, None) for one, start in places.items())
        move_all(clinic.session, MoveAll(tuple(moves)))
    elif what in ("C", "M", "X", "S"):
        clinic.mark(id_, Status(what), "because", "clinic")
    else:
        fields = {"move": {"starts_at": when}, "stretch": {"minutes": 15 + slot}, "reason": {"reason": what}}
        clinic.change(id_, action="change" if what == "reason" else what, **fields[what])
    return ()


def test_a_fee_that_was_waived_is_asked_for_again(clinic: Practice) -> None:
    clinic.book("09:00")
    clinic.mark(1, M)
    waive_fee(clinic.session, WaiveFee(1, 2, "their train was late"))
    assert back(clinic).says.startswith("Waived fee taken back: Jane Doe")
    assert (clinic.row(1)["fee_waived"], clinic.row(1)["status"]) == ("", "M")


def test_an_overbooking_comes_back_as_one(clinic: Practice) -> None:
    clinic.book("10:00")
    clinic.book("10:00", customer_id=JOHN, answers=Answers(overbook="in pain"))
    before = clinic.row(2)
    clinic.change(2, starts_at=at("12:00"))
    back(clinic)
    assert same(clinic.row(2), before)


def test_what_was_overbooked_on_it_does_not_keep_it_from_its_old_place(clinic: Practice) -> None:
    clinic.book("10:00")
    clinic.book("10:15", customer_id=JOHN, answers=Answers(overbook="acute"))
    before = clinic.row(1)
    clinic.change(1, action="move", starts_at=at("13:00"))
    back(clinic)
    marked = {"overbooked_by_id": 1, "overbook_reason": "taken back beside an overbooking"}
    assert same(clinic.row(1), {**before, **marked}), "both stand where they stood, and both are marked"
    assert "Booking taken back: John Roe" in back(clinic).says
    assert "Booking taken back: Jane Doe" in back(clinic).says


def test_what_came_to_its_old_place_since_does(clinic: Practice) -> None:
    clinic.book("10:00")
    other = clinic.as_(LEE)
    beside = book(other, BookAppointment(clinic.details("14:00", customer_id=JOHN))).ids[0]
    clinic.change(1, action="move", starts_at=at("13:00"))
    row = clinic.row(beside)
    details = clinic.details("14:00", customer_id=JOHN)
    command = ChangeAppointment(beside, row["version"], details, replace(details, starts_at=at("10:15")))
    change(other, command)
    with pytest.raises(Refused, match="Dr Lee is busy"):
        back(clinic)


def test_no_overbooking_comes_back_into_time_that_is_closed_by_now(clinic: Practice) -> None:
    clinic.book("10:00")
    clinic.book("10:15", customer_id=JOHN, answers=Answers(overbook="acute"))
    clinic.change(2, action="move", starts_at=at("2026-11-24 13:00"))
    add_leave(clinic.as_(LEE), AddLeave(LEE, Absence(date(2026, 11, 23), date(2026, 11, 23))))
    with pytest.raises(Refused) as refused:
        back(clinic)
    assert refused.value.rule == "T9"


def test_pressed_twice_by_one_form_it_goes_back_once(clinic: Practice) -> None:
    clinic.book("09:00", reason="a")
    clinic.change(1, reason="b")
    clinic.change(1, reason="c")
    assert back(clinic, request="u-1") == back(clinic, request="u-1")
    assert clinic.row(1)["reason"] == "b"


def test_nothing_to_take_back_is_said(clinic: Practice) -> None:
    with pytest.raises(Refused, match="nothing of yours"):
        back(clinic)


def test_it_needs_the_right_to_change(clinic: Practice) -> None:
    clinic.book("10:00")
    with pytest.raises(Forbidden):
        back(clinic, clinic.as_(1, Right.CHANGE_APPOINTMENT, key="desk-1"))
