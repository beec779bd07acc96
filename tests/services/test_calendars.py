"""A calendar on a server and the book are kept alike: nothing twice, nothing lost, nothing moved outside."""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import replace
from datetime import date
from pathlib import Path

import pytest

from pim_tui.db.connection import select
from pim_tui.domain.calendars import Account
from pim_tui.domain.delivery import Undelivered
from pim_tui.domain.series import Asked
from pim_tui.domain.session import Session
from pim_tui.domain.states import Status
from pim_tui.errors import Refused
from pim_tui.integrations.caldav import Calendar
from pim_tui.models import Erasure, OutsideEvent
from pim_tui.queries import moving, worktime
from pim_tui.queries.calendars import left_over
from pim_tui.queries.exporting import clinic_key
from pim_tui.services.calendar_pass import KeepAlike, LetGo
from pim_tui.services.chores import Ran, Turn, run_chores
from pim_tui.services.series_making import MakeSeries, make_series
from tests.peers.davserver import PATH, DavServer, Odd
from tests.peers.fakeweb import Said, Trick
from tests.services.clinic import JOHN, LEE, SATO, ZONE, Practice, at, broken_line, practice

MON = date(2026, 11, 23)
NINE = "20261123T080000Z"
"""09:00 in Berlin; the clinic's clock stands at 09:20."""


class Desk:
    """The clinic, Dr Lee's calendar on a server, and the chore between them."""

    def __init__(self, clinic: Practice, server: DavServer, base: str) -> None:
        self.clinic, self.server, self.base = clinic, server, base
        self.names = False

    def chore(self, timeout: float = 5.0) -> KeepAlike:
        address = f"{self.base}{PATH}"
        account = Account("Dr Lee", address, 60, self.names)
        return KeepAlike(
            account, lambda: Calendar("Dr Lee", address, clock=self.clinic.session.clock, timeout=timeout)
        )

    def sync(self, session: Session | None = None, timeout: float = 5.0) -> Ran:
        """One pass, now."""
        (ran,) = run_chores(session or self.clinic.session, [self.chore(timeout)], Turn(now=True))
        return ran

    def passes(self, count: int = 1) -> str:
        """So many passes without trouble; what the last said."""
        for _ in range(count):
            ran = self.sync()
            assert ran.trouble == "", ran
        return ran.says

    @property
    def texts(self) -> dict[str, str]:
        return {name: entry.text for name, entry in self.server.entries.items()}

    @property
    def visits(self) -> list[str]:
        """What the server has of ours."""
        return [text for text in self.texts.values() if ".pim-tui" in text]

    def blocked(self, staff: int = LEE) -> list[tuple[int, int, str]]:
        rows = "select starts_at, ends_at, text from blocked_time where staff_id = ? order by starts_at"
        return select(rows, [staff])

    def name(self, visit: int) -> str:
        return f"visit-{visit}-{clinic_key()}.ics"


@pytest.fixture
def server() -> DavServer:
    return DavServer()


@pytest.fixture
def desk(tmp_path: Path, server: DavServer) -> Iterator[Desk]:
    made = practice(tmp_path)
    with server.serving() as base:
        yield Desk(made, server, base)
    assert broken_line(made.store) is None
    made.store.close()


# --- out --------------------------------------------------------------------------------------------


def test_visits_go_out_change_and_go_with_their_name_and_number(desk: Desk) -> None:
    visit = desk.clinic.book("10:00").ids[0]
    desk.clinic.book("10:00", staff_id=SATO, customer_id=JOHN)
    assert desk.passes() == "1 visit put into the calendar of Dr Lee."
    (text,) = desk.visits
    assert list(desk.texts) == [desk.name(visit)]
    assert f"UID:visit-{visit}@{clinic_key()}.pim-tui\r\n" in text
    assert "SEQUENCE:0\r\n" in text
    assert "DTSTART:20261123T090000Z\r\nDURATION:PT30M\r\n" in text
    desk.clinic.change(visit, starts_at=at("11:00"), minutes=45)
    desk.passes()
    (text,) = desk.visits
    assert "SEQUENCE:1\r\n" in text
    assert "DTSTART:20261123T100000Z\r\nDURATION:PT45M\r\n" in text
    desk.clinic.mark(visit, Status.CANCELED, "ill", "customer")
    assert desk.passes() == "1 taken out of the calendar of Dr Lee."
    assert desk.texts == {}
    assert select("select count(*) from calendar_item") == [(0,)]


