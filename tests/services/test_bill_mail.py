"""A bill goes by email: to whom it may, what it says, and that the file is the one that was issued."""

from __future__ import annotations

import hashlib
import json
from dataclasses import replace

import pytest

from pim_tui.config import Settings
from pim_tui.db.connection import select
from pim_tui.db.filestore import store_of
from pim_tui.domain.letters import Letter, faults_of
from pim_tui.domain.rights import Right
from pim_tui.errors import Forbidden, Invalid, NotFound, Refused
from pim_tui.models import Consent, Email
from pim_tui.queries.bills import timeline
from pim_tui.services.bill_mail import HOLDS, EmailBill, compose_email, email_bill
from pim_tui.services.issuing import HandOut, hand_out
from pim_tui.services.printing import stationery
from pim_tui.services.voiding import VoidPosting, void_posting
from pim_tui.services.wanted import PostingPaper
from tests.services.clinic import JANE, broken_line
from tests.services.shop import NOW, Shop, line

PAPER = stationery(Settings(clinic_name="Harbour Clinic", clinic_phone="030 5550100"))
LETTER = Letter("jane@mail.example", "Your bill", "Good day,\nhere it is.")


@pytest.fixture
def clinic(till: Shop) -> Shop:
    with till.store.write_tx():
        for position, address in enumerate(("jane@mail.example", "doe@work.example")):
            Email.create(customer=JANE, position=position, address=address)
    return till


def answer(clinic: Shop, given: str) -> None:
    with clinic.store.write_tx():
        Consent.create(customer=JANE, channel="email", answer=given)


def waiting() -> list[tuple[object, ...]]:
    return select("select kind, state, due_at, payload from outbox order by id", [])


def test_it_is_proposed_to_the_first_address_and_tells_nothing_of_what_was_done(clinic: Shop) -> None:
    bill = clinic.post(line(), paid=3000).ids[0]
    letter, known = compose_email(clinic.session, bill, PAPER)
    assert (letter.to, known) == ("jane@mail.example", ("jane@mail.example", "doe@work.example"))
    assert letter.subject == "Bill S-2026-000001 from Harbour Clinic"
    assert "Dear Jane Doe," in letter.text
    assert "over 80.00 EUR.\n50.00 EUR is left to pay." in letter.text
    assert letter.text.endswith("Harbour Clinic\n030 5550100")
    assert "Consultation" not in letter.text
    paid = compose_email(clinic.session, clinic.pay(5000).ids[0], PAPER)[0]
    assert paid.subject == "Payment P-2026-000002 from Harbour Clinic"
    assert "left to pay" not in paid.text
    assert not faults_of(letter)


def test_what_waits_is_the_file_that_was_issued_first(clinic: Shop) -> None:
    bill = clinic.post(line()).ids[0]
    issued = hand_out(clinic.session, HandOut(PostingPaper(bill), PAPER, "printer"))
    clinic.pay(8000)
    clinic.clock[0] += 60
    done = email_bill(clinic.session, EmailBill(bill, LETTER, PAPER))
    assert done.says == "S-2026-000001 to jane@mail.example waits to be sent."
    ((kind, state, due_at, payload),) = waiting()
    told = json.loads(str(payload))
    assert (kind, state, due_at) == ("email", "waiting", NOW + 60 + HOLDS)
    assert told["file"] == issued.sha256
    assert (told["to"], told["subject"], told["text"]) == (LETTER.to, LETTER.subject, LETTER.text)
    assert (told["name"], told["posting_id"]) == ("S-2026-000001.pdf", bill)
    assert str(told["message_id"]).endswith(".pim-tui.invalid>")
    assert [(one.what, one.note) for one in timeline(bill)][-1] == ("emailed", "bill, jane@mail.example")
    assert broken_line(clinic.store) is None


def test_the_same_request_is_one_email_and_another_one_is_another(clinic: Shop) -> None:
    bill = clinic.post(line()).ids[0]
    first = email_bill(clinic.session, EmailBill(bill, LETTER, PAPER, "req-1"))
    assert email_bill(clinic.session, EmailBill(bill, LETTER, PAPER, "req-1")) == first
    email_bill(clinic.session, EmailBill(bill, LETTER, PAPER, "req-2"))
    ids = {json.loads(str(payload))["message_id"] for *_, payload in waiting()}
    assert (len(waiting()), len(ids)) == (2, 2)
    assert len({json.loads(str(payload))["file"] for *_, payload in waiting()}) == 1


def test_a_bill_that_was_voided_since_goes_out_as_a_copy_that_says_so_and_is_kept(clinic: Shop) -> None:
    bill = clinic.post(line()).ids[0]
    email_bill(clinic.session, EmailBill(bill, LETTER, PAPER))
    clinic.clock[0] += 60
    void_posting(clinic.session, VoidPosting(bill, "typed twice"))
    email_bill(clinic.session, EmailBill(bill, LETTER, PAPER))
    files = [json.loads(str(payload))["file"] for *_, payload in waiting()]
    assert files[0] != files[1]
    for digest in files:
        assert hashlib.sha256(store_of(clinic.store).read(digest)).hexdigest() == digest
    assert select("select count(*) from stored_file where sha256 = ?", [files[1]]) == [(1,)]


def test_a_customer_who_said_no_gets_none_and_one_who_was_not_asked_does(clinic: Shop) -> None:
    bill = clinic.post(line()).ids[0]
    compose_email(clinic.session, bill, PAPER)
    answer(clinic, "no")
    for act in (
        lambda: compose_email(clinic.session, bill, PAPER),
        lambda: email_bill(clinic.session, EmailBill(bill, LETTER, PAPER)),
    ):
        with pytest.raises(Refused, match="does not want email") as refused:
            act()
        assert "enter it in the record" in refused.value.hint
    assert waiting() == []


def test_without_an_address_it_is_said_where_to_add_one(clinic: Shop) -> None:
    with clinic.store.write_tx():
        Email.delete().execute()
    bill = clinic.post(line()).ids[0]
    with pytest.raises(Refused, match="has no email address") as refused:
        compose_email(clinic.session, bill, PAPER)
    assert "Add one in the customer's record" in refused.value.hint
    cash = clinic.post(line(), paid=8000, customer_id=None).ids[0]
    letter, known = compose_email(clinic.session, cash, PAPER)
    assert (letter.to, known) == ("", ())
    assert letter.text.startswith("Good day,")
    with pytest.raises(NotFound):
        compose_email(clinic.session, 99, PAPER)


def test_every_fault_is_told_at_once_and_nothing_is_issued(clinic: Shop) -> None:
    bill = clinic.post(line()).ids[0]
    with pytest.raises(Invalid) as refused:
        email_bill(clinic.session, EmailBill(bill, Letter("", "", ""), PAPER))
    assert [fault.field for fault in refused.value.faults] == ["to", "subject", "text"]
    assert select("select count(*) from paper", []) == [(0,)]


def test_it_takes_the_rights_to_post_and_to_print(clinic: Shop) -> None:
    bill = clinic.post(line()).ids[0]
    for right in (Right.POST_BILL, Right.PRINT, Right.SEE_BILL):
        session = replace(clinic.session, rights=clinic.session.rights - {right})
        with pytest.raises(Forbidden):
            email_bill(session, EmailBill(bill, LETTER, PAPER))
    assert waiting() == []
