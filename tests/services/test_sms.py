"""Text messages: at most one of each, whatever breaks; what became of them, and what comes back."""

from __future__ import annotations

import json
from collections.abc import Callable, Iterable
from dataclasses import dataclass, field, replace
from typing import Any

import pytest

from pim_tui.db.connection import select
from pim_tui.domain.calendarrules import CalendarRules
from pim_tui.domain.delivery import Trouble, Undelivered
from pim_tui.domain.messages import House
from pim_tui.domain.texts import Came, Fate, Search, Stand, Text
from pim_tui.errors import SettingsError
from pim_tui.integrations.sms.twilio import Twilio
from pim_tui.integrations.web import Web
from pim_tui.models import Consent, Outbox, Phone
from pim_tui.queries.texting import NO_NUMBER, texting
from pim_tui.services.chores import Ran, Turn, run_chores
from pim_tui.services.deciding import DecideMessage, decide_message
from pim_tui.services.delivery import Post, Round, deliver
from pim_tui.services.leasing import LEASE
from pim_tui.services.sms_courier import LOOK_AGAIN, BySms
from pim_tui.services.sms_fates import SmsFates
from pim_tui.services.sms_inbound import SmsInbound
from tests.peers.fakeweb import Said, Trick
from tests.peers.twilio import ACCOUNT, OURS, USER, WORD, FakeTwilio, refusing
from tests.services.clinic import AARON, JANE, JOHN, Practice, at

HOUSE = House("Harbour Clinic", "030 555")
NUMBER, OTHER = "+4915112345678", "+4915112345679"
MINUTE, DAY = 60, 86_400


@dataclass
class Stick:
    """A :class:`~pim_tui.domain.texts.Texter` in memory. ``troubles`` are raised by the next calls; of an
    UNSURE one the text went, where ``went`` says so.
    """

    has: dict[str, Text] = field(default_factory=dict)
    troubles: list[Trouble] = field(default_factory=list)
    went: bool = True
    fate: Fate = field(default_factory=lambda: Fate(Stand.UNDER_WAY))
    came: list[Came] = field(default_factory=list)
    killed: Callable[[], None] = lambda: None
    name: str = "stick"
    tells: bool = True
    hears: bool = True

    def send(self, text: Text) -> str:
        trouble = self.troubles.pop(0) if self.troubles else None
        if trouble is None or (trouble == Trouble.UNSURE and self.went):
            self.has[f"K{len(self.has) + 1}"] = text
        self.killed()
        if trouble:
            raise Undelivered(trouble, f"It is {trouble}.")
        return f"K{len(self.has)}"

    def find(self, search: Search) -> str | None:
        if self.troubles:
            raise Undelivered(self.troubles.pop(0), "It cannot be said.")
        found = [key for key, text in self.has.items() if text.text == search.text.text]
        return next((key for key in found if not search.known(key)), None)

    def status(self, key: str) -> Fate:
        return self.fate

    def inbound(self, since: int) -> Iterable[Came]:
        return [one for one in self.came if one.at >= since]

    def close(self) -> None:
        """There is no line."""


@pytest.fixture
def clinic(clinic: Practice) -> Practice:
    """Jane and John have mobiles and agreed to SMS; a visit is reminded of two days before it."""
    calendar = CalendarRules(windows=(2880,), invitations=False, quiet=(0, 0))
    clinic.session = replace(clinic.session, calendar=calendar, country="DE")
    with clinic.store.write_tx():
        for customer, number in ((JANE, NUMBER), (JOHN, OTHER)):
            Phone.create(customer=customer, number=number, e164=number)
            Consent.create(customer=customer, channel="sms", answer="yes")
    return clinic


@pytest.fixture
def stick() -> Stick:
    return Stick()


def reminded(clinic: Practice, *others: int) -> None:
    """Book a visit of Jane's, and one of each of the others, and come to when they are reminded of them."""
    for hour, customer in enumerate((JANE, *others), 10):
        clinic.book(f"2026-11-27 {hour}:30", customer_id=customer)
    clinic.clock[0] = at("2026-11-25 12:00")


def go(clinic: Practice, texter: Any, seconds: int = 0, key: str = "worker") -> Round:
    clinic.clock[0] += seconds
    post = Post({"sms": BySms(texter, HOUSE)}, share=lambda: 1.0)
    return deliver(replace(clinic.session, key=key), post)


def chore(clinic: Practice, made: Any, seconds: int = 0) -> list[Ran]:
    clinic.clock[0] += seconds
    return run_chores(clinic.session, [made], Turn(share=lambda: 0.5, now=True))