def test_nothing_new_is_one_question(desk: Desk) -> None:
    desk.clinic.book("10:00")
    desk.passes(2)
    desk.server.asked.clear()
    assert desk.passes() == ""
    assert [one.method for one in desk.server.asked] == ["PROPFIND"]


def test_a_visit_that_was_only_looked_after_is_not_written_again(desk: Desk) -> None:
    visit = desk.clinic.book("10:00").ids[0]
    desk.passes()
    desk.clinic.change(visit, note="likes the window")
    desk.passes()
    assert desk.server.count("PUT") == 1


def test_nothing_about_the_customer_goes_out_unless_the_settings_say_so(desk: Desk) -> None:
    desk.clinic.book("10:00", reason="knee", note="HIV", room_id=1)
    desk.passes()
    (text,) = desk.visits
    for secret in ("Jane", "Doe", "knee", "HIV", "X-PIM"):
        assert secret not in text
    assert "SUMMARY:Appointment\r\n" in text
    desk.names = True
    desk.passes()
    (text,) = desk.visits
    assert "SUMMARY:Jane" in text
    assert "LOCATION:" in text
    assert "knee" not in text
    assert "HIV" not in text


def test_a_series_goes_out_visit_by_visit(desk: Desk) -> None:
    asked = Asked(desk.clinic.details("2026-11-24 10:00"), "FREQ=WEEKLY;BYDAY=TU;COUNT=3", ZONE)
    make_series(desk.clinic.session, MakeSeries(asked))
    desk.passes()
    starts = sorted(re.findall(r"DTSTART:(\w+)", "".join(desk.visits)))
    assert starts == ["20261124T090000Z", "20261201T090000Z", "20261208T090000Z"]
    assert len(set(re.findall(r"UID:(\S+)", "".join(desk.visits)))) == 3
    desk.clinic.change(2, starts_at=at("2026-12-02 10:00"))
    desk.passes()
    assert desk.server.count("PUT") == 4


def test_a_visit_that_came_from_this_very_calendar_is_its_event(desk: Desk) -> None:
    visit = desk.clinic.book("10:00").ids[0]
    with desk.clinic.store.write_tx():
        OutsideEvent.create(appointment=visit, uid="a@elsewhere", sequence=3)
    desk.server.event("a", "20261123T070000Z", "DESCRIPTION:bring\\, the keys", "ATTENDEE:mailto:x@y.example")
    assert "put back" not in desk.passes()
    assert list(desk.texts) == ["a.ics"]
    assert desk.blocked() == []
    text = desk.texts["a.ics"]
    for line in (
        "UID:a@elsewhere",
        "SEQUENCE:3",
        "DTSTART:20261123T090000Z",
        "DESCRIPTION:bring\\, the keys",
    ):
        assert f"{line}\r\n" in text


def test_who_was_erased_is_not_named_any_more_not_even_in_the_past(desk: Desk) -> None:
    desk.names = True
    desk.clinic.book("10:00", customer_id=JOHN)
    desk.passes()
    desk.clinic.clock[0] = at("2026-11-30 09:00")
    with desk.clinic.store.write_tx():
        Erasure.create(customer=JOHN, at=desk.clinic.clock[0], staff=1, reason="asked for")
        desk.clinic.store.db.execute_sql(
            "update customer set last_name = 'Erased', version = version + 1 where id = 2"
        )
    desk.passes()
    assert "SUMMARY:John Erased" in desk.visits[0]
    assert "Roe" not in desk.visits[0]


def test_a_visit_that_goes_to_somebody_else_leaves_the_calendar(desk: Desk) -> None:
    visit = desk.clinic.book("10:00").ids[0]
    desk.passes()
    desk.clinic.change(visit, staff_id=SATO)
    desk.passes()
    assert desk.texts == {}


