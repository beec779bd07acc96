"""The line a receptionist types with the phone on the shoulder."""

from __future__ import annotations

from dataclasses import replace
from datetime import date, datetime, time, timedelta
from itertools import islice, permutations
from time import thread_time

import pytest
from hypothesis import assume, given
from hypothesis import strategies as st

from pim_tui.domain.quickline import Named, Names, Reader, Reading, TypeNamed, read

TODAY = date(2026, 11, 23)  # a Monday
NAMES = Names(
    "Europe/London",
    TODAY,
    datetime(2026, 11, 23, 14, 5),
    staff=(
        Named(1, "Dr Anna Lee"),
        Named(2, "Dr Bo Lee"),
        Named(3, "Dr Jim Kirk", ("captain",)),
        Named(4, "Mary Smith-Jones"),
    ),
    rooms=(Named(1, "Room 1"), Named(2, "Room 2"), Named(12, "Room 12"), Named(3, "Lab")),
    types=(
        TypeNamed(1, "Follow-up", (), 20),
        TypeNamed(2, "New patient", ("intake",), 60),
        TypeNamed(3, "Video consult", (), 30, "virtual"),
        TypeNamed(4, "Annual check"),
        TypeNamed(5, "Follow-up long", ("15 min check",), 40),
    ),
)
READER = Reader(NAMES)


def ask_of(reading: Reading, field: str) -> str:
    return next((ask.why for ask in reading.asks if ask.field == field), "")


def test_reads_the_line_of_the_product() -> None:
    reading = READER.read("jane doe 7d 10:30 30m follow-up - blood pressure review")
    assert reading.complete
    assert (reading.customer_words, reading.day, reading.time) == (
        "jane doe",
        date(2026, 11, 30),
        time(10, 30),
    )
    assert (reading.minutes, reading.type, reading.reason) == (30, (1,), "blood pressure review")
    assert reading.echo() == (
        "jane doe · Mon 30 Nov 2026 10:30-11:00 · Follow-up · in person · reason: blood pressure review"
    )


def test_an_empty_line_asks_for_customer_day_and_time_in_this_order() -> None:
    reading = READER.read("")
    assert [ask.field for ask in reading.asks] == ["customer", "day", "time"]
    assert reading.minutes == 30


def test_pieces_in_any_order_give_the_same_reading() -> None:
    """Every seventh order: each piece stands in every place, and beside every other on either side."""
    pieces = ("may smith", "7d", "1030", "30m", "follow up", "with dr kirk", "in room 2")
    first = READER.read(" ".join(pieces))
    for order in islice(permutations(pieces), 0, None, 7):
        assert replace(READER.read(" ".join(order)), spans=first.spans) == first


@given(
    st.permutations(["jane doe", "14 dec", "3:30", "1h30", "intake", "@captain", "in 2", "by phone"]),
    st.text(max_size=30).map(str.strip),
)
def test_pieces_in_any_order_before_any_reason(pieces: list[str], reason: str) -> None:
    reading = READER.read(f"{' '.join(pieces)} - {reason}")
    assert (reading.customer_words, reading.day, reading.time) == (
        "jane doe",
        date(2026, 12, 14),
        time(15, 30),
    )
    assert (reading.minutes, reading.type, reading.staff, reading.room) == (90, (2,), (3,), (2,))
    assert (reading.mode, reading.reason) == ("phone", reason)


