"""Roles are changed by those who may, with their PIN; nobody gains by it themselves, and somebody stays."""

from __future__ import annotations

import json
from dataclasses import replace

import pytest

from pim_tui.db.connection import select
from pim_tui.domain.rights import ROLES, Right, rights_of
from pim_tui.domain.roles import RoleFields, kept
from pim_tui.domain.stafflist import StaffFields
from pim_tui.errors import Forbidden, Invalid, NeedsAnswer, Refused, Stale
from pim_tui.queries.gate import on_behalf_of
from pim_tui.queries.notes import notes_of
from pim_tui.queries.roles import RoleRow, roles
from pim_tui.queries.staff import staff_record
from pim_tui.services.pins import SetPin, set_pin
from pim_tui.services.roles import AddRole, ChangeRole, MoveRole, add_role, change_role, move_role
from pim_tui.services.staff import AddStaff, ChangeStaff, add_staff, change_staff
from pim_tui.services.stepup import PIN, stepped_up
from tests.services.clinic import ANNA, JANE, LEE, SATO, ZONE, Practice

OWN = "lantern-2"


@pytest.fixture
def clinic(clinic: Practice) -> Practice:
    """The small clinic; Anna, the owner, has a PIN of her own."""
    set_pin(clinic.session, SetPin(ANNA, OWN))
    return clinic


def role(name: str) -> RoleRow:
    return next(one for one in roles() if one.name == name)


def become(clinic: Practice, staff_id: int, name: str) -> None:
    with clinic.store.write_tx():
        clinic.store.db.execute_sql(
            "update staff set role = ?, version = version + 1 where id = ?", (name, staff_id)
        )


def change(clinic: Practice, seen: RoleRow, name: str = "", **rights: set[Right]) -> None:
    """Give and take rights of a role as it was seen."""
    was = RoleFields(seen.name, seen.rights)
    wanted = (seen.rights | rights.get("give", set())) - rights.get("take", set())
    fields = RoleFields(name or seen.name, frozenset(wanted))
    change_role(clinic.session, ChangeRole(seen.id, seen.version, was, fields, pin=OWN))


def test_a_role_is_added_and_counts_at_once(clinic: Practice) -> None:
    done = add_role(
        clinic.session, AddRole(RoleFields("student", frozenset({Right.SEE_APPOINTMENT})), pin=OWN)
    )
    assert done.says == f"The role student was added: 1 of {len(Right)} rights."
    assert [one.name for one in roles()] == [*ROLES, "student"]
    add_staff(clinic.session, AddStaff(StaffFields("Kim Roe", role="student")))
    assert role("student").people == 1
    ((after,),) = select(
        "select v.after from journal j join journal_values v on v.seq_id = j.seq where j.kind = 'role'"
    )
    assert json.loads(after) == {"name": "student", "rights": ["appointment.see"]}


def test_rights_are_given_and_taken_with_both_in_the_journal(clinic: Practice) -> None:
    change(clinic, role("cashier"), give={Right.BOOK}, take={Right.DISCOUNT})
    assert role("cashier").rights == (rights_of("cashier") | {Right.BOOK}) - {Right.DISCOUNT}
    (line,) = select(
        "select v.before, v.after from journal j join journal_values v on v.seq_id = j.seq"
        " where j.action = 'change' and j.kind = 'role'"
    )
    before, after = (set(json.loads(one)["rights"]) for one in line)
    assert (before - after, after - before) == ({"bill.discount"}, {"appointment.book"})


def test_a_role_that_is_renamed_takes_its_people_along(clinic: Practice) -> None:
    become(clinic, SATO, "clinician")
    change(clinic, role("clinician"), "doctor")
    assert staff_record(SATO).role == "doctor"
    assert role("doctor").people == 1
    assert ("change", "staff", SATO) in select("select action, kind, row_id from journal")


@pytest.mark.parametrize("name", ["", "Owner", "  owner "])
def test_a_role_has_a_name_of_its_own(clinic: Practice, name: str) -> None:
    with pytest.raises((Invalid, Refused)):
        add_role(clinic.session, AddRole(RoleFields(name), pin=OWN))
    assert len(roles()) == len(ROLES)


def test_nobody_widens_the_role_they_have_nor_gives_themselves_a_wider_one(clinic: Practice) -> None:
    become(clinic, ANNA, "administrator")
    clinic.session = replace(clinic.session, rights=rights_of("administrator"))
    with pytest.raises(Refused, match="administrator is your own role: nobody gives themselves the right"):
        change(clinic, role("administrator"), give={Right.SEE_NOTE})
    change(clinic, role("administrator"), take={Right.CHECK})
    me = staff_record(ANNA)
    wider = ChangeStaff(ANNA, me.version, me.fields, replace(me.fields, role="owner"))
    with pytest.raises(Refused, match="nobody gives themselves the right"):
        change_staff(clinic.session, wider)
    assert staff_record(ANNA).role == "administrator"


