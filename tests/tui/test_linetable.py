"""The table drawn line by line: what fits, what stays, what is sent."""

from __future__ import annotations

from hypothesis import given
from hypothesis import strategies as st
from rich.cells import cell_len

from pim_tui.tui.widgets.cells import ASCII, UNICODE, fit, shown
from pim_tui.tui.widgets.linetable import LineTable, TableColumn, TableRow, fitting, roomy, snug
from tests.tui.gridstage import Stage
from tests.tui.screentext import screen_lines, style_lines

COLUMNS = (
    TableColumn("When", 16, "date", rank=9),
    TableColumn("Customer", 18, rank=10, grow=2),
    TableColumn("Age", 3, "number", rank=2),
    TableColumn("Purpose", 20, rank=5, grow=1),
    TableColumn("Staff", 14, rank=3),
    TableColumn("Amount", 9, "number", rank=8),
)


def rows(count: int) -> list[TableRow]:
    return [
        TableRow(
            n, ("24 Nov 2026", f"Person {n}", "41", "Follow-up", "Dr. Lee", f"{n}.50"), style="completed"
        )
        for n in range(count)
    ]


async def test_at_80_columns_the_lowest_ranks_are_dropped_first() -> None:
    app = Stage(table := LineTable(COLUMNS))
    async with app.run_test(size=(80, 6)) as pilot:
        table.show(rows(2), sums=("2 rows", "", "", "", "", "2.00"))
        await pilot.pause()
        assert screen_lines(app)[0].split() == ["When", "Customer", "Purpose", "Amount"]
        assert screen_lines(app)[1].startswith("▶24 Nov 2026")
        assert screen_lines(app)[5].split() == ["2", "rows", "2.00"]
        assert {len(screen_lines(app)[n]) for n in (0, 1, 2, 5)} == {80}


async def test_what_an_empty_table_says_is_never_cut() -> None:
    app = Stage(table := LineTable(COLUMNS, empty="No documents yet. Press a to attach one from your inbox."))
    async with app.run_test(size=(30, 6)) as pilot:
        table.show([], sums=("", "0 rows"))
        await pilot.pause()
        assert [line.rstrip() for line in screen_lines(app)[1:3]] == [
            " No documents yet. Press a to",
            " attach one from your inbox.",
        ]
        assert screen_lines(app)[5].strip() == "0 rows"


async def test_at_120_columns_everything_is_shown() -> None:
    app = Stage(table := LineTable(COLUMNS))
    async with app.run_test(size=(120, 40)) as pilot:
        table.show(rows(3))
        await pilot.pause()
        assert screen_lines(app)[0].split() == ["When", "Customer", "Age", "Purpose", "Staff", "Amount"]


@given(st.integers(1, 200))
def test_columns_never_exceed_the_width_and_the_highest_rank_stays(width: int) -> None:
    places = fitting(COLUMNS, width)
    assert 1 in [i for i, _ in places]
    if len(places) > 1:
        assert sum(cells for _, cells in places) + 2 * (len(places) - 1) + 1 <= width


async def test_the_cursor_walks_pages_and_tells() -> None:
    app = Stage(table := LineTable(COLUMNS))
    async with app.run_test(size=(80, 11)) as pilot:
        table.show(rows(10_000))
        await pilot.press("down", "pagedown")
        assert table.cursor_key == 10
        await pilot.press("end")
        assert table.cursor_key == 9_999
        assert "Person 9999" in screen_lines(app)[10]
        await pilot.press("down", "enter")
        assert app.last(table.RowChosen).key == 9_999
        await pilot.press("home")
        assert app.last(table.RowHighlighted).key == 0
        await pilot.press("up")
        assert table.cursor_key == 0


def test_a_column_of_numbers_is_as_wide_as_its_widest() -> None:
    columns = (TableColumn("Item", 10, grow=1), TableColumn("Total", 6, "number"))
    found = roomy(columns, [TableRow(1, ("Soap", "3.00")), TableRow(2, ("Surgery", "12,345,678.90"))])
    assert [column.width for column in found] == [10, 13]
    assert roomy(columns, ()) == columns


