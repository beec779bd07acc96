"""Days, times and lengths as people type them."""

from __future__ import annotations

from datetime import date, datetime, time, timedelta

import pytest
from hypothesis import assume, given
from hypothesis import strategies as st

from pim_tui.domain.dates import (
    MONTHS,
    WEEKDAYS,
    Prefer,
    add_months,
    day_reading,
    explain,
    read_day,
    read_end,
    read_minutes,
    read_start,
    read_time,
)

MONDAY = date(2026, 11, 23)


@pytest.mark.parametrize(
    ("text", "day"),
    [
        ("today", MONDAY),
        ("tmr", date(2026, 11, 24)),
        ("day after tomorrow", date(2026, 11, 25)),
        ("yesterday", date(2026, 11, 22)),
        ("+7d", date(2026, 11, 30)),
        ("7D", date(2026, 11, 30)),
        ("-1w", date(2026, 11, 16)),
        ("in 3 weeks", date(2026, 12, 14)),
        ("2 days ago", date(2026, 11, 21)),
        ("+2mo", date(2027, 1, 23)),
        ("3m", date(2027, 2, 23)),
        ("1y", date(2027, 11, 23)),
        ("mon", MONDAY),
        ("tue", date(2026, 11, 24)),
        ("next tue", date(2026, 12, 1)),
        ("this fri", date(2026, 11, 27)),
        ("last fri", date(2026, 11, 20)),
        ("14 dec", date(2026, 12, 14)),
        ("Dec 14", date(2026, 12, 14)),
        ("14th of december", date(2026, 12, 14)),
        ("14dec", date(2026, 12, 14)),
        ("dec 14, 2027", date(2027, 12, 14)),
        ("1 jan", date(2027, 1, 1)),
        ("1 jan 2028", date(2028, 1, 1)),
        ("22 nov", date(2027, 11, 22)),
        ("29 feb", date(2028, 2, 29)),
        ("14/12", date(2026, 12, 14)),
        ("14.12.", date(2026, 12, 14)),
        ("14.12.26", date(2026, 12, 14)),
        ("2026-12-14", date(2026, 12, 14)),
        ("14", date(2026, 12, 14)),
        ("23", MONDAY),
        ("31st", date(2026, 12, 31)),
    ],
)
def test_reads_every_spelling_of_a_day(text: str, day: date) -> None:
    assert read_day(text, MONDAY) == day


@pytest.mark.parametrize(
    "text",
    ["", "31 feb", "31/11/2026", "2026-13-01", "may", "10:30", "99999y", "0", "32", "dec 2026", "am", "ad"],
)
def test_refuses_what_is_no_day(text: str) -> None:
    assert read_day(text, MONDAY) is None


def test_knows_a_day_no_calendar_has_from_a_text_that_is_no_day() -> None:
    impossible = day_reading("31 feb", MONDAY)
    assert impossible is not None
    assert impossible.day is None
    assert day_reading("jane", MONDAY) is None


def test_follows_the_order_unless_only_the_other_one_exists() -> None:
    assert read_day("4/5", MONDAY) == date(2027, 5, 4)
    assert read_day("4/5", MONDAY, "mdy") == date(2027, 4, 5)
    assert read_day("14/12", MONDAY, "mdy") == date(2026, 12, 14)
    assert read_day("26/12/14", MONDAY, "ymd") == date(2026, 12, 14)


def test_nearest_may_be_behind_and_future_never_is() -> None:
    assert read_day("1 nov", MONDAY, prefer="nearest") == date(2026, 11, 1)
    assert read_day("1 nov", MONDAY) == date(2027, 11, 1)
    assert read_day("sat", MONDAY, prefer="nearest") == date(2026, 11, 21)
    assert read_day("20", date(2026, 1, 3), prefer="nearest") == date(2025, 12, 20)


@pytest.mark.parametrize(
    ("text", "day"),
    [
        ("1 jan", date(2026, 1, 1)),
        ("31 dec", date(2025, 12, 31)),
        ("23 nov", MONDAY),
        ("24/11", date(2025, 11, 24)),
        ("29 feb", date(2024, 2, 29)),
        ("mon", MONDAY),
        ("tue", date(2026, 11, 17)),
        ("24", date(2026, 10, 24)),
        ("next tue", date(2026, 12, 1)),
        ("+7d", date(2026, 11, 30)),
        ("1 jan 2027", date(2027, 1, 1)),
    ],
)
def test_past_is_never_ahead_unless_the_text_says_so(text: str, day: date) -> None:
    assert read_day(text, MONDAY, prefer="past") == day


