"""Reminders, invitations and cancellations follow every change of a visit, each at most once (S7, P5)."""

from __future__ import annotations

import json
from collections.abc import Iterator
from dataclasses import replace
from typing import Any

import pytest

from pim_tui.domain.customer import ConsentEntry
from pim_tui.domain.messages import House
from pim_tui.domain.moments import wall
from pim_tui.domain.states import Status
from pim_tui.errors import Refused
from pim_tui.models import Consent, Customer, Email, Phone, Series
from pim_tui.queries.checks import CHECKS
from pim_tui.queries.customers import editable
from pim_tui.queries.messages import composed, messages_of
from pim_tui.services.customers import ChangeCustomer, change_customer
from pim_tui.services.messages import follow
from pim_tui.services.series_rows import link
from pim_tui.services.undo import Undo, undo
from pim_tui.services.visit_rows import Visit, columns, insert_visits
from pim_tui.services.withdrawing import WithdrawMessage, withdraw_message
from pim_tui.services.work import Work
from tests.services.clinic import AARON, JANE, JOHN, LEE, SATO, ZONE, Practice, at

S, C, M, X = Status
DAY = 86_400


@pytest.fixture
def clinic(clinic: Practice) -> Iterator[Practice]:
    """Jane agreed to email and SMS, John to email, Aaron was never asked; all have both."""
    with clinic.store.write_tx():
        for customer in (JANE, JOHN, AARON):
            Email.create(customer=customer, address=f"c{customer}@example.org", folded=f"c{customer}")
            Phone.create(customer=customer, number="0151 12345678", e164="+4915112345678")
        for customer, channel in ((JANE, "email"), (JANE, "sms"), (JOHN, "email")):
            Consent.create(customer=customer, channel=channel, answer="yes")
    yield clinic
    assert wrong() == []


def wrong() -> list[str]:
    """What the check of waiting messages finds."""
    (check,) = (one for one in CHECKS if one.holds.startswith("every message that waits"))
    return [says for _, _, says in check.look()]


def box(clinic: Practice, *states: str) -> list[tuple[str, str, int, str, str]]:
    """Kind, channel, version, due on the wall, state; by id, in ``states`` only."""
    rows = clinic.store.select(
        "select kind, channel, appointment_version, due_at, state from outbox order by id"
    )
    return [
        (kind, channel, version, f"{wall(due, ZONE):%d %H:%M}", state)
        for kind, channel, version, due, state in rows
        if not states or state in states
    ]


def send(clinic: Practice, *kinds: str) -> None:
    """As delivery does with what is due."""
    marks = ", ".join("?" * len(kinds))
    clinic.store.db.execute_sql(
        f"update outbox set state = 'sent' where state = 'waiting' and kind in ({marks})", kinds
    )


def rules(clinic: Practice, **changes: Any) -> None:
    clinic.session = replace(clinic.session, calendar=replace(clinic.session.calendar, **changes))


def test_a_booking_queues_an_invitation_and_a_reminder_by_consent(clinic: Practice) -> None:
    clinic.book("2026-11-27 10:30", room_id=1)
    clinic.book("2026-11-27 11:00", customer_id=JOHN)
    clinic.book("2026-11-27 11:30", customer_id=AARON)
    assert sorted(box(clinic)) == [
        ("invitation", "email", 1, "23 09:25", "waiting"),
        ("invitation", "email", 1, "23 09:25", "waiting"),
        ("reminder", "email", 1, "25 11:00", "waiting"),
        ("reminder", "sms", 1, "25 10:30", "waiting"),
    ]
    ((window, customer, expires, starts),) = clinic.store.select(
        'select o."window", o.customer_id, o.expires_at, a.starts_at from outbox o join appointment a'
        " on a.id = o.appointment_id where o.kind = 'reminder' and a.id = 1"
    )
    assert (window, customer, expires) == ("2d", JANE, starts)


def test_settings_choose_windows_and_whether_the_unasked_are_written_to(clinic: Practice) -> None:
    rules(clinic, windows=(7 * 1440, 120), invitations=False, unknown=True, delay=0)
    clinic.book("2026-12-03 10:30", customer_id=AARON)
    assert box(clinic) == [
        ("reminder", "sms", 1, "26 10:30", "waiting"),
        ("reminder", "sms", 1, "03 08:30", "waiting"),
    ]
    rules(clinic, windows=())
    clinic.book("2026-12-04 10:30", customer_id=AARON)
    assert len(box(clinic)) == 2


def test_nobody_is_written_to_who_has_died_or_said_no(clinic: Practice) -> None:
    for customer, day in ((JOHN, 25), (JANE, 26)):
        clinic.book(f"2026-11-{day} 10:30", customer_id=customer)
    with clinic.store.write_tx():
        Consent.update(answer="no").where(Consent.customer == JOHN).execute()
        Customer.update(death_date="2026-11-22", version=2).where(Customer.id == JANE).execute()
    for id_, day in ((1, 25), (2, 26)):
        clinic.change(id_, action="move", starts_at=at(f"2026-11-{day} 15:00"))
    assert box(clinic, "waiting") == []


