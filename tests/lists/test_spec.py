"""Lists as data: what fits, what is shown, and that everything prints what the screen shows."""

from __future__ import annotations

from datetime import date
from decimal import Decimal
from pathlib import Path
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from pim_tui.db.connection import Book
from pim_tui.domain.bills import BILLS
from pim_tui.domain.customer import CustomerFields
from pim_tui.integrations.inbox import Inbox
from pim_tui.lists.appointments import APPOINTMENTS
from pim_tui.lists.bills import BORROW, DISPENSE, SALE, clinic_wide
from pim_tui.lists.notes import NOTES
from pim_tui.lists.periods import custom, periods
from pim_tui.lists.spec import GAP, ListSpec, Scope, shown, values
from pim_tui.lists.tabs import TABS
from pim_tui.queries.page import Page
from pim_tui.services.customers import CreateCustomer, create_customer
from pim_tui.services.files import AttachFile, attach_document
from pim_tui.services.notes import AddNote, add_note
from tests.services.desk import TODAY, ZONE, appointment, desk
from tests.services.posted import Posted, Sold


@pytest.fixture
def jane(book: Book, tmp_path: Path) -> Scope:
    id_ = create_customer(desk(), CreateCustomer(CustomerFields(first="Jane", last="Doe"))).ids[0]
    appointment(id_, date(2026, 5, 4), status="C", minutes=45, reason="Blood pressure")
    appointment(id_, date(2026, 12, 1), mode="virtual")
    add_note(desk(), AddNote(id_, "Slept badly.\nMore tomorrow."))
    inbox = Inbox(tmp_path / "inbox")
    inbox.files()
    (inbox.folder / "letter.txt").write_text("Dear colleague", "utf-8")
    attach_document(desk(), AttachFile(id_, inbox, "letter.txt"))
    for kind in BILLS:
        Posted().bill(id_, Sold(total=123456), kind=kind, paid=23456)
    return Scope(id_, ZONE)


def read(spec: ListSpec[Any], scope: Scope, **chosen: object) -> Page[Any]:
    return spec.query(scope, chosen, 50, 0)


def test_a_table_holds_what_the_screen_shows(jane: Scope) -> None:
    page = read(APPOINTMENTS, jane)
    table = APPOINTMENTS.table(page, ZONE)

    assert table.titles == (
        "Date", "Time", "Length", "Type", "Staff", "Room", "Mode", "Status", "Late", "Reason",
    )  # fmt: skip
    assert table.rows == (
        ("Tue 1 Dec 2026", "10:30", "30 min", "", "Dr Who", "", "virtual", "S Scheduled", "", ""),
        (
            "Mon 4 May 2026", "10:30", "45 min", "", "Dr Who", "", "in person", "C Completed", "",
            "Blood pressure",
        ),
    )  # fmt: skip
    assert table.rows == tuple(APPOINTMENTS.cells(row, ZONE) for row in page.rows)
    assert table.sums == (
        ("Scheduled", "1"), ("Completed", "1"), ("Missed", "0"), ("Canceled", "0"), ("Time", "75 min"),
    )  # fmt: skip


def test_a_table_for_programs_holds_iso_days_and_codes(jane: Scope) -> None:
    table = APPOINTMENTS.table(read(APPOINTMENTS, jane), ZONE, plain=True)
    notes = NOTES.table(read(NOTES, jane), ZONE, plain=True)

    assert table.keys[:3] == ("day", "wall", "minutes")
    assert table.rows[1] == (
        "2026-05-04",
        "10:30",
        "45",
        "",
        "Dr Who",
        "",
        "in_person",
        "C",
        "",
        "Blood pressure",
    )
    assert notes.rows == (("2026-11-23T09:00:00+01:00", "Dr Who", "Slept badly.\nMore tomorrow.", "false"),)


def test_amounts_are_grouped_for_people_and_plain_for_programs(jane: Scope) -> None:
    page = read(SALE, jane)
    people, programs = SALE.table(page, ZONE), SALE.table(page, ZONE, plain=True)
    at = people.keys.index("left")

    assert (people.rows[0][at], programs.rows[0][at]) == ("1,000.00", "1000.00")
    assert values(page.rows[0], SALE.columns, ZONE)[at] == Decimal("1000.00")
    assert people.to_the_right[at]
    assert ("Left", "1,000.00") in people.sums
    assert people.rows[0][people.keys.index("status")] == "H Part paid"
    assert programs.rows[0][people.keys.index("status")] == "part"


