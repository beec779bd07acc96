"""Channels side by side: what each promises, what holds one of them, and what is asked for now and then."""

from __future__ import annotations

import json
from collections.abc import Callable
from dataclasses import dataclass, field, replace

import pytest

from pim_tui.db.connection import select
from pim_tui.domain.calendarrules import CalendarRules
from pim_tui.domain.delivery import TRIES, Trouble, Undelivered
from pim_tui.domain.session import Session
from pim_tui.errors import SettingsError
from pim_tui.models import Outbox
from pim_tui.queries.customers import record
from pim_tui.queries.outside import service
from pim_tui.services.chores import LEASE as CHORE_LEASE
from pim_tui.services.chores import Ran, Turn, run_chores
from pim_tui.services.couriers import Handed, NotSetUp, NotWanted
from pim_tui.services.delivery import Couriers, Post, Round, deliver, deliver_one
from pim_tui.services.leasing import LEASE, begin, note, take
from pim_tui.services.work import Work
from tests.services.clinic import JANE, Practice

MINUTE, HOUR = 60, 3600
Meets = Exception | Handed | None


@dataclass
class Courier:
    """Does what it is told to, one after the other, and then everything; ``went`` are (row, state before)."""

    channel: str
    meets: list[Meets] = field(default_factory=list)
    went: list[tuple[int, str]] = field(default_factory=list)

    def carry(self, work: Work, row: object) -> Handed:
        self.went.append((row.id, row.state))  # type: ignore[attr-defined]
        met = self.meets.pop(0) if self.meets else None
        if isinstance(met, Exception):
            raise met
        return met or Handed()

    def close(self) -> None:
        """There is no line."""


@pytest.fixture
def clinic(clinic: Practice) -> Practice:
    """A clinic without quiet hours."""
    clinic.session = replace(clinic.session, calendar=CalendarRules(quiet=(0, 0)))
    return clinic


def queue(clinic: Practice, channel: str, count: int = 1, **columns: object) -> None:
    """So many rows, due one second after the other, which have passed then."""
    now = clinic.clock[0]
    told = {"kind": channel, "channel": channel, "window": "", "created_at": now, **columns}
    told = {"payload": json.dumps({"to": "x", "text": "t"}), **told}
    with clinic.store.write_tx():
        for number in range(count):
            Outbox.insert(**{"due_at": now + number, **told}).execute()
    clinic.clock[0] += count


def go(clinic: Practice, *couriers: object, patient: bool = False) -> Round:
    by_channel: Couriers = {one.channel: one for one in couriers}  # type: ignore[attr-defined]
    return deliver(clinic.session, Post(by_channel, share=lambda: 1.0, patient=patient))


def box(*columns: str) -> list[tuple[object, ...]]:
    return select(f"select {', '.join(columns)} from outbox order by id")


def test_an_sms_that_may_have_gone_is_not_repeated_and_a_meeting_is(clinic: Practice) -> None:
    queue(clinic, "sms")
    queue(clinic, "meeting")
    unsure = Undelivered(Trouble.UNSURE, "Nobody knows.")
    sms, meeting = Courier("sms", [unsure]), Courier("meeting", [unsure])
    assert go(clinic, sms, meeting) == Round(unknown=1, later=1)
    assert box("state", "why") == [("unknown", "Nobody knows."), ("sending", "Nobody knows.")]
    clinic.clock[0] += MINUTE
    assert go(clinic, sms, meeting) == Round(sent=1)
    assert (sms.went, meeting.went) == ([(1, "waiting")], [(2, "waiting"), (2, "sending")])


def test_a_trouble_holds_its_own_channel_and_is_new_once(clinic: Practice) -> None:
    for channel in ("sms", "email"):
        queue(clinic, channel, 3)
    sms = Courier("sms", [Undelivered(Trouble.PLAN, "Not paid.")] * 2)
    first, second = (go(clinic, sms, Courier("email")) for _ in range(2))
    assert (first.sent, [(one.channel, one.new) for one in first.held]) == (3, [("sms", True)])
    assert (second.sent, [(one.channel, one.new) for one in second.held]) == (0, [("sms", False)])
    assert [row[0] for row in box("tries")] == [0] * 6
    assert (len(go(clinic, sms, patient=True).held), len(sms.went)) == (1, 2)
    assert (go(clinic, sms).sent, sms.went[-1]) == (3, (3, "waiting"))
    stands = service("channel sms")
    assert stands is not None
    assert (stands.trouble, stands.good_at) == ("", clinic.clock[0])
    assert clinic.actions().count("hold") == 1


