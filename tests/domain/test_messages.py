"""Messages: only named fields are filled in, lengths are those of the standard, quiet hours are kept (S7)."""

from __future__ import annotations

from datetime import date, datetime, timedelta

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from pim_tui.domain.messages import (
    BUILT_IN,
    FIELDS,
    House,
    Told,
    Words,
    faults_of,
    fields_of,
    filled,
    sample,
    values_of,
)
from pim_tui.domain.moments import MINUTE, add_days, readings, resolve, wall
from pim_tui.domain.owing import owing_values, sample_owing
from pim_tui.domain.sendtimes import due_of, quiet_around, soonest, window_name
from pim_tui.domain.smslength import BASIC, EXTENDED, length_of, told

ZONE = "Europe/Berlin"
HOUSE = House("Harbour Clinic", "030 555", "1 Dock St\nBerlin")
NIGHT = (20 * 60, 8 * 60)


def at(text: str) -> int:
    return resolve(datetime.fromisoformat(text), ZONE)


TOLD = Told("Jane", "Doe", at("2026-11-24 10:30"), 30, ZONE, "Dr Lee", "Room 2")


def sms(body: str) -> Words:
    return Words("", body)


# --- words -----------------------------------------------------------------------------------------


def test_fields_are_filled_in_and_the_reason_of_a_visit_is_none() -> None:
    values = values_of(TOLD, HOUSE)
    told = filled(sms("{first_name} {last_name}, {date} {time}, {staff}, {place}: {clinic} {phone}"), values)
    assert told.body == (
        "Jane Doe, Tue 24 Nov 2026 10:30, Dr Lee, Room 2, 1 Dock St, Berlin: Harbour Clinic 030 555"
    )
    assert not {"reason", "note", "type", "purpose"} & set(FIELDS)
    money = owing_values(sample_owing(date(2026, 11, 24)), HOUSE)
    assert set(values) | set(money) == set(FIELDS)


def test_a_date_has_no_english_in_another_language_and_a_video_has_no_address() -> None:
    video = Told("J", "D", TOLD.starts_at, 30, ZONE, "Dr Lee", mode="virtual", link="https://x.example/1")
    values = values_of(video, HOUSE, "de")
    assert (values["date"], values["place"]) == ("2026-11-24", "https://x.example/1")


@pytest.mark.parametrize("wrong", [
    "{reason}", "{date:>10}", "{date!r}", "{staff.name}", "{0}", "{}", "{{date}}", "{ date }", "{date",
    "date}", "{first_name[0]}", "{da\nte}",
])  # fmt: skip
def test_anything_but_a_plain_field_is_refused_with_its_place(wrong: str) -> None:
    for field, words in (("body", Words("Yes", f"Hello\n{wrong}")), ("subject", Words(wrong, "Yes"))):
        faults = [one for one in faults_of(words, "email") if ", character" in one.message]
        line = "line 2" if field == "body" else "line 1"
        assert faults
        assert faults[0].field == field
        assert line in faults[0].message


def test_a_near_field_is_named_and_what_is_empty_or_long_refused() -> None:
    assert "did you mean {date}?" in faults_of(sms("{dat}"), "sms")[0].message
    assert [one.field for one in faults_of(Words(" ", ""), "email")] == ["subject", "body"]
    assert "takes at most 2000" in faults_of(sms("x" * 2001), "sms")[0].message
    assert faults_of(Words("a\nb", "x"), "email")[0].field == "subject"


def test_a_field_of_another_kind_of_message_is_refused_with_its_place() -> None:
    (fault,) = faults_of(sms("Come,\nor pay {owed}"), "sms", fields_of("reminder"))
    assert fault.message == (
        "{owed} (what is left to pay, with its currency) has nothing to say here, line 2, character 8"
    )
    assert faults_of(Words("{until}", "{number}"), "email", fields_of("payment_notice"))[0].field == "subject"
    assert "{owed}" not in faults_of(sms("{owned}"), "sms", fields_of("offer"))[0].message.partition("}")[2]
    assert {name for kind, _ in BUILT_IN for name in fields_of(kind)} == set(FIELDS)


def test_a_line_whose_fields_are_all_empty_is_left_out() -> None:
    values = values_of(TOLD, House("Clinic"))
    assert filled(sms("Hello {first_name}.\nCall {phone}\nLink: {link}\n\nBye"), values).body == (
        "Hello Jane.\n\nBye"
    )


def test_the_built_in_words_are_right_and_short_enough() -> None:
    for (kind, channel), words in BUILT_IN.items():
        assert faults_of(words, channel, fields_of(kind)) == []
        message = filled(words, values_of(sample(at("2026-11-23 09:20"), ZONE), HOUSE))
        assert "{" not in message.body + message.subject
        assert channel == "email" or length_of(message.body).parts == 1


@settings(max_examples=60)
@given(st.text("{}abc phone", max_size=20), st.text("{}datefirst_nm .!:", max_size=40))
def test_what_is_filled_in_is_never_read_again(name: str, body: str) -> None:
    values = values_of(Told(name, "{phone}", TOLD.starts_at, 30, ZONE, "{staff}"), HOUSE)
    words = sms(f"{{last_name}}{body}")
    if not faults_of(words, "sms"):
        message = filled(words, values).body
        assert message.startswith("{phone}")
        assert "030 555" not in message


# --- lengths ---------------------------------------------------------------------------------------