def box(*columns: str) -> list[tuple[Any, ...]]:
    return select(f"select {', '.join(columns)} from outbox order by id")


def answers(customer: int) -> list[tuple[Any, ...]]:
    return select("select answer, source from consent where customer_id = ? and channel = 'sms'", [customer])


# --- at most once ---------------------------------------------------------------------------------


def test_a_text_goes_once_to_the_number_that_takes_it(clinic: Practice, stick: Stick) -> None:
    with clinic.store.write_tx():
        Phone.update(position=2).execute()
        Phone.create(customer=JANE, position=0, number="030 5550101", e164="+49305550101")
    reminded(clinic)
    assert go(clinic, stick).sent == 1
    assert go(clinic, stick, DAY) == Round()
    (text,) = stick.has.values()
    assert (text.to, text.seconds) == (NUMBER, at("2026-11-27 10:30") - at("2026-11-25 12:00"))
    assert text.text.startswith("Harbour Clinic: reminder of your visit on Fri 27 Nov 2026 at 10:30")
    ((state, service, key, look_at, payload),) = box("state", "service", "key", "look_at", "payload")
    assert (state, service, key, look_at) == ("sent", "stick", "K1", at("2026-11-25 12:01"))
    told = json.loads(payload)
    assert (told["to"], told["text"], "begun" in told) == (NUMBER, text.text, False)


def test_what_may_have_gone_is_looked_for_and_not_sent_again(clinic: Practice, stick: Stick) -> None:
    reminded(clinic)
    stick.troubles = [Trouble.UNSURE]
    assert go(clinic, stick).sent == 1
    assert (len(stick.has), box("state", "key")) == (1, [("sent", "K1")])


def test_what_is_not_there_is_asked_for_again_and_then_sent_once_more(clinic: Practice, stick: Stick) -> None:
    reminded(clinic)
    stick.troubles, stick.went = [Trouble.UNSURE], False
    assert go(clinic, stick).later == 1
    assert box("state") == [("sending",)]
    assert go(clinic, stick, LOOK_AGAIN - 1) == Round()
    assert go(clinic, stick, 10 * MINUTE).sent == 1
    assert (len(stick.has), box("state", "key")) == (1, [("sent", "K1")])


def test_what_was_tried_twice_is_for_a_person_to_decide(clinic: Practice, stick: Stick) -> None:
    reminded(clinic)
    stick.troubles, stick.went = [Trouble.UNSURE], False
    go(clinic, stick)
    stick.has["K9"] = Text(NUMBER, "another", "x", 1)
    clinic.clock[0] += 10 * MINUTE
    stick.troubles = []
    sent = stick.send

    def lost(text: Text) -> str:
        stick.send = sent  # type: ignore[method-assign]
        raise Undelivered(Trouble.UNSURE, "It is unsure.")

    stick.send = lost  # type: ignore[method-assign]
    assert go(clinic, stick).later == 1
    assert go(clinic, stick, 10 * MINUTE).unknown == 1
    assert box("state", "why") == [
        ("unknown", "The text was tried twice, and nobody can say whether it went.")
    ]
    assert list(stick.has) == ["K9"]


def test_where_the_service_cannot_say_a_person_decides_and_may_send_it_again(
    clinic: Practice, stick: Stick
) -> None:
    reminded(clinic)
    stick.troubles = [Trouble.UNSURE, Trouble.UNSURE]
    assert go(clinic, stick).unknown == 1
    assert box("state", "why") == [("unknown", "It cannot be said.")]
    decide_message(clinic.session, DecideMessage(1, went=False))
    assert go(clinic, stick).sent == 1
    assert len(stick.has) == 2


def test_a_worker_that_dies_after_the_text_went_leaves_it_to_be_found(clinic: Practice, stick: Stick) -> None:
    reminded(clinic)

    def dies() -> None:
        raise KeyboardInterrupt

    stick.killed = dies
    with pytest.raises(KeyboardInterrupt):
        go(clinic, stick)
    stick.killed = lambda: None
    assert go(clinic, stick, LEASE + 1, key="another").sent == 1
    assert (len(stick.has), box("state", "key")) == (1, [("sent", "K1")])


def test_a_service_that_is_not_reached_while_it_is_asked_holds_nobody_else(
    clinic: Practice, stick: Stick
) -> None:
    reminded(clinic, JOHN)
    stick.troubles = [Trouble.UNSURE, Trouble.LINE]
    found = go(clinic, stick)
    assert (found.sent, found.later, found.held) == (1, 1, ())
    assert go(clinic, stick, 10 * MINUTE).sent == 1
    assert len(stick.has) == 2


