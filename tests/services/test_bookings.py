"""What is booked, moved and canceled in Calendly is so in the book, once; and the other way round."""

from __future__ import annotations

from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from dataclasses import replace
from pathlib import Path

import pytest

from pim_tui.db.connection import select
from pim_tui.domain.bookings import Offering, Tally, chosen
from pim_tui.domain.calendarrules import CalendarRules
from pim_tui.domain.calendly import BOOKED, patient_until
from pim_tui.domain.delivery import Undelivered
from pim_tui.domain.states import Status
from pim_tui.domain.text import fold
from pim_tui.errors import Refused, SettingsError
from pim_tui.integrations.calendly import Calendly
from pim_tui.models import Booking, Consent, Email, Outbox, Staff
from pim_tui.queries.links import join_link
from pim_tui.queries.moving import to_move
from pim_tui.services.bookings_pass import CalendlyPass
from pim_tui.services.bookings_there import BookThere, book_there
from pim_tui.services.delivery import Round
from pim_tui.services.undo import Undo, undo
from tests.peers.calendly import TOKEN
from tests.peers.fakeweb import Said, Trick
from tests.services.bookedclinic import HOSTS, Both, calendly_clinic
from tests.services.clinic import JANE, JOHN, LEE, SATO, ZONE, at, broken_line, overlaps


@pytest.fixture
def both(tmp_path: Path) -> Iterator[Both]:
    """Jane and John have addresses, Dr Lee and Dr Sato are hosts; whatever was done, all is whole."""
    with calendly_clinic(tmp_path) as made:
        yield made
        assert made.web.wrong == []
        assert broken_line(made.clinic.store) is None
        assert overlaps(made.clinic.store) == []


# --- in ------------------------------------------------------------------------------------------


def test_a_booking_comes_in_once_however_often_and_by_whomever_it_is_read(both: Both) -> None:
    booked = both.web.book(at("10:30"), "Jane@mail.example", answers={"Why?": "Cough"})
    assert both.sync() == Tally(came=1)
    asked = len(both.web.asked)
    assert both.sync("worker-2") == Tally()
    assert len(both.web.asked) - asked == 1
    assert both.visits() == [(JANE, LEE, at("10:30"), "S")]
    row = both.clinic.row(1)
    assert (row["type_id"], row["reason"], row["note"]) == (1, "", "Why?: Cough\nPlace: Here")
    assert both.booking(booked.uri)["customer_id"] == JANE


def test_two_workers_at_once_bring_in_each_booking_once(both: Both) -> None:
    first = both.web.book(at("10:30"), "jane@mail.example")
    both.web.join(first.event, "new@mail.example", "Nora New")
    for hour in range(11, 16):
        both.web.book(at(f"{hour}:30"), "john@mail.example", "John Roe")

    def work(key: str) -> Tally:
        both.clinic.store.connect()
        try:
            chore = CalendlyPass(Calendly(lambda: TOKEN, lambda: both.clinic.clock[0], both.base))
            chore.run(replace(both.clinic.session, key=key), lambda: False)
            return chore.tally
        finally:
            both.clinic.store.close()

    with ThreadPoolExecutor(2) as pool:
        one, other = pool.map(work, ("worker-1", "worker-2"))
    assert one.plus(other).came == len(both.visits()) == 7
    assert select("select count(*) from booking") == [(7,)]
    assert select("select count(*) from external_id where value = 'to be linked'") == [(1,)]


def test_who_is_not_known_or_not_told_apart_is_kept_to_be_linked_and_linked_when_known(both: Both) -> None:
    with both.clinic.store.write_tx():
        Email.create(customer=3, address="jane@mail.example", folded="jane@mail.example")
    both.web.book(at("10:30"), "jane@mail.example")
    both.web.book(at("11:30"), "new@mail.example", "Nora New", phone="+4915112345")
    both.web.book(at("12:30"), "wife@mail.example", "Mary Roe", answers={"Phone": "030 5550101"})
    assert both.sync() == Tally(came=3, linking=2)
    kept = select("select customer_id from external_id where value = 'to be linked'")[0][0]
    assert [row[0] for row in both.visits()] == [kept, kept, JOHN]
    assert "Customer: Nora New, new@mail.example, +4915112345" in both.clinic.row(2)["note"]
    assert "Booked as: Mary Roe" in both.clinic.row(3)["note"]
    both.clinic.change(1, customer_id=JANE)
    with both.clinic.store.write_tx():
        Email.create(customer=3, address="new@mail.example", folded="new@mail.example")
    both.sync()
    assert [row[0] for row in both.visits()] == [JANE, 3, JOHN]
    assert select("select customer_id from booking order by id") == [(JANE,), (3,), (JOHN,)]