@pytest.mark.parametrize(
    ("line", "customer"),
    [
        ("May Smith 7d 10:30", "May Smith"),
        ("may smith 14 dec 10:30", "may smith"),
        ("may 14 dec 10:30", "may"),
        ("June 5551234 7d 10:30", "June 5551234"),
        ("Mark tue 10:30", "Mark"),
        ("wedel tue 10:30", "wedel"),
        ("ann noon tue 10:30", "ann noon"),
        ("summer friday 14 dec noon", "summer friday"),
        ("li sun tomorrow 9", "li sun"),
        ("sunday okafor tue 10:30", "sunday okafor"),
        ('"fu lee" fu 7d 10:30', "fu lee"),
        ('"may 14" 7d 10:30', "may 14"),
        ("Mrs. Jane Doe 7d 10:30", "Jane Doe"),
        ("for jane doe 7d 10:30", "jane doe"),
        ("#1042 7d 10:30", "#1042"),
        ("555-1234 7d 10:30", "555-1234"),
        ("030 5550101 7d 10:30", "030 5550101"),
        ("7d 10:30 0151 5550101", "0151 5550101"),
        ("7d 0900 5550101", "5550101"),
        ("jane doe 12.03.1980 7d 10:30", "jane doe 12.03.1980"),
        ("o'brien, pat 7d 10:30", "o'brien pat"),
    ],
)
def test_names_stay_names(line: str, customer: str) -> None:
    reading = READER.read(line)
    assert reading.customer_words == customer
    assert reading.complete


@pytest.mark.parametrize(
    ("words", "day"),
    [
        ("tomorrow", date(2026, 11, 24)),
        ("on tue", date(2026, 11, 24)),
        ("next tue", date(2026, 12, 1)),
        ("14/12", date(2026, 12, 14)),
        ("14.12", date(2026, 12, 14)),
        ("tue 24 nov", date(2026, 11, 24)),
        ("on the 14th", date(2026, 12, 14)),
        ("in 2 weeks", date(2026, 12, 7)),
        ("in 2w", date(2026, 12, 7)),
        ("2mo", date(2027, 1, 23)),
    ],
)
def test_reads_days(words: str, day: date) -> None:
    reading = READER.read(f"jane {words} 10:30")
    assert (reading.customer_words, reading.day) == ("jane", day)
    assert reading.complete


@pytest.mark.parametrize(
    ("words", "at", "minutes"),
    [
        ("1030", time(10, 30), 30),
        ("10.30", time(10, 30), 30),
        ("10h30", time(10, 30), 30),
        ("3pm", time(15), 30),
        ("3 pm", time(15), 30),
        ("at 10", time(10), 30),
        ("@10", time(10), 30),
        ("10", time(10), 30),
        ("3:30", time(15, 30), 30),
        ("noon", time(12), 30),
        ("10:30-11:15", time(10, 30), 45),
        ("10:30 to 12", time(10, 30), 90),
        ("3-4pm", time(15), 60),
        ("9h 1h30", time(9), 90),
        ("9:00 3m", time(9), 3),
        ("9:00 1 h 30 min", time(9), 90),
        ("14.12", time(14, 12), 30),
    ],
)
def test_reads_times_and_lengths(words: str, at: time, minutes: int) -> None:
    reading = READER.read(f"jane tue {words}")
    assert (reading.customer_words, reading.time, reading.minutes) == ("jane", at, minutes)
    assert reading.complete


def test_a_time_that_fits_the_hours_twice_is_asked_about() -> None:
    night = replace(NAMES, open_from=0, open_to=24 * 60)
    reading = read("jane tue 3:30", night)
    assert reading.time is None
    assert reading.times == (time(3, 30), time(15, 30))
    assert [choice.value for choice in reading.asks[0].choices] == [time(3, 30), time(15, 30)]


def test_what_has_passed_is_never_moved() -> None:
    today, yesterday = READER.read("jane today 10:30"), READER.read("jane yesterday 10:30")
    assert (today.day, today.complete) == (TODAY, True)
    assert any(notice.startswith("10:30 today has passed, it is ") for notice in today.notices)
    assert (yesterday.day, yesterday.complete) == (TODAY - timedelta(days=1), True)


def test_the_weekday_of_today_is_today_until_the_time_has_passed() -> None:
    ahead, behind = READER.read("jane mon 15:00"), READER.read("jane mon 10:30")
    assert (ahead.day, behind.day) == (TODAY, date(2026, 11, 30))
    assert "is today" in ahead.echo()
    assert "has passed today" in behind.echo()


