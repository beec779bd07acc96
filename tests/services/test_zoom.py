"""Virtual visits have one meeting at Zoom each: made, moved and removed with them, whatever goes wrong."""

from __future__ import annotations

import json
import logging
from collections.abc import Callable, Iterator
from contextlib import closing
from dataclasses import replace
from pathlib import Path
from typing import Any

import pytest

from pim_tui.db.connection import select
from pim_tui.domain.delivery import Mail, Trouble, Undelivered
from pim_tui.domain.messages import House
from pim_tui.domain.states import Status
from pim_tui.errors import Refused
from pim_tui.integrations.zoom import Zoom
from pim_tui.models import Booking, Consent, Email, Outbox, Staff
from pim_tui.queries.customers import record
from pim_tui.services.couriers import Courier
from pim_tui.services.delivery import Post, Round, deliver
from pim_tui.services.erasing import EraseCustomer, erase_customer
from pim_tui.services.leasing import LEASE
from pim_tui.services.mail_courier import ByEmail
from pim_tui.services.meeting_chore import KeepPass
from pim_tui.services.meeting_courier import ByMeeting
from pim_tui.services.passes import SharedPass
from pim_tui.services.starting import start_link
from pim_tui.services.undo import Undo, undo
from tests.db.walls import tables
from tests.peers.fakeweb import Said, Trick
from tests.peers.zoom import SECRET, START, instant
from tests.services.clinic import JANE, LEE, SATO, at
from tests.services.videoclinic import (
    DAY,
    FRIDAY,
    HOUR,
    LEE_AT_ZOOM,
    MINUTE,
    SATO_AT_ZOOM,
    Video,
    video_clinic,
)

LATER = "2026-11-27 14:00"


@pytest.fixture
def video(tmp_path: Path) -> Iterator[Video]:
    with video_clinic(tmp_path) as made:
        yield made


@pytest.fixture
def described(video: Video, request: pytest.FixtureRequest) -> Video:
    """The same, each request held against the vendor's own description."""
    folder = request.getfixturevalue("shared") / "specs"
    video.zoom.against(folder)
    video.sign_in.against(folder)
    return video


def box(*columns: str) -> list[tuple[Any, ...]]:
    return select(f"select {', '.join(columns)} from outbox where channel = 'meeting' order by id")


def kept(*columns: str) -> list[tuple[Any, ...]]:
    return select(f"select {', '.join(columns)} from meeting order by id")


def test_a_booked_visit_has_a_meeting_after_some_minutes_and_keeps_how_to_join_but_not_how_to_start(
    video: Video,
) -> None:
    id_ = video.book(reason="blood pressure")
    assert video.go(0) == Round()
    assert video.go(5 * MINUTE) == Round(sent=1)
    assert video.go() == Round()
    ((number, made),) = video.zoom.meetings.items()
    assert made["topic"] == "Harbour Clinic: video visit with Dr Lee"
    assert (made["host"], made["start_time"], made["duration"]) == (LEE_AT_ZOOM, "2026-11-27T09:30:00Z", 30)
    link = f"https://zoom.example/j/{number}?pwd=door-key"
    assert kept("appointment_id", "service", "key", "join_url", "passcode", "state") == [
        (id_, "zoom", str(number), link, "pw-1", "made")
    ]
    assert box("kind", '"window"', "state", "service", "key", "customer_id") == [
        ("meeting", "make", "sent", "zoom", str(number), None)
    ]
    assert "pressure" not in json.dumps([one.body.decode() for one in video.zoom.asked])
    everything = str([select(f"select * from {table}") for table in tables()])
    assert START.format(number) not in everything
    assert "host-key" not in everything


def test_it_follows_the_visit_and_is_told_of_many_changes_once(video: Video) -> None:
    id_ = video.book()
    video.go()
    for hour in ("11:00", "12:00", "13:00"):
        video.clinic.change(id_, starts_at=at(f"2026-11-27 {hour}"), action="move")
    video.clinic.change(id_, minutes=45, action="stretch")
    assert video.go() == Round(sent=1)
    (made,) = video.zoom.meetings.values()
    assert (made["start_time"], made["duration"]) == ("2026-11-27T12:00:00Z", 45)
    assert kept("starts_at", "minutes") == [(at("2026-11-27 13:00"), 45)]
    assert video.zoom.did.count("PATCH /v2/meetings/#") == 1


