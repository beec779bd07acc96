"""Breaking the glass: for a reason, with one's own PIN, for half an hour; reviewed by another."""

from __future__ import annotations

from dataclasses import replace

import pytest
from peewee import IntegrityError

from pim_tui.db.connection import select, write_tx
from pim_tui.domain.glass import IN_ORDER, MENDED, NOT_IN_ORDER, OPEN_FOR
from pim_tui.domain.rights import Right, rights_of
from pim_tui.domain.roles import RoleFields
from pim_tui.domain.session import Session
from pim_tui.domain.stafflist import StaffFields
from pim_tui.errors import Forbidden, Invalid, NotFound, Refused
from pim_tui.queries.gate import opened_by
from pim_tui.queries.glass import glass_uses, open_glass, to_review
from pim_tui.queries.trust_checks import trust
from pim_tui.services import audit
from pim_tui.services.glass import BreakGlass, ReviewGlass, break_glass, review_glass
from pim_tui.services.independence import JUST
from pim_tui.services.pins import SetPin, set_pin
from pim_tui.services.roles import AddRole, add_role
from pim_tui.services.staff import AddStaff, add_staff
from tests.services.clinic import ANNA, JANE, JOHN, LEE, NOW, Practice

PIN, WHY = "lantern-2", "Unconscious, her allergies"


@pytest.fixture
def clinic(clinic: Practice) -> Practice:
    set_pin(clinic.session, SetPin(ANNA, PIN))
    with write_tx():
        clinic.store.db.execute_sql(
            "update staff set role = 'receptionist', version = version + 1 where id = ?", (ANNA,)
        )
    return clinic


@pytest.fixture
def desk(clinic: Practice) -> Session:
    """Anna, who sees titles only."""
    return replace(clinic.session, rights=rights_of("receptionist"))


def test_a_record_opens_to_one_person_for_half_an_hour(clinic: Practice, desk: Session) -> None:
    done = break_glass(desk, BreakGlass(JANE, f" {WHY} ", PIN, "r1"))
    assert done.says == "Open until 09:50; somebody else will look into it."
    assert opened_by(desk, JANE)
    assert not opened_by(desk, JOHN)
    assert not opened_by(clinic.as_(LEE), JANE)
    assert open_glass(ANNA, JANE, NOW) == (NOW + OPEN_FOR, WHY)
    assert clinic.store.select(
        "select action, kind, row_id, reason from journal order by seq desc limit 1"
    ) == [("break glass", "break_glass", done.ids[0], WHY)]
    clinic.clock[0] += OPEN_FOR
    assert not opened_by(desk, JANE)
    assert open_glass(ANNA, JANE, clinic.clock[0]) is None


def test_a_clock_that_was_set_back_keeps_no_record_open(clinic: Practice, desk: Session) -> None:
    break_glass(desk, BreakGlass(JANE, WHY, PIN))
    for back, is_open in ((5, True), (MENDED, True), (3600, False), (86_400, False)):
        clinic.clock[0] = NOW - back
        assert opened_by(desk, JANE) is is_open, back
        assert (open_glass(ANNA, JANE, clinic.clock[0]) is not None) is is_open
    break_glass(desk, BreakGlass(JANE, WHY, PIN))
    assert opened_by(desk, JANE)


def test_a_record_is_closed_to_whoever_leaves_or_may_open_none_any_more(
    clinic: Practice, desk: Session
) -> None:
    break_glass(desk, BreakGlass(JANE, WHY, PIN))
    for role, active in (("cashier", 1), ("receptionist", 0)):
        with write_tx():
            clinic.store.db.execute_sql(
                "update staff set role = ?, active = ?, version = version + 1 where id = ?",
                (role, active, ANNA),
            )
        assert not opened_by(desk, JANE)


def test_it_takes_a_reason_the_right_the_pin_and_a_closed_record(clinic: Practice, desk: Session) -> None:
    with pytest.raises(Invalid, match="10 characters"):
        break_glass(desk, BreakGlass(JANE, "  because \u200b ", PIN))
    with pytest.raises(Refused, match="not the PIN"):
        break_glass(desk, BreakGlass(JANE, WHY, "lantern-3"))
    with pytest.raises(NotFound):
        break_glass(desk, BreakGlass(99, WHY, PIN))
    with pytest.raises(Forbidden, match="open a closed record for a reason"):
        break_glass(clinic.as_(ANNA, Right.BREAK_GLASS), BreakGlass(JANE, WHY, PIN))
    assert clinic.count("break_glass") == 0
    assert "wrong pin" in clinic.actions()
    break_glass(desk, BreakGlass(JANE, WHY, PIN))
    with pytest.raises(Refused, match="open to you until 09:50"):
        break_glass(desk, BreakGlass(JANE, WHY, PIN))