@pytest.mark.parametrize(
    ("line", "field", "why"),
    [
        ("jane 31 feb 10:30", "day", "unknown"),
        ("jane tue 25:00", "time", "unknown"),
        ("jane tue wed 10:30", "day", "ambiguous"),
        ("jane tue 10:30 11:30", "time", "ambiguous"),
        ("jane tue 10:30 30m 40m", "minutes", "ambiguous"),
        ("jane tue 10:30 with lee", "staff", "ambiguous"),
        ("jane tue 10:30 with house", "staff", "unknown"),
        ("jane tue 10:30 with", "staff", "missing"),
        ("jane tue 10:30 in 7", "room", "unknown"),
        ("jane tue 10:30 fu intake", "type", ""),
        ("jane tue 10:30 annual check intake", "type", "ambiguous"),
        ("jane tue 10:30 1075", "line", "unknown"),
    ],
)
def test_asks_about_what_is_unclear(line: str, field: str, why: str) -> None:
    reading = READER.read(line)
    assert ask_of(reading, field) == why


@pytest.mark.parametrize(
    ("words", "staff"),
    [
        ("with dr anna lee", (1,)),
        ("with a lee", (1,)),
        ("with lee bo", (2,)),
        ("@lee", (1, 2)),
        ("@captain", (3,)),
        ("@jk", (3,)),
        ("with smith-jones", (4,)),
        ("with jones", (4,)),
        ("dr kirk", (3,)),
    ],
)
def test_finds_staff(words: str, staff: tuple[int, ...]) -> None:
    reading = READER.read(f"pat {words} tue 10:30")
    assert (reading.customer_words, reading.staff) == ("pat", staff)


def test_a_clear_staff_name_leaves_the_customer_alone() -> None:
    reading = READER.read("with kirk jane doe tue 10:30")
    assert (reading.staff, reading.customer_words) == ((3,), "jane doe")


@pytest.mark.parametrize(
    ("line", "customer", "staff"),
    [
        ("nobody known 9:00 kirk", "nobody known", (3,)),
        ("jane doe tue 9:00 kirk", "jane doe", (3,)),
        ("jane doe tue 9:00 30m jim kirk fu", "jane doe", (3,)),
        ("jane doe tue 9:00 fu kirk", "jane doe", (3,)),
        ("jane doe tue 9:00 captain - sore throat", "jane doe", (3,)),
        ("jane doe tue 9:00 lee", "jane doe", (1, 2)),
        ("#1042 tue 9:00 kirk", "#1042", (3,)),
        ("5551234 tue 9:00 mr kirk", "5551234", (3,)),
        ("kirk tue 9:00", "kirk", ()),
        ("tue 9:00 kirk", "kirk", ()),
        ("kirk tue 9:00 jane doe", "kirk jane doe", ()),
        ("doe tue 9:00 kirk jane", "doe kirk jane", ()),
        ("doe tue 9:00 kir", "doe kir", ()),
        ("doe tue 9:00 jk", "doe jk", ()),
        ("doe tue 9:00 kirk with captain", "doe kirk", (3,)),
        ('doe tue 9:00 "kirk"', "doe kirk", ()),
    ],
)
def test_a_staff_name_alone_behind_the_customer_is_with_whom(
    line: str, customer: str, staff: tuple[int, ...]
) -> None:
    reading = READER.read(line)
    assert (reading.customer_words, reading.staff) == (customer, staff)


def test_a_staff_name_alone_is_no_reason_but_one_among_other_words_is() -> None:
    chosen = replace(NAMES, customer=9, customer_name="Jane Doe")
    assert read("7d 10:30 kirk", chosen).staff == (3,)
    assert read("7d 10:30 kirk - knee", chosen).reason == "knee"
    assert read("7d 10:30 kirk hurt my knee", chosen).reason == "kirk hurt my knee"


