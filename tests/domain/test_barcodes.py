"""Barcodes: the check digit told, zeros in front, and what is none."""

from __future__ import annotations

import csv
from pathlib import Path

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from pim_tui.domain.barcodes import check_digit, read_barcode, same_code


@pytest.mark.parametrize(
    ("text", "kind"),
    [
        ("4014400400007", "EAN-13"),
        ("20267605", "EAN-8"),
        ("036000291452", "UPC-A"),
        ("04252614", "UPC-E"),
        ("10012345678902", "GTIN-14"),
        ("978-3-16-148410-0", "EAN-13"),
        ("٤٠١٤٤٠٠٤٠٠٠٠٧", "EAN-13"),
    ],
)
def test_a_right_one_is_known_by_its_length(text: str, kind: str) -> None:
    found = read_barcode(text)
    assert found is not None
    assert (found.kind, found.right, found.remark) == (kind, True, "")


def test_a_wrong_check_digit_is_told_and_the_digits_stay() -> None:
    found = read_barcode("4014400400008")
    assert found is not None
    assert found.digits == "4014400400008"
    assert found.remark == "the check digit of barcode 4014400400008 is wrong: 7 would be right"
    other = read_barcode("123456789")
    assert other is not None
    assert other.right
    assert "has 9 digits" in other.remark


@pytest.mark.parametrize("text", ["", "1234567", "123456789012345", "0002-3004-X", "²0267605", "12 34"])
def test_what_is_no_barcode(text: str) -> None:
    assert read_barcode(text) is None


def test_zeros_in_front_name_the_same_product() -> None:
    assert same_code("036000291452") == ("036000291452", "0036000291452", "00036000291452")
    assert "036000291452" in same_code("0036000291452")
    assert same_code("00000000") == ("00000000",)
    assert same_code("123456789") == ("123456789",)


@settings(max_examples=100, deadline=None)
@given(st.text(alphabet="0123456789", min_size=7, max_size=13).filter(lambda text: len(text) != 8))
def test_any_other_last_digit_is_wrong(body: str) -> None:
    if len(body) in (7, 11, 12, 13):
        right = check_digit(body)
        rights = [one for one in range(10) if (found := read_barcode(f"{body}{one}")) and found.right]
        assert right in rights
        assert len(body) == 7 or rights == [right]


def test_the_barcodes_of_the_shared_list_are_right(shared: Path) -> None:
    with (shared / "data/products/barcodes_food.csv").open(newline="") as file:
        found = [read_barcode(row["barcode"]) for row in csv.DictReader(file)]
    assert all(one is not None and one.right for one in found)
