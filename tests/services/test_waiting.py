"""The waiting list: in turn, who fits a freed time, offers that are held, accepted and lost."""

from __future__ import annotations

import tempfile
from contextlib import suppress
from dataclasses import replace
from datetime import date
from pathlib import Path
from typing import Any

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from pim_tui.domain.messages import House
from pim_tui.domain.rights import Right
from pim_tui.domain.session import Session
from pim_tui.domain.states import Status
from pim_tui.domain.visit import Answers
from pim_tui.domain.waiting import Slot, Wish, fits
from pim_tui.errors import Forbidden, Invalid, PimError, Refused, Stale
from pim_tui.models import AppointmentType, Consent, Email, Phone, WaitingEntry, WorkingHours
from pim_tui.queries.waiting import contact, entry, fitting, waiting_list, waits_for
from pim_tui.services.booking import BookAppointment, book
from pim_tui.services.offers import AnswerOffer, OfferTime, answer_offer, offer_time
from pim_tui.services.undo import Undo, undo
from pim_tui.services.waiting import (
    AddWaiting,
    ChangeWaiting,
    WithdrawWaiting,
    add_waiting,
    change_waiting,
    withdraw_waiting,
)
from tests.services.clinic import (
    AARON,
    BUFFERED,
    JANE,
    JOHN,
    LEE,
    SATO,
    ZONE,
    Practice,
    at,
    overlaps,
    practice,
)

WISH = Wish(30)
HARBOUR = House("Harbour Clinic")


@pytest.fixture
def other(clinic: Practice) -> Session:
    return replace(clinic.as_(LEE), name="Dr Lee")


def wait(clinic: Practice, customer: int, appointment: int | None = None, **wish: Any) -> int:
    clinic.clock[0] += 60
    command = AddWaiting(customer, replace(WISH, **wish), "", appointment)
    return add_waiting(clinic.session, command).ids[0]


def slot(when: str = "10:30", minutes: int = 30, staff: int = LEE) -> Slot:
    return Slot(staff, None, at(when), minutes)


def who(clinic: Practice, when: str = "10:30", minutes: int = 30, **more: Any) -> list[int]:
    found = fitting(slot(when, minutes), ZONE, clinic.clock[0], **more)
    return [one.customer_id for one in found]


def offered(clinic: Practice, entry_id: int, when: str = "10:30", session: Session | None = None) -> int:
    return offer_time(session or clinic.session, OfferTime(entry_id, slot(when), HARBOUR)).ids[0]


def test_the_urgent_come_first_and_the_list_is_in_that_order(clinic: Practice) -> None:
    wait(clinic, JANE)
    wait(clinic, JOHN, urgency=1)
    wait(clinic, AARON, urgency=2)

    assert who(clinic) == [AARON, JOHN, JANE]
    assert who(clinic, limit=2) == [AARON, JOHN]
    assert who(clinic, besides=JOHN) == [AARON, JANE]
    page = waiting_list("", 50, 0, ZONE)
    assert ([row.letter for row in page.rows], page.sums) == (["U", "s", " "], {"urgent": 1})
    assert [row.customer for row in waiting_list("doe", 50, 0, ZONE).rows] == ["Jane Doe"]
    assert waits_for(JOHN, ZONE) == ("waits: soon 30m",)


def test_who_is_elsewhere_has_an_earlier_visit_or_neighbours_too_near_does_not_fit(clinic: Practice) -> None:
    clinic.book("10:45", customer_id=JANE, staff_id=SATO)
    earlier = clinic.book("10:00", customer_id=JOHN).ids[0]
    later = clinic.book("14:00", customer_id=AARON).ids[0]
    wait(clinic, JANE)
    wait(clinic, JOHN, earlier)
    wait(clinic, AARON, later)
    assert who(clinic) == [AARON]
    # With its 5 minutes before it would run into the visit that ends at 10:30.
    change_waiting(clinic.session, ChangeWaiting(3, 1, "30m", Wish(30, type_id=BUFFERED)))
    assert who(clinic) == []
    assert who(clinic, "10:35", 45) == [AARON]


def test_no_time_is_offered_that_the_booking_then_refuses(clinic: Practice) -> None:
    clinic.book("10:00", customer_id=AARON)
    id_ = wait(clinic, JOHN, type_id=BUFFERED)
    with pytest.raises(Refused, match="needs 5 min between"):
        offered(clinic, id_)
    assert clinic.count("hold") == 0