def test_what_comes_to_nothing_is_not_told(video: Video) -> None:
    id_ = video.book()
    video.go()
    asked = len(video.zoom.asked)
    video.clinic.change(id_, starts_at=at(LATER), action="move")
    undo(video.clinic.session, Undo())
    video.clinic.change(id_, reason="something else")
    assert video.go() == Round(sent=1)
    assert len(video.zoom.asked) == asked


@pytest.mark.parametrize("how", ["cancel", "undo", "in person"])
def test_a_visit_that_is_off_before_its_meeting_was_made_is_never_told(video: Video, how: str) -> None:
    id_ = video.book()
    off(video, id_, how)
    assert video.go() == Round()
    assert video.zoom.asked == []
    assert box("state", "why") == [("withdrawn", "the visit was changed")]


def off(video: Video, id_: int, how: str) -> None:
    if how == "cancel":
        video.clinic.mark(id_, Status.CANCELED, "ill", "customer")
    elif how == "undo":
        undo(video.clinic.session, Undo())
    else:
        video.clinic.change(id_, mode="in_person")


@pytest.mark.parametrize("how", ["cancel", "undo", "in person"])
def test_the_meeting_of_a_visit_that_is_off_is_removed(video: Video, how: str) -> None:
    id_ = video.book()
    video.go()
    off(video, id_, how)
    assert video.go() == Round(sent=1)
    assert video.zoom.meetings == {}
    assert kept("state", "join_url", "passcode") == [("gone", "", "")]


def test_a_cancelation_that_is_taken_back_in_time_keeps_the_link_and_one_that_is_not_has_a_new_one(
    video: Video,
) -> None:
    id_ = video.book()
    video.go()
    (first,) = video.zoom.meetings
    off(video, id_, "cancel")
    undo(video.clinic.session, Undo())
    video.settled()
    assert list(video.zoom.meetings) == [first]
    off(video, id_, "cancel")
    video.settled()
    undo(video.clinic.session, Undo())
    video.settled()
    assert len(video.zoom.meetings) == 1
    assert first in video.zoom.removed
    assert kept("state", "key") == [("made", str(*video.zoom.meetings))]


def test_a_visit_given_to_somebody_else_is_their_meeting_and_under_one_host_only_its_name_changes(
    video: Video,
) -> None:
    id_ = video.book()
    video.go()
    video.clinic.change(id_, staff_id=SATO)
    assert video.go() == Round(sent=1)
    (made,) = video.zoom.meetings.values()
    assert (made["host"], made["topic"][-8:]) == (SATO_AT_ZOOM, "Dr Sato"[-8:].rjust(8))
    other = video.book("2026-11-26 10:00")
    video.go(host=SATO_AT_ZOOM)
    video.clinic.change(other, staff_id=SATO)
    video.go(host=SATO_AT_ZOOM)
    assert [one["host"] for one in video.zoom.meetings.values()] == [SATO_AT_ZOOM] * 2
    assert len(video.zoom.removed) == 1


def test_whoever_has_no_email_is_no_host_and_that_row_alone_fails(video: Video) -> None:
    with video.clinic.store.write_tx():
        Staff.update(email="", version=3).where(Staff.id == LEE).execute()
    video.book()
    video.book("2026-11-27 12:00", staff_id=SATO)
    assert video.go() == Round(sent=1, failed=1)
    assert "zoom_host" in box("why")[0][0]


def test_a_visit_whose_booking_has_brought_a_link_gets_no_second_one(video: Video) -> None:
    id_ = video.book()
    with video.clinic.store.write_tx():
        Booking.create(
            service="calendly", key="b-1", event="e-1", starts_at=at(FRIDAY), minutes=30, seen_at=1,
            appointment=id_, join_url="https://meet.example/1",
        )  # fmt: skip
    assert video.go() == Round(withdrawn=1)
    video.clinic.change(id_, starts_at=at(LATER), action="move")
    assert video.go() == Round()
    assert video.zoom.asked == []