def test_what_was_done_to_a_visit_outside_is_put_right_and_told(desk: Desk) -> None:
    moved, deleted = desk.clinic.book("10:00").ids[0], desk.clinic.book("11:00", customer_id=JOHN).ids[0]
    desk.passes()
    desk.server.edit(desk.name(moved), "T090000Z", "T150000Z")
    desk.server.edit(desk.name(moved), "CLASS", "X-COLOUR-OF-OTHERS:red\r\nCLASS")
    desk.server.edit(
        desk.name(moved), "CLASS", "BEGIN:VALARM\r\nACTION:DISPLAY\r\nTRIGGER:-PT15M\r\nEND:VALARM\r\nCLASS"
    )
    desk.server.remove(desk.name(deleted))
    assert "2 visits that were changed or deleted in the calendar of Dr Lee" in desk.passes()
    assert (desk.clinic.row(moved)["starts_at"], desk.clinic.row(moved)["version"]) == (at("10:00"), 1)
    assert "DTSTART:20261123T090000Z" in desk.texts[desk.name(moved)]
    assert "X-COLOUR-OF-OTHERS:red" in desk.texts[desk.name(moved)]
    assert desk.texts[desk.name(moved)].count("TRIGGER:-PT15M") == 1
    assert "DTSTART:20261123T100000Z" in desk.texts[desk.name(deleted)]
    assert desk.blocked() == []
    told = select("select count(*) from journal where kind = 'calendar_item' and action = 'put back'")
    assert told == [(2,)]
    assert desk.passes() == ""


def test_a_reminder_that_its_owner_adds_is_left_alone(desk: Desk) -> None:
    visit = desk.clinic.book("10:00").ids[0]
    desk.passes()
    desk.server.edit(desk.name(visit), "CLASS", "BEGIN:VALARM\r\nTRIGGER:-PT5M\r\nEND:VALARM\r\nCLASS")
    assert desk.passes() == ""
    assert desk.server.count("PUT") == 1
    desk.clinic.change(visit, starts_at=at("11:00"))
    desk.passes()
    assert desk.server.entries[desk.name(visit)].text.count("TRIGGER:-PT5M") == 1


@pytest.mark.parametrize("odd", [Odd(), Odd(one_uid=True)], ids=["may be twice", "no-uid-conflict"])
def test_a_visit_that_lies_under_another_name_is_found_there(desk: Desk, odd: Odd) -> None:
    visit = desk.clinic.book("10:00").ids[0]
    desk.passes()
    text = desk.texts[desk.name(visit)]
    desk.server.remove(desk.name(visit))
    desk.server.write("other name.ics", *text.split("\r\n")[3:-2])
    desk.server.odd = odd
    desk.passes()
    assert list(desk.texts) == ["other name.ics"]
    desk.clinic.change(visit, starts_at=at("12:00"))
    desk.passes()
    assert "DTSTART:20261123T110000Z" in desk.texts["other name.ics"]
    desk.clinic.mark(visit, Status.CANCELED, "ill", "customer")
    desk.passes()
    assert desk.texts == {}


def test_a_uid_that_the_server_has_elsewhere_is_adopted(desk: Desk) -> None:
    """Beyond the window it is not listed: the server's refusal is the first that is heard of it."""
    visit = desk.clinic.book("10:00").ids[0]
    uid = f"UID:visit-{visit}@{clinic_key()}.pim-tui"
    desk.server.write("x.ics", "BEGIN:VEVENT", uid, "DTSTART:20300101T080000Z", "DURATION:PT1H", "END:VEVENT")
    desk.server.odd.one_uid = True
    desk.passes()
    assert list(desk.texts) == ["x.ics"]
    assert "DTSTART:20261123T090000Z" in desk.texts["x.ics"]


# --- in ---------------------------------------------------------------------------------------------


