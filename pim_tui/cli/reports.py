"""``pim-tui report``: a report to the terminal, as JSON, or into a file."""

from __future__ import annotations

import argparse
import secrets
from collections.abc import Callable, Sequence
from typing import Any, cast

from ..bootstrap import Clinic, office, opened
from ..domain.called import one_called
from ..domain.moments import day_of
from ..domain.reports import Asked, By, Figure, Figures, report_kind
from ..domain.rights import Right
from ..errors import UsageError
from ..lists.periods import ANY, Period, periods
from ..lists.reports import figure_value
from ..queries import exporting as book
from ..queries.catalogue import catalogue
from ..queries.reports import Watched
from ..services.exporting_reports import ExportReport, export_report
from ..services.leaving import LIST_KINDS
from ..services.printing import stationery
from ..services.report_papers import make_report, sheet_of
from . import terminal
from .handouts import carry_out, days_of, form_of, kind_of
from .imports import stopping


def report(arguments: argparse.Namespace) -> int:
    """``pim-tui report NAME``."""
    kind = kind_of(arguments, LIST_KINDS) if arguments.to else ""
    with opened(office()) as clinic:
        clinic.session.needs(Right.SEE_REPORT)
        asked = _asked(arguments, clinic)
        if arguments.to:
            form = form_of(arguments, clinic, kind, asked.name)
            command = ExportReport(asked, form, secrets.token_hex(16))
            return carry_out(arguments, clinic.session, export_report, command)
        found = _counted(clinic, asked)
        if arguments.json:
            terminal.say_json(_as_json(found))
            return 0
        sheet = sheet_of(clinic.session, found, stationery(clinic.settings).clinic)
        for line in sheet.text().splitlines():
            terminal.say(line)
    return 0


def _counted(clinic: Clinic, asked: Asked) -> Figures:
    """The figures, with progress; Ctrl+C stops it."""
    progress = terminal.Progress("Counted")
    try:
        with stopping() as stop:
            return make_report(clinic.session, asked, Watched(progress, stop))
    finally:
        progress.end()


def _asked(arguments: argparse.Namespace, clinic: Clinic) -> Asked:
    """The report of this month, where nothing else is said; a first day alone goes on until today, a last
    day alone begins with its month."""
    by = arguments.by or report_kind(arguments.name).by[0]
    today = day_of(clinic.session.clock(), clinic.session.zone)
    period = _period(arguments.period, periods(today))
    first, last = days_of(arguments, clinic)
    if first is not None:
        last = last or max(first, today)
    elif last is not None:
        first = last.replace(day=1)
    else:
        first, last = period.first, period.last
    if first is None or last is None:
        raise UsageError("A report needs a first and a last day.", "Add --from DATE and --until DATE.")
    return Asked(
        arguments.name,
        first,
        last,
        cast(By, by),
        _ids(arguments.staff, book.staff_names, "Nobody on the staff", "people"),
        _ids(arguments.type, book.type_names, "No type", "types"),
        _ids(arguments.room, _rooms, "No room", "rooms"),
    )


def _period(key: str, among: Sequence[Period]) -> Period:
    return next((one for one in among if one.key == key.replace("-", "_")), ANY)


def _rooms() -> list[tuple[int, str]]:
    return [(one.id, one.name) for one in catalogue().rooms]


def _ids(
    names: Sequence[str], among: Callable[[], Sequence[tuple[int, str]]], nobody: str, several: str
) -> tuple[int, ...]:
    return tuple(one_called(name, among(), nobody, several) for name in names)


def _as_json(found: Figures) -> dict[str, Any]:
    asked = found.asked

    def told(values: tuple[int | None, ...]) -> dict[str, Any]:
        pairs = zip(found.figures, values, strict=True)
        return {one.key: _number(figure_value(value, one.kind, one.currency), one) for one, value in pairs}

    return {
        "report": asked.name,
        "title": asked.title,
        "from": asked.first,
        "until": asked.last,
        "by": asked.by,
        "lines": [{"line": line.label, **told(line.values)} for line in found.lines],
        "all": told(found.total.values),
        "notes": found.notes,
    }


def _number(value: Any, figure: Figure) -> Any:
    """A share has one decimal, which a number keeps; an amount is text, as in every export."""
    if figure.kind == "money":
        return str(value)
    return value if value is None or isinstance(value, int) else float(value)
