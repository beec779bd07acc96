"""Booking, changing and marking under the lock, by every rule of the calendar (T1-T9, S2, S3)."""

from __future__ import annotations

import json
from datetime import date
from typing import Any

import pytest

from pim_tui.domain.rights import TITLES, Right
from pim_tui.domain.states import Status
from pim_tui.domain.visit import Answers
from pim_tui.errors import Forbidden, Invalid, NeedsAnswer, NotFound, Refused, Stale
from pim_tui.models import AppointmentType
from pim_tui.services.booking import BookAppointment, ChangeAppointment, MarkAppointment, book, change, mark
from tests.services.clinic import (
    AARON,
    BUFFERED,
    FIRST_VISIT,
    JANE,
    JOHN,
    LEE,
    NOW,
    SATO,
    Practice,
    at,
    overlaps,
)

S, C, M, X = Status
DAY = 86_400
YES = Answers(same_customer=True)
OVER = Answers(overbook="in pain")


def test_a_booking_keeps_what_was_agreed_and_tells_it(clinic: Practice) -> None:
    done = clinic.book("2026-11-30 10:30", 30, type_id=1, reason="Blood pressure review")
    row = clinic.row(done.ids[0])

    assert (row["day"], row["wall"], row["zone"]) == ("2026-11-30", "10:30", "Europe/Berlin")
    assert (row["starts_at"], row["ends_at"] - row["starts_at"]) == (at("2026-11-30 10:30"), 1800)
    assert (row["status"], row["version"], row["created_by_id"], row["created_at"]) == ("S", 1, 1, NOW)
    assert done.says == "Booked: Jane Doe, Mon 30 Nov 2026 10:30-11:00, Dr Lee"
    assert (done.kind, done.days, done.version) == ("appointment", ("2026-11-30",), 1)


def test_the_journal_tells_who_when_before_and_after(clinic: Practice) -> None:
    id_ = clinic.book("10:30", reason="first", request="r-1").ids[0]
    clinic.clock[0] += 60
    clinic.change(id_, reason="second")

    lines = clinic.store.select(
        "select j.at_ms, j.staff_id, j.session, j.action, j.kind, j.row_id, j.request, v.before, v.after"
        " from journal j join journal_values v on v.seq_id = j.seq order by j.seq"
    )
    assert [line[:7] for line in lines] == [
        (NOW * 1000, 1, "desk-1", "book", "appointment", id_, "r-1"),
        ((NOW + 60) * 1000, 1, "desk-1", "change", "appointment", id_, "line 2"),
    ]
    assert lines[0][7] == ""
    after, before = json.loads(lines[0][8]), json.loads(lines[1][7])
    assert before == after
    assert (after["reason"], after["customer_id"], after["version"]) == ("first", JANE, 1)
    assert json.loads(lines[1][8]) == after | {"reason": "second", "version": 2}


# --- T1, T6, T7: what is in the way ----------------------------------------------------------------


def test_appointments_that_only_touch_do_not_collide(clinic: Practice) -> None:
    clinic.book("10:00")
    clinic.book("10:30", customer_id=JOHN)
    clinic.book("09:30", customer_id=AARON)
    assert clinic.count() == 3


@pytest.mark.parametrize(
    ("when", "minutes"), [("10:00", 30), ("09:45", 30), ("10:29", 15), ("09:00", 240), ("10:10", 5)]
)
def test_a_taken_time_is_refused_with_whose_it_is_and_what_is_free(
    clinic: Practice, when: str, minutes: int
) -> None:
    clinic.book("10:00", type_id=1)

    with pytest.raises(Refused, match=r"Dr Lee is busy 10:00-10:30 \(Jane Doe, Follow-up\)") as caught:
        clinic.book(when, minutes, customer_id=JOHN)
    assert caught.value.rule == "T7"
    assert caught.value.offers
    assert "Nearest free:" in caught.value.hint
    assert clinic.actions() == ["book"]
    clinic.book(caught.value.offers[0], minutes, customer_id=JOHN)


def test_a_room_is_given_once(clinic: Practice) -> None:
    clinic.book("10:00", room_id=1)

    with pytest.raises(Refused, match="Room 1 is taken 10:00-10:30"):
        clinic.book("10:15", staff_id=SATO, customer_id=JOHN, room_id=1)
    clinic.book("10:15", staff_id=SATO, customer_id=JOHN, room_id=2)