def test_what_is_there_from_elsewhere_takes_time_until_it_is_gone(desk: Desk) -> None:
    desk.server.event("a", "20261123T130000Z")
    assert desk.passes() == "1 busy time changed in the calendar of Dr Lee."
    assert desk.blocked() == [(at("14:00"), at("15:00"), "")]
    open_ = worktime.open_time([LEE], MON, MON, ZONE)[LEE]
    assert not any(part.start < at("15:00") and at("14:00") < part.end for part in open_)
    assert worktime.work_time([LEE], MON, MON).why(MON) == {LEE: "Busy elsewhere 14:00-15:00"}
    with pytest.raises(Refused, match=r"Dr Lee is busy elsewhere 14:00-15:00"):
        desk.clinic.book("14:30")
    desk.server.edit("a.ics", "T130000Z", "T140000Z")
    desk.passes()
    assert desk.clinic.book("14:00").ids
    desk.server.remove("a.ics")
    desk.passes()
    assert desk.blocked() == []
    assert desk.clinic.book("15:00", customer_id=JOHN).ids


def test_a_visit_that_somebody_is_busy_at_needs_moving(desk: Desk) -> None:
    visit = desk.clinic.book("14:00").ids[0]
    desk.server.event("a", "20261123T131500Z")
    desk.passes()
    (found,) = moving.to_move(at("09:20"), ZONE)
    assert (found.block.id, found.why) == (visit, "Busy elsewhere 14:15-15:15")


def test_what_comes_again_comes_until_the_end_of_the_window_and_every_day_further(desk: Desk) -> None:
    weekly = ("RRULE:FREQ=WEEKLY;BYDAY=TU", "EXDATE;TZID=Europe/Berlin:20261201T100000")
    desk.server.event("w", "DTSTART;TZID=Europe/Berlin:20261103T100000", *weekly)
    desk.passes()
    starts = [start for start, *_ in desk.blocked()]
    assert starts[:2] == [at("2026-11-24 10:00"), at("2026-12-08 10:00")]
    assert starts[-1] == at("2027-01-19 10:00")
    desk.clinic.clock[0] = at("2026-11-25 09:00")
    desk.passes()
    starts = [start for start, *_ in desk.blocked()]
    assert starts[0] == at("2026-11-24 10:00"), "what has passed stays as it was"
    assert starts[-1] == at("2027-01-19 10:00")
    desk.clinic.clock[0] = at("2026-12-02 09:00")
    desk.passes()
    assert desk.blocked()[-1][0] == at("2027-01-26 10:00")
    desk.server.remove("w.ics")
    desk.passes()
    assert [start for start, *_ in desk.blocked()] == [at("2026-11-24 10:00")]


def test_whole_days_count_in_the_clinic_and_free_time_does_not(desk: Desk) -> None:
    desk.server.event("day", "DTSTART;VALUE=DATE:20261125", "DTEND;VALUE=DATE:20261127")
    desk.server.event("free", NINE, "TRANSP:TRANSPARENT")
    desk.server.event("off", NINE, "STATUS:CANCELLED")
    desk.server.write("task.ics", "BEGIN:VTODO", "UID:t", "DUE:20261123T100000Z", "END:VTODO")
    desk.passes()
    assert desk.blocked() == [(at("2026-11-25 00:00"), at("2026-11-27 00:00"), "")]
    told = worktime.work_time([LEE], date(2026, 11, 25), date(2026, 11, 25)).why(date(2026, 11, 25))
    assert told == {LEE: "Busy elsewhere all day"}


def test_what_it_is_about_is_kept_only_where_the_settings_say_so_and_harmless(desk: Desk) -> None:
    desk.server.event("a", "20261123T130000Z", "SUMMARY:\x1b[31mBar\u202eber\\, 7")
    desk.passes()
    assert desk.blocked()[0][2] == ""
    desk.names = True
    desk.passes()
    assert desk.blocked()[0][2] == "␛[31mBar\ufffdber, 7"
    desk.names = False
    desk.passes()
    assert desk.blocked()[0][2] == ""