def test_what_a_column_of_numbers_does_not_need_is_for_names() -> None:
    columns = (TableColumn("Name", 10, grow=1), TableColumn("Left", 12, "number"))
    assert [one.width for one in snug(columns, [TableRow(1, ("Soap", "3.00"))])] == [10, 4]
    assert [one.width for one in snug(columns, [TableRow(1, ("Surgery", "12,345,678.90"))])] == [10, 13]
    assert snug(columns, ()) == columns


@given(st.text(min_size=1, max_size=60), st.integers(1, 40))
def test_what_is_cut_in_its_middle_is_as_wide_as_asked_and_begins_and_ends_as_it_does(
    text: str, width: int
) -> None:
    cut = fit(text, width, middle=True)
    assert cell_len(cut) == width
    if cell_len(shown(text)) > width:
        head, _, tail = cut.rpartition(UNICODE.ellipsis)
        assert shown(text).startswith(head.rstrip(" "))
        assert shown(text).endswith(tail)


def test_the_names_of_two_files_differ_where_they_are_cut() -> None:
    name = "camera-2026-11-27-1015%s.jpg"
    assert fit(name % "00", 19, middle=True) == "camera-20…01500.jpg"
    assert fit(name % "07", 19, ASCII, middle=True) == "camera-20~01507.jpg"
    assert fit("王" * 9, 8, middle=True) == "王王 …王"


async def test_the_cursor_stays_with_its_record_when_rows_are_replaced() -> None:
    app = Stage(table := LineTable(COLUMNS))
    async with app.run_test(size=(80, 24)) as pilot:
        table.show(rows(5))
        await pilot.press("down", "down")
        table.show(list(reversed(rows(5))))
        assert table.cursor_key == 2
        table.show([row for row in rows(5) if row.key != 2])
        assert table.cursor_key == 3, "gone: the one on its line"
        table.show([], empty="Nothing here yet")
        await pilot.pause()
        assert table.cursor_key is None
        assert app.last(table.RowHighlighted).key is None
        assert screen_lines(app)[1] == " Nothing here yet"
        await pilot.press("enter", "down", "pagedown", "end")
        assert app.last(table.RowChosen) is None


async def test_a_cursor_step_costs_at_most_150_bytes_and_scrolls_by_difference() -> None:
    app = Stage(table := LineTable(COLUMNS))
    async with app.run_test(size=(80, 24)) as pilot:
        table.show(rows(10_000))
        await pilot.pause()
        for key in ("down", "down", "up"):
            app.sent()
            await pilot.press(key)
            await pilot.pause()
            assert 0 < len(app.sent()) <= 150
        table.redraw()
        app.sent()
        await pilot.pause()
        assert app.sent() == b""


async def test_a_row_on_the_screen_is_one_line_whatever_the_text_holds() -> None:
    app = Stage(table := LineTable((TableColumn("Name", 30), TableColumn("Sum", 6, "number"))))
    async with app.run_test(size=(80, 5)) as pilot:
        table.show([TableRow(1, ("[b]\x1b[2Jx\ny[/b]", "1.00")), TableRow(2, ("山田太郎", "2.00"))])
        await pilot.pause()
        lines = screen_lines(app)
        assert lines[1].startswith("▶[b]␛[2Jx y[/b]")
        assert lines[2].endswith("2.00")
        assert b"\x1b[2J" not in app.sent()


async def test_without_colour_and_utf8_the_cursor_is_still_seen() -> None:
    app = Stage(table := LineTable(COLUMNS))
    async with app.run_test(size=(80, 5)) as pilot:
        table.mono = table.ascii_only = True
        table.show(rows(2))
        await pilot.pause()
        assert screen_lines(app)[1].startswith(">24 Nov 2026")
        assert style_lines(app)[1].startswith("rrrr")
        assert "c" not in "".join(style_lines(app))