def test_the_meeting_of_somebody_who_was_erased_is_removed(video: Video) -> None:
    id_ = video.book()
    video.go()
    off(video, id_, "cancel")
    seen = record(JANE)
    erase_customer(video.clinic.session, EraseCustomer(JANE, seen.version, 1, "asked for it"))
    assert kept("join_url", "passcode", "topic") == [("", "", "")]
    assert video.go() == Round(sent=1)
    assert video.zoom.meetings == {}
    values = select("select before, after from journal_values")
    assert "zoom" not in str(values)


# --- what goes wrong -------------------------------------------------------------------------------

_MAKE = "POST /meetings"
TRICKS: dict[str, Callable[[], Trick]] = {
    "500 after doing the work": lambda: Trick(Said(500, {"code": 5000}), done=True, only=_MAKE),
    "500 and nothing done": lambda: Trick(Said(500, {"code": 5000}), only=_MAKE),
    "hangs after doing the work": lambda: Trick(done=True, hang=True, only=_MAKE),
    "line cut after doing the work": lambda: Trick(done=True, cut=True, only=_MAKE),
    "line cut before": lambda: Trick(cut=True, only=_MAKE),
    "answer that cannot be read": lambda: Trick(Said(201, b"{oops"), done=True, only=_MAKE),
    "pass refused": lambda: Trick(Said(401, {"code": 124}), only=_MAKE),
    "busy, seconds": lambda: Trick(Said(429, {"code": 429}, {"Retry-After": "40"}), only=_MAKE),
    "busy, a date": lambda: Trick(
        Said(429, {"code": 429}, {"Retry-After": "2026-11-23T08:40:00Z"}), only=_MAKE
    ),
    "busy, no word": lambda: Trick(Said(429, {"code": 429, "message": "Too many."}), only=_MAKE),
}


@pytest.mark.parametrize("trick", TRICKS)
def test_never_two_meetings_and_none_lost(video: Video, trick: str) -> None:
    """Whatever becomes of the visit while nobody knows whether its meeting was made."""
    for day, then in enumerate(("stays", "moved", "canceled", "given away"), 1):
        was, new = at(f"2026-12-0{day} 10:30"), at(f"2026-12-0{day} 14:00")
        id_ = video.book(was)
        video.zoom.tricks.append(TRICKS[trick]())
        video.go()
        assert not video.zoom.tricks
        if then == "moved":
            video.clinic.change(id_, starts_at=new, action="move")
        elif then == "canceled":
            off(video, id_, "cancel")
        elif then == "given away":
            video.clinic.change(id_, staff_id=SATO)
        video.settled()
        made = [
            one for one in video.zoom.meetings.values() if one["agenda"].partition("]")[0].endswith(f" {id_}")
        ]
        told = [(str(one["id"]), "made", instant(one["start_time"]), one["host"]) for one in made]
        ours = [
            row[1:] for row in kept("appointment_id", "key", "state", "starts_at", "host") if row[0] == id_
        ]
        if then == "canceled":
            assert (made, [row for row in ours if row[1] != "gone"]) == ([], [])
        else:
            host = SATO_AT_ZOOM if then == "given away" else LEE_AT_ZOOM
            assert [one[2:] for one in told] == [(new if then == "moved" else was, host)]
            assert ours == told


def test_what_was_never_answered_is_looked_for_even_after_nobody_asked_any_more(video: Video) -> None:
    id_ = video.book("2026-11-23 10:30")
    video.zoom.tricks.append(TRICKS["500 after doing the work"]())
    video.go()
    assert video.go(DAY) == Round(withdrawn=1)
    assert box("state", "key") == [("sent", "")]
    video.clinic.change(id_, starts_at=at(FRIDAY), action="move")
    video.settled()
    (one,) = video.zoom.meetings.values()
    assert kept("key", "starts_at") == [(str(one["id"]), at(FRIDAY))]