def test_somebody_else_looks_into_every_use_once(clinic: Practice, desk: Session) -> None:
    id_ = break_glass(desk, BreakGlass(JANE, WHY, PIN)).ids[0]
    assert [(row.staff, row.customer, row.state) for row in glass_uses().rows] == [
        ("Anna Berg", "Jane Doe", "to be reviewed")
    ]
    with pytest.raises(Forbidden, match="look into who opened closed records"):
        review_glass(desk, ReviewGlass(id_, IN_ORDER))
    with write_tx():
        clinic.store.db.execute_sql("update staff set role = 'owner', version = version + 1 where id = 1")
    with pytest.raises(Forbidden, match="yourself"):
        review_glass(clinic.session, ReviewGlass(id_, IN_ORDER))
    lee = clinic.as_(LEE)
    with pytest.raises(Invalid, match="what was not in order"):
        review_glass(lee, ReviewGlass(id_, NOT_IN_ORDER))
    with pytest.raises(Invalid, match="verdict"):
        review_glass(lee, ReviewGlass(id_, ""))
    review_glass(lee, ReviewGlass(id_, NOT_IN_ORDER, "Was at lunch"))
    with pytest.raises(Refused, match="Dr Lee has looked"):
        review_glass(lee, ReviewGlass(id_, IN_ORDER))
    assert to_review() == 0
    assert glass_uses(every=True).rows[0].remark == "Was at lunch"
    assert clinic.actions()[-1] == "review glass"


def test_a_second_entry_of_the_same_person_looks_into_nothing(clinic: Practice, desk: Session) -> None:
    """Nor does a colleague whose way in they have just taken over, until that would have come out."""
    id_ = break_glass(desk, BreakGlass(JANE, WHY, PIN)).ids[0]
    keeper = replace(clinic.session, rights=frozenset(Right))
    with write_tx():
        clinic.store.db.execute_sql("update staff set role = 'owner', version = version + 1 where id = 1")
    twin = add_staff(keeper, AddStaff(StaffFields("Anna B", role="supervisor"))).ids[0]
    set_pin(keeper, SetPin(LEE, "pebble-33"))
    for second in (twin, LEE):
        with pytest.raises(Forbidden, match="Anna Berg has just given"):
            review_glass(clinic.as_(second), ReviewGlass(id_, IN_ORDER))
    clinic.clock[0] += JUST
    review_glass(clinic.as_(LEE), ReviewGlass(id_, IN_ORDER))


FORGED = {
    "delete from break_glass where id = 1": "its row is gone",
    "update break_glass set reason = 'on the phone'": "not as it was told",
    "update break_glass set verdict = 'in order', reviewed_by_id = 3, reviewed_at = 9": "not as it was told",
    "insert into break_glass select 9, 1, 2, reason, began_at, until_at, '', '', null, null"
    " from break_glass": "does not know",
    "update staff set role = 'supervisor' where id = 2": "role changed without a line",
    "update staff set login = 'anna' where id = 2": "login changed without a line",
    "insert into role_right (role_id, name) select id, 'note.see' from role where name = 'temp'": (
        "does not grant what it was given"
    ),
}


@pytest.mark.sqlite
def test_what_is_changed_behind_the_rules_of_the_tables_is_found(clinic: Practice, desk: Session) -> None:
    """By whoever gets at the file, to see more than they may or to hide that they did."""
    break_glass(desk, BreakGlass(JANE, WHY, PIN))
    with write_tx():
        clinic.store.db.execute_sql("update staff set role = 'owner', version = version + 1 where id = 1")
        audit.append(
            clinic.session,
            [
                audit.Change("add", "staff", id_, None, {"role": "owner", "login": None, "active": True})
                for id_ in (ANNA, LEE)
            ],
        )
    add_role(clinic.session, AddRole(RoleFields("temp", frozenset({Right.WORK})), pin=PIN))
    assert list(trust()) == []
    for (name,) in select("select name from sqlite_master where type = 'trigger'"):
        clinic.store.db.execute_sql(f"drop trigger {name}")
    for statement, says in FORGED.items():
        with clinic.store.db.atomic() as forged:
            clinic.store.db.execute_sql(statement)
            assert [told for _, _, told in trust() if says in told], statement
            forged.rollback()


def test_what_was_done_is_told_otherwise_by_nobody(clinic: Practice, desk: Session) -> None:
    id_ = break_glass(desk, BreakGlass(JANE, WHY, PIN)).ids[0]
    for statement in (
        "update break_glass set reason = 'nothing at all' where id = ?",
        "update break_glass set until_at = until_at + 60 where id = ?",
        "update break_glass set reviewed_by_id = 1, reviewed_at = 1, verdict = 'in order' where id = ?",
        "delete from break_glass where id = ?",
    ):
        with pytest.raises(IntegrityError), write_tx():
            clinic.store.db.execute_sql(statement, (id_,))
