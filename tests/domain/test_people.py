"""People: ages, what a search means, who may be the same person."""

from __future__ import annotations

from datetime import date

import pytest
from hypothesis import given
from hypothesis import strategies as st

from pim_tui.domain.customer import given_ids
from pim_tui.domain.names import PersonName
from pim_tui.domain.people import (
    Answer,
    Channel,
    Identity,
    SearchQuery,
    Sex,
    age,
    likely_same,
    read_birth_date,
    read_search,
    read_sex,
    same_phone,
)
from pim_tui.imports.people_table import TABLE_CONTENTS
from pim_tui.imports.vcard import VCARD_CONTENTS

BORN = date(1990, 5, 14)


@pytest.mark.parametrize(
    ("birth", "today", "years"),
    [
        (date(2004, 2, 29), date(2025, 2, 28), 20),
        (date(2004, 2, 29), date(2025, 3, 1), 21),
        (date(2004, 2, 29), date(2024, 2, 29), 20),
        (BORN, date(2026, 5, 13), 35),
        (BORN, date(2026, 5, 14), 36),
        (BORN, BORN, 0),
    ],
)
def test_age_in_completed_years(birth: date, today: date, years: int) -> None:
    assert age(birth, today) == years


@pytest.mark.parametrize(
    "text",
    ["1990-05-14", "14.5.1990", "14/05/1990", "5/14/1990", "14 may 1990", "14-May-1990", "May 14, 1990",
     "14th May 1990", "1990 may 14", "14051990", "19900514",
     "05141990", "١٤.٥.١٩٩٠"],
)  # fmt: skip
def test_birth_dates_in_common_spellings(text: str) -> None:
    assert read_birth_date(text) == (BORN,)
    assert read_search(text).birth_dates == (BORN,)


def test_all_readings_of_a_birth_date_are_given() -> None:
    assert read_birth_date("5.6.1990") == (date(1990, 6, 5), date(1990, 5, 6))
    assert read_birth_date("5.6.1990", order="mdy") == (date(1990, 5, 6),)
    assert read_birth_date("140590") == (BORN, date(2090, 5, 14))
    assert read_birth_date("140590", today=date(2026, 1, 1)) == (BORN,)
    assert read_birth_date("900514", order="ymd", today=date(2026, 1, 1)) == (BORN,)


NOT_DATES = ["5/14/1990", "", "31.2.1990", "14 foo 1990", "1.1.190", "may 1990", "99", "1/1/1490"]


@pytest.mark.parametrize("text", NOT_DATES)
def test_no_birth_date_is_made_up(text: str) -> None:
    assert read_birth_date(text, order="dmy") == ()


@given(st.dates(date(1900, 1, 1), date(2099, 12, 31)))
def test_every_birth_date_reads_back(day: date) -> None:
    assert read_birth_date(day.isoformat()) == (day,)
    assert day in read_birth_date(f"{day.day}.{day.month}.{day.year}", order="dmy")
    assert day in read_birth_date(f"{day:%m%d%Y}")
    assert read_birth_date(f"{day.day} {day:%b} {day.year}") == (day,)


@pytest.mark.parametrize(
    ("text", "query"),
    [
        ("aar smi", SearchQuery(words=("aar", "smi"))),
        ("O'Connor, José", SearchQuery(words=("oconnor", "jose"))),
        ("smith 1234", SearchQuery(words=("smith",), digits=("1234",), number="1234")),
        ("12", SearchQuery(number="12")),
        ("#1234", SearchQuery(number="1234")),
        ("140590", SearchQuery((), ("140590",), (BORN, date(2090, 5, 14)), "140590")),
        ("jane 14.5.1990", SearchQuery(words=("jane",), birth_dates=(BORN,))),
        ("jane 14 may 1990", SearchQuery(words=("jane",), birth_dates=(BORN,))),
        ("664 123", SearchQuery(digits=("664", "123"))),
        ("0664/12 34 56", SearchQuery(digits=("0664123456",))),
        ("+43 664 123456 smith", SearchQuery(words=("smith",), digits=("43664123456",))),
        ("+43 (0)664 123456", SearchQuery(digits=("43664123456",))),
        ("(508) 845-1232", SearchQuery(digits=("508", "845", "1232"))),
        ("  ", SearchQuery()),
        ("'; drop", SearchQuery(words=("drop",))),
    ],
)
def test_what_a_search_asks_for(text: str, query: SearchQuery) -> None:
    assert read_search(text) == query
    assert bool(query) == bool(text.strip())