def test_a_secret_that_cannot_be_had_leaves_no_doubt_that_nothing_went(
    clinic: Practice, stick: Stick
) -> None:
    reminded(clinic)
    sent = stick.send

    def locked(text: Text) -> str:
        stick.send = sent  # type: ignore[method-assign]
        raise SettingsError("The variable WORD is not set.", "Set it.")

    stick.send = locked  # type: ignore[method-assign]
    stick.troubles = []
    assert go(clinic, stick).held[0].says == "The variable WORD is not set. Set it."
    assert box("state", "tries") == [("waiting", 0)]
    assert "begun" not in box("payload")[0][0]
    assert go(clinic, stick, 2 * 3600).sent == 1
    assert len(stick.has) == 1


@pytest.mark.parametrize(
    ("trick", "rounds"),
    [
        (refusing(401, 20003), ["held", "sent"]),
        (refusing(429, 20429, **{"Retry-After": "90"}), ["held", "sent"]),
        (Trick(Said(429, b"slow")), ["held", "sent"]),
        (Trick(Said(500, {"code": 20500}), done=True), ["sent"]),
        (Trick(cut=True, done=True), ["sent"]),
        (Trick(cut=True), ["later", "sent"]),
        (Trick(hang=True, done=True), ["sent"]),
        (refusing(400, 21610), ["failed"]),
        (refusing(400, 21614), ["failed"]),
    ],
)
def test_twilio_gets_each_text_once_whatever_breaks(
    clinic: Practice, trick: Trick, rounds: list[str]
) -> None:
    fake = FakeTwilio(lambda: clinic.clock[0])
    reminded(clinic)
    with fake.serving() as base, fake.soon_given_up():
        web = Web("Twilio", base)
        texter = Twilio(web, ACCOUNT, USER, lambda: WORD, OURS, lambda: clinic.clock[0])
        fake.tricks.append(trick)
        for wanted in rounds:
            found = go(clinic, texter)
            assert (found.counts or {"held": 1}).keys() == {wanted}
            clinic.clock[0] += 600
    assert len(fake.messages) == int(rounds[-1] == "sent")
    assert box("key") == [(fake.messages[0]["sid"] if fake.messages else "",)]


def test_who_told_the_service_stop_has_said_no_and_a_number_that_failed_is_not_tried_again(
    clinic: Practice, stick: Stick
) -> None:
    reminded(clinic, JOHN)
    stick.troubles = [Trouble.OPT_OUT, Trouble.ADDRESS]
    assert go(clinic, stick).failed == 2
    assert answers(JANE)[0][0] == "no"
    assert texting([JOHN])[JOHN].says == "It is address."
    clinic.book("2026-11-30 10:30", customer_id=JOHN)
    assert len(box("id")) == 2


def test_who_has_no_mobile_number_is_not_queued(clinic: Practice) -> None:
    with clinic.store.write_tx():
        Phone.update(number="030 5550101", e164="+49305550101").where(Phone.customer == JANE).execute()
    clinic.book("2026-11-27 10:30")
    assert box("id") == []
    assert texting([JANE, AARON]) == {JANE: ("", NO_NUMBER, ()), AARON: ("", NO_NUMBER, ())}


# --- what became of it ----------------------------------------------------------------------------


def sent(clinic: Practice, stick: Stick) -> SmsFates:
    reminded(clinic)
    assert go(clinic, stick).sent == 1
    return SmsFates(stick)


def test_it_is_asked_what_became_of_a_text_until_it_is_known(clinic: Practice, stick: Stick) -> None:
    fates = sent(clinic, stick)
    assert [ran.says for ran in chore(clinic, fates, 59)] == [""]
    chore(clinic, fates, 1)
    assert box("look_at") == [(at("2026-11-25 12:05"),)]
    stick.fate = Fate(Stand.DELIVERED)
    assert [ran.says for ran in chore(clinic, fates, 5 * MINUTE)] == ["Texts: 1 delivered."]
    assert box("state", "look_at") == [("delivered", None)]
    assert clinic.actions()[-1] == "deliver"


def test_what_nobody_tells_is_not_asked_for_ever(clinic: Practice, stick: Stick) -> None:
    fates = sent(clinic, stick)
    for _ in range(8):
        chore(clinic, fates, DAY)
    assert box("state", "look_at") == [("sent", None)]