def test_what_collides_comes_in_flagged_and_waits_to_be_moved_until_it_is(both: Both) -> None:
    both.clinic.book("10:30", customer_id=JOHN)
    both.web.book(at("10:45"), "jane@mail.example")
    assert both.sync() == Tally(came=1, colliding=1)
    assert both.clinic.row(2)["overbook_reason"] == BOOKED
    (row,) = to_move(both.clinic.clock[0], ZONE)
    assert (row.block.id, row.why) == (2, "Over another: Calendly")
    both.clinic.change(1, starts_at=at("14:00"), action="move")
    assert to_move(both.clinic.clock[0], ZONE) == ()


def test_a_move_takes_the_visit_along_through_every_step_of_a_chain(both: Both) -> None:
    first = both.web.book(at("10:30"), "jane@mail.example")
    both.sync()
    second = both.web.move(first, at("2026-11-24 09:00"))
    assert both.sync() == Tally(moved=1)
    assert both.visits() == [(JANE, LEE, at("2026-11-24 09:00"), "S")]
    third = both.web.move(second, at("2026-11-20 09:00"))
    last = both.web.move(third, at("2027-11-02 09:00"))
    assert both.sync() == Tally(moved=1)
    assert both.visits() == [(JANE, LEE, at("2027-11-02 09:00"), "S")]
    assert both.booking(last.uri)["appointment_id"] == 1
    both.web.cancel(last)
    both.web.hidden = {last.event}
    assert [both.sync() for _ in range(2)] == [Tally(), Tally()]


def test_what_was_moved_and_canceled_between_two_passes_is_canceled(both: Both) -> None:
    first = both.web.book(at("10:30"), "jane@mail.example")
    both.sync()
    both.web.cancel(both.web.move(both.web.move(first, at("2026-11-24 09:00")), at("2026-11-25 09:00")))
    assert both.sync() == Tally(canceled=1)
    assert both.visits() == [(JANE, LEE, at("10:30"), "X")]


def test_a_visit_that_is_moved_there_is_not_taken_for_another_booking_of_its_time(both: Both) -> None:
    first = both.web.book(at("10:30"), "jane@mail.example", title="Group")
    both.sync()
    both.web.move(first, at("2026-11-24 09:00"))
    both.web.join(first.event, "jane@mail.example")
    assert both.sync() == Tally(came=1, moved=1, colliding=1)
    assert [row[2] for row in both.visits()] == [at("2026-11-24 09:00"), at("10:30")]


def test_nobody_else_is_canceled_there_with_who_has_left_the_event_meanwhile(both: Both) -> None:
    one = both.web.book(at("10:30"), "jane@mail.example", title="Group")
    two = both.web.join(one.event, "john@mail.example", "John Roe")
    both.sync()
    both.clinic.mark(1, Status.CANCELED, "ill", "clinic")
    both.web.move(one, at("2026-11-24 09:00"))
    assert both.deliver() == Round(withdrawn=1)
    assert two.canceled is None
    both.clinic.mark(2, Status.CANCELED, "ill", "clinic")
    both.web.cancel(two)
    assert both.deliver() == Round(sent=1)
    assert both.sync() == Tally(came=1)
    assert [row[3] for row in both.visits()] == ["X", "X", "S"]


