"""The generic list pane, its filter line, and the small widgets of the profile."""

from __future__ import annotations

from datetime import date
from typing import Any, NamedTuple

import pytest
from hypothesis import given
from hypothesis import strategies as st
from rich.cells import cell_len

from pim_tui.lists.appointments import APPOINTMENTS
from pim_tui.lists.filterline import read_filter
from pim_tui.lists.notes import NOTES
from pim_tui.lists.spec import Choice, Column, Filter, ListSpec, Metric
from pim_tui.queries.page import Page, Totals
from pim_tui.tui.widgets.avatar import avatar
from pim_tui.tui.widgets.facts import Fact, FactSheet, flowed
from pim_tui.tui.widgets.listpane import ListPane
from pim_tui.tui.widgets.tabs import TabBar
from tests.tui.gridstage import SHEETS, sheets
from tests.tui.gridstage import Stage as Bare
from tests.tui.screentext import screen_lines

TODAY = date(2026, 11, 23)
SEVEN = ("Sale", "Income", "Borrow", "Dispense", "Appointment", "Note", "Document")


class Stage(Bare):
    """The bare app with the sheet of the pane."""

    CSS = sheets() + (SHEETS / "profile.tcss").read_text("utf-8")


class Row(NamedTuple):
    id: int
    name: str


def spec(**more: Any) -> ListSpec[Row]:
    def nothing(*_: Any) -> Page[Row]:
        return Page((), Totals(0))

    return ListSpec("rows", "Rows", Row, nothing, (Column("Name", "name", width=10, grow=True),), **more)


def pane(of: ListSpec[Any]) -> ListPane:
    return ListPane(of, "Europe/Berlin", TODAY, "dmy")


# --- the pane ----------------------------------------------------------------------------------------


async def test_rows_are_asked_for_when_first_shown_and_again_only_when_stale() -> None:
    app = Stage(one := pane(spec()))
    async with app.run_test(size=(80, 24)) as pilot:
        one.ready()
        one.ready()
        await pilot.pause()
        assert [message.offset for message in app.heard if isinstance(message, ListPane.Wanted)] == [0]
        one.display = False
        one.stale()
        await pilot.pause()
        assert len([message for message in app.heard if isinstance(message, ListPane.Wanted)]) == 1
        one.display = True
        one.ready()
        await pilot.pause()
        assert len([message for message in app.heard if isinstance(message, ListPane.Wanted)]) == 2


async def test_what_another_desk_changed_is_asked_for_as_far_as_the_cursor_came() -> None:
    rows = [Row(n, f"row {n}") for n in range(1, 251)]
    app = Stage(one := pane(spec()))
    async with app.run_test(size=(80, 24)) as pilot:
        one.show(rows, more=True)
        one.stale(quiet=True)
        await pilot.pause()
        wanted = app.last(ListPane.Wanted)
        assert (wanted.offset, wanted.again, wanted.quiet) == (0, True, True)
        assert (one.count, one.reach) == (250, 200)
        one.table.go_to(40)
        assert one.reach == 239
        one.table.go_to(100)
        assert one.reach == 250
        one.stale()
        await pilot.pause()
        assert app.last(ListPane.Wanted).quiet is False


async def test_the_next_page_is_asked_for_before_the_end_is_reached_and_follows_the_first() -> None:
    rows = [Row(n, f"row {n}") for n in range(1, 301)]
    app = Stage(one := pane(spec()))
    async with app.run_test(size=(80, 24)) as pilot:
        one.show(rows[:200], more=True)
        one.table.focus()
        await pilot.press("end")
        await pilot.pause()
        assert app.last(ListPane.Wanted).offset == 200
        one.show(rows[200:], 200)
        await pilot.press("end")
        await pilot.pause()
        assert one.row == rows[-1]
        assert app.last(ListPane.Wanted).offset == 200


async def test_a_list_nobody_knew_of_shows_its_rows_and_sums() -> None:
    one = pane(spec(metrics=(Metric("Owed", "owed"), Metric("Paid", "paid"))))
    app = Stage(one)
    async with app.run_test(size=(60, 12)) as pilot:
        one.show([Row(1, "[b]first[/b]"), Row(2, "second")])
        one.add_up(2, (("Owed", "12"), ("Paid", "0")))
        await pilot.pause()
        shown = screen_lines(app)
        assert shown[0].split() == ["Name"]
        assert shown[1] == "▶[b]first[/b]"
        assert any("2 rows: Owed 12" in line for line in shown)
        assert "Paid" not in "".join(shown)


# --- the filter line ---------------------------------------------------------------------------------

