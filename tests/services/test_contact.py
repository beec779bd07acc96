"""A person writes to a customer or calls: consent is asked and kept, and calls to make are listed."""

from __future__ import annotations

import json
from dataclasses import replace
from datetime import date, timedelta
from pathlib import Path
from typing import Any

import pytest

from pim_tui.domain.contact import Outcome
from pim_tui.domain.people import Channel
from pim_tui.errors import Invalid, NeedsAnswer, Refused
from pim_tui.models import Consent, Customer, Email, Outbox, Phone
from pim_tui.queries.calls import calls_to_make
from pim_tui.queries.contact import contact
from pim_tui.queries.messages import messages_of
from pim_tui.services.contact import (
    LogCall,
    NoteRefusal,
    WriteMessage,
    log_call,
    note_refusal,
    write_message,
)
from pim_tui.services.erasing import EraseCustomer, erase_customer
from pim_tui.services.undo import Undo, undo
from pim_tui.services.withdrawing import WithdrawMessage, withdraw_message
from tests.services.clinic import JANE, JOHN, NOW, ZONE, Practice
from tests.services.shop import BANDAGE, line, shop

TODAY = date(2026, 11, 23)
WORDS = ("biopsy", "Jane", "Doe", "+49")
NUMBER = "+4915112345678"


@pytest.fixture
def clinic(clinic: Practice) -> Practice:
    """Jane agreed to email, said no to SMS; John was never asked."""
    with clinic.store.write_tx():
        for customer in (JANE, JOHN):
            Email.create(customer=customer, address=f"c{customer}@example.org", folded=f"c{customer}")
            Phone.create(customer=customer, number="0151 12345678", e164=NUMBER, label="mobile")
        Consent.create(customer=JANE, channel="email", answer="yes")
        Consent.create(customer=JANE, channel="sms", answer="no")
    return clinic


def letter(customer: int = JANE, **more: Any) -> WriteMessage:
    usual = {"to": f"c{customer}@example.org", "subject": "Your visit", "text": "Please bring {it}."}
    return WriteMessage(**{"customer_id": customer, "channel": Channel.EMAIL, **usual, **more})


def text(customer: int = JOHN, **more: Any) -> WriteMessage:
    return WriteMessage(customer, Channel.SMS, "0151 12345678", "", "Please call us.", **more)


def box(clinic: Practice, columns: str) -> list[tuple[Any, ...]]:
    return clinic.store.select(f"select {columns} from outbox order by id")


def test_a_message_waits_like_any_other_with_the_words_that_were_seen(clinic: Practice) -> None:
    done = write_message(clinic.session, letter(request="form-1"))
    assert done.says == "The email waits to be sent."
    ((kind, channel, state, due, payload),) = box(clinic, "kind, channel, state, due_at, payload")
    assert (kind, channel, state, due) == ("email", "email", "waiting", NOW + 300)
    assert json.loads(payload) == {
        "to": "c1@example.org",
        "subject": "Your visit",
        "text": "Please bring {it}.",
    }
    assert write_message(clinic.session, letter(request="form-1")) == done
    assert clinic.count("outbox") == 1


def test_what_is_urgent_waits_for_nobody_and_a_text_goes_to_the_number_in_full(clinic: Practice) -> None:
    rules = replace(clinic.session.calendar, unknown=True)
    write_message(replace(clinic.session, calendar=rules), text(urgent=True))
    ((kind, channel, due, payload),) = box(clinic, "kind, channel, due_at, payload")
    assert (kind, channel, due, json.loads(payload)["to"]) == ("text", "sms", NOW, NUMBER)


def test_who_said_no_is_not_written_to_and_who_was_never_asked_is_asked(clinic: Practice) -> None:
    with pytest.raises(Refused, match="Jane Doe does not want SMS"):
        write_message(clinic.session, text(JANE, agreed=True))
    with pytest.raises(NeedsAnswer, match="never asked about SMS") as asked:
        write_message(clinic.session, text())
    assert asked.value.question == "consent"
    assert clinic.count("outbox") == 0
    write_message(clinic.session, text(agreed=True))
    rows = clinic.store.select("select answer, given_on, source from consent where customer_id = ?", [JOHN])
    assert rows == [("yes", "2026-11-23", "asked by Anna Berg")]
    note_refusal(clinic.session, NoteRefusal(JOHN, Channel.EMAIL))
    with pytest.raises(Refused, match="does not want email"):
        write_message(clinic.session, letter(JOHN))
    assert clinic.actions() == ["change", "write", "change"]