@pytest.mark.parametrize("only", ["PATCH /meetings", "GET /meetings", "DELETE /meetings"])
@pytest.mark.parametrize("done", [True, False])
def test_a_change_or_a_removal_whose_answer_is_lost_comes_to_the_same(
    video: Video, only: str, *, done: bool
) -> None:
    id_ = video.book()
    video.go()
    video.zoom.tricks.append(Trick(cut=True, done=done, only=only))
    if only.startswith("DELETE"):
        off(video, id_, "cancel")
        video.settled()
        assert video.zoom.meetings == {}
    else:
        video.clinic.change(id_, starts_at=at(LATER), action="move")
        video.settled()
        (one,) = video.zoom.meetings.values()
        assert instant(one["start_time"]) == at(LATER)
    assert not video.zoom.tricks


def test_a_worker_that_dies_over_it_leaves_a_meeting_that_the_next_one_takes(video: Video) -> None:
    id_ = video.book()

    class Died(BaseException):
        """As a worker that is killed: nothing of it is written down."""

    class Dies(Zoom):
        def make(self, wish: Any) -> Any:
            super().make(wish)
            raise Died

    courier = ByMeeting(Dies(video.passes(), video.clinic.session.clock), "Harbour Clinic")
    video.clinic.clock[0] += 5 * MINUTE
    with pytest.raises(Died):
        deliver(replace(video.clinic.session, key="first"), Post({"meeting": courier}))
    video.clinic.change(id_, starts_at=at(LATER), action="move")
    assert video.go(MINUTE, key="second").sent == 0
    assert len(video.zoom.meetings) == 1
    video.go(LEASE, key="second")
    video.settled()
    (one,) = video.zoom.meetings.values()
    assert kept("key", "starts_at") == [(str(one["id"]), at(LATER))]


def test_two_workers_do_not_tell_of_one_visit_at_once(video: Video) -> None:
    id_ = video.book()
    seen: list[Round] = []

    class Slow(Zoom):
        def make(self, wish: Any) -> Any:
            video.clinic.change(id_, starts_at=at(LATER), action="move")
            seen.append(video.go(5 * MINUTE, key="two"))
            return super().make(wish)

    video.clinic.clock[0] += 5 * MINUTE
    courier = ByMeeting(Slow(video.passes(), video.clinic.session.clock), "Harbour Clinic")
    assert deliver(replace(video.clinic.session, key="one"), Post({"meeting": courier})).sent == 1
    assert seen == [Round(later=1)]
    video.settled()
    (one,) = video.zoom.meetings.values()
    assert kept("key", "starts_at") == [(str(one["id"]), at(LATER))]


def test_a_meeting_that_was_removed_at_zoom_is_made_anew(video: Video) -> None:
    id_ = video.book()
    video.go()
    video.zoom.meetings.clear()
    video.zoom.removed.append(0)
    video.clinic.change(id_, minutes=45, action="stretch")
    assert video.go() == Round(sent=1)
    assert kept("key", "state") == [(str(*video.zoom.meetings), "made")]
    video.zoom.meetings.clear()
    off(video, id_, "cancel")
    assert video.go() == Round(sent=1)
    assert kept("state") == [("gone",)]


def test_a_start_that_has_passed_is_ignored_there_and_that_is_said(video: Video) -> None:
    id_ = video.book("10:30")
    video.go()
    video.clinic.clock[0] = at("10:20")
    video.clinic.change(id_, starts_at=at("10:15"), minutes=60, action="move")
    assert video.go(0) == Round(failed=1)
    assert "begun" in box("why")[-1][0]
    assert kept("starts_at", "minutes", "state") == [(at("10:30"), 60, "made")]