WORDS = st.sampled_from(["jane doe", "nobody known", "may smith", "ann", "o'brien, pat", "#1042", "5551234"])


@given(WORDS, st.permutations(["tue", "9:00", "30m", "intake", "in 2"]), st.integers(1, 5))
def test_with_and_without_with_are_the_same_behind_the_customer(
    customer: str, pieces: list[str], at: int
) -> None:
    before, behind = " ".join(pieces[:at]), " ".join(pieces[at:])
    alone = READER.read(f"{customer} {before} kirk {behind}")
    said = READER.read(f"{customer} {before} with kirk {behind}")
    assert replace(alone, spans=()) == replace(said, spans=())


FRIDAY = replace(NAMES, today=date(2026, 11, 27), now=datetime(2026, 11, 27, 9))


@pytest.mark.parametrize(
    "words",
    ["tuesday 24 november", "tuesday, 24 november", "tue 24/11", "tue the 24th", "24 nov tue"],
)
def test_a_day_that_has_just_passed_is_not_taken_for_next_years(words: str) -> None:
    reading = read(f"jane doe {words} 9:00", FRIDAY)
    assert (reading.customer_words, reading.day) == ("jane doe", date(2026, 11, 24))
    assert reading.complete


def test_next_years_day_is_meant_where_its_weekday_is_said_and_told_where_none_is() -> None:
    said, silent = read("jane wed 24 nov 9:00", FRIDAY), read("jane 24 nov 9:00", FRIDAY)
    assert said.day == silent.day == date(2027, 11, 24)
    assert said.complete
    assert said.notices == ()
    assert silent.notices == ("Tue 24 Nov 2026 has passed, so Wed 24 Nov 2027",)


def test_a_weekday_apart_from_the_date_stays_a_name() -> None:
    reading = read("tuesday okafor 9:00 24 nov", FRIDAY)
    assert (reading.customer_words, reading.day) == ("tuesday okafor", date(2027, 11, 24))


@given(st.dates(date(2000, 1, 1), date(2100, 1, 1)), st.integers(1, 150))
def test_a_date_of_late_with_its_weekday_is_that_day(today: date, ago: int) -> None:
    day = today - timedelta(days=ago)
    assume((day.month, day.day) != (2, 29))
    names = replace(NAMES, today=today, now=datetime.combine(today, time(9)))
    reading = read(f"jane {day:%A} {day.day} {day:%B} 9:00", names)
    assert (reading.customer_words, reading.day) == ("jane", day)
    assert reading.complete


@pytest.mark.parametrize(
    ("words", "room"), [("in room 2", 2), ("in 1", 1), ("room 12", 12), ("in the lab", 3)]
)
def test_finds_the_room(words: str, room: int) -> None:
    assert READER.read(f"jane {words} tue 10:30").room == (room,)


@pytest.mark.parametrize(
    ("words", "kind", "minutes"),
    [
        ("follow-up", 1, 20),
        ("Follow Up", 1, 20),
        ("followup", 1, 20),
        ("fu", 1, 20),
        ("follow-up long", 5, 40),
        ("15 min check", 5, 40),
        ("new", 2, 60),
        ("intake", 2, 60),
        ("annu", 4, 30),
    ],
)
def test_finds_the_type_and_its_minutes(words: str, kind: int, minutes: int) -> None:
    reading = READER.read(f"jane doe tue 10:30 {words}")
    assert (reading.customer_words, reading.type, reading.minutes) == ("jane doe", (kind,), minutes)


def test_three_letters_of_a_type_are_a_name() -> None:
    assert READER.read("ann smith tue 10:30").type == ()


def test_the_mode_is_the_typed_one_else_that_of_the_type() -> None:
    assert READER.read("jane tue 10:30 video consult").mode == "virtual"
    assert READER.read("jane tue 10:30 video consult by phone").mode == "phone"
    assert READER.read("jane tue 10:30 in person").mode == "in_person"
    assert READER.read("jane tue 10:30").mode is None