def test_buffers_of_both_neighbours_count(clinic: Practice) -> None:
    clinic.book("10:00", type_id=BUFFERED)

    for when in ("10:30", "10:39", "09:30", "09:26"):
        with pytest.raises(Refused, match="min between the two"):
            clinic.book(when, customer_id=JOHN)
    clinic.book("10:40", customer_id=JOHN)
    with pytest.raises(Refused, match="busy"):
        clinic.book("11:10", customer_id=AARON, type_id=BUFFERED)
    clinic.book("11:15", customer_id=AARON, type_id=BUFFERED)
    row = clinic.row(1)
    assert (row["starts_at"] - row["occupied_from"], row["occupied_to"] - row["ends_at"]) == (300, 600)


def test_the_customer_who_is_elsewhere_is_asked_about(clinic: Practice) -> None:
    clinic.book("10:00")

    with pytest.raises(NeedsAnswer) as caught:
        clinic.book("10:00", staff_id=SATO)
    assert caught.value.question == "same_customer"
    assert clinic.count() == 1
    clinic.book("10:00", staff_id=SATO, answers=YES)
    assert clinic.count() == 2


def test_the_same_day_is_no_obstacle(clinic: Practice) -> None:
    clinic.book("10:00")
    assert clinic.book("14:00", staff_id=SATO)


def test_a_stay_of_days_collides_with_what_lies_in_it(clinic: Practice) -> None:
    clinic.open_always()
    clinic.book("2026-11-30 10:00", 3 * 1440, room_id=1)

    for when in ("2026-11-30 10:00", "2026-12-02 23:00", "2026-12-03 09:45"):
        with pytest.raises(Refused, match="busy"):
            clinic.book(when, customer_id=JOHN)
    clinic.book("2026-12-03 10:00", customer_id=JOHN)
    with pytest.raises(Refused, match="busy"):
        clinic.book("2026-11-28 10:00", 3 * 1440, customer_id=AARON)


def test_a_visit_over_midnight_lies_on_both_days(clinic: Practice) -> None:
    clinic.open_always()
    done = clinic.book("2026-11-24 23:30", 60)

    assert done.days == ("2026-11-24", "2026-11-25")
    assert clinic.row(done.ids[0])["crosses_midnight"] == 1
    with pytest.raises(Refused, match="busy Tue 24 Nov 2026 23:30-00:30"):
        clinic.book("2026-11-25 00:00", customer_id=JOHN)
    ends = clinic.book("2026-11-26 23:30", 30)
    assert (ends.days, clinic.row(ends.ids[0])["crosses_midnight"]) == (("2026-11-26",), 0)


# --- what a command may hold -----------------------------------------------------------------------


@pytest.mark.parametrize(
    ("fields", "field"),
    [({"customer_id": 99}, "customer_id"), ({"staff_id": 99}, "staff_id"), ({"mode": "fax"}, "mode")],
)
def test_what_does_not_exist_is_named(clinic: Practice, fields: dict[str, Any], field: str) -> None:
    with pytest.raises(Invalid) as caught:
        clinic.book("10:00", **fields)
    assert [fault.field for fault in caught.value.faults] == [field]


def test_every_fault_is_named_at_once(clinic: Practice) -> None:
    with pytest.raises(Invalid) as caught:
        clinic.book(at("10:00") + 1, customer_id=99, staff_id=99, mode="fax")
    assert {fault.field for fault in caught.value.faults} == {"customer_id", "staff_id", "mode", "starts_at"}


@pytest.mark.parametrize("minutes", [0, -30])
def test_an_appointment_lasts_at_least_a_minute(clinic: Practice, minutes: int) -> None:
    with pytest.raises(Refused) as caught:
        clinic.book("10:00", minutes)
    assert caught.value.rule == "T2"


def test_nobody_is_booked_with_who_has_left(clinic: Practice) -> None:
    with clinic.store.write_tx():
        clinic.store.db.execute_sql("update staff set active = 0, version = 2 where id = ?", (LEE,))
    with pytest.raises(Invalid, match="no longer active"):
        clinic.book("10:00")