def test_a_service_that_names_a_moment_is_left_alone_until_then(clinic: Practice) -> None:
    queue(clinic, "sms", 2)
    at = clinic.clock[0] + HOUR
    sms = Courier("sms", [Undelivered(Trouble.LATER, "Come in an hour.", at)])
    assert [(one.until, one.new) for one in go(clinic, sms).held] == [(at, False)]
    clinic.clock[0] = at - 1
    assert len(go(clinic, sms).held) == 1
    assert len(sms.went) == 1
    clinic.clock[0] = at
    assert (go(clinic, sms, patient=True).sent, [id_ for id_, _ in sms.went]) == (2, [1, 1, 2])


def test_who_opted_out_at_the_service_has_said_no_in_the_record(clinic: Practice) -> None:
    queue(clinic, "sms", customer=JANE)
    queue(clinic, "sms", customer=JANE)
    before = record(JANE).version
    sms = Courier("sms", [Undelivered(Trouble.OPT_OUT, "She has opted out.")])
    assert go(clinic, sms) == Round(failed=1, withdrawn=1)
    found = record(JANE)
    told = [(one.channel, one.answer, one.source) for one in found.customer.consents]
    assert ("sms", "no", "told the service") in told
    assert (found.version, len(sms.went)) == (before + 1, 1)
    assert clinic.actions()[-3:] == ["fail", "change", "withdraw"]


def test_what_a_service_calls_it_is_kept_and_what_else_belongs_to_it(clinic: Practice) -> None:
    queue(clinic, "meeting", payload="{}")
    noted: list[int] = []
    handed = Handed("zoom", "81234", "delivered", 99, {"link": "x"}, also=lambda work: noted.append(work.now))
    assert go(clinic, Courier("meeting", [handed])).sent == 1
    assert box("state", "service", "key", "look_at", "payload") == [
        ("delivered", "zoom", "81234", 99, '{"link": "x"}')
    ]
    assert noted == [clinic.clock[0]]


def test_a_courier_may_find_that_it_is_not_wanted_and_a_secret_may_be_missing(clinic: Practice) -> None:
    queue(clinic, "meeting", 2)
    meeting = Courier("meeting", [NotWanted("the visit is over"), SettingsError("No key.", "Put it there.")])
    found = go(clinic, meeting, NotSetUp("sms", "sms_service names none."))
    assert (found.withdrawn, [one.says for one in found.held]) == (1, ["No key. Put it there."])
    assert box("state", "why")[0] == ("withdrawn", "the visit is over")
    queue(clinic, "sms")
    (held,) = go(clinic, NotSetUp("sms", "sms_service names none.")).held
    assert held.says == "sms_service names none."


def test_only_what_was_begun_may_have_gone_when_a_worker_dies(clinic: Practice) -> None:
    queue(clinic, "sms", 3)
    dying = Work(replace(clinic.session, key="dying"), clinic.clock[0])
    rows = take(dying, "sms")
    begun = begin(dying, rows[0])
    assert begun is not None
    assert note(dying, begun, {"key": "ours-1"})
    assert [row[0] for row in box("state")] == ["sending", "waiting", "waiting"]
    sms = Courier("sms")
    assert go(clinic, sms) == Round()
    clinic.clock[0] += LEASE
    assert go(clinic, sms).sent == 3
    assert sms.went == [(1, "sending"), (2, "waiting"), (3, "waiting")]
    assert not note(dying, begun, {"key": "late"})


def test_what_kills_its_worker_each_time_is_left_alone_at_last(clinic: Practice) -> None:
    queue(clinic, "sms")
    for _ in range(TRIES + 1):
        assert begin(*_taken(clinic)) is not None
        clinic.clock[0] += LEASE
    assert go(clinic, Courier("sms")) == Round(unknown=1)


def _taken(clinic: Practice) -> tuple[Work, object]:
    work = Work(clinic.session, clinic.clock[0])
    return work, take(work, "sms")[0]


