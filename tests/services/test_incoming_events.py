"""Events of other calendars coming in: whose they are, with whom, their state, their time, and again."""

from __future__ import annotations

from typing import Any

import pytest

from pim_tui.domain.customer import NewCustomer
from pim_tui.domain.names import PersonName
from pim_tui.domain.rights import Right
from pim_tui.errors import Forbidden, Refused
from pim_tui.imports.events import Who
from pim_tui.imports.report import Count, Report
from pim_tui.models import Customer, Staff
from pim_tui.services.customer_rows import insert_customers
from pim_tui.services.incoming import ImportOptions
from pim_tui.services.undoing_imports import undo_import
from tests.services.clinic import (
    AARON,
    ANNA,
    FIRST_VISIT,
    JANE,
    LEE,
    NOW,
    PLAIN,
    SATO,
    Practice,
    at,
    broken_line,
    overlaps,
)
from tests.services.events import come_in, event

HOUR = 3600
TOMORROW = at("2026-11-24 10:00")
ILL = {"canceled": True, "cancel_reason": "ill", "own": {"canceled-by": "customer"}}
DONE = {"own": {"status": "completed"}}


def only(clinic: Practice) -> dict[str, Any]:
    """The one appointment there is."""
    assert clinic.count() == 1
    return clinic.row(clinic.store.select("select id from appointment")[0][0])


def says(report: Report) -> list[str]:
    return [notice.reason for notice in report.notices]


def reached(clinic: Practice, first: str, last: str, email: str = "", phone: str = "") -> int:
    with clinic.store.write_tx():
        return insert_customers(
            clinic.session,
            [NewCustomer(PersonName(first=first, last=last), emails=(("", email),) if email else (),
                         phones=(("", phone),) if phone else ())],
        )[0]  # fmt: skip


# --- whose ----------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("told", "reason"),
    [
        ({"customer": Who("Jane Doe")}, ""),
        ({"customer": Who("DOE, Jané")}, ""),
        ({"customer": Who("Dr. Jane Doe")}, ""),
        ({"customer": Who(), "summary": "Jane Doe - follow-up"}, ""),
        ({"customer": Who(), "summary": "Jane Doe: blood pressure"}, "blood pressure"),
        ({"customer": Who(), "summary": "jane doe"}, ""),
        ({"customer": Who("Jane", number="1")}, ""),
        ({"customer": Who(), "attendees": (Who("Dr Lee"), Who("Jane Doe"))}, ""),
        ({"customer": Who(), "own": {"customer": "1", "name": "Jane Doe", "reason": "knee"}}, "knee"),
    ],
)
def test_a_customer_is_found_by_number_and_name_or_by_the_whole_name(
    clinic: Practice, told: dict[str, Any], reason: str
) -> None:
    come_in(clinic, [event(TOMORROW, **told)])
    found = only(clinic)
    assert (found["customer_id"], found["reason"]) == (JANE, reason)


def test_an_address_is_better_than_a_name_and_the_invitee_s_than_a_guest_s(clinic: Practice) -> None:
    ann = reached(clinic, "Ann", "Grey", "ann@example.org")
    bob = reached(clinic, "Bob", "Grey", phone="+49 30 5550100")
    rows = [
        event(TOMORROW, customer=Who("Jane Doe", "ANN@example.org")),
        event(TOMORROW + HOUR, customer=Who("Somebody", phone="030 5550100")),
        event(TOMORROW + 2 * HOUR, customer=Who(), attendees=(Who("A", "ann@example.org"),)),
    ]
    come_in(clinic, rows)
    whose = clinic.store.select("select customer_id from appointment order by starts_at")
    assert [id_ for (id_,) in whose] == [ann, bob, ann]


def test_a_number_without_its_name_is_somebody_else_s_number(clinic: Practice) -> None:
    come_in(clinic, [event(TOMORROW, customer=Who("Aaron Smith", number="1"))])
    assert only(clinic)["customer_id"] == AARON


