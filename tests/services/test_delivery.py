"""What waits goes out, each message once, and only while it still holds."""

from __future__ import annotations

import json
from collections.abc import Callable
from dataclasses import dataclass, field, replace
from typing import Any

import pytest

from pim_tui.config import Settings
from pim_tui.db.connection import select
from pim_tui.domain.calendarrules import CalendarRules
from pim_tui.domain.delivery import TRIES, Mail, Trouble, Undelivered
from pim_tui.domain.letters import Letter
from pim_tui.domain.messages import House
from pim_tui.domain.states import Status
from pim_tui.errors import NotFound, Refused
from pim_tui.models import Consent, Email, Outbox
from pim_tui.queries.delivery import DUE, failed
from pim_tui.queries.messages import composed
from pim_tui.queries.outside import standing
from pim_tui.services.bill_mail import HOLDS, EmailBill, email_bill
from pim_tui.services.delivery import Post, Round, deliver
from pim_tui.services.leasing import LEASE
from pim_tui.services.mail_courier import ByEmail
from pim_tui.services.printing import stationery
from pim_tui.services.resending import RetryMessage, retry_message
from pim_tui.services.withdrawing import WithdrawMessage, withdraw_message
from tests.services.clinic import JANE, JOHN, at
from tests.services.shop import Shop, line

HOUSE = House("Harbour Clinic", "030 555")
PAPER = stationery(Settings(clinic_name="Harbour Clinic"))
MINUTE, DAY = 60, 86_400


@dataclass
class Carrier:
    """Takes what it is given; ``troubles`` are raised first, ``meanwhile`` happens while it sends."""

    sent: list[Mail] = field(default_factory=list)
    troubles: list[Trouble] = field(default_factory=list)
    meanwhile: Callable[[], object] | None = None
    closed: int = 0

    def send(self, mail: Mail) -> None:
        if self.meanwhile:
            act, self.meanwhile = self.meanwhile, None
            act()
        if self.troubles:
            trouble = self.troubles.pop(0)
            if trouble == Trouble.UNSURE:
                self.sent.append(mail)
            raise Undelivered(trouble, f"It is {trouble}.")
        self.sent.append(mail)

    def close(self) -> None:
        self.closed += 1


@pytest.fixture
def clinic(till: Shop) -> Shop:
    """Jane and John agreed to email; the clinic confirms bookings and reminds of none."""
    till.session = replace(till.session, calendar=CalendarRules(windows=()))
    with till.store.write_tx():
        for customer, name in ((JANE, "jane"), (JOHN, "john")):
            Email.create(customer=customer, address=f"{name}@mail.example", folded=name)
            Consent.create(customer=customer, channel="email", answer="yes")
    return till


@pytest.fixture
def carrier() -> Carrier:
    return Carrier()


def go(clinic: Shop, carrier: Carrier, seconds: int = 0, **session: Any) -> Round:
    clinic.clock[0] += seconds
    return deliver(
        replace(clinic.session, **session), Post({"email": ByEmail(carrier, HOUSE)}, share=lambda: 1.0)
    )


def box(*columns: str) -> list[tuple[Any, ...]]:
    return select(f"select {', '.join(columns)} from outbox order by id")


def test_an_invitation_waits_its_minutes_and_goes_once_with_what_the_template_says(
    clinic: Shop, carrier: Carrier
) -> None:
    clinic.book("2026-11-27 10:30")
    assert go(clinic, carrier) == Round()
    assert go(clinic, carrier, 5 * MINUTE) == Round(sent=1)
    assert go(clinic, carrier) == Round()
    (mail,) = carrier.sent
    assert (mail.to, mail.file) == ("jane@mail.example", None)
    assert mail.subject == "Harbour Clinic: your visit on Fri 27 Nov 2026, 10:30"
    (sent,) = box("state", "sent_at", "message_id", "leased_by", "leased_until", "tries")
    assert sent == ("sent", clinic.clock[0], mail.message_id, "", None, 0)
    clinic.change(1, starts_at=at("2026-11-27 11:30"), action="move")
    kept = composed(1, HOUSE, "en")
    assert (kept.to, kept.words.body) == (mail.to, mail.text)
    assert clinic.actions()[-2:] == ["send", "move"]