def test_a_calendar_that_is_taken_out_of_the_settings_takes_no_time(desk: Desk) -> None:
    desk.clinic.book("10:00")
    desk.server.event("a", "20261123T130000Z")
    desk.passes()
    assert (left_over([]), left_over(["Dr Lee"])) == (["Dr Lee"], [])
    (ran,) = run_chores(desk.clinic.session, [LetGo("Dr Lee")], Turn(now=True))
    assert left_over([]) == []
    assert ran.trouble == ""
    assert desk.blocked() == []
    assert select("select count(*) from calendar_item") == [(0,)]
    desk.passes()
    assert len(desk.blocked()) == len(desk.visits) == 1


# --- servers that are otherwise -----------------------------------------------------------------------


@pytest.mark.parametrize(
    "void",
    [
        None,
        *(Said(status) for status in (409, 410, 412, 418, 507)),
        Said(412, b'<e xmlns:n="DAV:"><n:valid-sync-token/></e>', {"Content-Type": "text/xml"}),
    ],
    ids=lambda said: "403" if said is None else f"{said.status}{'+' if said.body else ''}",
)
def test_a_token_that_is_void_means_that_all_is_listed(desk: Desk, void: Said | None) -> None:
    desk.server.event("stays", "20261124T080000Z")
    desk.server.event("goes", "20261124T130000Z")
    desk.passes()
    desk.server.remove("goes.ics")
    desk.server.event("comes", "20261125T130000Z")
    desk.server.since, desk.server.odd.void = 99, void
    desk.server.asked.clear()
    desk.passes()
    assert [start for start, *_ in desk.blocked()] == [at("2026-11-24 09:00"), at("2026-11-25 14:00")]
    fetched = b"".join(one.body for one in desk.server.asked if b"multiget" in one.body)
    assert re.findall(rb"(\w+)\.ics", fetched) == [b"comes"]


@pytest.mark.parametrize(
    "odd",
    [
        Odd(no_sync=True), Odd(no_sync=True, no_ctag=True), Odd(no_multiget=True), Odd(no_query=True),
        Odd(no_etag_on_put=True), Odd(prefix="ns0"), Odd(pages=1),
    ],
    ids=lambda odd: next(name for name in odd.__slots__ if getattr(odd, name) != getattr(Odd(), name))
    if hasattr(odd, "__slots__") else repr(odd),
)  # fmt: skip
def test_servers_differ_and_the_outcome_does_not(desk: Desk, odd: Odd) -> None:
    desk.server.odd = odd
    visit = desk.clinic.book("10:00").ids[0]
    desk.server.event("a", "20261123T130000Z")
    desk.server.event("b", "20261124T130000Z")
    desk.passes(2)
    desk.clinic.change(visit, starts_at=at("11:00"))
    desk.server.remove("a.ics")
    desk.server.event("c", "20261125T130000Z")
    desk.server.event("d", "20261126T130000Z")
    desk.passes(2)
    assert [start for start, *_ in desk.blocked()] == [at(f"2026-11-{day} 14:00") for day in (24, 25, 26)]
    (text,) = desk.visits
    assert "DTSTART:20261123T100000Z" in text
    assert desk.server.count("PUT") == 2


# --- torn, twice, and at the same time -----------------------------------------------------------------


def _busy_day(desk: Desk) -> None:
    """A pass with everything in it: visits new, changed, canceled, and others' time that comes and goes."""
    kept, moved, off = (desk.clinic.book(f"{hour}:00", customer_id=JOHN).ids[0] for hour in (10, 11, 12))
    desk.server.event("goes", "20261124T080000Z")
    desk.passes()
    desk.clinic.change(moved, starts_at=at("16:00"))
    desk.clinic.mark(off, Status.CANCELED, "ill", "customer")
    desk.clinic.book("15:00")
    desk.server.remove("goes.ics")
    desk.server.event("comes", "20261124T130000Z")
    desk.server.edit(desk.name(kept), "T090000Z", "T060000Z")
    desk.server.asked.clear()


def _right(desk: Desk) -> None:
    assert desk.blocked() == [(at("2026-11-24 14:00"), at("2026-11-24 15:00"), "")]
    found = sorted(re.findall(r"DTSTART:(\w+)", "".join(desk.visits)))
    assert found == ["20261123T090000Z", "20261123T140000Z", "20261123T150000Z"]
    assert len(desk.texts) == 4