def test_what_one_host_may_do_in_a_day_waits_for_midnight_and_holds_nobody_else_back(video: Video) -> None:
    video.zoom.share = 0
    video.book()
    assert video.go() == Round(later=1)
    video.zoom.share = 100
    video.book("2026-11-27 12:00", staff_id=SATO)
    assert video.go() == Round(sent=1)
    due = box("due_at")[0][0]
    midnight = (video.clinic.clock[0] // DAY + 1) * DAY
    assert midnight < due <= midnight + HOUR
    assert video.go(due - video.clinic.clock[0]) == Round(sent=1)
    assert len(video.zoom.meetings) == 2


# --- one pass --------------------------------------------------------------------------------------


def test_all_processes_share_one_pass_which_is_renewed_after_55_minutes(video: Video) -> None:
    for number, key in enumerate(("one", "two", "one")):
        video.book(f"2026-11-27 1{number}:00")
        assert video.go(key=key) == Round(sent=1)
    assert video.sign_in.issued == 1
    chore = KeepPass(video.passes())
    video.clinic.clock[0] += 44 * MINUTE
    chore.run(video.clinic.session, lambda: False)
    assert video.sign_in.issued == 1
    video.clinic.clock[0] += 2 * MINUTE
    chore.run(video.clinic.session, lambda: False)
    assert video.sign_in.issued == 2
    assert select("select token, leased_by from service where name = 'zoom'") == [("pass-2", "")]


def test_a_pass_that_is_refused_is_renewed_once_and_then_the_channel_waits_for_a_person(video: Video) -> None:
    video.book()
    video.zoom.tricks += [Trick(Said(401, {"code": 124}))] * 2
    done = video.go()
    assert (done.sent, [one.says for one in done.held]) == (
        0,
        ["Zoom does not let us in, not even with a new pass. Check the clinic's app there."],
    )
    assert video.sign_in.issued == 2
    assert box("state", "tries", "trouble") == [("waiting", 0, "login")]
    assert video.go() == Round(sent=1)


def test_while_one_worker_signs_in_the_other_does_not(video: Video) -> None:
    mine, theirs = video.passes(), video.passes(replace(video.clinic.session, key="other"))

    def in_between() -> Any:
        with pytest.raises(Undelivered) as told:
            theirs.current()
        assert told.value.trouble == Trouble.LATER
        assert mine.sign_in is not None
        return mine.sign_in()

    assert replace(mine, sign_in=in_between).current().token == "pass-1"
    assert theirs.current().token == "pass-1"
    assert theirs.renewed(theirs.current()).token == "pass-2"
    # Whoever was refused with the old one takes the new one and asks for none.
    assert mine.renewed(replace(mine.current(), token="pass-1")).token == "pass-2"


def test_a_desk_uses_the_pass_and_never_asks_for_one(video: Video) -> None:
    id_ = video.book()
    video.go()
    desk = SharedPass(video.clinic.session, "zoom")
    (number,) = video.zoom.meetings
    start = start_link(video.clinic.session, lambda: video.adapter(passes=desk), id_)
    assert start == START.format(number)
    video.sign_in.issued += 1
    with pytest.raises(Refused, match="has to sign in first"):
        start_link(video.clinic.session, lambda: video.adapter(passes=desk), id_)
    assert select("select token_ends, due_at from service where name = 'zoom'") == [(None, 0)]
    KeepPass(video.passes()).run(video.clinic.session, lambda: False)
    assert start_link(video.clinic.session, lambda: video.adapter(passes=desk), id_) == start
    line = select(
        "select j.action, j.kind, v.after from journal j join journal_values v on v.seq_id = j.seq"
    )[-1]
    assert line[:2] == ("start", "meeting")
    assert "zoom.example" not in line[2]


def test_without_a_meeting_nothing_starts_and_why_is_said(video: Video) -> None:
    id_ = video.book()
    video.zoom.hosts = ()
    video.go()
    with pytest.raises(Refused, match="no video meeting yet: Zoom does not know whose"):
        start_link(video.clinic.session, video.adapter, id_)


def test_no_key_is_in_a_log_a_journal_or_a_complaint(video: Video, caplog: pytest.LogCaptureFixture) -> None:
    caplog.set_level(logging.DEBUG)
    id_ = video.book()
    echo = {"code": 300, "message": f"bad {START.format(1)} pwd=door-key Bearer pass-1"}
    video.zoom.tricks.append(Trick(Said(400, echo), only="PATCH /meetings"))
    video.go()
    start_link(video.clinic.session, video.adapter, id_)
    video.clinic.change(id_, starts_at=at(LATER), action="move")
    assert video.go() == Round(failed=1)
    # What the database library would say while it is examined are the rows themselves, and goes nowhere.
    logged = [one.getMessage() for one in caplog.records if one.name != "peewee"]
    said = str(logged) + str(box("why")) + str(select("select before, after, answer from journal_values"))
    for word in ("host-key", "door-key", "pass-1", SECRET, "zak="):
        assert word not in said
    with closing(video.adapter()) as zoom:
        assert "door-key" not in repr(zoom.find(LEE_AT_ZOOM, "[pim-tui", at(FRIDAY)))


def test_the_vendors_own_description_is_kept_to(described: Video) -> None:
    id_ = described.book()
    described.zoom.tricks.append(TRICKS["500 after doing the work"]())
    described.settled()
    described.clinic.change(id_, starts_at=at(LATER), action="move")
    described.settled()
    start_link(described.clinic.session, described.adapter, id_)
    off(described, id_, "cancel")
    described.settled()
    assert {one.split(" ")[0] for one in described.zoom.did} == {"POST", "GET", "PATCH", "DELETE"}
    assert described.zoom.wrong + described.sign_in.wrong == []


def test_rows_of_meetings_are_about_visits_and_no_messages_to_customers(video: Video) -> None:
    video.book()
    assert Outbox.select().where(Outbox.customer.is_null(False)).count() == 0


# --- the link in messages --------------------------------------------------------------------------


class Mails:
    """Takes emails."""

    def __init__(self) -> None:
        self.sent: list[Mail] = []

    def send(self, mail: Mail) -> None:
        self.sent.append(mail)

    def close(self) -> None:
        """There is no line."""


def with_mail(video: Video, mails: Mails, seconds: int = 5 * MINUTE) -> Round:
    """Meetings, then emails, as one worker does them."""
    video.clinic.clock[0] += seconds
    video.zoom.now = video.clinic.clock[0]
    meeting = ByMeeting(video.adapter(), "Harbour Clinic")
    couriers: dict[str, Courier] = {"meeting": meeting, "email": ByEmail(mails, House("Harbour Clinic"))}
    return deliver(video.clinic.session, Post(couriers, share=lambda: 1.0))


@pytest.fixture
def mails(video: Video) -> Mails:
    with video.clinic.store.write_tx():
        Email.create(customer=JANE, address="jane@mail.example", folded="jane")
        Consent.create(customer=JANE, channel="email", answer="yes")
    return Mails()


def test_an_invitation_waits_for_its_link_and_carries_it(video: Video, mails: Mails) -> None:
    video.book()
    video.zoom.tricks.append(Trick(Said(500), only=_MAKE))
    assert with_mail(video, mails).sent == 0
    assert with_mail(video, mails, MINUTE).sent == 2
    (mail,) = mails.sent
    assert f"https://zoom.example/j/{next(iter(video.zoom.meetings))}?pwd=door-key" in mail.text


def test_it_waits_no_longer_than_an_hour_and_the_link_follows(video: Video, mails: Mails) -> None:
    video.book()
    video.zoom.share = 0
    with_mail(video, mails)
    assert with_mail(video, mails, 54 * MINUTE).sent == 0
    assert with_mail(video, mails, MINUTE).sent == 1
    assert "zoom.example" not in mails.sent[0].text
    video.zoom.share = 100
    video.clinic.clock[0] = at("2026-11-24 09:00")
    assert with_mail(video, mails).sent == 1
    assert with_mail(video, mails).sent == 1
    assert "https://zoom.example/j/" in mails.sent[1].text
    assert with_mail(video, mails, HOUR) == Round()


def test_a_visit_given_away_is_told_with_its_new_link(video: Video, mails: Mails) -> None:
    id_ = video.book()
    with_mail(video, mails)
    video.clinic.change(id_, staff_id=SATO)
    with_mail(video, mails)
    first, second = mails.sent
    links = [word for mail in (first, second) for word in mail.text.split() if "zoom.example" in word]
    assert len(set(links)) == 2
    assert links[-1].endswith(f"{next(iter(video.zoom.meetings))}?pwd=door-key")
