"""Reports put together from the book: for the screen, on paper, and handed out as files."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, replace
from datetime import datetime
from typing import BinaryIO, Final

from ..documents.blocks import Letterhead
from ..documents.report import Bars, Report, WeekMap
from ..domain.moments import zone_info
from ..domain.reports import Asked, Figures
from ..domain.rights import Right
from ..domain.session import Session
from ..exports import jsonlines
from ..exports.outfile import OutFile
from ..lists.reports import (
    charted,
    figure_text,
    hours_of,
    longest,
    narrowed_text,
    percent,
    report_rows,
    report_table,
    span_text,
    week_map,
)
from ..queries.reports import UNWATCHED, Watched, figures
from . import paper_words as words
from .leaving import Counting, Exported, Form, Leaving, Progress, hand_out, require_kind, write_csv
from .printing import logo_of
from .wanted import Made, ReportPaper

KINDS: Final = {"csv": "CSV table", "jsonl": "JSON Lines", "pdf": "PDF", "txt": "text"}
"""What a report can be written as."""


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
        words.moment(session.clock(), session.zone),
        session.zone,
        tuple(found.figures[place].title for place in drawn),
        () if by_week else tuple(
            Bars(line.label, tuple(
                (figure_text(line.values[place], found.figures[place].kind),
                 (line.values[place] or 0) / longest_) for place in drawn
            )) for line in found.lines
        ),
        _week(found) if by_week else None,
        narrowed_text(found.asked),
        found.notes,
    )  # fmt: skip


def _week(found: Figures) -> WeekMap:
    """The shares in hundredths."""
    at = found.at("booked_share")
    shares = [(day, [line.values[at] if line else None for line in lines]) for day, lines in week_map(found)]
    return WeekMap(
        tuple(f"{hour:02}" for hour in hours_of(found)),
        tuple(
            (day, tuple((percent(one), None if one is None else one / 1_000) for one in cells))
            for day, cells in shares
        ),
    )


@dataclass(frozen=True, slots=True)
class ExportReport:
    """Hand out a report."""

    asked: Asked
    form: Form
    request: str = ""


def export_report(
    session: Session,
    command: ExportReport,
    *,
    progress: Progress = lambda done, total: None,
    stop: Callable[[], bool] = lambda: False,
    out: BinaryIO | None = None,
) -> Exported:
    """Write the report; ``out`` is the pipe. Raises and stops as
    :func:`~pim_tui.services.exporting.export_appointments` does."""
    session.needs(Right.EXPORT)
    session.needs(Right.SEE_REPORT)
    asked, form = command.asked, command.form
    require_kind(form.kind, KINDS)
    found = figures(asked, session.zone, Watched(progress, stop))
    told = {
        "report": asked.name, "first": asked.first.isoformat(), "last": asked.last.isoformat(),
        "by": asked.by, "staff": asked.staff_ids, "types": asked.type_ids, "rooms": asked.room_ids,
    }  # fmt: skip
    count = Counting(len(found.lines) + 1)
    what = Leaving(form, "report", told, command.request, "line")
    return hand_out(session, what, lambda file: _write(session, form, found, file, count), count, out)


def _write(session: Session, form: Form, found: Figures, file: OutFile, count: Counting) -> str:
    keys = ("line", *(one.key for one in found.figures))
    rows = list(count.each(iter([report_rows(found)])))
    if form.kind == "csv":
        write_csv(file, form, keys, rows)
    elif form.kind == "jsonl":
        jsonlines.write(file.text, jsonlines.documents(keys, rows))
    else:
        return _write_paper(session, form, found, file)
    return ""


def _write_paper(session: Session, form: Form, found: Figures, file: OutFile) -> str:
    picture, missed = logo_of(form.paper.logo) if form.kind == "pdf" else (None, "")
    sheet = sheet_of(session, found, replace(form.paper.clinic, logo=picture))
    if form.kind == "txt":
        file.text.write(sheet.text())
        return ""
    created = datetime.fromtimestamp(session.clock(), zone_info(session.zone))
    made = sheet.pdf(created, size=form.paper.size)
    file.raw.write(made.data)
    return " ".join(filter(None, (made.note, missed)))