def test_a_bill_goes_with_the_very_file_that_was_stored(clinic: Shop, carrier: Carrier) -> None:
    bill = clinic.post(line(), customer_id=None, paid=8000).ids[0]
    email_bill(clinic.session, EmailBill(bill, Letter("x@mail.example", "Your bill", "Here."), PAPER))
    assert go(clinic, carrier, HOLDS) == Round(sent=1)
    (mail,) = carrier.sent
    ((payload, message_id),) = box("payload", "message_id")
    told = json.loads(payload)
    assert mail.file is not None
    assert (mail.file.name, message_id) == ("S-2026-000001.pdf", told["message_id"])
    assert mail.file.data == _stored(clinic, told["file"])
    assert mail.message_id == message_id


def _stored(clinic: Shop, digest: str) -> bytes:
    return (clinic.store.place.parent / "files" / digest[:2] / digest[2:]).read_bytes()


def test_what_does_not_hold_any_more_is_withdrawn_and_says_why(clinic: Shop, carrier: Carrier) -> None:
    for number, day in enumerate((24, 25, 26, 27), 1):
        clinic.book(f"2026-11-{day} 10:30", customer_id=JANE if number < 4 else JOHN)
    bill = clinic.post(line()).ids[0]
    email_bill(clinic.session, EmailBill(bill, Letter("x@mail.example", "Your bill", "Here."), PAPER))
    with clinic.store.write_tx():
        Consent.update(answer="no").where(Consent.customer == JANE).execute()
        clinic.store.db.execute_sql(
            "update appointment set status = 'M', marked_at = starts_at, version = 2 where id = 4"
        )
    found = go(clinic, carrier, 5 * MINUTE)
    assert (found.sent, carrier.sent) == (0, [])
    whys = {why for state, why in box("state", "why") if state == "withdrawn"}
    assert whys == {"the customer does not want it", "the visit is Missed"}
    clinic.book("2026-11-27 11:30", customer_id=JOHN)
    assert go(clinic, carrier, 5 * DAY) == Round(withdrawn=1)
    assert box("why")[-1] == ("it was too late",)


def test_a_cancellation_goes_only_to_who_was_told(clinic: Shop, carrier: Carrier) -> None:
    clinic.book("2026-11-27 10:30")
    assert go(clinic, carrier, 5 * MINUTE).sent == 1
    clinic.mark(1, Status.CANCELED, "ill", "customer")
    assert go(clinic, carrier, 5 * MINUTE).sent == 1
    assert "is canceled" in carrier.sent[-1].subject
    clinic.book("2026-11-27 10:30", customer_id=JOHN)
    carrier.troubles = [Trouble.LINE]
    carrier.meanwhile = lambda: clinic.mark(2, Status.CANCELED, "ill", "customer")
    assert go(clinic, carrier, 5 * MINUTE).held
    assert [row for row in box("kind", "state", "why") if row[0] == "cancellation"][1:] == [
        ("cancellation", "waiting", "")
    ]
    assert go(clinic, carrier, 5 * MINUTE) == Round(withdrawn=1)
    assert box("state", "why")[-1] == ("withdrawn", "nobody was told of the visit")
    assert [mail.to for mail in carrier.sent] == ["jane@mail.example"] * 2


def test_no_message_goes_in_quiet_hours(clinic: Shop, carrier: Carrier) -> None:
    clinic.book("2026-11-27 10:30")
    clinic.clock[0] = at("2026-11-23 22:00")
    assert go(clinic, carrier) == Round(later=1)
    assert box("state", "due_at", "tries")[0] == ("waiting", at("2026-11-24 08:00"), 0)
    clinic.clock[0] = at("2026-11-24 08:00")
    assert go(clinic, carrier) == Round(sent=1)
    clinic.open_always()
    clinic.book("2026-11-25 07:30")
    clinic.clock[0] = at("2026-11-24 23:00")
    assert go(clinic, carrier) == Round(withdrawn=1)
    assert box("why")[-1] == ("only quiet hours are left",)