def test_text_is_cleaned_on_its_way_in(clinic: Practice) -> None:
    id_ = clinic.book("10:00", reason="a\x1b[31mb\u202ec\nd" + "x" * 300).ids[0]
    reason = clinic.row(id_)["reason"]
    assert len(reason) <= 200
    assert reason.isprintable()


# --- requests --------------------------------------------------------------------------------------


def test_a_request_sent_twice_is_carried_out_once_and_answered_twice(clinic: Practice) -> None:
    first = clinic.book("10:00", request="form-1")
    assert clinic.book("10:00", request="form-1") == first
    assert (clinic.count(), clinic.actions()) == (1, ["book"])

    with pytest.raises(Refused, match="busy"):
        clinic.book("10:00", request="form-2")


def test_a_refused_request_may_be_sent_again(clinic: Practice) -> None:
    clinic.book("10:00")
    with pytest.raises(Refused):
        clinic.book("10:00", customer_id=JOHN, request="form-1")
    clinic.mark(1, X, "ill", "customer")
    assert clinic.book("10:00", customer_id=JOHN, request="form-1").ids == (2,)


# --- change ----------------------------------------------------------------------------------------


def test_moving_frees_the_old_time_and_tells_both_days(clinic: Practice) -> None:
    id_ = clinic.book("10:00").ids[0]
    done = clinic.change(id_, action="move", starts_at=at("2026-11-25 11:00"))

    assert done.says.startswith("Moved: Jane Doe, Wed 25 Nov 2026 11:00-11:30")
    assert (set(done.days), done.version) == ({"2026-11-23", "2026-11-25"}, 2)
    assert (clinic.row(id_)["day"], clinic.row(id_)["wall"]) == ("2026-11-25", "11:00")
    clinic.book("10:00", customer_id=JOHN)


def test_moving_onto_a_taken_time_is_refused_and_changes_nothing(clinic: Practice) -> None:
    clinic.book("10:00")
    id_ = clinic.book("11:00", customer_id=JOHN).ids[0]
    before = clinic.row(id_)

    ways: tuple[dict[str, Any], ...] = ({"starts_at": at("10:15")}, {"starts_at": at("09:45"), "minutes": 60})
    for fields in ways:
        with pytest.raises(Refused, match="busy"):
            clinic.change(id_, **fields)
    assert clinic.row(id_) == before
    assert clinic.actions() == ["book", "book"]


def test_an_appointment_is_not_in_its_own_way(clinic: Practice) -> None:
    id_ = clinic.book("10:00").ids[0]
    clinic.change(id_, starts_at=at("10:15"))
    clinic.change(id_, minutes=60)
    assert clinic.row(id_)["version"] == 3


def test_stretching_into_the_next_one_is_refused(clinic: Practice) -> None:
    id_ = clinic.book("10:00").ids[0]
    clinic.book("10:30", customer_id=JOHN)
    with pytest.raises(Refused, match="busy 10:30"):
        clinic.change(id_, action="stretch", minutes=45)
    assert clinic.change(id_, action="stretch", minutes=15).says.startswith("Length changed")


def test_another_type_brings_its_buffers(clinic: Practice) -> None:
    id_ = clinic.book("10:00").ids[0]
    clinic.book("10:30", customer_id=JOHN)
    with pytest.raises(Refused, match="min between"):
        clinic.change(id_, type_id=BUFFERED)
    clinic.change(id_, type_id=FIRST_VISIT)


def test_a_stale_change_shows_both_values_and_changes_nothing(clinic: Practice) -> None:
    id_ = clinic.book("10:00", reason="cough").ids[0]
    was = clinic.details("10:00", reason="cough")
    clinic.change(id_, reason="fever", starts_at=at("11:00"))

    mine = clinic.details("10:00", reason="cough, tired")
    with pytest.raises(Stale) as caught:
        change(clinic.session, ChangeAppointment(id_, 1, was, mine))
    assert {one.field: (one.was, one.theirs, one.yours) for one in caught.value.differences} == {
        "reason": ("cough", "fever", "cough, tired"),
        "starts_at": ("Mon 23 Nov 2026 10:00", "Mon 23 Nov 2026 11:00", "Mon 23 Nov 2026 10:00"),
    }
    assert (caught.value.version, clinic.row(id_)["reason"]) == (2, "fever")