def test_a_span_ends_on_the_first_such_day_after_it_begins() -> None:
    year = date(2026, 1, 1)
    assert read_end("31 mar", year, MONDAY, prefer="past") == date(2026, 3, 31)
    assert read_end("31 dec", year, MONDAY, prefer="past") == date(2026, 12, 31)
    assert read_end("fri", MONDAY, MONDAY, prefer="past") == date(2026, 11, 27)
    assert read_end("yesterday", year, MONDAY, prefer="past") == date(2026, 11, 22)
    assert read_end("+7d", year, MONDAY) == date(2026, 11, 30)
    assert read_end("31 dec 2025", year, MONDAY) == date(2025, 12, 31)
    assert read_end("31 mar", None, MONDAY, prefer="past") == date(2026, 3, 31)
    assert read_end("never", year, MONDAY) is None


FRIDAY = date(2026, 11, 27)


@pytest.mark.parametrize(
    ("text", "day"),
    [
        ("tue 24 nov", date(2026, 11, 24)),
        ("Tuesday, 24 November", date(2026, 11, 24)),
        ("tue 24/11", date(2026, 11, 24)),
        ("tue 24.11.", date(2026, 11, 24)),
        ("tue 24th", date(2026, 11, 24)),
        ("wed 24 nov", date(2027, 11, 24)),
        ("24 nov", date(2027, 11, 24)),
        ("thu 24th", date(2026, 12, 24)),
        ("mon 14 dec", date(2026, 12, 14)),
        ("mon 24 nov", None),
        ("mon 24 nov 2026", None),
        ("thu 15 jan", None),
        ("tue 24 nov 2026", date(2026, 11, 24)),
        ("tue tomorrow", None),
    ],
)
def test_a_weekday_says_whether_a_day_that_has_just_passed_is_meant(text: str, day: date | None) -> None:
    assert read_day(text, FRIDAY) == day


def test_of_the_nearest_days_the_weekday_decides_as_well() -> None:
    assert read_day("tue 24 nov", FRIDAY, prefer="nearest") == date(2026, 11, 24)
    assert read_day("wed 24 nov", FRIDAY, prefer="nearest") == date(2027, 11, 24)
    assert read_day("fri 15 jan", date(2026, 2, 1), prefer="nearest") == date(2027, 1, 15)


SPELLINGS = ("{0:%d} {1}", "{1} {0:%d}", "{0:%d}/{0:%m}", "{0:%d}.{0:%m}.")


@given(
    st.dates(date(1950, 1, 1), date(2150, 1, 1)),
    st.integers(-182, 182),
    st.sampled_from(SPELLINGS),
    st.sampled_from(["future", "nearest"]),
)
def test_the_right_weekday_makes_any_day_of_half_a_year_around_itself(
    today: date, days: int, spelling: str, prefer: Prefer
) -> None:
    day = today + timedelta(days=days)
    assume((day.month, day.day) != (2, 29))
    text = spelling.format(day, list(MONTHS)[day.month - 1])
    weekday = list(WEEKDAYS)[day.weekday()]
    assert read_day(f"{weekday} {text}", today, prefer=prefer) == day


@given(
    st.dates(date(1950, 1, 1), date(2150, 1, 1)),
    st.dates(date(1950, 1, 1), date(2150, 1, 1)),
    st.sampled_from(SPELLINGS),
    st.sampled_from(list(WEEKDAYS)),
)
def test_a_weekday_is_never_another_than_was_said(today: date, day: date, spelling: str, name: str) -> None:
    text = spelling.format(day, list(MONTHS)[day.month - 1])
    found = read_day(f"{name} {text}", today)
    assert found is None or found.weekday() == WEEKDAYS[name]
    if found is None:
        assert "do not agree" in explain(f"{name} {text}")


def test_months_are_clipped_to_a_shorter_one() -> None:
    assert read_day("+1mo", date(2026, 1, 31)) == date(2026, 2, 28)
    assert read_day("+1mo", date(2028, 1, 31)) == date(2028, 2, 29)
    assert add_months(date(2026, 3, 31), -1) == date(2026, 2, 28)


