"""The day by the hour, as a person sees it, at both sizes and on every kind of terminal."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import date

import pytest

from pim_tui.domain import moments
from pim_tui.domain.agenda import Block, Column
from pim_tui.tui.widgets.grid import CalendarGrid
from tests.tui.gridstage import DAY, ZONE, Stage, at, block
from tests.tui.screentext import screen_lines, style_lines

TWO = (Column(1, "Dr. Lee", "DL"), Column(2, "Dr. Ruiz", "DR"))
HOURS = ((at(9), at(12)),)
SMALL, LARGE = (80, 24), (120, 40)
HOSTILE = "[red]x[/] \x1b]0;pwn\x07"


def stage(**options: object) -> tuple[Stage, CalendarGrid]:
    grid = CalendarGrid(ZONE, **options)  # type: ignore[arg-type]
    return Stage(grid), grid


def people(count: int) -> tuple[Column, ...]:
    return tuple(Column(i, f"Staff {i}", f"S{i}") for i in range(1, count + 1))


async def shown(blocks: Sequence[Block], size: tuple[int, int] = SMALL, **how: object) -> list[str]:
    app, grid = stage()
    async with app.run_test(size=size) as pilot:
        grid.mono, grid.ascii_only = bool(how.pop("mono", False)), bool(how.pop("ascii_only", False))
        columns = how.pop("columns", TWO)
        grid.show_day(DAY, columns, blocks, open_hours=HOURS, **how)  # type: ignore[arg-type]
        await pilot.pause()
        return screen_lines(app)


async def test_a_small_screen_shows_the_day_by_the_hour() -> None:
    lines = await shown(
        (
            block(1, at(9, 15), 30, "Ahmed Hassan", arrived_at=at(9, 3), reason="blood pressure"),
            block(2, at(10), 45, "Olga Petrova", mode="virtual"),
            block(3, at(9), 15, "Jane Doe", staff=2, status="M"),
            block(4, at(9, 30), 30, "Li Wei", staff=2, status="X"),
        )
    )
    assert lines[:12] == [
        "Tue 24 Nov 2026",
        "      │ Dr. Lee                           │ Dr. Ruiz",
        " 09:00│ 09:00                             │▌M✗ Jane Doe 15m Follow-up",
        "   :15│▌S◦ Ahmed Hassan                  w│",
        "   :30│▌ 30m Follow-up - blood pressure   │▌X⊘ Li Wei",
        "   :45│                                   │▌ 30m Follow-up",
        " 10:00│▌S◦ Olga Petrova                  v│",
        "   :15│▌ Follow-up                        │",
        "   :30│▌ 10:00-10:45 45m                  │",
        "   :45│                                   │",
        " 11:00│                                   │",
        "   :15│                                   │",
    ]
    assert len(lines) == 24


async def test_how_far_a_visit_has_got_is_told_even_where_columns_are_narrow() -> None:
    """In letters that need no colour, and with the minutes of those who wait."""
    came = block(1, at(9), 15, "Ahmed Hassan", arrived_at=at(8, 50))
    seated = block(2, at(9, 30), 15, "Olga Petrova", arrived_at=1)._replace(seated_at=2)
    sure = block(3, at(10), 15, "Li Wei", mode="virtual")._replace(confirmed_at=1)
    beside = [came._replace(id=n, starts_at=at(11), ends_at=at(11, 15)) for n in (4, 5, 6)]
    lines = await shown((came, seated, sure, *beside), now=at(9, 2), ascii_only=True)
    told = [lines[row].split("|", 1)[1][:20] for row in (2, 4, 6)]
    assert told == ["|So w12 Ahmed Hassan", "|So h Olga Petrova 1", "|Sov y Li Wei 15m Fo"]
    assert lines[10].split("|", 1)[1].startswith("|Sw12 Ahme~|Sw12 Ahmed~|Sw12 Ahm"), "the letter alone"


async def test_a_large_screen_shows_more_not_bigger() -> None:
    lines = await shown((block(1, at(14), 30),), LARGE)
    assert len(lines) == 40
    assert lines[22].startswith(" 14:00│▌S◦ Jane Doe")
    assert lines[14].startswith(" 12:00│ · · ·"), "closed time is hatched"


async def test_overlapping_appointments_stand_side_by_side() -> None:
    lines = await shown((block(1, at(10), 30, "Anna"), block(2, at(10, 15), 30, "Bob", overbooked=True)))
    assert lines[6].startswith(" 10:00│▌S◦ Anna")
    assert lines[7].startswith("   :15│▌ 30m Follow-up  ▌S◦ Bob          !│")


async def test_what_finds_no_lane_is_counted_and_reached_with_tab() -> None:
    app, grid = stage()
    async with app.run_test(size=SMALL) as pilot:
        many = [block(i, at(9), 30, f"Person {i}") for i in range(1, 6)]
        grid.show_day(DAY, people(4), many, open_hours=HOURS)
        await pilot.pause()
        assert "+4 more" in screen_lines(app)[2]
        for number in range(2, 6):
            await pilot.press("tab")
            assert grid.cursor_block == many[number - 1]
            assert f"Person {number}" in screen_lines(app)[2]


async def test_the_now_line_is_where_the_clock_is_and_moves_without_noise() -> None:
    app, grid = stage()
    async with app.run_test(size=SMALL) as pilot:
        grid.show_day(DAY, TWO, (), open_hours=HOURS, now=at(9, 52))
        await pilot.pause()
        assert screen_lines(app)[5].startswith("▶09:52│")
        assert screen_lines(app)[5].endswith("──────────")
        assert grid.cursor_instant == at(9, 45), "the reader starts at the present"
        app.sent()
        grid.set_now(at(9, 52) + 20)
        await pilot.pause()
        assert app.sent() == b""
        grid.set_now(at(10, 1))
        await pilot.pause()
        assert screen_lines(app)[6].startswith("▶10:01│")


async def test_blocks_cut_by_the_window_or_the_day_carry_arrows() -> None:
    app, grid = stage()
    async with app.run_test(size=(80, 8)) as pilot:
        grid.show_day(DAY, TWO, (block(1, at(8), 180, "Long Stay"),), open_hours=HOURS)
        await pilot.pause()
        lines = screen_lines(app)
        assert "│↑S◦ Long Stay" in lines[2]
        assert "│↓" in lines[7]


@pytest.mark.parametrize(
    ("day", "title", "labels"),
    [
        (date(2026, 10, 25), "(25-hour day)", ["01:00", "02:00A", "02:00B", "03:00"]),
        (date(2026, 3, 29), "(23-hour day)", ["00:00", "01:00", "03:00", "04:00"]),
    ],
)
async def test_days_of_23_and_25_hours_have_their_own_rows(day: date, title: str, labels: list[str]) -> None:
    app, grid = stage(slot_minutes=60)
    async with app.run_test(size=LARGE) as pilot:
        grid.show_day(day, TWO, ())
        await pilot.pause()
        lines = screen_lines(app)
        assert title in lines[0]
        gutter = [line.partition("│")[0].strip() for line in lines[2:]]
        assert [label for label in gutter if label in labels] == labels
        assert len([label for label in gutter if label]) == (25 if day.month == 10 else 23)


async def test_the_cursor_walks_every_slot_of_a_25_hour_day() -> None:
    app, grid = stage(slot_minutes=60)
    day = date(2026, 10, 25)
    async with app.run_test(size=LARGE) as pilot:
        grid.show_day(day, TWO, ())
        seen = []
        for _ in range(4):
            seen.append(moments.clock(grid.cursor_instant, ZONE))
            await pilot.press("down")
        assert seen == ["00:00", "01:00", "02:00", "02:00"]


async def test_a_hostile_name_is_drawn_and_steers_nothing() -> None:
    app, grid = stage()
    async with app.run_test(size=LARGE) as pilot:
        app.sent()
        grid.show_day(DAY, TWO, (block(1, at(9), 45, HOSTILE, reason="[@click=app.quit]now[/]"),))
        await pilot.pause()
        text = "\n".join(screen_lines(app))
        assert "[red]x[/] ␛]0;pwn␇" in text
        assert "[@click=app.quit]now[/]" in text
        assert "\x1b" not in text
        sent = app.sent()
        assert b"\x1b]" not in sent
        assert b"\x07" not in sent


async def test_without_colour_every_status_still_differs() -> None:
    app, grid = stage()
    async with app.run_test(size=SMALL) as pilot:
        grid.mono = True
        every = [block(i, at(9 + i), 45, "Jane", status=status) for i, status in enumerate("SCMX")]
        grid.show_day(DAY, TWO, every, open_hours=HOURS)
        await pilot.press("down")
        letters = [line[8] for line in screen_lines(app) if line[7:8] == "▌" and line[8] != " "]
        assert letters == ["S", "C", "M", "X"]
        app.sent()
        await pilot.press("up", "end", "home")
        assert b";3" not in app.sent()
        assert "c" not in "".join(style_lines(app))
        assert "r" in style_lines(app)[2], "the cursor is seen"


async def test_without_utf8_only_ascii_is_drawn() -> None:
    lines = await shown((block(1, at(9), 45), block(2, at(9), 30, status="X")), ascii_only=True, now=at(10))
    text = "\n".join(lines)
    assert text.isascii()
    assert "|So Jane Doe" in text
    assert ">10:00" in text


async def test_thirty_columns_are_paged_and_the_page_is_told() -> None:
    app, grid = stage()
    async with app.run_test(size=SMALL) as pilot:
        grid.show_day(DAY, people(30), (), open_hours=HOURS)
        await pilot.pause()
        assert screen_lines(app)[0].endswith("1-4 of 30 >")
        for _ in range(5):
            await pilot.press("right")
        assert screen_lines(app)[0].endswith("< 3-6 of 30 >")
        assert grid.cursor_column == 6
        grid.go_to(column_id=30)
        await pilot.pause()
        assert screen_lines(app)[0].endswith("< 27-30 of 30")
        assert "Staff 30" in screen_lines(app)[1]


async def test_an_empty_day_and_a_day_without_columns_are_drawn() -> None:
    assert (await shown(()))[2].startswith(" 09:00│ 09:00")
    assert "Nobody to show" in (await shown((), columns=()))[1]


async def test_the_gap_left_by_a_hidden_canceled_block_is_free() -> None:
    app, grid = stage(show_canceled=False)
    async with app.run_test(size=SMALL) as pilot:
        grid.show_day(DAY, TWO, (block(1, at(9), 30, status="X"),), open_hours=HOURS)
        await pilot.press("enter")
        assert app.last(grid.SlotChosen).instant == at(9)


async def test_rooms_may_be_the_columns() -> None:
    app, grid = stage()
    async with app.run_test(size=SMALL) as pilot:
        rooms = (Column(0, "No room", ""), Column(7, "Room 7", "7"))
        grid.show_day(
            DAY, rooms, (block(1, at(9), 30, room=7), block(2, at(9), 30)), open_hours=HOURS, by_room=True
        )
        await pilot.press("right")
        assert grid.cursor_block is not None
        assert grid.cursor_block.id == 1


async def test_the_cursor_stays_in_time_and_column_when_data_arrives() -> None:
    app, grid = stage()
    async with app.run_test(size=SMALL) as pilot:
        grid.show_day(DAY, TWO, (), open_hours=HOURS)
        await pilot.press("right", "down", "down")
        assert (grid.cursor_instant, grid.cursor_column) == (at(9, 30), 2)
        grid.show_day(
            DAY, (Column(9, "Dr. New", "N"), *TWO), (block(1, at(9, 30), 30, staff=2),), open_hours=HOURS
        )
        assert (grid.cursor_instant, grid.cursor_column) == (at(9, 30), 2)
        assert grid.cursor_block is not None
        await pilot.pause()
        assert app.last(grid.CursorMoved).block_id == 1
        winter = date(2026, 10, 25)
        grid.show_day(winter, TWO, ())
        assert moments.clock(grid.cursor_instant, ZONE) == "09:30", "the same time of day on a longer day"


async def test_leaving_the_day_asks_for_the_next_and_lands_where_it_was_going() -> None:
    app, grid = stage()
    async with app.run_test(size=SMALL) as pilot:
        grid.show_day(DAY, TWO, (), open_hours=HOURS)
        await pilot.press("left")
        wanted = app.last(grid.PageWanted)
        assert (wanted.direction, wanted.mode, wanted.day) == (-1, "day", date(2026, 11, 23))
        grid.go_to(instant=at(23, 45))
        await pilot.press("down")
        assert app.last(grid.PageWanted).day == date(2026, 11, 25)
        grid.show_day(date(2026, 11, 25), TWO, ())
        assert grid.cursor_instant == at(0, 0, date(2026, 11, 25))


async def test_enter_chooses_the_slot_or_the_appointment() -> None:
    app, grid = stage()
    async with app.run_test(size=SMALL) as pilot:
        grid.show_day(DAY, TWO, (block(5, at(9, 15), 15),), open_hours=HOURS)
        await pilot.press("enter", "down", "enter")
        slot = app.last(grid.SlotChosen)
        assert (slot.instant, slot.column_id) == (at(9), 1)
        assert app.last(grid.BlockChosen).block_id == 5


@pytest.mark.parametrize("keys", [("down",), ("right",), ("down", "down"), ("left",)])
async def test_a_cursor_step_costs_at_most_100_bytes(keys: tuple[str, ...]) -> None:
    app, grid = stage()
    async with app.run_test(size=SMALL) as pilot:
        busy = [block(i, at(9, 15 * (i % 4)), 15, "Jane Doe", staff=1 + i // 4) for i in range(12)]
        grid.show_day(DAY, people(4), busy, open_hours=HOURS, now=at(9, 31))
        await pilot.press("right", "up")
        for key in keys:
            app.sent()
            await pilot.press(key)
            await pilot.pause()
            assert 0 < len(app.sent()) <= 100
        grid.redraw()
        await pilot.pause()
        assert app.sent() == b"", "the same picture sends nothing"