def test_two_people_of_one_name_are_not_guessed_between(clinic: Practice) -> None:
    reached(clinic, "Jane", "Doe")
    report = come_in(clinic, [event(TOMORROW)], ImportOptions(staff_id=LEE, unknown="refuse"))
    assert [refusal.reason for refusal in report.refusals] == ["“Jane Doe” is not a customer here"]
    assert clinic.count() == 0


def test_a_middle_name_may_be_missing_when_nobody_else_fits(clinic: Practice) -> None:
    with clinic.store.write_tx():
        Customer.create(number=9, first_name="Mary", middle_name="Ann", last_name="Poe",
                        sort_name="poe mary ann", created_at=NOW, active=True)  # fmt: skip
    come_in(clinic, [event(TOMORROW, customer=Who("Mary Poe"))])
    assert only(clinic)["customer_id"] == 4


def test_unknown_people_hold_their_time_under_one_record_until_they_are_linked(clinic: Practice) -> None:
    rows = [
        event(TOMORROW, customer=Who("Zoe Quin", "zoe@example.org"), description="asks for a late hour"),
        event(TOMORROW + HOUR, customer=Who(), summary="Lunch with the team"),
    ]
    report = come_in(clinic, rows)
    assert report.count("customers") == Count("customers", added=1)
    assert says(report) == [
        "“Zoe Quin” is not known here; kept under “To be linked”",
        "“Lunch with the team” is not known here; kept under “To be linked”",
    ]
    first, second = (clinic.row(id_) for id_ in (1, 2))
    assert first["customer_id"] == second["customer_id"] == 4
    assert first["note"] == "asks for a late hour\nCustomer: Zoe Quin, zoe@example.org"
    assert second["reason"] == "Lunch with the team"
    assert clinic.store.select("select last_name from customer where id = 4") == [("To be linked",)]
    assert "Not a person" in clinic.store.select("select text from alert")[0][0]
    come_in(clinic, [event(TOMORROW + 2 * HOUR, customer=Who("Zoe Quin"))])
    assert clinic.count("customer") == 4


def test_people_are_created_once_and_their_names_never_split(clinic: Practice) -> None:
    zoe = Who("Zoe van Quin", "zoe@example.org", "030 5550199")
    parts = {"first": "Max", "last": "Mo"}
    rows = [
        event(TOMORROW, customer=zoe),
        event(TOMORROW + HOUR, customer=Who("Z. Quin", "zoe@example.org")),
        event(TOMORROW + 2 * HOUR, customer=Who("Zoe van Quin")),
        event(TOMORROW + 3 * HOUR, customer=Who("Max Mo"), own=parts),
        event(TOMORROW + 4 * HOUR, customer=Who(), summary="Board meeting"),
    ]
    report = come_in(clinic, rows, ImportOptions(staff_id=LEE, unknown="create"))
    assert "created as “Zoe van Quin”, all of it as the last name" in says(report)
    names = clinic.store.select("select first_name, last_name from customer where id > 3 order by id")
    assert names == [("", "Zoe van Quin"), ("Max", "Mo"), ("", "To be linked")]
    whose = clinic.store.select("select customer_id from appointment order by starts_at")
    assert [row[0] for row in whose] == [4, 4, 4, 5, 6]
    assert broken_line(clinic.store) is None


# --- with whom, where, as what --------------------------------------------------------------------------


def test_staff_room_and_type_are_known_by_their_names(clinic: Practice) -> None:
    rows = [
        event(TOMORROW, staff=Who("DR. SATO"), kind="First visit", location="room 2"),
        event(TOMORROW + 2 * HOUR, calendar="Dr Lee", kind="Chat,Follow-up", minutes=None),
        event(TOMORROW + 4 * HOUR, own={"staff": "Dr Sato", "room": "Room 1"}, kind="Botox", link="https://zoom.us/j/1"),
    ]  # fmt: skip
    report = come_in(clinic, rows, ImportOptions(staff_id=LEE))
    one, two, three = (clinic.row(id_) for id_ in (1, 2, 3))
    assert (one["staff_id"], one["type_id"], one["room_id"], one["note"]) == (SATO, FIRST_VISIT, 2, "")
    assert (two["staff_id"], two["type_id"], two["minutes"]) == (LEE, PLAIN, 30)
    assert (three["staff_id"], three["type_id"], three["room_id"], three["mode"]) == (
        SATO,
        None,
        1,
        "virtual",
    )
    assert (three["reason"], three["note"]) == ("Botox", "Link: https://zoom.us/j/1")
    assert says(report) == ["has no length; 30 minutes were taken"]


