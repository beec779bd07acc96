"""Finding people as somebody types (P1), and telling near twins apart (P2)."""

from __future__ import annotations

import json
from collections.abc import Callable
from dataclasses import replace
from datetime import date
from itertools import product
from pathlib import Path

import pytest

from pim_tui.db.connection import Book, write_tx
from pim_tui.domain.customer import CustomerFields, NewCustomer, PhoneEntry
from pim_tui.domain.names import PersonName
from pim_tui.queries import search
from pim_tui.queries.customers import editable
from pim_tui.queries.search import CANDIDATES, Found, find
from pim_tui.services.customers import ChangeCustomer, change_customer, insert_customers
from tests.services.desk import TODAY, appointment, desk

Add = Callable[..., int]


@pytest.fixture
def add(book: Book) -> Add:
    """Adds a customer by first and last name; its id."""
    session = desk()

    def insert(first: str, last: str, **fields: object) -> int:
        middle = str(fields.pop("middle", ""))
        with write_tx():
            return insert_customers(session, [NewCustomer(PersonName("", first, middle, last), **fields)])[0]  # type: ignore[arg-type]

    return insert


def found(text: str, **options: object) -> tuple[Found, ...]:
    return find(text, today=TODAY, **options)  # type: ignore[arg-type]


def listed(text: str) -> list[str]:
    return [hit.listed for hit in found(text)]


@pytest.mark.parametrize(
    "typed",
    ["aarav", "AAR", "smi", "aar smi", "smi aar", "Smith, Aarav", "smith  aarav", "ara smi aar", "a s"],
)
def test_words_are_found_by_their_beginnings_in_any_order_and_case(add: Add, typed: str) -> None:
    add("Aarav", "Smith", middle="Arasu")
    add("Berta", "Jones")

    assert listed(typed) == ["Smith, Aarav Arasu"]


@pytest.mark.parametrize(
    ("first", "last", "typed"),
    [
        ("José", "Müller", "jose muller"),
        ("Jose", "Muller", "JOSÉ MÜLLER"),
        ("Jose\u0301", "Łukasz", "josé lukasz"),
        ("Søren", "Strauß", "soren strauss"),
        ("Siobhán", "O'Connor", "o connor"),
        ("Siobhán", "O’Connor", "oconnor"),
        ("Anne-Marie", "Smith-Jones", "smith jones"),
        ("Anne-Marie", "Smith-Jones", "annemarie"),
        ("Juan", "De la Cruz", "delacruz"),
        ("Ольга", "Иванова", "иван"),
        ("伟", "王", "王"),
    ],
)
def test_accents_punctuation_and_spaces_do_not_matter(add: Add, first: str, last: str, typed: str) -> None:
    id_ = add(first, last)
    add("Berta", "Zimmer")

    assert [hit.id for hit in found(typed)] == [id_]


def test_every_word_typed_wants_another_word_of_the_name(add: Add) -> None:
    add("John", "Smith")
    add("John", "Johnson")

    assert listed("john jo") == ["Johnson, John"]


def test_who_has_the_same_first_and_last_name_is_found_by_both(add: Add) -> None:
    add("Martin", "Martin")
    add("Martin", "Luther")

    assert listed("martin mar") == ["Martin, Martin"]
    assert listed("martin martin")[-1] == "Martin, Martin"


def test_one_word_that_is_missing_finds_nobody(add: Add) -> None:
    add("Aarav", "Smith")

    assert listed("aarav zz") == []
    assert listed("") == []
    assert listed("   ,;-") == []


def test_a_former_name_finds_and_is_told(add: Add) -> None:
    add("Jane", "Doe", former_names=("Jane Miller",))
    add("Jane", "Miller")

    assert [(hit.listed, hit.former) for hit in found("jane miller")] == [
        ("Miller, Jane", ""),
        ("Doe, Jane", "Jane Miller"),
    ]
    assert [hit.former for hit in found("jane doe")] == [""]


PHONES = [
    ("(415) 555-2671", "US"),
    ("+1 415-555-2671", "US"),
    ("4155552671", "US"),
    ("001 415 555 2671", "DE"),
]