def test_differences_tell_names_and_not_numbers(clinic: Practice) -> None:
    id_ = clinic.book("10:00", room_id=1, type_id=1).ids[0]
    was = clinic.details("10:00", room_id=1, type_id=1)
    clinic.change(id_, staff_id=SATO, room_id=None, type_id=FIRST_VISIT)

    with pytest.raises(Stale) as caught:
        change(clinic.session, ChangeAppointment(id_, 1, was, was))
    told = {one.field: (one.was, one.theirs) for one in caught.value.differences}
    assert told == {
        "staff_id": ("Dr Lee", "Dr Sato"),
        "room_id": ("Room 1", ""),
        "type_id": ("Follow-up", "First visit"),
    }


@pytest.mark.parametrize("status", [C, M, X])
def test_what_is_over_no_longer_changes(clinic: Practice, status: Status) -> None:
    id_ = clinic.book("09:00").ids[0]
    clinic.mark(id_, status, "ill", "customer")
    with pytest.raises(Refused, match=status.word):
        clinic.change(id_, starts_at=at("15:00"))


def test_what_does_not_exist_is_not_changed_or_marked(clinic: Practice) -> None:
    with pytest.raises(NotFound):
        change(clinic.session, ChangeAppointment(9, 1, clinic.details("10:00"), clinic.details("11:00")))
    with pytest.raises(NotFound):
        mark(clinic.session, MarkAppointment(9, 1, X, "ill", "customer"))


# --- S2, S3: states --------------------------------------------------------------------------------


@pytest.mark.parametrize("status", [C, M])
def test_completed_and_missed_only_once_it_has_begun(clinic: Practice, status: Status) -> None:
    id_ = clinic.book("09:21").ids[0]
    with pytest.raises(Refused, match="before it has started") as caught:
        clinic.mark(id_, status)
    assert caught.value.rule == "S2"
    clinic.clock[0] += 60
    done = clinic.mark(id_, status)
    assert (clinic.row(id_)["status"], clinic.row(id_)["marked_at"]) == (status, clinic.clock[0])
    assert done.says.startswith(status.word)


@pytest.mark.parametrize(("reason", "by"), [("", "customer"), ("ill", ""), ("ill", "aunt"), ("  ", "clinic")])
def test_canceling_says_why_and_who_asked(clinic: Practice, reason: str, by: str) -> None:
    id_ = clinic.book("10:00").ids[0]
    with pytest.raises(Refused) as caught:
        clinic.mark(id_, X, reason, by)
    assert caught.value.rule == "S2"
    clinic.mark(id_, X, "ill", "customer")
    row = clinic.row(id_)
    assert (row["cancel_reason"], row["cancelled_by"], row["occupied_from"]) == ("ill", "customer", None)


@pytest.mark.parametrize(
    ("first", "second"), [(C, M), (C, X), (M, C), (M, X), (X, C), (X, M), (C, C), (X, X)]
)
def test_one_end_does_not_become_another_directly(clinic: Practice, first: Status, second: Status) -> None:
    id_ = clinic.book("09:00").ids[0]
    clinic.mark(id_, first, "ill", "customer")
    with pytest.raises(Refused) as caught:
        clinic.mark(id_, second, "ill", "customer")
    assert caught.value.rule == "S2"


def test_a_canceled_time_is_free_at_once(clinic: Practice) -> None:
    clinic.book("10:00")
    clinic.mark(1, X, "ill", "customer")
    assert clinic.book("10:00", customer_id=JOHN)


def test_a_missed_one_frees_what_is_left(clinic: Practice) -> None:
    clinic.book("09:00", 60)
    clinic.mark(1, M)  # at 9:20

    with pytest.raises(Refused, match="busy 09:00-09:20"):
        clinic.book("09:15", 15, customer_id=JOHN)
    clinic.book("09:20", 30, customer_id=JOHN)
    assert clinic.row(1)["ends_at"] == at("10:00")


@pytest.mark.parametrize("status", [C, M])
def test_marking_takes_no_more_time_though_the_type_has_longer_buffers_by_now(
    clinic: Practice, status: Status
) -> None:
    clinic.book("09:00", type_id=1)
    clinic.book("09:30", customer_id=JOHN)
    with clinic.store.write_tx():
        clinic.store.db.execute_sql("update appointment_type set buffer_after = 60, version = 2 where id = 1")
    clinic.clock[0] = at("11:00")
    clinic.mark(1, status)
    assert clinic.row(1)["occupied_to"] == at("09:30")


