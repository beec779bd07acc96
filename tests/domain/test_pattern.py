"""How often a series comes: what is typed, the rule it makes, and the same the other way round (T11, T12)."""

from __future__ import annotations

from datetime import date, datetime, timedelta

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from pim_tui.domain.recurrence import in_words, occurrences, read_rule
from pim_tui.domain.recurrence.pattern import (
    LAST,
    Pattern,
    first_day,
    moved,
    pattern_of,
    read_pattern,
    typed,
)
from pim_tui.errors import Invalid

ZONE = "Europe/Berlin"
TODAY = date(2026, 11, 23)
START = date(2026, 11, 24)


def pattern(kind: str, every: str = "", on: str = "", ends: str = "") -> Pattern:
    return read_pattern(kind, every, on, ends, start=START, today=TODAY)  # type: ignore[arg-type]


@pytest.mark.parametrize(
    ("fields", "words"),
    [
        (("weeks",), "every week on Tue"),
        (("weeks", "2", "tue Thu,sat", "10 times"), "every 2 weeks on Tue, Thu, Sat, 10 times"),
        (("days", "10", "", "31 dec"), "every 10 days, until 31 Dec 2026"),
        (("month_day", "", "31", "6x"), "every month on the 31st, 6 times"),
        (("month_day", "3", "last"), "every 3 months on the last day"),
        (("month_day",), "every month on the 24th"),
        (("month_weekday", "", "2nd tue", "1"), "every month on the 2nd Tue, once"),
        (("month_weekday", "", "last friday"), "every month on the last Fri"),
        (("month_weekday",), "every month on the 4th Tue"),
    ],
)
def test_what_is_typed_becomes_a_rule_in_words(fields: tuple[str, ...], words: str) -> None:
    assert in_words(pattern(*fields).rule(START, ZONE), ZONE) == words


@pytest.mark.parametrize(
    ("fields", "faulty"),
    [
        (("weeks", "0"), ["every"]),
        (("weeks", "-1", "moon"), ["every", "on"]),
        (("days", "1", "tue"), ["on"]),
        (("month_day", "1", "32"), ["on"]),
        (("month_weekday", "1", "5th fri"), ["on"]),
        (("weeks", "", "", "20001 times"), ["ends"]),
        (("weeks", "", "", "23 nov 2026"), ["ends"]),
        (("weeks", "9" * 400, "x" * 400, "\x1b[31m" * 50), ["every", "on", "ends"]),
    ],
)
def test_every_fault_is_told_at_once(fields: tuple[str, ...], faulty: list[str]) -> None:
    with pytest.raises(Invalid) as told:
        pattern(*fields)
    assert [fault.field for fault in told.value.faults] == faulty


def test_short_months_are_left_out_and_it_is_said() -> None:
    one = pattern("month_day", "", "31", "4")
    begin = first_day(one.rule(START, ZONE), datetime(2026, 11, 24, 10))
    assert begin == datetime(2026, 12, 31, 10)
    found = occurrences(one.rule(START, ZONE), begin)
    assert [f"{wall:%b}" for wall in found.walls] == ["Dec", "Jan", "Mar", "May"]
    assert one.remark == "months without a 31st are left out"
    assert pattern("month_day", "", "28").remark == pattern("month_day", "", "last").remark == ""


def test_a_week_of_every_other_one_begins_with_the_first_day_asked_for() -> None:
    rule = pattern("weeks", "2", "mon fri", "4").rule(date(2026, 11, 28), ZONE)
    assert rule.week_start == 5
    begin = first_day(rule, datetime(2026, 11, 28, 9))
    assert begin is not None
    days = [f"{wall:%a %d %b}" for wall in occurrences(rule, begin).walls]
    assert days == ["Mon 30 Nov", "Fri 04 Dec", "Mon 14 Dec", "Fri 18 Dec"]


@pytest.mark.parametrize(
    ("rule", "from_", "to", "becomes"),
    [
        ("FREQ=WEEKLY;BYDAY=TU,FR", date(2026, 11, 24), date(2026, 11, 25), "FREQ=WEEKLY;BYDAY=WE,FR"),
        ("FREQ=WEEKLY;UNTIL=20261231T225959Z", date(2026, 11, 24), date(2026, 11, 26),
         "FREQ=WEEKLY;UNTIL=20270102T225959Z;BYDAY=TH"),
        ("FREQ=DAILY;INTERVAL=3", date(2026, 11, 24), date(2026, 11, 25), "FREQ=DAILY;INTERVAL=3"),
        ("FREQ=MONTHLY;BYMONTHDAY=-1", date(2026, 11, 30), date(2026, 11, 29), "FREQ=MONTHLY;BYMONTHDAY=29"),
        ("FREQ=MONTHLY;BYDAY=2TU", date(2026, 11, 10), date(2026, 11, 19), "FREQ=MONTHLY;BYDAY=3TH"),
        ("FREQ=MONTHLY;BYDAY=MO,TU;BYSETPOS=1", date(2026, 11, 2), date(2026, 11, 3), None),
        ("FREQ=MONTHLY;BYDAY=MO,TU;BYSETPOS=1", date(2026, 11, 2), date(2026, 11, 2), "the same"),
    ],
)  # fmt: skip
def test_the_day_of_a_rule_is_moved_where_it_says_how(
    rule: str, from_: date, to: date, becomes: str | None
) -> None:
    found = moved(read_rule(rule), from_, to, ZONE)
    wanted = str(read_rule(rule)) if becomes == "the same" else becomes
    assert (str(found) if found else None) == wanted


KINDS = st.sampled_from(("weeks", "days", "month_day", "month_weekday"))
DAYS = st.dates(date(2026, 1, 1), date(2027, 12, 31))


@st.composite
def patterns(draw: st.DrawFn) -> tuple[Pattern, date]:
    kind, start = draw(KINDS), draw(DAYS)
    weekdays: tuple[int, ...] = ()
    number = 0
    if kind == "weeks":
        weekdays = tuple(sorted(draw(st.sets(st.integers(0, 6), min_size=1))))
    elif kind == "month_weekday":
        weekdays, number = (draw(st.integers(0, 6)),), draw(st.sampled_from((1, 2, 3, 4, LAST)))
    elif kind == "month_day":
        number = draw(st.sampled_from((1, 15, 28, 29, 30, 31, LAST)))
    ends = draw(st.sampled_from(("", "count", "until")))
    until = start + timedelta(days=draw(st.integers(0, 400))) if ends == "until" else None
    count = draw(st.integers(1, 50)) if ends == "count" else None
    return Pattern(kind, draw(st.integers(1, 12)), weekdays, number, until, count), start


@given(patterns())
@settings(max_examples=120, deadline=None)
def test_a_pattern_its_rule_and_what_is_typed_are_one(given: tuple[Pattern, date]) -> None:
    one, start = given
    rule = one.rule(start, ZONE)
    assert read_rule(str(rule)) == rule
    assert pattern_of(rule, start, ZONE) == one
    fields = typed(one)
    again = read_pattern(one.kind, fields["every"], fields["on"], fields["ends"], start=start, today=start)
    assert again == one


@given(patterns())
@settings(max_examples=60, deadline=None)
def test_beginning_where_the_rule_does_changes_no_date(given: tuple[Pattern, date]) -> None:
    one, start = given
    rule, begin = one.rule(start, ZONE), datetime.combine(start, datetime.min.time())
    first = first_day(rule, begin)
    if first is None:
        # The 30th of each February.
        assert occurrences(rule, begin, most=20).walls == ()
    else:
        assert occurrences(rule, first, most=20).walls == occurrences(rule, begin, most=20).walls