@pytest.mark.parametrize(("written", "country"), PHONES)
@pytest.mark.parametrize(
    "typed", ["415 555 2671", "+1 (415) 555-2671", "5552671", "671", "155552", "+14155552671"]
)
def test_a_telephone_number_is_found_however_it_was_written(
    book: Book, written: str, country: str, typed: str
) -> None:
    session = desk(country=country)
    with write_tx():
        insert_customers(
            session,
            [
                NewCustomer(PersonName(first="Ann"), phones=(("mobile", written),)),
                NewCustomer(PersonName(first="B")),
            ],
        )

    assert [(hit.full, hit.phone) for hit in found(typed)] == [("Ann", written)]


def test_real_numbers_are_found_in_all_four_spellings(book: Book, shared: Path) -> None:
    examples = json.loads((shared / "data/phones/phone_numbers.json").read_text("utf-8"))["examples"][::9]
    spellings = ("e164", "international", "national", "rfc3966")
    session = desk()
    with write_tx():
        for example in examples:
            insert_customers(
                replace(session, country=example["region"]),
                [NewCustomer(PersonName(first=example["e164"][1:]), phones=(("", example["national"]),))],
            )

    missed = [
        (example["region"], spelling)
        for example in examples
        for spelling in spellings
        if example["e164"][1:]
        not in [hit.full for hit in found(example[spelling].removeprefix("tel:"), limit=99)]
    ]
    assert missed == []


@pytest.mark.parametrize(
    "typed", ["14.5.1980", "14/05/1980", "1980-05-14", "14 May 1980", "14051980", "19800514", "140580"]
)
def test_a_birth_date_is_found_in_common_spellings(add: Add, typed: str) -> None:
    add("Ann", "Able", birth_date=date(1980, 5, 14))
    add("Bob", "Baker", birth_date=date(1980, 5, 15))

    assert listed(typed) == ["Able, Ann"]
    assert listed(f"able {typed}") == ["Able, Ann"]
    assert listed(f"baker {typed}") == []


def test_the_clinics_order_decides_between_two_dates(add: Add) -> None:
    add("April", "Third", birth_date=date(1980, 4, 3))
    add("March", "Fourth", birth_date=date(1980, 3, 4))

    assert [hit.full for hit in found("3/4/1980", order="dmy")] == ["April Third"]
    assert [hit.full for hit in found("3/4/1980", order="mdy")] == ["March Fourth"]


def test_the_customer_number_comes_first(add: Add) -> None:
    for name in ("Ann", "Bea", "Cyd"):
        add(name, "Able", phones=(("", "(415) 555-0002"),))

    assert [hit.number for hit in found("2")] == [2]
    assert [hit.number for hit in found("#3")] == [3]
    assert [hit.number for hit in found("able 3")] == [3]
    assert [hit.number for hit in found("0002")] == [2, 1, 3]


def test_whole_words_come_before_beginnings_and_then_the_list_name_decides(add: Add) -> None:
    for first, last in (("Zoe", "Ann"), ("Anna", "Able"), ("Ann", "Zimmer"), ("Annika", "Baker")):
        add(first, last)

    assert listed("ann") == ["Ann, Zoe", "Zimmer, Ann", "Able, Anna", "Baker, Annika"]


def test_names_that_sound_alike_come_last_and_are_marked(add: Add) -> None:
    add("John", "Smith")
    add("Jon", "Smythe")
    add("Jon", "Smit")

    hits = found("jon smyth")

    assert [(hit.listed, hit.sounds) for hit in hits[:2]] == [("Smythe, Jon", False), ("Smith, John", True)]
    assert all(hit.sounds for hit in hits[1:])


def test_sounds_are_left_out_where_enough_is_spelt_as_typed(add: Add) -> None:
    for place in range(6):
        add("Jon", f"Able{place}")
    add("John", "Smith")

    assert not any(hit.sounds for hit in found("jon"))


def test_near_twins_in_the_list_are_marked(add: Add) -> None:
    add("Anna", "Schmidt", birth_date=date(1990, 1, 1))
    add("Anna", "Schmidt", birth_date=date(1991, 1, 1))
    add("Kim", "Schmidt", birth_date=date(2001, 2, 3))
    add("Jim", "Schmidt", birth_date=date(2001, 2, 3))
    add("Bert", "Schmidt", birth_date=date(1970, 1, 1))

    assert {hit.full: hit.twin for hit in found("schmidt")} == {
        "Anna Schmidt": True,
        "Kim Schmidt": True,
        "Jim Schmidt": True,
        "Bert Schmidt": False,
    }


