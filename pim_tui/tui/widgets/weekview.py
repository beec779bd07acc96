"""The team's week: a row per staff member or room, a column per day, in each cell how full it is."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from datetime import date
from typing import NamedTuple

from ...domain import moments
from ...domain.agenda import Column, DayLoad
from ...domain.layout import filled, scrolled, shared_out, spelled
from .cells import Glyphs, Line, Piece, fit, marked

HEAD_ROWS = 2
CURSOR_CELLS = 4
_NAME_CELLS = (8, 20)
_TALLEST = 4


class WeekScene(NamedTuple):
    """Everything the week view draws; ``loads`` is keyed by day and column id."""

    days: tuple[date, ...]
    columns: tuple[Column, ...]
    loads: Mapping[tuple[date, int], DayLoad]
    today: date | None


class WeekWindow(NamedTuple):
    """The first staff row on screen, how many there are, and the lines each one gets."""

    top: int
    shown: int
    tall: int


def window_of(scene: WeekScene, old: WeekWindow | None, row: int, height: int) -> WeekWindow:
    """The window nearest to the old one that holds the cursor's ``row``. Taller rows tell more."""
    room = max(1, height - HEAD_ROWS)
    total = max(1, len(scene.columns))
    tall = min(_TALLEST, max(2, room // total))
    shown = max(1, room // tall)
    return WeekWindow(scrolled(old.top if old else 0, row, shown, total), shown, tall)


def paint_week(
    scene: WeekScene, window: WeekWindow, cursor: tuple[int, int], width: int, glyphs: Glyphs
) -> list[Line]:
    """Title, days, then ``tall`` lines per row. ``cursor`` is (row, index of the day)."""
    longest = max((len(column.name) for column in scene.columns), default=0)
    name = min(max(longest + 2, _NAME_CELLS[0]), _NAME_CELLS[1], width // 4)
    cells = shared_out(width - name, len(scene.days))
    lines = [_title(scene, window, width, glyphs), _days(scene, name, cells, glyphs)]
    for row in range(window.top, min(window.top + window.shown, len(scene.columns))):
        column = scene.columns[row]
        for n in range(window.tall):
            line: list[Piece] = [_label(column, n, name - 1, glyphs), (glyphs.bar, "line")]
            for at, day in enumerate(scene.days):
                inside = _cell(scene.loads.get((day, column.id)), n, cells[at] - 1, glyphs)
                on_cursor = n == 0 and cursor == (row, at)
                line += marked(inside, min(CURSOR_CELLS, cells[at] - 1), "cursor") if on_cursor else inside
                line.append((" ", ""))
            lines.append(tuple(line))
    return lines


def _label(column: Column, n: int, width: int, glyphs: Glyphs) -> Piece:
    """The name, and under it what the figures beside it are."""
    if n == 0:
        return fit(f" {column.name}", width, glyphs), "strong"
    return fit(("", "free ", "booked ")[n] if n < 3 else "", width, glyphs, right=True), "dim"


def _title(scene: WeekScene, window: WeekWindow, width: int, glyphs: Glyphs) -> Line:
    first, last = scene.days[0], scene.days[-1]
    begins = moments.short_day(first)
    # The year is told once, for who works here stands behind it.
    begins = begins.rpartition(" ")[0] if first.year == last.year else begins
    left = f"Week {first.isocalendar().week}: {begins} - {moments.short_day(last)}"
    total, end = len(scene.columns), min(window.top + window.shown, len(scene.columns))
    right = f" {window.top + 1}-{end} of {total}" if window.shown < total else ""
    return (fit(left, width - len(right), glyphs), "title"), (right, "pager")


def _days(scene: WeekScene, name: int, cells: Sequence[int], glyphs: Glyphs) -> Line:
    line: list[Piece] = [(" " * (name - 1), "head"), (glyphs.bar, "line")]
    for day, width in zip(scene.days, cells, strict=True):
        style = "head today" if day == scene.today else "head"
        line += [
            (fit(f"{moments.WEEKDAYS[day.weekday()]} {day.day}", width - 1, glyphs), style),
            (" ", "head"),
        ]
    return tuple(line)


def _cell(load: DayLoad | None, n: int, width: int, glyphs: Glyphs) -> list[Piece]:
    """Line ``n`` of a cell: number and bar, then what is free, then what is booked."""
    if load is None or (not load.open_minutes and not load.count):
        said = load.said if load else ""
        return [(fit(_word(said) if n == 0 else "", width, glyphs), "dim")]
    if n == 0:
        return _number_and_bar(load, width, glyphs)
    if n == 1:
        if not load.open_minutes:
            return [(fit(f" {_word(load.said)}", width, glyphs), "dim")]
        text = spelled(load.free_minutes) if load.free_minutes else "full"
        return [(fit(f" {text}", width, glyphs), "" if load.free_minutes else "full")]
    if n == 2:
        return [(fit(f" {spelled(load.booked_minutes)}", width, glyphs), "dim")]
    return [(" " * width, "")]


def _word(said: str) -> str:
    """``leave``, ``closed``: why nobody works, in a word."""
    word = said.partition(":")[0].partition(" ")[0].casefold()
    return "closed" if word in ("", "hours") else word


def _number_and_bar(load: DayLoad, width: int, glyphs: Glyphs) -> list[Piece]:
    """How many appointments, and how much of the working time they take."""
    number = fit(f"{load.count:>3}" if load.count else "", CURSOR_CELLS, glyphs)
    if glyphs.spare:
        return [(fit(number, width, glyphs), "")]
    steps = max(0, width - len(number))
    done = filled(load, steps)
    style = "full" if load.open_minutes and not load.free_minutes else "load"
    return [(number, "strong"), (glyphs.full * done, style), (glyphs.rest * (steps - done), "rest")]
