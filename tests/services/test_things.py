"""Equipment and rooms with places, from booking to undo: taken, refused, given back, kept (T6-T9)."""

from __future__ import annotations

from dataclasses import replace

import pytest

from pim_tui.domain.rights import Right
from pim_tui.domain.states import Status
from pim_tui.domain.visit import Answers
from pim_tui.errors import Difference, Forbidden, Invalid, Refused, Stale
from pim_tui.imports.events import Who
from pim_tui.models import Equipment, TypeEquipment
from pim_tui.queries.checks import CHECKS
from pim_tui.services import booking, visit_rows
from pim_tui.services.booking import BookAppointment, ChangeAppointment
from pim_tui.services.event_storing import OVERLAPS
from pim_tui.services.holds import HoldTime, hold_time
from pim_tui.services.undo import Undo, undo
from pim_tui.services.undoing_imports import undo_import
from pim_tui.services.visit_rows import KnownType, Visit
from tests.db.walls import take_away
from tests.services.clinic import (
    AARON,
    BUFFERED,
    FIRST_VISIT,
    JANE,
    JOHN,
    LEE,
    PLAIN,
    SATO,
    Practice,
    at,
    broken_line,
)
from tests.services.events import come_in, event

LASER, SCALES = 1, 2
URGENT = Answers(overbook="urgent")


@pytest.fixture
def clinic(clinic: Practice) -> Practice:
    """One laser, two scales, a first room with two places; a first visit takes the laser."""
    with clinic.store.write_tx():
        Equipment.create(name="Laser", initials="L", active=True)
        Equipment.create(name="Scales", initials="S", active=True, capacity=2)
        TypeEquipment.create(type=FIRST_VISIT, equipment=LASER)
        clinic.store.db.execute_sql("update room set capacity = 2, version = 2 where id = 1")
    return clinic