def test_one_takes_back_ones_own_mark_of_today_freely(clinic: Practice) -> None:
    clinic.book("09:00")
    clinic.mark(1, C)
    clinic.mark(1, S)
    row = clinic.row(1)
    assert (row["status"], row["marked_at"], row["version"]) == ("S", None, 3)
    assert clinic.actions() == ["book", "complete", "reopen"]


def test_somebody_elses_mark_needs_a_right_and_a_reason(clinic: Practice) -> None:
    clinic.book("09:00")
    clinic.mark(1, C)
    with pytest.raises(Forbidden) as caught:
        clinic.mark(1, S, "slip", session=clinic.as_(LEE, Right.REOPEN_APPOINTMENT))
    assert caught.value.rule == "S3"
    with pytest.raises(Refused, match="reason"):
        clinic.mark(1, S, session=clinic.as_(LEE))
    clinic.mark(1, S, "slip", session=clinic.as_(LEE))


def test_so_does_ones_own_mark_of_another_day(clinic: Practice) -> None:
    clinic.book("09:00")
    clinic.mark(1, C)
    clinic.clock[0] += DAY
    with pytest.raises(Refused, match="reason"):
        clinic.mark(1, S)
    clinic.mark(1, S, "slip")


def test_reopening_looks_anew_whether_the_time_is_free(clinic: Practice) -> None:
    clinic.book("10:00")
    clinic.mark(1, X, "ill", "customer")
    clinic.book("10:00", customer_id=JOHN)

    with pytest.raises(Refused, match="John Roe") as caught:
        clinic.mark(1, S)
    assert caught.value.rule == "T7"
    assert clinic.row(1)["status"] == "X"
    clinic.mark(2, X, "ill", "customer")
    clinic.mark(1, S)
    assert (clinic.row(1)["occupied_from"], clinic.row(1)["cancel_reason"]) == (at("10:00"), "")


def test_a_mark_made_from_an_old_look_is_refused(clinic: Practice) -> None:
    clinic.book("09:00")
    clinic.mark(1, X, "ill", "customer")
    with pytest.raises(Refused, match="it is Canceled now") as caught:
        mark(clinic.session, MarkAppointment(1, 1, C))
    assert caught.value.rule == "V1"


@pytest.mark.parametrize(
    ("right", "status"),
    [(Right.CANCEL_APPOINTMENT, X), (Right.MARK_APPOINTMENT, C), (Right.MARK_APPOINTMENT, M)],
)
def test_each_mark_needs_its_right(clinic: Practice, right: Right, status: Status) -> None:
    clinic.book("09:00")
    with pytest.raises(Forbidden, match=TITLES[right]):
        clinic.mark(1, status, "ill", "customer", session=clinic.as_(LEE, right))


# --- T9: overbooking -------------------------------------------------------------------------------


def test_overbooking_is_never_the_default(clinic: Practice) -> None:
    clinic.book("10:00")
    with pytest.raises(Refused):
        clinic.book("10:00", customer_id=JOHN)
    id_ = clinic.book("10:00", customer_id=JOHN, answers=OVER).ids[0]
    row = clinic.row(id_)
    assert (row["overbooked_by_id"], row["overbook_reason"]) == (1, "in pain")
    assert clinic.store.select("select reason from journal where row_id = ?", [id_]) == [("in pain",)]


def test_a_reason_does_not_overbook_what_is_free(clinic: Practice) -> None:
    id_ = clinic.book("10:00", answers=OVER).ids[0]
    assert clinic.row(id_)["overbooked_by_id"] is None


def test_overbooking_is_a_right(clinic: Practice) -> None:
    clinic.book("10:00")
    with pytest.raises(Forbidden) as caught:
        book(
            clinic.as_(LEE, Right.OVERBOOK),
            BookAppointment(clinic.details("10:00", customer_id=JOHN), "", OVER),
        )
    assert caught.value.rule == "T9"
    assert clinic.count() == 1


