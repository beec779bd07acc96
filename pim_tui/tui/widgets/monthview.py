"""The month for planning: six weeks of days, each with its number, its load and what is still free."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from datetime import date
from typing import NamedTuple

from ...domain import moments
from ...domain.agenda import Block, DayLoad
from ...domain.layout import MONTHS, filled, shared_out, spelled
from .cells import Glyphs, Line, Piece, fit, marked
from .dayview import STATUS_STYLES

HEAD_ROWS = 2
CURSOR_CELLS = 6
_WEEK_CELLS = 3
_WORTH_TIME = 14
"""A narrower day keeps its cells for the name and its bytes for a slow line."""


class MonthScene(NamedTuple):
    """Everything the month view draws: the 42 days, their loads, and each day's first blocks."""

    month: date
    days: tuple[date, ...]
    loads: Mapping[date, DayLoad]
    entries: Mapping[date, tuple[Block, ...]]
    zone: str
    today: date | None


def paint_month(scene: MonthScene, cursor: date, width: int, height: int, glyphs: Glyphs) -> list[Line]:
    """Title, weekdays, then six weeks that share the height. Where all six do not fit, the cursor's stays."""
    cells = shared_out(width - _WEEK_CELLS, 7)
    room = max(1, height - HEAD_ROWS)
    tall = max(1, room // 6)
    title = f"{MONTHS[scene.month.month - 1]} {scene.month.year}"
    lines: list[Line] = [((fit(title, width, glyphs), "title"),), _weekdays(scene, cells, glyphs)]
    weeks = [scene.days[n : n + 7] for n in range(0, 42, 7)]
    if room < 6:
        at = next((n for n, week in enumerate(weeks) if cursor in week), 0)
        weeks = weeks[min(at, 6 - room) :]
    for week in weeks:
        lines += [_week_line(scene, week, n, tall, cells, cursor, glyphs) for n in range(tall)]
    return lines


def _weekdays(scene: MonthScene, cells: Sequence[int], glyphs: Glyphs) -> Line:
    names = [moments.WEEKDAYS[day.weekday()] for day in scene.days[:7]]
    row = "".join(fit(name, width, glyphs) for name, width in zip(names, cells, strict=True))
    return ((fit("Wk", _WEEK_CELLS, glyphs) + row, "head"),)


def _week_line(
    scene: MonthScene,
    week: tuple[date, ...],
    n: int,
    tall: int,
    cells: Sequence[int],
    cursor: date,
    glyphs: Glyphs,
) -> Line:
    number = f"{week[0].isocalendar().week:>2}" if n == 0 else ""
    line: list[Piece] = [(fit(number, _WEEK_CELLS, glyphs), "dim")]
    for day, width in zip(week, cells, strict=True):
        inside = _day_line(scene, day, n, tall, width - 1, glyphs)
        if n == 0 and day == cursor:
            inside = marked(inside, min(CURSOR_CELLS, width - 1), "cursor")
        line += [*inside, (" ", "")]
    return tuple(line)


def _day_line(scene: MonthScene, day: date, n: int, tall: int, width: int, glyphs: Glyphs) -> list[Piece]:
    load = scene.loads.get(day)
    inside = (day.year, day.month) == (scene.month.year, scene.month.month)
    if n == 0:
        return _number_line(load, day, inside, day == scene.today, width, glyphs)
    if n == 1:
        return [_free(load, width, inside, glyphs)]
    entries = () if glyphs.spare else scene.entries.get(day, ())
    at = n - 2
    if at >= len(entries):
        return [(" " * width, "")]
    if load is not None and at == tall - 3 > 1 and load.count > at + 1:
        return [(fit(f"+{load.count - at} more", width, glyphs), "dim")]
    return _entry(scene, entries[at], inside, width, glyphs)


def _entry(scene: MonthScene, block: Block, inside: bool, width: int, glyphs: Glyphs) -> list[Piece]:
    if width < _WORTH_TIME:
        return [(fit(f"{block.status} {block.customer}", width, glyphs), "" if inside else "dim")]
    time = moments.clock(block.starts_at, scene.zone)
    text = fit(f" {time} {block.customer}", width - 1, glyphs)
    if not inside:
        return [(block.status + text, "dim")]
    return [(block.status, f"{STATUS_STYLES[block.status]} strong"), (text, "")]


def _number_line(
    load: DayLoad | None, day: date, inside: bool, today: bool, width: int, glyphs: Glyphs
) -> list[Piece]:
    number = (f"{day.day:>2}", ("today" if today else "strong") if inside else "dim")
    if load is None or not load.count:
        return [number, (" " * (width - 2), "")]
    level = filled(load, len(glyphs.levels))
    full = bool(load.open_minutes) and not load.free_minutes
    mark = glyphs.levels[level - 1] if level else " "
    count = fit(f"{load.count}", width - 4, glyphs, right=True)
    if not inside:
        return [number, (f"{count} {mark}", "dim")]
    return [number, (count + " ", ""), (mark, "full" if full else "load")]


def _free(load: DayLoad | None, width: int, inside: bool, glyphs: Glyphs) -> Piece:
    if load is None or not load.open_minutes:
        text = (load.said.removeprefix("Closed: ") or "closed") if load is not None else ""
        return fit(text, width, glyphs, right=True), "dim"
    if load.free_minutes:
        return fit(f"{spelled(load.free_minutes)} free", width, glyphs, right=True), "dim"
    return fit("full", width, glyphs, right=True), "full" if inside else "dim"
