"""The printed day sheet, read back from the PDF."""

from __future__ import annotations

import io
import logging
import subprocess
import sys

import pytest
from pypdf import PdfReader

from pim_tui.documents.blocks import Total
from pim_tui.documents.daysheet import DaySheet, Section, count_totals, day_sheet, hours
from pim_tui.documents.fonts import Fonts, system_fonts
from pim_tui.documents.paper import Printed
from pim_tui.errors import UsageError
from tests.documents.daysheet_samples import CREATED, HOSTILE, NAMES, row, sheet
from tests.walks import some

MILLIMETRES = 72 / 25.4


def pages(printed: Printed) -> list[str]:
    return [page.extract_text() for page in PdfReader(io.BytesIO(printed.data)).pages]


def words(printed: Printed) -> str:
    return " ".join(" ".join(pages(printed)).split())


@pytest.mark.parametrize("name", NAMES)
def test_a_name_reads_back_as_it_was_written(name: str, roboto: Fonts) -> None:
    printed = day_sheet(sheet(Section("Dr Lee", (row(name),))), CREATED, fonts=roboto)
    assert name in words(printed)
    assert printed.missing == ()
    assert printed.note == ""


def test_everything_about_an_appointment_is_on_the_sheet(roboto: Fonts) -> None:
    full = row(alerts=("Penicillin allergy",), note="Bring the lab results.", status="C")
    found = words(
        day_sheet(sheet(Section("Dr Lee", (full,)), notes=("Vaccines at noon",)), CREATED, fonts=roboto)
    )
    for part in (
        "Riverside Clinic", "12 Mill Lane", "+44 113 496 0000", "Day sheet", "Tue 24 Nov 2026", "Dr Lee",
        "10:30-11:00", "30 min", "Doe, Jane", "52 y, 3 Mar 1974", "+44 113 496 0001", "C", "Room 2",
        "Follow-up - Blood pressure review", "in person", "! Penicillin allergy", "Bring the lab results.",
        "Vaccines at noon", "Mon 23 Nov 2026 16:02", "Europe/London", "page 1 of 1", "1 appointment",
    ):  # fmt: skip
        assert part in found


def test_a_long_name_is_clipped_and_the_time_stays(roboto: Fonts) -> None:
    printed = day_sheet(sheet(Section("Dr Lee", (row("Wolfe" * 200),))), CREATED, fonts=roboto)
    found = words(printed)
    assert "10:30-11:00" in found
    assert "…" in found
    assert "Wolfe" * 200 not in found
    assert printed.pages == 1


@pytest.mark.parametrize("text", some(HOSTILE, 8), ids=range(len(HOSTILE)))
def test_hostile_text_is_printed_without_harm(text: str, roboto: Fonts) -> None:
    hostile = row(
        text, birth=text, phone=text, purpose=text, room=text, mode=text, note=text, alerts=(text,) * 9
    )
    printed = day_sheet(sheet(Section(text, (hostile, row())), notes=(text,)), CREATED, fonts=roboto)
    found = "".join(pages(printed))
    assert "Doe, Jane" in found
    assert not any(ord(char) < 32 and char != "\n" for char in found)
    assert printed.pages <= 2


def test_markup_braces_and_stars_are_printed_literally(roboto: Fonts) -> None:
    found = words(day_sheet(sheet(Section("Lee", (row("{nb} **b** [i]x[/i]"),))), CREATED, fonts=roboto))
    assert "{nb} **b** [i]x[/i]" in found


def test_hostile_text_is_safe_with_the_fonts_of_this_machine_too() -> None:
    rows = tuple(row(text, note=text) for text in HOSTILE)
    printed = day_sheet(sheet(Section("Lee", rows)), CREATED, fonts=Fonts(system_fonts()))
    assert "page 1 of" in words(printed)


def test_a_character_without_a_font_is_marked_counted_and_noted(roboto: Fonts) -> None:
    printed = day_sheet(sheet(Section("Dr Lee", (row("สม"), row("山")))), CREATED, fonts=roboto)
    assert printed.missing == ("ม", "ส", "山")
    assert printed.note == (
        "3 characters could not be printed on this machine (shown as ?); "
        "install a font for Chinese and Japanese, Thai."
    )
    assert printed.note in words(printed)
    assert words(printed).count("?") == 3 + 1


def test_nothing_of_the_text_reaches_the_log(roboto: Fonts, capfd: pytest.CaptureFixture[str]) -> None:
    root, heard = logging.getLogger(), io.StringIO()
    listener = logging.StreamHandler(heard)
    root.addHandler(listener)
    try:
        day_sheet(sheet(Section("Lee", (row("\x1b]0;x\x07 สมชาย"),))), CREATED, fonts=roboto)
    finally:
        root.removeHandler(listener)
    assert heard.getvalue() == ""
    assert capfd.readouterr() == ("", "")