def test_whoever_is_listed_can_be_offered_the_time_whatever_the_hours_have_become(clinic: Practice) -> None:
    """What a later visit has of its staff member's time stays its own, as when it is moved (T10)."""
    later = clinic.book("10:45", 60).ids[0]
    id_ = wait(clinic, JANE, later)
    change_waiting(clinic.session, ChangeWaiting(id_, 1, "30m", Wish(60)))
    with clinic.store.write_tx():
        WorkingHours.update(ends=11 * 60).execute()  # the visit lies outside of them by now
    assert who(clinic, "10:30", 60) == [JANE]
    made = offer_time(clinic.session, OfferTime(id_, slot("10:30", 60))).ids[0]
    answer_offer(clinic.session, AnswerOffer(made, "accepted"))
    assert clinic.row(later)["starts_at"] == at("10:30")


def test_what_changed_since_the_list_was_read_is_told_with_its_reason(clinic: Practice) -> None:
    id_ = wait(clinic, JANE)
    assert who(clinic, "16:00") == [JANE]
    with clinic.store.write_tx():
        WorkingHours.update(ends=15 * 60).execute()
    assert who(clinic, "16:00") == []
    with pytest.raises(Refused, match=r"outside Dr Lee's hours \(08:00-15:00\)") as refused:
        offered(clinic, id_, "16:00")
    assert refused.value.offers
    assert clinic.count("hold") == 0


def test_a_later_visit_is_listed_and_offered_with_what_it_takes(clinic: Practice) -> None:
    """Its type, with its buffers, and its room stay as they are when it is moved."""
    later = clinic.book("14:00", type_id=BUFFERED, room_id=1).ids[0]
    id_ = wait(clinic, JANE, later)
    clinic.book("11:05", customer_id=AARON)
    clinic.book("09:30", 60, customer_id=JOHN, staff_id=SATO, room_id=1)
    assert who(clinic, "10:30") == [], "10 minutes after it would run into the next visit"
    with pytest.raises(Refused, match="needs 10 min between"):
        offered(clinic, id_, "10:30")
    assert who(clinic, "10:05") == [], "its room is taken"
    with pytest.raises(Refused, match="Room 1"):
        offered(clinic, id_, "10:05")
    assert who(clinic, "11:45") == [JANE]
    answer_offer(clinic.session, AnswerOffer(offered(clinic, id_, "11:45"), "accepted"))
    row = clinic.row(later)
    assert (row["starts_at"], row["type_id"], row["room_id"]) == (at("11:45"), BUFFERED, 1)


def test_a_time_that_somebody_was_offered_is_nobody_elses_until_they_have_answered(
    clinic: Practice, other: Session
) -> None:
    jane, john = wait(clinic, JANE), wait(clinic, JOHN)
    id_ = offered(clinic, jane)
    clinic.clock[0] += 600  # the hold has ended
    assert who(clinic) == []
    with pytest.raises(Refused, match="was faster: Jane Doe was offered"):
        offered(clinic, john, session=other)
    answer_offer(clinic.session, AnswerOffer(id_, "declined"))
    assert who(clinic) == [JOHN]
    offered(clinic, john)
    clinic.clock[0] = at("10:31")
    assert who(clinic, "11:30") == [JANE, JOHN], "an offer of a time that is over keeps nobody from another"
    assert offered(clinic, john, "11:30")


def test_nobody_is_named_for_the_time_of_somebody_who_has_left(clinic: Practice) -> None:
    id_ = wait(clinic, JANE)
    assert who(clinic) == [JANE]
    clinic.store.db.execute_sql("update staff set active = 0, version = version + 1 where id = ?", (LEE,))
    with pytest.raises(Invalid, match="no longer active"):
        offered(clinic, id_)
    assert who(clinic) == []


STEPS_OF_WAITING = st.lists(
    st.tuples(
        st.sampled_from((*("visit",) * 5, "wait", "wait", "hours", "cancel")),
        st.integers(0, 31),  # quarters of an hour after 8
        st.sampled_from((15, 30, 60)),
        st.sampled_from((JANE, JOHN, AARON)),
        st.sampled_from((None, BUFFERED)),
        st.sampled_from((None, 1)),
        st.sampled_from((LEE, LEE, SATO)),
    ),
    max_size=14,
)