def test_a_link_that_the_note_holds_anyway_is_not_written_twice(clinic: Practice) -> None:
    link = "https://zoom.us/j/1"
    rows = [
        event(TOMORROW, link=link, description=f"Join at {link}"),
        event(TOMORROW + 2 * HOUR, link=link, description="other", own={"note": f"Bring it\nLink: {link}"}),
    ]
    come_in(clinic, rows, ImportOptions(staff_id=LEE))
    assert [clinic.row(id_)["note"] for id_ in (1, 2)] == [f"Join at {link}", f"Bring it\nLink: {link}"]


def test_a_name_that_is_not_on_the_staff_is_told_once_and_kept(clinic: Practice) -> None:
    rows = [event(TOMORROW + n * HOUR, staff=Who("Silva Grimes")) for n in range(3)]
    report = come_in(clinic, rows)
    assert says(report) == [
        "“Silva Grimes” takes no appointments here, so this is with Dr Lee; told once for all its rows"
    ]
    assert clinic.row(3)["note"] == "With: Silva Grimes"
    assert clinic.row(3)["staff_id"] == LEE


def test_without_anybody_to_be_with_it_is_refused_and_says_what_helps(clinic: Practice) -> None:
    report = come_in(clinic, [event(TOMORROW)], ImportOptions())
    assert "say with whom: --staff NAME, or the key s" in report.refusals[0].reason
    with pytest.raises(Refused, match="takes no appointments"):
        come_in(clinic, [event(TOMORROW)], ImportOptions(staff_id=ANNA))


def test_the_importer_who_takes_appointments_or_the_only_one_who_does_is_taken(clinic: Practice) -> None:
    with clinic.store.write_tx():
        Staff.update(books=False, version=Staff.version + 1).where(Staff.id == SATO).execute()
    come_in(clinic, [event(TOMORROW)], ImportOptions())
    assert only(clinic)["staff_id"] == LEE


# --- state and time -------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("when", "told", "status", "remark"),
    [
        ("2026-11-20 10:00", {}, "C", ""),
        ("2026-11-23 09:10", {}, "S", ""),
        ("2026-11-24 10:00", {}, "S", ""),
        ("2026-11-20 10:00", {"missed": True}, "M", ""),
        ("2026-11-24 10:00", {"missed": True}, "S", "said to be missed, but it has not begun"),
        ("2026-11-24 10:00", ILL, "X", ""),
        ("2026-11-20 10:00", {"own": {"status": "Scheduled"}}, "S", ""),
        ("2026-11-20 10:00", {"own": {"status": "Canceled"}}, "X", ""),
        ("2026-11-24 10:00", DONE, "S", "said to be completed, but it has not begun"),
    ],
)
def test_what_is_over_is_completed_and_what_is_known_better_is_believed(
    clinic: Practice, when: str, told: dict[str, Any], status: str, remark: str
) -> None:
    report = come_in(clinic, [event(at(when), **told)])
    row = only(clinic)
    assert row["status"] == status
    assert says(report) == ([remark] if remark else [])
    if "cancel_reason" in told:
        assert (row["cancel_reason"], row["cancelled_by"], row["occupied_from"]) == ("ill", "customer", None)


def test_what_overlaps_comes_in_as_overbooked_by_whoever_imports(clinic: Practice) -> None:
    clinic.book("2026-11-24 10:15")
    rows = [
        event(TOMORROW, customer=Who("John Roe")),
        event(TOMORROW + 3 * HOUR),
        event(TOMORROW + 3 * HOUR, uid="other", customer=Who("John Roe")),
        event(TOMORROW + 3 * HOUR, uid="third", canceled=True),
        event(TOMORROW + 5 * HOUR, uid="a", staff=Who("Dr Sato"), location="Room 1"),
        event(TOMORROW + 5 * HOUR, uid="b", location="Room 1"),
    ]
    report = come_in(clinic, rows)
    assert [notice.line for notice in report.notices] == [1, 3, 6]
    over = clinic.store.select("select id, overbooked_by_id from appointment where overbook_reason <> ''")
    assert over == [(2, ANNA), (4, ANNA), (7, ANNA)]
    assert not overlaps(clinic.store)