def test_a_cancelation_says_who_and_why_and_what_was_over_stays_over(both: Both) -> None:
    one = both.web.book(at("10:30"), "jane@mail.example")
    two = both.web.book(at("10:35"), "john@mail.example", host="SATO")
    both.sync()
    both.web.cancel(one, "host", "Dr Lee is ill")
    both.clinic.clock[0] = at("10:40")
    both.clinic.mark(2, Status.COMPLETED)
    both.web.cancel(two)
    assert both.sync() == Tally(canceled=1)
    row = both.clinic.row(1)
    assert (row["status"], row["cancelled_by"], row["cancel_reason"]) == ("X", "clinic", "Dr Lee is ill")
    assert both.clinic.row(2)["status"] == "C"
    assert both.told() == []


def test_a_no_show_is_missed_once_its_time_has_begun_and_back_when_it_is_taken_back(both: Both) -> None:
    booked = both.web.book(at("10:30"), "jane@mail.example")
    both.sync()
    both.web.mark(booked)
    assert both.sync() == Tally()
    both.clinic.clock[0] = at("10:50")
    assert both.sync() == Tally(missed=1)
    assert both.clinic.row(1)["status"] == "M"
    both.web.mark(booked, missed=False)
    both.sync()
    assert both.clinic.row(1)["status"] == "S"
    assert both.told() == []


def test_what_staff_have_changed_is_left_and_told(both: Both) -> None:
    booked = both.web.book(at("10:30"), "jane@mail.example")
    both.sync()
    both.clinic.change(1, starts_at=at("14:00"), action="move")
    both.web.move(booked, at("2026-11-24 09:00"))
    assert both.sync() == Tally(differing=1)
    assert both.visits() == [(JANE, LEE, at("14:00"), "S")]
    (row,) = to_move(both.clinic.clock[0], ZONE)
    assert row.why == "Calendly: 24 Nov 09:00"
    assert both.deliver() == Round(withdrawn=1)
    both.clinic.change(1, starts_at=at("2026-11-24 09:00"), action="move")
    assert to_move(both.clinic.clock[0], ZONE) == ()
    assert both.told() == [("cancelation there", "withdrawn")]


def test_an_event_with_several_is_as_many_visits_and_one_who_cancels_is_one(both: Both) -> None:
    one = both.web.book(at("10:30"), "jane@mail.example", title="Group")
    two = both.web.join(one.event, "john@mail.example", "John Roe")
    assert both.sync() == Tally(came=2, colliding=1)
    both.web.join(one.event, "aaron@mail.example", "Aaron Smith")
    both.web.cancel(two)
    assert both.sync() == Tally(came=1, canceled=1, linking=1, colliding=1)
    assert [row[3] for row in both.visits()] == ["S", "X", "S"]
    both.clinic.mark(1, Status.CANCELED, "ill", "customer")
    assert both.deliver() == Round(failed=1)
    assert "Others have booked the same event" in select("select why from outbox")[0][0]


def test_what_two_complete_passes_miss_is_asked_for_and_that_is_believed(both: Both) -> None:
    gone = both.web.book(at("10:30"), "jane@mail.example")
    hidden = both.web.book(at("11:30"), "john@mail.example")
    both.sync()
    both.web.hidden = {gone.event, hidden.event}
    assert both.sync() == Tally()
    del both.web.times[gone.event]
    assert both.sync() == Tally(canceled=1)
    assert both.booking(hidden.uri)["missed"] == 0
    assert [row[3] for row in both.visits()] == ["X", "S"]


def test_a_booking_with_nobody_here_is_placed_as_soon_as_somebody_is(both: Both) -> None:
    both.web.users["NEW"] = "new@clinic.example"
    both.web.book(at("10:30"), "jane@mail.example", host="NEW")
    assert [both.sync() for _ in range(2)] == [Tally(unplaced=1), Tally()]
    assert both.visits() == []
    with both.clinic.store.write_tx():
        Staff.update(email="new@clinic.example", version=Staff.version + 1).where(Staff.id == SATO).execute()
    assert both.sync() == Tally(came=1)
    assert both.visits() == [(JANE, SATO, at("10:30"), "S")]