def test_a_busy_server_is_tried_again_later_and_later_and_then_it_has_failed(
    clinic: Shop, carrier: Carrier
) -> None:
    clinic.book("2026-11-27 10:30")
    go(clinic, carrier)
    carrier.troubles = [Trouble.BUSY] * TRIES
    pauses = []
    clinic.clock[0] += 5 * MINUTE
    while (found := go(clinic, carrier)).later:
        ((state, due, why),) = box("state", "due_at", "why")
        assert (state, why) == ("waiting", "It is busy.")
        pauses.append(due - clinic.clock[0])
        clinic.clock[0] = due
    assert pauses == [30, 60, 120, 240, 480, 960, 1920]
    assert found == Round(failed=1)
    assert box("state", "why", "tries", "trouble")[0] == ("failed", "It is busy.", 8, "busy")
    stands = standing(clinic.clock[0])
    (row,) = stands.channels
    assert (row.failed, row.failed_since, stands.held) == (1, at("09:25"), {})
    assert clinic.actions()[-1] == "fail"


def test_a_wrong_address_fails_at_once_and_the_others_go(clinic: Shop, carrier: Carrier) -> None:
    clinic.book("2026-11-27 10:30")
    clinic.book("2026-11-27 11:30", customer_id=JOHN)
    carrier.troubles = [Trouble.ADDRESS]
    assert go(clinic, carrier, 5 * MINUTE) == Round(sent=1, failed=1)
    assert carrier.sent[0].to == "john@mail.example"


def test_an_hour_without_the_server_loses_nothing_and_is_told_once(clinic: Shop, carrier: Carrier) -> None:
    for hour in ("10:30", "11:30", "12:30"):
        clinic.book(f"2026-11-27 {hour}")
    since = clinic.clock[0] + 5 * MINUTE
    carrier.troubles = [Trouble.LINE] * 11 + [Trouble.LOGIN]
    rounds = [go(clinic, carrier, 5 * MINUTE) for _ in range(12)]
    held = [one for done in rounds for one in done.held]
    assert [one.new for one in held] == [True] + [False] * 11
    assert [one.says for one in held[-2:]] == ["It is line.", "It is login."]
    stands, (row,) = standing(clinic.clock[0]), standing(clinic.clock[0]).channels
    found = stands.held["email"]
    assert (row.due, found.troubled_since, found.why, row.failed) == (3, since, "It is login.", 0)
    assert {row[0] for row in box("tries")} == {0}
    assert go(clinic, carrier) == Round(sent=3)
    assert ["10:30" in carrier.sent[0].subject, "12:30" in carrier.sent[2].subject] == [True, True]
    assert not standing(clinic.clock[0]).troubled


def test_what_failed_is_sent_again_by_hand_while_it_holds(clinic: Shop, carrier: Carrier) -> None:
    clinic.book("2026-11-27 10:30")
    with pytest.raises(Refused, match="is waiting and stays as it is"):
        retry_message(clinic.session, RetryMessage(1))
    carrier.troubles = [Trouble.ADDRESS, Trouble.CONTENT]
    assert go(clinic, carrier, 5 * MINUTE).failed == 1
    assert retry_message(clinic.session, RetryMessage(1)).says == "The invitation is sent again."
    assert go(clinic, carrier).failed == 1
    assert (box("tries"), [one.why for one in failed(9)]) == ([(1,)], ["It is content."])
    clinic.mark(1, Status.CANCELED, "ill", "customer")
    with pytest.raises(Refused, match="not sent again: the visit is Canceled"):
        retry_message(clinic.session, RetryMessage(1))
    bill = clinic.post(line()).ids[0]
    email_bill(clinic.session, EmailBill(bill, Letter("x@mail.example", "Your bill", "Here."), PAPER))
    carrier.troubles = [Trouble.ADDRESS]
    assert go(clinic, carrier, HOLDS).failed == 1
    clinic.clock[0] += 4 * DAY
    retry_message(clinic.session, RetryMessage(2))
    assert go(clinic, carrier) == Round(sent=1)
    with pytest.raises(NotFound):
        retry_message(clinic.session, RetryMessage(99))