@given(st.text(st.characters(categories=["L", "M", "N", "P", "S", "Z", "C"])))
def test_any_search_is_understood(text: str) -> None:
    query = read_search(text)
    assert all(word and " " not in word for word in query.words)
    assert all(len(piece) >= 3 and piece.isdecimal() for piece in query.digits)


JANE = Identity(PersonName("Mrs.", "Jane", "", "Doe"), (), BORN, ("0664123456",), ("jane@example.org",))


def person(first: str, last: str, birth: date | None = None, **more: tuple[str, ...]) -> Identity:
    return Identity(PersonName(first=first, last=last), birth_date=birth, **more)


@pytest.mark.parametrize(
    ("other", "text"),
    [
        (person("JANE", "Döe", BORN), "the same name and birth date"),
        (person("Doe", "Jane", BORN), "the same name and birth date"),
        (person("Jane", "Smith", BORN, former=("Doe",)), "the same name and birth date"),
        (person("Jane", "Smith", BORN, former=("Jane Doe",)), "the same name and birth date"),
        (person("Jane", "Doe", phones=("43664123456",)), "the same name and phone number"),
        (person("Jane", "Doe", emails=(" Jane@Example.ORG",)), "the same name and email address"),
    ],
)
def test_the_same_person_is_noticed(other: Identity, text: str) -> None:
    for reason in (likely_same(JANE, other), likely_same(other, JANE)):
        assert reason is not None
        assert reason.strong
        assert str(reason) == text


@pytest.mark.parametrize(
    "other",
    [
        person("John", "Doe", BORN, phones=("0664123456",)),
        person("Tom", "Doe", date(2015, 1, 1), phones=("0664123456",)),
        person("Jane", "Doe", date(1960, 1, 1), phones=("0664123456",)),
        person("Jan", "Doe", BORN),
        person("Jayne", "Doe", BORN),
        person("Tom", "Roe", emails=("jane@example.org",)),
    ],
)
def test_families_and_near_spellings_are_only_remarked(other: Identity) -> None:
    reason = likely_same(JANE, other)
    assert reason is not None
    assert not reason.strong


@pytest.mark.parametrize(
    "other",
    [
        person("Tom", "Doe", BORN),
        person("Jane", "Doe", date(1991, 5, 14)),
        person("Jane", "Doe"),
        person("Jane", "Roe", BORN),
        person("Ajen", "Ode", BORN),
        Identity(PersonName()),
    ],
)
def test_twins_and_namesakes_are_different_people(other: Identity) -> None:
    assert likely_same(JANE, other) is None


def test_single_names_are_compared_too() -> None:
    assert likely_same(person("ธนา", "", BORN), person("ธนา", "", BORN)) is not None
    nameless = Identity(PersonName(), birth_date=BORN)
    assert likely_same(nameless, nameless) is None


def test_one_number_in_two_spellings() -> None:
    assert same_phone("+1 508 845-1232", "5088451232")
    assert not same_phone("123", "123")
    assert not same_phone("", "5088451232")


@pytest.mark.parametrize(
    ("text", "sex"),
    [("male", Sex.M), ("f", Sex.F), ("Female", Sex.F), ("1", Sex.M), ("2", Sex.F), ("X", Sex.X),
     ("", Sex.UNKNOWN), ("männlich", Sex.M), ("non-binary", Sex.X), ("n/a", Sex.UNKNOWN), ("yes", None)],
)  # fmt: skip
def test_sex_as_files_write_it(text: str, sex: Sex | None) -> None:
    assert read_sex(text) is sex


def test_words_for_the_screen() -> None:
    assert [sex.word for sex in Sex] == ["female", "male", "other", "unknown"]
    assert Channel("sms").word == "SMS"
    assert Answer("unknown") is not Answer.YES


def test_a_key_that_an_import_made_of_a_row_is_nothing_to_show() -> None:
    ids = ((VCARD_CONTENTS, "6ade2f86"), (TABLE_CONTENTS, "846d05ac"), ("synthea", "S-77"))
    assert given_ids(ids) == [("synthea", "S-77")]