def test_words_behind_the_type_are_the_reason_once_there_is_a_name() -> None:
    reading = READER.read("jane doe tue 10:30 fu blood pressure")
    assert (reading.customer_words, reading.reason) == ("jane doe", "blood pressure")
    assert READER.read("fu jane doe tue 10:30").customer_words == "jane doe"


def test_with_a_customer_chosen_all_that_is_left_is_the_reason() -> None:
    reading = read("7d 10:30 sore knee 1075 - left", replace(NAMES, customer=9, customer_name="Jane Doe"))
    assert reading.complete
    assert (reading.customer, reading.customer_words, reading.reason) == (9, "", "sore knee 1075 - left")
    assert reading.echo().startswith("Jane Doe · ")


def test_the_reason_is_verbatim() -> None:
    assert READER.read("jane 7d 10:30 --  BP  check - with lee 11:00 ").reason == "BP  check - with lee 11:00"


PIECES = """
jane may june mon friday sun next this last tue 14 dec 31 feb 7d -1w +2mo 99999y 10:30 3:30 1030 3 pm am noon
with @lee dr mrs. @ in room 2 12 at on for the to until - -- # #7 " "a 10:30-11 9-8 1h 1h30 90 min hour fu
follow up new video by phone 14.12 14.12. 0m 5551234 1980 12.03.1980 2026-02-30 ü ß ﷺ 😀 ² ²h ٣ \x1b ,
"""
GRAMMAR = st.sampled_from(PIECES.split())


@given(st.one_of(st.text(max_size=120), st.lists(GRAMMAR, max_size=14).map(" ".join)), st.booleans())
def test_any_line_is_read_and_its_spans_are_apart(line: str, preset: bool) -> None:
    reading = read(line, replace(NAMES, customer=1 if preset else None))
    end = 0
    for span in reading.spans:
        assert end <= span.start < span.end <= len(line)
        end = span.end
    assert "\n" not in reading.echo()
    assert reading.complete == (not reading.asks)


@pytest.mark.parametrize(
    "line",
    [
        "\ud800 \udcff",
        "a" * 10_000,
        '"' * 10_000,
        "tue " * 2_500,
        "with " * 2_000,
        "- " * 5_000,
        "9" * 10_000,
    ],
)
def test_a_long_or_broken_line_is_bounded(line: str) -> None:
    began = thread_time()
    reading = READER.read(line)
    assert thread_time() - began < 0.25
    assert len(reading.echo()) < 2_000


@pytest.mark.parametrize("today", [date.min, date(9999, 12, 31)])
def test_the_ends_of_the_calendar_are_no_error(today: date) -> None:
    names = replace(NAMES, today=today, now=datetime.combine(today, time(12)))
    for line in ("jane mon tue 9", "jane sat 9:00", "jane -1d 9:00", "jane fri 23:59 24h", "jane 1y 9:00"):
        read(line, names)


def test_the_same_names_are_indexed_once() -> None:
    later = Reader(replace(NAMES, now=datetime(2026, 11, 23, 14, 6)))
    assert later._book is READER._book


def test_names_are_found_among_those_of_a_large_clinic() -> None:
    names = replace(
        NAMES,
        staff=tuple(Named(n, f"Dr Given{n} Family{n % 90}") for n in range(150)),
        rooms=tuple(Named(n, f"Room {n}") for n in range(20)),
        types=tuple(TypeNamed(n, f"Visit kind {n}", (f"vk{n}",), 20) for n in range(40)),
    )
    line = "jane doe 7d 10:30 30m vk7 with given12 in room 3 by phone - blood pressure review"
    reading = Reader(names).read(line)
    assert (reading.staff, reading.room, reading.type) == ((12,), (3,), (7,))