def test_a_move_withdraws_what_waits_and_tells_the_new_time(clinic: Practice) -> None:
    clinic.book("2026-11-27 10:30", customer_id=JOHN)
    clinic.open_always()
    clinic.change(1, action="move", starts_at=at("2026-11-30 07:00"))
    assert sorted(box(clinic, "withdrawn")) == [
        ("invitation", "email", 1, "23 09:25", "withdrawn"),
        ("reminder", "email", 1, "25 10:30", "withdrawn"),
    ]
    assert sorted(box(clinic, "waiting")) == [
        ("invitation", "email", 2, "23 09:25", "waiting"),
        ("reminder", "email", 2, "27 19:30", "waiting"),
    ]
    whys = clinic.store.select("select distinct why from outbox where state = 'withdrawn'")
    assert whys == [("the visit was changed",)]


def test_other_words_keep_what_waits_a_new_length_only_the_reminder(clinic: Practice) -> None:
    clinic.book("2026-11-27 10:30", customer_id=JOHN)
    clinic.change(1, reason="knee")
    assert {row[2:] for row in box(clinic)} == {(1, "23 09:25", "waiting"), (1, "25 10:30", "waiting")}
    clinic.change(1, action="stretch", minutes=45)
    waiting = sorted(box(clinic, "waiting"))
    assert [(kind, version) for kind, _, version, *_ in waiting] == [("invitation", 3), ("reminder", 1)]
    clinic.change(1, staff_id=SATO)
    waiting = sorted(box(clinic, "waiting"))
    assert [(kind, version) for kind, _, version, *_ in waiting] == [("invitation", 4), ("reminder", 4)]


def test_a_booking_taken_back_in_time_sends_nothing(clinic: Practice) -> None:
    clinic.book("2026-11-27 10:30")
    undo(clinic.session, Undo())
    assert {row[4] for row in box(clinic)} == {"withdrawn"}
    assert len(box(clinic)) == 2


def test_what_was_sent_is_canceled_once_and_told_anew_when_reopened(clinic: Practice) -> None:
    clinic.book("2026-11-27 10:30")
    clinic.mark(1, X, "ill", "customer")
    assert [row[0] for row in box(clinic, "waiting")] == []
    clinic.mark(1, S)
    send(clinic, "invitation")
    clinic.mark(1, X, "ill", "customer")
    assert box(clinic, "waiting") == [("cancellation", "email", 4, "23 09:25", "waiting")]
    undo(clinic.session, Undo())
    assert [row[0] for row in box(clinic, "waiting")] == ["reminder"]
    clinic.mark(1, X, "ill", "customer")
    send(clinic, "cancellation")
    clinic.mark(1, S)
    assert sorted(row[0] for row in box(clinic, "waiting")) == ["invitation", "reminder"]


def test_a_visit_moved_back_to_what_was_told_last_is_not_told_again(clinic: Practice) -> None:
    clinic.book("2026-11-27 10:30", customer_id=JOHN)
    send(clinic, "invitation")
    clinic.change(1, action="move", starts_at=at("2026-11-27 11:00"))
    undo(clinic.session, Undo())
    assert [row[0] for row in box(clinic, "waiting")] == ["reminder"]
    clinic.change(1, action="move", starts_at=at("2026-11-27 11:00"))
    send(clinic, "invitation")
    clinic.change(1, action="move", starts_at=at("2026-11-27 10:30"))
    assert sorted(row[0] for row in box(clinic, "waiting")) == ["invitation", "reminder"]


def test_another_customer_is_told_and_the_first_one_too(clinic: Practice) -> None:
    clinic.book("2026-11-27 10:30", customer_id=JOHN)
    send(clinic, "invitation")
    clinic.change(1, customer_id=JANE)
    rows = clinic.store.select("select kind, customer_id from outbox where state = 'waiting' order by kind")
    assert rows == [("cancellation", JOHN), ("invitation", JANE), ("reminder", JANE)]


def test_who_was_reminded_of_another_time_is_told_the_new_one_however_near(clinic: Practice) -> None:
    clinic.book("2026-11-26 10:30")
    clinic.clock[0] = at("2026-11-25 09:00")
    send(clinic, "reminder")
    rules(clinic, invitations=False)
    clinic.change(1, action="move", starts_at=at("2026-11-26 11:00"))
    assert box(clinic, "waiting") == [("reminder", "sms", 2, "25 09:05", "waiting")]
    clinic.change(1, action="stretch", minutes=45)
    assert len(box(clinic, "waiting")) == 1