def _requests(tmp_path: Path) -> int:
    """How many requests the pass of :func:`_busy_day` makes."""
    server, clinic = DavServer(), practice(tmp_path)
    with server.serving() as base:
        desk = Desk(clinic, server, base)
        _busy_day(desk)
        desk.passes()
        _right(desk)
    clinic.store.close()
    return len(server.asked)


@pytest.mark.walk
def test_a_pass_that_is_cut_at_any_request_is_made_good_by_the_next(tmp_path: Path) -> None:
    """Cut after the server has done it: at each request. Before it has: at a few."""
    (tmp_path / "whole").mkdir()
    count = _requests(tmp_path / "whole")
    assert count >= 9
    before = [(number, False) for number in (0, count // 2, count - 1)]
    for number, done in [*((number, True) for number in range(count)), *before]:
        (folder := tmp_path / f"{number} {done}").mkdir()
        server, clinic = DavServer(), practice(folder)
        with server.serving() as base:
            desk = Desk(clinic, server, base)
            _busy_day(desk)
            was = select("select memory from service")
            server.tricks.extend(Trick(done=True) for _ in range(number))
            server.tricks.append(Trick(done=done, cut=True))
            assert desk.sync().trouble
            assert select("select memory from service") == was
            desk.passes()
            _right(desk)
        clinic.store.close()


def test_two_workers_do_not_do_one_calendar_at_once_and_nothing_is_twice(desk: Desk) -> None:
    _busy_day(desk)
    other = replace(desk.clinic.session, key="other")
    second: list[Ran] = []
    first = desk.chore()

    class Meanwhile(Calendar):
        def standing(self):  # type: ignore[no-untyped-def]
            second.append(desk.sync(other))
            return super().standing()

    def reach() -> Calendar:
        return Meanwhile("Dr Lee", first.account.address, clock=desk.clinic.session.clock)

    (ran,) = run_chores(desk.clinic.session, [KeepAlike(first.account, reach)], Turn(now=True))
    assert second[0].says == "Another worker is at it."
    assert ran.trouble == ""
    _right(desk)


def test_a_worker_whose_lease_has_ended_does_no_harm(desk: Desk) -> None:
    """Both do all of it, one inside the other."""
    _busy_day(desk)
    first = desk.chore()
    other = replace(desk.clinic.session, key="other")

    class Overtaken(Calendar):
        def fetched(self, hrefs):  # type: ignore[no-untyped-def]
            found = super().fetched(hrefs)
            with desk.clinic.store.write_tx():
                desk.clinic.store.db.execute_sql("update service set leased_until = 0")
            assert desk.sync(other).trouble == ""
            return found

    account = first.account
    run_chores(
        desk.clinic.session,
        [KeepAlike(account, lambda: Overtaken("Dr Lee", account.address, clock=desk.clinic.session.clock))],
        Turn(now=True),
    )
    desk.passes()
    _right(desk)


@pytest.mark.parametrize("trick", [Trick(said=Said(412), only="PUT"), Trick(said=Said(503), only="PUT")])
def test_a_write_that_is_refused_is_not_tried_blindly(desk: Desk, trick: Trick) -> None:
    desk.clinic.book("10:00")
    desk.server.tricks.append(trick)
    desk.sync()
    assert desk.server.count("PUT") <= 2
    desk.passes()
    assert len(desk.visits) == 1


def test_an_event_of_others_under_our_name_is_left_alone_and_told(desk: Desk) -> None:
    visit = desk.clinic.book("10:00").ids[0]
    desk.server.write(desk.name(visit), "BEGIN:VEVENT", "UID:x", "DTSTART:20300101T080000Z", "END:VEVENT")
    assert "has something else in the place of a visit" in desk.passes()
    assert "UID:x\r\n" in desk.texts[desk.name(visit)]


def test_nobody_of_that_name_is_said(desk: Desk) -> None:
    chore = desk.chore()
    wrong = KeepAlike(replace(chore.account, staff="Dr Nobody"), chore.reach)
    with pytest.raises(Undelivered, match="nobody called Dr Nobody here: see the setting caldav"):
        wrong.run(desk.clinic.session, lambda: False)
