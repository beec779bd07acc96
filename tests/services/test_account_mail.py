"""Payment notices and statements by email: to whom, how often, with which file, and not when it was paid."""

from __future__ import annotations

import json
from dataclasses import dataclass, field, replace
from datetime import date

import pytest

from pim_tui.config import Settings
from pim_tui.db.connection import select
from pim_tui.domain.calendarrules import CalendarRules
from pim_tui.domain.delivery import Mail
from pim_tui.domain.letters import faults_of
from pim_tui.domain.messages import House, Words
from pim_tui.domain.rights import Right
from pim_tui.errors import Forbidden, Refused
from pim_tui.models import Consent, Email
from pim_tui.queries.owing import OwingFilter, owing_list
from pim_tui.services.account_mail import AccountLetter, EmailAccount, compose_account, email_account
from pim_tui.services.bill_mail import HOLDS
from pim_tui.services.delivery import Post, Round, deliver
from pim_tui.services.mail_courier import ByEmail
from pim_tui.services.printing import stationery
from pim_tui.services.templates import SaveTemplate, save_template
from pim_tui.services.undo import Undo, undo
from pim_tui.services.wanted import PostingPaper, StatementPaper
from tests.services.clinic import JANE, JOHN
from tests.services.shop import Shop, line

PAPER = stationery(Settings(clinic_name="Harbour Clinic", clinic_pay_by="Bank 123"))
TODAY, DAY = date(2026, 11, 23), 86_400


@dataclass
class Box:
    """Takes every mail."""

    sent: list[Mail] = field(default_factory=list)

    def send(self, mail: Mail) -> None:
        self.sent.append(mail)

    def close(self) -> None:
        """There is no line."""


@pytest.fixture
def clinic(till: Shop) -> Shop:
    """Jane has said yes to email, John was never asked."""
    till.session = replace(till.session, calendar=CalendarRules(quiet=(0, 0)))
    with till.store.write_tx():
        for whose, name in ((JANE, "jane"), (JOHN, "john")):
            Email.create(customer=whose, address=f"{name}@mail.example")
        Consent.create(customer=JANE, channel="email", answer="yes")
    return till


def notice(bill: int, whose: int = JANE) -> AccountLetter:
    return AccountLetter("payment_notice", whose, PostingPaper(bill))


def send(clinic: Shop, about: AccountLetter) -> str:
    letter, _ = compose_account(clinic.session, about, PAPER)
    return email_account(clinic.session, EmailAccount(about, letter, PAPER)).says


def go(clinic: Shop, box: Box) -> Round:
    clinic.clock[0] += HOLDS
    return deliver(clinic.session, Post({"email": ByEmail(box, House())}))


def test_a_notice_says_what_is_left_and_carries_the_bill_as_it_was_issued(clinic: Shop) -> None:
    bill, box = clinic.post(line(), paid=3000).ids[0], Box()
    letter, _ = compose_account(clinic.session, notice(bill), PAPER)
    assert (letter.to, letter.subject) == ("jane@mail.example", "Harbour Clinic: 50.00 EUR is left to pay")
    assert "Bill: S-2026-000001 of 23 Nov 2026\nHow to pay: Bank 123" in letter.text
    assert "Consultation" not in letter.text
    assert not faults_of(letter)
    assert send(clinic, notice(bill)) == "Payment notice to jane@mail.example waits to be sent."
    assert go(clinic, box) == Round(sent=1)
    (mail,) = box.sent
    assert mail.file is not None
    assert mail.file.name == "S-2026-000001.pdf"
    assert select("select count(*) from paper where posting_id = ?", [bill]) == [(1,)]
    assert clinic.actions()[-2:] == ["email", "send"]


def test_a_notice_about_the_whole_account_names_no_bill(clinic: Shop) -> None:
    for _ in range(2):
        clinic.post(line())
    letter, _ = compose_account(clinic.session, AccountLetter("payment_notice", JANE, _statement()), PAPER)
    assert "160.00 EUR is left to pay.\n\nHow to pay: Bank 123\n\nIf you" in letter.text