def test_who_says_yes_or_no_later_is_reminded_or_not_of_the_visits_ahead(clinic: Practice) -> None:
    clinic.book("2026-11-27 10:30", customer_id=AARON)
    clinic.book("2026-11-27 11:30", customer_id=JOHN)
    for id_, yes, no in ((AARON, "email", "sms"), (JOHN, "", "email")):
        found = editable(id_)
        consents = [(yes, "yes", "", "")] * bool(yes) + [(no, "no", "", "")]
        fields = replace(found.fields, consents=tuple(ConsentEntry(*one) for one in consents))
        change_customer(clinic.session, ChangeCustomer(id_, found.version, found.fields, fields, True))
    assert box(clinic, "waiting") == [("reminder", "email", 1, "25 10:30", "waiting")]
    whys = clinic.store.select("select distinct why from outbox where customer_id = ?", [JOHN])
    assert whys == [("the customer does not want it",)]


def test_a_cancellation_to_the_customer_before_is_not_queued_twice(clinic: Practice) -> None:
    clinic.book("2026-11-27 10:30", customer_id=JOHN)
    send(clinic, "invitation")
    clinic.change(1, customer_id=JANE)
    found = editable(JANE)
    fields = replace(found.fields, phones=())
    change_customer(clinic.session, ChangeCustomer(JANE, found.version, found.fields, fields, True))
    kinds = [(row[0], row[1]) for row in box(clinic, "waiting")]
    assert sorted(kinds) == [("cancellation", "email"), ("invitation", "email")]


def test_a_visit_that_has_begun_is_told_to_nobody(clinic: Practice) -> None:
    clinic.book("08:30", customer_id=JOHN)
    clinic.book("09:24", customer_id=JOHN, staff_id=SATO, minutes=5)
    assert box(clinic) == []
    clinic.book("10:30", customer_id=JANE)
    assert [row[0] for row in box(clinic, "waiting")] == ["invitation"]
    clinic.clock[0] = at("11:00")
    clinic.mark(3, M)
    assert box(clinic, "waiting") == []


@pytest.mark.sqlite
def test_the_visits_of_a_series_are_told_once_in_a_handful_of_statements(clinic: Practice) -> None:
    work, first = Work(clinic.session, clinic.clock[0]), at("2026-12-01 09:00")
    visits = [Visit(f"series {n}", JANE, LEE, first + n * DAY, 30, Status.SCHEDULED) for n in range(200)]
    with clinic.store.write_tx():
        ids = insert_visits([columns(visit, clinic.session, work.now) for visit in visits])
        series = Series.create(
            uid="x", rule="", zone=ZONE, wall="2026-12-01T09:00", starts_at=first, minutes=30, customer=JANE,
            staff=LEE, created_at=0, created_by=LEE,
        )  # fmt: skip
        link(series.id, dict(zip(ids, (visit.starts_at for visit in visits), strict=True)))
    work.changed("book", "series", series.id, None, {})
    for id_ in reversed(ids):
        work.changed("book", "appointment", id_, None, clinic.row(id_))
    asked = list[str]()
    with clinic.store.write_tx():
        clinic.store.db.connection().set_trace_callback(asked.append)
        follow(work, work.changes)
        clinic.store.db.connection().set_trace_callback(None)
    kinds = [one.split()[0].lower() for one in asked]
    assert kinds.count("select") <= 3
    assert set(kinds) <= {"select", "insert", "--"}
    rows = clinic.store.select(
        "select kind, count(*), min(appointment_id), max(payload) from outbox group by kind order by kind"
    )
    assert [row[:3] for row in rows] == [("invitation", 1, 1), ("reminder", 200, 1)]
    assert json.loads(rows[0][3])["more"] == 199


def test_what_waits_reads_as_it_will_be_sent_and_is_withdrawn_by_hand(clinic: Practice) -> None:
    clinic.book("2026-11-27 10:30", customer_id=JOHN, reason="HIV test", room_id=2)
    page = messages_of(JOHN)
    assert (page.total, page.sums["waiting"]) == (2, 2)
    assert [row.about for row in page.rows] == ["reminder 2d", "invitation"]
    message = composed(page.rows[0].id, House("Harbour Clinic", "030 555"), "en")
    assert message.to == "c2@example.org"
    assert "Fri 27 Nov 2026 at 10:30" in message.words.body
    assert "HIV" not in message.words.body + message.words.subject
    withdraw_message(clinic.session, WithdrawMessage(page.rows[0].id))
    assert messages_of(JOHN).rows[0].fate == "withdrawn: by Anna Berg"
    clinic.change(1, action="stretch", minutes=45)
    assert [row[0] for row in box(clinic, "waiting")] == ["invitation"]
    with pytest.raises(Refused, match="is withdrawn"):
        withdraw_message(clinic.session, WithdrawMessage(page.rows[0].id))


def test_a_message_whose_visit_was_changed_behind_its_back_is_found(clinic: Practice) -> None:
    clinic.book("2026-11-27 10:30", customer_id=JOHN)
    clinic.store.db.execute_sql("update appointment set mode = 'phone', version = 2")
    assert sorted(wrong()) == [
        "the invitation waits, and its visit was changed",
        "the reminder waits, and its visit was changed",
    ]
    clinic.store.db.execute_sql("update outbox set state = 'withdrawn'")
