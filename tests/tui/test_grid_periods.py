"""The team's week and the planner's month."""

from __future__ import annotations

from datetime import date, timedelta

from pim_tui.domain.agenda import Block, Column, DayLoad
from pim_tui.domain.layout import month_days
from pim_tui.tui.widgets.grid import CalendarGrid
from tests.tui.gridstage import DAY, ZONE, Stage, at, block
from tests.tui.screentext import screen_lines

WEEK = tuple(date(2026, 11, 23) + timedelta(days=n) for n in range(7))
TWO = (Column(1, "Dr. Lee", "DL"), Column(2, "Dr. Ruiz", "DR"))


def week_loads() -> list[DayLoad]:
    """Lee: half full on Monday, full on Tuesday; nobody works at the weekend."""
    loads = [DayLoad(day, c.id, 0, 0, 480) for day in WEEK[:5] for c in TWO]
    loads[0] = DayLoad(WEEK[0], 1, 6, 240, 480)
    loads[2] = DayLoad(WEEK[1], 1, 12, 480, 480)
    return loads


def month_of(month: date) -> tuple[list[DayLoad], list[Block]]:
    days = month_days(month)
    loads = [DayLoad(d, 0, d.day, d.day * 14, 0 if d.weekday() > 4 else 480) for d in days]
    entries = [block(n, at(9, 0, d), 30, f"Person {d.day}") for n, d in enumerate(days) if d.weekday() < 5]
    return loads, entries


def show_month(grid: CalendarGrid, month: date) -> None:
    loads, entries = month_of(month)
    grid.show_month(month, loads, entries=entries, today=DAY)


async def test_the_week_tells_load_and_free_time_of_each_person() -> None:
    app = Stage(grid := CalendarGrid(ZONE))
    async with app.run_test(size=(80, 24)) as pilot:
        grid.show_week(WEEK, TWO, week_loads(), today=DAY)
        await pilot.pause()
        lines = screen_lines(app)
        assert lines[0] == "Week 48: 23 Nov - 29 Nov 2026"
        assert lines[1].endswith("│Mon 23    Tue 24    Wed 25    Thu 26    Fri 27    Sat 28    Sun 29")
        name, cells = lines[2].split("│")
        assert name.strip() == "Dr. Lee"
        assert cells.startswith("  6 ▆▆···  12 ▆▆▆▆▆     ·····")
        assert lines[3].split("│")[1].split() == ["4h", "full", "8h", "8h", "8h"]
        assert lines[4].split("│")[1].split() == ["4h", "8h", "0m", "0m", "0m"]
        assert cells.count("closed") == 2


async def test_a_week_of_two_years_tells_both() -> None:
    app = Stage(grid := CalendarGrid(ZONE))
    async with app.run_test(size=(80, 24)) as pilot:
        grid.show_week([date(2026, 12, 28) + timedelta(days=n) for n in range(7)], TWO, [], today=DAY)
        await pilot.pause()
        assert screen_lines(app)[0] == "Week 53: 28 Dec 2026 - 3 Jan 2027"


async def test_the_week_shows_thirty_people_by_scrolling() -> None:
    app = Stage(grid := CalendarGrid(ZONE))
    async with app.run_test(size=(80, 24)) as pilot:
        staff = [Column(n, f"Staff {n}", "") for n in range(1, 31)]
        grid.show_week(WEEK, staff, [])
        await pilot.press(*["down"] * 15)
        assert grid.cursor_column == 16
        lines = screen_lines(app)
        assert lines[0].endswith("6-16 of 30")
        assert any("Staff 16" in line for line in lines)


async def test_the_week_is_left_at_its_edges_and_entered_where_one_was_going() -> None:
    app = Stage(grid := CalendarGrid(ZONE))
    async with app.run_test(size=(80, 24)) as pilot:
        grid.show_week(WEEK, TWO, [])
        await pilot.press("left")
        assert app.last(grid.PageWanted).day == date(2026, 11, 22)
        before = [day - timedelta(days=7) for day in WEEK]
        grid.show_week(before, TWO, [])
        assert grid.cursor_day == date(2026, 11, 22)
        await pilot.press("down", "enter")
        chosen = app.last(grid.DayChosen)
        assert (chosen.day, chosen.column_id) == (date(2026, 11, 22), 2)


