"""Reports on screen: the cells of the table and of the map of the week, what each says, and the chart."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import date
from typing import Final

from ..domain.money import digits_of
from ..domain.reports import Cell, Figure, Figures, Line
from ..queries.catalogue import catalogue
from .reports import charted, figure_text, hours_of, map_cell, report_table, week_map
from .spec import Choice, Filter

Cells = tuple[str, tuple[str, ...], tuple[int, ...]]
"""A row: its label, its cells, and how full each is, 0 to 4; nothing where that is not shown."""
Series = tuple[tuple[str, tuple[float, ...]], ...]
"""What a chart draws: for each series its title and a value per label."""

FILTERS: Final = (
    Filter("days", "Dates", "days"),
    Filter("staff", "Staff", "choice"),
    Filter("type", "Type", "choice"),
    Filter("room", "Room", "choice"),
)
"""What a report can be narrowed by, as a typed line is read."""
_NUMBERED: Final = ("staff", "type", "reason", "tax")
"""Lines that the chart calls by their numbers: names do not fit under a bar."""
_SHADES: Final = 4


def narrowed_choices() -> dict[str, Sequence[Choice]]:
    """The names that such a line may use."""
    names = catalogue()
    return {
        "staff": tuple(Choice(str(one.id), one.name) for one in names.staff),
        "type": tuple(Choice(str(one.id), one.name) for one in names.types),
        "room": tuple(Choice(str(one.id), one.name) for one in names.rooms),
    }


def shown_cells(found: Figures) -> tuple[tuple[str, ...], list[Cells]]:
    """Titles, and rows of label, cells and shades: the lines, or the map of the week."""
    if not found.lines:
        return (), []
    if found.asked.by != "cell":
        table = report_table(found)
        numbered = len(found.lines) if found.asked.by in _NUMBERED else 0
        labels = [f"{at + 1} {row[0]}" if at < numbered else row[0] for at, row in enumerate(table.rows)]
        return table.titles[1:], [(label, row[1:], ()) for label, row in zip(labels, table.rows, strict=True)]
    at = found.at("booked_share")
    rows = [
        (day, tuple(map_cell(line, at) for line in lines), tuple(_shade(line, at) for line in lines))
        for day, lines in week_map(found)
    ]
    return tuple(f"{hour:02}" for hour in hours_of(found)), rows


def first_charted(found: Figures) -> int:
    """The column that people look at first."""
    return min(charted(found), default=0)


def _shade(line: Line | None, at: int) -> int:
    """How full, in quarters: 4 is all of it and more."""
    thousandths = line.values[at] if line else None
    return 0 if thousandths is None else min(_SHADES, thousandths * _SHADES // 1_000)


def line_at(found: Figures, row: int, column: int) -> tuple[Line | None, Figure]:
    """The line and the figure of a cell on screen; no line where nobody works and nothing is booked."""
    if found.asked.by == "cell":
        return week_map(found)[row][1][column], found.figures[found.at("booked_share")]
    return (*found.lines, found.total)[row], found.figures[column]


def told_of_cell(found: Figures, row: int, column: int) -> str:
    """A cell in words: ``Dr Lee · Missed 3``."""
    line, figure = line_at(found, row, column)
    if line is None:
        return "Nobody works, and nothing is booked"
    if isinstance(line.key, Cell):
        working, booked, part, visits = line.values
        told = [f"booked {booked:,} of {working:,} min", figure_text(part, "share"), f"{visits} visits"]
    else:
        value = line.values[found.figures.index(figure)]
        told = [
            f"{figure.title} {figure_text(value, figure.kind, figure.currency)} {figure.currency}".strip()
        ]
    return " · ".join((line.label, *told))


def chart_of(found: Figures, row: int, column: int) -> tuple[tuple[str, ...], Series, int]:
    """Labels, series and the place to keep in sight, for the chart of a cell on screen.

    It is of the figures that are usually drawn where the cursor is on one of them, else of its column; of
    the week's map, of the cursor's day.
    """
    if found.asked.by == "cell":
        day, lines = week_map(found)[row]
        at = found.at("booked_share")
        parts = tuple((line.values[at] or 0) / 10 if line else 0.0 for line in lines)
        return tuple(f"{hour:02}" for hour in hours_of(found)), ((f"{day}: booked %", parts),), column
    usual = charted(found)
    places = usual if column in usual else (column,)
    series = tuple(
        (found.figures[at].title, tuple(_height(line, found, at) for line in found.lines)) for at in places
    )
    return tuple(_short(found, place, line) for place, line in enumerate(found.lines)), series, row


def _height(line: Line, found: Figures, at: int) -> float:
    value, figure = max(0, line.values[at] or 0), found.figures[at]
    if figure.kind == "money":
        return value / float(10 ** digits_of(figure.currency))
    return value / 10 if figure.kind == "share" else float(value)


def _short(found: Figures, place: int, line: Line) -> str:
    """What stands under a bar."""
    if found.asked.by in _NUMBERED:
        return str(place + 1)
    if isinstance(line.key, date) and found.asked.by != "month":
        return f"{line.key.day}/{line.key.month}"
    return {"weekday": line.label[:3], "hour": line.label[:2]}.get(found.asked.by, line.label[2:])