def test_a_twin_beyond_the_screenful_still_counts(add: Add) -> None:
    add("Anna", "Schmidt")
    add("Anna", "Schmidt")

    assert [hit.twin for hit in found("schmidt", limit=1)] == [True]


def test_a_hit_tells_what_the_pick_list_shows(add: Add, book: Book) -> None:
    id_ = add(
        "Jane", "Doe", sex="F", birth_date=date(1990, 11, 24), phones=(("home", "tel:+1 415 555 2671"),)
    )
    appointment(id_, date(2026, 3, 2), status="C")
    appointment(id_, date(2026, 10, 5), status="C")
    appointment(id_, date(2026, 11, 1), status="M")
    appointment(id_, date(2026, 12, 1))
    appointment(id_, date(2027, 1, 7))

    (hit,) = found("jane")

    assert hit == Found(
        id_, 1, "Doe, Jane", "Jane Doe", "F", date(1990, 11, 24), 35, "+1 415 555 2671",
        date(2026, 10, 5), date(2026, 12, 1),
    )  # fmt: skip


def test_a_changed_record_is_found_as_it_now_is(add: Add) -> None:
    id_ = add("Jane", "Miller", phones=(("", "(415) 555-2671"),))
    was = editable(id_)
    change_customer(
        desk(),
        ChangeCustomer(
            id_,
            was.version,
            was.fields,
            CustomerFields(first="Jane", last="Doe", phones=(PhoneEntry("", "(212) 555-0100"),)),
        ),
    )

    assert listed("doe") == ["Doe, Jane"]
    assert listed("0100") == ["Doe, Jane"]
    assert listed("2671") == []
    assert [hit.former for hit in found("miller")] == ["Jane Miller"]


HOSTILE = [
    "[red]Rob[/red]",
    "Robert'); DROP TABLE customer;--",
    "100% _x_",
    "a\\b",
    "=cmd|' /C calc'!A0",
    "null",
    "None",
]


@pytest.mark.parametrize("name", HOSTILE)
def test_hostile_names_are_stored_found_and_shown_as_they_are(add: Add, name: str) -> None:
    id_ = add(name, "Ordinary")
    add("Somebody", "Else")

    assert [(hit.id, hit.full) for hit in found(name)] == [(id_, f"{name} Ordinary")]


def test_naughty_strings_are_stored_and_never_break_a_search(add: Add, shared: Path) -> None:
    naughty = json.loads((shared / "data/names/naughty_strings.json").read_text("utf-8"))["strings"]
    ids = {add(entry["text"], "Naughty") for entry in naughty}

    for entry in naughty:
        found(entry["text"])
    assert {hit.id for hit in found("naughty", limit=CANDIDATES)} == ids


def test_common_beginnings_find_the_same_people_as_rare_ones(
    add: Add, monkeypatch: pytest.MonkeyPatch
) -> None:
    """What is looked for here and there first, and walked then: nobody is missed, nobody comes twice."""
    for number, (first, last) in enumerate(product(("Jack", "Jan", "Mia"), ("Moor", "Mills", "Jones", "Ng"))):
        add(first, last, phones=(PhoneEntry("", f"030 55501{number:02}"),))
    typed = ("j m", "ja mo", "jack j", "m m", "j j", "mia ng", "j 0301", "ja 5550 m", "n m", "x m")
    usual = {text: found(text, limit=9) for text in typed}
    assert [len(usual[text]) for text in ("j m", "ja mo", "mia ng", "j 0301")] == [5, 2, 1, 0]

    monkeypatch.setattr(search, "COUNTED", 2)
    for glanced in (1, 4, 100):
        monkeypatch.setattr(search, "GLANCED", glanced)
        again = {text: found(text, limit=9) for text in typed}
        assert {text: len(hits) for text, hits in again.items()} == {t: len(h) for t, h in usual.items()}
        assert again["ja mo"] == usual["ja mo"]
        assert {hit.id for hit in again["j m"]} == {hit.id for hit in usual["j m"]}


def test_a_search_longer_than_any_name_is_harmless(add: Add) -> None:
    add("Ann", "Able")

    assert listed("a" * 5000) == []
    assert listed("1" * 5000) == []
    assert listed("a " * 500) == ["Able, Ann"]
    assert listed(" ".join(chr(97 + place) * 2 for place in range(26)) * 20) == []
