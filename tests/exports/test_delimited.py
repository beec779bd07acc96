"""CSV and JSON Lines: every text comes back, and no cell is carried out by a spreadsheet."""

from __future__ import annotations

import csv
import io
import json

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from pim_tui.domain.formulas import defused, restored
from pim_tui.domain.text import clean
from pim_tui.exports import delimited, jsonlines, people, visits
from tests.exports.samples import KEY, at, person, visit

TEXTS = st.text(max_size=60) | st.text(alphabet=" '=+-@|\t\"\n,;＝\xa0a1", max_size=12)


@given(st.lists(TEXTS, min_size=1, max_size=4))
@settings(max_examples=100, deadline=None)
def test_any_text_survives_and_none_is_a_formula(texts: list[str]) -> None:
    kept = [clean(text, lines=True) for text in texts]
    out = io.StringIO(newline="")
    delimited.write(out, [kept])
    (cells,) = csv.reader(io.StringIO(out.getvalue(), newline=""), strict=True)
    assert not any(cell.lstrip().startswith(tuple("=+-@|\t\r＝＋－＠")) for cell in cells)
    assert [restored(cell) for cell in cells] == kept
    again = io.StringIO()
    jsonlines.write(again, jsonlines.documents([str(n) for n in range(len(kept))], [kept]))
    assert list(json.loads(again.getvalue()).values()) == kept
    assert again.getvalue().count("\n") == 1


@pytest.mark.parametrize("text", ["=1+1", "  =1+1", "+49 30 1", "-5", "@x", "|x", "'=1", "''  =1", "＝1"])
def test_what_a_spreadsheet_would_carry_out_gets_one_apostrophe_more(text: str) -> None:
    assert defused(text) == f"'{text}"
    assert restored(defused(text)) == text


@pytest.mark.parametrize("text", ["", "Jane", "'t Hooft", "'s-Gravenhage", "1 = 1", "a@b", "''"])
def test_everything_else_stays_as_it_is(text: str) -> None:
    assert defused(text) == text == restored(text)


def test_an_appointment_is_a_row_of_iso_dates_and_whole_numbers() -> None:
    seen = visit(
        at("2026-11-23 10:30"),
        version=3,
        sequence=2,
        reason="=cmd|' /C calc'!A0",
        status="C",
        arrived_at=at("2026-11-23 10:25"),
    )
    (row,) = visits.rows([seen], KEY)
    found = dict(zip(visits.COLUMNS, row, strict=True))
    assert found["uid"] == f"visit-7@{KEY}.pim-tui"
    assert (found["date"], found["time"], found["start"]) == ("2026-11-23", "10:30", "2026-11-23T09:30:00Z")
    assert (found["minutes"], found["sequence"], found["status"]) == (30, 4, "completed")
    assert (found["arrived_at"], found["left_at"]) == ("2026-11-23T09:25:00Z", None)
    out = io.StringIO(newline="")
    delimited.write(out, [visits.COLUMNS, row])
    assert "\"'=cmd|' /C calc'!A0\"" in out.getvalue()
    assert out.getvalue().count("\r\n") == 2


def test_more_phones_than_columns_share_the_last_one() -> None:
    many = tuple(("", str(number)) for number in range(100, 112))
    header, (row,) = people.columns(12, 0), people.rows([person(phones=many)], 12, 0, KEY)
    found = dict(zip(header, row, strict=True))
    assert found["Phone 9 - Value"] == "108"
    assert found["Phone 10 - Value"] == "109 ::: 110 ::: 111"
    assert not any(name.startswith("E-mail") for name in header)