def taken(clinic: Practice) -> list[tuple[int, int, int, int]]:
    """What is taken by whom, and the minutes after ten from when to when."""
    rows = clinic.store.select(
        "select appointment_id, equipment_id, occupied_from, occupied_to from appointment_equipment"
        " order by 1, 2"
    )
    ten = at("10:00")
    return [(id_, thing, *((end - ten) // 60 if end else -1 for end in span)) for id_, thing, *span in rows]


def test_a_booking_takes_its_equipment_with_its_buffers(clinic: Practice) -> None:
    clinic.book("10:00", type_id=BUFFERED, equipment_ids=(LASER, SCALES))
    assert taken(clinic) == [(1, LASER, -5, 40), (1, SCALES, -5, 40)]
    with pytest.raises(Refused) as refused:
        clinic.book("10:30", staff_id=SATO, customer_id=JOHN, equipment_ids=(LASER,))
    assert refused.value.message == (
        "Laser is taken 10:00-10:30 (Jane Doe, Treatment, Dr Lee) and needs 10 min between the two."
    )
    assert refused.value.hint == "Nearest free: 10:45, 11:00, 11:15."
    clinic.book("10:30", staff_id=SATO, customer_id=JOHN, equipment_ids=(SCALES,))
    assert broken_line(clinic.store) is None


def test_equipment_that_does_not_exist_is_refused(clinic: Practice) -> None:
    with pytest.raises(Invalid, match="equipment"):
        clinic.book("10:00", equipment_ids=(9,))


def test_a_room_with_two_places_is_full_with_two(clinic: Practice) -> None:
    clinic.book("10:00", room_id=1)
    clinic.book("10:00", room_id=1, staff_id=SATO, customer_id=JOHN)
    third = clinic.details("10:15", room_id=1, staff_id=1, customer_id=AARON)
    with pytest.raises(Refused, match=r"Room 1 \(2 places\) is taken 10:00-10:30"):
        booking.book(clinic.session, BookAppointment(third))
    booking.book(clinic.session, BookAppointment(third, answers=URGENT))
    assert clinic.row(3)["overbook_reason"] == "urgent"


def test_overbooking_equipment_needs_the_right_and_counts_to_the_cap(clinic: Practice) -> None:
    clinic.book("10:00", equipment_ids=(LASER,))
    wish = BookAppointment(clinic.details("10:00", staff_id=SATO, customer_id=JOHN, equipment_ids=(LASER,)))
    told = r"^Laser is taken 10:00-10:30 \(Jane Doe, Dr Lee\)\. You may not overbook\. .*Nearest free: 10:30,"
    with pytest.raises(Forbidden, match=told):
        booking.book(clinic.as_(LEE, Right.OVERBOOK), replace(wish, answers=URGENT))
    booking.book(clinic.session, replace(wish, answers=URGENT))
    few = clinic.as_(LEE, Right.OVERBOOK_BEYOND_CAP)
    few = replace(few, calendar=replace(few.calendar, overbookings=1))
    second = BookAppointment(
        clinic.details("10:15", 10, staff_id=SATO, customer_id=AARON, equipment_ids=(LASER,)), "", URGENT
    )
    with pytest.raises(Forbidden, match="1 of 1"):
        booking.book(few, second)


def test_a_cancelation_frees_it_and_coming_back_needs_it_again(clinic: Practice) -> None:
    clinic.book("10:00", equipment_ids=(LASER,))
    clinic.mark(1, Status.CANCELED, "ill", "customer")
    assert taken(clinic) == [(1, LASER, -1, -1)]
    clinic.book("10:00", staff_id=SATO, customer_id=JOHN, equipment_ids=(LASER,))
    with pytest.raises(Refused, match="Laser is taken"):
        clinic.mark(1, Status.SCHEDULED, "mistake")
    clinic.mark(2, Status.CANCELED, "ill", "customer")
    clinic.mark(1, Status.SCHEDULED, "mistake")
    assert taken(clinic)[0] == (1, LASER, 0, 30)


def test_other_equipment_at_the_same_time_is_a_change_that_is_judged_and_kept(clinic: Practice) -> None:
    clinic.book("10:00", equipment_ids=(SCALES,))
    clinic.book("10:00", staff_id=SATO, customer_id=JOHN, equipment_ids=(LASER,))
    with pytest.raises(Refused, match="Laser is taken"):
        clinic.change(1, equipment_ids=(LASER, SCALES))
    assert taken(clinic) == [(1, SCALES, 0, 30), (2, LASER, 0, 30)]
    clinic.change(2, equipment_ids=(SCALES,))
    clinic.change(1, equipment_ids=(LASER,))
    assert taken(clinic) == [(1, LASER, 0, 30), (2, SCALES, 0, 30)]
    clinic.change(1, equipment_ids=(), starts_at=at("11:00"))
    assert taken(clinic) == [(2, SCALES, 0, 30)]


def test_what_is_left_behind_is_not_asked_for_at_the_new_time(clinic: Practice) -> None:
    clinic.book("10:00", equipment_ids=(LASER,))
    clinic.book("11:00", staff_id=SATO, customer_id=JOHN, equipment_ids=(LASER,))
    clinic.change(1, starts_at=at("11:00"), equipment_ids=(SCALES,))
    assert taken(clinic) == [(1, SCALES, 60, 90), (2, LASER, 60, 90)]


def test_whoever_saw_an_older_state_is_told_the_equipment_by_name(clinic: Practice) -> None:
    clinic.book("10:00", equipment_ids=(LASER,))
    was = clinic.details("10:00", equipment_ids=(LASER,))
    clinic.change(1, equipment_ids=(LASER, SCALES))
    with pytest.raises(Stale) as stale:
        booking.change(clinic.session, ChangeAppointment(1, 1, was, replace(was, equipment_ids=())))
    (only,) = stale.value.differences
    assert only == Difference("equipment_ids", "Laser", "Laser, Scales", "")


def test_undo_gives_equipment_back(clinic: Practice) -> None:
    clinic.book("10:00", equipment_ids=(LASER,))
    clinic.change(1, equipment_ids=(SCALES,), starts_at=at("11:00"))
    undo(clinic.session, Undo())
    assert taken(clinic) == [(1, LASER, 0, 30)]
    undo(clinic.session, Undo())
    assert taken(clinic) == [(1, LASER, -1, -1)]
    assert broken_line(clinic.store) is None


def test_undo_asks_whether_the_equipment_is_still_free(clinic: Practice) -> None:
    clinic.book("10:00", equipment_ids=(LASER,))
    clinic.change(1, equipment_ids=())
    details = clinic.details("10:00", staff_id=SATO, customer_id=JOHN, equipment_ids=(LASER,))
    booking.book(clinic.as_(LEE), BookAppointment(details))
    with pytest.raises(Refused, match="Laser is taken"):
        undo(clinic.session, Undo())


def occupied(clinic: Practice, id_: int = 1) -> tuple[int, int]:
    """The minutes it keeps free before and after."""
    row = clinic.row(id_)
    return (row["starts_at"] - row["occupied_from"]) // 60, (row["occupied_to"] - row["ends_at"]) // 60


def test_a_moved_appointment_keeps_its_buffers_until_its_type_or_room_changes(clinic: Practice) -> None:
    clinic.book("10:00", type_id=BUFFERED)
    change = "update appointment_type set buffer_before = 0, buffer_after = 60, version = 2 where id = ?"
    clinic.store.db.execute_sql(change, (BUFFERED,))
    clinic.change(1, starts_at=at("12:00"), minutes=45)
    assert occupied(clinic) == (5, 10)
    clinic.change(1, staff_id=SATO)
    assert occupied(clinic) == (5, 10)
    clinic.change(1, room_id=2)
    assert occupied(clinic) == (0, 60)
    clinic.change(1, type_id=PLAIN)
    assert occupied(clinic) == (0, 0)


def test_a_missed_one_that_is_reopened_has_its_whole_time_again(clinic: Practice) -> None:
    clinic.book("09:30", type_id=BUFFERED, equipment_ids=(LASER,))
    clinic.clock[0] = at("09:40")
    clinic.mark(1, Status.MISSED)
    assert taken(clinic) == [(1, LASER, -35, -20)]
    clinic.mark(1, Status.SCHEDULED, "came after all")
    assert taken(clinic) == [(1, LASER, -35, 10)]


def _come_in(clinic: Practice, *visits: tuple[str, str, int | None, int]) -> list[str]:
    """Store visits as an import does; who of them was marked as overbooked, by name."""
    types = {None: None, FIRST_VISIT: KnownType(FIRST_VISIT, "in_person")}
    rows = [
        visit_rows.columns(
            Visit(name, JANE, staff, at(when), 30, Status.SCHEDULED, types[type_], room_id=1),
            clinic.session,
            clinic.clock[0],
        )
        for name, when, type_, staff in visits
    ]
    with clinic.store.write_tx():
        visit_rows.overbook_taken(rows, clinic.session, "came in")
        visit_rows.insert_visits(rows)
    return [values["external_id"] for values in rows if values["overbooked_by_id"]]


def test_visits_that_come_in_take_what_their_type_takes_and_are_marked_where_it_is_taken(
    clinic: Practice,
) -> None:
    clinic.book("10:00", room_id=1, equipment_ids=(LASER,), staff_id=1)
    first = [("with the laser", "10:15", FIRST_VISIT, LEE), ("second place", "10:30", None, SATO)]
    assert _come_in(clinic, *first) == ["with the laser"]
    assert taken(clinic) == [(1, LASER, 0, 30), (2, LASER, 15, 45)]
    more = [("third place", "10:40", None, 1), ("room again", "12:00", None, LEE)]
    more += [("laser again", "12:10", FIRST_VISIT, SATO), ("laser twice", "12:20", FIRST_VISIT, 1)]
    assert _come_in(clinic, *more) == ["third place", "laser twice"]


def test_an_import_takes_equipment_and_taking_it_back_gives_it_back(clinic: Practice) -> None:
    both = [event(at("2026-11-24 10:00"), kind="First visit", uid="one", customer=Who("Jane Doe"))]
    both.append(replace(both[0], uid="two", customer=Who("John Roe"), staff=Who("Dr Sato")))
    report = come_in(clinic, both)
    assert [notice.reason for notice in report.notices] == [OVERLAPS]
    assert [row[:2] for row in taken(clinic)] == [(1, LASER), (2, LASER)]
    assert clinic.row(2)["overbook_reason"] == "imported: overlapped another appointment"
    assert report.number is not None
    undo_import(clinic.session, report.number)
    assert taken(clinic) == []


def _faults(code: str) -> list[str]:
    """What the check of that number finds."""
    look = next(check.look for check in CHECKS if check.code == code)
    return [f"{kind} {row}: {says}" for kind, row, says in look()]


def test_the_check_counts_places(clinic: Practice) -> None:
    for who, customer in ((LEE, JANE), (SATO, JOHN)):
        clinic.book("10:00", staff_id=who, customer_id=customer, room_id=1, equipment_ids=(SCALES,))
    clinic.book("10:15", staff_id=1, customer_id=AARON)
    assert [_faults(code) for code in ("C07", "C08", "C09", "C31", "C32")] == [[]] * 5
    for trigger in ("appointment_room_still_free", "appointment_equipment_free"):
        take_away(clinic.store, trigger)
    clinic.store.db.execute_sql("update appointment set room_id = 1, version = 2 where id = 3")
    clinic.store.db.execute_sql(
        "insert into appointment_equipment select id, 2, occupied_from, occupied_to from appointment"
        " where id = 3"
    )
    full = "when it has no place left, and nobody overbooked it"
    assert _faults("C08") == [f"appointment 3: takes room 1 {full}"]
    assert _faults("C31") == [f"appointment 3: takes equipment 2 {full}"]
    clinic.store.db.execute_sql("update appointment_equipment set occupied_to = null, occupied_from = null")
    assert _faults("C31") == []
    assert _faults("C32")[0] == "appointment 1: has equipment 2 for another time than its own"


def test_a_room_with_a_place_left_is_held(clinic: Practice) -> None:
    clinic.book("10:00", room_id=1)
    hold_time(clinic.session, HoldTime(SATO, 1, at("10:00"), 30))
    other, third = clinic.as_(LEE), clinic.details("10:00", staff_id=1, customer_id=JOHN, room_id=1)
    with pytest.raises(Refused, match=r"\(2 places\) is taken"):
        booking.book(other, BookAppointment(third))
