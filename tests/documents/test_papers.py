"""Week, month, schedule, card and list, read back from the PDF and as text."""

from __future__ import annotations

import dataclasses
import io

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from pypdf import PdfReader

from pim_tui.documents.document import Document
from pim_tui.documents.fonts import Fonts
from pim_tui.documents.listreport import ListReport
from pim_tui.documents.paper import Printed
from pim_tui.domain.text import cell_width
from pim_tui.lists.spec import Table
from tests.documents.daysheet_samples import CLINIC, CREATED, HOSTILE, NAMES
from tests.documents.paper_samples import (
    PIXELS,
    PRINTED,
    ZONE,
    card,
    everything,
    listed,
    month,
    schedule,
    times,
    week,
)
from tests.walks import some_rows

SIZES = {"A4": (595, 842), "A5": (420, 595), "letter": (612, 792)}
LONG = "Wolfeschlegelsteinhausenbergerdorff" * 9
PAPERS = tuple(everything(NAMES))


def pages(printed: Printed) -> list[str]:
    """The words of each page."""
    return [" ".join(page.extract_text().split()) for page in PdfReader(io.BytesIO(printed.data)).pages]


def words(document: Document, fonts: Fonts, size: str = "A4") -> str:
    """All words of the PDF."""
    return " ".join(pages(document.pdf(CREATED, size=size, fonts=fonts)))


TURNS = tuple(zip(PAPERS, ("A4", "A5", "letter") * 3, strict=False))
"""Each paper on one of the sizes: the layout is one, and pages are read back slowly."""


@pytest.mark.parametrize(("name", "size"), some_rows(TURNS, 5))
def test_a_paper_has_its_size_its_letterhead_and_the_moment(name: str, size: str, roboto: Fonts) -> None:
    printed = everything(NAMES)[name].pdf(CREATED, size=size, fonts=roboto)
    first, *_ = PdfReader(io.BytesIO(printed.data)).pages
    found = (round(float(first.mediabox.width)), round(float(first.mediabox.height)))
    assert sorted(found) == sorted(SIZES[size])
    told = pages(printed)[0]
    for part in ("Riverside Clinic", "12 Mill Lane", "+44 113 496 0000", PRINTED, ZONE, "page 1 of"):
        assert part in told


@pytest.mark.parametrize(
    ("name", "size"), [("week", "A5"), ("upright week", "A4"), ("schedule", "letter"), ("list", "A5")]
)
def test_sixty_visits_are_all_there(name: str, size: str, roboto: Fonts) -> None:
    paper = everything(NAMES, 60)[name]
    if name != "list":
        paper = dataclasses.replace(paper, days=paper.days[:2])  # type: ignore[type-var, attr-defined]
    found = words(paper, roboto, size)
    days, marks = (1, [f"{at}.00" for at in range(60)]) if name == "list" else (2, times(60))
    assert [mark for mark in marks if found.count(mark) < days] == []
    assert [name for name in NAMES if name.split()[0] not in found] == []


@pytest.mark.parametrize("name", ["week", "month", "team schedule", "card", "list"])
def test_hostile_and_long_names_harm_nothing_and_push_nothing_out(name: str, roboto: Fonts) -> None:
    printed = everything((*HOSTILE, LONG), 29)[name].pdf(CREATED, fonts=roboto)
    found = " ".join(pages(printed))
    assert not any(ord(char) < 32 for char in found)
    amounts = [f"{at}.00" for at in range(29)]
    marks = {"month": [mark[:5] for mark in times(3)], "card": ["10:30", "45 min"], "list": amounts}.get(
        name, times(29)
    )
    assert [mark for mark in marks if mark not in found] == []
    assert LONG not in found.replace(" ", "")


@pytest.mark.parametrize("name", PAPERS)
@pytest.mark.parametrize(("width", "ascii_only"), [(60, False), (80, True), (132, False)])
def test_text_stays_within_its_width(name: str, width: int, ascii_only: bool) -> None:
    found = everything((*HOSTILE, LONG), 29)[name].text(width=width, ascii_only=ascii_only)
    lines = found.split("\n")
    assert [line for line in lines if cell_width(line) > width] == []
    assert not any(ord(char) < 32 or 0x7F <= ord(char) < 0xA0 for line in lines for char in line)
    assert found.isascii() or not ascii_only


@pytest.mark.parametrize("name", ["month", "card"])
def test_the_same_paper_is_the_same_file(name: str, roboto: Fonts) -> None:
    one = everything(NAMES)[name]
    dressed = dataclasses.replace(one, clinic=dataclasses.replace(CLINIC, logo=PIXELS))  # type: ignore[type-var]
    data = dressed.pdf(CREATED, fonts=roboto).data
    assert data == dressed.pdf(CREATED, fonts=roboto).data
    (picture,) = PdfReader(io.BytesIO(data)).pages[0].images
    assert picture.image is not None
    assert picture.image.size == (60, 24)