@pytest.mark.parametrize(("text", "places", "parts"), [
    ("", 0, 0), ("a" * 160, 160, 1), ("a" * 161, 161, 2), ("a" * 306, 306, 2), ("a" * 307, 307, 3),
    ("€" * 80, 160, 1), ("€" * 81, 162, 2), ("a" * 152 + "€" + "a" * 152, 306, 3), ("ä€^" * 10, 50, 1),
    ("ж" * 70, 70, 1), ("ж" * 71, 71, 2), ("ж" * 134, 134, 2), ("ж" * 135, 135, 3),
    ("🙂" * 35, 70, 1), ("ж" * 66 + "🙂" + "ж" * 66, 134, 3), ("ç", 1, 1), ("Ç", 1, 1),
])  # fmt: skip
def test_characters_and_parts_are_those_of_the_standard(text: str, places: int, parts: int) -> None:
    length = length_of(text)
    assert (length.characters, length.places, length.parts) == (len(text), places, parts)


def test_the_alphabet_is_complete_and_a_character_outside_it_is_named() -> None:
    assert (len(BASIC), len(EXTENDED)) == (127, 10)
    assert length_of("Zoë → 10:30").odd == "ë"
    assert length_of("a" * 151).says == "151 of 160, 1 part"
    assert told("") == "0 characters, GSM-7: 0 of 160, 0 parts"
    assert told("ж") == "1 character, UCS-2: 1 of 70, 1 part (ж leaves 70 instead of 160 to a part)"
    assert length_of("ж").says == "1 of 70, 1 part (ж leaves 70 instead of 160 to a part)"


# --- when they go ----------------------------------------------------------------------------------


def due(starts: str, window: int, now: str, quiet: tuple[int, int] = NIGHT, delay: int = 5) -> str | None:
    found = due_of(at(starts), window, now=at(now), delay=delay, quiet=quiet, zone=ZONE)
    return None if found is None else f"{wall(found, ZONE):%Y-%m-%d %H:%M}"


@pytest.mark.parametrize(
    ("starts", "window", "now", "expected"),
    [
        ("2026-11-26 10:30", 2880, "2026-11-23 09:20", "2026-11-24 10:30"),
        ("2026-11-26 07:00", 2880, "2026-11-23 09:20", "2026-11-23 19:30"),
        ("2026-11-26 21:00", 2880, "2026-11-23 09:20", "2026-11-24 19:30"),
        ("2026-11-25 09:00", 2880, "2026-11-23 09:20", None),
        ("2026-11-25 09:22", 2880, "2026-11-23 09:20", "2026-11-23 09:25"),
        ("2026-11-26 07:00", 2880, "2026-11-23 21:00", "2026-11-24 08:00"),
        ("2026-11-24 07:30", 600, "2026-11-23 21:00", None),
        ("2027-03-30 02:30", 2880, "2027-03-20 09:00", "2027-03-27 19:30"),
        ("2026-10-26 02:30", 1440, "2026-10-20 09:00", "2026-10-24 19:30"),
    ],
)
def test_a_reminder_goes_before_the_quiet_or_as_soon_as_it_may(
    starts: str, window: int, now: str, expected: str | None
) -> None:
    assert due(starts, window, now) == expected


def test_without_quiet_hours_it_goes_at_its_time_and_with_nothing_else_never() -> None:
    assert due("2026-11-26 03:00", 2880, "2026-11-23 09:20", (480, 480)) == "2026-11-24 03:00"
    assert due("2026-11-26 10:30", 2880, "2026-11-23 09:20", (0, 1440)) is None
    assert [window_name(one) for one in (10_080, 2880, 120, 90)] == ["7d", "2d", "2h", "90m"]


ZONES = ("Europe/Berlin", "America/New_York", "Australia/Lord_Howe", "America/Santiago", "Asia/Tokyo")


@settings(max_examples=150)
@given(
    st.sampled_from(ZONES),
    st.integers(0, 365 * 24 * 4),
    st.integers(0, 15 * 24 * 4),
    st.integers(1, 14 * 1440),
    st.tuples(st.integers(0, 1440), st.integers(0, 1440)),
    st.integers(0, 60),
)
def test_no_message_goes_in_quiet_hours_before_it_may_or_after_the_start(
    zone: str, begin: int, ahead: int, window: int, quiet: tuple[int, int], delay: int
) -> None:
    now = 1_795_000_000 // 900 * 900 + begin * 900
    starts = now + ahead * 900
    found = due_of(starts, window, now=now, delay=delay, quiet=quiet, zone=zone)
    earliest, wanted = now + delay * MINUTE, starts - window * MINUTE
    at_its_time = wanted >= earliest and quiet_around(wanted, quiet, zone) is None
    if found is None:
        assert not at_its_time
        return
    assert earliest <= found < starts
    assert quiet_around(found, quiet, zone) is None
    assert found == wanted or not at_its_time
    assert found <= max(wanted, soonest(earliest, starts, quiet, zone) or 0)


def test_quiet_hours_are_those_of_the_wall_when_the_clock_changes() -> None:
    for day in (datetime(2027, 3, 28), datetime(2026, 10, 25)):
        for clock, calm in (("07:59", True), ("08:00", False), ("19:59", False), ("20:00", True)):
            hour, minute = map(int, clock.split(":"))
            for instant in readings(day + timedelta(hours=hour, minutes=minute), ZONE):
                assert (quiet_around(instant, NIGHT, ZONE) is not None) is calm
        night = quiet_around(readings(add_days(day, 0), ZONE)[0], NIGHT, ZONE)
        assert night is not None
        assert (night[1] - night[0]) // 3600 == (11 if day.month == 3 else 13)
