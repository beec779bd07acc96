"""Reports as tables of texts, for screen, paper and files alike; and the list behind a number."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace
from decimal import Decimal
from typing import Any, Final

from ..domain.moments import DAY_NAMES, short_day
from ..domain.money import figures, written
from ..domain.reports import Asked, Cell, Figure, Figures, Kind, Line
from ..queries.catalogue import catalogue
from ..queries.page import Page
from ..queries.reports import behind
from .appointments import CLINIC_APPOINTMENTS
from .spec import Chosen, ListSpec, Scope, Table, Value

BY_WORDS: Final = {"cell": "hour of the week"}
"""What a report is divided by, where its own word would not do."""
MEASURED: Final = {"use": "minutes", "heat": "% booked", "lead": "days from booking to visit"}
"""What the numbers of a report count, where their titles do not say."""
OUTSIDE: Final = "+"
"""An hour that is nobody's working time and booked all the same."""
_WIDE: Final = 10
"""Characters that an amount usually has."""
NOTHING: Final = "-"
"""A value that there is not."""


def figure_text(value: int | None, kind: Kind, currency: str = "") -> str:
    """A value as staff read it: ``1,234``, ``12.5 %``, ``1,234.50``; a dash for none."""
    if value is None:
        return NOTHING
    if kind == "money":
        return figures(value, currency)
    return f"{value // 10}.{value % 10} %" if kind == "share" else f"{value:,}"


def figure_value(value: int | None, kind: Kind, currency: str = "") -> Value:
    """A value for programs: shares in hundredths and money, as exact decimals."""
    if value is None or kind not in ("share", "money"):
        return value
    return Decimal(value).scaleb(-1) if kind == "share" else Decimal(written(value, currency))


def report_table(found: Figures) -> Table:
    """The whole report, the line of all at the end; its notes are told elsewhere."""
    titled = found.figures
    return Table(
        found.asked.title,
        ("line", *(one.key for one in titled)),
        (found.heading, *(one.title for one in titled)),
        (False, *(True for _ in titled)),
        (24, *(max(_WIDE if one.kind == "money" else 7, len(one.title)) for one in titled)),
        tuple(_texts(line, titled) for line in (*found.lines, found.total)),
    )


def _texts(line: Line, titled: tuple[Figure, ...]) -> tuple[str, ...]:
    told = zip(line.values, titled, strict=True)
    return (line.label, *(figure_text(value, one.kind, one.currency) for value, one in told))


def report_rows(found: Figures) -> list[tuple[Value, ...]]:
    """The lines for programs, that of all at the end."""
    return [
        (
            line.label,
            *(
                figure_value(value, one.kind, one.currency)
                for value, one in zip(line.values, found.figures, strict=True)
            ),
        )
        for line in (*found.lines, found.total)
    ]


def map_cell(line: Line | None, at: int) -> str:
    """A cell of the week's map: the share at ``at`` in whole hundredths, half up.

    Empty where nobody works and nothing is booked, a plus where something is booked all the same.
    """
    if line is None:
        return ""
    thousandths = line.values[at]
    return OUTSIDE if thousandths is None else str((thousandths + 5) // 10)


def hours_of(found: Figures) -> tuple[int, ...]:
    """The hours that a map of the week has, from the first to the last that holds anything."""
    hours = [line.key.hour for line in found.lines if isinstance(line.key, Cell)]
    return tuple(range(min(hours), max(hours) + 1)) if hours else ()


def week_map(found: Figures) -> list[tuple[str, tuple[Line | None, ...]]]:
    """The weekdays, each with its hours in a row; None for an hour nobody works or is booked in."""
    lines = {line.key: line for line in found.lines}
    return [
        (name, tuple(lines.get(Cell(weekday, hour)) for hour in hours_of(found)))
        for weekday, name in enumerate(DAY_NAMES)
    ]


def charted(found: Figures) -> tuple[int, ...]:
    """The places of the figures that the chart shows: one kind of thing, at most two of it."""
    return tuple(place for place, one in enumerate(found.figures) if one.charted)


def longest(found: Figures, places: Sequence[int]) -> int:
    """The value that fills the chart, at least 1."""
    return max([1, *(line.values[place] or 0 for line in found.lines for place in places)])


def span_text(asked: Asked) -> str:
    """``1 Nov 2026 to 30 Nov 2026``."""
    return f"{short_day(asked.first)} to {short_day(asked.last)}"


def narrowed_text(asked: Asked) -> str:
    """What it is narrowed to: ``Staff: Dr Lee; Room: 2``. Reads the names."""
    names = catalogue()
    told = (
        ("Staff", asked.staff_ids, {one.id: one.name for one in names.staff}),
        ("Type", asked.type_ids, {one.id: one.name for one in names.types}),
        ("Room", asked.room_ids, {one.id: one.name for one in names.rooms}),
    )
    parts = [
        f"{title}: {', '.join(known.get(id_, str(id_)) for id_ in ids)}" for title, ids, known in told if ids
    ]
    return "; ".join(parts)


def behind_list(asked: Asked, line: Line, figure: Figure) -> ListSpec[Any]:
    """The list of the appointments that a number counts."""

    def page(scope: Scope, chosen: Chosen, limit: int, offset: int) -> Page[Any]:
        return behind(asked, line.key, figure.key, scope.zone, limit, offset)

    return replace(
        CLINIC_APPOINTMENTS,
        key="report-rows",
        title=f"{asked.title}: {line.label}, {figure.title.removesuffix(' %').lower()}",
        query=page,
        filters=(),
        usual="",
        empty="Nothing is behind this number.",
    )