@pytest.mark.parametrize(
    ("size", "width", "height"), [("A4", 210, 297), ("a5", 148, 210), ("letter", 215.9, 279.4)]
)
def test_paper_sizes(size: str, width: float, height: float, roboto: Fonts) -> None:
    printed = day_sheet(sheet(Section("Dr Lee", (row(),) * 30)), CREATED, size=size, fonts=roboto)
    for page in PdfReader(io.BytesIO(printed.data)).pages:
        assert float(page.mediabox.width) == pytest.approx(width * MILLIMETRES, abs=0.05)
        assert float(page.mediabox.height) == pytest.approx(height * MILLIMETRES, abs=0.05)


def test_an_unknown_paper_size_is_refused(roboto: Fonts) -> None:
    with pytest.raises(UsageError, match="foolscap"):
        day_sheet(sheet(), CREATED, size="foolscap", fonts=roboto)


def test_each_staff_member_begins_a_page_when_asked(roboto: Fonts) -> None:
    both = sheet(Section("Dr Lee", (row(),)), Section("Nurse Bob", (row(),)), Section("Idle Ida"))
    apart = pages(day_sheet(both, CREATED, per_staff=True, fonts=roboto))
    assert ["Dr Lee" in apart[0], "Nurse Bob" in apart[1], "No appointments." in apart[2]] == [True] * 3
    assert "Nurse Bob" not in apart[0]
    assert all("Riverside Clinic" in page for page in apart)
    together = pages(day_sheet(both, CREATED, fonts=roboto))
    assert len(together) == 1
    assert "Idle Ida" not in together[0]


def test_one_staff_members_sheet_shows_nobody_else(roboto: Fonts) -> None:
    both = sheet(Section("Dr Lee", (row("Doe, Jane"),)), Section("Nurse Bob", (row("Roe, Rick"),)))
    found = words(day_sheet(both.of("Nurse Bob"), CREATED, fonts=roboto))
    assert "Roe, Rick" in found
    assert "Doe, Jane" not in found


@pytest.mark.parametrize("empty", [sheet(), sheet(Section("Dr Lee"))])
def test_an_empty_day_says_so(empty: DaySheet, roboto: Fonts) -> None:
    assert empty.empty
    assert "No appointments on Tue 24 Nov 2026." in words(day_sheet(empty, CREATED, fonts=roboto))


def test_long_days_repeat_the_titles_and_number_the_pages(roboto: Fonts) -> None:
    rows = tuple(row(f"Customer {number:03d}") for number in range(120))
    found = pages(day_sheet(sheet(Section("Dr Lee", rows)), CREATED, fonts=roboto))
    for number, page in enumerate(found, 1):
        assert f"page {number} of {len(found)}" in page
        assert "Customer" in page.split("Customer 0")[0] or "Purpose" in page
    assert "Dr Lee · Tue 24 Nov 2026" in found[1]
    everything = "".join(found)
    assert all(f"Customer {number:03d}" in everything for number in range(120))


def test_the_same_sheet_is_the_same_file(roboto: Fonts) -> None:
    one = sheet(Section("Dr Lee", tuple(map(row, NAMES))))
    assert day_sheet(one, CREATED).data == day_sheet(one, CREATED).data
    assert day_sheet(one, CREATED, fonts=roboto).data == day_sheet(one, CREATED, fonts=roboto).data


def test_only_the_characters_in_use_are_embedded(roboto: Fonts) -> None:
    assert len(day_sheet(sheet(Section("Dr Lee", (row(),))), CREATED, fonts=roboto).data) < 20_000


def test_totals_count_what_occupies_time() -> None:
    rows = [row(status=letter) for letter in "SSCMX"]
    assert count_totals(rows) == (
        Total("Appointments", "4"),
        Total("Booked", "1 h 30 min"),
        Total("Completed", "1"),
        Total("Missed", "1"),
        Total("Canceled", "1"),
    )


def test_alerts_beyond_three_are_counted_and_blank_ones_left_out(roboto: Fonts) -> None:
    one = row(alerts=("Allergy", " ", "Diabetes", "Warfarin", "Falls", "Deaf"))
    found = words(day_sheet(sheet(Section("Dr Lee", (one,))), CREATED, fonts=roboto))
    assert "! Allergy ! Diabetes ! Warfarin ! and 2 more alerts" in found


@pytest.mark.parametrize(
    ("minutes", "words"), [(0, "0 min"), (45, "45 min"), (60, "1 h"), (330, "5 h 30 min")]
)
def test_lengths_of_time(minutes: int, words: str) -> None:
    assert hours(minutes) == words


def test_given_totals_are_printed_instead(roboto: Fonts) -> None:
    one = sheet(Section("Dr Lee", (row(),), (Total("Expected takings", "120.00"),)))
    assert "Expected takings 120.00" in words(day_sheet(one, CREATED, fonts=roboto))


def test_the_pdf_library_loads_when_first_used() -> None:
    code = (
        "import sys, pim_tui.documents.daysheet, pim_tui.documents.plaintext\n"
        "print([m for m in ('fpdf', 'fontTools', 'uharfbuzz', 'PIL') if m in sys.modules])"
    )
    done = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True)
    assert done.stdout == "[]\n"