@pytest.mark.parametrize("name", ["week", "month", "schedule", "card", "list"])
def test_a_paper_of_nothing_says_so(name: str, roboto: Fonts) -> None:
    nothing = card("Doe, Jane", 0) if name == "card" else everything(NAMES, 0)[name]
    found, text = words(nothing, roboto), nothing.text()
    said = {"card": "No visits are booked.", "list": "0 rows", "month": "0 visits"}.get(
        name, "no visits" if "week" in name else "No appointments from"
    )
    assert said in found
    assert said in " ".join(text.split())


def test_a_week_hides_a_free_weekend_and_explains_initials(roboto: Fonts) -> None:
    free = week(NAMES, 2)
    assert "Sat 28 Nov" not in words(free, roboto)
    busy = dataclasses.replace(
        free, days=(*free.days[:5], dataclasses.replace(free.days[5], visits=free.days[0].visits))
    )
    found = words(busy, roboto)
    assert "Sat 28 Nov" in found
    assert "DL Dr Lee · AB Anna Berg" in found
    assert "DL Dr Lee" in busy.text()


def test_seven_narrow_columns_cut_no_time(roboto: Fonts) -> None:
    five = week(["Doe, Jane"], 8, landscape=False)
    seven = dataclasses.replace(
        five, days=tuple(dataclasses.replace(one, visits=five.days[0].visits) for one in five.days)
    )
    found = words(seven, roboto, "A5")
    assert [time for time in times(8) if found.count(time) != 7] == []
    assert found.count("08:20-08:30 M") == 7


def test_a_month_counts_what_its_boxes_have_no_room_for(roboto: Fonts) -> None:
    found = words(month(["Doe, Jane"], 40), roboto)
    assert "40 · 6 h 40 min" in found
    shown = found.count("Doe, Jane") // 30
    assert found.count(f"+{40 - shown} more") == 30
    assert "1200 visits · 200 h" in found
    full = words(month(["Doe, Jane"], 4_070), roboto, "A5")
    assert full.count("4070 · 678 h 20 min") == 9
    assert full.count("4070 · 678:20h") == 21  # shorter beside a number of two digits
    assert "+37 more" in month(["Doe, Jane"], 40).text()


def test_a_card_is_large_and_counts_what_comes_later(roboto: Fonts) -> None:
    found = words(card("Doe, Jane", 6, more=3), roboto)
    for part in ("Tuesday 24 November 2026, 10:30", "45 min", "with Dr Lee · Room 2", "and 3 more later"):
        assert part in found
    assert "please tell us as early as you can: +44 113 496 0000" in found


def test_a_list_repeats_its_titles_and_ends_with_its_sums(roboto: Fonts) -> None:
    found = pages(listed(["Doe, Jane"], 120).pdf(CREATED, fonts=roboto))
    assert len(found) > 1
    assert all("Date Time Customer Reason Amount" in page for page in found)
    assert "Only: Status: Missed" in found[0]
    assert "Sum 12,345.00" in found[-1]
    assert "2 of 5,000 rows" in words(dataclasses.replace(listed(["x"], 2), left_out=4_998), roboto)


CELLS = st.text(st.characters(min_codepoint=33, max_codepoint=0x17F, exclude_categories=("Cc",)), max_size=60)


@settings(max_examples=8, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(
    rows=st.lists(st.tuples(CELLS, st.integers(-(10**12), 10**12), CELLS), min_size=1, max_size=5),
    extra=st.integers(0, 12),
    size=st.sampled_from(tuple(SIZES)),
)
def test_amounts_times_and_dates_are_never_cut(
    rows: list[tuple[str, int, str]], extra: int, size: str, roboto: Fonts
) -> None:
    kinds = ("text", "number", "text", *("moment",) * extra)
    cells = tuple(
        (text, f"{amount:,}.00", other, *("Tue 24 Nov 2026 10:30",) * extra) for text, amount, other in rows
    )
    titles = tuple(f"T{at}" for at in range(len(kinds)))
    right = tuple(kind == "number" for kind in kinds)
    table = Table("List", titles, titles, right, (9,) * len(kinds), cells, (), kinds)  # type: ignore[arg-type]
    report = ListReport(CLINIC, table, PRINTED, ZONE)
    found = words(report, roboto, size).replace(" ", "")
    text = report.text(width=60)
    for _, amount, _ in rows:
        assert f"{amount:,}.00" in found
        assert f"{amount:,}.00" in text
    for part in ("Tue", "24", "Nov", "2026", "10:30"):
        assert found.count(part) >= len(rows) * extra


def test_a_schedule_of_the_team_says_with_whom(roboto: Fonts) -> None:
    found = words(schedule(["Doe, Jane"], 2, "Dr Lee"), roboto)
    assert "With Customer Purpose" in found
    assert found.count("Dr Lee") == 10 + 1
    assert "With" not in words(schedule(["Doe, Jane"], 2), roboto)
