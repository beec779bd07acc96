"""The outbox attacked from outside: texts that break it, words that undo a no, letters of others."""

from __future__ import annotations

from dataclasses import replace
from datetime import date
from typing import Any

import pytest

from pim_tui.db.connection import select
from pim_tui.domain.contact import Outcome
from pim_tui.domain.delivery import Trouble
from pim_tui.domain.jsontext import from_json
from pim_tui.domain.people import Channel
from pim_tui.domain.texts import Came, Fate, Stand
from pim_tui.errors import Refused
from pim_tui.models import Consent, Customer, Outbox, Phone
from pim_tui.services.account_mail import AccountLetter
from pim_tui.services.chores import Turn, run_chores
from pim_tui.services.contact import LogCall, WriteMessage, log_call, write_message
from pim_tui.services.delivery import Post, Round, deliver, deliver_one
from pim_tui.services.merging import MergeCustomers, merge_customers
from pim_tui.services.sms_courier import BySms
from pim_tui.services.sms_fates import SmsFates
from pim_tui.services.sms_inbound import SmsInbound, taken_in
from pim_tui.services.wanted import PostingPaper, StatementPaper
from pim_tui.services.work import Work
from tests.services import test_account_mail as money
from tests.services import test_sms as texts
from tests.services.clinic import AARON, JANE, JOHN, Practice
from tests.services.shop import Shop, line
from tests.services.test_sms import NUMBER, Stick

clinic, stick = texts.clinic, texts.stick
till = money.clinic
MARKED = "Hello\n\u0301world\t\u030a"


def wrote(clinic: Practice, text: str = "Please call us.", whose: int = JANE) -> None:
    write_message(clinic.session, WriteMessage(whose, Channel.SMS, NUMBER, "", text, urgent=True))


def test_an_accent_at_the_beginning_of_a_line_breaks_no_row_of_the_outbox(
    clinic: Practice, stick: Stick
) -> None:
    wrote(clinic, MARKED.replace("\t\u030a", ""))
    assert texts.go(clinic, stick) == Round(sent=1)
    ((payload,),) = texts.box("payload")
    assert from_json(payload)["text"].startswith("Hello\n")


def test_who_has_died_meanwhile_is_not_written_to(clinic: Practice, stick: Stick) -> None:
    wrote(clinic)
    with clinic.store.write_tx():
        _change(death_date=date(2026, 11, 23))
    assert (texts.go(clinic, stick), stick.has) == (Round(withdrawn=1), {})
    assert texts.box("why") == [("died 2026-11-23",)]


def test_a_number_that_was_corrected_meanwhile_is_not_written_to(clinic: Practice, stick: Stick) -> None:
    wrote(clinic)
    with clinic.store.write_tx():
        Phone.update(e164="+4915112345000").where(Phone.customer == JANE).execute()
    assert (texts.go(clinic, stick), stick.has) == (Round(withdrawn=1), {})
    assert texts.box("why") == [("the address is not in the record any more",)]


@pytest.mark.parametrize("said_no", [JANE, JOHN])
def test_after_a_merge_the_no_of_either_record_counts(clinic: Practice, stick: Stick, said_no: int) -> None:
    wrote(clinic)
    with clinic.store.write_tx():
        Consent.update(answer="no").where(Consent.customer == said_no).execute()
    versions = [select("select version from customer where id = ?", [id_])[0][0] for id_ in (JOHN, JANE)]
    merge_customers(clinic.session, MergeCustomers(JOHN, JANE, *versions))
    assert (texts.go(clinic, stick), stick.has) == (Round(withdrawn=1), {})


# --- texts that come in -----------------------------------------------------------------------------


@pytest.mark.parametrize("key", ["K" * 400, "a\x1b[2J\nb", "IN_\udce9", "x\u202ey"])
def test_a_text_with_a_key_that_cannot_be_kept_comes_in_once(
    clinic: Practice, stick: Stick, key: str
) -> None:
    with clinic.store.write_tx():
        Phone.create(customer=AARON, number=NUMBER, e164=NUMBER)
    stick.came = [Came(key, NUMBER, "STOP", clinic.clock[0])]
    inbound = SmsInbound(stick)
    assert "1 STOP" in texts.chore(clinic, inbound)[0].says
    assert texts.chore(clinic, inbound, 300)[0].says == ""
    assert clinic.count("inbound_text") == 2


def test_texts_of_which_only_the_end_of_the_key_differs_all_come_in(clinic: Practice, stick: Stick) -> None:
    stick.came = [Came("K" * 400 + end, NUMBER, "STOP", clinic.clock[0]) for end in "ab"]
    assert "2 STOP" in texts.chore(clinic, SmsInbound(stick))[0].says