def test_only_what_stands_in_the_record_is_written_to(clinic: Practice) -> None:
    for to in ("other@example.org", "c1@example.org, evil@example.org", ""):
        with pytest.raises(Invalid, match="to:"):
            write_message(clinic.session, letter(to=to))
    with pytest.raises(Invalid, match=r"subject: .*; text: "):
        write_message(clinic.session, letter(subject="a\nb", text="\x1b[2J"))
    with clinic.store.write_tx():
        Phone.update(e164="+491511").execute()
    with pytest.raises(Invalid, match="not a number of the record that takes SMS"):
        write_message(clinic.session, text(agreed=True))
    with clinic.store.write_tx():
        Customer.update(death_date=TODAY, version=Customer.version + 1).where(Customer.id == JANE).execute()
    with pytest.raises(Refused, match="Nobody writes to Jane Doe: died 2026-11-23"):
        write_message(clinic.session, letter())


def test_several_messages_about_one_visit_stand_beside_each_other(clinic: Practice) -> None:
    visit = clinic.book("2026-11-27 10:30").ids[0]
    for request in ("a", "b"):
        write_message(clinic.session, letter(appointment_id=visit, request=request))
    found = messages_of(JANE).rows
    assert [row.kind for row in found].count("email") == 2


def test_what_was_written_or_withdrawn_by_hand_is_taken_back_step_by_step(clinic: Practice) -> None:
    clinic.book("2026-11-27 10:30")
    write_message(clinic.session, letter())
    written = clinic.store.select("select max(id) from outbox")[0][0]
    withdraw_message(clinic.session, WithdrawMessage(written))
    back = [undo(clinic.session, Undo()).says for _ in range(3)]
    assert back[0] == "Taken back: the email waits again. · u again: write the email"
    assert back[1].startswith("Taken back: the email is not sent. · u again: booking of Jane Doe")
    assert back[2].startswith("Booking taken back")
    assert set(box(clinic, "state")) == {("withdrawn",)}
    with pytest.raises(Refused, match="nothing of yours"):
        undo(clinic.session, Undo())


def test_a_message_that_has_gone_or_does_not_hold_any_more_is_not_taken_back(clinic: Practice) -> None:
    clinic.book("2026-11-27 10:30")
    write_message(clinic.session, letter())
    with clinic.store.write_tx():
        Outbox.update(state="sent").where(Outbox.kind == "email").execute()
    with pytest.raises(Refused, match="email that you wrote was the last, and has gone"):
        undo(clinic.session, Undo())
    reminder = clinic.store.select("select id from outbox where kind = 'reminder'")[0][0]
    withdraw_message(clinic.session, WithdrawMessage(reminder))
    clinic.clock[0] += 30 * 86_400
    with pytest.raises(Refused, match="reminder stays withdrawn: it was too late"):
        undo(clinic.session, Undo())


# --- calls ------------------------------------------------------------------------------------------


def call(clinic: Practice, outcome: Outcome, note: str = "", back_on: date | None = None) -> None:
    log_call(clinic.session, LogCall(JANE, NUMBER, outcome, note, back_on))


def reasons(clinic: Practice, day: date = TODAY) -> list[tuple[str, str]]:
    return [(row.customer, row.reason) for row in calls_to_make(day, ZONE).rows]


def test_a_call_stands_among_the_messages_with_how_it_went(clinic: Practice) -> None:
    call(clinic, Outcome.MESSAGE, "asked to \x1b[2J call")
    (row,) = messages_of(JANE).rows
    assert (row.kind, row.channel, row.state) == ("call", "phone", "sent")
    assert row.fate == "left a message: asked to ␛[2J call"
    assert clinic.actions() == ["call"]


