"""Telephone numbers: every spelling finds the number, and nothing typed is lost."""

from __future__ import annotations

import json
import subprocess
import sys
from pathlib import Path
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from pim_tui.domain.phones import (
    dialled,
    digits_of,
    display,
    e164,
    national,
    read_phone,
    search_suffixes,
    takes_texts,
)


def numbers(shared: Path, kind: str) -> list[dict[str, Any]]:
    loaded = json.loads((shared / "data/phones/phone_numbers.json").read_text("utf-8"))[kind]
    assert loaded
    return list(loaded)


def hit(piece: str, suffixes: frozenset[str]) -> bool:
    return any(suffix.startswith(piece) for suffix in suffixes)


def substrings(text: str) -> set[str]:
    return {text[i:j] for i in range(len(text)) for j in range(i + 3, len(text) + 1)}


def test_all_spellings_of_a_number_are_found_by_any_piece_of_any_other(shared: Path) -> None:
    for row in numbers(shared, "examples"):
        spellings = [row[key] for key in ("e164", "international", "national", "rfc3966")]
        pieces = set().union(*(substrings(digits_of(text)) for text in spellings))
        for raw in spellings:
            assert e164(raw, row["region"]) == row["e164"]
            suffixes = search_suffixes(raw, row["region"])
            # Whatever starts none of the suffixes is not found.
            missed = {piece for piece in pieces if not hit(piece, suffixes)}
            assert not missed, (raw, missed)
            assert len(suffixes) <= len(digits_of(row["e164"])) + 3


def test_messy_numbers_are_read_as_the_reference_does(shared: Path) -> None:
    for row in numbers(shared, "messy"):
        raw, region, reference = row["raw"], row["default_region"], row["reference"]
        phone = read_phone(raw, region)
        if "error" in reference:
            assert phone is None
            assert e164(raw, region) is None
            assert national(raw, region) is None
        else:
            assert phone is not None
            read = (phone.e164, phone.valid, phone.possible, phone.extension or None)
            assert read == tuple(reference[key] for key in ("e164", "valid", "possible", "extension"))
            assert e164(raw, region) == reference["e164"]
        assert digits_of(display(raw)) == digits_of(raw)


@given(st.text("+0123456789 ()-./;,extOr٤", max_size=30), st.sampled_from(["US", "AT", "", "nowhere"]))
def test_what_was_typed_is_always_found_again(raw: str, region: str) -> None:
    suffixes = search_suffixes(raw, region)
    for group in "".join(char if char.isdigit() else " " for char in raw).split():
        assert len(group) < 3 or hit(digits_of(group), suffixes)
    assert all(len(suffix) >= 3 and suffix.isdigit() for suffix in suffixes)


@pytest.mark.parametrize("typed", ["0664123456", "43664123456", "0043664123456", "123", "456", "6641"])
def test_trunk_zero_and_country_code_are_both_found(typed: str) -> None:
    assert hit(typed, search_suffixes("0664/123 456", "AT"))


def test_two_numbers_in_one_cell_are_two_numbers() -> None:
    suffixes = search_suffixes("978-342-9781 Or 508-994-0217", "US")
    assert hit("19783429781", suffixes)
    assert hit("15089940217", suffixes)
    assert not hit("97815089", suffixes)


def test_what_is_no_number_leaves_no_trace() -> None:
    assert search_suffixes("BusinessPhone", "US") == search_suffixes("", "US") == frozenset()
    assert e164("ask her sister", "") is None


def test_a_number_is_shown_as_typed() -> None:
    assert display(" tel:+1-418-656-9254\n") == "+1-418-656-9254"
    assert national("+43664123456", "US") == "0664 123456"


def test_the_numbering_plans_load_only_when_a_number_is_read() -> None:
    code = (
        "import sys, pim_tui.domain.people\n"
        "sys.exit(not {'phonenumbers', 'jellyfish', 'wcwidth'}.isdisjoint(sys.modules))"
    )
    assert subprocess.run([sys.executable, "-c", code], check=False).returncode == 0


@given(
    st.from_regex("[2-9][0-9]{9}", fullmatch=True),
    st.sampled_from(["{0}{1}{2}", "({0}) {1}-{2}", "{0}-{1}-{2}", "{0}.{1}.{2}", "({0}){1}{2}"]),
    st.sampled_from(
        [
            ("", "US"),
            ("", "CA"),
            ("1-", "US"),
            ("1 ", "CA"),
            ("+1 ", "DE"),
            ("+1-", "BS"),
            ("+1", ""),
            ("+1 ", "US"),
        ]
    ),
)
def test_numbers_of_north_america_are_read_as_the_library_reads_them(
    number: str, form: str, begins_in: tuple[str, str]
) -> None:
    before, region = begins_in
    written = before + form.format(number[:3], number[3:6], number[6:])
    phone = read_phone(written, region)
    assert phone is not None
    assert phone.possible
    assert dialled(written, region) == phone.e164 == f"+1{number}"
    assert digits_of(phone.national) == number
    # With a letter behind it the number is looked up in the numbering plans.
    assert search_suffixes(written, region) == search_suffixes(f"{written} or", region)
    assert search_suffixes(written, region) == search_suffixes(phone.e164, region)


@pytest.mark.parametrize("written", ["6175550123", "1 617 555 0123"])
def test_a_number_of_north_america_without_its_plus_is_none_elsewhere(written: str) -> None:
    phone = read_phone(written, "AT")
    assert phone is not None
    assert dialled(written, "AT") == (phone.e164 if phone.possible else "") != "+16175550123"


@pytest.mark.parametrize("written", ["", "abc", "123", "+49 30 123456", "(030) 12345"])
def test_a_number_is_dialled_only_when_its_length_fits(written: str) -> None:
    phone = read_phone(written, "DE")
    assert dialled(written, "DE") == (phone.e164 if phone and phone.possible else "")


def test_only_what_may_be_a_mobile_number_takes_texts() -> None:
    takes = ("+4915112345678", "+447400123456", "+12025550143", "+353851234567")
    takes_none = ("+49305550101", "+442079460000", "+18005550143", "+491511", "", "030 555", "+1")
    assert [takes_texts(number) for number in takes] == [True] * 4
    assert [number for number in takes_none if takes_texts(number)] == []
