"""What calendars of customers are told: every visit once, the same uid for ever, a number that rises (S7)."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass, field, replace
from pathlib import Path
from typing import Any

import pytest
from icalendar import Calendar

from pim_tui.db.connection import select
from pim_tui.domain.calendarrules import CalendarRules
from pim_tui.domain.delivery import Mail
from pim_tui.domain.messages import House
from pim_tui.domain.moments import wall
from pim_tui.domain.series import Asked, Change, Reach
from pim_tui.domain.states import Status
from pim_tui.domain.visit import Details
from pim_tui.models import Consent, Email, Phone
from pim_tui.queries.links import join_link, series_link
from pim_tui.queries.series_members import series_of
from pim_tui.services.appointment_rows import stored
from pim_tui.services.delivery import Post, deliver
from pim_tui.services.mail_courier import ByEmail
from pim_tui.services.series_editing import ChangeSeries, EndSeries, change_series, end_series
from pim_tui.services.series_making import MakeSeries, make_series
from pim_tui.services.undo import Undo, undo
from tests.services.clinic import JANE, JOHN, ZONE, Practice, at, broken_line, practice

ROOMS = "https://video.example/"
HOUSE = House("Harbour Clinic", "030 555", "Quay 1\\nBerlin", "desk@clinic.example", video=ROOMS)
MINUTE = 60
TUESDAY = at("2026-11-24 10:00")


@dataclass
class Inbox:
    """Takes every email."""

    mails: list[Mail] = field(default_factory=list)

    def send(self, mail: Mail) -> None:
        self.mails.append(mail)

    def close(self) -> None:
        pass


def agreed(folder: Path) -> Practice:
    """Jane and John agreed to email; bookings are confirmed, and nobody is reminded."""
    made = practice(folder)
    made.session = replace(made.session, calendar=CalendarRules(windows=()))
    with made.store.write_tx():
        for customer in (JANE, JOHN):
            Email.create(customer=customer, address=f"c{customer}@mail.example", folded=f"c{customer}")
            Consent.create(customer=customer, channel="email", answer="yes")
    return made


@pytest.fixture
def clinic(tmp_path: Path) -> Iterator[Practice]:
    """As they agreed."""
    made = agreed(tmp_path)
    yield made
    assert broken_line(made.store) is None
    made.store.close()


def sent(clinic: Practice) -> list[Mail]:
    """What goes out when the few minutes are over."""
    box = Inbox()
    clinic.clock[0] += 5 * MINUTE
    deliver(clinic.session, Post({"email": ByEmail(box, HOUSE)}, share=lambda: 1.0))
    return box.mails


def told(mail: Mail) -> tuple[str, list[Any]]:
    """The method, and the events, as another program reads them."""
    assert mail.calendar is not None
    found = Calendar.from_ical(mail.calendar.text)
    assert str(found["METHOD"]) == mail.calendar.method
    return str(found["METHOD"]), list(found.walk("VEVENT"))


def only(clinic: Practice) -> tuple[str, Any]:
    """Method and event of the one email with one event."""
    (mail,) = sent(clinic)
    method, (event,) = told(mail)
    return method, event


def local(event: Any, name: str = "DTSTART") -> str:
    return f"{wall(int(event[name].dt.timestamp()), ZONE):%m-%d %H:%M}"


def weekly(clinic: Practice, count: int = 4, **more: Any) -> None:
    asked = Asked(clinic.details(TUESDAY, **more), f"FREQ=WEEKLY;BYDAY=TU;COUNT={count}", ZONE)
    make_series(clinic.session, MakeSeries(asked))


def change_from(clinic: Practice, id_: int, reach: Reach, **fields: Any) -> None:
    asked = Change(id_, reach, replace(Details.of(stored(id_)), **fields))
    change_series(clinic.session, ChangeSeries(asked, series_of(id_).version))


def test_a_visit_is_asked_for_changed_and_taken_out_under_one_uid(clinic: Practice) -> None:
    clinic.book("2026-11-27 10:30", room_id=1, reason="HIV test", note="positive")
    method, first = only(clinic)
    assert (method, local(first), str(first["LOCATION"])) == (
        "REQUEST",
        "11-27 10:30",
        "Room 1, Quay 1, Berlin",
    )
    assert "HIV" not in first.to_ical().decode()
    clinic.change(1, reason="knee")
    assert sent(clinic) == []
    clinic.change(1, action="move", starts_at=at("2026-11-27 11:30"))
    method, moved = only(clinic)
    assert (method, local(moved)) == ("REQUEST", "11-27 11:30")
    clinic.mark(1, Status.CANCELED, "ill", "customer")
    method, gone = only(clinic)
    assert (method, str(gone["STATUS"])) == ("CANCEL", "CANCELLED")
    assert {str(one["UID"]) for one in (first, moved, gone)} == {str(first["UID"])}
    assert first["SEQUENCE"] < moved["SEQUENCE"] < gone["SEQUENCE"]
    for one in (first, moved, gone):
        assert (str(one["ORGANIZER"]), str(one["ATTENDEE"])) == (
            "mailto:desk@clinic.example",
            "mailto:c1@mail.example",
        )


def test_another_customer_gets_it_and_the_first_one_loses_it_with_its_room(clinic: Practice) -> None:
    clinic.book("2026-11-27 10:30", customer_id=JOHN, mode="virtual")
    johns = join_link(1, ROOMS)
    _, first = only(clinic)
    assert str(first["URL"]) == johns
    clinic.change(1, customer_id=JANE)
    found = {mail.to: told(mail) for mail in sent(clinic)}
    assert [(to, method) for to, (method, _) in sorted(found.items())] == [
        ("c1@mail.example", "REQUEST"),
        ("c2@mail.example", "CANCEL"),
    ]
    (lost,), (got,) = found["c2@mail.example"][1], found["c1@mail.example"][1]
    assert "URL" not in lost
    assert str(got["URL"]) == join_link(1, ROOMS) != johns


def test_a_series_is_one_invitation_with_its_rule_and_a_moved_visit_is_an_exception(clinic: Practice) -> None:
    weekly(clinic, 12)
    (mail,) = sent(clinic)
    assert "at 10:00 +11" in mail.text
    method, (event,) = told(mail)
    assert (method, event["RRULE"].to_ical().decode()) == ("REQUEST", "FREQ=WEEKLY;COUNT=12;BYDAY=TU")
    assert mail.calendar is not None
    assert "DTSTART;TZID=Europe/Berlin:20261124T100000\r\n" in mail.calendar.text
    assert 0 < mail.calendar.text.index("BEGIN:VTIMEZONE") < 200
    clinic.change(5, action="move", starts_at=at("2026-12-23 15:00"))
    method, moved = only(clinic)
    assert (method, local(moved), local(moved, "RECURRENCE-ID")) == ("REQUEST", "12-23 15:00", "12-22 10:00")
    clinic.mark(5, Status.CANCELED, "away", "customer")
    method, gone = only(clinic)
    assert (method, local(gone, "RECURRENCE-ID"), str(gone["STATUS"])) == (
        "CANCEL",
        "12-22 10:00",
        "CANCELLED",
    )
    assert {str(one["UID"]) for one in (event, moved, gone)} == {series_of(1).uid}
    assert event["SEQUENCE"] < moved["SEQUENCE"] < gone["SEQUENCE"]


def test_of_a_series_what_is_changed_before_it_goes_is_told_with_it(clinic: Practice) -> None:
    weekly(clinic)
    clinic.change(2, action="move", starts_at=at("2026-12-02 15:00"))
    clinic.mark(3, Status.CANCELED, "away", "customer")
    clinic.mark(1, Status.CANCELED, "ill", "customer")
    (mail,) = sent(clinic)
    assert "Wed 2 Dec 2026 at 15:00 +1" in mail.text
    method, (_, moved) = told(mail)
    assert (method, local(moved)) == ("REQUEST", "12-02 15:00")
    assert mail.calendar is not None
    assert "EXDATE;TZID=Europe/Berlin:20261124T100000,20261208T100000\r\n" in mail.calendar.text


def test_a_series_that_was_undone_or_ended_is_taken_out(clinic: Practice) -> None:
    weekly(clinic)
    undo(clinic.session, Undo())
    assert sent(clinic) == []
    weekly(clinic)
    (first,) = sent(clinic)
    end_series(clinic.session, EndSeries(7, series_of(7).version, "away", "customer"))
    (part,) = sent(clinic)
    assert "is canceled" in part.text
    method, (event,) = told(part)
    assert (method, "UNTIL" in event["RRULE"].to_ical().decode()) == ("REQUEST", True)
    end_series(clinic.session, EndSeries(5, series_of(5).version, "away", "customer"))
    (rest,) = sent(clinic)
    method, (gone,) = told(rest)
    assert (method, str(gone["STATUS"]), "RECURRENCE-ID" in gone) == ("CANCEL", "CANCELLED", False)
    numbers = [told(mail)[1][0]["SEQUENCE"] for mail in (first, part, rest)]
    assert numbers == sorted(set(numbers))


def test_a_series_that_goes_on_in_another_is_told_to_end_and_the_other_to_begin(clinic: Practice) -> None:
    weekly(clinic)
    (first,) = sent(clinic)
    clinic.clock[0] = at("2026-12-02 09:00")
    change_from(clinic, 3, "later", starts_at=at("2026-12-08 11:30"))
    mails = sent(clinic)
    found = {str(told(mail)[1][0]["UID"]): mail for mail in mails}
    assert set(found) == {series_of(1).uid, series_of(3).uid}
    old, new = (told(found[series_of(id_).uid]) for id_ in (1, 3))
    assert (old[0], "UNTIL" in old[1][0]["RRULE"].to_ical().decode()) == ("REQUEST", True)
    assert old[1][0]["SEQUENCE"] > told(first)[1][0]["SEQUENCE"]
    assert (new[0], local(new[1][0])) == ("REQUEST", "12-08 11:30")
    assert all("Tue 8 Dec 2026 at 11:30" in mail.text for mail in mails)


def test_other_words_that_part_a_series_are_told_for_later_changes_find_their_visit(clinic: Practice) -> None:
    weekly(clinic)
    sent(clinic)
    change_from(clinic, 3, "later", reason="knee")
    assert {str(told(mail)[1][0]["UID"]) for mail in sent(clinic)} == {series_of(1).uid, series_of(3).uid}
    clinic.mark(4, Status.CANCELED, "away", "customer")
    method, gone = only(clinic)
    assert (method, str(gone["UID"])) == ("CANCEL", series_of(3).uid)
    change_from(clinic, 1, "all", minutes=45)
    assert sent(clinic)


def test_who_was_reminded_by_sms_since_gets_a_visit_out_of_their_calendar_all_the_same(
    clinic: Practice,
) -> None:
    clinic.book("2026-11-27 10:30")
    sent(clinic)
    with clinic.store.write_tx():
        Consent.create(customer=JANE, channel="sms", answer="yes")
        Phone.create(customer=JANE, number="0151 1", e164="+491511")
        clinic.store.db.execute_sql(
            'insert into outbox (kind, appointment_id, appointment_version, "window", payload, due_at, state,'
            " created_at, channel, customer_id, why, leased_by, tries, trouble, message_id, service, key)"
            " values ('reminder', 1, 1, '2d', '{}', 0, 'sent', 0, 'sms', 1, '', '', 0, '', '', '', '')"
        )
    clinic.mark(1, Status.CANCELED, "ill", "customer")
    assert select("select channel, \"window\" from outbox where kind = 'cancellation' order by id") == [
        ("sms", ""),
        ("email", "calendar"),
    ]
    assert only(clinic)[0] == "CANCEL"


def test_a_clinic_without_an_address_of_its_own_invites_nobodys_calendar(clinic: Practice) -> None:
    clinic.book("2026-11-27 10:30")
    clinic.clock[0] += 5 * MINUTE
    box = Inbox()
    deliver(clinic.session, Post({"email": ByEmail(box, replace(HOUSE, email="desk"))}))
    assert [mail.calendar for mail in box.mails] == [None]


def test_video_visits_of_a_series_meet_in_one_room(clinic: Practice) -> None:
    weekly(clinic, mode="virtual")
    (mail,) = sent(clinic)
    link = series_link(1, ROOMS)
    assert f"Link: {link}" in mail.text
    assert str(told(mail)[1][0]["URL"]) == link == join_link(1, ROOMS) == join_link(4, ROOMS)