def test_hostile_names_and_answers_do_no_harm(both: Both) -> None:
    wild = "[bold]\x1b[2J" + "\u202e" + "A" * 5000
    both.web.book(at("10:30"), "jane@mail.example", wild, wild, answers={wild: wild, "": "=1+1"})
    odd = both.web.book(at("11:30"), "x" * 400, wild, phone=wild)
    both.web.times[odd.event].location = {"type": 7, "location": ["?"], "join_url": 3}
    both.web.wrong.clear()
    assert both.sync().came == 2
    assert "\x1b" not in str(select("select note, reason from appointment") + select("select * from booking"))


TORN = (
    Trick(cut=True),
    Trick(Said(500, {"title": "Internal Server Error", "message": "x"})),
    Trick(Said(429, {"title": "Too many", "message": "x"}, {"X-RateLimit-Reset": "30"})),
    Trick(Said(401, {"title": "Unauthenticated", "message": "x"})),
)


def test_a_pass_torn_at_any_request_loses_nothing_and_doubles_nothing(both: Both) -> None:
    both.web.page = 2
    first = both.web.book(at("10:30"), "jane@mail.example")
    both.web.join(first.event, "john@mail.example", "John Roe")
    moved = both.web.book(at("11:30"), "jane@mail.example")
    both.sync()
    both.web.move(moved, at("2026-11-25 09:00"))
    both.web.cancel(both.web.join(first.event, "c@mail.example", "C"))
    both.web.book(at("2026-11-26 09:00"), "john@mail.example")
    memory = select("select memory from service")
    torn = 0
    for number in range(60):
        both.web.tricks.append(replace(TORN[number % len(TORN)], after=number))
        try:
            both.sync(f"worker-{number % 2}")
        except Undelivered:
            torn += 1
            continue
        break
    assert torn >= 5
    both.web.tricks.clear()
    both.web._well = 0
    both.sync()
    assert select("select memory from service") == memory
    standing = sorted(row for row in both.visits() if row[3] == "S")
    assert standing == [
        (JANE, LEE, at("10:30"), "S"),
        (JANE, LEE, at("2026-11-25 09:00"), "S"),
        (JOHN, LEE, at("10:30"), "S"),
        (JOHN, LEE, at("2026-11-26 09:00"), "S"),
    ]
    assert select("select count(*) from booking where state = 'active'") == [(4,)]


# --- out -----------------------------------------------------------------------------------------


def test_a_visit_canceled_here_is_canceled_there_unless_it_is_taken_back_in_time(both: Both) -> None:
    booked = both.web.book(at("10:30"), "jane@mail.example")
    both.sync()
    both.clinic.mark(1, Status.CANCELED, "rude on the phone", "clinic")
    undo(both.clinic.session, Undo())
    assert both.deliver() == Round()
    both.clinic.mark(1, Status.CANCELED, "rude on the phone", "clinic")
    both.web.tricks.append(Trick(Said(500, {}), done=True, only="POST /cancellation"))
    assert both.deliver() == Round(later=1)
    assert booked.canceled == ("host", "The clinic had to cancel this visit.")
    assert both.deliver(60) == Round(sent=1)
    assert [asked.method for asked in both.web.asked].count("POST") == 1
    assert both.sync() == Tally()
    assert both.told() == [("cancelation there", "withdrawn"), ("cancelation there", "sent")]
    assert both.clinic.row(1)["status"] == "X"


def test_a_visit_moved_here_is_canceled_there_with_its_new_time_and_stays_here(both: Both) -> None:
    booked = both.web.book(at("10:30"), "jane@mail.example")
    both.sync()
    done = both.clinic.change(1, starts_at=at("14:00"), action="move")
    assert done.says == "Moved: Jane Doe, Mon 23 Nov 2026 14:00-14:30, Dr Lee · Calendly is told"
    assert both.deliver() == Round(sent=1)
    assert booked.canceled is not None
    assert "moved to Mon 23 Nov 2026, 14:00" in booked.canceled[1]
    assert both.sync() == Tally()
    assert both.visits() == [(JANE, LEE, at("14:00"), "S")]


