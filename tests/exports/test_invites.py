"""Invitations read back: by another library and by another calendar program, whatever stands in them."""

from __future__ import annotations

import re
from datetime import date, datetime
from pathlib import Path
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from icalendar import Calendar

from pim_tui.domain.customer import is_email
from pim_tui.domain.invites import CalendarPart, Guest, Method, Occasion
from pim_tui.domain.messages import House
from pim_tui.exports import invites
from tests.exports.samples import BERLIN, KEY, at, repeated, visit
from tests.exports.test_ical import CONFIG, EXPECTED, changing, khal, seen, stated

HOUSE = House("Harbour Clinic", "030 555", "Quay 1\\nBerlin", "desk@clinic.example")
GUEST = Guest("Jane Doe", "jane@mail.example", "https://video.example/abc")
SECRETS = {"reason": "HIV test", "note": "positive", "type": "Dialysis"}


def occasion(method: Method = Method.REQUEST, **more: Any) -> Occasion:
    return Occasion(method, **{"house": HOUSE, "guest": GUEST, "made_at": 1_790_000_000, **more})


def events(part: CalendarPart) -> list[Any]:
    found = Calendar.from_ical(part.text)
    assert (str(found["METHOD"]), str(found["VERSION"])) == (part.method.value, "2.0")
    return list(found.walk("VEVENT"))


def test_it_says_who_asks_whom_when_and_where_and_never_why() -> None:
    known = visit(at("2026-11-23 10:30"), version=3, sequence=4, uid="a@b", mode="virtual", **SECRETS)
    part = invites.single(known, occasion(), KEY)
    assert "DTSTART:20261123T093000Z\r\nDURATION:PT30M\r\n" in part.text
    assert "VTIMEZONE" not in part.text
    (event,) = events(part)
    named = ("UID", "SEQUENCE", "STATUS", "SUMMARY", "LOCATION", "URL", "ORGANIZER", "ATTENDEE")
    assert {name: str(event[name]) for name in named} == {
        "UID": "a@b", "SEQUENCE": "6", "STATUS": "CONFIRMED", "SUMMARY": "Harbour Clinic: Dr Lee",
        "LOCATION": GUEST.link, "URL": GUEST.link, "ORGANIZER": "mailto:desk@clinic.example",
        "ATTENDEE": "mailto:jane@mail.example",
    }  # fmt: skip
    assert event["ATTENDEE"].params["CN"] == "Jane Doe"
    assert event["ATTENDEE"].params["RSVP"] == "FALSE"
    series = repeated(
        "2026-11-24T10:30", "FREQ=WEEKLY;COUNT=3", changed=((at("2026-12-01 10:30"), known),), **SECRETS
    )
    for text in (part.text, invites.series(series, occasion()).text):
        assert not [word for word in SECRETS.values() if word in text]


def test_taking_out_names_the_same_with_another_state() -> None:
    asked, gone = (invites.single(visit(at("2026-11-23 10:30")), occasion(method), KEY) for method in Method)
    (before,), (after,) = events(asked), events(gone)
    for name in ("UID", "ORGANIZER", "ATTENDEE", "DTSTART", "SEQUENCE"):
        assert before[name] == after[name]
    assert (gone.method, str(after["STATUS"]), str(after["TRANSP"])) == ("CANCEL", "CANCELLED", "TRANSPARENT")


def test_a_series_has_its_rule_its_zone_and_what_differs() -> None:
    canceled = visit(at("2026-10-20 10:30"), status="X")
    others = visit(at("2026-11-17 10:30"), number=2, customer="John Roe")
    one = changing()
    one = one._replace(changed=((canceled.starts_at, canceled), *one.changed, (others.starts_at, others)))
    part = invites.series(one, occasion(earlier=2))
    master, moved = events(part)
    assert (master["SEQUENCE"], moved["SEQUENCE"]) == (2, 2)
    assert "John" not in part.text
    found = [(start, minutes) for start, minutes, _ in seen(part.text, date(2026, 10, 1), date(2026, 12, 31))]
    gone = (canceled.starts_at, others.starts_at)
    assert found == [(at(wall), minutes) for wall, minutes in EXPECTED if at(wall) not in gone]
    assert len(part.text[part.text.index("BEGIN:VTIMEZONE") : part.text.index("END:VTIMEZONE")]) < 500
    (alone,) = events(invites.recurrence(at("2026-10-27 10:30"), one.changed[1][1], one, occasion()))
    assert (alone["RECURRENCE-ID"].dt, "RRULE" in alone) == (moved["RECURRENCE-ID"].dt, False)
    assert alone["RECURRENCE-ID"].params["TZID"] == BERLIN


@pytest.mark.peer
def test_khal_enters_what_it_is_asked_for(tmp_path: Path) -> None:
    (tmp_path / "config").write_text(CONFIG.format(home=tmp_path), "utf-8")
    (tmp_path / "clinic").mkdir()
    repeating_hour = visit(at("2026-10-25 02:30", fold=1), minutes=45)
    parts = [invites.series(changing(), occasion()), invites.single(repeating_hour, occasion(), KEY)]
    files = [tmp_path / f"invite{number}.ics" for number in range(len(parts))]
    for file, part in zip(files, parts, strict=True):
        file.write_text(part.text, "utf-8", newline="")
    khal(tmp_path, "import", "--batch", "-a", "clinic", *map(str, files))
    shown = khal(tmp_path, "list", "--format", "{start-long}|{end-long}", "--day-format", "", "2026-10-01",
                 "2026-12-31")  # fmt: skip
    wanted = [(at(wall), minutes) for wall, minutes in EXPECTED] + [(repeating_hour.starts_at, 45)]
    assert sorted({line for line in shown.splitlines() if line}) == sorted(
        f"{stated(start)}|{stated(start + minutes * 60)}" for start, minutes in wanted
    )


ANYTHING = st.text(st.characters(exclude_categories=["Cs"]), max_size=60)
CONTROLS = re.compile(r"[\x00-\x1f\x7f-\x9f\u2028\u2029\u202a-\u202e]")
ADDRESSES = st.emails().filter(is_email)


@settings(max_examples=25, deadline=None)
@given(ANYTHING, ANYTHING, ANYTHING, ANYTHING, ADDRESSES)
def test_nothing_in_a_name_an_address_or_a_link_steers_the_calendar(
    name: str, clinic: str, address: str, link: str, email: str
) -> None:
    house = House(clinic, address, f"{address}\r\nMETHOD:CANCEL", "desk@clinic.example", name)
    told = occasion(house=house, guest=Guest(f'{name}"\r\nATTENDEE:mailto:x@y', email, link))
    known = visit(at("2026-11-23 10:30"), room=address, staff=name, uid=f"{clinic}\r\nUID:2", mode="virtual")
    part = invites.single(known, told, KEY)
    lines = part.text.split("\r\n")
    assert all(len(one.encode()) <= 75 and not CONTROLS.search(one) for one in lines)
    unfolded = part.text.replace("\r\n ", "").split("\r\n")
    for begin in ("METHOD:", "BEGIN:VEVENT", "UID:", "DTSTART", "ORGANIZER", "ATTENDEE"):
        assert sum(one.startswith(begin) for one in unfolded) == 1
    (event,) = events(part)
    assert not isinstance(event["ATTENDEE"], list)
    assert event.get("DTSTART").dt == datetime.fromisoformat("2026-11-23T09:30:00+00:00")