@pytest.mark.parametrize("sender", ["A\udce9", "\x00", "[@click=app.quit]", "1" * 5000])
def test_any_sender_comes_in(clinic: Practice, stick: Stick, sender: str) -> None:
    stick.came = [Came("I1", sender, "STOP\ud800", clinic.clock[0])]
    assert "1 text" in texts.chore(clinic, SmsInbound(stick))[0].says


def test_a_stop_without_a_date_counts(clinic: Practice, stick: Stick) -> None:
    with clinic.store.write_tx():
        Consent.update(given_on="2026-11-20").where(Consent.customer == JANE).execute()
    stick.inbound = lambda since: [Came("I1", NUMBER, "STOP", 0)]  # type: ignore[method-assign]
    texts.chore(clinic, SmsInbound(stick))
    assert texts.answers(JANE) == [("no", "wrote STOP")]


def test_a_stop_of_somebody_who_is_no_customer_any_more_counts(clinic: Practice, stick: Stick) -> None:
    with clinic.store.write_tx():
        _change(active=False)
    stick.came = [Came("I1", NUMBER, "STOP", clinic.clock[0])]
    texts.chore(clinic, SmsInbound(stick))
    assert texts.answers(JANE) == [("no", "wrote STOP")]


def test_start_from_a_shared_telephone_lifts_only_what_a_stop_from_there_has_set(
    clinic: Practice, stick: Stick
) -> None:
    with clinic.store.write_tx():
        Phone.create(customer=AARON, number=NUMBER, e164=NUMBER)
        Consent.create(customer=AARON, channel="sms", answer="no", given_on="2026-10-01", source="form")
    stick.came = [Came("I1", NUMBER, "STOP", clinic.clock[0]), Came("I2", NUMBER, "START", clinic.clock[0])]
    texts.chore(clinic, SmsInbound(stick))
    assert texts.answers(JANE) == [("yes", "wrote START")]
    assert texts.answers(AARON) == [("no", "form")]


def test_a_start_does_not_undo_a_no_said_at_the_desk_on_its_day(clinic: Practice, stick: Stick) -> None:
    today = "2026-11-23"
    with clinic.store.write_tx():
        Consent.update(answer="no", given_on=today, source="asked by Anna Berg").execute()
    stick.came = [Came("I1", NUMBER, "START", clinic.clock[0])]
    texts.chore(clinic, SmsInbound(stick))
    assert texts.answers(JANE) == [("no", "asked by Anna Berg")]


# --- erasing ----------------------------------------------------------------------------------------


def test_who_is_erased_while_the_service_is_asked_is_not_written_to_again(
    clinic: Practice, stick: Stick
) -> None:
    wrote(clinic)
    assert texts.go(clinic, stick).sent == 1

    def erased(key: str) -> Fate:
        _erase(clinic)
        return Fate(Stand.AGAIN)

    stick.status = erased  # type: ignore[method-assign]
    texts.chore(clinic, SmsFates(stick), 60)
    assert texts.box("state", "payload", "key") == [("sent", "{}", "")]


def test_who_is_erased_while_their_text_is_handed_over_is_forgotten(clinic: Practice, stick: Stick) -> None:
    wrote(clinic)
    stick.killed = lambda: _erase(clinic)
    assert texts.go(clinic, stick).sent == 1
    assert texts.box("state", "payload", "key", "look_at") == [("sent", "{}", "", None)]


def test_a_visit_that_moves_while_its_reminder_is_handed_over_is_told_anew(
    clinic: Practice, stick: Stick
) -> None:
    texts.reminded(clinic)
    ((visit,),) = select("select id from appointment")

    def moved() -> None:
        stick.killed = lambda: None
        clinic.change(visit, action="move", starts_at=texts.at("2026-11-27 14:00"))

    stick.killed = moved
    assert texts.go(clinic, stick).sent == 1
    assert texts.go(clinic, stick, 2 * 3600).sent == 1
    assert "at 14:00" in list(stick.has.values())[-1].text


def test_two_workers_and_a_desk_hand_each_text_over_once(clinic: Practice, stick: Stick) -> None:
    wrote(clinic)
    desk = replace(clinic.session, key="desk")

    def others() -> None:
        stick.killed = lambda: None
        post = Post({"sms": BySms(stick, texts.HOUSE)}, by_hand=True)
        ((id_,),) = texts.box("id")
        assert deliver_one(desk, post, id_) == Round()
        assert texts.go(clinic, stick, key="other") == Round()

    stick.killed = others
    assert texts.go(clinic, stick).sent == 1
    assert len(stick.has) == 1


def _change(**columns: Any) -> None:
    Customer.update(version=Customer.version + 1, **columns).where(Customer.id == JANE).execute()