@pytest.mark.parametrize(
    ("text", "start"),
    [
        ("tue 9", datetime(2026, 11, 24, 9)),
        ("thu 10", datetime(2026, 11, 26, 10)),
        ("9 tue", datetime(2026, 11, 24, 9)),
        ("thu 9:30", datetime(2026, 11, 26, 9, 30)),
        ("tue 1st", datetime(2026, 12, 1, 10, 30)),
        ("9", datetime(2026, 11, 23, 9)),
    ],
)
def test_a_figure_behind_a_weekday_is_its_hour_as_in_the_quick_line(text: str, start: datetime) -> None:
    assert read_start(text, MONDAY, datetime(2026, 11, 23, 10, 30)) == start


@pytest.mark.parametrize("today", [date.min, date.max, date(9999, 12, 1), date(1, 2, 1)])
@pytest.mark.parametrize(
    "text", ["-1d", "+1d", "1y", "-1y", "next tue", "last tue", "14", "29 feb", "1 jan", "tue"]
)
def test_the_ends_of_the_calendar_are_no_error(text: str, today: date) -> None:
    read_day(text, today)
    read_day(text, today, prefer="nearest")


@given(st.text(max_size=60), st.dates())
def test_any_text_is_read_or_refused(text: str, today: date) -> None:
    read_day(text, today)
    read_time(text)
    read_minutes(text)
    assert "\n" not in explain(text)


@given(st.dates(min_value=date(1900, 1, 1), max_value=date(2199, 12, 31)), st.dates())
def test_a_full_date_means_itself_on_any_day(day: date, today: date) -> None:
    assert read_day(day.isoformat(), today) == day
    assert read_day(f"{day.day}.{day.month}.{day.year}", today) == day
    assert read_day(f"{day.month}/{day.day}/{day.year}", today, "mdy") == day


@pytest.mark.parametrize(
    ("text", "readings"),
    [
        ("10:30", (time(10, 30),)),
        ("1030", (time(10, 30),)),
        ("930", (time(9, 30),)),
        ("10.30", (time(10, 30),)),
        ("10h30", (time(10, 30),)),
        ("15h", (time(15),)),
        ("10:30am", (time(10, 30),)),
        ("3 PM", (time(15),)),
        ("3:30 p.m.", (time(15, 30),)),
        ("12am", (time(0),)),
        ("12pm", (time(12),)),
        ("noon", (time(12),)),
        ("3:30", (time(3, 30), time(15, 30))),
        ("330", (time(3, 30), time(15, 30))),
        ("03:30", (time(3, 30),)),
        ("7:00", (time(7),)),
        ("24:00", ()),
        ("10:60", ()),
        ("13pm", ()),
        ("", ()),
        ("jane", ()),
    ],
)
def test_reads_every_time_a_text_may_mean(text: str, readings: tuple[time, ...]) -> None:
    assert read_time(text) == readings


@pytest.mark.parametrize(
    ("text", "minutes"),
    [
        ("30m", 30),
        ("90 min", 90),
        ("45'", 45),
        ("1h", 60),
        ("1h30", 90),
        ("1 hour 30 minutes", 90),
        ("1:30h", 90),
        ("1.5h", 90),
        ("30", 30),
        ("24h", 1440),
        ("25h", None),
        ("0m", None),
        ("1h75", None),
        ("1.33h", None),
        ("", None),
    ],
)
def test_reads_a_length_in_whole_minutes(text: str, minutes: int | None) -> None:
    assert read_minutes(text) == minutes


def test_the_explanation_names_the_text_and_spellings_that_work() -> None:
    assert explain("31 feb").startswith("“31 feb” is not a day. Write today")
    assert "1h30" in explain("", "minutes")


@pytest.mark.parametrize("text", ["mon 24 nov 2026", "mon 24 nov 2026 10:30", "Mon., 24/11/26"])
def test_it_is_explained_that_weekday_and_date_do_not_agree(text: str) -> None:
    assert explain(text).startswith(f"In “{text}” the weekday and the date do not agree. Write today")


@pytest.mark.parametrize("text", ["mon 31 feb", "mon", "monday morning", "blah 24 nov"])
def test_only_that_is_explained_so(text: str) -> None:
    assert explain(text).startswith(f"“{text}” is not a day.")