def test_nobody_is_written_to_twice_within_the_days_that_the_clinic_has_set(clinic: Shop) -> None:
    bill, other = (clinic.post(line()).ids[0] for _ in range(2))
    send(clinic, notice(bill))
    assert undo(clinic.session, Undo()).says.startswith("Taken back: the payment notice is not sent.")
    send(clinic, notice(bill))
    with pytest.raises(Refused, match="Jane Doe was written to on 23 Nov 2026"):
        send(clinic, notice(other))
    clinic.clock[0] += 14 * DAY - 3600
    assert "waits to be sent" in send(clinic, notice(other))


def test_what_was_paid_meanwhile_is_not_asked_for(clinic: Shop) -> None:
    bill, box = clinic.post(line()).ids[0], Box()
    send(clinic, notice(bill))
    clinic.pay(8000)
    assert (go(clinic, box), box.sent) == (Round(withdrawn=1), [])
    assert select("select why from outbox") == [("it was paid",)]
    with pytest.raises(Refused, match="Nothing is left to pay"):
        send(clinic, notice(bill))


def test_consent_is_asked_when_it_is_written_and_when_it_goes(clinic: Shop) -> None:
    bill, mine, box = clinic.post(line(), customer_id=JOHN).ids[0], clinic.post(line()).ids[0], Box()
    with pytest.raises(Refused, match="was never asked about email"):
        send(clinic, notice(bill, JOHN))
    send(clinic, notice(mine))
    with clinic.store.write_tx():
        Consent.update(answer="no").execute()
    assert go(clinic, box) == Round(withdrawn=1)
    with pytest.raises(Refused, match="does not want email"):
        compose_account(clinic.session, AccountLetter("statement", JANE, _statement()), PAPER)
    nobody = replace(clinic.session, rights=clinic.session.rights - {Right.POST_BILL})
    with pytest.raises(Forbidden):
        compose_account(nobody, notice(mine), PAPER)


def _statement() -> StatementPaper:
    return StatementPaper(JANE, date(2026, 11, 1), TODAY)


def test_a_statement_goes_in_the_clinics_own_words(clinic: Shop) -> None:
    clinic.post(line())
    box, about = Box(), AccountLetter("statement", JANE, _statement())
    words = Words("Your account", "Hello {first_name}, {since} - {until}: {owed}")
    save_template(clinic.session, SaveTemplate("statement", "email", "en", 0, words, words))
    assert "Statement to jane@mail.example waits" in send(clinic, about)
    assert go(clinic, box) == Round(sent=1)
    (mail,) = box.sent
    assert (mail.subject, mail.text) == ("Your account", "Hello Jane, 1 Nov 2026 - 23 Nov 2026: 80.00 EUR")
    assert mail.file is not None
    assert mail.file.name.startswith("statement-")
    ((payload,),) = select("select payload from outbox")
    assert json.loads(payload)["file"]


def test_who_owes_is_listed_with_what_speaks_against_a_notice(clinic: Shop) -> None:
    bill = clinic.post(line()).ids[0]
    clinic.post(line(), line(), customer_id=JOHN)
    shown = OwingFilter(TODAY, clinic.session.zone)
    rows = owing_list(shown, "EUR").rows
    assert [(row.customer, row.owed, row.why) for row in rows] == [
        ("John Roe", 16000, "was never asked about email"),
        ("Jane Doe", 8000, ""),
    ]
    send(clinic, notice(bill))
    page = owing_list(shown, "EUR")
    assert page.rows[1].why == "was written to on 23 Nov 2026"
    assert (page.total, page.sums) == (2, {"owed": 24000})
    clinic.pay(8000)
    assert [row.customer_id for row in owing_list(shown, "EUR").rows] == [JOHN]
