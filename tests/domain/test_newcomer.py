"""Somebody new in one line: name, birth date and telephone, in any order."""

from __future__ import annotations

from datetime import date

import pytest
from hypothesis import given
from hypothesis import strategies as st

from pim_tui.domain.customer import named, newcomer, read_fields

TODAY = date(2026, 11, 27)


@pytest.mark.parametrize(
    ("text", "name", "born", "phone"),
    [
        ("jane doe 12.3.1980 030 5550101", ("", "Jane", "Doe"), "1980-03-12", "030 5550101"),
        ("030-555 0101 jane doe 1980-03-12", ("", "Jane", "Doe"), "1980-03-12", "030-555 0101"),
        ("Jane Doe, 12 march 1980", ("", "Jane", "Doe"), "1980-03-12", ""),
        ("May Smith 12 may 1990", ("", "May", "Smith"), "1990-05-12", ""),
        ("jane doe 12/3/80", ("", "Jane", "Doe"), "1980-03-12", ""),
        ("jane doe +49 (30) 5550101", ("", "Jane", "Doe"), "", "+49 (30) 5550101"),
        ("mrs. jane de la cruz", ("Mrs.", "Jane", "de la Cruz"), "", ""),
        ("anna-lena o'neill-ström", ("", "Anna-Lena", "O'Neill-Ström"), "", ""),
        ("ra'id d’arcy", ("", "Ra'id", "D’Arcy"), "", ""),
        ("jane doe 31.2.1990", ("", "Jane", "Doe"), "31.2.1990", ""),
        ("jane doe 12.3.1980 13.3.1980", ("", "Jane", "Doe"), "1980-03-12 13.3.1980", ""),
        ("jane doe 12.3.2031", ("", "Jane", "Doe"), "12.3.2031", ""),
        ("5550101", ("", "", ""), "", "5550101"),
        ("", ("", "", ""), "", ""),
    ],
)
def test_the_pieces_of_somebody_new_are_told_apart(
    text: str, name: tuple[str, str, str], born: str, phone: str
) -> None:
    found = newcomer(text, TODAY, "dmy")
    assert (found.prefix, found.first, found.last) == name
    assert found.birth_date == born
    assert [entry.number for entry in found.phones] == ([phone] if phone else [])


@given(st.permutations(["jane mary doe", "12.3.1980", "030 5550101"]))
def test_in_any_order(pieces: list[str]) -> None:
    usual = newcomer("jane mary doe 12.3.1980 030 5550101", TODAY, "dmy")
    assert newcomer(" ".join(pieces), TODAY, "dmy") == usual


@given(
    st.dates(date(1900, 1, 1), TODAY), st.sampled_from(["{0}", "{0.day}.{0.month}.{0.year}", "{0:%d %B %Y}"])
)
def test_a_birth_date_is_the_one_that_was_said(born: date, spelling: str) -> None:
    found = newcomer(f"jane doe {spelling.format(born)}", TODAY, "dmy")
    assert (found.first, found.last, found.birth_date) == ("Jane", "Doe", born.isoformat())


@given(st.text(max_size=80))
def test_any_text_is_read_and_one_without_figures_is_a_name(text: str) -> None:
    found = newcomer(text, TODAY, "dmy")
    read_fields(found, today=TODAY, order="dmy")
    if any(map(str.isalpha, text)) and not any(map(str.isdigit, text)):
        assert found == named(" ".join(text.replace(",", " ").split()))