def test_somebody_who_works_here_can_always_change_roles_and_staff(clinic: Practice) -> None:
    for right in (Right.CHANGE_ROLES, Right.CHANGE_STAFF):
        with pytest.raises(Refused, match="Nobody who works here could change"):
            change(clinic, role("owner"), take={right})
    become(clinic, LEE, "administrator")
    change(clinic, role("owner"), take={Right.CHANGE_ROLES})
    assert Right.CHANGE_ROLES not in role("owner").rights


def test_whoever_keeps_the_staff_list_cannot_take_the_last_one_out_who_changes_roles(
    clinic: Practice,
) -> None:
    become(clinic, LEE, "cashier")
    become(clinic, SATO, "cashier")
    keeper = add_role(
        clinic.session, AddRole(RoleFields("keeper", frozenset({Right.WORK, Right.CHANGE_STAFF})), pin=OWN)
    )
    assert keeper.ids
    become(clinic, SATO, "keeper")
    anna = staff_record(ANNA)
    sato = replace(clinic.session, staff_id=SATO, rights=frozenset({Right.WORK, Right.CHANGE_STAFF}))
    with pytest.raises(Refused):
        change_staff(sato, ChangeStaff(ANNA, anna.version, anna.fields, replace(anna.fields, active=False)))
    assert staff_record(ANNA).active


def test_two_who_change_a_role_are_told_of_each_right_they_differ_in(clinic: Practice) -> None:
    seen = role("cashier")
    change(clinic, seen, give={Right.BOOK})
    with pytest.raises(Stale) as told:
        change(clinic, seen, "till", give={Right.HOLD})
    assert [(one.field, one.was, one.theirs, one.yours) for one in told.value.differences] == [
        ("appointment.book", "-", "yes", "-")
    ]
    now, mine = role("cashier"), RoleFields("till", seen.rights | {Right.HOLD})
    both = kept(mine, RoleFields(now.name, now.rights), frozenset({"appointment.book"}))
    assert both == RoleFields("till", seen.rights | {Right.HOLD, Right.BOOK})


def test_roles_stand_in_the_order_the_clinic_gives_them(clinic: Practice) -> None:
    move_role(clinic.session, MoveRole(role("cashier").id, -1))
    assert [one.name for one in roles()][-2:] == ["cashier", "clinician"]
    with pytest.raises(Refused, match="at the end already"):
        move_role(clinic.session, MoveRole(role("owner").id, -1))


def test_a_right_this_version_does_not_know_stays_and_grants_nothing(clinic: Practice) -> None:
    with clinic.store.write_tx():
        clinic.store.db.execute_sql(
            "insert into role_right (role_id, name) values (?, 'future.fly')", (role("cashier").id,)
        )
    change(clinic, role("cashier"), give={Right.BOOK})
    assert select("select count(*) from role_right where name = 'future.fly'") == [(1,)]


# --- the own PIN once more ----------------------------------------------------------------------------


@pytest.mark.parametrize(("pin", "says"), [("", "asks for your own PIN"), ("wrong-1", "not the PIN of Anna")])
def test_a_role_is_changed_with_the_own_pin_alone(clinic: Practice, pin: str, says: str) -> None:
    with pytest.raises(NeedsAnswer, match=says) as asked:
        add_role(clinic.session, AddRole(RoleFields("student"), pin=pin))
    assert asked.value.question == PIN
    assert len(roles()) == len(ROLES)
    assert select("select count(*) from journal where action = 'wrong pin'") == [(int(bool(pin)),)]


def test_whoever_has_no_pin_of_their_own_is_told_to_set_one(clinic: Practice) -> None:
    with pytest.raises(Refused, match="and you have none yet"):
        stepped_up(clinic.as_(LEE), OWN)
    set_pin(clinic.session, SetPin(LEE, "harbour-9"))
    with pytest.raises(Refused, match="given to you by somebody else"):
        stepped_up(clinic.as_(LEE), "harbour-9")


def test_a_pin_is_in_no_command_that_is_shown() -> None:
    assert OWN not in repr(AddRole(RoleFields("x"), pin=OWN))


# --- withdrawn meanwhile --------------------------------------------------------------------------------


def test_what_a_role_may_read_is_gone_the_moment_it_is_withdrawn(clinic: Practice) -> None:
    become(clinic, LEE, "clinician")
    lee = replace(clinic.session, staff_id=LEE, rights=rights_of("clinician"))
    with on_behalf_of(lee):
        assert notes_of(JANE, zone=ZONE).total == 0
    change(clinic, role("clinician"), take={Right.SEE_NOTE})
    with on_behalf_of(lee), pytest.raises(Forbidden, match="to read notes"):
        notes_of(JANE, zone=ZONE)
