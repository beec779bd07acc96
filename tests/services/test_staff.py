"""The staff list is kept by those who may, and nobody on it is deleted or locks themselves out."""

from __future__ import annotations

from dataclasses import replace

import pytest

from pim_tui.domain.rights import Right
from pim_tui.domain.stafflist import StaffFields
from pim_tui.errors import Invalid, NotFound, Refused, Stale
from pim_tui.queries.staff import approvers, staff_list, staff_record
from pim_tui.services import pins
from pim_tui.services.pins import SetPin, set_pin
from pim_tui.services.staff import AddStaff, ChangeStaff, add_staff, change_staff
from tests.services.clinic import ANNA, LEE, SATO, Practice


def change(clinic: Practice, staff_id: int, **fields: object) -> str:
    """Change some fields of somebody as they stand."""
    row = staff_record(staff_id)
    wanted = replace(row.fields, **fields)  # type: ignore[arg-type]
    return change_staff(clinic.session, ChangeStaff(staff_id, row.version, row.fields, wanted)).says


def test_somebody_is_added_at_the_end_with_initials(clinic: Practice) -> None:
    done = add_staff(clinic.session, AddStaff(StaffFields("Dr  Nora Vance", login="nora", books=True)))
    row = staff_list()[-1]
    assert (row.id, row.name, row.initials, row.login, row.books) == (
        done.ids[0], "Dr Nora Vance", "NV", "nora", True,
    )  # fmt: skip
    assert clinic.actions() == ["add"]


def test_only_what_differs_is_stored_and_told(clinic: Practice) -> None:
    assert change(clinic, LEE, speciality="hands", login="lee") == "Dr Lee: speciality, login changed."
    assert change(clinic, LEE, login="") == "Dr Lee: login changed."
    with pytest.raises(Refused, match="Nothing was changed"):
        change(clinic, LEE)


@pytest.mark.parametrize(
    ("fields", "why"),
    [({"name": " "}, "name: is empty"), ({"name": "\u0410nna"}, "letters of two alphabets"),
     ({"login": "a b"}, "not the name of a user"),
     ({"login": "-rf"}, "not the name of a user"), ({"role": "emperor"}, "is not one of")],
)  # fmt: skip
def test_what_cannot_be_is_refused(clinic: Practice, fields: dict[str, str], why: str) -> None:
    with pytest.raises(Invalid, match=why):
        change(clinic, LEE, **fields)


def test_nobody_takes_the_name_that_tells_who_did_what(clinic: Practice) -> None:
    for name in ("Anna Berg", "anna  b\u00e9rg", "ANNA BERG"):
        with pytest.raises(Refused, match="the name of somebody else"):
            change(clinic, LEE, name=name)
        with pytest.raises(Refused, match="the name of somebody else"):
            add_staff(clinic.session, AddStaff(StaffFields(name)))
    assert change(clinic, SATO, name="Dr Mori") == "Dr Mori: name changed."
    with pytest.raises(Refused, match="is, or was"):
        change(clinic, LEE, name="Dr Sato")
    change(clinic, SATO, name="Dr Sato")
    add_staff(clinic.session, AddStaff(StaffFields("\u0410\u043d\u043d\u0430 \u0411\u0435\u0440\u0433")))


def test_a_login_is_one_persons(clinic: Practice) -> None:
    change(clinic, LEE, login="lee")
    with pytest.raises(Refused, match="lee is the login of Dr Lee"):
        change(clinic, SATO, login="lee")


@pytest.mark.parametrize("fields", [{"active": False}, {"login": "somebody"}])
def test_nobody_locks_themselves_out(clinic: Practice, fields: dict[str, object]) -> None:
    with pytest.raises(Refused, match="lock yourself out"):
        change(clinic, ANNA, **fields)
    change(clinic, ANNA, name="Anna Berg-Roe")


def test_a_stale_save_shows_both_values(clinic: Practice) -> None:
    was = staff_record(LEE)
    change(clinic, LEE, speciality="hands")
    with pytest.raises(Stale) as caught:
        change_staff(
            clinic.session, ChangeStaff(LEE, was.version, was.fields, replace(was.fields, speciality="feet"))
        )
    (difference,) = caught.value.differences
    assert (difference.was, difference.theirs, difference.yours) == ("", "hands", "feet")
    with pytest.raises(NotFound):
        staff_record(99)


def test_whoever_left_or_has_no_pin_approves_nothing(clinic: Practice) -> None:
    for staff_id in (ANNA, LEE):
        set_pin(clinic.as_(staff_id), SetPin(staff_id, "lantern-2"))

    def who(*besides: int) -> list[int]:
        return [one.id for one in approvers(Right.APPROVE_RETURN, frozenset(besides))]

    assert who() == [ANNA, LEE]
    assert who(ANNA) == [LEE]
    change(clinic, LEE, active=False)
    assert who(ANNA) == []
    with pytest.raises(Refused, match="Nobody of that name works here"):
        pins.verify(clinic.session, LEE, "lantern-2")
