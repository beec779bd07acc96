"""Receipts in the language of receipt printers: the right letters, and nothing a name could command."""

from __future__ import annotations

import re
from dataclasses import replace

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from pim_tui.documents.billpaper import BillPaper
from pim_tui.documents.escpos import barcode, qr_code, receipt
from pim_tui.documents.slip import SlipLine, slip_of
from pim_tui.documents.testpage import TestPage
from tests.documents.daysheet_samples import CLINIC, CREATED, HOSTILE
from tests.documents.till_samples import bill

EURO = "€".encode("cp858")
PICTURE = b"\x1dv0\x00"


def written(text: str, **how: object) -> bytes:
    """One line as the printer gets it, without the commands around it."""
    made = receipt([SlipLine(text)], cut=False, **how)  # type: ignore[arg-type]
    assert made.startswith(b"\x1b@")
    assert made.endswith(b"\n\n\n")
    return made[2:-3].removesuffix(b"\n")


def test_accents_and_the_euro_are_the_printers_own() -> None:
    assert written("Müller 5 €") == b"M\x1bt\x13\x81ller 5 " + EURO
    assert written("Zoe\u0308") == written("Zoë")
    assert written("ÀÉÎõü§") == b"\x1bt\x13" + "ÀÉÎõü§".encode("cp858")


def test_another_page_is_set_only_where_a_letter_needs_it() -> None:
    assert written("éłé") == b"\x1bt\x13\x82l\x82"  # as near as the only page comes
    both = written("éłéł", pages=(858, 852))
    assert both == b"\x1bt\x13\x82\x1bt\x12\x88\x82\x88"  # the Central European page has both
    assert written("Иван €", pages=(858, 866)) == b"\x1bt\x11" + "Иван ".encode("cp866") + b"\x1bt\x13" + EURO


def test_a_name_without_letters_becomes_a_picture() -> None:
    made = written("Иван Петров")
    assert made.startswith(PICTURE)
    wide, tall = int.from_bytes(made[4:6], "little"), int.from_bytes(made[6:8], "little")
    assert wide * 8 == 48 * 12
    picture = made[8 : 8 + wide * tall]
    assert len(picture) == wide * tall
    assert any(picture)
    assert written("Fine? Yes?") == b"Fine? Yes?"


@given(st.text(st.characters(max_codepoint=0xFF), max_size=60))
@settings(max_examples=60, deadline=None)
def test_no_letter_of_a_name_is_a_command(text: str) -> None:
    made = re.sub(rb"\x1bt[\x00-\x13]", b"", written(text))
    assert min(made, default=0x20) >= 0x20 or made.startswith(PICTURE)


def test_hostile_bills_stay_within_their_width() -> None:
    for words in HOSTILE:
        lines = slip_of(BillPaper(bill((words,), 1)), 42)
        assert all(len(line.text) <= (21 if line.large else 42) for line in lines)


def test_a_receipt_says_all_that_its_roll_says() -> None:
    sold = bill(count=3)
    text = "\n".join(line.text for line in slip_of(BillPaper(sold), 48))
    for told in (sold.heading, sold.clinic.name, "Ibuprofen 400 mg", sold.figures(sold.total), sold.measure):
        assert told in text
    copy = slip_of(BillPaper(replace(sold, copy=2)), 48)
    assert SlipLine("COPY 2", bold=True, large=True, middle=True) in copy


def test_the_drawer_opens_and_the_paper_is_cut_only_when_asked() -> None:
    plain = receipt([SlipLine("x")], cut=False)
    assert b"\x1bp" not in plain
    assert b"\x1dV" not in plain
    asked = receipt([SlipLine("x")], kick=True)
    assert asked.index(b"\x1bp\x00") < asked.index(b"x")
    assert asked.endswith(b"\x1dV\x42\x03")


def test_squares_and_bars_carry_their_text() -> None:
    assert b"\x1d(k\x07\x001P0ABCD" in qr_code("ABCD")
    assert b"\x1dk\x04A-1\x00" in barcode("a-1\x00\x1b")


@pytest.mark.parametrize("size", ["a4", "a5", "letter", "roll"])
def test_the_test_page_fits_one_sheet(size: str) -> None:
    made = TestPage(CLINIC, "front", "Mon 23 Nov 2026 16:02").pdf(CREATED, size=size)
    assert made.pages == 1
    assert made.data.startswith(b"%PDF")