def test_a_telephone_that_was_off_is_tried_once_more(clinic: Practice, stick: Stick) -> None:
    fates = sent(clinic, stick)
    stick.fate = Fate(Stand.AGAIN, Trouble.ADDRESS, "The telephone was not reached, twice.")
    chore(clinic, fates, MINUTE)
    assert box("state", "key") == [("waiting", "")]
    assert go(clinic, stick, 29 * MINUTE) == Round()
    assert go(clinic, stick, MINUTE).sent == 1
    chore(clinic, fates, MINUTE)
    assert box("state", "trouble", "why") == [("failed", "address", "The telephone was not reached, twice.")]
    assert len(stick.has) == 2
    assert texting([JANE])[JANE].refused == ((NUMBER, "The telephone was not reached, twice."),)


def test_an_opt_out_that_is_told_later_is_in_the_record_with_its_source(
    clinic: Practice, stick: Stick
) -> None:
    fates = sent(clinic, stick)
    clinic.book("2026-11-30 10:30")
    stick.fate = Fate(Stand.FAILED, Trouble.OPT_OUT, "The customer has blocked our texts.")
    chore(clinic, fates, MINUTE)
    assert answers(JANE) == [("no", "The customer has blocked our texts.")]
    assert box("state") == [("failed",), ("withdrawn",)]


def test_a_fault_of_the_account_that_is_told_later_holds_the_channel(clinic: Practice, stick: Stick) -> None:
    fates = sent(clinic, stick)
    stick.fate = Fate(Stand.FAILED, Trouble.PLAN, "Our number is not registered.")
    chore(clinic, fates, MINUTE)
    assert box("state") == [("failed",)]
    assert select("select trouble, why from service where name = 'channel sms'") == [
        ("plan", "Our number is not registered.")
    ]


# --- what comes in --------------------------------------------------------------------------------


def test_stop_and_start_are_heard_once_and_hold_for_all_who_share_the_telephone(
    clinic: Practice, stick: Stick
) -> None:
    with clinic.store.write_tx():
        Phone.create(customer=AARON, number="0151 12345678", e164=NUMBER)
    reminded(clinic)
    now = clinic.clock[0]
    stick.came = [Came("I1", NUMBER, "Stop.", now - 60), Came("I2", "0151 12345678", "When?", now - 30)]
    inbound = SmsInbound(stick)
    assert chore(clinic, inbound)[0].says == "2 texts have come in, of them 1 STOP."
    assert chore(clinic, inbound, 300)[0].says == ""
    assert answers(JANE) == answers(AARON) == [("no", "wrote STOP")]
    assert answers(JOHN) == [("yes", "")]
    assert box("state", "why") == [("withdrawn", "the customer does not want it")]
    rows = select("select key, sender, text, word, customer_id from inbound_text order by id")
    assert rows == [
        ("I1", NUMBER, "Stop.", "stop", JANE),
        ("I1 3", NUMBER, "Stop.", "stop", AARON),
        ("I2", NUMBER, "When?", "", JANE),
        ("I2 3", NUMBER, "When?", "", AARON),
    ]
    stick.came.append(Came("I3", NUMBER, "START", clinic.clock[0]))
    assert chore(clinic, inbound, 300)[0].says == "1 text has come in, of them 1 START."
    assert answers(JANE) == [("yes", "wrote START")]


def test_a_stop_of_before_does_not_undo_a_yes_of_since(clinic: Practice, stick: Stick) -> None:
    with clinic.store.write_tx():
        Consent.update(given_on="2026-11-23").where(Consent.customer == JANE).execute()
    stick.came = [
        Came("I1", NUMBER, "STOP", clinic.clock[0] - 3 * DAY),
        Came("I2", "+4917099", "STOP", clinic.clock[0]),
    ]
    assert chore(clinic, SmsInbound(stick))[0].says == "2 texts have come in, of them 2 STOP."
    assert answers(JANE) == [("yes", "")]
    assert select("select customer_id from inbound_text order by id") == [(JANE,), (None,)]


def test_a_round_that_breaks_off_reads_all_of_it_again(clinic: Practice, stick: Stick) -> None:
    inbound = SmsInbound(stick)
    stick.came = [Came(f"I{n}", NUMBER, "hello\x1b[2J" * 400, clinic.clock[0] + n) for n in range(3)]
    left = [False, False, True, True, True]
    run_chores(clinic.session, [inbound], Turn(stop=lambda: left.pop(0), now=True))
    assert clinic.count("inbound_text") == 1
    assert select("select memory from service where name = ?", [inbound.name]) == [("{}",)]
    assert chore(clinic, inbound)[0].says == "2 texts have come in."
    assert Outbox.select().count() == 0
    assert {text[:9] for (text,) in select("select text from inbound_text")} == {"hello␛[2J"}
