"""A time that is held is nobody else's until it ends, and the holder's to book."""

from __future__ import annotations

from datetime import date
from typing import Any

import pytest

from pim_tui.domain.news import JournalLine, news_of
from pim_tui.domain.rights import Right
from pim_tui.domain.session import Session
from pim_tui.domain.visit import Answers
from pim_tui.errors import Forbidden, Refused
from pim_tui.models import Room
from pim_tui.queries import boards, fitting
from pim_tui.queries.holds import holds_between
from pim_tui.services.booking import BookAppointment, book
from pim_tui.services.holds import HoldTime, ReleaseHold, ReleaseOwn, hold_time, release, release_own
from tests.services.clinic import JOHN, LEE, NOW, SATO, ZONE, Practice, at

FIVE = 300


@pytest.fixture
def other(clinic: Practice) -> Session:
    """Dr Lee at the other desk."""
    return clinic.as_(LEE)


def hold(session: Session, when: str, minutes: int = 30, staff: int = LEE, **more: Any) -> int:
    return hold_time(session, HoldTime(staff, None, at(when), minutes, **more)).ids[0]


def live(clinic: Practice) -> list[tuple[int, str]]:
    found = holds_between(at("00:00"), at("23:00"), clinic.clock[0])
    return [(one.starts_at, one.session) for one in found]


def test_others_can_neither_book_nor_hold_it_and_are_told_who_and_until_when(
    clinic: Practice, other: Session
) -> None:
    done = hold_time(clinic.session, HoldTime(LEE, None, at("10:30"), 30))

    assert done.says == "Held until 09:25: Mon 23 Nov 2026 10:30-11:00, Dr Lee. Esc lets it go."
    with pytest.raises(Refused, match=r"Dr Lee is busy 10:30-11:00 \(held by g until 09:25\)") as refused:
        book(other, BookAppointment(clinic.details("10:45")))
    assert refused.value.offers == (at("11:00"), at("11:15"), at("11:30"))
    with pytest.raises(Refused, match="held by g until 09:25"):
        hold(other, "10:45")
    assert fitting.collisions(clinic.details("10:30"), ZONE, NOW, session="desk-2")[0][0].kind == "staff"
    assert fitting.collisions(clinic.details("10:30"), ZONE, NOW, session="desk-1") == ((), ())
    assert clinic.count() == 0


def test_the_holder_books_over_it_and_it_goes_with_the_booking(clinic: Practice, other: Session) -> None:
    hold(clinic.session, "10:30")

    booked = clinic.book("10:30")

    assert (clinic.count("hold"), clinic.actions()) == (
        0,
        ["hold", "book over", "book"],
    )
    assert booked.kind == "appointment"
    with pytest.raises(Refused, match="Dr Lee is busy"):
        hold(other, "10:30")


def test_it_ends_by_itself_and_its_row_goes_with_the_next_hold(clinic: Practice, other: Session) -> None:
    hold(clinic.session, "10:30")
    clinic.clock[0] += FIVE

    assert live(clinic) == []
    assert boards.day_board(date(2026, 11, 23), ZONE, now=clinic.clock[0]).holds == ()
    hold(other, "10:30")
    assert clinic.store.select("select session from hold") == [("desk-2",)]
    clinic.clock[0] += FIVE
    clinic.book("10:30")


def test_a_session_holds_one_time_and_a_new_one_moves_it(clinic: Practice, other: Session) -> None:
    hold(clinic.session, "10:30")
    hold(other, "12:00")
    hold(clinic.session, "10:45")

    assert live(clinic) == [(at("10:45"), "desk-1"), (at("12:00"), "desk-2")]
    book(other, BookAppointment(clinic.details("10:15")))


def test_it_is_let_go_by_its_holder_and_at_the_end_of_the_session(clinic: Practice, other: Session) -> None:
    mine = hold(clinic.session, "10:30")
    with pytest.raises(Refused, match="ends by itself at 09:25"):
        release(other, ReleaseHold(mine))
    assert release(clinic.session, ReleaseHold(mine)).days == ("2026-11-23",)
    with pytest.raises(Refused, match="not held any more"):
        release(clinic.session, ReleaseHold(mine))
    hold(clinic.session, "11:30")
    release_own(clinic.session, ReleaseOwn())
    assert clinic.count("hold") == 0


def test_what_is_taken_over_or_past_is_not_held(clinic: Practice) -> None:
    clinic.book("10:30")
    refused = (
        ("10:45", "Dr Lee is busy"),
        ("08:00", "That time is over"),
        ("18:00", "outside Dr Lee's hours"),
    )
    for when, says in refused:
        with pytest.raises(Refused, match=says):
            hold(clinic.session, when)
    assert hold(clinic.session, "09:00")  # it has begun and is not over
    with pytest.raises(Forbidden):
        hold(clinic.as_(SATO, Right.HOLD), "12:00")


def test_overbooking_passes_a_hold_by_right_and_reason(clinic: Practice, other: Session) -> None:
    hold(clinic.session, "10:30")
    details = clinic.details("10:30", customer_id=JOHN)

    book(other, BookAppointment(details, "", Answers(overbook="pain")))

    assert clinic.row(1)["overbook_reason"] == "pain"
    assert clinic.count("hold") == 1


def test_news_of_a_hold_belong_to_its_day_and_a_booking_is_told_once() -> None:
    row = {"starts_at": at("10:30"), "ends_at": at("11:00"), "name": "Dr Lee"}
    told = [
        news_of(JournalLine("Anna", action, "hold", 1, before, after), ZONE)
        for action, before, after in (("hold", {}, row), ("release", row, {}), ("book over", row, {}))
    ]
    assert [one.says for one in told] == [
        "Anna holds Mon 23 Nov 10:30, Dr Lee.",
        "Anna let Mon 23 Nov 10:30, Dr Lee go.",
        "",
    ]
    assert {one.days for one in told} == {("2026-11-23",)}


def test_a_room_of_several_is_held_while_a_place_is_left(clinic: Practice) -> None:
    with clinic.store.write_tx():
        Room.update(capacity=2, version=Room.version + 1).where(Room.id == 1).execute()
    clinic.book("10:00", staff_id=SATO, room_id=1)
    hold_time(clinic.session, HoldTime(LEE, 1, at("10:00"), 30))
    with pytest.raises(Refused, match="Room 1"):
        hold_time(clinic.as_(SATO), HoldTime(SATO, 1, at("10:15"), 30))