def test_missed_here_is_a_no_show_there_once_and_back_with_the_kept_key(both: Both) -> None:
    booked = both.web.book(at("10:30"), "jane@mail.example")
    both.sync()
    both.clinic.clock[0] = at("10:40")
    both.clinic.mark(1, Status.MISSED)
    both.web.tricks.append(Trick(cut=True, done=True, only="POST /invitee_no_shows"))
    assert both.deliver() == Round(later=1)
    assert both.deliver(3600) == Round(sent=1)
    assert booked.no_show
    assert both.booking(booked.uri)["no_show"] == booked.no_show
    both.clinic.mark(1, Status.SCHEDULED)
    assert both.sync() == Tally()
    assert both.deliver() == Round(sent=1)
    assert booked.no_show == ""
    assert both.sync() == Tally()
    assert both.clinic.row(1)["status"] == "S"


@pytest.mark.parametrize("lost", [None, Trick(cut=True, done=True, only="POST /invitees")])
def test_a_visit_booked_there_is_one_booking_and_one_visit(both: Both, lost: Trick | None) -> None:
    both.clinic.book("14:00", type_id=1)
    both.web.free = [at("14:00")]
    book_there(both.clinic.session, BookThere(1, 1))
    with pytest.raises(Refused, match="being booked"):
        book_there(both.clinic.session, BookThere(1, 1))
    if lost:
        both.web.tricks.append(lost)
        assert both.deliver(0) == Round(later=1)
        assert both.sync() == Tally()
    assert both.deliver(3600 if lost else 0) == Round(sent=1)
    assert both.sync() == Tally()
    assert both.visits() == [(JANE, LEE, at("14:00"), "S")]
    assert len(both.web.times) == 1
    with pytest.raises(Refused, match="already"):
        book_there(both.clinic.session, BookThere(1, 1))
    both.clinic.mark(1, Status.CANCELED, "ill", "customer")
    assert both.deliver() == Round(sent=1)
    assert next(iter(both.web.times.values())).canceled


def test_a_time_that_is_taken_there_says_so_and_what_is_near(both: Both) -> None:
    both.clinic.book("14:00", type_id=1)
    both.web.free = [at("15:00"), at("13:00")]
    book_there(both.clinic.session, BookThere(1, 1))
    assert both.deliver(0) == Round(failed=1)
    (why,) = select("select why from outbox where channel = 'booking'")[0]
    assert why == "This time is not free in Calendly any more: near it are 13:00, 15:00."


@pytest.mark.parametrize(
    ("answer", "done", "part"),
    [
        (Said(403, {"title": "Permission Denied", "message": "Upgrade"}), Round(failed=1), "paid plan"),
        (Said(429, {}, {"X-RateLimit-Reset": "900"}), Round(later=1), "patience"),
        (Said(400, {"message": "x"}), Round(failed=1), "does not take this: x"),
    ],
)
def test_what_keeps_a_booking_back_keeps_back_nothing_else(
    both: Both, answer: Said, done: Round, part: str
) -> None:
    both.web.book(at("10:30"), "john@mail.example")
    both.sync()
    both.clinic.book("14:00", type_id=1)
    both.clinic.mark(1, Status.CANCELED, "ill", "clinic")
    both.web.free = [at("14:00")]
    book_there(both.clinic.session, BookThere(2, 1))
    both.web.tricks.append(Trick(answer, only="POST /invitees"))
    assert both.deliver() == replace(done, sent=1)
    assert part in select("select why from outbox where kind = 'booking there'")[0][0]


def test_more_bookings_than_are_allowed_wait_until_they_are(both: Both) -> None:
    assert patient_until(1000, [100, *range(950, 959)]) is None
    assert patient_until(9000, [*range(6000, 6100)]) == 6000 + 86_400
    now = both.clinic.clock[0]
    with both.clinic.store.write_tx():
        for place in range(10):
            Outbox.insert(
                kind="booking there",
                channel="booking",
                due_at=now - 60,
                created_at=now - 60,
                state="sent",
                sent_at=now - 20 + place,
            ).execute()
    both.clinic.book("14:00", type_id=1)
    both.web.free = [at("14:00")]
    book_there(both.clinic.session, BookThere(1, 1))
    assert both.deliver(0) == Round(later=1)
    assert both.web.times == {}
    assert select("select due_at >= ? from outbox where state = 'waiting'", [now + 40]) == [(1,)]
    assert both.deliver(3600) == Round(sent=1)


