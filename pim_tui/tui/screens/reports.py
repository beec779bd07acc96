"""Reports: figures of a period in a table and a chart, and the visits behind each number."""

from __future__ import annotations

import asyncio
from collections.abc import Sequence
from typing import TYPE_CHECKING

from textual.app import ComposeResult

from ...domain.reports import REPORTS, Asked, Figure, Figures, Line
from ...lists.reports import BY_WORDS, MEASURED, behind_list, narrowed_text, span_text
from ...lists.reportviews import Series, chart_of, first_charted, line_at, shown_cells, told_of_cell
from ...queries.reports import Watched
from ...services.exporting_reports import ExportReport, export_report
from ...services.leaving import LIST_KINDS
from ...services.report_papers import make_report
from ...services.wanted import ReportPaper, report_stem
from ..base import PimScreen
from ..longwork import Job, Moved, Progress, Stop
from ..requests import new_request
from ..stylesheets import sheet
from ..widgets import plotted
from ..widgets.bars import KeyBar, TitleBar
from ..widgets.figuretable import Chart, FigureRow, FigureTable
from ..widgets.listpane import Remark
from .behind import BehindScreen
from .handing import Exports
from .papers import PrintKeys
from .reportkeys import ReportKeys, usual_report

if TYPE_CHECKING:
    from ...services.wanted import Wanted

_SHORT = 1.0
"""Seconds for which keys wait for a report; then it tells how far it is, and Esc stops it."""
_NOTHING = "Nothing was counted."


class ReportsScreen(ReportKeys, Exports, PrintKeys, PimScreen, inherit_bindings=False):
    """One report at a time. The cursor is on a number; Enter opens the visits it counts."""

    scope = "reports"
    CSS_PATH = sheet("reports")
    VERTICAL_BREAKPOINTS = [(0, "-low"), (34, "-tall")]  # noqa: RUF012 - as Textual declares it

    def __init__(self) -> None:
        super().__init__()
        self._asked = usual_report(self.pim.today)
        self._found: Figures | None = None
        self._job: Job | None = None
        self._progress = ""

    def compose(self) -> ComposeResult:
        """Title, what is asked for, figures, chart, what the number is, keys."""
        desk = self.pim.desk
        yield TitleBar(desk.settings.clinic_name, desk.session.name)
        yield Remark(id="asked")
        yield FigureTable()
        yield Remark(id="cell")
        yield Chart()
        yield Remark(id="notes")
        yield KeyBar(self.offered())

    def on_mount(self) -> None:
        """Count the first report."""
        self.pim.dress(self)
        self.table.focus()
        self.ask(self._asked)

    @property
    def table(self) -> FigureTable:
        """The figures."""
        return self.query_one(FigureTable)

    # --- counting ---------------------------------------------------------------------------------

    def ask(self, asked: Asked) -> None:
        """Count another report; what was being counted is given up."""
        self._asked = asked
        self.query_one(KeyBar).clear_refusal()
        self.load(self._count, asked, group="report")

    async def _count(self, asked: Asked) -> None:
        title = f"{asked.title} · report {self.place + 1} of {len(REPORTS)}"
        self.query_one(TitleBar).show(title)
        by, only = BY_WORDS.get(asked.by, asked.by), await self.fetch(narrowed_text, asked)
        told = filter(None, (span_text(asked), f"by {by}", MEASURED.get(asked.name), only))
        self.query_one("#asked", Remark).show(" · ".join(told))
        if self._job is not None and not self._job.ended:
            self._job.stopping.set()
            await self.pim.work.ended()
        self._show(None, _NOTHING)
        self._job = self._begun(asked)
        self._show(None)
        try:
            await asyncio.wait_for(asyncio.shield(self.pim.work.ended()), _SHORT)
        except TimeoutError:
            self._tell_progress(self._job)

    def _begun(self, asked: Asked) -> Job:
        """The report under way; :class:`Refused` while other long work is."""
        session = self.pim.desk.session

        def act(progress: Progress, stop: Stop) -> Figures:
            found = make_report(session, asked, Watched(progress, stop))
            plotted.load()
            return found

        job = Job(f"Counting {asked.title.lower()}", act, asked)
        self.pim.work.start(job, self._ended)
        return job

    def _ended(self, job: Job) -> None:
        """Show what came of it, if it is still what is asked for and somebody looks."""
        job.seen = True
        if job.about is not self._asked or not self.is_attached:
            return
        self.query_one(KeyBar).unsay(self._progress)
        if job.error is not None:
            self._show(None, _NOTHING)
            self.pim.tell(job.error)
        else:
            self._show(job.result)

    def on_moved(self, event: Moved) -> None:
        """How far it is, once it takes long."""
        if event.job is self._job and self._progress and not event.job.ended:
            self._tell_progress(event.job)

    def _tell_progress(self, job: Job) -> None:
        self._progress = job.says
        self.query_one(KeyBar).say(job.says)

    # --- showing ----------------------------------------------------------------------------------

    def _show(self, found: Figures | None, instead: str = "Counting …") -> None:
        """Figures, or without them a word ``instead``."""
        self._found = found
        self._progress = ""
        if found is None:
            self.table.show("", (), (), total=False, empty=instead)
            notes = ""
        else:
            titles, rows = shown_cells(found)
            shown = [FigureRow(*row) for row in rows]
            by_week = found.asked.by == "cell"
            empty = "There is nothing in this time. d chooses another."
            heading, column = ("", 0) if by_week else (found.heading, first_charted(found))
            self.table.show(heading, titles, shown, total=not by_week, column=column, empty=empty)
            notes = " · ".join(found.notes)
        self.query_one("#notes", Remark).show(notes)

    def on_figure_table_moved(self) -> None:
        """Tell of the number, and draw the chart of its column."""
        told, at = "", 0
        labels: tuple[str, ...] = ()
        series: Series = ()
        if self._found is not None and self.table.at is not None:
            told = told_of_cell(self._found, *self.table.at)
            labels, series, at = chart_of(self._found, *self.table.at)
        self.query_one("#cell", Remark).show(told)
        self.query_one(Chart).show(labels, series, at)

    def action_chart(self) -> None:
        """More room for the figures, or the chart again."""
        self.toggle_class("-plain")

    # --- what is behind it ------------------------------------------------------------------------

    def action_open(self) -> None:
        """The visits behind the number."""
        line, figure = self._under_cursor()
        if line is None or figure is None:
            self.pim.say("There is nothing behind this.")
        elif not figure.opens:
            self.pim.say(f"{figure.title} is not made of visits: there is no list behind it.")
        else:
            self.app.push_screen(BehindScreen(behind_list(self._asked, line, figure)))

    def _under_cursor(self) -> tuple[Line | None, Figure | None]:
        if self._found is None or self.table.at is None:
            return None, None
        return line_at(self._found, *self.table.at)

    def export(self) -> None:
        """Export the report."""
        asked = self._asked
        self.hand_out(
            f"report {asked.title.lower()}",
            report_stem(asked),
            LIST_KINDS,
            export_report,
            lambda form: ExportReport(asked, form, new_request()),
        )

    def papers(self) -> Sequence[tuple[str, Wanted]]:
        """The report as it is asked for."""
        return [(self._asked.title.lower(), ReportPaper(self._asked))]

    def action_back(self) -> None:
        """Stop what is being counted; else back to where one came from."""
        if self._job is not None and not self._job.ended:
            self._job.stopping.set()
            self._tell_progress(self._job)
        else:
            self.app.pop_screen()
