"""The day sheet as plain text."""

from __future__ import annotations

import pytest

from pim_tui.documents.daysheet import Section
from pim_tui.documents.plaintext import day_sheet
from pim_tui.domain.text import cell_width, to_ascii
from pim_tui.errors import UsageError
from tests.documents.daysheet_samples import HOSTILE, NAMES, row, sheet

SMALL = """\
Riverside Clinic                                                       Day sheet
12 Mill Lane                                                     Tue 24 Nov 2026
Leeds LS1 4AB
+44 113 496 0000
================================================================================

Dr Lee
--------------------------------------------------------------------------------
Arr Done Time           Min   Customer               Purpose
[ ] [ ]  10:30-11:00     30 S Doe, Jane              Follow-up - Blood pressure…
         52 y, 3 Mar 1974 · +44 113 496 0001 · Room 2 · in person
         ! Penicillin allergy
         Bring the lab results.
--------------------------------------------------------------------------------
Appointments 1 · Booked 30 min

Vaccines at noon
================================================================================
Printed Mon 23 Nov 2026 16:02 · times in Europe/London
S scheduled · C completed · M missed · X canceled
"""


def test_the_whole_sheet() -> None:
    one = row(alerts=("Penicillin allergy",), note="Bring the lab results.")
    assert day_sheet(sheet(Section("Dr Lee", (one,)), notes=("Vaccines at noon",))) == SMALL


@pytest.mark.parametrize("width", [60, 80, 132])
@pytest.mark.parametrize("ascii_only", [False, True])
@pytest.mark.parametrize("text", HOSTILE, ids=range(len(HOSTILE)))
def test_hostile_text_stays_in_its_cell(text: str, width: int, ascii_only: bool) -> None:
    hostile = row(text, birth=text, purpose=text, note=text, alerts=(text,) * 9, status=text, time=text)
    found = day_sheet(
        sheet(Section(text, (hostile, row())), notes=(text,)), width=width, ascii_only=ascii_only
    )
    lines = found.split("\n")
    assert len(lines) < 50
    assert all(cell_width(line) <= width for line in lines)
    assert not any(ord(char) < 32 or 0x7F <= ord(char) < 0xA0 for line in lines for char in line)
    assert found.isascii() or not ascii_only


@pytest.mark.parametrize("name", [*NAMES, "山田 太郎", "สมชาย ใจดี"])
def test_columns_keep_their_place_whatever_the_script(name: str) -> None:
    line = next(
        line for line in day_sheet(sheet(Section("Lee", (row(name),)))).split("\n") if "10:30" in line
    )
    assert cell_width(line[: line.index("Follow-up")]) == 53


def test_form_feeds_only_when_asked() -> None:
    both = sheet(Section("Dr Lee", (row(),)), Section("Nurse Bob", (row(),)))
    assert "\f" not in day_sheet(both)
    assert [page.count("Riverside Clinic") for page in day_sheet(both, per_staff=True).split("\f")] == [1, 1]


def test_an_empty_day_says_so() -> None:
    assert "No appointments on Tue 24 Nov 2026." in day_sheet(sheet(Section("Dr Lee")))


def test_who_came_is_ticked_and_what_fell_through_has_no_box() -> None:
    rows = (row(), row(arrived=True), *(row(status=status) for status in "CMX"))
    lines = [line for line in day_sheet(sheet(Section("Lee", rows))).split("\n") if "10:30" in line]
    assert [line[:7] for line in lines] == ["[ ] [ ]", "[x] [ ]", "[x] [x]", " " * 7, " " * 7]


@pytest.mark.parametrize(
    ("text", "plain"),
    [
        ("Müller", "Muller"),
        ("Łódź Straße", "Lodz Strasse"),
        ("Nguyễn", "Nguyen"),
        ("山田", "??"),
        ("ﬁ…", "fi~"),
    ],
)
def test_ascii_drops_accents(text: str, plain: str) -> None:
    assert to_ascii(text) == plain


def test_a_width_too_small_is_refused() -> None:
    with pytest.raises(UsageError, match="40 columns"):
        day_sheet(sheet(), width=40)
