"""Reports put together from the book: for the screen and on paper."""

from __future__ import annotations

from ..documents.blocks import Letterhead
from ..documents.report import Bars, Report, WeekMap
from ..domain.moments import moment_label
from ..domain.reports import Asked, Figures, Line
from ..domain.rights import Right
from ..domain.session import Session
from ..lists.reports import (
    charted,
    figure_text,
    hours_of,
    longest,
    map_cell,
    narrowed_text,
    report_table,
    span_text,
    week_map,
)
from ..queries.reports import UNWATCHED, Watched, figures
from .wanted import Made, ReportPaper


def make_report(session: Session, asked: Asked, watched: Watched = UNWATCHED) -> Figures:
    """The figures that are asked for. Raises :class:`Refused` when it is stopped."""
    session.needs(Right.SEE_REPORT)
    return figures(asked, session.zone, watched)


def report_paper(session: Session, wanted: ReportPaper, clinic: Letterhead) -> Made:
    """The report on paper."""
    session.needs(Right.PRINT)
    session.needs(Right.SEE_REPORT)
    asked = wanted.asked
    found = figures(asked, session.zone)
    days = (asked.first.isoformat(), asked.last.isoformat())
    name = f"The report {asked.title.lower()} of {span_text(asked)}"
    return Made(sheet_of(session, found, clinic), name, "report", None, days)


def sheet_of(session: Session, found: Figures, clinic: Letterhead) -> Report:
    """Figures as a paper: what the screen shows, in the same words."""
    session.needs(Right.SEE_REPORT)
    drawn = charted(found)
    longest_ = longest(found, drawn)
    by_week = found.asked.by == "cell"
    return Report(
        clinic,
        report_table(found),
        span_text(found.asked),
        moment_label(session.clock(), session.zone),
        session.zone,
        tuple(found.figures[place].title for place in drawn),
        () if by_week else tuple(
            Bars(line.label, tuple(
                (figure_text(line.values[place], found.figures[place].kind, found.figures[place].currency),
                 max(0, line.values[place] or 0) / longest_) for place in drawn
            )) for line in found.lines
        ),
        _week(found) if by_week else None,
        narrowed_text(found.asked),
        found.notes,
    )  # fmt: skip


def _week(found: Figures) -> WeekMap:
    """The shares in hundredths."""
    at = found.at("booked_share")
    return WeekMap(
        tuple(f"{hour:02}" for hour in hours_of(found)),
        tuple(
            (day, tuple((map_cell(line, at), _full(line, at)) for line in lines))
            for day, lines in week_map(found)
        ),
    )


def _full(line: Line | None, at: int) -> float | None:
    """How full an hour is; None where there is no working time."""
    part = line.values[at] if line else None
    return None if part is None else part / 1_000