def test_what_is_no_visit_is_refused_unless_it_is_asked_for(clinic: Practice) -> None:
    rows = [
        event(TOMORROW, all_day=True, minutes=1440),
        event(TOMORROW, uid="long", minutes=32 * 1440),
        event(-3_000_000_000, uid="old"),
    ]
    report = come_in(clinic, rows)
    assert [refusal.reason for refusal in report.refusals] == [
        "is all day, which is no visit",
        "lasts 32 days, which no visit does",
        "its year cannot be right",
    ]
    come_in(clinic, rows[:1], ImportOptions(staff_id=LEE, all_day=True))
    assert only(clinic)["minutes"] == 1440


# --- again ----------------------------------------------------------------------------------------------


def test_the_same_again_adds_nothing_and_what_differs_is_told(clinic: Practice) -> None:
    first = event(TOMORROW, uid="u1", sequence=2)
    come_in(clinic, [first, event(TOMORROW + HOUR, uid="")])
    assert clinic.store.select("select uid, sequence from outside_event") == [("u1", 2)]
    again = come_in(clinic, [first, event(TOMORROW + HOUR, uid=""), event(TOMORROW + HOUR, uid="")])
    assert again.counts == (Count("appointments", already_here=3),)
    rows = [event(TOMORROW + 5 * HOUR, uid="u1"), event(TOMORROW + HOUR, uid="")]
    assert says(come_in(clinic, rows)) == ["is here at another time, or for longer or shorter, and stays so"]
    canceled = event(TOMORROW, uid="u1", canceled=True, method="CANCEL")
    assert says(come_in(clinic, [canceled])) == ["is canceled there; here it still stands"]
    assert clinic.row(1)["status"] == "S"


def test_an_id_that_stands_twice_in_a_file_is_refused_the_second_time(clinic: Practice) -> None:
    report = come_in(clinic, [event(TOMORROW, uid="u"), event(TOMORROW + HOUR, uid="u")])
    assert [str(refusal) for refusal in report.refusals] == ["none.ics:2: has the id of line 1 again"]


def test_hostile_words_are_made_harmless_and_cut(clinic: Practice) -> None:
    evil = "\x1b[2J\u202e=cmd()" + "x" * 9000
    row = event(TOMORROW, summary=evil, description=evil, location=evil, kind=evil, link=evil,
                staff=Who(evil), customer=Who(evil, evil, evil, "9" * 5000), uid=evil, cancel_reason=evil,
                canceled=True, own={"status": evil, "mode": evil, "room": evil})  # fmt: skip
    come_in(clinic, [row], ImportOptions(staff_id=LEE, unknown="create"))
    come_in(clinic, [row], ImportOptions(staff_id=LEE))
    kept = only(clinic)
    assert "\x1b" not in kept["note"] + kept["reason"] + kept["cancel_reason"]
    assert len(kept["reason"]) <= 200
    assert broken_line(clinic.store) is None


def test_the_right_to_import_is_needed(clinic: Practice) -> None:
    clinic.session = clinic.as_(ANNA, Right.IMPORT)
    with pytest.raises(Forbidden):
        come_in(clinic, [event(TOMORROW)])


def test_the_record_for_visits_to_be_linked_stays_when_the_import_that_made_it_is_taken_back(
    clinic: Practice,
) -> None:
    come_in(clinic, [event(TOMORROW, customer=Who("Zoe Quin"))])
    come_in(clinic, [event(TOMORROW + HOUR, customer=Who("Ann Other"))])
    assert undo_import(clinic.session, 1).kinds == {"appointment": 1}
    assert only(clinic)["customer_id"] == 4