def _erase(clinic: Practice) -> None:
    from pim_tui.services.erasing import EraseCustomer, erase_customer

    ((version, number),) = select("select version, number from customer where id = ?", [JANE])
    erase_customer(clinic.session, EraseCustomer(JANE, version, number, "asked for it"))


# --- money ------------------------------------------------------------------------------------------


def test_an_account_letter_never_carries_what_is_somebody_elses(till: Shop) -> None:
    theirs = till.post(line(), customer_id=JOHN).ids[0]
    till.post(line())
    for enclosed in (StatementPaper(JOHN, date(2026, 11, 1), money.TODAY), PostingPaper(theirs)):
        with pytest.raises(Refused, match="somebody else"):
            money.send(till, AccountLetter("statement", JANE, enclosed))
    assert till.count("outbox") == 0


@pytest.mark.parametrize("kind", ["statement", "payment_notice"])
def test_no_account_letter_goes_to_who_has_died(till: Shop, kind: Any) -> None:
    bill = till.post(line()).ids[0]
    enclosed = PostingPaper(bill) if kind == "payment_notice" else money._statement()
    with till.store.write_tx():
        _change(death_date=date(2026, 11, 20))
    with pytest.raises(Refused, match="died 2026-11-20"):
        money.send(till, AccountLetter(kind, JANE, enclosed))


def test_a_notice_does_not_name_more_than_is_still_owed(till: Shop) -> None:
    bill, box = till.post(line()).ids[0], money.Box()
    money.send(till, money.notice(bill))
    till.pay(3000)
    assert (money.go(till, box), box.sent) == (Round(withdrawn=1), [])
    assert select("select why from outbox") == [("some of it was paid",)]


def test_nothing_that_went_out_or_came_in_outlives_who_is_erased(clinic: Practice, stick: Stick) -> None:
    came = Came(f"IN20261123_101010_00_{NUMBER}", NUMBER, "Canary", clinic.clock[0])
    taken_in(Work(clinic.session, clinic.clock[0]), "gammu", came)
    wrote(clinic, "Canary")
    stick.send = lambda text: f"OUT_{NUMBER}_00.smsbackup"  # type: ignore[method-assign]
    assert texts.go(clinic, stick).sent == 1
    log_call(clinic.session, LogCall(JANE, NUMBER, Outcome.BACK, "Canary", date(2026, 11, 24)))
    _erase(clinic)
    left = [
        (table, row)
        for table in clinic.store.db.get_tables()
        for row in select(f"select * from {table}")
        if "Canary" in str(row) or NUMBER[3:] in str(row)
    ]
    assert left == []


def test_the_journal_of_papers_names_no_address(till: Shop) -> None:
    bill = till.post(line()).ids[0]
    money.send(till, money.notice(bill))
    assert select("select 1 from journal_values where after || answer like '%jane@%'") == []


# --- the clock --------------------------------------------------------------------------------------


def test_a_text_that_went_before_the_clock_was_set_back_is_not_sent_again(
    clinic: Practice, stick: Stick
) -> None:
    wrote(clinic)
    clinic.clock[0] += 3600
    went = clinic.clock[0]
    stick.troubles = [Trouble.UNSURE, Trouble.LINE]
    texts.go(clinic, stick)
    asked = list[int]()
    stick.find = lambda search: asked.append(search.since) or "K1"  # type: ignore[func-returns-value, method-assign]
    with clinic.store.write_tx():
        Outbox.update(due_at=went - 3600).execute()
    assert texts.go(clinic, stick, -3600).sent == 1
    assert (asked, len(stick.has)) == ([went - 3600], 1)


def test_texts_that_came_while_the_clock_was_ahead_are_read_when_it_is_right_again(
    clinic: Practice, stick: Stick
) -> None:
    inbound, right = SmsInbound(stick), clinic.clock[0]
    texts.chore(clinic, inbound, texts.DAY)
    stick.came = [Came("I1", NUMBER, "STOP", right + 60)]
    clinic.clock[0] = right + 7200
    ran = run_chores(clinic.session, [inbound], Turn(share=lambda: 0.5))
    assert [one.says for one in ran] == ["1 text has come in, of them 1 STOP."]
    assert run_chores(clinic.session, [inbound], Turn()) == []


def test_a_channel_that_was_held_while_the_clock_was_ahead_goes_on(clinic: Practice, stick: Stick) -> None:
    wrote(clinic)
    stick.troubles = [Trouble.LINE]
    assert texts.go(clinic, stick, texts.DAY).held
    clinic.clock[0] -= texts.DAY - 60
    patient = Post({"sms": BySms(stick, texts.HOUSE)}, patient=True)
    assert deliver(clinic.session, patient).sent == 1