def test_what_can_be_booked_is_of_whom_the_visit_is_with_or_of_a_team() -> None:
    fits = (fold("Follow-up"),)
    sato, team = Offering("1", "Follow-up", 30, HOSTS["SATO"]), Offering("2", "Follow-up", 45)
    lee = Offering("3", "Follow-up", 60, HOSTS["LEE"].upper())
    assert chosen((sato,), fits, HOSTS["LEE"], 30) is None
    assert chosen((sato, team), fits, HOSTS["LEE"], 30) == team
    assert chosen((sato, team, lee), fits, HOSTS["LEE"], 30) == lee
    assert chosen((sato, team), fits, "", 30) is None
    assert chosen((sato,), fits, "", 30) == sato


def test_a_no_show_that_does_not_change_the_event_is_found_after_its_end(both: Both) -> None:
    booked = both.web.book(at("10:30"), "jane@mail.example")
    both.sync()
    mark = both.web.times[booked.event].changed
    both.web.mark(booked)
    both.web.times[booked.event].changed = mark
    both.clinic.clock[0] = at("11:30")
    assert both.sync() == Tally()
    both.clinic.clock[0] = at("12:00")
    assert [both.sync() for _ in range(2)] == [Tally(missed=1), Tally()]


def test_whoever_booked_elsewhere_is_reminded_and_not_invited_again(both: Both) -> None:
    both.clinic.session = replace(both.clinic.session, calendar=CalendarRules())
    with both.clinic.store.write_tx():
        Consent.create(customer=JANE, channel="email", answer="yes")
    booked = both.web.book(at("2026-11-27 10:30"), "jane@mail.example")
    both.sync()
    both.web.move(booked, at("2026-11-30 10:30"))
    both.sync()
    assert select("select kind, state from outbox order by id") == [
        ("reminder", "withdrawn"),
        ("reminder", "waiting"),
    ]


def test_a_video_visit_keeps_the_link_that_its_customer_was_given_there(both: Both) -> None:
    both.clinic.session = replace(both.clinic.session, calendar=CalendarRules(video="zoom"))
    video, odd = (both.web.book(at(when), "jane@mail.example") for when in ("10:30", "11:30"))
    link = "https://zoom.example/j/1"
    both.web.times[video.event].location = {"type": "zoom", "status": "pushed", "join_url": link}
    both.web.times[odd.event].location = {"type": "custom", "join_url": "javascript:alert(1)"}
    both.sync()
    assert [both.clinic.row(id_)["mode"] for id_ in (1, 2)] == ["virtual", "in_person"]
    assert join_link(1, "https://meet.example/") == link
    assert select("select count(*) from outbox where channel = 'meeting'") == [(0,)]


def test_who_was_erased_stays_so_when_the_booking_is_read_again(both: Both) -> None:
    booked = both.web.book(at("10:30"), "jane@mail.example")
    both.sync()
    with both.clinic.store.write_tx():
        Booking.update(name="", email="", answers="").execute()
    both.web.times[booked.event].changed = both.web.stamp()
    both.sync()
    assert select("select name, email, state from booking") == [("", "", "active")]


def test_a_default_who_is_nobody_here_is_told_by_the_name_of_the_setting(both: Both) -> None:
    with pytest.raises(SettingsError, match="calendly_default_staff names nobody"):
        CalendlyPass(both.service, default_staff="Dr Who").run(both.clinic.session, lambda: False)


def test_an_answer_that_was_read_before_counts_for_nothing_after_a_later_one(both: Both) -> None:
    booked = both.web.book(at("10:30"), "jane@mail.example")
    both.sync()
    before = both.web.times[booked.event].shown
    both.web.cancel(booked)
    both.sync()
    both.web.times[booked.event].changed = 0
    booked.canceled = None
    assert before["status"] == "active"
    assert both.sync() == Tally()
    assert both.visits() == [(JANE, LEE, at("10:30"), "X")]
    assert both.booking(booked.uri)["state"] == "canceled"