@given(STEPS_OF_WAITING, st.permutations(range(6, 31)))
@settings(max_examples=15, deadline=None)
def test_whoever_is_listed_is_offered_the_time_and_booked_when_they_accept(
    steps: list[tuple[str, int, int, int, int | None, int | None, int]], quarters: list[int]
) -> None:
    with tempfile.TemporaryDirectory() as folder:
        clinic = practice(Path(folder))
        booked: list[tuple[int, int]] = []
        with clinic.store.write_tx():
            WorkingHours.create(staff=SATO, weekday=0, starts=480, ends=1020)
        for what, quarter, minutes, customer, type_id, room_id, staff in steps:
            start = at("08:00") + quarter * 900
            with suppress(PimError):
                if what == "visit":
                    more = {"customer_id": customer, "type_id": type_id, "room_id": room_id}
                    booked.append((customer, clinic.book(start, minutes, staff_id=staff, **more).ids[0]))
                elif what == "wait":
                    theirs = [id_ for whose, id_ in booked if whose == customer]
                    wait(clinic, customer, theirs[-1] if theirs else None, minutes=minutes, type_id=type_id)
                elif what == "hours":
                    with clinic.store.write_tx():
                        WorkingHours.update(ends=720 + 15 * (quarter // 2)).execute()
                elif booked:
                    clinic.mark(booked[quarter % len(booked)][1], Status.CANCELED, "ill", "customer")
        for quarter in quarters:
            free = Slot(LEE, None, at("08:00") + quarter * 900, 60)
            for one in fitting(free, ZONE, clinic.clock[0], 1):
                made = offer_time(clinic.session, OfferTime(one.id, free)).ids[0]
                answer_offer(clinic.session, AnswerOffer(made, "accepted"))
        assert overlaps(clinic.store) == []
        clinic.store.close()


WISHES = st.builds(
    Wish, st.sampled_from((15, 30, 60)), st.integers(0, 2), st.none(), st.sampled_from((None, LEE, SATO)),
    st.sampled_from((None, date(2026, 11, 24))), st.sampled_from((None, date(2026, 11, 25))),
    st.sampled_from(("", "0", "12", "56")), st.sampled_from((None, 540)), st.sampled_from((None, 660)),
)  # fmt: skip


@given(st.lists(WISHES, min_size=1, max_size=6))
@settings(max_examples=12, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
def test_the_select_finds_whom_the_rule_finds_in_turn(clinic: Practice, wishes: list[Wish]) -> None:
    with clinic.store.write_tx():
        WaitingEntry.update(state="withdrawn", closed_at=1, version=WaitingEntry.version + 1).where(
            WaitingEntry.state == "waiting"
        ).execute()
        for number, wish in enumerate(wishes):
            columns = {name: getattr(wish, name) for name in Wish.__slots__}
            WaitingEntry.insert(
                customer=1 + number % 3, **columns, created_at=1000 - number, created_by=1
            ).execute()
    every = waiting_list("", 50, 0, ZONE).rows
    for when, minutes in (("2026-11-23 10:30", 30), ("2026-11-24 09:00", 60), ("2026-11-25 10:30", 15)):
        time = slot(when, minutes)
        naive = sorted(
            (one for one in every if fits(one.wish, time, ZONE)),
            key=lambda one: (-one.urgency, one.since, one.id),
        )
        found = fitting(time, ZONE, clinic.clock[0], 50)
        assert [one.id for one in found] == [one.id for one in naive]


def test_an_offer_holds_the_time_and_drafts_a_message_by_the_channel_agreed(clinic: Practice) -> None:
    with clinic.store.write_tx():
        Phone.create(customer=JANE, position=0, number="030 5550101", e164="+49305550101")
        Phone.create(customer=JANE, position=1, number="0151 12345678", e164="+4915112345678")
        Email.create(customer=JOHN, position=0, address="john@example.org", folded="john@example.org")
        Consent.create(customer=JANE, channel="sms", answer="yes")
        Consent.create(customer=JOHN, channel="email", answer="yes")
    done = offer_time(clinic.session, OfferTime(wait(clinic, JANE), slot(minutes=45), HARBOUR))
    offered(clinic, wait(clinic, JOHN), "11:30")

    assert done.says == "Offered to Jane Doe: Mon 23 Nov 10:30 Dr Lee 30m"
    assert done.days == ("2026-11-23",)
    rows = clinic.store.select("select channel, state, customer_id, payload from outbox order by id")
    assert [row[:3] for row in rows] == [("sms", "draft", JANE), ("email", "draft", JOHN)]
    assert '"to": "0151 12345678"' in rows[0][3]
    assert "Harbour Clinic: free on Mon 23 Nov 2026 at 10:30, Dr Lee." in rows[0][3]
    assert "Dear John Roe" in rows[1][3]
    assert [row[0] for row in clinic.store.select("select entry_id from hold order by id")] == [1, 2]
    assert [row.standing for row in waiting_list("doe", 9, 0, ZONE).rows] == [
        "offered Mon 23 Nov 10:30 Dr Lee"
    ]


def test_who_was_never_asked_is_written_to_only_where_the_clinic_does_so(clinic: Practice) -> None:
    with clinic.store.write_tx():
        Phone.create(customer=JOHN, position=0, number="extension 12", e164="")
        Email.create(customer=JOHN, position=0, address="john@example.org", folded="john@example.org")
    assert [contact(JOHN, unknown).channel for unknown in (False, True)] == ["phone", "email"]


def test_accepted_it_is_booked_and_the_entry_names_its_visit(clinic: Practice, other: Session) -> None:
    id_ = offered(clinic, wait(clinic, JANE, urgency=2))

    done = answer_offer(other, AnswerOffer(id_, "accepted", "r1"))

    assert done.says == "Booked: Jane Doe, Mon 23 Nov 2026 10:30-11:00, Dr Lee"
    assert answer_offer(other, AnswerOffer(id_, "accepted", "r1")) == done
    assert clinic.store.select("select state, booked_id from waiting_entry") == [("booked", 1)]
    assert clinic.store.select("select state, why from outbox where kind = 'offer'") == [
        ("withdrawn", "accepted")
    ]
    assert clinic.count("hold") == 0
    assert waiting_list("", 9, 0, ZONE).total == 0
    with pytest.raises(Refused, match="Jane Doe has accepted already"):
        answer_offer(clinic.session, AnswerOffer(id_, "declined"))


def test_accepting_moves_the_later_visit_instead_of_booking_another(clinic: Practice) -> None:
    later = clinic.book("14:00", reason="knee").ids[0]
    id_ = offered(clinic, wait(clinic, JANE, later))

    answer_offer(clinic.session, AnswerOffer(id_, "accepted"))

    row = clinic.row(later)
    assert (clinic.count(), row["starts_at"], row["reason"]) == (1, at("10:30"), "knee")
    assert "move" in clinic.actions()


def test_whoever_was_booked_by_mistake_waits_again_in_the_same_place(clinic: Practice) -> None:
    later = clinic.book("14:00", customer_id=JOHN).ids[0]
    for entry_id, when in ((wait(clinic, JANE), "10:30"), (wait(clinic, JOHN, later), "11:30")):
        answer_offer(clinic.session, AnswerOffer(offered(clinic, entry_id, when), "accepted"))
        undo(clinic.session, Undo())

    rows = clinic.store.select("select state, booked_id, closed_at from waiting_entry")
    assert rows == [("waiting", None, None)] * 2
    assert clinic.row(later)["starts_at"] == at("14:00")
    clinic.clock[0] = at("10:31")
    answer_offer(clinic.session, AnswerOffer(offered(clinic, 1, "12:30"), "accepted"))
    clinic.clock[0] = at("12:31")
    clinic.mark(3, Status.COMPLETED)
    undo(clinic.session, Undo())
    assert entry(1, ZONE).state == "booked", "not the booking was taken back"


def test_declined_the_next_one_fits_and_the_same_time_is_not_offered_again(clinic: Practice) -> None:
    first = wait(clinic, JANE, urgency=2)
    wait(clinic, JOHN)
    answer_offer(clinic.session, AnswerOffer(offered(clinic, first), "declined"))

    assert clinic.count("hold") == 0
    assert who(clinic) == [JOHN]
    assert who(clinic, "11:30") == [JANE, JOHN]


def test_of_two_desks_one_is_faster_and_the_other_is_told_who(clinic: Practice, other: Session) -> None:
    jane, john = wait(clinic, JANE), wait(clinic, JOHN)
    offered(clinic, jane)

    for entry_id, when in ((jane, "11:30"), (john, "10:30")):
        with pytest.raises(
            Refused, match="Anna Berg was faster: Jane Doe was offered Mon 23 Nov 10:30 Dr Lee"
        ):
            offered(clinic, entry_id, when, other)
    assert who(clinic, "11:30") == [JOHN]
    clinic.clock[0] = at("10:31")  # nobody answered in time
    assert offered(clinic, jane, "11:30", other) == 2
    assert clinic.store.select("select state from waiting_offer order by id") == [("lapsed",), ("offered",)]


def test_an_offer_whose_time_is_taken_meanwhile_lapses_and_another_time_can_be_offered(
    clinic: Practice, other: Session
) -> None:
    id_ = offered(clinic, wait(clinic, JANE))
    clinic.clock[0] += 300  # the hold has ended
    book(other, BookAppointment(clinic.details("11:00", customer_id=AARON)))
    assert clinic.store.select("select state from waiting_offer") == [("offered",)], "beside it"
    book(other, BookAppointment(clinic.details("10:40", 20, customer_id=JOHN)))

    with pytest.raises(Refused, match="The offer to Jane Doe has lapsed: that time is taken"):
        answer_offer(clinic.session, AnswerOffer(id_, "accepted"))
    assert clinic.store.select("select state, (select state from outbox) from waiting_offer") == [
        ("lapsed", "withdrawn")
    ]
    assert clinic.store.select("select state from waiting_entry") == [("waiting",)]
    assert who(clinic, "11:30") == [JANE]
    assert offered(clinic, 1, "11:30") == 2


def test_an_overbooked_offer_lapses_with_its_hold(clinic: Practice, other: Session) -> None:
    offered(clinic, wait(clinic, JANE))
    details = clinic.details("10:30", customer_id=JOHN)
    book(other, BookAppointment(details, "", Answers(overbook="acute")))
    assert clinic.store.select("select state from waiting_offer") == [("lapsed",)]
    assert clinic.count("hold") == 0


def test_a_missed_visit_no_longer_keeps_its_customer_from_a_time(clinic: Practice) -> None:
    id_ = clinic.book("09:00", 120, staff_id=SATO).ids[0]
    wait(clinic, JANE)
    assert who(clinic) == []
    clinic.mark(id_, Status.MISSED)
    assert who(clinic) == [JANE]


def test_an_entry_is_changed_once_and_withdrawn_with_a_reason(clinic: Practice) -> None:
    id_ = wait(clinic, JANE)
    offered(clinic, id_)
    change_waiting(clinic.session, ChangeWaiting(id_, 1, "30m", replace(WISH, urgency=2), "call early"))
    with pytest.raises(Stale) as stale:
        change_waiting(clinic.session, ChangeWaiting(id_, 1, "30m", WISH))
    assert stale.value.differences[0].theirs == "urgent 30m"
    with pytest.raises(Refused, match="Nothing was changed"):
        change_waiting(clinic.session, ChangeWaiting(id_, 2, "", replace(WISH, urgency=2), "call early"))
    with pytest.raises(Invalid):
        withdraw_waiting(clinic.session, WithdrawWaiting(id_, 2, " "))
    withdraw_waiting(clinic.session, WithdrawWaiting(id_, 2, "moved away"))
    assert entry(id_, ZONE).standing == "withdrawn: moved away"
    assert clinic.store.select("select state from waiting_offer") == [("lapsed",)]
    with pytest.raises(Refused, match="does not wait any more"):
        offered(clinic, id_)
    assert waiting_list("", 9, 0, ZONE, closed=True).total == 1


def test_what_nobody_can_wait_for_is_refused(clinic: Practice) -> None:
    wait(clinic, JANE)
    with pytest.raises(Refused, match="waits for that already"):
        wait(clinic, JANE)
    with pytest.raises(Invalid):
        wait(clinic, JOHN, staff_id=99)
    with pytest.raises(Refused, match="no visit"):
        wait(clinic, JOHN, clinic.book("14:00").ids[0])
    canceled = clinic.book("15:00", customer_id=AARON).ids[0]
    clinic.mark(canceled, Status.CANCELED, "ill", "customer")
    with pytest.raises(Refused, match="no visit"):
        wait(clinic, AARON, canceled)
    with pytest.raises(Forbidden):
        answer_offer(clinic.as_(LEE, Right.BOOK), AnswerOffer(offered(clinic, 1), "accepted"))


def test_of_no_type_it_is_booked_as_the_usual_one(clinic: Practice) -> None:
    with clinic.store.write_tx():
        AppointmentType.update(is_default=True, version=2).where(AppointmentType.id == 1).execute()
    id_ = offered(clinic, wait(clinic, JANE))
    answer_offer(clinic.session, AnswerOffer(id_, "accepted"))
    assert clinic.row(1)["type_id"] == 1