def test_the_daily_cap_of_overbooking_takes_a_second_right(clinic: Practice) -> None:
    for hour in range(9, 15):
        clinic.book(f"{hour:02}:00", customer_id=JANE)
    for hour in range(9, 13):
        clinic.book(f"{hour:02}:15", customer_id=JOHN, answers=OVER)
    command = BookAppointment(clinic.details("13:15", customer_id=JOHN), answers=OVER)

    with pytest.raises(Forbidden, match="overbooked 4 of 4 times"):
        book(clinic.as_(1, Right.OVERBOOK_BEYOND_CAP), command)
    book(clinic.session, command)


def test_words_can_be_changed_after_the_buffers_of_the_type_grew(clinic: Practice) -> None:
    id_ = clinic.book("10:00", type_id=BUFFERED).ids[0]
    clinic.book("10:40", customer_id=JOHN)
    with clinic.store.write_tx():
        AppointmentType.update(buffer_after=30, version=2).where(AppointmentType.id == BUFFERED).execute()

    clinic.change(id_, reason="bring the old X-rays")
    row = clinic.row(id_)
    assert (row["reason"], row["occupied_to"]) == ("bring the old X-rays", at("10:40"))


def test_overbooking_does_not_answer_for_the_customer(clinic: Practice) -> None:
    clinic.book("10:00")
    with pytest.raises(NeedsAnswer):
        clinic.book("10:00", answers=OVER)
    assert clinic.book("10:00", answers=Answers(True, "in pain"))


def test_moving_an_overbooked_one_to_a_free_time_makes_it_ordinary(clinic: Practice) -> None:
    clinic.book("10:00")
    id_ = clinic.book("10:00", customer_id=JOHN, answers=OVER).ids[0]
    clinic.change(id_, starts_at=at("12:00"))
    assert clinic.row(id_)["overbooked_by_id"] is None
    with pytest.raises(Refused, match="busy 12:00"):
        clinic.book("12:00", customer_id=AARON)


# --- T2, T3: clock changes -------------------------------------------------------------------------


def test_a_visit_over_the_spring_change_lasts_its_minutes(clinic: Practice) -> None:
    clinic.open_always()
    done = clinic.book("2027-03-28 01:30", 60)
    row = clinic.row(done.ids[0])
    assert row["ends_at"] - row["starts_at"] == 3600
    assert done.says.endswith("01:30-03:30, Dr Lee")
    with pytest.raises(Refused, match="busy 01:30-03:30"):
        clinic.book("2027-03-28 03:00", customer_id=JOHN)
    clinic.book("2027-03-28 03:30", customer_id=JOHN)


def test_the_hour_that_does_not_exist_is_refused_with_the_next_one(clinic: Practice) -> None:
    clinic.open_always()
    with pytest.raises(Refused) as caught:
        at("2027-03-28 02:30")
    assert (caught.value.rule, caught.value.offers) == ("T3", (at("2027-03-28 03:00"),))
    clinic.book(caught.value.offers[0])


def test_the_hour_that_comes_twice_holds_two_visits(clinic: Practice) -> None:
    clinic.open_always()
    with pytest.raises(NeedsAnswer, match="twice"):
        at("2027-10-31 02:30")
    first, second = at("2027-10-31 02:30", 0), at("2027-10-31 02:30", 1)
    clinic.book(first)
    clinic.book(second, customer_id=JOHN)
    assert second - first == 3600
    assert [clinic.row(id_)["wall"] for id_ in (1, 2)] == ["02:30", "02:30"]
    with pytest.raises(Refused, match="busy"):
        clinic.book(second, customer_id=AARON)


def test_days_of_23_and_25_hours_are_offered_whole(clinic: Practice) -> None:
    clinic.open_always()
    for day, last in ((date(2027, 3, 28), "2027-03-28 23:30"), (date(2027, 10, 31), "2027-10-31 23:30")):
        clinic.book(last)
        with pytest.raises(Refused) as caught:
            clinic.book(last, customer_id=JOHN)
        assert caught.value.offers[0] == at(f"{day} 23:00")
        clinic.mark(clinic.count(), X, "ill", "clinic")


def test_nothing_overlaps_after_all_that(clinic: Practice) -> None:
    for when in ("10:00", "10:30", "11:00"):
        clinic.book(when)
    clinic.book("10:15", customer_id=JOHN, answers=OVER)
    assert overlaps(clinic.store) == []
