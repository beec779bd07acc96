"""Dates by the whole column: what tells the order, what does not, and cells that do not fit."""

from __future__ import annotations

from collections.abc import Iterable
from datetime import date

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from pim_tui.domain.datecolumns import ColumnOrder, DateColumn, read_date
from pim_tui.domain.dates import Order

WRITTEN: dict[Order, str] = {
    "dmy": "{0.day}/{0.month}/{0.year}",
    "mdy": "{0:%m/%d/%Y}",
    "ymd": "{0:%y/%m/%d}",
}


def order_of(cells: Iterable[str], default: Order) -> ColumnOrder:
    """The order of a column whose cells are at hand."""
    column = DateColumn()
    for cell in cells:
        column.see(cell)
    return column.order(default)


@pytest.mark.parametrize(
    ("cells", "default", "expected"),
    [
        (["07/18/2019", "08/01/2019"], "dmy", ColumnOrder("mdy", 1)),
        (["18.7.2019", "1.8.2019", "", "soon"], "mdy", ColumnOrder("dmy", 1)),
        (["03/04/2026", "05/06/2026"], "mdy", ColumnOrder("mdy")),
        (["03/04/2026", "05/06/2026"], "ymd", ColumnOrder("dmy")),
        (["2026-03-04", "2026/12/31 10:30", "20261231", "4 Mar 2026"], "mdy", ColumnOrder("mdy")),
        (["99/12/31", "98/01/02"], "dmy", ColumnOrder("ymd", 2)),
        (["13/01/2026", "14/01/2026", "01/15/2026"], "mdy", ColumnOrder("dmy", 2, 1)),
        (["13/01/2026", "01/15/2026"], "mdy", ColumnOrder("mdy", 0, 1)),
        (["03/14/2026 9:30 AM", "Tue, 03/04/2026"], "dmy", ColumnOrder("mdy", 1)),
        (["31/31/2026", "1/2/3/4"], "dmy", ColumnOrder("dmy")),
        ([], "mdy", ColumnOrder("mdy")),
    ],
)
def test_the_order_that_most_dates_fit_is_the_column_s(
    cells: list[str], default: Order, expected: ColumnOrder
) -> None:
    assert order_of(cells, default) == expected


def test_what_was_found_is_told() -> None:
    assert ColumnOrder("mdy", 43, 0, 50).told() == "month first (12/31/2026), as 43 dates show"
    assert (
        ColumnOrder("dmy", 2, 1, 9).told() == "day first (31/12/2026), as 2 dates show; 1 cannot be read so"
    )
    assert "the column does not tell" in order_of(["3/4/2026"], "dmy").told()
    assert order_of(["2026-04-03"], "dmy").told() == "each tells year, month and day by itself"


@pytest.mark.parametrize(
    ("text", "order", "expected"),
    [
        ("03/04/2026", "dmy", date(2026, 4, 3)),
        ("03/04/2026", "mdy", date(2026, 3, 4)),
        ("03/04/2026", "ymd", None),
        ("14/3/2026", "mdy", None),
        ("14. 3. 2026", "dmy", date(2026, 3, 14)),
        ("26-03-14", "ymd", date(2026, 3, 14)),
        ("2026-03-14", "dmy", date(2026, 3, 14)),
        ("20260314", "mdy", date(2026, 3, 14)),
        ("Saturday, March 14th, 2026", "dmy", date(2026, 3, 14)),
        ("14-Mar-2026", "mdy", date(2026, 3, 14)),
        ("31 Feb 2026", "dmy", None),
        ("tomorrow", "dmy", None),
        ("14/3", "dmy", None),
        ("", "dmy", None),
    ],
)
def test_a_date_is_read_in_the_order_of_its_column_alone(
    text: str, order: Order, expected: date | None
) -> None:
    assert read_date(text, order) == expected


@settings(max_examples=30)
@given(st.lists(st.dates(date(2000, 1, 1), date(2099, 12, 31)), min_size=1), st.sampled_from(list(WRITTEN)))
def test_a_column_of_one_program_is_read_back(days: list[date], order: Order) -> None:
    cells = [WRITTEN[order].format(day) for day in days]
    found = order_of(cells, order)
    assert found == ColumnOrder(order, found.speaking)
    assert [read_date(cell, found.order) for cell in cells] == days


@settings(max_examples=50)
@given(st.text(max_size=80), st.sampled_from(list(WRITTEN)))
def test_any_text_at_all_is_read_or_passed_over(text: str, order: Order) -> None:
    read_date(text, order)
    assert order_of([text], order).against == 0
