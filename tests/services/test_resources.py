"""Rooms, equipment and types: added, changed, taken out of use, and what refuses it."""

from __future__ import annotations

from dataclasses import replace

import pytest

from pim_tui.domain.resourcefields import Fields, Kind, ThingFields, TypeFields
from pim_tui.domain.states import Status
from pim_tui.domain.visit import Answers
from pim_tui.errors import Invalid, Refused, Stale
from pim_tui.queries.catalogue import catalogue
from pim_tui.queries.resources import resource, resource_list
from pim_tui.services.resources import AddResource, ChangeResource, add_resource, change_resource
from pim_tui.services.work import Done
from tests.services.clinic import BUFFERED, JOHN, SATO, Practice, broken_line


def add(clinic: Practice, kind: Kind, fields: Fields) -> int:
    return add_resource(clinic.session, AddResource(kind, fields)).ids[0]


def change(clinic: Practice, kind: Kind, id_: int, **fields: object) -> Done:
    seen = resource(kind, id_)
    to = replace(seen.fields, **fields)  # type: ignore[arg-type]
    return change_resource(clinic.session, ChangeResource(kind, id_, seen.version, seen.fields, to))


def test_equipment_is_added_and_taken_by_a_type_that_forms_find_by_name(clinic: Practice) -> None:
    laser = add(clinic, "equipment", ThingFields(" Laser ", "", "2"))
    assert resource("equipment", laser).fields == ThingFields("Laser", "L", "2")
    fields = TypeFields("Laser session", "ls", "45m", "5", "10", "red", equipment="las")
    type_id = add(clinic, "appointment_type", fields)
    kept = TypeFields("Laser session", "ls", "45", "5", "10", "red", equipment="Laser")
    assert resource("appointment_type", type_id).fields == kept
    names = catalogue()
    assert names.takes == {type_id: (laser,)}
    change(clinic, "equipment", laser, active=False)
    assert catalogue().takes == {}
    assert clinic.actions()[-3:] == ["add", "add", "retire"]
    assert broken_line(clinic.store) is None


def test_everything_that_is_wrong_is_told_at_once(clinic: Practice) -> None:
    wrong = TypeFields(" ", "", "0", "-1", "999", "mauve", "fax", "x-ray")
    with pytest.raises(Invalid) as invalid:
        add(clinic, "appointment_type", wrong)
    fields = [fault.field for fault in invalid.value.faults]
    assert fields == ["name", "minutes", "before", "after", "colour", "mode", "equipment"]
    for places in ("0", "101", "two", ""):
        with pytest.raises(Invalid, match="from 1 to 100"):
            add(clinic, "room", ThingFields("Gym", "", places))
    with pytest.raises(Invalid, match="is that of Room 1"):
        add(clinic, "room", ThingFields("room 1"))


def test_a_change_without_a_difference_and_one_from_an_older_state_are_refused(clinic: Practice) -> None:
    seen = resource("room", 1)
    with pytest.raises(Refused, match="Nothing was changed"):
        change(clinic, "room", 1)
    change(clinic, "room", 1, capacity="3")
    to = replace(seen.fields, name="Gym")
    with pytest.raises(Stale) as stale:
        change_resource(clinic.session, ChangeResource("room", 1, seen.version, seen.fields, to))
    assert [(one.field, one.was, one.theirs) for one in stale.value.differences] == [("capacity", "1", "3")]


def test_places_that_are_taken_stay_and_what_is_still_needed_is_not_taken_out_of_use(
    clinic: Practice,
) -> None:
    change(clinic, "room", 1, capacity="2")
    clinic.book("10:00", room_id=1)
    clinic.book("10:00", room_id=1, staff_id=SATO, customer_id=JOHN)
    with pytest.raises(Refused, match="more than 1 in it on Mon 23 Nov 2026 at 10:00"):
        change(clinic, "room", 1, capacity="1")
    with pytest.raises(Refused, match="2 appointments still need Room 1, the first on Mon 23 Nov 2026"):
        change(clinic, "room", 1, active=False)
    clinic.mark(1, Status.CANCELED, "ill", "customer")
    change(clinic, "room", 1, capacity="1")
    clinic.mark(2, Status.CANCELED, "ill", "customer")
    change(clinic, "room", 1, active=False)
    assert [row.name for row in resource_list("room")] == ["Room 2", "Room 1"]
    laser = add(clinic, "equipment", ThingFields("Laser"))
    clinic.book("10:00", answers=Answers(overbook="urgent"), equipment_ids=(laser,))
    with pytest.raises(Refused, match="1 appointment still needs Laser"):
        change(clinic, "equipment", laser, active=False)


def test_there_is_one_usual_type_and_new_buffers_hold_for_new_bookings(clinic: Practice) -> None:
    change(clinic, "appointment_type", 1, usual=True)
    change(clinic, "appointment_type", 2, usual=True)
    usual = {row.id for row in resource_list("appointment_type") if getattr(row.fields, "usual", False)}
    assert usual == {2}
    clinic.book("10:00", type_id=BUFFERED)
    before = clinic.row(1)
    change(clinic, "appointment_type", BUFFERED, before="30", after="")
    assert clinic.row(1) == before
    clinic.book("13:00", type_id=BUFFERED)
    assert clinic.row(2)["starts_at"] - clinic.row(2)["occupied_from"] == 1800