def test_a_call_back_is_a_call_to_make_on_its_day_until_somebody_is_reached(clinic: Practice) -> None:
    with pytest.raises(Invalid, match="back_on"):
        call(clinic, Outcome.BACK)
    call(clinic, Outcome.BACK, "results", date(2026, 11, 25))
    assert reasons(clinic) == []
    assert reasons(clinic, date(2026, 11, 25)) == [("Jane Doe", "agreed")]
    (row,) = calls_to_make(date(2026, 11, 25), ZONE).rows
    assert (row.phone, row.about) == ("0151 12345678", "to be made: results")
    call(clinic, Outcome.NO_ANSWER)
    assert reasons(clinic, date(2026, 11, 25)) == [("Jane Doe", "agreed")]
    call(clinic, Outcome.REACHED)
    assert reasons(clinic, date(2026, 11, 25)) == []
    assert box(clinic, "state") == [("sent",), ("withdrawn",), ("sent",), ("sent",)]


def test_who_was_not_reached_by_a_message_is_called_unless_they_do_not_want_it(clinic: Practice) -> None:
    for who in (JANE, JOHN):
        write_message(clinic.session, letter(who, agreed=True))
    with clinic.store.write_tx():
        Outbox.update(state="failed", why="no such address").where(Outbox.customer == JANE).execute()
        Outbox.update(state="unknown").where(Outbox.customer == JOHN).execute()
    assert reasons(clinic) == [("Jane Doe", "message"), ("John Roe", "message")]
    with clinic.store.write_tx():
        Consent.create(customer=JOHN, channel="phone", answer="no")
    assert reasons(clinic) == [("Jane Doe", "message")]
    clinic.clock[0] += 600
    call(clinic, Outcome.NO_ANSWER)
    assert reasons(clinic) == []


def test_the_contact_of_a_visit_names_it_and_the_address_of_its_meeting(clinic: Practice) -> None:
    plain, video = (
        clinic.book(when, mode=mode).ids[0]
        for when, mode in (("2026-11-24 09:00", "in_person"), ("2026-11-25 09:00", "virtual"))
    )
    found = contact(JANE, None, NOW)
    assert found.visit is not None
    assert found.video is not None
    assert (found.visit.id, found.video.id) == (plain, video)
    assert contact(JANE, video, NOW).visit == found.video
    assert contact(JOHN, video, NOW).visit is None
    assert found.person.texted[0].e164 == NUMBER


def test_a_bill_that_is_a_month_old_is_a_reason_to_call_until_it_is_paid_or_somebody_called(
    tmp_path: Path,
) -> None:
    made = shop(tmp_path)
    made.post(line(BANDAGE), customer_id=JANE)
    made.post(line(BANDAGE), customer_id=JOHN, paid=595)
    assert reasons(made, TODAY + timedelta(days=29)) == []
    due = TODAY + timedelta(days=30)
    (row,) = calls_to_make(due, ZONE).rows
    assert (row.customer, row.reason, row.about) == ("Jane Doe", "unpaid", "S-2026-000001: 5.95 EUR")
    assert calls_to_make(due, ZONE, ("agreed",)).rows == ()
    assert reasons(made, TODAY + timedelta(days=121)) == []
    made.clock[0] += 30 * 86_400
    log_call(made.session, LogCall(JANE, "", Outcome.REACHED))
    assert reasons(made, due) == []
    made.store.close()


def test_of_somebody_who_was_erased_no_word_about_a_call_is_left(clinic: Practice) -> None:
    call(clinic, Outcome.BACK, "biopsy", date(2026, 11, 25))
    write_message(clinic.session, letter())
    version = clinic.store.select("select version from customer where id = ?", [JANE])[0][0]
    erase_customer(clinic.session, EraseCustomer(JANE, version, 1, "asked for it"))
    kept = clinic.store.select("select payload, why, state from outbox order by id")
    assert kept == [("{}", "", "sent"), ("{}", "", "withdrawn"), ("{}", "", "withdrawn")]
    for row in clinic.store.select("select * from journal_values"):
        assert not [word for word in WORDS if word in str(row)]
    assert reasons(clinic, date(2026, 11, 25)) == []
    with pytest.raises(Refused, match="erased"):
        call(clinic, Outcome.REACHED)