@pytest.mark.parametrize(
    ("spec", "width", "kept"),
    [
        (SALE, 54, ["day", "items", "left", "status"]),
        (BORROW, 54, ["items", "due_on", "loan", "left"]),
        (DISPENSE, 54, ["day", "items", "lots", "status"]),
        (clinic_wide(SALE), 79, ["code", "day", "customer", "items", "left", "status"]),
    ],
    ids=["sale", "borrow", "dispense", "clinic-wide"],
)
def test_bills_keep_in_eighty_columns_what_is_asked_first(
    spec: ListSpec[Any], width: int, kept: list[str]
) -> None:
    assert [column.attribute for column in spec.fitting(width)] == kept


def test_sums_follow_the_filters(jane: Scope) -> None:
    page = read(APPOINTMENTS, jane, status=("C",), days=custom(date(2026, 1, 1), None), text="blood")

    assert [row.reason for row in page.rows] == ["Blood pressure"]
    assert dict(APPOINTMENTS.sums(page, ZONE)) == {
        "Scheduled": "0", "Completed": "1", "Missed": "0", "Canceled": "0", "Time": "45 min",
    }  # fmt: skip
    assert read(NOTES, jane, text="nothing like it").rows == ()


@pytest.mark.parametrize("spec", TABS, ids=lambda spec: spec.key)
def test_every_spec_is_whole(spec: ListSpec[Any], jane: Scope) -> None:
    page = read(spec, jane)

    assert page.total == len(page.rows) > 0
    assert all(isinstance(row, spec.row) for row in page.rows)
    assert {metric.key for metric in spec.metrics} <= set(page.sums)
    assert sum(column.grow for column in spec.columns) == 1
    assert [one.key for one in spec.filters if one.load and one.load() is None] == []
    assert read(spec, Scope(jane.whose + 1, ZONE)).rows == ()


@given(spec=st.sampled_from(TABS), width=st.integers(1, 250))
def test_columns_fit_and_the_least_important_go_first(spec: ListSpec[Any], width: int) -> None:
    columns = spec.fitting(width)
    widths = spec.widths(width)

    assert list(columns) == [column for column in spec.columns if column in columns]
    gone = [column.rank for column in spec.columns if column not in columns]
    assert max(gone, default=0) <= min(column.rank for column in columns)
    if len(columns) > 1:
        assert sum(widths) + GAP * (len(widths) - 1) <= width


def test_eighty_columns_keep_what_matters() -> None:
    kept = [column.attribute for column in APPOINTMENTS.fitting(80)]

    assert kept[:2] == ["day", "wall"]
    assert {"type_name", "staff", "status"} <= set(kept)
    assert "room" not in kept


@pytest.mark.parametrize(
    ("value", "kind", "text"),
    [
        (None, "day", ""),
        ("", "mode", ""),
        (0, "minutes", "0 min"),
        (False, "yes", ""),
        ("a\nb", "lines", "a b"),
        ("M", "status", "M Missed"),
        (0, "moment", "Thu 1 Jan 1970 01:00"),
        (0, "money", "0.00"),
        (0, "side", ""),
        (-123456, "side", "-1,234.56"),
        ("part", "paid", "H Part paid"),
    ],
)
def test_values_are_shown_in_words(value: object, kind: Any, text: str) -> None:
    assert shown(value, kind, ZONE) == text


def test_periods_of_a_monday_in_the_last_week_of_november() -> None:
    spans = {period.key: (period.first, period.last) for period in periods(TODAY)}

    assert spans["today"] == (TODAY, TODAY)
    assert spans["week"] == (date(2026, 11, 23), date(2026, 11, 29))
    assert spans["last_week"] == (date(2026, 11, 16), date(2026, 11, 22))
    assert spans["month"] == (date(2026, 11, 1), date(2026, 11, 30))
    assert spans["last_month"] == (date(2026, 10, 1), date(2026, 10, 31))
    assert spans["coming"] == (TODAY, None)


@given(st.dates(date(1900, 2, 1), date(2200, 1, 1)))
def test_periods_are_spans_next_to_each_other(today: date) -> None:
    spans = {period.key: period for period in periods(today)}

    for key in ("today", "week", "month", "year"):
        first, last = spans[key].first, spans[key].last
        assert first is not None and last is not None and first <= today <= last  # noqa: PT018
    for before, after in (("last_week", "week"), ("last_month", "month")):
        assert (spans[after].first - spans[before].last).days == 1  # type: ignore[operator]
    assert spans["last_month"].first.day == 1  # type: ignore[union-attr]


def test_a_span_typed_the_wrong_way_round_is_put_right() -> None:
    period = custom(date(2026, 2, 1), date(2026, 1, 1))

    assert (period.first, period.last) == (date(2026, 1, 1), date(2026, 2, 1))