FILTERS = (
    Filter("status", "Status", "choice", (Choice("S", "Scheduled"), Choice("M", "Missed"))),
    Filter("days", "Dates", "days"),
    Filter("type", "Type", "choice"),
    Filter("text", "Containing", "text"),
)
TYPES = {"type": (Choice("1", "Follow-up"), Choice("2", "First visit"))}


def read(line: str) -> Any:
    return read_filter(line, FILTERS, TYPES, today=TODAY)


@pytest.mark.parametrize(
    ("line", "told"),
    [
        ("missed", ("Status: Missed",)),
        ("mis sched", ("Status: Missed, Scheduled",)),
        ("first visit", ("Type: First visit",)),
        ("follow knee", ("Type: Follow-up", "Containing: knee")),
        ("last month", ("Dates: Last month",)),
        ("1st visit", ("Containing: 1st visit",)),
        ("fir vis knee", ("Type: First visit", "Containing: knee")),
        ("up to today missed", ("Status: Missed", "Dates: Up to today")),
        ("from 1 dec to 24 dec", ("Dates: from 1 Dec 2025 to 24 Dec 2025",)),
        ("since +7d", ("Dates: from 30 Nov 2026",)),
        ("from nowhere", ("Containing: from nowhere",)),
        ("mi", ("Containing: mi",)),
        ("", ()),
    ],
)
def test_a_line_means_what_its_words_are(line: str, told: tuple[str, ...]) -> None:
    assert read(line).told == told


def test_days_of_what_was_done_are_over_and_those_of_visits_may_come() -> None:
    assert read("from 1 jan").told == ("Dates: from 1 Jan 2026",)
    assert read("since 1 nov until 30 nov").told == ("Dates: from 1 Nov 2026 to 30 Nov 2026",)
    visits = read_filter("from 1 dec to 15 jan", APPOINTMENTS.filters, {}, today=TODAY)
    assert visits.told == ("Dates: from 1 Dec 2026 to 15 Jan 2027",)


def test_a_list_without_a_text_filter_says_what_it_did_not_understand() -> None:
    narrowed = read_filter("missed knee", FILTERS[:1], {}, today=TODAY)
    assert narrowed.chosen == {"status": ("M",)}
    assert narrowed.told == ("Status: Missed", "not understood: knee")
    again = read_filter("visit", FILTERS[2:3], TYPES, today=TODAY)
    assert again.told == ("Type: First visit",)


def test_withdrawn_notes_are_asked_for_by_their_name() -> None:
    assert read_filter("withdr", NOTES.filters, {}, today=TODAY).chosen == {"withdrawn": True}


@given(st.text())
def test_any_line_has_a_reading(line: str) -> None:
    assert set(read(line).chosen) <= {"status", "days", "type", "text"}


# --- small widgets -----------------------------------------------------------------------------------


@given(st.text(max_size=80), st.integers(2, 30))
def test_flowed_text_fits_and_loses_nothing(text: str, width: int) -> None:
    lines = flowed(text, lambda _: width)
    assert all(cell_len(line) <= width for line in lines)


def test_every_picture_is_rectangular_and_has_a_twin_in_ascii() -> None:
    for sex in ("F", "M", "X", ""):
        for big in (False, True):
            drawn = avatar(sex, big=big)
            assert {len(line) for line in drawn.lines} == {drawn.width}
            assert all(line.isascii() for line in avatar(sex, big=big, ascii_only=True).lines)
    assert len({avatar(sex, big=big) for sex in "FMX" for big in (False, True)}) == 6


@pytest.mark.parametrize("width", [80, 54, 30])
async def test_seven_tabs_stay_on_one_line(width: int) -> None:
    app = Stage(bar := TabBar(SEVEN))
    async with app.run_test(size=(width, 3)) as pilot:
        bar.styles.height = 1
        bar.open(3)
        await pilot.pause()
        line = screen_lines(app)[0]
        assert "[Dispense]" in line
        if width == 80:
            assert line.split() == ["Sale", "Income", "Borrow", "[Dispense]", *SEVEN[4:]]
        if width == 54:
            assert line == "Sale Income Borrow[Dispense]Appointment Note Document"


async def test_what_has_no_room_is_said_to_be_missing_and_the_urgent_stays() -> None:
    app = Stage(sheet := FactSheet(more="more below"))
    async with app.run_test(size=(20, 6)) as pilot:
        facts = [Fact("! latex", style="alert", rank=9), *(Fact(f"fact {n}", rank=1) for n in range(9))]
        sheet.show("F", [Fact("Jane")], facts)
        await pilot.pause()
        shown = screen_lines(app)
        assert shown[3].startswith(" ! latex")
        assert shown[5].startswith(" more below")
