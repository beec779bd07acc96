"""How somebody is reached: ways and what they lack, links that obey nobody, numbers in large type."""

from __future__ import annotations

from datetime import date

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from pim_tui.domain import links
from pim_tui.domain.bigtype import CELLS, HEIGHT, lines_of, rows_of
from pim_tui.domain.contact import Number, Outcome, Person, Way, call_told, message_faults, values_for, ways
from pim_tui.domain.customer import ConsentEntry
from pim_tui.domain.messages import House

MEETING = "https://meet.example.org/Harbour-7f3a"


def person(*consents: tuple[str, str], phones: bool = True, emails: bool = True, closed: str = "") -> Person:
    return Person(
        1, 42, "Jane Doe", "Jane", "Doe",
        (Number("mobile", "0151 23456789", "+4915123456789", True),) if phones else (),
        ("jane@example.org",) if emails else (), ("1 Quay", "Berlin"),
        {channel: ConsentEntry(channel, answer, date(2026, 1, 2)) for channel, answer in consents}, closed,
    )  # fmt: skip


def of(who: Person, join: str = "", **unset: tuple[str, ...]) -> dict[str, Way]:
    found = ways(who, join, "no video visit ahead", unset, unknown=False)
    return {way.key: way for way in found}


def test_a_text_message_takes_what_every_service_takes_and_an_email_more() -> None:
    assert message_faults("sms", "+4915123456789", "", "x" * 1600) == []
    (fault,) = message_faults("sms", "+4915123456789", "", "x" * 1601)
    assert fault.message == "takes at most 1600 characters, and this has 1601"
    assert message_faults("email", "jane@example.org", "Hello", "x" * 1601) == []


def test_each_way_says_what_it_would_use_and_what_was_said_about_it() -> None:
    found = of(person(("email", "yes"), ("phone", "no")), MEETING)
    assert list(found) == ["email", "sms", "call", "video"]
    assert found["email"] == Way(
        "email", "jane@example.org", "agreed 2026-01-02", "", "mailto:jane@example.org"
    )
    assert (found["sms"].uses, found["sms"].says) == (
        "0151 23456789 mobile",
        "never asked: it is asked first",
    )
    assert (found["call"].says, found["call"].lacks) == ("said no 2026-01-02", "")
    assert found["video"].link == MEETING


def test_a_way_that_cannot_be_used_says_what_the_record_or_which_setting_lacks() -> None:
    found = of(person(phones=False), email=("smtp_host", "mail_from"))
    assert found["email"].lacks == "not set: smtp_host, mail_from"
    assert found["sms"].lacks == "no number in the record that takes SMS"
    assert found["call"].lacks == "no telephone number in the record"
    assert found["video"].lacks == "no video visit ahead"
    assert of(person(("sms", "no")))["sms"].lacks == "does not want SMS"
    assert of(person(emails=False))["email"].lacks == "no email address in the record"
    assert {way.lacks for way in of(person(closed="died 2025-01-01")).values()} == {
        "died 2025-01-01",
        "no video visit ahead",
    }


def test_fields_of_a_visit_are_empty_where_there_is_none() -> None:
    values = values_for(person(), None, House("Harbour Clinic", "030 1"), "en")
    assert (values["first_name"], values["clinic"]) == ("Jane", "Harbour Clinic")
    assert {values[name] for name in ("date", "time", "minutes", "staff", "place", "link")} == {""}


def test_a_call_is_told_in_one_line() -> None:
    assert call_told(Outcome.REACHED, "", None) == "reached"
    assert (
        call_told(Outcome.BACK, "after lunch", date(2026, 11, 27)) == "call back on 2026-11-27: after lunch"
    )


# --- links ------------------------------------------------------------------------------------------

HOSTILE = (
    "javascript:alert(1)", "file:///etc/passwd", "http://meet.example.org/x", "ssh://host", "//host/x",
    "https://", "https://user:pass@host/x", "https://good.example@evil.example/", "https://ho st/x",
    "https://host:99999/x", "https://[::1/x", "https://h\x1b]0;x/", "HTTPS://\x07", "https://ex\u202eample.org/",
    "data:text/html,x", "tel:+491", "https://bücher.example/", "https://host/" + "a" * 2000,
)  # fmt: skip


@pytest.mark.parametrize("url", HOSTILE)
def test_what_is_no_plain_meeting_address_is_no_link(url: str) -> None:
    assert links.meeting(url) == ""
    assert not links.is_link(url)


def test_what_could_end_the_sequence_is_percent_encoded() -> None:
    made = links.meeting("https://meet.example.org/A B\x1b\\\x07\x9c?pwd=1;2&x=é\u202e#c\"'")
    assert made == ("https://meet.example.org/A%20B%1B%5C%07%C2%9C?pwd=1;2&x=%C3%A9%E2%80%AE#c%22'")
    assert links.is_link(made)
    assert links.meeting("https://host/a%20b?x=%2F") == "https://host/a%20b?x=%2F"


@settings(max_examples=60)
@given(st.text(max_size=40))
def test_no_text_makes_a_link_that_a_terminal_would_obey(text: str) -> None:
    for made in (
        links.meeting(f"https://host/{text}"), links.meeting(text), links.mailto(text), links.tel(text),
        links.sms(f"+49{text}"), links.mailto(f"a{text}@b.org"),
    ):  # fmt: skip
        assert made == "" or (
            links.is_link(made) and made.isascii() and made.isprintable() and " " not in made
        )


def test_only_one_address_is_written_to_and_only_a_clear_number_called() -> None:
    assert links.mailto("jane+x@example.org") == "mailto:jane%2Bx@example.org"
    for address in ("a@b.org,c@d.org", "a@b.org?bcc=c@d.org", "a@b.org\r\nBcc: c@d.org", "a@b", "", "@"):
        made = links.mailto(address)
        assert made == "" or ("?" not in made and "," not in made)
    assert links.tel("+4915123456789") == "tel:+4915123456789"
    assert [links.tel(one) for one in ("0151 1", "+49", "+49 151", "+4915;ext=1", "+1234567890123456")] == [
        ""
    ] * 5


# --- large type ------------------------------------------------------------------------------------


def test_a_number_is_broken_at_its_blanks_and_fits_its_width() -> None:
    assert rows_of("030 5550101", 74) == ("030", "5550101")
    assert rows_of("+49 30 5550101", 200) == ("+49 30 5550101",)
    assert rows_of("0151 23456789012", 74) == ("0151", "234567", "89012")
    for row in rows_of("015123456789", 74):
        lines = lines_of(row, "##")
        assert len(lines) == HEIGHT
        assert max(map(len, lines)) <= 74 <= 80 - CELLS + 2


def test_what_has_no_shape_is_left_out() -> None:
    assert rows_of("\x1b[2J ext. 7", 74) == ("2 7",)
    assert rows_of("none", 74) == ()
    assert lines_of("17", "#")[0] == " #  ###"