def test_what_may_have_gone_goes_again_under_the_same_id(clinic: Shop, carrier: Carrier) -> None:
    clinic.book("2026-11-27 10:30")
    carrier.troubles = [Trouble.UNSURE]
    assert go(clinic, carrier, 5 * MINUTE) == Round(later=1)
    assert box("state")[0] == ("sending",)
    with pytest.raises(Refused, match="is sending and stays"):
        withdraw_message(clinic.session, WithdrawMessage(1))
    assert go(clinic, carrier, 30) == Round(sent=1)
    first, second = carrier.sent
    assert first.message_id == second.message_id


def test_who_may_have_been_told_of_a_visit_is_told_that_it_is_canceled(
    clinic: Shop, carrier: Carrier
) -> None:
    clinic.book("2026-11-27 10:30")
    carrier.troubles = [Trouble.UNSURE]
    go(clinic, carrier, 5 * MINUTE)
    clinic.mark(1, Status.CANCELED, "ill", "customer")
    assert go(clinic, carrier, 5 * MINUTE) == Round(sent=1, withdrawn=1)
    assert box("state", "why")[0] == ("sent", "it may have gone before this: the visit is Canceled")
    assert "is canceled" in carrier.sent[-1].subject


def test_a_worker_that_died_is_followed_when_its_lease_has_run_out(clinic: Shop, carrier: Carrier) -> None:
    clinic.book("2026-11-27 10:30")

    def dies() -> None:
        raise KeyboardInterrupt

    carrier.meanwhile = dies
    with pytest.raises(KeyboardInterrupt):
        go(clinic, carrier, 5 * MINUTE)
    assert carrier.closed == 1
    assert go(clinic, carrier, LEASE - 1, key="other") == Round()
    assert go(clinic, carrier, 1, key="other") == Round(sent=1)


def test_who_was_too_slow_writes_nothing(clinic: Shop, carrier: Carrier) -> None:
    clinic.book("2026-11-27 10:30")
    other = Carrier()
    carrier.meanwhile = lambda: go(clinic, other, LEASE, key="other")
    go(clinic, carrier, 5 * MINUTE)
    assert (len(other.sent), len(carrier.sent)) == (1, 1)
    assert other.sent[0].message_id == carrier.sent[0].message_id
    assert box("state")[0] == ("sent",)
    assert clinic.actions().count("send") == 1


def test_what_an_erased_customer_was_told_is_not_written_down_again(clinic: Shop, carrier: Carrier) -> None:
    clinic.book("2026-11-27 10:30")
    clinic.mark(1, Status.CANCELED, "ill", "customer")
    clinic.book("2026-11-27 11:30")
    carrier.meanwhile = lambda: Outbox.update(payload="{}").execute()
    assert go(clinic, carrier, 5 * MINUTE).sent == 1
    assert {row[0] for row in box("payload")} == {"{}"}


def test_it_stops_after_the_message_in_hand(clinic: Shop, carrier: Carrier) -> None:
    for hour in ("10:30", "11:30", "12:30"):
        clinic.book(f"2026-11-27 {hour}")
    clinic.clock[0] += 5 * MINUTE
    stopped = Post({"email": ByEmail(carrier, HOUSE)}, stop=lambda: len(carrier.sent) == 2)
    assert deliver(clinic.session, stopped) == Round(sent=2)
    assert [row[0] for row in box("state")].count("sending") == 0
    assert go(clinic, carrier) == Round(sent=1)


def test_a_file_that_is_gone_is_told_and_tried_again(clinic: Shop, carrier: Carrier) -> None:
    bill = clinic.post(line()).ids[0]
    email_bill(clinic.session, EmailBill(bill, Letter("x@mail.example", "Your bill", "Here."), PAPER))
    ((payload,),) = box("payload")
    digest = json.loads(payload)["file"]
    path = clinic.store.place.parent / "files" / digest[:2] / digest[2:]
    data = path.read_bytes()
    path.unlink()
    assert go(clinic, carrier, HOLDS) == Round(later=1)
    assert "missing" in box("why")[0][0]
    path.write_bytes(data)
    assert go(clinic, carrier, 30) == Round(sent=1)


@pytest.mark.sqlite
def test_due_messages_are_found_by_their_index(clinic: Shop) -> None:
    plan = select(f"explain query plan {DUE}", ["email", 5, 5, 9])
    assert "outbox_open (channel=? AND due_at<?)" in plan[0][3]
    assert len(plan) == 1