def test_one_row_goes_by_itself_and_only_when_it_is_due(clinic: Practice) -> None:
    queue(clinic, "email", 3)
    queue(clinic, "email", due_at=clinic.clock[0] + HOUR)
    email = Courier("email")
    post = Post({"email": email})
    assert deliver_one(clinic.session, post, 2) == Round(sent=1)
    assert [deliver_one(clinic.session, post, id_) for id_ in (2, 4, 99)] == [Round()] * 3
    assert email.went == [(2, "waiting")]


@dataclass
class Chore:
    """Asked every ten minutes."""

    meets: list[Exception | str] = field(default_factory=list)
    name: str = "calendly"
    every: int = 10 * MINUTE
    times: int = 0
    meanwhile: Callable[[], object] | None = None

    def run(self, session: Session, stop: Callable[[], bool]) -> str:
        self.times += 1
        if self.meanwhile:
            self.meanwhile()
        met = self.meets.pop(0) if self.meets else ""
        if isinstance(met, Exception):
            raise met
        return met


def chores(clinic: Practice, chore: Chore, *, now: bool = False, stop: bool = False) -> list[Ran]:
    return run_chores(clinic.session, [chore], Turn(lambda: stop and chore.times > 0, lambda: 1.0, now=now))


def test_a_chore_comes_when_it_is_due_and_at_once_when_somebody_says_so(clinic: Practice) -> None:
    chore = Chore(["2 bookings."])
    at = clinic.clock[0] + 12 * MINUTE
    assert chores(clinic, chore) == [Ran("calendly", "2 bookings.", at=at)]
    assert chores(clinic, chore) == []
    assert chores(clinic, chore, now=True)[0].trouble == ""
    clinic.clock[0] = at
    assert (len(chores(clinic, chore)), chore.times) == (1, 3)


def test_a_chore_in_trouble_is_told_once_and_comes_again_later_and_later(clinic: Practice) -> None:
    chore = Chore([Undelivered(Trouble.LINE, "Not reached."), SettingsError("No key.", "Put it there.")])
    (first,) = chores(clinic, chore)
    assert (first.trouble, first.new, first.at) == ("Not reached.", True, clinic.clock[0] + 30)
    began = clinic.clock[0]
    clinic.clock[0] += 5 * MINUTE
    (second,) = chores(clinic, chore)
    assert (second.trouble, second.new) == ("No key. Put it there.", False)
    stands = service("calendly")
    assert stands is not None
    assert (stands.trouble, stands.troubled_since, stands.good_at) == ("settings", began, None)
    assert chores(clinic, chore, now=True)[0].trouble == ""
    stands = service("calendly")
    assert stands is not None
    assert (stands.trouble, stands.troubled_since, stands.good_at) == ("", None, clinic.clock[0])


def test_a_chore_waits_for_the_moment_that_its_service_named(clinic: Practice) -> None:
    at = clinic.clock[0] + HOUR
    chore = Chore([Undelivered(Trouble.LATER, "Come in an hour.", at)])
    assert [one.at for one in chores(clinic, chore)] == [at]
    assert chores(clinic, chore, now=True) == [Ran("calendly", trouble="Come in an hour.", at=at)]
    assert chore.times == 1


def test_a_chore_is_one_workers_and_the_next_ones_when_that_one_died_or_was_stopped(clinic: Practice) -> None:
    inner, other = Chore(), replace(clinic.session, key="other")
    chore = Chore(meanwhile=lambda: run_chores(other, [inner], Turn()))
    assert (len(chores(clinic, chore, stop=True)), inner.times) == (1, 0)

    def dies() -> None:
        raise KeyboardInterrupt

    with pytest.raises(KeyboardInterrupt):
        chores(clinic, Chore(meanwhile=dies))
    assert (len(run_chores(other, [inner], Turn())), inner.times) == (1, 1)
    with clinic.store.write_tx():
        clinic.store.db.execute_sql(
            "update service set due_at = 0, leased_by = 'dead', leased_until = ?",
            (clinic.clock[0] + CHORE_LEASE,),
        )
    assert run_chores(other, [inner], Turn()) == []
    clinic.clock[0] += CHORE_LEASE
    assert (len(run_chores(other, [inner], Turn())), inner.times) == (1, 2)