async def test_the_month_tells_number_load_and_free_time() -> None:
    app = Stage(grid := CalendarGrid(ZONE))
    async with app.run_test(size=(80, 24)) as pilot:
        show_month(grid, date(2026, 11, 1))
        await pilot.pause()
        lines = screen_lines(app)
        assert lines[0] == "November 2026"
        assert lines[1] == "Wk Mon        Tue        Wed        Thu        Fri        Sat        Sun"
        assert lines[14] == "48 23    23 ▅ 24    24 ▆ 25    25 ▆ 26    26 ▆ 27    27 ▆ 28    28 █ 29    29 █"
        assert lines[15] == "    2h38 free  2h24 free  2h10 free  1h56 free  1h42 free     closed     closed"
        assert lines[16].startswith("   S Person … S Person …")


async def test_a_large_month_names_the_first_appointments() -> None:
    app = Stage(grid := CalendarGrid(ZONE))
    async with app.run_test(size=(120, 40)) as pilot:
        show_month(grid, date(2026, 11, 1))
        await pilot.pause()
        assert any("S 09:00 Person" in line for line in screen_lines(app))


async def test_the_month_walks_by_day_and_week_and_keeps_the_day_of_month() -> None:
    app = Stage(grid := CalendarGrid(ZONE))
    async with app.run_test(size=(80, 24)) as pilot:
        show_month(grid, date(2026, 11, 1))
        assert grid.cursor_day == DAY
        await pilot.press("right", "down")
        assert grid.cursor_day == date(2026, 12, 2)
        grid.go_to(instant=at(0))
        await pilot.press("pagedown")
        wanted = app.last(grid.PageWanted)
        assert (wanted.direction, wanted.mode, wanted.day) == (1, "month", date(2026, 12, 24))
        show_month(grid, wanted.day)
        assert grid.cursor_day == date(2026, 12, 24)
        await pilot.press("home")
        assert grid.cursor_day == date(2026, 12, 1)
        await pilot.press("end", "enter")
        assert app.last(grid.DayChosen).day == date(2026, 12, 31)


async def test_the_31st_pages_to_the_last_day_of_a_short_month() -> None:
    app = Stage(grid := CalendarGrid(ZONE))
    async with app.run_test(size=(80, 24)) as pilot:
        show_month(grid, date(2026, 10, 1))
        grid.go_to(instant=at(0, 0, date(2026, 10, 31)))
        await pilot.press("pagedown")
        assert app.last(grid.PageWanted).day == date(2026, 11, 30)


async def test_a_step_in_week_and_month_costs_at_most_100_bytes_and_a_month_3000() -> None:
    app = Stage(grid := CalendarGrid(ZONE))
    async with app.run_test(size=(80, 24)) as pilot:
        for show in (lambda: grid.show_week(WEEK, TWO, week_loads()), lambda: show_month(grid, DAY)):
            show()
            await pilot.pause()
            for key in ("right", "down", "left", "up"):
                app.sent()
                await pilot.press(key)
                await pilot.pause()
                assert len(app.sent()) <= 100
        app.sent()
        show_month(grid, date(2026, 12, 1))
        await pilot.pause()
        assert 0 < len(app.sent()) <= 3000


async def test_a_tiny_window_does_not_fail() -> None:
    app = Stage(grid := CalendarGrid(ZONE))
    async with app.run_test(size=(20, 4)) as pilot:
        show_month(grid, DAY)
        await pilot.pause()
        grid.show_week(WEEK, TWO, week_loads())
        await pilot.pause()
        grid.show_day(DAY, TWO, (block(1, at(0), 1440),))
        await pilot.resize_terminal(5, 2)
        while app.screen.size != (5, 2):
            await pilot.pause()
        await pilot.pause()
        assert len(screen_lines(app)) == 2
